//! The committee's WeChat account, and the (timestamp, nonce) pairs seen in plain mode.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::{Db, each};
use super::error::{StoreError, expect_one};
use super::schema::{community, wechat_account, wechat_nonce};
use super::types::Time;
use crate::domain::ids::{CommunityId, WechatAccountId};

/// A community's official account. The secrets are sealed for `wechat_account.token`, `wechat_account.previous_token`,
/// `wechat_account.aes_key` and `wechat_account.previous_aes_key` with the row's id.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = wechat_account)]
pub struct AccountRow {
    /// The community.
    pub community_id: CommunityId,
    /// Primary key within it; part of what the seals are bound to.
    pub id: WechatAccountId,
    /// `plain`, `compat` or `aes`.
    pub mode: String,
    /// The developer id `wx…`.
    pub app_id: String,
    /// The account's own id `gh_…`.
    pub original_id: Option<String>,
    /// The token, sealed.
    pub token_sealed: Vec<u8>,
    /// The token before it, sealed.
    pub previous_token_sealed: Option<Vec<u8>>,
    /// The encoding key, sealed.
    pub aes_key_sealed: Option<Vec<u8>>,
    /// The encoding key before it, sealed.
    pub previous_aes_key_sealed: Option<Vec<u8>>,
    /// When it was last set.
    pub updated_at: Time,
}

/// What is known of a (timestamp, nonce) pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceSeen {
    /// Not seen before; it is kept now.
    First,
    /// Seen with this very body: a repeat of the same push.
    SameBody,
    /// Seen with another body: forged.
    OtherBody,
}

/// The community's account.
///
/// # Errors
/// [`StoreError`].
pub fn account(db: &mut Db, community: CommunityId) -> Result<Option<AccountRow>, StoreError> {
    Ok(wechat_account::table.filter(wechat_account::community_id.eq(community)).first(db).optional()?)
}

/// The account of the community with this short name.
///
/// # Errors
/// [`StoreError`].
pub fn account_at(db: &mut Db, slug: &str) -> Result<Option<AccountRow>, StoreError> {
    let of = community::table.on(community::id.eq(wechat_account::community_id));
    Ok(wechat_account::table
        .inner_join(of)
        .filter(community::slug.eq(slug))
        .select(wechat_account::all_columns)
        .first(db)
        .optional()?)
}

/// Writes the community's account: the first one, or over the row with the same id.
///
/// # Errors
/// [`StoreError::Unique`] when the community has an account under another id.
pub fn put_account(db: &mut Db, row: &AccountRow) -> Result<(), StoreError> {
    let same = wechat_account::table
        .filter(wechat_account::community_id.eq(row.community_id))
        .filter(wechat_account::id.eq(row.id));
    let values = (
        wechat_account::mode.eq(&row.mode),
        wechat_account::app_id.eq(&row.app_id),
        wechat_account::original_id.eq(&row.original_id),
        wechat_account::token_sealed.eq(&row.token_sealed),
        wechat_account::previous_token_sealed.eq(&row.previous_token_sealed),
        wechat_account::aes_key_sealed.eq(&row.aes_key_sealed),
        wechat_account::previous_aes_key_sealed.eq(&row.previous_aes_key_sealed),
        wechat_account::updated_at.eq(row.updated_at),
    );
    match diesel::update(same).set(values).execute(db)? {
        0 => expect_one(diesel::insert_into(wechat_account::table).values(row).execute(db)?, "wechat_account", row.id),
        hit => expect_one(hit, "wechat_account", row.id),
    }
}

/// Keeps a (timestamp, nonce) pair with the hash of its body, or compares with what was kept.
///
/// # Errors
/// [`StoreError`].
pub fn nonce(
    db: &mut Db,
    (community, account): (CommunityId, WechatAccountId),
    (sent_seconds, nonce): (i64, &str),
    body_hash: &[u8],
    at: DateTime<Utc>,
) -> Result<NonceSeen, StoreError> {
    let row = (
        wechat_nonce::community_id.eq(community),
        wechat_nonce::account_id.eq(account),
        wechat_nonce::sent_seconds.eq(sent_seconds),
        wechat_nonce::nonce.eq(nonce),
        wechat_nonce::body_hash.eq(body_hash),
        wechat_nonce::seen_at.eq(Time::from(at)),
    );
    let added =
        each!(db, c => diesel::insert_into(wechat_nonce::table).values(row).on_conflict_do_nothing().execute(c))?;
    if added == 1 {
        return Ok(NonceSeen::First);
    }
    let kept: Vec<u8> = wechat_nonce::table
        .filter(wechat_nonce::community_id.eq(community))
        .filter(wechat_nonce::account_id.eq(account))
        .filter(wechat_nonce::sent_seconds.eq(sent_seconds))
        .filter(wechat_nonce::nonce.eq(nonce))
        .select(wechat_nonce::body_hash)
        .first(db)?;
    Ok(if kept == body_hash { NonceSeen::SameBody } else { NonceSeen::OtherBody })
}
