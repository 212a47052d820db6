//! The lists: who sees which, by tab, by building, and what the committee's desk shows.

use chrono::TimeDelta;
use jiban::domain::sla::ClockState;
use jiban::domain::view::ClockView;
use jiban::domain::words::{ClockKind, Outcome, Queue, Urgency};
use jiban::engine::intake::Draft;
use jiban::engine::look;
use jiban::engine::tickets::{self, Ask, Seen};

use super::tickets::{drain, ticket};
use crate::support::{TestApp, on_both};

fn noise(app: &TestApp, place: &str) -> String {
    let draft = Draft {
        words: format!("楼上半夜拖椅子 {place}"),
        place: Some(place.into()),
        queue: Some(Queue::Steward),
        ..Draft::default()
    };
    ticket(app, draft)
}

on_both! {
    /// A steward sees the own building, the neighbour's steward the other one.
    fn stewards_see_their_own_building(app: &TestApp) {
        let (here, there) = (noise(app, "恒泰园3号楼2单元603"), noise(app, "富泽园3号楼1单元501"));
        let steward = app.person("steward1");
        let sent = steward.get("/steward");
        assert_eq!((sent.status, sent.location.as_str()), (303, "/queues/steward"));
        steward.get("/queues/steward").is(200).says("恒泰园3号楼2单元603").hides("富泽园3号楼1单元501");
        steward.get(&here).is(200);
        steward.get(&there).is(404);
        app.person("steward2").get("/queues/steward").says("富泽园3号楼1单元501").hides("恒泰园3号楼2单元603");
        let all = app.person("agent1").get("/queues/steward");
        all.is(200).says("恒泰园3号楼2单元603").says("富泽园3号楼1单元501").says("全部楼栋");
        app.person("weixiu1").get("/queues/steward").is(403);
        app.person("agent1").get("/queues/nowhere").is(404);
    }

    /// A contractor sees what was given to that contractor, nothing else of the queue.
    fn contractors_see_their_own(app: &TestApp) {
        let (given, other) = (drain(app), drain(app));
        let (contractor, head) = (app.person("waibao"), app.person("weixiu-head"));
        contractor.get(&given).is(404);
        let who = app.staff("waibao").user().unwrap().to_string();
        let form = format!("{given}?do=assignment");
        head.submit(&form, &format!("{given}/assignment"), &[("worker", &who)]).is(303);
        contractor.get("/queues/maintenance").is(200).says(&given).hides(&other);
        contractor.get(&given).is(200).says("到场了");
        contractor.get(&other).is(404);
        contractor.post(&format!("{other}/start"), &[]).is(403);
        contractor.submit(&given, &format!("{other}/start"), &[("version", "1")]).is(404);
    }

    /// Tabs are by status and by lateness; mine is mine.
    fn tabs_split_the_list(app: &TestApp) {
        let (mine, free) = (drain(app), drain(app));
        let worker = app.person("weixiu1");
        worker.submit(&mine, &format!("{mine}/start"), &[]).is(303);
        worker.get("/queues/maintenance?tab=mine").says(&mine).hides(&free);
        worker.get("/queues/maintenance?tab=assigned").says(&free).hides(&mine);
        worker.get("/queues/maintenance?tab=in_progress").says(&mine).hides(&free);
        worker.get("/queues/maintenance?tab=late").is(200).hides(&mine).says("没有超时的工单");
        worker.get("/queues/maintenance?tab=else").is(400);
        app.advance(TimeDelta::days(30));
        let late = app.person("weixiu1").get("/queues/maintenance?tab=late");
        late.says(&mine).says(&free).says("已超时").says("is-late");
    }

    /// Where someone must go now, one press is enough: taken and begun at once.
    fn an_emergency_stands_first_and_takes_one_press(app: &TestApp) {
        let calm = drain(app);
        let draft = Draft {
            words: "水管爆了，水漫到电梯口".into(),
            queue: Some(Queue::Maintenance),
            urgency: Some(Urgency::Emergency),
            ..Draft::default()
        };
        let burst = ticket(app, draft);
        let worker = app.person("weixiu1");
        let list = worker.get("/queues/maintenance");
        list.says("我去").says("is-late");
        assert!(list.body.find(&burst) < list.body.find(&calm), "an emergency stands below an ordinary ticket");
        worker.submit(&burst, &format!("{burst}/start?back=%2Fqueues%2Fmaintenance"), &[]).is(303);
        worker.get(&burst).says("进行中").says("丁师傅");
    }

    /// Nobody can go on with what waits for parts, however long it is overdue: it stands below what can be done.
    fn what_is_on_hold_stands_last(app: &TestApp) {
        let held = drain(app);
        let worker = app.person("weixiu1");
        worker.submit(&held, &format!("{held}/start"), &[]).is(303);
        let until = [("cause", "等配件"), ("reason", "软轴明天到"), ("review_at", "2026-03-17T09:00")];
        worker.submit(&format!("{held}?do=hold"), &format!("{held}/hold"), &until).is(303);
        app.advance(TimeDelta::hours(1));
        let free = drain(app);
        let above = |tab: &str, first: &str, second: &str| {
            let list = worker.get(&format!("/queues/maintenance?tab={tab}"));
            list.says(first).says(second);
            assert!(list.body.find(first) < list.body.find(second), "{tab}");
        };
        above("all", &free, &held);
        worker.submit(&free, &format!("{free}/start"), &[]).is(303);
        above("in_progress", &free, &held);
    }

    /// What runs out first stands first, whenever it came in, and what a long list leaves out is its end.
    fn a_long_list_shows_what_runs_out_first(app: &TestApp) {
        let mut calm = Vec::new();
        for _ in 0..42 {
            calm.push(drain(app));
            app.advance(TimeDelta::minutes(1));
        }
        let draft = Draft { words: "厕所水管漏得厉害".into(), queue: Some(Queue::Maintenance), ..Draft::default() };
        let pressing = ticket(app, Draft { urgency: Some(Urgency::Urgent), ..draft });
        let list = app.person("weixiu1").get("/queues/maintenance");
        let at: Vec<_> = std::iter::once(&pressing).chain(&calm).map(|ticket| list.body.find(ticket.as_str())).collect();
        assert!(at[..40].iter().all(Option::is_some) && at[..40].is_sorted(), "{at:?}");
        assert_eq!(at[40..], [None; 3]);
    }

    /// About the property's own people: the committee's alone, and not for the one it is about.
    fn confidential_and_subjects_stay_hidden(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-zhang", 1, "物业的人态度太差");
        let committee = app.person("committee1");
        let desk = committee.get("/committee?tab=tickets");
        desk.is(200).says("物业的人态度太差").says("保密");
        let id = desk.body.split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/tickets/{id}");
        committee.get(&path).is(200).says("物业的人态度太差");
        for login in ["agent1", "weixiu1", "manager", "steward1"] {
            let person = app.person(login);
            let there = person.get(&path);
            let nowhere = person.get("/tickets/00000000-0000-7000-8000-000000000000");
            there.is(404);
            assert_eq!(there.body.replace(&id, ""), nowhere.body.replace("00000000-0000-7000-8000-000000000000", ""));
        }
        app.person("agent1").get("/committee").is(403);
        let about = app.staff("weixiu1").user().unwrap();
        let draft = Draft {
            words: "丁师傅把地板划了".into(),
            queue: Some(Queue::Maintenance),
            subjects: vec![about],
            ..Draft::default()
        };
        let touchy = ticket(app, draft);
        app.person("weixiu2").get(&touchy).is(200);
        let subject = app.person("weixiu1");
        subject.get(&touchy).is(404);
        subject.get("/queues/maintenance").hides("丁师傅把地板划了");
    }

    /// The unsure and the unfiled stand on the committee's desk, and one press sends them on.
    fn the_committee_routes_with_one_press(app: &TestApp) {
        let fake = app.wechat();
        app.say(&fake, "o-zhang", 1, "那个事怎么还没弄");
        app.say(&fake, "o-zhang", 2, "谢谢你们");
        let committee = app.person("committee1");
        let triage = committee.get("/committee");
        triage.is(200).says("那个事怎么还没弄").says("派往别处");
        committee.get("/committee?tab=unfiled").says("谢谢你们").says("/dismissal");
        let id = triage.body.split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/tickets/{id}");
        let route = [("queue", "committee"), ("back", "/committee")];
        let sent = committee.submit(&format!("{path}?do=routing"), &format!("{path}/routing"), &route);
        assert_eq!((sent.status, sent.location.as_str()), (303, "/committee"));
        committee.get("/committee").says("已派给居委会").hides("那个事怎么还没弄");
        committee.get("/committee?tab=tickets").says("那个事怎么还没弄").says("领取");
    }

    /// Someone with a worker's seat does a worker's work, and a desk's verbs are not on the page.
    fn only_what_is_allowed_is_offered(app: &TestApp) {
        let path = drain(app);
        let worker = app.person("weixiu1");
        worker.get(&path).says("领取").hides("do=merge").hides("do=offer").hides("do=withdrawal");
        let agent = app.person("agent1");
        agent.get(&path).says("do=merge").says("do=offer").says("do=withdrawal").hides("/taking");
        worker.get(&format!("{path}?do=merge")).is(200).hides("并入单号");
        worker.submit(&path, &format!("{path}/merge"), &[("number", "20260316-0001")]).is(403);
        let seen = Seen { id: path["/tickets/".len()..].parse().unwrap(), version: None };
        tickets::act(&app.engine, &app.staff("weixiu2"), seen, &Ask::Start).unwrap();
        worker.get(&path).is(200).hides("do=completion").hides("do=hold");
    }

    /// One rule for lateness: a hold hides none that was there before it, and a ticket held in time is not late.
    fn a_hold_hides_no_lateness(app: &TestApp) {
        let (late, held) = (drain(app), drain(app));
        let worker = app.staff("weixiu1");
        let act = |path: &str, ask: &Ask| {
            let seen = Seen { id: path["/tickets/".len()..].parse().unwrap(), version: None };
            tickets::act(&app.engine, &worker, seen, ask).unwrap();
        };
        let hold = || Ask::Hold { reason: "等配件".into(), review_at: app.now() + TimeDelta::days(90) };
        for path in [&late, &held] {
            act(path, &Ask::Start);
        }
        act(&held, &hold());
        app.advance(TimeDelta::days(30));
        act(&late, &hold());
        let counts = look::counts(&app.engine, &app.staff("weixiu1")).unwrap();
        let maintenance = counts.iter().find(|count| count.queue == Queue::Maintenance).unwrap();
        assert_eq!((maintenance.assigned, maintenance.in_progress, maintenance.late), (0, 2, 1));
        app.person("weixiu1").get("/queues/maintenance?tab=late").says(&late).hides(&held);
    }

    /// Back from the committee, a matter of the stewards' is again the steward's of the building.
    fn concluded_it_is_the_stewards_again(app: &TestApp) {
        let path = noise(app, "恒泰园3号楼2单元603");
        let id = path["/tickets/".len()..].parse().unwrap();
        let act = |login: &str, ask: Ask| {
            tickets::act(&app.engine, &app.staff(login), Seen { id, version: None }, &ask).unwrap();
        };
        let worker = || look::ticket(&app.engine, &app.staff("agent1"), id).unwrap().line.worker.map(|w| w.0);
        let steward = app.staff("steward1").user();
        assert_eq!(worker(), steward);
        let [reason, tried, asked] = ["住户不让进", "上门三次", "请一起去"].map(str::to_owned);
        act("agent1", Ask::Offer { reason, tried, asked, answer_by: app.now() + TimeDelta::days(1) });
        act("committee1", Ask::Accept { queue: None, worker: None });
        act("committee1", Ask::Conclude { report: "谈好了".into() });
        assert_eq!(worker(), steward);
    }

    /// Another class begins new clocks: pauses of the old ones do not count, and what was late stays written down.
    fn another_class_begins_new_clocks(app: &TestApp) {
        let path = drain(app);
        let id = path["/tickets/".len()..].parse().unwrap();
        let act = |login: &str, ask: Ask| {
            tickets::act(&app.engine, &app.staff(login), Seen { id, version: None }, &ask).unwrap();
        };
        let finish = || -> Vec<ClockView> {
            let page = look::ticket(&app.engine, &app.staff("agent1"), id).unwrap();
            page.clocks.into_iter().filter(|clock| clock.kind == ClockKind::Finish).collect()
        };
        act("weixiu1", Ask::Start);
        act("weixiu1", Ask::Hold { reason: "等配件".into(), review_at: app.now() + TimeDelta::days(9) });
        app.advance(TimeDelta::hours(5));
        act("weixiu1", Ask::Resume);
        app.advance(TimeDelta::hours(1));
        act("agent1", Ask::SetUrgency { urgency: Urgency::Urgent });
        app.advance(TimeDelta::hours(2));
        let clocks = finish();
        assert_eq!(clocks.len(), 2);
        assert_eq!((clocks[0].spent, clocks[0].state), (TimeDelta::hours(1), None), "called off in time");
        assert_eq!(clocks[1].spent, TimeDelta::hours(2));
        app.advance(TimeDelta::hours(30));
        act("agent1", Ask::SetUrgency { urgency: Urgency::Long });
        let clocks = finish();
        assert_eq!((clocks.len(), clocks[1].state), (3, Some(ClockState::Missed)));
        assert!(matches!(clocks[2].state, Some(ClockState::Running { .. })));
        let contact = || {
            let page = look::ticket(&app.engine, &app.staff("agent1"), id).unwrap();
            page.clocks.into_iter().filter(|clock| clock.kind == ClockKind::Contact).collect::<Vec<_>>()
        };
        // Nobody said a word to the resident of the second ticket: closing it does not make that a contact.
        assert!(contact().iter().any(|clock| clock.state == Some(ClockState::Met)), "starting is contact");
        let second = drain(app);
        let second = second["/tickets/".len()..].parse().unwrap();
        let done = Ask::Finish { outcome: Outcome::Explained, note: None, review_on: None };
        tickets::act(&app.engine, &app.staff("agent1"), Seen { id: second, version: None }, &done).unwrap();
        let page = look::ticket(&app.engine, &app.staff("agent1"), second).unwrap();
        let state = |kind| page.clocks.iter().find(|clock| clock.kind == kind).unwrap().state;
        assert_eq!((state(ClockKind::Contact), state(ClockKind::Finish)), (None, Some(ClockState::Met)));
    }
}
