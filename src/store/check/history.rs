//! One ticket's history against its row, its crossings, holds, words, notices and alarms.

use std::collections::{BTreeMap, BTreeSet};

use super::super::event::EventRow;
use super::super::ticket::TicketRow;
use super::super::types::Time;
use super::Found;
use super::tickets::{Beside, Community, left};
use crate::domain::notice::{self, EMERGENCY};
use crate::domain::ticket::{Event, Line, Replayed, Ticket, replay};
use crate::domain::words::{EscalationState, Urgency};

/// Proves one ticket.
pub(super) fn prove(
    community: &Community,
    (row, ticket): (&TicketRow, &Ticket),
    beside: &mut Beside,
    found: &mut Found,
) {
    let lines = beside.events.remove(&row.id).unwrap_or_default();
    let mut events = Vec::with_capacity(lines.len());
    for line in &lines {
        match line.event() {
            Ok(event) if event.code() == line.kind => events.push(event),
            Ok(_) => return found.add("a line of history is of the kind it says", || format!("event {}", line.id)),
            Err(error) => return found.add("every row can be read", || error.to_string()),
        }
    }
    let played = replay(lines.iter().zip(&events).map(|(l, event)| Line { version: l.version, at: l.at.0, event }));
    let told = |n: usize| format!("{}: {}", row.number, lines.get(n).map_or("nothing", |line| line.kind.as_str()));
    match played {
        Ok(played) => {
            if let Some(column) = differs(row, &played) {
                found.add("a ticket stands where its history ends", || format!("{}: {column}", row.number));
            }
            beside_it(row, &played, beside, found);
        }
        Err(n) => found.add("each line of a ticket's history follows from those before", || told(n)),
    }
    words(row, &lines, beside, found);
    heard(community, (row, ticket), &lines.iter().zip(&events).collect::<Vec<_>>(), (beside, found));
}

/// The first column that is not what history says.
fn differs(row: &TicketRow, played: &Replayed) -> Option<&'static str> {
    let count = |n: i32| u32::try_from(n).ok();
    let places = [row.about_place_id, row.reporter_place_id, row.building_id];
    let same = [
        ("version", row.version == played.version),
        ("status", row.status == played.status),
        ("queue", row.queue == played.queue),
        ("worker_id", row.worker_id == played.worker),
        ("outcome", row.outcome == played.outcome),
        ("review_on", row.review_on == played.review_on),
        ("since_at", row.since_at.0 == played.since_at),
        ("returned_from", row.returned_from == played.returned_from),
        ("lead", row.lead == played.lead),
        ("holder", row.holder == played.holder),
        ("channel", row.channel == played.channel),
        ("kind", row.kind == played.kind),
        ("category", row.category == played.category),
        ("urgency", row.urgency == played.urgency),
        ("confidential", row.confidential == played.confidential),
        ("about_place_id", played.places.is_none_or(|said| said == places)),
        ("opened_at", row.opened_at.0 == played.opened_at),
        ("first_done_at", row.first_done_at.map(|at| at.0) == played.first_done_at),
        ("nudge_count", count(row.nudge_count) == Some(played.nudge_count)),
        ("reopened_count", count(row.reopened_count) == Some(played.reopened_count)),
        ("hold_review_at", row.hold_review_at.is_some() == played.hold.is_some()),
        ("held_since", row.held_since.is_some() == played.hold.is_some()),
    ];
    same.iter().find(|(_, same)| !same).map(|(column, _)| *column)
}

/// Crossings, holds and those who left are the ones history tells of.
fn beside_it(row: &TicketRow, played: &Replayed, beside: &mut Beside, found: &mut Found) {
    let crossings = beside.crossings.remove(&row.id).unwrap_or_default();
    let there: BTreeMap<_, EscalationState> = crossings.iter().map(|crossing| (crossing.id, crossing.state)).collect();
    if there != played.crossings {
        found.add("an escalation stands where the ticket's history left it", || row.number.clone());
    }
    let holds = beside.holds.remove(&row.id).unwrap_or_default();
    let ids: BTreeSet<_> = holds.iter().map(|(id, _)| *id).collect();
    let lasts = holds.iter().find(|(_, lasts)| *lasts).map(|(id, _)| *id);
    if ids != played.holds || lasts != played.hold {
        found.add("a hold lasts as long as the ticket's history says", || row.number.clone());
    }
    if left(&beside.reporters.remove(&row.id).unwrap_or_default()) != played.left {
        found.add("who took a request back stands in its history", || row.number.clone());
    }
}

/// What needs a reason or is nothing but words has them.
fn words(row: &TicketRow, lines: &[EventRow], beside: &Beside, found: &mut Found) {
    const SPOKEN: &[&str] = &["opened", "transferred", "handed_back", "held", "noted", "offered", "returned"];
    for line in lines.iter().filter(|line| SPOKEN.contains(&line.kind.as_str())) {
        if !beside.words.contains(&line.id) {
            found.add("a line of history that needs words has them", || format!("{}: {}", row.number, line.kind));
        }
    }
}

/// Whoever had to be told was put down to be told with the change; an emergency rang.
fn heard(
    community: &Community,
    (row, ticket): (&TicketRow, &Ticket),
    lines: &[(&EventRow, &Event)],
    (beside, found): (&mut Beside, &mut Found),
) {
    let notices = beside.notices.remove(&row.id).unwrap_or_default();
    let alarms = beside.alarms.remove(&row.id).unwrap_or_default();
    // Which template comes first hangs on the line alone, not on how the ticket stood then.
    let ticket = Ticket { urgency: Urgency::Normal, ..ticket.clone() };
    for (line, event) in lines {
        let at = line.at.0;
        let first = notice::notices(event, &ticket).into_iter().next();
        if let Some(notice) = first.filter(|_| community.notices_since.is_some_and(|since| at >= since))
            && !notices.contains(&(notice.template.to_owned(), Time(at)))
        {
            found.add("a change that must be told was put down with it", || format!("{}: {}", row.number, line.kind));
        }
        let emergency = match event {
            Event::Opened { urgency, .. } | Event::UrgencySet { urgency, .. } => *urgency == Urgency::Emergency,
            _ => false,
        };
        let rang = |raised: Time, heard: Option<Time>| raised.0 <= at && heard.is_none_or(|heard| heard.0 >= at);
        if emergency && !alarms.iter().any(|alarm| rang(alarm.raised_at, alarm.acknowledged_at)) {
            found.add("an emergency rang", || format!("{}: {} ({EMERGENCY})", row.number, line.kind));
        }
    }
}
