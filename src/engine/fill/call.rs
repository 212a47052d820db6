//! Calls, folded from the events a switchboard would send.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Fill, intake};
use crate::domain::call::{Call, CallResult, Direction, Moments, Said};
use crate::domain::ids::{CallId, TicketId, UserId};
use crate::domain::phone::Phone;
use crate::domain::view::CallTie;
use crate::engine::{Failure, hotline};
use crate::store::bulk::TieRow;
use crate::store::call::PopRow;
use crate::store::call::{CallBackRow, CallRow};
use crate::store::types::Time;

/// Who rings, and whose telephone.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The number.
    pub phone: &'a str,
    /// The register has it for the resident who speaks.
    pub own: bool,
    /// The telephone that rings.
    pub extension: &'a str,
    /// Who sits at it.
    pub agent: UserId,
}

/// A call that was taken.
#[derive(Debug, Clone)]
pub struct Rung {
    /// The call.
    pub id: CallId,
    pub(super) phone: Phone,
    pub(super) own: bool,
    agent: UserId,
}

impl Fill<'_> {
    /// A resident rings at `at` and speaks for `talk` with whoever sits at the telephone.
    ///
    /// # Errors
    /// [`Failure::NotFound`] without a source of calls; [`Failure::Invalid`] for the number.
    pub fn ring(&mut self, caller: Caller<'_>, at: DateTime<Utc>, talk: TimeDelta) -> Result<Rung, Failure> {
        let mut said = self.said(&caller, at);
        let mut told = vec![said.clone()];
        said.at = at + TimeDelta::seconds(6);
        said.moments.answered_at = Some(said.at);
        told.push(said.clone());
        said.at += talk;
        said.moments.ended_at = Some(said.at);
        told.push(said);
        let mut row = self.folded(&told)?;
        row.agent_id = Some(caller.agent);
        let id = row.id;
        self.batch.calls.push(row);
        self.pop(id, caller.agent, (at, None));
        Ok(Rung { id, phone: intake::phone(caller.phone)?, own: caller.own, agent: caller.agent })
    }

    /// A resident rings and nobody takes it; `rung_back` is when somebody did.
    ///
    /// # Errors
    /// As [`Fill::ring`].
    pub fn miss(
        &mut self,
        caller: Caller<'_>,
        at: DateTime<Utc>,
        (waited, rung_back): (TimeDelta, Option<DateTime<Utc>>),
    ) -> Result<(), Failure> {
        let mut said = self.said(&caller, at);
        let mut told = vec![said.clone()];
        said.at = at + waited;
        said.moments.ended_at = Some(said.at);
        said.result = Some(CallResult::Missed);
        told.push(said);
        let row = self.folded(&told)?;
        let made_at = at + waited + crate::domain::call::CALL_BACK_AFTER;
        self.pop(row.id, caller.agent, (at, Some(at + waited)));
        self.batch.call_backs.push(CallBackRow {
            community_id: row.community_id,
            id: self.engine.chance.id(made_at),
            call_id: row.id,
            state: if rung_back.is_some() { "done" } else { "open" }.to_owned(),
            made_at: Time(made_at),
            settled_at: rung_back.map(Time),
            settled_by: rung_back.map(|_| caller.agent),
        });
        self.batch.calls.push(row);
        Ok(())
    }

    fn said(&self, caller: &Caller<'_>, at: DateTime<Utc>) -> Said {
        Said {
            call_id: format!("demo-{}-{}", caller.extension, at.timestamp_micros()),
            direction: Direction::Inbound,
            number: caller.phone.to_owned(),
            extension: Some(caller.extension.to_owned()),
            moments: Moments { started_at: Some(at), ringing_at: Some(at), ..Moments::default() },
            result: None,
            talk_seconds: None,
            recording: None,
            at,
        }
    }

    /// The row after all of a call's events.
    fn folded(&mut self, told: &[Said]) -> Result<CallRow, Failure> {
        let source = self.source.clone().ok_or(Failure::NotFound("source"))?;
        let first = told.first().ok_or(Failure::NotFound("call"))?;
        let serials = self.days.entry(hotline::day_of(&self.settings, first)).or_default();
        serials.calls += 1;
        let serial = serials.calls;
        let mut row = hotline::fresh((self.engine, first.at), &self.settings, (&source, first), serial);
        let mut known: Option<Call> = None;
        for said in told {
            known = Some(hotline::fold(self.engine, (&mut row, known.as_ref()), said)?);
        }
        Ok(row)
    }

    fn pop(&mut self, call_id: CallId, user_id: UserId, (at, closed_at): (DateTime<Utc>, Option<DateTime<Utc>>)) {
        let community_id = self.settings.community.id;
        self.batch.pops.push(PopRow { community_id, call_id, user_id, at: Time(at), closed_at: closed_at.map(Time) });
    }

    /// Ties a ticket to the call it was opened in, which leaves the agent's screen.
    pub(super) fn tie(&mut self, rung: &Rung, ticket_id: TicketId, at: DateTime<Utc>) {
        let community_id = self.settings.community.id;
        let role = CallTie::Opened.code().to_owned();
        self.batch.ties.push(TieRow { community_id, call_id: rung.id, ticket_id, role });
        let mine = |pop: &&mut PopRow| pop.call_id == rung.id && pop.user_id == rung.agent;
        if let Some(pop) = self.batch.pops.iter_mut().rev().find(mine) {
            pop.closed_at = Some(Time(at));
        }
    }
}
