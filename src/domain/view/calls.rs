//! The desk's calls.

use chrono::{DateTime, Utc};

use super::PlaceLine;
use crate::domain::call::CallResult;
use crate::domain::ids::{CallBackId, CallId, TicketId, TicketNumber};

/// How a call came to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallTie {
    /// The request was opened in it.
    Opened,
    /// The resident asked for it to be hurried.
    Nudged,
    /// The resident asked how it stands.
    Asked,
}

impl CallTie {
    /// As it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Nudged => "nudged",
            Self::Asked => "asked",
        }
    }

    /// Reads a code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Opened, Self::Nudged, Self::Asked].into_iter().find(|tie| tie.code() == code)
    }
}

/// A ticket a call had to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTicket {
    /// How.
    pub tie: CallTie,
    /// Which.
    pub id: TicketId,
    /// Its number.
    pub number: TicketNumber,
}

/// A call as the desk sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct CallLine {
    /// The call.
    pub id: CallId,
    /// The number of the day.
    pub serial: Option<i32>,
    /// We rang them.
    pub outbound: bool,
    /// The caller's number, masked; empty when withheld.
    pub phone: Option<String>,
    /// The people of that number; several when they share it.
    pub names: Vec<String>,
    /// Where the first of them lives.
    pub place: Option<PlaceLine>,
    /// One of them needs care.
    pub care: bool,
    /// When it came in.
    pub started_at: DateTime<Utc>,
    /// When somebody took it.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Seconds spoken.
    pub talk_seconds: Option<i32>,
    /// How it ended.
    pub result: Option<CallResult>,
    /// Who took it.
    pub agent: Option<String>,
    /// What it had to do with, as far as this desk may see.
    pub tickets: Vec<CallTicket>,
}

/// Somebody to ring back.
#[derive(Debug, Clone, PartialEq)]
pub struct CallBackLine {
    /// The task.
    pub id: CallBackId,
    /// The call nobody took.
    pub call: CallLine,
    /// Since when it waits.
    pub made_at: DateTime<Utc>,
    /// How it was settled, as a code, and when; `None` while it is open.
    pub settled: Option<(String, DateTime<Utc>)>,
}
