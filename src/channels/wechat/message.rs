//! What a push says: who wrote to whom, when, what, and the key under which a repeat is known.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::crypto::hex;
use super::envelope::Fields;
use super::query::is_wechat_id;
use super::refused::Refused;

/// A follower's id at one account: `[A-Za-z0-9_-]{1,64}`. Personal: it does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OpenId(String);

impl OpenId {
    /// Takes an id of the right shape.
    pub fn parse(id: &str) -> Option<Self> {
        is_wechat_id(id).then(|| Self(id.to_owned()))
    }

    /// The id in clear, for the reply and for the encrypted identity.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenId(hidden)")
    }
}

/// What one message or event is known by when WeChat pushes it again, within one account (the caller adds the account):
/// sender and MsgId for a message (MsgId alone has been seen twice), sender, CreateTime, Event and EventKey for an event.
///
/// A hash, so that no openid stands in the claims and the length is always 65 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimKey(String);

impl ClaimKey {
    /// `m` or `e`, then 64 hex digits; the same for the same push in every version of the program.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn of(kind: char, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // Each part with its length, so that no two lists of parts read the same.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(format!("{kind}{}", hex(&hash.finalize())))
    }
}

/// A checked push.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// The account's own id `gh_…`.
    pub to: String,
    /// Who wrote.
    pub from: OpenId,
    /// When, in epoch seconds by WeChat's clock.
    pub created_at: i64,
    /// WeChat's number of the message; events have none.
    pub msg_id: Option<i64>,
    /// What a repeat is known by.
    pub claim: ClaimKey,
    /// What was sent.
    pub body: Body,
}

/// What was sent. Unknown kinds are answered with `success`, counted, and not kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Words; may be empty.
    Text {
        /// Verbatim.
        content: String,
    },
    /// A picture.
    Image {
        /// Where WeChat shows it; the only way for an unverified account.
        pic_url: Option<String>,
        /// For media/get, 3 days long.
        media_id: String,
    },
    /// Speech. What WeChat makes of it (`Recognition`) is being withdrawn and is not read.
    Voice {
        /// For media/get, 3 days long.
        media_id: String,
        /// Such as `amr`.
        format: Option<String>,
        /// The same at 16 kHz.
        media_id_16k: Option<String>,
    },
    /// `video` or `shortvideo`.
    Video {
        /// For media/get, 3 days long.
        media_id: String,
        /// Its still picture.
        thumb_media_id: Option<String>,
    },
    /// A place picked on the map.
    Location {
        /// Latitude, degrees.
        lat: f64,
        /// Longitude, degrees.
        lon: f64,
        /// Zoom of the map.
        scale: Option<i32>,
        /// Address in words, as WeChat knows it; may be empty.
        label: String,
    },
    /// A shared page; text only, never fetched.
    Link {
        /// Its title; may be empty.
        title: String,
        /// Its summary; may be empty.
        description: String,
        /// Its address, unchecked.
        url: String,
    },
    /// Someone follows the account.
    Subscribe {
        /// The scene of the QR code scanned for it.
        scene: Option<String>,
    },
    /// Someone left.
    Unsubscribe,
    /// A follower scanned a QR code.
    Scan {
        /// The code's scene.
        scene: String,
    },
    /// A menu button.
    Click {
        /// The button's key.
        key: String,
    },
    /// A menu link was opened.
    View {
        /// Its address.
        url: String,
    },
    /// What became of a template message.
    TemplateSent {
        /// The id its sending returned.
        msg_id: i64,
        /// The outcome.
        status: TemplateStatus,
    },
    /// Anything else. The position reports of event LOCATION are here too: nobody asked for them, so they are not read.
    Unknown {
        /// The type, or `event:` and the event's name.
        kind: String,
    },
}

/// Outcome of a template message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateStatus {
    /// `success`.
    Delivered,
    /// `failed:user block`: the follower does not want them.
    Blocked,
    /// `failed: system failed`, or a word not known yet.
    Failed,
}

impl Inbound {
    /// Reads a message, plain or decrypted.
    ///
    /// # Errors
    /// First that it is for `ours` (any account where `None`), then each field rule: the required fields, digits,
    /// MsgId below 2^63, ids by their shape.
    pub fn parse(fields: &Fields, ours: Option<&str>) -> Result<Self, Refused> {
        let to = fields.need("ToUserName")?;
        if !is_wechat_id(to) {
            return Err(Refused::BadField("ToUserName"));
        }
        if ours.is_some_and(|ours| ours != to) {
            return Err(Refused::OtherRecipient);
        }
        let sender = OpenId::parse(fields.need("FromUserName")?).ok_or(Refused::BadField("FromUserName"))?;
        let from = sender.as_str();
        let created_at = number(fields.need("CreateTime")?).ok_or(Refused::BadField("CreateTime"))?;
        let kind = fields.need("MsgType")?;
        if !is_wechat_id(kind) {
            return Err(Refused::BadField("MsgType"));
        }
        let (msg_id, claim, body) = if kind == "event" {
            let (claim, body) = event(fields, from, created_at)?;
            (None, claim, body)
        } else {
            let msg_id = number(fields.need("MsgId")?).ok_or(Refused::BadField("MsgId"))?;
            (Some(msg_id), ClaimKey::of('m', &[from, &msg_id.to_string()]), message(fields, kind)?)
        };
        Ok(Self { to: to.to_owned(), from: sender, created_at, msg_id, claim, body })
    }
}

fn message(fields: &Fields, kind: &str) -> Result<Body, Refused> {
    Ok(match kind {
        "text" => Body::Text { content: fields.need("Content")?.to_owned() },
        "image" => Body::Image { pic_url: filled(fields, "PicUrl")?, media_id: media(fields, "MediaId")? },
        "voice" => Body::Voice {
            media_id: media(fields, "MediaId")?,
            format: filled(fields, "Format")?,
            media_id_16k: filled(fields, "MediaId16K")?,
        },
        "video" | "shortvideo" => {
            Body::Video { media_id: media(fields, "MediaId")?, thumb_media_id: filled(fields, "ThumbMediaId")? }
        }
        "location" => Body::Location {
            lat: degrees(fields, "Location_X", 90.0)?,
            lon: degrees(fields, "Location_Y", 180.0)?,
            scale: fields.get("Scale")?.and_then(|s| s.parse().ok()),
            label: fields.get("Label")?.unwrap_or_default().to_owned(),
        },
        "link" => Body::Link {
            title: fields.get("Title")?.unwrap_or_default().to_owned(),
            description: fields.get("Description")?.unwrap_or_default().to_owned(),
            url: fields.need("Url")?.to_owned(),
        },
        other => Body::Unknown { kind: other.to_owned() },
    })
}

fn event(fields: &Fields, from: &str, created_at: i64) -> Result<(ClaimKey, Body), Refused> {
    let name = fields.need("Event")?;
    if !is_wechat_id(name) {
        return Err(Refused::BadField("Event"));
    }
    let key = fields.get("EventKey")?.unwrap_or_default();
    let body = match name {
        "subscribe" => {
            Body::Subscribe { scene: key.strip_prefix("qrscene_").filter(|scene| !scene.is_empty()).map(str::to_owned) }
        }
        "unsubscribe" => Body::Unsubscribe,
        "SCAN" => Body::Scan { scene: key.to_owned() },
        "CLICK" => Body::Click { key: key.to_owned() },
        "VIEW" => Body::View { url: key.to_owned() },
        "TEMPLATESENDJOBFINISH" => template(fields)?,
        other => Body::Unknown { kind: format!("event:{other}") },
    };
    // A template's outcome has no EventKey; without its MsgID, two outcomes in one second would be taken for one.
    let of_template = if let Body::TemplateSent { msg_id, .. } = body { msg_id.to_string() } else { String::new() };
    let key = if of_template.is_empty() { key } else { &of_template };
    Ok((ClaimKey::of('e', &[from, &created_at.to_string(), name, key]), body))
}

fn template(fields: &Fields) -> Result<Body, Refused> {
    let status = match fields.get("Status")?.unwrap_or_default() {
        "success" => TemplateStatus::Delivered,
        "failed:user block" => TemplateStatus::Blocked,
        _ => TemplateStatus::Failed,
    };
    Ok(match fields.get("MsgID")?.and_then(number) {
        Some(msg_id) => Body::TemplateSent { msg_id, status },
        None => Body::Unknown { kind: "event:TEMPLATESENDJOBFINISH".to_owned() },
    })
}

/// Decimal digits only, below 2^63.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn filled(fields: &Fields, name: &'static str) -> Result<Option<String>, Refused> {
    Ok(fields.get(name)?.filter(|text| !text.is_empty()).map(str::to_owned))
}

fn media(fields: &Fields, name: &'static str) -> Result<String, Refused> {
    let id = fields.need(name)?;
    if id.is_empty() { Err(Refused::BadField(name)) } else { Ok(id.to_owned()) }
}

/// A plain decimal within ±`limit`; Rust's own parser would also take `inf` and `nan`.
fn degrees(fields: &Fields, name: &'static str, limit: f64) -> Result<f64, Refused> {
    let text = fields.need(name)?;
    let plain = text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let value: f64 = text.parse().ok().filter(|_| plain).ok_or(Refused::BadField(name))?;
    if value.abs() <= limit { Ok(value) } else { Err(Refused::BadField(name)) }
}
