//! Everything one ticket's page shows.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{CategoryName, PlaceLine, Suggested, TicketLine};
use crate::domain::ids::{ReporterId, ResidentId, TicketId, UserId};
use crate::domain::sla::ClockState;
use crate::domain::ticket::{Event, Refusal, Verb, WordsPurpose};
use crate::domain::words::{Audience, ClockKind, EscalationState, LinkKind, Platform, Queue, ReporterRole, Status};

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
    pub suggestions: Vec<(Suggested, Arc<CategoryName>)>,
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
