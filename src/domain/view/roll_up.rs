//! Days that are over, counted once: a manager's figures need no ticket of theirs any more.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::manage::DayFact;
use crate::domain::calendar::Calendar;
use crate::domain::scope::Scope;
use crate::domain::words::{Audience, Channel, Platform};

/// What a desk sees a ticket by, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kept {
    /// Which desks may see it.
    pub seen_by: Audience,
    /// Hidden from the property.
    pub confidential: bool,
    /// Who must act.
    pub holder: Platform,
}

impl Kept {
    /// Whether the desks of this scope see it. What somebody sees beyond that, or must not see though their desk does, is
    /// counted from the tickets themselves.
    pub fn in_sight(self, scope: &Scope) -> bool {
        let property = scope.property_desk && !self.confidential && self.seen_by != Audience::Committee;
        let shown =
            if self.confidential { self.holder == Platform::Committee } else { self.seen_by != Audience::Property };
        property || (scope.committee_desk && shown)
    }
}

/// Tickets of one day that came in by one channel and are kept alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The local day they were opened on.
    pub day: NaiveDate,
    /// Where they came in.
    pub channel: Channel,
    /// Who sees them.
    pub kept: Kept,
    /// How many.
    pub opened: i64,
    /// How many of them count as solved on it.
    pub same_day: i64,
}

impl Cell {
    /// Counts a stretch of time, day by day.
    pub fn all(facts: &[(Kept, DayFact)], calendar: &Calendar) -> Vec<Self> {
        let mut cells: BTreeMap<(NaiveDate, &str, Kept), Self> = BTreeMap::new();
        for (kept, fact) in facts {
            let (day, channel, kept) = (calendar.local_date(fact.opened_at), fact.channel, *kept);
            let none = Self { day, channel, kept, opened: 0, same_day: 0 };
            let cell = cells.entry((day, channel.code(), kept)).or_insert(none);
            cell.opened += 1;
            cell.same_day += i64::from(fact.is_same_day(calendar));
        }
        cells.into_values().collect()
    }
}
