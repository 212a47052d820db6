//! The call log: calls, what they opened, whose screen they are on, and whom to ring back.

mod pops;
mod screen;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::schema::{call, call_back, call_ticket};
use super::types::{Json, Time};
use crate::domain::call::{Call, CallResult, Direction, Moments};
use crate::domain::ids::{CallBackId, CallId, CommunityId, SourceId, TicketId, UserId};

pub use pops::{CallNews, PopRow, Screens, close_pops, on_screens, pop, tell};
pub use screen::{Asked, Counted, Heard, Screen, counted, screen};

/// A call. The caller's number is sealed for `call.caller` with the row's id.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = call, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(community_id, id))]
pub struct CallRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: CallId,
    /// Who told of it.
    pub source_id: Option<SourceId>,
    /// The source's name for it.
    pub vendor_call_id: Option<String>,
    /// `inbound` or `outbound`.
    pub direction: String,
    /// The caller's number, sealed; empty when withheld.
    pub caller_sealed: Option<Vec<u8>>,
    /// Keyed hash of it.
    pub caller_hash: Option<Vec<u8>>,
    /// Keyed hash of its last four digits.
    pub last_four_hash: Option<Vec<u8>>,
    /// Who took it.
    pub agent_id: Option<UserId>,
    /// The telephone that rang or talks.
    pub extension: Option<String>,
    /// The community's local day.
    pub day: NaiveDate,
    /// The number of the day, counted from 1.
    pub day_serial: Option<i32>,
    /// It came in.
    pub started_at: Time,
    /// It began to wait.
    pub queued_at: Option<Time>,
    /// A telephone rang.
    pub ringing_at: Option<Time>,
    /// Somebody took it.
    pub answered_at: Option<Time>,
    /// It was over.
    pub ended_at: Option<Time>,
    /// Seconds spoken.
    pub talk_seconds: Option<i32>,
    /// How it ended.
    pub result: Option<String>,
    /// The recording offered, as JSON.
    pub recording: Option<Json>,
    /// When `extension` was told.
    pub extension_told_at: Option<Time>,
    /// When someone is to be asked to ring back.
    pub call_back_due_at: Option<Time>,
    /// The weightiest word of the source on how it ended.
    pub said_result: Option<String>,
}

impl CallRow {
    /// The call as the rules see it.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] for a direction or result that does not exist, and for an extension nobody told.
    pub fn call(&self) -> Result<Call, StoreError> {
        let direction = [Direction::Inbound, Direction::Outbound].into_iter().find(|d| d.code() == self.direction);
        let extension = match (self.extension_told_at, &self.extension) {
            (Some(at), Some(extension)) => Some((at.0, extension.clone())),
            (None, None) => None,
            (_, odd) => return Err(StoreError::impossible("call", "extension", self.id, format_args!("{odd:?}"))),
        };
        Ok(Call {
            direction: direction
                .ok_or_else(|| StoreError::impossible("call", "direction", self.id, &self.direction))?,
            moments: Moments {
                started_at: Some(self.started_at.0),
                queued_at: self.queued_at.map(|t| t.0),
                ringing_at: self.ringing_at.map(|t| t.0),
                answered_at: self.answered_at.map(|t| t.0),
                ended_at: self.ended_at.map(|t| t.0),
            },
            said: self.word("said_result", self.said_result.as_deref())?,
            talk_seconds: self.talk_seconds,
            extension,
        })
    }

    /// Writes what the rules say into the row.
    pub fn set_call(&mut self, call: &Call) {
        let Moments { started_at, queued_at, ringing_at, answered_at, ended_at } = call.moments;
        self.started_at = started_at.map_or(self.started_at, Time::from);
        (self.queued_at, self.ringing_at) = (queued_at.map(Time::from), ringing_at.map(Time::from));
        (self.answered_at, self.ended_at) = (answered_at.map(Time::from), ended_at.map(Time::from));
        self.said_result = call.said.map(|said| said.code().to_owned());
        self.result = call.result().map(|result| result.code().to_owned());
        self.talk_seconds = call.talk_seconds;
        let told = call.extension.clone();
        (self.extension_told_at, self.extension) = told.map(|(at, extension)| (Time::from(at), extension)).unzip();
    }

    /// How it ended, checked.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] for a result that does not exist.
    pub fn ended_as(&self) -> Result<Option<CallResult>, StoreError> {
        self.word("result", self.result.as_deref())
    }

    fn word(&self, column: &'static str, code: Option<&str>) -> Result<Option<CallResult>, StoreError> {
        let Some(code) = code else { return Ok(None) };
        let result = CallResult::from_code(code);
        result.map(Some).ok_or_else(|| StoreError::impossible("call", column, self.id, code))
    }
}

/// A call by the source's name for it. On PostgreSQL the row is locked, so that two events of one call are folded one
/// after the other.
pub fn of_vendor(
    db: &mut Db,
    community: CommunityId,
    (source, vendor_call_id): (SourceId, &str),
) -> Result<Option<CallRow>, StoreError> {
    let wanted = call::table
        .filter(call::community_id.eq(community))
        .filter(call::source_id.eq(source))
        .filter(call::vendor_call_id.eq(vendor_call_id));
    Ok(match db {
        Db::Pg(c) => wanted.for_update().first(c).optional()?,
        Db::Sqlite(c) => wanted.first(c).optional()?,
    })
}

/// A call.
pub fn find(db: &mut Db, community: CommunityId, id: CallId) -> Result<Option<CallRow>, StoreError> {
    Ok(call::table.filter(call::community_id.eq(community)).filter(call::id.eq(id)).first(db).optional()?)
}

/// Adds a call.
///
/// # Errors
/// [`StoreError::Unique`] when another event of the call, or another call of the day, came first: fold again.
pub fn insert(db: &mut Db, row: &CallRow) -> Result<(), StoreError> {
    each!(db, c => diesel::insert_into(call::table).values(row).execute(c))?;
    Ok(())
}

/// Writes a call back.
pub fn update(db: &mut Db, row: &CallRow) -> Result<(), StoreError> {
    let same = call::table.filter(call::community_id.eq(row.community_id)).filter(call::id.eq(row.id));
    expect_one(diesel::update(same).set(row).execute(db)?, "call", row.id)
}

/// The last number of the day given out.
pub fn last_serial(db: &mut Db, community: CommunityId, day: NaiveDate) -> Result<i32, StoreError> {
    let last: Option<i32> = call::table
        .filter(call::community_id.eq(community))
        .filter(call::day.eq(day))
        .select(diesel::dsl::max(call::day_serial))
        .first(db)?;
    Ok(last.unwrap_or(0))
}

/// Ties a ticket to a call; the first tie stays.
pub fn tie(
    db: &mut Db,
    (community, call): (CommunityId, CallId),
    ticket: TicketId,
    role: &str,
) -> Result<(), StoreError> {
    let row = (
        call_ticket::community_id.eq(community),
        call_ticket::call_id.eq(call),
        call_ticket::ticket_id.eq(ticket),
        call_ticket::role.eq(role),
    );
    each!(db, c => diesel::insert_into(call_ticket::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Someone to ring back.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = call_back, treat_none_as_default_value = false)]
pub struct CallBackRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: CallBackId,
    /// The call nobody took.
    pub call_id: CallId,
    /// `open`, `done` or `cancelled`.
    pub state: String,
    /// When it was made.
    pub made_at: Time,
    /// When it was done or cancelled.
    pub settled_at: Option<Time>,
    /// By whom; empty for the service itself.
    pub settled_by: Option<UserId>,
}

/// Calls for which someone is to be asked to ring back by now, of all communities.
pub fn wanting_call_back(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<CallRow>, StoreError> {
    Ok(call::table
        .filter(call::call_back_due_at.is_not_null())
        .filter(call::call_back_due_at.le(Time(now)))
        .order(call::call_back_due_at)
        .limit(limit)
        .load(db)?)
}

/// Marks that the call-back of a call was made; says whether it still was to be.
pub fn call_back_made(db: &mut Db, (community, id): (CommunityId, CallId)) -> Result<bool, StoreError> {
    let due = call::table
        .filter(call::community_id.eq(community))
        .filter(call::id.eq(id))
        .filter(call::call_back_due_at.is_not_null());
    Ok(diesel::update(due).set(call::call_back_due_at.eq(None::<Time>)).execute(db)? == 1)
}

/// Sets or clears when someone is to be asked to ring back.
pub fn set_call_back_due(
    db: &mut Db,
    (community, id): (CommunityId, CallId),
    due: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let same = call::table.filter(call::community_id.eq(community)).filter(call::id.eq(id));
    let hit = diesel::update(same).set(call::call_back_due_at.eq(due.map(Time))).execute(db)?;
    expect_one(hit, "call", id)
}

/// Adds a call-back unless the call has one; says whether it was added.
pub fn insert_call_back(db: &mut Db, row: &CallBackRow) -> Result<bool, StoreError> {
    Ok(each!(db, c => diesel::insert_into(call_back::table).values(row).on_conflict_do_nothing().execute(c))? == 1)
}

/// Settles the open call-back of a call; says whether there was one.
pub fn settle_call_back(
    db: &mut Db,
    (community, call): (CommunityId, CallId),
    (state, by): (&str, Option<UserId>),
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let open = call_back::table
        .filter(call_back::community_id.eq(community))
        .filter(call_back::call_id.eq(call))
        .filter(call_back::state.eq("open"));
    let settled = (call_back::state.eq(state), call_back::settled_at.eq(Some(Time(at))), call_back::settled_by.eq(by));
    Ok(diesel::update(open).set(settled).execute(db)? == 1)
}

/// A call-back with its call, open or settled.
pub fn call_back(
    db: &mut Db,
    community: CommunityId,
    id: CallBackId,
) -> Result<Option<(CallBackRow, CallRow)>, StoreError> {
    Ok(call_back::table
        .inner_join(call::table.on(call::community_id.eq(call_back::community_id).and(call::id.eq(call_back::call_id))))
        .filter(call_back::community_id.eq(community))
        .filter(call_back::id.eq(id))
        .select((call_back::all_columns, call::all_columns))
        .first(db)
        .optional()?)
}
