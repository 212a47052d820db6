//! A year of sweeps over a hundred tickets, against the slow oracle.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use jiban::domain::ids::TicketId;
use jiban::domain::ticket::Event;
use jiban::domain::words::{Audience, Kind, Outcome, Queue, Urgency};
use jiban::engine::Failure;
use jiban::engine::intake::{self, Draft};
use jiban::engine::tickets::{self, Ask, Seen};

use super::oracle::{Oracle, Told, minute, moment};
use super::{at, is_swept, notices};
use crate::support::{TestApp, on_both};

const TICKETS: u64 = 100;
/// Everyone who does something in the year.
const HANDS: &[&str] = &["agent1", "weixiu-head", "weixiu2", "huanmei1", "manager", "committee1"];

/// The same draws in every run: SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn hours(&mut self, most: u64) -> TimeDelta {
        TimeDelta::hours(i64::try_from(1 + self.roll(most)).unwrap())
    }
}

/// What happens in the year, in order.
#[derive(Debug)]
enum Step {
    Open(u64, Urgency),
    Act(u64, Deed),
    Sweep,
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    Start,
    Tell,
    Hold(TimeDelta),
    Resume,
    ToColleague,
    ToEnvironment,
    Class(Urgency),
    Offer(TimeDelta),
    Accept,
    Return,
    Recall,
    Conclude,
    Finish,
    Defer(u64),
    Reopen,
}

fn deed(dice: &mut Dice) -> Deed {
    match dice.roll(18) {
        0 | 1 => Deed::Start,
        2 => Deed::Tell,
        3 | 4 => Deed::Hold(dice.hours(300)),
        5 | 6 => Deed::Resume,
        7 => Deed::ToColleague,
        8 => Deed::ToEnvironment,
        9 => Deed::Class([Urgency::Emergency, Urgency::Urgent, Urgency::Normal, Urgency::Long][dice.roll(4) as usize]),
        10 => Deed::Offer(dice.hours(120)),
        11 => Deed::Accept,
        12 => Deed::Return,
        13 => Deed::Recall,
        14 => Deed::Conclude,
        // A plain finish stands at the end of most scripts.
        15 | 16 => Deed::Defer(1 + dice.roll(60)),
        _ => Deed::Reopen,
    }
}

/// Everything that will be tried, with its minute; people before sweeps.
fn plan() -> BTreeMap<(i64, u8, u64), Step> {
    let mut dice = Dice(20_260_105);
    let mut plan = BTreeMap::new();
    let mut order = 0;
    let mut put = |when: DateTime<Utc>, step: Step| {
        order += 1;
        let rank = if matches!(step, Step::Sweep) { 1 } else { 0 };
        plan.insert((minute(when), rank, order), step);
    };
    for ticket in 0..TICKETS {
        let opened = at("01-05 08:00") + dice.hours(7_300);
        let urgency = match ticket % 10 {
            0 => Urgency::Emergency,
            1..=3 => Urgency::Urgent,
            4..=7 => Urgency::Normal,
            _ => Urgency::Long,
        };
        put(opened, Step::Open(ticket, urgency));
        if urgency == Urgency::Emergency {
            for minutes in [3, 4, 5, 6, 10, 11, 15, 16, 110, 120, 121, 150, 180] {
                put(opened + TimeDelta::minutes(minutes), Step::Sweep);
            }
        }
        let mut when = opened;
        for _ in 0..2 + dice.roll(6) {
            let most = if dice.roll(3) == 0 { 400 } else { 60 };
            when += dice.hours(most);
            put(when, Step::Act(ticket, deed(&mut dice)));
        }
        // Most come to an end; one in eight is forgotten.
        if ticket % 8 != 0 {
            put(when + dice.hours(500), Step::Act(ticket, Deed::Finish));
        }
    }
    // Every midnight and noon.
    let mut when = at("01-05 12:00");
    while when < at("12-31 00:00") {
        // The service is down twice.
        let down = (at("03-10 05:00")..at("03-13 09:00")).contains(&when)
            || (at("08-01 00:00")..at("08-09 13:00")).contains(&when);
        if !down {
            put(when, Step::Sweep);
        }
        when += TimeDelta::hours(12);
    }
    plan
}

fn open(app: &TestApp, urgency: Urgency) -> TicketId {
    let draft = Draft {
        words: "水管的事".into(),
        place: Some("恒泰园3号楼2单元501".into()),
        queue: Some(Queue::Maintenance),
        kind: Some(Kind::Repair),
        urgency: Some(urgency),
        ..Draft::default()
    };
    intake::open(&app.engine, &app.staff("agent1"), &draft, None).unwrap().receipt.id
}

fn ask(app: &TestApp, deed: Deed) -> Ask {
    let finish = |outcome, review_on| Ask::Finish { outcome, note: None, review_on };
    let transfer = |queue, worker| Ask::Transfer { queue, worker, reason: "换人".into() };
    let colleague = app.staff("weixiu2").user();
    match deed {
        Deed::Start => Ask::Start,
        Deed::Tell => Ask::Note { words: "师傅会来".into(), audience: Audience::Both, to_resident: true },
        Deed::Hold(time) => Ask::Hold { reason: "等配件".into(), review_at: app.now() + time },
        Deed::Resume => Ask::Resume,
        Deed::ToColleague => transfer(Queue::Maintenance, colleague),
        Deed::ToEnvironment => transfer(Queue::Environment, None),
        Deed::Class(urgency) => Ask::SetUrgency { urgency },
        Deed::Offer(time) => Ask::Offer {
            reason: "谈不拢".into(),
            tried: "上门".into(),
            asked: "一起上门".into(),
            answer_by: app.now() + time,
        },
        Deed::Accept => Ask::Accept { queue: None, worker: None },
        Deed::Return => Ask::Return { reason: "不接".into() },
        Deed::Recall => Ask::Recall,
        Deed::Conclude => Ask::Conclude { report: "谈好了".into() },
        Deed::Finish => finish(Outcome::Resolved, None),
        Deed::Defer(days) => finish(Outcome::Deferred, app.now().date_naive().checked_add_days(Days::new(days))),
        Deed::Reopen => Ask::Reopen { reason: "又坏了".into() },
    }
}

/// Who may try.
const fn hands(deed: Deed) -> &'static [&'static str] {
    match deed {
        Deed::Accept | Deed::Return | Deed::Conclude => &["committee1"],
        Deed::Tell | Deed::Class(_) | Deed::Offer(_) | Deed::Recall | Deed::Reopen => &["manager", "committee1"],
        Deed::ToColleague | Deed::ToEnvironment => &["manager"],
        Deed::Start | Deed::Hold(_) | Deed::Resume | Deed::Finish | Deed::Defer(_) => {
            &["weixiu-head", "huanmei1", "committee1", "manager"]
        }
    }
}

/// Whoever may, does; often nobody may, for the state the ticket is in, and nothing happens.
fn attempt(app: &TestApp, id: TicketId, deed: Deed) -> bool {
    let ask = ask(app, deed);
    for login in hands(deed) {
        match tickets::act(&app.engine, &app.staff(login), Seen { id, version: None }, &ask) {
            Ok(_) => return true,
            Err(Failure::NotFound(_) | Failure::Invalid(_)) => {}
            Err(Failure::Refused(refusal))
                if ["not_yours", "already_taken", "take_first"].contains(&refusal.code()) => {}
            Err(Failure::Refused(_)) => return false,
            Err(failure) => panic!("{deed:?}: {failure}"),
        }
    }
    false
}

/// Lives the year; tickets as they were opened, and the minutes at which the sweeps ran.
fn live(app: &TestApp) -> (BTreeMap<u64, TicketId>, Vec<i64>) {
    for login in HANDS {
        app.staff(login);
    }
    // Nobody touches the settings in that year; read anew at each of its moments they were a third of the work.
    app.engine.keep_settings(TimeDelta::days(400));
    let (mut ids, mut ticks, mut deeds) = (BTreeMap::new(), Vec::new(), 0);
    for ((at, ..), step) in plan() {
        app.engine.clock().set(moment(at));
        match step {
            Step::Open(ticket, urgency) => drop(ids.insert(ticket, open(app, urgency))),
            Step::Act(ticket, deed) => deeds += usize::from(attempt(app, ids[&ticket], deed)),
            Step::Sweep => {
                app.sweep();
                ticks.push(at);
                if ticks.len() % 100 == 0 {
                    // Someone sets the clock of the machine back, and right again.
                    app.engine.clock().set(moment(at - 120));
                    app.sweep();
                }
            }
        }
    }
    assert!(deeds > 150, "a year in which little happens: {deeds}");
    (ids, ticks)
}

/// A swept line in the oracle's words.
fn short(event: &Event) -> String {
    match event {
        Event::Warned { clock, platform, told, .. } => format!("warned {clock} {platform} {told}"),
        Event::Overdue { clock, platform, told, .. } => format!("overdue {clock} {platform} {told}"),
        Event::Climbed { clock, platform, to, told, .. } => format!("climbed {to} {clock} {platform} {told}"),
        Event::ReviewDue { to, told, .. } => format!("review_due {to} {told}"),
        Event::OfferUnanswered { to, told, .. } => format!("offer_unanswered {to} {told}"),
        other => other.code().to_owned(),
    }
}

/// What the oracle says of a ticket, given what people did to it.
fn expected(history: &[(DateTime<Utc>, Event)], ticks: &[i64]) -> Oracle {
    let mut oracle = Oracle::new();
    let mut deeds = history.iter().filter(|(_, event)| !is_swept(event)).peekable();
    oracle.live_until(minute(history[0].0));
    for tick in ticks.iter().filter(|tick| **tick >= minute(history[0].0)) {
        while let Some((at, event)) = deeds.next_if(|(at, _)| minute(*at) <= *tick) {
            oracle.live_until(minute(*at));
            oracle.happened(event);
        }
        oracle.live_until(*tick);
        oracle.swept();
    }
    oracle
}

fn sorted(mut told: Vec<Told>) -> Vec<Told> {
    told.sort();
    told.dedup();
    told
}

on_both! {
    /// Holidays, make-up days, holds, other classes, offers, deferred and reopened tickets, two stand-stills: what was
    /// told, when and to whom is what a naive reading of the history says.
    fn a_year_agrees_with_a_slow_oracle(app: &TestApp) {
        let (ids, ticks) = live(app);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (n, id) in &ids {
            let rows = app.store.read(|db| jiban::store::event::of_ticket(db, app.community, *id)).unwrap();
            let history: Vec<(DateTime<Utc>, Event)> =
                rows.iter().map(|row| (row.at.0, row.event().unwrap())).collect();
            let oracle = expected(&history, &ticks);
            let swept = history.iter().filter(|(_, event)| is_swept(event));
            let lines = sorted(swept.map(|(at, event)| (minute(*at), short(event))).collect());
            assert_eq!(lines, sorted(oracle.lines), "ticket {n}: {history:#?}");
            let heard = notices(app, *id).into_iter();
            let heard = sorted(heard.map(|(at, template, to)| (minute(at), format!("{template} {to}"))).collect());
            assert_eq!(heard, sorted(oracle.notices), "ticket {n}: {history:#?}");
            for (_, line) in lines {
                *seen.entry(line.split(' ').next().unwrap().to_owned()).or_default() += 1;
            }
        }
        let rare: Vec<_> = ["warned", "overdue", "climbed", "review_due", "offer_unanswered", "reopened"]
            .iter()
            .filter(|code| seen.get(**code).is_none_or(|n| *n < 5))
            .collect();
        assert!(rare.is_empty(), "the year shows too little of {rare:?}: {seen:?}");
    }
}
