//! Emergencies that ring until someone says by name that it was heard.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::StoreError;
use super::lists;
use super::schema::alarm;
use super::ticket::TicketRow;
use super::types::Time;
use crate::domain::ids::{AlarmId, CommunityId, TicketId, UserId};
use crate::domain::scope::Scope;

/// One alarm.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = alarm, treat_none_as_default_value = false)]
pub struct AlarmRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: AlarmId,
    /// The emergency.
    pub ticket_id: TicketId,
    /// Since when it rings.
    pub raised_at: Time,
    /// Who heard it.
    pub acknowledged_by: Option<UserId>,
    /// When.
    pub acknowledged_at: Option<Time>,
}

/// Raises an alarm, unless one rings for this ticket already.
pub fn insert(db: &mut Db, row: &AlarmRow) -> Result<(), StoreError> {
    each!(db, c => diesel::insert_into(alarm::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Those that ring for tickets in sight that are still open, oldest first, each with its ticket.
pub fn ringing(db: &mut Db, scope: &Scope) -> Result<Vec<(AlarmRow, TicketRow)>, StoreError> {
    let open: Vec<AlarmRow> = alarm::table
        .filter(alarm::community_id.eq(scope.community))
        .filter(alarm::acknowledged_at.is_null())
        .order((alarm::raised_at, alarm::id))
        .load(db)?;
    let ids: Vec<TicketId> = open.iter().map(|row| row.ticket_id).collect();
    let tickets = lists::emergencies(db, scope, &ids)?;
    let mut tickets: HashMap<TicketId, TicketRow> = tickets.into_iter().map(|row| (row.id, row)).collect();
    let with = |row: AlarmRow| tickets.remove(&row.ticket_id).map(|ticket| (row, ticket));
    Ok(open.into_iter().filter_map(with).take(20).collect())
}

/// An alarm by its key.
pub fn find(db: &mut Db, community: CommunityId, id: AlarmId) -> Result<Option<AlarmRow>, StoreError> {
    let this = alarm::table.filter(alarm::community_id.eq(community)).filter(alarm::id.eq(id));
    Ok(this.first(db).optional()?)
}

/// Says who heard it; whether this was the first to say so.
pub fn acknowledge(db: &mut Db, row: &AlarmRow, by: UserId, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let this = alarm::table
        .filter(alarm::community_id.eq(row.community_id))
        .filter(alarm::id.eq(row.id))
        .filter(alarm::acknowledged_at.is_null());
    let set = (alarm::acknowledged_by.eq(Some(by)), alarm::acknowledged_at.eq(Some(Time(at))));
    Ok(diesel::update(this).set(set).execute(db)? > 0)
}
