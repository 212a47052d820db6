//! The ticket's core row, its reporters, subjects and links; what a page or the API lists of them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::schema::{ticket, ticket_link, ticket_subject};
use super::types::Time;
use crate::domain::ids::{CommunityId, PlaceId, TextId, TicketId, TicketNumber, UserId};
use crate::domain::ticket::{Reporter, ReturnedFrom, State, Ticket};
use crate::domain::words::{Audience, Channel, Kind, LinkKind, Outcome, Platform, Queue, Status, Urgency};

mod beside;
mod number;
mod reporter;
mod understanding;

pub use beside::{Beside, Registered, Shown, beside, besides, shown};
pub use number::{LARGEST_BLOCK, reserve_numbers};
pub use reporter::{ReporterRow, insert_reporter, reporter_left, reporter_nudged, reporters};
pub use understanding::{UnderstandingRow, insert_understanding, understanding};

/// The core row, column by column.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = ticket, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(community_id, id))]
#[allow(missing_docs)] // the columns are those of `domain::ticket::Ticket`
pub struct TicketRow {
    pub community_id: CommunityId,
    pub id: TicketId,
    pub number: String,
    pub version: i64,
    pub status: Status,
    pub queue: Option<Queue>,
    pub worker_id: Option<UserId>,
    pub outcome: Option<Outcome>,
    pub review_on: Option<NaiveDate>,
    pub since_at: Time,
    pub returned_from: Option<Queue>,
    pub lead: Platform,
    pub holder: Platform,
    pub channel: Channel,
    pub kind: Kind,
    pub category: Option<String>,
    pub urgency: Urgency,
    pub paid: bool,
    pub confidential: bool,
    /// Which desks may see it, in one word.
    pub seen_by: Audience,
    pub about_place_id: Option<PlaceId>,
    pub reporter_place_id: Option<PlaceId>,
    pub building_id: Option<PlaceId>,
    pub place_text: Option<String>,
    /// The resident's words.
    pub words_id: TextId,
    pub opened_at: Time,
    pub first_done_at: Option<Time>,
    /// When the finish clock runs out of the side that must act, else of the one that answers; repeated here for lists.
    pub due_at: Option<Time>,
    /// When it warns.
    pub warn_at: Option<Time>,
    /// While on hold: when someone looks again.
    pub hold_review_at: Option<Time>,
    /// And since when it is.
    pub held_since: Option<Time>,
    pub nudge_count: i32,
    pub reopened_count: i32,
}

/// What a row cannot say by itself, joined in by the engine.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The live escalation.
    pub escalation: Option<crate::domain::escalation::Escalation>,
    /// The hold under way.
    pub hold: Option<crate::domain::ticket::Hold>,
    /// Everyone who said it.
    pub reporters: Vec<Reporter>,
    /// Staff it is about.
    pub subjects: Vec<UserId>,
    /// Child tickets not yet done.
    pub open_children: Vec<TicketNumber>,
    /// Where it went as a duplicate.
    pub merged_into: Option<TicketId>,
    /// Times a department handed it back.
    pub hand_back_count: u32,
    /// The community's settings that bear on the rules.
    pub rules: crate::domain::ticket::Rules,
}

impl TicketRow {
    fn impossible(&self, column: &'static str, cause: &str) -> StoreError {
        StoreError::impossible("ticket", column, self.id, cause)
    }

    /// The number, checked.
    pub fn ticket_number(&self) -> Result<TicketNumber, StoreError> {
        self.number.parse().map_err(|_| self.impossible("number", "is no ticket number"))
    }

    fn state(&self) -> Result<State, StoreError> {
        let at = self.since_at.0;
        let queue = || self.queue.ok_or_else(|| self.impossible("queue", "is empty in a queue"));
        Ok(match self.status {
            Status::Unassigned => {
                State::Unassigned { returned_from: self.returned_from.map(|queue| ReturnedFrom { queue, at }) }
            }
            Status::Assigned => State::Assigned { queue: queue()?, worker: self.worker_id, at },
            Status::InProgress => State::InProgress {
                queue: queue()?,
                worker: self.worker_id.ok_or_else(|| self.impossible("worker_id", "is empty in progress"))?,
                at,
            },
            Status::Done => State::Done {
                queue: self.queue,
                worker: self.worker_id,
                outcome: self.outcome.ok_or_else(|| self.impossible("outcome", "is empty when done"))?,
                at,
                review_on: self.review_on,
            },
        })
    }

    /// The ticket as the rules see it.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] naming the column that cannot be.
    pub fn ticket(&self, around: Around) -> Result<Ticket, StoreError> {
        let count = |n: i32, column| u32::try_from(n).map_err(|_| self.impossible(column, "is negative"));
        Ok(Ticket {
            id: self.id,
            community: self.community_id,
            number: self.ticket_number()?,
            version: self.version,
            state: self.state()?,
            hold: around.hold,
            lead: self.lead,
            holder: self.holder,
            channel: self.channel,
            kind: self.kind,
            category: self.category.clone(),
            urgency: self.urgency,
            paid: self.paid,
            confidential: self.confidential,
            property_sees: self.seen_by != Audience::Committee,
            committee_sees: self.seen_by != Audience::Property,
            about_place: self.about_place_id,
            reporter_place: self.reporter_place_id,
            building: self.building_id,
            place_text: self.place_text.clone(),
            reporters: around.reporters,
            subjects: around.subjects,
            escalation: around.escalation,
            open_children: around.open_children,
            merged_into: around.merged_into,
            opened_at: self.opened_at.0,
            first_done_at: self.first_done_at.map(|t| t.0),
            reopened_count: count(self.reopened_count, "reopened_count")?,
            nudge_count: count(self.nudge_count, "nudge_count")?,
            hand_back_count: around.hand_back_count,
            rules: around.rules,
        })
    }

    /// The row of a decided ticket. `words_id`, and the instants of the lead's finish clock, are the engine's to give.
    pub fn of(ticket: &Ticket, words_id: TextId, due: Option<(DateTime<Utc>, DateTime<Utc>)>) -> Self {
        let (since, returned_from, outcome, review_on) = match &ticket.state {
            State::Unassigned { returned_from } => {
                (returned_from.map_or(ticket.opened_at, |r| r.at), returned_from.map(|r| r.queue), None, None)
            }
            State::Assigned { at, .. } | State::InProgress { at, .. } => (*at, None, None, None),
            State::Done { outcome, at, review_on, .. } => (*at, None, Some(*outcome), *review_on),
        };
        Self {
            community_id: ticket.community,
            id: ticket.id,
            number: ticket.number.to_string(),
            version: ticket.version,
            status: ticket.status(),
            queue: ticket.queue(),
            worker_id: ticket.worker(),
            outcome,
            review_on,
            since_at: Time(since),
            returned_from,
            lead: ticket.lead,
            holder: ticket.holder,
            channel: ticket.channel,
            kind: ticket.kind,
            category: ticket.category.clone(),
            urgency: ticket.urgency,
            paid: ticket.paid,
            confidential: ticket.confidential,
            seen_by: match (ticket.property_sees, ticket.committee_sees) {
                (true, true) => Audience::Both,
                (true, false) => Audience::Property,
                (false, _) => Audience::Committee,
            },
            about_place_id: ticket.about_place,
            reporter_place_id: ticket.reporter_place,
            building_id: ticket.building,
            place_text: ticket.place_text.clone(),
            words_id,
            opened_at: Time(ticket.opened_at),
            first_done_at: ticket.first_done_at.map(Time),
            due_at: due.map(|d| Time(d.0)),
            warn_at: due.map(|d| Time(d.1)),
            hold_review_at: ticket.hold.map(|h| Time(h.review_at)),
            held_since: ticket.hold.map(|h| Time(h.since)),
            nudge_count: i32::try_from(ticket.nudge_count).unwrap_or(i32::MAX),
            reopened_count: i32::try_from(ticket.reopened_count).unwrap_or(i32::MAX),
        }
    }
}

/// Adds a ticket.
pub fn insert(db: &mut Db, row: &TicketRow) -> Result<(), StoreError> {
    each!(db, c => diesel::insert_into(ticket::table).values(row).execute(c))?;
    Ok(())
}

/// Writes a ticket back if nobody changed it since `was` was read.
///
/// # Errors
/// [`StoreError::Stale`] when someone did.
pub fn update(db: &mut Db, row: &TicketRow, was: i64) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket::table
            .filter(ticket::community_id.eq(row.community_id))
            .filter(ticket::id.eq(row.id))
            .filter(ticket::version.eq(was)),
    )
    .set(row)
    .execute(db)?;
    expect_one(hit, "ticket", format_args!("{} at version {was}", row.id))
}

/// The row of a ticket of this community. Whether the actor may see it is for the rules to say.
pub fn find(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Option<TicketRow>, StoreError> {
    Ok(ticket::table.filter(ticket::community_id.eq(community)).filter(ticket::id.eq(id)).first(db).optional()?)
}

/// The rows of these tickets of this community.
pub fn by_ids(db: &mut Db, community: CommunityId, ids: &[TicketId]) -> Result<Vec<TicketRow>, StoreError> {
    Ok(ticket::table.filter(ticket::community_id.eq(community)).filter(ticket::id.eq_any(ids)).load(db)?)
}

/// The row of the ticket with this number.
pub fn by_number(db: &mut Db, community: CommunityId, number: TicketNumber) -> Result<Option<TicketRow>, StoreError> {
    Ok(ticket::table
        .filter(ticket::community_id.eq(community))
        .filter(ticket::number.eq(number.to_string()))
        .first(db)
        .optional()?)
}

/// Notes that a ticket is about a member of staff.
pub fn insert_subject(db: &mut Db, community: CommunityId, id: TicketId, user: UserId) -> Result<(), StoreError> {
    diesel::insert_into(ticket_subject::table)
        .values((
            ticket_subject::community_id.eq(community),
            ticket_subject::ticket_id.eq(id),
            ticket_subject::user_id.eq(user),
        ))
        .execute(db)?;
    Ok(())
}

/// Ties two tickets.
pub fn insert_link(
    db: &mut Db,
    community: CommunityId,
    (from, to, kind): (TicketId, TicketId, LinkKind),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(ticket_link::table)
        .values((
            ticket_link::community_id.eq(community),
            ticket_link::from_ticket_id.eq(from),
            ticket_link::to_ticket_id.eq(to),
            ticket_link::kind.eq(kind),
            ticket_link::created_at.eq(Time(at)),
        ))
        .execute(db)?;
    Ok(())
}

/// Where a ticket went as a duplicate.
pub fn merged_into(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Option<TicketId>, StoreError> {
    Ok(ticket_link::table
        .filter(ticket_link::community_id.eq(community))
        .filter(ticket_link::from_ticket_id.eq(id))
        .filter(ticket_link::kind.eq(LinkKind::Merged))
        .select(ticket_link::to_ticket_id)
        .first(db)
        .optional()?)
}

/// A tied ticket: how, whether the one asked for is the link's origin, the other's id, number and status.
pub type Tied = (LinkKind, bool, TicketId, String, Status);
