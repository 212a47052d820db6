//! Calls at the desk: who is ringing, what was written down in which call.

use chrono::{DateTime, TimeDelta, Utc};

use super::news;
use crate::domain::actor::Actor;
use crate::domain::actor::Staff;
use crate::domain::call::Direction;
use crate::domain::ids::{CallId, CommunityId, PlaceId, TicketId, UserId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::ticket::may_see;
use crate::domain::view::{CallBackLine, CallLine, CallTicket, CallTie, PlaceLine};
use crate::domain::words::Platform;
use crate::engine::intake::Receipt;
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Engine, Failure, Settings, change, crew, places};
use crate::store::call::{self as rows, CallBackRow, CallRow, Heard, Screen, Screens};
use crate::store::lists::{Day, Figures};
use crate::store::people::Person;
use crate::store::{Db, StoreError};

/// A call stays on a screen at most this long, should its end never be told.
const ON_SCREEN: TimeDelta = TimeDelta::minutes(30);

/// The desk's calls, read at one moment.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    /// On this agent's screen: ringing, or taken and not yet put away.
    pub mine: Vec<CallLine>,
    /// The day's, newest first.
    pub today: Vec<CallLine>,
    /// People to ring back, oldest first.
    pub call_backs: Vec<CallBackLine>,
    /// How many of them there are.
    pub open_call_backs: usize,
    /// How many messages opened no ticket, whoever minds them.
    pub unfiled: usize,
}

/// What else is read with the desk's calls.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::engine) struct Besides<'a> {
    /// The call whose caller is written down.
    pub(in crate::engine) on_line: Option<CallId>,
    /// The day's log, and whom to ring back.
    pub(in crate::engine) with_log: bool,
    /// The desk's day, where its figures are asked for.
    pub(in crate::engine) day: Option<&'a Day>,
    /// In one statement whatever rings: the page has no other to spare. Else it is counted first, for mostly nothing does.
    pub(in crate::engine) at_once: bool,
}

/// Who speaks in a call.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct OnLine {
    /// The number, unless it is withheld.
    pub(in crate::engine) phone: Option<Phone>,
    /// Those it belongs to, by name.
    pub(in crate::engine) people: Vec<Person>,
}

/// The calls of the property's desk; the day's log and whom to ring back only where they are asked for.
///
/// # Errors
/// [`Failure::Forbidden`] for those who do not sit there.
pub fn calls(engine: &Engine, staff: &Staff, with_log: bool) -> Result<Calls, Failure> {
    let (calls, ..) = screen(engine, staff, Besides { with_log, ..Besides::default() })?;
    Ok(calls)
}

/// The same with who is on the line, and the desk's figures.
///
/// # Errors
/// As [`calls`]; [`Failure::NotFound`] when there is no such call on the line.
pub(in crate::engine) fn screen(
    engine: &Engine,
    staff: &Staff,
    besides: Besides<'_>,
) -> Result<(Calls, Option<OnLine>, Figures), Failure> {
    at_desk(staff)?;
    let settings = engine.settings(staff.community)?;
    let now = engine.now();
    let asked = rows::Asked {
        scope: &Scope::of(staff, settings.committee_open(now)),
        user: staff.user(),
        since: now - ON_SCREEN,
        on_line: besides.on_line,
        log_of: besides.with_log.then(|| settings.calendar.local_date(now)),
        figures: besides.day.map(|day| (now, day)),
    };
    let found = engine.store.read_one(|db| {
        let mut screen = match besides.at_once {
            true => rows::screen(db, &asked)?,
            false => match rows::counted(db, &asked)? {
                (counted, 0) if asked.on_line.is_none() && asked.log_of.is_none() => {
                    Screen { counted, ..Screen::default() }
                }
                (counted, _) => Screen { counted, ..rows::screen(db, &rows::Asked { figures: None, ..asked })? },
            },
        };
        // Once somebody else took it, it leaves this screen.
        screen.mine.retain(|heard| heard.row.agent_id.is_none() || heard.row.agent_id == staff.user());
        let on_line = match screen.on_line {
            Some(heard) => Some(OnLine { phone: number(engine, &heard.row)?, people: heard.people }),
            None => None,
        };
        let (tasks, theirs): (Vec<_>, Vec<_>) = screen.call_backs.into_iter().unzip();
        let calls = Calls {
            mine: lines(engine, db, &settings, screen.mine)?,
            today: lines(engine, db, &settings, screen.today)?,
            call_backs: tasks.into_iter().zip(lines(engine, db, &settings, theirs)?).map(call_back).collect(),
            open_call_backs: usize::try_from(screen.counted.call_backs).unwrap_or(0),
            unfiled: usize::try_from(screen.counted.unfiled).unwrap_or(0),
        };
        Ok((calls, on_line, screen.counted.figures))
    })?;
    match (besides.on_line, &found) {
        (Some(_), (_, None, _)) => Err(Failure::NotFound("call")),
        _ => Ok(found),
    }
}

pub(super) fn at_desk(staff: &Staff) -> Result<(), Failure> {
    if staff.at_desk(Platform::Property) { Ok(()) } else { Err(Failure::Forbidden) }
}

/// The line of somebody who was to be rung back, whatever came of it.
pub(super) fn call_back_line(
    engine: &Engine,
    db: &mut Db,
    (settings, staff, now): (&Settings, &Staff, DateTime<Utc>),
    task: CallBackRow,
) -> Result<CallBackLine, StoreError> {
    let scope = &Scope::of(staff, settings.committee_open(now));
    let on_line = Some(task.call_id);
    let asked = rows::Asked { scope, user: None, since: now, on_line, log_of: None, figures: None };
    let heard = rows::screen(db, &asked)?.on_line.ok_or(StoreError::Missing)?;
    let line = lines(engine, db, settings, vec![heard])?.pop().ok_or(StoreError::Missing)?;
    Ok(call_back((task, line)))
}

/// Someone to ring back, with the call.
fn call_back((task, call): (CallBackRow, CallLine)) -> CallBackLine {
    CallBackLine { id: task.id, call, made_at: task.made_at.0, settled: task.settled_at.map(|at| (task.state, at.0)) }
}

/// Calls with the names of those in them. Places and colleagues are kept with the settings.
fn lines(engine: &Engine, db: &mut Db, settings: &Settings, calls: Vec<Heard>) -> Result<Vec<CallLine>, StoreError> {
    let homes = calls.iter().flat_map(|heard| &heard.people).flat_map(|person| person.homes.first());
    let flats: Vec<PlaceId> = homes.map(|home| home.flat_id).collect();
    let paths = places::known(db, settings, &flats)?;
    let agents: Vec<UserId> = calls.iter().filter_map(|heard| heard.row.agent_id).collect();
    let agents = crew::names(db, settings, &agents)?;
    let line = |Heard { row, people, tickets }: Heard| {
        let flat = people.iter().find_map(|person| person.homes.first()).map(|home| home.flat_id);
        Ok(CallLine {
            phone: number(engine, &row)?.map(|phone| phone.masked()),
            place: flat
                .and_then(|flat| paths.get(&flat))
                .map(|path| PlaceLine { path: Some(path.clone()), text: None }),
            care: people.iter().any(|person| person.row.care_note.is_some()),
            names: people.into_iter().map(|person| person.row.name).collect(),
            result: row.ended_as()?,
            tickets: tickets.iter().map(|tied| ticket(&row, tied)).collect::<Result<_, _>>()?,
            agent: row.agent_id.and_then(|id| agents.get(&id).cloned()),
            id: row.id,
            serial: row.day_serial,
            outbound: row.direction == Direction::Outbound.code(),
            started_at: row.started_at.0,
            answered_at: row.answered_at.map(|t| t.0),
            ended_at: row.ended_at.map(|t| t.0),
            talk_seconds: row.talk_seconds,
        })
    };
    calls.into_iter().map(line).collect()
}

/// A ticket of a call.
fn ticket(row: &CallRow, (id, number, role): &(TicketId, String, String)) -> Result<CallTicket, StoreError> {
    let wrong = |column, cause: &str| StoreError::impossible("call_ticket", column, row.id, cause);
    Ok(CallTicket {
        tie: CallTie::from_code(role).ok_or_else(|| wrong("role", role))?,
        id: *id,
        number: number.parse().map_err(|_| wrong("ticket_id", number))?,
    })
}

/// The caller's number in full.
fn number(engine: &Engine, row: &CallRow) -> Result<Option<Phone>, StoreError> {
    let Some(sealed) = &row.caller_sealed else { return Ok(None) };
    let plain = engine.keys.open("call.caller", row.id.0, sealed)?;
    let wrong = |cause: &dyn std::fmt::Debug| {
        StoreError::impossible("call", "caller_sealed", row.id, format_args!("{cause:?}"))
    };
    let digits = String::from_utf8(plain).map_err(|e| wrong(&e))?;
    Phone::parse(&digits).map(Some).map_err(|e| wrong(&e))
}

/// The caller's number of a call of this community; `None` when it was withheld.
pub(in crate::engine) fn caller_number(
    engine: &Engine,
    db: &mut Db,
    community: CommunityId,
    id: CallId,
) -> Result<Option<Phone>, Failure> {
    let row = rows::find(db, community, id)?.ok_or(Failure::NotFound("call"))?;
    Ok(number(engine, &row)?)
}

/// Ties a ticket to the call it was opened in, takes the call off the agent's screen, and settles a call-back it answers.
pub(in crate::engine) fn settle_for(
    engine: &Engine,
    db: &mut Db,
    (staff, call, ticket): (&Staff, CallId, TicketId),
    tie: CallTie,
) -> Result<(), StoreError> {
    let (key, now) = ((staff.community, call), engine.now());
    rows::tie(db, key, ticket, tie.code())?;
    if tie == CallTie::Opened {
        rows::close_pops(db, key, staff.user().map_or(Screens::All, Screens::Of), now)?;
        rows::settle_call_back(db, key, ("done", staff.user()), now)?;
    }
    rows::tell(db, &[news(engine, key, (None, "changed"))])
}

/// Takes a call off the agent's own screen.
///
/// # Errors
/// [`Failure::Forbidden`] for those who do not sit at the property's desk.
pub fn put_away(engine: &Engine, staff: &Staff, call: CallId) -> Result<(), Failure> {
    at_desk(staff)?;
    let Some(user) = staff.user() else { return Err(Failure::Forbidden) };
    let now = engine.now();
    Ok(engine.store.write(|db| {
        rows::close_pops(db, (staff.community, call), Screens::Of(user), now)?;
        match rows::find(db, staff.community, call)? {
            Some(_) => rows::tell(db, &[news(engine, (staff.community, call), (Some(user), "changed"))]),
            None => Ok(()),
        }
    })?)
}

/// The caller asks for a ticket to be hurried: the nudge and its tie to the call, in one transaction.
///
/// # Errors
/// As [`tickets::act`]; [`Failure::NotFound`] when there is no such call.
pub fn nudge(engine: &Engine, staff: &Staff, call: CallId, ticket: TicketId) -> Result<Receipt, Failure> {
    at_desk(staff)?;
    let seen = Seen { id: ticket, version: None };
    let ask = Ask::Nudge { reporter: None, words: None };
    let (its_engine, agent) = (engine.clone(), staff.clone());
    tickets::act_beside(engine, staff, seen, &ask, move |db| {
        rows::find(db, agent.community, call)?.ok_or(Failure::NotFound("call"))?;
        Ok(settle_for(&its_engine, db, (&agent, call, ticket), CallTie::Nudged)?)
    })
}

/// The caller asks how a ticket stands: only written down.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such call, or no such ticket in sight.
pub fn ask_about(engine: &Engine, staff: &Staff, call: CallId, ticket: TicketId) -> Result<(), Failure> {
    at_desk(staff)?;
    let settings = engine.settings(staff.community)?;
    let actor = Actor::Staff(staff.clone());
    engine.store.write(|db| {
        let loaded = change::load(db, &settings, ticket, engine.now())?.ok_or(Failure::NotFound("ticket"))?;
        if !may_see(&loaded.ticket, &actor) {
            return Err(Failure::NotFound("ticket"));
        }
        rows::find(db, staff.community, call)?.ok_or(Failure::NotFound("call"))?;
        Ok(settle_for(engine, db, (staff, call, ticket), CallTie::Asked)?)
    })
}
