//! The right-hand column: today's requests, what waits to be routed, messages that opened no ticket.

use crate::domain::actor::Staff;
use crate::domain::view::{TicketLine, Today, TriageLine, UnfiledLine};
use crate::domain::wording::{self, Round};
use crate::domain::words::{Language, Platform, Queue, Status, Urgency};
use crate::engine::{Engine, Failure, look};
use crate::web::facts::{Clock, NavItem};
use crate::web::list::asked::href;
use crate::web::texts::{Texts, fill};

use super::Speech;

/// Which list the column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Today's requests.
    #[default]
    Today,
    /// What waits to be routed.
    Triage,
    /// Messages that opened no ticket.
    Unfiled,
    /// The day's calls, and people to ring back.
    Calls,
}

impl Tab {
    /// Its value in the address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Triage => "triage",
            Self::Unfiled => "unfiled",
            Self::Calls => "calls",
        }
    }

    /// Reads the address; anything strange is today's list.
    pub fn from_code(code: &str) -> Self {
        [Self::Triage, Self::Unfiled, Self::Calls].into_iter().find(|tab| tab.code() == code).unwrap_or_default()
    }
}

/// A line of today's list.
#[derive(Debug, Clone)]
pub struct LogRow {
    /// The ticket's page.
    pub href: String,
    /// The number people say.
    pub number: String,
    /// When it came in, such as 14:05.
    pub time: String,
    /// Where, short.
    pub place: String,
    /// The resident's words.
    pub words: String,
    /// Which of the four.
    pub status: Status,
    /// Someone must go now.
    pub emergency: bool,
    /// Soon due, late or on hold.
    pub clock: Option<Clock>,
}

/// A guess as a button.
#[derive(Debug, Clone)]
pub struct Pick {
    /// The key that presses it, counted from 1.
    pub key: usize,
    /// The department.
    pub label: String,
    /// The category.
    pub text: String,
    /// The words it goes by, or empty.
    pub why: String,
    /// The queue's code.
    pub queue: &'static str,
    /// The category's code.
    pub category: String,
}

/// A request that waits to be routed.
#[derive(Debug, Clone)]
pub struct TriageRow {
    /// The ticket's page.
    pub href: String,
    /// Where a pick is posted.
    pub action: String,
    /// The number people say.
    pub number: String,
    /// The version the row was read at.
    pub version: i64,
    /// Where.
    pub place: String,
    /// The resident's words.
    pub words: String,
    /// How long it has waited, in words.
    pub since: String,
    /// Who gave it back, or empty.
    pub returned: String,
    /// Somebody else's desk would route it by day.
    pub platform: Option<Platform>,
    /// How urgent.
    pub urgency: Urgency,
    /// An emergency was heard in the words.
    pub emergency: bool,
    /// Ranked guesses, at most three.
    pub picks: Vec<Pick>,
}

/// A message that opened no ticket.
#[derive(Debug, Clone)]
pub struct UnfiledRow {
    /// The message's id, for the row's name.
    pub id: String,
    /// The words, or what it is instead.
    pub words: String,
    /// When it came.
    pub when: String,
    /// Whether `words` are the resident's.
    pub said: bool,
}

/// The whole column.
#[derive(Debug, Clone)]
pub struct Lists {
    /// Which list is shown.
    pub tab: Tab,
    /// The ways to the others.
    pub tabs: Vec<NavItem>,
    /// Today's figures in one line.
    pub figures: String,
    /// Today's requests, the newest of them.
    pub today: Vec<LogRow>,
    /// That there are more, and where; both empty when all are shown.
    pub today_more: (String, String),
    /// What waits to be routed.
    pub triage: Vec<TriageRow>,
    /// Messages that opened no ticket.
    pub unfiled: Vec<UnfiledRow>,
    /// That there are older ones; empty when all are shown.
    pub unfiled_more: String,
    /// Where a posted row leads back to.
    pub back: String,
}

/// How much waits on the lists that are not shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waits {
    /// Requests to be routed.
    pub triage: usize,
    /// People to ring back.
    pub call_backs: usize,
}

/// What was read for the column.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// Figures of the day.
    pub figures: Today,
    /// The day's requests.
    pub today: Vec<TicketLine>,
    /// What waits to be routed.
    pub triage: Vec<TriageLine>,
    /// Messages that opened no ticket.
    pub unfiled: Vec<UnfiledLine>,
    /// How many of them there are in all; `None` while the committee minds them itself.
    pub unfiled_count: Option<usize>,
}

impl Read {
    /// Reads the list that is shown besides `today`, and of the others how many there are.
    pub(super) fn of(
        engine: &Engine,
        staff: &Staff,
        tab: Tab,
        (figures, today): (Today, Vec<TicketLine>),
        unfiled: usize,
    ) -> Result<Self, Failure> {
        // By day the committee minds its own messages: then there is no such list here.
        let unfiled_count = look::minds_unfiled(engine, staff)?.then_some(unfiled);
        let with_unfiled = tab == Tab::Unfiled && unfiled_count.is_some();
        Ok(Self {
            figures,
            today,
            triage: if tab == Tab::Triage { look::triage(engine, staff)? } else { Vec::new() },
            unfiled: if with_unfiled { look::unfiled(engine, staff)? } else { Vec::new() },
            unfiled_count,
        })
    }
}

impl Lists {
    /// `caller` is the part of the address that keeps the caller, such as `by=…&who=…`, or empty.
    pub fn of(read: &Read, (tab, waits): (Tab, Waits), caller: &str, t: &Texts, say: Speech) -> Self {
        let href = |tab: Tab| match caller {
            "" => format!("/agent?tab={}", tab.code()),
            caller => format!("/agent?{caller}&tab={}", tab.code()),
        };
        let item = |tab: Tab, label: &str, count: usize| {
            NavItem { label: label.to_owned(), ..NavItem::new("", href(tab)) }
                .counted(u32::try_from(count).unwrap_or(u32::MAX))
        };
        let a = &t.agent;
        let mut tabs = vec![
            (Tab::Today, item(Tab::Today, a.tab_today, usize::try_from(read.figures.opened).unwrap_or(0))),
            (Tab::Triage, item(Tab::Triage, a.tab_triage, waits.triage)),
            (Tab::Calls, item(Tab::Calls, a.tab_calls, waits.call_backs)),
        ];
        let unfiled = read.unfiled_count.map(|count| item(Tab::Unfiled, a.tab_unmade, count));
        tabs.extend(unfiled.map(|item| (Tab::Unfiled, item)));
        let tabs = tabs.into_iter().map(|(of, item)| NavItem { current: of == tab, ..item }).collect();
        let n = |count: i64| count.to_string();
        let f = &read.figures;
        Self {
            tab,
            tabs,
            figures: fill(a.figures, &[&n(f.opened), &n(f.unassigned), &n(f.in_progress), &n(f.done)]),
            today: read.today.iter().map(|line| log_row(line, t, say)).collect(),
            today_more: today_more(read, t),
            triage: read.triage.iter().map(|line| triage_row(line, t, say)).collect(),
            unfiled: read.unfiled.iter().map(|line| unfiled_row(line, t, say)).collect(),
            unfiled_more: crate::web::rows::older(read.unfiled_count.unwrap_or(0), read.unfiled.len(), t),
            back: href(tab),
        }
    }
}

/// The rest of today's requests, with the list that has them all.
fn today_more(read: &Read, t: &Texts) -> (String, String) {
    let shown = i64::try_from(read.today.len()).unwrap_or(i64::MAX);
    match read.figures.opened - shown {
        left if left > 0 && shown > 0 => (fill(t.agent.today_more, &[&left.to_string()]), href(&[("from", "today")])),
        _ => Default::default(),
    }
}

fn place(line: &TicketLine, t: &Texts) -> String {
    if line.place.is_unknown() { t.common.no_place.to_owned() } else { line.place.short() }
}

fn log_row(line: &TicketLine, t: &Texts, say: Speech) -> LogRow {
    LogRow {
        href: super::ticket_url(line.id),
        number: line.number.to_string(),
        time: wording::short_moment(line.opened_at, say.now, say.zone, say.language),
        place: place(line, t),
        words: super::one_line(line.matter()),
        status: line.status,
        emergency: line.urgency == Urgency::Emergency && line.status != Status::Done,
        clock: super::caller::clock(line, say),
    }
}

fn triage_row(line: &TriageLine, t: &Texts, say: Speech) -> TriageRow {
    let ticket = &line.ticket;
    let waited = wording::duration(say.now - ticket.since_at, say.language, Round::Down);
    let given_back = |queue: Queue| fill(t.triage.handed_back_by, &[queue.word(say.language)]);
    // The property's desk cannot route to the committee: that is an offer, made on the ticket's page.
    let may = |queue: Queue| ticket.holder == Platform::Committee || queue.platform() == Platform::Property;
    let picks = line.suggestions.iter().filter(|(guess, _)| may(guess.queue)).take(3).enumerate();
    TriageRow {
        href: super::ticket_url(ticket.id),
        action: format!("{}/routing", super::ticket_url(ticket.id)),
        number: ticket.number.to_string(),
        version: ticket.version,
        place: place(ticket, t),
        words: ticket.words.clone(),
        since: fill(t.triage.waiting, &[&waited]),
        returned: ticket.returned_from.map(given_back).unwrap_or_default(),
        platform: Some(ticket.holder).filter(|holder| *holder == Platform::Committee),
        urgency: ticket.urgency,
        emergency: line.emergency.is_some() || ticket.urgency == Urgency::Emergency,
        picks: picks
            .map(|(at, (guess, category))| Pick {
                key: at + 1,
                label: guess.queue.word(say.language).to_owned(),
                text: category.word(say.language).to_owned(),
                why: why(&guess.words, t, say.language),
                queue: guess.queue.code(),
                category: guess.category.clone(),
            })
            .collect(),
    }
}

/// The words a guess goes by, or nothing.
pub(super) fn why(words: &[String], t: &Texts, language: Language) -> String {
    let between = if language == Language::Zh { "、" } else { ", " };
    match words {
        [] => String::new(),
        words => fill(t.agent.suggest_why, &[&words.join(between)]),
    }
}

fn unfiled_row(line: &UnfiledLine, t: &Texts, say: Speech) -> UnfiledRow {
    let u = &t.unmade;
    let instead = match line.kind.as_str() {
        "image" => u.media_image,
        "voice" => u.media_voice,
        "video" | "shortvideo" => u.media_video,
        "location" => u.media_location,
        _ => u.media_other,
    };
    let words = line.words.as_deref().map(str::trim).filter(|words| !words.is_empty());
    UnfiledRow {
        id: line.id.to_string(),
        words: words.unwrap_or(instead).to_owned(),
        when: wording::short_moment(line.at, say.now, say.zone, say.language),
        said: words.is_some(),
    }
}
