//! Where a person's requests stand, put together for the answer to 进度.

use super::Talk;
use crate::domain::reply::Standing;
use crate::domain::ticket::WordsPurpose;
use crate::domain::words::Status;
use crate::store::ticket::TicketRow;
use crate::store::{StoreError, escalation, text};

impl Talk<'_> {
    /// What may be told of these tickets.
    pub(super) fn standings(&mut self, all: &[TicketRow]) -> Result<Vec<Standing>, StoreError> {
        let community = self.community();
        let ids: Vec<_> = all.iter().map(|row| row.words_id).collect();
        let words = text::bodies(self.db, community, &ids)?;
        all.iter().map(|row| self.standing(row, words.get(&row.words_id).cloned().unwrap_or_default())).collect()
    }

    fn standing(&mut self, row: &TicketRow, words: String) -> Result<Standing, StoreError> {
        let held = match row.hold_review_at {
            Some(review) => self.hold_reason(row)?.map(|reason| (reason, review.0)),
            None => None,
        };
        let report = if row.status == Status::Done { self.report(row)? } else { None };
        Ok(Standing {
            number: row.ticket_number()?,
            words,
            status: row.status,
            held,
            queue: row.queue,
            building_known: row.building_id.is_some(),
            due_at: row.due_at.map(|t| t.0),
            outcome: row.outcome,
            review_on: row.review_on,
            since: row.since_at.0,
            report,
        })
    }

    fn hold_reason(&mut self, row: &TicketRow) -> Result<Option<String>, StoreError> {
        let Some((_, reason)) = escalation::hold(self.db, row.community_id, row.id)? else { return Ok(None) };
        Ok(text::bodies(self.db, row.community_id, &[reason])?.remove(&reason))
    }

    /// What whoever finished it wrote, as far as the resident may read it.
    fn report(&mut self, row: &TicketRow) -> Result<Option<String>, StoreError> {
        let all = text::of_ticket(self.db, row.community_id, row.id)?;
        let report = WordsPurpose::Report.code();
        let said = all.into_iter().rev().find(|t| t.purpose == report && t.resident_reads && t.redacted_at.is_none());
        // An earlier finish's words, before it was reopened, are not this one's.
        Ok(said.filter(|t| t.created_at.0 >= row.since_at.0).map(|t| t.body))
    }
}
