//! What was understood of a ticket's words.

use diesel::prelude::*;
use serde::Deserialize;

use crate::domain::ids::{CommunityId, TicketId};
use crate::store::db::{Db, each};
use crate::store::error::StoreError;
use crate::store::schema::understanding;
use crate::store::types::Json;

/// What the classifier made of the words.
#[derive(Debug, Clone, Queryable, Insertable, Deserialize)]
#[diesel(table_name = understanding, treat_none_as_default_value = false)]
pub struct UnderstandingRow {
    /// The community.
    pub community_id: CommunityId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Best category.
    pub category: Option<String>,
    /// From 0 to 1.
    pub confidence: f64,
    /// Kind of emergency, by the catalogue's code.
    pub emergency: Option<String>,
    /// The resident's words it went by: an array of strings.
    pub words: Json,
    /// Ranked suggestions, as `domain::view::Suggested` serialises.
    pub suggestions: Json,
}

/// Keeps what the classifier made of the words.
pub fn insert_understanding(db: &mut Db, row: &UnderstandingRow) -> Result<(), StoreError> {
    each!(db, c => diesel::insert_into(understanding::table).values(row).execute(c))?;
    Ok(())
}

/// What the classifier made of a ticket's words.
pub fn understanding(
    db: &mut Db,
    community: CommunityId,
    id: TicketId,
) -> Result<Option<UnderstandingRow>, StoreError> {
    let this =
        understanding::table.filter(understanding::community_id.eq(community)).filter(understanding::ticket_id.eq(id));
    Ok(this.first(db).optional()?)
}
