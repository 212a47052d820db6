//! Days that are over are counted once; the figures are the same before, in between and after, for everybody.

use chrono::TimeDelta;
use jiban::domain::scope::Scope;
use jiban::domain::words::{Outcome, Platform, Queue, Role};
use jiban::engine::intake::Draft;
use jiban::engine::{Worked, roll_up};
use jiban::store::roll_up::past;
use serde_json::json;

use super::{finish, open, open_as, reopen};
use crate::support::{Page, Person, TestApp, on_both};

/// Runs the job until it has read everything. On PostgreSQL the feed waits for transactions of other stories too.
fn roll_up_all(app: &TestApp) {
    let scope = Scope { user: None, ..Scope::of(&app.staff("agent1"), true) };
    let since = app.now() - TimeDelta::days(60);
    loop {
        while roll_up::sweep(&app.engine).unwrap().more {}
        let past = app.store.read(|db| past(db, &scope, (since.date_naive(), since))).unwrap();
        let today = (app.now() + TimeDelta::hours(8)).date_naive();
        let over = |at: &chrono::DateTime<chrono::Utc>| (*at + TimeDelta::hours(8)).date_naive() < today;
        if past.until == today.pred_opt() && !past.apart.iter().any(over) {
            return;
        }
        std::thread::yield_now();
    }
}

/// The figures of the page: what is the same as long as nothing happens.
fn figures(person: &Person) -> String {
    let page = person.get("/manage");
    page.is(200);
    page.body.split("<main").nth(1).unwrap().to_owned()
}

/// What the table of days says of one: solved and opened.
#[track_caller]
fn day(page: &Page, date: &str) -> (i64, i64) {
    let count = |more: &str| -> i64 {
        let link = format!("href=\"/tickets?from={date}&#38;to={date}{more}\">");
        let cells = page.body.split("<td").filter_map(|cell| cell.split_once(&link));
        cells.filter_map(|(_, rest)| rest.split('<').next()?.replace(',', "").parse().ok()).next().unwrap_or(0)
    };
    (count("&#38;only=same_day"), count(""))
}

on_both! {
    /// Counted from tickets, from roll-ups, from both while a change waits to be read: the same page.
    fn the_same_figures_all_along(app: &TestApp) {
        let committee = app.program(Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee));
        let quick = open(app, "当天办完的");
        finish(app, quick, Outcome::Resolved);
        open(app, "没办的");
        app.say(&app.wechat(), "o-zhang", 1, "物业的人态度太差");
        app.say(&app.wechat(), "o-zhang", 2, "楼道里全是垃圾没人扫");
        committee.post("/api/v1/tickets", &json!({"words": "居委会的事", "queue": "committee"})).is(201);
        committee.post("/api/v1/tickets", &json!({"words": "热线转来", "channel": "city_12345", "queue": "order"})).is(201);
        let about = app.staff("manager").user().unwrap();
        app.advance(TimeDelta::days(1));
        open_as(app, "经理停车占了消防通道", Draft { subjects: vec![about], ..Draft::default() });
        finish(app, open(app, "第二天的"), Outcome::Explained);
        app.advance(TimeDelta::days(3));
        open(app, "今天的");
        let people = ["manager", "director", "admin"].map(|login| app.person(login));
        let before = people.each_ref().map(figures);
        roll_up_all(app);
        assert!(app.count("roll_up") >= 5, "{}", app.count("roll_up"));
        assert_eq!(before, people.each_ref().map(figures));
        let (manager, director) = (&people[0], &people[1]);
        assert_eq!(day(&manager.get("/manage"), "2026-03-16"), (1, 4));
        assert_eq!(day(&director.get("/manage"), "2026-03-16"), (0, 4));
        // Nobody counts what is about himself.
        assert_eq!(day(&manager.get("/manage"), "2026-03-17"), (1, 1));
        assert_eq!(day(&manager.get("/manage"), "2026-03-20"), (0, 1));

        // A later reopening takes a day's share away, before the job has read of it and after.
        reopen(app, quick);
        let waiting = people.each_ref().map(figures);
        assert_eq!(day(&manager.get("/manage"), "2026-03-16"), (0, 4));
        app.check();
        roll_up_all(app);
        assert_eq!(waiting, people.each_ref().map(figures));
        app.check();
        assert_eq!(roll_up::sweep(&app.engine).unwrap(), Worked::default());
        // The day that just ended is counted as well, once it is over.
        let until = || app.count("roll_up_until WHERE day >= '2026-03-20'");
        assert_eq!(until(), 0);
        app.advance(TimeDelta::days(1));
        let before = figures(&app.person("manager"));
        roll_up_all(app);
        assert_eq!((until(), before), (1, figures(&app.person("manager"))));
    }

    /// The page reads roll-ups, and the check proves them.
    fn roll_ups_are_read_and_proved(app: &TestApp) {
        finish(app, open(app, "灯坏了"), Outcome::Resolved);
        app.advance(TimeDelta::days(1));
        let manager = app.person("manager");
        roll_up_all(app);
        assert_eq!(day(&manager.get("/manage"), "2026-03-16"), (1, 1));
        app.execute("UPDATE roll_up SET opened = opened + 6");
        assert_eq!(day(&manager.get("/manage"), "2026-03-16"), (1, 7));
        let broken = app.store.read(jiban::store::check::all).unwrap();
        // What is counted is wrong, and so what should be counted is missing.
        let broken: Vec<(&str, i64)> = broken.iter().map(|broken| (broken.rule, broken.count)).collect();
        assert_eq!(broken, [("a day that is rolled up counts what its tickets say", 2)]);
        app.execute("UPDATE roll_up SET opened = opened - 6");
        app.execute("DELETE FROM roll_up");
        assert_eq!(app.store.read(jiban::store::check::all).unwrap().len(), 1);
        // A late change makes the day anew.
        let id = jiban::domain::ids::TicketId(first_id(app));
        reopen(app, id);
        roll_up_all(app);
        assert_eq!(day(&manager.get("/manage"), "2026-03-16"), (0, 1));
    }
}

fn first_id(app: &TestApp) -> uuid::Uuid {
    let program = app.program(Platform::Property, Role::Manager, None);
    let id = program.get("/api/v1/tickets").json()["items"][0]["id"].as_str().unwrap().to_owned();
    id.parse().unwrap()
}
