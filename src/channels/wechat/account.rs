//! What one official account is set up with, in plain values: the caller has already decrypted the secrets.

use std::fmt;

use super::crypto::AesKey;

/// How the account's server page is set at WeChat (消息加解密方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 明文模式: nothing authenticates a body, so it is for trials only.
    Plain,
    /// 兼容模式: plain fields beside the encrypted ones; we read the encrypted ones alone.
    Compat,
    /// 安全模式: encrypted only.
    Aes,
}

/// Which of two values worked while one is being exchanged for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The value in force.
    Current,
    /// The one before it, still honoured.
    Previous,
}

/// A secret in exchange: WeChat goes on using the old one for a while after the change, so both are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotating<T> {
    /// The value in force.
    pub current: T,
    /// The one before it, if it is still honoured.
    pub previous: Option<T>,
}

impl<T> Rotating<T> {
    /// A value with no predecessor.
    pub fn only(current: T) -> Self {
        Self { current, previous: None }
    }

    /// The value in that slot; the current one where there is no previous.
    pub fn get(&self, slot: Slot) -> &T {
        match slot {
            Slot::Current => &self.current,
            Slot::Previous => self.previous.as_ref().unwrap_or(&self.current),
        }
    }

    /// Both, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &T)> {
        std::iter::once((Slot::Current, &self.current)).chain(self.previous.iter().map(|t| (Slot::Previous, t)))
    }
}

/// The shared word both sides sign with (服务器配置 Token).
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A token that cannot have come from WeChat's settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a WeChat token is 1 to 128 printable ASCII characters without blanks (WeChat itself asks for 3 to 32 letters and digits)"
)]
pub struct BadToken;

impl Token {
    /// Checks the shape only; it is looser than WeChat's page so that a test account's odd token still works.
    ///
    /// # Errors
    /// [`BadToken`] when empty, longer than 128 bytes, or not printable ASCII.
    pub fn parse(token: &str) -> Result<Self, BadToken> {
        let fits = (1..=128).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(token.to_owned())) } else { Err(BadToken) }
    }

    /// The token itself, for signing.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// One official account as the protocol needs it. Its `Debug` shows no secret: [`Token`] and [`AesKey`] hide themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// How WeChat is set to send.
    pub mode: Mode,
    /// The developer id `wx…`, which closes every encrypted plaintext.
    pub app_id: String,
    /// The account's own id `gh_…`; when known, a push to another is refused.
    pub original_id: Option<String>,
    /// Tokens to verify with.
    pub tokens: Rotating<Token>,
    /// Keys to decrypt with; without any, encrypted pushes are refused.
    pub keys: Option<Rotating<AesKey>>,
}

impl Account {
    /// Whether a plain body may be believed: only in plain mode, and never once a key is configured (no downgrade).
    pub fn takes_plain(&self) -> bool {
        self.mode == Mode::Plain && self.keys.is_none()
    }
}
