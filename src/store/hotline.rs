//! Sources of call events, and the seats whose telephones ring.

use diesel::prelude::*;

use super::db::Db;
use super::error::StoreError;
use super::schema::{app_user, hotline_source, membership};
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
    Ok(hotline_source::table.filter(hotline_source::community_id.eq(community)).order(hotline_source::name).load(db)?)
}

/// Gives a source another secret; says whether there is such a source.
pub fn set_secret(db: &mut Db, (community, id): (CommunityId, SourceId), sealed: &[u8]) -> Result<bool, StoreError> {
    let hit = diesel::update(
        hotline_source::table.filter(hotline_source::community_id.eq(community)).filter(hotline_source::id.eq(id)),
    )
    .set(hotline_source::secret_sealed.eq(sealed))
    .execute(db)?;
    Ok(hit == 1)
}

/// The agents of the property's desk whose telephone rings: the one with this extension, whether on duty or not; without
/// an extension (or when nobody has it) all on duty.
pub fn ringing_at(db: &mut Db, community: CommunityId, extension: Option<&str>) -> Result<Vec<UserId>, StoreError> {
    let seats = || {
        membership::table
            .inner_join(app_user::table.on(app_user::id.eq(membership::user_id)))
            .filter(membership::community_id.eq(community))
            .filter(membership::platform.eq(Platform::Property))
            .filter(membership::role.eq_any([Role::Agent, Role::Manager]))
            .filter(membership::retired_at.is_null())
            .filter(app_user::disabled_at.is_null())
            .select(membership::user_id)
            .distinct()
    };
    if let Some(extension) = extension {
        let own: Vec<UserId> = seats().filter(membership::extension.eq(extension)).load(db)?;
        if !own.is_empty() {
            return Ok(own);
        }
    }
    Ok(seats().filter(membership::role.eq(Role::Agent)).filter(membership::on_duty.eq(true)).load(db)?)
}
