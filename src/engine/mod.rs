//! What the service does: one function per verb, each one transaction of load → decide → save. Nothing is sent from here;
//! whoever must hear stands in the outbox when the transaction commits.

pub mod admin;
pub mod alarm;
mod change;
mod clocks;
pub mod conversation;
mod crew;
pub mod delivery;
pub mod expiry;
pub mod feed;
pub mod fill;
pub mod gauges;
pub mod guard;
pub mod hotline;
pub mod import;
pub mod intake;
pub mod look;
mod numbers;
pub mod password;
mod places;
pub mod roll_up;
pub mod search;
mod settings;
pub mod setup;
pub mod sign_in;
pub mod sweep;
pub mod tickets;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::clock::{Chance, Clock};
use crate::domain::ids::TicketId;
use crate::domain::ticket::Refusal;
use crate::domain::wording::has_control;
use crate::store::{Keys, Store};

pub use numbers::Numbers;
pub use settings::Settings;

/// What can go wrong with the database, for those who may not look into the store.
pub use crate::store::StoreError;

/// Everything a verb works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    store: Store,
    keys: Arc<Keys>,
    clock: Clock,
    chance: Chance,
    numbers: Arc<Numbers>,
    call_numbers: Arc<Numbers>,
    settings: Arc<settings::Cache>,
}

impl Engine {
    /// Puts the parts together; opens nothing.
    pub fn new(store: Store, keys: Keys, clock: Clock, chance: Chance) -> Self {
        Self {
            store,
            keys: Arc::new(keys),
            clock,
            chance,
            numbers: Arc::new(Numbers::of_tickets()),
            call_numbers: Arc::new(Numbers::of_calls()),
            settings: Arc::new(settings::Cache::default()),
        }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock everything here goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where new ids and secrets come from.
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// Whether the database answers and has the schema this program works on.
    ///
    /// # Errors
    /// What the database or its schema lacks.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.store.read(|db| crate::store::migrate::schema(db)?.check())
    }
}

/// What one round of a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worked {
    /// Things done.
    pub done: usize,
    /// Whether more of the same waits: the round was bounded.
    pub more: bool,
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The rules refuse.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// Someone changed the ticket since the version the actor saw.
    #[error("ticket {0} was changed meanwhile")]
    Stale(TicketId),
    /// There is no such thing, as far as this actor may know.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The same key was used for something else before.
    #[error("the key was used for another request")]
    KeyReused,
    /// Another attempt has the same key, and what it did cannot be seen yet, or no more.
    #[error("the same request is being worked on")]
    KeyRunning,
    /// Somebody settled it before, another way.
    #[error("somebody settled this {0} before")]
    Settled(&'static str),
    /// This actor may not do this at all.
    #[error("forbidden")]
    Forbidden,
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure {
    /// Whether what was begun was certainly undone. After most failures of the database nobody knows: an unanswered commit may
    /// have happened. That another transaction was quicker, it says itself.
    pub(crate) fn undid(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error, StoreError::Contended(_) | StoreError::Stale { .. }),
            _ => true,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => Self::NotFound("ticket"),
            refusal => Self::Refused(refusal),
        }
    }
}

/// Whether the database is only away for now, so that the same request may be tried again later (503).
pub fn is_away(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_) | StoreError::Contended(_))
}

/// A field that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    /// The field's name in forms and JSON.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Invalid {
    /// A field with a problem.
    pub fn new(field: &'static str, problem: Problem) -> Self {
        Self { field, problem }
    }
}

/// What can be wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("has more than {limit} characters")]
    TooLong {
        /// How many characters it may have.
        limit: usize,
    },
    /// It is too short.
    #[error("has fewer than {least} characters")]
    TooShort {
        /// How many characters it must have.
        least: usize,
    },
    /// It names something that is not there.
    #[error("names something that does not exist")]
    Unknown,
    /// It is taken.
    #[error("is taken")]
    Taken,
    /// It is not right, as a password.
    #[error("is not right")]
    Wrong,
    /// It is too easily guessed.
    #[error("is too easily guessed")]
    Guessable,
    /// It was tried too often.
    #[error("was tried too often; again in {seconds} s")]
    TooMany {
        /// Seconds until it may be tried again.
        seconds: i64,
    },
    /// It is not a telephone number.
    #[error("is no telephone number: {0:?}")]
    Phone(crate::domain::phone::PhoneError),
    /// Nobody could set the community up any more.
    #[error("is the last administrator")]
    LastAdmin,
    /// The account has a seat in another community too, so this one's administrator may not change it.
    #[error("has a seat in another community too")]
    Elsewhere,
    /// It has a form that is not allowed; what is.
    #[error("is not allowed; {0}")]
    Form(&'static str),
}

/// Checks a text: trimmed, not empty, at most `limit` characters, without control characters but line breaks and tabs.
pub(crate) fn text<'a>(field: &'static str, given: &'a str, limit: usize) -> Result<&'a str, Invalid> {
    let given = given.trim();
    if given.is_empty() {
        return Err(Invalid::new(field, Problem::Empty));
    }
    if given.chars().count() > limit {
        return Err(Invalid::new(field, Problem::TooLong { limit }));
    }
    if has_control(given) {
        return Err(Invalid::new(field, Problem::Form("no control characters")));
    }
    Ok(given)
}
