//! A decision in the making.

use chrono::{DateTime, Utc};

use super::super::{
    ClockChange, ClockKind, Decision, Event, Hold, HoldChange, Refusal, ReporterChange, ReturnedFrom, State, Ticket,
    Words, WordsPurpose,
};
use crate::domain::actor::{Actor, Staff};
use crate::domain::escalation::{Escalation, EscalationChange};
use crate::domain::ids::UserId;
use crate::domain::notice;
use crate::domain::words::{Audience, EscalationState, Platform, Queue};

/// The ticket as it will be, and what has been noted down so far.
pub(super) struct Draft<'a> {
    /// As it will be.
    pub(super) ticket: Ticket,
    /// Who decides.
    pub(super) actor: &'a Actor,
    /// When.
    pub(super) now: DateTime<Utc>,
    events: Vec<Event>,
    words: Vec<Words>,
    clocks: Vec<ClockChange>,
    escalation: Option<EscalationChange>,
    hold: Option<HoldChange>,
    reporters: Vec<ReporterChange>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(ticket: &Ticket, actor: &'a Actor, now: DateTime<Utc>) -> Self {
        Self {
            ticket: ticket.clone(),
            actor,
            now,
            events: Vec::new(),
            words: Vec::new(),
            clocks: Vec::new(),
            escalation: None,
            hold: None,
            reporters: Vec::new(),
        }
    }

    /// The person acting, for verbs that make him the worker.
    pub(super) fn person(&self) -> Result<UserId, Refusal> {
        self.actor.staff().and_then(Staff::user).ok_or(Refusal::NeedsPerson)
    }

    pub(super) fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Words of the latest event. On a confidential ticket what staff say stays with the holding side for good, also when
    /// the ticket is handed over later.
    pub(super) fn words(&mut self, purpose: WordsPurpose, text: &str) {
        self.words_for(purpose, text, Audience::Both, false);
    }

    /// The same, for those who may read them.
    pub(super) fn words_for(&mut self, purpose: WordsPurpose, text: &str, audience: Audience, resident_reads: bool) {
        let staff_words = purpose != WordsPurpose::Request && !matches!(self.actor, Actor::Resident(_));
        let audience = match audience {
            Audience::Both if self.ticket.confidential && staff_words => only(self.ticket.holder),
            Audience::Both | Audience::Property | Audience::Committee => audience,
        };
        self.words.push(Words {
            event: self.events.len().saturating_sub(1),
            purpose,
            audience,
            resident_reads,
            text: text.to_owned(),
        });
    }

    pub(super) fn start_clock(&mut self, kind: ClockKind, platform: Platform) {
        self.clocks.push(ClockChange::Start { kind, platform, queue: None });
    }

    pub(super) fn clock(&mut self, change: ClockChange) {
        self.clocks.push(change);
    }

    /// Someone spoke to the resident.
    pub(super) fn contacted(&mut self) {
        self.clocks.push(ClockChange::Stop { kind: ClockKind::Contact, platform: None, queue: None, met: true });
    }

    pub(super) fn reporter(&mut self, change: ReporterChange) {
        self.reporters.push(change);
    }

    /// Into a queue: status assigned, the queue's platform holds it and sees it, its time begins.
    pub(super) fn enter(&mut self, queue: Queue, worker: Option<UserId>) {
        if self.open_queue() != Some(queue) {
            self.leave();
            self.clocks.push(ClockChange::Start {
                kind: ClockKind::QueueTime,
                platform: queue.platform(),
                queue: Some(queue),
            });
        }
        self.ticket.state = State::Assigned { queue, worker, at: self.now };
        self.ticket.holder = queue.platform();
        self.show(queue.platform());
    }

    /// Onto the triage list of this desk.
    pub(super) fn stand_unassigned(&mut self, platform: Platform, returned_from: Option<ReturnedFrom>) {
        self.leave();
        self.ticket.state = State::Unassigned { returned_from };
        self.ticket.holder = platform;
        self.show(platform);
    }

    /// The time of the queue it is in ends.
    fn leave(&mut self) {
        if let Some(queue) = self.open_queue() {
            self.clocks.push(ClockChange::Stop {
                kind: ClockKind::QueueTime,
                platform: Some(queue.platform()),
                queue: Some(queue),
                met: true,
            });
        }
    }

    fn open_queue(&self) -> Option<Queue> {
        match &self.ticket.state {
            State::Done { .. } => None,
            State::Unassigned { .. } | State::Assigned { .. } | State::InProgress { .. } => self.ticket.queue(),
        }
    }

    /// Lets the platform see the ticket. The property seeing a confidential one is the hand-over by the committee; from
    /// then on the property's own clock runs if it answers to the resident.
    pub(super) fn show(&mut self, platform: Platform) {
        match platform {
            Platform::Committee => self.ticket.committee_sees = true,
            Platform::Property => {
                self.ticket.property_sees = true;
                if self.ticket.confidential {
                    self.ticket.confidential = false;
                    self.event(Event::HandedOver { by: platform.other() });
                    if self.ticket.lead == platform {
                        self.start_clock(ClockKind::Finish, platform);
                    }
                }
            }
        }
    }

    /// Ends a hold, if there is one; `told` when the residents hear of it.
    pub(super) fn end_hold(&mut self, told: bool) {
        if let Some(hold) = self.ticket.hold.take() {
            self.hold = Some(HoldChange::Lift { id: hold.id, at: self.now });
            self.clocks.push(ClockChange::Resume);
            if told {
                self.event(Event::Resumed { hold: hold.id, since: hold.since });
            }
        }
    }

    pub(super) fn put_hold(&mut self, hold: Hold) {
        self.ticket.hold = Some(hold);
        self.hold = Some(HoldChange::Put(hold));
        self.clocks.push(ClockChange::Pause);
    }

    pub(super) fn offer(&mut self, escalation: Escalation) {
        self.ticket.escalation = Some(escalation.clone());
        self.escalation = Some(EscalationChange::Insert(escalation));
    }

    /// Writes the live escalation with a new state; one that is no longer live leaves the ticket.
    pub(super) fn answer(&mut self, mut escalation: Escalation, state: EscalationState) -> Escalation {
        escalation.state = state;
        match state {
            EscalationState::Concluded => escalation.concluded_at = Some(self.now),
            EscalationState::Accepted
            | EscalationState::Returned
            | EscalationState::Recalled
            | EscalationState::Offered => escalation.answered_at = Some(self.now),
        }
        self.ticket.escalation = escalation.is_live().then(|| escalation.clone());
        self.escalation = Some(EscalationChange::Update(escalation.clone()));
        escalation
    }

    /// The decision, with the version moved on and everyone who hears.
    pub(super) fn done(mut self) -> Decision {
        self.ticket.version += 1;
        let notices = self.events.iter().flat_map(|event| notice::notices(event, &self.ticket)).fold(
            Vec::new(),
            |mut all, notice| {
                if !all.contains(&notice) {
                    all.push(notice);
                }
                all
            },
        );
        Decision {
            ticket: self.ticket,
            events: self.events,
            words: self.words,
            clocks: self.clocks,
            notices,
            escalation: self.escalation,
            hold: self.hold,
            reporters: self.reporters,
        }
    }
}

/// Readable by one platform.
pub(super) const fn only(platform: Platform) -> Audience {
    match platform {
        Platform::Property => Audience::Property,
        Platform::Committee => Audience::Committee,
    }
}
