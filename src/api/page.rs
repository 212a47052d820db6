//! One ticket with everything that stands beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::item::{Item, place_id, place_words};
use super::verbs;
use crate::domain::ids::{PlaceId, ReporterId, ResidentId, TicketId, UserId};
use crate::domain::sla::ClockState;
use crate::domain::ticket::{Event, Refusal, Verb};
use crate::domain::view::{
    AttachmentView, Author, CategoryName, ClockView, CrossingView, Entry, LinkView, ReporterView, Suggested, TicketPage,
};
use crate::domain::words::{
    Audience, ClockKind, EscalationState, Language, LinkKind, Platform, Queue, ReporterRole, Status,
};

/// A ticket shown alone: the members of a list's item, and more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketPage)]
pub struct Page {
    #[serde(flatten)]
    item: Item,
    /// Who has it, by name.
    worker_name: Option<String>,
    /// The category's names.
    category_names: Option<Names>,
    /// Since when it stands as it does.
    since_at: DateTime<Utc>,
    /// Where the reporter lives.
    reporter_place: Option<String>,
    reporter_place_id: Option<PlaceId>,
    reporters: Vec<Reporter>,
    /// Newest first.
    timeline: Vec<Line>,
    /// Oldest first.
    clocks: Vec<Clock>,
    /// Oldest first.
    crossings: Vec<Crossing>,
    hold: Option<Hold>,
    links: Vec<Link>,
    attachments: Vec<Attachment>,
    /// Ranked guesses while it is unassigned.
    suggestions: Vec<Guess>,
    /// The kind of emergency heard.
    emergency: Option<String>,
    /// What this caller may do, with the reason where it cannot be done now.
    verbs: Vec<Allowed>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Names {
    #[serde(rename = "zh-CN")]
    zh: String,
    en: String,
}

impl From<Arc<CategoryName>> for Names {
    fn from(name: Arc<CategoryName>) -> Self {
        Self { zh: name.zh.clone(), en: name.en.clone() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Reporter {
    id: ReporterId,
    role: ReporterRole,
    name: Option<String>,
    resident_id: Option<ResidentId>,
    /// Masked.
    phone: Option<String>,
    wechat: bool,
    left: bool,
}

impl From<ReporterView> for Reporter {
    fn from(r: ReporterView) -> Self {
        // A whole number is for the person at work, who sees it on the console.
        let phone = r.phone.filter(|_| !r.phone_whole);
        let ReporterView { id, role, name, resident, wechat, left, .. } = r;
        Self { id, role, name, resident_id: resident, phone, wechat, left }
    }
}

/// A line of the history. Beside its `event` stand the event's own members: ids, codes, old and new.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineLine)]
struct Line {
    at: DateTime<Utc>,
    author: Who,
    #[serde(flatten)]
    event: Event,
    /// Names of the people the event speaks of, by id.
    names: BTreeMap<UserId, String>,
    words: Vec<Words>,
    audience: Audience,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Author)]
struct Who {
    /// `staff`, `program`, `resident`, `system`.
    kind: &'static str,
    name: Option<String>,
}

/// What was said or written.
#[derive(Debug, Serialize, ToSchema)]
struct Words {
    purpose: &'static str,
    text: String,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        let (kind, name) = match entry.author {
            Author::Staff(name) => ("staff", Some(name)),
            Author::Program(name) => ("program", Some(name)),
            Author::Resident => ("resident", None),
            Author::System => ("system", None),
        };
        Self {
            at: entry.at,
            author: Who { kind, name },
            event: entry.event,
            names: entry.names.into_iter().collect(),
            words: entry.words.into_iter().map(|(purpose, text)| Words { purpose: purpose.code(), text }).collect(),
            audience: entry.audience,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Clock {
    kind: ClockKind,
    platform: Platform,
    queue: Option<Queue>,
    started_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    /// `running`, `warn`, `late`, `held`, `met`, `missed`; `null` for time without a limit.
    state: Option<&'static str>,
    /// Time used, without pauses.
    spent_seconds: i64,
    percent: u8,
}

impl From<ClockView> for Clock {
    fn from(clock: ClockView) -> Self {
        let state = clock.state.map(|state| match state {
            ClockState::Running { .. } => "running",
            ClockState::Warn { .. } => "warn",
            ClockState::Late { .. } => "late",
            ClockState::Held { .. } => "held",
            ClockState::Met => "met",
            ClockState::Missed => "missed",
        });
        let ClockView { kind, platform, queue, started_at, due_at, spent, percent, .. } = clock;
        Self { kind, platform, queue, started_at, due_at, state, spent_seconds: spent.num_seconds(), percent }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Crossing {
    state: EscalationState,
    from: Platform,
    to: Platform,
    reason: String,
    tried: Option<String>,
    asked: Option<String>,
    answer: Option<String>,
    answer_by: Option<DateTime<Utc>>,
    offered_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

impl From<CrossingView> for Crossing {
    fn from(c: CrossingView) -> Self {
        let CrossingView { state, from, reason, tried, asked, answer, answer_by, offered_at, closed_at } = c;
        Self { state, from, to: from.other(), reason, tried, asked, answer, answer_by, offered_at, closed_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Hold {
    reason: String,
    since: DateTime<Utc>,
    review_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Link {
    kind: LinkKind,
    /// Whether this ticket is the link's origin.
    from_here: bool,
    id: TicketId,
    number: String,
    status: Status,
}

impl From<LinkView> for Link {
    fn from(link: LinkView) -> Self {
        let LinkView { kind, from_here, id, number, status } = link;
        Self { kind, from_here, id, number, status }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Attachment {
    kind: String,
    state: String,
    label: Option<String>,
    at: DateTime<Utc>,
}

impl From<AttachmentView> for Attachment {
    fn from(attachment: AttachmentView) -> Self {
        let AttachmentView { kind, state, label, at } = attachment;
        Self { kind, state, label, at }
    }
}

/// Where it might belong.
#[derive(Debug, Serialize, ToSchema)]
struct Guess {
    queue: Queue,
    category: String,
    category_names: Names,
    confidence: f32,
    words: Vec<String>,
}

impl From<(Suggested, Arc<CategoryName>)> for Guess {
    fn from((guess, name): (Suggested, Arc<CategoryName>)) -> Self {
        let Suggested { queue, category, confidence, words } = guess;
        Self { queue, category, category_names: name.into(), confidence, words }
    }
}

/// A verb that this caller may give.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AllowedVerb)]
struct Allowed {
    verb: &'static str,
    /// The last step of the path to post to.
    resource: &'static str,
    /// Why not now; `null` when it can be done.
    refusal: Option<Reason>,
}

/// Why a verb cannot be done now.
#[derive(Debug, Serialize, ToSchema)]
struct Reason {
    code: &'static str,
    detail: String,
}

fn allowed((verb, refusal): (Verb, Option<Refusal>), language: Language) -> Allowed {
    let refusal = refusal.map(|refusal| Reason { code: refusal.code(), detail: refusal.say(language) });
    Allowed { verb: verb.code(), resource: verbs::path(verb), refusal }
}

impl Page {
    /// As the caller may see it.
    pub fn of(page: TicketPage, language: Language) -> Self {
        let line = page.line;
        Self {
            worker_name: line.worker.as_ref().map(|(_, name)| name.clone()),
            category_names: line.category.clone().map(Names::from),
            since_at: line.since_at,
            reporter_place: place_words(&page.reporter_place, language),
            reporter_place_id: place_id(&page.reporter_place),
            reporters: page.reporters.into_iter().map(Reporter::from).collect(),
            timeline: page.timeline.into_iter().map(Line::from).collect(),
            clocks: page.clocks.into_iter().map(Clock::from).collect(),
            crossings: page.crossings.into_iter().map(Crossing::from).collect(),
            hold: page.hold.map(|h| Hold { reason: h.reason, since: h.since, review_at: h.review_at }),
            links: page.links.into_iter().map(Link::from).collect(),
            attachments: page.attachments.into_iter().map(Attachment::from).collect(),
            suggestions: page.suggestions.into_iter().map(Guess::from).collect(),
            emergency: page.emergency,
            // Files have no resource here yet.
            verbs: page.verbs.into_iter().filter(|(v, _)| *v != Verb::Attach).map(|v| allowed(v, language)).collect(),
            item: Item::of(line, language),
        }
    }
}
