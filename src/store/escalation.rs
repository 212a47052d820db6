//! Crossings between the platforms, holds, and clocks: the facts beside a ticket's row.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::many::insert_all;
use super::schema::{escalation, ticket_clock, ticket_hold};
use super::types::Time;
use crate::domain::escalation::Escalation;
use crate::domain::ids::{ClockId, CommunityId, EscalationId, HoldId, TextId, TicketId, UserId};
use crate::domain::ticket::Hold;
use crate::domain::words::{ClockKind, EscalationState, Platform, Queue};

/// A crossing, column by column.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Deserialize)]
#[diesel(table_name = escalation, treat_none_as_default_value = false)]
#[allow(missing_docs)] // the columns are those of `domain::escalation::Escalation`
pub struct EscalationRow {
    pub community_id: CommunityId,
    pub id: EscalationId,
    pub ticket_id: TicketId,
    pub from_platform: Platform,
    pub to_platform: Platform,
    pub state: EscalationState,
    pub reason_id: TextId,
    pub tried_id: Option<TextId>,
    pub asked_id: Option<TextId>,
    /// Why it was returned, or what was done.
    pub answer_id: Option<TextId>,
    pub answer_by: Option<Time>,
    pub left_queue: Option<Queue>,
    pub left_worker_id: Option<UserId>,
    pub offered_at: Time,
    pub accepted_at: Option<Time>,
    pub closed_at: Option<Time>,
}

impl EscalationRow {
    /// The crossing as the rules see it.
    pub fn escalation(&self) -> Escalation {
        Escalation {
            id: self.id,
            from: self.from_platform,
            state: self.state,
            offered_at: self.offered_at.0,
            answer_by: self.answer_by.map_or(self.offered_at.0, |t| t.0),
            answered_at: self.accepted_at.or(self.closed_at).map(|t| t.0),
            concluded_at: self.closed_at.filter(|_| self.state == EscalationState::Concluded).map(|t| t.0),
            left_queue: self.left_queue,
        }
    }
}

/// Adds a crossing.
pub fn insert(db: &mut Db, row: &EscalationRow) -> Result<(), StoreError> {
    diesel::insert_into(escalation::table).values(row).execute(db)?;
    Ok(())
}

/// When a crossing was accepted and when it ended, as its row says.
pub fn answered(row: &Escalation) -> (Option<Time>, Option<Time>) {
    let closed = match row.state {
        EscalationState::Offered | EscalationState::Accepted => None,
        EscalationState::Concluded => row.concluded_at,
        EscalationState::Returned | EscalationState::Recalled => row.answered_at,
    };
    let accepted = match row.state {
        EscalationState::Accepted | EscalationState::Concluded => row.answered_at,
        _ => None,
    };
    (accepted.map(Time), closed.map(Time))
}

/// Writes where a crossing stands; `answer` are the words of a return or conclusion.
pub fn update(db: &mut Db, community: CommunityId, row: &Escalation, answer: Option<TextId>) -> Result<(), StoreError> {
    let (accepted, closed) = answered(row);
    let target = escalation::table.filter(escalation::community_id.eq(community)).filter(escalation::id.eq(row.id));
    let hit = diesel::update(target)
        .set((
            escalation::state.eq(row.state),
            escalation::left_queue.eq(row.left_queue),
            escalation::accepted_at.eq(accepted),
            escalation::closed_at.eq(closed),
        ))
        .execute(db)?;
    expect_one(hit, "escalation", row.id)?;
    if let Some(answer) = answer {
        let target = escalation::table.filter(escalation::community_id.eq(community)).filter(escalation::id.eq(row.id));
        let hit = diesel::update(target).set(escalation::answer_id.eq(answer)).execute(db)?;
        expect_one(hit, "escalation", row.id)?;
    }
    Ok(())
}

/// Adds a hold.
pub fn insert_hold(
    db: &mut Db,
    (community, ticket): (CommunityId, TicketId),
    hold: &Hold,
    reason: TextId,
) -> Result<(), StoreError> {
    diesel::insert_into(ticket_hold::table)
        .values((
            ticket_hold::community_id.eq(community),
            ticket_hold::id.eq(hold.id),
            ticket_hold::ticket_id.eq(ticket),
            ticket_hold::reason_id.eq(reason),
            ticket_hold::review_at.eq(Time(hold.review_at)),
            ticket_hold::began_at.eq(Time(hold.since)),
        ))
        .execute(db)?;
    Ok(())
}

/// Ends a hold.
pub fn lift_hold(db: &mut Db, community: CommunityId, id: HoldId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let hit = diesel::update(ticket_hold::table)
        .filter(ticket_hold::community_id.eq(community))
        .filter(ticket_hold::id.eq(id))
        .filter(ticket_hold::ended_at.is_null())
        .set(ticket_hold::ended_at.eq(Time(at)))
        .execute(db)?;
    expect_one(hit, "ticket_hold", id)
}

/// The hold under way on a ticket, with its reason's row.
pub fn hold(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Option<(Hold, TextId)>, StoreError> {
    let row: Option<(HoldId, Time, Time, TextId)> = ticket_hold::table
        .filter(ticket_hold::community_id.eq(community))
        .filter(ticket_hold::ticket_id.eq(ticket))
        .filter(ticket_hold::ended_at.is_null())
        .select((ticket_hold::id, ticket_hold::began_at, ticket_hold::review_at, ticket_hold::reason_id))
        .first(db)
        .optional()?;
    Ok(row.map(|(id, since, review_at, reason)| (Hold { id, since: since.0, review_at: review_at.0 }, reason)))
}

/// One of a ticket's clocks, column by column but for how far it climbed: that is the sweeps' own ([`super::sweep`]), so
/// that a verb writing a clock back does not undo it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Deserialize)]
#[diesel(table_name = ticket_clock, treat_none_as_default_value = false, treat_none_as_null = true, primary_key(community_id, ticket_id, id))]
pub struct ClockRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: ClockId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// What it waits for.
    pub kind: ClockKind,
    /// Whose time it is.
    pub platform: Platform,
    /// The queue, for the time spent in one.
    pub queue: Option<Queue>,
    /// The limit it started with, such as `24h`; copied, so that changing a class changes new ones only.
    pub limit_text: Option<String>,
    /// When it began.
    pub started_at: Time,
    /// When it runs out.
    pub due_at: Option<Time>,
    /// When it warns.
    pub warn_at: Option<Time>,
    /// Stands still since.
    pub paused_at: Option<Time>,
    /// Microseconds it stood still before.
    pub paused_us: i64,
    /// When it ended.
    pub stopped_at: Option<Time>,
    /// Whether what it waited for happened in time; empty when it was called off.
    pub met: Option<bool>,
}

/// The clock a list shows of a ticket: the running finish clock of the platform that must act, else of the one that answers; of
/// a done ticket, the one that ended last. Clocks of one moment are told apart by their ids, lest two readers choose two.
pub fn shown<'a>(
    clocks: impl Iterator<Item = &'a ClockRow> + Clone,
    (holder, lead): (Platform, Platform),
) -> Option<&'a ClockRow> {
    let finish = clocks.filter(|row| row.kind == ClockKind::Finish);
    let running = finish.clone().filter(|row| row.stopped_at.is_none());
    running
        .min_by_key(|row| (row.platform != holder, row.started_at, row.id))
        .or_else(|| finish.max_by_key(|row| (row.stopped_at, row.platform == lead, row.started_at, row.id)))
}

/// Starts clocks.
pub fn insert_clocks(db: &mut Db, rows: &[ClockRow]) -> Result<(), StoreError> {
    insert_all!(db, ticket_clock::table, rows);
    Ok(())
}

/// Writes a clock back.
pub fn update_clock(db: &mut Db, row: &ClockRow) -> Result<(), StoreError> {
    let hit = diesel::update(ticket_clock::table)
        .filter(ticket_clock::community_id.eq(row.community_id))
        .filter(ticket_clock::ticket_id.eq(row.ticket_id))
        .filter(ticket_clock::id.eq(row.id))
        .set(row)
        .execute(db)?;
    expect_one(hit, "ticket_clock", row.id)
}
