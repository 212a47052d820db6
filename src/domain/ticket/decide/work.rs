//! At work: start, hold, resume, another class of limits.

use chrono::{DateTime, Utc};

use super::super::{ClockChange, ClockKind, Decision, Event, Hold, Refusal, State, Verb, WordsPurpose};
use super::draft::Draft;
use super::{
    REASON_LIMIT, emergency_queue, emergency_queue_of, goes_at_once, is_emergency, may_hand_over, needed, queue,
};
use crate::domain::ids::HoldId;
use crate::domain::words::{Audience, Queue, Urgency};

/// assigned → in progress; a free ticket is taken first, a held one goes on.
pub(super) fn start(mut draft: Draft<'_>) -> Result<Decision, Refusal> {
    let (queue, worker) = match &draft.ticket.state {
        State::Assigned { queue, worker, .. } => (*queue, *worker),
        State::Unassigned { .. } | State::InProgress { .. } | State::Done { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status(), verb: Verb::Start });
        }
    };
    // A head may start it for the worker who has it.
    let worker = match worker {
        Some(worker) => worker,
        None => {
            let me = draft.person()?;
            draft.event(Event::Taken { worker: me });
            me
        }
    };
    draft.end_hold(true);
    draft.ticket.state = State::InProgress { queue, worker, at: draft.now };
    draft.event(Event::Started { worker });
    draft.contacted();
    draft.clock(ClockChange::Stop { kind: ClockKind::OnSite, platform: None, queue: None, met: true });
    Ok(draft.done())
}

/// A flag with a reason the resident hears and a time to look again; the finish clocks stop.
pub(super) fn hold(
    mut draft: Draft<'_>,
    id: HoldId,
    reason: &str,
    review_at: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let reason = needed("reason", reason, REASON_LIMIT)?;
    if review_at <= draft.now {
        return Err(Refusal::ReviewInPast { field: "review_at" });
    }
    let since = draft.now;
    draft.put_hold(Hold { id, since, review_at });
    draft.event(Event::Held { hold: id, review_at });
    draft.words_for(WordsPurpose::Reason, reason, Audience::Both, true);
    Ok(draft.done())
}

/// Goes on.
pub(super) fn resume(mut draft: Draft<'_>) -> Result<Decision, Refusal> {
    draft.end_hold(true);
    Ok(draft.done())
}

/// Another class. An unassigned ticket that becomes an emergency goes into a queue with it.
pub(super) fn set_urgency(mut draft: Draft<'_>, urgency: Urgency, to: Option<Queue>) -> Result<Decision, Refusal> {
    if urgency == draft.ticket.urgency {
        return Err(Refusal::NothingChanged);
    }
    let unassigned = matches!(draft.ticket.state, State::Unassigned { .. });
    if is_emergency(urgency) && unassigned {
        let holder = draft.ticket.holder;
        let to = match (&draft.ticket.escalation, to) {
            // Mid-crossing it stays on the side that has it.
            (Some(_), _) => to.filter(|q| q.platform() == holder).unwrap_or(emergency_queue_of(holder)),
            (None, Some(queue)) if !goes_at_once(holder, queue) => {
                return Err(Refusal::OtherPlatform { platform: queue.platform() });
            }
            (None, Some(queue)) => queue,
            (None, None) => emergency_queue(draft.ticket.confidential),
        };
        may_hand_over(&draft, to.platform())?;
        let returned_from = match &draft.ticket.state {
            State::Unassigned { returned_from } => returned_from.map(|r| r.queue),
            State::Assigned { .. } | State::InProgress { .. } | State::Done { .. } => None,
        };
        let category = draft.ticket.category.clone();
        draft.event(Event::Routed {
            queue: to,
            worker: None,
            returned_from,
            ruling: None,
            was_category: category.clone(),
            category,
        });
        let way = queue::Way { queue: to, worker: None, accepts_directly: true };
        queue::cross_or_enter(&mut draft, holder, way);
    }
    change_urgency(&mut draft, urgency);
    Ok(draft.done())
}

/// Writes the class and sets the clocks to its limits.
pub(super) fn change_urgency(draft: &mut Draft<'_>, urgency: Urgency) {
    let from = std::mem::replace(&mut draft.ticket.urgency, urgency);
    draft.event(Event::UrgencySet { from, urgency });
    if is_emergency(from) {
        draft.clock(ClockChange::Stop { kind: ClockKind::OnSite, platform: None, queue: None, met: false });
    }
    draft.clock(ClockChange::Restart { urgency });
    let someone_is_there = matches!(draft.ticket.state, State::InProgress { .. });
    if is_emergency(urgency) && !someone_is_there {
        let lead = draft.ticket.lead;
        draft.start_clock(ClockKind::OnSite, lead);
    }
}
