//! Sources of call events, and the seats whose telephones ring.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::schema::{app_user, community, hotline_source, membership};
use super::types::Time;
use crate::domain::ids::{CommunityId, SourceId, UserId};
use crate::domain::words::{Platform, Role};

/// A switchboard, or the adapter beside it. The secret is sealed for `hotline_source.secret` with the row's id.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = hotline_source)]
pub struct SourceRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: SourceId,
    /// What people call it.
    pub name: String,
    /// The secret its events are signed with, sealed.
    pub secret_sealed: Vec<u8>,
    /// When it was added.
    pub created_at: Time,
    /// When it was removed; its calls stay.
    pub removed_at: Option<Time>,
}

/// Adds a source.
///
/// # Errors
/// [`StoreError::Unique`] when the community has one of this name.
pub fn insert(db: &mut Db, row: &SourceRow) -> Result<(), StoreError> {
    diesel::insert_into(hotline_source::table).values(row).execute(db)?;
    Ok(())
}

/// The community's sources, by name.
pub fn sources(db: &mut Db, community: CommunityId) -> Result<Vec<SourceRow>, StoreError> {
    Ok(hotline_source::table
        .filter(hotline_source::community_id.eq(community))
        .filter(hotline_source::removed_at.is_null())
        .order(hotline_source::name)
        .load(db)?)
}

/// The sources of the community with this short name.
pub fn sources_at(db: &mut Db, slug: &str) -> Result<Vec<SourceRow>, StoreError> {
    Ok(hotline_source::table
        .inner_join(community::table.on(community::id.eq(hotline_source::community_id)))
        .filter(community::slug.eq(slug))
        .filter(hotline_source::removed_at.is_null())
        .order(hotline_source::name)
        .select(hotline_source::all_columns)
        .load(db)?)
}

/// The source of this name, removed or not.
pub fn named(db: &mut Db, community: CommunityId, name: &str) -> Result<Option<SourceRow>, StoreError> {
    Ok(hotline_source::table
        .filter(hotline_source::community_id.eq(community))
        .filter(hotline_source::name.eq(name))
        .first(db)
        .optional()?)
}

/// Gives a source another secret; one that was removed is back with it.
pub fn set_secret(db: &mut Db, (community, id): (CommunityId, SourceId), sealed: &[u8]) -> Result<(), StoreError> {
    let hit = diesel::update(
        hotline_source::table.filter(hotline_source::community_id.eq(community)).filter(hotline_source::id.eq(id)),
    )
    .set((hotline_source::secret_sealed.eq(sealed), hotline_source::removed_at.eq(None::<Time>)))
    .execute(db)?;
    expect_one(hit, "hotline_source", id)
}

/// Removes a source; says whether there was one of this name.
pub fn remove(db: &mut Db, community: CommunityId, name: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let there = hotline_source::table
        .filter(hotline_source::community_id.eq(community))
        .filter(hotline_source::name.eq(name))
        .filter(hotline_source::removed_at.is_null());
    Ok(diesel::update(there).set(hotline_source::removed_at.eq(Some(Time(at)))).execute(db)? == 1)
}

/// The seats of the property's desk behind a telephone, on duty or not; without a telephone, the agents on duty. Three
/// shifts may share a telephone: then those of its seats that are on duty count, if any is.
pub fn seats(db: &mut Db, community: CommunityId, extension: Option<&str>) -> Result<Vec<UserId>, StoreError> {
    let mut wanted = membership::table
        .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
        .filter(membership::community_id.eq(community))
        .filter(membership::platform.eq(Platform::Property))
        .filter(membership::role.eq_any([Role::Agent, Role::Manager]))
        .filter(membership::retired_at.is_null())
        .filter(app_user::disabled_at.is_null())
        .into_boxed();
    wanted = match extension {
        Some(extension) => wanted.filter(membership::extension.eq(extension)),
        None => wanted.filter(membership::role.eq(Role::Agent)).filter(membership::on_duty.eq(true)),
    };
    let found: Vec<(UserId, bool)> =
        wanted.select((membership::user_id, membership::on_duty)).order(membership::user_id).distinct().load(db)?;
    let any_on_duty = found.iter().any(|(_, on_duty)| *on_duty);
    let mut users: Vec<UserId> =
        found.into_iter().filter(|(_, on_duty)| *on_duty || !any_on_duty).map(|(user, _)| user).collect();
    users.dedup();
    Ok(users)
}

/// The agents whose screens show a call: the telephone's; all on duty when none is named, or when nobody has it.
pub fn ringing_at(db: &mut Db, community: CommunityId, extension: Option<&str>) -> Result<Vec<UserId>, StoreError> {
    let own = match extension {
        Some(_) => seats(db, community, extension)?,
        None => Vec::new(),
    };
    if own.is_empty() { seats(db, community, None) } else { Ok(own) }
}
