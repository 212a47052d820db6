//! Doing a thing once: a key claimed in the effect's own transaction, answered again with what it did the first time.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Receipt;
use crate::domain::ids::CommunityId;
use crate::engine::{Engine, Failure};
use crate::store::{Db, StoreError, once as rows};

/// The key of one attempt: a double click, or a program that repeats after a lost answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    scope: [u8; 32],
    fingerprint: [u8; 32],
}

impl Once {
    /// `scope` is who asks for what (user or token, method, path), `key` what they named the attempt, `body` what they sent.
    pub fn new(scope: &str, key: &str, body: &[u8]) -> Self {
        let hash = |parts: &[&[u8]]| {
            let mut sha = Sha256::new();
            for part in parts {
                sha.update((part.len() as u64).to_be_bytes());
                sha.update(part);
            }
            sha.finalize().into()
        };
        Self { scope: hash(&[scope.as_bytes(), key.as_bytes()]), fingerprint: hash(&[body]) }
    }
}

/// Whose a key is.
#[derive(Debug)]
pub(super) enum Claimed {
    /// This attempt's, with its receipt.
    Now(Receipt),
    /// That of an earlier attempt at the same, which got this receipt.
    Before(Receipt),
    /// That of an attempt at something else.
    Otherwise,
}

/// The receipt of an earlier attempt under the same key, if there was one; the key itself is claimed by [`claim`].
///
/// # Errors
/// [`Failure::KeyReused`] when the earlier attempt asked for something else.
pub(super) fn before(engine: &Engine, community: CommunityId, once: Option<&Once>) -> Result<Option<Receipt>, Failure> {
    let Some(once) = once else { return Ok(None) };
    match engine.store.read_one(|db| earlier(db, community, once))? {
        None => Ok(None),
        Some(Claimed::Before(receipt)) => Ok(Some(receipt)),
        Some(_) => Err(Failure::KeyReused),
    }
}

/// Claims a key for what is written after it in the same transaction, with its receipt. Of two attempts at once the database lets one
/// wait for the other.
///
/// # Errors
/// [`Failure::KeyRunning`] when somebody has the key and what they did cannot be seen yet, or no more.
pub(super) fn claim(
    db: &mut Db,
    community: CommunityId,
    once: Option<&Once>,
    receipt: Receipt,
    now: DateTime<Utc>,
) -> Result<Claimed, Failure> {
    let Some(once) = once else { return Ok(Claimed::Now(receipt)) };
    if rows::insert(db, community, (&once.scope, &once.fingerprint), &kept(&receipt)?, now)? {
        return Ok(Claimed::Now(receipt));
    }
    earlier(db, community, once)?.ok_or(Failure::KeyRunning)
}

/// Keeps another receipt under a key claimed in this transaction.
pub(super) fn amend(
    db: &mut Db,
    community: CommunityId,
    once: Option<&Once>,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    let Some(once) = once else { return Ok(()) };
    rows::update(db, community, &once.scope, &kept(receipt)?)
}

fn kept(receipt: &Receipt) -> Result<String, StoreError> {
    serde_json::to_string(receipt).map_err(|e| StoreError::Statement(e.to_string()))
}

/// What an earlier attempt under the key did.
fn earlier(db: &mut Db, community: CommunityId, once: &Once) -> Result<Option<Claimed>, StoreError> {
    let Some((fingerprint, body)) = rows::find(db, community, &once.scope)? else { return Ok(None) };
    if fingerprint != once.fingerprint {
        return Ok(Some(Claimed::Otherwise));
    }
    let receipt = serde_json::from_str(&body);
    let receipt = receipt.map_err(|e| StoreError::impossible("idempotency_key", "body", community, e))?;
    Ok(Some(Claimed::Before(receipt)))
}
