//! Emergencies ring in the pages of those who must go, their heads and the desk, until one of them says it was heard.

use super::change::{self, By};
use super::{Engine, Failure, look, places};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{AlarmId, TicketId};
use crate::domain::scope::Scope;
use crate::domain::ticket::{self as rules, Event};
use crate::domain::view::{AlarmLine, PlaceLine};
use crate::store::alarm as rows;
use crate::store::ticket::TicketRow;

/// The alarms that ring for this person, oldest first. `on_duty`: in any seat.
///
/// # Errors
/// A database failure.
pub fn ringing(engine: &Engine, staff: &Staff, on_duty: bool) -> Result<Vec<AlarmLine>, Failure> {
    let settings = engine.settings(staff.community)?;
    let scope = Scope::of(staff, settings.committee_open(engine.now()));
    let mut found = engine.store.read(|db| rows::ringing(db, &scope))?;
    found.retain(|(_, ticket)| hears(ticket, staff, on_duty));
    let about: Vec<_> = found.iter().filter_map(|(_, ticket)| ticket.about_place_id).collect();
    let paths = engine.store.read_one(|db| places::known(db, &settings, &about))?;
    found
        .into_iter()
        .map(|(row, ticket)| {
            let path = ticket.about_place_id.and_then(|id| paths.get(&id).cloned());
            Ok(AlarmLine {
                id: row.id,
                ticket: ticket.id,
                number: ticket.ticket_number()?,
                place: PlaceLine { path, text: ticket.place_text },
                category: ticket.category.as_deref().map(|code| look::category_name(&settings, code)),
                raised_at: row.raised_at.0,
            })
        })
        .collect()
}

/// Those of the queue on duty, its heads, and the desk of the platform that must act.
fn hears(ticket: &TicketRow, staff: &Staff, on_duty: bool) -> bool {
    let of_queue = ticket.queue.is_some_and(|queue| staff.heads(queue) || (on_duty && staff.works_in(queue)));
    let mine = staff.user().is_some() && staff.user() == ticket.worker_id;
    of_queue || mine || staff.at_desk(ticket.holder)
}

/// Says by name that an alarm was heard. Whoever comes second is told nothing: it is quiet already. Returns the ticket.
///
/// # Errors
/// [`Failure::NotFound`] for an alarm of a ticket the actor may not see; [`Failure::Forbidden`] for a program.
pub fn acknowledge(engine: &Engine, staff: &Staff, id: AlarmId) -> Result<TicketId, Failure> {
    let settings = engine.settings(staff.community)?;
    let user = staff.user().ok_or(Failure::Forbidden)?;
    let actor = Actor::Staff(staff.clone());
    let by = By { settings: &settings, actor: &actor, now: engine.now() };
    engine.store.write(|db| {
        let row = rows::find(db, staff.community, id)?.ok_or(Failure::NotFound("alarm"))?;
        let before = change::load(db, &settings, row.ticket_id, by.now)?.ok_or(Failure::NotFound("alarm"))?;
        if !rules::may_see(&before.ticket, &actor) {
            return Err(Failure::NotFound("alarm"));
        }
        if rows::acknowledge(db, &row, user, by.now)? {
            change::note_beside(engine, db, by, (&before, Event::AlarmHeard))?;
        }
        Ok(row.ticket_id)
    })
}
