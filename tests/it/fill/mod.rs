//! A made-up community's history is filled in by the rules of the verbs: played both ways, the same rows come out.

mod rows;
mod story;

use chrono::{DateTime, TimeDelta, Utc};
use jiban::domain::actor::{Actor, Staff};
use jiban::domain::call::{CallResult, Direction, Moments, Said};
use jiban::domain::ids::{CallId, ResidentId, TicketId};
use jiban::engine::conversation::{self, Content, Heard};
use jiban::engine::fill::{Caller, Case, Fill, Follower, Writer, Wrote};
use jiban::engine::intake::{self, Draft};
use jiban::engine::tickets::{self, Seen};
use jiban::engine::{alarm, hotline, look, setup};

use crate::support::app::postgres;
use crate::support::town::SLUG;
use crate::support::{Backend, TestApp};
use rows::{TABLES, rows};
use story::{Step, story};

/// A call's events, as the switchboard tells them.
fn told(phone: &str, extension: &str, at: DateTime<Utc>, talk: Option<TimeDelta>) -> Vec<Said> {
    let mut said = Said {
        call_id: format!("demo-{extension}-{}", at.timestamp_micros()),
        direction: Direction::Inbound,
        number: phone.to_owned(),
        extension: Some(extension.to_owned()),
        moments: Moments { started_at: Some(at), ringing_at: Some(at), ..Moments::default() },
        result: None,
        talk_seconds: None,
        recording: None,
        at,
    };
    let mut all = vec![said.clone()];
    if let Some(talk) = talk {
        said.at = at + TimeDelta::seconds(6);
        said.moments.answered_at = Some(said.at);
        all.push(said.clone());
        said.at += talk;
    } else {
        said.at = at + WAITED;
        said.result = Some(CallResult::Missed);
    }
    said.moments.ended_at = Some(said.at);
    all.push(said);
    all
}

const TALK: TimeDelta = TimeDelta::minutes(2);
const WAITED: TimeDelta = TimeDelta::seconds(38);
/// From the ring to the agent's click.
const WRITTEN: TimeDelta = TimeDelta::seconds(70);

fn resident(app: &TestApp, agent: &Staff, phone: &str) -> (ResidentId, jiban::domain::ids::PlaceId) {
    let found = look::caller(&app.engine, agent, phone).unwrap();
    let person = found.people.first().expect("the register knows the number");
    (person.id, person.homes.first().expect("lives somewhere").0)
}

/// Through the verbs.
fn by_verbs(app: &TestApp, began: DateTime<Utc>) {
    let engine = &app.engine;
    let mut ids: std::collections::HashMap<&str, TicketId> = std::collections::HashMap::new();
    let source = hotline::sources(engine, app.community).unwrap().remove(0);
    let account = setup::wechat_account(engine, SLUG).unwrap().unwrap();
    let mut messages = 0;
    for (minutes, step) in story(began) {
        let at = began + TimeDelta::minutes(minutes);
        engine.clock().set(at);
        match step {
            Step::Ring(phone, own, (agent, extension), (name, draft)) => {
                let staff = app.staff(agent);
                for (n, said) in told(phone, extension, at, Some(TALK)).iter().enumerate() {
                    engine.clock().set(said.at);
                    hotline::receive(engine, &source, &format!("{minutes} {n}"), said).unwrap();
                }
                engine.clock().set(at);
                let call: CallId = hotline::calls(engine, &staff, true).unwrap().today[0].id;
                engine.clock().set(at + WRITTEN);
                let resident = own.map(|phone| resident(app, &staff, phone).0);
                let draft = Draft { call: Some(call), resident, ..draft };
                ids.insert(name, intake::open(engine, &staff, &draft, None).unwrap().receipt.id);
            }
            Step::Miss(phone, back) => {
                for (n, said) in told(phone, "8001", at, None).iter().enumerate() {
                    engine.clock().set(said.at);
                    hotline::receive(engine, &source, &format!("{minutes} {n}"), said).unwrap();
                }
                engine.clock().set(at + WAITED + TimeDelta::seconds(10));
                hotline::make_call_backs(engine).unwrap();
                if let Some(back) = back {
                    engine.clock().set(at + TimeDelta::minutes(back));
                    let staff = app.staff("agent1");
                    let task = hotline::calls(engine, &staff, true).unwrap().call_backs[0].id;
                    hotline::settle_call_back(engine, &staff, task, hotline::CallBackAnswer::Done).unwrap();
                }
            }
            Step::Bring(staff, (name, draft)) => {
                ids.insert(name, intake::open(engine, &app.staff(staff), &draft, None).unwrap().receipt.id);
            }
            Step::Write(sender, words) => {
                messages += 1;
                let content = Content::Text(words.to_owned());
                let heard = Heard { sender: sender.to_owned(), key: vec![messages], content };
                conversation::receive(engine, app.community, account.id, &heard).unwrap();
                let newest = look::tickets(engine, &app.staff("committee1"), &look::Filter::default(), (None, 1));
                ids.insert(sender, newest.unwrap().items[0].id);
            }
            Step::Act(name, staff, ask) => {
                let seen = Seen { id: ids[name], version: None };
                let done = tickets::act(engine, &app.staff(staff), seen, &ask);
                done.unwrap_or_else(|e| panic!("{name} {staff} {ask:?}: {e}"));
            }
            Step::Hear(name, staff) => {
                let session = app.session(staff);
                let ringing = alarm::ringing(engine, &session).unwrap();
                let alarm = ringing.iter().find(|line| line.ticket == ids[name]).unwrap();
                alarm::acknowledge(engine, session.staff.as_ref().unwrap(), alarm.id).unwrap();
            }
        }
    }
}

/// In bulk.
fn by_fill(app: &TestApp, began: DateTime<Utc>) {
    let engine = &app.engine;
    let mut fill = Fill::new(engine, app.community).unwrap();
    let mut cases: std::collections::HashMap<&str, Case> = std::collections::HashMap::new();
    let mut followers: Vec<Follower> = Vec::new();
    for (minutes, step) in story(began) {
        let at = began + TimeDelta::minutes(minutes);
        match step {
            Step::Ring(phone, own, (agent, extension), (name, draft)) => {
                let staff = app.staff(agent);
                let caller = Caller { phone, own: own.is_some(), extension, agent: staff.user().unwrap() };
                let rung = fill.ring(caller, at, TALK).unwrap();
                let (resident, home) = own.map(|phone| resident(app, &staff, phone)).unzip();
                let draft = Draft { call: Some(rung.id), resident, ..draft };
                cases.insert(name, fill.open(&staff, (&draft, home), Some(&rung), at + WRITTEN).unwrap());
            }
            Step::Miss(phone, back) => {
                let agent = app.staff("agent1").user().unwrap();
                let caller = Caller { phone, own: true, extension: "8001", agent };
                fill.miss(caller, at, (WAITED, back.map(|back| at + TimeDelta::minutes(back)))).unwrap();
            }
            Step::Bring(staff, (name, draft)) => {
                cases.insert(name, fill.open(&app.staff(staff), (&draft, None), None, at).unwrap());
            }
            Step::Write(sender, words) => {
                let mut follower = fill.follower(sender, at).unwrap();
                match fill.write(&mut follower, (words, false), at).unwrap() {
                    Wrote::Opened(case) => drop(cases.insert(sender, case)),
                    Wrote::Unfiled => {}
                    Wrote::Unclear => panic!("{words} is not clear"),
                }
                followers.push(follower);
            }
            Step::Act(name, staff, ask) => {
                let actor = Actor::Staff(app.staff(staff));
                let done = fill.act(cases.get_mut(name).unwrap(), &actor, &ask, at);
                done.unwrap_or_else(|e| panic!("{name} {staff} {ask:?}: {e}"));
            }
            Step::Hear(name, staff) => {
                fill.hear(cases.get_mut(name).unwrap(), &Actor::Staff(app.staff(staff)), at).unwrap();
            }
        }
    }
    for case in cases.into_values() {
        fill.keep(case);
    }
    let mut writer = Writer::new(engine).unwrap();
    writer.write(&fill.take()).unwrap();
    writer.write(&fill.finish()).unwrap();
    writer.finish(&followers.iter().collect::<Vec<_>>()).unwrap();
}

fn played(verbs: &TestApp, filled: &TestApp) {
    let began = verbs.now() + TimeDelta::minutes(1);
    by_verbs(verbs, began);
    by_fill(filled, began);
    for (table, columns) in TABLES {
        let (one, other) = (rows(verbs, table, columns), rows(filled, table, columns));
        assert!(!one.is_empty(), "the story leaves no {table}");
        for (a, b) in one.iter().zip(&other) {
            assert_eq!(a, b, "{table}");
        }
        assert_eq!(one.len(), other.len(), "{table}");
    }
    verbs.index();
    verbs.check();
    filled.check();
    found_alike(verbs, filled);
    // What is sealed opens.
    filled.engine.clock().set(began + TimeDelta::minutes(700));
    let agent = filled.staff("agent1");
    let found = look::caller(&filled.engine, &agent, "13900003333").unwrap();
    let noise = found.history.first().expect("a request of this number").id;
    let page = look::ticket(&filled.engine, &agent, noise).unwrap();
    let shown = tickets::show_phone(&filled.engine, &agent, noise, page.reporters[0].id).unwrap();
    assert_eq!(shown, "13900003333");
}

/// What the fill writes into the index is what the job makes of the verbs, and it leaves the job nothing to read.
fn found_alike(verbs: &TestApp, filled: &TestApp) {
    assert_eq!(filled.count("search_document"), filled.count("ticket"));
    for typed in ["下水道", "3号楼", "20260316", "水管 关不上", "怎么还没人来", "明天上门", "防水", "Blocked drain"]
    {
        let query = jiban::domain::search::Query::parse(typed).unwrap();
        let found = |app: &TestApp| -> Vec<String> {
            let staff = app.staff("agent1");
            let page = look::search(&app.engine, &staff, (&query, &look::Filter::default()), (None, 200)).unwrap();
            page.items.iter().map(|line| line.number.to_string()).collect()
        };
        let (one, other) = (found(verbs), found(filled));
        assert_eq!(one, other, "{typed}");
        assert!(!one.is_empty(), "{typed} finds nothing");
    }
    assert_eq!(jiban::engine::search::index(&filled.engine).unwrap().done, 0);
}

#[test]
fn the_same_rows_come_out_on_sqlite() {
    played(&TestApp::start(Backend::Sqlite), &TestApp::start(Backend::Sqlite));
}

#[test]
fn the_same_rows_come_out_on_postgres() {
    if let (Some(one), Some(other)) = (postgres(), postgres()) {
        played(&TestApp::start(one), &TestApp::start(other));
    }
}
