//! Clocks: how long each kind of request may take, what a pause does, and what a clock says now.
//!
//! A ticket's limits are copied in when its clocks start, so changing a class changes later tickets only.

mod limit;
mod state;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, DAY_MINUTES};
use super::words::{ClockKind, Outcome, Urgency};

pub use limit::{Limit, LimitError};
pub use state::{ClockReading, ClockState, Pause, late_by};

/// The limits of one urgency class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgencyClass {
    /// The class.
    pub urgency: Urgency,
    /// By when a person has spoken to the resident.
    pub contact: Limit,
    /// By when someone stands there; only where someone must go now.
    pub on_site: Option<Limit>,
    /// By when the ticket is done.
    pub finish: Limit,
    /// How long before a limit runs out its clock warns, minutes; for limits in working days, 1440 is one working day.
    pub warn_before_minutes: u32,
}

impl UrgencyClass {
    /// The limit of one of its clocks; `None` when the class has no such clock.
    pub fn limit(&self, clock: ClockKind) -> Option<Limit> {
        match clock {
            ClockKind::Contact => Some(self.contact),
            ClockKind::OnSite => self.on_site,
            ClockKind::Finish => Some(self.finish),
            ClockKind::QueueTime => None,
        }
    }
}

/// The classes a new community begins with, one for each [`Urgency`].
///
/// Finishing follows the four levels used in Beijing since 2020 (2 hours, 24 hours, 7 days, 15 days). First contact: 2 hours
/// for what must be done today, which is what the city line asks for water, power, gas and heating; one working day for the
/// rest, which street offices elsewhere publish as theirs. An emergency is answered in 5 minutes and seen in 10.
pub fn default_classes() -> [UrgencyClass; 4] {
    use Limit::{Minutes, WorkingDays};
    let class = |urgency, contact, finish, warn_before_minutes| UrgencyClass {
        urgency,
        contact,
        on_site: None,
        finish,
        warn_before_minutes,
    };
    let day = u32::from(DAY_MINUTES);
    [
        UrgencyClass { on_site: Some(Minutes(10)), ..class(Urgency::Emergency, Minutes(5), Minutes(120), 10) },
        class(Urgency::Urgent, Minutes(120), Minutes(24 * 60), 4 * 60),
        class(Urgency::Normal, WorkingDays(1), WorkingDays(7), day),
        class(Urgency::Long, WorkingDays(1), WorkingDays(15), 2 * day),
    ]
}

/// A clock as it starts: the limit copied in, and the moments that follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The limit at the start.
    pub limit: Limit,
    /// When it runs out.
    pub due_at: DateTime<Utc>,
    /// When to warn; never before the start, never after `due_at`.
    pub warn_at: DateTime<Utc>,
}

/// Starts a clock at `from`.
pub fn start(limit: Limit, warn_before_minutes: u32, from: DateTime<Utc>, calendar: &Calendar) -> Due {
    let due_at = match limit {
        Limit::Minutes(minutes) => from + TimeDelta::minutes(i64::from(minutes)),
        Limit::WorkingDays(days) => calendar.end_of_working_day(days, from),
    };
    Due { limit, due_at, warn_at: warn_at(limit, warn_before_minutes, from, due_at, calendar) }
}

/// When a clock that runs since `from` warns. Asked again after a pause has moved `due_at`.
///
/// A class has one warning for all its clocks, and the short ones must not warn from the first second. So a limit round the
/// clock is left alone for half its time, and a limit in working days until its first working day begins. Such a limit
/// warns when a working day begins: 1440 minutes before the end of a Monday is its morning, and anything up to 2880 is the
/// morning of the working day before it, not a Sunday.
pub fn warn_at(
    limit: Limit,
    warn_before_minutes: u32,
    from: DateTime<Utc>,
    due_at: DateTime<Utc>,
    calendar: &Calendar,
) -> DateTime<Utc> {
    let warn = match limit {
        Limit::Minutes(minutes) => due_at - TimeDelta::minutes(i64::from(warn_before_minutes.min(minutes / 2))),
        Limit::WorkingDays(days) => {
            let last_days = warn_before_minutes.div_ceil(u32::from(DAY_MINUTES)).min(days);
            calendar.working_start_before(last_days, due_at)
        }
    };
    warn.max(from).min(due_at)
}

/// When a clock that stood still from `paused_at` to `resumed_at` now runs out.
///
/// Round the clock, the limit moves by the length of the pause. In working days, the clock keeps the number of working-day
/// ends it still had, today's among them: paused on a Friday with Friday and Monday left and resumed on a Wednesday, it has
/// Wednesday and Thursday. A clock that had run out before the pause stays where it was: a pause forgives nothing. A pause
/// never brings a limit forward.
pub fn resume(
    limit: Limit,
    due_at: DateTime<Utc>,
    paused_at: DateTime<Utc>,
    resumed_at: DateTime<Utc>,
    calendar: &Calendar,
) -> DateTime<Utc> {
    if due_at <= paused_at || resumed_at <= paused_at {
        return due_at;
    }
    match limit {
        Limit::Minutes(_) => due_at + (resumed_at - paused_at),
        Limit::WorkingDays(_) => {
            let left = calendar.working_ends(paused_at, due_at);
            calendar.working_end_after(left, resumed_at).max(due_at)
        }
    }
}

/// The outcomes that count as solved the same day: the matter was mended, or explained.
pub const SAME_DAY_OUTCOMES: [Outcome; 2] = [Outcome::Resolved, Outcome::Explained];

/// Whether a ticket counts as solved the same day: first done on the local date it was opened, the matter mended or
/// explained, and not opened again since.
pub fn same_day(
    opened_at: DateTime<Utc>,
    first_done_at: DateTime<Utc>,
    outcome: Outcome,
    reopened: bool,
    calendar: &Calendar,
) -> bool {
    !reopened
        && SAME_DAY_OUTCOMES.contains(&outcome)
        && calendar.local_date(opened_at) == calendar.local_date(first_done_at)
}

#[cfg(test)]
mod tests;
