//! The alarm of an emergency: who hears it, and that it falls silent by name.

use chrono::TimeDelta;
use jiban::domain::words::{Platform, Queue, Role};
use jiban::engine::setup::{self, NewSeat};
use serde_json::json;

use super::{mailed, run};
use crate::support::smtp::Catcher;
use crate::support::{Page, on_both};

fn acknowledgement(page: &Page) -> String {
    let action = page.body.split("action=\"").find(|rest| rest.starts_with("/alarms/")).expect("an alarm");
    action.split('"').next().unwrap().to_owned()
}

on_both! {
    /// A burst pipe by chat: it rings at those who must go, at their head and at the desk; one says heard, and it is quiet.
    fn an_emergency_rings_until_someone_heard_it(app: &TestApp) {
        let catcher = Catcher::start();
        mailed(app, &["weixiu1", "weixiu-head", "zhixu1"]);
        let worker = app.person("weixiu1");
        worker.get("/account").hides("data-alarm");
        app.say(&app.wechat(), "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
        app.advance(TimeDelta::minutes(2));
        let page = worker.get("/queues/maintenance");
        page.says("data-alarm=\"紧急 20260316-0001\"").says("起</span>").says("收到");
        for hears in ["weixiu-head", "agent1", "manager"] {
            app.person(hears).get("/account").says("data-alarm");
        }
        for deaf in ["zhixu1", "steward1", "admin"] {
            app.person(deaf).get("/account").hides("data-alarm");
        }
        app.person("weixiu2").submit("/account", "/account/duty", &[("on", "false")]).is(303);
        app.person("weixiu2").get("/account").hides("data-alarm");
        run(app, &catcher.outside());
        let mut to: Vec<String> = catcher.taken().into_iter().filter(|l| l.subject().contains("马上到场")).flat_map(|l| l.to).collect();
        to.sort();
        assert_eq!(to, ["weixiu-head@example.com", "weixiu1@example.com"]);

        let action = acknowledgement(&page);
        app.person("zhixu1").submit("/account", &action, &[]).is(404);
        let heard = worker.submit_from(&page, &action, &[("back", "/queues/maintenance")]);
        assert_eq!((heard.status, heard.location.as_str()), (303, "/queues/maintenance"));
        worker.get("/queues/maintenance").hides("data-alarm").says("已记下您收到了紧急呼叫");
        // The head pressed a moment later: no error, and still the first one's name.
        app.person("weixiu-head").submit("/account", &action, &[]).is(303);
        let agent = app.person("agent1");
        let list = agent.get("/agent");
        list.hides("data-alarm");
        let id = worker.get("/queues/maintenance").body.split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
        let ticket = agent.get(&format!("/tickets/{id}"));
        ticket.says("收到紧急呼叫").says("丁师傅");
        assert_eq!(ticket.body.matches("收到紧急呼叫").count(), 1);
    }

    /// Done without anybody pressing: nothing rings for what is over.
    fn a_finished_emergency_is_quiet(app: &TestApp) {
        app.say(&app.wechat(), "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
        let agent = app.person("agent1");
        let worker = app.person("weixiu1");
        let id = worker.get("/queues/maintenance").says("data-alarm").body.split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/tickets/{id}");
        worker.submit(&path, &format!("{path}/start"), &[]).is(303);
        let done = [("outcome", "resolved"), ("note", "关阀换管")];
        worker.submit(&format!("{path}?do=completion"), &format!("{path}/completion"), &done).is(303);
        agent.get("/account").hides("data-alarm");
    }

    /// Nobody hears what is about themselves, nor what rings in a community they do not work in now, whatever seats they have.
    fn some_do_not_hear_it(app: &TestApp) {
        let about = app.staff("weixiu1").user().unwrap();
        let desk = app.program(Platform::Property, Role::Manager, None);
        let subject = json!({"words": "丁师傅修的水管又爆了", "queue": "maintenance", "urgency": "emergency", "subjects": [about]});
        desk.post("/api/v1/tickets", &subject).is(201);
        app.person("weixiu1").get("/account").hides("data-alarm");
        app.person("weixiu2").get("/account").says("data-alarm=\"紧急 20260316-0001\"");

        // Whoever has several seats begins in the community of the oldest.
        app.advance(TimeDelta::seconds(1));
        let there = setup::community(&app.engine, "linshe").unwrap();
        let seat = |login: &str| {
            let user = app.staff(login).user().unwrap();
            let seat = NewSeat::new(user, Platform::Property, Role::Worker).in_queue(Queue::Order);
            setup::add_seat(&app.engine, there, &seat).unwrap();
        };
        seat("zhixu1");
        seat("weixiu2");
        let elsewhere = json!({"words": "楼道里打起来了", "queue": "order", "urgency": "emergency"});
        app.foreign_program().post("/api/v1/tickets", &elsewhere).is(201);
        app.person("zhixu1").get("/account").hides("data-alarm");
        let alarms = app.person("weixiu2").get("/account").body.matches("data-alarm=").count();
        assert_eq!((alarms, app.count("alarm")), (1, 2));
    }
}
