//! One connection, to either database, and transactions on it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;

use super::error::StoreError;

type Manager = <Db as Connection>::TransactionManager;

// The derive writes public types without documentation.
#[allow(missing_docs)]
mod connection {
    use diesel::pg::PgConnection;
    use diesel::sqlite::SqliteConnection;

    /// A connection to the database the installation uses. Most statements run on it as it is; `on conflict`, inserts of
    /// several rows and `as_returning` need `each!`.
    #[derive(diesel::MultiConnection)]
    pub enum Db {
        /// PostgreSQL.
        Pg(PgConnection),
        /// SQLite.
        Sqlite(SqliteConnection),
    }
}

pub use connection::{Db, MultiBackend};

/// Runs the same diesel expression on the concrete connection, for statements that the enum cannot build.
///
/// `each!(db, c => diesel::insert_into(t::table).values(&rows).on_conflict_do_nothing().execute(c))?`
macro_rules! each {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::db::Db::Pg($c) => $body,
            $crate::store::db::Db::Sqlite($c) => $body,
        }
    };
}
pub(crate) use each;

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pg(_) => "Db::Pg",
            Self::Sqlite(_) => "Db::Sqlite",
        })
    }
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Several queries over one state of the data. PostgreSQL refuses changes; on SQLite the reading connections do.
    Read,
    /// Changes. SQLite takes its one write lock at once, since a lock taken later can fail half-way.
    Write,
}

/// Starts a transaction; there must be none under way.
pub(super) fn begin(db: &mut Db, purpose: Purpose) -> Result<(), StoreError> {
    let done = match (db, purpose) {
        (Db::Pg(c), Purpose::Read) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        (Db::Pg(c), Purpose::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Db::Sqlite(c), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Db::Sqlite(c), Purpose::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
    };
    Ok(done?)
}

/// Runs `f` in the transaction just begun, and ends it: commit on `Ok`, rollback on `Err` and on panic.
pub(super) fn finish<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    end(db, f, commit)
}

/// Commits the transaction under way, or undoes it when that fails.
pub(super) fn keep(db: &mut Db) -> Result<(), StoreError> {
    commit(db).map_err(|error| {
        undo(db);
        error.into()
    })
}

/// Whether a transaction is under way, and no savepoint in it. SQLite undoes a whole transaction, not its last savepoint alone,
/// when the disk fails or memory ends.
pub(super) fn is_under_way(db: &mut Db) -> bool {
    let status = match db {
        Db::Pg(c) => <AnsiTransactionManager as TransactionManager<PgConnection>>::transaction_manager_status_mut(c),
        Db::Sqlite(c) => {
            <AnsiTransactionManager as TransactionManager<SqliteConnection>>::transaction_manager_status_mut(c)
        }
    };
    matches!(status.transaction_depth(), Ok(Some(depth)) if depth.get() == 1)
}

/// Undoes the innermost of what is under way: the last savepoint, or the transaction.
pub(super) fn undo(db: &mut Db) {
    let _ = Manager::rollback_transaction(db);
}

fn end<T, E: From<StoreError>>(
    db: &mut Db,
    f: impl FnOnce(&mut Db) -> Result<T, E>,
    keep: fn(&mut Db) -> QueryResult<()>,
) -> Result<T, E> {
    // A rollback that fails leaves a broken connection, which the pool throws away; the database then rolls back by
    // itself. A savepoint's leaves a transaction that `is_under_way` says is none. The error that led here tells more, so it
    // is the one handed on.
    match catch_unwind(AssertUnwindSafe(|| f(db))) {
        Ok(Ok(value)) => match keep(db) {
            Ok(()) => Ok(value),
            Err(error) => {
                undo(db);
                Err(StoreError::from(error).into())
            }
        },
        Ok(Err(refusal)) => {
            undo(db);
            Err(refusal)
        }
        Err(panic) => {
            undo(db);
            resume_unwind(panic)
        }
    }
}

/// PostgreSQL answers the COMMIT of a failed transaction with success, though it rolls back. A transaction whose closure
/// swallowed an error must not pass for a committed one: the SELECT in the same message fails then, and with it the call.
fn commit(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Pg(c) => c.batch_execute("SELECT 1; COMMIT"),
        Db::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

/// Runs `f` in a transaction for changes.
///
/// # Errors
/// What `f` refuses, or what the database says to BEGIN or COMMIT. After an unanswered COMMIT the outcome is unknown: the
/// verb may be repeated, its unique key decides.
pub fn write_tx<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    begin(db, Purpose::Write)?;
    finish(db, f)
}

/// Runs `f` over one state of the data.
///
/// # Errors
/// What `f` refuses, or what the database says.
pub fn read_tx<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    begin(db, Purpose::Read)?;
    finish(db, f)
}

/// Runs `f` inside the transaction under way so that its failure undoes only its own changes. A statement that may hit a
/// unique key needs this: PostgreSQL would refuse everything after it in the transaction.
///
/// # Errors
/// What `f` refuses, or what the database says.
pub fn savepoint<T, E: From<StoreError>>(db: &mut Db, f: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
    Manager::begin_transaction(db).map_err(StoreError::from)?;
    end(db, f, Manager::commit_transaction)
}
