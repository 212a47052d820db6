//! Emergencies ring in the pages of those who must go, their heads and the desk, until one of them says it was heard.

use super::change::{self, By};
use super::{Engine, Failure, look, places};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{AlarmId, TicketId};
use crate::domain::ticket::{self as rules, Event, Ticket};
use crate::domain::view::AlarmLine;
use crate::store::alarm as rows;

/// The alarms that ring for this person. `on_duty`: in any seat.
///
/// # Errors
/// A database failure.
pub fn ringing(engine: &Engine, staff: &Staff, on_duty: bool) -> Result<Vec<AlarmLine>, Failure> {
    let community = staff.community;
    // Nearly always none: nothing more is asked then.
    if engine.store.read(|db| rows::ringing(db, community))?.is_empty() {
        return Ok(Vec::new());
    }
    let settings = engine.settings(community)?;
    let now = engine.now();
    let actor = Actor::Staff(staff.clone());
    engine.store.read(|db| {
        let mut lines = Vec::new();
        for row in rows::ringing(db, community)? {
            let Some(loaded) = change::load(db, &settings, row.ticket_id, now)? else { continue };
            if rules::may_see(&loaded.ticket, &actor) && hears(&loaded.ticket, staff, on_duty) {
                lines.push(AlarmLine {
                    id: row.id,
                    ticket: row.ticket_id,
                    number: loaded.ticket.number,
                    place: places::line(db, &loaded.row)?,
                    category: loaded.row.category.as_deref().map(|code| look::category_name(&settings, code)),
                    raised_at: row.raised_at.0,
                });
            }
        }
        Ok(lines)
    })
}

/// Those of the queue on duty, its heads, and the desk of the platform that must act.
fn hears(ticket: &Ticket, staff: &Staff, on_duty: bool) -> bool {
    let of_queue = ticket.queue().is_some_and(|queue| staff.heads(queue) || (on_duty && staff.works_in(queue)));
    let mine = staff.user().is_some() && staff.user() == ticket.worker();
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
