//! The live feed: which tickets changed since a listener last looked. Carries ids and codes only.

use super::Engine;
use crate::store::{StoreError, dialect};

pub use dialect::{Change, Cursor};

/// Where the feed ends now: who starts reading here misses nothing committed later.
pub fn end(engine: &Engine) -> Result<Cursor, StoreError> {
    engine.store.read(dialect::feed_end)
}

/// The changes after a cursor, oldest first; a bounded number, so read on until none comes.
pub fn after(engine: &Engine, cursor: Cursor) -> Result<Vec<Change>, StoreError> {
    engine.store.read(|db| dialect::changes_after(db, cursor))
}

/// Whether other processes may write to the same database at any moment, so that it pays to look often.
pub fn is_shared(engine: &Engine) -> bool {
    matches!(engine.store.url(), crate::store::DatabaseUrl::Postgres(_))
}
