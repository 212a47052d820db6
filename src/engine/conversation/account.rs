//! The committee's account, with its secrets opened for the door that verifies by them.

use crate::domain::ids::{CommunityId, WechatAccountId};
use crate::engine::{Engine, Failure};
use crate::store::wechat::{self, AccountRow, NonceSeen};
use crate::store::{StoreError, community};

/// An official account in plain values.
#[derive(Clone)]
pub struct Account {
    /// The community it belongs to.
    pub community: CommunityId,
    /// The account.
    pub id: WechatAccountId,
    /// `plain`, `compat` or `aes`.
    pub mode: String,
    /// The developer id.
    pub app_id: String,
    /// The account's own id, if known.
    pub original_id: Option<String>,
    /// The token in force.
    pub token: String,
    /// The one before it.
    pub previous_token: Option<String>,
    /// The encoding key in force.
    pub aes_key: Option<String>,
    /// The one before it.
    pub previous_aes_key: Option<String>,
}

/// The account of the community with this name in URLs; `None` for an unknown community and for one without an account.
///
/// # Errors
/// [`Failure::Store`], also when a secret does not open.
pub fn account(engine: &Engine, slug: &str) -> Result<Option<Account>, Failure> {
    let row = engine.store.read(|db| match community::by_slug(db, slug)? {
        Some(community) => wechat::account(db, community.id),
        None => Ok::<_, StoreError>(None),
    })?;
    Ok(row.map(|row| opened(engine, row)).transpose()?)
}

fn opened(engine: &Engine, row: AccountRow) -> Result<Account, StoreError> {
    let open = |column: &'static str, sealed: &[u8]| {
        let plain = engine.keys.open(&format!("wechat_account.{column}"), row.id.0, sealed)?;
        String::from_utf8(plain).map_err(|e| StoreError::impossible("wechat_account", column, row.id, e))
    };
    let maybe = |column, sealed: &Option<Vec<u8>>| sealed.as_deref().map(|sealed| open(column, sealed)).transpose();
    Ok(Account {
        token: open("token", &row.token_sealed)?,
        previous_token: maybe("previous_token", &row.previous_token_sealed)?,
        aes_key: maybe("aes_key", &row.aes_key_sealed)?,
        previous_aes_key: maybe("previous_aes_key", &row.previous_aes_key_sealed)?,
        community: row.community_id,
        id: row.id,
        mode: row.mode,
        app_id: row.app_id,
        original_id: row.original_id,
    })
}

/// What a plain push is, going by its timestamp and nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonce {
    /// New, or the same push again.
    Fine,
    /// They came before with another body.
    Reused,
}

/// Keeps the pair of a plain push, for nothing else ties its body to its signature.
///
/// # Errors
/// [`Failure::Store`].
pub fn nonce(
    engine: &Engine,
    (community, account): (CommunityId, WechatAccountId),
    (sent_seconds, nonce): (i64, &str),
    body_hash: &[u8; 32],
) -> Result<Nonce, Failure> {
    let now = engine.now();
    let seen =
        engine.store.write(|db| wechat::nonce(db, (community, account), (sent_seconds, nonce), body_hash, now))?;
    Ok(match seen {
        NonceSeen::First | NonceSeen::SameBody => Nonce::Fine,
        NonceSeen::OtherBody => Nonce::Reused,
    })
}
