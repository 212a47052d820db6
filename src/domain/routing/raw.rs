//! The catalogue file's shape as written, before anything is checked or indexed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::catalogue::Reading;
use super::understanding::NoRequestKind;
use crate::domain::words::{Kind, Queue, Urgency};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) reading: Reading,
    pub(super) spelling: RawSpelling,
    pub(super) things: BTreeMap<String, String>,
    pub(super) faults: BTreeMap<String, String>,
    pub(super) meaning: Meaning,
    pub(super) danger: RawDanger,
    pub(super) category: Vec<RawCategory>,
    pub(super) emergency: Vec<RawEmergency>,
    pub(super) no_request: Vec<RawSilence>,
    pub(super) tone: Vec<RawTone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSpelling {
    pub(super) fold: String,
    pub(super) fixes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meaning {
    pub(super) fixed: String,
    pub(super) negation: String,
    pub(super) doubt_before: String,
    pub(super) doubt_after: String,
    pub(super) present: String,
    pub(super) calm: Vec<String>,
    pub(super) hurry: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDanger {
    pub(super) sure: f32,
    pub(super) learnt: f32,
    pub(super) unlikely: f32,
    pub(super) raise: Vec<String>,
    pub(super) lower: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    pub(super) code: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) queue: Queue,
    pub(super) kind: Kind,
    pub(super) urgency: Urgency,
    #[serde(default)]
    pub(super) paid: bool,
    #[serde(default)]
    pub(super) confidential: bool,
    pub(super) signs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEmergency {
    pub(super) code: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) queue: Queue,
    pub(super) category: String,
    #[serde(default)]
    pub(super) closer: Vec<String>,
    pub(super) advice_zh: String,
    pub(super) advice_en: String,
    pub(super) signs: Vec<String>,
    #[serde(default)]
    pub(super) hints: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSilence {
    pub(super) what: NoRequestKind,
    pub(super) answer: Option<String>,
    pub(super) signs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTone {
    pub(super) kind: Kind,
    pub(super) signs: Vec<String>,
}
