//! Roll-ups of the days that are over. A day is rolled up once it is over, and again whenever the feed tells that one of its
//! tickets changed; until that is done, whoever reads figures counts the day from its tickets.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, Date, HasSqlType, Nullable, Text};

use super::db::{Db, each};
use super::dialect;
use super::error::StoreError;
use super::fixed::spell;
use super::schema::{community, roll_up, roll_up_until, ticket};
use super::types::{DbTime, DbUuid, Time};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{CommunityId, TicketId, UserId};
use crate::domain::scope::Scope;
use crate::domain::view::{Cell, DayFact, Kept};
use crate::domain::words::{Audience, Channel, Outcome, Platform};

/// The job's mark in the feed.
pub const MARK: &str = "roll_ups";

/// Events that change nothing a roll-up counts by.
pub const PASSED_OVER: &[&str] = &[
    "noted",
    "nudged",
    "attached",
    "phone_shown",
    "alarm_heard",
    "urgency_set",
    "place_set",
    "held",
    "resumed",
    "warned",
    "overdue",
    "climbed",
    "review_due",
    "offer_unanswered",
];

#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = roll_up, treat_none_as_default_value = false)]
struct Row {
    community_id: CommunityId,
    day: NaiveDate,
    channel: Channel,
    seen_by: Audience,
    confidential: bool,
    holder: Platform,
    opened: i64,
    same_day: i64,
}

impl Row {
    fn of(community_id: CommunityId, cell: &Cell) -> Self {
        let Cell { day, channel, kept: Kept { seen_by, confidential, holder }, opened, same_day } = *cell;
        Self { community_id, day, channel, seen_by, confidential, holder, opened, same_day }
    }

    fn cell(self) -> Cell {
        let Self { day, channel, seen_by, confidential, holder, opened, same_day, .. } = self;
        Cell { day, channel, kept: Kept { seen_by, confidential, holder }, opened, same_day }
    }
}

/// How far each community is rolled up; `None` before its first day.
pub fn untils(db: &mut Db) -> Result<Vec<(CommunityId, Option<NaiveDate>)>, StoreError> {
    Ok(community::table
        .left_join(roll_up_until::table.on(roll_up_until::community_id.eq(community::id)))
        .select((community::id, roll_up_until::day.nullable()))
        .order(community::id)
        .load(db)?)
}

/// Moves the last day that is rolled up, if nobody moved it meanwhile; says whether it did.
pub fn set_until(
    db: &mut Db,
    community: CommunityId,
    (was, day): (Option<NaiveDate>, NaiveDate),
) -> Result<bool, StoreError> {
    let row = (roll_up_until::community_id.eq(community), roll_up_until::day.eq(day));
    let hit = match was {
        None => {
            each!(db, c => diesel::insert_into(roll_up_until::table).values(row).on_conflict_do_nothing().execute(c))?
        }
        Some(was) => diesel::update(roll_up_until::table)
            .filter(roll_up_until::community_id.eq(community))
            .filter(roll_up_until::day.eq(was))
            .set(roll_up_until::day.eq(day))
            .execute(db)?,
    };
    Ok(hit == 1)
}

/// When the community's first ticket was opened.
pub fn first_opened(db: &mut Db, community: CommunityId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let first: Option<Time> = ticket::table
        .filter(ticket::community_id.eq(community))
        .order((ticket::opened_at, ticket::id))
        .select(ticket::opened_at)
        .first(db)
        .optional()?;
    Ok(first.map(|at| at.0))
}

/// When these tickets were opened.
pub fn opened_at(db: &mut Db, community: CommunityId, ids: &[TicketId]) -> Result<Vec<DateTime<Utc>>, StoreError> {
    let times: Vec<Time> = ticket::table
        .filter(ticket::community_id.eq(community))
        .filter(ticket::id.eq_any(ids))
        .select(ticket::opened_at)
        .load(db)?;
    Ok(times.into_iter().map(|at| at.0).collect())
}

/// Everything opened from one moment to another, whoever may see it.
pub fn facts(
    db: &mut Db,
    community: CommunityId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(Kept, DayFact)>, StoreError> {
    type Row = ((Audience, bool, Platform), (Channel, Time, Option<Time>, Option<Outcome>, i32));
    let rows: Vec<Row> = ticket::table
        .filter(ticket::community_id.eq(community))
        .filter(ticket::opened_at.ge(Time(from)))
        .filter(ticket::opened_at.lt(Time(until)))
        .select((
            (ticket::seen_by, ticket::confidential, ticket::holder),
            (ticket::channel, ticket::opened_at, ticket::first_done_at, ticket::outcome, ticket::reopened_count),
        ))
        .load(db)?;
    let one = |((seen_by, confidential, holder), (channel, opened, done, outcome, reopened)): Row| {
        let kept = Kept { seen_by, confidential, holder };
        let (opened_at, first_done_at) = (opened.0, done.map(|t| t.0));
        (kept, DayFact { channel, opened_at, first_done_at, outcome, reopened: reopened > 0 })
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Puts these cells in the place of what was counted of these days.
pub fn replace(db: &mut Db, community: CommunityId, days: &[NaiveDate], cells: &[Cell]) -> Result<(), StoreError> {
    let old = roll_up::table.filter(roll_up::community_id.eq(community)).filter(roll_up::day.eq_any(days));
    diesel::delete(old).execute(db)?;
    for cell in cells {
        diesel::insert_into(roll_up::table).values(Row::of(community, cell)).execute(db)?;
    }
    Ok(())
}

/// The days before today, as far as they are rolled up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// What was counted, of all desks.
    pub cells: Vec<Cell>,
    /// The last day that is rolled up.
    pub until: Option<NaiveDate>,
    /// When tickets were opened that make their day one to be counted anew: they changed since, or this person sees them
    /// though their desk does not, or the other way round.
    pub apart: Vec<DateTime<Utc>>,
}

#[derive(Queryable)]
struct Line {
    day: Option<NaiveDate>,
    channel: Option<Channel>,
    seen_by: Option<Audience>,
    confidential: Option<bool>,
    holder: Option<Platform>,
    opened: Option<i64>,
    same_day: Option<i64>,
    opened_at: Option<Time>,
}

/// The statement of [`past`] with its values, each where its number stands. It is kept prepared by its text.
struct Asked {
    sql: String,
    community: CommunityId,
    user: Option<UserId>,
}

impl<DB> QueryFragment<DB> for Asked
where
    DB: Backend + HasSqlType<DbUuid>,
    CommunityId: ToSql<DbUuid, DB>,
    Option<UserId>: ToSql<Nullable<DbUuid>, DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        spell(&self.sql, out, |value, mut out| match value {
            b'1' => out.push_bind_param::<DbUuid, _>(&self.community),
            _ => out.push_bind_param::<Nullable<DbUuid>, _>(&self.user),
        })
    }
}

impl QueryId for Asked {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Asked {
    type SqlType = (
        Nullable<Date>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Bool>,
        Nullable<Text>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<DbTime>,
    );
}

impl<C> RunQueryDsl<C> for Asked {}

/// What follows the columns of a day in each branch below.
const NO_COUNTS: &str = "CAST(NULL AS text) AS channel, CAST(NULL AS text) AS seen_by, CAST(NULL AS boolean) AS confidential, \
     CAST(NULL AS text) AS holder, CAST(NULL AS bigint) AS opened, CAST(NULL AS bigint) AS same_day";

/// Changes the job has not read at which nothing it counted is trusted any more. So many at most are looked at: PostgreSQL
/// takes a stretch of the feed without an end for a third of all history.
const FAR_BEHIND: usize = 2_000;

/// What is known of the days from `day`, which begins at `since`, in one statement.
pub fn past(db: &mut Db, scope: &Scope, (day, since): (NaiveDate, DateTime<Utc>)) -> Result<Past, StoreError> {
    let (unread, feed) = (unread(db), if matches!(db, Db::Pg(_)) { "e.xid, e.seq" } else { "e.seq" });
    let passed_over = dialect::among(PASSED_OVER);
    let no_day = "CAST(NULL AS date) AS day";
    // The first day stands in the text: PostgreSQL would expect a third of all days after one that it does not see.
    let since = dialect::moment(db, since).0;
    let mut sql = format!(
        "SELECT day, channel, seen_by, confidential, holder, opened, same_day, CAST(NULL AS timestamptz) AS opened_at \
         FROM roll_up WHERE community_id = $1 AND day >= '{day}' \
         UNION ALL SELECT u.day, {NO_COUNTS}, CAST(NULL AS timestamptz) FROM roll_up_until u WHERE u.community_id = $1 \
         UNION ALL SELECT {no_day}, {NO_COUNTS}, CASE WHEN u.community_id = $1 \
         AND u.kind NOT IN ({passed_over}) THEN t.opened_at END \
         FROM (SELECT e.community_id, e.ticket_id, e.kind FROM event e WHERE {unread} ORDER BY {feed} LIMIT {FAR_BEHIND}) u \
         JOIN ticket t ON t.community_id = u.community_id AND t.id = u.ticket_id \
         UNION ALL SELECT {no_day}, {NO_COUNTS}, t.opened_at FROM ticket_subject s JOIN ticket t \
         ON t.community_id = s.community_id AND t.id = s.ticket_id \
         WHERE s.community_id = $1 AND t.opened_at >= {since} AND s.user_id = $2 \
         UNION ALL SELECT {no_day}, {NO_COUNTS}, t.opened_at FROM ticket t \
         WHERE t.community_id = $1 AND t.worker_id = $2 AND t.status <> 'done' AND t.opened_at >= {since}"
    );
    if scope.minds_committee && !scope.committee_desk {
        sql.push_str(&format!(
            " UNION ALL SELECT {no_day}, {NO_COUNTS}, t.opened_at FROM ticket t WHERE t.community_id = $1 \
             AND t.status = 'unassigned' AND t.holder = 'committee' AND t.seen_by = 'committee' AND t.opened_at >= {since}"
        ));
    }
    let asked = Asked { sql, community: scope.community, user: scope.user };
    let lines: Vec<Line> = each!(db, c => asked.load(c))?;
    let (mut past, mut unread) = (Past::default(), 0);
    for line in lines {
        unread += usize::from(line.day.is_none());
        match line {
            Line { opened_at: Some(at), .. } => past.apart.push(at.0),
            Line {
                day: Some(day),
                channel: Some(channel),
                seen_by: Some(seen_by),
                confidential: Some(confidential),
                holder: Some(holder),
                opened: Some(opened),
                same_day: Some(same_day),
                ..
            } => {
                past.cells.push(Cell { day, channel, kept: Kept { seen_by, confidential, holder }, opened, same_day });
            }
            Line { day: Some(day), .. } => past.until = Some(day),
            Line { .. } => {}
        }
    }
    if unread >= FAR_BEHIND {
        past.until = None;
    }
    Ok(past)
}

/// The changes the job has not read yet, also those the feed does not hand out yet.
fn unread(db: &Db) -> String {
    let mark = |column: &str| format!("(SELECT {column} FROM feed_mark WHERE name = '{MARK}')");
    match db {
        Db::Pg(_) => format!("(e.xid, e.seq) > ({}, {})", mark("xid::text::xid8"), mark("seq")),
        Db::Sqlite(_) => format!("e.seq > {}", mark("seq")),
    }
}

/// Days proved in one go.
const PROVED: u64 = 31;

/// Counts every day that is rolled up anew and tells what differs; days whose changes are not read yet are left out.
pub fn broken(db: &mut Db) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let zones: Vec<(CommunityId, String)> = community::table.select((community::id, community::time_zone)).load(db)?;
    let mut wrong = 0;
    for (id, until) in untils(db)? {
        let (Some(until), Some(first)) = (until, first_opened(db, id)?) else { continue };
        let zone = zones.iter().find(|(of, _)| *of == id).map(|(_, zone)| zone.as_str()).unwrap_or_default();
        let zone = zone.parse().map_err(|e| StoreError::impossible("community", "time_zone", id, e))?;
        let calendar = Calendar::new(zone, []);
        let apart = changed(db, id, &calendar)?;
        let mut from = calendar.local_date(first);
        while from <= until {
            let last = from.checked_add_days(Days::new(PROVED - 1)).unwrap_or(until).min(until);
            wrong += differing(db, id, &calendar, ((from, last), &apart))?;
            from = last.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        }
    }
    Ok(if wrong == 0 { Vec::new() } else { vec![("a day that is rolled up counts what its tickets say", wrong)] })
}

fn differing(
    db: &mut Db,
    community: CommunityId,
    calendar: &Calendar,
    ((from, last), apart): ((NaiveDate, NaiveDate), &HashSet<NaiveDate>),
) -> Result<i64, StoreError> {
    let span = (calendar.start_of_day(from), calendar.end_of_day(last));
    let kept: Vec<Row> = roll_up::table
        .filter(roll_up::community_id.eq(community))
        .filter(roll_up::day.ge(from))
        .filter(roll_up::day.le(last))
        .load(db)?;
    let kept: Vec<Cell> = kept.into_iter().map(Row::cell).collect();
    let right = Cell::all(&facts(db, community, span)?, calendar);
    let off = |one: &[Cell], other: &[Cell]| {
        one.iter().filter(|cell| !apart.contains(&cell.day) && !other.contains(cell)).count()
    };
    Ok(i64::try_from(off(&kept, &right) + off(&right, &kept)).unwrap_or(i64::MAX))
}

/// The days of tickets with changes the job has not read.
fn changed(db: &mut Db, community: CommunityId, calendar: &Calendar) -> Result<HashSet<NaiveDate>, StoreError> {
    #[derive(QueryableByName)]
    struct Opened {
        #[diesel(sql_type = DbTime)]
        opened_at: Time,
    }
    let query = format!(
        "SELECT DISTINCT t.opened_at FROM event e JOIN ticket t ON t.community_id = e.community_id AND t.id = e.ticket_id \
         WHERE {} AND e.community_id = $1",
        unread(db)
    );
    let rows: Vec<Opened> = each!(db, c => diesel::sql_query(query).bind::<DbUuid, _>(community).load(c))?;
    Ok(rows.into_iter().map(|row| calendar.local_date(row.opened_at.0)).collect())
}
