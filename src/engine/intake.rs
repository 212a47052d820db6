//! A request comes in: understood, placed, opened and numbered at once, in one transaction.

use chrono::{DateTime, Utc};

use super::change::{self, By};
use super::places::{self, Where};
use super::{Engine, Failure, Invalid, Problem, Settings};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{IdentityId, ReporterId, ResidentId, TicketId, TicketNumber};
use crate::domain::phone::Phone;
use crate::domain::place::PlacePath;
use crate::domain::routing::{Understanding, Verdict, understand};
use crate::domain::ticket::{self, Category, Command, Opening, Placing, Reporter};
use crate::domain::view::Suggested;
use crate::domain::words::{Channel, Outcome, Platform, Queue, ReporterRole, Role, Urgency};
use crate::store::ticket::{ReporterRow, TicketRow, UnderstandingRow};
use crate::store::types::{Json, Time};
use crate::store::{Db, StoreError, people, ticket as rows};

mod draft;
mod once;
mod receipt;
pub use draft::Draft;
pub use once::Once;
pub use receipt::Receipt;

/// Longest name of a person, in characters.
const NAME_LIMIT: usize = 60;
/// Longest description of a place, in characters.
const PLACE_LIMIT: usize = 200;

/// Opens a ticket for a member of staff or a program. With `once`, a repeat of the same draft gets the same receipt and
/// opens nothing.
///
/// # Errors
/// [`Failure::Invalid`] naming the field; [`Failure::Forbidden`] for those who take no requests.
pub fn open(engine: &Engine, staff: &Staff, draft: &Draft, once: Option<&Once>) -> Result<Receipt, Failure> {
    let platform = desk_of(staff).ok_or(Failure::Forbidden)?;
    let settings = engine.settings(staff.community)?;
    let checked = Checked::of(&settings, draft, platform)?;
    let understood = understand(&settings.catalogue, &draft.words);
    let now = engine.now();
    let number = engine.number(&settings, now)?;
    let actor = Actor::Staff(staff.clone());
    let by = By { settings: &settings, actor: &actor, now };
    let receipt = engine.store.write(|db| {
        if let Some(before) = once::claimed(db, staff.community, once)? {
            return Ok((before, false));
        }
        let receipt = open_draft(engine, db, by, (draft, &checked, &understood, number))?;
        once::settle(db, staff.community, once, &receipt, now)?;
        Ok::<_, Failure>((receipt, true))
    });
    match receipt {
        Ok((receipt, true)) => Ok(receipt),
        Ok((receipt, false)) => {
            engine.numbers.give_back(staff.community, number);
            Ok(receipt)
        }
        Err(failure) => {
            engine.numbers.give_back(staff.community, number);
            Err(failure)
        }
    }
}

/// The desk a member of staff takes requests for.
pub fn desk_of(staff: &Staff) -> Option<Platform> {
    let takes = |role: Role| matches!(role, Role::Agent | Role::CommitteeStaff | Role::Manager | Role::Steward);
    staff.seats.iter().find(|seat| takes(seat.role)).map(|seat| seat.platform)
}

/// The draft's fields, checked.
struct Checked {
    channel: Channel,
    lead: Platform,
    name: Option<String>,
    phone: Option<Phone>,
    place: Option<String>,
}

impl Checked {
    fn of(settings: &Settings, draft: &Draft, platform: Platform) -> Result<Self, Failure> {
        super::text("words", &draft.words, ticket::WORDS_LIMIT)?;
        let given = |field, text: &Option<String>, limit| match text.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => super::text(field, text, limit).map(|text| Some(text.to_owned())),
        };
        let phone = match given("phone", &draft.phone, 40)? {
            None => None,
            Some(text) => Some(Phone::parse(&text).map_err(|e| Invalid::new("phone", Problem::Phone(e)))?),
        };
        if let Some(code) = &draft.category
            && settings.category(code).is_none_or(|row| row.retired_at.is_some())
        {
            return Err(Invalid::new("category", Problem::Unknown).into());
        }
        if draft.settled.is_some() && draft.keep_unassigned {
            return Err(Invalid::new("settled", Problem::Form("a request is either settled or kept")).into());
        }
        let lead = draft.channel.map_or(platform, lead_of);
        if lead != platform {
            return Err(Invalid::new("channel", Problem::Form("a channel of the own platform")).into());
        }
        Ok(Self {
            channel: draft.channel.unwrap_or(match platform {
                Platform::Property => Channel::Hotline,
                Platform::Committee => Channel::Wechat,
            }),
            lead,
            name: given("name", &draft.name, NAME_LIMIT)?,
            phone,
            place: given("place", &draft.place, PLACE_LIMIT)?,
        })
    }
}

/// The platform a channel belongs to: who answers to the resident. The city hands its orders to the committee.
pub const fn lead_of(channel: Channel) -> Platform {
    match channel {
        Channel::Wechat | Channel::Web | Channel::Open311 | Channel::City12345 => Platform::Committee,
        Channel::Hotline | Channel::WalkIn => Platform::Property,
    }
}

fn open_draft(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (draft, checked, understood, number): (&Draft, &Checked, &Understanding, TicketNumber),
) -> Result<Receipt, Failure> {
    let community = by.settings.community.id;
    let known = match draft.resident {
        Some(id) => {
            let found = people::find(db, community, &people::Wanted::Residents(vec![id]), 1)?;
            if found.is_empty() {
                return Err(Invalid::new("resident", Problem::Unknown).into());
            }
            people::homes(db, community, &[id])?.into_iter().find(|home| home.to_day.is_none()).map(|home| home.flat_id)
        }
        None => None,
    };
    let home = match known {
        Some(flat) => places::paths(db, community, &[flat])?.remove(&flat),
        None => None,
    };
    let place = place_of(db, by.settings, (draft, checked), home.as_ref())?;
    let reporter = Person {
        role: if draft.proxy { ReporterRole::Proxy } else { ReporterRole::First },
        resident: draft.resident,
        identity: None,
        name: checked.name.clone(),
        phone: checked.phone.clone(),
    };
    let request = Request {
        number,
        channel: checked.channel,
        lead: checked.lead,
        words: &draft.words,
        understood,
        place,
        person: reporter,
    };
    let row = request.open(engine, db, by, draft)?;
    let row = match &draft.settled {
        None => row,
        Some((outcome, note)) => settle(engine, db, by, (row, *outcome, note.clone()))?,
    };
    Ok(Receipt::of(&row)?)
}

/// The place typed beside the words goes before the place in the words.
fn place_of(
    db: &mut Db,
    settings: &Settings,
    (draft, checked): (&Draft, &Checked),
    home: Option<&PlacePath>,
) -> Result<Where, Failure> {
    if let Some(id) = draft.place_id {
        let path = places::paths(db, settings.community.id, &[id])?.remove(&id).filter(|path| path.leaf().is_some());
        let path = path.ok_or_else(|| Invalid::new("place_id", Problem::Unknown))?;
        let building = path.building.as_ref().or(home.and_then(|h| h.building.as_ref())).map(|b| b.id);
        let reporter = home.and_then(PlacePath::leaf).map(|leaf| leaf.id);
        return Ok(Where { about: Some(id), reporter, building, text: None, choices: Vec::new() });
    }
    let mut place = places::understand(db, settings, checked.place.as_deref().unwrap_or(&draft.words), home)?;
    if let Some(typed) = &checked.place
        && place.about.is_none()
    {
        // Known or not, what the agent typed is kept.
        place.text = Some(typed.clone());
    } else if place.about.is_none() && place.text.is_none() && place.choices.is_empty() {
        place.about = place.reporter;
    }
    Ok(place)
}

/// Finished in the same breath: answered on the telephone.
fn settle(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (row, outcome, note): (TicketRow, Outcome, Option<String>),
) -> Result<TicketRow, Failure> {
    let before = change::whole(db, by.settings, row, by.now)?;
    let today = by.settings.calendar.local_date(by.now);
    let finish = Command::Finish { outcome, note, review_on: None, today };
    let decision = ticket::decide(&before.ticket, &finish, by.actor, by.now)?;
    change::save(engine, db, by, (&before, &decision))
}

/// Who says it.
pub(super) struct Person {
    pub(super) role: ReporterRole,
    pub(super) resident: Option<ResidentId>,
    pub(super) identity: Option<IdentityId>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<Phone>,
}

/// A request ready to be opened, whatever door it came by.
pub(super) struct Request<'a> {
    pub(super) number: TicketNumber,
    pub(super) channel: Channel,
    pub(super) lead: Platform,
    pub(super) words: &'a str,
    pub(super) understood: &'a Understanding,
    pub(super) place: Where,
    pub(super) person: Person,
}

impl Request<'_> {
    /// Decides and writes: ticket, reporter, understanding.
    pub(super) fn open(self, engine: &Engine, db: &mut Db, by: By<'_>, draft: &Draft) -> Result<TicketRow, Failure> {
        let (community, now) = (by.settings.community.id, by.now);
        let reporter = ReporterId(engine.chance.id::<ReporterId>(now).0);
        let opening = self.opening(engine, db, by, (draft, reporter))?;
        let decision = ticket::open(opening, now)?;
        let row = change::insert(engine, db, by, &decision)?;
        rows::insert_reporter(db, &self.person.row(engine, (community, row.id, reporter), now))?;
        rows::insert_understanding(db, &noted(self.understood, &row)?)?;
        Ok(row)
    }

    fn opening(
        &self,
        engine: &Engine,
        db: &mut Db,
        by: By<'_>,
        (draft, reporter): (&Draft, ReporterId),
    ) -> Result<Opening, Failure> {
        let settings = by.settings;
        let understood = self.understood;
        let code = draft.category.clone().or_else(|| match (&understood.verdict, draft.queue) {
            // Of a guess nobody confirmed, only a sure one becomes the ticket's category.
            (Verdict::Queue(queue), None) => understood.category.clone().filter(|_| !queue_overruled(draft, *queue)),
            (Verdict::Queue(queue), Some(chosen)) if *queue == chosen => understood.category.clone(),
            _ => None,
        });
        let category = code.as_deref().and_then(|code| settings.category(code));
        let confidential = understood.confidential && draft.queue.is_none() && draft.category.is_none();
        let placing = self.placing(db, settings, (draft, category.map(|c| c.queue)))?;
        let urgency = draft.urgency.unwrap_or_else(|| match category {
            Some(category) if understood.emergency.is_none() => category.urgency,
            _ if draft_is_by_staff(by.actor) && understood.emergency.is_some() => {
                // The note asks the agent; the class does not flip by itself (DESIGN §11).
                category.map_or(Urgency::Urgent, |c| c.urgency).max(Urgency::Urgent)
            }
            _ => understood.urgency,
        });
        Ok(Opening {
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
            placing,
            about_place: self.place.about,
            reporter_place: self.place.reporter,
            building: self.place.building,
            place_text: self.place.text.clone(),
            reporters: vec![Reporter { id: reporter, role: self.person.role, left: false, last_nudge_at: None }],
            subjects: draft.subjects.clone(),
            words: self.words.to_owned(),
            rules: settings.rules(by.now),
        })
    }

    fn placing(
        &self,
        db: &mut Db,
        settings: &Settings,
        (draft, of_category): (&Draft, Option<Queue>),
    ) -> Result<Placing, Failure> {
        let queue = match (&self.understood.verdict, draft.queue.or(of_category.filter(|_| draft.category.is_some()))) {
            (_, Some(chosen)) => Some(chosen),
            (Verdict::Queue(queue), None) => Some(*queue),
            (Verdict::Unsure | Verdict::NoRequest(_), None) => None,
        };
        let Some(queue) = queue.filter(|_| !draft.keep_unassigned) else { return Ok(Placing::Unsure) };
        let worker = match queue {
            Queue::Steward => places::steward_of(db, settings.community.id, self.place.building)?,
            _ => None,
        };
        Ok(Placing::Queue { queue, worker, accepts_directly: settings.accepts_directly(queue) })
    }
}

fn queue_overruled(draft: &Draft, queue: Queue) -> bool {
    draft.queue.is_some_and(|chosen| chosen != queue)
}

fn draft_is_by_staff(actor: &Actor) -> bool {
    matches!(actor, Actor::Staff(_))
}

/// An agent's chosen category says what is paid; a guessed one is paid only if the words said it is in the home.
fn understood_paid(understood: &Understanding, draft: &Draft) -> bool {
    draft.category.is_some() || understood.paid
}

impl Person {
    /// The reporter's row, with the number sealed.
    pub(super) fn row(
        &self,
        engine: &Engine,
        (community, ticket, id): (crate::domain::ids::CommunityId, TicketId, ReporterId),
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

impl Engine {
    /// The next ticket number of the community's local day.
    pub(super) fn number(&self, settings: &Settings, now: DateTime<Utc>) -> Result<TicketNumber, StoreError> {
        let day = settings.calendar.local_date(now);
        self.numbers.next(&self.store, settings.community.id, day, now)
    }
}
