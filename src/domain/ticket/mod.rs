//! The one aggregate: a resident's request, from the first words to done.
//!
//! A status is written only by [`open`] and [`decide`]; everything else carries what they decided to the database.

mod command;
mod decide;
mod decision;
mod event;
#[cfg(test)]
pub(super) mod fixtures;
mod refusal;
mod replay;
mod rights;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
mod verb;

pub use command::{Category, Command, MergeTarget, Opening, Placing};
pub use decide::{REASON_LIMIT, WORDS_LIMIT, absorb, decide, open};
pub use decision::{ClockChange, ClockKind, Decision, HoldChange, ReporterChange, Words, WordsPurpose};
pub use event::{AcceptedBy, Event, ReopenedBy, Ruling};
pub use refusal::{Refusal, RefusalKind};
pub use replay::{Line, Replayed, replay};
pub use rights::{may, may_see};
pub use verb::Verb;

use chrono::{DateTime, NaiveDate, Utc};

use super::escalation::Escalation;
use super::ids::{CommunityId, HoldId, PlaceId, ReporterId, TicketId, TicketNumber, UserId};
use super::words::{Channel, Kind, Outcome, Platform, Queue, ReporterRole, Status, Urgency};

/// Everything the rules need to know of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The row.
    pub id: TicketId,
    /// The tenant.
    pub community: CommunityId,
    /// What people call it.
    pub number: TicketNumber,
    /// Counts changes from 1; an update names the version it read.
    pub version: i64,
    /// Status with its facts.
    pub state: State,
    /// On hold, while assigned or in progress.
    pub hold: Option<Hold>,
    /// The platform that answers to the resident; never changes.
    pub lead: Platform,
    /// The platform that must act now: the queue's, or the desk that triages it.
    pub holder: Platform,
    /// Where it came in.
    pub channel: Channel,
    /// What sort of request.
    pub kind: Kind,
    /// Code in the catalogue.
    pub category: Option<String>,
    /// Class of its limits.
    pub urgency: Urgency,
    /// The resident pays, at market price.
    pub paid: bool,
    /// For the holding side alone, until the committee hands it over.
    pub confidential: bool,
    /// The property's desk may see it.
    pub property_sees: bool,
    /// The committee's desk may see it.
    pub committee_sees: bool,
    /// What it is about (the noise is in 703).
    pub about_place: Option<PlaceId>,
    /// Where the reporter lives (she lives in 603).
    pub reporter_place: Option<PlaceId>,
    /// The building of `about_place`, else of `reporter_place`; decides the steward.
    pub building: Option<PlaceId>,
    /// A place the register does not know, as it was said.
    pub place_text: Option<String>,
    /// Everyone who said it, also those who left.
    pub reporters: Vec<Reporter>,
    /// Staff it is about: they may do nothing and see nothing.
    pub subjects: Vec<UserId>,
    /// The live escalation: offered or accepted.
    pub escalation: Option<Escalation>,
    /// Child tickets not yet done.
    pub open_children: Vec<TicketNumber>,
    /// Where it went as a duplicate.
    pub merged_into: Option<TicketId>,
    /// When the first words came.
    pub opened_at: DateTime<Utc>,
    /// When it was first done.
    pub first_done_at: Option<DateTime<Utc>>,
    /// How often it came up again.
    pub reopened_count: u32,
    /// Counted nudges.
    pub nudge_count: u32,
    /// How often a department said "not ours".
    pub hand_back_count: u32,
    /// The community's settings that bear on the rules.
    pub rules: Rules,
}

/// Status with who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// On the triage list of the holder's desk.
    Unassigned {
        /// The department that gave it back, if one did.
        returned_from: Option<ReturnedFrom>,
    },
    /// In a queue.
    Assigned {
        /// Whose list.
        queue: Queue,
        /// Who took it or was given it.
        worker: Option<UserId>,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Someone is at it.
    InProgress {
        /// Whose list.
        queue: Queue,
        /// Who.
        worker: UserId,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Finished.
    Done {
        /// The queue it was in, `None` if settled at the desk before any.
        queue: Option<Queue>,
        /// Who had it.
        worker: Option<UserId>,
        /// How it ended.
        outcome: Outcome,
        /// When.
        at: DateTime<Utc>,
        /// For `deferred`: the local day it comes up again.
        review_on: Option<NaiveDate>,
    },
}

/// A department said "not ours".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnedFrom {
    /// Which.
    pub queue: Queue,
    /// When.
    pub at: DateTime<Utc>,
}

/// A ticket put on hold; the reason is words, in a text row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The row.
    pub id: HoldId,
    /// When the finish clocks stopped.
    pub since: DateTime<Utc>,
    /// When someone must look again.
    pub review_at: DateTime<Utc>,
}

/// One person's tie to the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter {
    /// The row.
    pub id: ReporterId,
    /// First, also, proxy.
    pub role: ReporterRole,
    /// Took it back; hears no more.
    pub left: bool,
    /// Last counted nudge.
    pub last_nudge_at: Option<DateTime<Utc>>,
}

/// The community's settings that bear on the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Days after done within which it may be reopened.
    pub reopen_days: u32,
    /// Hours between two counted nudges of one reporter.
    pub nudge_hours: u32,
    /// Whether the committee's desk is manned at this moment. While it is not, its unassigned, non-confidential tickets
    /// stand on the agents' triage list too.
    pub committee_open: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { reopen_days: 7, nudge_hours: 4, committee_open: true }
    }
}

impl State {
    /// One of the four.
    pub const fn status(&self) -> Status {
        match self {
            Self::Unassigned { .. } => Status::Unassigned,
            Self::Assigned { .. } => Status::Assigned,
            Self::InProgress { .. } => Status::InProgress,
            Self::Done { .. } => Status::Done,
        }
    }

    /// The queue it is in, or was in when done.
    pub const fn queue(&self) -> Option<Queue> {
        match self {
            Self::Unassigned { .. } => None,
            Self::Assigned { queue, .. } | Self::InProgress { queue, .. } => Some(*queue),
            Self::Done { queue, .. } => *queue,
        }
    }

    /// Who has it, or had it when done.
    pub const fn worker(&self) -> Option<UserId> {
        match self {
            Self::Unassigned { .. } => None,
            Self::InProgress { worker, .. } => Some(*worker),
            Self::Assigned { worker, .. } | Self::Done { worker, .. } => *worker,
        }
    }

    /// Anything but done.
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Done { .. })
    }
}

impl Ticket {
    /// One of the four.
    pub const fn status(&self) -> Status {
        self.state.status()
    }

    /// The queue it is in, or was in when done.
    pub const fn queue(&self) -> Option<Queue> {
        self.state.queue()
    }

    /// Who has it, or had it when done.
    pub const fn worker(&self) -> Option<UserId> {
        self.state.worker()
    }

    /// Whether this desk may see it, before anything about persons.
    pub const fn seen_by(&self, platform: Platform) -> bool {
        match platform {
            Platform::Property => self.property_sees,
            Platform::Committee => self.committee_sees,
        }
    }

    /// The reporter with this id, unless gone.
    pub fn reporter(&self, id: ReporterId) -> Option<&Reporter> {
        self.reporters.iter().find(|r| r.id == id && !r.left)
    }
}
