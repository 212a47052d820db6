//! The special rules, one test each, and a long random walk that must keep every invariant.

mod crossing;
mod ending;
mod opening;
mod walk;
mod work;

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::fixtures::*;
use super::*;
use crate::domain::actor::{Actor, Who};
use crate::domain::notice::Hearer;
use crate::domain::words::{Audience, EscalationState, Language};

fn opening() -> Opening {
    Opening {
        id: id(1),
        community: id(1),
        number: number(1),
        channel: Channel::Wechat,
        lead: Platform::Committee,
        kind: Kind::Repair,
        category: Some(Category { code: "drain".into(), paid: true }),
        urgency: Urgency::Normal,
        confidential: false,
        placing: to(Queue::Maintenance, true),
        about_place: None,
        reporter_place: None,
        building: None,
        place_text: None,
        reporters: vec![reporter(REPORTER)],
        subjects: Vec::new(),
        words: "  厨房水池下不去水 ".into(),
        rules: Rules::default(),
    }
}

fn to(queue: Queue, accepts_directly: bool) -> Placing {
    Placing::Queue { queue, worker: None, accepts_directly }
}

fn ok(ticket: &Ticket, command: &Command, actor: &Actor) -> Decision {
    decide(ticket, command, actor, now()).unwrap()
}

fn no(ticket: &Ticket, command: &Command, actor: &Actor) -> Refusal {
    decide(ticket, command, actor, now()).unwrap_err()
}

fn at(state: State) -> Ticket {
    Ticket { state, ..ticket() }
}

fn codes(decision: &Decision) -> Vec<&'static str> {
    decision.events.iter().map(Event::code).collect()
}

fn hears(decision: &Decision, template: &str, to: Hearer) -> bool {
    decision.notices.iter().any(|n| n.template == template && n.to == to)
}

fn starts(decision: &Decision, kind: ClockKind) -> Vec<Platform> {
    let starting = |change: &ClockChange| match change {
        ClockChange::Start { kind: k, platform, .. } if *k == kind => Some(*platform),
        _ => None,
    };
    decision.clocks.iter().filter_map(starting).collect()
}

fn stops(decision: &Decision, wanted: ClockKind) -> bool {
    decision.clocks.iter().any(|c| matches!(c, ClockChange::Stop { kind, met: true, .. } if *kind == wanted))
}
