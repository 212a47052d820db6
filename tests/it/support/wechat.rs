//! A fake WeChat: it pushes as the real one does and reads what comes back, with code of its own. Nothing here calls the
//! program's own protocol code, so that a fault there cannot hide behind the same fault here.

// Each story uses its part of it.
#![allow(dead_code)]

use std::sync::atomic::{AtomicU64, Ordering};

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes256, Block};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use sha1::{Digest, Sha1};

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// One official account as WeChat holds it.
#[derive(Debug)]
pub struct FakeWechat {
    /// Path of the server URL, such as `/channels/wechat/yihai`.
    pub path: String,
    /// 服务器配置 Token.
    pub token: String,
    /// EncodingAESKey, 43 characters.
    pub aes_key: String,
    /// `wx…`.
    pub app_id: String,
    /// `gh_…`.
    pub original_id: String,
    count: AtomicU64,
}

/// A follower writing something at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// Who.
    pub open_id: &'a str,
    /// WeChat's number of the message; not used by events.
    pub msg_id: u64,
    /// CreateTime, epoch seconds.
    pub created_at: i64,
}

/// A message as XML, and whose it is.
#[derive(Debug, Clone)]
pub struct Message {
    open_id: String,
    /// The XML before any packing; a test may bend it.
    pub xml: String,
}

/// A request ready to be posted.
#[derive(Debug, Clone)]
pub struct Push {
    /// Path and query.
    pub path_and_query: String,
    /// The body, XML.
    pub body: String,
}

/// What came back, verified and decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `success` or nothing: taken, and nothing is shown.
    Success,
    /// A text shown to the follower.
    Text {
        /// ToUserName: the follower.
        to: String,
        /// FromUserName: the account.
        from: String,
        /// CreateTime, epoch seconds.
        created_at: i64,
        /// Content.
        content: String,
    },
}

impl Reply {
    /// The text shown.
    pub fn content(&self) -> &str {
        match self {
            Self::Text { content, .. } => content,
            Self::Success => panic!("a text was expected, but success came back"),
        }
    }
}

impl FakeWechat {
    /// An account with made-up secrets behind this path.
    pub fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            token: "FakeWechatToken".to_owned(),
            aes_key: "FakeKeyFakeKeyFakeKeyFakeKeyFakeKeyFakeKey9".to_owned(),
            app_id: "wxfa4e00000000cafe".to_owned(),
            original_id: "gh_fa4e0000cafe".to_owned(),
            count: AtomicU64::new(1),
        }
    }

    /// Path and query of the GET made when the address is entered on the settings page.
    pub fn url_check(&self, at: i64, echostr: &str) -> String {
        let nonce = self.nonce();
        let at = at.to_string();
        let signature = sha1_of(&[&self.token, &at, &nonce]);
        format!("{}?signature={signature}&echostr={echostr}&timestamp={at}&nonce={nonce}", self.path)
    }

    /// A text message.
    pub fn text(&self, sent: Sent<'_>, content: &str) -> Message {
        self.message(sent, "text", &field("Content", content))
    }

    /// A picture.
    pub fn image(&self, sent: Sent<'_>, pic_url: &str, media_id: &str) -> Message {
        self.message(sent, "image", &(field("PicUrl", pic_url) + &field("MediaId", media_id)))
    }

    /// A place picked on the map: (latitude, longitude) in degrees, and its address in words.
    pub fn location(&self, sent: Sent<'_>, (lat, lon): (f64, f64), label: &str) -> Message {
        let place =
            format!("<Location_X>{lat:.6}</Location_X>\n<Location_Y>{lon:.6}</Location_Y>\n<Scale>16</Scale>\n");
        self.message(sent, "location", &(place + &field("Label", label)))
    }

    /// A message of any type; `fields` is XML.
    pub fn message(&self, sent: Sent<'_>, kind: &str, fields: &str) -> Message {
        self.frame(sent, kind, &format!("{fields}<MsgId>{}</MsgId>\n", sent.msg_id))
    }

    /// An event such as `subscribe`, `SCAN` or `CLICK`; it has no MsgId.
    pub fn event(&self, sent: Sent<'_>, event: &str, event_key: &str) -> Message {
        self.frame(sent, "event", &(field("Event", event) + &field("EventKey", event_key)))
    }

    fn frame(&self, sent: Sent<'_>, kind: &str, fields: &str) -> Message {
        let xml = format!(
            "<xml>{}{}<CreateTime>{}</CreateTime>\n{}{fields}</xml>",
            field("ToUserName", &self.original_id),
            field("FromUserName", sent.open_id),
            sent.created_at,
            field("MsgType", kind),
        );
        Message { open_id: sent.open_id.to_owned(), xml }
    }

    /// Pushes in plain mode at this moment (epoch seconds). Every call signs anew, as a repeated push does.
    pub fn plain(&self, at: i64, message: &Message) -> Push {
        let query = self.query(at, &self.nonce(), message);
        Push { path_and_query: query, body: message.xml.clone() }
    }

    /// Pushes in safe mode.
    pub fn aes(&self, at: i64, message: &Message) -> Push {
        let beside = field("ToUserName", &self.original_id);
        self.encrypted(at, message, &beside)
    }

    /// Pushes in compat mode: plain fields and the encrypted ones.
    pub fn compat(&self, at: i64, message: &Message) -> Push {
        let beside = message.xml.trim_start_matches("<xml>").trim_end_matches("</xml>").to_owned();
        self.encrypted(at, message, &beside)
    }

    fn encrypted(&self, at: i64, message: &Message, beside: &str) -> Push {
        let nonce = self.nonce();
        let encrypt = self.encrypt(&message.xml);
        let signature = sha1_of(&[&self.token, &at.to_string(), &nonce, &encrypt]);
        let query = self.query(at, &nonce, message);
        Push {
            path_and_query: format!("{query}&encrypt_type=aes&msg_signature={signature}"),
            body: format!("<xml>\n{beside}{}</xml>", field("Encrypt", &encrypt)),
        }
    }

    fn query(&self, at: i64, nonce: &str, message: &Message) -> String {
        let signature = sha1_of(&[&self.token, &at.to_string(), nonce]);
        format!("{}?signature={signature}&timestamp={at}&nonce={nonce}&openid={}", self.path, message.open_id)
    }

    /// Reads the answer to a push; a sealed one must be rightly signed and for this account.
    ///
    /// # Panics
    /// On everything a real WeChat would show the resident as "该公众号提供的服务出现故障".
    pub fn read_reply(&self, body: &str) -> Reply {
        if body.is_empty() || body == "success" {
            return Reply::Success;
        }
        let outer = parse(body);
        let Some(encrypt) = child(&outer, "Encrypt") else { return text_reply(&outer) };
        let part = |name| child(&outer, name).unwrap_or_else(|| panic!("a sealed reply without {name}: {body}"));
        let signature = sha1_of(&[&self.token, &part("TimeStamp"), &part("Nonce"), &encrypt]);
        assert_eq!(part("MsgSignature"), signature, "a reply with a wrong MsgSignature");
        text_reply(&parse(&self.decrypt(&encrypt)))
    }

    fn key(&self) -> [u8; 32] {
        let bytes = BASE64.decode(format!("{}=", self.aes_key)).expect("an EncodingAESKey");
        bytes.try_into().expect("32 bytes")
    }

    /// AES-256-CBC written out block by block, from the published description.
    fn encrypt(&self, message: &str) -> String {
        let random = self.count.fetch_add(1, Ordering::Relaxed);
        let mut plain = format!("{random:016x}").into_bytes();
        plain.extend((message.len() as u32).to_be_bytes());
        plain.extend(message.bytes());
        plain.extend(self.app_id.bytes());
        let pad = 32 - plain.len() % 32;
        plain.extend(std::iter::repeat_n(pad as u8, pad));
        let key = self.key();
        let cipher = Aes256::new(&key.into());
        let mut before: [u8; 16] = key[..16].try_into().expect("16 bytes");
        let mut out = Vec::new();
        for chunk in plain.chunks(16) {
            let mixed: [u8; 16] = std::array::from_fn(|i| chunk[i] ^ before[i]);
            let mut block = Block::from(mixed);
            cipher.encrypt_block(&mut block);
            before = block.into();
            out.extend(before);
        }
        BASE64.encode(out)
    }

    fn decrypt(&self, encrypt: &str) -> String {
        let sealed = BASE64.decode(encrypt).expect("base64 in Encrypt");
        assert!(!sealed.is_empty() && sealed.len().is_multiple_of(32), "{} sealed bytes", sealed.len());
        let key = self.key();
        let cipher = Aes256::new(&key.into());
        let mut before: [u8; 16] = key[..16].try_into().expect("16 bytes");
        let mut plain = Vec::new();
        for chunk in sealed.chunks(16) {
            let chunk: [u8; 16] = chunk.try_into().expect("16 bytes");
            let mut block = Block::from(chunk);
            cipher.decrypt_block(&mut block);
            plain.extend(std::array::from_fn::<u8, 16, _>(|i| block[i] ^ before[i]));
            before = chunk;
        }
        let pad = usize::from(plain[plain.len() - 1]);
        assert!((1..=32).contains(&pad) && plain.ends_with(&vec![pad as u8; pad]), "a reply with wrong padding");
        plain.truncate(plain.len() - pad);
        let length = u32::from_be_bytes(plain[16..20].try_into().expect("4 bytes")) as usize;
        let (message, app_id) = plain[20..].split_at(length);
        assert_eq!(app_id, self.app_id.as_bytes(), "a reply for another app id");
        String::from_utf8(message.to_vec()).expect("UTF-8 in the reply")
    }

    fn nonce(&self) -> String {
        format!("{}", 100_000_000 + self.count.fetch_add(1, Ordering::Relaxed))
    }
}

fn sha1_of(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort();
    Sha1::digest(parts.join("")).iter().map(|b| format!("{b:02x}")).collect()
}

fn field(name: &str, text: &str) -> String {
    format!("<{name}><![CDATA[{}]]></{name}>\n", text.replace("]]>", "]]]]><![CDATA[>"))
}

type Tags = Vec<(String, String)>;

fn parse(xml: &str) -> Tags {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|e| panic!("a reply that is no XML ({e}): {xml}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "xml", "{xml}");
    let fields = root.children().filter(|n| n.is_element());
    fields.map(|n| (n.tag_name().name().to_owned(), n.text().unwrap_or_default().to_owned())).collect()
}

fn child(tags: &Tags, name: &str) -> Option<String> {
    let mut found = tags.iter().filter(|(n, _)| n == name).map(|(_, text)| text.clone());
    let first = found.next();
    assert!(found.next().is_none(), "{name} stands twice in a reply");
    first
}

fn text_reply(tags: &Tags) -> Reply {
    let part = |name| child(tags, name).unwrap_or_else(|| panic!("a reply without {name}"));
    assert_eq!(part("MsgType"), "text");
    let content = part("Content");
    assert!(!content.is_empty() && content.len() <= 2048, "a text of {} bytes", content.len());
    let created_at = part("CreateTime").parse().expect("digits in CreateTime");
    Reply::Text { to: part("ToUserName"), from: part("FromUserName"), created_at, content }
}
