//! The one row that says what this database is: whose keys it was written with, and whether it is a demo.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::Db;
use super::error::{StoreError, expect_one};
use super::keys::Keys;
use super::schema::installation;
use super::types::Time;

/// What this database is.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = installation)]
pub struct Installation {
    /// Absent until the first verb that needs keys.
    pub key_check: Option<Vec<u8>>,
    /// Whether the demo made it.
    pub is_demo: bool,
    /// When the database was made.
    pub created_at: DateTime<Utc>,
}

/// The row; `None` in a database that holds nothing yet.
///
/// # Errors
/// [`StoreError`]; an unmigrated database is an error.
pub fn load(db: &mut Db) -> Result<Option<Installation>, StoreError> {
    Ok(installation::table.find(1).select(Installation::as_select()).first(db).optional()?)
}

/// Marks a fresh database.
///
/// # Errors
/// [`StoreError::Unique`] when it was marked before.
pub fn create(db: &mut Db, is_demo: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (installation::id.eq(1), installation::is_demo.eq(is_demo), installation::created_at.eq(Time::from(now)));
    diesel::insert_into(installation::table).values(row).execute(db)?;
    Ok(())
}

/// Ties the database to these keys, or checks that it is tied to them already.
///
/// # Errors
/// [`StoreError::WrongKey`]; [`StoreError::Stale`] in a database that [`create`] has not marked.
pub fn tie(db: &mut Db, keys: &Keys) -> Result<(), StoreError> {
    if let Some(Installation { key_check: Some(kept), .. }) = load(db)? {
        return keys.check(&kept);
    }
    let untied = installation::table.find(1).filter(installation::key_check.is_null());
    let check = installation::key_check.eq(Some(keys.check_value().to_vec()));
    expect_one(diesel::update(untied).set(check).execute(db)?, "installation", 1)
}

#[cfg(test)]
mod tests {
    use super::super::{migrate, samples::stores};
    use super::*;

    #[test]
    fn is_tied_to_the_first_keys_for_good() {
        for (store, _dir) in stores() {
            migrate::run(&store).unwrap();
            let (ours, theirs) = (Keys::fresh([1; 64]), Keys::fresh([2; 64]));
            assert_eq!(store.read(load), Ok(None));
            assert!(matches!(store.write(|db| tie(db, &ours)), Err(StoreError::Stale { .. })));
            store.write(|db| create(db, true, DateTime::UNIX_EPOCH)).unwrap();
            let twice = store.write(|db| create(db, false, DateTime::UNIX_EPOCH)).unwrap_err();
            assert!(twice.is_unique("installation", &["id"]), "{twice:?}");
            store.write(|db| tie(db, &ours)).unwrap();
            store.write(|db| tie(db, &ours)).unwrap();
            assert_eq!(store.write(|db| tie(db, &theirs)), Err(StoreError::WrongKey));
            let row = store.read(load).unwrap().unwrap();
            assert!(row.is_demo && row.created_at == DateTime::UNIX_EPOCH);
        }
    }
}
