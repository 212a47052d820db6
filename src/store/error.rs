//! What can go wrong in the store, sorted by what the caller must do about it.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as SqlError};

/// A failure of the store. Never to be taken for "there is no such row".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, did not answer in time, is locked by another process, or its disk failed. Try
    /// later (503).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Two transactions stood in each other's way and this one was given up; the whole verb may be repeated.
    #[error("two transactions stood in each other's way: {0}")]
    Contended(String),
    /// There is such a row already.
    #[error("{table} has a row with the same {columns}")]
    Unique {
        /// The table.
        table: String,
        /// The columns that must be unique together, as in `community_id, number`; the same on both databases.
        columns: String,
    },
    /// A row would point to one that does not exist (or one that is pointed to would vanish).
    #[error("a row's link does not hold{}", constraint.as_deref().map(|c| format!(": {c}")).unwrap_or_default())]
    ForeignKey {
        /// The constraint; SQLite does not tell.
        constraint: Option<String>,
    },
    /// A rule of the schema (CHECK, NOT NULL, column type) refused a value: a fault of this program.
    #[error("the schema refuses a value: {0}")]
    Rule(String),
    /// A stored row that cannot be.
    #[error("impossible row in {table}: column {column} of {key}: {cause}")]
    Impossible {
        /// The table; empty while only the driver has seen the row, see [`StoreError::in_row`].
        table: &'static str,
        /// The column.
        column: String,
        /// The row's key, or what was looked for.
        key: String,
        /// Why the value cannot be.
        cause: String,
    },
    /// An update or delete hit no row: someone else was faster, or the row is gone.
    #[error("no row of {table} with {key} was there to change")]
    Stale {
        /// The table.
        table: &'static str,
        /// The key, with the version looked for.
        key: String,
    },
    /// An update or delete of one row hit several: a fault of this program; roll back.
    #[error("{rows} rows of {table} with {key} instead of one")]
    TooMany {
        /// The table.
        table: &'static str,
        /// The key.
        key: String,
        /// How many were hit.
        rows: usize,
    },
    /// A row that must be there is missing.
    #[error("a row that must be there is missing")]
    Missing,
    /// A setting of the store that cannot be used; the message names key, value and what is allowed.
    #[error("{0}")]
    Setting(String),
    /// The schema could not be brought up to date, or is of a newer program.
    #[error("{0}")]
    Migration(String),
    /// The key file cannot be used as it is.
    #[error("{0}")]
    KeyFile(String),
    /// The key file is not the one this database was written with.
    #[error(
        "the key file does not belong to this database: restore the one that was in use when the database was made"
    )]
    WrongKey,
    /// A sealed column does not open: changed outside this program, or sealed under a key that is not in the key file.
    #[error("the sealed {column} of {row} does not open: {cause}")]
    Sealed {
        /// `table.column`.
        column: String,
        /// The row's id.
        row: uuid::Uuid,
        /// What was wrong with it.
        cause: &'static str,
    },
    /// Anything else the database said: a fault of this program or of the installation.
    #[error("the database refused a statement: {0}")]
    Statement(String),
}

impl StoreError {
    /// A row whose columns contradict each other or hold what cannot be.
    pub fn impossible(
        table: &'static str,
        column: &str,
        key: impl std::fmt::Display,
        cause: impl std::fmt::Display,
    ) -> Self {
        Self::Impossible { table, column: column.to_owned(), key: key.to_string(), cause: cause.to_string() }
    }

    /// Adds which row it was to a value that could not be read; leaves every other error as it is.
    #[must_use]
    pub fn in_row(self, of: &'static str, key: impl std::fmt::Display) -> Self {
        match self {
            Self::Impossible { table: "", column, cause, .. } => {
                Self::Impossible { table: of, column, key: key.to_string(), cause }
            }
            other => other,
        }
    }

    /// Whether this says that `table` already has a row with the same `columns`, listed in the constraint's order.
    pub fn is_unique(&self, of: &str, over: &[&str]) -> bool {
        matches!(self, Self::Unique { table, columns } if table == of && columns.split(", ").eq(over.iter().copied()))
    }
}

/// Checks that a change hit exactly one row.
///
/// # Errors
/// [`StoreError::Stale`] when it hit none, [`StoreError::TooMany`] when it hit several.
pub fn expect_one(rows: usize, table: &'static str, key: impl std::fmt::Display) -> Result<(), StoreError> {
    match rows {
        1 => Ok(()),
        0 => Err(StoreError::Stale { table, key: key.to_string() }),
        rows => Err(StoreError::TooMany { table, key: key.to_string(), rows }),
    }
}

impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::NotFound => Self::Missing,
            SqlError::DatabaseError(kind, told) => from_database(kind, &*told),
            SqlError::BrokenTransactionManager => Self::Unavailable("the connection broke".to_owned()),
            // What the commit said counts; that the rollback after it failed as well adds nothing.
            SqlError::RollbackErrorOnCommit { commit_error, .. } => (*commit_error).into(),
            SqlError::DeserializationError(cause) => unreadable(&*cause),
            other => by_message(other.to_string()),
        }
    }
}

/// diesel wraps the cause in "Error deserializing field 'name'".
fn unreadable(error: &(dyn std::error::Error + 'static)) -> StoreError {
    let outer = error.to_string();
    let column = outer.split('\'').nth(1).unwrap_or_default().to_owned();
    let cause = error.source().map_or(outer, ToString::to_string);
    StoreError::Impossible { table: "", column, key: String::new(), cause }
}

/// Only the headline is kept: PostgreSQL's DETAIL repeats the values, which may be a person's.
fn from_database(kind: DatabaseErrorKind, told: &dyn DatabaseErrorInformation) -> StoreError {
    let message = told.message().to_owned();
    match kind {
        DatabaseErrorKind::UniqueViolation => unique(told),
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            StoreError::ForeignKey { constraint: told.constraint_name().map(str::to_owned) }
        }
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Unavailable(message)
        }
        DatabaseErrorKind::SerializationFailure => StoreError::Contended(message),
        DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::ExclusionViolation => StoreError::Rule(message),
        _ => by_message(message),
    }
}

/// diesel passes on no code for these, so the words must do (English: the server's `lc_messages` may hide them on
/// PostgreSQL, and then they are plain [`StoreError::Statement`]s).
fn by_message(message: String) -> StoreError {
    const AWAY: &[&str] = &[
        "database is locked",
        "database table is locked",
        "disk I/O error",
        "database or disk is full",
        "unable to open database file",
        "attempt to write a readonly database",
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "could not extend file",
        "No space left",
        "server closed the connection",
        "no connection to the server",
        "remaining connection slots",
        "too many clients",
        "cannot execute INSERT in a read-only transaction",
        // Diesel asks each new connection what PostgreSQL calls its types by number; the connection died over that.
        "Failed to find a type oid",
    ];
    if message.contains("deadlock detected") {
        StoreError::Contended(message)
    } else if AWAY.iter().any(|words| message.contains(words)) {
        StoreError::Unavailable(message)
    } else if message.starts_with("cannot store ") {
        // STRICT tables: a value of another type than the column's.
        StoreError::Rule(message)
    } else {
        StoreError::Statement(message)
    }
}

/// Table and columns from PostgreSQL's `Key (a, b)=(…) already exists.`, whatever the language round it, or from
/// SQLite's `UNIQUE constraint failed: t.a, t.b`.
fn unique(told: &dyn DatabaseErrorInformation) -> StoreError {
    if let Some(table) = told.table_name() {
        let columns = told
            .details()
            .and_then(|detail| detail.split_once('('))
            .and_then(|(_, rest)| rest.split_once(")=("))
            .map(|(columns, _)| columns.to_owned())
            .or_else(|| told.constraint_name().map(str::to_owned));
        return StoreError::Unique { table: table.to_owned(), columns: columns.unwrap_or_default() };
    }
    let listed = told.message().rsplit_once("failed: ").map_or(told.message(), |(_, listed)| listed);
    let table = listed.split('.').next().unwrap_or_default().to_owned();
    let columns: Vec<&str> =
        listed.split(", ").map(|column| column.split_once('.').map_or(column, |(_, name)| name)).collect();
    StoreError::Unique { table, columns: columns.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_dies_while_diesel_asks_for_its_types_is_away() {
        let died = SqlError::SerializationError("Failed to find a type oid for `jsonb`".into());
        assert!(matches!(StoreError::from(died), StoreError::Unavailable(_)));
    }
}
