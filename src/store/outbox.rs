//! Outgoing notices: written with the change they tell of, sent later by a job.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text};

use super::db::Db;
use super::error::StoreError;
use super::fixed::{fixed, statement};
use super::many::insert_all;
use super::schema::{delivery, outbox};
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

/// Notices to be handed on to their hearers now, oldest first.
pub fn due(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    Ok(outbox::table
        .filter(fixed::<Bool>("outbox.state = 'due'"))
        .filter(outbox::next_try_at.le(Time(now)))
        .order(outbox::next_try_at)
        .limit(limit)
        .load(db)?)
}

/// Why a notice has no deliveries: there is nobody to hear of it who has not been told the same.
pub const NOBODY: &str = "nobody";

/// What a notice came to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The community.
    pub community: CommunityId,
    /// The notice.
    pub id: OutboxId,
    /// `sent` (handed on) or `dead` (unreadable).
    pub state: &'static str,
    /// Why nobody hears.
    pub why: Option<String>,
}

/// Writes what these notices came to, where they are still due; which of them were. On PostgreSQL those that another process is
/// at are stepped over; SQLite has one writer.
pub fn settle(db: &mut Db, all: &[Settled], now: DateTime<Utc>) -> Result<HashSet<OutboxId>, StoreError> {
    match db {
        Db::Sqlite(_) => {
            let mut mine = HashSet::with_capacity(all.len());
            for one in all {
                let hit = statement("UPDATE outbox SET state = ")
                    .bind::<Text, _>(one.state)
                    .sql(", settled_at = ")
                    .bind::<DbTime, _>(Time(now))
                    .sql(", last_error = ")
                    .bind::<Nullable<Text>, _>(one.why.as_deref())
                    .sql(" WHERE community_id = ")
                    .bind::<DbUuid, _>(one.community)
                    .sql(" AND id = ")
                    .bind::<DbUuid, _>(one.id)
                    .sql(" AND state = 'due'")
                    .execute(db)?;
                if hit > 0 {
                    mine.insert(one.id);
                }
            }
            Ok(mine)
        }
        Db::Pg(c) => {
            let hit = fixed::<DbUuid>("WITH told AS (SELECT * FROM unnest(")
                .bind::<Array<DbUuid>, _>(all.iter().map(|one| one.community).collect::<Vec<_>>())
                .sql(", ")
                .bind::<Array<DbUuid>, _>(all.iter().map(|one| one.id).collect::<Vec<_>>())
                .sql(", ")
                .bind::<Array<Text>, _>(all.iter().map(|one| one.state).collect::<Vec<_>>())
                .sql(", ")
                .bind::<Array<Nullable<Text>>, _>(all.iter().map(|one| one.why.as_deref()).collect::<Vec<_>>())
                .sql(
                    ") AS told (community_id, id, state, why)), \
                     mine AS (SELECT community_id, id FROM outbox JOIN told USING (community_id, id) \
                     WHERE outbox.state = 'due' FOR UPDATE OF outbox SKIP LOCKED) \
                     UPDATE outbox SET state = told.state, last_error = told.why, settled_at = ",
                )
                .bind::<DbTime, _>(Time(now))
                .sql(
                    " FROM mine JOIN told USING (community_id, id) \
                     WHERE outbox.community_id = mine.community_id AND outbox.id = mine.id RETURNING outbox.id",
                );
            Ok(hit.load::<OutboxId>(c)?.into_iter().collect())
        }
    }
}

/// Notes of those of these notices that were handed on to nobody after all.
pub fn note_unheard<'s>(db: &mut Db, settled: impl Iterator<Item = &'s Settled>) -> Result<(), StoreError> {
    for one in settled.filter(|one| one.state == "sent" && one.why.is_none()) {
        let heard =
            delivery::table.filter(delivery::community_id.eq(one.community)).filter(delivery::outbox_id.eq(one.id));
        let unheard = outbox::table
            .filter(outbox::community_id.eq(one.community))
            .filter(outbox::id.eq(one.id))
            .filter(outbox::state.eq("sent"))
            .filter(not(exists(heard)));
        diesel::update(unheard).set(outbox::last_error.eq(NOBODY)).execute(db)?;
    }
    Ok(())
}
