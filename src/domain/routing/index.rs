//! Turns the catalogue file's word lists and signs into numbered words and terms.

use std::collections::{BTreeMap, HashMap};

use super::catalogue::{CatalogueError, Category, Danger, EmergencyKind, wrong};
use super::hearing::{FLAT_NUMBER, Lexicon, Marks, WordId};
use super::raw::{File, Meaning, RawCategory, RawDanger, RawEmergency};
use super::sign::{Sign, TermId};

/// Word lists may name one another this deep; deeper means they name each other in a circle.
const DEPTH: usize = 6;

pub(super) struct Index {
    pub(super) lexicon: Lexicon,
    /// A term's words as written, such as `堵|@leak`, to its number.
    pub(super) terms: HashMap<String, TermId>,
    /// Word lists by name: the words, and whether a negation before them counts.
    lists: BTreeMap<String, (Vec<String>, bool)>,
    /// Reading an emergency's signs, where a negation takes away every word, not only those of `faults`.
    urgent: bool,
}

impl Index {
    pub(super) fn new(file: &File) -> Self {
        let words = |text: &String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let things = file.things.iter().map(|(name, text)| (name.clone(), (words(text), false)));
        let faults = file.faults.iter().map(|(name, text)| (name.clone(), (words(text), true)));
        Self { lexicon: Lexicon::new(), terms: HashMap::new(), lists: things.chain(faults).collect(), urgent: false }
    }

    pub(super) fn mark_meaning(&mut self, meaning: &Meaning) {
        for word in self.lists.values().filter(|(_, fault)| !fault).flat_map(|(words, _)| words) {
            if !word.starts_with('@') {
                let id = self.lexicon.word(word);
                self.lexicon.marks(id).thing = true;
            }
        }
        type Mark = fn(&mut Marks);
        let marked: [(&str, Mark); 5] = [
            (&meaning.fixed, |m| m.fixed = true),
            (&meaning.negation, |m| m.negation = true),
            (&meaning.doubt_before, |m| m.doubt_before = true),
            (&meaning.doubt_after, |m| m.doubt_after = true),
            (&meaning.present, |m| m.present = true),
        ];
        for (words, mark) in marked {
            for word in words.split_whitespace() {
                let id = self.lexicon.word(word);
                mark(self.lexicon.marks(id));
            }
        }
    }

    pub(super) fn category(&mut self, raw: RawCategory) -> Result<Category, CatalogueError> {
        let signs = self.signs(&format!("category {}", raw.code), "signs", &raw.signs)?;
        Ok(Category {
            code: raw.code,
            name_zh: raw.name_zh,
            name_en: raw.name_en,
            queue: raw.queue,
            kind: raw.kind,
            urgency: raw.urgency,
            paid: raw.paid,
            confidential: raw.confidential,
            signs,
        })
    }

    pub(super) fn emergency(&mut self, raw: RawEmergency) -> Result<EmergencyKind, CatalogueError> {
        let place = format!("emergency {}", raw.code);
        let signs = self.urgent_signs(&place, "signs", &raw.signs)?;
        let hints = self.urgent_signs(&place, "hints", &raw.hints)?;
        Ok(EmergencyKind {
            code: raw.code,
            name_zh: raw.name_zh,
            name_en: raw.name_en,
            queue: raw.queue,
            category: raw.category,
            closer: raw.closer,
            advice_zh: raw.advice_zh,
            advice_en: raw.advice_en,
            signs,
            hints,
        })
    }

    pub(super) fn danger(&mut self, raw: &RawDanger) -> Result<Danger, CatalogueError> {
        let raise = self.urgent_signs("danger", "raise", &raw.raise)?;
        let lower = self.signs("danger", "lower", &raw.lower)?;
        Ok(Danger { sure: raw.sure, learnt: raw.learnt, unlikely: raw.unlikely, raise, lower })
    }

    fn urgent_signs(&mut self, place: &str, key: &'static str, signs: &[String]) -> Result<Vec<Sign>, CatalogueError> {
        self.urgent = true;
        let signs = self.signs(place, key, signs);
        self.urgent = false;
        signs
    }

    pub(super) fn signs(
        &mut self,
        place: &str,
        key: &'static str,
        signs: &[String],
    ) -> Result<Vec<Sign>, CatalogueError> {
        let read = |sign: &String| {
            let allowed = "[weight] word|@list + word > word & word ! word";
            Sign::parse(sign, |words| self.term(words)).map_err(|problem| wrong(place, key, sign, &problem, allowed))
        };
        signs.iter().map(read).collect()
    }

    fn term(&mut self, words: &str) -> Result<TermId, String> {
        if words.is_empty() {
            return Err("has an empty place between its signs".to_owned());
        }
        let key = if self.urgent { format!("{words} (urgent)") } else { words.to_owned() };
        if let Some(term) = self.terms.get(&key) {
            return Ok(*term);
        }
        let mut members: BTreeMap<WordId, bool> = BTreeMap::new();
        for word in words.split('|') {
            self.collect(word.trim(), self.urgent, DEPTH, &mut members)?;
        }
        let term = self.terms.len();
        self.terms.insert(key, term);
        for (word, negatable) in members {
            self.lexicon.marks(word).terms.push((term, negatable));
        }
        Ok(term)
    }

    fn collect(
        &mut self,
        word: &str,
        negatable: bool,
        depth: usize,
        members: &mut BTreeMap<WordId, bool>,
    ) -> Result<(), String> {
        if word.is_empty() {
            return Err("has an empty word".to_owned());
        }
        let Some(name) = word.strip_prefix('@') else {
            members.insert(self.lexicon.word(word), negatable);
            return Ok(());
        };
        if name == FLAT_NUMBER {
            members.insert(0, false);
            return Ok(());
        }
        let (list, faults) = self.lists.get(name).cloned().ok_or_else(|| format!("names no word list `{name}`"))?;
        let deeper = depth.checked_sub(1).ok_or_else(|| format!("word list `{name}` names itself in a circle"))?;
        list.iter().try_for_each(|word| self.collect(word, faults || negatable, deeper, members))
    }
}
