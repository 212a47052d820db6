//! A text that asks for something becomes a ticket at once; what asks for nothing stands on the desk's list.

use super::{Done, Talk, Text};
use crate::domain::actor::Actor;
use crate::domain::ids::PlaceId;
use crate::domain::place::PlacePath;
use crate::domain::reply::{self, Ask, Opened};
use crate::domain::routing::{NoRequest, Verdict};
use crate::domain::words::{Channel, Language, PlaceKind, Platform, Queue, ReporterRole};
use crate::engine::Failure;
use crate::engine::intake::{Draft, Person, Request};
use crate::engine::places::{self, Where};
use crate::store::ticket::TicketRow;
use crate::store::types::{Json, Time};
use crate::store::{StoreError, place as place_rows};

/// More than this many places nobody counts out in a chat.
const MOST_CHOICES: usize = 9;

impl Talk<'_> {
    /// Opens a ticket from a text.
    pub(super) fn request(&mut self, text: &Text) -> Result<Done, Failure> {
        // Whatever may open a ticket was given a number before the transaction began.
        let number = self.number.take().ok_or(StoreError::Missing)?;
        let home = match self.identity.bound_flat_id {
            Some(flat) => places::paths(self.db, self.community(), &[flat])?.remove(&flat),
            None => None,
        };
        let mut place = places::understand(self.db, self.settings, &text.text, home.as_ref())?;
        if place.is_open() && place.choices.is_empty() {
            place.about = place.reporter;
        }
        let known = place.clone();
        let request = Request {
            number,
            channel: Channel::Wechat,
            lead: Platform::Committee,
            words: &text.text,
            understood: &text.understood,
            place,
            person: self.person(),
        };
        let actor = Actor::System;
        let by = super::By { settings: self.settings, actor: &actor, now: self.now };
        let row = request.open(self.engine, self.db, by, &Draft::default())?;
        self.touched(row.id);
        let attached = self.take_waiting(row.id)?;
        let ask = self.question(&row, &known)?;
        let emergency = text.understood.emergency.as_deref().and_then(|code| self.settings.catalogue.emergency(code));
        let facts = Opened {
            number,
            queue: row.queue,
            building_known: row.building_id.is_some(),
            due_at: row.due_at.map(|t| t.0),
            advice: emergency.map(|e| e.advice_zh.as_str()),
            confidential: row.confidential,
            attached,
            ask,
        };
        let reply = reply::opened(&facts, self.here());
        Ok(Done { confidential: row.confidential, ..Done::new("ticket", reply).about(row.id) })
    }

    pub(super) fn person(&self) -> Person {
        Person {
            role: ReporterRole::First,
            resident: self.identity.resident_id,
            identity: Some(self.identity.id),
            name: None,
            phone: None,
        }
    }

    /// What must be asked about the place of a new ticket; remembers that it was asked.
    fn question(&mut self, row: &TicketRow, place: &Where) -> Result<Ask, StoreError> {
        // Where someone was rude matters to nobody who looks into it.
        let ask = if row.confidential {
            Ask::Nothing
        } else if !place.choices.is_empty() {
            choice(&place.choices)
        } else if place.is_open() {
            Ask::Where { garden: self.example()? }
        } else if row.queue == Some(Queue::Steward) && row.building_id.is_none() && row.place_text.is_none() {
            Ask::Building
        } else {
            Ask::Nothing
        };
        if ask != Ask::Nothing {
            self.asked(row.id, &place.choices);
        }
        Ok(ask)
    }

    /// Remembers that the place of a ticket was asked for, and what was offered.
    pub(super) fn asked(&mut self, ticket: crate::domain::ids::TicketId, choices: &[PlacePath]) {
        let ids = offered(choices);
        self.identity.asked_ticket_id = Some(ticket);
        self.identity.asked_at = Some(Time(self.now));
        self.identity.asked_choices = (!ids.is_empty()).then(|| Json(serde_json::json!(ids)));
    }

    /// A garden of the community, for the example of a place.
    pub(super) fn example(&mut self) -> Result<Option<String>, StoreError> {
        let gardens = place_rows::of_kinds(self.db, self.community(), &[PlaceKind::Garden])?;
        Ok(gardens.into_iter().map(|garden| garden.name).find(|name| !name.is_empty()))
    }

    /// A text that opens no ticket: kept for a person to read.
    pub(super) fn no_request(&self, text: &Text) -> Done {
        let reply = match &text.understood.verdict {
            _ if text.too_long() => Some(reply::too_long()),
            Verdict::NoRequest(why) => reply::no_request(why),
            // Signs without words.
            _ => reply::no_request(&NoRequest::Chat),
        };
        Done { filing: "unfiled", reply: reply.map(str::to_owned), ..Done::default() }
    }
}

fn offered(choices: &[PlacePath]) -> Vec<PlaceId> {
    choices.iter().filter_map(|path| path.leaf().map(|leaf| leaf.id)).take(MOST_CHOICES).collect()
}

/// The question which of several places is meant.
pub(super) fn choice(choices: &[PlacePath]) -> Ask {
    let mut gardens: Vec<_> = choices.iter().filter_map(|path| path.garden.as_ref().map(|garden| garden.id)).collect();
    gardens.sort_unstable();
    gardens.dedup();
    let places = choices.iter().filter(|path| path.leaf().is_some()).take(MOST_CHOICES);
    Ask::Choice {
        places: places.map(|path| path.words(Language::Zh)).collect(),
        by_garden: gardens.len() == choices.len(),
    }
}
