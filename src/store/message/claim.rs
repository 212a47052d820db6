//! Claims: what keeps a repeat from being taken twice.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text};

use crate::domain::ids::{CommunityId, TicketId};
use crate::store::db::{Db, each};
use crate::store::error::{StoreError, expect_one};
use crate::store::fixed::statement;
use crate::store::schema::inbound_claim;
use crate::store::types::{DbUuid, Time};

/// What a claim found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody had it: it is ours, in this transaction.
    First,
    /// It was worked on before; the stored reply, if it had one.
    Before(Option<String>),
}

/// The stored reply of a message that was worked on before; `None` when it was not, as far as is committed.
pub fn claimed(
    db: &mut Db,
    community: CommunityId,
    (source, key_hash): (&str, &[u8]),
) -> Result<Option<Option<String>>, StoreError> {
    Ok(inbound_claim::table
        .filter(inbound_claim::community_id.eq(community))
        .filter(inbound_claim::source.eq(source))
        .filter(inbound_claim::key_hash.eq(key_hash))
        .select(inbound_claim::reply)
        .first(db)
        .optional()?)
}

/// Claims an inbound message by inserting first. If another transaction holds the same claim, this waits until it ends.
pub fn claim(
    db: &mut Db,
    community: CommunityId,
    (source, key_hash): (&str, &[u8]),
    at: DateTime<Utc>,
) -> Result<Claimed, StoreError> {
    let rows = each!(db, c => diesel::insert_into(inbound_claim::table)
        .values((
            inbound_claim::community_id.eq(community),
            inbound_claim::source.eq(source),
            inbound_claim::key_hash.eq(key_hash),
            inbound_claim::claimed_at.eq(Time(at)),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    if rows == 1 {
        return Ok(Claimed::First);
    }
    Ok(Claimed::Before(
        inbound_claim::table
            .filter(inbound_claim::community_id.eq(community))
            .filter(inbound_claim::source.eq(source))
            .filter(inbound_claim::key_hash.eq(key_hash))
            .select(inbound_claim::reply)
            .first(db)?,
    ))
}

/// Stores the reply to a claimed message, for its repeats.
pub fn answer_claim(
    db: &mut Db,
    community: CommunityId,
    (source, key_hash): (&str, &[u8]),
    (reply, ticket): (Option<&str>, Option<TicketId>),
) -> Result<(), StoreError> {
    let hit = statement("UPDATE inbound_claim SET reply = ")
        .bind::<Nullable<Text>, _>(reply)
        .sql(", ticket_id = ")
        .bind::<Nullable<DbUuid>, _>(ticket)
        .sql(" WHERE community_id = ")
        .bind::<DbUuid, _>(community)
        .sql(" AND source = ")
        .bind::<Text, _>(source)
        .sql(" AND key_hash = ")
        .bind::<Binary, _>(key_hash)
        .execute(db)?;
    expect_one(hit, "inbound_claim", source)
}
