//! Rows whose time is over. Each statement takes a bounded batch by an index; the same SQL on both databases.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::db::{Db, each};
use super::error::StoreError;
use super::types::{DbTime, Time};

/// What can expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiring {
    /// Sessions past their end.
    SessionEnd,
    /// Sessions last used before the moment.
    SessionIdle,
    /// Nonces of signed WeChat messages.
    Nonce,
    /// Keys of inbound messages, with their replies.
    Claim,
    /// Idempotency keys of the API, with their answers.
    Key,
    /// What open pages were told of calls.
    CallNews,
    /// Counts of failed sign-ins.
    SignInLimit,
}

impl Expiring {
    const fn delete(self) -> &'static str {
        match self {
            Self::SessionEnd => {
                "DELETE FROM session WHERE token_hash IN \
                 (SELECT token_hash FROM session WHERE expires_at <= $1 LIMIT $2)"
            }
            Self::SessionIdle => {
                "DELETE FROM session WHERE token_hash IN \
                 (SELECT token_hash FROM session WHERE seen_at <= $1 LIMIT $2)"
            }
            Self::Nonce => {
                "DELETE FROM wechat_nonce WHERE (community_id, account_id, sent_seconds, nonce) IN \
                 (SELECT community_id, account_id, sent_seconds, nonce FROM wechat_nonce WHERE seen_at <= $1 LIMIT $2)"
            }
            Self::Claim => {
                "DELETE FROM inbound_claim WHERE (community_id, source, key_hash) IN \
                 (SELECT community_id, source, key_hash FROM inbound_claim WHERE claimed_at <= $1 LIMIT $2)"
            }
            Self::Key => {
                "DELETE FROM idempotency_key WHERE (community_id, scope_hash) IN \
                 (SELECT community_id, scope_hash FROM idempotency_key WHERE created_at <= $1 LIMIT $2)"
            }
            Self::CallNews => {
                "DELETE FROM call_change WHERE (community_id, id) IN \
                 (SELECT community_id, id FROM call_change WHERE at <= $1 LIMIT $2)"
            }
            Self::SignInLimit => {
                "DELETE FROM sign_in_limit WHERE key_hash IN \
                 (SELECT key_hash FROM sign_in_limit WHERE last_at <= $1 LIMIT $2)"
            }
        }
    }
}

/// Removes up to `limit` rows from `before` and earlier; how many there were.
pub fn sweep(db: &mut Db, what: Expiring, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    Ok(each!(db, c => diesel::sql_query(what.delete())
        .bind::<DbTime, _>(Time(before))
        .bind::<BigInt, _>(limit)
        .execute(c))?)
}
