//! The live feed: which tickets changed since a listener last looked. Carries ids and codes only.

use super::{Engine, Failure};
use crate::store::dialect;

pub use dialect::{CallChange, Change, Cursor, FEED_BATCH as BATCH};

/// Where the feed ends now: who starts reading here misses nothing committed later.
///
/// # Errors
/// [`Failure::Store`].
pub fn end(engine: &Engine) -> Result<Cursor, Failure> {
    Ok(engine.store.read(dialect::feed_end)?)
}

/// The next changes after the cursor, a bounded number; ask again until there are none.
///
/// # Errors
/// [`Failure::Store`].
pub fn after(engine: &Engine, cursor: Cursor) -> Result<Vec<Change>, Failure> {
    Ok(engine.store.read_one(|db| dialect::changes_after(db, cursor))?)
}

/// Where the feed of calls ends now.
///
/// # Errors
/// [`Failure::Store`].
pub fn call_end(engine: &Engine) -> Result<Cursor, Failure> {
    Ok(engine.store.read(dialect::call_feed_end)?)
}

/// The next changes of calls after the cursor, a bounded number.
///
/// # Errors
/// [`Failure::Store`].
pub fn calls_after(engine: &Engine, cursor: Cursor) -> Result<Vec<CallChange>, Failure> {
    Ok(engine.store.read_one(|db| dialect::call_changes_after(db, cursor))?)
}
