//! What a clock says now.

use chrono::{DateTime, TimeDelta, Utc};

/// A hold as a clock sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when the clock stands still.
    pub paused_at: DateTime<Utc>,
    /// When the hold comes up for review.
    pub review_at: DateTime<Utc>,
}

/// A clock as stored: enough to say what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// When it runs out.
    pub due_at: DateTime<Utc>,
    /// From when it warns.
    pub warn_at: DateTime<Utc>,
    /// The hold it stands still under.
    pub pause: Option<Pause>,
    /// When it was stopped for good.
    pub stopped_at: Option<DateTime<Utc>>,
}

/// What a clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Time enough.
    Running {
        /// Until it runs out.
        left: TimeDelta,
    },
    /// Runs out soon.
    Warn {
        /// Until it runs out.
        left: TimeDelta,
    },
    /// Ran out and was not stopped.
    Late {
        /// Since it ran out.
        by: TimeDelta,
    },
    /// Stands still.
    Held {
        /// The hold's review.
        until: DateTime<Utc>,
    },
    /// Stopped in time.
    Met,
    /// Stopped too late.
    Missed,
}

/// How long the clock of an open ticket is past its limit; `None` while it is not late. The one rule behind every mark, figure
/// and list: a clock that stands still is not late. One that had run out before its hold began has nothing left to stand
/// still for and goes on being late, for a hold hides nothing.
pub fn late_by(due_at: DateTime<Utc>, paused_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let stands = paused_at.is_some_and(|at| at < due_at);
    (!stands && now > due_at).then(|| now - due_at)
}

impl ClockReading {
    /// The state at `now`; late by [`late_by`]. Stopped on the very moment of the limit is in time.
    pub fn state(&self, now: DateTime<Utc>) -> ClockState {
        if let Some(stopped_at) = self.stopped_at {
            return if stopped_at <= self.due_at { ClockState::Met } else { ClockState::Missed };
        }
        if let Some(by) = late_by(self.due_at, self.pause.map(|pause| pause.paused_at), now) {
            return ClockState::Late { by };
        }
        match self.pause {
            Some(pause) if pause.paused_at < self.due_at => ClockState::Held { until: pause.review_at },
            _ if now >= self.warn_at => ClockState::Warn { left: self.due_at - now },
            _ => ClockState::Running { left: self.due_at - now },
        }
    }
}
