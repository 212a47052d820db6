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

/// The receipt of an earlier attempt under the same key, if there was one; the key itself is claimed by [`settle`].
///
/// # Errors
/// [`Failure::KeyReused`] when the earlier attempt asked for something else.
pub(in crate::engine) fn before(
    engine: &Engine,
    community: CommunityId,
    once: Option<&Once>,
) -> Result<Option<Receipt>, Failure> {
    let Some(once) = once else { return Ok(None) };
    match engine.store.read_one(|db| rows::find(db, community, &once.scope))? {
        None => Ok(None),
        Some((fingerprint, _)) if fingerprint != once.fingerprint => Err(Failure::KeyReused),
        Some((_, body)) => serde_json::from_str(&body)
            .map(Some)
            .map_err(|e| StoreError::impossible("idempotency_key", "body", community, e).into()),
    }
}

/// Keeps the receipt under its key. Should two attempts run at once, the later one fails here and its whole
/// transaction with it.
pub(in crate::engine) fn settle(
    db: &mut Db,
    community: CommunityId,
    once: Option<&Once>,
    receipt: &Receipt,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let Some(once) = once else { return Ok(()) };
    let body = serde_json::to_string(receipt).map_err(|e| StoreError::Statement(e.to_string()))?;
    rows::insert(db, community, (&once.scope, &once.fingerprint), &body, now)
        .map_err(|error| if matches!(error, StoreError::Unique { .. }) { Failure::KeyRunning } else { error.into() })
}
