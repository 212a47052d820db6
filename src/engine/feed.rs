//! The change feed, read by the hub of live updates.

use super::{Engine, Failure};
use crate::store::dialect;

pub use crate::store::dialect::{Change, Cursor};

/// Where the feed ends now.
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
    Ok(engine.store.read(|db| dialect::changes_after(db, cursor))?)
}
