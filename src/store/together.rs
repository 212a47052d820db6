//! Changes that arrive together share one COMMIT of the embedded database: it has one writer, and writing through to the disk
//! takes longer than most changes. Whoever makes a change while others wait for the writer leaves the commit to them; each
//! change stands in a savepoint of its own, and nobody is told of success before the COMMIT.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::PooledConnection;

use super::db::{self, Db};
use super::error::StoreError;
use super::meter::Meter;
use super::pool::Manager;

/// The most changes of one COMMIT: the first of them waits for the last.
const MOST: usize = 16;

/// What came of a COMMIT, for those who wait for it.
#[derive(Default)]
struct Outcome {
    known: Mutex<Option<Result<(), StoreError>>>,
    told: Condvar,
}

impl Outcome {
    fn tell(&self, outcome: Result<(), StoreError>) {
        *lock(&self.known) = Some(outcome);
        self.told.notify_all();
    }

    /// Waits for it, but no longer than this: then it is unknown, as after an unanswered COMMIT.
    fn wait(&self, patience: Duration) -> Result<(), StoreError> {
        let (known, _) = self
            .told
            .wait_timeout_while(lock(&self.known), patience, |known| known.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        known.clone().unwrap_or_else(|| Err(StoreError::Unavailable("no answer to COMMIT in time".to_owned())))
    }
}

/// A transaction that is not committed yet.
struct Open {
    db: PooledConnection<Manager>,
    changes: usize,
    outcome: Arc<Outcome>,
}

/// Who has the writer, and who wants it.
#[derive(Default)]
struct Turn {
    taken: bool,
    waiting: usize,
    /// Left behind by the last one for somebody who waits.
    open: Option<Open>,
}

/// The changes that are under way.
pub(super) struct Together {
    turn: Mutex<Turn>,
    free: Condvar,
    meter: Arc<Meter>,
}

impl Together {
    /// Nothing is under way; who waits is counted there.
    pub(super) fn new(meter: Arc<Meter>) -> Self {
        Self { turn: Mutex::default(), free: Condvar::new(), meter }
    }

    /// Makes a change, in the transaction that was left open or in one that `begin` begins.
    pub(super) fn write<T, E: From<StoreError>>(
        &self,
        begin: impl FnOnce() -> Result<PooledConnection<Manager>, StoreError>,
        patience: Duration,
        f: impl FnOnce(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let asked = Instant::now();
        let left = self.take(patience / 2)?;
        let begun = left.map_or_else(|| begin().map(|db| Open { db, changes: 0, outcome: Arc::default() }), Ok);
        let mut open = match begun {
            Ok(open) => open,
            Err(error) => {
                self.give_back();
                return Err(error.into());
            }
        };
        if asked.elapsed() >= patience {
            // Whoever asked has been told so; nothing of theirs may be begun now.
            self.pass_on(open);
            return Err(StoreError::Unavailable("the writer was not free in time".to_owned()).into());
        }
        let outcome = Arc::clone(&open.outcome);
        // A panic undoes its own change alone: the others' commit must not be lost with it.
        let done = catch_unwind(AssertUnwindSafe(|| db::savepoint(&mut open.db, f)));
        self.meter.nested();
        open.changes += 1;
        let lost = !db::is_under_way(&mut open.db);
        if lost {
            self.give_up(open)
        } else {
            self.pass_on(open)
        }
        let known = || outcome.wait(patience.saturating_sub(asked.elapsed()));
        match done {
            Ok(Ok(value)) => Ok(known().map(|()| value)?),
            // What undid the others' changes too; nothing of theirs is left to wait for.
            Ok(Err(refusal)) if lost => Err(refusal),
            // It may have been refused for what another of them wrote: that must be there first.
            Ok(Err(refusal)) => {
                known()?;
                Err(refusal)
            }
            Err(panic) => resume_unwind(panic),
        }
    }

    /// The writer, with the transaction that was left open for this one.
    fn take(&self, patience: Duration) -> Result<Option<Open>, StoreError> {
        let asked = Instant::now();
        let mut turn = lock(&self.turn);
        turn.waiting += 1;
        let (mut turn, _) =
            self.free.wait_timeout_while(turn, patience, |turn| turn.taken).unwrap_or_else(PoisonError::into_inner);
        turn.waiting -= 1;
        self.meter.waited(asked.elapsed(), !turn.taken);
        // Even when the time is up: a transaction that was left for those who wait must find one of them.
        if turn.taken {
            return Err(StoreError::Unavailable("the writer was not free in time".to_owned()));
        }
        turn.taken = true;
        Ok(turn.open.take())
    }

    /// Leaves the transaction to somebody who waits, or commits it.
    fn pass_on(&self, open: Open) {
        let mut turn = lock(&self.turn);
        if turn.waiting > 0 && open.changes < MOST {
            turn.open = Some(open);
            turn.taken = false;
            self.free.notify_one();
            return;
        }
        drop(turn);
        let Open { mut db, outcome, .. } = open;
        let committed = db::keep(&mut db);
        // The connection is back before anybody is told, so that whoever goes on finds it.
        drop(db);
        self.give_back();
        outcome.tell(committed);
    }

    /// The database undid the whole transaction: nobody who had a change in it may be told of success.
    fn give_up(&self, open: Open) {
        let Open { mut db, outcome, .. } = open;
        db::undo(&mut db);
        drop(db);
        self.give_back();
        outcome.tell(Err(StoreError::Unavailable("the database undid what was written".to_owned())));
    }

    /// How many want the writer.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        lock(&self.turn).waiting
    }

    /// Nothing is left open.
    fn give_back(&self) {
        lock(&self.turn).taken = false;
        self.free.notify_one();
    }
}

/// Nothing panics while one of these is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
