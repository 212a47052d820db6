//! A ticket of a list with what its line shows beside the ticket's own row, in the one statement that finds it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::super::db::Db;
use super::super::dialect::rows_as_json;
use super::super::error::StoreError;
use super::super::fixed::{Literal, fixed};
use super::super::schema::ticket;
use super::super::ticket::TicketRow;
use super::super::types::{DbTime, DbUuid, Time};
use super::day::PANEL;
use super::{MOST, Query, SHOWN, visible};
use crate::domain::ids::TicketId;
use crate::domain::scope::Scope;
use crate::domain::words::{EscalationState, Platform};

/// A ticket's live crossing: where it stands, who asked, by when an answer is due.
pub type LiveCrossing = (EscalationState, Platform, Option<Time>);

/// A ticket with what a line shows of other tables.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The ticket.
    pub row: TicketRow,
    /// The resident's own words.
    pub words: String,
    /// Its crossing, while one is under way.
    pub crossing: Option<LiveCrossing>,
}

/// As the statement below gives it.
pub(super) type Row = (TicketRow, Option<String>, (Option<EscalationState>, Option<Platform>, Option<Time>));

/// A column of a ticket's live crossing. Only an open ticket that both sides see has one; few of them do.
macro_rules! crossing {
    ($type:ty, $column:literal) => {
        fixed::<Nullable<$type>>(concat!(
            "CASE WHEN ticket.status <> 'done' AND ticket.seen_by = 'both' THEN (SELECT e.",
            $column,
            " FROM escalation e WHERE e.community_id = ticket.community_id AND e.ticket_id = ticket.id \
             AND e.state IN ('offered', 'accepted')) END"
        ))
    };
}

/// What is selected of each ticket: a [`Row`].
macro_rules! columns {
    () => {
        (
            ticket::all_columns,
            fixed::<Nullable<Text>>(
                "(SELECT x.body FROM text_row x WHERE x.community_id = ticket.community_id AND x.id = ticket.words_id)",
            ),
            (crossing!(Text, "state"), crossing!(Text, "from_platform"), crossing!(DbTime, "answer_by")),
        )
    };
}
pub(super) use {columns, crossing};

/// How many tickets a list is asked for, as its statement says it. A number in the text and no value, for PostgreSQL expects a tenth
/// of the table where it does not see how many; and one of a few, for each is a statement to be kept. 51 tell whether there are more
/// than the API's 50.
const LIMITS: [i64; 7] = [PANEL, SHOWN, SHOWN + 1, 51, 101, MOST + 1, 2 * MOST];

/// As [`LIMITS`] has it.
fn asked(limit: i64) -> Literal {
    Literal(LIMITS.into_iter().find(|most| *most >= limit).unwrap_or(limit).to_string())
}

/// The tickets of the query, in its order: so many at most.
pub(super) fn listed(db: &mut Db, query: Query<'_>, limit: i64) -> Result<Vec<Listed>, StoreError> {
    let query = fixed::<()>("").before(query.select(columns!())).sql(" LIMIT ").query(asked(limit));
    Ok(first(query.load(db)?, limit))
}

/// The same where the order is that of no index, and the list may be longer than what is shown. SQLite would carry every row through
/// its sorter as wide as it is: so it sorts row numbers, and then reads the rows that are shown. Of a whole queue its index holds all
/// that is asked and sorted by. (Of a CROSS JOIN it reads what stands first in the outer loop.)
pub(super) fn sorted(db: &mut Db, query: Query<'_>, limit: i64) -> Result<Vec<Listed>, StoreError> {
    if let Db::Pg(_) = db {
        return listed(db, query, limit);
    }
    let query = fixed::<()>("SELECT ")
        .gives(columns!())
        .sql(" FROM (")
        .query(query.select(fixed::<BigInt>("ticket.rowid AS at")))
        .sql(" LIMIT ")
        .query(asked(limit))
        .sql(") shown CROSS JOIN ticket ON ticket.rowid = shown.at");
    Ok(first(query.load(db)?, limit))
}

fn first(rows: Vec<Row>, limit: i64) -> Vec<Listed> {
    rows.into_iter().take(usize::try_from(limit).unwrap_or(0)).map(line).collect()
}

/// Those of the query, which are few.
pub(super) fn listed_all(db: &mut Db, query: Query<'_>) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Row> = query.select(columns!()).load(db)?;
    Ok(rows.into_iter().map(line).collect())
}

/// A row as a line shows it.
pub(super) fn line((row, words, (state, from, answer_by)): Row) -> Listed {
    let crossing = state.zip(from).map(|(state, from)| (state, from, answer_by));
    Listed { row, words: words.unwrap_or_default(), crossing }
}

/// The ticket, whoever may see it: the caller has made sure. With it the numbers of those tied to it that the actor may see.
pub fn with_tied(db: &mut Db, scope: &Scope, id: TicketId) -> Result<Option<(Listed, Vec<String>)>, StoreError> {
    let tied = fixed::<Bool>("ticket.id IN (SELECT l.to_ticket_id FROM ticket_link l WHERE l.community_id = ")
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND l.from_ticket_id = ")
        .bind::<DbUuid, _>(id)
        .sql(" UNION ALL SELECT l.from_ticket_id FROM ticket_link l WHERE l.community_id = ")
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND l.to_ticket_id = ")
        .bind::<DbUuid, _>(id)
        .sql(")");
    let [before, after] = rows_as_json(db);
    let numbers = fixed::<Text>("(SELECT ").sql(before).sql("tied.number").sql(after).sql(" FROM (");
    let numbers = numbers.query(visible(scope).filter(tied).select(ticket::number)).sql(") tied)");
    let query = fixed::<()>("SELECT ").gives((columns!(), numbers)).sql(" FROM ticket WHERE ticket.community_id = ");
    let rows: Vec<(Row, String)> =
        query.bind::<DbUuid, _>(scope.community).sql(" AND ticket.id = ").bind::<DbUuid, _>(id).load(db)?;
    let Some((row, numbers)) = rows.into_iter().next() else { return Ok(None) };
    let numbers: Vec<(String,)> =
        serde_json::from_str(&numbers).map_err(|e| StoreError::impossible("ticket_link", "number", id, e))?;
    Ok(Some((line(row), numbers.into_iter().map(|(number,)| number).collect())))
}
