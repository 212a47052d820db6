//! People's words: rows apart from history, so that they can be redacted.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Deserialize;

use super::db::Db;
use super::error::StoreError;
use super::many::insert_all;
use super::schema::text_row;
use super::types::Time;
use crate::domain::ids::{CommunityId, EventId, TextId, TicketId};
use crate::domain::words::Audience;

/// Words someone said or wrote.
#[derive(Debug, Clone, Queryable, Insertable, Deserialize)]
#[diesel(table_name = text_row, treat_none_as_default_value = false)]
pub struct TextRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: TextId,
    /// The ticket they belong to.
    pub ticket_id: Option<TicketId>,
    /// The line of history they belong to.
    pub event_id: Option<EventId>,
    /// What they are for: a code of `domain::ticket::WordsPurpose`, or `message`.
    pub purpose: String,
    /// Which desks may read them.
    pub audience: Audience,
    /// The resident may read them too.
    pub resident_reads: bool,
    /// Verbatim.
    pub body: String,
    /// When.
    pub created_at: Time,
    /// Taken out since, at the person's wish.
    pub redacted_at: Option<Time>,
}

/// Keeps words.
pub fn insert(db: &mut Db, rows: &[TextRow]) -> Result<(), StoreError> {
    insert_all!(db, text_row::table, rows);
    Ok(())
}

/// The words with these ids.
pub fn bodies(db: &mut Db, community: CommunityId, ids: &[TextId]) -> Result<HashMap<TextId, String>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(text_row::table
        .filter(text_row::community_id.eq(community))
        .filter(text_row::id.eq_any(ids))
        .select((text_row::id, text_row::body))
        .load::<(TextId, String)>(db)?
        .into_iter()
        .collect())
}

/// Every word that belongs to a ticket's history, oldest first.
pub fn of_ticket(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Vec<TextRow>, StoreError> {
    Ok(text_row::table
        .filter(text_row::community_id.eq(community))
        .filter(text_row::ticket_id.eq(ticket))
        .order((text_row::created_at, text_row::id))
        .load(db)?)
}
