//! What pages and the API show: read models, with words still as codes so that each edge speaks its own language.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{IdentityId, MessageId, PlaceId, ReporterId, ResidentId, TicketId, TicketNumber, UserId};
use super::place::PlacePath;
use super::routing::Suggestion;
use super::sla::ClockState;
use super::ticket::{Event, Refusal, Verb, WordsPurpose};
use super::words::{
    Audience, Channel, ClockKind, EscalationState, Kind, Language, LinkKind, Outcome, Platform, Queue, ReporterRole,
    Status, Urgency,
};

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
    pub path: Option<PlacePath>,
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
    pub category: Option<CategoryName>,
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
    pub suggestions: Vec<(Suggested, CategoryName)>,
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

/// Everything one ticket's page shows.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// The same as in a list.
    pub line: TicketLine,
    /// Where the reporter lives.
    pub reporter_place: PlaceLine,
    /// Everyone who said it.
    pub reporters: Vec<ReporterView>,
    /// History, newest first.
    pub timeline: Vec<Entry>,
    /// Its clocks, oldest first.
    pub clocks: Vec<ClockView>,
    /// Every crossing, oldest first.
    pub crossings: Vec<CrossingView>,
    /// Why it is on hold, and until when.
    pub hold: Option<HoldView>,
    /// Tickets tied to it.
    pub links: Vec<LinkView>,
    /// Photos, recordings, positions.
    pub attachments: Vec<AttachmentView>,
    /// Ranked guesses, while unassigned.
    pub suggestions: Vec<(Suggested, CategoryName)>,
    /// Kind of emergency heard.
    pub emergency: Option<String>,
    /// Every verb, and why it is refused. A verb missing here is not for this actor at all.
    pub verbs: Vec<(Verb, Option<Refusal>)>,
    /// Whom it can be given to: the queue's people, or everyone of the actor's platform.
    pub workers: Vec<WorkerView>,
}

impl TicketPage {
    /// Whether the page should offer the verb as a live button.
    pub fn may(&self, verb: Verb) -> bool {
        self.verbs.iter().any(|(v, refusal)| *v == verb && refusal.is_none())
    }

    /// Why a verb that belongs to this actor cannot be done now.
    pub fn refusal(&self, verb: Verb) -> Option<&Refusal> {
        self.verbs.iter().find(|(v, _)| *v == verb).and_then(|(_, refusal)| refusal.as_ref())
    }
}

/// Someone a ticket can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerView {
    /// Who.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// The queue worked in.
    pub queue: Queue,
    /// On duty now.
    pub on_duty: bool,
}

/// One person's tie to a ticket.
#[derive(Debug, Clone)]
pub struct ReporterView {
    /// The row.
    pub id: ReporterId,
    /// First, also, proxy.
    pub role: ReporterRole,
    /// Name, when known.
    pub name: Option<String>,
    /// Who, when the register knows them.
    pub resident: Option<ResidentId>,
    /// `138****8001`, or the whole number to the person working the ticket.
    pub phone: Option<String>,
    /// Whether `phone` is the whole number.
    pub phone_whole: bool,
    /// Writes through WeChat.
    pub wechat: bool,
    /// Took it back.
    pub left: bool,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A member of staff, by name.
    Staff(String),
    /// A program with this token name.
    Program(String),
    /// One of the reporters.
    Resident,
    /// The service itself.
    System,
}

/// One line of the timeline.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub author: Author,
    /// What.
    pub event: Event,
    /// People named in the event, for its sentence.
    pub names: Vec<(UserId, String)>,
    /// The words that belong to it and that this actor may read.
    pub words: Vec<(WordsPurpose, String)>,
    /// Who may read it.
    pub audience: Audience,
}

/// One clock.
#[derive(Debug, Clone)]
pub struct ClockView {
    /// What it waits for.
    pub kind: ClockKind,
    /// Whose time.
    pub platform: Platform,
    /// The queue, for time spent in one.
    pub queue: Option<Queue>,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub due_at: Option<DateTime<Utc>>,
    /// How it stands; `None` for time without a limit.
    pub state: Option<ClockState>,
    /// Time used, without pauses.
    pub spent: TimeDelta,
    /// Share of the limit used, 0 to 100.
    pub percent: u8,
}

/// One crossing between the platforms.
#[derive(Debug, Clone)]
pub struct CrossingView {
    /// Where it stands.
    pub state: EscalationState,
    /// Who asked.
    pub from: Platform,
    /// Why.
    pub reason: String,
    /// What was tried.
    pub tried: Option<String>,
    /// What is asked.
    pub asked: Option<String>,
    /// Why it was returned, or what was done.
    pub answer: Option<String>,
    /// When an answer is due.
    pub answer_by: Option<DateTime<Utc>>,
    /// When it was offered.
    pub offered_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
}

/// A hold under way.
#[derive(Debug, Clone)]
pub struct HoldView {
    /// Why, in words the resident reads.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When someone looks again.
    pub review_at: DateTime<Utc>,
}

/// A ticket tied to another.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// How.
    pub kind: LinkKind,
    /// Whether the page's ticket is the link's origin ("merged into"), else its aim ("took in").
    pub from_here: bool,
    /// The other ticket.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
}

/// A photo, recording or position.
#[derive(Debug, Clone)]
pub struct AttachmentView {
    /// `image`, `voice`, `video`, `location`, `link`.
    pub kind: String,
    /// `to_fetch`, `kept`, `lost`.
    pub state: String,
    /// For a position: its label; for a link: its title.
    pub label: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A resident as the agent's page shows them.
#[derive(Debug, Clone)]
pub struct ResidentView {
    /// The row.
    pub id: ResidentId,
    /// Name.
    pub name: String,
    /// What an agent should know.
    pub care_note: Option<String>,
    /// Numbers, masked.
    pub phones: Vec<String>,
    /// Present homes, with `owner`, `tenant`, `family` or `other`.
    pub homes: Vec<(PlaceId, PlaceLine, String)>,
}

/// Who calls, and what they said before.
#[derive(Debug, Clone, Default)]
pub struct CallerPage {
    /// The people the number, name or flat fits; the agent chooses when several.
    pub people: Vec<ResidentView>,
    /// The one chosen, an index into `people`.
    pub chosen: Option<usize>,
    /// What the chosen person (or the number) reported, newest first.
    pub history: Vec<TicketLine>,
    /// Open tickets of the same building, that the caller may be told of.
    pub building: Vec<TicketLine>,
    /// Complaints about the caller's flat: never read out.
    pub about_flat: Vec<TicketLine>,
    /// The flat looked for, when it was one.
    pub flat: Option<(PlaceId, PlaceLine)>,
    /// A number nobody is registered under: masked, as the form will keep it.
    pub unknown_phone: Option<String>,
}

/// Today's figures of a desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Today {
    /// Requests that came in.
    pub opened: i64,
    /// Waiting to be routed.
    pub unassigned: i64,
    /// In a queue.
    pub assigned: i64,
    /// Being worked on.
    pub in_progress: i64,
    /// Done.
    pub done: i64,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}

/// A place in a list that is ordered newest first: after the ticket opened then, with that id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When the last one shown was opened.
    pub opened_at: DateTime<Utc>,
    /// Its id.
    pub id: TicketId,
}

/// How many tickets of a queue are open, for the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// Which.
    pub queue: Queue,
    /// In the queue, nobody has started.
    pub assigned: i64,
    /// Being worked on.
    pub in_progress: i64,
    /// Past their limit.
    pub late: i64,
}
