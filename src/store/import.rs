//! Registers in bulk: everything of a community read once, rows written some hundred at a time.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::people::{OccupancyRow, PhoneRow, ResidentRow};
use super::place::PlaceRow;
use super::schema::{
    app_user, community, contractor, membership, occupancy, place, place_alias, resident, resident_phone,
};
use super::user::{MembershipRow, UserRow};
use crate::domain::ids::{CommunityId, ContractorId, PlaceId, ResidentId, UserId};

/// Rows written by one statement: far below what either database takes of bound values.
pub const BATCH: usize = 400;

/// Holds the community's registers until the transaction ends, so that two imports come one after the other. SQLite has
/// one writer anyway.
pub fn hold(db: &mut Db, id: CommunityId) -> Result<(), StoreError> {
    let wanted = community::table.filter(community::id.eq(id)).select(community::id);
    let found: Option<CommunityId> = match db {
        // Tickets opened meanwhile point to this row and must not wait: `no key`.
        Db::Pg(c) => wanted.for_no_key_update().first(c).optional()?,
        Db::Sqlite(c) => wanted.first(c).optional()?,
    };
    found.map(|_| ()).ok_or(StoreError::Missing)
}

/// Every place of the community that is still there.
pub fn places(db: &mut Db, id: CommunityId) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(place::table.filter(place::community_id.eq(id)).filter(place::retired_at.is_null()).load(db)?)
}

/// Every other name of the community's places.
pub fn aliases(db: &mut Db, id: CommunityId) -> Result<Vec<(PlaceId, String)>, StoreError> {
    Ok(place_alias::table
        .filter(place_alias::community_id.eq(id))
        .select((place_alias::place_id, place_alias::alias))
        .load(db)?)
}

/// Has PostgreSQL count the first places before the others come, and look them up by index until the transaction ends. It proves the
/// link to what lies above by a plan it makes once: of a table that was empty then it reads every row of the community for each,
/// and a small one it walks, however it has grown since. Somebody else's counting is not waited for.
pub fn count_places(db: &mut Db) -> Result<(), StoreError> {
    if let Db::Pg(c) = db {
        c.batch_execute("SET LOCAL enable_seqscan=off; ANALYZE (SKIP_LOCKED) place")?;
    }
    Ok(())
}

/// Adds places; those above come before those below.
pub fn insert_places(db: &mut Db, rows: &[PlaceRow]) -> Result<(), StoreError> {
    for some in rows.chunks(BATCH) {
        each!(db, c => diesel::insert_into(place::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Adds other names.
pub fn insert_aliases(db: &mut Db, id: CommunityId, rows: &[(PlaceId, String)]) -> Result<(), StoreError> {
    for some in rows.chunks(BATCH) {
        let values: Vec<_> = some
            .iter()
            .map(|(place, alias)| {
                (place_alias::community_id.eq(id), place_alias::place_id.eq(place), place_alias::alias.eq(alias))
            })
            .collect();
        each!(db, c => diesel::insert_into(place_alias::table).values(&values).execute(c))?;
    }
    Ok(())
}

/// Writes a place's name; a garden's is repeated in everything that lies in it.
pub fn rename_place(db: &mut Db, row: &PlaceRow, name: &str) -> Result<(), StoreError> {
    let hit = diesel::update(place::table)
        .filter(place::community_id.eq(row.community_id))
        .filter(place::id.eq(row.id))
        .set(place::name.eq(name))
        .execute(db)?;
    expect_one(hit, "place", row.id)?;
    if row.kind == crate::domain::words::PlaceKind::Garden {
        diesel::update(place::table)
            .filter(place::community_id.eq(row.community_id))
            .filter(place::garden_name.eq(&row.garden_name))
            .set(place::garden_name.eq(Some(name)))
            .execute(db)?;
    }
    Ok(())
}

/// Every resident: id, name, note.
pub fn residents(db: &mut Db, id: CommunityId) -> Result<Vec<(ResidentId, String, Option<String>)>, StoreError> {
    Ok(resident::table
        .filter(resident::community_id.eq(id))
        .select((resident::id, resident::name, resident::care_note))
        .load(db)?)
}

/// Every number, as its keyed hash.
pub fn numbers(db: &mut Db, id: CommunityId) -> Result<Vec<(ResidentId, Vec<u8>)>, StoreError> {
    Ok(resident_phone::table
        .filter(resident_phone::community_id.eq(id))
        .select((resident_phone::resident_id, resident_phone::whole_hash))
        .load(db)?)
}

/// Who lives and lived where.
pub fn homes(db: &mut Db, id: CommunityId) -> Result<Vec<OccupancyRow>, StoreError> {
    Ok(occupancy::table.filter(occupancy::community_id.eq(id)).load(db)?)
}

/// Adds residents, then numbers and homes, of these or others.
pub fn insert_people(
    db: &mut Db,
    people: &[ResidentRow],
    numbers: &[PhoneRow],
    homes: &[OccupancyRow],
) -> Result<(), StoreError> {
    for some in people.chunks(BATCH) {
        each!(db, c => diesel::insert_into(resident::table).values(some).execute(c))?;
    }
    for some in numbers.chunks(BATCH) {
        each!(db, c => diesel::insert_into(resident_phone::table).values(some).execute(c))?;
    }
    for some in homes.chunks(BATCH) {
        each!(db, c => diesel::insert_into(occupancy::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Writes what an agent should know of someone.
pub fn set_note(db: &mut Db, id: CommunityId, resident: ResidentId, note: &str) -> Result<(), StoreError> {
    let hit = diesel::update(resident::table)
        .filter(resident::community_id.eq(id))
        .filter(resident::id.eq(resident))
        .set(resident::care_note.eq(Some(note)))
        .execute(db)?;
    expect_one(hit, "resident", resident)
}

/// Writes relation and days of a home.
pub fn update_home(db: &mut Db, row: &OccupancyRow) -> Result<(), StoreError> {
    let hit = diesel::update(occupancy::table)
        .filter(occupancy::community_id.eq(row.community_id))
        .filter(occupancy::id.eq(row.id))
        .set((
            occupancy::relation.eq(&row.relation),
            occupancy::from_day.eq(row.from_day),
            occupancy::to_day.eq(row.to_day),
        ))
        .execute(db)?;
    expect_one(hit, "occupancy", row.id)
}

/// The accounts with these logins.
pub fn accounts(db: &mut Db, logins: &[String]) -> Result<Vec<UserRow>, StoreError> {
    let mut found = Vec::new();
    for some in logins.chunks(BATCH) {
        found.extend(app_user::table.filter(app_user::login.eq_any(some)).load::<UserRow>(db)?);
    }
    Ok(found)
}

/// Every seat of the community that is not given up.
pub fn seats(db: &mut Db, id: CommunityId) -> Result<Vec<MembershipRow>, StoreError> {
    Ok(membership::table
        .filter(membership::community_id.eq(id))
        .filter(membership::retired_at.is_null())
        .order(membership::id)
        .load(db)?)
}

/// Those of these accounts that have a seat in another community too.
pub fn seated_elsewhere(db: &mut Db, id: CommunityId, users: &[UserId]) -> Result<Vec<UserId>, StoreError> {
    let mut found = Vec::new();
    for some in users.chunks(BATCH) {
        let here: Vec<UserId> = membership::table
            .filter(membership::community_id.ne(id))
            .filter(membership::user_id.eq_any(some))
            .filter(membership::retired_at.is_null())
            .select(membership::user_id)
            .distinct()
            .load(db)?;
        found.extend(here);
    }
    Ok(found)
}

/// The partner companies, by name.
pub fn companies(db: &mut Db, id: CommunityId) -> Result<Vec<(String, ContractorId)>, StoreError> {
    Ok(contractor::table
        .filter(contractor::community_id.eq(id))
        .filter(contractor::retired_at.is_null())
        .select((contractor::name, contractor::id))
        .load(db)?)
}
