//! Keys of things to be done once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::schema::idempotency_key;
use super::types::Time;
use crate::domain::ids::CommunityId;

/// The fingerprint and the answer kept under a key.
pub fn find(db: &mut Db, community: CommunityId, scope: &[u8]) -> Result<Option<(Vec<u8>, String)>, StoreError> {
    let kept = idempotency_key::table
        .filter(idempotency_key::community_id.eq(community))
        .filter(idempotency_key::scope_hash.eq(scope))
        .select((idempotency_key::fingerprint, idempotency_key::body));
    Ok(each!(db, c => kept.first(c).optional())?)
}

/// Keeps an answer under a key, unless the key is somebody's; whether it was kept. PostgreSQL waits for whoever is about to keep
/// another.
pub fn insert(
    db: &mut Db,
    community: CommunityId,
    (scope, fingerprint): (&[u8], &[u8]),
    body: &str,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = (
        idempotency_key::community_id.eq(community),
        idempotency_key::scope_hash.eq(scope),
        idempotency_key::fingerprint.eq(fingerprint),
        idempotency_key::status.eq(201),
        idempotency_key::body.eq(body),
        idempotency_key::created_at.eq(Time(at)),
    );
    let kept =
        each!(db, c => diesel::insert_into(idempotency_key::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(kept == 1)
}

/// Keeps another answer under a key.
///
/// # Errors
/// [`StoreError::Stale`] when the key is not kept.
pub fn update(db: &mut Db, community: CommunityId, scope: &[u8], body: &str) -> Result<(), StoreError> {
    let key = idempotency_key::table
        .filter(idempotency_key::community_id.eq(community))
        .filter(idempotency_key::scope_hash.eq(scope));
    let hit = diesel::update(key).set(idempotency_key::body.eq(body)).execute(db)?;
    expect_one(hit, "idempotency_key", community)
}
