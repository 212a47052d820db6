//! Lists of tickets, each filtered by what the actor may see.

mod caller;
mod counts;
mod day;
mod desks;
pub mod figures;
mod filter;
mod line;
mod seen;

use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};

use super::db::{Db, MultiBackend};
use super::error::StoreError;
use super::fixed::{Fixed, Piece, fixed};
use super::schema::ticket;
use super::types::DbTime;
use crate::domain::ids::{PlaceId, TicketId, TicketNumber};
use crate::domain::scope::Scope;
use crate::domain::words::{Queue, Status};

pub use caller::{Caller, Home, Whose, of_caller};
pub use counts::{Figures, OpenCounts, Unrouted, counts};
pub use day::{Day, PANEL, of_day};
pub use desks::{Offered, Sounded, offered, triage};
pub use filter::{Filter, Held, SameDay, among, newest};
pub use line::{Listed, LiveCrossing, with_tied};
use line::{listed, listed_all, sorted};
use seen::{in_queue, seen, visible};

type Query<'a> = IntoBoxed<'a, ticket::table, MultiBackend>;

/// The most rows any list gives at once.
pub const MOST: i64 = 200;
/// The rows a page shows unless more are asked for: what somebody looks through, and the page stays small.
pub const SHOWN: i64 = 40;

/// The number of the ticket that a condition names, if the actor may see it: as part of a statement.
pub(super) fn number_in_sight<'a>(scope: &'a Scope, this: &'static str) -> Piece<'a> {
    Box::new(visible(scope).filter(fixed::<Bool>(this)).select(ticket::number))
}

/// A condition written as a literal, so that the partial indexes on open tickets apply.
const fn open() -> Fixed<Bool> {
    fixed("ticket.status <> 'done'")
}

/// A status written as a literal, for the same reason: an open one names the index's own condition too.
const fn stands(status: Status) -> Fixed<Bool> {
    fixed(match status {
        Status::Unassigned => "ticket.status <> 'done' AND ticket.status = 'unassigned'",
        Status::Assigned => "ticket.status <> 'done' AND ticket.status = 'assigned'",
        Status::InProgress => "ticket.status <> 'done' AND ticket.status = 'in_progress'",
        Status::Done => "ticket.status = 'done'",
    })
}

/// [`crate::domain::sla::late_by`] as a condition on open tickets: what stands before the moment asked about, and what after.
const LATE: [&str; 2] =
    ["ticket.due_at < ", " AND (ticket.hold_review_at IS NULL OR ticket.held_since >= ticket.due_at)"];

/// The ticket of this number, if the actor may see it.
pub fn numbered(db: &mut Db, scope: &Scope, number: TicketNumber) -> Result<Option<Listed>, StoreError> {
    let this = visible(scope).filter(ticket::number.eq(number.to_string()));
    Ok(listed_all(db, this)?.pop())
}

/// A place of the register, and how it was said.
type About = (Option<PlaceId>, Option<String>);

/// The place a ticket is about, if the actor may see the ticket.
pub fn place(db: &mut Db, scope: &Scope, id: TicketId) -> Result<Option<About>, StoreError> {
    let this = visible(scope).filter(ticket::id.eq(id));
    Ok(this.select((ticket::about_place_id, ticket::place_text)).first(db).optional()?)
}

/// What a queue's page shows of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueView {
    /// Only what the actor has.
    pub mine: bool,
    /// One status; all open ones when empty.
    pub status: Option<Status>,
    /// One building.
    pub building: Option<PlaceId>,
    /// At most so many; [`MOST`] when empty.
    pub limit: Option<i64>,
}

/// What can be done now stands first: emergencies, so that no pile of overdue ones pushes them off the list, and last what is on hold,
/// whose time to finish stands still.
const CAN_BE_DONE: Fixed<Integer> =
    fixed("CASE WHEN ticket.urgency = 'emergency' THEN 0 WHEN ticket.hold_review_at IS NULL THEN 1 ELSE 2 END");
/// When somebody must see to it: what is on hold, at its review.
const SEEN_TO_BY: Fixed<Nullable<DbTime>> = fixed("COALESCE(ticket.hold_review_at, ticket.due_at)");

/// A queue's tickets: open ones by what can be done now and runs out first, done ones latest first.
pub fn of_queue(db: &mut Db, scope: &Scope, queue: Queue, view: &QueueView) -> Result<Vec<Listed>, StoreError> {
    let mut query = visible(scope).filter(in_queue(queue));
    if let (true, Some(user)) = (view.mine, scope.user) {
        query = query.filter(ticket::worker_id.eq(user));
    }
    if let Some(building) = view.building {
        query = query.filter(ticket::building_id.eq(building));
    }
    let limit = view.limit.unwrap_or(MOST);
    let query = match view.status {
        Some(Status::Done) => {
            let done = query.filter(stands(Status::Done));
            return listed(db, done.order((ticket::since_at.desc(), ticket::id)), limit);
        }
        Some(status) => query.filter(stands(status)),
        None => query.filter(open()),
    };
    sorted(db, query.order((CAN_BE_DONE, SEEN_TO_BY, ticket::id)), limit)
}
