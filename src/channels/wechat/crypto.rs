//! Signatures and the AES packing, exactly as WeChat's technical notes have them.
//!
//! Key = base64 of 43 characters; IV = its first 16 bytes; AES-256-CBC. Plaintext = 16 random bytes, big-endian length of
//! the message in 4 bytes, the message, the app id; padded after PKCS#7 to a multiple of **32**.

use std::fmt;

use aes::{Aes256, Block};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

use super::account::{Rotating, Slot, Token};
use super::refused::Refused;

/// Characters of an EncodingAESKey.
pub const KEY_CHARACTERS: usize = 43;

/// WeChat pads to this many bytes, twice the cipher's block.
const PAD_BLOCK: usize = 32;

/// Random bytes plus length field before the message.
const HEAD: usize = 20;

/// The 43rd character carries four bits where two are needed, and WeChat fills the rest at random: a strict decoder
/// refuses most real keys.
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Lower-case hex SHA-1 of the parts, sorted by bytes and joined.
pub fn sign(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    let digest = Sha1::digest(sorted.concat().as_bytes());
    hex(&digest)
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

/// The token under which `claimed` is the signature of `rest`, compared in constant time. Both tokens are always tried,
/// so that the time taken does not tell which one is in force.
///
/// # Errors
/// [`Refused::BadSignature`] when neither fits.
pub fn signing_token(tokens: &Rotating<Token>, claimed: &str, rest: &[&str]) -> Result<Slot, Refused> {
    let mut found = None;
    for (slot, token) in tokens.iter() {
        let mut parts = vec![token.reveal()];
        parts.extend_from_slice(rest);
        let fits = bool::from(sign(&parts).as_bytes().ct_eq(claimed.as_bytes()));
        if fits && found.is_none() {
            found = Some(slot);
        }
    }
    found.ok_or(Refused::BadSignature)
}

/// An EncodingAESKey, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey([u8; 32]);

/// Why a text is no EncodingAESKey. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAesKey {
    /// Not 43 characters.
    #[error("an EncodingAESKey has 43 characters, this one has {0}")]
    Length(usize),
    /// A character outside `A-Z a-z 0-9 + /`, counted from 1.
    #[error("an EncodingAESKey has letters and digits only; character {0} is something else")]
    Character(usize),
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(hidden)")
    }
}

impl AesKey {
    /// Reads the 43 characters shown on WeChat's settings page.
    ///
    /// # Errors
    /// [`BadAesKey`] naming the length or the place of the first bad character.
    pub fn parse(text: &str) -> Result<Self, BadAesKey> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
        if let Some(at) = text.chars().position(|c| !allowed(c)) {
            return Err(BadAesKey::Character(at + 1));
        }
        if text.len() != KEY_CHARACTERS {
            return Err(BadAesKey::Length(text.len()));
        }
        let bytes = KEY_BASE64.decode(text).map_err(|_| BadAesKey::Length(text.len()))?;
        bytes.try_into().map(Self).map_err(|_| BadAesKey::Length(text.len()))
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.0[..16]);
        iv
    }

    /// Packs a message and gives the base64 that goes into `Encrypt`.
    pub fn seal(&self, message: &[u8], app_id: &str, random: [u8; 16]) -> String {
        // A reply is at most a few KiB, so the length always fits the field.
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut plain = Vec::with_capacity(HEAD + message.len() + app_id.len() + PAD_BLOCK);
        plain.extend_from_slice(&random);
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message);
        plain.extend_from_slice(app_id.as_bytes());
        let pad = PAD_BLOCK - plain.len() % PAD_BLOCK;
        plain.resize(plain.len() + pad, u8::try_from(pad).unwrap_or(0));
        let (blocks, _none_left) = Block::slice_as_chunks_mut(&mut plain);
        cbc::Encryptor::<Aes256>::new(&self.0.into(), &self.iv().into()).encrypt_blocks(blocks);
        STANDARD.encode(plain)
    }

    /// Unpacks what stands in `Encrypt`.
    ///
    /// The length must be a multiple of 32: WeChat always pads to that, so a multiple of 16 alone is not its work.
    ///
    /// # Errors
    /// Base64, length, padding, length field or app id wrong: in this order, none of them a panic.
    pub fn open(&self, encrypt: &str, app_id: &str) -> Result<Vec<u8>, Refused> {
        let mut bytes = STANDARD.decode(encrypt).map_err(|_| Refused::BadBase64)?;
        if bytes.is_empty() || bytes.len() % PAD_BLOCK != 0 {
            return Err(Refused::BadCipherLength);
        }
        let (blocks, _none_left) = Block::slice_as_chunks_mut(&mut bytes);
        cbc::Decryptor::<Aes256>::new(&self.0.into(), &self.iv().into()).decrypt_blocks(blocks);
        unpack(&bytes, app_id)
    }
}

/// Takes the padding, the head and the app id off a decrypted plaintext.
fn unpack(padded: &[u8], app_id: &str) -> Result<Vec<u8>, Refused> {
    let pad = padded.last().map_or(0, |n| usize::from(*n));
    if !(1..=PAD_BLOCK).contains(&pad) || pad > padded.len() {
        return Err(Refused::BadPadding);
    }
    let (plain, padding) = padded.split_at(padded.len() - pad);
    if padding.iter().any(|b| usize::from(*b) != pad) {
        return Err(Refused::BadPadding);
    }
    let (_random, rest) = plain.split_at_checked(16).ok_or(Refused::BadLength)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Refused::BadLength)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused::BadLength)?;
    let (message, closing) = rest.split_at_checked(length).ok_or(Refused::BadLength)?;
    if closing != app_id.as_bytes() {
        return Err(Refused::OtherAppId);
    }
    Ok(message.to_vec())
}

/// Tries the current key, then the previous one.
///
/// # Errors
/// What the current key said when neither works.
pub fn open_with(keys: &Rotating<AesKey>, encrypt: &str, app_id: &str) -> Result<(Slot, Vec<u8>), Refused> {
    let mut first = None;
    for (slot, key) in keys.iter() {
        match key.open(encrypt, app_id) {
            Ok(message) => return Ok((slot, message)),
            Err(refused) => first = first.or(Some(refused)),
        }
    }
    Err(first.unwrap_or(Refused::NoKey))
}
