//! The one place that changes a ticket's status.

mod cross;
mod draft;
mod finish;
mod opening;
mod queue;
mod talk;
mod work;

pub use finish::absorb;
pub use opening::open;

use chrono::{DateTime, Utc};

use super::super::actor::Actor;
use super::super::ids::UserId;
use super::super::wording::has_control;
use super::super::words::{Platform, Queue, Urgency};
use super::{Command, Decision, Refusal, Ticket, rights};
use draft::Draft;

/// Longest reason, in characters.
pub const REASON_LIMIT: usize = 1_000;
/// Longest note, report or request, in characters.
pub const WORDS_LIMIT: usize = 10_000;

/// What the command does to the ticket, or why not. `now` is in whole microseconds.
///
/// That a worker named in a command has a seat in the queue, and that an attachment or place exists, is for the caller to
/// look up; everything else is checked here.
///
/// # Errors
/// A [`Refusal`] with reason and way out; the ticket is then untouched.
pub fn decide(ticket: &Ticket, command: &Command, actor: &Actor, now: DateTime<Utc>) -> Result<Decision, Refusal> {
    rights::may_give(ticket, command, actor)?;
    let draft = Draft::new(ticket, actor, now);
    match command {
        Command::Route { queue, worker, category, urgency, accepts_directly } => {
            let way = queue::Way { queue: *queue, worker: *worker, accepts_directly: *accepts_directly };
            queue::route(draft, way, category.as_ref(), *urgency)
        }
        Command::Take => queue::take(draft),
        Command::Assign { worker } => queue::assign(draft, *worker),
        Command::Transfer { queue, worker, reason } => queue::transfer(draft, *queue, *worker, reason),
        Command::HandBack { reason } => queue::hand_back(draft, reason),
        Command::Start => work::start(draft),
        Command::Hold { id, reason, review_at } => work::hold(draft, *id, reason, *review_at),
        Command::Resume => work::resume(draft),
        Command::SetUrgency { urgency, queue } => work::set_urgency(draft, *urgency, *queue),
        Command::Finish { outcome, note, review_on, today } => {
            finish::finish(draft, *outcome, note.as_deref(), *review_on, *today)
        }
        Command::Reopen { reason, today, steward } => finish::reopen(draft, reason, *today, *steward),
        Command::Withdraw { reporter } => finish::withdraw(draft, *reporter),
        Command::Merge { target } => finish::merge(draft, target),
        Command::Nudge { reporter, words } => talk::nudge(draft, *reporter, words.as_deref()),
        Command::Note { words, audience, to_resident } => talk::note(draft, words, *audience, *to_resident),
        Command::Attach { attachment } => talk::attach(draft, *attachment),
        Command::Place { about_place, reporter_place, building, place_text, steward } => {
            let place = talk::Place {
                about: *about_place,
                reporter: *reporter_place,
                building: *building,
                text: place_text.clone(),
            };
            talk::place(draft, place, *steward)
        }
        Command::Offer { id, reason, tried, asked, answer_by } => {
            cross::offer(draft, *id, [reason, tried, asked], *answer_by)
        }
        Command::Accept { queue, worker } => cross::accept(draft, *queue, *worker),
        Command::Return { reason } => cross::give_back(draft, reason),
        Command::Recall => cross::recall(draft),
        Command::Conclude { report, steward } => cross::conclude(draft, report, *steward),
    }
}

/// Where an emergency goes when nothing better is known: it is never left unassigned. The order department is on its
/// feet day and night, for either desk; what is for the holding side's eyes only stays with the committee.
const fn emergency_queue(confidential: bool) -> Queue {
    if confidential { Queue::Committee } else { Queue::Order }
}

/// The same, without crossing to the other platform.
const fn emergency_queue_of(platform: Platform) -> Queue {
    match platform {
        Platform::Property => Queue::Order,
        Platform::Committee => Queue::Committee,
    }
}

/// Where an emergency may go at once from this side: to its own queues, and to the property's, whose crew is there at any
/// hour. Towards the committee it is offered like everything else.
fn goes_at_once(from: Platform, queue: Queue) -> bool {
    queue.platform() == from || queue.platform() == Platform::Property
}

fn is_emergency(urgency: Urgency) -> bool {
    urgency == Urgency::Emergency
}

/// Nobody is given a ticket about himself.
fn not_a_subject(ticket: &Ticket, worker: Option<UserId>) -> Result<(), Refusal> {
    match worker {
        Some(user) if ticket.subjects.contains(&user) => Err(Refusal::WorkerIsSubject),
        Some(_) | None => Ok(()),
    }
}

/// Who has it in this queue when nobody had it before: the steward of the building, in the stewards' queue, unless it is
/// about him.
fn steward_in(ticket: &Ticket, queue: Option<Queue>, steward: Option<UserId>) -> Option<UserId> {
    steward.filter(|user| queue == Some(Queue::Steward) && !ticket.subjects.contains(user))
}

/// A confidential ticket is shown to the property by the committee's people alone, never by the service itself.
fn may_hand_over(draft: &Draft<'_>, to: Platform) -> Result<(), Refusal> {
    let by_committee = draft.actor.staff().is_some_and(|staff| staff.on(Platform::Committee));
    match to {
        Platform::Property if draft.ticket.confidential && !by_committee => Err(Refusal::NotYours),
        Platform::Property | Platform::Committee => Ok(()),
    }
}

/// Words that must be there, not too long and without control characters; without the blanks around them.
fn needed<'a>(field: &'static str, text: &'a str, limit: usize) -> Result<&'a str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Empty { field });
    }
    if text.chars().count() > limit {
        return Err(Refusal::TooLong { field, limit });
    }
    if has_control(text) {
        return Err(Refusal::ControlCharacters { field });
    }
    Ok(text)
}

/// Words that may be missing.
fn optional<'a>(field: &'static str, text: Option<&'a str>, limit: usize) -> Result<Option<&'a str>, Refusal> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => needed(field, text, limit).map(Some),
    }
}
