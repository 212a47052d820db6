//! What was made of a resident's sentence.

use serde::Deserialize;

use super::catalogue::Catalogue;
use crate::domain::words::{Kind, Language, Queue, Urgency};

/// What a sentence asks for, as far as words tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Understanding {
    /// What sort of request it is.
    pub kind: Kind,
    /// Where it should go.
    pub verdict: Verdict,
    /// The likeliest category, also when unsure; none when nothing pointed anywhere or it is no request.
    pub category: Option<String>,
    /// How fast it must be dealt with.
    pub urgency: Urgency,
    /// 0 to 1: how far the verdict stands above what else it could be.
    pub confidence: f32,
    /// Code of the kind of emergency, when someone must go now.
    pub emergency: Option<String>,
    /// In-home work charged at market price.
    pub paid: bool,
    /// About the property company or its staff.
    pub confidential: bool,
    /// The resident's own words it went by, in the order they stand.
    pub words: Vec<String>,
    /// At most three, the likeliest first; also when sure. Empty only when it is no request.
    pub suggestions: Vec<Suggestion>,
}

/// Where a sentence should go.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// To this list, without asking anybody.
    Queue(Queue),
    /// A person should decide, helped by the suggestions.
    Unsure,
    /// It opens no ticket and stands on the desk's list.
    NoRequest(NoRequest),
}

/// Why a message opens no ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum NoRequest {
    /// Thanks or praise.
    Thanks,
    /// Greetings, chat, signs without words.
    Chat,
    /// Advertising.
    Spam,
    /// Abuse that asks for nothing.
    Abuse,
    /// A question with a set answer.
    Question {
        /// Code of the answer, such as `payment`; none when the question is of that sort but has no code.
        answer: Option<String>,
    },
}

/// [`NoRequest`] as the catalogue file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NoRequestKind {
    Thanks,
    Chat,
    Spam,
    Abuse,
    Question,
}

impl NoRequestKind {
    pub(super) fn with(self, answer: Option<String>) -> NoRequest {
        match self {
            Self::Thanks => NoRequest::Thanks,
            Self::Chat => NoRequest::Chat,
            Self::Spam => NoRequest::Spam,
            Self::Abuse => NoRequest::Abuse,
            Self::Question => NoRequest::Question { answer },
        }
    }
}

impl NoRequest {
    /// What a person reads.
    pub fn word(&self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Thanks => ("致谢", "thanks"),
            Self::Chat => ("闲聊", "chat"),
            Self::Spam => ("广告", "advertising"),
            Self::Abuse => ("谩骂", "abuse"),
            Self::Question { .. } => ("常见问题", "a common question"),
        };
        if language == Language::Zh { zh } else { en }
    }
}

/// One thing the sentence could be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The category's list.
    pub queue: Queue,
    /// The category's code.
    pub category: String,
    /// 0 to 1, comparable within one sentence.
    pub confidence: f32,
    /// The resident's own words that point there; empty for one offered for want of any.
    pub words: Vec<String>,
}

impl Understanding {
    /// One sentence saying what it went by, for staff to read.
    pub fn reason(&self, catalogue: &Catalogue, language: Language) -> String {
        let zh = language == Language::Zh;
        let heard = match (self.words.is_empty(), zh) {
            (true, true) => "没有听出明确的内容".to_owned(),
            (true, false) => "No word pointed anywhere".to_owned(),
            (false, true) => format!("听到「{}」", self.words.join("」「")),
            (false, false) => format!("Heard \u{201c}{}\u{201d}", self.words.join("\u{201d}, \u{201c}")),
        };
        let name = |code: &Option<String>| -> Option<String> {
            let category = catalogue.category(code.as_deref()?)?;
            Some(if zh { category.name_zh.clone() } else { category.name_en.clone() })
        };
        let emergency = self.emergency.as_deref().and_then(|code| catalogue.emergency(code));
        let about = match emergency {
            Some(found) => Some(if zh { found.name_zh.clone() } else { found.name_en.clone() }),
            None => name(&self.category),
        };
        let urgent = if emergency.is_some() { if zh { "紧急，" } else { "emergency, " } } else { "" };
        let about = about.unwrap_or_default();
        match (&self.verdict, zh) {
            (Verdict::Queue(queue), true) => format!("{heard}，判断为{urgent}{about}，转{}", queue.word(language)),
            (Verdict::Queue(queue), false) => format!("{heard}: {urgent}{about}, to {}", queue.word(language)),
            (Verdict::NoRequest(why), true) => format!("{heard}，判断为{}，不开单", why.word(language)),
            (Verdict::NoRequest(why), false) => format!("{heard}: {}, no ticket", why.word(language)),
            (Verdict::Unsure, true) if about.is_empty() => format!("{heard}，请人工判断"),
            (Verdict::Unsure, true) => format!("{heard}，可能是{about}，请人工判断"),
            (Verdict::Unsure, false) if about.is_empty() => format!("{heard}; a person should decide"),
            (Verdict::Unsure, false) => format!("{heard}; perhaps {about}, a person should decide"),
        }
    }
}
