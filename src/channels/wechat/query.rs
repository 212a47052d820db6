//! The query string, strictly: a second `signature` or a half-finished `%4` is no request WeChat ever made.

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::message::OpenId;
use super::refused::Refused;

/// How far WeChat's clock and ours may differ, in seconds, either way. Our policy, not WeChat's.
pub const WINDOW_SECONDS: i64 = 600;

/// Longest query string looked at, in bytes; WeChat's are below 300.
pub const MAX_QUERY_BYTES: usize = 2048;

/// Query of a GET: the check WeChat makes when the address is entered on its settings page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlCheck {
    /// Lower-case hex SHA-1 over token, timestamp and nonce.
    pub signature: String,
    /// Epoch seconds as sent; the digits are signed.
    pub timestamp: String,
    /// Random word as sent.
    pub nonce: String,
    /// What the answer repeats: letters and digits only, so it can carry no markup.
    pub echostr: String,
}

/// How the sender says the body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptType {
    /// Missing or `raw`: plain fields.
    Raw,
    /// `aes`.
    Aes,
}

/// Query of a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushQuery {
    /// Lower-case hex SHA-1 over token, timestamp and nonce; says nothing about the body.
    pub signature: String,
    /// Epoch seconds as sent; the digits are signed.
    pub timestamp: String,
    /// Random word as sent.
    pub nonce: String,
    /// The sender's openid; not signed, so nothing is read from it.
    pub openid: Option<OpenId>,
    /// How the body is packed.
    pub encrypt_type: EncryptType,
    /// Lower-case hex SHA-1 over token, timestamp, nonce and `Encrypt`; always there with [`EncryptType::Aes`].
    pub msg_signature: Option<String>,
}

impl UrlCheck {
    /// Reads the raw query string (what stands after `?`).
    ///
    /// # Errors
    /// A parameter that is missing, repeated or malformed.
    pub fn parse(raw: &str) -> Result<Self, Refused> {
        let pairs = Pairs::parse(raw)?;
        let echostr = pairs.need("echostr")?;
        if !(1..=64).contains(&echostr.len()) || !echostr.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Refused::BadParameter("echostr"));
        }
        Ok(Self {
            signature: signature(pairs.need("signature")?)?,
            timestamp: timestamp(pairs.need("timestamp")?)?,
            nonce: nonce(pairs.need("nonce")?)?,
            echostr: echostr.to_owned(),
        })
    }
}

impl PushQuery {
    /// Reads the raw query string (what stands after `?`).
    ///
    /// # Errors
    /// A parameter that is missing, repeated or malformed.
    pub fn parse(raw: &str) -> Result<Self, Refused> {
        let pairs = Pairs::parse(raw)?;
        let encrypt_type = match pairs.get("encrypt_type") {
            None | Some("raw") => EncryptType::Raw,
            Some("aes") => EncryptType::Aes,
            Some(_) => return Err(Refused::BadParameter("encrypt_type")),
        };
        let msg_signature = match pairs.get("msg_signature") {
            None if encrypt_type == EncryptType::Aes => return Err(Refused::MissingParameter("msg_signature")),
            given => given.map(signature).transpose()?,
        };
        let read = |id| OpenId::parse(id).ok_or(Refused::BadParameter("openid"));
        let openid = pairs.get("openid").map(read).transpose()?;
        Ok(Self {
            signature: signature(pairs.need("signature")?)?,
            timestamp: timestamp(pairs.need("timestamp")?)?,
            nonce: nonce(pairs.need("nonce")?)?,
            openid,
            encrypt_type,
            msg_signature,
        })
    }
}

/// The moment the digits name, if it is near enough to `now`.
///
/// # Errors
/// [`Refused::OutsideWindow`] when more than [`WINDOW_SECONDS`] off.
pub fn within_window(timestamp: &str, now: DateTime<Utc>) -> Result<i64, Refused> {
    let at: i64 = timestamp.parse().map_err(|_| Refused::BadParameter("timestamp"))?;
    if now.timestamp().abs_diff(at) > WINDOW_SECONDS.unsigned_abs() { Err(Refused::OutsideWindow) } else { Ok(at) }
}

/// Shape of an openid and of an account's `gh_…` id: `[A-Za-z0-9_-]{1,64}`.
pub fn is_wechat_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A malformed signature is a wrong one: telling them apart would only help a guesser.
fn signature(value: &str) -> Result<String, Refused> {
    let hex = value.len() == 40 && value.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if hex { Ok(value.to_owned()) } else { Err(Refused::BadSignature) }
}

fn timestamp(value: &str) -> Result<String, Refused> {
    let digits = (1..=12).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    if digits { Ok(value.to_owned()) } else { Err(Refused::BadParameter("timestamp")) }
}

fn nonce(value: &str) -> Result<String, Refused> {
    if is_wechat_id(value) { Ok(value.to_owned()) } else { Err(Refused::BadParameter("nonce")) }
}

/// The decoded pairs, each name once.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn parse(raw: &str) -> Result<Self, Refused> {
        if raw.len() > MAX_QUERY_BYTES {
            return Err(Refused::BadQuery);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in raw.split('&').filter(|_| !raw.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(Refused::BadQuery)?;
            let name = decode(name)?;
            if name.is_empty() {
                return Err(Refused::BadQuery);
            }
            // Compared after decoding, so that `%73ignature` cannot ride beside `signature`.
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(Refused::RepeatedParameter);
            }
            pairs.push((name, decode(value)?));
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn need(&self, name: &'static str) -> Result<&str, Refused> {
        self.get(name).ok_or(Refused::MissingParameter(name))
    }
}

fn decode(text: &str) -> Result<String, Refused> {
    // The crate leaves a broken escape as it stands; here it is a refusal.
    let bytes = text.as_bytes();
    let broken =
        |(at, _): (usize, &u8)| !bytes.get(at + 1..at + 3).is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit));
    if !text.is_ascii() || bytes.iter().enumerate().filter(|(_, b)| **b == b'%').any(broken) {
        return Err(Refused::BadQuery);
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|s| s.into_owned()).map_err(|_| Refused::BadQuery)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIG: &str = "0123456789abcdef0123456789abcdef01234567";

    fn push(extra: &str) -> Result<PushQuery, Refused> {
        PushQuery::parse(&format!("signature={SIG}&timestamp=1790000000&nonce=486{extra}"))
    }

    #[test]
    fn a_push_query_is_read() {
        let q = push(&format!("&openid=oAb-_9&encrypt_type=aes&msg_signature={SIG}&x=%E6%A5%BC+1")).unwrap();
        assert_eq!(q.openid.as_ref().map(OpenId::as_str), Some("oAb-_9"));
        assert_eq!((q.encrypt_type, q.msg_signature.as_deref()), (EncryptType::Aes, Some(SIG)));
        assert_eq!((q.timestamp.as_str(), q.nonce.as_str()), ("1790000000", "486"));
        assert_eq!(push("").unwrap().encrypt_type, EncryptType::Raw);
        assert_eq!(push("&encrypt_type=raw").unwrap().encrypt_type, EncryptType::Raw);
        assert_eq!(push("&%6Fpenid=o%41").unwrap().openid, OpenId::parse("oA"));
    }

    #[test]
    fn every_breach_of_the_push_query_is_refused() {
        let rows: &[(&str, Refused)] = &[
            ("&nonce=486", Refused::RepeatedParameter),
            ("&%6eonce=1", Refused::RepeatedParameter),
            ("&x=1&x=1", Refused::RepeatedParameter),
            ("&", Refused::BadQuery),
            ("&x", Refused::BadQuery),
            ("&=x", Refused::BadQuery),
            ("&x=%", Refused::BadQuery),
            ("&x=%4", Refused::BadQuery),
            ("&x=%zz", Refused::BadQuery),
            ("&x=%ff", Refused::BadQuery),
            ("&x=楼", Refused::BadQuery),
            ("&openid=", Refused::BadParameter("openid")),
            ("&openid=a%20b", Refused::BadParameter("openid")),
            ("&encrypt_type=AES", Refused::BadParameter("encrypt_type")),
            ("&encrypt_type=", Refused::BadParameter("encrypt_type")),
            ("&encrypt_type=aes", Refused::MissingParameter("msg_signature")),
            ("&encrypt_type=aes&msg_signature=", Refused::BadSignature),
        ];
        for (extra, want) in rows {
            assert_eq!(push(extra), Err(*want), "{extra}");
        }
        let long = format!("&openid={}", "a".repeat(65));
        assert_eq!(push(&long), Err(Refused::BadParameter("openid")));
        assert_eq!(push(&format!("&x={}", "a".repeat(2048))), Err(Refused::BadQuery));
    }

    #[test]
    fn the_signed_three_must_be_there_and_well_formed() {
        let upper = SIG.to_uppercase();
        let rows = [
            (String::new(), Refused::MissingParameter("signature")),
            (format!("timestamp=1&nonce=1&x={SIG}"), Refused::MissingParameter("signature")),
            (format!("signature={SIG}&nonce=1"), Refused::MissingParameter("timestamp")),
            (format!("signature={SIG}&timestamp=1"), Refused::MissingParameter("nonce")),
            (format!("signature={upper}&timestamp=1&nonce=1"), Refused::BadSignature),
            (format!("signature={SIG}0&timestamp=1&nonce=1"), Refused::BadSignature),
            (format!("signature={SIG}&timestamp=&nonce=1"), Refused::BadParameter("timestamp")),
            (format!("signature={SIG}&timestamp=-1&nonce=1"), Refused::BadParameter("timestamp")),
            (format!("signature={SIG}&timestamp=1.5&nonce=1"), Refused::BadParameter("timestamp")),
            (format!("signature={SIG}&timestamp=1234567890123&nonce=1"), Refused::BadParameter("timestamp")),
            (format!("signature={SIG}&timestamp=1&nonce="), Refused::BadParameter("nonce")),
            (format!("signature={SIG}&timestamp=1&nonce=a%0a"), Refused::BadParameter("nonce")),
            (format!("signature={SIG}&timestamp=1&nonce={}", "1".repeat(65)), Refused::BadParameter("nonce")),
        ];
        for (raw, want) in rows {
            assert_eq!(PushQuery::parse(&raw), Err(want), "{raw}");
        }
    }

    #[test]
    fn echostr_is_letters_and_digits() {
        let check = |e: &str| UrlCheck::parse(&format!("signature={SIG}&timestamp=1&nonce=1{e}")).map(|c| c.echostr);
        assert_eq!(check("&echostr=5793a0Z").as_deref(), Ok("5793a0Z"));
        assert_eq!(check(""), Err(Refused::MissingParameter("echostr")));
        let long = "a".repeat(65);
        for bad in ["", "%3Cscript%3E", "a+b", "a_b", "a%0d", long.as_str()] {
            assert_eq!(check(&format!("&echostr={bad}")), Err(Refused::BadParameter("echostr")), "{bad}");
        }
        assert_eq!(check("&echostr=a&echostr=a"), Err(Refused::RepeatedParameter));
    }

    #[test]
    fn the_window_is_ten_minutes_either_way() {
        let now = DateTime::from_timestamp(1_790_000_000, 999_000_000).unwrap();
        for (at, ok) in
            [("1789999400", true), ("1790000600", true), ("1789999399", false), ("1790000601", false), ("0", false)]
        {
            assert_eq!(within_window(at, now).is_ok(), ok, "{at}");
        }
    }
}
