//! The store as the engine holds it: pools of connections that replace what breaks, and time limits on all waiting.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection, R2D2Connection};

use super::connect::Manager;
use super::db::{self, Db, Purpose};
use super::error::StoreError;
use super::log::Log;
use super::meter::{Meter, Metered};
use super::plans;
use super::together::Together;
use super::url::DatabaseUrl;

/// How long a connection lives: it keeps each statement it ever ran, of which every day brings some (`dialect::moment`).
const LIFE: Duration = Duration::from_secs(3600);

/// How to reach and use the database.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Which database.
    pub url: DatabaseUrl,
    /// Connections at most: PostgreSQL in all; SQLite for reading, beside the one that writes.
    pub connections: u32,
    /// How long a caller waits at most for a connection and then for a lock, together; then
    /// [`StoreError::Unavailable`]. Two seconds behind the web, more for a verb on the terminal.
    pub patience: Duration,
    /// How long one statement may run on PostgreSQL; the server stops it then.
    pub statement_limit: Duration,
}

impl StoreSettings {
    /// The settings a server uses.
    pub fn new(url: DatabaseUrl) -> Self {
        Self { url, connections: 8, patience: Duration::from_millis(1800), statement_limit: Duration::from_secs(15) }
    }
}

/// The database, for any number of threads. All calls block: call them where blocking is allowed.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    settings: StoreSettings,
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    meter: Arc<Meter>,
    /// Where one writer is for all.
    together: Option<Together>,
    /// Of the embedded database.
    log: Option<Log>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.inner.settings).finish()
    }
}

impl Store {
    /// Connects once, to fail now with the real cause if it cannot, and sets the pools up. A missing SQLite file is
    /// made (readable by its owner only), a missing folder is not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the database's own words.
    pub fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        let meter = Arc::new(Meter::default());
        let manager = |purpose| Manager { settings: settings.clone(), purpose, meter: Arc::clone(&meter) };
        // The writing connection goes first: it is the one that may turn WAL on.
        let mut first = manager(Purpose::Write).connect().map_err(|e| StoreError::Unavailable(e.0))?;
        plans::tell(&mut first);
        drop(first);
        let writers = match settings.url {
            DatabaseUrl::Sqlite(_) => pool(settings, 1, manager(Purpose::Write)),
            DatabaseUrl::Postgres(_) => pool(settings, settings.connections, manager(Purpose::Write)),
        };
        let readers = match settings.url {
            DatabaseUrl::Sqlite(_) => pool(settings, settings.connections, manager(Purpose::Read)),
            DatabaseUrl::Postgres(_) => writers.clone(),
        };
        let (together, log) = match &settings.url {
            DatabaseUrl::Postgres(_) => (None, None),
            DatabaseUrl::Sqlite(file) => {
                let log = Log::kept_short(file, manager(Purpose::Write), writers.clone());
                let log = log.map_err(|e| StoreError::Unavailable(e.to_string()))?;
                (Some(Together::new(Arc::clone(&meter))), Some(log))
            }
        };
        Ok(Self { inner: Arc::new(Inner { settings: settings.clone(), readers, writers, meter, together, log }) })
    }

    /// How long a call may wait before it gives up.
    pub fn patience(&self) -> Duration {
        self.inner.settings.patience
    }

    /// Runs queries over one state of the data. A change tried in here is refused by the database.
    ///
    /// # Errors
    /// What `f` refuses; [`StoreError::Unavailable`] within the settings' patience when the database is away.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut db = self.begun(&self.inner.readers, Purpose::Read)?;
        db::finish(&mut db, f)
    }

    /// Reads by one statement, which sees one state by itself, or by several that need not agree: BEGIN and COMMIT would each be a way
    /// to PostgreSQL and back. They must change nothing. On a connection that died they are run again on another, in a transaction.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_one<T>(&self, f: impl Fn(&mut Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut db = self.connection(&self.inner.readers)?;
        let error = match f(&mut db) {
            Err(error) => error,
            read => return read,
        };
        // Perhaps it died while idle. That shows at BEGIN, and only then does the pool throw it away.
        match db::begin(&mut db, Purpose::Read) {
            Ok(()) => {
                db::undo(&mut db);
                Err(error)
            }
            Err(_) => {
                drop(db);
                self.read(f)
            }
        }
    }

    /// Runs one transaction of changes; when this returns `Ok`, it is on the disk.
    ///
    /// # Errors
    /// What `f` refuses, after which nothing was changed; [`StoreError::Unavailable`] within the settings' patience when
    /// the database is away. Should the answer to COMMIT be lost, the outcome is unknown: repeat through a unique key.
    pub fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let done = db::finish(&mut *self.begun(&self.inner.writers, Purpose::Write)?, f);
        self.written();
        done
    }

    /// The same for a short change of which many arrive at once. The embedded database writes those through together, and another
    /// thread may make it; any of them that is refused undoes itself alone. `f` may be called a second time, when what it did the
    /// first time is undone. A failure of the database is handed on, never swallowed: with it SQLite may have undone what others did.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_together<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Db) -> Result<T, E> + Send + 'static,
    {
        match &self.inner.together {
            None => self.write(f),
            Some(together) => {
                let begin = || self.begun(&self.inner.writers, Purpose::Write);
                let done = together.write(begin, self.inner.settings.patience, f);
                self.written();
                done
            }
        }
    }

    fn written(&self) {
        if let Some(log) = &self.inner.log {
            log.written();
        }
    }

    /// How many wait to write together.
    #[cfg(test)]
    pub(super) fn waiting_together(&self) -> usize {
        self.inner.together.as_ref().map_or(0, Together::waiting)
    }

    /// Where the writer is taken from.
    #[cfg(test)]
    pub(super) fn writers(&self) -> &Pool<Manager> {
        &self.inner.writers
    }

    /// What about the server's settings could lose acknowledged work in a crash; empty when nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn risks(&self) -> Result<Vec<String>, StoreError> {
        self.read(|db| {
            let Db::Pg(c) = db else { return Ok(Vec::new()) };
            let mut risks = Vec::new();
            for name in ["fsync", "synchronous_commit", "full_page_writes"] {
                let asked = diesel::dsl::sql::<diesel::sql_types::Text>(&format!("current_setting('{name}')"));
                if diesel::select(asked).get_result::<String>(c)? == "off" {
                    risks.push(format!("PostgreSQL runs with {name} = off: a crash can lose acknowledged requests"));
                }
            }
            Ok(risks)
        })
    }

    /// Which database this is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.settings.url
    }

    /// What was counted since the process began.
    pub fn metered(&self) -> Metered {
        self.inner.meter.read()
    }

    /// A connection of its own outside the pools, for migrations and backups.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn connect(&self) -> Result<Db, StoreError> {
        let (settings, meter) = (self.inner.settings.clone(), Arc::clone(&self.inner.meter));
        let manager = Manager { settings, purpose: Purpose::Write, meter };
        let mut db = manager.connect().map_err(|e| StoreError::Unavailable(e.0))?;
        if let Db::Sqlite(c) = &mut db {
            // What is written here rings no bell: it copies the log itself, as SQLite does unless told otherwise.
            c.batch_execute("PRAGMA wal_autocheckpoint=1000").map_err(StoreError::from)?;
        }
        Ok(db)
    }

    fn connection(&self, pool: &Pool<Manager>) -> Result<PooledConnection<Manager>, StoreError> {
        let asked = Instant::now();
        let got = pool.get();
        self.inner.meter.waited(asked.elapsed(), got.is_ok());
        got.map_err(|e| StoreError::Unavailable(self.inner.settings.url.redact(&e.to_string())))
    }

    /// A connection with the transaction begun. Connections that died while idle show at BEGIN, when nothing is done yet:
    /// they are thrown away and the next one is tried, so a restart of the database costs nobody a request.
    fn begun(&self, pool: &Pool<Manager>, purpose: Purpose) -> Result<PooledConnection<Manager>, StoreError> {
        let mut tries = self.inner.settings.connections + 1;
        loop {
            let mut db = self.connection(pool)?;
            tries -= 1;
            match db::begin(&mut db, purpose) {
                Ok(()) => {
                    self.inner.meter.begun();
                    return Ok(db);
                }
                Err(error) if tries == 0 || !R2D2Connection::is_broken(&mut *db) => return Err(error),
                Err(_) => {}
            }
        }
    }
}

fn pool(settings: &StoreSettings, size: u32, manager: Manager) -> Pool<Manager> {
    let idle = match settings.url {
        DatabaseUrl::Sqlite(_) => None,
        DatabaseUrl::Postgres(_) => Some(Duration::from_secs(600)),
    };
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(0))
        .max_lifetime(Some(LIFE))
        .idle_timeout(idle)
        .test_on_check_out(false)
        .connection_timeout(settings.patience / 2)
        // The cause comes back with the caller's own time-out; it need not be logged by every attempt.
        .error_handler(Box::new(NopErrorHandler))
        .build_unchecked(manager)
}
