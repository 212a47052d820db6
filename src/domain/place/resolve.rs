//! From what was said, and what the register holds, to a place: the bound flat decides, else choices are offered.

use super::fold::{fold, numeral};
use super::{PlaceNode, PlacePath, Said};

/// What a resident's words came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made once a message and taken apart at once; a box would only be in the way"
)]
pub enum Resolved {
    /// This place, as deep as the register and the words go.
    Known(PlacePath),
    /// One of these; the resident is asked which.
    Ambiguous(Vec<PlacePath>),
    /// Said, but not in the register: kept as words.
    Text(String),
    /// No place was said.
    Unsaid,
}

/// A building's, unit's or door's code in the one form the reader gives it too: half width, upper case, Arabic digits, no
/// blanks, no leading zeros.
pub fn code(written: &str) -> String {
    let folded: Vec<char> = written.chars().map(fold).filter(|c| *c != ' ').collect();
    let code = numeral(&folded).unwrap_or_else(|| folded.iter().collect());
    match code.trim_start_matches('0') {
        "" => code,
        bare => bare.to_owned(),
    }
}

/// Whether two codes mean the same: width, case, numerals and leading zeros aside.
pub fn same_code(a: &str, b: &str) -> bool {
    code(a) == code(b)
}

fn coded(node: Option<&PlaceNode>, said: Option<&str>) -> bool {
    matches!((node, said), (Some(node), Some(said)) if same_code(&node.code, said))
}

fn same_node(a: Option<&PlaceNode>, b: Option<&PlaceNode>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.id == b.id)
}

/// Decides which place was meant.
///
/// `found` is what the store looked up: the named garden itself; every building of the said code (in that garden, or in all),
/// each extended by the said unit and flat where they exist; every place of `said.spots`. When no building was said,
/// the units and flats of that code under the bound flat's building. `bound` is the flat the resident is tied to.
///
/// A unit or flat that the register lacks leaves the building. A flat said without its unit, which two units have,
/// leaves what they share, unless the bound flat is one of them. A garden the community does not have is never
/// guessed away: its building number gives choices.
pub fn resolve(said: Option<&Said>, found: &[PlacePath], bound: Option<&PlacePath>) -> Resolved {
    let Some(said) = said else { return Resolved::Unsaid };
    let in_garden: Vec<&PlacePath> = found
        .iter()
        .filter(|p| said.garden.is_none_or(|garden| p.garden.as_ref().is_some_and(|g| g.id == garden)))
        .collect();
    if !said.spots.is_empty()
        && let Some(place) = by_name(said, &in_garden, bound)
    {
        return place;
    }
    if said.building.is_some() {
        return by_building(said, &in_garden, bound);
    }
    if (said.unit.is_some() || said.flat.is_some())
        && let Some(bound) = bound.filter(|b| garden_fits(said, b))
        && bound.building.is_some()
    {
        return Resolved::Known(in_building_of(bound, said, &in_garden));
    }
    garden_alone(said, &in_garden)
}

/// The bound flat is not in another garden than the one said.
fn garden_fits(said: &Said, bound: &PlacePath) -> bool {
    match said.garden {
        Some(garden) => bound.garden.as_ref().is_some_and(|g| g.id == garden),
        None => said.garden_word.is_none(),
    }
}

/// A place called by its name. `None` when nothing of that name fits the rest of what was said.
fn by_name(said: &Said, found: &[&PlacePath], bound: Option<&PlacePath>) -> Option<Resolved> {
    let mut fits: Vec<&PlacePath> = found
        .iter()
        .copied()
        .filter(|p| p.leaf().is_some_and(|leaf| said.spots.contains(&leaf.id)))
        .filter(|p| said.building.is_none() || coded(p.building.as_ref(), said.building.as_deref()))
        .filter(|p| said.unit.is_none() || p.unit.is_none() || coded(p.unit.as_ref(), said.unit.as_deref()))
        .collect();
    fits.dedup_by_key(|p| p.leaf().map(|n| n.id));
    if fits.len() > 1
        && let Some(bound) = bound
    {
        // The one nearest to home: in the same unit, else building, else garden.
        for near in [
            |p: &PlacePath, b: &PlacePath| same_node(p.unit.as_ref(), b.unit.as_ref()),
            |p: &PlacePath, b: &PlacePath| same_node(p.building.as_ref(), b.building.as_ref()),
            |p: &PlacePath, b: &PlacePath| same_node(p.garden.as_ref(), b.garden.as_ref()),
        ] {
            let nearer: Vec<&PlacePath> = fits.iter().copied().filter(|p| near(p, bound)).collect();
            if !nearer.is_empty() {
                fits = nearer;
                break;
            }
        }
    }
    match fits.as_slice() {
        [] => None,
        [one] => Some(Resolved::Known((*one).clone())),
        several => Some(Resolved::Ambiguous(several.iter().map(|p| (*p).clone()).collect())),
    }
}

fn by_building(said: &Said, found: &[&PlacePath], bound: Option<&PlacePath>) -> Resolved {
    let code = said.building.as_deref();
    let mut buildings: Vec<(&PlaceNode, Vec<&PlacePath>)> = Vec::new();
    for path in found.iter().copied().filter(|p| coded(p.building.as_ref(), code)) {
        let Some(building) = path.building.as_ref() else { continue };
        match buildings.iter_mut().find(|(b, _)| b.id == building.id) {
            Some((_, paths)) => paths.push(path),
            None => buildings.push((building, vec![path])),
        }
    }
    let choices = || buildings.iter().map(|(_, paths)| deepest(said, paths, bound)).collect::<Vec<_>>();
    if buildings.is_empty() {
        return garden_alone(said, found);
    }
    if said.garden.is_none() && said.garden_word.is_some() {
        return Resolved::Ambiguous(choices());
    }
    let home = bound.and_then(|b| b.building.as_ref());
    match buildings.as_slice() {
        [(_, paths)] => Resolved::Known(deepest(said, paths, bound)),
        several => match several.iter().find(|(building, _)| same_node(Some(building), home)) {
            Some((_, paths)) => Resolved::Known(deepest(said, paths, bound)),
            None => Resolved::Ambiguous(choices()),
        },
    }
}

/// Within one building: as deep as words and register go together.
fn deepest(said: &Said, paths: &[&PlacePath], bound: Option<&PlacePath>) -> PlacePath {
    let unit_fits = |p: &PlacePath| said.unit.is_none() || coded(p.unit.as_ref(), said.unit.as_deref());
    let top =
        |p: &PlacePath| PlacePath { garden: p.garden.clone(), building: p.building.clone(), ..Default::default() };
    let flats: Vec<&PlacePath> =
        paths.iter().copied().filter(|p| unit_fits(p) && coded(p.flat.as_ref(), said.flat.as_deref())).collect();
    if let Some(home) = bound.filter(|b| flats.iter().any(|p| same_node(p.flat.as_ref(), b.flat.as_ref()))) {
        return PlacePath { spot: None, ..home.clone() };
    }
    if !flats.is_empty() {
        return PlacePath { spot: None, ..PlacePath::common(flats) };
    }
    let unit = paths.iter().find(|p| said.unit.is_some() && p.unit.is_some() && unit_fits(p));
    match (unit, paths.first()) {
        (Some(p), _) => PlacePath { unit: p.unit.clone(), ..top(p) },
        (None, Some(p)) => top(p),
        (None, None) => PlacePath::default(),
    }
}

/// A unit or door said without a building: that of the building the resident lives in.
fn in_building_of(bound: &PlacePath, said: &Said, found: &[&PlacePath]) -> PlacePath {
    let own: Vec<&PlacePath> =
        found.iter().copied().filter(|p| same_node(p.building.as_ref(), bound.building.as_ref())).collect();
    // A door without a unit is a neighbour's on the same stairs, if there is one.
    let stairs: Vec<&PlacePath> = match said.unit {
        None => own
            .iter()
            .copied()
            .filter(|p| same_node(p.unit.as_ref(), bound.unit.as_ref()) && coded(p.flat.as_ref(), said.flat.as_deref()))
            .collect(),
        Some(_) => Vec::new(),
    };
    let mut paths = if stairs.is_empty() { own } else { stairs };
    paths.push(bound);
    deepest(said, &paths, Some(bound))
}

/// Nothing below the garden is known.
fn garden_alone(said: &Said, found: &[&PlacePath]) -> Resolved {
    match said.garden.and_then(|_| found.iter().find_map(|p| p.garden.clone())) {
        Some(garden) => Resolved::Known(PlacePath { garden: Some(garden), ..Default::default() }),
        None => Resolved::Text(said.words.clone()),
    }
}
