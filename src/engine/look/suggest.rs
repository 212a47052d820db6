//! What the form suggests while the agent still types.

use std::sync::Arc;

use super::super::{Engine, Failure, places};
use super::named;
use crate::domain::actor::Staff;
use crate::domain::routing::{NoRequest, Verdict, understand};
use crate::domain::view::{CategoryName, PlaceLine, Suggested};
use crate::domain::words::{Kind, Queue, Urgency};

/// What was understood of a sentence.
#[derive(Debug, Clone)]
pub struct Suggest {
    /// What sort of request.
    pub kind: Kind,
    /// How fast.
    pub urgency: Urgency,
    /// Where it would go by itself, when sure.
    pub sure: Option<Queue>,
    /// Ranked guesses, at most three.
    pub suggestions: Vec<(Suggested, Arc<CategoryName>)>,
    /// It sounds like an emergency.
    pub emergency: Option<EmergencyNote>,
    /// It asks for nothing: `thanks`, `chat`, `spam`, `abuse`, `question`.
    pub no_request: Option<&'static str>,
    /// The place heard.
    pub place: PlaceLine,
    /// The places it could be.
    pub place_choices: Vec<PlaceLine>,
    /// About the property company or its staff.
    pub confidential: bool,
}

/// What to say when it sounds like an emergency.
#[derive(Debug, Clone)]
pub struct EmergencyNote {
    /// The catalogue's code.
    pub code: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// What to tell the caller, in Chinese.
    pub advice_zh: String,
    /// What to tell the caller, in English.
    pub advice_en: String,
}

/// Longest text looked at, in characters: more than anybody types during a call.
const LIMIT: usize = 2_000;

/// Understands a sentence without opening anything.
pub fn suggest(engine: &Engine, staff: &Staff, words: &str) -> Result<Suggest, Failure> {
    let settings = engine.settings(staff.community)?;
    let words: String = words.chars().take(LIMIT).collect();
    let understood = understand(&settings.catalogue, &words);
    let place = engine.store.read(|db| {
        let found = places::understand(db, &settings, &words, None)?;
        let path = match found.about.or(found.reporter) {
            Some(id) => places::known(db, &settings, &[id])?.remove(&id),
            None => None,
        };
        Ok::<_, Failure>((PlaceLine { path, text: found.text }, found.choices))
    })?;
    let emergency = understood.emergency.as_deref().and_then(|code| settings.catalogue.emergency(code));
    Ok(Suggest {
        kind: understood.kind,
        urgency: understood.urgency,
        sure: match understood.verdict {
            Verdict::Queue(queue) => Some(queue),
            Verdict::Unsure | Verdict::NoRequest(_) => None,
        },
        suggestions: named(&settings, &understood.suggestions),
        emergency: emergency.map(|kind| EmergencyNote {
            code: kind.code.clone(),
            name_zh: kind.name_zh.clone(),
            name_en: kind.name_en.clone(),
            advice_zh: kind.advice_zh.clone(),
            advice_en: kind.advice_en.clone(),
        }),
        no_request: match &understood.verdict {
            Verdict::NoRequest(why) => Some(code(why)),
            Verdict::Queue(_) | Verdict::Unsure => None,
        },
        place: place.0,
        place_choices: place.1.into_iter().map(|path| PlaceLine { path: Some(path.into()), text: None }).collect(),
        confidential: understood.confidential,
    })
}

const fn code(why: &NoRequest) -> &'static str {
    match why {
        NoRequest::Thanks => "thanks",
        NoRequest::Chat => "chat",
        NoRequest::Spam => "spam",
        NoRequest::Abuse => "abuse",
        NoRequest::Question { .. } => "question",
    }
}
