//! What a verb answers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{TicketId, TicketNumber, UserId};
use crate::domain::words::{Channel, Kind, Outcome, Platform, Queue, Status, Urgency};
use crate::store::StoreError;
use crate::store::ticket::TicketRow;

/// A ticket as a verb left it: codes only, no words, for it may be kept as the answer to a repeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// Its version, for the next change.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Whose list.
    pub queue: Option<Queue>,
    /// Who has it.
    pub worker: Option<UserId>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When a deferred one comes up again.
    pub review_on: Option<NaiveDate>,
    /// The department that gave it back.
    pub returned_from: Option<Queue>,
    /// Must act now.
    pub holder: Platform,
    /// Answers to the resident.
    pub lead: Platform,
    /// Where it came in.
    pub channel: Channel,
    /// What sort of request.
    pub kind: Kind,
    /// What it is about, by its code.
    pub category: Option<String>,
    /// Class of its limits.
    pub urgency: Urgency,
    /// The resident pays.
    pub paid: bool,
    /// For the holding side alone.
    pub confidential: bool,
    /// When it came in.
    pub opened_at: DateTime<Utc>,
    /// When it should be done by.
    pub due_at: Option<DateTime<Utc>>,
    /// Counted nudges.
    pub nudge_count: i32,
    /// How often it came up again.
    pub reopened_count: i32,
}

impl Receipt {
    pub(in crate::engine) fn of(row: &TicketRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            number: row.ticket_number()?,
            version: row.version,
            status: row.status,
            queue: row.queue,
            worker: row.worker_id,
            outcome: row.outcome,
            review_on: row.review_on,
            returned_from: row.returned_from,
            holder: row.holder,
            lead: row.lead,
            channel: row.channel,
            kind: row.kind,
            category: row.category.clone(),
            urgency: row.urgency,
            paid: row.paid,
            confidential: row.confidential,
            opened_at: row.opened_at.0,
            due_at: row.due_at.map(|t| t.0),
            nudge_count: row.nudge_count,
            reopened_count: row.reopened_count,
        })
    }
}
