//! Places: the tree of gardens, buildings, units, flats and spots, and how residents' words lead to it.
//!
//! [`parse`] reads what was said and knows nothing of the register but names; the store looks up what could be meant;
//! [`resolve`] decides. A place unknown to the register stays words, and never blocks a request.

mod doors;
mod fold;
mod names;
mod parse;
mod read;
mod resolve;

pub(in crate::domain) use fold::{fold, numeral};
pub use names::Names;
pub use parse::{about_and_own, beside_place, mostly_place, parse, parse_all};
pub use resolve::{Resolved, code, resolve, same_code};

use super::ids::PlaceId;
use super::words::{Language, PlaceKind};

/// One node of the place tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceNode {
    /// Its row.
    pub id: PlaceId,
    /// The node above; none for a garden, or for anything in a community without gardens.
    pub parent: Option<PlaceId>,
    /// Its level.
    pub kind: PlaceKind,
    /// The short code: `3` for 3 号楼, `501` for a door.
    pub code: String,
    /// What people call it; empty when the code says it all.
    pub name: String,
}

impl PlaceNode {
    /// What a person reads: the name, or the code with the word of its level, written behind what stands there.
    fn write(&self, language: Language, out: &mut String) {
        let name = self.name.trim();
        let named = match language {
            Language::Zh => !name.is_empty(),
            // A numbered level has an English form of its own; gardens and spots keep the name they have.
            Language::En => {
                !name.is_empty() && (name.is_ascii() || matches!(self.kind, PlaceKind::Garden | PlaceKind::Spot))
            }
        };
        let (before, what, after) = match (self.kind, language) {
            _ if named => ("", name, ""),
            (PlaceKind::Building, Language::Zh) => ("", self.code.as_str(), " 号楼"),
            (PlaceKind::Building, Language::En) => ("Building ", self.code.as_str(), ""),
            (PlaceKind::Unit, Language::Zh) => ("", self.code.as_str(), " 单元"),
            (PlaceKind::Unit, Language::En) => ("Unit ", self.code.as_str(), ""),
            _ => ("", self.code.as_str(), ""),
        };
        for piece in [before, what, after] {
            out.push_str(piece);
        }
    }

    /// The same by itself.
    fn words(&self, language: Language) -> String {
        let mut out = String::new();
        self.write(language, &mut out);
        out
    }
}

/// A place with everything above it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlacePath {
    /// The garden.
    pub garden: Option<PlaceNode>,
    /// The building.
    pub building: Option<PlaceNode>,
    /// The unit.
    pub unit: Option<PlaceNode>,
    /// The flat.
    pub flat: Option<PlaceNode>,
    /// The spot, wherever in the tree it hangs.
    pub spot: Option<PlaceNode>,
}

impl PlacePath {
    /// Puts a leaf and the nodes above it, in any order, where they belong.
    pub fn from_nodes(nodes: impl IntoIterator<Item = PlaceNode>) -> Self {
        let mut path = Self::default();
        for node in nodes {
            let level = match node.kind {
                PlaceKind::Garden => &mut path.garden,
                PlaceKind::Building => &mut path.building,
                PlaceKind::Unit => &mut path.unit,
                PlaceKind::Flat => &mut path.flat,
                PlaceKind::Spot => &mut path.spot,
            };
            *level = Some(node);
        }
        path
    }

    /// The nodes from the root down.
    pub fn nodes(&self) -> impl Iterator<Item = &PlaceNode> {
        [&self.garden, &self.building, &self.unit, &self.flat, &self.spot].into_iter().flatten()
    }

    /// The lowest node.
    pub fn leaf(&self) -> Option<&PlaceNode> {
        self.nodes().last()
    }

    /// How many levels are known.
    pub fn depth(&self) -> usize {
        self.nodes().count()
    }

    /// The place as people say it: 恒泰园 3 号楼 2 单元 501; Hengtai Garden, Building 3, Unit 2, 501.
    pub fn words(&self, language: Language) -> String {
        let between = match language {
            Language::Zh => " ",
            Language::En => ", ",
        };
        let mut out = String::with_capacity(64);
        for (at, node) in self.nodes().enumerate() {
            if at > 0 {
                out.push_str(between);
            }
            node.write(language, &mut out);
        }
        match language {
            Language::Zh => spaced(&out),
            Language::En => out,
        }
    }

    /// As people write it, in one go: 恒泰园3号楼2单元501. Search finds it as one phrase.
    pub fn in_one_piece(&self) -> String {
        self.words(Language::Zh).replace(' ', "")
    }

    /// The door in a table's column: 3-2-501; a spot by its name; a garden alone by its name.
    pub fn door(&self) -> String {
        let codes: Vec<&str> =
            [&self.building, &self.unit, &self.flat].into_iter().flatten().map(|n| n.code.as_str()).collect();
        let door = codes.join("-");
        match (&self.spot, &self.garden) {
            (Some(spot), _) if door.is_empty() => spot.words(Language::Zh),
            (Some(spot), _) => format!("{door} {}", spot.words(Language::Zh)),
            (None, Some(garden)) if door.is_empty() => garden.words(Language::Zh),
            _ => door,
        }
    }

    /// What several paths have in common, from the root down.
    pub fn common<'a>(paths: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut paths = paths.into_iter();
        let Some(mut shared) = paths.next().cloned() else { return Self::default() };
        for path in paths {
            // Once a level differs, the levels under it are other nodes too, whatever their codes.
            for (mine, theirs) in [
                (&mut shared.garden, &path.garden),
                (&mut shared.building, &path.building),
                (&mut shared.unit, &path.unit),
                (&mut shared.flat, &path.flat),
                (&mut shared.spot, &path.spot),
            ] {
                if mine.as_ref().map(|n| n.id) != theirs.as_ref().map(|n| n.id) {
                    *mine = None;
                }
            }
        }
        shared
    }
}

/// Sets a space between Chinese and digits or Latin letters, and never two.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = ' ';
    for c in text.chars() {
        let meet = (last.is_ascii_alphanumeric() && is_han(c)) || (is_han(last) && c.is_ascii_alphanumeric());
        if meet {
            out.push(' ');
        }
        if !(c == ' ' && last == ' ') {
            out.push(c);
        }
        last = c;
    }
    // None stands in front.
    out.truncate(out.trim_end().len());
    out
}

/// Whether a character is a Chinese one.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

/// What a resident said about one place: codes and names, not yet rows of the register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The garden, when its name or alias was said.
    pub garden: Option<PlaceId>,
    /// The word for the garden, also when the community has none of that name (then `garden` is `None`).
    pub garden_word: Option<String>,
    /// The building's code: `3`, `3A`, `A`.
    pub building: Option<String>,
    /// The unit's code: `2`, `东`.
    pub unit: Option<String>,
    /// The flat's code: `501`.
    pub flat: Option<String>,
    /// The places called by that name; several when, say, each garden has a south gate.
    pub spots: Vec<PlaceId>,
    /// The stretch of the text, as typed.
    pub words: String,
    /// A room or part inside the flat, when one is named right after: 卫生间.
    pub room_part: Option<String>,
}

impl Said {
    /// How exactly the place was said; the greater, the more exactly. A garden alone is 1.
    pub fn exactness(&self) -> u8 {
        match (&self.building, &self.unit, &self.flat) {
            (Some(_), _, Some(_)) => 7,
            (Some(_), Some(_), None) => 6,
            _ if !self.spots.is_empty() => 5,
            (Some(_), None, None) => 4,
            (None, _, Some(_)) => 3,
            (None, Some(_), None) => 2,
            (None, None, None) => u8::from(self.garden_word.is_some()),
        }
    }
}

#[cfg(test)]
mod tests;
