//! The register, for those who answer callers.

use jiban::domain::words::{Platform, Queue, Role};
use serde_json::{Value, json};

use super::{a_drain, at, committee, open, problem, property, wrong_field};
use crate::support::{Program, on_both};

fn found(program: &Program, query: &str) -> Vec<Value> {
    let page = program.get(&format!("/api/v1/residents?query={query}"));
    page.is(200).hides("13800000");
    page.json()["items"].as_array().unwrap().clone()
}

on_both! {
    /// By number, its end, a name or a flat; numbers are masked, and who was found can be named when a ticket is opened.
    fn looked_up(app: &TestApp) {
        let agent = app.program(Platform::Property, Role::Agent, None);
        let zhang = found(&agent, "13800000001");
        assert_eq!(zhang.len(), 1);
        assert_eq!((&zhang[0]["name"], &zhang[0]["care_note"]), (&json!("张三"), &json!("独居，听力弱")));
        assert_eq!(zhang[0]["phones"], json!(["138****0001"]));
        assert_eq!(zhang[0]["homes"][0]["place"], "恒泰园 3 号楼 2 单元 501");
        assert_eq!(zhang[0]["homes"][0]["relation"], "owner");
        assert_eq!(found(&agent, "0002").len(), 2);
        assert_eq!(found(&agent, "%E7%8E%8B%E4%BA%94")[0]["name"], "王五");
        assert_eq!(found(&agent, "%E6%81%92%E6%B3%B0%E5%9B%AD3%E5%8F%B7%E6%A5%BC2%E5%8D%95%E5%85%83603").len(), 2);
        assert_eq!(found(&agent, "13911112222"), Vec::<Value>::new());
        assert_eq!(found(&committee(app), "13800000004")[0]["name"], "赵六");
        let item = open(&agent, &json!({"words": "灯不亮", "resident": zhang[0]["id"], "queue": "maintenance"}));
        let page = agent.get(&at(&item, "")).json();
        assert_eq!(page["reporters"][0]["resident_id"], zhang[0]["id"]);
        let english = agent.get_in("en", "/api/v1/residents?query=13800000001").json();
        assert!(english["items"][0]["homes"][0]["place"].as_str().unwrap().contains("Building 3"));
    }

    /// Nobody else's: neither another role's nor another community's.
    fn not_for_others(app: &TestApp) {
        a_drain(&property(app));
        for (platform, role, queue) in [
            (Platform::Property, Role::Manager, None),
            (Platform::Property, Role::Worker, Some(Queue::Maintenance)),
            (Platform::Property, Role::Steward, Some(Queue::Steward)),
            (Platform::Property, Role::Admin, None),
            (Platform::Committee, Role::Manager, None),
        ] {
            let program = app.program(platform, role, queue);
            problem(&program.get("/api/v1/residents?query=13800000001"), 403, "forbidden");
        }
        problem(&app.foreign_program().get("/api/v1/residents?query=13800000001"), 403, "forbidden");
        let agent = app.program(Platform::Property, Role::Agent, None);
        for (query, code, field) in [
            ("", "missing", "query"),
            ("query=", "missing", "query"),
            ("query=%20", "missing", "query"),
            ("query=a&query=b", "form", "query"),
            ("query=a%00b", "form", "query"),
            ("q=1", "unknown_parameter", "q"),
        ] {
            wrong_field(&agent.get(&format!("/api/v1/residents?{query}")), code, field);
        }
        let long = "x".repeat(101);
        wrong_field(&agent.get(&format!("/api/v1/residents?query={long}")), "form", "query");
    }
}
