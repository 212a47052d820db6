//! A new ticket and all its rows, for whoever writes them: the verbs one at a time, a made-up history in bulk.

use super::{By, Pen, write_history};
use crate::domain::ticket::{Decision, Ticket, WordsPurpose};
use crate::engine::clocks::Clocks;
use crate::engine::{Engine, Failure};
use crate::store::alarm::AlarmRow;
use crate::store::escalation::{self, ClockRow};
use crate::store::event::NewEvent;
use crate::store::outbox::OutboxRow;
use crate::store::text::{self, TextRow};
use crate::store::ticket::{self, ReporterRow, TicketRow, UnderstandingRow};
use crate::store::{Db, StoreError};

/// A new ticket's rows.
pub(in crate::engine) struct NewTicket {
    /// As it was decided.
    pub(in crate::engine) ticket: Ticket,
    pub(in crate::engine) row: TicketRow,
    pub(in crate::engine) reporter: ReporterRow,
    pub(in crate::engine) understanding: UnderstandingRow,
    pub(in crate::engine) texts: Vec<TextRow>,
    pub(in crate::engine) clocks: Vec<ClockRow>,
    pub(in crate::engine) events: Vec<NewEvent>,
    pub(in crate::engine) notices: Vec<OutboxRow>,
    pub(in crate::engine) alarm: Option<AlarmRow>,
}

impl NewTicket {
    /// The rows of a decision to open; `beside` makes those that point to the ticket's.
    pub(in crate::engine) fn of(
        engine: &Engine,
        by: By<'_>,
        decision: Decision,
        beside: impl FnOnce(&TicketRow) -> Result<(ReporterRow, UnderstandingRow), StoreError>,
    ) -> Result<Self, Failure> {
        let mut pen = Pen::new(engine, by, &decision);
        let texts = pen.texts();
        let words = pen.first(WordsPurpose::Request)?;
        let mut clocks = Clocks::of(engine, by.settings, &decision.ticket, (Vec::new(), by.now));
        clocks.apply(&decision.clocks)?;
        let row = TicketRow::of(&decision.ticket, words, clocks.shown());
        let clocks = clocks.into_rows();
        let (events, notices, alarm) = (pen.history()?, pen.notices()?, pen.alarm());
        let (reporter, understanding) = beside(&row)?;
        Ok(Self { ticket: decision.ticket, row, reporter, understanding, texts, clocks, events, notices, alarm })
    }

    /// Writes them. The people and places they point to are there.
    pub(in crate::engine) fn write(&self, db: &mut Db) -> Result<(), StoreError> {
        text::insert(db, &self.texts)?;
        ticket::insert(db, &self.row)?;
        for user in &self.ticket.subjects {
            ticket::insert_subject(db, self.row.community_id, self.row.id, *user)?;
        }
        escalation::insert_clocks(db, &self.clocks)?;
        write_history(db, (&self.events, &self.notices), self.alarm.as_ref())?;
        ticket::insert_reporter(db, &self.reporter)?;
        ticket::insert_understanding(db, &self.understanding)
    }
}
