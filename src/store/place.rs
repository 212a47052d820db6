//! The place tree: rows, look-ups from what a resident said, and the names lists show.

use diesel::prelude::*;
use diesel::sql_types::Bool;

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

/// The building that was said.
#[derive(Debug, Clone, Copy)]
pub enum Building<'a> {
    /// One that is known.
    Known(PlaceId),
    /// Whichever has this code; in one garden, when it was named.
    Coded(&'a str, Option<PlaceId>),
}

/// A building that fits what was said, with what fits below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Fitting {
    /// The building.
    pub building: PlaceId,
    /// Its unit of the code that was said.
    pub unit: Option<PlaceId>,
    /// A flat of the code that was said, in that unit if one was said.
    pub flat: Option<PlaceId>,
}

/// Every building that fits with what fits below it, as the tables that are joined, and the columns of a [`Fitting`]. A macro, for
/// its type tells of every value in it.
macro_rules! places_said {
    ($community:expr, $unit:expr, $flat:expr) => {{
        let (community, unit, flat): (CommunityId, Option<&str>, Option<&str>) = ($community, $unit, $flat);
        let (units, flats) = diesel::alias!(place as said_unit, place as said_flat);
        let its_unit = units
            .field(place::community_id)
            .eq(community)
            .and(units.field(place::parent_id).eq(place::id.nullable()))
            .and(units.field(place::kind).eq(PlaceKind::Unit))
            .and(units.field(place::code).nullable().eq(unit))
            .and(units.field(place::retired_at).is_null());
        let its_flat = flats
            .field(place::community_id)
            .eq(community)
            .and(flats.field(place::building_id).eq(place::id.nullable()))
            .and(flats.field(place::kind).eq(PlaceKind::Flat))
            .and(flats.field(place::code).nullable().eq(flat))
            .and(
                unit.is_none()
                    .into_sql::<Bool>()
                    .or(flats.field(place::parent_id).eq(units.field(place::id).nullable()).assume_not_null()),
            )
            .and(flats.field(place::retired_at).is_null());
        let joined = place::table.left_join(units.on(its_unit)).left_join(flats.on(its_flat));
        (joined, flats, (place::id, units.field(place::id).nullable(), flats.field(place::id).nullable()))
    }};
}
pub(super) use places_said;

/// A boxed query over [`places_said!`], narrowed to the building that was said.
macro_rules! in_building {
    ($query:expr, $community:expr, $building:expr) => {{
        let query = $query.filter(place::community_id.eq($community)).filter(place::kind.eq(PlaceKind::Building));
        match $building {
            Building::Known(id) => query.filter(place::id.eq(id)),
            Building::Coded(code, garden) => {
                let coded = query.filter(place::code.eq(code)).filter(place::retired_at.is_null());
                match garden {
                    Some(garden) => coded.filter(place::parent_id.eq(garden)),
                    None => coded,
                }
            }
        }
    }};
}
pub(super) use in_building;

/// Every building that fits, once for each of its flats that fits. Without a unit that is every flat of the code: people leave
/// the unit out where there is but one.
pub fn fitting(
    db: &mut Db,
    community: CommunityId,
    building: Building<'_>,
    (unit, flat): (Option<&str>, Option<&str>),
) -> Result<Vec<Fitting>, StoreError> {
    let (joined, flats, columns) = places_said!(community, unit, flat);
    let all = joined.order((place::garden_name, flats.field(place::unit_code))).select(columns).into_boxed();
    Ok(in_building!(all, community, building).load(db)?)
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

/// Every place of these kinds, in the order of codes, for choosing.
pub fn of_kinds(db: &mut Db, community: CommunityId, kinds: &[PlaceKind]) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(place::table
        .filter(place::community_id.eq(community))
        .filter(place::kind.eq_any(kinds))
        .filter(place::retired_at.is_null())
        .order((place::garden_name, place::code))
        .load(db)?)
}
