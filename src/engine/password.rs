//! Passwords: argon2id, and how many are worked out at once.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use super::{Failure, Invalid, Problem};
use crate::clock::Chance;

/// Fewest characters of a new password.
pub const LEAST_CHARACTERS: usize = 10;
/// Most characters of a password.
pub const MOST_CHARACTERS: usize = 200;
/// Each hash takes 19 MiB and some 20 ms of a core: more at once would let sign-ins stop everything else.
const AT_ONCE: usize = 2;
/// A hash of nothing anyone knows, worked through for accounts that do not exist so that they answer as slowly.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$QUFBQUFBQUFBQUFBQUFBQQ$mMZGGm8rJwLIvnTRo5Xf3HFAi2dDKLBX2BkZBcJZ5lE";

static BUSY: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// A turn at the hasher, given back when dropped.
struct Turn;

impl Turn {
    fn wait() -> Self {
        let busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        let mut busy = FREED.wait_while(busy, |busy| *busy >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        *busy += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *BUSY.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}

/// The hash to store, as a PHC string.
///
/// # Errors
/// [`Failure::Invalid`] on `password` when argon2 refuses it, which it does only for texts beyond 4 GiB.
pub fn hash(chance: &Chance, password: &str) -> Result<String, Failure> {
    let salt: [u8; 16] = chance.bytes();
    let _turn = Turn::wait();
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|_| Invalid::new("password", Problem::TooLong { limit: MOST_CHARACTERS }).into())
}

/// Whether the password belongs to the stored hash; without one (no such account) the same work is done for nothing.
pub fn verify(stored: Option<&str>, password: &str) -> bool {
    let _turn = Turn::wait();
    let right = PasswordHash::new(stored.unwrap_or(NOBODY))
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    right && stored.is_some()
}

/// Checks a new password: long enough, and not one that everyone tries first.
///
/// # Errors
/// What is wrong with it; `field` is the form's name for it.
pub fn check(field: &'static str, login: &str, password: &str) -> Result<(), Invalid> {
    let length = password.chars().count();
    if length < LEAST_CHARACTERS {
        return Err(Invalid::new(field, Problem::TooShort { least: LEAST_CHARACTERS }));
    }
    if length > MOST_CHARACTERS {
        return Err(Invalid::new(field, Problem::TooLong { limit: MOST_CHARACTERS }));
    }
    let lower = password.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let common = ["1234567890", "0123456789", "qwertyuiop", "password", "abcdefgh", "1qaz2wsx", "5201314", "woaini"];
    if different.len() < 4 || lower.contains(login) || common.iter().any(|word| lower.starts_with(word)) {
        return Err(Invalid::new(field, Problem::Guessable));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_opens_with_its_password_alone_and_nobody_with_none() {
        let stored = hash(&Chance::counted(1), "一句好记的话123").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(Some(&stored), "一句好记的话123") && !verify(Some(&stored), "一句好记的话124"));
        assert!(!verify(None, "") && !verify(Some("broken"), ""));
        assert!(PasswordHash::new(NOBODY).is_ok(), "the work must really be done");
    }

    #[test]
    fn guessable_passwords_are_refused() {
        for bad in ["1234567890", "aaaaaaaaaaaa", "zhou-2026-zhou", "Password2026"] {
            assert_eq!(check("new", "zhou", bad).unwrap_err().problem, Problem::Guessable, "{bad}");
        }
        assert_eq!(check("new", "zhou", "short").unwrap_err().problem, Problem::TooShort { least: 10 });
        check("new", "zhou", "院子里的石榴树开花了").unwrap();
        check("new", "zhou", &"a1b2".repeat(40)).unwrap();
    }
}
