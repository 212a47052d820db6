//! From what the engine read to what the macros draw: clocks, tags and list rows in words.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::sla;
use crate::domain::view::{CategoryName, TicketLine};
use crate::domain::wording;
use crate::domain::words::{ClockKind, EscalationState, Language, Status, Urgency};
use crate::engine::Settings;

use super::facts::{Clock, ClockState, Tag, TicketRow};
use super::icon::Icon;
use super::texts::{Texts, fill, texts};

/// How many tags a row has at most (more would not be read).
const MOST_TAGS: usize = 3;
/// How much of the resident's words a row takes along; the style sheet cuts it to the line.
const SUMMARY_CHARS: usize = 120;

/// That a list of messages leaves older ones out; empty when it does not.
pub fn older(all: usize, shown: usize, t: &Texts) -> String {
    match all.saturating_sub(shown) {
        0 => String::new(),
        left => fill(t.unmade.more, &[&left.to_string()]),
    }
}

/// Puts facts into words for one reader: language, the community's zone, now, and the names of its categories.
#[derive(Debug, Clone)]
pub struct Teller {
    /// Strings of the language.
    pub t: &'static Texts,
    /// The language.
    pub language: Language,
    /// The community's zone.
    pub zone: Tz,
    /// Now.
    pub now: DateTime<Utc>,
    /// The community's categories.
    pub categories: Arc<[Arc<CategoryName>]>,
}

impl Teller {
    /// For a reader of this language in this community.
    pub fn new(language: Language, settings: &Settings, now: DateTime<Utc>) -> Self {
        let categories = Arc::clone(&settings.category_names);
        Self { t: texts(language), language, zone: settings.zone(), now, categories }
    }

    /// A category's name; its code when the catalogue has no such category any more.
    pub fn category(&self, code: &str) -> String {
        let known = self.categories.iter().find(|c| c.code == code);
        known.map_or_else(|| code.to_owned(), |c| c.word(self.language).to_owned())
    }

    /// A moment as people say it.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        wording::moment(at, self.now, self.zone, self.language)
    }

    /// A day: 3月2日, with the year when it is another.
    pub fn day(&self, day: NaiveDate) -> String {
        let this_year = day.year() == self.now.with_timezone(&self.zone).year();
        let form = match (self.language, this_year) {
            (Language::Zh, true) => "%-m月%-d日",
            (Language::Zh, false) => "%Y年%-m月%-d日",
            (Language::En, true) => "%-d %B",
            (Language::En, false) => "%-d %B %Y",
        };
        day.format(form).to_string()
    }

    /// A clock with its state in words; it ticks in the browser while it runs.
    pub fn clock(&self, kind: ClockKind, state: &sla::ClockState, due_at: Option<DateTime<Utc>>) -> Clock {
        let words = wording::left_or_late(state, kind, self.now, self.zone, self.language);
        let shape = shape(state);
        match (state, due_at) {
            (
                sla::ClockState::Running { .. } | sla::ClockState::Warn { .. } | sla::ClockState::Late { .. },
                Some(due),
            ) => Clock::running(shape, words, due.to_rfc3339(), ""),
            _ => Clock::still(shape, words),
        }
    }

    /// Until when an offer wants an answer.
    pub fn answer_clock(&self, answer_by: DateTime<Utc>) -> Clock {
        let state = match self.now > answer_by {
            true => sla::ClockState::Late { by: self.now - answer_by },
            false => sla::ClockState::Running { left: answer_by - self.now },
        };
        self.clock(ClockKind::Finish, &state, Some(answer_by))
    }

    /// The clock a line shows.
    pub fn line_clock(&self, line: &TicketLine) -> Option<Clock> {
        if let (Status::Done, Some(day)) = (line.status, line.review_on) {
            let words = fill(self.t.work.deferred_review, &[&self.day(day)]);
            return Some(Clock::still(ClockState::Hold, words));
        }
        line.clock.as_ref().map(|state| self.clock(ClockKind::Finish, state, line.due_at))
    }

    /// At most three facts beside a ticket, the weightiest first.
    pub fn tags(&self, line: &TicketLine) -> Vec<Tag> {
        let (common, work) = (&self.t.common, &self.t.work);
        let mut tags = Vec::new();
        if line.confidential {
            tags.push(Tag::plain(Icon::Shield, common.confidential));
        }
        match line.crossing.map(|c| c.state) {
            Some(EscalationState::Offered) => tags.push(Tag::joint(work.offer_waiting)),
            Some(EscalationState::Accepted) => tags.push(Tag::joint(common.joint)),
            Some(EscalationState::Concluded | EscalationState::Returned | EscalationState::Recalled) | None => {}
        }
        if let Some(from) = line.returned_from {
            tags.push(Tag::plain(Icon::Return, fill(work.returned_from, &[from.word(self.language)])));
        }
        if line.nudge_count > 0 {
            tags.push(Tag::plain(Icon::Nudge, fill(common.nudged, &[&line.nudge_count.to_string()])));
        }
        if line.reopened_count > 0 {
            tags.push(Tag::plain(Icon::Return, fill(work.reopened, &[&line.reopened_count.to_string()])));
        }
        if line.paid {
            tags.push(Tag::plain(Icon::Paid, common.paid));
        }
        tags.truncate(MOST_TAGS);
        tags
    }

    /// A line as a row or card, without an action.
    pub fn row(&self, line: &TicketLine) -> TicketRow {
        let clock = self.line_clock(line);
        let late = clock.as_ref().is_some_and(|c| c.state == ClockState::Late);
        let open = line.status != Status::Done;
        TicketRow {
            href: href(line),
            number: line.number.to_string(),
            version: line.version,
            urgency: line.urgency,
            place: self.place(line),
            summary: summary(line.matter()),
            tags: self.tags(line),
            status: line.status,
            worker: self.holder(line),
            alarm: open && (late || line.urgency == Urgency::Emergency),
            tel: String::new(),
            action: None,
            clock,
        }
    }

    fn place(&self, line: &TicketLine) -> String {
        let words = line.place.words(self.language);
        if words.is_empty() { self.t.common.no_place.to_owned() } else { words }
    }

    fn holder(&self, line: &TicketLine) -> String {
        match (&line.worker, line.status) {
            (Some((_, name)), _) => name.clone(),
            (None, Status::Done) => line.queue.map_or_else(String::new, |q| q.word(self.language).to_owned()),
            (None, _) => self.t.common.not_taken.to_owned(),
        }
    }
}

/// A ticket's page.
pub fn href(line: &TicketLine) -> String {
    format!("/tickets/{}", line.id)
}

/// The shape and colour of a clock.
pub const fn shape(state: &sla::ClockState) -> ClockState {
    match state {
        sla::ClockState::Running { .. } => ClockState::Ok,
        sla::ClockState::Warn { .. } => ClockState::Warn,
        sla::ClockState::Late { .. } | sla::ClockState::Missed => ClockState::Late,
        sla::ClockState::Held { .. } => ClockState::Hold,
        sla::ClockState::Met => ClockState::Met,
    }
}

/// The resident's words on one line.
pub fn summary(words: &str) -> String {
    let mut flat = String::with_capacity(words.len());
    for word in words.split_whitespace() {
        if !flat.is_empty() {
            flat.push(' ');
        }
        flat.push_str(word);
    }
    if let Some((end, _)) = flat.char_indices().nth(SUMMARY_CHARS) {
        flat.truncate(end);
        flat.push('…');
    }
    flat
}
