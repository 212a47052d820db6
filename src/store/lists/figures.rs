//! What the manager's figures are worked out from: slim rows of open work, and of no more days than are shown.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use super::super::db::{Db, MultiBackend};
use super::super::dialect::moment;
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::ticket;
use super::super::types::{DbTime, Time};
use super::{open, visible};
use crate::domain::ids::UserId;
use crate::domain::scope::Scope;
use crate::domain::view::{DayFact, OpenFact};
use crate::domain::words::{Channel, Outcome, Platform, Queue, Status, Urgency};

/// An offer that waits: who must answer, and by when.
pub type Waiting = (Platform, Option<DateTime<Utc>>);

/// A column of the offer a ticket is under; both sides see it then.
macro_rules! offered {
    ($type:ty, $column:literal) => {
        fixed::<Nullable<$type>>(concat!(
            "CASE WHEN ticket.seen_by = 'both' THEN (SELECT e.",
            $column,
            " FROM escalation e WHERE e.community_id = ticket.community_id AND e.ticket_id = ticket.id \
             AND e.state IN ('offered', 'accepted') AND e.state = 'offered') END"
        ))
    };
}

/// Every open ticket in sight, and the offers that wait.
pub fn open_work(db: &mut Db, scope: &Scope) -> Result<(Vec<OpenFact>, Vec<Waiting>), StoreError> {
    let columns =
        (ticket::queue, ticket::status, ticket::urgency, ticket::due_at, ticket::hold_review_at, ticket::held_since);
    let offer = (offered!(Text, "to_platform"), offered!(DbTime, "answer_by"));
    type Fact = (Option<Queue>, Status, Urgency, Option<Time>, Option<Time>, Option<Time>);
    type Offer = (Option<Platform>, Option<Time>);
    let rows: Vec<(Fact, Offer)> = visible(scope).filter(open()).select((columns, offer)).load(db)?;
    let (mut work, mut offers) = (Vec::with_capacity(rows.len()), Vec::new());
    for ((queue, status, urgency, due, review, since), (to, by)) in rows {
        work.push(OpenFact {
            queue,
            status,
            urgency,
            due_at: due.map(|t| t.0),
            hold_review_at: review.map(|t| t.0),
            held_since: review.and(since).map(|t| t.0),
        });
        offers.extend(to.map(|to| (to, by.map(|t| t.0))));
    }
    Ok((work, offers))
}

/// Moments from one to another, the latter excluded.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// Every ticket in sight that was opened within one of these spans.
pub fn opened(db: &mut Db, scope: &Scope, spans: &[Span]) -> Result<Vec<DayFact>, StoreError> {
    type Row = (Channel, Time, Option<Time>, Option<Outcome>, i32);
    type Within = Box<dyn BoxableExpression<ticket::table, MultiBackend, SqlType = Bool>>;
    let within = |(from, until): &Span| -> Within {
        Box::new(ticket::opened_at.ge(Time(*from)).and(ticket::opened_at.lt(Time(*until))))
    };
    let any = spans.iter().map(within).reduce(|any, one| Box::new(any.or(one)));
    let first = spans.iter().map(|(from, _)| *from).min();
    let last = spans.iter().map(|(_, until)| *until).max();
    let (Some(any), Some(first), Some(last)) = (any, first, last) else { return Ok(Vec::new()) };
    let columns = (ticket::channel, ticket::opened_at, ticket::first_done_at, ticket::outcome, ticket::reopened_count);
    // The outermost moments by themselves, for an index knows nothing of several spans.
    let whole = fixed::<Bool>("(ticket.opened_at >= ").query(moment(db, first)).sql(" AND ticket.opened_at < ");
    let whole = whole.query(moment(db, last)).sql(")");
    let rows: Vec<Row> = visible(scope).filter(whole).filter(any).select(columns).load(db)?;
    let fact = |(channel, opened, done, outcome, reopened): Row| DayFact {
        channel,
        opened_at: opened.0,
        first_done_at: done.map(|t| t.0),
        outcome,
        reopened: reopened > 0,
    };
    Ok(rows.into_iter().map(fact).collect())
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

/// Whoever has open tickets in sight. Told apart here: the index of open work holds all that is asked.
pub fn workers(db: &mut Db, scope: &Scope) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<Option<UserId>> = visible(scope).filter(open()).select(ticket::worker_id).load(db)?;
    Ok(ids.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect())
}
