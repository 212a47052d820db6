//! Rows of several tables in one statement: each table's as a JSON array of arrays, in the order in which the row's struct
//! names its fields. What stands beside a ticket are a few rows in each of a dozen tables; asked for one by one they cost a
//! dozen round trips.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType, Integer, Text};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};

use super::db::{Db, each};
use super::error::StoreError;
use super::fixed::spell;
use super::types::DbUuid;
use crate::domain::ids::{CommunityId, TicketId};

/// How a column is written into JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum As {
    /// Text and numbers, as they are.
    Plain,
    /// An id, as hexadecimal digits.
    Id,
    /// Bytes, as hexadecimal digits.
    Bytes,
    /// A moment, as microseconds.
    Moment,
    /// Yes or no.
    Flag,
    /// A JSON document.
    Document,
}

/// A table's rows of one ticket: columns in the order of the struct that reads them, and what follows FROM. `$c` stands for
/// the community, `$t` for the ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) columns: &'static [(As, &'static str)],
    pub(super) from: &'static str,
}

impl Part {
    fn sql(&self, pg: bool) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(kind, name)| column(*kind, name, pg)).collect();
        let (columns, from) = (columns.join(", "), self.from);
        match pg {
            true => format!("SELECT coalesce(json_agg(json_build_array({columns})), '[]')::text FROM {from}"),
            false => format!("SELECT json_group_array(json_array({columns})) FROM {from}"),
        }
    }
}

fn column(kind: As, name: &str, pg: bool) -> String {
    match (kind, pg) {
        (As::Plain, _) | (As::Id | As::Flag | As::Document, true) | (As::Moment, false) => name.to_owned(),
        (As::Bytes, true) => format!("encode({name}, 'hex')"),
        (As::Moment, true) => format!("(extract(epoch FROM {name}) * 1000000)::bigint"),
        (As::Id | As::Bytes, false) => format!("CASE WHEN {name} IS NOT NULL THEN hex({name}) END"),
        (As::Flag, false) => format!("json(CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)"),
        (As::Document, false) => format!("json({name})"),
    }
}

/// Statements over the same parts, one for each database, worked out once.
#[derive(Debug)]
pub(super) struct Gathering {
    pg: String,
    pg_several: String,
    sqlite: String,
}

impl Gathering {
    pub(super) fn of(parts: &[Part]) -> Self {
        let on = |pg: bool| {
            let one = |(n, part): (usize, &Part)| format!("SELECT {n} AS part, ({}) AS found", part.sql(pg));
            parts.iter().enumerate().map(one).collect::<Vec<_>>().join(" UNION ALL ")
        };
        let pg = on(true);
        let each = pg.replace("$t", "wanted.id");
        let pg_several = format!(
            "SELECT wanted.n::int - 1, of_one.part, of_one.found FROM unnest($t) WITH ORDINALITY AS wanted (id, n) \
             CROSS JOIN LATERAL ({each}) AS of_one"
        );
        Self { pg, pg_several, sqlite: on(false) }
    }

    /// Everything of a ticket, in the order of the parts.
    pub(super) fn of_ticket(
        &self,
        db: &mut Db,
        (community, ticket): (CommunityId, TicketId),
    ) -> Result<Found, StoreError> {
        let sql = if matches!(db, Db::Pg(_)) { &self.pg } else { &self.sqlite };
        let asked = Asked { sql, community, wanted: ticket, _row: PhantomData };
        let rows: Vec<(i32, String)> = each!(db, c => asked.load(c))?;
        Ok(Found::of(ticket, rows))
    }

    /// Everything of each of these tickets, in their order: by one way to PostgreSQL and back.
    pub(super) fn of_tickets(
        &self,
        db: &mut Db,
        (community, tickets): (CommunityId, &[TicketId]),
    ) -> Result<Vec<Found>, StoreError> {
        let Db::Pg(c) = db else {
            return tickets.iter().map(|ticket| self.of_ticket(db, (community, *ticket))).collect();
        };
        let asked = Asked { sql: &self.pg_several, community, wanted: tickets.to_vec(), _row: PhantomData };
        let mut found = vec![Vec::new(); tickets.len()];
        for (n, part, rows) in asked.load::<(i32, i32, String)>(c)? {
            if let Some(of_one) = usize::try_from(n).ok().and_then(|n| found.get_mut(n)) {
                of_one.push((part, rows));
            }
        }
        Ok(tickets.iter().zip(found).map(|(ticket, rows)| Found::of(*ticket, rows)).collect())
    }
}

/// What was found, to be taken part by part.
#[derive(Debug)]
pub(super) struct Found {
    ticket: TicketId,
    rows: std::vec::IntoIter<(i32, String)>,
}

impl Found {
    fn of(ticket: TicketId, mut rows: Vec<(i32, String)>) -> Self {
        rows.sort_unstable_by_key(|(part, _)| *part);
        Self { ticket, rows: rows.into_iter() }
    }

    /// The next part's rows.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] naming the table when a row is none that this program writes.
    pub(super) fn next<T: DeserializeOwned>(&mut self, table: &'static str) -> Result<Vec<T>, StoreError> {
        let (_, text) = self.rows.next().unwrap_or_default();
        serde_json::from_str(&text).map_err(|e| StoreError::impossible(table, "row", self.ticket, e))
    }
}

/// The statement with its values, for one ticket or several. It is kept prepared by its text.
#[derive(Debug)]
struct Asked<'q, W, Row> {
    sql: &'q str,
    community: CommunityId,
    wanted: W,
    _row: PhantomData<Row>,
}

type OfOne<'q> = Asked<'q, TicketId, (Integer, Text)>;
type OfSeveral<'q> = Asked<'q, Vec<TicketId>, (Integer, Integer, Text)>;

impl<DB> QueryFragment<DB> for OfOne<'_>
where
    DB: Backend + HasSqlType<DbUuid>,
    CommunityId: ToSql<DbUuid, DB>,
    TicketId: ToSql<DbUuid, DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        spell(self.sql, out, |value, mut out| match value {
            b'c' => out.push_bind_param::<DbUuid, _>(&self.community),
            _ => out.push_bind_param::<DbUuid, _>(&self.wanted),
        })
    }
}

impl QueryFragment<Pg> for OfSeveral<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        spell(self.sql, out, |value, mut out| match value {
            b'c' => out.push_bind_param::<DbUuid, _>(&self.community),
            _ => out.push_bind_param::<Array<DbUuid>, _>(&self.wanted),
        })
    }
}

impl<W, Row> QueryId for Asked<'_, W, Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W, Row> Query for Asked<'_, W, Row> {
    type SqlType = Row;
}

impl<C, W, Row> RunQueryDsl<C> for Asked<'_, W, Row> {}

/// Reads bytes written as hexadecimal digits.
pub(super) fn bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
    let Some(digits) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let value = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(value).collect();
    bytes.map(Some).ok_or_else(|| D::Error::custom("no hexadecimal digits"))
}
