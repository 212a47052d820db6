//! Who hears of which event. The outbox keeps template and ids; words are put in when the notice is sent.
//!
//! Whoever acted need not be told of the own act, and nobody of a ticket that is about himself: the sender leaves both out
//! when it turns a hearer into people.

use serde::{Deserialize, Serialize};

use super::ids::UserId;
use super::ticket::{AcceptedBy, Event, ReopenedBy, Ruling, State, Ticket};
use super::words::{Platform, Queue, Rung, Urgency};

pub mod address;
pub mod letter;
pub mod retry;

/// Who hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Hearer {
    /// Everyone of the queue.
    Queue(Queue),
    /// One worker.
    Worker(UserId),
    /// The heads of the queue.
    Heads(Queue),
    /// Those of the queue on duty now.
    OnDuty(Queue),
    /// The platform's desk.
    Desk(Platform),
    /// The platform's managers.
    Managers(Platform),
    /// Every reporter who has not left.
    Reporters,
}

/// One notice on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notice {
    /// Code of the text to render.
    pub template: &'static str,
    /// Who hears.
    pub to: Hearer,
}

/// The template that pages people at once and raises the alarm.
pub const EMERGENCY: &str = "emergency";

/// Every template a notice can name.
pub const TEMPLATES: &[&str] = &[
    "new_to_triage",
    "new_in_queue",
    "given_to_you",
    "taken_from_you",
    "emergency",
    "offer_accepted",
    "overruled",
    "routed",
    "handed_back",
    "held",
    "resumed",
    "finished",
    "finished_in_your_name",
    "reopened",
    "withdrawn",
    "merged",
    "nudged",
    "reply",
    "resident_wrote",
    "offer_waiting",
    "offer_returned",
    "offer_recalled",
    "offer_concluded",
    "due_soon",
    "overdue",
    "overdue_climbed",
    "overdue_other_side",
    "review_due",
    "review_overdue",
    "offer_unanswered",
];

/// Who hears of this event; `ticket` as it is afterwards.
pub fn notices(event: &Event, ticket: &Ticket) -> Vec<Notice> {
    let mut out = Vec::new();
    let mut tell = |template, to| out.push(Notice { template, to });
    match event {
        Event::Opened { .. } | Event::Accepted { .. } | Event::Routed { .. } => arrived(event, ticket, &mut tell),
        Event::Assigned { from, worker } => {
            give((ticket.queue(), Some(*worker)), *from, ticket, &mut tell);
        }
        Event::Transferred { from, queue, worker, from_worker } => {
            give((Some(*queue), *worker), *from_worker, ticket, &mut tell);
            if from != queue {
                page(ticket, &mut tell);
            }
        }
        Event::HandedBack { .. } => tell("handed_back", Hearer::Desk(ticket.holder)),
        Event::Held { .. } => tell("held", Hearer::Reporters),
        Event::Resumed { .. } => tell("resumed", Hearer::Reporters),
        Event::Finished { holder, lead, .. } => {
            tell("finished", Hearer::Reporters);
            if holder != lead && ticket.seen_by(*lead) {
                tell("finished_in_your_name", Hearer::Desk(*lead));
            }
        }
        Event::Reopened { reopened_by, queue, worker, .. } => {
            reopened(*reopened_by, (*queue, *worker), ticket, &mut tell);
            page(ticket, &mut tell);
        }
        Event::Withdrawn { .. } => tell("withdrawn", nearest(ticket)),
        // The duplicate's reporters go on hearing, from the other ticket.
        Event::Merged { .. } => tell("merged", Hearer::Reporters),
        Event::Nudged { counted: true, .. } => tell("nudged", nearest(ticket)),
        Event::Noted { to_resident: true, .. } => tell("reply", Hearer::Reporters),
        Event::Noted { by_resident: true, .. } => tell("resident_wrote", nearest(ticket)),
        Event::UrgencySet { urgency: Urgency::Emergency, .. } => emergency(ticket, &mut tell),
        Event::Offered { to, .. } => tell("offer_waiting", Hearer::Desk(*to)),
        Event::Returned { by, .. } => tell("offer_returned", Hearer::Desk(by.other())),
        Event::Recalled { by, .. } => tell("offer_recalled", Hearer::Desk(by.other())),
        Event::Concluded { by, queue, .. } => {
            tell("offer_concluded", Hearer::Desk(by.other()));
            if let Some(queue) = queue.filter(|_| ticket.state.is_open()) {
                tell("offer_concluded", Hearer::Queue(queue));
                page(ticket, &mut tell);
            }
        }
        Event::Warned { told: true, .. }
        | Event::Overdue { told: true, .. }
        | Event::Climbed { told: true, .. }
        | Event::ReviewDue { told: true, .. }
        | Event::OfferUnanswered { told: true, .. } => late(event, ticket, &mut tell),
        Event::HandedOver { .. }
        | Event::Taken { .. }
        | Event::Started { .. }
        | Event::ReporterLeft { .. }
        | Event::Absorbed { .. }
        | Event::Nudged { counted: false, .. }
        | Event::Noted { to_resident: false, by_resident: false, .. }
        | Event::PhoneShown { .. }
        | Event::AlarmHeard
        | Event::Attached { .. }
        | Event::UrgencySet { urgency: Urgency::Urgent | Urgency::Normal | Urgency::Long, .. }
        | Event::PlaceSet { .. }
        | Event::Warned { told: false, .. }
        | Event::Overdue { told: false, .. }
        | Event::Climbed { told: false, .. }
        | Event::ReviewDue { told: false, .. }
        | Event::OfferUnanswered { told: false, .. } => {}
    }
    out
}

/// It came in, or came to a queue.
fn arrived(event: &Event, ticket: &Ticket, tell: &mut impl FnMut(&'static str, Hearer)) {
    match event {
        Event::Opened { queue, worker, urgency, .. } => {
            give((*queue, *worker), None, ticket, tell);
            if *urgency == Urgency::Emergency {
                emergency(ticket, tell);
            }
        }
        Event::Accepted { accepted_by: AcceptedBy::Standing, .. } => {}
        Event::Accepted { accepted_by: AcceptedBy::Desk, holder, queue, worker, .. } => {
            give((Some(*queue), *worker), None, ticket, tell);
            page(ticket, tell);
            tell("offer_accepted", Hearer::Desk(holder.other()));
        }
        Event::Routed { queue, worker, ruling, .. } => {
            give((Some(*queue), *worker), None, ticket, tell);
            if *ruling == Some(Ruling::Overruled) {
                tell("overruled", Hearer::Heads(*queue));
            }
            tell("routed", Hearer::Reporters);
        }
        _ => {}
    }
}

/// Something is, or is about to be, late. The clock of the side that does not hold the ticket is a matter for that side's
/// desk: it answers to the resident and rings the other one up.
fn late(event: &Event, ticket: &Ticket, tell: &mut impl FnMut(&'static str, Hearer)) {
    let acts = |platform: Platform| if platform == ticket.holder { nearest(ticket) } else { Hearer::Desk(platform) };
    let heads = ticket.queue().map(Hearer::Heads);
    match *event {
        Event::Warned { platform, .. } => tell("due_soon", acts(platform)),
        Event::Overdue { platform, .. } => {
            tell("overdue", acts(platform));
            if let Some(heads) = heads.filter(|_| platform == ticket.holder) {
                tell("overdue", heads);
            }
        }
        Event::Climbed { platform, to: Rung::OtherDesk, .. } => {
            tell("overdue_other_side", Hearer::Desk(platform.other()));
        }
        Event::Climbed { platform, .. } => tell("overdue_climbed", Hearer::Managers(platform)),
        Event::ReviewDue { to: Rung::Nearest, .. } => tell("review_due", nearest(ticket)),
        Event::ReviewDue { to: Rung::Heads, .. } => {
            tell("review_overdue", heads.unwrap_or(Hearer::Desk(ticket.holder)));
        }
        Event::ReviewDue { .. } => tell("review_overdue", Hearer::Managers(ticket.holder)),
        Event::OfferUnanswered { asked, to: Rung::Desk, .. } => tell("offer_unanswered", Hearer::Desk(asked)),
        Event::OfferUnanswered { asked, to, .. } => {
            tell("offer_unanswered", Hearer::Managers(asked));
            if to == Rung::BothManagers {
                tell("offer_unanswered", Hearer::Managers(asked.other()));
            }
        }
        _ => {}
    }
}

/// Tells whoever has the work now, and whoever had it before.
fn give(
    to: (Option<Queue>, Option<UserId>),
    from: Option<UserId>,
    ticket: &Ticket,
    tell: &mut impl FnMut(&'static str, Hearer),
) {
    let (queue, worker) = to;
    let (template, hearer) = receiver(queue, worker, ticket);
    tell(template, hearer);
    if let Some(from) = from.filter(|from| Some(*from) != worker) {
        tell("taken_from_you", Hearer::Worker(from));
    }
}

/// Who gets work: the worker, else the queue, else the desk that triages.
const fn receiver(queue: Option<Queue>, worker: Option<UserId>, ticket: &Ticket) -> (&'static str, Hearer) {
    match (worker, queue) {
        (Some(worker), _) => ("given_to_you", Hearer::Worker(worker)),
        (None, Some(queue)) => ("new_in_queue", Hearer::Queue(queue)),
        (None, None) => ("new_to_triage", Hearer::Desk(ticket.holder)),
    }
}

/// Who should do something about the ticket as it stands.
const fn nearest(ticket: &Ticket) -> Hearer {
    match &ticket.state {
        State::Unassigned { .. } => Hearer::Desk(ticket.holder),
        State::Assigned { queue, worker, .. } => match worker {
            Some(worker) => Hearer::Worker(*worker),
            None => Hearer::Queue(*queue),
        },
        State::InProgress { worker, .. } => Hearer::Worker(*worker),
        State::Done { queue, worker, .. } => match (worker, queue) {
            (Some(worker), _) => Hearer::Worker(*worker),
            (None, Some(queue)) => Hearer::Heads(*queue),
            (None, None) => Hearer::Desk(ticket.holder),
        },
    }
}

/// An emergency came to another queue, or came up again: those there now must go.
fn page(ticket: &Ticket, tell: &mut impl FnMut(&'static str, Hearer)) {
    if ticket.urgency == Urgency::Emergency {
        emergency(ticket, tell);
    }
}

/// Everyone on duty and the heads, at once; the desk only if there is no queue.
fn emergency(ticket: &Ticket, tell: &mut impl FnMut(&'static str, Hearer)) {
    match ticket.queue() {
        Some(queue) => {
            tell("emergency", Hearer::OnDuty(queue));
            tell("emergency", Hearer::Heads(queue));
        }
        None => tell("emergency", Hearer::Desk(ticket.holder)),
    }
}

/// The worker or queue goes on; the heads learn that it was not solved, the resident that it comes up again.
fn reopened(
    by: ReopenedBy,
    to: (Option<Queue>, Option<UserId>),
    ticket: &Ticket,
    tell: &mut impl FnMut(&'static str, Hearer),
) {
    let (queue, worker) = to;
    let (_, hearer) = receiver(queue, worker, ticket);
    tell("reopened", hearer);
    match by {
        ReopenedBy::Resident | ReopenedBy::Staff => {
            if let Some(queue) = queue {
                tell("reopened", Hearer::Heads(queue));
            }
        }
        ReopenedBy::Review => {}
    }
    match by {
        ReopenedBy::Staff | ReopenedBy::Review => tell("reopened", Hearer::Reporters),
        ReopenedBy::Resident => {}
    }
}
