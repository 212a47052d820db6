//! The requests of a day, as an agent's desk lists them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::Db;
use super::super::dialect::moment;
use super::super::error::StoreError;
use super::super::fixed::{Bound, Fixed, Literal, Nothing, fixed};
use super::super::schema::ticket;
use super::{Listed, Query, listed, visible};
use crate::domain::scope::Scope;
use crate::domain::words::Platform;

/// The most a desk lists: a tall screen's panel has room for twenty-two. They are read with every caller, and the list of all is one link
/// away.
pub const PANEL: i64 = 24;

/// Those that one platform leads, or either, opened since a moment.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The platform that answers for them.
    pub lead: Option<Platform>,
    /// The day's first moment.
    pub since: DateTime<Utc>,
}

type Holds = Fixed<Bool, Bound<Bool, Nothing, Literal>>;

impl Day {
    /// Whether a ticket is one of them, as a condition.
    pub(super) fn holds(&self, db: &Db) -> Holds {
        let and_lead = match self.lead {
            None => ")",
            Some(Platform::Property) => " AND ticket.lead = 'property')",
            Some(Platform::Committee) => " AND ticket.lead = 'committee')",
        };
        fixed("(ticket.opened_at >= ").query(moment(db, self.since)).sql(and_lead)
    }

    /// Those in sight, newest first.
    pub(super) fn newest<'a>(&self, db: &Db, scope: &'a Scope) -> Query<'a> {
        visible(scope).filter(self.holds(db)).order((ticket::opened_at.desc(), ticket::id.desc()))
    }
}

/// The day's newest tickets in sight, as many as a desk lists.
pub fn of_day(db: &mut Db, scope: &Scope, day: &Day) -> Result<Vec<Listed>, StoreError> {
    let newest = day.newest(db, scope);
    listed(db, newest, PANEL)
}
