//! Rows into an empty database.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::schema::{delivery, outbox};
use super::super::types::Time;
use super::super::{community, migrate, ticket};
use super::Table;

/// Rows handed over in one statement, and their length in bytes: whichever is reached first.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 1 << 20;
/// Ticket numbers of the day that are passed over, some blocks' worth: they may have been told to people after the backup.
const NUMBERS_PASSED_OVER: i32 = 4 * ticket::LARGEST_BLOCK;

/// What is loaded: the versions of its schema, and its tables with their columns.
pub trait Goods<E> {
    /// The schema's versions.
    fn schema(&self) -> &[String];
    /// The columns of a table; `None` when there is no such table.
    fn columns(&self, table: &str) -> Option<Vec<String>>;
    /// Every table there is.
    fn tables(&self) -> Vec<String>;
    /// Hands over every row of a table.
    ///
    /// # Errors
    /// What `take` refuses; when the rows cannot be read.
    fn rows(&self, table: &str, take: &mut dyn FnMut(&str) -> Result<(), E>) -> Result<(), E>;
}

/// Fills an empty database in the transaction under way: the schema as it was, the rows, whatever the schema has gained since.
/// Links between rows are proved once at the end. Then it is made ready to go on from there: nothing is leased any more, and the
/// numbers of the day pass over those that may have been told after the copy was taken.
///
/// On SQLite the caller has turned `foreign_keys` off before the transaction.
///
/// # Errors
/// [`StoreError::Migration`] for a schema this program does not know, [`StoreError::Rule`], [`StoreError::Unique`] or
/// [`StoreError::ForeignKey`] for rows that cannot be; what `goods` says.
pub fn load<E: From<StoreError>>(db: &mut Db, goods: &impl Goods<E>, now: DateTime<Utc>) -> Result<(), E> {
    migrate::apply_these(db, goods.schema())?;
    let tables = super::tables(db)?;
    fits(&tables, goods)?;
    let links = loosen(db)?;
    for table in &tables {
        fill(db, table, goods)?;
    }
    go_on_counting(db)?;
    tighten(db, &links)?;
    migrate::apply_these(db, &migrate::known()?)?;
    free(db)?;
    Ok(pass_over_numbers(db, now)?)
}

/// The rows must be those of the schema, no table and no column more or less.
fn fits<E>(tables: &[Table], goods: &impl Goods<E>) -> Result<(), StoreError> {
    let wrong = |what: String| Err(StoreError::Migration(format!("the rows do not fit their schema: {what}")));
    for table in tables {
        let mut here = table.columns();
        here.sort();
        match goods.columns(&table.name) {
            None => return wrong(format!("there is no table {}", table.name)),
            Some(mut there) => {
                there.sort();
                if here != there {
                    return wrong(format!("table {} has other columns", table.name));
                }
            }
        }
    }
    match goods.tables().iter().find(|name| tables.iter().all(|table| table.name != **name)) {
        Some(name) => wrong(format!("table {name} is not known")),
        None => Ok(()),
    }
}

fn fill<E: From<StoreError>>(db: &mut Db, table: &Table, goods: &impl Goods<E>) -> Result<(), E> {
    let order = goods.columns(&table.name).unwrap_or_default();
    let insert = insert(db, table, &order);
    let (mut batch, mut rows) = (String::new(), 0);
    goods.rows(&table.name, &mut |line| {
        batch.push(if rows == 0 { '[' } else { ',' });
        batch.push_str(line);
        rows += 1;
        if rows == BATCH_ROWS || batch.len() >= BATCH_BYTES {
            write(db, &insert, &mut batch)?;
            rows = 0;
        }
        Ok(())
    })?;
    if rows > 0 {
        write(db, &insert, &mut batch)?;
    }
    Ok(())
}

fn write(db: &mut Db, insert: &str, batch: &mut String) -> Result<(), StoreError> {
    batch.push(']');
    each!(db, c => diesel::sql_query(insert).bind::<Text, _>(batch.as_str()).execute(c))?;
    batch.clear();
    Ok(())
}

/// The statement that writes a JSON array of rows.
fn insert(db: &Db, table: &Table, order: &[String]) -> String {
    let row = match db {
        Db::Pg(_) => "r",
        Db::Sqlite(_) => "value",
    };
    let mut values = Vec::with_capacity(table.columns.len());
    for (name, form) in &table.columns {
        let at = order.iter().position(|other| other == name).unwrap_or_default();
        values.push(form.taken(&format!("{row}->>{at}")));
    }
    let (into, values) = (format!("\"{}\" ({})", table.name, table.listed()), values.join(", "));
    match db {
        // Numbers the database counts itself are kept as they were.
        Db::Pg(_) => format!(
            "INSERT INTO {into} OVERRIDING SYSTEM VALUE SELECT {values} FROM jsonb_array_elements($1::jsonb) AS r"
        ),
        Db::Sqlite(_) => format!("INSERT INTO {into} SELECT {values} FROM json_each($1)"),
    }
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    line: String,
}

fn said(db: &mut Db, query: &str) -> Result<Vec<String>, StoreError> {
    let lines: Vec<Said> = each!(db, c => diesel::sql_query(query).load(c))?;
    Ok(lines.into_iter().map(|said| said.line).collect())
}

/// Takes the links between tables away; what brings them back.
fn loosen(db: &mut Db) -> Result<Vec<String>, StoreError> {
    const LINKS: &str = "FROM pg_constraint WHERE contype = 'f' AND connamespace = \
                         (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY conname";
    let Db::Pg(_) = db else { return Ok(Vec::new()) };
    let named = "'ALTER TABLE ' || conrelid::regclass || ' %s CONSTRAINT ' || quote_ident(conname)";
    let back = named.replace("%s", "ADD");
    let back = said(db, &format!("SELECT {back} || ' ' || pg_get_constraintdef(oid) AS line {LINKS}"))?;
    for away in said(db, &format!("SELECT {} AS line {LINKS}", named.replace("%s", "DROP")))? {
        db.batch_execute(&away)?;
    }
    Ok(back)
}

/// Brings the links back, which proves them for every row. SQLite is asked.
fn tighten(db: &mut Db, links: &[String]) -> Result<(), StoreError> {
    for link in links {
        db.batch_execute(link)?;
    }
    match said(
        db,
        match db {
            Db::Pg(_) => return Ok(()),
            Db::Sqlite(_) => "SELECT \"table\" || ' -> ' || parent AS line FROM pragma_foreign_key_check LIMIT 1",
        },
    )? {
        broken if broken.is_empty() => Ok(()),
        broken => Err(StoreError::ForeignKey { constraint: broken.into_iter().next() }),
    }
}

/// Lets PostgreSQL's counters go on after the highest number there is. SQLite does so by itself.
fn go_on_counting(db: &mut Db) -> Result<(), StoreError> {
    let Db::Pg(_) = db else { return Ok(()) };
    let counted = "SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), max(%I)) FROM %I HAVING max(%I) IS NOT NULL', \
                   quote_ident(table_name), column_name, column_name, table_name, column_name) AS line \
                   FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'";
    for set in said(db, counted)? {
        db.batch_execute(&set)?;
    }
    Ok(())
}

/// Whoever had leased what waits to be sent is no more. It is sent again, under the same id, if it had gone already.
fn free(db: &mut Db) -> Result<(), StoreError> {
    let none = None::<Time>;
    diesel::update(outbox::table.filter(outbox::leased_until.is_not_null()))
        .set(outbox::leased_until.eq(none))
        .execute(db)?;
    diesel::update(delivery::table.filter(delivery::leased_until.is_not_null()))
        .set((delivery::leased_until.eq(none), delivery::leased_by.eq(None::<crate::domain::ids::HolderId>)))
        .execute(db)?;
    Ok(())
}

/// What was written after the copy is lost, but its ticket numbers were told to people: nobody else gets them.
fn pass_over_numbers(db: &mut Db, now: DateTime<Utc>) -> Result<(), StoreError> {
    for row in community::all(db)? {
        let wrong = |cause| StoreError::impossible("community", "time_zone", row.id, cause);
        let zone: Tz = row.time_zone.parse().map_err(wrong)?;
        ticket::reserve_numbers(db, row.id, now.with_timezone(&zone).date_naive(), NUMBERS_PASSED_OVER)?;
    }
    Ok(())
}

/// Proves a filled SQLite file page by page and leaves it as a server wants it; PostgreSQL looks after itself, and learns how
/// its tables have grown.
///
/// # Errors
/// [`StoreError::Unavailable`] when the disk failed.
pub fn prove(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Pg(c) => Ok(c.batch_execute("ANALYZE")?),
        Db::Sqlite(_) => {
            match said(db, "SELECT integrity_check AS line FROM pragma_integrity_check LIMIT 1")?.first() {
                Some(line) if line == "ok" => Ok(db.batch_execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")?),
                line => Err(StoreError::Unavailable(format!("the file just written is damaged: {line:?}"))),
            }
        }
    }
}
