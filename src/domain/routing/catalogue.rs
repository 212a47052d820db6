//! The catalogue: categories, emergencies and the words that point at them, read from TOML and indexed.

use std::sync::OnceLock;

use serde::Deserialize;

use super::hearing::Lexicon;
use super::index::Index;
use super::lessons::Lessons;
use super::raw::{File, RawSpelling};
use super::sign::Sign;
use super::text::Spelling;
use super::understanding::NoRequest;
use crate::domain::words::{Kind, Queue, Urgency};

/// A catalogue that cannot be used; says where, what stands there and what may stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML, or a key missing, unknown or of the wrong type; the text names line and key.
    #[error("catalogue: {0}")]
    Toml(String),
    /// A value that cannot stand where it does.
    #[error("catalogue: {place}, key `{key}`: `{value}` {problem}; allowed: {allowed}")]
    Wrong {
        /// The table, such as `category drain`.
        place: String,
        /// The key in it.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What may stand there.
        allowed: String,
    },
}

/// What a request can be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its code in tables, URLs and the API.
    pub code: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// The list it goes to.
    pub queue: Queue,
    /// What sort of request it usually is.
    pub kind: Kind,
    /// How fast it must be dealt with.
    pub urgency: Urgency,
    /// In-home work charged at market price.
    pub paid: bool,
    /// About the property company or its staff: hidden from the property until handed over.
    pub confidential: bool,
    pub(super) signs: Vec<Sign>,
}

/// A reason for which someone must go now: life, limb or a child in danger, or water, fire, gas or current spreading.
#[derive(Debug, Clone, PartialEq)]
pub struct EmergencyKind {
    /// Its code in tables and the API.
    pub code: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Who goes.
    pub queue: Queue,
    /// The category the ticket gets when the sentence points at none of `closer`.
    pub category: String,
    /// Categories of the same queue that tell more when the sentence points at them.
    pub closer: Vec<String>,
    /// What to tell the caller and whom to call, in Chinese.
    pub advice_zh: String,
    /// What to tell the caller and whom to call, in English.
    pub advice_en: String,
    pub(super) signs: Vec<Sign>,
    /// What by itself only points there; weighed together, see [`Danger`].
    pub(super) hints: Vec<Sign>,
}

/// When no single sign shows an emergency: what makes the hints of one weigh more or less.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Danger {
    /// The weight from which hints are an emergency.
    pub(super) sure: f32,
    /// The chance from which what the lessons say is an emergency.
    pub(super) learnt: f32,
    /// The chance below which no sign counts.
    pub(super) unlikely: f32,
    /// Somebody at risk, a plea, it happens now.
    pub(super) raise: Vec<Sign>,
    /// It is little, past, asked, usual.
    pub(super) lower: Vec<Sign>,
}

/// A way to say something that is no request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Silence {
    pub(super) what: NoRequest,
    pub(super) signs: Vec<Sign>,
}

/// A way of speaking that changes the kind of request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tone {
    pub(super) kind: Kind,
    pub(super) signs: Vec<Sign>,
}

/// Numbers of the weighing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reading {
    pub(super) reach: usize,
    pub(super) sure_score: f32,
    pub(super) sure_margin: f32,
    pub(super) more_signs: f32,
    pub(super) fallback: Vec<String>,
}

/// The parsed, indexed catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    pub(super) categories: Vec<Category>,
    pub(super) emergencies: Vec<EmergencyKind>,
    pub(super) silences: Vec<Silence>,
    pub(super) tones: Vec<Tone>,
    /// Any of these: nothing is burning any more, or never was.
    pub(super) calm: Vec<Sign>,
    /// Any of these raises a normal category to urgent.
    pub(super) hurry: Vec<Sign>,
    pub(super) danger: Danger,
    pub(super) reading: Reading,
    pub(super) spelling: Spelling,
    pub(super) lexicon: Lexicon,
    pub(super) terms: usize,
    /// Learnt at the first sentence.
    lessons: OnceLock<Lessons>,
}

impl Catalogue {
    /// Reads and indexes a catalogue file. The error names table, key, value and what is allowed.
    pub fn parse(toml: &str) -> Result<Self, CatalogueError> {
        let file: File = toml::from_str(toml).map_err(|e| CatalogueError::Toml(e.to_string().trim().to_owned()))?;
        let spelling = spelling(&file.spelling)?;
        let mut index = Index::new(&file);
        index.mark_meaning(&file.meaning);
        let mut categories: Vec<Category> = Vec::with_capacity(file.category.len());
        for raw in file.category {
            categories.push(index.category(raw)?);
        }
        let mut emergencies = Vec::with_capacity(file.emergency.len());
        for raw in file.emergency {
            emergencies.push(index.emergency(raw)?);
        }
        let mut silences = Vec::with_capacity(file.no_request.len());
        for raw in file.no_request {
            let signs = index.signs(&format!("no_request {:?}", raw.what), "signs", &raw.signs)?;
            silences.push(Silence { what: raw.what.with(raw.answer), signs });
        }
        let mut tones = Vec::with_capacity(file.tone.len());
        for raw in file.tone {
            tones
                .push(Tone { kind: raw.kind, signs: index.signs(&format!("tone {}", raw.kind), "signs", &raw.signs)? });
        }
        let calm = index.signs("meaning", "calm", &file.meaning.calm)?;
        let hurry = index.signs("meaning", "hurry", &file.meaning.hurry)?;
        let danger = index.danger(&file.danger)?;
        let terms = index.terms.len();
        let lexicon = index.lexicon;
        let reading = file.reading;
        let lessons = OnceLock::new();
        let catalogue = Self {
            categories,
            emergencies,
            silences,
            tones,
            calm,
            hurry,
            danger,
            reading,
            spelling,
            lexicon,
            terms,
            lessons,
        };
        catalogue.check()?;
        Ok(catalogue)
    }

    /// The catalogue inside the binary.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Catalogue> = OnceLock::new();
        SHIPPED.get_or_init(|| match Self::parse(include_str!("../../../config/catalogue.toml")) {
            Ok(catalogue) => catalogue,
            // The file is part of the program and a test parses it; a fault in it cannot reach a user.
            Err(error) => panic!("{error}"),
        })
    }

    /// What was learnt from the example sentences, read in this catalogue's spelling.
    pub(super) fn lessons(&self) -> &Lessons {
        self.lessons.get_or_init(|| Lessons::learn(&self.spelling, include_str!("../../../config/lessons.tsv")))
    }

    /// Every category, in the order of the file.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.code == code)
    }

    /// Every kind of emergency, in the order of the file.
    pub fn emergencies(&self) -> &[EmergencyKind] {
        &self.emergencies
    }

    /// A kind of emergency by its code.
    pub fn emergency(&self, code: &str) -> Option<&EmergencyKind> {
        self.emergencies.iter().find(|e| e.code == code)
    }

    fn check(&self) -> Result<(), CatalogueError> {
        let codes = self.categories.iter().map(|c| c.code.as_str());
        unique("category", codes.clone())?;
        unique("emergency", self.emergencies.iter().map(|e| e.code.as_str()))?;
        let allowed = codes.collect::<Vec<_>>().join(", ");
        let known = |place: String, key, code: &str| match self.category(code) {
            Some(_) => Ok(()),
            None => Err(wrong(&place, key, code, "is no category", &allowed)),
        };
        for emergency in &self.emergencies {
            let place = format!("emergency {}", emergency.code);
            known(place.clone(), "category", &emergency.category)?;
            for code in &emergency.closer {
                known(place.clone(), "closer", code)?;
            }
        }
        for code in &self.reading.fallback {
            known("reading".to_owned(), "fallback", code)?;
        }
        let margin = self.reading.sure_margin;
        if !(0.0..1.0).contains(&margin) {
            return Err(wrong("reading", "sure_margin", &margin.to_string(), "is out of range", "0 up to below 1"));
        }
        Ok(())
    }
}

fn unique<'a>(table: &str, codes: impl Iterator<Item = &'a str>) -> Result<(), CatalogueError> {
    let mut seen = std::collections::HashSet::new();
    for code in codes {
        let shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if code.is_empty() || !code.chars().all(shape) {
            return Err(wrong(table, "code", code, "is no code", "a-z, 0-9 and _"));
        }
        if !seen.insert(code) {
            return Err(wrong(table, "code", code, "stands twice", "each code once"));
        }
    }
    Ok(())
}

pub(super) fn wrong(place: &str, key: &'static str, value: &str, problem: &str, allowed: &str) -> CatalogueError {
    CatalogueError::Wrong {
        place: place.to_owned(),
        key,
        value: value.to_owned(),
        problem: problem.to_owned(),
        allowed: allowed.to_owned(),
    }
}

fn spelling(raw: &RawSpelling) -> Result<Spelling, CatalogueError> {
    let mut spelling = Spelling::default();
    for pair in raw.fold.split_whitespace() {
        let mut chars = pair.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(from), Some(to), None) => spelling.fold.insert(from, to),
            _ => return Err(wrong("spelling", "fold", pair, "is no pair", "two characters, such as 燈灯")),
        };
    }
    for (from, to) in &raw.fixes {
        let from: Vec<char> = from.chars().collect();
        let Some(first) = from.first().copied() else {
            return Err(wrong("spelling.fixes", "fixes", "", "is empty", "a misspelt word"));
        };
        spelling.fixes.entry(first).or_default().push((from, to.chars().collect()));
    }
    for fixes in spelling.fixes.values_mut() {
        fixes.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    }
    Ok(spelling)
}
