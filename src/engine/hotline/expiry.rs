//! What the hotline keeps for a while only.

use chrono::TimeDelta;

use crate::engine::{Engine, Failure};
use crate::store::{call, message};

/// What open pages were told is of no use to anybody after this long.
const TOLD: TimeDelta = TimeDelta::days(1);
/// A source may repeat an event for seven days; a day more for its clock.
const CLAIMS: TimeDelta = TimeDelta::days(8);
/// Rows forgotten in one transaction.
const BATCH: i64 = 500;

/// Forgets old news of calls and old claims of events, a bounded number; returns how many. Ask again until there are none.
///
/// # Errors
/// [`Failure::Store`].
pub fn forget(engine: &Engine) -> Result<usize, Failure> {
    let now = engine.now();
    Ok(engine.store.write(|db| {
        let told = call::forget_told(db, now - TOLD, BATCH)?;
        let claims = message::forget_claims(db, "hotline:", now - CLAIMS, BATCH)?;
        Ok::<_, crate::store::StoreError>(told + claims)
    })?)
}
