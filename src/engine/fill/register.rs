//! The place register in memory, looked up the way `engine::places` looks it up in the database.

use std::collections::HashMap;

use crate::domain::ids::PlaceId;
use crate::domain::place::{self, PlaceNode, PlacePath, Resolved, Said};
use crate::domain::words::PlaceKind;
use crate::engine::places;
use crate::store::place::PlaceRow;

/// Every place of a community.
#[derive(Debug, Default)]
pub(super) struct Register {
    nodes: HashMap<PlaceId, PlaceNode>,
    /// Buildings by code, in the order of their gardens' names.
    buildings: HashMap<String, Vec<PlaceId>>,
    children: HashMap<(PlaceId, PlaceKind), HashMap<String, PlaceId>>,
    /// Flats of a building by code, in the order of their units.
    flats: HashMap<PlaceId, HashMap<String, Vec<PlaceId>>>,
}

impl Register {
    pub(super) fn of(mut rows: Vec<PlaceRow>) -> Self {
        rows.sort_by(|a, b| (&a.garden_name, &a.unit_code).cmp(&(&b.garden_name, &b.unit_code)));
        let mut register = Self::default();
        for row in rows {
            if row.kind == PlaceKind::Building {
                register.buildings.entry(row.code.clone()).or_default().push(row.id);
            }
            if let Some(parent) = row.parent_id {
                register.children.entry((parent, row.kind)).or_default().insert(row.code.clone(), row.id);
            }
            if let (PlaceKind::Flat, Some(building)) = (row.kind, row.building_id) {
                register.flats.entry(building).or_default().entry(row.code.clone()).or_default().push(row.id);
            }
            register.nodes.insert(row.id, places::node(row));
        }
        register
    }

    /// A place with everything above it.
    pub(super) fn path(&self, id: PlaceId) -> PlacePath {
        let mut nodes = Vec::new();
        let mut next = self.nodes.get(&id);
        while let Some(at) = next {
            nodes.push(at.clone());
            next = at.parent.and_then(|parent| self.nodes.get(&parent)).filter(|_| nodes.len() < 8);
        }
        PlacePath::from_nodes(nodes)
    }

    /// The place that was meant.
    pub(super) fn resolve(&self, said: Option<&Said>, bound: Option<&PlacePath>) -> Resolved {
        let found = said.map(|said| self.found(said, bound)).unwrap_or_default();
        place::resolve(said, &found, bound)
    }

    fn child(&self, parent: PlaceId, kind: PlaceKind, code: &str) -> Option<PlaceId> {
        self.children.get(&(parent, kind))?.get(code).copied()
    }

    fn found(&self, said: &Said, bound: Option<&PlacePath>) -> Vec<PlacePath> {
        let mut leaves: Vec<PlaceId> = said.spots.clone();
        leaves.extend(said.garden);
        let lies_in = |building: &PlaceId| {
            said.garden.is_none_or(|garden| self.nodes.get(building).is_some_and(|node| node.parent == Some(garden)))
        };
        let buildings: Vec<PlaceId> = match (&said.building, bound.and_then(|b| b.building.as_ref())) {
            (Some(code), _) => {
                self.buildings.get(code).into_iter().flatten().copied().filter(|id| lies_in(id)).collect()
            }
            (None, Some(home)) if said.unit.is_some() || said.flat.is_some() => vec![home.id],
            (None, _) => Vec::new(),
        };
        for building in buildings {
            leaves.push(building);
            let unit = said.unit.as_ref().and_then(|code| self.child(building, PlaceKind::Unit, code));
            match (&said.flat, &said.unit, unit) {
                (Some(flat), Some(_), Some(unit)) => {
                    leaves.push(self.child(unit, PlaceKind::Flat, flat).unwrap_or(unit));
                }
                (None, _, Some(unit)) => leaves.push(unit),
                (Some(flat), None, _) => {
                    leaves.extend(self.flats.get(&building).and_then(|all| all.get(flat)).into_iter().flatten());
                }
                _ => {}
            }
        }
        leaves.dedup();
        leaves.into_iter().map(|id| self.path(id)).collect()
    }
}
