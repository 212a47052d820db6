//! The place register in memory, to find the flats and buildings rows name.

use std::collections::HashMap;

use crate::domain::ids::{CommunityId, PlaceId};
use crate::domain::import::{CellProblem, FlatPath, place_key};
use crate::domain::words::PlaceKind;
use crate::store::{Db, StoreError, import as rows};

/// Finds places by their codes.
pub(super) struct Houses {
    /// Gardens by name, code and other names.
    gardens: HashMap<String, PlaceId>,
    /// Anything by what it stands in, its level and its code.
    below: HashMap<(Option<PlaceId>, PlaceKind, String), PlaceId>,
    /// Buildings by code, whatever the garden.
    buildings: HashMap<String, Vec<PlaceId>>,
    /// Flats by building and code, whatever the unit.
    flats: HashMap<(PlaceId, String), Vec<PlaceId>>,
}

/// Which cell is wrong, and how.
pub(super) type Wrong = (&'static str, CellProblem);

impl Houses {
    pub(super) fn load(db: &mut Db, community: CommunityId) -> Result<Self, StoreError> {
        let mut all =
            Self { gardens: HashMap::new(), below: HashMap::new(), buildings: HashMap::new(), flats: HashMap::new() };
        for row in rows::places(db, community)? {
            let key = place_key(row.kind, &row.code);
            match row.kind {
                PlaceKind::Garden => {
                    all.gardens.insert(place_key(row.kind, &row.name), row.id);
                    all.gardens.insert(key.clone(), row.id);
                }
                PlaceKind::Building => all.buildings.entry(key.clone()).or_default().push(row.id),
                PlaceKind::Flat => {
                    if let Some(building) = row.building_id {
                        all.flats.entry((building, key.clone())).or_default().push(row.id);
                    }
                }
                PlaceKind::Unit | PlaceKind::Spot => {}
            }
            all.below.insert((row.parent_id, row.kind, key), row.id);
        }
        let gardens: Vec<PlaceId> = all.gardens.values().copied().collect();
        for (id, alias) in rows::aliases(db, community)? {
            if gardens.contains(&id) {
                all.gardens.entry(place_key(PlaceKind::Garden, &alias)).or_insert(id);
            }
        }
        Ok(all)
    }

    pub(super) fn building(&self, garden: Option<&str>, building: &str) -> Result<PlaceId, Wrong> {
        let key = place_key(PlaceKind::Building, building);
        let missing = |column, what: &str| Err((column, CellProblem::NoPlace(what.to_owned())));
        if let Some(garden) = garden {
            let Some(above) = self.gardens.get(&place_key(PlaceKind::Garden, garden)) else {
                return missing("garden", garden);
            };
            return match self.below.get(&(Some(*above), PlaceKind::Building, key)) {
                Some(found) => Ok(*found),
                None => missing("building", &format!("{garden}-{building}")),
            };
        }
        match self.buildings.get(&key).map_or(&[][..], Vec::as_slice) {
            [] => missing("building", building),
            [one] => Ok(*one),
            _ => Err(("garden", CellProblem::WhichGarden(building.to_owned()))),
        }
    }

    pub(super) fn flat(&self, path: &FlatPath) -> Result<PlaceId, Wrong> {
        let building = self.building(path.garden.as_deref(), &path.building)?;
        let key = place_key(PlaceKind::Flat, &path.flat);
        let missing = || ("flat", CellProblem::NoPlace(path.words()));
        if let Some(unit) = &path.unit {
            let unit_key = place_key(PlaceKind::Unit, unit);
            let Some(unit) = self.below.get(&(Some(building), PlaceKind::Unit, unit_key)) else {
                return Err(("unit", CellProblem::NoPlace(path.words())));
            };
            return self.below.get(&(Some(*unit), PlaceKind::Flat, key)).copied().ok_or_else(missing);
        }
        match self.flats.get(&(building, key)).map_or(&[][..], Vec::as_slice) {
            [] => Err(missing()),
            [one] => Ok(*one),
            // Several units have this door.
            _ => Err(("unit", CellProblem::Empty)),
        }
    }
}
