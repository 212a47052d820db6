//! Connections as this program uses them: what is set on each when it is made, and the time limits on all waiting.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection};

use super::db::{Db, Purpose};
use super::meter::{Counting, Meter};
use super::pool::StoreSettings;
use super::url::DatabaseUrl;

/// Makes connections: one kind of URL, one kind of connection.
#[derive(Debug)]
pub(super) struct Manager {
    pub(super) settings: StoreSettings,
    pub(super) purpose: Purpose,
    pub(super) meter: Arc<Meter>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoConnection(pub(super) String);

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = NoConnection;

    fn connect(&self) -> Result<Db, NoConnection> {
        let url = &self.settings.url;
        let made = match url {
            DatabaseUrl::Sqlite(path) => sqlite(path, &self.settings, self.purpose),
            DatabaseUrl::Postgres(url) => postgres(url, &self.settings),
        };
        let mut db = made.map_err(|cause| NoConnection(url.redact(&format!("{url}: {cause}"))))?;
        db.set_instrumentation(Counting(Arc::clone(&self.meter)));
        Ok(db)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), NoConnection> {
        db.ping().map_err(|e| NoConnection(e.to_string()))
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || db.is_broken()
    }
}

/// A full-sync WAL connection: what COMMIT acknowledged survives a power cut.
fn sqlite(path: &Path, settings: &StoreSettings, purpose: Purpose) -> Result<Db, String> {
    private_file(path).map_err(|e| e.to_string())?;
    // SQLite takes a leading `file:` for a URI; a path never starts so with a `./` before it.
    let plain = if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) };
    let plain = plain.to_str().ok_or("the path is not UTF-8")?;
    let mut c = SqliteConnection::establish(plain).map_err(|e| e.to_string())?;
    let busy = (settings.patience / 2).as_millis();
    // The time limit comes first: turning WAL on may itself have to wait for another process.
    c.batch_execute(&format!("PRAGMA busy_timeout={busy}; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL"))
        .map_err(|e| e.to_string())?;
    c.batch_execute("PRAGMA temp_store=MEMORY").map_err(|e| e.to_string())?;
    // Pages in KiB. Every reader keeps its own, and what it lacks is in the system's cache: many large ones only take memory.
    c.batch_execute(match purpose {
        // Copying the log is another's work (`log`).
        Purpose::Write => {
            "PRAGMA cache_size=-4096; PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864; \
             PRAGMA wal_autocheckpoint=0"
        }
        Purpose::Read => "PRAGMA cache_size=-2048; PRAGMA query_only=ON",
    })
    .map_err(|e| e.to_string())?;
    Ok(Db::Sqlite(c))
}

/// Makes the file if it is not there, for its owner only; SQLite gives its side files the same mode. A file that is there
/// is not touched: closing it here would drop every lock this process holds on it.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A connection that does not wait for ever: neither to connect, nor for a dead network, nor for a lock.
///
/// Not covered by libpq: a server process that is frozen but whose kernel still acknowledges. Whoever holds a connection
/// then waits until it goes on; all others get [`StoreError::Unavailable`] from the pool in time.
fn postgres(url: &str, settings: &StoreSettings) -> Result<Db, String> {
    let patience = settings.patience.as_millis();
    let full = DatabaseUrl::with_defaults(
        url,
        &[
            ("connect_timeout", settings.patience.as_secs().max(2).to_string()),
            ("tcp_user_timeout", patience.to_string()),
            ("keepalives_idle", "5".to_owned()),
            ("keepalives_interval", "2".to_owned()),
            ("keepalives_count", "3".to_owned()),
            ("application_name", "jiban".to_owned()),
        ],
    );
    let mut c = PgConnection::establish(&full).map_err(|e| e.to_string())?;
    // Statements here are over in a millisecond or two; compiling one takes fifty.
    c.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET jit=off; SET lock_timeout={}; SET statement_timeout={}; \
         SET idle_in_transaction_session_timeout={}",
        (settings.patience / 2).as_millis(),
        settings.statement_limit.as_millis(),
        (settings.statement_limit * 2).as_millis(),
    ))
    .map_err(|e| e.to_string())?;
    Ok(Db::Pg(c))
}
