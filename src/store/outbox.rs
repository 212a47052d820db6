//! Outgoing notices: written with the change they tell of, sent later by a job.

use diesel::prelude::*;

use super::db::Db;
use super::error::StoreError;
use super::schema::outbox;
use super::types::{Json, Time};
use crate::domain::ids::{CommunityId, OutboxId, TicketId};

/// A notice to be sent: template and ids, no words.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outbox)]
pub struct OutboxRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it; what a receiver de-duplicates by.
    pub id: OutboxId,
    /// The ticket it tells of.
    pub ticket_id: Option<TicketId>,
    /// Code of the text.
    pub template: String,
    /// Who hears: `domain::notice::Hearer` as JSON.
    pub hearer: Json,
    /// `due`, `sent` or `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// Not before.
    pub next_try_at: Time,
    /// Being sent by someone until then.
    pub leased_until: Option<Time>,
    /// When the change was made.
    pub created_at: Time,
    /// When it was sent or given up.
    pub settled_at: Option<Time>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// Puts a notice into the outbox.
pub fn insert(db: &mut Db, row: &OutboxRow) -> Result<(), StoreError> {
    diesel::insert_into(outbox::table).values(row).execute(db)?;
    Ok(())
}

/// The notices of a ticket, in order.
pub fn of_ticket(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(outbox::community_id.eq(community))
        .filter(outbox::ticket_id.eq(ticket))
        .order((outbox::created_at, outbox::id))
        .load(db)?)
}
