//! Why a verb is refused, and the way out.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::ids::{TicketNumber, UserId};
use super::super::words::{EscalationState, Platform, Queue, Status};

/// What sort of refusal, for the edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// As if the ticket did not exist (404).
    Unknown,
    /// This actor may not (403).
    Forbidden,
    /// Not in this state (409).
    Conflict,
    /// A field is wrong (422); its name.
    Invalid(&'static str),
}

/// Why a verb is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such ticket for this actor.
    Unknown,
    /// The actor's role may not do this to this ticket.
    NotYours,
    /// Only a person can do this, not a program.
    NeedsPerson,
    /// The verb does not fit the status.
    WrongState {
        /// The status now.
        status: Status,
    },
    /// Another worker has it.
    AlreadyTaken {
        /// Who.
        by: UserId,
    },
    /// It already stands there.
    SameQueue {
        /// Where.
        queue: Queue,
    },
    /// The queue is the other platform's and does not take it directly: needs an offer.
    OtherPlatform {
        /// Whose queue it is.
        platform: Platform,
    },
    /// Which queue must be said.
    NeedsQueue,
    /// An emergency is never left unassigned.
    EmergencyStays,
    /// Already on hold.
    AlreadyHeld {
        /// Until.
        review_at: DateTime<Utc>,
    },
    /// Not on hold.
    NotHeld,
    /// Children are still open.
    OpenChildren {
        /// Which.
        numbers: Vec<TicketNumber>,
    },
    /// A live escalation must first be concluded or its offer recalled.
    LiveOffer {
        /// Offered or accepted.
        state: EscalationState,
    },
    /// There is no offer to answer, recall or conclude.
    NoOffer,
    /// `deferred` needs a review date.
    NeedsReviewDate,
    /// The review must lie ahead.
    ReviewInPast {
        /// The field.
        field: &'static str,
    },
    /// A review date belongs to `deferred` only.
    ReviewDateNotDue,
    /// Withdrawn and duplicate have verbs of their own.
    OutcomeHasOwnVerb,
    /// The outcome cannot be undone.
    ReopenNever {
        /// It went into another ticket (else: withdrawn).
        merged: bool,
    },
    /// Too long after done; a follow-on ticket is the way.
    ReopenTooLate {
        /// The limit in days.
        days: u32,
    },
    /// A deferred ticket whose day has not come.
    ReviewNotDue {
        /// Its day.
        review_on: NaiveDate,
    },
    /// That person is not a reporter of this ticket, or left.
    NotAReporter,
    /// The reporter's nudge was counted less than the hours ago.
    NudgedAlready {
        /// When it counts again.
        again_at: DateTime<Utc>,
    },
    /// The target leads back to this ticket.
    MergeCycle,
    /// The target was itself merged.
    TargetMerged {
        /// Which.
        number: TicketNumber,
    },
    /// The target is done.
    TargetDone {
        /// Which.
        number: TicketNumber,
    },
    /// The place is as it was.
    NothingChanged,
    /// A text must be given.
    Empty {
        /// The field.
        field: &'static str,
    },
    /// A text is too long.
    TooLong {
        /// The field.
        field: &'static str,
        /// How many characters it may have.
        limit: usize,
    },
}
