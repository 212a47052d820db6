//! The place tree.

use super::taken;
use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::place;
use crate::domain::words::PlaceKind;
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::place::{self as rows, PlaceRow};
use crate::store::{Db, StoreError};

/// Longest code, in characters.
const CODE_LIMIT: usize = 20;
/// Longest name, in characters.
const NAME_LIMIT: usize = 40;

/// A place as entered.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// The level above; none for a garden, and for a building in a community without gardens.
    pub parent: Option<PlaceId>,
    /// Which level.
    pub kind: PlaceKind,
    /// Its code below its parent: `3` for 3 号楼, `501` for a door; kept the way residents' words are read, so `08` and
    /// `８` as `8`, `a` as `A`. For a garden, its name.
    pub code: String,
    /// What people call it; empty when the code says it all.
    pub name: String,
    /// Other names people use.
    pub aliases: Vec<String>,
}

impl NewPlace {
    /// A place with a code alone (a garden's or spot's code is its name too).
    pub fn new(parent: Option<PlaceId>, kind: PlaceKind, code: &str) -> Self {
        let named = matches!(kind, PlaceKind::Garden | PlaceKind::Spot);
        let name = if named { code.to_owned() } else { String::new() };
        Self { parent, kind, code: code.to_owned(), name, aliases: Vec::new() }
    }
}

/// Enters a place.
///
/// # Errors
/// [`Failure::Invalid`] for `code`, `name`, `alias`, `parent` or `kind` (what may not stand below that parent).
pub fn add_place(engine: &Engine, community: CommunityId, new: &NewPlace) -> Result<PlaceId, Failure> {
    let code = text("code", &new.code, CODE_LIMIT)?;
    let code = match new.kind {
        PlaceKind::Building | PlaceKind::Unit | PlaceKind::Flat => place::code(code),
        PlaceKind::Garden | PlaceKind::Spot => code.to_owned(),
    };
    let name = if new.name.trim().is_empty() { "" } else { text("name", &new.name, NAME_LIMIT)? };
    let id: PlaceId = engine.chance.id(engine.now());
    engine.store.write(|db| -> Result<(), Failure> {
        let parent = match new.parent {
            None => None,
            Some(parent) => {
                let found = rows::by_ids(db, community, &[parent])?.pop();
                Some(found.ok_or(Invalid::new("parent", Problem::Unknown))?)
            }
        };
        let row = row((community, id), new.kind, (&code, name), parent.as_ref())?;
        rows::insert(db, &row).map_err(|error| match error {
            StoreError::ForeignKey { .. } => Failure::NotFound("community"),
            other => taken(other, "place", "code"),
        })?;
        for alias in &new.aliases {
            rows::insert_alias(db, community, id, text("alias", alias, NAME_LIMIT)?)
                .map_err(|error| taken(error, "place_alias", "alias"))?;
        }
        Ok(())
    })?;
    engine.forget_settings(community);
    Ok(id)
}

/// A place's row below its parent, if it may stand there.
pub(in crate::engine) fn row(
    (community_id, id): (CommunityId, PlaceId),
    kind: PlaceKind,
    (code, name): (&str, &str),
    parent: Option<&PlaceRow>,
) -> Result<PlaceRow, Invalid> {
    use PlaceKind::{Building, Flat, Garden, Spot, Unit};
    let fits = matches!(
        (parent.map(|parent| parent.kind), kind),
        (None, Garden | Building | Spot)
            | (Some(Garden), Building | Spot)
            | (Some(Building), Unit | Flat | Spot)
            | (Some(Unit), Flat | Spot)
            | (Some(Flat), Spot)
    );
    if !fits {
        let allowed = "a building in a garden, a unit in a building, a flat in a unit or building, a spot anywhere";
        return Err(Invalid::new("kind", Problem::Form(allowed)));
    }
    let own = |of: PlaceKind| (kind == of).then(|| code.to_owned());
    let garden = (kind == Garden).then(|| if name.is_empty() { code } else { name }.to_owned());
    Ok(PlaceRow {
        community_id,
        id,
        parent_id: parent.map(|parent| parent.id),
        kind,
        code: code.to_owned(),
        name: name.to_owned(),
        garden_name: garden.or_else(|| parent.and_then(|parent| parent.garden_name.clone())),
        building_id: (kind == Building).then_some(id).or(parent.and_then(|parent| parent.building_id)),
        building_code: own(Building).or_else(|| parent.and_then(|parent| parent.building_code.clone())),
        unit_code: own(Unit).or_else(|| parent.and_then(|parent| parent.unit_code.clone())),
        retired_at: None,
    })
}

/// The place at the end of a path of codes or names from the root, such as `恒泰园/3/2/501`.
///
/// # Errors
/// [`Failure::NotFound`] when a step leads nowhere.
pub fn place_at(engine: &Engine, community: CommunityId, path: &str) -> Result<PlaceId, Failure> {
    engine.store.read(|db: &mut Db| {
        let mut at: Option<PlaceId> = None;
        for step in path.split('/').map(str::trim).filter(|step| !step.is_empty()) {
            let below = rows::below(db, community, at)?;
            let is = |row: &PlaceRow| row.code == step || (!row.name.is_empty() && row.name == step);
            let next = below.iter().find(|row| is(row));
            let next = next.or_else(|| below.iter().find(|row| place::same_code(&row.code, step)));
            at = Some(next.ok_or(Failure::NotFound("place"))?.id);
        }
        at.ok_or(Failure::NotFound("place"))
    })
}
