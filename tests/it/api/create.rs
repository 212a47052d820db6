//! Opening a ticket: once, and no more than once.

use chrono::TimeDelta;
use jiban::domain::words::{Outcome, Platform, Queue, Role, Status};
use jiban::engine::intake::{self, Draft, Once};
use serde_json::{Value, json};

use super::{TICKETS, a_drain, ask, at, committee, did, hence, open, problem, property, user, wrong_field};
use crate::support::{Page, Program, on_both};

fn keyed(program: &Program, key: &str, body: &Value) -> Page {
    program.post_with(TICKETS, &[("idempotency-key", key)], body.to_string().as_bytes())
}

on_both! {
    /// With every field, and where it can be found.
    fn with_everything(app: &TestApp) {
        let desk = property(app);
        let page = desk.post(TICKETS, &json!({
            "words": "楼下邻居装修太吵", "place": "恒泰园3号楼2单元603", "name": "钱女士", "phone": "13900001234",
            "proxy": true, "kind": "complaint", "queue": "steward", "urgency": "urgent", "channel": "walk_in",
            "subjects": [user(app, "steward2")], "category": null, "keep_unassigned": false,
        }));
        page.is(201);
        let item = page.json();
        assert_eq!(page.location, at(&item, ""));
        assert_eq!((&item["queue"], &item["urgency"], &item["kind"]), (&json!("steward"), &json!("urgent"), &json!("complaint")));
        assert_eq!(item["worker_id"], user(app, "steward1"));
        let shown = desk.get(&page.location).json();
        assert_eq!(shown["worker_name"], "丑楼管");
        assert_eq!(shown["reporters"][0]["phone"], "139****1234");
        assert_eq!((&shown["reporters"][0]["role"], &shown["reporters"][0]["name"]), (&json!("proxy"), &json!("钱女士")));
        assert_eq!(shown["timeline"][0]["event"], "opened");
        assert_eq!(shown["timeline"][0]["author"]["kind"], "program");
        let clocks = shown["clocks"].as_array().unwrap();
        assert!(clocks.iter().any(|clock| clock["kind"] == "finish" && clock["state"] == "running"), "{clocks:?}");
        let verbs = shown["verbs"].as_array().unwrap();
        let of = |verb: &str| verbs.iter().find(|v| v["verb"] == verb).cloned();
        assert_eq!(of("finish").unwrap(), json!({"verb": "finish", "resource": "completion", "refusal": null}));
        assert_eq!(of("reopen").unwrap()["refusal"]["code"], "wrong_state");
        assert_eq!(of("attach"), None);
        let number = format!("{TICKETS}/by-number/{}", item["number"].as_str().unwrap());
        assert_eq!(desk.get(&number).json(), shown);
    }

    /// What is wrong is named; nothing is opened.
    fn refused(app: &TestApp) {
        let desk = property(app);
        for (body, code, field) in [
            (json!({}), "empty", "words"),
            (json!({"words": null}), "empty", "words"),
            (json!({"words": "   "}), "empty", "words"),
            (json!({"words": "长".repeat(10_001)}), "too_long", "words"),
            (json!({"words": "a\u{0}b"}), "form", "words"),
            (json!({"words": ["x"]}), "form", "words"),
            (json!({"words": "x", "wordz": "x"}), "unknown_field", "wordz"),
            (json!({"words": "x", "version": 1}), "unknown_field", "version"),
            (json!({"words": "x", "queue": "roof"}), "form", "queue"),
            (json!({"words": "x", "kind": "Repair"}), "form", "kind"),
            (json!({"words": "x", "channel": "wechat"}), "form", "channel"),
            (json!({"words": "x", "category": "no_such"}), "unknown", "category"),
            (json!({"words": "x", "phone": "12345"}), "phone", "phone"),
            (json!({"words": "x", "place_id": "3-2-501"}), "form", "place_id"),
            (json!({"words": "x", "place_id": "01900000-0000-7000-8000-000000000000"}), "unknown", "place_id"),
            (json!({"words": "x", "resident": "01900000-0000-7000-8000-000000000000"}), "unknown", "resident"),
            (json!({"words": "x", "subjects": "x"}), "form", "subjects"),
            (json!({"words": "x", "name": "名".repeat(61)}), "too_long", "name"),
        ] {
            wrong_field(&desk.post(TICKETS, &body), code, field);
        }
        assert_eq!(app.count("ticket"), 0);
        // An item calls the words `description`; so may whoever hands one in.
        desk.post(TICKETS, &json!({"description": "电梯里灯坏了"})).is(201).says("电梯里灯坏了");
        // Under both names nobody knows which is meant.
        wrong_field(&desk.post(TICKETS, &json!({"words": "灯坏了", "description": "门坏了"})), "form", "description");
    }

    /// The same key and body again: the same answer, whatever became of the ticket; another body is refused.
    fn a_repeat(app: &TestApp) {
        let desk = property(app);
        let body = json!({"words": "电梯里灯坏了", "place": "恒泰园3号楼", "queue": "maintenance"});
        let first = keyed(&desk, "k-1", &body);
        first.is(201);
        did(&desk, &first.json(), "completion", json!({"outcome": "resolved", "note": "换了"}));
        let again = keyed(&desk, "k-1", &body);
        again.is(201);
        assert_eq!((&again.body, &again.location), (&first.body, &first.location));
        assert_eq!(app.count("ticket"), 1);

        for other in [json!({"words": "另一件事"}), json!({"words": "另一件事", "category": "no_such"})] {
            wrong_field(&keyed(&desk, "k-1", &other), "key_reused", "Idempotency-Key");
        }
        let serial = |page: &Page| page.json()["number"].as_str().unwrap().rsplit('-').next().unwrap().parse::<u32>().unwrap();
        let second = keyed(&desk, "k-2", &body);
        assert_eq!(serial(second.is(201)), serial(&first) + 1, "neither a repeat nor another body cost a number");
        // Another program's key of the same name is another key.
        keyed(&property(app), "k-1", &body).is(201);
        assert_eq!(app.count("ticket"), 3);

        for key in ["", &"k".repeat(256), "a b"] {
            wrong_field(&keyed(&desk, key, &body), "form", "Idempotency-Key");
        }
        keyed(&desk, &"k".repeat(255), &body).is(201);
    }

    /// The answer to a repeat is there when the draft would be refused by now.
    fn a_repeat_of_what_would_be_refused(app: &TestApp) {
        let desk = property(app);
        let body = json!({"words": "电梯里灯坏了", "category": "property_conduct"});
        let first = keyed(&desk, "k", &body);
        first.is(201);
        app.execute("UPDATE category SET retired_at = (SELECT min(created_at) FROM community) WHERE code = 'property_conduct'");
        app.advance(TimeDelta::minutes(5));
        wrong_field(&keyed(&desk, "k-2", &body), "unknown", "category");
        assert_eq!(keyed(&desk, "k", &body).is(201).body, first.body);
    }

    /// What was settled on the telephone is so in the answer to a repeat, too.
    fn a_repeat_of_what_was_settled_at_once(app: &TestApp) {
        let settled = Some((Outcome::Resolved, Some("电话里说明了".to_owned())));
        let draft = Draft { words: "问停水到几点".into(), queue: Some(Queue::Maintenance), settled, ..Draft::default() };
        let (staff, once) = (app.staff("agent1"), Once::new("agent1", "k", b"body"));
        let [first, again] = [(); 2].map(|()| intake::open(&app.engine, &staff, &draft, Some(&once)).unwrap().receipt);
        assert_eq!((first.status, &first), (Status::Done, &again));
        assert_eq!(app.count("ticket"), 1);
    }

    /// Whoever opens what they may not see afterwards is not told where it is.
    fn where_it_is_for_those_who_may_see_it(app: &TestApp) {
        let body = |queue: &str| json!({"words": "楼道灯坏了", "place": "恒泰园3号楼2单元501", "queue": queue});
        assert!(open(&property(app), &body("maintenance"))["place"].is_string());
        let steward = app.program(Platform::Property, Role::Steward, None);
        let item = open(&steward, &body("maintenance"));
        assert_eq!((&item["place"], &item["place_id"]), (&Value::Null, &Value::Null));
        problem(&steward.get(&at(&item, "")), 404, "not_found");
    }

    /// What was refused claimed nothing.
    fn a_refused_attempt_may_be_mended(app: &TestApp) {
        let desk = property(app);
        wrong_field(&keyed(&desk, "k", &json!({"words": "灯坏了", "category": "no_such"})), "unknown", "category");
        keyed(&desk, "k", &json!({"words": "灯坏了"})).is(201);
    }

    /// Twelve at once with one key: one ticket, and all get its answer.
    fn at_once(app: &TestApp) {
        let desk = property(app);
        let body = json!({"words": "门禁刷不开", "queue": "order"});
        let pages: Vec<Page> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..12).map(|_| scope.spawn(|| keyed(&desk, "same", &body))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for page in &pages {
            assert_eq!(page.is(201).body, pages[0].body);
        }
        assert_eq!(app.count("ticket"), 1);
        keyed(&desk, "same", &body).is(201);
    }

    /// A routine matter from the committee's side stands in the property's queue at once.
    fn across_under_the_standing_agreement(app: &TestApp) {
        let committee = committee(app);
        let item = open(&committee, &json!({"words": "家里马桶漏水", "place": "恒泰园3号楼2单元501", "queue": "maintenance"}));
        assert_eq!((&item["lead"], &item["holder"]), (&json!("committee"), &json!("property")));
        let desk = property(app);
        let drain = a_drain(&desk);
        assert_eq!((&drain["lead"], &drain["holder"]), (&json!("property"), &json!("property")));
    }

    /// Nobody sits between a program and an emergency: it is one at once. What was said about staff stays secret whatever
    /// category a program names, and nobody can be named who is not of the community.
    fn what_a_program_says_is_judged_as_hard_as_a_resident(app: &TestApp) {
        let desk = property(app);
        let gas = open(&desk, &json!({"words": "楼道里燃气味很大，呛人", "place": "恒泰园3号楼2单元"}));
        assert_eq!((&gas["urgency"], &gas["status"]), (&json!("emergency"), &json!("assigned")));
        let conduct = open(&desk, &json!({"words": "前台的人骂人", "category": "property_conduct"}));
        assert_eq!((&conduct["confidential"], &conduct["holder"]), (&json!(true), &json!("committee")));
        problem(&desk.get(&at(&conduct, "")), 404, "not_found");
        assert_eq!(committee(app).get(&at(&conduct, "")).status, 200);
        let about = |subjects: Value| json!({"words": "楼下邻居装修太吵", "place": "恒泰园3号楼2单元603", "subjects": subjects});
        let stranger = "019cf45f-1d00-7e2a-b66c-e53aa270bf1c";
        wrong_field(&desk.post(TICKETS, &about(json!([stranger]))), "unknown", "subjects");
        // The steward of that building is the one it is about: it goes to the stewards, to nobody yet.
        let steward = user(app, "steward1");
        let item = open(&desk, &about(json!([steward, steward])));
        assert_eq!((&item["queue"], &item["worker_id"]), (&json!("steward"), &Value::Null));
    }

    /// An offer is accepted into hands of the accepting side only.
    fn accepted_for_somebody_else(app: &TestApp) {
        let item = a_drain(&property(app));
        let offer = json!({"reason": "要动公共管道", "tried": "查过两次", "asked": "请协调", "answer_by": hence(app, 48)});
        let item = did(&property(app), &item, "offer", offer);
        for worker in [user(app, "weixiu1"), "019cf45f-1d00-7e2a-b66c-e53aa270bf1c".to_owned()] {
            wrong_field(&ask(&committee(app), &item, "acceptance", json!({"worker": worker})), "unknown", "worker");
        }
        let item = did(&committee(app), &item, "acceptance", json!({"worker": user(app, "committee1")}));
        assert_eq!((&item["queue"], &item["worker_id"]), (&json!("committee"), &json!(user(app, "committee1"))));
    }
}
