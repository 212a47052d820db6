//! What the service does by itself when time passes: warn, say that something is late, climb, reopen what was deferred.
//!
//! Each sweep takes what is due, longest due first, one short transaction a ticket: lock, load, decide, mark, history and
//! outbox, commit. A sweep that stops half-way has told what it told; run again it goes on where it stopped, in any process.
//! A ticket somebody is changing at this moment is left for the next round.

use chrono::{DateTime, Utc};

use super::change::{self, By, Loaded};
use super::tickets::{self, Ask, Seen};
use super::{Engine, Failure, Worked, clocks};
use crate::domain::actor::Actor;
use crate::domain::climb::{self, Reached, Running};
use crate::domain::ticket::Event;
use crate::store::escalation::ClockRow;
use crate::store::sweep::{self as rows, DueTicket, Mark};
use crate::store::types::Time;
use crate::store::{Db, StoreError};

/// Rows looked at in one go: at two milliseconds a ticket, a round is over in a tenth of a second.
const BATCH: usize = 50;

/// Clocks about to run out, run out, and still not stopped: warns, then climbs. One sweep for all steps, so that after a
/// stand-still the highest alone is told.
///
/// # Errors
/// When the database is away; or, after the rest of the round is done, the first ticket that could not be read.
pub fn clocks(engine: &Engine) -> Result<Worked, Failure> {
    climb_all(engine, rows::CLOCKS_DUE, tell_clocks)
}

/// Holds whose review time came.
///
/// # Errors
/// As for [`clocks`].
pub fn hold_reviews(engine: &Engine) -> Result<Worked, Failure> {
    climb_all(engine, rows::HOLDS_DUE, tell_hold)
}

/// Offers that were not answered in time.
///
/// # Errors
/// As for [`clocks`].
pub fn offers(engine: &Engine) -> Result<Worked, Failure> {
    climb_all(engine, rows::OFFERS_DUE, tell_offer)
}

/// Deferred tickets whose review day began, by the local date of their community: reopened, whatever their age.
///
/// # Errors
/// As for [`clocks`].
pub fn deferred_reviews(engine: &Engine) -> Result<Worked, Failure> {
    let now = engine.now();
    let found = engine.store.read(|db| {
        let mut found = Vec::new();
        for (community, zone) in rows::zones(db)? {
            let zone: chrono_tz::Tz =
                zone.parse().map_err(|e| StoreError::impossible("community", "time_zone", community, e))?;
            let today = now.with_timezone(&zone).date_naive();
            let left = BATCH + 1 - found.len();
            found.extend(rows::reviews_due(db, community, today, to_limit(left))?);
            if found.len() > BATCH {
                break;
            }
        }
        Ok::<_, Failure>(found)
    })?;
    round(found, |of| {
        let settings = engine.settings(of.community_id)?;
        let by = By { settings: &settings, actor: &Actor::System, now };
        let seen = Seen { id: of.ticket_id, version: None };
        let ask = Ask::Reopen { reason: String::new() };
        engine.store.write(|db| match rows::lock(db, of)? {
            true => tickets::act_in(engine, db, by, (seen, &ask)).map(|_| true),
            false => Ok(false),
        })
    })
}

/// Tells what came up of one ticket; whether there was anything.
type Tell = fn(&mut Db, By<'_>, &Loaded) -> Result<(Vec<Event>, bool), Failure>;

fn climb_all(engine: &Engine, query: &'static str, tell: Tell) -> Result<Worked, Failure> {
    let now = engine.now();
    let found = engine.store.read(|db| rows::due(db, query, now, to_limit(BATCH + 1)))?;
    round(found, |of| {
        let settings = engine.settings(of.community_id)?;
        let by = By { settings: &settings, actor: &Actor::System, now };
        engine.store.write(|db| {
            if !rows::lock(db, of)? {
                return Ok(false);
            }
            let Some(loaded) = change::load(db, &settings, of.ticket_id, now)? else { return Ok(false) };
            let (events, marked) = tell(db, by, &loaded)?;
            if !events.is_empty() {
                change::append(engine, db, by, (&loaded.ticket, events))?;
            }
            Ok(marked)
        })
    })
}

/// Does each ticket by itself. One that changed meanwhile is another round's; one that cannot be read must not keep the
/// others waiting, and is reported at the end.
fn round(mut found: Vec<DueTicket>, one: impl Fn(DueTicket) -> Result<bool, Failure>) -> Result<Worked, Failure> {
    let more = found.len() > BATCH;
    found.truncate(BATCH);
    let mut seen: Vec<DueTicket> = Vec::new();
    let (mut done, mut broken) = (0, None);
    for of in found {
        if seen.contains(&of) {
            continue;
        }
        seen.push(of);
        match one(of) {
            Ok(told) => done += usize::from(told),
            Err(Failure::Stale(_) | Failure::Refused(_) | Failure::NotFound(_)) => {}
            Err(Failure::Store(StoreError::Contended(_))) => {}
            Err(Failure::Store(away @ StoreError::Unavailable(_))) => return Err(away.into()),
            Err(failure) => broken = broken.or(Some(failure)),
        }
    }
    match broken {
        Some(failure) => Err(failure),
        // A round that got nowhere would get nowhere again at once.
        None => Ok(Worked { done, more: more && done > 0 }),
    }
}

fn to_limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// The mark after these steps.
fn after(was: Mark, reached: &Reached, now: DateTime<Utc>) -> Mark {
    let told = i16::try_from(reached.steps.end).unwrap_or(i16::MAX);
    let told_at = if reached.steps.is_empty() { was.told_at } else { Some(Time(now)) };
    Mark { told, next_at: reached.next_at.map(Time), told_at }
}

fn told(mark: Mark) -> usize {
    usize::try_from(mark.told).unwrap_or(0)
}

fn tell_clocks(db: &mut Db, by: By<'_>, loaded: &Loaded) -> Result<(Vec<Event>, bool), Failure> {
    let ticket = &loaded.ticket;
    let (mut events, mut marked) = (Vec::new(), false);
    for (row, was) in rows::clocks(db, DueTicket { community_id: ticket.community, ticket_id: ticket.id })? {
        let Some(clock) = running(&row)? else { continue };
        let ladder = climb::clock(&clock, ticket.urgency, &by.settings.calendar);
        let reached = climb::reached(&ladder, told(was), by.now);
        let mark = after(was, &reached, by.now);
        if mark != was && rows::mark_clock(db, &row, was, mark)? {
            marked = true;
            events.extend(climb::clock_events(ticket, &clock, reached.steps));
        }
    }
    Ok((events, marked))
}

/// The clock as the ladder sees it; `None` without a limit.
fn running(row: &ClockRow) -> Result<Option<Running>, StoreError> {
    let (Some(limit), Some(due), Some(warn)) = (clocks::limit_of(row)?, row.due_at, row.warn_at) else {
        return Ok(None);
    };
    Ok(Some(Running { kind: row.kind, platform: row.platform, limit, due_at: due.0, warn_at: warn.0 }))
}

fn tell_hold(db: &mut Db, by: By<'_>, loaded: &Loaded) -> Result<(Vec<Event>, bool), Failure> {
    let ticket = &loaded.ticket;
    let Some(hold) = ticket.hold else { return Ok((Vec::new(), false)) };
    let was = rows::hold_mark(db, ticket.community, hold.id)?;
    let ladder = climb::hold(hold.review_at, ticket.urgency, &by.settings.calendar);
    let reached = climb::reached(&ladder, told(was), by.now);
    let mark = after(was, &reached, by.now);
    if mark == was || !rows::mark_hold(db, (ticket.community, hold.id), was, mark)? {
        return Ok((Vec::new(), false));
    }
    Ok((climb::hold_events(&hold, reached.steps), true))
}

fn tell_offer(db: &mut Db, by: By<'_>, loaded: &Loaded) -> Result<(Vec<Event>, bool), Failure> {
    let ticket = &loaded.ticket;
    let Some(offer) = ticket.escalation.as_ref().filter(|e| e.is_offered()) else { return Ok((Vec::new(), false)) };
    let was = rows::offer_mark(db, ticket.community, offer.id)?;
    let ladder = climb::offer(offer.answer_by, ticket.urgency, &by.settings.calendar);
    let reached = climb::reached(&ladder, told(was), by.now);
    let mark = after(was, &reached, by.now);
    if mark == was || !rows::mark_offer(db, (ticket.community, offer.id), was, mark)? {
        return Ok((Vec::new(), false));
    }
    Ok((climb::offer_events(offer, reached.steps), true))
}
