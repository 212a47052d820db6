//! Lines of a ticket's history: ids, codes and old → new, never people's words.
//!
//! The JSON of an event is `{"event": code, …}` and is kept for ever: rename nothing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::super::ids::{AttachmentId, EscalationId, HoldId, PlaceId, ReporterId, TicketId, TicketNumber, UserId};
use super::super::words::{Audience, Channel, ClockKind, Kind, Outcome, Platform, Queue, Rung, Status, Urgency};

/// How a ticket came to the other platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedBy {
    /// Under the standing agreement, no one asked.
    Standing,
    /// The other desk accepted an offer.
    Desk,
}

/// What triage says to a department that gave a ticket back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Right: it goes elsewhere.
    Upheld,
    /// Wrong: it goes back to the same queue.
    Overruled,
}

/// Why a done ticket is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenedBy {
    /// The resident said so.
    Resident,
    /// The desk did.
    Staff,
    /// Its review date came.
    Review,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs)] // the fields say what they are: old values are called `from` or `was`, new ones by their noun
pub enum Event {
    /// The request came in and has a number.
    Opened {
        channel: Channel,
        lead: Platform,
        kind: Kind,
        category: Option<String>,
        urgency: Urgency,
        queue: Option<Queue>,
        worker: Option<UserId>,
        confidential: bool,
    },
    /// The other platform holds it now.
    Accepted {
        accepted_by: AcceptedBy,
        escalation: Option<EscalationId>,
        holder: Platform,
        from: Option<Queue>,
        queue: Queue,
        worker: Option<UserId>,
    },
    /// The committee let the property see a confidential ticket.
    HandedOver { by: Platform },
    /// Off the triage list.
    Routed {
        queue: Queue,
        worker: Option<UserId>,
        returned_from: Option<Queue>,
        ruling: Option<Ruling>,
        was_category: Option<String>,
        category: Option<String>,
    },
    /// A worker took it.
    Taken { worker: UserId },
    /// A worker was given it.
    Assigned { from: Option<UserId>, worker: UserId },
    /// Someone is at it.
    Started { worker: UserId },
    /// To another queue or worker.
    Transferred { from: Queue, from_worker: Option<UserId>, queue: Queue, worker: Option<UserId> },
    /// "Not ours."
    HandedBack { queue: Queue, worker: Option<UserId>, count: u32 },
    /// Waits.
    Held { hold: HoldId, review_at: DateTime<Utc> },
    /// Goes on.
    Resumed { hold: HoldId, since: DateTime<Utc> },
    /// Done.
    Finished {
        from: Status,
        outcome: Outcome,
        queue: Option<Queue>,
        worker: Option<UserId>,
        holder: Platform,
        lead: Platform,
        review_on: Option<NaiveDate>,
    },
    /// Open again.
    Reopened { reopened_by: ReopenedBy, was: Outcome, queue: Option<Queue>, worker: Option<UserId>, count: u32 },
    /// The only reporter took it back.
    Withdrawn { from: Status, reporter: ReporterId },
    /// One of several reporters took it back.
    ReporterLeft { reporter: ReporterId },
    /// Went into another ticket.
    Merged { from: Status, into: TicketId, number: TicketNumber },
    /// Another ticket went into this one.
    Absorbed { ticket: TicketId, number: TicketNumber, reporters: u32 },
    /// The resident asks again; `counted` unless within the hours, and counted again from `again_at`.
    Nudged { reporter: ReporterId, counted: bool, count: u32, again_at: DateTime<Utc> },
    /// A line was written.
    Noted { audience: Audience, to_resident: bool, by_resident: bool },
    /// Someone had a reporter's whole telephone number shown.
    PhoneShown { reporter: ReporterId },
    /// Someone who must go, or the desk, heard the alarm of an emergency.
    AlarmHeard,
    /// A file was added.
    Attached { attachment: AttachmentId },
    /// Another class of limits.
    UrgencySet { from: Urgency, urgency: Urgency },
    /// The place became known or was corrected.
    PlaceSet {
        was_about: Option<PlaceId>,
        about: Option<PlaceId>,
        was_reporter: Option<PlaceId>,
        reporter: Option<PlaceId>,
        was_building: Option<PlaceId>,
        building: Option<PlaceId>,
    },
    /// The other platform was asked.
    Offered { escalation: EscalationId, from: Platform, to: Platform, answer_by: DateTime<Utc> },
    /// The other platform did not take it.
    Returned { escalation: EscalationId, by: Platform },
    /// The offer was taken back.
    Recalled { escalation: EscalationId, by: Platform },
    /// A clock runs out soon. `told` here and below: someone was told at this step; else a later one was reached at the same
    /// time, and only that one was told.
    Warned { clock: ClockKind, platform: Platform, due_at: DateTime<Utc>, told: bool },
    /// A clock ran out.
    Overdue { clock: ClockKind, platform: Platform, due_at: DateTime<Utc>, told: bool },
    /// It ran out and still nothing came of it.
    Climbed { clock: ClockKind, platform: Platform, due_at: DateTime<Utc>, to: Rung, told: bool },
    /// A hold's review time came.
    ReviewDue { hold: HoldId, review_at: DateTime<Utc>, to: Rung, told: bool },
    /// The other platform did not answer in time.
    OfferUnanswered { escalation: EscalationId, asked: Platform, answer_by: DateTime<Utc>, to: Rung, told: bool },
    /// The accepting side gave it back.
    Concluded { escalation: EscalationId, by: Platform, from: Option<Queue>, queue: Option<Queue>, holder: Platform },
}

impl Event {
    /// The code in the table and in the JSON's `event`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Accepted { .. } => "accepted",
            Self::HandedOver { .. } => "handed_over",
            Self::Routed { .. } => "routed",
            Self::Taken { .. } => "taken",
            Self::Assigned { .. } => "assigned",
            Self::Started { .. } => "started",
            Self::Transferred { .. } => "transferred",
            Self::HandedBack { .. } => "handed_back",
            Self::Held { .. } => "held",
            Self::Resumed { .. } => "resumed",
            Self::Finished { .. } => "finished",
            Self::Reopened { .. } => "reopened",
            Self::Withdrawn { .. } => "withdrawn",
            Self::ReporterLeft { .. } => "reporter_left",
            Self::Merged { .. } => "merged",
            Self::Absorbed { .. } => "absorbed",
            Self::Nudged { .. } => "nudged",
            Self::Noted { .. } => "noted",
            Self::PhoneShown { .. } => "phone_shown",
            Self::AlarmHeard => "alarm_heard",
            Self::Attached { .. } => "attached",
            Self::UrgencySet { .. } => "urgency_set",
            Self::PlaceSet { .. } => "place_set",
            Self::Offered { .. } => "offered",
            Self::Returned { .. } => "returned",
            Self::Recalled { .. } => "recalled",
            Self::Warned { .. } => "warned",
            Self::Overdue { .. } => "overdue",
            Self::Climbed { .. } => "climbed",
            Self::ReviewDue { .. } => "review_due",
            Self::OfferUnanswered { .. } => "offer_unanswered",
            Self::Concluded { .. } => "concluded",
        }
    }

    /// The people an event names, beside whoever acted.
    pub fn people(&self) -> Vec<UserId> {
        let named: [Option<UserId>; 2] = match self {
            Self::Opened { worker, .. }
            | Self::Accepted { worker, .. }
            | Self::Routed { worker, .. }
            | Self::HandedBack { worker, .. }
            | Self::Finished { worker, .. }
            | Self::Reopened { worker, .. } => [*worker, None],
            Self::Taken { worker } | Self::Started { worker } => [Some(*worker), None],
            Self::Assigned { from, worker } => [*from, Some(*worker)],
            Self::Transferred { from_worker, worker, .. } => [*from_worker, *worker],
            Self::HandedOver { .. }
            | Self::Held { .. }
            | Self::Resumed { .. }
            | Self::Withdrawn { .. }
            | Self::ReporterLeft { .. }
            | Self::Merged { .. }
            | Self::Absorbed { .. }
            | Self::Nudged { .. }
            | Self::Noted { .. }
            | Self::PhoneShown { .. }
            | Self::AlarmHeard
            | Self::Attached { .. }
            | Self::UrgencySet { .. }
            | Self::PlaceSet { .. }
            | Self::Offered { .. }
            | Self::Returned { .. }
            | Self::Recalled { .. }
            | Self::Warned { .. }
            | Self::Overdue { .. }
            | Self::Climbed { .. }
            | Self::ReviewDue { .. }
            | Self::OfferUnanswered { .. }
            | Self::Concluded { .. } => [None, None],
        };
        named.into_iter().flatten().collect()
    }
}
