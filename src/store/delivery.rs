//! Notices on their way to one person each.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::fixed::{fixed, statement};
use super::many::insert_all;
use super::schema::delivery;
use super::types::{DbTime, DbUuid, Time};
use crate::domain::ids::{CommunityId, DeliveryId, HolderId, OutboxId, ReporterId, TicketId, UserId};

/// One notice for one person.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = delivery, treat_none_as_default_value = false)]
pub struct DeliveryRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it; what a receiver de-duplicates by.
    pub id: DeliveryId,
    /// The notice.
    pub outbox_id: OutboxId,
    /// The ticket it tells of.
    pub ticket_id: Option<TicketId>,
    /// Code of the text.
    pub template: String,
    /// For a member of staff.
    pub user_id: Option<UserId>,
    /// For a reporter.
    pub reporter_id: Option<ReporterId>,
    /// `email`, `console` or `reply`.
    pub medium: String,
    /// `due`, `sent`, `kept`, `dropped` or `dead`.
    pub state: String,
    /// Tries begun.
    pub attempts: i32,
    /// Not before.
    pub next_try_at: Time,
    /// Being sent by someone until then.
    pub leased_until: Option<Time>,
    /// By whom: one try, not one process.
    pub leased_by: Option<HolderId>,
    /// When the change was made that it tells of.
    pub noticed_at: Time,
    /// When it came to its end.
    pub settled_at: Option<Time>,
    /// Why the last try failed, or why nothing was sent.
    pub last_error: Option<String>,
}

impl DeliveryRow {
    /// The same, come to its end.
    #[must_use]
    pub fn ended(self, state: &str, why: Option<String>, now: DateTime<Utc>) -> Self {
        Self {
            state: state.to_owned(),
            last_error: why,
            settled_at: Some(Time(now)),
            leased_until: None,
            leased_by: None,
            ..self
        }
    }

    /// The same, to be tried at `at`; nobody holds it.
    #[must_use]
    pub fn due(self, attempts: i32, at: DateTime<Utc>, why: Option<String>) -> Self {
        Self {
            state: "due".to_owned(),
            attempts,
            next_try_at: Time(at),
            last_error: why,
            settled_at: None,
            leased_until: None,
            leased_by: None,
            ..self
        }
    }
}

/// Enters deliveries, but for people who are told the same already; how many.
pub fn insert(db: &mut Db, rows: &[DeliveryRow]) -> Result<usize, StoreError> {
    Ok(insert_all!(db, delivery::table, rows, or_nothing))
}

/// Deliveries to be tried now that nobody is trying, longest due first.
pub fn due(db: &mut Db, now: DateTime<Utc>, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(delivery::table
        .filter(fixed::<Bool>("delivery.state = 'due'"))
        .filter(delivery::next_try_at.le(Time(now)))
        .filter(delivery::leased_until.is_null().or(delivery::leased_until.le(Some(Time(now)))))
        .order(delivery::next_try_at)
        .limit(limit)
        .load(db)?)
}

/// A delivery by its key.
pub fn find(db: &mut Db, community: CommunityId, id: DeliveryId) -> Result<Option<DeliveryRow>, StoreError> {
    let this = delivery::table.filter(delivery::community_id.eq(community)).filter(delivery::id.eq(id));
    Ok(this.first(db).optional()?)
}

/// The statement up to the row's key.
macro_rules! written {
    ($row:expr) => {
        statement("UPDATE delivery SET medium = ")
            .bind::<Text, _>(&$row.medium)
            .sql(", state = ")
            .bind::<Text, _>(&$row.state)
            .sql(", attempts = ")
            .bind::<Integer, _>($row.attempts)
            .sql(", next_try_at = ")
            .bind::<DbTime, _>($row.next_try_at)
            .sql(", leased_until = ")
            .bind::<Nullable<DbTime>, _>($row.leased_until)
            .sql(", leased_by = ")
            .bind::<Nullable<DbUuid>, _>($row.leased_by)
            .sql(", settled_at = ")
            .bind::<Nullable<DbTime>, _>($row.settled_at)
            .sql(", last_error = ")
            .bind::<Nullable<Text>, _>(&$row.last_error)
            .sql(" WHERE community_id = ")
            .bind::<DbUuid, _>($row.community_id)
            .sql(" AND id = ")
            .bind::<DbUuid, _>($row.id)
    };
}

/// Writes how a delivery stands: state, tries, lease, end and cause.
pub fn update(db: &mut Db, row: &DeliveryRow) -> Result<(), StoreError> {
    let hit = written!(row).execute(db)?;
    expect_one(hit, "delivery", row.id)
}

/// The same of one that was read as due after so many tries and that nobody was trying, unless somebody has taken it since;
/// whether nobody had.
pub fn take(db: &mut Db, row: &DeliveryRow, tries: i32, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let hit = written!(row)
        .sql(" AND state = 'due' AND attempts = ")
        .bind::<Integer, _>(tries)
        .sql(" AND (leased_until IS NULL OR leased_until <= ")
        .bind::<DbTime, _>(Time(now))
        .sql(")")
        .execute(db)?;
    Ok(hit > 0)
}

/// Deliveries given up, latest first.
pub fn dead(db: &mut Db, community: CommunityId, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(delivery::table
        .filter(delivery::community_id.eq(community))
        .filter(fixed::<Bool>("delivery.state = 'dead'"))
        .order((delivery::settled_at.desc(), delivery::id.desc()))
        .limit(limit)
        .load(db)?)
}

/// Everything that was told of a ticket, in order.
pub fn of_ticket(db: &mut Db, community: CommunityId, ticket: TicketId) -> Result<Vec<DeliveryRow>, StoreError> {
    Ok(delivery::table
        .filter(delivery::community_id.eq(community))
        .filter(delivery::ticket_id.eq(ticket))
        .order((delivery::noticed_at, delivery::id))
        .load(db)?)
}
