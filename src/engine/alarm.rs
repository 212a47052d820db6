//! Emergencies ring in the pages of those who must go, their heads and the desk, until one of them says it was heard.

use super::change::{self, By};
use super::sign_in::Session;
use super::{Engine, Failure, look, places};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{AlarmId, TicketId, TicketNumber};
use crate::domain::ticket::{self as rules, Event, Ticket};
use crate::domain::view::{AlarmLine, PlaceLine};
use crate::store::alarm::{self as rows, AlarmRow};
use crate::store::ticket::{Around, TicketRow};

/// The most alarms a page shows.
const SHOWN: usize = 20;

/// The alarms that ring for whoever's session it is, oldest first, as they rang when it was looked up.
///
/// # Errors
/// A database failure, of settings and of places that are not kept yet; a row that cannot be.
pub fn ringing(engine: &Engine, session: &Session) -> Result<Vec<AlarmLine>, Failure> {
    let Some(staff) = session.staff.as_ref().filter(|_| !session.ringing.is_empty()) else { return Ok(Vec::new()) };
    let settings = engine.settings(staff.community)?;
    let rules = settings.rules(engine.now());
    let mut found = Vec::new();
    for (alarm, row) in &session.ringing {
        let ticket = row.ticket(Around { rules, ..Around::default() })?;
        if hears(&ticket, staff, session.on_duty) {
            found.push((alarm, row, ticket.number));
        }
    }
    found.truncate(SHOWN);
    let about: Vec<_> = found.iter().filter_map(|(_, row, _)| row.about_place_id).collect();
    let paths = engine.store.read_one(|db| places::known(db, &settings, &about))?;
    let line = |(alarm, row, number): (&AlarmRow, &TicketRow, TicketNumber)| AlarmLine {
        id: alarm.id,
        ticket: row.id,
        number,
        place: PlaceLine {
            path: row.about_place_id.and_then(|id| paths.get(&id).cloned()),
            text: row.place_text.clone(),
        },
        category: row.category.as_deref().map(|code| look::category_name(&settings, code)),
        raised_at: alarm.raised_at.0,
    };
    Ok(found.into_iter().map(line).collect())
}

/// Those of the queue on duty, its heads, and the desk of the platform that must act, if they may see it.
fn hears(ticket: &Ticket, staff: &Staff, on_duty: bool) -> bool {
    let of_queue = ticket.queue().is_some_and(|queue| staff.heads(queue) || (on_duty && staff.works_in(queue)));
    let mine = staff.user().is_some() && staff.user() == ticket.worker();
    (of_queue || mine || staff.at_desk(ticket.holder)) && rules::may_see(ticket, &Actor::Staff(staff.clone()))
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
