//! Outgoing notices: written with the change they tell of, sent later by a job.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::fixed::{fixed, statement};
use super::many::insert_all;
use super::schema::outbox;
use super::types::{DbTime, DbUuid, Json, Time};
use crate::domain::ids::{CommunityId, OutboxId, TicketId, UserId};

/// A notice to be sent: template and ids, no words.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
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
    /// `due`, `sent` (handed on to its hearers, see `store::delivery`) or `dead` (unreadable).
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
    /// Whose act it tells of, for a person's: that one need not be told.
    pub actor_user_id: Option<UserId>,
}

/// Puts notices into the outbox.
pub fn insert(db: &mut Db, rows: &[OutboxRow]) -> Result<(), StoreError> {
    insert_all!(db, outbox::table, rows);
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

/// Notices to be handed on to their hearers now, oldest first; nobody else gets them before the transaction ends. On
/// PostgreSQL others step over the locked rows; SQLite has one writer.
pub fn take(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    let due = outbox::table
        .filter(fixed::<Bool>("outbox.state = 'due'"))
        .filter(outbox::next_try_at.le(Time(now)))
        .order(outbox::next_try_at)
        .limit(limit);
    Ok(match db {
        Db::Pg(c) => due.for_update().skip_locked().load(c)?,
        Db::Sqlite(c) => due.load(c)?,
    })
}

/// The communities that have notices to be handed on now.
pub fn communities_due(db: &mut Db, now: DateTime<Utc>) -> Result<Vec<CommunityId>, StoreError> {
    Ok(outbox::table
        .filter(fixed::<Bool>("outbox.state = 'due'"))
        .filter(outbox::next_try_at.le(Time(now)))
        .select(outbox::community_id)
        .distinct()
        .load(db)?)
}

/// Done with: handed on (`sent`, with why nobody hears if so) or unreadable (`dead`).
pub fn settle(
    db: &mut Db,
    row: &OutboxRow,
    (state, why): (&str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let hit = statement("UPDATE outbox SET state = ")
        .bind::<Text, _>(state)
        .sql(", settled_at = ")
        .bind::<DbTime, _>(Time(now))
        .sql(", last_error = ")
        .bind::<Nullable<Text>, _>(why)
        .sql(" WHERE community_id = ")
        .bind::<DbUuid, _>(row.community_id)
        .sql(" AND id = ")
        .bind::<DbUuid, _>(row.id)
        .execute(db)?;
    expect_one(hit, "outbox", row.id)
}
