//! Passwords: argon2id, in PHC strings that carry their own parameters.

use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};

use super::{Invalid, Problem};

/// One hash takes 19 MiB and a core for some tens of milliseconds; this many run at once, the others wait. So a rush of
/// sign-ins costs time, never the machine's memory.
const AT_ONCE: usize = 2;

/// Hashes a password with a fresh random salt.
///
/// # Panics
/// Never: the parameters are the crate's own and the salt has the right length.
#[allow(clippy::expect_used)]
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let _permit = permit();
    let made: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("default parameters, a password below 4 GiB and 16 bytes of salt are allowed");
    made.to_string()
}

/// Whether this is the password that was hashed. A kept value that is no PHC string matches nothing and is logged.
pub fn verify(password: &str, kept: &str) -> bool {
    let _permit = permit();
    match PasswordHash::new(kept) {
        Ok(kept) => Argon2::default().verify_password(password.as_bytes(), &kept).is_ok(),
        Err(cause) => {
            tracing::error!(%cause, "impossible row in app_user: column password_hash");
            false
        }
    }
}

/// Takes as long as [`verify`] and says no: an account that does not exist must not answer faster than one that does.
pub fn verify_nobody(password: &str) {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password", [7; 16]));
    verify(password, &NOBODY);
}

/// Fewest characters of a password (ASVS 6.2.1 asks for 8 at least and recommends more).
pub const LEAST: usize = 12;
/// Most characters: long phrases are welcome, megabytes are not.
pub const MOST: usize = 128;

/// What passwords in lists of leaked ones are made of; a password that is little more than one of these is refused.
const COMMON: &[&str] = &[
    "password", "passw0rd", "qwerty", "asdf", "zxcvbn", "iloveyou", "letmein", "welcome", "monkey", "dragon", "admin",
    "root", "jiban", "woaini", "wang", "aini1314", "5201314", "1314520", "123456", "654321", "111111", "000000",
    "888888", "666666", "112233", "123123", "147258", "abc123", "a1b2c3", "1qaz", "2wsx", "changeme", "secret",
];

/// Checks a new password: long enough, not too long, and not mostly the login or something everybody tries first.
///
/// # Errors
/// [`Invalid`] on `field`.
pub fn check(field: &'static str, login: &str, password: &str) -> Result<(), Invalid> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(Invalid::new(field, Problem::TooShort { least: LEAST }));
    }
    if length > MOST {
        return Err(Invalid::new(field, Problem::TooLong { limit: MOST }));
    }
    let mut rest = password.to_lowercase();
    for word in COMMON.iter().copied().chain([login]).filter(|word| !word.is_empty()) {
        rest = rest.replace(word, "");
    }
    let mut different: Vec<char> = rest.chars().collect();
    different.sort_unstable();
    different.dedup();
    // What is left when the first guesses are taken out must still take some guessing.
    if different.len() < 5 {
        return Err(Invalid::new(field, Problem::Guessable));
    }
    Ok(())
}

/// Holds one of the permits until dropped.
struct Permit;

static FREE: Mutex<usize> = Mutex::new(AT_ONCE);
static FREED: Condvar = Condvar::new();

fn free() -> MutexGuard<'static, usize> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn permit() -> Permit {
    let mut free = FREED.wait_while(free(), |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
    *free -= 1;
    Permit
}

impl Drop for Permit {
    fn drop(&mut self) {
        *free() += 1;
        FREED.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_password_again_and_no_other() {
        let kept = hash("correct horse battery", [3; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse battery", &kept));
        assert!(!verify("correct horse batterY", &kept));
        assert!(!verify("", &kept));
        assert!(!verify("correct horse battery", "plain text"));
        assert_ne!(hash("correct horse battery", [4; 16]), kept);
    }

    #[test]
    fn more_at_once_than_permits_all_come_through() {
        let kept = hash("one two three four", [1; 16]);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| assert!(verify("one two three four", &kept)));
            }
        });
        assert_eq!(*free(), AT_ONCE);
    }
}
