//! What was looked for, for an address: numbers and names must not stand in histories and in the logs of proxies, so they
//! are sealed for the one who looked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta};

use super::super::Engine;
use crate::domain::ids::UserId;

/// A handle opens for this long: a shift with its hand-over.
const GOOD_FOR: TimeDelta = TimeDelta::hours(12);
/// What handles are sealed as; no column has this name.
const PURPOSE: &str = "look_up.query";

/// Seals what `user` looked for.
pub fn handle(engine: &Engine, user: UserId, query: &str) -> String {
    let mut plain = engine.now().timestamp().to_be_bytes().to_vec();
    plain.extend_from_slice(query.as_bytes());
    URL_SAFE_NO_PAD.encode(engine.keys.seal(PURPOSE, user.0, &plain, engine.chance.bytes()))
}

/// What [`handle`] sealed for this user; `None` when it is another's, too old, or no handle at all.
pub fn handled(engine: &Engine, user: UserId, handle: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(handle).ok()?;
    let plain = engine.keys.open(PURPOSE, user.0, &sealed).ok()?;
    let (at, query) = plain.split_first_chunk::<8>()?;
    let at = DateTime::from_timestamp(i64::from_be_bytes(*at), 0)?;
    let fresh = engine.now() - at < GOOD_FOR;
    std::str::from_utf8(query).ok().filter(|_| fresh).map(str::to_owned)
}
