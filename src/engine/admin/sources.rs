//! The switchboards that tell of calls.

use super::{Hand, note};
use crate::domain::words::Deed;
use crate::engine::hotline::{self, NewSource};
use crate::engine::{Engine, Failure};
use crate::store::hotline as rows;

/// The names of the community's sources.
///
/// # Errors
/// [`Failure::Store`].
pub fn sources(engine: &Engine, hand: &Hand) -> Result<Vec<String>, Failure> {
    Ok(hotline::sources(engine, hand.community)?.into_iter().map(|source| source.name).collect())
}

/// Adds a source and tells its secret this once; one of this name gets the new secret, and the old one is void.
///
/// # Errors
/// [`Failure::Invalid`] for `name`.
pub fn add_source(engine: &Engine, hand: &Hand, name: &str) -> Result<String, Failure> {
    let source = NewSource::of(engine, name, None)?;
    engine.store.write(|db| -> Result<(), Failure> {
        source.put(engine, db, hand.community)?;
        note(engine, db, hand, Deed::SourceAdded, &source.name)
    })?;
    Ok(source.secret())
}

/// Removes a source; its events are turned away from now on.
///
/// # Errors
/// [`Failure::NotFound`] when there is none of this name.
pub fn remove_source(engine: &Engine, hand: &Hand, name: &str) -> Result<(), Failure> {
    let now = engine.now();
    engine.store.write(|db| -> Result<(), Failure> {
        if !rows::remove(db, hand.community, name.trim(), now)? {
            return Err(Failure::NotFound("source"));
        }
        note(engine, db, hand, Deed::SourceRemoved, name.trim())
    })
}
