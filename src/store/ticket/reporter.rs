//! People's ties to a ticket.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;

use crate::domain::ids::{CommunityId, IdentityId, ReporterId, ResidentId, TicketId};
use crate::domain::ticket::Reporter;
use crate::domain::words::ReporterRole;
use crate::store::db::{Db, each};
use crate::store::error::{StoreError, expect_one};
use crate::store::schema::ticket_reporter;
use crate::store::types::Time;

/// A person's tie to a ticket, column by column.
#[derive(Debug, Clone, Queryable, Insertable, Deserialize)]
#[diesel(table_name = ticket_reporter, treat_none_as_default_value = false)]
pub struct ReporterRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: ReporterId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// First, also, proxy.
    pub role: ReporterRole,
    /// Who, when the register knows them.
    pub resident_id: Option<ResidentId>,
    /// Through which channel account.
    pub identity_id: Option<IdentityId>,
    /// The name given.
    pub name: Option<String>,
    /// The number to ring, sealed.
    #[serde(deserialize_with = "crate::store::gather::bytes")]
    pub phone_sealed: Option<Vec<u8>>,
    /// Keyed hash of the number.
    #[serde(deserialize_with = "crate::store::gather::bytes")]
    pub phone_hash: Option<Vec<u8>>,
    /// Took it back.
    pub left_at: Option<Time>,
    /// Last counted nudge.
    pub last_nudge_at: Option<Time>,
    /// When they said it.
    pub created_at: Time,
}

impl ReporterRow {
    /// The reporter as the rules see it.
    pub fn reporter(&self) -> Reporter {
        Reporter {
            id: self.id,
            role: self.role,
            left: self.left_at.is_some(),
            last_nudge_at: self.last_nudge_at.map(|t| t.0),
        }
    }
}

/// Adds a reporter.
pub fn insert_reporter(db: &mut Db, row: &ReporterRow) -> Result<(), StoreError> {
    each!(db, c => diesel::insert_into(ticket_reporter::table).values(row).execute(c))?;
    Ok(())
}

/// Everyone tied to a ticket, the first one first.
pub fn reporters(db: &mut Db, community: CommunityId, id: TicketId) -> Result<Vec<ReporterRow>, StoreError> {
    Ok(ticket_reporter::table
        .filter(ticket_reporter::community_id.eq(community))
        .filter(ticket_reporter::ticket_id.eq(id))
        .order((ticket_reporter::created_at, ticket_reporter::id))
        .load(db)?)
}

/// A reporter left.
pub fn reporter_left(db: &mut Db, community: CommunityId, id: ReporterId, at: DateTime<Utc>) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket_reporter::table.filter(ticket_reporter::community_id.eq(community)).filter(ticket_reporter::id.eq(id)),
    )
    .set(ticket_reporter::left_at.eq(Time(at)))
    .execute(db)?;
    expect_one(hit, "ticket_reporter", id)
}

/// A reporter's nudge was counted.
pub fn reporter_nudged(
    db: &mut Db,
    community: CommunityId,
    id: ReporterId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let hit = diesel::update(
        ticket_reporter::table.filter(ticket_reporter::community_id.eq(community)).filter(ticket_reporter::id.eq(id)),
    )
    .set(ticket_reporter::last_nudge_at.eq(Time(at)))
    .execute(db)?;
    expect_one(hit, "ticket_reporter", id)
}
