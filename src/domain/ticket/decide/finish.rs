//! To done and back: finish, reopen, withdraw, merge.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::{
    ClockChange, ClockKind, Decision, Event, MergeTarget, Refusal, ReopenedBy, Reporter, ReporterChange, State, Ticket,
    Verb, WordsPurpose,
};
use super::draft::Draft;
use super::{REASON_LIMIT, WORDS_LIMIT, emergency_queue, is_emergency, needed, optional, steward_in};
use crate::domain::actor::Actor;
use crate::domain::ids::{ReporterId, TicketId, TicketNumber, UserId};
use crate::domain::words::{Audience, EscalationState, Outcome, Queue};

/// open → done, in the lead's name whichever side did the work.
pub(super) fn finish(
    mut draft: Draft<'_>,
    outcome: Outcome,
    note: Option<&str>,
    review_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Decision, Refusal> {
    match (outcome, review_on) {
        (Outcome::Withdrawn | Outcome::Duplicate, _) => return Err(Refusal::OutcomeHasOwnVerb),
        (Outcome::Deferred, None) => return Err(Refusal::NeedsReviewDate),
        (Outcome::Deferred, Some(day)) if day <= today => return Err(Refusal::ReviewInPast { field: "review_on" }),
        (Outcome::Deferred, Some(_)) => {}
        (Outcome::Resolved | Outcome::Explained | Outcome::Referred | Outcome::NotAccepted, Some(_)) => {
            return Err(Refusal::ReviewDateNotDue);
        }
        (Outcome::Resolved | Outcome::Explained | Outcome::Referred | Outcome::NotAccepted, None) => {}
    }
    let note = optional("note", note, WORDS_LIMIT)?;
    let ticket = &draft.ticket;
    draft.event(Event::Finished {
        from: ticket.status(),
        outcome,
        queue: ticket.queue(),
        worker: ticket.worker(),
        holder: ticket.holder,
        lead: ticket.lead,
        review_on,
    });
    if let Some(note) = note {
        draft.words_for(WordsPurpose::Report, note, Audience::Both, true);
    }
    close(&mut draft, outcome, review_on);
    Ok(draft.done())
}

/// Writes done: the hold ends unsaid, and every clock.
fn close(draft: &mut Draft<'_>, outcome: Outcome, review_on: Option<NaiveDate>) {
    draft.end_hold(false);
    let met = !matches!(outcome, Outcome::Withdrawn | Outcome::Duplicate);
    let (queue, worker, at) = (draft.ticket.queue(), draft.ticket.worker(), draft.now);
    draft.ticket.state = State::Done { queue, worker, outcome, at, review_on };
    draft.ticket.first_done_at = draft.ticket.first_done_at.or(Some(at));
    draft.clock(ClockChange::StopAll { met });
}

/// A done ticket's facts.
struct Closed {
    queue: Option<Queue>,
    worker: Option<UserId>,
    outcome: Outcome,
}

/// done → assigned in the same queue: within `reopen_days`, or whenever a deferred one's day has come.
pub(super) fn reopen(
    mut draft: Draft<'_>,
    reason: &str,
    today: NaiveDate,
    steward: Option<UserId>,
) -> Result<Decision, Refusal> {
    let (closed, at, review_on) = match &draft.ticket.state {
        State::Done { queue, worker, outcome, at, review_on } => {
            (Closed { queue: *queue, worker: *worker, outcome: *outcome }, *at, *review_on)
        }
        State::Unassigned { .. } | State::Assigned { .. } | State::InProgress { .. } => {
            return Err(Refusal::WrongState { status: draft.ticket.status(), verb: Verb::Reopen });
        }
    };
    match closed.outcome {
        Outcome::Withdrawn => return Err(Refusal::ReopenNever { merged: false }),
        Outcome::Duplicate => return Err(Refusal::ReopenNever { merged: true }),
        Outcome::Resolved | Outcome::Explained | Outcome::Deferred | Outcome::Referred | Outcome::NotAccepted => {}
    }
    let review = review_on.filter(|_| closed.outcome == Outcome::Deferred);
    let due = review.is_some_and(|day| day <= today);
    let days = draft.ticket.rules.reopen_days;
    let (reopened_by, reason) = match (draft.actor, due) {
        (Actor::System, true) => (ReopenedBy::Review, optional("reason", Some(reason), REASON_LIMIT)?),
        (Actor::System, false) => {
            return Err(review.map_or(Refusal::NotYours, |review_on| Refusal::ReviewNotDue { review_on }));
        }
        (Actor::Resident(_) | Actor::Staff(_), false) if draft.now > at + TimeDelta::days(i64::from(days)) => {
            return Err(Refusal::ReopenTooLate { days });
        }
        (Actor::Resident(_), _) => (ReopenedBy::Resident, optional("reason", Some(reason), REASON_LIMIT)?),
        (Actor::Staff(_), _) => (ReopenedBy::Staff, Some(needed("reason", reason, REASON_LIMIT)?)),
    };
    open_again(&mut draft, &closed, (reopened_by, steward));
    if let Some(reason) = reason {
        draft.words(WordsPurpose::Reason, reason);
    }
    Ok(draft.done())
}

/// Back into its queue, or onto the list of the desk that settled it. Whoever had it keeps it when someone says it is not
/// solved; after a review date, months later, the queue finds a new worker: the steward of the building, in the stewards'.
fn open_again(draft: &mut Draft<'_>, closed: &Closed, (reopened_by, steward): (ReopenedBy, Option<UserId>)) {
    let holder = draft.ticket.holder;
    let emergency = is_emergency(draft.ticket.urgency);
    let queue = closed.queue.or_else(|| emergency.then(|| emergency_queue(draft.ticket.confidential)));
    let worker = match reopened_by {
        ReopenedBy::Resident | ReopenedBy::Staff => closed.worker,
        ReopenedBy::Review => None,
    };
    let worker = worker.or_else(|| steward_in(&draft.ticket, queue, steward));
    match queue {
        Some(queue) => draft.enter(queue, worker),
        None => draft.stand_unassigned(holder, None),
    }
    draft.ticket.reopened_count += 1;
    let (count, lead, holder) = (draft.ticket.reopened_count, draft.ticket.lead, draft.ticket.holder);
    let answers = if draft.ticket.seen_by(lead) { lead } else { holder };
    draft.start_clock(ClockKind::Finish, answers);
    if holder != answers {
        draft.start_clock(ClockKind::Finish, holder);
    }
    draft.event(Event::Reopened { reopened_by, was: closed.outcome, queue, worker, count });
}

/// The only reporter takes it back: done. One of several: that one leaves.
pub(super) fn withdraw(mut draft: Draft<'_>, who: ReporterId) -> Result<Decision, Refusal> {
    if matches!(draft.actor, Actor::Resident(me) if *me != who) {
        return Err(Refusal::NotAReporter);
    }
    let at = draft.now;
    let sole = is_sole(&draft.ticket, who);
    let reporter = draft.ticket.reporters.iter_mut().find(|r| r.id == who && !r.left).ok_or(Refusal::NotAReporter)?;
    if sole {
        let from = draft.ticket.status();
        draft.event(Event::Withdrawn { from, reporter: who });
        close_escalation(&mut draft);
        close(&mut draft, Outcome::Withdrawn, None);
    } else {
        reporter.left = true;
        draft.reporter(ReporterChange::Left { id: who, at });
        draft.event(Event::ReporterLeft { reporter: who });
    }
    Ok(draft.done())
}

fn is_sole(ticket: &Ticket, who: ReporterId) -> bool {
    ticket.reporters.iter().all(|r| r.left || r.id == who)
}

/// A withdrawn request asks nothing of the other side any more.
fn close_escalation(draft: &mut Draft<'_>) {
    let Some(live) = draft.ticket.escalation.clone() else { return };
    let (id, queue, holder) = (live.id, draft.ticket.queue(), draft.ticket.holder);
    if live.is_accepted() {
        let by = live.to();
        draft.answer(live, EscalationState::Concluded);
        draft.event(Event::Concluded { escalation: id, by, from: queue, queue, holder });
    } else {
        let by = live.from;
        draft.answer(live, EscalationState::Recalled);
        draft.event(Event::Recalled { escalation: id, by });
    }
}

/// open → done (duplicate). The target takes the reporters over by [`absorb`], in the same transaction.
pub(super) fn merge(mut draft: Draft<'_>, target: &MergeTarget) -> Result<Decision, Refusal> {
    if !target.visible {
        return Err(Refusal::TargetUnknown);
    }
    if target.id == draft.ticket.id || target.chain.contains(&draft.ticket.id) {
        return Err(Refusal::MergeCycle);
    }
    if !target.chain.is_empty() {
        return Err(Refusal::TargetMerged { number: target.number });
    }
    if target.done {
        return Err(Refusal::TargetDone { number: target.number });
    }
    // Its reporters move over with their names: nobody may learn there what was hidden from them here.
    let about_others = draft.ticket.subjects.iter().any(|user| !target.subjects.contains(user));
    if about_others || (draft.ticket.confidential && !target.confidential) {
        return Err(Refusal::TargetMoreOpen { number: target.number });
    }
    let from = draft.ticket.status();
    draft.event(Event::Merged { from, into: target.id, number: target.number });
    draft.ticket.merged_into = Some(target.id);
    close(&mut draft, Outcome::Duplicate, None);
    Ok(draft.done())
}

/// The other half of a merge: the target's side. `reporters` are the duplicate's who have not left, with ids of their own
/// on the target; the caller makes them and leaves out those who already report the target. Their rows are new: the
/// decision's ticket has them, its reporter changes do not.
///
/// # Errors
/// When the target is done: then [`decide`](super::decide) refused the merge too.
pub fn absorb(
    target: &Ticket,
    duplicate: (TicketId, TicketNumber),
    reporters: Vec<Reporter>,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    if !target.state.is_open() {
        return Err(Refusal::TargetDone { number: target.number });
    }
    let mut draft = Draft::new(target, &Actor::System, now);
    let count = u32::try_from(reporters.len()).unwrap_or(u32::MAX);
    draft.ticket.reporters.extend(reporters);
    draft.event(Event::Absorbed { ticket: duplicate.0, number: duplicate.1, reporters: count });
    Ok(draft.done())
}
