//! What the store counts of itself, for those who watch it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// Counters that only grow, shared by every connection.
#[derive(Debug, Default)]
pub(super) struct Meter {
    sent: AtomicU64,
    transactions: AtomicU64,
    nested: AtomicU64,
    waited_us: AtomicU64,
    refused: AtomicU64,
}

/// The counters at one moment, since the process began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metered {
    /// Statements sent, beside those that begin and end a transaction or a change in one that is shared.
    pub statements: u64,
    /// Transactions begun, for reading or writing.
    pub transactions: u64,
    /// Time callers waited for a connection or the writer, together.
    pub waited: Duration,
    /// Calls that got none in time.
    pub refused: u64,
}

impl Meter {
    /// A caller got its connection after this time, or none.
    pub(super) fn waited(&self, time: Duration, got: bool) {
        self.waited_us.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        if !got {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A transaction was begun.
    pub(super) fn begun(&self) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
    }

    /// A change that shares a transaction with others was made in a savepoint.
    pub(super) fn nested(&self) {
        self.nested.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Metered {
        let transactions = self.transactions.load(Ordering::Relaxed);
        let nested = self.nested.load(Ordering::Relaxed);
        Metered {
            // One that is under way has sent its BEGIN only; what is off by that is right a moment later.
            statements: self.sent.load(Ordering::Relaxed).saturating_sub(2 * (transactions + nested)),
            transactions,
            waited: Duration::from_micros(self.waited_us.load(Ordering::Relaxed)),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }
}

/// Counts a connection's statements. It never looks at one: they carry people's words.
pub(super) struct Counting(pub(super) Arc<Meter>);

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            self.0.sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}
