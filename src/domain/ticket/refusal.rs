//! Why a verb is refused, and the way out.

mod say;

use chrono::{DateTime, NaiveDate, Utc};

use super::super::ids::{TicketNumber, UserId};
use super::super::words::{EscalationState, Platform, Queue, Status};
use super::Verb;

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
        /// What was tried.
        verb: Verb,
    },
    /// Nobody has it yet; whoever wants to do this takes it first.
    TakeFirst,
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
    /// The target is not to be seen by this actor.
    TargetUnknown,
    /// The worker named is one the ticket is about.
    WorkerIsSubject,
    /// The target leads back to this ticket.
    MergeCycle,
    /// The target was itself merged.
    TargetMerged {
        /// Which.
        number: TicketNumber,
    },
    /// The target is seen by people the ticket is hidden from.
    TargetMoreOpen {
        /// Which.
        number: TicketNumber,
    },
    /// The target is done.
    TargetDone {
        /// Which.
        number: TicketNumber,
    },
    /// It is already so.
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
    /// A text holds characters nobody types.
    ControlCharacters {
        /// The field.
        field: &'static str,
    },
}

impl Refusal {
    /// A stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotYours => "not_yours",
            Self::NeedsPerson => "needs_person",
            Self::WrongState { .. } => "wrong_state",
            Self::TakeFirst => "take_first",
            Self::AlreadyTaken { .. } => "already_taken",
            Self::SameQueue { .. } => "same_queue",
            Self::OtherPlatform { .. } => "other_platform",
            Self::NeedsQueue => "needs_queue",
            Self::EmergencyStays => "emergency_stays",
            Self::AlreadyHeld { .. } => "already_held",
            Self::NotHeld => "not_held",
            Self::OpenChildren { .. } => "open_children",
            Self::LiveOffer { .. } => "live_offer",
            Self::NoOffer => "no_offer",
            Self::NeedsReviewDate => "needs_review_date",
            Self::ReviewInPast { .. } => "review_in_past",
            Self::ReviewDateNotDue => "review_date_not_due",
            Self::OutcomeHasOwnVerb => "outcome_has_own_verb",
            Self::ReopenNever { .. } => "reopen_never",
            Self::ReopenTooLate { .. } => "reopen_too_late",
            Self::ReviewNotDue { .. } => "review_not_due",
            Self::NotAReporter => "not_a_reporter",
            Self::TargetUnknown => "target_unknown",
            Self::WorkerIsSubject => "worker_is_subject",
            Self::MergeCycle => "merge_cycle",
            Self::TargetMerged { .. } => "target_merged",
            Self::TargetMoreOpen { .. } => "target_more_open",
            Self::TargetDone { .. } => "target_done",
            Self::NothingChanged => "nothing_changed",
            Self::Empty { .. } => "empty",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacters { .. } => "control_characters",
        }
    }

    /// What sort it is.
    pub const fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::Unknown,
            Self::NotYours | Self::NeedsPerson => RefusalKind::Forbidden,
            Self::WrongState { .. }
            | Self::TakeFirst
            | Self::AlreadyTaken { .. }
            | Self::SameQueue { .. }
            | Self::OtherPlatform { .. }
            | Self::EmergencyStays
            | Self::AlreadyHeld { .. }
            | Self::NotHeld
            | Self::OpenChildren { .. }
            | Self::LiveOffer { .. }
            | Self::NoOffer
            | Self::ReopenNever { .. }
            | Self::ReopenTooLate { .. }
            | Self::ReviewNotDue { .. }
            | Self::MergeCycle
            | Self::TargetMerged { .. }
            | Self::TargetMoreOpen { .. }
            | Self::TargetDone { .. }
            | Self::NothingChanged => RefusalKind::Conflict,
            Self::NeedsQueue => RefusalKind::Invalid("queue"),
            Self::NeedsReviewDate | Self::ReviewDateNotDue => RefusalKind::Invalid("review_on"),
            Self::OutcomeHasOwnVerb => RefusalKind::Invalid("outcome"),
            Self::NotAReporter => RefusalKind::Invalid("reporter"),
            Self::TargetUnknown => RefusalKind::Invalid("target"),
            Self::WorkerIsSubject => RefusalKind::Invalid("worker"),
            Self::ReviewInPast { field }
            | Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::ControlCharacters { field } => RefusalKind::Invalid(field),
        }
    }
}
