//! A ticket's history, append-only, and the live feed read from it.

use diesel::prelude::*;
use serde::Deserialize;

use super::db::Db;
use super::error::StoreError;
use super::many::insert_all;
use super::schema::event;
use super::types::{Json, Time};
use crate::domain::ids::{ActorId, CommunityId, EventId, TicketId};
use crate::domain::ticket::Event;
use crate::domain::words::Audience;

/// One line of history, to be written.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = event, treat_none_as_default_value = false)]
pub struct NewEvent {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: EventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The ticket's version after the change.
    pub version: i64,
    /// The event's code.
    pub kind: String,
    /// `user`, `token`, `resident` or `system`.
    pub actor_kind: String,
    /// Whose; empty for the service itself.
    pub actor_id: Option<ActorId>,
    /// Who may read it.
    pub audience: Audience,
    /// The event as JSON.
    pub data: Json,
    /// When.
    pub at: Time,
}

/// One line of history, as read.
#[derive(Debug, Clone, Queryable, Deserialize)]
pub struct EventRow {
    /// Order of writing.
    pub seq: i64,
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: EventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The ticket's version after the change.
    pub version: i64,
    /// The event's code.
    pub kind: String,
    /// `user`, `token`, `resident` or `system`.
    pub actor_kind: String,
    /// Whose; empty for the service itself.
    pub actor_id: Option<ActorId>,
    /// Who may read it.
    pub audience: Audience,
    /// The event as JSON.
    pub data: Json,
    /// When.
    pub at: Time,
}

impl EventRow {
    /// The event, checked.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] when the JSON is none of the known events.
    pub fn event(&self) -> Result<Event, StoreError> {
        serde_json::from_value(self.data.0.clone()).map_err(|e| StoreError::impossible("event", "data", self.id, e))
    }
}

/// Appends lines, in order.
pub fn insert(db: &mut Db, rows: &[NewEvent]) -> Result<(), StoreError> {
    insert_all!(db, event::table, rows);
    Ok(())
}

/// A ticket's history, oldest first.
pub fn of_ticket(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Vec<EventRow>, StoreError> {
    Ok(event::table
        .filter(event::community_id.eq(community))
        .filter(event::ticket_id.eq(ticket))
        .order(event::seq)
        .load(db)?)
}
