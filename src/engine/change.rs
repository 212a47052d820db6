//! Load and save: the two ends of every verb. What is decided in between is the domain's.

mod loaded;
mod new_ticket;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

pub(super) use loaded::{Loaded, joined, load, load_all, whole};
pub(super) use new_ticket::NewTicket;

use super::clocks::{Clocks, Shown};
use super::{Engine, Failure, Settings};
use crate::domain::actor::{Actor, Staff, Who};
use crate::domain::escalation::{Escalation, EscalationChange};
use crate::domain::ids::{ActorId, AlarmId, CommunityId, EventId, OutboxId, TextId};
use crate::domain::notice::{self, EMERGENCY};
use crate::domain::ticket::{ClockChange, Decision, Event, HoldChange, ReporterChange, Ticket, Words, WordsPurpose};
use crate::domain::words::{Audience, LinkKind, Status};
use crate::store::alarm::{self, AlarmRow};
use crate::store::escalation::{self, EscalationRow};
use crate::store::event::{self, NewEvent};
use crate::store::outbox::{self, OutboxRow};
use crate::store::text::{self, TextRow};
use crate::store::ticket::{self, TicketRow};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError, sweep};

/// Who did it and when; under which settings.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) settings: &'a Settings,
    pub(super) actor: &'a Actor,
    pub(super) now: DateTime<Utc>,
}

/// Writes a decision on a ticket read before, if nobody changed it meanwhile.
pub(super) fn save(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (before, decision): (&Loaded, &Decision),
) -> Result<TicketRow, Failure> {
    let (community, id) = (before.row.community_id, before.row.id);
    let mut pen = Pen::new(engine, by, decision);
    pen.write_texts(db)?;
    let mut clocks = Clocks::of(engine, by.settings, &decision.ticket, (before.beside.clocks.clone(), by.now));
    clocks.apply(&decision.clocks)?;
    let row = row_after(&before.row, decision, clocks.shown(), by.now);
    // First of all writes on existing rows: whoever comes second stops here, before anything else is touched.
    ticket::update(db, &row, before.row.version).map_err(|error| match error {
        StoreError::Stale { .. } => Failure::Stale(id),
        error => error.into(),
    })?;
    clocks.save(db)?;
    if decision.clocks.iter().any(|change| matches!(change, ClockChange::Restart { .. })) {
        sweep::recount(db, community, id)?;
    }
    pen.write_beside(db)?;
    pen.write_history(db)?;
    Ok(row)
}

/// The row of a ticket that was decided on anew.
pub(super) fn row_after(before: &TicketRow, decision: &Decision, shown: Shown, now: DateTime<Utc>) -> TicketRow {
    let mut row = TicketRow::of(&decision.ticket, before.words_id, shown);
    if row.status == Status::Unassigned {
        // The state does not carry since when it stands so, unless a department gave it back.
        row.since_at = if before.status == Status::Unassigned { before.since_at } else { Time(now) };
    }
    row
}

/// Puts the parts of one decision into rows.
pub(super) struct Pen<'a> {
    engine: &'a Engine,
    by: By<'a>,
    decision: &'a Decision,
    texts: HashMap<WordsPurpose, TextId>,
    events: Vec<EventId>,
}

impl<'a> Pen<'a> {
    /// Events get their ids first, for the words point to them.
    pub(super) fn new(engine: &'a Engine, by: By<'a>, decision: &'a Decision) -> Self {
        let events = decision.events.iter().map(|_| engine.chance.id(by.now)).collect();
        Self { engine, by, decision, texts: HashMap::new(), events }
    }

    fn community(&self) -> CommunityId {
        self.decision.ticket.community
    }

    /// The words.
    pub(super) fn texts(&mut self) -> Vec<TextRow> {
        let now = self.by.now;
        let mut rows = Vec::with_capacity(self.decision.words.len());
        for Words { event, purpose, audience, resident_reads, text: body } in &self.decision.words {
            let id = self.engine.chance.id(now);
            rows.push(TextRow {
                community_id: self.community(),
                id,
                ticket_id: Some(self.decision.ticket.id),
                event_id: self.events.get(*event).copied(),
                purpose: purpose.code().to_owned(),
                audience: *audience,
                resident_reads: *resident_reads,
                body: body.clone(),
                created_at: Time(now),
                redacted_at: None,
            });
            self.texts.entry(*purpose).or_insert(id);
        }
        rows
    }

    fn write_texts(&mut self, db: &mut Db) -> Result<(), StoreError> {
        text::insert(db, &self.texts())
    }

    /// The first words of a purpose, once [`Pen::texts`] gave them ids.
    pub(super) fn first(&self, purpose: WordsPurpose) -> Result<TextId, StoreError> {
        self.texts.get(&purpose).copied().ok_or(StoreError::Missing)
    }

    /// Holds, crossings, reporters, links.
    fn write_beside(&self, db: &mut Db) -> Result<(), StoreError> {
        let (community, ticket) = (self.community(), &self.decision.ticket);
        match self.decision.hold {
            Some(HoldChange::Put(hold)) => {
                let reason = self.first(WordsPurpose::Reason)?;
                escalation::insert_hold(db, (community, ticket.id), &hold, reason)?;
            }
            Some(HoldChange::Lift { id, at }) => escalation::lift_hold(db, community, id, at)?,
            None => {}
        }
        match &self.decision.escalation {
            None => {}
            Some(EscalationChange::Insert(offer)) => escalation::insert(db, &self.offer(offer)?)?,
            Some(EscalationChange::Update(crossing)) => escalation::update(db, community, crossing, self.answer())?,
        }
        for change in &self.decision.reporters {
            match *change {
                ReporterChange::Left { id, at } => ticket::reporter_left(db, community, id, at)?,
                ReporterChange::Nudged { id, at } => ticket::reporter_nudged(db, community, id, at)?,
            }
        }
        for event in &self.decision.events {
            if let Event::Merged { into, .. } = event {
                ticket::insert_link(db, community, (ticket.id, *into, LinkKind::Merged), self.by.now)?;
            }
        }
        Ok(())
    }

    /// A new crossing's row.
    pub(super) fn offer(&self, offer: &Escalation) -> Result<EscalationRow, StoreError> {
        Ok(EscalationRow {
            community_id: self.community(),
            id: offer.id,
            ticket_id: self.decision.ticket.id,
            from_platform: offer.from,
            to_platform: offer.to(),
            state: offer.state,
            reason_id: self.first(WordsPurpose::Reason)?,
            tried_id: self.texts.get(&WordsPurpose::Tried).copied(),
            asked_id: self.texts.get(&WordsPurpose::Asked).copied(),
            answer_id: None,
            answer_by: Some(Time(offer.answer_by)),
            left_queue: offer.left_queue,
            left_worker_id: None,
            offered_at: Time(offer.offered_at),
            accepted_at: None,
            closed_at: None,
        })
    }

    /// The words a crossing was answered with.
    pub(super) fn answer(&self) -> Option<TextId> {
        [WordsPurpose::Report, WordsPurpose::Reason].iter().find_map(|p| self.texts.get(p)).copied()
    }

    /// The lines of history.
    pub(super) fn history(&self) -> Result<Vec<NewEvent>, StoreError> {
        let (actor_kind, actor_id) = author(self.by.actor);
        let mut rows = Vec::with_capacity(self.events.len());
        for (event, id) in self.decision.events.iter().zip(&self.events) {
            let audience = match event {
                Event::Noted { audience, .. } => *audience,
                _ => Audience::Both,
            };
            rows.push(NewEvent {
                community_id: self.community(),
                id: *id,
                ticket_id: self.decision.ticket.id,
                version: self.decision.ticket.version,
                kind: event.code().to_owned(),
                actor_kind: actor_kind.to_owned(),
                actor_id,
                audience,
                data: Json(serde_json::to_value(event).map_err(|e| StoreError::Statement(e.to_string()))?),
                at: Time(self.by.now),
            });
        }
        Ok(rows)
    }

    /// The notices, to be sent by a job.
    fn notices(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let now = self.by.now;
        let mut rows = Vec::with_capacity(self.decision.notices.len());
        for notice in &self.decision.notices {
            rows.push(OutboxRow {
                community_id: self.community(),
                id: self.engine.chance.id::<OutboxId>(now),
                ticket_id: Some(self.decision.ticket.id),
                template: notice.template.to_owned(),
                hearer: Json(serde_json::to_value(notice.to).map_err(|e| StoreError::Statement(e.to_string()))?),
                state: "due".to_owned(),
                attempts: 0,
                next_try_at: Time(now),
                leased_until: None,
                created_at: Time(now),
                settled_at: None,
                last_error: None,
                actor_user_id: self.by.actor.staff().and_then(Staff::user),
            });
        }
        Ok(rows)
    }

    /// What rings until somebody says that it was heard.
    pub(super) fn alarm(&self) -> Option<AlarmRow> {
        let now = self.by.now;
        self.decision.notices.iter().any(|notice| notice.template == EMERGENCY).then(|| AlarmRow {
            community_id: self.community(),
            id: self.engine.chance.id::<AlarmId>(now),
            ticket_id: self.decision.ticket.id,
            raised_at: Time(now),
            acknowledged_by: None,
            acknowledged_at: None,
        })
    }

    fn write_history(&self, db: &mut Db) -> Result<(), StoreError> {
        write_history(db, (&self.history()?, &self.notices()?), self.alarm().as_ref())
    }
}

/// What happened, whom it is told, and what rings.
fn write_history(
    db: &mut Db,
    (events, notices): (&[NewEvent], &[OutboxRow]),
    alarm: Option<&AlarmRow>,
) -> Result<(), StoreError> {
    event::insert(db, events)?;
    outbox::insert(db, notices)?;
    alarm.map_or(Ok(()), |row| alarm::insert(db, row))
}

/// How history names whoever acted.
fn author(actor: &Actor) -> (&'static str, Option<ActorId>) {
    match actor {
        Actor::Staff(staff) => match staff.who {
            Who::User(user) => ("user", Some(ActorId(user.0))),
            Who::Token(token) => ("token", Some(ActorId(token.0))),
        },
        Actor::Resident(reporter) => ("resident", Some(ActorId(reporter.0))),
        Actor::System => ("system", None),
    }
}

/// Writes lines of history that change nothing of the ticket, and tells whom they concern. They carry the version the
/// ticket has, so nobody's open form goes stale over them.
pub(super) fn append(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (ticket, events): (&Ticket, Vec<Event>),
) -> Result<(), Failure> {
    let decision = appended(ticket, events);
    Ok(Pen::new(engine, by, &decision).write_history(db)?)
}

/// Lines of history alone, as a decision.
pub(super) fn appended(ticket: &Ticket, events: Vec<Event>) -> Decision {
    let mut heard = Vec::new();
    for notice in events.iter().flat_map(|event| notice::notices(event, ticket)) {
        if !heard.contains(&notice) {
            heard.push(notice);
        }
    }
    Decision {
        ticket: ticket.clone(),
        events,
        words: Vec::new(),
        clocks: Vec::new(),
        notices: heard,
        escalation: None,
        hold: None,
        reporters: Vec::new(),
    }
}

/// Writes down something beside the ticket that changes nothing of it: that a number was shown, that an alarm was heard.
pub(super) fn note_beside(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (before, event): (&Loaded, Event),
) -> Result<(), Failure> {
    append(engine, db, by, (&before.ticket, vec![event]))
}
