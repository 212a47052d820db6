//! What an agent's desk shows: how much there is of everything, the day's requests, and who is on the line.

use super::super::{Engine, Failure};
use super::caller::{self, LookUp};
use super::lines::lines;
use super::{Sight, opened, triaged};
use crate::domain::actor::Staff;
use crate::domain::ids::TicketNumber;
use crate::domain::view::{CallerPage, QueueCount, TicketLine, Today};
use crate::domain::words::{Platform, Status};
use crate::store::lists::{self, Day};

/// What a desk counts.
#[derive(Debug, Clone, Default)]
pub struct DeskFigures {
    /// Open tickets of each queue the actor may open.
    pub queues: Vec<QueueCount>,
    /// How many requests wait for a person to route them.
    pub triage: usize,
    /// How many of the desk's requests of the local day stand where.
    pub today: Today,
}

/// How much there is, in one statement.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk.
pub fn desk_figures(engine: &Engine, staff: &Staff) -> Result<DeskFigures, Failure> {
    let sight = Sight::of(engine, staff)?;
    let (holder, day) = (triaged(&sight)?, day(&sight)?);
    let (found, by_status) = engine.store.read_one(|db| lists::with_day(db, &sight.scope, sight.now, &day))?;
    let waiting = found.unrouted.iter().filter(|(platform, _)| holder.is_none_or(|holder| holder == *platform));
    let waiting: i64 = waiting.map(|(_, number)| number).sum();
    let of = |wanted| by_status.iter().find(|(status, _)| *status == wanted).map_or(0, |(_, number)| *number);
    Ok(DeskFigures {
        queues: opened(&sight, staff, &found.queues),
        triage: usize::try_from(waiting).unwrap_or(0),
        today: Today {
            opened: by_status.iter().map(|(_, number)| number).sum(),
            unassigned: of(Status::Unassigned),
            assigned: of(Status::Assigned),
            in_progress: of(Status::InProgress),
            done: of(Status::Done),
        },
    })
}

/// What a desk lists.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// The newest of the local day's requests, at most [`lists::PANEL`]; empty where they were not asked for.
    pub today: Vec<TicketLine>,
    /// Who is on the line, when somebody was looked up.
    pub caller: Option<CallerPage>,
}

/// The day's requests, if asked for, and whoever is looked up.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk, or look up a call that is not theirs; [`Failure::NotFound`] when there is
/// no such call.
pub fn desk(engine: &Engine, staff: &Staff, look_up: &LookUp<'_>, with_today: bool) -> Result<Desk, Failure> {
    let sight = Sight::of(engine, staff)?;
    let day = if with_today { Some(day(&sight)?) } else { None };
    if !look_up.is_nobody() {
        let (caller, today) = caller::beside(engine, staff, &sight, look_up, day.as_ref())?;
        return Ok(Desk { today, caller: Some(caller) });
    }
    let Some(day) = day else { return Ok(Desk::default()) };
    let today = engine.store.read_one(|db| {
        let rows = lists::of_day(db, &sight.scope, &day)?;
        lines(db, &sight.settings, rows, sight.now)
    })?;
    Ok(Desk { today, caller: None })
}

/// The line of a request the actor saved; nothing where it went out of their sight, and for a number nobody has.
///
/// # Errors
/// A database that is away.
pub fn saved(engine: &Engine, staff: &Staff, number: TicketNumber) -> Result<Option<TicketLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let line = engine.store.read_one(|db| {
        let row = lists::numbered(db, &sight.scope, number)?;
        lines(db, &sight.settings, row.into_iter().collect(), sight.now)
    });
    Ok(line?.pop())
}

/// The local day of the desk the actor sits at.
fn day(sight: &Sight) -> Result<Day, Failure> {
    let lead = match (sight.scope.property_desk, sight.scope.committee_desk) {
        (true, true) => None,
        (true, false) => Some(Platform::Property),
        (false, true) => Some(Platform::Committee),
        (false, false) => return Err(Failure::Forbidden),
    };
    let calendar = &sight.settings.calendar;
    Ok(Day { lead, since: calendar.start_of_day(calendar.local_date(sight.now)) })
}
