//! Leases on work that only one process may do at a time. One that ran out is anybody's: no stale lock blocks a restart.

use chrono::TimeDelta;

use super::{Engine, Failure};
use crate::domain::ids::HolderId;
use crate::store::lease;

/// Takes the lease `name` for a while, or prolongs one's own; whether it is the holder's now.
///
/// # Errors
/// A database failure.
pub fn take(engine: &Engine, name: &str, holder: HolderId, hold_for: TimeDelta) -> Result<bool, Failure> {
    let now = engine.now();
    Ok(engine.store.write(|db| lease::take(db, (name, holder), now, now + hold_for))?)
}

/// Gives the lease back before its time.
///
/// # Errors
/// A database failure; the lease runs out then.
pub fn release(engine: &Engine, name: &str, holder: HolderId) -> Result<(), Failure> {
    Ok(engine.store.write(|db| lease::release(db, name, holder))?)
}
