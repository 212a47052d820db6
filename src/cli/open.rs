//! From settings to an engine over the right database with the right keys.

use std::path::Path;
use std::time::Duration;

use super::Trouble;
use crate::clock::{Chance, Clock};
use crate::config::{self, Settings};
use crate::engine::Engine;
use crate::store::{DatabaseUrl, Keys, Store, StoreError, StoreSettings, installation, migrate};

/// A verb on the terminal waits longer for a busy database than a visitor would.
const VERB_PATIENCE: Duration = Duration::from_secs(20);

/// What the database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// One verb, then done.
    Verb,
    /// To serve a real installation.
    Serve,
    /// To build or serve the demo.
    Demo,
}

/// Connects; makes the folder of an embedded database first.
pub(super) fn store(settings: &Settings, purpose: Purpose) -> Result<Store, Trouble> {
    if let config::DatabaseUrl::Sqlite(file) = &settings.database
        && let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .map_err(|e| Trouble::Failed(format!("cannot make the folder {}: {e}", folder.display())))?;
    }
    let url = DatabaseUrl::parse(&settings.database.expose())?;
    let served = Duration::from_millis(settings.db_wait_ms);
    let patience = if purpose == Purpose::Verb { VERB_PATIENCE } else { served };
    let store = StoreSettings { connections: settings.db_pool, patience, ..StoreSettings::new(url) };
    Ok(Store::open(&store)?)
}

/// Everything a verb works with: the schema is up to date, the keys belong to the database, and a demo is not taken for a
/// real installation.
pub(super) fn engine(settings: &Settings, purpose: Purpose) -> Result<Engine, Trouble> {
    let store = store(settings, purpose)?;
    engine_over(settings, purpose, store, (Clock::System, Chance::System))
}

/// The same over a store already opened, with a clock and chance of the caller's.
pub(super) fn engine_over(
    settings: &Settings,
    purpose: Purpose,
    store: Store,
    (clock, chance): (Clock, Chance),
) -> Result<Engine, Trouble> {
    let embedded = matches!(settings.database, config::DatabaseUrl::Sqlite(_));
    if embedded {
        migrate::run(&store)?;
    } else {
        store.read(|db| migrate::schema(db)?.check())?;
    }
    let fresh = mark(&store, purpose)?;
    let keys = keys(&settings.secret_file, embedded && fresh)?;
    store.write(|db| installation::tie(db, &keys)).map_err(|error| match error {
        StoreError::WrongKey => Trouble::Failed(format!("{}: {error}", settings.secret_file.display())),
        error => error.into(),
    })?;
    Ok(Engine::new(store, keys, clock, chance))
}

/// Marks a fresh database as what it is for; refuses one marked for something else. Tells whether no keys were used in
/// it yet.
fn mark(store: &Store, purpose: Purpose) -> Result<bool, Trouble> {
    let demo = purpose == Purpose::Demo;
    let found = match store.read(installation::load)? {
        Some(found) => found,
        None => {
            let made = store.write(|db| installation::create(db, demo, Clock::System.now()));
            // Another process may have been faster.
            made.or_else(|error| if matches!(error, StoreError::Unique { .. }) { Ok(()) } else { Err(error) })?;
            store.read(installation::load)?.ok_or(StoreError::Missing)?
        }
    };
    match (purpose, found.is_demo) {
        (Purpose::Demo, false) => Err(Trouble::Usage(
            "this database is a real installation; `jiban demo` works on its own database only".to_owned(),
        )),
        (Purpose::Serve, true) => {
            Err(Trouble::Usage("this database is the demo's, with passwords known to all: use `jiban demo`".to_owned()))
        }
        _ => Ok(found.key_check.is_none()),
    }
}

/// Reads the key file; makes one only for an embedded database that nothing was sealed in yet.
fn keys(file: &Path, may_create: bool) -> Result<Keys, Trouble> {
    let made = may_create && !file.exists();
    let keys = Keys::load_or_create(file, may_create, || Chance::System.bytes()).map_err(|error| {
        if file.exists() {
            return Trouble::from(error);
        }
        Trouble::Failed(format!(
            "{error}; for a new installation on PostgreSQL make one with `jiban key create` and keep a copy of it"
        ))
    })?;
    if made {
        eprintln!(
            "jiban: made the key file {}; keep a copy in a safe place, nothing sealed opens without it",
            file.display()
        );
    }
    Ok(keys)
}

/// The community with this name in URLs.
pub(super) fn community(engine: &Engine, slug: &str) -> Result<crate::domain::ids::CommunityId, Trouble> {
    crate::engine::setup::community(engine, slug).map_err(|failure| match failure {
        crate::engine::Failure::NotFound(_) => {
            Trouble::Usage(format!("there is no community `{slug}`; `jiban community list` tells which there are"))
        }
        failure => failure.into(),
    })
}
