//! What waits at the desks: requests to be routed, and offers to be answered.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::escalation::EscalationRow;
use super::super::fixed::{Literal, fixed};
use super::super::schema::{escalation, ticket};
use super::super::types::{DbJson, DbTime, DbUuid, Json};
use super::line::{Row, columns, crossing, line};
use super::{Listed, MOST, stands, visible};
use crate::domain::ids::TextId;
use crate::domain::scope::Scope;
use crate::domain::words::{Platform, Status};

/// A request to be routed with what was understood of it, if it was looked at.
pub type ToRoute = (Listed, Option<Sounded>);

/// What was understood of a request.
#[derive(Debug, Clone)]
pub struct Sounded {
    /// Kind of emergency, by the catalogue's code.
    pub emergency: Option<String>,
    /// As [`super::super::ticket::UnderstandingRow`] has them.
    pub suggestions: Json,
}

/// A column of what was understood of a ticket.
macro_rules! understood {
    ($type:ty, $column:literal) => {
        fixed::<Nullable<$type>>(concat!(
            "(SELECT u.",
            $column,
            " FROM understanding u WHERE u.community_id = ticket.community_id AND u.ticket_id = ticket.id)"
        ))
    };
}

/// Unassigned tickets on a platform's triage list, or on both: those that sounded like an emergency first, then the oldest.
pub fn triage(db: &mut Db, scope: &Scope, holder: Option<Platform>) -> Result<Vec<ToRoute>, StoreError> {
    let mut query = visible(scope).filter(stands(Status::Unassigned));
    if let Some(holder) = holder {
        query = query.filter(ticket::holder.eq(holder));
    }
    let calm = fixed::<Integer>(
        "CASE WHEN EXISTS (SELECT 1 FROM understanding u WHERE u.community_id = ticket.community_id \
         AND u.ticket_id = ticket.id AND u.emergency IS NOT NULL) THEN 0 ELSE 1 END",
    );
    let query = query.order((calm, ticket::opened_at, ticket::id)).select((
        columns!(),
        understood!(Text, "emergency"),
        understood!(DbJson, "suggestions"),
    ));
    let query = fixed::<()>("").before(query).sql(" LIMIT ").query(Literal(MOST.to_string()));
    let rows: Vec<(Row, Option<String>, Option<Json>)> = query.load(db)?;
    let sounded = |(row, emergency, suggestions): (Row, _, Option<Json>)| {
        (line(row), suggestions.map(|suggestions| Sounded { emergency, suggestions }))
    };
    Ok(rows.into_iter().map(sounded).collect())
}

/// An offer with the words of its reason, of what was tried and of what is asked, each under its text's id.
pub type Offered = (EscalationRow, HashMap<TextId, String>);

/// The words of an offer, by the column that names their text.
macro_rules! words {
    ($column:literal) => {
        fixed::<Nullable<Text>>(concat!(
            "(SELECT x.body FROM text_row x WHERE x.community_id = escalation.community_id AND x.id = escalation.",
            $column,
            ")"
        ))
    };
}

/// Tickets under an offer that waits for an answer, whichever platform made it, longest open first, each with the offer.
pub fn offered(db: &mut Db, scope: &Scope) -> Result<Vec<(Listed, Offered)>, StoreError> {
    let waiting = escalation::table
        .filter(escalation::community_id.eq(scope.community))
        .filter(fixed::<Bool>("escalation.state = 'offered'"))
        .select(escalation::ticket_id);
    let those = visible(scope).filter(ticket::id.eq_any(waiting)).select(ticket::id);
    let columns =
        (columns!(), EscalationRow::as_select(), (words!("reason_id"), words!("tried_id"), words!("asked_id")));
    let query = fixed::<()>("SELECT ")
        .gives(columns)
        .sql(
            " FROM escalation JOIN ticket ON ticket.community_id = escalation.community_id AND ticket.id = escalation.ticket_id \
             WHERE escalation.state = 'offered' AND escalation.community_id = ",
        )
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND ticket.id IN (")
        .query(those)
        .sql(") ORDER BY ticket.opened_at, ticket.id LIMIT ")
        .query(Literal((2 * MOST).to_string()));
    type Words = (Option<String>, Option<String>, Option<String>);
    let rows: Vec<(Row, EscalationRow, Words)> = query.load(db)?;
    let with_words = |(found, row, (reason, tried, asked)): (Row, EscalationRow, Words)| {
        let ids = [Some(row.reason_id), row.tried_id, row.asked_id];
        let words = ids.into_iter().zip([reason, tried, asked]).filter_map(|(id, body)| Some((id?, body?))).collect();
        (line(found), (row, words))
    };
    Ok(rows.into_iter().map(with_words).collect())
}
