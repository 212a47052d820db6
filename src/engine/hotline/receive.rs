//! One event of a switchboard, folded into its call.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::{Source, news};
use crate::domain::call::{CALL_BACK_AFTER, Call, Said};
use crate::domain::ids::{CallId, CommunityId, UserId};
use crate::domain::phone::Phone;
use crate::engine::{Engine, Failure, Settings};
use crate::fail_point::{self, FailPoint};
use crate::store::call::{self as rows, CallRow, PopRow, Screens};
use crate::store::message::{self, Claimed};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError, dialect, hotline};

/// Tries before a call that others keep folding is given up; each lost race means that another event was taken.
const TRIES: usize = 5;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Folded in.
    New,
    /// It was here before.
    Repeat,
}

/// Folds an event into its call, once per `webhook_id` and source.
///
/// # Errors
/// [`Failure::Store`].
pub fn receive(engine: &Engine, source: &Source, webhook_id: &str, said: &Said) -> Result<Taken, Failure> {
    let settings = engine.settings(source.community)?;
    let event = Arc::new((source.clone(), webhook_id.to_owned(), said.clone()));
    let (mut tries, mut number) = (0, None);
    loop {
        tries += 1;
        let (its_engine, its_settings, event) = (engine.clone(), Arc::clone(&settings), Arc::clone(&event));
        let folded = engine.store.write_together(move |db| {
            let (source, webhook_id, said) = &*event;
            take(&its_engine, db, &its_settings, (source, webhook_id, said), number)
        });
        match folded {
            Err(Untaken::Unnumbered) => {
                let day = day_of(&settings, said);
                number = Some(engine.call_numbers.serial(&engine.store, source.community, day, engine.now())?);
            }
            // Another event of the same call, or another call of the day, was written at this very moment.
            Err(Untaken::Store(StoreError::Unique { table, .. })) if table == "call" && tries < TRIES => {}
            Err(Untaken::Store(error)) => return Err(error.into()),
            Ok(taken) => {
                fail_point::at(FailPoint::EventCommitted);
                return Ok(taken);
            }
        }
    }
}

/// Why an event was not taken; nothing is written then.
enum Untaken {
    /// It is a new call's first one, and the call has no number of the day yet.
    Unnumbered,
    Store(StoreError),
}

impl From<StoreError> for Untaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn take(
    engine: &Engine,
    db: &mut Db,
    settings: &Settings,
    (source, webhook_id, said): (&Source, &str, &Said),
    number: Option<i32>,
) -> Result<Taken, Untaken> {
    let now = engine.now();
    let claim_source = format!("hotline:{}", source.id);
    let key = Sha256::digest(webhook_id.as_bytes());
    match message::claim(db, source.community, (&claim_source, &key), now)? {
        Claimed::Before(_) => return Ok(Taken::Repeat),
        Claimed::First => {}
    }
    fail_point::at(FailPoint::EventClaimed);
    let vendor = (source.id, said.call_id.as_str());
    let before = rows::of_vendor(db, source.community, vendor)?;
    let known = before.as_ref().map(CallRow::call).transpose()?;
    let mut row = match &before {
        Some(row) => row.clone(),
        None => {
            let serial = match number {
                Some(number) => number,
                None if dialect::calls_have_blocks(db) => return Err(Untaken::Unnumbered),
                None => rows::last_serial(db, source.community, day_of(settings, said))? + 1,
            };
            fresh((engine, now), settings, (source, said), serial)
        }
    };
    let call = fold(engine, (&mut row, known.as_ref()), said)?;
    if row.answered_at.is_some() && row.extension.is_some() {
        // A telephone shared by several on duty does not say who took it.
        let seats = hotline::seats(db, row.community_id, row.extension.as_deref())?;
        row.agent_id = if let [one] = seats[..] { Some(one) } else { None };
    }
    match &before {
        Some(_) => rows::update(db, &row)?,
        None => rows::insert(db, &row)?,
    }
    after(engine, db, (known.as_ref(), &call, said), &row)?;
    fail_point::at(FailPoint::CallFolded);
    Ok(Taken::New)
}

/// When the call began, as far as this event knows.
fn began(said: &Said) -> DateTime<Utc> {
    said.moments.started_at.or(said.moments.ringing_at).unwrap_or(said.at)
}

pub(in crate::engine) fn day_of(settings: &Settings, said: &Said) -> NaiveDate {
    settings.calendar.local_date(began(said))
}

/// A call not heard of before, with its number of the day.
pub(in crate::engine) fn fresh(
    (engine, now): (&Engine, DateTime<Utc>),
    settings: &Settings,
    (source, said): (&Source, &Said),
    serial: i32,
) -> CallRow {
    CallRow {
        community_id: source.community,
        id: engine.chance.id(now),
        source_id: Some(source.id),
        vendor_call_id: Some(said.call_id.clone()),
        direction: said.direction.code().to_owned(),
        caller_sealed: None,
        caller_hash: None,
        last_four_hash: None,
        agent_id: None,
        extension: None,
        day: day_of(settings, said),
        day_serial: Some(serial),
        started_at: Time::from(began(said)),
        queued_at: None,
        ringing_at: None,
        answered_at: None,
        ended_at: None,
        talk_seconds: None,
        result: None,
        recording: None,
        extension_told_at: None,
        said_result: None,
        call_back_due_at: None,
    }
}

/// Takes an event into the call's row; who took the call is the register's to say.
pub(in crate::engine) fn fold(
    engine: &Engine,
    (row, known): (&mut CallRow, Option<&Call>),
    said: &Said,
) -> Result<Call, StoreError> {
    let mut call = known.cloned().unwrap_or_else(|| Call::new(said.direction));
    call.fold(said);
    row.set_call(&call);
    if row.caller_hash.is_none()
        && call.direction == said.direction
        && let Ok(phone) = Phone::parse(&said.number)
    {
        let seal = engine.keys.seal("call.caller", row.id.0, phone.as_str().as_bytes(), engine.chance.bytes());
        row.caller_sealed = Some(seal);
        row.caller_hash = Some(engine.keys.blind("phone", phone.as_str()).to_vec());
        row.last_four_hash = Some(engine.keys.blind("phone.last_four", phone.last_four()).to_vec());
    }
    if let Some(recording) = &said.recording {
        let json = serde_json::to_value(recording).map_err(|e| StoreError::Statement(e.to_string()))?;
        row.recording = Some(Json(json));
    }
    Ok(call)
}

/// Screens, the request to ring back, and the news for open pages.
fn after(
    engine: &Engine,
    db: &mut Db,
    (known, call, said): (Option<&Call>, &Call, &Said),
    row: &CallRow,
) -> Result<(), StoreError> {
    let (key, now) = ((row.community_id, row.id), engine.now());
    let mut told = Vec::new();
    if call.pops(known, said, now) {
        let mut agents = hotline::ringing_at(db, row.community_id, row.extension.as_deref())?;
        if known.is_some() {
            let had = rows::on_screens(db, key)?;
            agents.retain(|agent| !had.contains(agent));
        }
        let pop = |user_id: &UserId| PopRow {
            community_id: key.0,
            call_id: key.1,
            user_id: *user_id,
            at: Time(now),
            closed_at: None,
        };
        rows::pop(db, &agents.iter().map(pop).collect::<Vec<_>>())?;
        told.extend(agents.into_iter().map(|agent| news(engine, key, (Some(agent), "ringing"))));
    }
    // Whoever took it keeps the card until they wrote it down; on the other screens it is over.
    match (row.answered_at, row.ended_at, row.agent_id) {
        (Some(_), _, Some(agent)) => rows::close_pops(db, key, Screens::AllBut(agent), now)?,
        (_, Some(_), _) => rows::close_pops(db, key, Screens::All, now)?,
        _ => {}
    }
    call_back(db, (known, call), key, now)?;
    told.push(news(engine, key, (None, "changed")));
    rows::tell(db, &told)
}

/// Nobody took it: someone is asked to ring back, a little later. A late answer takes that back.
fn call_back(
    db: &mut Db,
    (known, call): (Option<&Call>, &Call),
    key: (CommunityId, CallId),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match (known.is_some_and(Call::wants_call_back), call.wants_call_back()) {
        (false, true) => rows::set_call_back_due(db, key, Some(now + CALL_BACK_AFTER)),
        (true, false) => {
            rows::set_call_back_due(db, key, None)?;
            rows::settle_call_back(db, key, ("cancelled", None), now)?;
            Ok(())
        }
        (true, true) | (false, false) => Ok(()),
    }
}
