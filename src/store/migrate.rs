//! Bringing the schema up to date, beside running servers if need be.
//!
//! One migration is one version of the schema. A program of version N runs on schema N and N + 1, so that the schema can
//! be changed first and the programs replaced after; a database further ahead is refused.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::db::{Db, each, write_tx};
use super::error::StoreError;
use super::plans;
use super::pool::Store;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Locks one schema on PostgreSQL: a number of ours, and one that differs by schema.
const LOCK: &str = "SELECT pg_advisory_lock(20261124, hashtext(current_schema()))";

diesel::table! {
    /// diesel's own record.
    #[sql_name = "__diesel_schema_migrations"]
    applied_migration (version) {
        /// The migration's version.
        version -> Text,
    }
}

/// How the database's schema compares with this program's. Versions are digits such as `20261124000000`, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// What the database has of this program's migrations.
    pub applied: Vec<String>,
    /// What it lacks.
    pub pending: Vec<String>,
    /// What it has that this program does not know.
    pub unknown: Vec<String>,
}

impl Schema {
    fn compare(known: Vec<String>, found: Vec<String>) -> Self {
        let (applied, pending) = known.iter().cloned().partition(|version| found.contains(version));
        Self { applied, pending, unknown: found.into_iter().filter(|version| !known.contains(version)).collect() }
    }

    /// Whether nothing was ever applied.
    pub fn is_empty(&self) -> bool {
        self.applied.is_empty() && self.unknown.is_empty()
    }

    /// Whether this program may work on the database.
    ///
    /// # Errors
    /// [`StoreError::Migration`] that says what to do, when migrations are pending or the schema is not one this program
    /// runs on.
    pub fn check(&self) -> Result<(), StoreError> {
        self.check_not_ahead()?;
        match self.pending.first() {
            None => Ok(()),
            Some(next) => Err(StoreError::Migration(format!(
                "the database lacks schema version {next} and {} more; run `jiban migrate`",
                self.pending.len() - 1
            ))),
        }
    }

    /// Whether the database is at most one step ahead.
    ///
    /// # Errors
    /// [`StoreError::Migration`].
    pub fn check_not_ahead(&self) -> Result<(), StoreError> {
        let newest = self.applied.iter().chain(&self.pending).max();
        let foreign = self.unknown.iter().find(|version| newest.is_some_and(|newest| *version < newest));
        if let Some(version) = foreign {
            return Err(StoreError::Migration(format!(
                "the database has schema version {version}, which belongs to no jiban that led to this one"
            )));
        }
        if self.unknown.len() > 1 {
            return Err(StoreError::Migration(format!(
                "the database has schema version {}; this jiban knows {} and runs on one version more at most: \
                 start a newer jiban",
                self.unknown.iter().max().map_or("", String::as_str),
                newest.map_or("none", String::as_str),
            )));
        }
        Ok(())
    }
}

/// Compares, and changes nothing.
///
/// # Errors
/// [`StoreError::Unavailable`] and its like.
pub fn schema(db: &mut Db) -> Result<Schema, StoreError> {
    let known = known()?;
    let found = if has_record(db)? {
        applied_migration::table.select(applied_migration::version).order(applied_migration::version).load(db)?
    } else {
        Vec::new()
    };
    Ok(Schema::compare(known, found))
}

/// Applies what is pending and returns those versions. May run in several processes at once: one works, the others wait
/// and find nothing left to do. On SQLite all of it is one transaction, on PostgreSQL each migration is one.
///
/// # Errors
/// [`StoreError::Migration`] when a migration fails or the database is of a newer program.
pub fn run(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut db = store.connect()?;
    match &mut db {
        // A migration may take long, and so may waiting for another process that is at it.
        Db::Sqlite(c) => {
            c.batch_execute("PRAGMA busy_timeout=30000")?;
            write_tx(&mut db, apply)
        }
        Db::Pg(c) => {
            c.batch_execute(
                "SET lock_timeout='60s'; SET statement_timeout=0; SET idle_in_transaction_session_timeout=0",
            )?;
            // Freed with the connection, however this ends.
            c.batch_execute(LOCK)?;
            apply(&mut db)
        }
    }
}

fn apply(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let before = schema(db)?;
    before.check_not_ahead()?;
    if before.pending.is_empty() {
        return Ok(Vec::new());
    }
    let done = match db {
        Db::Pg(c) => c.run_pending_migrations(POSTGRES).map(|v| v.iter().map(ToString::to_string).collect()),
        Db::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|v| v.iter().map(ToString::to_string).collect()),
    };
    let done = done.map_err(|error| StoreError::Migration(format!("a migration failed: {error}")))?;
    plans::tell_again(db)?;
    Ok(done)
}

/// Every version this program knows, in order; the same for both databases.
///
/// # Errors
/// [`StoreError::Migration`].
pub fn known() -> Result<Vec<String>, StoreError> {
    versions::<diesel::sqlite::Sqlite>(&SQLITE)
}

/// Applies those of these versions that are pending, in the transaction under way.
///
/// # Errors
/// [`StoreError::Migration`] when one of them is of a newer program, or fails.
pub fn apply_these(db: &mut Db, wanted: &[String]) -> Result<(), StoreError> {
    let known = known()?;
    if let Some(version) = wanted.iter().find(|version| !known.contains(version)) {
        return Err(StoreError::Migration(format!(
            "schema version {version} is of a newer jiban than this one, which knows {}",
            known.last().map_or("none", String::as_str)
        )));
    }
    let done = match db {
        Db::Pg(c) => apply_pending(c, POSTGRES, wanted),
        Db::Sqlite(c) => apply_pending(c, SQLITE, wanted),
    };
    done.map_err(|error| StoreError::Migration(format!("a migration failed: {error}")))
}

fn apply_pending<DB: diesel::backend::Backend, C: MigrationHarness<DB>>(
    c: &mut C,
    source: EmbeddedMigrations,
    wanted: &[String],
) -> diesel::migration::Result<()>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    for migration in c.pending_migrations(source)? {
        if wanted.contains(&migration.name().version().to_string()) {
            c.run_migration(&*migration)?;
        }
    }
    Ok(())
}

fn has_record(db: &mut Db) -> Result<bool, StoreError> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;
    let asked = match db {
        Db::Pg(_) => "to_regclass('__diesel_schema_migrations') IS NOT NULL",
        Db::Sqlite(_) => "EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations')",
    };
    Ok(each!(db, c => diesel::select(sql::<Bool>(asked)).get_result(c))?)
}

fn versions<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<String>, StoreError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let all: Vec<Box<dyn Migration<DB>>> =
        source.migrations().map_err(|error| StoreError::Migration(error.to_string()))?;
    let mut versions: Vec<String> = all.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::super::samples::stores;
    use super::*;

    #[test]
    fn empty_then_current_then_nothing_to_do() {
        for (store, _dir) in stores() {
            let before = store.read(schema).unwrap();
            assert!(before.is_empty());
            assert!(before.check().unwrap_err().to_string().contains("jiban migrate"));
            assert_eq!(run(&store).unwrap(), before.pending);
            let after = store.read(schema).unwrap();
            assert_eq!((&after.applied, after.pending.len(), after.unknown.len()), (&before.pending, 0, 0));
            after.check().unwrap();
            assert_eq!(run(&store).unwrap(), Vec::<String>::new());
        }
    }

    #[test]
    fn many_at_once_apply_it_once_beside_a_server() {
        for (store, _dir) in stores() {
            let done: Vec<usize> = std::thread::scope(|scope| {
                let busy = scope.spawn(|| {
                    (0..50).for_each(|_| drop(store.read(schema).unwrap()));
                    0
                });
                let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&store).unwrap().len())).collect();
                busy.join().unwrap();
                runs.into_iter().map(|run| run.join().unwrap()).collect()
            });
            let pending = done.iter().max().copied().unwrap();
            assert_eq!(done.iter().sum::<usize>(), pending, "{done:?}");
        }
    }

    #[test]
    fn one_step_ahead_is_borne_two_are_refused() {
        for (store, _dir) in stores() {
            run(&store).unwrap();
            let add = |version: &str| {
                let sql = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')");
                store.write(|db| Ok::<_, StoreError>(db.batch_execute(&sql)?)).unwrap();
            };
            add("20990101000000");
            store.read(schema).unwrap().check().unwrap();
            assert_eq!(run(&store).unwrap(), Vec::<String>::new());
            add("20990102000000");
            let said = store.read(schema).unwrap().check().unwrap_err().to_string();
            assert!(said.contains("20990102000000") && said.contains("newer jiban"), "{said}");
            assert!(run(&store).is_err());
        }
    }

    #[test]
    fn a_foreign_history_is_refused() {
        let schema = Schema::compare(vec!["2".into(), "4".into()], vec!["2".into(), "3".into()]);
        assert!(schema.check().unwrap_err().to_string().contains("schema version 3"));
    }

    #[test]
    fn both_folders_hold_the_same_versions() {
        assert_eq!(
            versions::<diesel::pg::Pg>(&POSTGRES).unwrap(),
            versions::<diesel::sqlite::Sqlite>(&SQLITE).unwrap()
        );
    }
}
