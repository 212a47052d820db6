//! What can be asked of a ticket: one variant per verb.
//!
//! Ids of new rows are made by the caller, for chance is an argument.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::ids::{
    AttachmentId, CommunityId, EscalationId, HoldId, PlaceId, ReporterId, TicketId, TicketNumber, UserId,
};
use super::super::words::{Audience, Channel, Kind, Outcome, Platform, Queue, Urgency};
use super::{Reporter, Rules};

/// A category of the catalogue, with what it says about payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// The resident pays.
    pub paid: bool,
}

/// The ticket a duplicate goes into, with the facts the cycle check needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeTarget {
    /// The row.
    pub id: TicketId,
    /// What people call it.
    pub number: TicketNumber,
    /// It is done.
    pub done: bool,
    /// Where it went itself, nearest first; empty when it is not merged.
    pub chain: Vec<TicketId>,
    /// The actor may see the target.
    pub visible: bool,
    /// It is confidential.
    pub confidential: bool,
    /// Staff it is about; they never see it.
    pub subjects: Vec<UserId>,
}

/// A verb with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Off the triage list into a queue.
    Route {
        /// Where to.
        queue: Queue,
        /// To whom, if already clear.
        worker: Option<UserId>,
        /// Set with it.
        category: Option<Category>,
        /// Set with it.
        urgency: Option<Urgency>,
        /// The queue takes routine requests from either desk (`accepts_directly`).
        accepts_directly: bool,
    },
    /// A worker takes it for himself.
    Take,
    /// A head or the desk gives it to someone of the queue.
    Assign {
        /// Who.
        worker: UserId,
    },
    /// The worker begins, and takes it first if it is free.
    Start,
    /// To another queue or worker of the same platform.
    Transfer {
        /// Where to.
        queue: Queue,
        /// To whom.
        worker: Option<UserId>,
        /// Why.
        reason: String,
    },
    /// "Not ours": back to triage.
    HandBack {
        /// Why.
        reason: String,
    },
    /// Waits for something; the resident hears it.
    Hold {
        /// The new row.
        id: HoldId,
        /// Why, in words the resident reads.
        reason: String,
        /// When someone looks again.
        review_at: DateTime<Utc>,
    },
    /// Goes on.
    Resume,
    /// Done.
    Finish {
        /// How; `withdrawn` and `duplicate` have verbs of their own.
        outcome: Outcome,
        /// What was done, for the record and the resident.
        note: Option<String>,
        /// For `deferred`: the local day it comes up again.
        review_on: Option<NaiveDate>,
        /// The community's local day now, to hold `review_on` against.
        today: NaiveDate,
    },
    /// Not solved after all, or a deferred one's day has come.
    Reopen {
        /// Why; may be empty when the review date came.
        reason: String,
        /// The community's local day now, to hold `review_on` against.
        today: NaiveDate,
        /// The steward on duty of the building: gets what nobody has in the stewards' queue.
        steward: Option<UserId>,
    },
    /// A reporter takes it back.
    Withdraw {
        /// Who; for a resident, himself.
        reporter: ReporterId,
    },
    /// Into another ticket, as a duplicate.
    Merge {
        /// Which.
        target: MergeTarget,
    },
    /// A reporter asks again.
    Nudge {
        /// Who; for a resident, himself.
        reporter: ReporterId,
        /// What was said.
        words: Option<String>,
    },
    /// A line on the timeline.
    Note {
        /// What.
        words: String,
        /// Who may read it. A note `to_resident` is read by both sides.
        audience: Audience,
        /// Staff only: it is said to the residents, which counts as first contact.
        to_resident: bool,
    },
    /// A photo or other file.
    Attach {
        /// The stored file.
        attachment: AttachmentId,
    },
    /// Another class of limits.
    SetUrgency {
        /// Which.
        urgency: Urgency,
        /// For an unassigned ticket that becomes an emergency: where it goes; without it, to `order`.
        queue: Option<Queue>,
    },
    /// The place becomes known, or is corrected.
    Place {
        /// What it is about.
        about_place: Option<PlaceId>,
        /// Where the reporter lives.
        reporter_place: Option<PlaceId>,
        /// The building of these.
        building: Option<PlaceId>,
        /// A place the register does not know, as it was said.
        place_text: Option<String>,
        /// The steward on duty of that building: a ticket free in the steward queue goes to him.
        steward: Option<UserId>,
    },
    /// Asks the other platform.
    Offer {
        /// The new row.
        id: EscalationId,
        /// Why.
        reason: String,
        /// What was tried.
        tried: String,
        /// What is asked.
        asked: String,
        /// When an answer is due.
        answer_by: DateTime<Utc>,
    },
    /// The other platform takes it.
    Accept {
        /// The property says which of its queues; the committee has but one.
        queue: Option<Queue>,
        /// To whom.
        worker: Option<UserId>,
    },
    /// The other platform does not take it.
    Return {
        /// Why.
        reason: String,
    },
    /// The offering side takes its offer back.
    Recall,
    /// The accepting side says what was done and gives it back.
    Conclude {
        /// What was done.
        report: String,
        /// The steward on duty of the building: gets it back in the stewards' queue.
        steward: Option<UserId>,
    },
}

/// Where a new ticket goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placing {
    /// Sure.
    Queue {
        /// Whose list.
        queue: Queue,
        /// To whom, such as the steward of the building.
        worker: Option<UserId>,
        /// The queue takes routine requests from either desk (`accepts_directly`).
        accepts_directly: bool,
    },
    /// A person should decide.
    Unsure,
}

/// A new ticket's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The new row.
    pub id: TicketId,
    /// The tenant.
    pub community: CommunityId,
    /// Its number.
    pub number: TicketNumber,
    /// Where it came in.
    pub channel: Channel,
    /// The platform of that channel.
    pub lead: Platform,
    /// What sort of request.
    pub kind: Kind,
    /// Category, if any.
    pub category: Option<Category>,
    /// Class of its limits.
    pub urgency: Urgency,
    /// About the property company or its staff.
    pub confidential: bool,
    /// Where it goes.
    pub placing: Placing,
    /// What it is about.
    pub about_place: Option<PlaceId>,
    /// Where the reporter lives.
    pub reporter_place: Option<PlaceId>,
    /// The building of these.
    pub building: Option<PlaceId>,
    /// A place the register does not know, as it was said.
    pub place_text: Option<String>,
    /// Who says it; may be empty for a caller who gives no name.
    pub reporters: Vec<Reporter>,
    /// Staff it is about.
    pub subjects: Vec<UserId>,
    /// The request, verbatim.
    pub words: String,
    /// The community's settings.
    pub rules: Rules,
}
