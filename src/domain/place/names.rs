//! What a community calls its gardens and spots.

use std::collections::HashMap;

use super::fold::fold;
use crate::domain::ids::PlaceId;
use crate::domain::words::PlaceKind;

/// The names and aliases of a community's gardens and spots, and of buildings that are known by a name rather than by
/// a number. Folded once, so that looking a name up at a position costs a few comparisons.
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_first: HashMap<char, Vec<Name>>,
}

/// One name, and every place called so.
#[derive(Debug, Clone)]
pub(super) struct Name {
    chars: Vec<char>,
    pub(super) garden: bool,
    pub(super) ids: Vec<PlaceId>,
}

impl Names {
    /// Takes the names in any order. Names of one character are passed over, since any sentence would hold them; so are
    /// units and flats, and buildings whose name is only their number.
    pub fn new(names: impl IntoIterator<Item = (PlaceId, PlaceKind, String)>) -> Self {
        let mut all = Self::default();
        for (id, kind, name) in names {
            let chars: Vec<char> = name.chars().map(fold).filter(|c| *c != ' ').collect();
            let numbered = |c: &char| c.is_ascii_alphanumeric() || super::fold::is_numeral(*c) || *c == '第';
            let garden = match kind {
                PlaceKind::Garden => true,
                PlaceKind::Spot => false,
                PlaceKind::Building if !chars.first().is_some_and(numbered) => false,
                _ => continue,
            };
            if chars.len() < 2 || chars.len() > 60 {
                continue;
            }
            let same_start = all.by_first.entry(chars[0]).or_default();
            match same_start.iter_mut().find(|n| n.chars == chars && n.garden == garden) {
                Some(known) if known.ids.contains(&id) => {}
                Some(known) => known.ids.push(id),
                None => same_start.push(Name { chars, garden, ids: vec![id] }),
            }
        }
        for names in all.by_first.values_mut() {
            names.sort_by(|a, b| b.chars.len().cmp(&a.chars.len()).then(b.garden.cmp(&a.garden)));
        }
        all
    }

    /// The longest name that stands at a position of folded text, and where it ends. A space may stand inside; a name
    /// that begins or ends with a letter or digit must not be a part of a longer word.
    pub(super) fn at(&self, text: &[char], start: usize) -> Option<(usize, &Name)> {
        let first = *text.get(start)?;
        self.by_first.get(&first)?.iter().find_map(|name| name.end(text, start).map(|end| (end, name)))
    }
}

impl Name {
    fn end(&self, text: &[char], start: usize) -> Option<usize> {
        let word = |i: usize| text.get(i).is_some_and(char::is_ascii_alphanumeric);
        if word(start) && start > 0 && word(start - 1) {
            return None;
        }
        let mut i = start;
        for (n, wanted) in self.chars.iter().enumerate() {
            if n > 0 && text.get(i) == Some(&' ') {
                i += 1;
            }
            if text.get(i) != Some(wanted) {
                return None;
            }
            i += 1;
        }
        (!(word(i - 1) && word(i))).then_some(i)
    }
}
