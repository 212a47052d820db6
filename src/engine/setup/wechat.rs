//! The committee's WeChat account: set from outside, kept sealed, opened for the door.

use crate::domain::ids::{CommunityId, WechatAccountId};
use crate::engine::{Engine, Failure, Invalid, Problem, text};
use crate::store::StoreError;
use crate::store::types::Time;
use crate::store::wechat::{self as rows, AccountRow};

const MODES: &[&str] = &["plain", "compat", "aes"];
const TOKEN: &str = "wechat_account.token";
const PREVIOUS_TOKEN: &str = "wechat_account.previous_token";
const AES_KEY: &str = "wechat_account.aes_key";
const PREVIOUS_AES_KEY: &str = "wechat_account.previous_aes_key";

/// The account as the owner copies it from WeChat's settings page.
#[derive(Debug, Clone)]
pub struct WechatSettings {
    /// 消息加解密方式: `plain`, `compat` or `aes`.
    pub mode: String,
    /// 开发者 ID `wx…`.
    pub app_id: String,
    /// 原始 ID `gh_…`.
    pub original_id: Option<String>,
    /// Token.
    pub token: String,
    /// EncodingAESKey: 43 letters and digits.
    pub aes_key: Option<String>,
}

/// The account with its secrets opened, for the door alone.
#[derive(Clone)]
pub struct WechatAccount {
    /// Its row.
    pub id: WechatAccountId,
    /// The community.
    pub community: CommunityId,
    /// `plain`, `compat` or `aes`.
    pub mode: String,
    /// `wx…`.
    pub app_id: String,
    /// `gh_…`.
    pub original_id: Option<String>,
    /// The token in force, then the one before it.
    pub tokens: (String, Option<String>),
    /// The key in force, then the one before it.
    pub aes_keys: (Option<String>, Option<String>),
}

impl std::fmt::Debug for WechatAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WechatAccount").field("id", &self.id).field("mode", &self.mode).finish_non_exhaustive()
    }
}

/// Sets the community's account. A token or key that changes stays valid beside the new one, because WeChat goes on
/// using it for a while.
///
/// # Errors
/// [`Failure::Invalid`] for `mode`, `app_id`, `original_id`, `token` or `aes_key`.
pub fn set_wechat(engine: &Engine, community: CommunityId, new: &WechatSettings) -> Result<(), Failure> {
    let row = wechat_row(engine, community, new)?;
    engine.store.write(|db| rows::put_account(db, &row)).map_err(|error| match error {
        StoreError::ForeignKey { .. } => Failure::NotFound("community"),
        other => other.into(),
    })
}

/// The account's row with everything sealed, not yet written.
pub(in crate::engine) fn wechat_row(
    engine: &Engine,
    community: CommunityId,
    new: &WechatSettings,
) -> Result<AccountRow, Failure> {
    check(new)?;
    let now = engine.now();
    let before = match engine.store.read(|db| rows::account(db, community))? {
        Some(row) => Some((opened(engine, &row)?, row)),
        None => None,
    };
    let id = before.as_ref().map_or_else(|| engine.chance.id(now), |(_, row)| row.id);
    let seal = |column, secret: &str| engine.keys.seal(column, id.0, secret.as_bytes(), engine.chance.bytes());
    let (old_token, old_key) = match &before {
        None => (None, None),
        Some((old, _)) => (
            replaced(Some(&old.tokens.0), old.tokens.1.as_deref(), Some(&new.token)),
            replaced(old.aes_keys.0.as_deref(), old.aes_keys.1.as_deref(), new.aes_key.as_deref()),
        ),
    };
    Ok(AccountRow {
        community_id: community,
        id,
        mode: new.mode.clone(),
        app_id: new.app_id.trim().to_owned(),
        original_id: new.original_id.clone(),
        token_sealed: seal(TOKEN, &new.token),
        previous_token_sealed: old_token.map(|secret| seal(PREVIOUS_TOKEN, &secret)),
        aes_key_sealed: new.aes_key.as_deref().map(|secret| seal(AES_KEY, secret)),
        previous_aes_key_sealed: old_key.map(|secret| seal(PREVIOUS_AES_KEY, &secret)),
        updated_at: Time::from(now),
    })
}

/// The community's account with its secrets, to keep those that are not given anew.
pub(in crate::engine) fn wechat_account_of(
    engine: &Engine,
    community: CommunityId,
) -> Result<Option<WechatAccount>, Failure> {
    let row = engine.store.read(|db| rows::account(db, community))?;
    Ok(row.map(|row| opened(engine, &row)).transpose()?)
}

/// What stays as the previous secret: the one just replaced, else the one before it.
fn replaced(current: Option<&str>, previous: Option<&str>, new: Option<&str>) -> Option<String> {
    new?;
    if current == new { previous } else { current }.filter(|old| Some(*old) != new).map(str::to_owned)
}

fn check(new: &WechatSettings) -> Result<(), Invalid> {
    let form = |field, allowed| Err(Invalid::new(field, Problem::Form(allowed)));
    if !MODES.contains(&new.mode.as_str()) {
        return form("mode", "plain, compat or aes");
    }
    let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if !word(text("app_id", &new.app_id, 64)?) {
        return form("app_id", "letters and digits, such as wx0123456789abcdef");
    }
    if new.original_id.as_deref().is_some_and(|id| id.is_empty() || id.len() > 64 || !word(id)) {
        return form("original_id", "letters, digits and _, such as gh_0123456789ab");
    }
    let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !(1..=128).contains(&new.token.len()) || !graphic(&new.token) {
        return form("token", "1 to 128 letters, digits and signs without blanks");
    }
    let is_key = |key: &str| key.len() == 43 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b));
    match &new.aes_key {
        Some(key) if !is_key(key) => form("aes_key", "the 43 letters and digits of EncodingAESKey"),
        None if new.mode != "plain" => Err(Invalid::new("aes_key", Problem::Empty)),
        _ => Ok(()),
    }
}

/// The account behind a community's door; `None` when there is no such community or it has no account.
///
/// # Errors
/// [`Failure::Store`], also for secrets that do not open.
pub fn wechat_account(engine: &Engine, slug: &str) -> Result<Option<WechatAccount>, Failure> {
    let row = engine.store.read_one(|db| rows::account_at(db, slug))?;
    Ok(row.map(|row| opened(engine, &row)).transpose()?)
}

fn opened(engine: &Engine, row: &AccountRow) -> Result<WechatAccount, StoreError> {
    let open = |column: &'static str, sealed: &[u8]| {
        let plain = engine.keys.open(column, row.id.0, sealed)?;
        String::from_utf8(plain).map_err(|cause| StoreError::impossible("wechat_account", column, row.id, cause))
    };
    let maybe = |column, sealed: &Option<Vec<u8>>| sealed.as_deref().map(|sealed| open(column, sealed)).transpose();
    Ok(WechatAccount {
        id: row.id,
        community: row.community_id,
        mode: row.mode.clone(),
        app_id: row.app_id.clone(),
        original_id: row.original_id.clone(),
        tokens: (open(TOKEN, &row.token_sealed)?, maybe(PREVIOUS_TOKEN, &row.previous_token_sealed)?),
        aes_keys: (maybe(AES_KEY, &row.aes_key_sealed)?, maybe(PREVIOUS_AES_KEY, &row.previous_aes_key_sealed)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_just_replaced_stays_valid() {
        let kept = |a, b, c| replaced(a, b, c);
        assert_eq!(kept(Some("one"), None, Some("two")).as_deref(), Some("one"));
        assert_eq!(kept(Some("two"), Some("one"), Some("two")).as_deref(), Some("one"), "set again as it was");
        assert_eq!(kept(Some("two"), Some("one"), Some("one")).as_deref(), Some("two"), "set back");
        assert_eq!(kept(Some("two"), Some("one"), None), None, "keys taken away for plain mode");
        assert_eq!(kept(None, None, Some("one")), None);
    }
}
