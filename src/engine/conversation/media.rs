//! Photos, recordings, films and positions: they join the request of the moment, or wait for one. Fetching comes later.

use chrono::TimeDelta;

use super::{Done, Talk};
use crate::domain::actor::Actor;
use crate::domain::conversation::{ATTACH_MINUTES, joins};
use crate::domain::ids::{AttachmentId, MessageId, ReporterId, TicketId};
use crate::domain::reply;
use crate::domain::ticket::{self, Command};
use crate::engine::{Failure, change};
use crate::store::StoreError;
use crate::store::message::{self, AttachmentRow, MessageRow};
use crate::store::types::Time;

impl Talk<'_> {
    /// Says where it goes; the message itself must be written before it can be attached.
    pub(super) fn media(&mut self, kind: &str) -> Result<Done, Failure> {
        let recent = self.identity.recent_ticket_id.filter(|_| joins(self.identity.recent_at.map(|t| t.0), self.now));
        let own = match recent {
            Some(ticket) => self.own(ticket)?,
            None => None,
        };
        let Some((row, reporter)) = own else { return Ok(Done::new("waiting", reply::media_waits(kind))) };
        self.touched(row.id);
        let reply = reply::media_joined(kind, row.ticket_number()?);
        Ok(Done {
            joins: Some((row.id, reporter.id)),
            confidential: row.confidential,
            ..Done::new("ticket", reply).about(row.id)
        })
    }

    /// What came in the last minutes and waited for words joins the ticket they opened; says how much it was.
    pub(super) fn take_waiting(&mut self, ticket: TicketId) -> Result<usize, Failure> {
        let since = self.now - TimeDelta::minutes(ATTACH_MINUTES);
        let waiting = message::waiting(self.db, self.community(), self.identity.id, since)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let (_, reporter) = self.own(ticket)?.ok_or(StoreError::Missing)?;
        for row in &waiting {
            message::refile(self.db, (row.community_id, row.id), ("waiting", "ticket"), Some(ticket))?;
            self.attach_row(ticket, reporter.id, row)?;
        }
        Ok(waiting.len())
    }

    /// Attaches the message just written.
    pub(super) fn attach(&mut self, ticket: TicketId, by: ReporterId, id: MessageId) -> Result<(), Failure> {
        let (row, _) = message::find(self.db, self.community(), id)?.ok_or(StoreError::Missing)?;
        self.attach_row(ticket, by, &row)
    }

    fn attach_row(&mut self, ticket: TicketId, by: ReporterId, row: &MessageRow) -> Result<(), Failure> {
        let id: AttachmentId = self.engine.chance.id(self.now);
        message::insert_attachment(self.db, &attachment(id, ticket, row, Time(self.now)))?;
        let actor = Actor::Resident(by);
        let by = super::By { settings: self.settings, actor: &actor, now: self.now };
        let before = change::load(self.db, self.settings, ticket, self.now)?.ok_or(StoreError::Missing)?;
        let decision = ticket::decide(&before.ticket, &Command::Attach { attachment: id }, by.actor, by.now)?;
        change::save(self.engine, self.db, by, (&before, &decision))?;
        Ok(())
    }
}

/// The attachment a message becomes. A position is whole as it came; everything else is still to be fetched.
pub(super) fn attachment(id: AttachmentId, ticket: TicketId, row: &MessageRow, at: Time) -> AttachmentRow {
    let state = if row.kind == "location" { "kept" } else { "to_fetch" };
    AttachmentRow {
        community_id: row.community_id,
        id,
        ticket_id: ticket,
        message_id: Some(row.id),
        kind: row.kind.clone(),
        media_id: row.media_id.clone(),
        media_url: row.media_url.clone(),
        file_name: None,
        sha256: None,
        size_bytes: None,
        state: state.to_owned(),
        detail: row.detail.clone(),
        created_at: at,
    }
}
