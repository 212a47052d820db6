//! A request with all its rows in memory, while its life is decided on step by step.

use chrono::{DateTime, Utc};

use crate::domain::actor::Actor;
use crate::domain::escalation::EscalationChange;
use crate::domain::ids::{PlaceId, TicketId, TicketNumber, UserId};
use crate::domain::place::PlacePath;
use crate::domain::ticket::{Decision, Event, HoldChange, ReporterChange, Ticket, WordsPurpose};
use crate::domain::words::{EscalationState, Platform, Queue, Status, Urgency};
use crate::engine::change::{self, By, NewTicket, Pen};
use crate::engine::clocks::Clocks;
use crate::engine::{Engine, Failure, Settings, search};
use crate::store::StoreError;
use crate::store::alarm::AlarmRow;
use crate::store::bulk::{Batch, HoldRow};
use crate::store::escalation::{self, ClockRow, EscalationRow};
use crate::store::event::NewEvent;
use crate::store::search::{self as store_search, Document, Material};
use crate::store::text::TextRow;
use crate::store::ticket::{ReporterRow, TicketRow, UnderstandingRow};
use crate::store::types::Time;

/// A request under way.
#[derive(Debug)]
pub struct Case {
    pub(super) ticket: Ticket,
    row: TicketRow,
    reporter: ReporterRow,
    understanding: UnderstandingRow,
    texts: Vec<TextRow>,
    clocks: Vec<ClockRow>,
    holds: Vec<HoldRow>,
    crossings: Vec<EscalationRow>,
    events: Vec<NewEvent>,
    alarm: Option<AlarmRow>,
}

impl Case {
    /// A new request. Nobody is told of what is long over.
    pub(super) fn open(new: NewTicket) -> Self {
        let NewTicket { ticket, row, reporter, understanding, texts, clocks, events, alarm, notices: _ } = new;
        let (holds, crossings) = (Vec::new(), Vec::new());
        Self { ticket, row, reporter, understanding, texts, clocks, holds, crossings, events, alarm }
    }

    /// Takes a decision in, as `engine::change::save` writes it.
    pub(super) fn apply(&mut self, engine: &Engine, by: By<'_>, decision: Decision) -> Result<(), Failure> {
        let mut pen = Pen::new(engine, by, &decision);
        self.texts.extend(pen.texts());
        let mut rows = std::mem::take(&mut self.clocks);
        rows.sort_by_key(|row| (row.started_at, row.id));
        let mut clocks = Clocks::of(engine, by.settings, &decision.ticket, (rows, by.now));
        clocks.apply(&decision.clocks)?;
        self.row = change::row_after(&self.row, &decision, clocks.shown(), by.now);
        self.clocks = clocks.into_rows();
        self.beside(&pen, &decision)?;
        self.events.extend(pen.history()?);
        if self.alarm.is_none() {
            self.alarm = pen.alarm();
        }
        self.ticket = decision.ticket;
        Ok(())
    }

    fn beside(&mut self, pen: &Pen<'_>, decision: &Decision) -> Result<(), StoreError> {
        match decision.hold {
            Some(HoldChange::Put(hold)) => self.holds.push(HoldRow {
                community_id: self.row.community_id,
                id: hold.id,
                ticket_id: self.row.id,
                reason_id: pen.first(WordsPurpose::Reason)?,
                review_at: Time(hold.review_at),
                began_at: Time(hold.since),
                ended_at: None,
            }),
            Some(HoldChange::Lift { id, at }) => {
                let row = self.holds.iter_mut().find(|row| row.id == id).ok_or(StoreError::Missing)?;
                row.ended_at = Some(Time(at));
            }
            None => {}
        }
        match &decision.escalation {
            None => {}
            Some(EscalationChange::Insert(offer)) => self.crossings.push(pen.offer(offer)?),
            Some(EscalationChange::Update(crossing)) => {
                let row = self.crossings.iter_mut().find(|row| row.id == crossing.id).ok_or(StoreError::Missing)?;
                (row.state, row.left_queue) = (crossing.state, crossing.left_queue);
                (row.accepted_at, row.closed_at) = escalation::answered(crossing);
                row.answer_id = pen.answer().or(row.answer_id);
            }
        }
        for change in &decision.reporters {
            match *change {
                ReporterChange::Left { at, .. } => self.reporter.left_at = Some(Time(at)),
                ReporterChange::Nudged { at, .. } => self.reporter.last_nudge_at = Some(Time(at)),
            }
        }
        Ok(())
    }

    /// Somebody says by name that its alarm was heard, if one rings.
    pub(super) fn hear(&mut self, engine: &Engine, by: By<'_>) -> Result<(), Failure> {
        let user = by.actor.staff().and_then(crate::domain::actor::Staff::user);
        let Some(alarm) = self.alarm.as_mut().filter(|alarm| alarm.acknowledged_at.is_none()) else { return Ok(()) };
        (alarm.acknowledged_by, alarm.acknowledged_at) = (user, Some(Time(by.now)));
        let lines = change::appended(&self.ticket, vec![Event::AlarmHeard]);
        self.events.extend(Pen::new(engine, by, &lines).history()?);
        Ok(())
    }

    /// What text search finds it by.
    pub(super) fn document(&self, settings: &Settings, place: Option<&PlacePath>) -> Document {
        let row = &self.row;
        let material = Material {
            id: row.id,
            number: row.number.clone(),
            version: row.version,
            opened_at: row.opened_at,
            category: row.category.clone(),
            about_place_id: row.about_place_id,
            place_text: row.place_text.clone(),
        };
        let words = self.texts.iter().filter(|text| store_search::holds(&text.purpose, text.audience));
        search::document(
            settings,
            (&material, self.ticket.number),
            place,
            words.map(|text| text.body.as_str()).collect(),
        )
    }

    /// The place it is about.
    pub(super) fn place(&self) -> Option<PlaceId> {
        self.row.about_place_id
    }

    /// Puts the rows where they wait to be written.
    pub(super) fn keep(self, batch: &mut Batch) {
        batch.tickets.push(self.row);
        batch.reporters.push(self.reporter);
        batch.understandings.push(self.understanding);
        batch.texts.extend(self.texts);
        batch.clocks.extend(self.clocks);
        batch.holds.extend(self.holds);
        batch.escalations.extend(self.crossings);
        batch.events.extend(self.events);
        batch.alarms.extend(self.alarm);
    }

    /// The ticket.
    pub fn id(&self) -> TicketId {
        self.ticket.id
    }

    /// Its number.
    pub fn number(&self) -> TicketNumber {
        self.ticket.number
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        self.ticket.status()
    }

    /// Whose list it is on, or was when done.
    pub fn queue(&self) -> Option<Queue> {
        self.ticket.queue()
    }

    /// Who has it.
    pub fn worker(&self) -> Option<UserId> {
        self.ticket.worker()
    }

    /// The platform that must act.
    pub fn holder(&self) -> Platform {
        self.ticket.holder
    }

    /// The platform that answers to the resident.
    pub fn lead(&self) -> Platform {
        self.ticket.lead
    }

    /// Class of its limits.
    pub fn urgency(&self) -> Urgency {
        self.ticket.urgency
    }

    /// Its building.
    pub fn building(&self) -> Option<PlaceId> {
        self.ticket.building
    }

    /// Hidden from the property.
    pub fn confidential(&self) -> bool {
        self.ticket.confidential
    }

    /// The other side was asked and has not answered.
    pub fn offered(&self) -> bool {
        self.ticket.escalation.as_ref().is_some_and(|crossing| crossing.state == EscalationState::Offered)
    }

    /// The other side has it.
    pub fn crossed(&self) -> bool {
        self.ticket.escalation.as_ref().is_some_and(|crossing| crossing.state == EscalationState::Accepted)
    }

    /// An alarm was raised for it.
    pub fn rings(&self) -> bool {
        self.alarm.as_ref().is_some_and(|alarm| alarm.acknowledged_at.is_none())
    }

    /// When it should be done by.
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at.map(|t| t.0)
    }

    /// When it was first done.
    pub fn first_done_at(&self) -> Option<DateTime<Utc>> {
        self.ticket.first_done_at
    }

    /// Its reporter, acting through the own channel.
    pub fn resident(&self) -> Actor {
        Actor::Resident(self.reporter.id)
    }
}
