//! Statements that must differ between the two databases.

pub mod search;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};

use super::db::{Db, each};
use super::error::StoreError;
use super::types::{DbTime, DbUuid, Time};
use crate::domain::ids::{CallId, CommunityId, DeliveryId, OutboxId, TicketId, UserId};

/// Codes of ours as they stand between the brackets of an IN.
pub fn among(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ")
}

/// A resident's name with ASCII letters in lower case and nothing else changed, as the index has it. Without the collation
/// PostgreSQL would fold letters that SQLite leaves alone.
pub fn ascii_lower_name(db: &Db) -> &'static str {
    match db {
        Db::Pg(_) => "lower(resident.name COLLATE \"C\")",
        Db::Sqlite(_) => "lower(resident.name)",
    }
}

/// How far the live feed was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// The writing transaction; always 0 on SQLite.
    pub xid: i64,
    /// Order of writing.
    pub seq: i64,
}

/// One change, as the feed carries it: no words, no names.
#[derive(Debug, Clone, QueryableByName)]
pub struct Change {
    /// Where the feed stands after it.
    #[diesel(sql_type = BigInt)]
    pub xid: i64,
    /// Where the feed stands after it.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// The community.
    #[diesel(sql_type = DbUuid)]
    pub community_id: CommunityId,
    /// The ticket.
    #[diesel(sql_type = DbUuid)]
    pub ticket_id: TicketId,
    /// The event's code.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The ticket's version after it.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
}

impl Change {
    /// Where the feed stands after this change.
    pub fn cursor(&self) -> Cursor {
        Cursor { xid: self.xid, seq: self.seq }
    }
}

/// The most changes read at once.
pub const FEED_BATCH: i64 = 500;

/// Changes after the cursor, in an order in which none can appear later in front of one already read: on PostgreSQL by
/// transaction and only below the oldest one still running, for ids are given out before commit; on SQLite, with its one
/// writer, by order of writing.
pub fn changes_after(db: &mut Db, after: Cursor) -> Result<Vec<Change>, StoreError> {
    Ok(match db {
        Db::Pg(c) => diesel::sql_query(
            "SELECT xid::text::bigint AS xid, seq, community_id, ticket_id, kind, version FROM event \
             WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot()) \
             ORDER BY event.xid, event.seq LIMIT $3",
        )
        .bind::<Text, _>(after.xid.to_string())
        .bind::<BigInt, _>(after.seq)
        .bind::<BigInt, _>(FEED_BATCH)
        .load(c)?,
        Db::Sqlite(c) => diesel::sql_query(
            "SELECT xid, seq, community_id, ticket_id, kind, version FROM event WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind::<BigInt, _>(after.seq)
        .bind::<BigInt, _>(FEED_BATCH)
        .load(c)?,
    })
}

/// One change of a call, as the feed carries it.
#[derive(Debug, Clone, QueryableByName)]
pub struct CallChange {
    /// Where the feed stands after it.
    #[diesel(sql_type = BigInt)]
    pub xid: i64,
    /// Where the feed stands after it.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    /// The community.
    #[diesel(sql_type = DbUuid)]
    pub community_id: CommunityId,
    /// The call.
    #[diesel(sql_type = DbUuid)]
    pub call_id: CallId,
    /// The agent it is for; everybody at the desk when empty.
    #[diesel(sql_type = Nullable<DbUuid>)]
    pub user_id: Option<UserId>,
    /// `ringing` or `changed`.
    #[diesel(sql_type = Text)]
    pub kind: String,
}

impl CallChange {
    /// Where the feed stands after this change.
    pub fn cursor(&self) -> Cursor {
        Cursor { xid: self.xid, seq: self.seq }
    }
}

/// Changes of calls after the cursor, in the order [`changes_after`] keeps.
pub fn call_changes_after(db: &mut Db, after: Cursor) -> Result<Vec<CallChange>, StoreError> {
    Ok(match db {
        Db::Pg(c) => diesel::sql_query(
            "SELECT xid::text::bigint AS xid, seq, community_id, call_id, user_id, kind FROM call_change \
             WHERE (xid, seq) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot()) \
             ORDER BY call_change.xid, call_change.seq LIMIT $3",
        )
        .bind::<Text, _>(after.xid.to_string())
        .bind::<BigInt, _>(after.seq)
        .bind::<BigInt, _>(FEED_BATCH)
        .load(c)?,
        Db::Sqlite(c) => diesel::sql_query(
            "SELECT xid, seq, community_id, call_id, user_id, kind FROM call_change WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind::<BigInt, _>(after.seq)
        .bind::<BigInt, _>(FEED_BATCH)
        .load(c)?,
    })
}

#[derive(QueryableByName)]
struct Serial {
    #[diesel(sql_type = Integer)]
    next: i32,
}

/// Whether calls take their number of the day from a block. On SQLite, with its one writer, the one after the last is free.
pub fn calls_have_blocks(db: &Db) -> bool {
    matches!(db, Db::Pg(_))
}

/// Hands out `count` numbers of the day for calls; returns the first. Runs in a short transaction of its own. A number that
/// some call has already, given out before there were blocks, is passed over.
pub fn reserve_call_numbers(
    db: &mut Db,
    community: CommunityId,
    day: NaiveDate,
    count: i32,
) -> Result<i32, StoreError> {
    let made = "INSERT INTO number_block (community_id, day, next_serial) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING";
    each!(db, c => diesel::sql_query(made).bind::<DbUuid, _>(community).bind::<Date, _>(day).execute(c))?;
    let moved = "UPDATE number_block SET next_call = $1 + (SELECT CASE WHEN last.serial >= next_call THEN last.serial + 1 \
                 ELSE next_call END FROM (SELECT coalesce(max(day_serial), 0) AS serial FROM call \
                 WHERE community_id = $2 AND day = $3) AS last) WHERE community_id = $2 AND day = $3 \
                 RETURNING next_call AS next";
    let next: Serial = each!(db, c => diesel::sql_query(moved)
        .bind::<Integer, _>(count)
        .bind::<DbUuid, _>(community)
        .bind::<Date, _>(day)
        .get_result(c))?;
    Ok(next.next - count)
}

/// Where the feed of calls ends now.
pub fn call_feed_end(db: &mut Db) -> Result<Cursor, StoreError> {
    match db {
        Db::Pg(_) => feed_end(db),
        Db::Sqlite(c) => {
            let end: Vec<End> =
                diesel::sql_query("SELECT 0 AS xid, coalesce(max(seq), 0) AS seq FROM call_change").load(c)?;
            Ok(end.first().map_or_else(Cursor::default, |e| Cursor { xid: e.xid, seq: e.seq }))
        }
    }
}

#[derive(QueryableByName)]
struct End {
    #[diesel(sql_type = BigInt)]
    xid: i64,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// Where the feed ends now: a listener that starts here misses nothing committed later.
pub fn feed_end(db: &mut Db) -> Result<Cursor, StoreError> {
    let end: Vec<End> = match db {
        // Every transaction below xmin is over; whatever is written later has at least that number.
        Db::Pg(c) => diesel::sql_query(
            "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1) AS xid, 9223372036854775807 AS seq",
        )
        .load(c)?,
        Db::Sqlite(c) => diesel::sql_query("SELECT 0 AS xid, coalesce(max(seq), 0) AS seq FROM event").load(c)?,
    };
    Ok(end.first().map_or_else(Cursor::default, |e| Cursor { xid: e.xid, seq: e.seq }))
}

#[derive(QueryableByName)]
struct OutboxKey {
    #[diesel(sql_type = DbUuid)]
    community_id: CommunityId,
    #[diesel(sql_type = DbUuid)]
    id: OutboxId,
}

#[derive(QueryableByName)]
struct DeliveryKey {
    #[diesel(sql_type = DbUuid)]
    community_id: CommunityId,
    #[diesel(sql_type = DbUuid)]
    id: DeliveryId,
}

/// Picks up to `$2` keys that are due, and keeps them from others until the transaction ends: by locks that others step
/// over on PostgreSQL; on SQLite there is one writer.
macro_rules! due {
    ($db:expr, $sql:literal, $now:expr, $limit:expr) => {
        match $db {
            Db::Pg(c) => diesel::sql_query(concat!($sql, " FOR UPDATE SKIP LOCKED"))
                .bind::<DbTime, _>(Time($now))
                .bind::<BigInt, _>($limit)
                .load(c)?,
            Db::Sqlite(c) => diesel::sql_query($sql).bind::<DbTime, _>(Time($now)).bind::<BigInt, _>($limit).load(c)?,
        }
    };
}

/// Notices to be handed on to their hearers now, oldest first; nobody else gets them before the transaction ends.
pub fn take_notices(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<(CommunityId, OutboxId)>, StoreError> {
    let keys: Vec<OutboxKey> = due!(
        db,
        "SELECT community_id, id FROM outbox WHERE state = 'due' AND next_try_at <= $1 ORDER BY next_try_at LIMIT $2",
        now,
        limit
    );
    Ok(keys.into_iter().map(|key| (key.community_id, key.id)).collect())
}

/// Deliveries to be tried now that nobody is trying, longest due first; nobody else gets them before the transaction ends.
pub fn take_deliveries(
    db: &mut Db,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(CommunityId, DeliveryId)>, StoreError> {
    let keys: Vec<DeliveryKey> = due!(
        db,
        "SELECT community_id, id FROM delivery WHERE state = 'due' AND next_try_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) ORDER BY next_try_at LIMIT $2",
        now,
        limit
    );
    Ok(keys.into_iter().map(|key| (key.community_id, key.id)).collect())
}
