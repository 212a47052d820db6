//! The order of checks, in one place: size → query → window → envelope → signature → base64 → AES → padding → length →
//! app id → UTF-8 and message → recipient → field rules. Whether a push is a repeat is asked afterwards, of the database.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::account::{Account, Slot};
use super::crypto::{open_with, signing_token};
use super::envelope::{Fields, encrypted};
use super::message::Inbound;
use super::query::{EncryptType, PushQuery, UrlCheck, within_window};
use super::refused::Refused;

/// A push that passed every check that needs no memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What it says.
    pub inbound: Inbound,
    /// The key that opened it; `None` for a plain body, which nothing authenticates.
    pub key_used: Option<Slot>,
    /// The token it is signed with.
    pub token_used: Slot,
    /// SHA-256 of the body as it came: in plain mode the same timestamp and nonce with another hash are refused.
    pub body_hash: [u8; 32],
    /// The query's timestamp, epoch seconds.
    pub timestamp: i64,
    /// The query's nonce.
    pub nonce: String,
}

/// Checks the GET WeChat makes when the address is entered, and gives the echo to send back as it is, `text/plain`.
///
/// # Errors
/// Any breach; the door answers 403 with an empty body whatever it was.
pub fn check_url(account: &Account, raw_query: &str, now: DateTime<Utc>) -> Result<String, Refused> {
    let query = UrlCheck::parse(raw_query)?;
    within_window(&query.timestamp, now)?;
    signing_token(&account.tokens, &query.signature, &[&query.timestamp, &query.nonce])?;
    Ok(query.echostr)
}

/// Opens a push, or says which check it failed; after the first breach nothing more is looked at.
///
/// # Errors
/// The first breach in the order of this module's heading.
pub fn open_push(account: &Account, raw_query: &str, body: &[u8], now: DateTime<Utc>) -> Result<Opened, Refused> {
    if body.len() > super::MAX_BODY_BYTES {
        return Err(Refused::TooLarge);
    }
    let query = PushQuery::parse(raw_query)?;
    match query.encrypt_type {
        EncryptType::Raw if !account.takes_plain() => return Err(Refused::PlainRefused),
        EncryptType::Aes if account.keys.is_none() => return Err(Refused::NoKey),
        _ => {}
    }
    let timestamp = within_window(&query.timestamp, now)?;
    let fields = Fields::parse(body)?;
    let (token_used, key_used, fields) = authenticate(account, &query, fields)?;
    let inbound = Inbound::parse(&fields, account.original_id.as_deref())?;
    let body_hash = Sha256::digest(body).into();
    Ok(Opened { inbound, key_used, token_used, body_hash, timestamp, nonce: query.nonce })
}

/// Proves the sender and gives the fields to read: the body's own, or those inside `Encrypt`.
fn authenticate(account: &Account, query: &PushQuery, fields: Fields) -> Result<(Slot, Option<Slot>, Fields), Refused> {
    let (Some(signature), Some(keys)) = (&query.msg_signature, &account.keys) else {
        let token = signing_token(&account.tokens, &query.signature, &[&query.timestamp, &query.nonce])?;
        return Ok((token, None, fields));
    };
    let encrypt = encrypted(&fields)?;
    let token = signing_token(&account.tokens, signature, &[&query.timestamp, &query.nonce, encrypt])?;
    let (key, message) = open_with(keys, encrypt, &account.app_id)?;
    Ok((token, Some(key), Fields::parse(&message)?))
}
