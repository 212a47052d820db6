//! How many tickets there are, of open work and of a day.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::super::db::{Db, MultiBackend};
use super::super::dialect::rows_as_json;
use super::super::error::StoreError;
use super::super::fixed::{Fixed, Piece, fixed};
use super::super::schema::ticket;
use super::super::types::{DbTime, Time};
use super::day::Day;
use super::{LATE, open, seen};
use crate::domain::scope::Scope;
use crate::domain::view::QueueCount;
use crate::domain::words::{Platform, Queue, Status};

/// How many open requests stand in no queue, by the platform that must route them.
pub type Unrouted = Vec<(Platform, i64)>;

/// Open work in sight.
#[derive(Debug, Clone, Default)]
pub struct OpenCounts {
    /// Each queue that has any.
    pub queues: Vec<QueueCount>,
    /// What stands in none.
    pub unrouted: Unrouted,
}

/// A group: its queue, status and holder, how many, and how many of them late.
type Group = (Option<Queue>, Status, Option<Platform>, i64, i64);

impl OpenCounts {
    fn add(&mut self, (queue, status, holder, number, late): Group) {
        let Some(queue) = queue else {
            self.unrouted.extend(holder.map(|holder| (holder, number)));
            return;
        };
        let at = match self.queues.iter().position(|count| count.queue == queue) {
            Some(at) => at,
            None => {
                self.queues.push(QueueCount { queue, assigned: 0, in_progress: 0, late: 0 });
                self.queues.len() - 1
            }
        };
        match status {
            Status::Assigned => self.queues[at].assigned += number,
            Status::InProgress => self.queues[at].in_progress += number,
            Status::Unassigned | Status::Done => {}
        }
        self.queues[at].late += late;
    }
}

/// How many a group has.
const fn number() -> Fixed<BigInt> {
    fixed("count(*) AS number")
}

/// The open tickets in sight by queue, status and holder. A macro, for its type tells of every value in it.
macro_rules! open_work {
    ($scope:expr, $now:expr) => {{
        let late = fixed::<BigInt>("sum(CASE WHEN ").sql(LATE[0]).bind::<DbTime, _>(Time($now)).sql(LATE[1]);
        let late = late.sql(" THEN 1 ELSE 0 END) AS late");
        let groups = ticket::table
            .group_by((ticket::queue, ticket::status, ticket::holder))
            .select((ticket::queue, ticket::status, ticket::holder.nullable(), number(), late))
            .into_boxed::<MultiBackend>();
        seen!(groups, $scope).filter(open())
    }};
}

/// How many open tickets of each queue the actor sees, by status, and how many are late; and how many stand in none, by the
/// platform that must route them.
pub fn counts(db: &mut Db, scope: &Scope, now: DateTime<Utc>) -> Result<OpenCounts, StoreError> {
    let mut counts = OpenCounts::default();
    let groups: Vec<Group> = open_work!(scope, now).load(db)?;
    groups.into_iter().for_each(|group| counts.add(group));
    Ok(counts)
}

/// [`counts`], and how many of the day's tickets the actor sees in each status.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Open work.
    pub open: OpenCounts,
    /// The day's, by status.
    pub day: Vec<(Status, i64)>,
}

impl Figures {
    /// As part of a statement, whose one text [`Figures::read`] reads.
    pub(in crate::store) fn asked<'a>(db: &Db, scope: &'a Scope, now: DateTime<Utc>, day: &Day) -> Piece<'a> {
        let of_day = ticket::table
            .group_by(ticket::status)
            .select((
                fixed::<Nullable<Text>>("NULL"),
                ticket::status,
                fixed::<Nullable<Text>>("NULL"),
                number(),
                fixed::<BigInt>("0"),
            ))
            .into_boxed::<MultiBackend>();
        let of_day = seen!(of_day, scope).filter(day.holds(db));
        let [before, after] = rows_as_json(db);
        let json = fixed::<()>("(SELECT ").sql(before).sql("g.queue, g.status, g.holder, g.number, g.late").sql(after);
        let groups = json.sql(" FROM (").query(open_work!(scope, now)).sql(" UNION ALL ").query(of_day);
        Box::new(groups.sql(") g)"))
    }

    /// Reads what [`Figures::asked`] gave.
    pub(in crate::store) fn read(text: &str) -> Result<Self, StoreError> {
        let groups: Vec<Group> =
            serde_json::from_str(text).map_err(|e| StoreError::impossible("ticket", "count", "of groups", e))?;
        let mut figures = Self::default();
        for group in groups {
            match group {
                // Open work in no queue has a holder.
                (None, status, None, number, _) => figures.day.push((status, number)),
                open => figures.open.add(open),
            }
        }
        Ok(figures)
    }
}
