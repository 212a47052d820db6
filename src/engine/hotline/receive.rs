//! One event of a switchboard, folded into its call.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Source;
use crate::domain::call::{CALL_BACK_AFTER, CallResult, Direction, Said};
use crate::domain::ids::{CallId, EventId, UserId};
use crate::domain::phone::Phone;
use crate::engine::{Engine, Failure, Settings};
use crate::store::call::{self as rows, CallRow};
use crate::store::message::{self, Claimed};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError, hotline};

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
    let mut tries = 0;
    loop {
        tries += 1;
        match engine.store.write(|db| take(engine, db, &settings, (source, webhook_id, said))) {
            // Another event of the same call, or another call of the day, was written at this very moment.
            Err(StoreError::Unique { table, .. }) if table == "call" && tries < TRIES => {}
            other => return Ok(other?),
        }
    }
}

fn take(
    engine: &Engine,
    db: &mut Db,
    settings: &Settings,
    (source, webhook_id, said): (&Source, &str, &Said),
) -> Result<Taken, StoreError> {
    let now = engine.now();
    let claim_source = format!("hotline:{}", source.id);
    let key = Sha256::digest(webhook_id.as_bytes());
    match message::claim(db, source.community, (&claim_source, &key), now)? {
        Claimed::Before(_) => return Ok(Taken::Repeat),
        Claimed::First => {}
    }
    let before = rows::of_vendor(db, source.community, (source.id, &said.call_id))?;
    let mut row = match &before {
        Some(row) => row.clone(),
        None => fresh(engine, db, settings, (source, said))?,
    };
    fold(engine, db, &mut row, said)?;
    match &before {
        Some(_) => rows::update(db, &row)?,
        None => rows::insert(db, &row)?,
    }
    after(engine, db, (before.as_ref(), &row), now)?;
    Ok(Taken::New)
}

/// A call not heard of before, with its number of the day.
fn fresh(
    engine: &Engine,
    db: &mut Db,
    settings: &Settings,
    (source, said): (&Source, &Said),
) -> Result<CallRow, StoreError> {
    let began = said.moments.started_at.or(said.moments.ringing_at).unwrap_or(said.at);
    let day = settings.calendar.local_date(began);
    Ok(CallRow {
        community_id: source.community,
        id: engine.chance.id(engine.now()),
        source_id: Some(source.id),
        vendor_call_id: Some(said.call_id.clone()),
        direction: said.direction.code().to_owned(),
        caller_sealed: None,
        caller_hash: None,
        last_four_hash: None,
        agent_id: None,
        extension: None,
        day,
        day_serial: Some(rows::last_serial(db, source.community, day)? + 1),
        started_at: Time(began),
        queued_at: None,
        ringing_at: None,
        answered_at: None,
        ended_at: None,
        talk_seconds: None,
        result: None,
        recording: None,
        extension_told_at: None,
        call_back_due_at: None,
    })
}

fn fold(engine: &Engine, db: &mut Db, row: &mut CallRow, said: &Said) -> Result<(), StoreError> {
    let mut moments = row.moments();
    moments.fold(&said.moments);
    let time = |at: Option<DateTime<Utc>>| at.map(Time::from);
    row.started_at = moments.started_at.map_or(row.started_at, Time::from);
    (row.queued_at, row.ringing_at) = (time(moments.queued_at), time(moments.ringing_at));
    (row.answered_at, row.ended_at) = (time(moments.answered_at), time(moments.ended_at));
    if row.caller_hash.is_none()
        && let Ok(phone) = Phone::parse(&said.caller)
    {
        let seal = engine.keys.seal("call.caller", row.id.0, phone.as_str().as_bytes(), engine.chance.bytes());
        row.caller_sealed = Some(seal);
        row.caller_hash = Some(engine.keys.blind("phone", phone.as_str()).to_vec());
        row.last_four_hash = Some(engine.keys.blind("phone.last_four", phone.last_four()).to_vec());
    }
    if let Some(extension) = &said.extension
        && row.extension_told_at.is_none_or(|told| told.0 <= said.at)
    {
        (row.extension, row.extension_told_at) = (Some(extension.clone()), Some(Time::from(said.at)));
    }
    if row.answered_at.is_some() && row.extension.is_some() {
        let talks = hotline::ringing_at(db, row.community_id, row.extension.as_deref())?;
        row.agent_id = if let [one] = talks[..] { Some(one) } else { row.agent_id };
    }
    // Only what no moment can prove is remembered; the rest is worked out anew.
    let said_before = row.ended_as()?.filter(|r| matches!(r, CallResult::Voicemail | CallResult::Failed));
    row.result = moments.result(said.result.or(said_before)).map(|result| result.code().to_owned());
    row.talk_seconds = said.talk_seconds.or(row.talk_seconds).or_else(|| moments.talk_seconds());
    if let Some(recording) = &said.recording {
        let json = serde_json::to_value(recording).map_err(|e| StoreError::Statement(e.to_string()))?;
        row.recording = Some(Json(json));
    }
    Ok(())
}

/// Screens, the request to ring back, and the news for open pages.
fn after(
    engine: &Engine,
    db: &mut Db,
    (before, row): (Option<&CallRow>, &CallRow),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let call = (row.community_id, row.id);
    let inbound = row.direction == Direction::Inbound.code();
    if inbound && row.moments().pops(now) {
        for agent in hotline::ringing_at(db, row.community_id, row.extension.as_deref())? {
            if rows::pop(db, call, agent, now)? {
                tell(engine, db, call, (Some(agent), "ringing"))?;
            }
        }
    }
    let result = row.ended_as()?;
    if row.answered_at.is_none() && row.ended_at.is_some() {
        rows::close_pops(db, call, None, now)?;
    }
    if inbound {
        call_back(db, (before, row, result), now)?;
    }
    tell(engine, db, call, (None, "changed"))
}

fn tell(
    engine: &Engine,
    db: &mut Db,
    call: (crate::domain::ids::CommunityId, CallId),
    (user, kind): (Option<UserId>, &str),
) -> Result<(), StoreError> {
    let now = engine.now();
    rows::tell(db, call, (engine.chance.id::<EventId>(now), user, kind), now)
}

/// Nobody took it: someone is asked to ring back, a little later. A late answer takes that back.
fn call_back(
    db: &mut Db,
    (before, row, result): (Option<&CallRow>, &CallRow, Option<CallResult>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let call = (row.community_id, row.id);
    let wanted = |result: Option<CallResult>| result.is_some_and(CallResult::wants_call_back);
    let was = match before {
        Some(before) => wanted(before.ended_as()?),
        None => false,
    };
    match (was, wanted(result)) {
        (false, true) => rows::set_call_back_due(db, call, Some(now + CALL_BACK_AFTER)),
        (true, false) => {
            rows::set_call_back_due(db, call, None)?;
            rows::settle_call_back(db, call, ("cancelled", None), now)?;
            Ok(())
        }
        (true, true) | (false, false) => Ok(()),
    }
}
