//! The demo's telephone: events as its switchboard would send them, by the engine's own verb.

use chrono::{DateTime, TimeDelta, Utc};

use super::people::{HOTLINE, Household, Town};
use crate::domain::actor::Staff;
use crate::domain::call::{CallResult, Direction, Moments, Said};
use crate::domain::ids::CallId;
use crate::engine::hotline::{self, Source};
use crate::engine::{Engine, Failure};

/// One demo call under way.
pub(super) struct Ringing<'a> {
    engine: &'a Engine,
    source: Source,
    said: Said,
    /// The call, as the log knows it.
    pub(super) id: CallId,
}

/// The demo's switchboard.
fn source(engine: &Engine, town: &Town) -> Result<Source, Failure> {
    hotline::sources(engine, town.community)?
        .into_iter()
        .find(|source| source.name == HOTLINE.0)
        .ok_or(Failure::NotFound("source"))
}

/// A resident rings, and `agent` takes it at once.
pub(super) fn answered<'a>(
    engine: &'a Engine,
    town: &Town,
    (home, agent): (&Household, &Staff),
    number: usize,
) -> Result<Ringing<'a>, Failure> {
    let mut ringing = ring(engine, town, (&home.phone, agent), number)?;
    ringing.said.moments.answered_at = Some(ringing.said.at + TimeDelta::seconds(6));
    ringing.tell("answered")?;
    Ok(ringing)
}

/// Two calls of the last hour were taken by nobody; they are to be rung back.
pub(super) fn nobody_took(engine: &Engine, town: &Town, now: DateTime<Utc>) -> Result<(), Failure> {
    for (number, minutes) in [(0, 52), (1, 17)] {
        engine.clock().set(now - TimeDelta::minutes(minutes));
        missed(engine, town, &town.households[number * 7 + 3], number)?;
    }
    engine.clock().set(now);
    hotline::make_call_backs(engine).map(drop)
}

/// A resident rings, and nobody takes it.
fn missed(engine: &Engine, town: &Town, home: &Household, number: usize) -> Result<(), Failure> {
    let agent = &town.crew.agents[number % town.crew.agents.len()];
    let mut ringing = ring(engine, town, (&home.phone, agent), number)?;
    ringing.said.result = Some(CallResult::Missed);
    ringing.over(TimeDelta::seconds(38))
}

fn ring<'a>(
    engine: &'a Engine,
    town: &Town,
    (phone, agent): (&str, &Staff),
    number: usize,
) -> Result<Ringing<'a>, Failure> {
    let now = engine.now();
    let at = |agent: &&Staff| agent.user();
    let place = town.crew.agents.iter().position(|one| at(&one) == agent.user()).unwrap_or(0);
    let said = Said {
        call_id: format!("demo-{number}-{}", now.timestamp()),
        direction: Direction::Inbound,
        number: phone.to_owned(),
        extension: Some(format!("80{:02}", place + 1)),
        moments: Moments { started_at: Some(now), ringing_at: Some(now), ..Moments::default() },
        result: None,
        talk_seconds: None,
        recording: None,
        at: now,
    };
    let source = source(engine, town)?;
    let mut ringing = Ringing { engine, source, said, id: CallId(uuid::Uuid::nil()) };
    ringing.tell("ringing")?;
    let calls = hotline::calls(engine, agent, true)?;
    ringing.id = calls.today.first().map(|call| call.id).ok_or(Failure::NotFound("call"))?;
    Ok(ringing)
}

impl Ringing<'_> {
    fn tell(&self, what: &str) -> Result<(), Failure> {
        let id = format!("{}-{what}", self.said.call_id);
        hotline::receive(self.engine, &self.source, &id, &self.said).map(drop)
    }

    /// It is over.
    pub(super) fn over(mut self, after: TimeDelta) -> Result<(), Failure> {
        let ended: DateTime<Utc> = self.said.at + after;
        self.said.moments.ended_at = Some(ended);
        self.tell("ended")
    }
}
