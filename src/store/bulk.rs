//! A community's history in bulk: finished rows, many to a statement, for communities that are made up.
//!
//! What stands in the rows is the engine's to decide; nothing here checks more than the schema does.

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::alarm::AlarmRow;
use super::call::{CallBackRow, CallRow, PopRow};
use super::db::{self, Db};
use super::error::StoreError;
use super::escalation::{ClockRow, EscalationRow};
use super::event::NewEvent;
use super::message::{self, IdentityRow, MessageRow};
use super::pool::Store;
use super::schema::message as message_rows;
use super::schema::{
    alarm, call, call_back, call_pop, call_ticket, escalation, event, identity, number_block, text_row, ticket,
    ticket_clock, ticket_hold, ticket_reporter, understanding,
};
use super::search::{self, Document};
use super::text::TextRow;
use super::ticket::{ReporterRow, TicketRow, UnderstandingRow};
use super::types::Time;
use crate::domain::ids::{CallId, CommunityId, HoldId, TextId, TicketId};

/// Rows of one statement of SQLite. Of a fixed number, so that the statement is prepared once; far below what it takes of bound
/// values.
const ROWS: usize = 32;

/// One time a ticket was put on hold.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = ticket_hold, treat_none_as_default_value = false)]
#[allow(missing_docs)] // the columns are those of `domain::ticket::Hold`
pub struct HoldRow {
    pub community_id: CommunityId,
    pub id: HoldId,
    pub ticket_id: TicketId,
    pub reason_id: TextId,
    pub review_at: Time,
    pub began_at: Time,
    pub ended_at: Option<Time>,
}

/// A ticket tied to a call.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = call_ticket, treat_none_as_default_value = false)]
#[allow(missing_docs)] // as `store::call::tie` writes it
pub struct TieRow {
    pub community_id: CommunityId,
    pub call_id: CallId,
    pub ticket_id: TicketId,
    pub role: String,
}

/// The last number of a day.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = number_block, treat_none_as_default_value = false)]
#[allow(missing_docs)] // as `store::ticket::reserve_numbers` writes it
pub struct NumberRow {
    pub community_id: CommunityId,
    pub day: NaiveDate,
    pub next_serial: i32,
}

/// Rows to be written together.
#[derive(Debug, Default)]
#[allow(missing_docs)] // a list a table
pub struct Batch {
    pub identities: Vec<IdentityRow>,
    pub texts: Vec<TextRow>,
    pub tickets: Vec<TicketRow>,
    pub understandings: Vec<UnderstandingRow>,
    pub reporters: Vec<ReporterRow>,
    pub clocks: Vec<ClockRow>,
    pub holds: Vec<HoldRow>,
    pub escalations: Vec<EscalationRow>,
    pub events: Vec<NewEvent>,
    pub alarms: Vec<AlarmRow>,
    pub calls: Vec<CallRow>,
    pub pops: Vec<PopRow>,
    pub ties: Vec<TieRow>,
    pub call_backs: Vec<CallBackRow>,
    pub messages: Vec<MessageRow>,
    pub numbers: Vec<NumberRow>,
    pub documents: Vec<Document>,
}

/// Inserts rows of one table: PostgreSQL takes them as one stream.
macro_rules! put {
    ($db:ident, $table:ident, $rows:expr) => {
        match &mut *$db {
            Db::Pg(c) => {
                diesel::copy_from($table::table).from_insertable(&$rows).execute(c)?;
            }
            Db::Sqlite(c) => {
                let (full, rest) = $rows.as_chunks::<ROWS>();
                for some in full {
                    diesel::insert_into($table::table).values(some).execute(c)?;
                }
                for row in rest {
                    diesel::insert_into($table::table).values(row).execute(c)?;
                }
            }
        }
    };
}

/// Writes a batch in one transaction, what others point to first.
///
/// # Errors
/// What the schema refuses.
pub fn write(db: &mut Db, batch: &Batch) -> Result<(), StoreError> {
    db::write_tx(db, |db| {
        put!(db, identity, batch.identities);
        put!(db, text_row, batch.texts);
        put!(db, ticket, batch.tickets);
        put!(db, understanding, batch.understandings);
        put!(db, ticket_reporter, batch.reporters);
        put!(db, ticket_clock, batch.clocks);
        put!(db, ticket_hold, batch.holds);
        put!(db, escalation, batch.escalations);
        put!(db, event, batch.events);
        put!(db, alarm, batch.alarms);
        put!(db, call, batch.calls);
        put!(db, call_pop, batch.pops);
        put!(db, call_ticket, batch.ties);
        put!(db, call_back, batch.call_backs);
        put!(db, message_rows, batch.messages);
        put!(db, number_block, batch.numbers);
        search::add(db, &batch.documents)
    })
}

/// Writes where conversations stand.
///
/// # Errors
/// What the schema refuses.
pub fn conversations(db: &mut Db, rows: &[IdentityRow]) -> Result<(), StoreError> {
    db::write_tx(db, |db| rows.iter().try_for_each(|row| message::update_identity(db, row)))
}

/// A connection of its own that commits without waiting for the disk. For building what can be built anew: a power cut
/// meanwhile spoils the database.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub fn connect(store: &Store) -> Result<Db, StoreError> {
    let mut db = store.connect()?;
    match &mut db {
        Db::Pg(c) => c.batch_execute(
            // It waits for its turn, be it an hour: the server vacuums such tables meanwhile.
            "SET synchronous_commit=off; SET statement_timeout=0; SET lock_timeout=0; \
             SET idle_in_transaction_session_timeout=0; ALTER INDEX search_document_tokens SET (fastupdate = on)",
        )?,
        // The log is copied into the file once in a while only, and the tables' upper pages stay in memory.
        Db::Sqlite(c) => c.batch_execute(
            "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=16384; PRAGMA cache_size=-131072; PRAGMA busy_timeout=60000",
        )?,
    }
    Ok(db)
}

/// Lets PostgreSQL count the first rows of what others link to, and look them up by index. It proves each link by a plan it makes
/// once: of a table that was empty then it reads every row of the community for each, and a small one it walks.
///
/// # Errors
/// A database failure.
pub fn count_linked(db: &mut Db) -> Result<(), StoreError> {
    if let Db::Pg(c) = db {
        c.batch_execute("SET enable_seqscan=off; ANALYZE identity, text_row, ticket, event, call")?;
    }
    Ok(())
}

/// Puts everything written onto the disk. PostgreSQL counts its rows at once, as it would by itself soon; an embedded
/// database is never counted, so this one is not either.
///
/// # Errors
/// What the database says.
pub fn settle(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Pg(c) => c.batch_execute(
            "ALTER INDEX search_document_tokens SET (fastupdate = off); \
             SELECT gin_clean_pending_list('search_document_tokens'); ANALYZE",
        )?,
        Db::Sqlite(c) => c.batch_execute("PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)")?,
    }
    Ok(())
}
