//! Notices that were given up, with why, and the way to try them again; what was told of a ticket.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{DeliveryRow, rows};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{DeliveryId, TicketId, TicketNumber, UserId};
use crate::domain::ticket as rules;
use crate::domain::words::Role;
use crate::engine::{Engine, Failure, Settings, change, crew};
use crate::store::{Db, StoreError, user};

/// Failures shown at once.
const MOST: i64 = 200;

/// A notice that was given up.
#[derive(Debug, Clone)]
pub struct FailedLine {
    /// The delivery.
    pub id: DeliveryId,
    /// Code of the text.
    pub template: String,
    /// The ticket, if the reader may see it.
    pub ticket: Option<(TicketId, TicketNumber)>,
    /// Who should have heard.
    pub name: String,
    /// Why it failed.
    pub why: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When the change was made that it tells of.
    pub noticed_at: DateTime<Utc>,
    /// When it was given up.
    pub given_up_at: Option<DateTime<Utc>>,
}

/// What became of one notice for one person.
#[derive(Debug, Clone)]
pub struct ToldLine {
    /// Code of the text.
    pub template: String,
    /// Who hears; empty for a reporter.
    pub name: String,
    /// `email`, `console` or `reply`.
    pub medium: String,
    /// `due`, `sent`, `kept`, `dropped` or `dead`.
    pub state: String,
    /// When the change was made that it tells of.
    pub at: DateTime<Utc>,
}

/// Those who look after what could not be told: managers and admins.
fn keeps(staff: &Staff) -> Result<(), Failure> {
    match staff.has_role(Role::Manager) || staff.has_role(Role::Admin) {
        true => Ok(()),
        false => Err(Failure::Forbidden),
    }
}

fn names(db: &mut Db, deliveries: &[DeliveryRow]) -> Result<HashMap<UserId, String>, StoreError> {
    let mut ids: Vec<UserId> = deliveries.iter().filter_map(|row| row.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(user::names(db, &ids)?.into_iter().collect())
}

/// The notices given up, latest first.
///
/// # Errors
/// [`Failure::Forbidden`] for anyone but managers and admins.
pub fn failed(engine: &Engine, staff: &Staff) -> Result<Vec<FailedLine>, Failure> {
    keeps(staff)?;
    let settings = engine.settings(staff.community)?;
    let now = engine.now();
    let actor = Actor::Staff(staff.clone());
    engine.store.read(|db| {
        let dead = rows::dead(db, staff.community, MOST)?;
        let names = names(db, &dead)?;
        let mut lines = Vec::with_capacity(dead.len());
        for row in dead {
            let loaded = match row.ticket_id {
                Some(id) => change::load(db, &settings, id, now)?,
                None => None,
            };
            let seen = loaded.filter(|loaded| rules::may_see(&loaded.ticket, &actor));
            lines.push(FailedLine {
                ticket: seen.map(|loaded| (loaded.ticket.id, loaded.ticket.number)),
                name: row.user_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
                why: row.last_error.unwrap_or_default(),
                id: row.id,
                template: row.template,
                attempts: row.attempts,
                noticed_at: row.noticed_at.0,
                given_up_at: row.settled_at.map(|at| at.0),
            });
        }
        Ok(lines)
    })
}

/// Puts a notice that was given up back on its way, as if it were new.
///
/// # Errors
/// [`Failure::Forbidden`] for anyone but managers and admins; [`Failure::NotFound`] for one that is not dead.
pub fn replay(engine: &Engine, staff: &Staff, id: DeliveryId) -> Result<(), Failure> {
    keeps(staff)?;
    let now = engine.now();
    engine.store.write(|db| {
        let found = rows::find(db, staff.community, id)?.filter(|row| row.state == "dead");
        let row = found.ok_or(Failure::NotFound("delivery"))?;
        Ok(rows::update(db, &row.due(0, now, None))?)
    })
}

/// Who was told what of a ticket, oldest first. The caller has made sure that the ticket may be seen.
pub(in crate::engine) fn told(db: &mut Db, settings: &Settings, id: TicketId) -> Result<Vec<ToldLine>, StoreError> {
    let told = rows::of_ticket(db, settings.community.id, id)?;
    let people: Vec<UserId> = told.iter().filter_map(|row| row.user_id).collect();
    let names = crew::names(db, settings, &people)?;
    let line = |row: DeliveryRow| ToldLine {
        name: row.user_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        template: row.template,
        medium: row.medium,
        state: row.state,
        at: row.noticed_at.0,
    };
    Ok(told.into_iter().map(line).collect())
}
