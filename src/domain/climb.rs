//! Climbing: what is told, to whom and when, about what is not done in time.
//!
//! A ladder is a list of steps with their moments, worked out from the limit, the class and the calendar; how many of them
//! were told stands beside the clock, hold or offer. Nothing here changes a ticket.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::calendar::Calendar;
use super::escalation::Escalation;
use super::sla::Limit;
use super::ticket::{Event, Hold, Ticket};
use super::words::{ClockKind, Platform, Rung, Urgency};

/// A clock's steps: warned, overdue (the worker with the head), still late, still late. Only the finish clock of the side
/// that has the ticket goes as far as the other desk; for the others that step says nothing.
pub const CLOCK: [Rung; 4] = [Rung::Nearest, Rung::Heads, Rung::Managers, Rung::OtherDesk];
/// A hold that nobody looked at again.
pub const HOLD: [Rung; 3] = [Rung::Nearest, Rung::Heads, Rung::Managers];
/// An offer that nobody answered.
pub const OFFER: [Rung; 3] = [Rung::Desk, Rung::Managers, Rung::BothManagers];

/// The least time a rung has before the next one hears: [`Urgency`] → time.
pub const PATIENCE: [(Urgency, Limit); 4] = [
    (Urgency::Emergency, Limit::Minutes(5)),
    (Urgency::Urgent, Limit::Minutes(60)),
    (Urgency::Normal, Limit::WorkingDays(1)),
    (Urgency::Long, Limit::WorkingDays(1)),
];

/// A limit counted round the clock in a class that otherwise counts working days.
const PATIENCE_ROUND_THE_CLOCK_MINUTES: u32 = 60;

/// One step: when, and who hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The first moment at which it is told.
    pub at: DateTime<Utc>,
    /// Who hears.
    pub rung: Rung,
}

/// A running clock with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// What it waits for.
    pub kind: ClockKind,
    /// Whose time it is.
    pub platform: Platform,
    /// How long it had.
    pub limit: Limit,
    /// When it runs out.
    pub due_at: DateTime<Utc>,
    /// When it warns.
    pub warn_at: DateTime<Utc>,
}

/// The time a rung of this class has at least.
pub fn patience(urgency: Urgency) -> Limit {
    let found = PATIENCE.iter().find(|(class, _)| *class == urgency);
    found.map_or(Limit::Minutes(PATIENCE_ROUND_THE_CLOCK_MINUTES), |(_, patience)| *patience)
}

/// The time each rung above the head has: a quarter of the limit, and no less than the class's patience; counted as the
/// limit is.
pub fn gap(limit: Limit, urgency: Urgency) -> Limit {
    match (limit, patience(urgency)) {
        (Limit::Minutes(limit), Limit::Minutes(least)) => Limit::Minutes((limit / 4).max(least)),
        (Limit::Minutes(limit), Limit::WorkingDays(_)) => {
            Limit::Minutes((limit / 4).max(PATIENCE_ROUND_THE_CLOCK_MINUTES))
        }
        (Limit::WorkingDays(days), Limit::WorkingDays(least)) => Limit::WorkingDays(days.div_ceil(4).max(least)),
        (Limit::WorkingDays(days), Limit::Minutes(_)) => Limit::WorkingDays(days.div_ceil(4).max(1)),
    }
}

/// `times` gaps after a moment; in working days, the end of the last of them, today counting as one.
fn later(gap: Limit, times: u32, from: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
    match gap {
        Limit::Minutes(minutes) => from + TimeDelta::minutes(i64::from(minutes) * i64::from(times)),
        Limit::WorkingDays(days) => calendar.working_end_after(days.saturating_mul(times), from),
    }
}

/// What was promised for a moment is late only after it.
fn just_after(at: DateTime<Utc>) -> DateTime<Utc> {
    at + TimeDelta::microseconds(1)
}

/// The ladder of a clock.
pub fn clock(clock: &Running, urgency: Urgency, calendar: &Calendar) -> [Step; 4] {
    let gap = gap(clock.limit, urgency);
    let after = |times| later(gap, times, clock.due_at, calendar);
    let at = [clock.warn_at, just_after(clock.due_at), after(1), after(2)];
    std::array::from_fn(|n| Step { at: at[n], rung: CLOCK[n] })
}

/// The ladder of a hold.
pub fn hold(review_at: DateTime<Utc>, urgency: Urgency, calendar: &Calendar) -> [Step; 3] {
    let after = |times| later(patience(urgency), times, review_at, calendar);
    let at = [review_at, after(1), after(2)];
    std::array::from_fn(|n| Step { at: at[n], rung: HOLD[n] })
}

/// The ladder of an offer.
pub fn offer(answer_by: DateTime<Utc>, urgency: Urgency, calendar: &Calendar) -> [Step; 3] {
    let after = |times| later(patience(urgency), times, answer_by, calendar);
    let at = [just_after(answer_by), after(1), after(2)];
    std::array::from_fn(|n| Step { at: at[n], rung: OFFER[n] })
}

/// Where a ladder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The steps that came up since the last time.
    pub steps: Range<usize>,
    /// When the next comes up; `None` at the top.
    pub next_at: Option<DateTime<Utc>>,
}

/// Which steps came up. What was told once is never told again, whatever the clock on the wall says now.
pub fn reached(ladder: &[Step], told: usize, now: DateTime<Utc>) -> Reached {
    let told = told.min(ladder.len());
    let up = ladder[told..].iter().take_while(|step| step.at <= now).count();
    Reached { steps: told..told + up, next_at: ladder.get(told + up).map(|step| step.at) }
}

/// The lines of history for steps of a clock. After a stand-still several may have come up at once: each is written down,
/// the highest alone is told, so that nobody hears four times of one ticket.
pub fn clock_events(ticket: &Ticket, clock: &Running, steps: Range<usize>) -> Vec<Event> {
    let Running { kind, platform, due_at, .. } = *clock;
    lines(steps.filter_map(|n| CLOCK.get(n).copied()).filter(|rung| concerns(ticket, clock, *rung)), |rung, told| {
        match rung {
            Rung::Nearest => Event::Warned { clock: kind, platform, due_at, told },
            Rung::Heads => Event::Overdue { clock: kind, platform, due_at, told },
            Rung::Managers | Rung::OtherDesk | Rung::Desk | Rung::BothManagers => {
                Event::Climbed { clock: kind, platform, due_at, to: rung, told }
            }
        }
    })
}

/// Whether a rung hears of this clock. The other desk hears of work the clock's own side holds and has not finished, not of
/// what is confidential, and not while an offer to it waits: that one climbs by itself.
fn concerns(ticket: &Ticket, clock: &Running, rung: Rung) -> bool {
    rung != Rung::OtherDesk
        || (clock.kind == ClockKind::Finish
            && clock.platform == ticket.holder
            && !ticket.confidential
            && !ticket.escalation.as_ref().is_some_and(Escalation::is_offered))
}

/// The lines of history for steps of a hold.
pub fn hold_events(hold: &Hold, steps: Range<usize>) -> Vec<Event> {
    lines(steps.filter_map(|n| HOLD.get(n).copied()), |to, told| Event::ReviewDue {
        hold: hold.id,
        review_at: hold.review_at,
        to,
        told,
    })
}

/// The lines of history for steps of an offer.
pub fn offer_events(offer: &Escalation, steps: Range<usize>) -> Vec<Event> {
    lines(steps.filter_map(|n| OFFER.get(n).copied()), |to, told| Event::OfferUnanswered {
        escalation: offer.id,
        asked: offer.to(),
        answer_by: offer.answer_by,
        to,
        told,
    })
}

fn lines(rungs: impl Iterator<Item = Rung>, line: impl Fn(Rung, bool) -> Event) -> Vec<Event> {
    let rungs: Vec<Rung> = rungs.collect();
    rungs.iter().enumerate().map(|(n, rung)| line(*rung, n + 1 == rungs.len())).collect()
}

#[cfg(test)]
mod tests;
