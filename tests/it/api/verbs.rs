//! Every verb: done, refused, and done by two at once.

use serde_json::{Value, json};

use super::rights::bodies;
use super::{TICKETS, a_drain, ask, at, committee, did, hence, open, problem, property, user, wrong_field};
use crate::support::{Page, on_both};

on_both! {
    /// The road through a queue: routed, given, moved, handed back, put off, nudged, noted, done, opened again.
    fn through_the_queue(app: &TestApp) {
        let desk = property(app);
        let item = open(&desk, &json!({"words": "有个东西坏了", "keep_unassigned": true, "phone": "13900001234"}));
        assert_eq!(item["status"], "unassigned");
        let item = did(&desk, &item, "routing", json!({"queue": "order", "urgency": "normal"}));
        assert_eq!((&item["status"], &item["queue"]), (&json!("assigned"), &json!("order")));
        let item = did(&desk, &item, "transfer", json!({"queue": "maintenance", "reason": "是水管"}));
        let item = did(&desk, &item, "assignment", json!({"worker": user(app, "weixiu1")}));
        assert_eq!(item["worker_id"], user(app, "weixiu1"));
        let item = did(&desk, &item, "urgency", json!({"urgency": "urgent"}));
        let item = did(&desk, &item, "place", json!({"place": "恒泰园5号楼1单元"}));
        assert_eq!(item["place"], "恒泰园 5 号楼 1 单元");
        let item = did(&desk, &item, "nudges", json!({"words": "快一点"}));
        assert_eq!(item["nudge_count"], 1);
        let item = did(&desk, &item, "notes", json!({"words": "只给自己人看", "audience": "property"}));
        let item = did(&desk, &item, "completion", json!({"outcome": "resolved", "note": "换了阀门"}));
        assert_eq!((&item["status"], &item["outcome"]), (&json!("done"), &json!("resolved")));
        let item = did(&desk, &item, "reopening", json!({"reason": "又漏了"}));
        assert_eq!((&item["status"], &item["reopened_count"]), (&json!("assigned"), &json!(1)));
        let item = did(&desk, &item, "withdrawal", json!({}));
        assert_eq!((&item["status"], &item["outcome"]), (&json!("done"), &json!("withdrawn")));
        let shown = desk.get(&at(&item, "")).json();
        let told: Vec<&str> = shown["timeline"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
        assert_eq!(
            told,
            ["withdrawn", "reopened", "finished", "noted", "nudged", "place_set", "urgency_set", "assigned", "transferred", "routed", "opened"]
        );
    }

    /// A queue's own program works where no person has the ticket.
    fn a_queues_program(app: &TestApp) {
        let desk = property(app);
        let own = app.program(jiban::domain::words::Platform::Property, jiban::domain::words::Role::Worker, Some(jiban::domain::words::Queue::Maintenance));
        let item = did(&own, &a_drain(&desk), "hand-back", json!({"reason": "不归我们"}));
        assert_eq!((&item["status"], &item["returned_from"]), (&json!("unassigned"), &json!("maintenance")));
        // Back on the triage list it is out of the queue's sight: told, but not shown.
        assert_eq!(item["description"], Value::Null);
        problem(&own.get(&at(&item, "")), 404, "not_found");
    }

    /// A duplicate goes into the other ticket.
    fn a_merge(app: &TestApp) {
        let desk = property(app);
        let (first, second) = (a_drain(&desk), a_drain(&desk));
        let merged = did(&desk, &second, "merge", json!({"into": first["number"]}));
        assert_eq!((&merged["status"], &merged["outcome"]), (&json!("done"), &json!("duplicate")));
        let shown = desk.get(&at(&merged, "")).json();
        assert_eq!(shown["links"][0]["number"], first["number"]);
        let other = a_drain(&desk);
        wrong_field(&ask(&desk, &other, "merge", json!({"into": "20260316-9999"})), "target_unknown", "into");
        wrong_field(&ask(&desk, &other, "merge", json!({"into": "9999"})), "form", "into");
        problem(&ask(&desk, &other, "merge", json!({"into": second["number"]})), 409, "target_merged");
    }

    /// Across and back: offered, accepted, concluded, done; another is returned; another recalled.
    fn across_and_back(app: &TestApp) {
        let (desk, committee) = (property(app), committee(app));
        let offer = || json!({"reason": "要社区出面", "tried": "劝过两次", "asked": "请来调解", "answer_by": hence(app, 24)});
        let item = did(&desk, &a_drain(&desk), "offer", offer());
        assert_eq!((&item["holder"], &item["status"]), (&json!("property"), &json!("assigned")));
        let item = did(&committee, &item, "acceptance", json!({}));
        assert_eq!((&item["holder"], &item["queue"]), (&json!("committee"), &json!("committee")));
        problem(&ask(&desk, &item, "completion", json!({"outcome": "resolved"})), 409, "live_offer");
        let item = did(&committee, &item, "conclusion", json!({"report": "两家谈好了"}));
        assert_eq!((&item["holder"], &item["queue"]), (&json!("property"), &json!("maintenance")));
        let item = did(&desk, &item, "completion", json!({"outcome": "resolved", "note": "回复了居民"}));
        let crossing = desk.get(&at(&item, "")).json()["crossings"][0].clone();
        assert_eq!((&crossing["state"], &crossing["answer"]), (&json!("concluded"), &json!("两家谈好了")), "{crossing}");

        let item = did(&desk, &a_drain(&desk), "offer", offer());
        problem(&ask(&desk, &item, "offer", offer()), 409, "live_offer");
        let item = did(&committee, &item, "return", json!({"reason": "应由物业修"}));
        assert_eq!(item["holder"], "property");
        problem(&ask(&committee, &item, "acceptance", json!({})), 409, "no_offer");
        let item = did(&desk, &item, "offer", offer());
        did(&desk, &item, "recall", json!({}));
    }

    /// Put off by its worker in the browser, taken up again by the desk.
    fn a_hold(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        let hold = json!({"reason": "等配件", "review_at": hence(app, 48)});
        problem(&ask(&desk, &item, "hold", hold), 403, "not_yours");
        problem(&ask(&desk, &item, "resumption", json!({})), 409, "not_held");
        problem(&ask(&desk, &item, "start", json!({})), 403, "not_yours");
        wrong_field(&ask(&desk, &item, "hold", json!({"reason": "x", "review_at": "tomorrow"})), "form", "review_at");
    }

    /// An old version is refused with the ticket as it is now.
    fn a_stale_version(app: &TestApp) {
        let desk = property(app);
        let old = a_drain(&desk);
        let new = did(&desk, &old, "urgency", json!({"urgency": "long"}));
        for (noun, body) in bodies(app).as_object().unwrap() {
            let told = problem(&desk.post(&at(&old, noun), body), 409, "stale");
            assert_eq!(told["version"], new["version"], "{noun}");
            assert_eq!(told["ticket"], new, "{noun}");
        }
        assert_eq!(desk.get(&at(&old, "")).json()["version"], new["version"]);
    }

    /// A verb takes its own fields and no others, and names its version where it changes something.
    fn fields(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        for (noun, body) in bodies(app).as_object().unwrap() {
            let mut more = body.clone();
            more["colour"] = json!("red");
            wrong_field(&desk.post(&at(&item, noun), &more), "unknown_field", "colour");
            let mut wrong = body.clone();
            wrong["version"] = json!("1");
            wrong_field(&desk.post(&at(&item, noun), &wrong), "form", "version");
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove("version");
            if !["notes", "nudges"].contains(&noun.as_str()) {
                wrong_field(&desk.post(&at(&item, noun), &without), "missing", "version");
            }
            for (name, _) in body.as_object().unwrap().iter().filter(|(name, _)| *name != "version") {
                let mut bent = body.clone();
                bent[name] = json!({"deep": true});
                wrong_field(&desk.post(&at(&item, noun), &bent), "form", name);
            }
        }
        wrong_field(&ask(&desk, &item, "completion", json!({"outcome": "withdrawn"})), "outcome_has_own_verb", "outcome");
        wrong_field(&ask(&desk, &item, "completion", json!({"outcome": "deferred"})), "needs_review_date", "review_on");
        wrong_field(&ask(&desk, &item, "transfer", json!({"queue": "order", "reason": " "})), "empty", "reason");
        wrong_field(&ask(&desk, &item, "assignment", json!({"worker": user(app, "zhixu1")})), "unknown", "worker");
        wrong_field(&ask(&desk, &item, "place", json!({})), "empty", "place");
        problem(&ask(&desk, &item, "routing", json!({"queue": "order"})), 409, "wrong_state");
        problem(&ask(&desk, &item, "transfer", json!({"queue": "committee", "reason": "x"})), 409, "other_platform");
        assert_eq!(desk.get(&at(&item, "")).json()["version"], 1);
    }

    /// Twenty finish one ticket at one version: one does, the others are told what became of it.
    fn twenty_at_once(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        let done = json!({"outcome": "resolved", "note": "通了"});
        let pages: Vec<Page> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..20).map(|_| scope.spawn(|| ask(&desk, &item, "completion", done.clone()))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(pages.iter().filter(|page| page.status == 200).count(), 1);
        for page in pages.iter().filter(|page| page.status != 200) {
            assert_eq!(problem(page, 409, "stale")["version"], 2);
        }
        let shown = desk.get(&at(&item, "")).json();
        assert_eq!((&shown["version"], shown["timeline"].as_array().unwrap().len()), (&json!(2), 2));
    }

    /// A note for one side stays there.
    fn a_note_for_one_side(app: &TestApp) {
        let (desk, committee) = (property(app), committee(app));
        let item = open(&committee, &json!({"words": "家里马桶漏水", "queue": "maintenance"}));
        committee.post(&at(&item, "notes"), &json!({"words": "这户我们熟", "audience": "committee"})).is(200);
        committee.post(&at(&item, "notes"), &json!({"words": "下午两点后在家"})).is(200);
        desk.get(&at(&item, "")).is(200).hides("这户我们熟").says("下午两点后在家");
        committee.get(&at(&item, "")).is(200).says("这户我们熟");
        assert_eq!(desk.get(TICKETS).json()["items"][0]["version"], 3);
    }
}
