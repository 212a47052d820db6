//! The requests of a day, as an agent's desk lists them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::{Db, MultiBackend};
use super::super::error::StoreError;
use super::super::schema::ticket;
use super::super::ticket::TicketRow;
use super::super::types::Time;
use super::{Listed, Query, SHOWN, listed, visible};
use crate::domain::scope::Scope;
use crate::domain::words::Platform;

/// Those that one platform leads, or either, opened since a moment.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The platform that answers for them.
    pub lead: Option<Platform>,
    /// The day's first moment.
    pub since: DateTime<Utc>,
}

impl Day {
    /// Whether a ticket is one of them.
    pub(super) fn has(&self, row: &TicketRow) -> bool {
        row.opened_at.0 >= self.since && self.lead.is_none_or(|lead| lead == row.lead)
    }

    /// [`Day::has`] as a condition.
    pub(super) fn holds(&self) -> Box<dyn BoxableExpression<ticket::table, MultiBackend, SqlType = Bool>> {
        let opened = ticket::opened_at.ge(Time(self.since));
        match self.lead {
            Some(lead) => Box::new(opened.and(ticket::lead.eq(lead))),
            None => Box::new(opened),
        }
    }

    /// Those in sight, newest first, at most [`SHOWN`].
    pub(super) fn newest<'a>(&self, scope: &'a Scope) -> Query<'a> {
        visible(scope).filter(self.holds()).order((ticket::opened_at.desc(), ticket::id.desc())).limit(SHOWN)
    }
}

/// The day's newest tickets in sight, at most [`SHOWN`].
pub fn of_day(db: &mut Db, scope: &Scope, day: &Day) -> Result<Vec<Listed>, StoreError> {
    listed(db, day.newest(scope))
}
