//! Emergencies that ring until someone says by name that it was heard.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::StoreError;
use super::schema::alarm;
use super::types::Time;
use crate::domain::ids::{AlarmId, CommunityId, TicketId, UserId};

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
