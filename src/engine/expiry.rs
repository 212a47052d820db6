//! Rows whose time is over go: sessions, nonces, claims, keys, news of calls, counts of guesses.

use chrono::TimeDelta;

use super::{Engine, Failure, Worked, sign_in};
use crate::store::expiry::{Expiring, sweep};

/// Rows removed in one transaction.
const BATCH: i64 = 500;
/// A signed WeChat message older than its tolerance is refused anyway.
const NONCE: TimeDelta = TimeDelta::minutes(10);
/// Channels repeat a message for seconds, call systems for hours.
const CLAIM: TimeDelta = TimeDelta::days(7);
/// A program may repeat a create within this time.
const KEY: TimeDelta = TimeDelta::hours(24);
/// An open page that missed news for so long fetches itself anew.
const CALL_NEWS: TimeDelta = TimeDelta::days(1);

/// Removes one batch of each kind.
///
/// # Errors
/// A database failure.
pub fn sweep_expired(engine: &Engine) -> Result<Worked, Failure> {
    let now = engine.now();
    let kinds = [
        (Expiring::SessionEnd, TimeDelta::zero()),
        (Expiring::SessionIdle, sign_in::IDLE),
        (Expiring::Nonce, NONCE),
        (Expiring::Claim, CLAIM),
        (Expiring::Key, KEY),
        (Expiring::CallNews, CALL_NEWS),
        (Expiring::SignInLimit, sign_in::WINDOW),
    ];
    let mut worked = Worked::default();
    for (kind, age) in kinds {
        // A transaction each: none holds SQLite's one writer for long.
        let gone = engine.store.write(|db| sweep(db, kind, now - age, BATCH))?;
        worked.done += gone;
        worked.more |= i64::try_from(gone).is_ok_and(|gone| gone >= BATCH);
    }
    Ok(worked)
}
