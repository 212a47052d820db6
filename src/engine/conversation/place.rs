//! The answer to the question where: a number of the list that was offered, or a message that is mostly a place.

use chrono::{DateTime, Utc};

use super::request::choice;
use super::{Done, Talk};
use crate::domain::actor::Actor;
use crate::domain::conversation::{self, place_answer_open};
use crate::domain::ids::{PlaceId, TicketId};
use crate::domain::place::PlacePath;
use crate::domain::reply::{self, Ask, PlaceTold};
use crate::domain::ticket::Refusal;
use crate::domain::words::{Language, Queue};
use crate::engine::tickets::{self, Ask as Verb, Seen};
use crate::engine::{Failure, places};
use crate::store::StoreError;
use crate::store::ticket::{self as rows, ReporterRow, TicketRow};

/// Longer than any place; `place_text` holds no more.
const LONGEST: usize = 200;

/// What the answer comes to.
enum Meant {
    /// This place of the register.
    Chosen(PlaceId),
    /// To be read like any place.
    Typed,
    /// Still one of several.
    OneOf(Vec<PlacePath>),
}

impl Talk<'_> {
    /// Fills in the place that was asked for, if the text answers that.
    pub(super) fn place_answer(&mut self, text: &str) -> Result<Option<Done>, Failure> {
        let (Some(ticket), Some(asked_at)) = (self.identity.asked_ticket_id, self.identity.asked_at.map(|t| t.0))
        else {
            return Ok(None);
        };
        if text.chars().count() > LONGEST {
            return Ok(None);
        }
        let offered = self.offered()?;
        let Some(meant) = self.meant(ticket, asked_at, (text, &offered))? else { return Ok(None) };
        let Some((row, reporter)) = self.own(ticket)? else { return Ok(None) };
        let (chosen, again) = match meant {
            Meant::Chosen(id) => (Some(id), None),
            Meant::Typed => (None, None),
            Meant::OneOf(choices) => (None, Some(choices)),
        };
        let ask = Verb::Place { typed: chosen.is_none().then(|| text.to_owned()), chosen };
        let actor = Actor::Resident(reporter.id);
        let by = super::By { settings: self.settings, actor: &actor, now: self.now };
        match tickets::act_in(self.engine, self.db, by, (Seen { id: ticket, version: None }, &ask)) {
            Ok(_) | Err(Failure::Refused(Refusal::NothingChanged)) => {}
            Err(other) => return Err(other),
        }
        self.touched(ticket);
        let reply = self.place_reply(&row, text, again)?;
        Ok(Some(Done { confidential: row.confidential, ..Done::new("answer", reply).about(ticket) }))
    }

    /// The places offered with the question.
    fn offered(&mut self) -> Result<Vec<PlacePath>, StoreError> {
        let Some(json) = &self.identity.asked_choices else { return Ok(Vec::new()) };
        let ids: Vec<PlaceId> = serde_json::from_value(json.0.clone())
            .map_err(|e| StoreError::impossible("identity", "asked_choices", self.identity.id, e))?;
        let mut paths = places::paths(self.db, self.community(), &ids)?;
        Ok(ids.iter().filter_map(|id| paths.remove(id)).filter(|path| path.leaf().is_some()).collect())
    }

    fn meant(
        &mut self,
        ticket: TicketId,
        asked_at: DateTime<Utc>,
        (text, offered): (&str, &[PlacePath]),
    ) -> Result<Option<Meant>, StoreError> {
        if !offered.is_empty()
            && place_answer_open(asked_at, self.now)
            && let Some(i) = conversation::choice(text, offered.len())
        {
            return Ok(offered[i].leaf().map(|leaf| Meant::Chosen(leaf.id)));
        }
        if !conversation::fills_place(text, Some(asked_at), self.now, &self.settings.names) {
            return Ok(None);
        }
        let community = self.community();
        let Some(row) = rows::find(self.db, community, ticket)? else { return Ok(None) };
        let known: Vec<PlaceId> = row.reporter_place_id.into_iter().chain(row.about_place_id).collect();
        let paths = places::paths(self.db, community, &known)?;
        let home = row.reporter_place_id.and_then(|id| paths.get(&id));
        let found = places::understand(self.db, self.settings, text, home)?;
        // 东园 answers which of 东园 3 号楼 and 西园 3 号楼; 3 号楼 answers where in 东园.
        let narrowed = match found.about {
            Some(about) if !offered.is_empty() => within(offered, about),
            _ if !found.choices.is_empty() => match row.about_place_id.and_then(|id| paths.get(&id)) {
                Some(PlacePath { garden: Some(garden), .. }) => match within(&found.choices, garden.id) {
                    none if none.is_empty() => found.choices,
                    some => some,
                },
                _ => found.choices,
            },
            _ => Vec::new(),
        };
        Ok(Some(match narrowed.as_slice() {
            [] => Meant::Typed,
            [one] => one.leaf().map_or(Meant::Typed, |leaf| Meant::Chosen(leaf.id)),
            _ => Meant::OneOf(narrowed),
        }))
    }

    fn place_reply(
        &mut self,
        before: &TicketRow,
        text: &str,
        again: Option<Vec<PlacePath>>,
    ) -> Result<String, StoreError> {
        let community = self.community();
        let row = rows::find(self.db, community, before.id)?.ok_or(StoreError::Missing)?;
        let steward = row.queue == Some(Queue::Steward);
        let ask = match again {
            Some(choices) => {
                self.asked(row.id, &choices);
                choice(&choices)
            }
            None if steward && row.building_id.is_none() && row.place_text.is_none() => {
                self.asked(row.id, &[]);
                Ask::Building
            }
            None => {
                self.identity.asked_ticket_id = None;
                self.identity.asked_at = None;
                self.identity.asked_choices = None;
                Ask::Nothing
            }
        };
        let known = match row.about_place_id {
            Some(id) => places::paths(self.db, community, &[id])?.remove(&id).map(|path| path.words(Language::Zh)),
            None => None,
        };
        let place = row.place_text.clone().or(known).unwrap_or_else(|| text.trim().to_owned());
        Ok(reply::place_told(&PlaceTold {
            number: row.ticket_number()?,
            place: &place,
            steward: steward && before.worker_id.is_none() && row.worker_id.is_some(),
            ask,
        }))
    }

    /// A ticket of this person's, with the tie to it.
    pub(super) fn own(&mut self, ticket: TicketId) -> Result<Option<(TicketRow, ReporterRow)>, StoreError> {
        let community = self.community();
        let Some(row) = rows::find(self.db, community, ticket)? else { return Ok(None) };
        let mine = |r: &ReporterRow| r.identity_id == Some(self.identity.id) && r.left_at.is_none();
        let reporter = rows::reporters(self.db, community, ticket)?.into_iter().find(mine);
        Ok(reporter.map(|reporter| (row, reporter)))
    }
}

/// The places under (not at) this node.
fn within(all: &[PlacePath], node: PlaceId) -> Vec<PlacePath> {
    let under =
        |path: &&PlacePath| path.nodes().any(|n| n.id == node) && path.leaf().is_some_and(|leaf| leaf.id != node);
    all.iter().filter(under).cloned().collect()
}
