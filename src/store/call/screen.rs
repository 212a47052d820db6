//! What the hotline's desk shows of calls, in one statement: who is on the line and what came of it, what waits besides, and whatever
//! else the desk counts. Most of the time nothing rings: then a smaller one that counts is enough.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};

use super::super::db::{Db, MultiBackend};
use super::super::error::StoreError;
use super::super::fixed::{Fixed, Literal, Piece, Pieces, fixed};
use super::super::lists::{self, Day, Figures};
use super::super::people::{OFFERED, OccupancyRow, Person, PhoneRow, ResidentRow, gathered};
use super::super::schema::{call, call_back, occupancy, resident, resident_phone};
use super::super::types::{DbTime, DbUuid, Time};
use super::{CallBackRow, CallRow};
use crate::domain::ids::{CallId, TicketId, UserId};
use crate::domain::scope::Scope;

/// The most calls of a day, and people to ring back, that are read.
const MOST: i64 = 200;

/// Which calls are read.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whose tickets are told of: what the actor sees.
    pub scope: &'a Scope,
    /// The agent whose screen it is; nobody's has no calls.
    pub user: Option<UserId>,
    /// On it since then.
    pub since: DateTime<Utc>,
    /// The call whose caller is written down, wherever it is.
    pub on_line: Option<CallId>,
    /// The log of this local day, and whom to ring back.
    pub log_of: Option<NaiveDate>,
    /// Now and the desk's day, where its figures are asked for too.
    pub figures: Option<(DateTime<Utc>, &'a Day)>,
}

/// A call with who speaks and what came of it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The call.
    pub row: CallRow,
    /// Those the caller's number belongs to, by name, as many as are offered and one more, with their homes; with all their numbers where
    /// it is the one on the line.
    pub people: Vec<Person>,
    /// Its tickets in sight, in the order they were opened: each with its number and what ties it.
    pub tickets: Vec<(TicketId, String, String)>,
}

/// What a desk shows of calls.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// On this agent's screen, oldest first.
    pub mine: Vec<Heard>,
    /// The one asked for, if there is one.
    pub on_line: Option<Heard>,
    /// The day's, newest first.
    pub today: Vec<Heard>,
    /// Whom to ring back, oldest first.
    pub call_backs: Vec<(CallBackRow, Heard)>,
    /// How much there is.
    pub counted: Counted,
}

/// What a desk counts.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// How many people are to be rung back.
    pub call_backs: i64,
    /// How many messages opened no ticket.
    pub unfiled: i64,
    /// The desk's figures; none where they were not asked for.
    pub figures: Figures,
}

/// For which list a call is read.
mod part {
    pub(super) const MINE: i32 = 1;
    pub(super) const ON_LINE: i32 = 2;
    pub(super) const TODAY: i32 = 3;
    pub(super) const CALL_BACKS: i32 = 4;
}

/// A call once for each list it stands on, each of those who may be speaking, their numbers, homes and its tickets; and how much
/// there is, in each row.
type Row = (
    (Option<i32>, Option<Time>, Option<CallRow>, Option<CallBackRow>),
    (Option<ResidentRow>, Option<PhoneRow>, Option<OccupancyRow>),
    (Option<TicketId>, Option<String>, Option<String>),
    Counts,
);

/// People to ring back, messages that opened no ticket, and the figures' text.
type Counts = (i64, i64, Option<String>);

impl Counted {
    fn read((call_backs, unfiled, figures): &Counts) -> Result<Self, StoreError> {
        let figures = figures.as_deref().map(Figures::read).transpose()?.unwrap_or_default();
        Ok(Self { call_backs: *call_backs, unfiled: *unfiled, figures })
    }
}

/// How many rows there are of a community, as a column. Of one that is a value, for it is counted once then and not for each row.
fn count(asked: &Asked<'_>, of: &'static str) -> Fixed<BigInt, impl QueryFragment<MultiBackend> + Send + use<>> {
    fixed("(SELECT count(*) FROM ")
        .sql(of)
        .sql(" AND x.community_id = ")
        .bind::<DbUuid, _>(asked.scope.community)
        .sql(")")
}

/// The columns of [`Counts`].
macro_rules! counts {
    ($db:expr, $asked:expr) => {
        (
            count($asked, "call_back x WHERE x.state = 'open'"),
            count($asked, "message x WHERE x.filing IN ('unfiled', 'waiting')"),
            fixed::<Nullable<Text>>("").query(match $asked.figures {
                Some((now, day)) => Figures::asked($db, $asked.scope, now, day),
                None => Box::new(Literal("NULL".to_owned())),
            }),
        )
    };
}

/// What a desk counts, and how many calls are on this agent's screen.
pub fn counted(db: &mut Db, asked: &Asked<'_>) -> Result<(Counted, i64), StoreError> {
    let on_screen = fixed::<BigInt>("(SELECT count(*) FROM call_pop p WHERE p.closed_at IS NULL AND p.community_id = ")
        .bind::<DbUuid, _>(asked.scope.community)
        .sql(" AND p.user_id = ")
        .bind::<Nullable<DbUuid>, _>(asked.user)
        .sql(" AND p.at > ")
        .bind::<DbTime, _>(Time(asked.since))
        .sql(")");
    let rows: Vec<(Counts, i64)> = fixed::<()>("SELECT ").gives((counts!(db, asked), on_screen)).load(db)?;
    match rows.first() {
        Some((counts, on_screen)) => Ok((Counted::read(counts)?, *on_screen)),
        None => Ok(<(Counted, i64)>::default()),
    }
}

/// The calls, by the list they are read for and when they came there.
fn wanted<'a>(asked: &Asked<'a>) -> Pieces<'a> {
    let community = asked.scope.community;
    let mut parts: Vec<Piece<'a>> = vec![Box::new(
        fixed::<()>("SELECT p.call_id, 1, p.at FROM call_pop p WHERE p.closed_at IS NULL AND p.community_id = ")
            .bind::<DbUuid, _>(community)
            .sql(" AND p.user_id = ")
            .bind::<Nullable<DbUuid>, _>(asked.user)
            .sql(" AND p.at > ")
            .bind::<DbTime, _>(Time(asked.since)),
    )];
    if let Some(call) = asked.on_line {
        parts.push(Box::new(
            fixed::<()>(" UNION ALL SELECT c.id, 2, c.started_at FROM call c WHERE c.community_id = ")
                .bind::<DbUuid, _>(community)
                .sql(" AND c.id = ")
                .bind::<DbUuid, _>(call),
        ));
    }
    if let Some(day) = asked.log_of {
        parts.push(Box::new(
            fixed::<()>(
                " UNION ALL SELECT d.id, 3, d.started_at FROM (SELECT c.id, c.started_at FROM call c WHERE c.community_id = ",
            )
            .bind::<DbUuid, _>(community)
            .sql(" AND c.day = ")
            .bind::<Date, _>(day)
            .sql(" ORDER BY c.day_serial DESC LIMIT ")
            .query(Literal(MOST.to_string()))
            .sql(
                ") d UNION ALL SELECT o.call_id, 4, o.made_at FROM (SELECT b.call_id, b.made_at FROM call_back b \
                 WHERE b.state = 'open' AND b.community_id = ",
            )
            .bind::<DbUuid, _>(community)
            .sql(" ORDER BY b.made_at, b.id LIMIT ")
            .query(Literal(MOST.to_string()))
            .sql(") o"),
        ));
    }
    Pieces(parts)
}

/// The desk's calls, and what it counts.
pub fn screen(db: &mut Db, asked: &Asked<'_>) -> Result<Screen, StoreError> {
    let columns = (
        (
            fixed::<Nullable<Integer>>("wanted.part"),
            fixed::<Nullable<DbTime>>("wanted.at"),
            call::all_columns.nullable(),
            call_back::all_columns.nullable(),
        ),
        (resident::all_columns.nullable(), resident_phone::all_columns.nullable(), occupancy::all_columns.nullable()),
        (
            fixed::<Nullable<DbUuid>>("tied.ticket_id"),
            fixed::<Nullable<Text>>("(")
                .query(lists::number_in_sight(asked.scope, "ticket.id = tied.ticket_id"))
                .sql(")"),
            fixed::<Nullable<Text>>("tied.role"),
        ),
        counts!(db, asked),
    );
    let rows: Vec<Row> = fixed::<()>("WITH wanted (id, part, at) AS (")
        .query(wanted(asked))
        .sql(") SELECT ")
        .gives(columns)
        .sql(
            " FROM community LEFT JOIN wanted ON 1 = 1 \
             LEFT JOIN call ON call.community_id = community.id AND call.id = wanted.id \
             LEFT JOIN call_back ON wanted.part = 4 AND call_back.community_id = community.id \
             AND call_back.call_id = call.id AND call_back.state = 'open' \
             LEFT JOIN resident_phone own ON own.community_id = community.id AND own.whole_hash = call.caller_hash \
             AND own.id IN (SELECT q.id FROM resident_phone q JOIN resident r ON r.community_id = q.community_id \
             AND r.id = q.resident_id WHERE q.community_id = community.id AND q.whole_hash = call.caller_hash \
             ORDER BY r.name, r.id LIMIT ",
        )
        .query(Literal((OFFERED + 1).to_string()))
        .sql(
            ") LEFT JOIN resident ON resident.community_id = community.id AND resident.id = own.resident_id \
             LEFT JOIN resident_phone ON wanted.part = 2 AND resident_phone.community_id = community.id \
             AND resident_phone.resident_id = resident.id \
             LEFT JOIN occupancy ON occupancy.community_id = community.id AND occupancy.resident_id = resident.id \
             AND occupancy.to_day IS NULL \
             LEFT JOIN call_ticket tied ON tied.community_id = community.id AND tied.call_id = call.id \
             WHERE community.id = ",
        )
        .bind::<DbUuid, _>(asked.scope.community)
        .sql(
            " ORDER BY resident.name, resident.id, resident_phone.id, occupancy.from_day DESC, occupancy.id, tied.ticket_id",
        )
        .load(db)?;
    sorted_out(rows)
}

/// The calls on their lists.
fn sorted_out(mut rows: Vec<Row>) -> Result<Screen, StoreError> {
    let mut screen = Screen::default();
    if let Some((.., counts)) = rows.first() {
        screen.counted = Counted::read(counts)?;
    }
    // Those of one call stay in their order.
    rows.sort_by_cached_key(|((part, at, call, back), ..)| {
        let call = call.as_ref().map(|call| {
            let newest_first = Reverse(call.day_serial.filter(|_| *part == Some(part::TODAY)));
            (newest_first, *at, back.as_ref().map(|back| back.id), call.id)
        });
        (*part, call)
    });
    let same = |((a, _, one, _), ..): &Row, ((b, _, other, _), ..): &Row| {
        (a, one.as_ref().map(|call| call.id)) == (b, other.as_ref().map(|call| call.id))
    };
    for of_one in rows.chunk_by(same) {
        let (Some(part), _, Some(row), back) = &of_one[0].0 else { continue };
        let people =
            of_one.iter().filter_map(|(_, (who, phone, home), ..)| Some((who.clone()?, phone.clone(), home.clone())));
        let mut heard = Heard { row: row.clone(), people: gathered(people), tickets: Vec::new() };
        for (.., (id, number, role), _) in of_one {
            let tied = id.zip(number.clone()).zip(role.clone()).map(|((id, number), role)| (id, number, role));
            heard.tickets.extend(tied.filter(|(id, ..)| heard.tickets.iter().all(|(known, ..)| known != id)));
        }
        heard.tickets.sort_unstable_by_key(|(id, ..)| *id);
        match (*part, back) {
            (part::MINE, _) => screen.mine.push(heard),
            (part::ON_LINE, _) => screen.on_line = Some(heard),
            (part::TODAY, _) => screen.today.push(heard),
            (part::CALL_BACKS, Some(back)) => screen.call_backs.push((back.clone(), heard)),
            _ => {}
        }
    }
    Ok(screen)
}
