//! The key file, sealed columns and keyed hashes.
//!
//! A line of the key file is one key: its number, and in base64 32 bytes for AES-256-GCM and 32 for HMAC-SHA-256. The
//! first line is the current key; older ones below it still open what was sealed under them.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::error::StoreError;

const HEADING: &str = "jiban-keys 1";
const NOTE: &str = "# Whoever has this file can read every phone number in the database. Without it nobody can.\n\
                    # Keep a copy in a safe place, apart from the backups of the database.\n";
/// Sealed bytes: form (1), key number (2), nonce (12), then the cipher text with its 16-byte tag.
const FORM: u8 = 1;

struct Key {
    number: u16,
    cipher: [u8; 32],
    hash: [u8; 32],
}

/// The installation's keys, current one first. There is always one.
pub struct Keys {
    current: Key,
    older: Vec<Key>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<u16> = self.all().map(|key| key.number).collect();
        write!(f, "Keys({numbers:?}, redacted)")
    }
}

impl Keys {
    /// One key, made of fresh random bytes.
    pub fn fresh(random: [u8; 64]) -> Self {
        Self { current: Key::new(1, &random), older: Vec::new() }
    }

    /// Reads the key file.
    ///
    /// # Errors
    /// [`StoreError::KeyFile`] when it is missing, readable by others than its owner, or not a key file.
    pub fn load(path: &Path) -> Result<Self, StoreError> {
        let wrong = |why: String| StoreError::KeyFile(format!("key file {}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => wrong("there is none; restore it from its copy".to_owned()),
            _ => wrong(error.to_string()),
        })?;
        owner_only(path)?;
        Self::parse(&text).map_err(wrong)
    }

    /// Reads the key file; makes it first if there is none and `may_create` says that no data was written under a key
    /// yet (an embedded, empty database). Of several processes at once, one makes it and all read the same.
    ///
    /// # Errors
    /// As [`Keys::load`], or when the file cannot be written.
    pub fn load_or_create(
        path: &Path,
        may_create: bool,
        random: impl FnOnce() -> [u8; 64],
    ) -> Result<Self, StoreError> {
        if may_create && !path.exists() {
            Self::fresh(random())
                .create(path)
                .map_err(|error| StoreError::KeyFile(format!("key file {}: {error}", path.display())))?;
        }
        Self::load(path)
    }

    /// Writes the file under another name first, so that nobody reads half a key, and never over an existing one.
    fn create(&self, path: &Path) -> std::io::Result<()> {
        let part = path.with_extension(format!("{}.part", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&part).and_then(|mut file| {
            file.write_all(self.text().as_bytes())?;
            file.sync_all()?;
            match std::fs::hard_link(&part, path) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            }
        });
        let _ = std::fs::remove_file(&part);
        written?;
        match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(folder) => std::fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{HEADING}\n{NOTE}");
        for key in self.all() {
            let both = [key.cipher, key.hash].concat();
            text.push_str(&format!("{} {}\n", key.number, STANDARD.encode(both)));
        }
        text
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        if lines.next() != Some(HEADING) {
            return Err(format!("does not start with `{HEADING}`"));
        }
        let mut keys: Vec<Key> = Vec::new();
        for (at, line) in lines.enumerate() {
            // The line itself is a secret and is not repeated.
            let key = Key::parse(line).ok_or_else(|| format!("key line {} is not a number and 64 bytes", at + 1))?;
            if keys.iter().any(|other| other.number == key.number) {
                return Err(format!("key number {} stands there twice", key.number));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or("holds no key")?;
        Ok(Self { current, older: keys.collect() })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// Encrypts a value for one column of one row; it opens nowhere else. The nonce must be fresh random bytes.
    pub fn seal(&self, table_column: &str, row: Uuid, plain: &[u8], nonce: [u8; 12]) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: &bound_to(table_column, row) };
        let mut sealed = vec![FORM];
        sealed.extend_from_slice(&self.current.number.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        // AES-GCM refuses nothing shorter than 64 GiB.
        #[allow(clippy::expect_used)]
        let text = self.current.gcm().encrypt(&nonce.into(), payload).expect("the value is shorter than 64 GiB");
        sealed.extend_from_slice(&text);
        sealed
    }

    /// Decrypts what [`Keys::seal`] made for the same column and row.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was made for another place, changed, or sealed under a key that is not there.
    pub fn open(&self, table_column: &str, row: Uuid, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let wrong = |cause| StoreError::Sealed { column: table_column.to_owned(), row, cause };
        let [FORM, high, low, rest @ ..] = sealed else { return Err(wrong("not in a form this program knows")) };
        let number = u16::from_be_bytes([*high, *low]);
        let key = self.all().find(|key| key.number == number).ok_or_else(|| wrong("its key is not in the key file"))?;
        let (nonce, text) = rest.split_first_chunk::<12>().ok_or_else(|| wrong("cut off"))?;
        let payload = Payload { msg: text, aad: &bound_to(table_column, row) };
        key.gcm().decrypt(&(*nonce).into(), payload).map_err(|_| wrong("changed, or made for another row"))
    }

    /// The keyed hash under which a value is found again. `purpose` keeps hashes of different columns apart, such as
    /// `phone` and `phone.last_four`; the value must be normalised.
    pub fn blind(&self, purpose: &str, value: &str) -> [u8; 32] {
        self.current.mac(purpose, value.as_bytes())
    }

    /// The hashes under every key, current one first: what to look for while old rows wait to be hashed anew.
    pub fn blinds(&self, purpose: &str, value: &str) -> Vec<[u8; 32]> {
        self.all().map(|key| key.mac(purpose, value.as_bytes())).collect()
    }

    /// What `installation.key_check` keeps: tells a wrong key file, and nothing about the key.
    pub fn check_value(&self) -> [u8; 32] {
        self.current.check_value()
    }

    /// Compares with `installation.key_check`. An older key of the file counts as well, since a rotation comes first.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`].
    pub fn check(&self, kept: &[u8]) -> Result<(), StoreError> {
        match self.all().any(|key| bool::from(key.check_value().as_slice().ct_eq(kept))) {
            true => Ok(()),
            false => Err(StoreError::WrongKey),
        }
    }
}

impl Key {
    fn new(number: u16, both: &[u8; 64]) -> Self {
        let mut key = Self { number, cipher: [0; 32], hash: [0; 32] };
        key.cipher.copy_from_slice(&both[..32]);
        key.hash.copy_from_slice(&both[32..]);
        key
    }

    fn parse(line: &str) -> Option<Self> {
        let (number, bytes) = line.split_once(' ')?;
        let bytes: [u8; 64] = STANDARD.decode(bytes.trim()).ok()?.try_into().ok()?;
        Some(Self::new(number.parse().ok()?, &bytes))
    }

    fn gcm(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.cipher.into())
    }

    /// No purpose contains a NUL, so that no two pairs of purpose and value are the same message.
    fn mac(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        // HMAC takes a key of any length.
        #[allow(clippy::expect_used)]
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.hash).expect("HMAC takes any key");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        mac.finalize().into_bytes().into()
    }

    fn check_value(&self) -> [u8; 32] {
        self.mac("installation.key_check", &self.cipher)
    }
}

fn bound_to(table_column: &str, row: Uuid) -> Vec<u8> {
    format!("{table_column}|{row}").into_bytes()
}

#[cfg(unix)]
fn owner_only(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let wrong = |why: String| StoreError::KeyFile(format!("key file {}: {why}", path.display()));
    let mode = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(wrong(format!("others than its owner may read it (mode {mode:o}); run `chmod 600 {}`", path.display())))
}

#[cfg(not(unix))]
fn owner_only(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Uuid = Uuid::from_u128(7);

    fn keys(byte: u8) -> Keys {
        let mut random = [byte; 64];
        random[32..].fill(byte ^ 0xff);
        Keys::fresh(random)
    }

    #[test]
    fn opens_only_where_it_was_sealed() {
        let keys = keys(1);
        let sealed = keys.seal("resident_phone.number", ROW, b"13800138001", [9; 12]);
        assert!(!sealed.windows(4).any(|w| w == b"1380"));
        assert_eq!(keys.open("resident_phone.number", ROW, &sealed).unwrap(), b"13800138001");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.open("resident_phone.number", ROW, &changed).is_err(), "byte {at}");
        }
        for cut in 0..sealed.len() {
            assert!(keys.open("resident_phone.number", ROW, &sealed[..cut]).is_err(), "cut at {cut}");
        }
        assert!(keys.open("identity.value", ROW, &sealed).is_err());
        assert!(keys.open("resident_phone.number", Uuid::from_u128(8), &sealed).is_err());
    }

    #[test]
    fn agrees_with_a_vector_worked_out_elsewhere() {
        // HMAC-SHA-256 with a key of 32 bytes 0xfe over "phone\0" "13800138001".
        let hex: String = keys(1).blind("phone", "13800138001").iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "af174d812cda02be9b994173e7ad4eaf9a32feac86524b9d6d4e4958385285f2");
        assert_ne!(keys(1).blind("phone.last_four", "8001"), keys(1).blind("phone", "8001"));
        assert_ne!(keys(1).blind("phone", "8001"), keys(2).blind("phone", "8001"));
    }

    #[test]
    fn an_older_key_still_opens_and_still_counts() {
        let old = keys(1);
        let sealed = old.seal("t.c", ROW, b"x", [0; 12]);
        let text = keys(2).text().replace("\n1 ", "\n2 ") + old.text().lines().last().unwrap();
        let both = Keys::parse(&text).unwrap();
        assert_eq!(both.open("t.c", ROW, &sealed).unwrap(), b"x");
        assert_eq!(both.seal("t.c", ROW, b"x", [0; 12])[..3], [1, 0, 2]);
        assert_eq!(both.blinds("phone", "1"), [keys(2).blind("phone", "1"), old.blind("phone", "1")]);
        both.check(&old.check_value()).unwrap();
        assert_eq!(keys(2).check(&old.check_value()), Err(StoreError::WrongKey));
        assert!(old.open("t.c", ROW, &both.seal("t.c", ROW, b"x", [0; 12])).is_err());
    }

    #[test]
    fn debug_and_errors_tell_no_key() {
        assert_eq!(format!("{:?}", keys(1)), "Keys([1], redacted)");
        let cut = keys(1).text().replace("==", "");
        let said = Keys::parse(&cut).unwrap_err();
        assert_eq!(said, "key line 1 is not a number and 64 bytes");
    }

    #[test]
    fn is_made_once_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jiban.key");
        let missing = Keys::load_or_create(&path, false, || unreachable!()).unwrap_err();
        assert!(missing.to_string().contains("there is none"), "{missing}");
        assert!(!path.exists());
        let made = Keys::load_or_create(&path, true, || [5; 64]).unwrap();
        let again = Keys::load_or_create(&path, true, || [6; 64]).unwrap();
        assert_eq!(made.check_value(), again.check_value());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jiban.key");
        Keys::load_or_create(&path, true, || [5; 64]).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let said = Keys::load(&path).unwrap_err().to_string();
            assert!(said.contains("chmod 600"), "{said}");
        }
    }
}
