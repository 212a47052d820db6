//! What stands beside the tickets of a list, in one statement for all of them.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::schema::{app_user, escalation, text_row, ticket, ticket_hold};
use super::super::types::Time;
use crate::domain::ids::{CommunityId, TicketId};
use crate::domain::words::{EscalationState, Platform};

/// A ticket's live crossing: where it stands, who asked, by when an answer is due.
pub type LiveCrossing = (EscalationState, Platform, Option<Time>);

/// What a line of a list shows that is not in the ticket's own row.
#[derive(Debug, Clone, Queryable)]
pub struct Beside {
    /// The ticket.
    pub ticket: TicketId,
    /// The resident's own words.
    pub words: Option<String>,
    /// The name of whoever has it.
    pub worker: Option<String>,
    /// Its crossing, while one is under way.
    pub crossing: Option<LiveCrossing>,
    /// Its hold, while it is held: since when, and when someone looks again.
    pub hold: Option<(Time, Time)>,
}

/// What stands beside these tickets.
pub fn beside(db: &mut Db, community: CommunityId, ids: &[TicketId]) -> Result<Vec<Beside>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let words = text_row::community_id.eq(ticket::community_id).and(text_row::id.eq(ticket::words_id));
    let crossing = escalation::community_id
        .eq(ticket::community_id)
        .and(escalation::ticket_id.eq(ticket::id))
        .and(sql::<Bool>("escalation.state IN ('offered', 'accepted')"));
    let hold = ticket_hold::community_id
        .eq(ticket::community_id)
        .and(ticket_hold::ticket_id.eq(ticket::id))
        .and(ticket_hold::ended_at.is_null());
    Ok(ticket::table
        .left_join(text_row::table.on(words))
        .left_join(app_user::table.on(app_user::id.nullable().eq(ticket::worker_id)))
        .left_join(escalation::table.on(crossing))
        .left_join(ticket_hold::table.on(hold))
        .filter(ticket::community_id.eq(community))
        .filter(ticket::id.eq_any(ids))
        .select((
            ticket::id,
            text_row::body.nullable(),
            app_user::display_name.nullable(),
            (escalation::state, escalation::from_platform, escalation::answer_by).nullable(),
            (ticket_hold::began_at, ticket_hold::review_at).nullable(),
        ))
        .load(db)?)
}
