//! What the manager's figures are worked out from: slim rows of open work, and of no more days than are shown.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{escalation, ticket};
use super::super::types::{DbTime, Time};
use super::{open, visible};
use crate::domain::ids::{TicketId, UserId};
use crate::domain::scope::Scope;
use crate::domain::view::{DayFact, OpenFact, Share};
use crate::domain::words::{Channel, Outcome, Platform, Queue, Status, Urgency};

/// Every open ticket in sight.
pub fn open_work(db: &mut Db, scope: &Scope) -> Result<Vec<OpenFact>, StoreError> {
    // Nearly nothing is on hold; only what is gets looked up.
    let held_since = fixed::<Nullable<DbTime>>(
        "CASE WHEN ticket.hold_review_at IS NOT NULL THEN (SELECT h.began_at FROM ticket_hold h \
         WHERE h.community_id = ticket.community_id AND h.ticket_id = ticket.id AND h.ended_at IS NULL) END",
    );
    let columns = (ticket::queue, ticket::status, ticket::urgency, ticket::due_at, ticket::hold_review_at, held_since);
    type Row = (Option<Queue>, Status, Urgency, Option<Time>, Option<Time>, Option<Time>);
    let rows: Vec<Row> = visible(scope).filter(open()).select(columns).load(db)?;
    let fact = |(queue, status, urgency, due, review, since): Row| OpenFact {
        queue,
        status,
        urgency,
        due_at: due.map(|t| t.0),
        hold_review_at: review.map(|t| t.0),
        held_since: since.map(|t| t.0),
    };
    Ok(rows.into_iter().map(fact).collect())
}

/// Every ticket in sight that was opened since.
pub fn opened(db: &mut Db, scope: &Scope, since: DateTime<Utc>) -> Result<Vec<DayFact>, StoreError> {
    type Row = (Channel, Time, Option<Time>, Option<Outcome>, i32);
    let columns = (ticket::channel, ticket::opened_at, ticket::first_done_at, ticket::outcome, ticket::reopened_count);
    let rows: Vec<Row> = visible(scope).filter(ticket::opened_at.ge(Time(since))).select(columns).load(db)?;
    let fact = |(channel, opened, done, outcome, reopened): Row| DayFact {
        channel,
        opened_at: opened.0,
        first_done_at: done.map(|t| t.0),
        outcome,
        reopened: reopened > 0,
    };
    Ok(rows.into_iter().map(fact).collect())
}

/// How many of those in sight that were opened since the city's line handed down, of how many.
pub fn from_the_city(db: &mut Db, scope: &Scope, since: DateTime<Utc>) -> Result<Share, StoreError> {
    let city = fixed::<BigInt>("COALESCE(SUM(CASE WHEN ticket.channel = 'city_12345' THEN 1 ELSE 0 END), 0)");
    let counts = visible(scope).filter(ticket::opened_at.ge(Time(since))).select((city, count_star()));
    let (part, of): (i64, i64) = counts.get_result(db)?;
    Ok(Share { part, of })
}

/// The review days of all deferred tickets in sight.
pub fn reviews(db: &mut Db, scope: &Scope) -> Result<Vec<NaiveDate>, StoreError> {
    let days: Vec<Option<NaiveDate>> = visible(scope)
        .filter(fixed::<Bool>("ticket.review_on IS NOT NULL"))
        .filter(ticket::status.eq(Status::Done))
        .filter(ticket::outcome.eq(Outcome::Deferred))
        .select(ticket::review_on)
        .load(db)?;
    Ok(days.into_iter().flatten().collect())
}

/// An offer that waits: who must answer, and by when.
pub type Waiting = (Platform, Option<DateTime<Utc>>);

/// The offers in sight that wait.
pub fn offers(db: &mut Db, scope: &Scope) -> Result<Vec<Waiting>, StoreError> {
    let waiting: Vec<(TicketId, Platform, Option<Time>)> = escalation::table
        .filter(escalation::community_id.eq(scope.community))
        .filter(fixed::<Bool>("escalation.state = 'offered'"))
        .select((escalation::ticket_id, escalation::to_platform, escalation::answer_by))
        .load(db)?;
    let ids: Vec<TicketId> = waiting.iter().map(|(id, ..)| *id).collect();
    let seen: Vec<TicketId> = visible(scope).filter(ticket::id.eq_any(ids)).select(ticket::id).load(db)?;
    let seen = waiting.into_iter().filter(|(id, ..)| seen.contains(id));
    Ok(seen.map(|(_, to, by)| (to, by.map(|t| t.0))).collect())
}

/// Whoever has open tickets in sight.
pub fn workers(db: &mut Db, scope: &Scope) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<Option<UserId>> = visible(scope)
        .filter(open())
        .filter(ticket::worker_id.is_not_null())
        .select(ticket::worker_id)
        .distinct()
        .load(db)?;
    Ok(ids.into_iter().flatten().collect())
}
