//! Whole databases as rows of JSON, the same whichever of the two databases they come from or go to.
//!
//! Which tables and columns there are is asked of the database, not of this program, so that an older or newer schema is
//! copied just as well. A row is a JSON array in the order of its table's columns. On the wire:
//!
//! | PostgreSQL | SQLite | JSON |
//! |---|---|---|
//! | `uuid`, `bytea` | `BLOB` | hexadecimal digits; dashes do not count |
//! | `timestamptz` | `INTEGER` | whole microseconds since 1970 |
//! | `boolean`, `smallint`, `integer`, `bigint` | `INTEGER` | a whole number, 0 and 1 for no and yes |
//! | `double precision` | `REAL` | a number |
//! | `text`, `date`, `jsonb` | `TEXT` | a string |

mod empty;
mod form;
mod load;

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::db::{Db, each};
use super::error::StoreError;
use super::pool::Store;
use form::Form;

pub use empty::is_empty;
pub use load::{Goods, load, prove};

/// Not copied: whoever is signed in and who runs what are of the moment; what is worked out of the feed of changes is made
/// anew, from its beginning, by the jobs that made it before.
const LEFT_OUT: &[&str] =
    &["session", "lease", "search_document", "search_index", "feed_mark", "roll_up", "roll_up_until"];

/// A table to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name: small letters, digits and `_`.
    pub name: String,
    columns: Vec<(String, Form)>,
}

impl Table {
    /// Its columns, in the order in which a row gives them.
    pub fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    fn listed(&self) -> String {
        self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }

    fn select(&self, db: &Db) -> String {
        let (make, text) = match db {
            Db::Pg(_) => ("json_build_array", "::text"),
            Db::Sqlite(_) => ("json_array", ""),
        };
        let values: Vec<String> = self.columns.iter().map(|(name, form)| form.out(&format!("\"{name}\""))).collect();
        format!("SELECT {make}({}){text} AS line FROM \"{}\"", values.join(", "), self.name)
    }
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    col: String,
    #[diesel(sql_type = Text)]
    form: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A connection for copying everything: no statement is stopped for taking long.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub fn connect(store: &Store) -> Result<Db, StoreError> {
    let mut db = store.connect()?;
    if let Db::Pg(c) = &mut db {
        c.batch_execute("SET statement_timeout=0; SET idle_in_transaction_session_timeout=0; SET lock_timeout='60s'")?;
    }
    Ok(db)
}

/// The same for filling an empty database. A SQLite file that is not whole will be thrown away, so nothing is done for the
/// case of a crash, and links are proved when all is in.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub fn connect_to_fill(store: &Store) -> Result<Db, StoreError> {
    let mut db = connect(store)?;
    if let Db::Sqlite(c) = &mut db {
        c.batch_execute(
            "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536",
        )?;
    }
    Ok(db)
}

/// The tables to be copied, by name.
///
/// # Errors
/// [`StoreError::Statement`] when a table has a column of a type this program cannot copy: nothing is left out silently.
pub fn tables(db: &mut Db) -> Result<Vec<Table>, StoreError> {
    let asked = match db {
        Db::Pg(_) => {
            "SELECT c.table_name::text AS tab, c.column_name::text AS col, c.udt_name::text AS form \
             FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema \
             AND t.table_name = c.table_name WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
             ORDER BY c.table_name, c.ordinal_position"
        }
        Db::Sqlite(_) => {
            "SELECT m.name AS tab, x.name AS col, x.type AS form FROM sqlite_master m JOIN pragma_table_info(m.name) x \
             WHERE m.type = 'table' ORDER BY m.name, x.cid"
        }
    };
    let rows: Vec<ColumnRow> = each!(db, c => diesel::sql_query(asked).load(c))?;
    let mut tables: Vec<Table> = Vec::new();
    // Order of commits, which the new database makes anew.
    for ColumnRow { tab, col, form } in rows.into_iter().filter(|row| is_copied(&row.tab) && row.col != "xid") {
        let form = Form::named(db, &form).ok_or_else(|| {
            StoreError::Statement(format!("this jiban cannot copy column {col} of {tab}, which is of type {form}"))
        })?;
        match tables.last_mut().filter(|table| table.name == tab) {
            Some(table) => table.columns.push((col, form)),
            None => tables.push(Table { name: tab, columns: vec![(col, form)] }),
        }
    }
    Ok(tables)
}

fn is_copied(table: &str) -> bool {
    let made_anew = LEFT_OUT.contains(&table) || table.starts_with("search_index_");
    !made_anew && !table.starts_with("sqlite_") && !table.starts_with("__diesel")
}

/// Hands every row of a table to `take`, one at a time, so that none but one is in memory.
///
/// # Errors
/// What `take` refuses, or what the database says.
pub fn rows<E: From<StoreError>>(db: &mut Db, table: &Table, take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    let query = diesel::sql_query(table.select(db));
    match db {
        Db::Pg(c) => {
            let lines = query.load_iter::<Line, PgRowByRowLoadingMode>(c).map_err(StoreError::from)?;
            pour(lines, take)
        }
        Db::Sqlite(c) => {
            let lines = query.load_iter::<Line, DefaultLoadingMode>(c).map_err(StoreError::from)?;
            pour(lines, take)
        }
    }
}

fn pour<E: From<StoreError>>(
    lines: impl Iterator<Item = QueryResult<Line>>,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    for line in lines {
        take(&line.map_err(StoreError::from)?.line)?;
    }
    Ok(())
}
