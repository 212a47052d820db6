//! The place tree: rows, look-ups from what a resident said, and the names lists show.

use diesel::prelude::*;

use super::db::Db;
use super::error::StoreError;
use super::schema::{place, place_alias};
use super::types::Time;
use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::words::PlaceKind;

/// A node of the tree. The names of the levels above are repeated, so that a list needs one row a place.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = place, treat_none_as_default_value = false)]
pub struct PlaceRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it.
    pub id: PlaceId,
    /// The level above.
    pub parent_id: Option<PlaceId>,
    /// Which level.
    pub kind: PlaceKind,
    /// Its code below its parent, such as `3`.
    pub code: String,
    /// Its name, such as `恒泰园` or `3 号楼`.
    pub name: String,
    /// The garden it lies in (its own name, for a garden).
    pub garden_name: Option<String>,
    /// The building it lies in (itself, for a building).
    pub building_id: Option<PlaceId>,
    /// That building's code.
    pub building_code: Option<String>,
    /// The unit it lies in (its own code, for a unit).
    pub unit_code: Option<String>,
    /// No longer there since.
    pub retired_at: Option<Time>,
}

/// Adds a place.
pub fn insert(db: &mut Db, row: &PlaceRow) -> Result<(), StoreError> {
    diesel::insert_into(place::table).values(row).execute(db)?;
    Ok(())
}

/// Adds another name for a place.
pub fn insert_alias(db: &mut Db, community: CommunityId, id: PlaceId, alias: &str) -> Result<(), StoreError> {
    diesel::insert_into(place_alias::table)
        .values((place_alias::community_id.eq(community), place_alias::place_id.eq(id), place_alias::alias.eq(alias)))
        .execute(db)?;
    Ok(())
}

/// What the community calls its gardens and spots: names and aliases.
pub fn names(db: &mut Db, community: CommunityId) -> Result<Vec<(PlaceId, PlaceKind, String)>, StoreError> {
    let kinds = [PlaceKind::Garden, PlaceKind::Spot];
    let mut names: Vec<(PlaceId, PlaceKind, String)> = place::table
        .filter(place::community_id.eq(community))
        .filter(place::kind.eq_any(kinds))
        .filter(place::retired_at.is_null())
        .select((place::id, place::kind, place::name))
        .load(db)?;
    let aliases: Vec<(PlaceId, PlaceKind, String)> = place_alias::table
        .inner_join(
            place::table.on(place::community_id.eq(place_alias::community_id).and(place::id.eq(place_alias::place_id))),
        )
        .filter(place::community_id.eq(community))
        .filter(place::retired_at.is_null())
        .select((place::id, place::kind, place_alias::alias))
        .load(db)?;
    names.extend(aliases);
    Ok(names)
}

/// Each of these places with those above it, from it upwards; the tree is at most five levels deep.
pub fn with_above(db: &mut Db, community: CommunityId, ids: &[PlaceId]) -> Result<Vec<Vec<PlaceRow>>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (one, two, three, four) =
        diesel::alias!(place as above_one, place as above_two, place as above_three, place as above_four);
    let of = place::community_id;
    type Row = (PlaceRow, Option<PlaceRow>, Option<PlaceRow>, Option<PlaceRow>, Option<PlaceRow>);
    let found: Vec<Row> =
        place::table
            .left_join(one.on(one.field(of).eq(community).and(one.field(place::id).nullable().eq(place::parent_id))))
            .left_join(
                two.on(two
                    .field(of)
                    .eq(community)
                    .and(two.field(place::id).nullable().eq(one.field(place::parent_id)))),
            )
            .left_join(three.on(
                three.field(of).eq(community).and(three.field(place::id).nullable().eq(two.field(place::parent_id))),
            ))
            .left_join(four.on(
                four.field(of).eq(community).and(four.field(place::id).nullable().eq(three.field(place::parent_id))),
            ))
            .filter(place::community_id.eq(community))
            .filter(place::id.eq_any(ids))
            .select((
                place::all_columns,
                one.fields(place::all_columns).nullable(),
                two.fields(place::all_columns).nullable(),
                three.fields(place::all_columns).nullable(),
                four.fields(place::all_columns).nullable(),
            ))
            .load(db)?;
    let upwards =
        |(own, one, two, three, four): Row| Some(own).into_iter().chain(one).chain(two).chain(three).chain(four);
    Ok(found.into_iter().map(|row| upwards(row).collect()).collect())
}

/// The places with these ids.
pub fn by_ids(db: &mut Db, community: CommunityId, ids: &[PlaceId]) -> Result<Vec<PlaceRow>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(place::table.filter(place::community_id.eq(community)).filter(place::id.eq_any(ids)).load(db)?)
}

/// Buildings with this code; in one garden, when it was named.
pub fn buildings(
    db: &mut Db,
    community: CommunityId,
    code: &str,
    garden: Option<PlaceId>,
) -> Result<Vec<PlaceRow>, StoreError> {
    let mut wanted = place::table
        .filter(place::community_id.eq(community))
        .filter(place::kind.eq(PlaceKind::Building))
        .filter(place::code.eq(code))
        .filter(place::retired_at.is_null())
        .order(place::garden_name)
        .into_boxed();
    if let Some(garden) = garden {
        wanted = wanted.filter(place::parent_id.eq(garden));
    }
    Ok(wanted.load(db)?)
}

/// The child of this kind and code.
pub fn child(
    db: &mut Db,
    community: CommunityId,
    parent: PlaceId,
    (kind, code): (PlaceKind, &str),
) -> Result<Option<PlaceRow>, StoreError> {
    Ok(place::table
        .filter(place::community_id.eq(community))
        .filter(place::parent_id.eq(parent))
        .filter(place::kind.eq(kind))
        .filter(place::code.eq(code))
        .filter(place::retired_at.is_null())
        .first(db)
        .optional()?)
}

/// The places right below one, or those without anything above.
///
/// # Errors
/// [`StoreError`].
pub fn below(db: &mut Db, community: CommunityId, parent: Option<PlaceId>) -> Result<Vec<PlaceRow>, StoreError> {
    let mut all = place::table
        .filter(place::community_id.eq(community))
        .filter(place::retired_at.is_null())
        .order(place::code)
        .into_boxed();
    all = match parent {
        Some(parent) => all.filter(place::parent_id.eq(parent)),
        None => all.filter(place::parent_id.is_null()),
    };
    Ok(all.load(db)?)
}

/// Flats of a building with this code, whatever the unit: people leave the unit out where there is but one.
pub fn flats_in_building(
    db: &mut Db,
    community: CommunityId,
    building: PlaceId,
    code: &str,
) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(place::table
        .filter(place::community_id.eq(community))
        .filter(place::building_id.eq(building))
        .filter(place::kind.eq(PlaceKind::Flat))
        .filter(place::code.eq(code))
        .filter(place::retired_at.is_null())
        .order(place::unit_code)
        .load(db)?)
}

/// The flats under a building or unit.
pub fn flats_under(db: &mut Db, community: CommunityId, above: PlaceId) -> Result<Vec<PlaceId>, StoreError> {
    Ok(place::table
        .filter(place::community_id.eq(community))
        .filter(place::kind.eq(PlaceKind::Flat))
        .filter(place::building_id.eq(above).or(place::parent_id.eq(above)))
        .filter(place::retired_at.is_null())
        .select(place::id)
        .load(db)?)
}

/// Every place of these kinds, in the order of codes, for choosing.
pub fn of_kinds(db: &mut Db, community: CommunityId, kinds: &[PlaceKind]) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(place::table
        .filter(place::community_id.eq(community))
        .filter(place::kind.eq_any(kinds))
        .filter(place::retired_at.is_null())
        .order((place::garden_name, place::code))
        .load(db)?)
}
