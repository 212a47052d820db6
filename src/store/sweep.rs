//! What is due to be told, and how far each clock, hold and offer has climbed.
//!
//! A mark is written by compare-and-set in the transaction that writes history and outbox, so of several sweeps one tells.
//! The conditions of the three look-ups are those of the partial indexes, word for word: a sweep reads what is due, never
//! all open work.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::escalation::ClockRow;
use super::schema::{community, escalation, ticket, ticket_clock, ticket_hold};
use super::types::{DbTime, DbUuid, Time};
use crate::domain::ids::{CommunityId, EscalationId, HoldId, TicketId};
use crate::domain::words::{EscalationState, Status};

/// A ticket with something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct DueTicket {
    /// The community.
    #[diesel(sql_type = DbUuid)]
    pub community_id: CommunityId,
    /// The ticket.
    #[diesel(sql_type = DbUuid)]
    pub ticket_id: TicketId,
}

/// Clocks of which something is to be told: running, with a limit, not standing still before it.
pub const CLOCKS_DUE: &str = "SELECT community_id, ticket_id FROM ticket_clock \
     WHERE stopped_at IS NULL AND due_at IS NOT NULL AND told < 4 AND (paused_at IS NULL OR paused_at >= due_at) \
     AND coalesce(next_at, warn_at) <= $1 ORDER BY coalesce(next_at, warn_at) LIMIT $2";

/// Holds under way that someone should have looked at.
pub const HOLDS_DUE: &str = "SELECT community_id, ticket_id FROM ticket_hold WHERE ended_at IS NULL AND told < 3 \
     AND coalesce(next_at, review_at) <= $1 ORDER BY coalesce(next_at, review_at) LIMIT $2";

/// Offers the other side should have answered.
pub const OFFERS_DUE: &str = "SELECT community_id, ticket_id FROM escalation WHERE state = 'offered' AND told < 3 \
     AND coalesce(next_at, answer_by) <= $1 ORDER BY coalesce(next_at, answer_by) LIMIT $2";

/// The tickets one of the look-ups above finds, longest due first; one that has several things due stands there several
/// times.
pub fn due(db: &mut Db, query: &'static str, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueTicket>, StoreError> {
    Ok(each!(db, c => diesel::sql_query(query)
        .bind::<DbTime, _>(Time(now))
        .bind::<BigInt, _>(limit)
        .load(c))?)
}

/// Every community with its time zone, for whoever needs its local date.
pub fn zones(db: &mut Db) -> Result<Vec<(CommunityId, String)>, StoreError> {
    Ok(community::table.select((community::id, community::time_zone)).order(community::id).load(db)?)
}

/// Deferred tickets of a community whose review day has come, longest due first.
pub fn reviews_due(
    db: &mut Db,
    community: CommunityId,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<DueTicket>, StoreError> {
    let rows: Vec<(CommunityId, TicketId)> = ticket::table
        .filter(ticket::community_id.eq(community))
        .filter(ticket::review_on.le(today))
        .filter(ticket::status.eq(Status::Done))
        .order((ticket::review_on, ticket::id))
        .select((ticket::community_id, ticket::id))
        .limit(limit)
        .load(db)?;
    Ok(rows.into_iter().map(|(community_id, ticket_id)| DueTicket { community_id, ticket_id }).collect())
}

/// Keeps everyone else from changing the ticket until the transaction ends; `false` when someone is changing it right now,
/// or it is gone. On SQLite the one writer has it anyway.
pub fn lock(db: &mut Db, of: DueTicket) -> Result<bool, StoreError> {
    let Db::Pg(c) = db else { return Ok(true) };
    let row: Option<TicketId> = ticket::table
        .filter(ticket::community_id.eq(of.community_id))
        .filter(ticket::id.eq(of.ticket_id))
        .select(ticket::id)
        .for_no_key_update()
        .skip_locked()
        .first(c)
        .optional()?;
    Ok(row.is_some())
}

/// How far something has climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Steps told.
    pub told: i16,
    /// When the next comes up; empty while none was told, and at the top.
    pub next_at: Option<Time>,
    /// When the last was told.
    pub told_at: Option<Time>,
}

/// The three columns, in order.
type Columns = (i16, Option<Time>, Option<Time>);

impl From<Columns> for Mark {
    fn from((told, next_at, told_at): Columns) -> Self {
        Self { told, next_at, told_at }
    }
}

/// The running clocks of a ticket that have a limit and do not stand still before it, with how far each has climbed.
pub fn clocks(db: &mut Db, of: DueTicket) -> Result<Vec<(ClockRow, Mark)>, StoreError> {
    let rows: Vec<(ClockRow, Columns)> = ticket_clock::table
        .filter(ticket_clock::community_id.eq(of.community_id))
        .filter(ticket_clock::ticket_id.eq(of.ticket_id))
        .filter(ticket_clock::stopped_at.is_null())
        .filter(ticket_clock::due_at.is_not_null())
        .filter(ticket_clock::paused_at.is_null().or(ticket_clock::paused_at.ge(ticket_clock::due_at)))
        .order((ticket_clock::started_at, ticket_clock::id))
        .select((ClockRow::as_select(), (ticket_clock::told, ticket_clock::next_at, ticket_clock::told_at)))
        .load(db)?;
    Ok(rows.into_iter().map(|(row, mark)| (row, mark.into())).collect())
}

/// Moves a clock's mark, if nobody moved it or the clock meanwhile; says whether it did.
pub fn mark_clock(db: &mut Db, row: &ClockRow, was: Mark, mark: Mark) -> Result<bool, StoreError> {
    let hit = diesel::update(ticket_clock::table)
        .filter(ticket_clock::community_id.eq(row.community_id))
        .filter(ticket_clock::ticket_id.eq(row.ticket_id))
        .filter(ticket_clock::id.eq(row.id))
        .filter(ticket_clock::told.eq(was.told))
        .filter(ticket_clock::due_at.eq(row.due_at))
        .filter(ticket_clock::stopped_at.is_null())
        .set((
            ticket_clock::told.eq(mark.told),
            ticket_clock::next_at.eq(mark.next_at),
            ticket_clock::told_at.eq(mark.told_at),
        ))
        .execute(db)?;
    Ok(hit == 1)
}

/// A clock whose limit moved begins anew.
pub fn forget_clock(db: &mut Db, row: &ClockRow) -> Result<(), StoreError> {
    let hit = diesel::update(ticket_clock::table)
        .filter(ticket_clock::community_id.eq(row.community_id))
        .filter(ticket_clock::ticket_id.eq(row.ticket_id))
        .filter(ticket_clock::id.eq(row.id))
        .set((ticket_clock::told.eq(0), ticket_clock::next_at.eq(None::<Time>), ticket_clock::told_at.eq(None::<Time>)))
        .execute(db)?;
    expect_one(hit, "ticket_clock", row.id)
}

/// Another class has another patience: when the next step of the ticket's hold and offer comes up is worked out anew.
pub fn recount(db: &mut Db, community: CommunityId, id: TicketId) -> Result<(), StoreError> {
    diesel::update(ticket_hold::table)
        .filter(ticket_hold::community_id.eq(community))
        .filter(ticket_hold::ticket_id.eq(id))
        .filter(ticket_hold::ended_at.is_null())
        .set(ticket_hold::next_at.eq(None::<Time>))
        .execute(db)?;
    diesel::update(escalation::table)
        .filter(escalation::community_id.eq(community))
        .filter(escalation::ticket_id.eq(id))
        .filter(escalation::state.eq(EscalationState::Offered))
        .set(escalation::next_at.eq(None::<Time>))
        .execute(db)?;
    Ok(())
}

/// How far a hold under way has climbed.
pub fn hold_mark(db: &mut Db, community: CommunityId, id: HoldId) -> Result<Mark, StoreError> {
    let mark: Columns = ticket_hold::table
        .filter(ticket_hold::community_id.eq(community))
        .filter(ticket_hold::id.eq(id))
        .select((ticket_hold::told, ticket_hold::next_at, ticket_hold::told_at))
        .first(db)?;
    Ok(mark.into())
}

/// Moves a hold's mark, if nobody moved it or ended the hold meanwhile; says whether it did.
pub fn mark_hold(
    db: &mut Db,
    (community, id): (CommunityId, HoldId),
    was: Mark,
    mark: Mark,
) -> Result<bool, StoreError> {
    let hit = diesel::update(ticket_hold::table)
        .filter(ticket_hold::community_id.eq(community))
        .filter(ticket_hold::id.eq(id))
        .filter(ticket_hold::told.eq(was.told))
        .filter(ticket_hold::ended_at.is_null())
        .set((
            ticket_hold::told.eq(mark.told),
            ticket_hold::next_at.eq(mark.next_at),
            ticket_hold::told_at.eq(mark.told_at),
        ))
        .execute(db)?;
    Ok(hit == 1)
}

/// How far an offer has climbed.
pub fn offer_mark(db: &mut Db, community: CommunityId, id: EscalationId) -> Result<Mark, StoreError> {
    let mark: Columns = escalation::table
        .filter(escalation::community_id.eq(community))
        .filter(escalation::id.eq(id))
        .select((escalation::told, escalation::next_at, escalation::told_at))
        .first(db)?;
    Ok(mark.into())
}

/// Moves an offer's mark, if nobody moved it or answered meanwhile; says whether it did.
pub fn mark_offer(
    db: &mut Db,
    (community, id): (CommunityId, EscalationId),
    was: Mark,
    mark: Mark,
) -> Result<bool, StoreError> {
    let hit = diesel::update(escalation::table)
        .filter(escalation::community_id.eq(community))
        .filter(escalation::id.eq(id))
        .filter(escalation::told.eq(was.told))
        .filter(escalation::state.eq(EscalationState::Offered))
        .set((
            escalation::told.eq(mark.told),
            escalation::next_at.eq(mark.next_at),
            escalation::told_at.eq(mark.told_at),
        ))
        .execute(db)?;
    Ok(hit == 1)
}
