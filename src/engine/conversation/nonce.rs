//! The pairs of timestamp and nonce that plain pushes came with.

use crate::domain::ids::{CommunityId, WechatAccountId};
use crate::engine::{Engine, Failure};
use crate::store::wechat::{self, NonceSeen};

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
    let (now, nonce, body_hash) = (engine.now(), nonce.to_owned(), *body_hash);
    let seen = engine
        .store
        .write_together(move |db| wechat::nonce(db, (community, account), (sent_seconds, &nonce), &body_hash, now))?;
    Ok(match seen {
        NonceSeen::First | NonceSeen::SameBody => Nonce::Fine,
        NonceSeen::OtherBody => Nonce::Reused,
    })
}
