//! The installation in figures, for those who watch it rather than work with it: no names, no words, no single ticket.

use chrono::{DateTime, Utc};

use super::{Engine, Failure};
use crate::store::gauges::{self as rows, OpenTickets, Waiting};

pub use crate::store::Metered;

/// How much stands open or waits.
#[derive(Debug, Clone)]
pub struct Gauges {
    /// Open tickets by community, state and queue.
    pub open_tickets: Vec<OpenTickets>,
    /// Notices not yet handed on to their hearers.
    pub notices: Waiting,
    /// Letters not yet sent.
    pub letters: Waiting,
    /// Letters given up.
    pub dead_letters: i64,
    /// When this was.
    pub at: DateTime<Utc>,
}

/// How much stands open or waits now.
///
/// # Errors
/// A database failure.
pub fn gauges(engine: &Engine) -> Result<Gauges, Failure> {
    let at = engine.now();
    engine.store.read(|db| {
        Ok(Gauges {
            open_tickets: rows::open_tickets(db)?,
            notices: rows::notices(db)?,
            letters: rows::letters(db)?,
            dead_letters: rows::dead_letters(db)?,
            at,
        })
    })
}

/// What the store counted of itself since the process began.
pub fn metered(engine: &Engine) -> Metered {
    engine.store.metered()
}
