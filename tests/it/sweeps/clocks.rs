//! Clocks: warned, overdue, climbing; holds, other classes, stand-stills.

use std::io::Read;

use chrono::TimeDelta;
use jiban::domain::words::{Outcome, Urgency};
use jiban::engine::tickets::Ask;
use serde_json::Value;

use super::{act, at, codes, hearer, id_of, notices, sweep_at, told_at};
use crate::support::{TestApp, on_both};
use crate::tickets::drain;

/// A drain in `weixiu1`'s hands, contact made: only its finish clock runs, from Monday 16 March for seven working days.
fn started(app: &TestApp) -> String {
    let path = drain(app);
    act(app, "weixiu1", &path, Ask::Start);
    path
}

fn worker(app: &TestApp) -> String {
    app.staff("weixiu1").user().unwrap().to_string()
}

fn hold(app: &TestApp, path: &str, until: &str) {
    act(app, "weixiu1", path, Ask::Hold { reason: "等配件".into(), review_at: at(until) });
}

on_both! {
    /// Tue 17 = 1 … Wed 25 = 7: warned that morning; late from Thursday; two working days a rung after that.
    fn step_by_step_up_the_ladder(app: &TestApp) {
        let path = started(app);
        let worker = worker(app);
        sweep_at(app, "03-24 23:59");
        assert!(notices(app, id_of(&path)).is_empty());
        sweep_at(app, "03-25 00:00");
        assert_eq!(told_at(app, &path, "03-25 00:00"), [format!("due_soon → worker {worker}")]);
        app.person("agent1").get(&path).says("提醒：办结快到时限").says("系统");
        sweep_at(app, "03-26 00:00");
        assert_eq!(codes(app, &path), ["warned"], "on the very moment it is in time");
        sweep_at(app, "03-26 00:01");
        let both = ["overdue → heads maintenance".to_owned(), format!("overdue → worker {worker}")];
        assert_eq!(told_at(app, &path, "03-26 00:01"), both);
        // The clock on the wall is set back, and forward again: nothing is told twice.
        for again in ["03-25 22:01", "03-26 00:01", "03-27 23:59"] {
            sweep_at(app, again);
            assert_eq!(codes(app, &path), ["warned", "overdue"], "{again}");
        }
        sweep_at(app, "03-28 00:00");
        assert_eq!(told_at(app, &path, "03-28 00:00"), ["overdue_climbed → managers property"]);
        sweep_at(app, "04-01 00:00");
        assert_eq!(told_at(app, &path, "04-01 00:00"), ["overdue_other_side → desk committee"]);
        sweep_at(app, "05-20 00:00");
        assert_eq!(codes(app, &path), ["warned", "overdue", "climbed", "climbed"]);
        assert_eq!(notices(app, id_of(&path)).len(), 5);
        let page = app.person("agent1").get(&path);
        page.says("办结超时，时限是").says("报给物业平台经理").says("告知社区平台").hides("补记");
    }

    /// The version stays, so whoever has the form open can send it; and every open page is told.
    fn nobodys_form_goes_stale_and_pages_hear_of_it(app: &TestApp) {
        let path = started(app);
        app.engine.clock().set(at("03-26 09:00"));
        let worker = app.person("weixiu1");
        let form = worker.get(&format!("{path}?do=completion"));
        let mut live = worker.listen("/live");
        app.sweep();
        let mut heard = String::new();
        while !heard.contains("event: changed") {
            let mut some = [0; 1024];
            let n = live.read(&mut some).unwrap();
            assert!(n > 0, "the stream ended: {heard}");
            heard += &String::from_utf8_lossy(&some[..n]);
        }
        let done = [("outcome", "resolved"), ("note", "疏通好了")];
        worker.submit_from(&form, &format!("{path}/completion"), &done).is(303);
        sweep_at(app, "05-01 00:00");
        assert_eq!(codes(app, &path), ["warned", "overdue"], "what is done climbs no more");
    }

    /// Down from Monday to May: one notice a clock, the highest; the record is whole.
    fn after_a_stand_still_the_highest_step_alone_is_told(app: &TestApp) {
        let path = drain(app);
        sweep_at(app, "05-11 09:00");
        assert_eq!(
            told_at(app, &path, "05-11 09:00"),
            ["overdue_climbed → managers property", "overdue_other_side → desk committee"],
            "the first contact's clock ends with the managers"
        );
        let mut codes = codes(app, &path);
        codes.sort_unstable();
        assert_eq!(codes, ["climbed", "climbed", "climbed", "overdue", "overdue", "warned", "warned"]);
        app.person("manager").get(&path).says("办结快到时限").says("（补记）");
        sweep_at(app, "05-11 10:00");
        assert_eq!(notices(app, id_of(&path)).len(), 2);
    }

    /// A finish clock that stands still neither warns nor runs over; the clock of the first contact goes on.
    fn a_held_finish_clock_is_quiet(app: &TestApp) {
        let path = drain(app);
        act(app, "weixiu1", &path, Ask::Take);
        hold(app, &path, "04-20 09:00");
        sweep_at(app, "04-10 09:00");
        assert_eq!(codes(app, &path), ["warned", "overdue", "climbed"]);
        let page = app.person("agent1").get(&path);
        page.says("首次联系超时").hides("办结超时");
        // Eight ends of working days were left, Monday's among them: 13–17 and 20–22 April.
        app.engine.clock().set(at("04-13 09:00"));
        act(app, "weixiu1", &path, Ask::Start);
        sweep_at(app, "04-21 23:59");
        assert_eq!(codes(app, &path).len(), 3);
        sweep_at(app, "04-22 00:00");
        assert_eq!(codes(app, &path)[3..], ["warned"]);
        sweep_at(app, "04-23 00:01");
        assert_eq!(codes(app, &path)[3..], ["warned", "overdue"]);
    }

    /// Warned, held over the limit, resumed: the limit moved, and it warns of the new one.
    fn a_limit_that_moved_is_warned_of_anew(app: &TestApp) {
        let path = started(app);
        sweep_at(app, "03-25 08:00");
        // Back within the same day nothing moved and nothing is said again.
        hold(app, &path, "03-25 12:00");
        sweep_at(app, "03-25 09:00");
        act(app, "weixiu1", &path, Ask::Resume);
        sweep_at(app, "03-25 10:00");
        assert_eq!(codes(app, &path), ["warned"]);
        hold(app, &path, "03-30 09:00");
        sweep_at(app, "03-29 09:00");
        act(app, "weixiu1", &path, Ask::Resume);
        sweep_at(app, "03-29 23:59");
        assert_eq!(codes(app, &path), ["warned"]);
        sweep_at(app, "03-30 00:00");
        assert_eq!(codes(app, &path), ["warned", "warned"]);
    }

    /// A hold hides nothing: what had run out before it goes on climbing.
    fn late_before_the_hold_stays_late(app: &TestApp) {
        let path = started(app);
        sweep_at(app, "03-26 08:00");
        hold(app, &path, "04-20 09:00");
        sweep_at(app, "03-28 00:00");
        assert_eq!(told_at(app, &path, "03-28 00:00"), ["overdue_climbed → managers property"]);
    }

    /// Another class has other limits: told of them from the beginning.
    fn another_class_begins_anew(app: &TestApp) {
        let path = started(app);
        sweep_at(app, "03-26 08:00");
        act(app, "agent1", &path, Ask::SetUrgency { urgency: Urgency::Urgent });
        sweep_at(app, "03-27 04:00");
        assert_eq!(codes(app, &path), ["warned", "overdue", "warned"]);
        // 24 h, then a quarter of it a rung.
        sweep_at(app, "03-27 14:00");
        assert_eq!(codes(app, &path)[3..], ["overdue", "climbed"]);
        assert_eq!(told_at(app, &path, "03-27 14:00"), ["overdue_climbed → managers property"]);
    }

    /// Minutes count when someone must go now: contact in 5, there in 10, done in 120.
    fn an_emergency_climbs_within_minutes(app: &TestApp) {
        let path = drain(app);
        act(app, "agent1", &path, Ask::SetUrgency { urgency: Urgency::Emergency });
        let told = |minute: i64| -> Vec<String> {
            app.engine.clock().set(at("03-16 10:00") + TimeDelta::minutes(minute));
            app.sweep();
            let now = app.now();
            let all = notices(app, id_of(&path)).into_iter().filter(|(at, ..)| *at == now);
            let mut all: Vec<String> = all.map(|(_, template, hearer)| format!("{template} → {hearer}")).collect();
            all.sort();
            all
        };
        assert_eq!(told(3), ["due_soon → queue maintenance"]);
        assert_eq!(told(4), [""; 0]);
        assert_eq!(told(6), ["due_soon → queue maintenance", "overdue → heads maintenance", "overdue → queue maintenance"]);
        assert_eq!(told(10), ["overdue_climbed → managers property"]);
        assert_eq!(told(11), ["overdue → heads maintenance", "overdue → queue maintenance"]);
        assert_eq!(told(15), ["overdue_climbed → managers property"]);
        assert_eq!(told(150), ["overdue_climbed → managers property"]);
        assert_eq!(told(180), ["overdue_other_side → desk committee"]);
    }

    /// A hold nobody looks at again climbs; looked at, it stops.
    fn a_forgotten_hold_climbs(app: &TestApp) {
        let path = started(app);
        hold(app, &path, "03-17 09:00");
        let worker = worker(app);
        sweep_at(app, "03-17 08:59");
        assert!(codes(app, &path).is_empty());
        sweep_at(app, "03-17 09:00");
        assert_eq!(told_at(app, &path, "03-17 09:00"), [format!("review_due → worker {worker}")]);
        sweep_at(app, "03-18 00:00");
        assert_eq!(told_at(app, &path, "03-18 00:00"), ["review_overdue → heads maintenance"]);
        sweep_at(app, "03-19 00:00");
        assert_eq!(told_at(app, &path, "03-19 00:00"), ["review_overdue → managers property"]);
        app.person("agent1").get(&path).says("挂起复查时间到了").says("报给部门负责人");
        act(app, "weixiu1", &path, Ask::Resume);
        hold(app, &path, "03-20 09:00");
        act(app, "weixiu1", &path, Ask::Resume);
        sweep_at(app, "03-23 09:00");
        assert_eq!(codes(app, &path), ["review_due"; 3]);
    }

    /// What could not be done comes back on its day, by the community's own date, however old it is.
    fn deferred_comes_back_on_its_day(app: &TestApp) {
        let path = started(app);
        let review_on = chrono::NaiveDate::from_ymd_opt(2026, 9, 1);
        act(app, "weixiu1", &path, Ask::Finish { outcome: Outcome::Deferred, note: None, review_on });
        let agent = app.program(jiban::domain::words::Platform::Property, jiban::domain::words::Role::Agent, None);
        let item = |app: &TestApp| -> Value {
            let page = agent.get(&format!("/api/v1/tickets/{}", id_of(&path)));
            assert_eq!(page.status, 200, "{} {}", app.now(), page.body);
            page.json()
        };
        let before = item(app);
        sweep_at(app, "08-31 23:59");
        assert_eq!(item(app), before);
        sweep_at(app, "09-01 00:00");
        sweep_at(app, "09-01 00:01");
        let after = item(app);
        assert_eq!(after["status"], "assigned");
        assert_eq!(after["version"].as_i64().unwrap(), before["version"].as_i64().unwrap() + 1);
        assert_eq!(codes(app, &path), ["reopened"]);
        app.person("agent1").get(&path).says("复查日到了，重新打开");
        let told = app.store.read(|db| jiban::store::outbox::of_ticket(db, app.community, id_of(&path))).unwrap();
        let told = told.iter().filter(|row| row.template == "reopened");
        let mut told: Vec<String> = told.map(|row| hearer(&row.hearer.0)).collect();
        told.sort();
        assert_eq!(told, ["queue maintenance", "reporters "]);
    }
}
