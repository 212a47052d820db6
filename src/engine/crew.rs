//! A community's staff as every page needs them: kept with the settings, for they change as rarely.

use std::collections::HashMap;

use super::Settings;
use crate::domain::ids::UserId;
use crate::domain::words::Queue;
use crate::store::user::{self, MembershipRow, StaffRow};
use crate::store::{Db, StoreError};

/// Everybody who has or had a seat in a community.
#[derive(Debug, Default)]
pub struct Crew(Vec<StaffRow>);

impl Crew {
    pub(super) fn new(rows: Vec<StaffRow>) -> Self {
        Self(rows)
    }

    /// Who works in a queue and can be given its tickets, with their names, in the order in which they came.
    pub(super) fn of_queue(&self, queue: Queue) -> impl Iterator<Item = (&MembershipRow, &str)> {
        let present = self.0.iter().filter(move |row| row.seat.queue == Some(queue));
        present
            .filter(|row| row.seat.retired_at.is_none() && row.disabled_at.is_none())
            .map(|row| (&row.seat, row.name.as_str()))
    }
}

/// The names of these people. Whoever is not of the crew as it is kept is asked for.
pub(super) fn names(db: &mut Db, settings: &Settings, ids: &[UserId]) -> Result<HashMap<UserId, String>, StoreError> {
    let mut names = HashMap::new();
    let mut strangers: Vec<UserId> = Vec::new();
    for id in ids {
        if names.contains_key(id) || strangers.contains(id) {
            continue;
        }
        match settings.crew.0.iter().find(|row| row.seat.user_id == *id) {
            Some(row) => {
                names.insert(*id, row.name.clone());
            }
            None => strangers.push(*id),
        }
    }
    if !strangers.is_empty() {
        names.extend(user::names(db, &strangers)?);
    }
    Ok(names)
}
