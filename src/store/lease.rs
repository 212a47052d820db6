//! Who runs a job that only one process may run.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::StoreError;
use super::schema::lease;
use super::types::Time;
use crate::domain::ids::HolderId;

#[derive(Insertable)]
#[diesel(table_name = lease)]
struct LeaseRow<'a> {
    name: &'a str,
    holder: HolderId,
    until_at: Time,
}

/// Takes the lease, or keeps one's own, until `until`; whether it is the holder's now.
pub fn take(
    db: &mut Db,
    (name, holder): (&str, HolderId),
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = LeaseRow { name, holder, until_at: Time(until) };
    let made = each!(db, c => diesel::insert_into(lease::table).values(&row).on_conflict_do_nothing().execute(c))?;
    if made > 0 {
        return Ok(true);
    }
    let free =
        lease::table.filter(lease::name.eq(name)).filter(lease::until_at.le(Time(now)).or(lease::holder.eq(holder)));
    let set = (lease::holder.eq(holder), lease::until_at.eq(Time(until)));
    Ok(diesel::update(free).set(set).execute(db)? > 0)
}

/// Gives a lease back before its time.
pub fn release(db: &mut Db, name: &str, holder: HolderId) -> Result<(), StoreError> {
    diesel::delete(lease::table.filter(lease::name.eq(name)).filter(lease::holder.eq(holder))).execute(db)?;
    Ok(())
}
