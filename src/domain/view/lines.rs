//! One ticket, one message, one guess in a list.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{AlarmId, IdentityId, MessageId, TicketId, TicketNumber, UserId};
use crate::domain::place::PlacePath;
use crate::domain::routing::Suggestion;
use crate::domain::sla::ClockState;
use crate::domain::words::{Channel, EscalationState, Kind, Language, Outcome, Platform, Queue, Status, Urgency};

/// A guess where an unclear request belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggested {
    /// The list.
    pub queue: Queue,
    /// The category's code.
    pub category: String,
    /// 0 to 1.
    pub confidence: f32,
    /// The resident's words that point there.
    pub words: Vec<String>,
}

impl From<&Suggestion> for Suggested {
    fn from(s: &Suggestion) -> Self {
        Self { queue: s.queue, category: s.category.clone(), confidence: s.confidence, words: s.words.clone() }
    }
}

/// A category's name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryName {
    /// Its code.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl CategoryName {
    /// In one language.
    pub fn word(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A place as a line shows it: the register's, or what was said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlaceLine {
    /// From the register.
    pub path: Option<Arc<PlacePath>>,
    /// As it was said, when the register does not know it.
    pub text: Option<String>,
}

impl PlaceLine {
    /// In full: 恒泰园 3 号楼 2 单元 501. Empty when nothing is known.
    pub fn words(&self, language: Language) -> String {
        match (&self.path, &self.text) {
            (Some(path), _) => path.words(language),
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        }
    }

    /// For a table's column: garden and door, 恒泰园 3-2-501. Empty when nothing is known.
    pub fn short(&self) -> String {
        match (&self.path, &self.text) {
            (Some(path), _) => {
                let door = path.door();
                match &path.garden {
                    Some(garden) if garden.name != door => format!("{} {door}", garden.name),
                    _ => door,
                }
            }
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        }
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.path.is_none() && self.text.is_none()
    }
}

/// One ticket in a list.
#[derive(Debug, Clone)]
pub struct TicketLine {
    /// The row.
    pub id: TicketId,
    /// What people call it.
    pub number: TicketNumber,
    /// For the next change.
    pub version: i64,
    /// One of the four.
    pub status: Status,
    /// Whose list.
    pub queue: Option<Queue>,
    /// Who has it.
    pub worker: Option<(UserId, String)>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When a deferred one comes up again.
    pub review_on: Option<NaiveDate>,
    /// The department that gave it back.
    pub returned_from: Option<Queue>,
    /// Answers to the resident.
    pub lead: Platform,
    /// Must act now.
    pub holder: Platform,
    /// Where it came in.
    pub channel: Channel,
    /// What sort of request.
    pub kind: Kind,
    /// What it is about.
    pub category: Option<Arc<CategoryName>>,
    /// Class of its limits.
    pub urgency: Urgency,
    /// The resident pays.
    pub paid: bool,
    /// For the holding side alone.
    pub confidential: bool,
    /// What it is about.
    pub place: PlaceLine,
    /// The resident's words.
    pub words: String,
    /// Where [`TicketLine::matter`] begins in them, in bytes; it goes to their end.
    pub matter_at: usize,
    /// When it came in.
    pub opened_at: DateTime<Utc>,
    /// Since when it stands as it does.
    pub since_at: DateTime<Utc>,
    /// When it should be done by.
    pub due_at: Option<DateTime<Utc>>,
    /// The clock, to show; `None` when none runs.
    pub clock: Option<ClockState>,
    /// Counted nudges.
    pub nudge_count: i32,
    /// How often it came up again.
    pub reopened_count: i32,
    /// The live crossing between the platforms.
    pub crossing: Option<CrossingLine>,
}

impl TicketLine {
    /// The words without the place they begin with, when the register knows it: for lists that show it beside.
    pub fn matter(&self) -> &str {
        self.words.get(self.matter_at..).unwrap_or(&self.words)
    }
}

/// A live crossing, in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossingLine {
    /// Offered or accepted.
    pub state: EscalationState,
    /// Who asked.
    pub from: Platform,
    /// When an answer is due.
    pub answer_by: Option<DateTime<Utc>>,
}

/// An unassigned ticket, with what it might be.
#[derive(Debug, Clone)]
pub struct TriageLine {
    /// The ticket.
    pub ticket: TicketLine,
    /// Ranked guesses.
    pub suggestions: Vec<(Suggested, Arc<CategoryName>)>,
    /// Kind of emergency heard, by the catalogue's code.
    pub emergency: Option<String>,
}

/// A message that opened no ticket (未成单).
#[derive(Debug, Clone)]
pub struct UnfiledLine {
    /// The message.
    pub id: MessageId,
    /// From whom.
    pub identity: IdentityId,
    /// `text`, `image` …
    pub kind: String,
    /// The words.
    pub words: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An emergency that rings.
#[derive(Debug, Clone)]
pub struct AlarmLine {
    /// The alarm.
    pub id: AlarmId,
    /// The emergency.
    pub ticket: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// Where.
    pub place: PlaceLine,
    /// What.
    pub category: Option<Arc<CategoryName>>,
    /// Since when it rings.
    pub raised_at: DateTime<Utc>,
}
