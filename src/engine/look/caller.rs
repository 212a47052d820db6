//! Who calls, and what they said before: by number, last four digits, name or flat.

use chrono::{DateTime, Utc};

use super::super::{Engine, Failure, Settings, hotline, places};
use super::{Sight, lines::lines};
use crate::domain::actor::Staff;
use crate::domain::ids::{CallId, PlaceId, ResidentId};
use crate::domain::phone::Phone;
use crate::domain::place::{self, PlacePath, Resolved};
use crate::domain::view::{CallerPage, PlaceLine, ResidentView, TicketLine};
use crate::store::lists::{self, Whose};
use crate::store::people::{self, OccupancyRow, Person, PhoneRow, Wanted};
use crate::store::place as place_rows;
use crate::store::{Db, StoreError};

/// The most people offered to choose from.
const PEOPLE: i64 = 20;

/// The most that is told about a home, and of a building.
const AROUND: usize = 20;

/// What was typed into the box.
enum Typed {
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

/// The people a number, name or flat fits, and of the one chosen (or the only one) what was reported before.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk: the register is not for reading in a stairwell.
pub fn caller(engine: &Engine, staff: &Staff, query: &str, chosen: Option<ResidentId>) -> Result<CallerPage, Failure> {
    let sight = Sight::of(engine, staff)?;
    if !(sight.scope.property_desk || sight.scope.committee_desk) {
        return Err(Failure::Forbidden);
    }
    if crate::domain::wording::has_control(query) {
        // Nobody is called that, and PostgreSQL takes no NUL.
        return Ok(CallerPage::default());
    }
    found(engine, staff, &sight, &read(query), chosen)
}

/// The same for someone of the register.
///
/// # Errors
/// As [`caller`]. Someone who is not in the register is an empty page.
pub fn resident(engine: &Engine, staff: &Staff, id: ResidentId) -> Result<CallerPage, Failure> {
    let sight = Sight::of(engine, staff)?;
    if !(sight.scope.property_desk || sight.scope.committee_desk) {
        return Err(Failure::Forbidden);
    }
    found(engine, staff, &sight, &Typed::Person(id), Some(id))
}

/// The same for a call: the number comes from the switchboard and is not shown. With a query, that finds the people (the
/// number is on no file, or somebody rings from another's telephone). A call without a number finds nobody by itself.
///
/// # Errors
/// As [`caller`]; [`Failure::NotFound`] when there is no such call.
pub fn calling(
    engine: &Engine,
    staff: &Staff,
    (call, query): (CallId, &str),
    chosen: Option<ResidentId>,
) -> Result<CallerPage, Failure> {
    let sight = Sight::of(engine, staff)?;
    if !sight.scope.property_desk {
        return Err(Failure::Forbidden);
    }
    let number = engine.store.read(|db| hotline::caller_number(engine, db, staff.community, call))?;
    if !query.trim().is_empty() {
        return found(engine, staff, &sight, &read(query), chosen);
    }
    let typed = number.map_or_else(|| Typed::Words(String::new()), Typed::Number);
    let page = found(engine, staff, &sight, &typed, chosen)?;
    match chosen {
        // Somebody who rings from another's telephone, found by name before.
        Some(id) if page.chosen.is_none() => found(engine, staff, &sight, &Typed::Person(id), Some(id)),
        _ => Ok(page),
    }
}

fn found(
    engine: &Engine,
    staff: &Staff,
    sight: &Sight,
    typed: &Typed,
    chosen: Option<ResidentId>,
) -> Result<CallerPage, Failure> {
    engine.store.read(|db| {
        let mut page = CallerPage::default();
        let wanted = wanted(engine, db, sight, (typed, &mut page))?;
        let people = match &wanted {
            Some(wanted) => people::whole(db, staff.community, wanted, PEOPLE)?,
            None => Vec::new(),
        };
        if !people.is_empty() {
            page.unknown_phone = None;
        }
        let flat = page.flat.as_ref().map(|(id, _)| *id);
        let home = |home: &&OccupancyRow| Some(home.flat_id) == flat;
        let living: Vec<OccupancyRow> = people.iter().flat_map(|person| &person.homes).filter(home).cloned().collect();
        page.people = views(engine, db, &sight.settings, people)?;
        page.chosen = match chosen {
            Some(id) => page.people.iter().position(|person| person.id == id),
            None if page.people.len() == 1 => Some(0),
            None => None,
        };
        history(engine, db, sight, (typed, living, &mut page))?;
        Ok(page)
    })
}

fn wanted(
    engine: &Engine,
    db: &mut Db,
    sight: &Sight,
    (typed, page): (&Typed, &mut CallerPage),
) -> Result<Option<Wanted>, StoreError> {
    let community = sight.settings.community.id;
    Ok(Some(match typed {
        Typed::Number(phone) => {
            // Unless somebody is found.
            page.unknown_phone = Some(phone.masked());
            Wanted::Phone(engine.keys.blind("phone", phone.as_str()).to_vec())
        }
        Typed::LastFour(digits) => {
            let wanted = Wanted::LastFour(engine.keys.blind("phone.last_four", digits).to_vec());
            if people::find(db, community, &wanted, 1)?.is_empty() { flat(db, sight, digits, page)? } else { wanted }
        }
        Typed::Person(id) => Wanted::Residents(vec![*id]),
        Typed::Words(words) if words.is_empty() => return Ok(None),
        Typed::Words(words) => flat(db, sight, words, page)?,
    }))
}

/// Those who live in the flat that was typed; otherwise those of that name.
fn flat(db: &mut Db, sight: &Sight, words: &str, page: &mut CallerPage) -> Result<Wanted, StoreError> {
    let said = place::parse(words, &sight.settings.names);
    Ok(match places::resolve(db, &sight.settings, said.as_ref(), None)? {
        Resolved::Known(path) if path.building.is_some() => {
            let leaf = path.leaf().map(|leaf| leaf.id);
            let flats = match (&path.flat, leaf) {
                (Some(flat), _) => vec![flat.id],
                (None, Some(leaf)) => place_rows::flats_under(db, sight.settings.community.id, leaf)?,
                (None, None) => Vec::new(),
            };
            page.flat = leaf.map(|id| (id, PlaceLine { path: Some(path), text: None }));
            Wanted::Flats(flats)
        }
        Resolved::Ambiguous(choices) => {
            Wanted::Flats(choices.iter().filter_map(|c| Some(c.flat.as_ref()?.id)).collect())
        }
        Resolved::Known(_) | Resolved::Text(_) | Resolved::Unsaid => Wanted::Name(words.to_owned()),
    })
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
        let path: Option<PlacePath> = paths.get(&home.flat_id).cloned();
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
fn household_since(
    db: &mut Db,
    sight: &Sight,
    (flat, living): (PlaceId, &[OccupancyRow]),
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let tenants = living.iter().filter(|home| home.relation == "tenant").map(|home| home.from_day).min();
    let since = match tenants.or_else(|| living.iter().map(|home| home.from_day).min()) {
        Some(day) => Some(day),
        None => {
            let all = people::occupancies(db, sight.settings.community.id, flat)?;
            all.iter().filter_map(|home| home.to_day?.succ_opt()).max()
        }
    };
    Ok(since.map(|day| sight.settings.calendar.start_of_day(day)))
}

fn history(
    engine: &Engine,
    db: &mut Db,
    sight: &Sight,
    (typed, living, page): (&Typed, Vec<OccupancyRow>, &mut CallerPage),
) -> Result<(), StoreError> {
    let person = page.chosen.and_then(|at| page.people.get(at));
    let home = person.and_then(|p| p.homes.first()).map(|(id, line, _)| (*id, line.clone())).or(page.flat.clone());
    let whose = match (person, typed) {
        (Some(person), _) => Some(Whose::Resident(person.id)),
        (None, Typed::Number(phone)) => Some(Whose::Phone(engine.keys.blind("phone", phone.as_str()).to_vec())),
        (None, _) => match &page.flat {
            Some((id, _)) => Some(Whose::Flat(*id, household_since(db, sight, (*id, &living))?)),
            None => None,
        },
    };
    let at = home.as_ref().map(|(flat, line)| lists::Home {
        place: Some(*flat),
        building: line.path.as_ref().and_then(|path| path.building.as_ref()).map(|building| building.id),
    });
    if whose.is_none() && at.is_none() {
        return Ok(());
    }
    let found = lists::of_caller(db, &sight.scope, whose.as_ref(), at.unwrap_or_default())?;
    let mut shown = |rows| lines(db, &sight.settings, rows, sight.now);
    page.history = shown(found.reported)?;
    page.history_more = found.more;
    // What others say about this flat.
    page.about_flat = shown(found.complaints)?;
    page.about_flat.truncate(AROUND);
    // A neighbour's trouble in their own flat is nobody's business; a broken lift is.
    let building = shown(found.building)?.into_iter();
    let shared = |line: &TicketLine| line.place.path.as_ref().is_some_and(|path| path.flat.is_none());
    page.building = building.filter(shared).take(AROUND).collect();
    Ok(())
}
