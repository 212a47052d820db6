//! A request ready to be opened, whatever door it came by.

use chrono::{DateTime, Utc};

use super::{Checked, Draft};
use crate::domain::actor::Actor;
use crate::domain::ids::{CommunityId, IdentityId, ReporterId, ResidentId, TicketId, TicketNumber, UserId};
use crate::domain::phone::Phone;
use crate::domain::routing::{Understanding, Verdict};
use crate::domain::ticket::{self, Category, Decision, Opening, Placing, Refusal, Reporter};
use crate::domain::view::Suggested;
use crate::domain::words::{Channel, Platform, Queue, ReporterRole, Urgency};
use crate::engine::change::{By, NewTicket};
use crate::engine::places::{self, Where};
use crate::engine::{Engine, Failure, Settings};
use crate::store::community::CategoryRow;
use crate::store::ticket::{ReporterRow, TicketRow, UnderstandingRow};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError};

/// Who says it.
pub(in crate::engine) struct Person {
    pub(in crate::engine) role: ReporterRole,
    pub(in crate::engine) resident: Option<ResidentId>,
    pub(in crate::engine) identity: Option<IdentityId>,
    pub(in crate::engine) name: Option<String>,
    pub(in crate::engine) phone: Option<Phone>,
}

/// A request ready to be opened, whatever door it came by.
pub(in crate::engine) struct Request<'a> {
    pub(in crate::engine) number: TicketNumber,
    pub(in crate::engine) channel: Channel,
    pub(in crate::engine) lead: Platform,
    pub(in crate::engine) words: &'a str,
    pub(in crate::engine) understood: &'a Understanding,
    pub(in crate::engine) place: Where,
    pub(in crate::engine) person: Person,
}

/// A draft, what was found right in it, and what was understood of its words.
pub(in crate::engine) type Said<'a> = (&'a Draft, &'a Checked, &'a Understanding);

impl<'a> Request<'a> {
    /// One taken down at a desk; `phone` is the number to keep.
    pub(in crate::engine) fn taken(
        number: TicketNumber,
        (draft, checked, understood): Said<'a>,
        (place, phone): (Where, Option<Phone>),
    ) -> Self {
        let person = Person {
            role: if draft.proxy { ReporterRole::Proxy } else { ReporterRole::First },
            resident: draft.resident,
            identity: None,
            name: checked.name.clone(),
            phone,
        };
        let (channel, lead) = (checked.channel, checked.lead);
        Self { number, channel, lead, words: &draft.words, understood, place, person }
    }

    /// Decides and writes.
    pub(in crate::engine) fn open(
        self,
        engine: &Engine,
        db: &mut Db,
        by: By<'_>,
        draft: &Draft,
    ) -> Result<TicketRow, Failure> {
        let its = || places::steward_of(db, by.settings.community.id, self.place.building);
        let steward = steward(by.settings, (self.understood, draft), its)?;
        let new = self.rows(engine, by, draft, steward)?;
        new.write(db)?;
        Ok(new.row)
    }

    /// Its rows: ticket, reporter, understanding; `steward` looks after its building.
    pub(in crate::engine) fn rows(
        &self,
        engine: &Engine,
        by: By<'_>,
        draft: &Draft,
        steward: Option<UserId>,
    ) -> Result<NewTicket, Failure> {
        let reporter = ReporterId(engine.chance.id::<ReporterId>(by.now).0);
        let decision = self.decide(engine, by, (draft, reporter), steward)?;
        NewTicket::of(engine, by, decision, |row| {
            let reporter = self.person.row(engine, (row.community_id, row.id, reporter), by.now);
            Ok((reporter, noted(self.understood, row)?))
        })
    }

    fn decide(
        &self,
        engine: &Engine,
        by: By<'_>,
        (draft, reporter): (&Draft, ReporterId),
        steward: Option<UserId>,
    ) -> Result<Decision, Refusal> {
        let settings = by.settings;
        let understood = self.understood;
        let category = category(understood, settings, draft);
        // A category chosen says so for itself; otherwise what was heard counts, unless a queue was chosen over it.
        let confidential = match draft.category.as_deref() {
            Some(code) => settings.catalogue.category(code).is_some_and(|category| category.confidential),
            None => understood.confidential && draft.queue.is_none(),
        };
        let urgency = draft.urgency.unwrap_or_else(|| match category {
            Some(category) if understood.emergency.is_none() => category.urgency,
            // The note asks the agent; the class does not flip by itself. A program has nobody to ask.
            _ if by_a_person(by.actor) && understood.emergency.is_some() => Urgency::Urgent,
            _ => understood.urgency,
        });
        let opening = Opening {
            id: engine.chance.id(by.now),
            community: settings.community.id,
            number: self.number,
            channel: self.channel,
            lead: self.lead,
            kind: draft
                .kind
                .or(category.filter(|_| draft.category.is_some()).map(|c| c.kind))
                .unwrap_or(understood.kind),
            category: category
                .map(|c| Category { code: c.code.clone(), paid: c.paid && understood_paid(understood, draft) }),
            urgency,
            confidential,
            placing: self.placing(settings, draft, steward),
            about_place: self.place.about,
            reporter_place: self.place.reporter,
            building: self.place.building,
            place_text: self.place.text.clone(),
            reporters: vec![Reporter { id: reporter, role: self.person.role, left: false, last_nudge_at: None }],
            subjects: draft.subjects.clone(),
            words: self.words.to_owned(),
            rules: settings.rules(by.now),
        };
        ticket::open(opening, by.now)
    }

    fn placing(&self, settings: &Settings, draft: &Draft, steward: Option<UserId>) -> Placing {
        let Some(queue) = queue(self.understood, settings, draft) else { return Placing::Unsure };
        let worker = match queue {
            Queue::Steward => steward.filter(|steward| !draft.subjects.contains(steward)),
            _ => None,
        };
        Placing::Queue { queue, worker, accepts_directly: settings.accepts_directly(queue) }
    }
}

/// The category chosen, else the one understood.
fn category<'s>(understood: &Understanding, settings: &'s Settings, draft: &Draft) -> Option<&'s CategoryRow> {
    let code = draft.category.clone().or_else(|| match (&understood.verdict, draft.queue) {
        // Of a guess nobody confirmed, only a sure one becomes the ticket's category.
        (Verdict::Queue(queue), None) => understood.category.clone().filter(|_| !queue_overruled(draft, *queue)),
        (Verdict::Queue(queue), Some(chosen)) if *queue == chosen => understood.category.clone(),
        _ => None,
    });
    code.as_deref().and_then(|code| settings.category(code))
}

/// The queue a request is for, when that is clear and it is not to wait on the list.
fn queue(understood: &Understanding, settings: &Settings, draft: &Draft) -> Option<Queue> {
    let of_category = category(understood, settings, draft).map(|c| c.queue);
    let queue = match (&understood.verdict, draft.queue.or(of_category.filter(|_| draft.category.is_some()))) {
        (_, Some(chosen)) => Some(chosen),
        (Verdict::Queue(queue), None) => Some(*queue),
        (Verdict::Unsure | Verdict::NoRequest(_), None) => None,
    };
    queue.filter(|_| !draft.keep_unassigned)
}

/// The steward it goes to, whom `its` looks up; nobody unless it is for them.
pub(in crate::engine) fn steward<E>(
    settings: &Settings,
    (understood, draft): (&Understanding, &Draft),
    its: impl FnOnce() -> Result<Option<UserId>, E>,
) -> Result<Option<UserId>, E> {
    match queue(understood, settings, draft) {
        Some(Queue::Steward) => its(),
        _ => Ok(None),
    }
}

fn queue_overruled(draft: &Draft, queue: Queue) -> bool {
    draft.queue.is_some_and(|chosen| chosen != queue)
}

fn by_a_person(actor: &Actor) -> bool {
    actor.staff().is_some_and(|staff| staff.user().is_some())
}

/// An agent's chosen category says what is paid; a guessed one is paid only if the words said it is in the home.
fn understood_paid(understood: &Understanding, draft: &Draft) -> bool {
    draft.category.is_some() || understood.paid
}

impl Person {
    /// The reporter's row, with the number sealed.
    pub(in crate::engine) fn row(
        &self,
        engine: &Engine,
        (community, ticket, id): (CommunityId, TicketId, ReporterId),
        now: DateTime<Utc>,
    ) -> ReporterRow {
        let seal = |phone: &Phone| {
            engine.keys.seal("ticket_reporter.phone", id.0, phone.as_str().as_bytes(), engine.chance.bytes())
        };
        ReporterRow {
            community_id: community,
            id,
            ticket_id: ticket,
            role: self.role,
            resident_id: self.resident,
            identity_id: self.identity,
            name: self.name.clone(),
            phone_sealed: self.phone.as_ref().map(seal),
            phone_hash: self.phone.as_ref().map(|phone| engine.keys.blind("phone", phone.as_str()).to_vec()),
            left_at: None,
            last_nudge_at: None,
            created_at: Time(now),
        }
    }
}

/// What was understood, for the record and for the triage list.
fn noted(understood: &Understanding, row: &TicketRow) -> Result<UnderstandingRow, StoreError> {
    let suggested: Vec<Suggested> = understood.suggestions.iter().map(Suggested::from).collect();
    let json = |value: Result<serde_json::Value, serde_json::Error>| {
        value.map(Json).map_err(|e| StoreError::Statement(e.to_string()))
    };
    Ok(UnderstandingRow {
        community_id: row.community_id,
        ticket_id: row.id,
        category: understood.category.clone(),
        confidence: f64::from(understood.confidence),
        emergency: understood.emergency.clone(),
        words: json(serde_json::to_value(&understood.words))?,
        suggestions: json(serde_json::to_value(suggested))?,
    })
}
