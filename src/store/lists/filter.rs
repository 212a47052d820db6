//! The list of all tickets, newest first, narrowed to what was asked for.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::Db;
use super::super::dialect::one_of;
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{escalation, ticket};
use super::super::types::{DbTime, Time};
use super::{LATE, Listed, Query, in_queue, listed, listed_all, open, stands, visible};
use crate::domain::ids::{TicketId, UserId};
use crate::domain::scope::Scope;
use crate::domain::sla;
use crate::domain::view::Cursor;
use crate::domain::words::{Channel, EscalationState, Kind, Outcome, Platform, Queue, Status, Urgency};

/// What a list of all tickets can be narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of the four.
    pub status: Option<Status>,
    /// Not done, whichever of the three it is.
    pub open: bool,
    /// The list it is in, or was in when done.
    pub queue: Option<Queue>,
    /// Who must act.
    pub holder: Option<Platform>,
    /// Who answers.
    pub lead: Option<Platform>,
    /// Where it came in.
    pub channel: Option<Channel>,
    /// What sort.
    pub kind: Option<Kind>,
    /// Class of its limits.
    pub urgency: Option<Urgency>,
    /// Opened at or after.
    pub since: Option<DateTime<Utc>>,
    /// Opened before.
    pub until: Option<DateTime<Utc>>,
    /// Who has it, or had it when it was done.
    pub worker: Option<UserId>,
    /// Open and late at this moment, by [`sla::late_by`].
    pub late_at: Option<DateTime<Utc>>,
    /// On hold.
    pub held: Option<Held>,
    /// Done as deferred.
    pub deferred: bool,
    /// Deferred until this local day or an earlier one.
    pub review_by: Option<NaiveDate>,
    /// Under an offer that waits for this platform's answer.
    pub offered_to: Option<Platform>,
    /// Done on the local day it was opened; needs the days that are looked at.
    pub same_day: Option<SameDay>,
}

/// Which of those on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// All.
    Any,
    /// Those whose review time has come by then.
    ReviewBy(DateTime<Utc>),
}

/// Local days, each from its first moment to the next day's, for [`sla::same_day`] in SQL. A day's length is not always 24
/// hours, so each stands for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SameDay(pub Vec<(DateTime<Utc>, DateTime<Utc>)>);

/// Tickets, newest first, after the cursor.
pub fn newest(
    db: &mut Db,
    scope: &Scope,
    filter: &Filter,
    (after, limit): (Option<Cursor>, i64),
) -> Result<Vec<Listed>, StoreError> {
    let mut query = narrowed(scope, filter);
    if let Some(Cursor { opened_at, id }) = after {
        let at = Time(opened_at);
        query = query.filter(ticket::opened_at.lt(at).or(ticket::opened_at.eq(at).and(ticket::id.lt(id))));
    }
    listed(db, query.order((ticket::opened_at.desc(), ticket::id.desc())), limit)
}

/// Those of these tickets that are on the list, in no order.
pub fn among(db: &mut Db, scope: &Scope, filter: &Filter, ids: &[TicketId]) -> Result<Vec<Listed>, StoreError> {
    let these = one_of(db, ids);
    listed_all(db, narrowed(scope, filter).filter(these))
}

/// What is on the list.
fn narrowed<'a>(scope: &'a Scope, filter: &'a Filter) -> Query<'a> {
    let mut query = standing(facts(visible(scope), filter), scope, filter);
    if let Some(since) = filter.since {
        query = query.filter(ticket::opened_at.ge(Time(since)));
    }
    if let Some(until) = filter.until {
        query = query.filter(ticket::opened_at.lt(Time(until)));
    }
    if let Some(days) = &filter.same_day {
        query = same_day(query, days);
    }
    query
}

/// What the ticket is.
fn facts<'a>(mut query: Query<'a>, filter: &Filter) -> Query<'a> {
    if let Some(queue) = filter.queue {
        query = query.filter(in_queue(queue));
    }
    if let Some(holder) = filter.holder {
        query = query.filter(ticket::holder.eq(holder));
    }
    if let Some(lead) = filter.lead {
        query = query.filter(ticket::lead.eq(lead));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(ticket::channel.eq(channel));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(ticket::kind.eq(kind));
    }
    if let Some(urgency) = filter.urgency {
        query = query.filter(ticket::urgency.eq(urgency));
    }
    if let Some(worker) = filter.worker {
        query = query.filter(ticket::worker_id.eq(worker));
    }
    query
}

/// How it stands now.
fn standing<'a>(mut query: Query<'a>, scope: &Scope, filter: &Filter) -> Query<'a> {
    if let Some(status) = filter.status {
        query = query.filter(stands(status));
    }
    let held = filter.held.is_some();
    if filter.open || held || filter.late_at.is_some() || filter.status.is_some_and(|status| status != Status::Done) {
        query = query.filter(open());
    }
    if let Some(now) = filter.late_at {
        query = query.filter(fixed::<Bool>(LATE[0]).bind::<DbTime, _>(Time(now)).sql(LATE[1]));
    }
    match filter.held {
        None => {}
        Some(Held::Any) => query = query.filter(ticket::hold_review_at.is_not_null()),
        Some(Held::ReviewBy(now)) => query = query.filter(ticket::hold_review_at.le(Time(now))),
    }
    if filter.deferred || filter.review_by.is_some() {
        query =
            query.filter(fixed::<Bool>("ticket.review_on IS NOT NULL")).filter(ticket::outcome.eq(Outcome::Deferred));
        // Whoever asks for a status or for open ones gets those: none of them is deferred.
        if filter.status.is_none() && !filter.open {
            query = query.filter(stands(Status::Done));
        }
    }
    if let Some(day) = filter.review_by {
        query = query.filter(ticket::review_on.le(day));
    }
    if let Some(to) = filter.offered_to {
        let waiting = escalation::table
            .filter(escalation::community_id.eq(scope.community))
            .filter(fixed::<Bool>("escalation.state = 'offered'"))
            .filter(escalation::state.eq(EscalationState::Offered))
            .filter(escalation::to_platform.eq(to))
            .select(escalation::ticket_id);
        query = query.filter(ticket::id.eq_any(waiting));
    }
    query
}

/// [`sla::same_day`] as a condition; a test holds the two against each other.
fn same_day<'a>(query: Query<'a>, days: &SameDay) -> Query<'a> {
    type Condition = Box<
        dyn diesel::BoxableExpression<ticket::table, super::MultiBackend, SqlType = diesel::sql_types::Nullable<Bool>>,
    >;
    let mut any: Condition = Box::new(fixed::<diesel::sql_types::Nullable<Bool>>("1 = 0"));
    for (from, until) in &days.0 {
        let on_it = ticket::opened_at.ge(Time(*from)).and(ticket::opened_at.lt(Time(*until)));
        any = Box::new(any.or(on_it.and(ticket::first_done_at.lt(Time(*until)))));
    }
    query
        .filter(any)
        .filter(ticket::status.eq(Status::Done))
        .filter(ticket::reopened_count.eq(0))
        .filter(ticket::outcome.eq_any(sla::SAME_DAY_OUTCOMES.to_vec()))
}
