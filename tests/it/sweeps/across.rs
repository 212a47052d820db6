//! Two platforms: offers nobody answers, each side's own clock, and what must stay with one side.

use jiban::domain::words::Queue;
use jiban::engine::tickets::Ask;

use super::{act, at, codes, id_of, notices, sweep_at, told_at};
use crate::support::{TestApp, on_both};
use crate::tickets::drain;

fn offer(app: &TestApp, path: &str, until: &str) {
    let ask = Ask::Offer {
        reason: "物业无权入户".into(),
        tried: "上门两次".into(),
        asked: "请联系户主".into(),
        answer_by: at(until),
    };
    act(app, "agent1", path, ask);
}

/// What a follower's sentence opened: the newest ticket the committee's desk sees.
fn newest(app: &TestApp) -> String {
    let program = app.program(jiban::domain::words::Platform::Committee, jiban::domain::words::Role::Manager, None);
    let list = program.get("/api/v1/tickets?limit=1").json();
    format!("/tickets/{}", list["items"][0]["id"].as_str().unwrap())
}

on_both! {
    /// Asked to answer by Wednesday 17:00: the desk, its managers that night, both sides' a working day later.
    fn an_offer_nobody_answers_climbs(app: &TestApp) {
        let path = drain(app);
        act(app, "weixiu1", &path, Ask::Start);
        offer(app, &path, "03-18 17:00");
        sweep_at(app, "03-18 17:00");
        assert!(codes(app, &path).is_empty());
        sweep_at(app, "03-18 17:01");
        assert_eq!(told_at(app, &path, "03-18 17:01"), ["offer_unanswered → desk committee"]);
        sweep_at(app, "03-19 00:00");
        assert_eq!(told_at(app, &path, "03-19 00:00"), ["offer_unanswered → managers committee"]);
        sweep_at(app, "03-20 00:00");
        assert_eq!(
            told_at(app, &path, "03-20 00:00"),
            ["offer_unanswered → managers committee", "offer_unanswered → managers property"]
        );
        app.person("director").get(&path).says("协同请求到时未答复，提醒社区平台").says("报给双方经理");
        sweep_at(app, "03-24 00:00");
        assert_eq!(codes(app, &path), ["offer_unanswered"; 3]);
    }

    /// Answered, there is nothing more to say; while it waits the other desk is not told a second way.
    fn an_answer_ends_it(app: &TestApp) {
        let (first, second) = (drain(app), drain(app));
        for path in [&first, &second] {
            act(app, "weixiu1", path, Ask::Start);
            offer(app, path, "03-18 17:00");
        }
        sweep_at(app, "03-18 18:00");
        act(app, "committee1", &first, Ask::Return { reason: "已有物业电话".into() });
        sweep_at(app, "05-11 09:00");
        assert_eq!(codes(app, &first).iter().filter(|code| **code == "offer_unanswered").count(), 1);
        assert!(told_at(app, &first, "05-11 09:00").contains(&"overdue_other_side → desk committee".to_owned()));
        assert_eq!(
            told_at(app, &second, "05-11 09:00"),
            [
                "offer_unanswered → managers committee",
                "offer_unanswered → managers property",
                "overdue_climbed → managers property"
            ]
        );
    }

    /// The committee answers to the resident, the property does the work: each hears of its own clock.
    fn each_side_hears_of_its_own_clock(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-lin", 1, "恒泰园3号楼2单元501卫生间下水道堵了");
        let path = newest(app);
        act(app, "weixiu1", &path, Ask::Start);
        let due = app.program(jiban::domain::words::Platform::Committee, jiban::domain::words::Role::Manager, None);
        let item = due.get(&format!("/api/v1/tickets/{}", id_of(&path))).json();
        assert_eq!((item["lead"].as_str(), item["holder"].as_str()), (Some("committee"), Some("property")), "{item}");
        app.engine.clock().set(item["due_at"].as_str().unwrap().parse().unwrap());
        app.advance(chrono::TimeDelta::seconds(1));
        app.sweep();
        let mut told: Vec<String> =
            notices(app, id_of(&path)).into_iter().map(|(_, template, to)| format!("{template} → {to}")).collect();
        told.sort();
        let worker = app.staff("weixiu1").user().unwrap();
        let expected =
            ["overdue → desk committee".to_owned(), "overdue → heads maintenance".into(), format!("overdue → worker {worker}")];
        assert_eq!(told, expected);
    }

    /// A complaint about the property's people climbs inside the committee alone.
    fn what_is_confidential_stays_with_the_committee(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-wang", 1, "物业的人态度太差，骂人");
        let path = newest(app);
        let found = app.person("committee1").get(&path);
        found.is(200).says("保密");
        sweep_at(app, "08-31 09:00");
        let told = notices(app, id_of(&path));
        assert!(!told.is_empty());
        assert!(told.iter().all(|(_, _, to)| to.ends_with("committee")), "{told:?}");
        app.person("manager").get(&path).is(404);
    }

    /// Whoever has it at the time hears, not whoever had it before; nobody: the queue; no queue: the desk.
    fn the_one_who_has_it_now_hears(app: &TestApp) {
        let (moved, back) = (drain(app), drain(app));
        for path in [&moved, &back] {
            act(app, "weixiu1", path, Ask::Start);
        }
        app.engine.clock().set(at("03-24 09:00"));
        let away = Ask::Transfer { queue: Queue::Environment, worker: None, reason: "公区管道".into() };
        act(app, "agent1", &moved, away);
        act(app, "weixiu1", &back, Ask::HandBack { reason: "不归维修".into() });
        sweep_at(app, "03-25 00:00");
        assert_eq!(told_at(app, &moved, "03-25 00:00"), ["due_soon → queue environment"]);
        assert_eq!(told_at(app, &back, "03-25 00:00"), ["due_soon → desk property"]);
    }
}
