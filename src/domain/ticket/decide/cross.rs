//! Between the platforms: offer, accept, return, recall, conclude.

use chrono::{DateTime, Utc};

use super::super::{AcceptedBy, ClockChange, ClockKind, Decision, Event, Refusal, WordsPurpose};
use super::draft::Draft;
use super::{
    REASON_LIMIT, WORDS_LIMIT, emergency_queue_of, is_emergency, may_hand_over, needed, not_a_subject, steward_in,
};
use crate::domain::escalation::Escalation;
use crate::domain::ids::{EscalationId, UserId};
use crate::domain::words::{EscalationState, Platform, Queue};

/// Asks the other platform; moves neither status nor clock. Offering hands a confidential ticket over. `said` are reason,
/// what was tried, what is asked.
pub(super) fn offer(
    mut draft: Draft<'_>,
    id: EscalationId,
    said: [&String; 3],
    answer_by: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let [reason, tried, asked] = said;
    let reason = needed("reason", reason, REASON_LIMIT)?;
    let tried = needed("tried", tried, REASON_LIMIT)?;
    let asked = needed("asked", asked, REASON_LIMIT)?;
    if answer_by <= draft.now {
        return Err(Refusal::ReviewInPast { field: "answer_by" });
    }
    let from = draft.ticket.holder;
    let offer = Escalation {
        id,
        from,
        state: EscalationState::Offered,
        offered_at: draft.now,
        answer_by,
        answered_at: None,
        concluded_at: None,
        left_queue: None,
    };
    let to = offer.to();
    may_hand_over(&draft, to)?;
    draft.show(to);
    draft.offer(offer);
    draft.event(Event::Offered { escalation: id, from, to, answer_by });
    draft.words(WordsPurpose::Reason, reason);
    draft.words(WordsPurpose::Tried, tried);
    draft.words(WordsPurpose::Asked, asked);
    Ok(draft.done())
}

/// The live escalation, in the state the verb needs.
fn live(draft: &Draft<'_>) -> Result<Escalation, Refusal> {
    draft.ticket.escalation.clone().ok_or(Refusal::NoOffer)
}

/// The other side holds it, assigned in its queue, and its own clock begins.
pub(super) fn accept(mut draft: Draft<'_>, queue: Option<Queue>, worker: Option<UserId>) -> Result<Decision, Refusal> {
    let mut offer = live(&draft)?;
    let to = offer.to();
    let queue = match (queue, to) {
        (Some(queue), _) if queue.platform() != to => {
            return Err(Refusal::OtherPlatform { platform: queue.platform() });
        }
        (Some(queue), _) => queue,
        (None, Platform::Committee) => Queue::Committee,
        (None, Platform::Property) => return Err(Refusal::NeedsQueue),
    };
    not_a_subject(&draft.ticket, worker)?;
    let from = draft.ticket.queue();
    offer.left_queue = from;
    draft.end_hold(true);
    let escalation = Some(offer.id);
    draft.answer(offer, EscalationState::Accepted);
    draft.enter(queue, worker);
    draft.event(Event::Accepted { accepted_by: AcceptedBy::Desk, escalation, holder: to, from, queue, worker });
    draft.start_clock(ClockKind::Finish, to);
    Ok(draft.done())
}

/// The other side does not take it: nothing moves.
pub(super) fn give_back(mut draft: Draft<'_>, reason: &str) -> Result<Decision, Refusal> {
    let reason = needed("reason", reason, REASON_LIMIT)?;
    let offer = live(&draft)?;
    let offer = draft.answer(offer, EscalationState::Returned);
    draft.event(Event::Returned { escalation: offer.id, by: offer.to() });
    draft.words(WordsPurpose::Reason, reason);
    Ok(draft.done())
}

/// The offering side takes its offer back: nothing moves.
pub(super) fn recall(mut draft: Draft<'_>) -> Result<Decision, Refusal> {
    let offer = live(&draft)?;
    let offer = draft.answer(offer, EscalationState::Recalled);
    draft.event(Event::Recalled { escalation: offer.id, by: offer.from });
    Ok(draft.done())
}

/// Back to the queue it left, or to the desk if it had been in none; the accepting side's own clock ends. In the stewards'
/// queue it goes to the steward of the building.
pub(super) fn conclude(mut draft: Draft<'_>, report: &str, steward: Option<UserId>) -> Result<Decision, Refusal> {
    let report = needed("report", report, WORDS_LIMIT)?;
    let accepted = live(&draft)?;
    let (by, holder) = (accepted.to(), accepted.from);
    let accepted = draft.answer(accepted, EscalationState::Concluded);
    let from = draft.ticket.queue();
    draft.end_hold(true);
    let emergency = is_emergency(draft.ticket.urgency);
    let queue = accepted.left_queue.or_else(|| emergency.then(|| emergency_queue_of(holder)));
    let worker = steward_in(&draft.ticket, queue, steward);
    match queue {
        Some(queue) => draft.enter(queue, worker),
        None => draft.stand_unassigned(holder, None),
    }
    draft.event(Event::Concluded { escalation: accepted.id, by, from, queue, holder });
    draft.words(WordsPurpose::Report, report);
    if let Some(worker) = worker {
        draft.event(Event::Assigned { from: None, worker });
    }
    if by != draft.ticket.lead {
        let platform = Some(by);
        draft.clock(ClockChange::Stop { kind: ClockKind::Finish, platform, queue: None, met: true });
    }
    Ok(draft.done())
}
