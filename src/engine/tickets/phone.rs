//! A reporter's number in full, for whoever works on the ticket; each look is written down.

use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{ReporterId, TicketId};
use crate::domain::ticket::{self, Event};
use crate::engine::change::{self, By};
use crate::engine::{Engine, Failure, look};

/// Shows a reporter's whole telephone number, and writes down who looked.
///
/// # Errors
/// As [`super::act`]; [`Failure::NotFound`] when there is no number.
pub fn show_phone(engine: &Engine, staff: &Staff, id: TicketId, reporter: ReporterId) -> Result<String, Failure> {
    let settings = engine.settings(staff.community)?;
    let actor = Actor::Staff(staff.clone());
    let by = By { settings: &settings, actor: &actor, now: engine.now() };
    engine.store.write(|db| {
        let before = change::load(db, &settings, id, by.now)?.ok_or(Failure::NotFound("ticket"))?;
        if !ticket::may_see(&before.ticket, &actor) {
            return Err(Failure::NotFound("ticket"));
        }
        let row = before.beside.reporters.iter().find(|row| row.id == reporter).ok_or(Failure::NotFound("reporter"))?;
        let phone = look::phone_of(engine, db, row)?.ok_or(Failure::NotFound("phone"))?;
        change::note_beside(engine, db, by, (&before, Event::PhoneShown { reporter }))?;
        Ok(phone)
    })
}
