//! One ticket as programs see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::{PlaceId, TicketId, TicketNumber, UserId};
use crate::domain::view::{PlaceLine, TicketLine};
use crate::domain::words::{Channel, Kind, Language, Outcome, Platform, Queue, Status, Urgency};
use crate::engine::intake::Receipt;

/// A ticket in a list, and as every change answers it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TicketItem)]
pub struct Item {
    /// Its id.
    pub id: TicketId,
    /// What people call it.
    pub number: TicketNumber,
    /// For the next change.
    pub version: i64,
    /// One of the four.
    pub status: Status,
    /// What sort of request.
    pub kind: Kind,
    /// Whose list.
    pub queue: Option<Queue>,
    /// Who has it.
    pub worker_id: Option<UserId>,
    /// The platform that must act now.
    pub holder: Platform,
    /// The platform that answers to the resident.
    pub lead: Platform,
    /// Where it came in.
    pub channel: Channel,
    /// Code in the catalogue.
    pub category: Option<String>,
    /// Class of its limits.
    pub urgency: Urgency,
    /// The resident pays.
    pub paid: bool,
    /// For the holding side alone.
    pub confidential: bool,
    /// The resident's words, whole; `null` only after a change that took the ticket out of the caller's sight.
    pub description: Option<String>,
    /// The place in words, in the language of the answer.
    pub place: Option<String>,
    /// The place in the register.
    pub place_id: Option<PlaceId>,
    /// When it came in.
    pub opened_at: DateTime<Utc>,
    /// When it should be done by.
    pub due_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The day a deferred one comes up again.
    pub review_on: Option<NaiveDate>,
    /// The department that gave it back.
    pub returned_from: Option<Queue>,
    /// Counted nudges.
    pub nudge_count: i32,
    /// How often it came up again.
    pub reopened_count: i32,
}

/// A place's words, if anything is known.
pub fn place_words(place: &PlaceLine, language: Language) -> Option<String> {
    Some(place.words(language)).filter(|words| !words.is_empty())
}

/// The register's id of a place.
pub fn place_id(place: &PlaceLine) -> Option<PlaceId> {
    place.path.as_ref().and_then(|path| path.leaf()).map(|leaf| leaf.id)
}

impl Item {
    /// As it stands.
    pub fn of(line: TicketLine, language: Language) -> Self {
        Self {
            id: line.id,
            number: line.number,
            version: line.version,
            status: line.status,
            kind: line.kind,
            queue: line.queue,
            worker_id: line.worker.map(|(id, _)| id),
            holder: line.holder,
            lead: line.lead,
            channel: line.channel,
            category: line.category.map(|category| category.code.clone()),
            urgency: line.urgency,
            paid: line.paid,
            confidential: line.confidential,
            place: place_words(&line.place, language),
            place_id: place_id(&line.place),
            description: Some(line.words),
            opened_at: line.opened_at,
            due_at: line.due_at,
            outcome: line.outcome,
            review_on: line.review_on,
            returned_from: line.returned_from,
            nudge_count: line.nudge_count,
            reopened_count: line.reopened_count,
        }
    }

    /// As a verb left it, when it can be looked at no more.
    pub fn left(receipt: Receipt) -> Self {
        Self {
            id: receipt.id,
            number: receipt.number,
            version: receipt.version,
            status: receipt.status,
            kind: receipt.kind,
            queue: receipt.queue,
            worker_id: receipt.worker,
            holder: receipt.holder,
            lead: receipt.lead,
            channel: receipt.channel,
            category: receipt.category,
            urgency: receipt.urgency,
            paid: receipt.paid,
            confidential: receipt.confidential,
            description: None,
            place: None,
            place_id: None,
            opened_at: receipt.opened_at,
            due_at: receipt.due_at,
            outcome: receipt.outcome,
            review_on: receipt.review_on,
            returned_from: receipt.returned_from,
            nudge_count: receipt.nudge_count,
            reopened_count: receipt.reopened_count,
        }
    }

    /// As it was opened with these words, whatever became of it since: a repeat of the request gets the same answer. Only
    /// the place is told as it is known now.
    pub fn opened(receipt: Receipt, words: String, place: Option<&PlaceLine>, language: Language) -> Self {
        Self {
            description: Some(words),
            place: place.and_then(|place| place_words(place, language)),
            place_id: place.and_then(place_id),
            ..Self::left(receipt)
        }
    }
}
