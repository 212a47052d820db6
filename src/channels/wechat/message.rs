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

    fn of(kind: char, parts: &[&str]) -> Self {
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
        let from = fields.need("FromUserName")?;
        if !is_wechat_id(from) {
            return Err(Refused::BadField("FromUserName"));
        }
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
        Ok(Self { to: to.to_owned(), from: OpenId(from.to_owned()), created_at, msg_id, claim, body })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str) -> Result<Inbound, Refused> {
        let xml = format!(
            "<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1790000000</CreateTime>{rest}</xml>"
        );
        Inbound::parse(&Fields::parse(xml.as_bytes()).unwrap(), Some("gh_1"))
    }

    fn body(rest: &str) -> Result<Body, Refused> {
        read(&format!("{rest}<MsgId>7</MsgId>")).map(|m| m.body)
    }

    fn event(rest: &str) -> Inbound {
        read(&format!("<MsgType>event</MsgType>{rest}")).unwrap()
    }

    #[test]
    fn messages_of_every_type() {
        let s = str::to_owned;
        assert_eq!(body("<MsgType>text</MsgType><Content/>"), Ok(Body::Text { content: s("") }));
        assert_eq!(
            body("<MsgType>image</MsgType><PicUrl>https://p</PicUrl><MediaId>m</MediaId>"),
            Ok(Body::Image { pic_url: Some(s("https://p")), media_id: s("m") })
        );
        assert_eq!(
            body("<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format><Recognition/>"),
            Ok(Body::Voice { media_id: s("m"), format: Some(s("amr")), media_id_16k: None })
        );
        for kind in ["video", "shortvideo"] {
            let xml = format!("<MsgType>{kind}</MsgType><MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>");
            assert_eq!(body(&xml), Ok(Body::Video { media_id: s("m"), thumb_media_id: Some(s("t")) }));
        }
        let place = "<MsgType>location</MsgType><Location_X>39.8</Location_X><Location_Y>-116.3</Location_Y>\
                     <Scale>16</Scale><Label>东门</Label>";
        assert_eq!(body(place), Ok(Body::Location { lat: 39.8, lon: -116.3, scale: Some(16), label: s("东门") }));
        let link = "<MsgType>link</MsgType><Title>t</Title><Url>javascript:1</Url>";
        assert_eq!(body(link), Ok(Body::Link { title: s("t"), description: s(""), url: s("javascript:1") }));
        assert_eq!(body("<MsgType>hologram</MsgType>"), Ok(Body::Unknown { kind: s("hologram") }));
    }

    #[test]
    fn events_of_every_kind() {
        let s = str::to_owned;
        let rows = [
            ("subscribe", "", Body::Subscribe { scene: None }),
            ("subscribe", "<EventKey/>", Body::Subscribe { scene: None }),
            ("subscribe", "<EventKey>qrscene_b3</EventKey>", Body::Subscribe { scene: Some(s("b3")) }),
            ("subscribe", "<EventKey>last_trade_no_1</EventKey>", Body::Subscribe { scene: None }),
            ("unsubscribe", "", Body::Unsubscribe),
            ("SCAN", "<EventKey>b3</EventKey>", Body::Scan { scene: s("b3") }),
            ("CLICK", "<EventKey>REPORT</EventKey>", Body::Click { key: s("REPORT") }),
            ("VIEW", "<EventKey>https://x</EventKey>", Body::View { url: s("https://x") }),
            ("LOCATION", "<Latitude>1</Latitude>", Body::Unknown { kind: s("event:LOCATION") }),
            ("TEMPLATESENDJOBFINISH", "", Body::Unknown { kind: s("event:TEMPLATESENDJOBFINISH") }),
            (
                "TEMPLATESENDJOBFINISH",
                "<MsgID>9</MsgID><Status>failed:user block</Status>",
                Body::TemplateSent { msg_id: 9, status: TemplateStatus::Blocked },
            ),
        ];
        for (name, rest, want) in rows {
            let got = event(&format!("<Event>{name}</Event>{rest}"));
            assert_eq!((got.body, got.msg_id), (want, None), "{name} {rest}");
        }
    }

    #[test]
    fn claim_keys_tell_pushes_apart_and_repeats_together() {
        let text =
            |id: &str| read(&format!("<MsgType>text</MsgType><Content>a</Content><MsgId>{id}</MsgId>")).unwrap().claim;
        assert_eq!(text("7"), text("7"));
        assert_ne!(text("7"), text("8"));
        let scan = |key: &str| event(&format!("<Event>SCAN</Event><EventKey>{key}</EventKey>")).claim;
        assert_eq!(scan("a"), scan("a"));
        assert_ne!(scan("a"), scan("b"));
        let sent = |id: &str| event(&format!("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>{id}</MsgID>")).claim;
        assert_ne!(sent("1"), sent("2"));
        assert_ne!(ClaimKey::of('e', &["ab", "c"]), ClaimKey::of('e', &["a", "bc"]));
        // Fixed, because a changed key would double what is pushed again across an upgrade.
        let mut parts = Sha256::new();
        parts.update([0, 0, 0, 0, 0, 0, 0, 2, b'o', b'A', 0, 0, 0, 0, 0, 0, 0, 1, b'7']);
        assert_eq!(text("7").as_str(), format!("m{}", hex(&parts.finalize())));
        assert_eq!(text("7").as_str().len(), 65);
    }

    #[test]
    fn field_rules() {
        use Refused::*;
        let whole = "<ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1</CreateTime>\
                     <MsgType>text</MsgType><Content>a</Content><MsgId>7</MsgId>";
        let rows: &[(&str, &str, Refused)] = &[
            ("<ToUserName>gh_1</ToUserName>", "", MissingField("ToUserName")),
            ("gh_1", "gh_2", OtherRecipient),
            ("gh_1", "", BadField("ToUserName")),
            ("<FromUserName>oA</FromUserName>", "", MissingField("FromUserName")),
            ("oA", "", BadField("FromUserName")),
            ("oA", "o A", BadField("FromUserName")),
            ("oA", "o楼", BadField("FromUserName")),
            ("oA", "<b>oA</b>", BadField("FromUserName")),
            ("<CreateTime>1</CreateTime>", "", MissingField("CreateTime")),
            (">1<", ">-1<", BadField("CreateTime")),
            (">1<", "> 1<", BadField("CreateTime")),
            (">1<", ">1e3<", BadField("CreateTime")),
            (">1<", ">9223372036854775808<", BadField("CreateTime")),
            ("<MsgType>text</MsgType>", "", MissingField("MsgType")),
            (">text<", "><", BadField("MsgType")),
            (">text<", ">te xt<", BadField("MsgType")),
            ("<MsgId>7</MsgId>", "", MissingField("MsgId")),
            (">7<", "><", BadField("MsgId")),
            (">7<", ">+7<", BadField("MsgId")),
            (">7<", ">7x<", BadField("MsgId")),
            (">7<", ">9223372036854775808<", BadField("MsgId")),
            (">7<", ">99999999999999999999<", BadField("MsgId")),
            ("<Content>a</Content>", "", MissingField("Content")),
            (">text<", ">event<", MissingField("Event")),
            (">text<", ">hologram</MsgType><MsgType2>x</MsgType2><MsgId>", NotXml),
        ];
        for (find, put, want) in rows {
            let xml = format!("<xml>{}</xml>", whole.replacen(find, put, 1));
            let got = Fields::parse(xml.as_bytes()).and_then(|f| Inbound::parse(&f, Some("gh_1")));
            assert_eq!(got, Err(*want), "{find} -> {put}");
        }
        let max = whole.replace(">7<", ">9223372036854775807<");
        let got = Fields::parse(format!("<xml>{max}</xml>").as_bytes()).and_then(|f| Inbound::parse(&f, None)).unwrap();
        assert_eq!(got.msg_id, Some(i64::MAX));
        assert!(!format!("{got:?}").contains("oA"), "an openid in a log line");
        for bad in ["inf", "NaN", "1e1", "", "91", "-90.1", "39.8.1"] {
            let place = format!("<MsgType>location</MsgType><Location_X>{bad}</Location_X><Location_Y>1</Location_Y>");
            assert_eq!(body(&place), Err(BadField("Location_X")), "{bad}");
        }
        assert_eq!(body("<MsgType>image</MsgType><MediaId/>"), Err(BadField("MediaId")));
    }
}
