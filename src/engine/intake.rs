//! A request comes in: understood, placed, numbered and decided on beside the changes, then written in one.

use chrono::{DateTime, Utc};

use super::change::{self, By, NewTicket};
use super::places::{self, Where};
use super::{Engine, Failure, Invalid, Problem, Settings, hotline};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::TicketNumber;
use crate::domain::phone::Phone;
use crate::domain::routing::understand;
use crate::domain::ticket::{self, Command};
use crate::domain::view::{CallTie, PlaceLine};
use crate::domain::words::{Channel, Outcome, Platform, Role};
use crate::fail_point::{self, FailPoint};
use crate::store::ticket::TicketRow;
use crate::store::{Db, StoreError};

mod draft;
mod known;
mod once;
mod receipt;
mod request;

pub use draft::Draft;
use known::Known;
use once::Claimed;
pub use once::Once;
pub use receipt::Receipt;
pub(super) use request::{Person, Request, steward};

/// Longest name of a person, in characters.
const NAME_LIMIT: usize = 60;
/// Longest description of a place, in characters.
const PLACE_LIMIT: usize = 200;

/// A request taken down.
#[derive(Debug)]
pub struct Opened {
    /// What became of it, now or at an earlier attempt.
    pub receipt: Receipt,
    /// Where it is about, as far as that is known without another look and whoever opened it may see it.
    pub place: Option<PlaceLine>,
}

/// Opens a ticket for a member of staff or a program. With `once`, a repeat of the same draft gets the same receipt and
/// opens nothing.
///
/// # Errors
/// [`Failure::Invalid`] naming the field; [`Failure::Forbidden`] for those who take no requests; [`Failure::KeyReused`] for another
/// draft under the same key.
pub fn open(engine: &Engine, staff: &Staff, draft: &Draft, once: Option<&Once>) -> Result<Opened, Failure> {
    let platform = desk_of(staff).ok_or(Failure::Forbidden)?;
    // Few attempts are repeats: the key itself says so when it is claimed, and nobody looks before.
    attempt(engine, (staff, platform), draft, once).or_else(|failure| match failure {
        Failure::Store(_) | Failure::KeyReused => Err(failure),
        // What is refused by now may have been done before.
        _ => match once::before(engine, staff.community, once)? {
            Some(receipt) => Ok(Opened { receipt, place: None }),
            None => Err(failure),
        },
    })
}

/// Opens it, or learns from its key that an earlier attempt did.
fn attempt(
    engine: &Engine,
    (staff, platform): (&Staff, Platform),
    draft: &Draft,
    once: Option<&Once>,
) -> Result<Opened, Failure> {
    let mut draft = draft.clone();
    draft.subjects.sort_unstable();
    draft.subjects.dedup();
    let settings = engine.settings(staff.community)?;
    let checked = Checked::of(&settings, &draft, platform)?;
    let understood = understand(&settings.catalogue, &draft.words);
    let now = engine.now();
    let actor = Actor::Staff(staff.clone());
    let by = By { settings: &settings, actor: &actor, now };
    let said = (&draft, &checked, &understood);
    let known = Known::of(engine, by, said)?;
    let number = engine.number(&settings, now)?;
    let unused = || engine.numbers.give_back(staff.community, number);
    let request = Request::taken(number, said, (known.place, known.phone));
    let new = request.rows(engine, by, &draft, known.steward).inspect_err(|_| unused())?;
    let place = places::kept(&settings, &new.row).filter(|_| ticket::may_see(&new.ticket, &actor));
    let (its_engine, its_once) = (engine.clone(), once.cloned());
    let done = engine.store.write_together(move |db| {
        let by = By { settings: &settings, actor: &actor, now };
        let claimed = write(&its_engine, db, by, (&draft, &new), its_once.as_ref())?;
        fail_point::at(FailPoint::RequestOpened);
        Ok::<_, Failure>(claimed)
    });
    fail_point::at(FailPoint::RequestCommitted);
    match done {
        Ok(Claimed::Now(receipt)) => Ok(Opened { receipt, place }),
        Ok(Claimed::Before(receipt)) => {
            unused();
            Ok(Opened { receipt, place: None })
        }
        Ok(Claimed::Otherwise) => {
            unused();
            Err(Failure::KeyReused)
        }
        Err(failure) => {
            if failure.undid() {
                unused();
            }
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

/// Writes a new ticket's rows and what stands in the same transaction: its key, the tie to its call, that it is settled.
fn write(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (draft, new): (&Draft, &NewTicket),
    once: Option<&Once>,
) -> Result<Claimed, Failure> {
    let community = by.settings.community.id;
    let claimed = once::claim(db, community, once, Receipt::of(&new.row)?, by.now)?;
    if !matches!(claimed, Claimed::Now(_)) {
        return Ok(claimed);
    }
    new.write(db)?;
    if let (Some(call), Actor::Staff(staff)) = (draft.call, by.actor) {
        hotline::settle_for(engine, db, (staff, call, new.row.id), CallTie::Opened)?;
    }
    let Some((outcome, note)) = &draft.settled else { return Ok(claimed) };
    let row = settle(engine, db, by, (new.row.clone(), *outcome, note.clone()))?;
    let receipt = Receipt::of(&row)?;
    once::amend(db, community, once, &receipt)?;
    Ok(Claimed::Now(receipt))
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
