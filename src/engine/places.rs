//! From what a resident said to a place of the register, and to the steward who looks after it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use super::Settings;
use crate::domain::ids::{CommunityId, PlaceId, UserId};
use crate::domain::place::{self, PlaceNode, PlacePath, Resolved, Said};
use crate::domain::view::PlaceLine;
use crate::store::place::{Building, Fitting, PlaceRow};
use crate::store::ticket::TicketRow;
use crate::store::{Db, StoreError, place as rows, user};

/// The two places of a request, and what was said of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Where {
    /// What it is about.
    pub(super) about: Option<PlaceId>,
    /// Where the reporter lives.
    pub(super) reporter: Option<PlaceId>,
    /// The building of the first, else of the second.
    pub(super) building: Option<PlaceId>,
    /// What the register does not know, as it was said.
    pub(super) text: Option<String>,
    /// The places it could be, when several fit.
    pub(super) choices: Vec<PlacePath>,
}

impl Where {
    /// Whether nothing is known of the place that someone could go to.
    pub(super) fn is_open(&self) -> bool {
        self.about.is_none() && self.text.is_none()
    }
}

/// The node of a row.
pub(super) fn node(row: PlaceRow) -> PlaceNode {
    PlaceNode { id: row.id, parent: row.parent_id, kind: row.kind, code: row.code, name: row.name }
}

/// Places with everything above them.
pub(super) fn paths(
    db: &mut Db,
    community: CommunityId,
    ids: &[PlaceId],
) -> Result<HashMap<PlaceId, PlacePath>, StoreError> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = rows::with_above(db, community, &wanted)?;
    let path =
        |upwards: Vec<PlaceRow>| Some((upwards.first()?.id, PlacePath::from_nodes(upwards.into_iter().map(node))));
    let mut paths: HashMap<PlaceId, PlacePath> = found.into_iter().filter_map(path).collect();
    for id in wanted {
        paths.entry(id).or_default();
    }
    Ok(paths)
}

/// The same, of which each is looked up once as long as the settings are kept: a place that was renamed or moved is seen so as
/// late as a changed setting, on pages and in what is understood of a sentence.
pub(super) fn known(
    db: &mut Db,
    settings: &Settings,
    ids: &[PlaceId],
) -> Result<HashMap<PlaceId, Arc<PlacePath>>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    let mut missing = Vec::new();
    {
        let kept = settings.places.read().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            match kept.get(id) {
                Some(path) => {
                    found.insert(*id, Arc::clone(path));
                }
                None => missing.push(*id),
            }
        }
    }
    if !missing.is_empty() {
        let fetched = paths(db, settings.community.id, &missing)?;
        found.extend(fetched.into_iter().map(|(id, path)| (id, Arc::new(path))));
        let mut kept = settings.places.write().unwrap_or_else(PoisonError::into_inner);
        kept.extend(missing.iter().filter_map(|id| Some((*id, Arc::clone(found.get(id)?)))));
    }
    Ok(found)
}

/// The codes of a unit and of a flat in it, where they were said.
type Codes<'a> = (Option<&'a str>, Option<&'a str>);

/// Every building that fits, with its unit of this code: looked up once as long as the settings are kept, for there are few.
fn known_fitting(
    db: &mut Db,
    settings: &Settings,
    building: Building<'_>,
    unit: Option<&str>,
) -> Result<Vec<Fitting>, StoreError> {
    let (id, code) = match building {
        Building::Known(id) => (Some(id), None),
        Building::Coded(code, garden) => (garden, Some(code.to_owned())),
    };
    let key = (id, code, unit.map(str::to_owned));
    if let Some(kept) = settings.buildings.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(kept.clone());
    }
    let found = rows::fitting(db, settings.community.id, building, (unit, None))?;
    if found.iter().any(|fitting| unit.is_none() || fitting.unit.is_some()) {
        settings.buildings.write().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
    }
    Ok(found)
}

/// Every place of the register that fits what was said; `look` finds those in a building where a flat was said.
fn found(
    db: &mut Db,
    settings: &Settings,
    (said, bound): (&Said, Option<&PlacePath>),
    look: impl FnOnce(&mut Db, Building<'_>, Codes<'_>) -> Result<Vec<Fitting>, StoreError>,
) -> Result<Vec<PlacePath>, StoreError> {
    let mut leaves: Vec<PlaceId> = said.spots.clone();
    leaves.extend(said.garden);
    let (unit, flat) = (said.unit.as_deref(), said.flat.as_deref());
    let building = match (&said.building, bound.and_then(|b| b.building.as_ref())) {
        (Some(code), _) => Some(Building::Coded(code, said.garden)),
        (None, Some(home)) if unit.is_some() || flat.is_some() => Some(Building::Known(home.id)),
        (None, _) => None,
    };
    let fitting = match building {
        Some(building) if flat.is_none() => known_fitting(db, settings, building, unit)?,
        Some(building) => look(db, building, (unit, flat))?,
        None => Vec::new(),
    };
    for Fitting { building, unit, flat } in fitting {
        leaves.push(building);
        leaves.extend(flat.or(unit));
    }
    let all = known(db, settings, &leaves)?;
    let mut once = HashSet::new();
    leaves.retain(|id| once.insert(*id));
    Ok(leaves.iter().filter_map(|id| all.get(id)).map(|path| PlacePath::clone(path)).collect())
}

/// The place of the register that was meant; `bound` is the flat the resident is known to live in.
pub(super) fn resolve(
    db: &mut Db,
    settings: &Settings,
    said: Option<&Said>,
    bound: Option<&PlacePath>,
) -> Result<Resolved, StoreError> {
    resolve_by(db, settings, (said, bound), |db, building, codes| {
        rows::fitting(db, settings.community.id, building, codes)
    })
}

/// The same with the places in a building found by `look`.
pub(super) fn resolve_by(
    db: &mut Db,
    settings: &Settings,
    (said, bound): (Option<&Said>, Option<&PlacePath>),
    look: impl FnOnce(&mut Db, Building<'_>, Codes<'_>) -> Result<Vec<Fitting>, StoreError>,
) -> Result<Resolved, StoreError> {
    let found = match said {
        Some(said) => found(db, settings, (said, bound), look)?,
        None => Vec::new(),
    };
    Ok(place::resolve(said, &found, bound))
}

/// Reads both places out of a sentence.
pub(super) fn understand(
    db: &mut Db,
    settings: &Settings,
    sentence: &str,
    bound: Option<&PlacePath>,
) -> Result<Where, StoreError> {
    read(settings, sentence, bound, |said, bound| resolve(db, settings, said, bound))
}

/// The same with the register looked up by `resolve`.
pub(super) fn read(
    settings: &Settings,
    sentence: &str,
    bound: Option<&PlacePath>,
    mut resolve: impl FnMut(Option<&Said>, Option<&PlacePath>) -> Result<Resolved, StoreError>,
) -> Result<Where, StoreError> {
    let (about, own) = place::about_and_own(sentence, &settings.names);
    let mut out = Where::default();
    let own = resolve(own.as_ref(), bound)?;
    // "901 is too loud, I live in 801": the other flat is looked for next to the own one.
    let home = match &own {
        Resolved::Known(path) => Some(path.clone()),
        _ => bound.cloned(),
    };
    let about = resolve(about.as_ref(), home.as_ref())?;
    let mut buildings = (None, None);
    match about {
        Resolved::Known(path) => {
            out.about = path.leaf().map(|leaf| leaf.id);
            buildings.0 = path.building.map(|b| b.id);
        }
        Resolved::Ambiguous(choices) => out.choices = choices,
        Resolved::Text(text) => out.text = Some(text),
        Resolved::Unsaid => {}
    }
    let home = match own {
        Resolved::Known(path) => Some(path),
        Resolved::Ambiguous(choices) => {
            if out.choices.is_empty() && out.about.is_none() {
                out.choices = choices;
            }
            bound.cloned()
        }
        Resolved::Text(text) => {
            out.text = out.text.or(Some(text));
            bound.cloned()
        }
        Resolved::Unsaid => bound.cloned(),
    };
    if let Some(home) = home {
        out.reporter = home.leaf().map(|leaf| leaf.id);
        buildings.1 = home.building.map(|b| b.id);
    }
    out.building = buildings.0.or(buildings.1);
    Ok(out)
}

/// The steward to give a building's tickets to: its own when on duty, else a deputy on duty, else its own all the same,
/// for a ticket must not wait without a name.
pub(super) fn steward_of(
    db: &mut Db,
    community: CommunityId,
    building: Option<PlaceId>,
) -> Result<Option<UserId>, StoreError> {
    let Some(building) = building else { return Ok(None) };
    let seats = user::stewards_of(db, community, building)?;
    let own = seats.iter().filter(|seat| seat.deputy_for_id.is_none());
    let chosen = own
        .clone()
        .find(|seat| seat.on_duty)
        .or_else(|| seats.iter().find(|seat| seat.deputy_for_id.is_some() && seat.on_duty))
        .or_else(|| own.clone().next());
    Ok(chosen.map(|seat| seat.user_id))
}

/// What a ticket's row says of its place; nothing when that has to be looked up first.
pub(super) fn kept(settings: &Settings, row: &TicketRow) -> Option<PlaceLine> {
    let places = settings.places.read().unwrap_or_else(PoisonError::into_inner);
    let path = match row.about_place_id {
        Some(id) => Some(Arc::clone(places.get(&id)?)),
        None => None,
    };
    Some(PlaceLine { path, text: row.place_text.clone() })
}

/// What a ticket's row says of its place.
pub(super) fn line(db: &mut Db, settings: &Settings, row: &TicketRow) -> Result<PlaceLine, StoreError> {
    let path = match row.about_place_id {
        Some(id) => known(db, settings, &[id])?.remove(&id),
        None => None,
    };
    Ok(PlaceLine { path, text: row.place_text.clone() })
}
