//! In and out of queues: route, take, assign, transfer, hand back.

use super::super::{
    AcceptedBy, Category, ClockKind, Decision, Event, Refusal, ReturnedFrom, Ruling, State, WordsPurpose,
};
use super::draft::Draft;
use super::{REASON_LIMIT, needed, not_a_subject, work};
use crate::domain::ids::UserId;
use crate::domain::words::{Platform, Queue, Urgency};

/// Where a ticket is sent.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) queue: Queue,
    pub(super) worker: Option<UserId>,
    /// The queue takes routine requests from either desk.
    pub(super) accepts_directly: bool,
}

/// unassigned → assigned. To the other platform's queue only under the standing agreement, and not while an escalation
/// is live: then that is the way across.
pub(super) fn route(
    mut draft: Draft<'_>,
    way: Way,
    category: Option<&Category>,
    urgency: Option<Urgency>,
) -> Result<Decision, Refusal> {
    let from = draft.ticket.holder;
    let to = way.queue.platform();
    not_a_subject(&draft.ticket, way.worker)?;
    if to != from {
        if let Some(live) = &draft.ticket.escalation {
            return Err(Refusal::LiveOffer { state: live.state });
        }
        if !way.accepts_directly {
            return Err(Refusal::OtherPlatform { platform: to });
        }
    }
    let returned_from = match &draft.ticket.state {
        State::Unassigned { returned_from } => returned_from.map(|r| r.queue),
        State::Assigned { .. } | State::InProgress { .. } | State::Done { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status() });
        }
    };
    let ruling = returned_from.map(|q| if q == way.queue { Ruling::Overruled } else { Ruling::Upheld });
    let was_category = draft.ticket.category.clone();
    if let Some(category) = category {
        draft.ticket.category = Some(category.code.clone());
        draft.ticket.paid = category.paid;
    }
    let category = draft.ticket.category.clone();
    draft.event(Event::Routed { queue: way.queue, worker: way.worker, returned_from, ruling, was_category, category });
    cross_or_enter(&mut draft, from, way);
    if let Some(urgency) = urgency.filter(|u| *u != draft.ticket.urgency) {
        work::change_urgency(&mut draft, urgency);
    }
    Ok(draft.done())
}

/// Into the queue; to the other side it is an acceptance under the standing agreement, and that side's clock begins.
pub(super) fn cross_or_enter(draft: &mut Draft<'_>, from: Platform, way: Way) {
    let to = way.queue.platform();
    draft.enter(way.queue, way.worker);
    if to != from {
        draft.event(Event::Accepted {
            accepted_by: AcceptedBy::Standing,
            escalation: None,
            holder: to,
            from: None,
            queue: way.queue,
            worker: way.worker,
        });
        draft.start_clock(ClockKind::Finish, to);
    }
}

/// The worker takes it; from nobody, never from a colleague.
pub(super) fn take(mut draft: Draft<'_>) -> Result<Decision, Refusal> {
    let me = draft.person()?;
    if let Some(by) = draft.ticket.worker() {
        return Err(Refusal::AlreadyTaken { by });
    }
    give(&mut draft, me)?;
    draft.event(Event::Taken { worker: me });
    Ok(draft.done())
}

/// A head or the desk says whose it is.
pub(super) fn assign(mut draft: Draft<'_>, worker: UserId) -> Result<Decision, Refusal> {
    let from = draft.ticket.worker();
    if from == Some(worker) {
        return Err(Refusal::NothingChanged);
    }
    not_a_subject(&draft.ticket, Some(worker))?;
    give(&mut draft, worker)?;
    draft.event(Event::Assigned { from, worker });
    Ok(draft.done())
}

/// Sets the worker, whichever of the two states it is in.
fn give(draft: &mut Draft<'_>, to: UserId) -> Result<(), Refusal> {
    match &mut draft.ticket.state {
        State::Assigned { worker, .. } => *worker = Some(to),
        State::InProgress { worker, .. } => *worker = to,
        State::Unassigned { .. } | State::Done { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status() });
        }
    }
    Ok(())
}

/// assigned, in progress → assigned, elsewhere on the same platform.
pub(super) fn transfer(
    mut draft: Draft<'_>,
    queue: Queue,
    worker: Option<UserId>,
    reason: &str,
) -> Result<Decision, Refusal> {
    let reason = needed("reason", reason, REASON_LIMIT)?;
    let (from, from_worker) = match &draft.ticket.state {
        State::Assigned { queue, worker, .. } => (*queue, *worker),
        State::InProgress { queue, worker, .. } => (*queue, Some(*worker)),
        State::Unassigned { .. } | State::Done { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status() });
        }
    };
    if queue.platform() != draft.ticket.holder {
        return Err(Refusal::OtherPlatform { platform: queue.platform() });
    }
    if queue == from && worker == from_worker {
        return Err(Refusal::SameQueue { queue });
    }
    not_a_subject(&draft.ticket, worker)?;
    draft.end_hold(true);
    draft.event(Event::Transferred { from, from_worker, queue, worker });
    draft.words(WordsPurpose::Reason, reason);
    draft.enter(queue, worker);
    Ok(draft.done())
}

/// assigned, in progress → unassigned at the holder's own desk, which upholds or overrules by routing.
pub(super) fn hand_back(mut draft: Draft<'_>, reason: &str) -> Result<Decision, Refusal> {
    let reason = needed("reason", reason, REASON_LIMIT)?;
    let (queue, worker) = match &draft.ticket.state {
        State::Assigned { queue, worker, .. } => (*queue, *worker),
        State::InProgress { queue, worker, .. } => (*queue, Some(*worker)),
        State::Unassigned { .. } | State::Done { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status() });
        }
    };
    draft.end_hold(true);
    draft.ticket.hand_back_count += 1;
    let count = draft.ticket.hand_back_count;
    draft.event(Event::HandedBack { queue, worker, count });
    draft.words(WordsPurpose::Reason, reason);
    let (holder, at) = (draft.ticket.holder, draft.now);
    draft.stand_unassigned(holder, Some(ReturnedFrom { queue, at }));
    Ok(draft.done())
}
