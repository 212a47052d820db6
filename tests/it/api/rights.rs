//! Who may do what: every resource, without a token, with one that has ended, and with one of another community.

use std::collections::BTreeSet;

use jiban::api;
use jiban::domain::words::{Platform, Queue, Role};
use serde_json::{Value, json};

use super::{TICKETS, a_drain, ask, at, change, committee, did, open, problem, property, user};
use crate::support::{Page, Person, Program, TestApp, on_both};

/// Every method and path, with the parts in braces filled in from a ticket.
fn endpoints(item: &Value) -> Vec<(String, String, String)> {
    let part = |name: &str| item[name].as_str().unwrap();
    let mut all = Vec::new();
    for resource in api::resources() {
        let path = resource.path.replace("{id}", part("id")).replace("{number}", part("number"));
        assert!(!path.contains('{'), "{path}");
        for endpoint in resource.endpoints {
            all.push((endpoint.method.to_string(), resource.path.clone(), format!("/api/v1{path}")));
        }
    }
    all
}

fn call(program: &Program, method: &str, path: &str) -> Page {
    match method {
        "POST" => program.post(path, &json!({})),
        "HEAD" => program.head(path),
        _ => program.get(path),
    }
}

fn call_bare(visitor: &Person, method: &str, path: &str) -> Page {
    match method {
        "POST" => visitor.post_raw(path, "application/json", b"{}"),
        "HEAD" => visitor.head(path),
        _ => visitor.get(path),
    }
}

#[track_caller]
fn challenged(page: &Page, method: &str) {
    page.is(401);
    assert!(page.header("www-authenticate").starts_with("Bearer realm="), "{:?}", page.headers);
    if method != "HEAD" {
        problem(page, 401, "unauthorized");
    }
}

on_both! {
    /// The uncovered list is empty: what is registered is asked without a right to it, and what is asked is registered.
    fn nothing_is_open_to_strangers(app: &TestApp) {
        let item = a_drain(&property(app));
        let ended = app.program(Platform::Property, Role::Admin, None);
        change(app, "UPDATE api_token SET revoked_at = created_at WHERE role = 'admin'");
        let (made_up, visitor) = (Program::new(app.addr, "jb_made-up"), app.visitor());
        let mut covered = BTreeSet::new();
        for (method, template, path) in endpoints(&item) {
            challenged(&call_bare(&visitor, &method, &path), &method);
            challenged(&call(&made_up, &method, &path), &method);
            challenged(&call(&ended, &method, &path), &method);
            covered.insert(format!("{method} {template}"));
        }
        let listed: BTreeSet<String> = include_str!("endpoints.txt").lines().map(str::to_owned).collect();
        assert_eq!(covered, listed, "endpoints.txt and the resources differ");
    }

    /// An id of another community is answered like one that is not there, by every resource that takes one.
    fn another_communitys_ticket_does_not_exist(app: &TestApp) {
        let item = a_drain(&property(app));
        let foreign = app.foreign_program();
        let strange = json!({"id": "01900000-0000-7000-8000-000000000000", "number": "20260316-9999"});
        let mut bodies = bodies(app);
        // No ticket's verb, so without a version.
        bodies["settlement"] = json!({"state": "done"});
        let mut tried = 0;
        for ((method, template, path), (_, _, nowhere)) in endpoints(&item).into_iter().zip(endpoints(&strange)) {
            if !template.contains('{') || method == "HEAD" {
                continue;
            }
            let noun = template.rsplit('/').next().unwrap();
            let send = |program: &Program, path: &str| match method.as_str() {
                "POST" => program.post(path, &bodies[noun]),
                _ => program.get(path),
            };
            let foreign_said = problem(&send(&foreign, &path), 404, "not_found");
            let nowhere_said = problem(&send(&property(app), &nowhere), 404, "not_found");
            assert_eq!(foreign_said["detail"], nowhere_said["detail"], "{method} {template}");
            tried += 1;
        }
        assert_eq!(tried, 24);
        assert_eq!(foreign.get(TICKETS).json(), json!({"items": [], "next_cursor": null}));
        assert_eq!(property(app).get(&at(&item, "")).json()["version"], 1);
    }

    /// A program sees what its seat sees, in the list and alone.
    fn a_role_too_small(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        let worker = app.program(Platform::Property, Role::Worker, Some(Queue::Order));
        problem(&worker.get(&at(&item, "")), 404, "not_found");
        problem(&worker.get(&format!("{TICKETS}/by-number/{}", item["number"].as_str().unwrap())), 404, "not_found");
        problem(&ask(&worker, &item, "completion", json!({"outcome": "resolved"})), 404, "not_found");
        problem(&worker.post(TICKETS, &json!({"words": "门禁坏了"})), 403, "forbidden");
        assert_eq!(worker.get(TICKETS).json()["items"], json!([]));

        let own = app.program(Platform::Property, Role::Worker, Some(Queue::Maintenance));
        own.get(&at(&item, "")).is(200);
        assert_eq!(own.get(TICKETS).json()["items"].as_array().unwrap().len(), 1);
        problem(&ask(&own, &item, "transfer", json!({"queue": "order", "reason": "x"})), 403, "not_yours");
        // What only a person can do.
        problem(&ask(&own, &item, "taking", json!({})), 403, "needs_person");
        problem(&ask(&own, &item, "start", json!({})), 403, "needs_person");
        problem(&ask(&desk, &item, "start", json!({})), 403, "not_yours");
        let given = json!({"worker": user(app, "weixiu1")});
        problem(&ask(&own, &did(&desk, &item, "assignment", given), "start", json!({})), 409, "already_taken");

        let admin = app.program(Platform::Property, Role::Admin, None);
        problem(&admin.get(&at(&item, "")), 404, "not_found");
        assert_eq!(admin.get("/api/v1/queues").json()["items"], json!([]));
    }

    /// What is said about the property company stays with the committee, until it hands it over.
    fn a_confidential_ticket(app: &TestApp) {
        let (property, committee) = (property(app), committee(app));
        let item = open(&committee, &json!({"words": "物业前台的人态度太差，说话很难听", "kind": "complaint"}));
        assert_eq!((&item["confidential"], &item["queue"]), (&json!(true), &json!("committee")), "{item}");
        committee.get(&at(&item, "")).is(200);
        problem(&property.get(&at(&item, "")), 404, "not_found");
        problem(&property.get(&format!("{TICKETS}/by-number/{}", item["number"].as_str().unwrap())), 404, "not_found");
        problem(&property.post(&at(&item, "notes"), &json!({"words": "看看"})), 404, "not_found");
        assert_eq!(property.get(TICKETS).json()["items"], json!([]));
        assert_eq!(committee.get(TICKETS).json()["items"].as_array().unwrap().len(), 1);
    }

    /// Handed in at the property's desk and at once out of its sight: the answer still tells what was opened.
    fn opened_and_out_of_sight(app: &TestApp) {
        let property = property(app);
        let words = "物业经理乱收费，还骂人";
        let item = open(&property, &json!({"words": words}));
        assert_eq!((&item["confidential"], &item["description"]), (&json!(true), &json!(words)), "{item}");
        problem(&property.get(&at(&item, "")), 404, "not_found");
        committee(app).get(&at(&item, "")).is(200).says("乱收费");
    }

    /// Who the token is.
    fn me_and_queues(app: &TestApp) {
        let me = committee(app).get("/api/v1/me").json();
        assert_eq!(me["who"]["kind"], "token");
        assert_eq!(me["community"]["slug"], "hengtai");
        assert_eq!(me["community"]["time_zone"], "Asia/Shanghai");
        assert_eq!(me["seats"][0]["role"], "committee_staff");
        let desk = property(app);
        did(&desk, &a_drain(&desk), "urgency", json!({"urgency": "long"}));
        let queues = desk.get("/api/v1/queues").json();
        let codes: Vec<&str> = queues["items"].as_array().unwrap().iter().map(|q| q["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["maintenance", "order", "environment", "steward"]);
        assert_eq!(queues["items"][0]["names"], json!({"zh-CN": "维修部", "en": "Maintenance"}));
        assert_eq!((&queues["items"][0]["assigned"], &queues["items"][1]["assigned"]), (&json!(1), &json!(0)));
    }
}

/// For each verb a body in the right form.
pub fn bodies(app: &TestApp) -> Value {
    let worker = super::user(app, "weixiu1");
    let mut all = json!({
        "routing": {"queue": "order"},
        "taking": {},
        "assignment": {"worker": worker},
        "start": {},
        "transfer": {"queue": "order", "reason": "要保安去"},
        "hand-back": {"reason": "不归我们"},
        "hold": {"reason": "等配件", "review_at": super::hence(app, 48)},
        "resumption": {},
        "completion": {"outcome": "resolved", "note": "通了"},
        "reopening": {"reason": "又堵了"},
        "withdrawal": {},
        "merge": {"into": "20260316-0001"},
        "nudges": {"words": "快一点"},
        "notes": {"words": "记一句"},
        "urgency": {"urgency": "urgent"},
        "place": {"place": "恒泰园5号楼"},
        "offer": {"reason": "管不了", "tried": "劝过", "asked": "请出面", "answer_by": super::hence(app, 24)},
        "acceptance": {},
        "return": {"reason": "不归我们"},
        "recall": {},
        "conclusion": {"report": "谈好了"},
    });
    for (_, body) in all.as_object_mut().unwrap() {
        body["version"] = json!(1);
    }
    all
}
