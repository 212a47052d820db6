//! Residents with numbers and homes, and partner companies.

use chrono::NaiveDate;

use crate::domain::ids::{CommunityId, ContractorId, OccupancyId, PhoneId, PlaceId, ResidentId};
use crate::domain::phone::Phone;
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::people::{self as rows, OccupancyRow, PhoneRow, ResidentRow};
use crate::store::types::Time;
use crate::store::{StoreError, community};

/// Longest name, in characters.
const NAME_LIMIT: usize = 60;
/// Longest care note, in characters.
const NOTE_LIMIT: usize = 200;
const RELATIONS: &[&str] = &["owner", "tenant", "family", "other"];

/// A resident as entered.
#[derive(Debug, Clone, Default)]
pub struct NewResident {
    /// Name.
    pub name: String,
    /// What an agent should know.
    pub care_note: Option<String>,
    /// Numbers as written.
    pub phones: Vec<String>,
    /// Homes from today on: the flat, and `owner`, `tenant`, `family` or `other`.
    pub homes: Vec<(PlaceId, String)>,
}

/// Enters a resident. Numbers are sealed and found again by their keyed hashes only.
///
/// # Errors
/// [`Failure::Invalid`] for `name`, `care_note`, `phone`, `relation` or `home`.
pub fn add_resident(engine: &Engine, community: CommunityId, new: &NewResident) -> Result<ResidentId, Failure> {
    let today = engine.settings(community)?.calendar.local_date(engine.now());
    let (row, phones, homes) = rows_of(engine, (community, today), new)?;
    engine.store.write(|db| rows::insert(db, &row, &phones, &homes)).map_err(|error| match error {
        StoreError::ForeignKey { .. } => Invalid::new("home", Problem::Unknown).into(),
        StoreError::Unique { table, .. } if table == "resident_phone" => Invalid::new("phone", Problem::Taken).into(),
        other => Failure::from(other),
    })?;
    Ok(row.id)
}

/// A resident's rows, checked; they move in `today`.
pub(in crate::engine) fn rows_of(
    engine: &Engine,
    (community, today): (CommunityId, NaiveDate),
    new: &NewResident,
) -> Result<(ResidentRow, Vec<PhoneRow>, Vec<OccupancyRow>), Invalid> {
    let now = engine.now();
    let id: ResidentId = engine.chance.id(now);
    let note = new.care_note.as_deref().map(|note| text("care_note", note, NOTE_LIMIT)).transpose()?;
    let row = ResidentRow {
        community_id: community,
        id,
        name: text("name", &new.name, NAME_LIMIT)?.to_owned(),
        care_note: note.map(str::to_owned),
        created_at: Time::from(now),
    };
    let mut phones = Vec::new();
    for written in &new.phones {
        let phone = Phone::parse(written).map_err(|error| Invalid::new("phone", Problem::Phone(error)))?;
        phones.push(phone_row(engine, (community, id), &phone));
    }
    let mut homes = Vec::new();
    for (flat_id, relation) in &new.homes {
        if !RELATIONS.contains(&relation.as_str()) {
            return Err(Invalid::new("relation", Problem::Form("owner, tenant, family or other")));
        }
        homes.push(OccupancyRow {
            community_id: community,
            id: engine.chance.id::<OccupancyId>(now),
            resident_id: id,
            flat_id: *flat_id,
            relation: relation.clone(),
            from_day: today,
            to_day: None,
        });
    }
    Ok((row, phones, homes))
}

/// A number's row: sealed, and found again through its keyed hashes.
pub(in crate::engine) fn phone_row(
    engine: &Engine,
    (community_id, resident_id): (CommunityId, ResidentId),
    phone: &Phone,
) -> PhoneRow {
    let now = engine.now();
    let id: PhoneId = engine.chance.id(now);
    PhoneRow {
        community_id,
        id,
        resident_id,
        sealed: engine.keys.seal("resident_phone.sealed", id.0, phone.as_str().as_bytes(), engine.chance.bytes()),
        whole_hash: engine.keys.blind("phone", phone.as_str()).to_vec(),
        last_four_hash: engine.keys.blind("phone.last_four", phone.last_four()).to_vec(),
        created_at: Time::from(now),
    }
}

/// Enters a partner company, unless one of this name is there already.
///
/// # Errors
/// [`Failure::Invalid`] for `name`.
pub fn add_contractor(engine: &Engine, community: CommunityId, name: &str) -> Result<ContractorId, Failure> {
    let name = text("name", name, NAME_LIMIT)?;
    let id: ContractorId = engine.chance.id(engine.now());
    let found = engine.store.write(|db| match community::contractor(db, community, name)? {
        Some(found) => Ok(found),
        None => community::insert_contractor(db, community, id, name).map(|()| id),
    });
    found.map_err(|error| match error {
        StoreError::ForeignKey { .. } => Failure::NotFound("community"),
        other => other.into(),
    })
}
