//! Whether an event comes from a source: headers, window, signature.

use actix_web::http::header::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// An event's stamp may be this far off, either way.
const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// Longest `webhook-id`, in bytes.
const ID_LIMIT: usize = 128;
/// Signatures looked at in one header; a rotation needs two.
const SIGNATURES: usize = 8;

/// Why an event is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The body is too large.
    #[error("the body is larger than 64 KiB")]
    TooLarge,
    /// This header is missing, repeated or malformed.
    #[error("header {0} is missing, repeated or malformed")]
    Header(&'static str),
    /// The stamp is too old or too far ahead.
    #[error("the timestamp is more than five minutes off")]
    OutsideWindow,
    /// No source signs like this; or there is no such community or source.
    #[error("the signature is wrong")]
    BadSignature,
    /// Signed, but no call event.
    #[error(transparent)]
    Event(#[from] crate::domain::call::Wrong),
}

impl Refused {
    /// Stable code for the counter and the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Header(_) => "header",
            Self::OutsideWindow => "outside_window",
            Self::BadSignature => "bad_signature",
            Self::Event(_) => "event",
        }
    }

    /// HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::Header(_) => 400,
            Self::OutsideWindow | Self::BadSignature => 401,
            Self::Event(_) => 422,
        }
    }
}

/// What the three headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Unique per event and source.
    pub id: String,
    /// Seconds since 1970, as sent.
    pub timestamp: String,
    /// `v1,…` signatures, parted by blanks.
    pub signatures: String,
}

impl Stamp {
    /// Reads the headers and judges the window.
    ///
    /// # Errors
    /// [`Refused`] for a header that is missing, repeated or malformed, and for a stamp outside the window.
    pub fn read(headers: &HeaderMap, now: DateTime<Utc>) -> Result<Self, Refused> {
        let one = |name: &'static str| {
            let mut all = headers.get_all(name);
            match (all.next().and_then(|value| value.to_str().ok()), all.next()) {
                (Some(value), None) if !value.is_empty() => Ok(value.to_owned()),
                _ => Err(Refused::Header(name)),
            }
        };
        let stamp = Self {
            id: one("webhook-id")?,
            timestamp: one("webhook-timestamp")?,
            signatures: one("webhook-signature")?,
        };
        if stamp.id.len() > ID_LIMIT || !stamp.id.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refused::Header("webhook-id"));
        }
        let plain = (1..=12).contains(&stamp.timestamp.len()) && stamp.timestamp.bytes().all(|b| b.is_ascii_digit());
        let at = plain.then(|| stamp.timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)));
        let at = at.flatten().ok_or(Refused::Header("webhook-timestamp"))?;
        if (now - at).abs() > WINDOW { Err(Refused::OutsideWindow) } else { Ok(stamp) }
    }

    /// Whether one of the signatures was made with this secret, compared in constant time.
    pub fn signed_with(&self, secret: &[u8], body: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return false };
        for part in [self.id.as_bytes(), b".", self.timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        self.signatures
            .split(' ')
            .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok())
            .take(SIGNATURES)
            .any(|given| mac.clone().verify_slice(&given).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    #[test]
    fn the_published_vector_is_right() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let stamp = Stamp {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
            timestamp: "1614265330".into(),
            signatures: "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".into(),
        };
        assert!(stamp.signed_with(&secret, br#"{"test": 2432232314}"#));
        assert!(!stamp.signed_with(&secret, br#"{"test": 2432232315}"#));
        assert!(!stamp.signed_with(&secret[1..], br#"{"test": 2432232314}"#));
        let other = Stamp { signatures: stamp.signatures.replace("v1,", "v2,"), ..stamp };
        assert!(!other.signed_with(&secret, br#"{"test": 2432232314}"#));
    }
}
