//! What the embedded database is told of its tables' sizes, for its choice of indexes hangs on that.
//!
//! It is told, and never counts. Counting walks every index while nobody else can write, minutes at six million tickets; what it
//! finds in a young community, or in the first rows of each index, leads to plans that the grown one pays for; and each house
//! would have plans of its own. Told the same everywhere, a statement is planned in a new house, and in a test, as in a large old
//! one. PostgreSQL counts for itself.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::db::Db;
use super::error::StoreError;

/// A line an index: its table, its name, its rows, and how many of them share the first column, the first two, and so on; `-` for
/// a table without one. Counted by `ANALYZE` in the demo year; what that leaves empty is estimated. Nothing is said of the search
/// index's own tables: believed small, they are walked whole for each segment that is merged.
const SIZES: &str = include_str!("plans.txt");

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Tells it, if it was told something else before or nothing. When another process is writing, what stands there serves until
/// the next time.
pub(super) fn tell(db: &mut Db) {
    if let Db::Sqlite(c) = db
        && told(c).as_deref() != Ok(SIZES)
        && let Err(error) = c.batch_execute(&format!("BEGIN IMMEDIATE; {}; COMMIT", telling()))
    {
        tracing::warn!(%error, "SQLite could not be told how large its tables are; the next start tries again");
        let _ = c.batch_execute("ROLLBACK");
    }
}

/// The same in the transaction under way: with an index that is dropped goes what was said of it.
///
/// # Errors
/// What the database says.
pub(super) fn tell_again(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(c) => Ok(c.batch_execute(&telling())?),
        Db::Pg(_) => Ok(()),
    }
}

/// What it was told before, as in [`SIZES`]; an error when it never was.
fn told(c: &mut SqliteConnection) -> Result<String, StoreError> {
    let lines = diesel::sql_query(
        "SELECT tbl || ' ' || coalesce(idx, '-') || ' ' || stat || char(10) AS line FROM sqlite_stat1 ORDER BY line",
    );
    Ok(lines.load::<Line>(c)?.into_iter().map(|line| line.line).collect())
}

/// The statements that tell it; the first makes the table they go to.
fn telling() -> String {
    let rows: Vec<String> =
        lines().map(|(table, index, sizes)| format!("('{table}', nullif('{index}', '-'), '{sizes}')")).collect();
    format!(
        "ANALYZE sqlite_schema; DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES {}",
        rows.join(", ")
    )
}

/// Each line's table, index and sizes.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    SIZES.lines().filter_map(|line| {
        let (table, rest) = line.split_once(' ')?;
        let (index, sizes) = rest.split_once(' ')?;
        Some((table, index, sizes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::samples::sqlite;
    use crate::store::{Store, StoreSettings, migrate};

    fn ask(store: &Store, asked: &str) -> Vec<String> {
        let ask = |db: &mut Db| {
            let Db::Sqlite(c) = db else { unreachable!("asked of SQLite only") };
            Ok::<_, StoreError>(diesel::sql_query(asked).load::<Line>(c)?)
        };
        store.read(ask).unwrap().into_iter().map(|line| line.line).collect()
    }

    #[test]
    fn each_index_of_the_schema_has_a_line_with_a_number_a_column() {
        let (store, _dir) = sqlite();
        migrate::run(&store).unwrap();
        let indexes = ask(
            &store,
            "SELECT tbl_name || ' ' || name || ' ' || (1 + (SELECT count(*) FROM pragma_index_info(m.name))) AS line \
             FROM sqlite_schema m WHERE type = 'index' AND tbl_name NOT GLOB '__diesel*' AND tbl_name NOT GLOB 'search_index*' \
             ORDER BY line",
        );
        let lines = lines().filter(|(_, index, _)| *index != "-");
        let told: Vec<String> =
            lines.map(|(table, index, sizes)| format!("{table} {index} {}", sizes.split(' ').count())).collect();
        assert_eq!(told, indexes);
    }

    #[test]
    fn what_it_was_told_otherwise_is_told_anew_when_the_file_is_opened() {
        let (store, _dir) = sqlite();
        // Which drops indexes that were told of.
        migrate::run(&store).unwrap();
        let sizes = |store: &Store| {
            store.write(|db| match db {
                Db::Sqlite(c) => told(c),
                Db::Pg(_) => unreachable!("asked of SQLite only"),
            })
        };
        assert_eq!(sizes(&store).unwrap(), SIZES, "a new file, brought up to date");
        let counted = "DELETE FROM sqlite_stat1 WHERE tbl > 'd'; UPDATE sqlite_stat1 SET stat = '1 1'";
        store.write(|db| Ok::<_, StoreError>(db.batch_execute(counted)?)).unwrap();
        let again = Store::open(&StoreSettings::new(store.url().clone())).unwrap();
        assert_eq!(sizes(&again).unwrap(), SIZES);
    }
}
