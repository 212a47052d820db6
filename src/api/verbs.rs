//! Every verb on a ticket as a resource with a noun for its name, and the body each takes.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::fields::{Fields, body};
use super::problem::Problem;
use crate::domain::ids::{PlaceId, ReporterId, TicketNumber, UserId};
use crate::domain::ticket::Verb;
use crate::domain::words::{Audience, Outcome, Queue, Urgency};
use crate::engine::tickets::Ask;

/// A verb with its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun(Verb);

impl Noun {
    /// Every verb that can be asked for here; files are added elsewhere.
    pub const ALL: &'static [Self] = &[
        Self(Verb::Route),
        Self(Verb::Take),
        Self(Verb::Assign),
        Self(Verb::Start),
        Self(Verb::Transfer),
        Self(Verb::HandBack),
        Self(Verb::Hold),
        Self(Verb::Resume),
        Self(Verb::Finish),
        Self(Verb::Reopen),
        Self(Verb::Withdraw),
        Self(Verb::Merge),
        Self(Verb::Nudge),
        Self(Verb::Note),
        Self(Verb::SetUrgency),
        Self(Verb::Place),
        Self(Verb::Offer),
        Self(Verb::Accept),
        Self(Verb::Return),
        Self(Verb::Recall),
        Self(Verb::Conclude),
    ];

    /// The verb itself.
    pub const fn verb(self) -> Verb {
        self.0
    }

    /// The last step of the resource's path.
    pub const fn path(self) -> &'static str {
        path(self.0)
    }

    /// Reads the body: the version the caller saw, and what is asked.
    ///
    /// # Errors
    /// The field that is wrong or unknown.
    pub fn ask(self, members: Map<String, Value>) -> Result<(Option<i64>, Ask), Problem> {
        match self.0 {
            Verb::Route | Verb::Take | Verb::Assign | Verb::Start | Verb::Transfer | Verb::HandBack => {
                queue_work(self.0, members)
            }
            Verb::Hold | Verb::Resume | Verb::Finish | Verb::Reopen | Verb::Withdraw | Verb::Merge => {
                course(self.0, members)
            }
            Verb::Nudge | Verb::Note | Verb::SetUrgency | Verb::Place => facts(self.0, members),
            Verb::Offer | Verb::Accept | Verb::Return | Verb::Recall | Verb::Conclude => crossing(self.0, members),
            Verb::Attach => Err(Problem::unknown_path()),
        }
    }
}

/// The resource of a verb.
pub const fn path(verb: Verb) -> &'static str {
    verb.noun()
}

body! {
    /// A verb that needs nothing more.
    Plain {
        /// As the caller saw the ticket.
        version: i64,
    }
}

body! {
    /// A verb with a reason.
    Reasoned {
        /// As the caller saw the ticket.
        version: i64,
        /// Why.
        reason: String,
    }
}

body! {
    /// Off the triage list.
    Routing {
        /// As the caller saw the ticket.
        version: i64,
        /// Where to.
        queue: Queue,
        /// To whom.
        worker: Option<UserId>,
        /// Set with it.
        category: Option<String>,
        /// Set with it.
        urgency: Option<Urgency>,
    }
}

body! {
    /// Given to someone of the queue.
    Assignment {
        /// As the caller saw the ticket.
        version: i64,
        /// Who.
        worker: UserId,
    }
}

body! {
    /// To another queue or worker of the platform.
    Transfer {
        /// As the caller saw the ticket.
        version: i64,
        /// Where to.
        queue: Queue,
        /// To whom.
        worker: Option<UserId>,
        /// Why.
        reason: String,
    }
}

fn queue_work(verb: Verb, members: Map<String, Value>) -> Result<(Option<i64>, Ask), Problem> {
    Ok(match verb {
        Verb::Route => {
            let Routing { version, queue, worker, category, urgency } = Fields::read(members)?;
            (Some(version), Ask::Route { queue, worker, category, urgency })
        }
        Verb::Assign => {
            let Assignment { version, worker } = Fields::read(members)?;
            (Some(version), Ask::Assign { worker })
        }
        Verb::Transfer => {
            let Transfer { version, queue, worker, reason } = Fields::read(members)?;
            (Some(version), Ask::Transfer { queue, worker, reason })
        }
        Verb::HandBack => {
            let Reasoned { version, reason } = Fields::read(members)?;
            (Some(version), Ask::HandBack { reason })
        }
        other => {
            let Plain { version } = Fields::read(members)?;
            (Some(version), if other == Verb::Start { Ask::Start } else { Ask::Take })
        }
    })
}

body! {
    /// Waits for something.
    Hold {
        /// As the caller saw the ticket.
        version: i64,
        /// Why, in words the resident reads.
        reason: String,
        /// When someone looks again.
        review_at: DateTime<Utc>,
    }
}

body! {
    /// Done.
    Completion {
        /// As the caller saw the ticket.
        version: i64,
        /// How it ended.
        outcome: Outcome,
        /// What was done.
        note: Option<String>,
        /// For `deferred`: the day it comes up again.
        review_on: Option<NaiveDate>,
    }
}

body! {
    /// A reporter takes it back.
    Withdrawal {
        /// As the caller saw the ticket.
        version: i64,
        /// Who; the first who has not left when absent.
        reporter: Option<ReporterId>,
    }
}

body! {
    /// Into another ticket.
    Merge {
        /// As the caller saw the ticket.
        version: i64,
        /// Its number.
        into: TicketNumber,
    }
}

fn course(verb: Verb, members: Map<String, Value>) -> Result<(Option<i64>, Ask), Problem> {
    Ok(match verb {
        Verb::Hold => {
            let Hold { version, reason, review_at } = Fields::read(members)?;
            (Some(version), Ask::Hold { reason, review_at })
        }
        Verb::Finish => {
            let Completion { version, outcome, note, review_on } = Fields::read(members)?;
            (Some(version), Ask::Finish { outcome, note, review_on })
        }
        Verb::Reopen => {
            let Reasoned { version, reason } = Fields::read(members)?;
            (Some(version), Ask::Reopen { reason })
        }
        Verb::Withdraw => {
            let Withdrawal { version, reporter } = Fields::read(members)?;
            (Some(version), Ask::Withdraw { reporter })
        }
        Verb::Merge => {
            let Merge { version, into } = Fields::read(members)?;
            (Some(version), Ask::Merge { into })
        }
        _ => {
            let Plain { version } = Fields::read(members)?;
            (Some(version), Ask::Resume)
        }
    })
}

body! {
    /// A reporter asks again.
    Nudge {
        /// Held against the ticket's when given: a nudge overwrites nothing.
        version: Option<i64>,
        /// Who; the first who has not left when absent.
        reporter: Option<ReporterId>,
        /// What was said.
        words: Option<String>,
    }
}

body! {
    /// A line on the timeline.
    Note {
        /// Held against the ticket's when given: a note overwrites nothing.
        version: Option<i64>,
        /// What.
        words: String,
        /// Who may read it; both sides when absent.
        audience: Option<Audience>,
        /// Said to the residents.
        to_resident: bool,
    }
}

body! {
    /// Another class of limits.
    UrgencySet {
        /// As the caller saw the ticket.
        version: i64,
        /// Which.
        urgency: Urgency,
    }
}

body! {
    /// Where it is.
    PlaceSet {
        /// As the caller saw the ticket.
        version: i64,
        /// In words.
        place: Option<String>,
        /// From the register; goes before `place`.
        place_id: Option<PlaceId>,
    }
}

fn facts(verb: Verb, members: Map<String, Value>) -> Result<(Option<i64>, Ask), Problem> {
    Ok(match verb {
        Verb::Nudge => {
            let Nudge { version, reporter, words } = Fields::read(members)?;
            (version, Ask::Nudge { reporter, words })
        }
        Verb::Note => {
            let Note { version, words, audience, to_resident } = Fields::read(members)?;
            (version, Ask::Note { words, audience: audience.unwrap_or(Audience::Both), to_resident })
        }
        Verb::SetUrgency => {
            let UrgencySet { version, urgency } = Fields::read(members)?;
            (Some(version), Ask::SetUrgency { urgency })
        }
        _ => {
            let PlaceSet { version, place, place_id } = Fields::read(members)?;
            (Some(version), Ask::Place { typed: place, chosen: place_id })
        }
    })
}

body! {
    /// Asks the other platform.
    Offer {
        /// As the caller saw the ticket.
        version: i64,
        /// Why.
        reason: String,
        /// What was tried.
        tried: String,
        /// What is asked.
        asked: String,
        /// When an answer is due.
        answer_by: DateTime<Utc>,
    }
}

body! {
    /// The other platform takes it.
    Acceptance {
        /// As the caller saw the ticket.
        version: i64,
        /// Which of its queues; the committee has but one.
        queue: Option<Queue>,
        /// To whom.
        worker: Option<UserId>,
    }
}

body! {
    /// The accepting side gives it back.
    Conclusion {
        /// As the caller saw the ticket.
        version: i64,
        /// What was done.
        report: String,
    }
}

fn crossing(verb: Verb, members: Map<String, Value>) -> Result<(Option<i64>, Ask), Problem> {
    Ok(match verb {
        Verb::Offer => {
            let Offer { version, reason, tried, asked, answer_by } = Fields::read(members)?;
            (Some(version), Ask::Offer { reason, tried, asked, answer_by })
        }
        Verb::Accept => {
            let Acceptance { version, queue, worker } = Fields::read(members)?;
            (Some(version), Ask::Accept { queue, worker })
        }
        Verb::Return => {
            let Reasoned { version, reason } = Fields::read(members)?;
            (Some(version), Ask::Return { reason })
        }
        Verb::Conclude => {
            let Conclusion { version, report } = Fields::read(members)?;
            (Some(version), Ask::Conclude { report })
        }
        _ => {
            let Plain { version } = Fields::read(members)?;
            (Some(version), Ask::Recall)
        }
    })
}
