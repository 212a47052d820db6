//! What a decision brings about, for the engine to write in one transaction.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::escalation::EscalationChange;
use super::super::ids::{HoldId, ReporterId};
use super::super::notice::Notice;
pub use super::super::words::ClockKind;
use super::super::words::{Audience, Platform, Queue, Urgency};
use super::{Event, Hold, Ticket};

/// Everything one verb changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The ticket afterwards; its version is one more than before.
    pub ticket: Ticket,
    /// Lines of history, in order; never empty.
    pub events: Vec<Event>,
    /// People's words, each belonging to one of `events`.
    pub words: Vec<Words>,
    /// What happens to the clocks, in order.
    pub clocks: Vec<ClockChange>,
    /// Who hears.
    pub notices: Vec<Notice>,
    /// The escalation row to write.
    pub escalation: Option<EscalationChange>,
    /// The hold row to write.
    pub hold: Option<HoldChange>,
    /// Reporter rows to write.
    pub reporters: Vec<ReporterChange>,
}

/// A text row to write: words that can be redacted one day, kept out of the event itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Index in [`Decision::events`] of the event it belongs to.
    pub event: usize,
    /// What the words are for.
    pub purpose: WordsPurpose,
    /// Who may read them.
    pub audience: Audience,
    /// The resident may read them too.
    pub resident_reads: bool,
    /// Verbatim.
    pub text: String,
}

/// What words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsPurpose {
    /// The request itself.
    Request,
    /// Why: of a transfer, hand-back, hold, reopening, offer, return.
    Reason,
    /// What was tried before an offer.
    Tried,
    /// What an offer asks.
    Asked,
    /// What was done: of a finish or a conclusion.
    Report,
    /// A line on the timeline.
    Note,
    /// A line said to the residents.
    Reply,
    /// What came with a nudge.
    Nudge,
}

impl WordsPurpose {
    /// Every purpose.
    pub const ALL: &'static [Self] =
        &[Self::Request, Self::Reason, Self::Tried, Self::Asked, Self::Report, Self::Note, Self::Reply, Self::Nudge];

    /// The code in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reason => "reason",
            Self::Tried => "tried",
            Self::Asked => "asked",
            Self::Report => "report",
            Self::Note => "note",
            Self::Reply => "reply",
            Self::Nudge => "nudge",
        }
    }
}

/// What happens to the clocks; the engine works out the instants with `sla`. A clock is named by kind, platform and (for
/// [`ClockKind::QueueTime`]) queue. Starting one that runs, or stopping one that does not, changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChange {
    /// Begins.
    Start {
        /// Which.
        kind: ClockKind,
        /// Whose.
        platform: Platform,
        /// For the time in a queue.
        queue: Option<Queue>,
    },
    /// Ends.
    Stop {
        /// Which.
        kind: ClockKind,
        /// Whose; `None` stops every platform's.
        platform: Option<Platform>,
        /// For the time in a queue.
        queue: Option<Queue>,
        /// What it waited for happened (in time or not); else it is no longer waited for.
        met: bool,
    },
    /// Every clock that runs ends: the ticket is done.
    StopAll {
        /// As for `Stop`, of the finish clocks. A contact or arrival that was not said does not happen by this: missed if it
        /// had run out, else no longer waited for.
        met: bool,
    },
    /// All finish clocks stop for a hold.
    Pause,
    /// They go on.
    Resume,
    /// Limits of another class: running clocks with a limit end (missed, if they had run out), and new ones begin with its
    /// limits, counted from now.
    Restart {
        /// The class.
        urgency: Urgency,
    },
}

/// What a decision does to the hold row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldChange {
    /// A new row.
    Put(Hold),
    /// The row ends.
    Lift {
        /// Which.
        id: HoldId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What a decision does to a reporter row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReporterChange {
    /// Took it back.
    Left {
        /// Who.
        id: ReporterId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A counted nudge.
    Nudged {
        /// Who.
        id: ReporterId,
        /// When.
        at: DateTime<Utc>,
    },
}
