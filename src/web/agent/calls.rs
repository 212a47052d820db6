//! Calls on the desk: cards of those that ring, the day's log, people to ring back.

use crate::domain::call::CallResult;
use crate::domain::ids::CallId;
use crate::domain::view::{CallBackLine, CallLine, CallTie};
use crate::domain::wording::{self, Round};
use crate::engine::hotline::Calls;
use crate::web::texts::{Texts, fill};

use super::Speech;

/// A call on this agent's screen.
#[derive(Debug, Clone)]
pub struct CallCard {
    /// The call's id.
    pub id: String,
    /// Puts the caller into the form.
    pub href: String,
    /// The name, the names, or that the number is unknown.
    pub head: String,
    /// The masked number, or that it is withheld.
    pub phone: String,
    /// Where they live.
    pub place: String,
    /// Someone of the number needs care.
    pub care: bool,
    /// Already taken: they are speaking.
    pub talking: bool,
}

/// A ticket a call had to do with.
#[derive(Debug, Clone)]
pub struct TiedTicket {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// How, in words; empty when it was opened in the call.
    pub tie: String,
}

/// A line of the day's log.
#[derive(Debug, Clone)]
pub struct CallRow {
    /// The call's id.
    pub id: String,
    /// The number of the day.
    pub serial: String,
    /// When it came in.
    pub time: String,
    /// Who.
    pub who: String,
    /// Their masked number.
    pub phone: String,
    /// How it ended, in words.
    pub result: String,
    /// Nobody took it.
    pub missed: bool,
    /// Puts the caller into the form.
    pub href: String,
    /// What it had to do with.
    pub tickets: Vec<TiedTicket>,
}

/// Somebody to ring back.
#[derive(Debug, Clone)]
pub struct BackRow {
    /// The task's id.
    pub id: String,
    /// Who.
    pub who: String,
    /// Their masked number.
    pub phone: String,
    /// How long it waits, in words.
    pub since: String,
    /// Puts the caller into the form.
    pub href: String,
}

/// The desk's calls.
#[derive(Debug, Clone, Default)]
pub struct CallsView {
    /// On this agent's screen, but for the one in the form.
    pub waiting: Vec<CallCard>,
    /// The day's, newest first.
    pub today: Vec<CallRow>,
    /// To ring back, oldest first.
    pub backs: Vec<BackRow>,
}

impl CallsView {
    /// `current` is the call in the form.
    pub fn of(calls: &Calls, current: Option<CallId>, t: &Texts, say: Speech) -> Self {
        let waiting = calls.mine.iter().filter(|call| Some(call.id) != current);
        Self {
            waiting: waiting.map(|call| card(call, t, say)).collect(),
            today: calls.today.iter().map(|call| row(call, t, say)).collect(),
            backs: calls.call_backs.iter().map(|back| back_row(back, t, say)).collect(),
        }
    }
}

/// The form's address for a call.
pub fn href(call: CallId) -> String {
    format!("/agent?call={call}")
}

fn who(call: &CallLine, t: &Texts) -> String {
    match &call.names[..] {
        [] if call.phone.is_none() => t.agent.call_withheld.to_owned(),
        [] => t.agent.unknown_number.to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one}、{two}"),
        [one, ..] => fill(t.agent.call_names_more, &[one, &call.names.len().to_string()]),
    }
}

fn card(call: &CallLine, t: &Texts, say: Speech) -> CallCard {
    CallCard {
        id: call.id.to_string(),
        href: href(call.id),
        head: who(call, t),
        phone: call.phone.clone().unwrap_or_default(),
        place: call.place.as_ref().map(|place| place.words(say.language)).unwrap_or_default(),
        care: call.care,
        talking: call.answered_at.is_some(),
    }
}

fn row(call: &CallLine, t: &Texts, say: Speech) -> CallRow {
    let tied = |ticket: &crate::domain::view::CallTicket| TiedTicket {
        href: super::ticket_url(ticket.id),
        number: ticket.number.to_string(),
        tie: match ticket.tie {
            CallTie::Opened => String::new(),
            CallTie::Nudged => t.agent.call_nudged.to_owned(),
            CallTie::Asked => t.agent.call_asked.to_owned(),
        },
    };
    CallRow {
        id: call.id.to_string(),
        serial: call.serial.map(|serial| serial.to_string()).unwrap_or_default(),
        time: wording::short_moment(call.started_at, say.now, say.zone, say.language),
        who: who(call, t),
        phone: call.phone.clone().unwrap_or_default(),
        result: result(call, t),
        missed: call.result.is_some_and(CallResult::wants_call_back),
        href: href(call.id),
        tickets: call.tickets.iter().map(tied).collect(),
    }
}

fn result(call: &CallLine, t: &Texts) -> String {
    let a = &t.agent;
    let word = match (call.result, call.answered_at) {
        (None, None) => a.call_ringing,
        (None, Some(_)) => a.call_talking,
        (Some(CallResult::Answered), _) => a.call_answered,
        (Some(CallResult::Missed), _) => a.call_missed,
        (Some(CallResult::Abandoned), _) => a.call_abandoned,
        (Some(CallResult::Voicemail), _) => a.call_voicemail,
        (Some(CallResult::Failed), _) => a.call_failed,
    };
    match call.talk_seconds.filter(|_| call.result == Some(CallResult::Answered)) {
        Some(seconds) => format!("{word} {}:{:02}", seconds / 60, seconds % 60),
        None => word.to_owned(),
    }
}

fn back_row(back: &CallBackLine, t: &Texts, say: Speech) -> BackRow {
    let waited = wording::duration(say.now - back.call.started_at, say.language, Round::Up);
    BackRow {
        id: back.id.to_string(),
        who: who(&back.call, t),
        phone: back.call.phone.clone().unwrap_or_default(),
        since: fill(t.agent.back_waits, &[&waited]),
        href: href(back.call.id),
    }
}
