//! The embedded database's log, and the thread that copies it into the file. SQLite by itself does so inside whichever COMMIT finds
//! a thousand pages in it: that change, and all that wait for the writer, then wait for two write-throughs and for all that was
//! kept back while somebody read for long. Here changes only append, and the copying goes on beside them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::sql_types::Integer;

use super::connect::Manager;
use super::db::Db;

/// So many pages are copied at once, or more.
const WORTH: i32 = 1000;
/// A log of more pages is to begin at its start again, for which a change has to find all of it copied and read by nobody. Not
/// more than one table of the log's index holds (4,062): every look at a page goes through all of them.
pub(super) const LONG: i32 = 4000;
/// Copies are made of what came in while the last one was made, each shorter than the one before; beyond so many the writer has
/// to wait, for it writes faster than the disk takes.
const COPIES: usize = 4;
/// Bytes of a page, SQLite's own choice.
const PAGE: u64 = 4096;
/// Between two looks. Under load some hundred pages are written in this time.
const REST: Duration = Duration::from_millis(20);
/// So often, and a moment between, the writer is kept from writing for readers to finish.
const MOMENTS: usize = 5;
const MOMENT: Duration = Duration::from_millis(1);
/// Before it is tried again, where somebody reads what the file held before, or the disk failed.
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
    /// Starts the thread for a file that is there. Its connection is made when there is something to copy.
    pub(super) fn kept_short(file: &Path, own: Manager, writers: Pool<Manager>) -> std::io::Result<Self> {
        let bell = Arc::<Bell>::default();
        // SQLite follows links, so the log lies beside what they lead to.
        let mut copier = Copier { log: beside(&file.canonicalize()?), manager: own, own: None, writers };
        let heard = Arc::clone(&bell);
        let thread = Builder::new().name("log".to_owned()).spawn(move || {
            let mut failing = false;
            while heard.wait() {
                let copied = copier.round();
                match &copied {
                    Err(cause) if !failing => tracing::warn!(%cause, "SQLite's log is not copied; it is tried again"),
                    Ok(_) if failing => tracing::info!("SQLite's log is copied again"),
                    _ => {}
                }
                failing = copied.is_err();
                if matches!(copied, Ok(Copied::All)) {
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
        // So that whoever closed the database finds its file closed; a copy that is under way is made first.
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

/// Whether what is worth copying was copied, or somebody reads what the file held before.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Copied {
    All,
    KeptBack,
}

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotCopied(String);

struct Copier {
    log: PathBuf,
    manager: Manager,
    own: Option<Db>,
    writers: Pool<Manager>,
}

impl Copier {
    fn round(&mut self) -> Result<Copied, NotCopied> {
        // The file does not shrink when it is begun again, but one that never grew so far needs no closer look.
        if std::fs::metadata(&self.log).is_ok_and(|file| file.len() < u64::from(WORTH.unsigned_abs()) * PAGE) {
            return Ok(Copied::All);
        }
        let mut own = match self.own.take() {
            Some(own) => own,
            None => self.connect()?,
        };
        let copied = shorten(&mut own, &self.writers)?;
        self.own = Some(own);
        Ok(copied)
    }

    /// A connection that waits for nobody.
    fn connect(&self) -> Result<Db, NotCopied> {
        let mut own = self.manager.connect().map_err(|e| NotCopied(e.to_string()))?;
        if let Db::Sqlite(c) = &mut own {
            c.batch_execute("PRAGMA busy_timeout=0").map_err(|e| NotCopied(e.to_string()))?;
        }
        Ok(own)
    }
}

/// Copies the log if it is worth it, and sees that it begins anew if it is long.
fn shorten(own: &mut Db, writers: &Pool<Manager>) -> Result<Copied, NotCopied> {
    let mut now = pages(own, Copy::Nothing)?;
    if now.waiting() < WORTH {
        return Ok(Copied::All);
    }
    for _ in 0..COPIES {
        let before = now.copied;
        pages(own, Copy::All)?;
        // What a copy says of itself is from its beginning.
        now = pages(own, Copy::Nothing)?;
        if now.waiting() < WORTH {
            break;
        }
        if now.copied == before {
            return Ok(Copied::KeptBack);
        }
    }
    if now.written > LONG { begin_anew(own, writers) } else { Ok(Copied::All) }
}

/// Copies what is left while nobody writes. Who is just reading an older state is done in a moment, and whoever comes meanwhile
/// reads the file alone: then the next to write begins the log anew.
pub(super) fn begin_anew(own: &mut Db, writers: &Pool<Manager>) -> Result<Copied, NotCopied> {
    let Ok(_writer) = writers.get() else { return Ok(Copied::KeptBack) };
    for _ in 0..MOMENTS {
        if pages(own, Copy::Anew)?.busy == 0 {
            return Ok(Copied::All);
        }
        std::thread::park_timeout(MOMENT);
    }
    Ok(Copied::KeptBack)
}

/// What the log holds.
#[derive(Debug, QueryableByName)]
pub(super) struct Pages {
    /// Not zero when somebody stood in the way.
    #[diesel(sql_type = Integer)]
    busy: i32,
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
    /// Everything, and the next change is to begin the log anew.
    Anew,
}

pub(super) fn pages(db: &mut Db, copy: Copy) -> Result<Pages, NotCopied> {
    // https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    diesel::sql_query(match copy {
        Copy::Nothing => "PRAGMA wal_checkpoint(NOOP)",
        Copy::All => "PRAGMA wal_checkpoint(PASSIVE)",
        Copy::Anew => "PRAGMA wal_checkpoint(RESTART)",
    })
    .get_result(db)
    .map_err(|e| NotCopied(e.to_string()))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
