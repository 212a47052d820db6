//! Sources of call events and their secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::ids::{CommunityId, SourceId};
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::hotline::{self as rows, SourceRow};
use crate::store::types::Time;
use crate::store::{Db, StoreError};

/// What a secret begins with (Standard Webhooks).
const PREFIX: &str = "whsec_";
/// Bytes a secret has.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// Longest name of a source, in characters.
const NAME_LIMIT: usize = 60;
const SECRET: &str = "hotline_source.secret";

/// A source as the door needs it.
#[derive(Clone)]
pub struct Source {
    /// The community.
    pub community: CommunityId,
    /// The row.
    pub id: SourceId,
    /// What people call it.
    pub name: String,
    /// The key its events are signed with.
    pub secret: Vec<u8>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Adds a source; without a secret one is made. Returns the secret as the supplier needs it. A source of this name gets the
/// new secret instead, and the old one is void at once.
///
/// # Errors
/// [`Failure::Invalid`] for `name` or `secret`.
pub fn add_source(
    engine: &Engine,
    community: CommunityId,
    name: &str,
    secret: Option<&str>,
) -> Result<String, Failure> {
    let source = NewSource::of(engine, name, secret)?;
    engine.store.write(|db| source.put(engine, db, community))?;
    Ok(source.secret())
}

/// A source to be added, checked.
pub(in crate::engine) struct NewSource {
    pub(in crate::engine) name: String,
    bytes: Vec<u8>,
}

impl NewSource {
    /// Checks the name, and the secret; without one it is made.
    pub(in crate::engine) fn of(engine: &Engine, name: &str, secret: Option<&str>) -> Result<Self, Failure> {
        let name = text("name", name, NAME_LIMIT)?.to_owned();
        let bytes = match secret {
            None => engine.chance().bytes::<32>().to_vec(),
            Some(given) => secret_bytes(given)
                .ok_or_else(|| Invalid::new("secret", Problem::Form("whsec_ and the base64 of 24 to 64 bytes")))?,
        };
        Ok(Self { name, bytes })
    }

    /// Writes it; one of this name gets the new secret.
    pub(in crate::engine) fn put(
        &self,
        engine: &Engine,
        db: &mut Db,
        community: CommunityId,
    ) -> Result<(), StoreError> {
        let seal = |id: SourceId| engine.keys.seal(SECRET, id.0, &self.bytes, engine.chance.bytes());
        let now = engine.now();
        if let Some(there) = rows::named(db, community, &self.name)? {
            return rows::set_secret(db, (community, there.id), &seal(there.id));
        }
        let id: SourceId = engine.chance.id(now);
        let row = SourceRow {
            community_id: community,
            id,
            name: self.name.clone(),
            secret_sealed: seal(id),
            created_at: Time(now),
            removed_at: None,
        };
        rows::insert(db, &row)
    }

    /// As the supplier needs it.
    pub(in crate::engine) fn secret(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.bytes))
    }
}

/// Removes a source: its events are turned away from now on, its calls stay. Added again, it is the same source.
///
/// # Errors
/// [`Failure::NotFound`] when there is none of this name.
pub fn remove_source(engine: &Engine, community: CommunityId, name: &str) -> Result<(), Failure> {
    let now = engine.now();
    let there = engine.store.write(|db| rows::remove(db, community, name.trim(), now))?;
    if there { Ok(()) } else { Err(Failure::NotFound("source")) }
}

fn secret_bytes(given: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(given.strip_prefix(PREFIX)?).ok()?;
    SECRET_BYTES.contains(&bytes.len()).then_some(bytes)
}

/// The sources of the community behind a door; none when there is no such community.
///
/// # Errors
/// [`Failure::Store`], also for secrets that do not open.
pub fn sources_of(engine: &Engine, slug: &str) -> Result<Vec<Source>, Failure> {
    let found = engine.store.read_one(|db| rows::sources_at(db, slug))?;
    Ok(opened(engine, found)?)
}

/// The community's sources, for those who set it up.
///
/// # Errors
/// [`Failure::Store`].
pub fn sources(engine: &Engine, community: CommunityId) -> Result<Vec<Source>, Failure> {
    let found = engine.store.read(|db| rows::sources(db, community))?;
    Ok(opened(engine, found)?)
}

fn opened(engine: &Engine, found: Vec<SourceRow>) -> Result<Vec<Source>, StoreError> {
    let open = |row: SourceRow| {
        let secret = engine.keys.open(SECRET, row.id.0, &row.secret_sealed)?;
        Ok(Source { community: row.community_id, id: row.id, name: row.name, secret })
    };
    found.into_iter().map(open).collect()
}
