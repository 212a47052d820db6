//! What an agent's desk shows: how much there is of everything, the day's requests, and who is on the line.

use super::super::hotline::{self, Besides, Calls};
use super::super::{Engine, Failure};
use super::caller::{self, LookUp};
use super::lines::lines;
use super::{OpenWork, Sight, in_sight};
use crate::domain::actor::Staff;
use crate::domain::ids::TicketNumber;
use crate::domain::view::{CallerPage, TicketLine, Today};
use crate::domain::words::{Platform, Status};
use crate::store::lists::{self, Day, Figures};

/// What a desk counts.
#[derive(Debug, Clone, Default)]
pub struct DeskFigures {
    /// Open work.
    pub open: OpenWork,
    /// How many of the desk's requests of the local day stand where.
    pub today: Today,
}

/// What is looked at on a desk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// Who is on the line.
    pub look_up: LookUp<'a>,
    /// The day's requests.
    pub today: bool,
    /// The day's calls, and whom to ring back.
    pub calls: bool,
}

/// What the property's desk shows.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// How much there is of everything.
    pub figures: DeskFigures,
    /// Its calls.
    pub calls: Calls,
    /// The newest of the local day's requests, at most [`lists::PANEL`]; empty where they were not asked for.
    pub today: Vec<TicketLine>,
    /// Who is on the line, when somebody was looked up.
    pub caller: Option<CallerPage>,
}

/// Calls and figures in a statement or two, whoever is looked up in another, and what they said in the one that lists the day's requests.
///
/// # Errors
/// [`Failure::Forbidden`] for those who do not sit there; [`Failure::NotFound`] when there is no such call.
pub fn desk(engine: &Engine, staff: &Staff, wish: &Wish<'_>) -> Result<Desk, Failure> {
    let sight = Sight::of(engine, staff)?;
    let day = day(&sight);
    let looks_up = !wish.look_up.is_nobody();
    // The day's list comes with the caller, and that of calls with those; beside another a look-up is a statement more.
    let at_once = looks_up && !wish.today && !wish.calls;
    let besides = Besides { on_line: wish.look_up.call, with_log: wish.calls, day: Some(&day), at_once };
    let (calls, on_line, counted) = hotline::screen(engine, staff, besides)?;
    let figures = figures(&sight, staff, &counted);
    let day = Some(day).filter(|_| wish.today);
    if looks_up {
        let (caller, today) = caller::beside(engine, &sight, &wish.look_up, on_line, day.as_ref())?;
        return Ok(Desk { figures, calls, today, caller: Some(caller) });
    }
    let Some(day) = day else { return Ok(Desk { figures, calls, ..Desk::default() }) };
    let today = engine.store.read_one(|db| {
        let rows = lists::of_day(db, &sight.scope, &day)?;
        lines(db, &sight.settings, rows, sight.now)
    })?;
    Ok(Desk { figures, calls, today, caller: None })
}

fn figures(sight: &Sight, staff: &Staff, counted: &Figures) -> DeskFigures {
    let of = |wanted| counted.day.iter().find(|(status, _)| *status == wanted).map_or(0, |(_, number)| *number);
    DeskFigures {
        open: in_sight(sight, staff, &counted.open),
        today: Today {
            opened: counted.day.iter().map(|(_, number)| number).sum(),
            unassigned: of(Status::Unassigned),
            assigned: of(Status::Assigned),
            in_progress: of(Status::InProgress),
            done: of(Status::Done),
        },
    }
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

/// The local day of the property's desk; of either for whoever sits at both.
fn day(sight: &Sight) -> Day {
    let lead = (!sight.scope.committee_desk).then_some(Platform::Property);
    let calendar = &sight.settings.calendar;
    Day { lead, since: calendar.start_of_day(calendar.local_date(sight.now)) }
}
