//! Statements that must differ between the two databases.

pub mod search;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};

use super::db::{Db, each};
use super::error::StoreError;
use super::fixed::{Bound, Fixed, Literal, Nothing, fixed};
use super::types::DbUuid;
use crate::domain::ids::{CallId, CommunityId, TicketId, UserId};

/// Codes of ours as they stand between the brackets of an IN.
pub fn among(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ")
}

/// The name of a resident `r` with ASCII letters in lower case and nothing else changed, as the index has it. Without the collation
/// PostgreSQL would fold letters that SQLite leaves alone.
pub(super) fn ascii_lower_name(db: &Db) -> &'static str {
    match db {
        Db::Pg(_) => "lower(r.name COLLATE \"C\")",
        Db::Sqlite(_) => "lower(r.name)",
    }
}

/// What stands before and after the columns of a query's rows to make one text of them all: JSON, an array of arrays.
pub(super) fn rows_as_json(db: &Db) -> [&'static str; 2] {
    match db {
        Db::Pg(_) => ["coalesce(json_agg(json_build_array(", "))::text, '[]')"],
        Db::Sqlite(_) => ["json_group_array(json_array(", "))"],
    }
}

/// Whether a ticket is one of these. As values there would be another statement for each number of them, parsed and planned anew each
/// time: so all are one text.
pub(super) fn one_of(db: &Db, ids: &[TicketId]) -> OneOf {
    let digits = ids.iter().map(|id| id.0.simple().to_string());
    let (before, all, after) = match db {
        Db::Pg(_) => ("ticket.id = ANY (", format!("{{{}}}", digits.collect::<Vec<_>>().join(",")), "::uuid[])"),
        Db::Sqlite(_) => {
            let all = serde_json::json!(digits.collect::<Vec<_>>()).to_string();
            ("ticket.id IN (SELECT unhex(value) FROM json_each(", all, "))")
        }
    };
    fixed(before).bind::<Text, _>(all).sql(after)
}

/// The condition of [`one_of`].
type OneOf = Fixed<Bool, Bound<Bool, Nothing, <String as AsExpression<Text>>::Expression>>;

/// A moment as it is written into a statement: PostgreSQL keeps a plan for what is opened since a moment only if it sees the moment,
/// for otherwise it expects a third of the table.
pub(super) fn moment(db: &Db, at: DateTime<Utc>) -> Literal {
    Literal(match db {
        Db::Pg(_) => format!("'{}'::timestamptz", at.format("%Y-%m-%d %H:%M:%S%.6f+00")),
        Db::Sqlite(_) => at.timestamp_micros().to_string(),
    })
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
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    /// Where the feed stands after it.
    pub xid: i64,
    /// Where the feed stands after it.
    pub seq: i64,
    /// The community.
    pub community_id: CommunityId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The event's code.
    pub kind: String,
    /// The ticket's version after it.
    pub version: i64,
}

impl Change {
    /// Where the feed stands after this change.
    pub fn cursor(&self) -> Cursor {
        Cursor { xid: self.xid, seq: self.seq }
    }
}

/// The most changes read at once.
pub const FEED_BATCH: usize = 500;

/// Changes after the cursor, in an order in which none can appear later in front of one already read: on PostgreSQL by
/// transaction and only below the oldest one still running, for ids are given out before commit; on SQLite, with its one
/// writer, by order of writing.
pub fn changes_after(db: &mut Db, after: Cursor) -> Result<Vec<Change>, StoreError> {
    type Columns = (BigInt, BigInt, DbUuid, DbUuid, Text, BigInt);
    Ok(match db {
        Db::Pg(c) => fixed::<Columns>(
            "SELECT xid::text::bigint, seq, community_id, ticket_id, kind, version FROM event WHERE (xid, seq) > (",
        )
        .bind::<Text, _>(after.xid.to_string())
        .sql("::text::xid8, ")
        .bind::<BigInt, _>(after.seq)
        .sql(") AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY event.xid, event.seq LIMIT ")
        .bind::<BigInt, _>(FEED_BATCH as i64)
        .load(c)?,
        Db::Sqlite(c) => {
            fixed::<Columns>("SELECT xid, seq, community_id, ticket_id, kind, version FROM event WHERE seq > ")
                .bind::<BigInt, _>(after.seq)
                .sql(" ORDER BY seq LIMIT ")
                .bind::<BigInt, _>(FEED_BATCH as i64)
                .load(c)?
        }
    })
}

/// One change of a call, as the feed carries it.
#[derive(Debug, Clone, Queryable)]
pub struct CallChange {
    /// Where the feed stands after it.
    pub xid: i64,
    /// Where the feed stands after it.
    pub seq: i64,
    /// The community.
    pub community_id: CommunityId,
    /// The call.
    pub call_id: CallId,
    /// The agent it is for; everybody at the desk when empty.
    pub user_id: Option<UserId>,
    /// `ringing` or `changed`.
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
    type Columns = (BigInt, BigInt, DbUuid, DbUuid, Nullable<DbUuid>, Text);
    Ok(match db {
        Db::Pg(c) => fixed::<Columns>(
            "SELECT xid::text::bigint, seq, community_id, call_id, user_id, kind FROM call_change WHERE (xid, seq) > (",
        )
        .bind::<Text, _>(after.xid.to_string())
        .sql("::text::xid8, ")
        .bind::<BigInt, _>(after.seq)
        .sql(") AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY call_change.xid, call_change.seq LIMIT ")
        .bind::<BigInt, _>(FEED_BATCH as i64)
        .load(c)?,
        Db::Sqlite(c) => {
            fixed::<Columns>("SELECT xid, seq, community_id, call_id, user_id, kind FROM call_change WHERE seq > ")
                .bind::<BigInt, _>(after.seq)
                .sql(" ORDER BY seq LIMIT ")
                .bind::<BigInt, _>(FEED_BATCH as i64)
                .load(c)?
        }
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
