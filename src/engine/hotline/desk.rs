//! Calls at the desk: who is ringing, what was written down in which call.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::news;
use crate::domain::actor::Actor;
use crate::domain::actor::Staff;
use crate::domain::call::Direction;
use crate::domain::ids::{CallId, CommunityId, PlaceId, ResidentId, TicketId, TicketNumber, UserId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::ticket::may_see;
use crate::domain::view::{CallBackLine, CallLine, CallTicket, CallTie, PlaceLine};
use crate::domain::words::Platform;
use crate::engine::intake::Receipt;
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Engine, Failure, Settings, change, crew, places};
use crate::store::call::{self as rows, CallBackRow, CallRow, Screens};
use crate::store::people::{self, Wanted};
use crate::store::{Db, StoreError, lists};

/// A call stays on a screen at most this long, should its end never be told.
const ON_SCREEN: TimeDelta = TimeDelta::minutes(30);
/// The most calls and tasks shown.
const MOST: i64 = 200;
/// The most people shown for one number.
const PEOPLE: i64 = 20;

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

/// The calls of the property's desk; the day's log and whom to ring back only where they are asked for.
///
/// # Errors
/// [`Failure::Forbidden`] for those who do not sit there.
pub fn calls(engine: &Engine, staff: &Staff, with_log: bool) -> Result<Calls, Failure> {
    at_desk(staff)?;
    let settings = engine.settings(staff.community)?;
    let now = engine.now();
    let today = settings.calendar.local_date(now);
    let screen = engine.store.read_one(|db| rows::screen(db, (staff.community, staff.user()), now - ON_SCREEN))?;
    // Once somebody else took it, it leaves this screen.
    let mine: Vec<CallRow> =
        screen.calls.into_iter().filter(|row| row.agent_id.is_none() || row.agent_id == staff.user()).collect();
    let counted = Calls {
        open_call_backs: usize::try_from(screen.call_backs).unwrap_or(0),
        unfiled: usize::try_from(screen.unfiled).unwrap_or(0),
        ..Calls::default()
    };
    if mine.is_empty() && !with_log {
        return Ok(counted);
    }
    engine.store.read(|db| {
        let of_day = if with_log { rows::of_day(db, staff.community, today, MOST)? } else { Vec::new() };
        let backs = if with_log { rows::open_call_backs(db, staff.community, MOST)? } else { Vec::new() };
        let at = (&*settings, staff, now);
        Ok(Calls {
            mine: lines(engine, db, at, mine)?,
            today: lines(engine, db, at, of_day)?,
            call_backs: call_backs(engine, db, at, backs)?,
            ..counted
        })
    })
}

pub(super) fn at_desk(staff: &Staff) -> Result<(), Failure> {
    if staff.at_desk(Platform::Property) { Ok(()) } else { Err(Failure::Forbidden) }
}

/// People to ring back with their calls.
pub(super) fn call_backs(
    engine: &Engine,
    db: &mut Db,
    at: (&Settings, &Staff, DateTime<Utc>),
    backs: Vec<(CallBackRow, CallRow)>,
) -> Result<Vec<CallBackLine>, StoreError> {
    let (tasks, their_calls): (Vec<_>, Vec<_>) = backs.into_iter().unzip();
    let line = |(task, call): (CallBackRow, CallLine)| CallBackLine {
        id: task.id,
        call,
        made_at: task.made_at.0,
        settled: task.settled_at.map(|at| (task.state, at.0)),
    };
    Ok(tasks.into_iter().zip(lines(engine, db, at, their_calls)?).map(line).collect())
}

/// Calls with their people and tickets, fetched for all of them at once.
fn lines(
    engine: &Engine,
    db: &mut Db,
    (settings, staff, now): (&Settings, &Staff, DateTime<Utc>),
    calls: Vec<CallRow>,
) -> Result<Vec<CallLine>, StoreError> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let people = people_of(db, settings, &calls)?;
    let ids: Vec<CallId> = calls.iter().map(|row| row.id).collect();
    let tickets = tied(db, (settings, staff, now), &ids)?;
    let agents: Vec<UserId> = calls.iter().filter_map(|row| row.agent_id).collect();
    let agents = crew::names(db, settings, &agents)?;
    calls
        .into_iter()
        .map(|row| {
            let known = row.caller_hash.as_ref().and_then(|hash| people.get(hash));
            Ok(CallLine {
                phone: number(engine, &row)?.map(|phone| phone.masked()),
                names: known.map(|known| known.names.clone()).unwrap_or_default(),
                place: known.and_then(|known| known.place.clone()),
                care: known.is_some_and(|known| known.care),
                result: row.ended_as()?,
                tickets: tickets.get(&row.id).cloned().unwrap_or_default(),
                agent: row.agent_id.and_then(|id| agents.get(&id).cloned()),
                id: row.id,
                serial: row.day_serial,
                outbound: row.direction == Direction::Outbound.code(),
                started_at: row.started_at.0,
                answered_at: row.answered_at.map(|t| t.0),
                ended_at: row.ended_at.map(|t| t.0),
                talk_seconds: row.talk_seconds,
            })
        })
        .collect()
}

/// The people behind one number.
#[derive(Default)]
struct Known {
    names: Vec<String>,
    place: Option<PlaceLine>,
    care: bool,
}

fn people_of(db: &mut Db, settings: &Settings, calls: &[CallRow]) -> Result<HashMap<Vec<u8>, Known>, StoreError> {
    let community = settings.community.id;
    let mut hashes: Vec<Vec<u8>> = calls.iter().filter_map(|row| row.caller_hash.clone()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let owners = people::owners(db, community, &hashes)?;
    let mut ids: Vec<ResidentId> = owners.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let limit = i64::try_from(ids.len()).unwrap_or(PEOPLE);
    let found = people::find(db, community, &Wanted::Residents(ids.clone()), limit)?;
    let homes = people::homes(db, community, &ids)?;
    let flats: Vec<PlaceId> = homes.iter().filter(|home| home.to_day.is_none()).map(|home| home.flat_id).collect();
    let paths = places::known(db, settings, &flats)?;
    let mut out: HashMap<Vec<u8>, Known> = HashMap::new();
    for (hash, id) in owners {
        let Some(person) = found.iter().find(|row| row.id == id) else { continue };
        let known = out.entry(hash).or_default();
        known.names.push(person.name.clone());
        known.care |= person.care_note.is_some();
        let home = homes.iter().find(|home| home.resident_id == id && home.to_day.is_none());
        if known.place.is_none()
            && let Some(path) = home.and_then(|home| paths.get(&home.flat_id))
        {
            known.place = Some(PlaceLine { path: Some(path.clone()), text: None });
        }
    }
    Ok(out)
}

/// The tickets of these calls that the desk may see.
fn tied(
    db: &mut Db,
    (settings, staff, now): (&Settings, &Staff, DateTime<Utc>),
    calls: &[CallId],
) -> Result<HashMap<CallId, Vec<CallTicket>>, StoreError> {
    let ties = rows::ties(db, staff.community, calls)?;
    let mut ids: Vec<TicketId> = ties.iter().map(|(_, ticket, _)| *ticket).collect();
    ids.sort_unstable();
    ids.dedup();
    let scope = Scope::of(staff, settings.committee_open(now));
    let numbers: HashMap<TicketId, TicketNumber> = lists::numbers(db, &scope, &ids)?.into_iter().collect();
    let mut out: HashMap<CallId, Vec<CallTicket>> = HashMap::new();
    for (call, id, role) in ties {
        let tie =
            CallTie::from_code(&role).ok_or_else(|| StoreError::impossible("call_ticket", "role", call, &role))?;
        if let Some(number) = numbers.get(&id) {
            out.entry(call).or_default().push(CallTicket { tie, id, number: *number });
        }
    }
    Ok(out)
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
