//! Changes that arrive together share one COMMIT of the embedded database: it has one writer, and writing through to the disk
//! takes longer than most changes. Whoever finds the writer free leads: they make their own change and those of all who came
//! meanwhile, and commit. That one thread makes them is worth as much again: handing the writer from thread to thread takes a
//! fifth of a change's time. Nobody is told of success before the COMMIT.
//!
//! A change that fails must undo itself alone. Savepoints see to that, but SQLite copies each page before its first change in
//! one, which takes a tenth of the writer's time; and few changes fail. So all are made without, and if one fails, all are undone
//! and made again, each in a savepoint of its own.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::PooledConnection;
use tracing::Span;

use super::connect::Manager;
use super::db::{self, Db, Purpose};
use super::error::StoreError;
use super::meter::Meter;

/// The most changes of one COMMIT: the first of them waits for the last.
const MOST: usize = 32;

/// The changes that are under way.
pub(super) struct Together {
    turn: Mutex<Turn>,
    meter: Arc<Meter>,
}

/// Whether somebody leads, and who waits for them.
#[derive(Default)]
struct Turn {
    led: bool,
    waiting: VecDeque<Box<dyn Change>>,
}

/// A change somebody waits for.
trait Change: Send {
    /// Makes it; whether it succeeded. What it did then stands in the transaction, and otherwise may.
    fn make(&mut self, db: &mut Db) -> bool;
    /// Makes it anew, in a savepoint of its own.
    fn make_apart(&mut self, db: &mut Db);
    /// Its owner is to lead.
    fn lead(self: Box<Self>);
    /// Tells its owner what came of the COMMIT.
    fn tell(self: Box<Self>, committed: Result<(), StoreError>);
    /// Its owner hears what it came to itself: it undid the others' changes too, and nothing is left to wait for.
    fn tell_alone(self: Box<Self>);
    /// Tells its owner that it was not begun.
    fn refuse(self: Box<Self>, why: StoreError);
    /// Whether that is its owner.
    fn is_of(&self, owner: usize) -> bool;
}

struct Asked<T, E, F> {
    change: F,
    done: Option<Made<T, E>>,
    asked: Instant,
    meter: Arc<Meter>,
    /// Whose log lines are written while it is made.
    span: Span,
    seat: Arc<Seat<T, E>>,
}

/// What a change gave, or its panic.
type Made<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

/// Where its owner waits.
struct Seat<T, E> {
    heard: Mutex<Heard<T, E>>,
    told: Condvar,
}

enum Heard<T, E> {
    Nothing,
    /// Lead, with your own change first.
    Lead(Box<dyn Change>),
    Answer(Made<T, E>),
}

impl<T, E> Seat<T, E> {
    fn tell(&self, what: Heard<T, E>) {
        *lock(&self.heard) = what;
        self.told.notify_all();
    }

    /// What was told, after this time at the latest.
    fn hear(&self, patience: Duration) -> Heard<T, E> {
        let nothing = |heard: &mut Heard<T, E>| matches!(heard, Heard::Nothing);
        let (mut heard, _) =
            self.told.wait_timeout_while(lock(&self.heard), patience, nothing).unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *heard, Heard::Nothing)
    }

    /// Tells owners apart while they wait.
    fn id(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self).addr()
    }
}

impl<T, E, F> Change for Asked<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut Db) -> Result<T, E> + Send + 'static,
{
    fn make(&mut self, db: &mut Db) -> bool {
        self.meter.waited(self.asked.elapsed(), true);
        let made = self.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| (self.change)(db))));
        matches!(self.done.insert(made), Ok(Ok(_)))
    }

    fn make_apart(&mut self, db: &mut Db) {
        if self.done.is_none() {
            self.meter.waited(self.asked.elapsed(), true);
        }
        // A panic undoes its own change alone: the others' commit must not be lost with it.
        let made = || catch_unwind(AssertUnwindSafe(|| db::savepoint(db, &mut self.change)));
        self.done = Some(self.span.in_scope(made));
        self.meter.nested();
    }

    fn lead(self: Box<Self>) {
        let seat = Arc::clone(&self.seat);
        seat.tell(Heard::Lead(self));
    }

    fn tell(self: Box<Self>, committed: Result<(), StoreError>) {
        let Some(done) = self.done else { return };
        self.seat.tell(Heard::Answer(done.map(|done| match (done, committed) {
            // It may have been refused for what another of them wrote: that must be there first.
            (_, Err(error)) => Err(error.into()),
            (done, Ok(())) => done,
        })));
    }

    fn tell_alone(self: Box<Self>) {
        let undone = || Ok(Err(undone().into()));
        let done = match self.done {
            Some(Ok(Ok(_))) | None => undone(),
            Some(done) => done,
        };
        self.seat.tell(Heard::Answer(done));
    }

    fn refuse(self: Box<Self>, why: StoreError) {
        self.seat.tell(Heard::Answer(Ok(Err(why.into()))));
    }

    fn is_of(&self, owner: usize) -> bool {
        self.seat.id() == owner
    }
}

impl Together {
    /// Nothing is under way; who waits is counted there.
    pub(super) fn new(meter: Arc<Meter>) -> Self {
        Self { turn: Mutex::default(), meter }
    }

    /// Makes a change with others', in a transaction that `begin` begins.
    pub(super) fn write<T, E, F>(
        &self,
        begin: impl FnOnce() -> Result<PooledConnection<Manager>, StoreError>,
        patience: Duration,
        change: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Db) -> Result<T, E> + Send + 'static,
    {
        let asked = Instant::now();
        let seat = Arc::new(Seat { heard: Mutex::new(Heard::Nothing), told: Condvar::new() });
        let (meter, span) = (Arc::clone(&self.meter), Span::current());
        let own = Asked { change, done: None, asked, meter, span, seat: Arc::clone(&seat) };
        let mut heard = match self.come(Box::new(own)) {
            Some(own) => Heard::Lead(own),
            None => seat.hear(patience / 2),
        };
        if matches!(heard, Heard::Nothing) {
            if self.leave(seat.id()) {
                self.meter.waited(asked.elapsed(), false);
                return Err(StoreError::Unavailable("the writer was not free in time".to_owned()).into());
            }
            // Somebody is at it.
            heard = seat.hear(patience.saturating_sub(asked.elapsed()));
        }
        if let Heard::Lead(own) = heard {
            let in_time = || asked.elapsed() < patience;
            self.lead(own, begin, in_time);
            heard = seat.hear(Duration::ZERO);
        }
        match heard {
            Heard::Answer(made) => made.unwrap_or_else(|panic| resume_unwind(panic)),
            // Unknown, as after an unanswered COMMIT.
            Heard::Nothing | Heard::Lead(_) => {
                Err(StoreError::Unavailable("no answer to COMMIT in time".to_owned()).into())
            }
        }
    }

    /// Comes to the writer; back comes the change of one who is to lead, all others wait.
    fn come(&self, own: Box<dyn Change>) -> Option<Box<dyn Change>> {
        let mut turn = lock(&self.turn);
        if turn.led {
            turn.waiting.push_back(own);
            return None;
        }
        turn.led = true;
        Some(own)
    }

    /// Gives up waiting; not if the change is being made or its owner is to lead, which they have heard then.
    fn leave(&self, owner: usize) -> bool {
        let mut turn = lock(&self.turn);
        let at = turn.waiting.iter().position(|change| change.is_of(owner));
        at.and_then(|at| turn.waiting.remove(at)).is_some()
    }

    /// Makes this change and those of the others who wait, commits and tells all of them. If it is too late for this one, its
    /// owner's caller has been told so; nothing of theirs may be begun then.
    fn lead(
        &self,
        own: Box<dyn Change>,
        begin: impl FnOnce() -> Result<PooledConnection<Manager>, StoreError>,
        in_time: impl FnOnce() -> bool,
    ) {
        // However this ends, somebody else can lead.
        let leading = Leading(self);
        let mut db = match begin() {
            Ok(db) => db,
            Err(error) => return own.refuse(error),
        };
        let first = if in_time() {
            Some(own)
        } else {
            self.meter.waited(Duration::ZERO, false);
            own.refuse(StoreError::Unavailable("the writer was not free in time".to_owned()));
            self.next()
        };
        let (mut made, all_well) = self.make(first, &mut db);
        let (committed, loser) = match made.len() {
            _ if all_well => (db::keep(&mut db), None),
            // Nobody else's work is lost with it.
            1 => {
                db::undo(&mut db);
                (Ok(()), None)
            }
            _ => self.make_apart(&mut made, &mut db),
        };
        // The connection is back before anybody is told, so that whoever goes on finds it.
        drop(db);
        drop(leading);
        let loser = loser.map(|at| made.remove(at));
        for change in made {
            change.tell(committed.clone());
        }
        if let Some(loser) = loser {
            loser.tell_alone();
        }
    }

    /// Makes this change and those that wait, until one fails or there are enough; and whether all succeeded.
    fn make(&self, first: Option<Box<dyn Change>>, db: &mut Db) -> (Vec<Box<dyn Change>>, bool) {
        let mut made = Vec::with_capacity(MOST);
        let (mut next, mut well) = (first, true);
        while let Some(mut change) = next {
            well = change.make(db);
            made.push(change);
            next = if well && made.len() < MOST { self.next() } else { None };
        }
        (made, well)
    }

    /// Undoes them, makes each again for itself, and so those that wait; what came of the COMMIT, and at whose change the database
    /// undid everything.
    fn make_apart(&self, made: &mut Vec<Box<dyn Change>>, db: &mut Db) -> (Result<(), StoreError>, Option<usize>) {
        db::undo(db);
        if let Err(error) = db::begin(db, Purpose::Write) {
            return (Err(error), None);
        }
        self.meter.begun();
        let mut at = 0;
        while let Some(change) = made.get_mut(at) {
            change.make_apart(db);
            if !db::is_under_way(db) {
                db::undo(db);
                return (Err(undone()), Some(at));
            }
            at += 1;
            if at == made.len() && at < MOST {
                made.extend(self.next());
            }
        }
        (db::keep(db), None)
    }

    fn next(&self) -> Option<Box<dyn Change>> {
        lock(&self.turn).waiting.pop_front()
    }

    /// The first who waits is to lead. They hear of it before anybody else can look whether they still wait.
    fn hand_over(&self) {
        let mut turn = lock(&self.turn);
        match turn.waiting.pop_front() {
            Some(next) => next.lead(),
            None => turn.led = false,
        }
    }

    /// How many want the writer.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        lock(&self.turn).waiting.len()
    }
}

/// Who leads; the next one does when this is dropped.
struct Leading<'t>(&'t Together);

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        self.0.hand_over();
    }
}

/// The database undid the whole transaction: nobody who had a change in it may be told of success.
fn undone() -> StoreError {
    StoreError::Unavailable("the database undid what was written".to_owned())
}

/// Nothing panics while one of these is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
