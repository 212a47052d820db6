//! The interface's description: current, whole, and true.

use std::collections::BTreeSet;

use jiban::api::openapi;
use serde_json::{Value, json};

use super::{TICKETS, a_drain, at, did, hence, open, property};
use crate::support::on_both;

/// Methods and paths of the document, as `endpoints.txt` writes them.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter().map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    all.collect()
}

fn pointers(of: &Value, out: &mut BTreeSet<String>) {
    match of {
        Value::Object(members) => {
            out.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| pointers(value, out));
        }
        Value::Array(all) => all.iter().for_each(|value| pointers(value, out)),
        _ => {}
    }
}

/// Follows a pointer into the document.
fn at_pointer<'a>(document: &'a Value, of: &'a Value) -> &'a Value {
    match of["$ref"].as_str() {
        Some(pointer) => document.pointer(&pointer[1..]).unwrap_or_else(|| panic!("nothing at {pointer}")),
        None => of,
    }
}

/// Whether a value is what a schema says, as far as types, members and codes go.
fn holds(document: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let schema = at_pointer(document, schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| holds(document, choice, value, path).is_ok());
        return if fits { Ok(()) } else { Err(format!("{path}: {value} is none of {choices:?}")) };
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        holds(document, part, value, path)?;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![kind],
    };
    let fits = allowed.contains(&kind) || (kind == "integer" && allowed.contains(&"number"));
    if !fits {
        return Err(format!("{path}: {value} is no {allowed:?}"));
    }
    if schema["enum"].as_array().is_some_and(|codes| !codes.contains(value)) {
        return Err(format!("{path}: {value} is none of the codes"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            return Err(format!("{path}: no {name}"));
        }
    }
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(member) = value.get(name) {
            holds(document, of, member, &format!("{path}.{name}"))?;
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        holds(document, &schema["items"], item, &format!("{path}[{n}]"))?;
    }
    Ok(())
}

#[test]
fn the_copy_under_review_is_current() {
    let kept = include_str!("../../../docs/openapi.json");
    assert!(
        kept == openapi::text(),
        "docs/openapi.json is not what the code says; renew it with: cargo run -q -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = openapi::document();
    let described: BTreeSet<String> = operations(&document).into_iter().map(|(name, _)| name).collect();
    let listed: BTreeSet<String> = include_str!("endpoints.txt").lines().map(str::to_owned).collect();
    assert_eq!(described, listed, "endpoints.txt and the description differ");
}

#[test]
fn every_operation_is_whole() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["security"], json!([{"token": []}]));
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}: its id is another's");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        let success = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap().1;
        assert_eq!(success["content"].is_null(), name.starts_with("HEAD"), "{name}");
        let mut needed = vec!["400", "401", "422", "500", "503"];
        if name.starts_with("POST") {
            needed.extend(["403", "409", "413", "415"]);
            assert!(operation["requestBody"]["content"]["application/json"]["example"].is_object(), "{name}");
        }
        if name.contains('{') {
            needed.push("404");
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(parameters.iter().any(|one| one["in"] == "path" && one["required"] == true), "{name}");
        }
        for status in needed {
            assert!(responses.contains_key(status), "{name} does not say {status}");
        }
    }
    let open = &document["paths"]["/tickets"]["post"];
    let header = open["parameters"].as_array().unwrap().iter().find(|one| one["in"] == "header");
    assert_eq!(header.unwrap()["name"], "Idempotency-Key");
}

#[test]
fn every_pointer_leads_somewhere_and_every_schema_is_used() {
    let document = openapi::document();
    let mut all = BTreeSet::new();
    pointers(&document, &mut all);
    for pointer in &all {
        assert!(document.pointer(&pointer[1..]).is_some(), "nothing at {pointer}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(all.contains(&format!("#/components/schemas/{name}")), "nobody uses {name}");
    }
}

on_both! {
    /// The fields that are read are the fields that are described, for every body there is.
    fn bodies_are_as_described(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        let document = openapi::document();
        let mut tried = 0;
        for (name, operation) in operations(&document).into_iter().filter(|(name, _)| name.starts_with("POST")) {
            let schema = at_pointer(&document, &operation["requestBody"]["content"]["application/json"]["schema"]);
            let fields: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let path = match name.split_once("{id}/") {
                Some((_, "settlement")) => at(&item, "settlement").replace("/tickets/", "/call-backs/"),
                Some((_, noun)) => at(&item, noun),
                None => TICKETS.to_owned(),
            };
            let told = desk.post(&path, &json!({"nothing_of_ours": 1}));
            told.is(422);
            let told = desk.post_with(&path, &[("accept-language", "en")], br#"{"nothing_of_ours": 1}"#).json();
            let allowed = told["detail"].as_str().unwrap().split("allowed: ").nth(1).unwrap().trim_end_matches('.');
            assert_eq!(allowed.split(", ").collect::<BTreeSet<_>>(), fields, "{name}");
            // What must be there is what is missed.
            for needed in schema["required"].as_array().unwrap() {
                let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
                body.as_object_mut().unwrap().remove(needed.as_str().unwrap());
                let told = desk.post(&path, &body);
                assert_eq!((told.status, &told.json()["field"]), (422, needed), "{name}");
            }
            tried += 1;
        }
        assert_eq!(tried, 23);
    }

    /// What is answered is what is described.
    fn answers_are_as_described(app: &TestApp) {
        let desk = property(app);
        let item = open(&desk, &json!({
            "words": "厨房下水道堵了", "place": "恒泰园3号楼2单元501", "phone": "13800000001", "queue": "maintenance",
        }));
        let hold = json!({"reason": "等配件", "review_at": hence(app, 48)});
        let head = app.staff("weixiu-head");
        let id = item["id"].as_str().unwrap().parse().unwrap();
        let seen = |version| jiban::engine::tickets::Seen { id, version };
        let take = jiban::engine::tickets::Ask::Take;
        jiban::engine::tickets::act(&app.engine, &head, seen(None), &take).unwrap();
        let reason = hold["reason"].as_str().unwrap().to_owned();
        let review_at = app.now() + chrono::TimeDelta::hours(48);
        let held = jiban::engine::tickets::Ask::Hold { reason, review_at };
        jiban::engine::tickets::act(&app.engine, &head, seen(None), &held).unwrap();
        let fresh = desk.get(&at(&item, "")).json();
        did(&desk, &fresh, "notes", json!({"words": "记一句"}));
        open(&desk, &json!({"words": "有点事想问", "keep_unassigned": true}));
        let agent = app.program(jiban::domain::words::Platform::Property, jiban::domain::words::Role::Agent, None);
        let document = openapi::document();
        for (template, path) in [
            ("/me", "/me".to_owned()),
            ("/queues", "/queues".to_owned()),
            ("/residents", "/residents?query=13800000001".to_owned()),
            ("/calls", "/calls".to_owned()),
            ("/call-backs", "/call-backs".to_owned()),
            ("/tickets", "/tickets".to_owned()),
            ("/tickets/{id}", format!("/tickets/{}", item["id"].as_str().unwrap())),
            ("/tickets/by-number/{number}", format!("/tickets/by-number/{}", item["number"].as_str().unwrap())),
        ] {
            let answer = agent.get(&format!("/api/v1{path}"));
            answer.is(200);
            let schema = &document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            holds(&document, schema, &answer.json(), template).unwrap();
        }
        let refused = desk.get("/api/v1/tickets?limit=0");
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        holds(&document, &schema, &refused.json(), "problem").unwrap();
        assert!(holds(&document, &schema, &json!({"type": 1}), "problem").is_err());
    }

    /// The document and its page are open, and need nobody else's server.
    fn served(app: &TestApp) {
        let visitor = app.visitor();
        let document = visitor.get("/api/openapi.json");
        document.is(200);
        assert_eq!(document.header("content-type"), "application/json");
        assert_eq!(document.body, openapi::text());
        let page = visitor.get("/api/docs");
        page.is(200).says("Open a ticket").says("GET /tickets/by-number/{number}").says("Idempotency-Key");
        page.says("id=\"s-TicketItem\"").hides("http://").hides("https://").hides("style=").hides("<script>");
        assert!(page.header("content-security-policy").contains("script-src 'self'"));
        for (_, operation) in operations(&openapi::document()) {
            let id = operation["operationId"].as_str().unwrap();
            if !id.ends_with("Head") {
                page.says(&format!("id=\"{id}\""));
            }
        }
    }
}
