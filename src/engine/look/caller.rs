//! Who calls, and what they said before: by number, last four digits, name or flat.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::hotline::OnLine;
use super::super::{Engine, Failure, Settings, places};
use super::{Sight, lines::lines};
use crate::domain::actor::Staff;
use crate::domain::ids::{CallId, PlaceId, ResidentId};
use crate::domain::phone::Phone;
use crate::domain::place::{self, Resolved};
use crate::domain::view::{CallerPage, PlaceLine, ResidentView, TicketLine};
use crate::domain::wording::has_control;
use crate::store::lists::{self, Day, Whose};
use crate::store::people::{self, Living, OFFERED, OccupancyRow, Person, PhoneRow, Wanted};
use crate::store::{Db, StoreError};

/// The most complaints about a home that are told.
const COMPLAINTS: usize = 10;
/// The most that is told of a building.
const AROUND: usize = 20;

/// What was typed into the box.
enum Typed {
    OnLine(OnLine),
    Number(Phone),
    LastFour(String),
    Words(String),
    Person(ResidentId),
}

fn read(query: &str) -> Typed {
    let bare: String = query.chars().filter(|c| !c.is_whitespace()).collect();
    if let Ok(phone) = Phone::parse(&bare) {
        return Typed::Number(phone);
    }
    if bare.len() == 4 && bare.bytes().all(|b| b.is_ascii_digit()) {
        return Typed::LastFour(bare);
    }
    Typed::Words(query.trim().chars().take(60).collect())
}

/// Whom an agent looks up.
#[derive(Debug, Clone, Copy, Default)]
pub struct LookUp<'a> {
    /// Whoever is on this call. The number comes from the switchboard and is not shown.
    pub call: Option<CallId>,
    /// A number, last four digits, a name or a flat. Within a call it finds the people: the number is on no file, or somebody
    /// rings from another's telephone.
    pub query: &'a str,
    /// Who of those it fits; without anything else, someone of the register.
    pub chosen: Option<ResidentId>,
}

impl LookUp<'_> {
    /// Nobody is looked up.
    pub fn is_nobody(&self) -> bool {
        self.call.is_none() && self.chosen.is_none() && self.query.trim().is_empty()
    }
}

/// The people a number, name or flat fits, and of the only one what was reported before.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk: the register is not for reading in a stairwell.
pub fn caller(engine: &Engine, staff: &Staff, query: &str) -> Result<CallerPage, Failure> {
    let sight = Sight::of(engine, staff)?;
    let (page, _) = beside(engine, &sight, &LookUp { call: None, query, chosen: None }, None, None)?;
    Ok(page)
}

/// Whom the look-up finds, and what was reported before by the one chosen, or the only one. With a day its newest requests, in
/// the same statement. Who is not in the register, and a call without a number, is an empty page. `on_line` is who speaks in the call.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk.
pub(super) fn beside(
    engine: &Engine,
    sight: &Sight,
    look_up: &LookUp<'_>,
    on_line: Option<OnLine>,
    day: Option<&Day>,
) -> Result<(CallerPage, Vec<TicketLine>), Failure> {
    let LookUp { call, query, chosen } = *look_up;
    if !(sight.scope.property_desk || sight.scope.committee_desk) {
        return Err(Failure::Forbidden);
    }
    let typed = match (on_line, query.trim(), chosen) {
        (Some(on_line), "", _) => Typed::OnLine(on_line),
        (None, "", Some(id)) => Typed::Person(id),
        // Nobody is called that, and PostgreSQL takes no NUL.
        (_, query, _) if has_control(query) => Typed::Words(String::new()),
        (_, query, _) => read(query),
    };
    // Somebody who rings from another's telephone was found by name before.
    let named = chosen.filter(|_| call.is_some() && query.trim().is_empty());
    // Who it is and what they said before need not be of one moment.
    Ok(engine.store.read_one(|db| {
        let mut met = found(engine, db, sight, &typed)?;
        let mut asked = &typed;
        let person = named.filter(|id| met.people.iter().all(|person| person.row.id != *id)).map(Typed::Person);
        if let Some(person) = &person {
            let one = found(engine, db, sight, person)?;
            if !one.people.is_empty() {
                (met, asked) = (one, person);
            }
        }
        let Found { mut page, people, left } = met;
        let flat = page.flat.as_ref().map(|(id, _)| *id);
        let home = |home: &&OccupancyRow| Some(home.flat_id) == flat;
        let living: Vec<OccupancyRow> = people.iter().flat_map(|person| &person.homes).filter(home).cloned().collect();
        let since = household_since(sight, &living, left);
        page.people = views(engine, db, &sight.settings, people)?;
        page.chosen = match chosen {
            Some(id) => page.people.iter().position(|person| person.id == id),
            None if page.people.len() == 1 => Some(0),
            None => None,
        };
        let today = history(engine, db, sight, (asked, since, &mut page), day)?;
        Ok((page, today))
    })?)
}

/// Whom a look-up finds.
#[derive(Default)]
struct Found {
    /// A page of what was looked for.
    page: CallerPage,
    /// Whom it fits.
    people: Vec<Person>,
    /// The last day of the last one who left the flat.
    left: Option<NaiveDate>,
}

fn found(engine: &Engine, db: &mut Db, sight: &Sight, typed: &Typed) -> Result<Found, StoreError> {
    let mut found = Found::default();
    match typed {
        Typed::OnLine(on_line) => {
            found.page.unknown_phone = on_line.phone.as_ref().map(Phone::masked);
            found.people.clone_from(&on_line.people);
        }
        Typed::Number(phone) => {
            found.page.unknown_phone = Some(phone.masked());
            found.people = whole(db, sight, &Wanted::Phone(engine.keys.blind("phone", phone.as_str()).to_vec()))?;
        }
        Typed::LastFour(digits) => {
            let hash = engine.keys.blind("phone.last_four", digits).to_vec();
            found.people = whole(db, sight, &Wanted::LastFour(hash, digits.clone()))?;
        }
        Typed::Person(id) => found.people = whole(db, sight, &Wanted::Resident(*id))?,
        Typed::Words(words) if words.is_empty() => {}
        Typed::Words(words) => flat(db, sight, words, &mut found)?,
    }
    found.page.more_people = found.people.len() > OFFERED;
    found.people.truncate(OFFERED);
    if !found.people.is_empty() {
        found.page.unknown_phone = None;
    }
    Ok(found)
}

/// The people wanted; one more than are offered tells that there are more.
fn whole(db: &mut Db, sight: &Sight, wanted: &Wanted) -> Result<Vec<Person>, StoreError> {
    people::whole(db, sight.settings.community.id, wanted, i64::try_from(OFFERED + 1).unwrap_or(0))
}

/// Those who live in the flat that was typed; otherwise those of that name.
fn flat(db: &mut Db, sight: &Sight, words: &str, found: &mut Found) -> Result<(), StoreError> {
    let community = sight.settings.community.id;
    let said = place::parse(words, &sight.settings.names);
    let mut inside = Living::default();
    let resolved = places::resolve_by(db, &sight.settings, (said.as_ref(), None), |db, building, codes| {
        inside = people::living(db, community, building, codes)?;
        Ok(inside.fitting())
    })?;
    match resolved {
        Resolved::Known(path) if path.building.is_some() => {
            let (building, leaf) = (path.building.as_ref().map(|b| b.id), path.leaf().map(|leaf| leaf.id));
            found.page.flat = leaf.map(|id| (id, PlaceLine { path: Some(path.into()), text: None }));
            found.left = leaf.and_then(|leaf| inside.left(leaf));
            match (inside.in_buildings(building.as_slice()), leaf) {
                (Some(those), _) => lived_in(db, sight, those, found),
                // Behind a door that the register does not know nobody of it lives.
                (None, Some(leaf)) if said.is_some_and(|said| said.flat.is_none()) => {
                    found.people = whole(db, sight, &Wanted::Under(leaf))?;
                    Ok(())
                }
                (None, _) => Ok(()),
            }
        }
        Resolved::Ambiguous(choices) => {
            let buildings: Vec<PlaceId> = choices.iter().filter_map(|c| Some(c.building.as_ref()?.id)).collect();
            lived_in(db, sight, inside.in_buildings(&buildings).unwrap_or_default(), found)
        }
        Resolved::Known(_) | Resolved::Text(_) | Resolved::Unsaid => {
            found.people = whole(db, sight, &Wanted::Name(words.to_owned()))?;
            Ok(())
        }
    }
}

/// Those who live in the flats that fit. A door that several staircases have is the one that somebody lives behind.
fn lived_in(
    db: &mut Db,
    sight: &Sight,
    (people, flat): (Vec<Person>, Option<PlaceId>),
    found: &mut Found,
) -> Result<(), StoreError> {
    if let Some(flat) = flat.filter(|flat| found.page.flat.as_ref().is_none_or(|(id, _)| id != flat)) {
        let path = places::known(db, &sight.settings, &[flat])?.remove(&flat);
        found.page.flat = Some((flat, PlaceLine { path, text: None }));
    }
    found.people = people;
    Ok(())
}

/// People as the page shows them: numbers masked.
fn views(
    engine: &Engine,
    db: &mut Db,
    settings: &Settings,
    people: Vec<Person>,
) -> Result<Vec<ResidentView>, StoreError> {
    let flats: Vec<PlaceId> = people.iter().flat_map(|person| &person.homes).map(|home| home.flat_id).collect();
    let paths = places::known(db, settings, &flats)?;
    let home = |home: OccupancyRow| {
        let path = paths.get(&home.flat_id).cloned();
        (home.flat_id, PlaceLine { path, text: None }, home.relation)
    };
    people
        .into_iter()
        .map(|Person { row, phones, homes }| {
            Ok(ResidentView {
                phones: phones.iter().map(|phone| masked(engine, phone)).collect::<Result<_, _>>()?,
                homes: homes.into_iter().map(home).collect(),
                id: row.id,
                name: row.name,
                care_note: row.care_note,
            })
        })
        .collect()
}

fn masked(engine: &Engine, row: &PhoneRow) -> Result<String, StoreError> {
    let plain = engine.keys.open("resident_phone.sealed", row.id.0, &row.sealed)?;
    let wrong = |cause: &dyn std::fmt::Debug| {
        StoreError::impossible("resident_phone", "sealed", row.id, format_args!("{cause:?}"))
    };
    let digits = String::from_utf8(plain).map_err(|e| wrong(&e))?;
    Ok(Phone::parse(&digits).map_err(|e| wrong(&e))?.masked())
}

/// Since when the present household lives in a flat: a new tenant must not inherit the former one's history (DESIGN §8).
/// An owner who let the flat does not live there. An empty flat tells nothing from before the last one left.
fn household_since(sight: &Sight, living: &[OccupancyRow], left: Option<NaiveDate>) -> Option<DateTime<Utc>> {
    let tenants = living.iter().filter(|home| home.relation == "tenant").map(|home| home.from_day).min();
    let since = tenants.or_else(|| living.iter().map(|home| home.from_day).min());
    let since = since.or_else(|| left?.succ_opt());
    since.map(|day| sight.settings.calendar.start_of_day(day))
}

fn history(
    engine: &Engine,
    db: &mut Db,
    sight: &Sight,
    (typed, since, page): (&Typed, Option<DateTime<Utc>>, &mut CallerPage),
    day: Option<&Day>,
) -> Result<Vec<TicketLine>, StoreError> {
    let person = page.chosen.and_then(|at| page.people.get(at));
    let home = person.and_then(|p| p.homes.first()).map(|(id, line, _)| (*id, line.clone())).or(page.flat.clone());
    let number = match typed {
        Typed::Number(phone) => Some(phone),
        Typed::OnLine(on_line) => on_line.phone.as_ref(),
        Typed::LastFour(_) | Typed::Words(_) | Typed::Person(_) => None,
    };
    let whose = match (person, number) {
        (Some(person), _) => Some(Whose::Resident(person.id)),
        (None, Some(phone)) => Some(Whose::Phone(engine.keys.blind("phone", phone.as_str()).to_vec())),
        (None, None) => page.flat.as_ref().map(|(id, _)| Whose::Flat(*id, since)),
    };
    let at = home.as_ref().map(|(flat, line)| lists::Home {
        place: Some(*flat),
        building: line.path.as_ref().and_then(|path| path.building.as_ref()).map(|building| building.id),
    });
    let Some(whose) = whose else {
        let rows = day.map(|day| lists::of_day(db, &sight.scope, day)).transpose()?.unwrap_or_default();
        return lines(db, &sight.settings, rows, sight.now);
    };
    let found = lists::of_caller(db, &sight.scope, (&whose, at.unwrap_or_default()), day)?;
    let mut shown = |rows| lines(db, &sight.settings, rows, sight.now);
    page.history = shown(found.reported)?;
    page.history_more = found.more;
    // What others say about this flat.
    page.about_flat = shown(found.complaints)?;
    page.about_flat.truncate(COMPLAINTS);
    // A neighbour's trouble in their own flat is nobody's business; a broken lift is.
    let building = shown(found.building)?.into_iter();
    let shared = |line: &TicketLine| line.place.path.as_ref().is_some_and(|path| path.flat.is_none());
    page.building = building.filter(shared).take(AROUND).collect();
    shown(found.day)
}
