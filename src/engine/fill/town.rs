//! Places, residents and accounts by the thousand.

use crate::domain::ids::{CommunityId, PlaceId, ResidentId, UserId};
use crate::domain::words::PlaceKind;
use crate::engine::setup::{self, NewPlace, NewResident, NewUser};
use crate::engine::{Engine, Failure};
use crate::store::import;
use crate::store::place::PlaceRow;
use crate::store::user::{self, UserRow};

/// Enters places in one go, checked as [`setup::add_place`] checks them; each names the index of the one above it, which
/// stands before it.
///
/// # Errors
/// [`Failure::Invalid`] for what may not stand below its parent.
pub fn add_places(
    engine: &Engine,
    community: CommunityId,
    new: &[(Option<usize>, PlaceKind, String)],
) -> Result<Vec<PlaceId>, Failure> {
    let mut rows: Vec<PlaceRow> = Vec::with_capacity(new.len());
    for (parent, kind, code) in new {
        let named = NewPlace::new(None, *kind, code);
        let id = engine.chance.id(engine.now());
        let parent = parent.and_then(|at| rows.get(at));
        rows.push(setup::place_row((community, id), *kind, (code, &named.name), parent)?);
    }
    let (first, rest) = rows.split_at(rows.len().min(import::BATCH));
    engine.store.write(|db| {
        import::insert_places(db, first)?;
        if rest.is_empty() {
            return Ok(());
        }
        import::count_places(db)?;
        import::insert_places(db, rest)
    })?;
    engine.forget_settings(community);
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Enters residents in one go, checked as [`setup::add_resident`] checks them.
///
/// # Errors
/// [`Failure::Invalid`] for name, note, number or home.
pub fn add_residents(engine: &Engine, community: CommunityId, new: &[NewResident]) -> Result<Vec<ResidentId>, Failure> {
    let today = engine.settings(community)?.calendar.local_date(engine.now());
    let (mut people, mut numbers, mut homes) = (Vec::with_capacity(new.len()), Vec::new(), Vec::new());
    for one in new {
        let (row, phones, lives) = setup::resident_rows(engine, (community, today), one)?;
        people.push(row);
        numbers.extend(phones);
        homes.extend(lives);
    }
    engine.store.write(|db| import::insert_people(db, &people, &numbers, &homes))?;
    Ok(people.into_iter().map(|row| row.id).collect())
}

/// Makes accounts that all have one password, known to everybody anyway: hashed once, for each would take its time. `email`
/// gives each login its address.
///
/// # Errors
/// As [`setup::create_user`].
pub fn add_accounts(engine: &Engine, new: &[NewUser], email: impl Fn(&str) -> String) -> Result<Vec<UserId>, Failure> {
    let Some(first) = new.first() else { return Ok(Vec::new()) };
    let (pattern, _) = setup::user_row(engine, first)?;
    let now = engine.now();
    let rows: Vec<UserRow> = new
        .iter()
        .map(|one| UserRow {
            id: engine.chance.id(now),
            login: one.login.clone(),
            display_name: one.display_name.clone(),
            email: Some(email(&one.login)),
            ..pattern.clone()
        })
        .collect();
    engine.store.write(|db| rows.iter().try_for_each(|row| user::insert(db, row)))?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
