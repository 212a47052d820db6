//! A request comes in: understood, placed, opened and numbered at once, in one transaction.

use chrono::{DateTime, Utc};

use super::change::{self, By};
use super::places::{self, Where};
use super::{Engine, Failure, Invalid, Problem, Settings, hotline};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{CallId, TicketNumber};
use crate::domain::phone::Phone;
use crate::domain::place::PlacePath;
use crate::domain::routing::{Understanding, understand};
use crate::domain::ticket::{self, Command};
use crate::domain::view::CallTie;
use crate::domain::words::{Channel, Outcome, Platform, ReporterRole, Role};
use crate::fail_point::{self, FailPoint};
use crate::store::ticket::TicketRow;
use crate::store::{Db, StoreError, people, user};

mod draft;
mod once;
mod receipt;
mod request;

pub use draft::Draft;
pub use once::Once;
pub use receipt::Receipt;
pub(super) use request::{Person, Request};

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
    if let Some(before) = once::before(engine, staff.community, once)? {
        return Ok(before);
    }
    let mut draft = draft.clone();
    draft.subjects.sort_unstable();
    draft.subjects.dedup();
    let settings = engine.settings(staff.community)?;
    let checked = Checked::of(&settings, &draft, platform)?;
    let understood = understand(&settings.catalogue, &draft.words);
    let now = engine.now();
    let number = engine.number(&settings, now)?;
    let (its_engine, actor) = (engine.clone(), Actor::Staff(staff.clone()));
    let its_once = once.cloned();
    let opened = engine.store.write_together(move |db| {
        let by = By { settings: &settings, actor: &actor, now };
        let receipt = open_draft(&its_engine, db, by, (&draft, &checked, &understood, number))?;
        fail_point::at(FailPoint::RequestOpened);
        once::settle(db, settings.community.id, its_once.as_ref(), &receipt, now)?;
        Ok::<_, Failure>(receipt)
    });
    fail_point::at(FailPoint::RequestCommitted);
    opened.or_else(|failure| {
        if failure.undid() {
            engine.numbers.give_back(staff.community, number);
        }
        match failure {
            // Another attempt came in between; by now it is known what it did.
            Failure::KeyRunning => once::before(engine, staff.community, once)?.ok_or(Failure::KeyRunning),
            other => Err(other),
        }
    })
}

/// The desk a member of staff takes requests for.
pub fn desk_of(staff: &Staff) -> Option<Platform> {
    let takes = |role: Role| matches!(role, Role::Agent | Role::CommitteeStaff | Role::Manager | Role::Steward);
    staff.seats.iter().find(|seat| takes(seat.role)).map(|seat| seat.platform)
}

/// The draft's fields, checked.
pub(super) struct Checked {
    pub(super) channel: Channel,
    pub(super) lead: Platform,
    pub(super) name: Option<String>,
    pub(super) phone: Option<Phone>,
    pub(super) place: Option<String>,
}

impl Checked {
    pub(super) fn of(settings: &Settings, draft: &Draft, platform: Platform) -> Result<Self, Failure> {
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
    for user in &draft.subjects {
        if !user::memberships(db, *user)?.iter().any(|seat| seat.community_id == community) {
            return Err(Invalid::new("subjects", Problem::Unknown).into());
        }
    }
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
    let calling = draft.call.map(|call| calling(engine, db, by, call)).transpose()?.flatten();
    // A number the register has for this person is not written down again.
    let phone = match (&checked.phone, calling, draft.resident) {
        (Some(typed), ..) => Some(typed.clone()),
        (None, Some(number), Some(resident)) => {
            let hash = engine.keys.blind("phone", number.as_str());
            let own = people::phones(db, community, &[resident])?.iter().any(|row| row.whole_hash == hash);
            Some(number).filter(|_| !own)
        }
        (None, number, _) => number,
    };
    let reporter = Person {
        role: if draft.proxy { ReporterRole::Proxy } else { ReporterRole::First },
        resident: draft.resident,
        identity: None,
        name: checked.name.clone(),
        phone,
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
    if let (Some(call), Actor::Staff(staff)) = (draft.call, by.actor) {
        hotline::settle_for(engine, db, (staff, call, row.id), CallTie::Opened)?;
    }
    let row = match &draft.settled {
        None => row,
        Some((outcome, note)) => settle(engine, db, by, (row, *outcome, note.clone()))?,
    };
    Ok(Receipt::of(&row)?)
}

/// The number of the call a request is said in; `None` when it was withheld.
fn calling(engine: &Engine, db: &mut Db, by: By<'_>, call: CallId) -> Result<Option<Phone>, Failure> {
    if !matches!(by.actor, Actor::Staff(staff) if staff.at_desk(Platform::Property)) {
        return Err(Failure::Forbidden);
    }
    hotline::caller_number(engine, db, by.settings.community.id, call).map_err(|failure| match failure {
        Failure::NotFound(_) => Invalid::new("call", Problem::Unknown).into(),
        other => other,
    })
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
    let place = places::understand(db, settings, checked.place.as_deref().unwrap_or(&draft.words), home)?;
    Ok(beside(place, checked.place.as_deref()))
}

/// Known or not, what the agent typed is kept; and where nothing was said, it is about the reporter's home.
pub(super) fn beside(mut place: Where, typed: Option<&str>) -> Where {
    if let Some(typed) = typed
        && place.about.is_none()
    {
        place.text = Some(typed.to_owned());
    } else if place.about.is_none() && place.text.is_none() && place.choices.is_empty() {
        place.about = place.reporter;
    }
    place
}

/// Finished in the same breath: answered on the telephone.
fn settle(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (row, outcome, note): (TicketRow, Outcome, Option<String>),
) -> Result<TicketRow, Failure> {
    let before = change::whole(db, by.settings, row.clone(), by.now)?;
    // A complaint about the property is not settled by the one who took it down: it stays with the committee.
    if !ticket::may_see(&before.ticket, by.actor) {
        return Ok(row);
    }
    let today = by.settings.calendar.local_date(by.now);
    let finish = Command::Finish { outcome, note, review_on: None, today };
    let decision = ticket::decide(&before.ticket, &finish, by.actor, by.now)?;
    change::save(engine, db, by, (&before, &decision))
}

impl Engine {
    /// The next ticket number of the community's local day.
    pub(super) fn number(&self, settings: &Settings, now: DateTime<Utc>) -> Result<TicketNumber, StoreError> {
        let day = settings.calendar.local_date(now);
        self.numbers.next(&self.store, settings.community.id, day, now)
    }
}
