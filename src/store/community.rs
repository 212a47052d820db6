//! A community and its settings: queues, urgency classes, categories, calendar, office hours.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::StoreError;
use super::schema::{calendar_day, category, community, contractor, office_hours, queue, urgency_class};
use super::types::Time;
use crate::domain::ids::{CommunityId, ContractorId};
use crate::domain::words::{Kind, Platform, Queue, Urgency};

/// A tenant.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = community)]
pub struct CommunityRow {
    /// Primary key.
    pub id: CommunityId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Days after done within which a ticket may be reopened.
    pub reopen_days: i32,
    /// Its own catalogue, TOML; empty for the shipped one.
    pub catalogue: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// A queue's settings.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = queue)]
pub struct QueueRow {
    /// The community.
    pub community_id: CommunityId,
    /// Which queue.
    pub code: Queue,
    /// Whose.
    pub platform: Platform,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Takes routine requests from either desk.
    pub accepts_directly: bool,
}

/// Limits of an urgency class, as texts such as `24h` or `7d`.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = urgency_class)]
pub struct ClassRow {
    /// The community.
    pub community_id: CommunityId,
    /// Which class.
    pub code: Urgency,
    /// First contact.
    pub contact_limit: String,
    /// Someone on site.
    pub on_site_limit: Option<String>,
    /// Finished.
    pub finish_limit: String,
    /// Minutes before the end at which it warns.
    pub warn_before_minutes: i32,
}

/// A category of the catalogue, as pages list it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = category)]
#[allow(missing_docs)] // the fields are those of `domain::routing::Category`
pub struct CategoryRow {
    pub community_id: CommunityId,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub queue: Queue,
    pub kind: Kind,
    pub urgency: Urgency,
    pub paid: bool,
    /// Order on pages.
    pub position: i32,
    pub retired_at: Option<Time>,
}

/// A day that differs from the plain week.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_day)]
pub struct DayRow {
    /// The community.
    pub community_id: CommunityId,
    /// The local day.
    pub day: NaiveDate,
    /// `holiday` or `workday`.
    pub kind: String,
    /// Why.
    pub note: String,
}

/// A stretch in which a desk is manned.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = office_hours)]
pub struct HoursRow {
    /// The community.
    pub community_id: CommunityId,
    /// Whose desk.
    pub platform: Platform,
    /// Monday = 1.
    pub weekday: i32,
    /// Minutes from local midnight.
    pub opens_minute: i32,
    /// Minutes from local midnight.
    pub closes_minute: i32,
}

/// A community with everything set up for it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The row itself.
    pub community: CommunityRow,
    /// Its five queues.
    pub queues: Vec<QueueRow>,
    /// Its four classes.
    pub classes: Vec<ClassRow>,
    /// Its categories, in order.
    pub categories: Vec<CategoryRow>,
    /// Its special days.
    pub days: Vec<DayRow>,
    /// Its desks' hours.
    pub hours: Vec<HoursRow>,
}

/// Writes a community with everything it needs, so that its doors work at once.
///
/// # Errors
/// [`StoreError::Unique`] on `community.slug` when the name is taken.
pub fn insert(db: &mut Db, whole: &Whole) -> Result<(), StoreError> {
    diesel::insert_into(community::table).values(&whole.community).execute(db)?;
    each!(db, c => {
        diesel::insert_into(queue::table).values(&whole.queues).execute(c)?;
        diesel::insert_into(urgency_class::table).values(&whole.classes).execute(c)?;
        diesel::insert_into(category::table).values(&whole.categories).execute(c)?;
        diesel::insert_into(calendar_day::table).values(&whole.days).execute(c)?;
        diesel::insert_into(office_hours::table).values(&whole.hours).execute(c)?;
    });
    Ok(())
}

/// Adds a partner company.
///
/// # Errors
/// [`StoreError::ForeignKey`] when there is no such community.
pub fn insert_contractor(db: &mut Db, community: CommunityId, id: ContractorId, name: &str) -> Result<(), StoreError> {
    diesel::insert_into(contractor::table)
        .values((contractor::community_id.eq(community), contractor::id.eq(id), contractor::name.eq(name)))
        .execute(db)?;
    Ok(())
}

/// The partner company of this name.
///
/// # Errors
/// [`StoreError`].
pub fn contractor(db: &mut Db, community: CommunityId, name: &str) -> Result<Option<ContractorId>, StoreError> {
    Ok(contractor::table
        .filter(contractor::community_id.eq(community))
        .filter(contractor::name.eq(name))
        .filter(contractor::retired_at.is_null())
        .select(contractor::id)
        .first(db)
        .optional()?)
}

/// Every community, oldest first.
pub fn all(db: &mut Db) -> Result<Vec<CommunityRow>, StoreError> {
    Ok(community::table.order((community::created_at, community::id)).load(db)?)
}

/// The community with this name in URLs.
pub fn by_slug(db: &mut Db, slug: &str) -> Result<Option<CommunityRow>, StoreError> {
    Ok(community::table.filter(community::slug.eq(slug)).first(db).optional()?)
}

/// Whether there is no other community.
pub fn is_alone(db: &mut Db, id: CommunityId) -> Result<bool, StoreError> {
    let other: Option<CommunityId> =
        community::table.filter(community::id.ne(id)).select(community::id).first(db).optional()?;
    Ok(other.is_none())
}

/// The community.
pub fn by_id(db: &mut Db, id: CommunityId) -> Result<Option<CommunityRow>, StoreError> {
    Ok(community::table.filter(community::id.eq(id)).first(db).optional()?)
}

/// The community with everything set up for it.
pub fn whole(db: &mut Db, id: CommunityId) -> Result<Option<Whole>, StoreError> {
    let Some(community) = by_id(db, id)? else { return Ok(None) };
    Ok(Some(Whole {
        community,
        queues: queue::table.filter(queue::community_id.eq(id)).load(db)?,
        classes: urgency_class::table.filter(urgency_class::community_id.eq(id)).load(db)?,
        categories: category::table.filter(category::community_id.eq(id)).order(category::position).load(db)?,
        days: calendar_day::table.filter(calendar_day::community_id.eq(id)).load(db)?,
        hours: office_hours::table.filter(office_hours::community_id.eq(id)).load(db)?,
    }))
}
