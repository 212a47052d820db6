//! The hotline desk: who calls, what they want, where it goes; and beside it what waits for a decision.
//!
//! A page is read in one go ([`Desk`]) and shown from plain values; the script only makes it quicker.

pub mod caller;
pub mod calls;
mod desk;
pub mod form;
pub mod lists;
mod messages;
mod phone;
pub mod register;
pub mod suggest;

pub use desk::routes;

use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::ids::TicketId;
use crate::domain::view::TicketLine;
use crate::domain::wording;
use crate::domain::words::{Language, Status, Urgency};

use super::page::Page;
use super::texts::{Texts, fill};
use caller::{CallerState, CallerView};
use calls::CallsView;
use form::FormView;
use lists::{Lists, Tab};
use register::RegisterView;

/// What sentences about times need.
#[derive(Debug, Clone, Copy)]
pub struct Speech {
    /// The language of the interface.
    pub language: Language,
    /// The community's time zone.
    pub zone: Tz,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What was just saved, and what to tell the caller of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What became of it: 已转给维修部.
    pub text: String,
    /// Its number.
    pub number: String,
    /// Its page; empty when it is not open to this desk.
    pub href: String,
    /// The line to read out.
    pub read_back: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "agent.html")]
pub struct AgentPage {
    /// The frame.
    pub p: Page,
    /// What stands in the search box.
    pub query: String,
    /// A sentence under the box, such as that there is no such number; or empty.
    pub query_note: String,
    /// Who calls.
    pub calling: CallerView,
    /// The call in the form, or empty.
    pub call: String,
    /// Calls that ring, the day's log, people to ring back.
    pub calls: CallsView,
    /// Writes an unknown caller down.
    pub register: RegisterView,
    /// The form.
    pub form: FormView,
    /// What was just saved.
    pub saved: Option<Saved>,
    /// The right-hand column.
    pub lists: Lists,
}

impl AgentPage {
    /// A call rings and nobody is in the form: it has the call bar.
    fn rings(&self) -> bool {
        self.calling.kind == CallerState::Idle && !self.calls.waiting.is_empty()
    }

    /// With nobody on the line yet, the next thing to type is who calls.
    fn focus_find(&self) -> bool {
        self.calling.kind == CallerState::Idle && self.saved.is_none() && self.form.errors.is_empty()
    }

    /// With a caller, and after a request was saved, the next thing to type is the words.
    fn focus_words(&self) -> bool {
        let known = matches!(self.calling.kind, CallerState::Known | CallerState::Stranger);
        self.form.errors.len() < 2
            && !self.focus_find()
            && (known || self.saved.is_some() || self.form.errors.len() == 1)
    }
}

impl Saved {
    /// By its line as it stands now; a ticket without one went where this desk cannot see it.
    pub fn of(number: &str, line: Option<&TicketLine>, t: &Texts, say: Speech) -> Self {
        let a = &t.agent;
        let Some(line) = line else {
            let read_back = fill(a.read_back_plain, &[number]);
            return Self { text: a.saved_secret.to_owned(), number: number.to_owned(), href: String::new(), read_back };
        };
        let queue = line.queue.map_or("", |queue| queue.word(say.language));
        let who = line.queue.map_or("", |queue| wording::who_takes_care(queue, say.language));
        let due = line.due_at.map(|due| wording::due_words(due, say.now, say.zone, say.language));
        let (text, read_back) = match (line.status, line.urgency, due) {
            (Status::Done, ..) => (a.saved_done.to_owned(), fill(a.read_back_done, &[number])),
            (Status::Unassigned, ..) => (a.saved_kept.to_owned(), fill(a.read_back_kept, &[number])),
            (_, Urgency::Emergency, _) => (fill(a.saved_sent, &[queue]), fill(a.read_back_emergency, &[number, who])),
            (_, _, Some(due)) => (fill(a.saved_sent, &[queue]), fill(a.read_back_text, &[number, who, &due])),
            (_, _, None) => (fill(a.saved_sent, &[queue]), fill(a.read_back_plain, &[number])),
        };
        Self { text, number: number.to_owned(), href: ticket_url(line.id), read_back }
    }
}

/// A ticket's page.
pub(crate) fn ticket_url(id: TicketId) -> String {
    format!("/tickets/{id}")
}

/// Words for a line that clips: without their line breaks.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A moment for the script's clocks.
fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A value for the query part of an address.
fn escape(value: &str) -> String {
    utf8_percent_encode(value, IN_QUERY).to_string()
}
