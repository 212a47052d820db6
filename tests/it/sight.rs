//! Who sees what: the lists and the single ticket must agree for everybody, in every custody.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use jiban::domain::actor::Staff;
use jiban::domain::ids::TicketId;
use jiban::domain::words::{Outcome, Queue};
use jiban::engine::intake::{self, Draft};
use jiban::engine::look::{self, Filter};
use jiban::engine::tickets::{self, Ask, Seen};
use jiban::engine::{Engine, Failure};

use crate::support::{TestApp, on_both};

const EVERYBODY: &[&str] = &[
    "agent1",
    "weixiu1",
    "weixiu2",
    "weixiu-head",
    "waibao",
    "zhixu1",
    "huanmei1",
    "steward1",
    "steward2",
    "manager",
    "committee1",
    "director",
    "admin",
];

fn open(app: &TestApp, login: &str, words: &str, draft: Draft) -> TicketId {
    let draft = Draft { words: words.to_owned(), ..draft };
    intake::open(&app.engine, &app.staff(login), &draft, None).unwrap().receipt.id
}

fn act(app: &TestApp, login: &str, id: TicketId, ask: Ask) {
    tickets::act(&app.engine, &app.staff(login), Seen { id, version: None }, &ask).unwrap();
}

fn offer(app: &TestApp) -> Ask {
    Ask::Offer {
        reason: "谈不拢".into(),
        tried: "上门两次".into(),
        asked: "请一起上门".into(),
        answer_by: app.now() + TimeDelta::days(2),
    }
}

/// Tickets in every custody there is.
fn scene(app: &TestApp) -> Vec<TicketId> {
    let mut all = vec![
        open(app, "agent1", "恒泰园3号楼2单元501下水道堵了", Draft::default()),
        open(app, "agent1", "楼上半夜拖椅子，我住恒泰园3号楼2单元603", Draft::default()),
        open(app, "agent1", "楼上半夜拖椅子，我住富泽园3号楼1单元501", Draft::default()),
        open(app, "agent1", "邻居天天吵", Draft { queue: Some(Queue::Steward), ..Draft::default() }),
        open(app, "agent1", "你们来看看", Draft::default()),
        open(app, "agent1", "物业的人态度太差", Draft::default()),
    ];
    let fake = app.wechat();
    for (n, words) in
        ["我家恒泰园5号楼1单元703水龙头坏了", "物业的人态度太差", "那个事怎么还没弄", "楼道里全是垃圾没人扫"]
            .iter()
            .enumerate()
    {
        app.say(&fake, "o-li", n as u64 + 1, words);
    }
    let page = look::tickets(&app.engine, &app.staff("director"), &Filter::default(), (None, 200)).unwrap();
    all.extend(page.items.iter().map(|line| line.id));
    let given = open(app, "agent1", "恒泰园3号楼1单元501纱窗破了", Draft::default());
    let contractor = app.staff("waibao").user().unwrap();
    act(app, "weixiu-head", given, Ask::Assign { worker: contractor });
    let offered = open(app, "agent1", "楼上漏水到恒泰园3号楼1单元501，楼上不认", Draft::default());
    act(app, "agent1", offered, offer(app));
    let accepted = open(app, "agent1", "恒泰园3号楼1单元603邻居占车位", Draft::default());
    act(app, "steward1", accepted, offer(app));
    act(app, "committee1", accepted, Ask::Accept { queue: None, worker: None });
    let done = open(app, "agent1", "恒泰园3号楼1单元703灯不亮", Draft::default());
    act(app, "agent1", done, Ask::Finish { outcome: Outcome::Explained, note: None, review_on: None });
    let about = app.staff("weixiu1").user().unwrap();
    let subject = Draft { queue: Some(Queue::Maintenance), subjects: vec![about], ..Draft::default() };
    all.extend([given, offered, accepted, done, open(app, "agent1", "丁师傅把我家地板划了", subject)]);
    all.sort_unstable();
    all.dedup();
    all
}

fn listed(engine: &Engine, staff: &Staff) -> BTreeSet<TicketId> {
    let mut out = BTreeSet::new();
    let mut after = None;
    loop {
        // Small pages, so that the cursor is tried as well.
        let page = look::tickets(engine, staff, &Filter::default(), (after, 3)).unwrap();
        for line in page.items {
            assert!(out.insert(line.id), "{} stands on two pages", line.number);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return out,
        }
    }
}

fn opened(engine: &Engine, staff: &Staff, all: &[TicketId]) -> BTreeSet<TicketId> {
    all.iter()
        .copied()
        .filter(|id| match look::ticket(engine, staff, *id) {
            Ok(_) => true,
            Err(Failure::NotFound(_)) => false,
            Err(failure) => panic!("{failure}"),
        })
        .collect()
}

on_both! {
    /// What a list shows can be opened, and what can be opened a list shows; by day and by night, when the agents mind the
    /// committee's triage list.
    fn lists_and_tickets_agree(app: &TestApp) {
        let all = scene(app);
        for hours in [0, 12] {
            app.advance(TimeDelta::hours(hours));
            let mut seen = BTreeSet::new();
            for login in EVERYBODY {
                let staff = app.staff(login);
                let list = listed(&app.engine, &staff);
                assert_eq!(list, opened(&app.engine, &staff, &all), "{login}");
                seen.extend(list);
            }
            assert_eq!(seen.len(), all.len(), "somebody sees each of them");
        }
    }

    /// A complaint about the property is the committee's alone, whichever desk it reached.
    fn the_property_never_sees_what_is_said_about_it(app: &TestApp) {
        scene(app);
        let secret = look::tickets(&app.engine, &app.staff("director"), &Filter::default(), (None, 200)).unwrap();
        let secret: Vec<_> = secret.items.into_iter().filter(|line| line.confidential).collect();
        assert_eq!(secret.len(), 2);
        for line in secret {
            assert_eq!(line.queue, Some(Queue::Committee));
            for login in ["agent1", "weixiu-head", "steward1", "manager", "admin"] {
                let found = look::ticket(&app.engine, &app.staff(login), line.id);
                assert!(matches!(found, Err(Failure::NotFound(_))), "{login}");
                let found = look::number(&app.engine, &app.staff(login), line.number);
                assert!(matches!(found, Err(Failure::NotFound(_))), "{login} by number");
            }
        }
    }

    /// Whom a ticket is about can neither see it nor be given it, not even as one of its queue.
    fn nobody_sees_what_is_about_himself(app: &TestApp) {
        let all = scene(app);
        let subject = app.staff("weixiu1");
        let head = app.staff("weixiu-head");
        let (hidden, open): (Vec<TicketId>, Vec<TicketId>) = all.into_iter().partition(|id| {
            look::ticket(&app.engine, &head, *id).is_ok() && look::ticket(&app.engine, &subject, *id).is_err()
        });
        assert_eq!(hidden.len(), 1, "of maintenance's, one is about him; {} are not", open.len());
        let give = Ask::Assign { worker: subject.user().unwrap() };
        let refused = tickets::act(&app.engine, &head, Seen { id: hidden[0], version: None }, &give);
        assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
    }
}
