//! The embedded database's log, and the thread that copies it into the file. SQLite by itself does so inside whichever COMMIT finds
//! a thousand pages in it: that change, and all that wait for the writer, then wait for two write-throughs and for all that was
//! kept back while somebody read for long. Here changes only append, and the copying goes on beside them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::sql_types::Integer;

use super::connect::Manager;
use super::db::Db;

/// So many pages are copied at once, or more.
const WORTH: i32 = 1000;
/// A log of more pages is to begin at its start again, for which a change has to find all of it copied. Not more than one
/// table of the log's index holds (4,062): every look at a page goes through all of them.
pub(super) const LONG: i32 = 4000;
/// Copies are made of what came in while the last one was made, each shorter than the one before; beyond so many the writer has
/// to wait, for it writes faster than the disk takes.
const COPIES: usize = 4;
/// Bytes of a page, SQLite's own choice.
const PAGE: u64 = 4096;
/// Between two looks. Under load some hundred pages are written in this time.
const REST: Duration = Duration::from_millis(20);
/// Before it is tried again, where somebody reads what the file held before, or the disk failed; of the latter whoever changes
/// anything is told.
const LONG_REST: Duration = Duration::from_secs(1);

/// What the thread was told.
#[derive(Debug, Default, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    Written,
    Closed,
}

#[derive(Debug, Default)]
struct Bell {
    told: Mutex<Told>,
    rung: Condvar,
}

/// Keeps the log short for as long as it lives.
#[derive(Debug)]
pub(super) struct Log {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Log {
    /// Starts the thread. Its connection is made when there is something to copy.
    pub(super) fn kept_short(file: &Path, own: Manager, writers: Pool<Manager>) -> std::io::Result<Self> {
        let bell = Arc::<Bell>::default();
        let mut copier = Copier { log: beside(file), manager: own, own: None, writers };
        let heard = Arc::clone(&bell);
        let thread = Builder::new().name("log".to_owned()).spawn(move || {
            while heard.wait() {
                if copier.round() == Some(Done) {
                    heard.rest(REST);
                } else {
                    heard.rest(LONG_REST);
                    heard.tell(Told::Written);
                }
            }
        })?;
        Ok(Self { bell, thread: Some(thread) })
    }

    /// Something was committed.
    pub(super) fn written(&self) {
        self.bell.tell(Told::Written);
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.bell.tell(Told::Closed);
        // So that whoever closed the database finds its file closed.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Bell {
    fn tell(&self, what: Told) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != Told::Closed && *told != what {
            *told = what;
            self.rung.notify_all();
        }
    }

    /// Waits until something is written; `false` when it is over.
    fn wait(&self) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told =
            self.rung.wait_while(told, |told| *told == Told::Nothing).unwrap_or_else(PoisonError::into_inner);
        let open = *told != Told::Closed;
        if open {
            *told = Told::Nothing;
        }
        open
    }

    /// Lets this time pass, unless it is over.
    fn rest(&self, time: Duration) {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.rung.wait_timeout_while(told, time, |told| *told != Told::Closed);
    }
}

/// All that is worth copying is copied.
#[derive(PartialEq, Eq)]
struct Done;

struct Copier {
    log: PathBuf,
    manager: Manager,
    own: Option<Db>,
    writers: Pool<Manager>,
}

impl Copier {
    fn round(&mut self) -> Option<Done> {
        // The file does not shrink when it is begun again, but one that never grew so far needs no closer look.
        if std::fs::metadata(&self.log).map_or(0, |file| file.len()) < u64::from(WORTH.unsigned_abs()) * PAGE {
            return Some(Done);
        }
        let mut own = match self.own.take() {
            Some(own) => own,
            None => self.manager.connect().ok()?,
        };
        let done = shorten(&mut own, &self.writers)?;
        self.own = Some(own);
        Some(done)
    }
}

/// Copies the log if it is worth it, and sees that it begins anew if it is long.
fn shorten(own: &mut Db, writers: &Pool<Manager>) -> Option<Done> {
    let mut now = pages(own, Copy::Nothing).ok()?;
    if now.waiting() < WORTH {
        return Some(Done);
    }
    for _ in 0..COPIES {
        let before = now.written;
        now = pages(own, Copy::All).ok()?;
        if now.copied < before {
            return None;
        }
        if now.waiting() < WORTH {
            break;
        }
    }
    if now.written > LONG && now.waiting() > 0 {
        // Nobody writes while this one has the writer: the next to do so begins the log anew.
        pages(&mut *writers.get().ok()?, Copy::All).ok()?;
    }
    Some(Done)
}

/// What the log holds.
#[derive(Debug, QueryableByName)]
pub(super) struct Pages {
    /// Pages in it.
    #[diesel(sql_type = Integer, column_name = log)]
    pub(super) written: i32,
    /// Those of them that are in the file.
    #[diesel(sql_type = Integer, column_name = checkpointed)]
    copied: i32,
}

impl Pages {
    /// Pages of it that are not in the file yet.
    pub(super) fn waiting(&self) -> i32 {
        self.written - self.copied
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Copy {
    Nothing,
    /// What no reader stands in the way of, without waiting for any.
    All,
}

pub(super) fn pages(db: &mut Db, copy: Copy) -> QueryResult<Pages> {
    // https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    diesel::sql_query(match copy {
        Copy::Nothing => "PRAGMA wal_checkpoint(NOOP)",
        Copy::All => "PRAGMA wal_checkpoint(PASSIVE)",
    })
    .get_result(db)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
