//! Passwords: argon2id, in PHC strings that carry their own parameters.

use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash};

use super::Problem;

/// One hash takes 19 MiB and a core for some tens of milliseconds; this many run at once, the others wait. So a rush of
/// sign-ins costs time, never the machine's memory.
const AT_ONCE: usize = 2;

/// Fewest characters of a password.
pub const LEAST: usize = 12;
/// Most characters of a password.
pub const MOST: usize = 128;

/// Words that stand at the head of every list of stolen passwords, and what people make of this product's own name.
const COMMON: &str = "password passw0rd p@ssword p@ssw0rd mypassword letmein welcome administrator adminadmin \
     rootroot superuser superman batman trustno1 iloveyou sunshine princess football baseball basketball dragon monkey \
     master shadow michael jennifer jordan liverpool chelsea arsenal starwars pokemon computer internet whatever \
     freedom forever hello helloworld secret changeme default guest test testtest testing temp temporary user login \
     qwerty qwertyuiop qwertyuiopasdf qwertyqwerty qwertyasdfgh asdfghjkl asdfghjklqwe asdfasdf zxcvbnm zxcvbnmasdf \
     qazwsx qazwsxedc qazwsxedcrfv 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 \
     q1w2e3r4t5y6 abcdef abcdefgh abcdefghijkl abcd aabbcc abc woaini woaiwojia wodemima mima mimamima zhongguo \
     beijing shanghai woshishui nihao 5201314 7758521 jiban jibanjiban jibanadmin community property committee wuye \
     juweihui shequ xiaoqu wangguan guanliyuan";

/// Whether a password may be used for this account.
///
/// # Errors
/// Too short, too long, or guessable: it contains the account's name, is digits alone, a common word with decoration, a
/// short piece repeated, or made of fewer than five different characters.
pub fn check(password: &str, login: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(Problem::TooShort { least: LEAST });
    }
    if length > MOST {
        return Err(Problem::TooLong { limit: MOST });
    }
    let lower = password.to_lowercase();
    let letters: Vec<char> = lower.chars().collect();
    let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
    let undecorated = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let common = |word: &str| COMMON.split_whitespace().any(|common| common == word);
    let repeated = (1..=letters.len() / 2)
        .any(|size| letters.iter().zip(letters.iter().skip(size)).all(|(a, b)| a == b) && size <= 6);
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let guessable = different.len() < 5
        || repeated
        || bare.is_empty()
        || [lower.as_str(), bare, undecorated].into_iter().any(common)
        || (login.len() > 2 && lower.contains(login));
    if guessable { Err(Problem::Guessable) } else { Ok(()) }
}

/// A hash's memory is asked for in one piece larger than this, in blocks of 1 KiB, though only the first 19 MiB are touched.
/// Below 32 MiB glibc keeps what was freed for the thread that freed it, and each thread that ever checked a password would
/// hold 19 MiB for good; above, it goes back to the system at once (`M_MMAP_THRESHOLD` in mallopt(3)).
const PIECE: usize = 33 * 1024;

/// The argon2 hash.
fn derived(argon2: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<Output, password_hash::Error> {
    let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(PIECE));
    memory.resize(blocks, Block::default());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory)?;
    Ok(Output::new(out)?)
}

/// Hashes a password with a fresh random salt.
///
/// # Panics
/// Never: the parameters are the crate's own and the salt has the right length.
#[allow(clippy::expect_used)]
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let _permit = permit();
    let argon2 = Argon2::default();
    let made = || {
        Ok::<_, password_hash::Error>(PasswordHash {
            algorithm: Algorithm::default().ident(),
            version: Some(Version::default().into()),
            params: argon2.params().try_into()?,
            salt: Some(Salt::new(&salt)?),
            hash: Some(derived(&argon2, password, &salt)?),
        })
    };
    made().expect("default parameters, a password below 4 GiB and 16 bytes of salt are allowed").to_string()
}

/// Whether this is the password that was hashed. A kept value that is no PHC string matches nothing and is logged.
pub fn verify(password: &str, kept: &str) -> bool {
    let _permit = permit();
    let again = |kept: &PasswordHash| -> Result<Output, password_hash::Error> {
        let algorithm = Algorithm::try_from(kept.algorithm.as_str())?;
        let version = kept.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let argon2 = Argon2::new(algorithm, version, Params::try_from(kept)?);
        let salt = kept.salt.as_ref().ok_or(password_hash::Error::SaltInvalid)?;
        derived(&argon2, password, salt)
    };
    let kept = PasswordHash::new(kept).map_err(password_hash::Error::from);
    match kept.and_then(|kept| Ok((again(&kept)?, kept.hash))) {
        // Compared in constant time.
        Ok((made, kept)) => kept.is_some_and(|kept| kept == made),
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
    fn what_is_easily_guessed_is_refused() {
        for bad in [
            "Password2026!",
            "password12345",
            "1qaz2wsx3edc",
            "123456789012",
            "13800000001138",
            "abcabcabcabc",
            "aaaaaaaaaaaaaaab",
            "zhouwei-2026-x",
            "qwertyuiop123",
            "!!administrator!!",
        ] {
            assert_eq!(check(bad, "zhouwei"), Err(Problem::Guessable), "{bad}");
        }
        assert_eq!(check("elevenchars", "a"), Err(Problem::TooShort { least: 12 }));
        assert_eq!(check(&"长".repeat(129), "a"), Err(Problem::TooLong { limit: 128 }));
        for good in ["correct horse battery", "春风又绿江南岸明月何时照", "x7k2m-9pqrt-bbw3", "ab abc abcd ef"]
        {
            assert_eq!(check(good, "zhouwei"), Ok(()), "{good}");
        }
    }

    #[test]
    fn more_at_once_than_permits_all_come_through() {
        let kept = hash("one two three four", [1; 16]);
        // Others may be looked at meanwhile. Were a permit kept, the last of these would wait for ever.
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| assert!(verify("one two three four", &kept)));
            }
        });
    }
}
