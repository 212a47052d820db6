//! The passive reply: XML in the answer to the push itself, sealed when the push was.

use chrono::{DateTime, Utc};

use super::account::{Account, Slot};
use super::crypto::sign;
use super::verify::Opened;

/// Longest text of a passive reply, in bytes.
pub const MAX_TEXT_BYTES: usize = 2048;

/// What stops WeChat from pushing again without showing the resident anything.
pub const SUCCESS: &str = "success";

/// The moment and the chance a reply is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// The moment, written as CreateTime and TimeStamp.
    pub at: DateTime<Utc>,
    /// The first 16 bytes of a sealed plaintext.
    pub random: [u8; 16],
    /// Signed with a sealed reply; letters and digits.
    pub nonce: String,
}

impl Fresh {
    /// Takes the plaintext's 16 bytes and a nonce of decimal digits from 24 fresh bytes.
    pub fn new(at: DateTime<Utc>, chance: [u8; 24]) -> Self {
        let mut random = [0; 16];
        let mut tail = [0; 8];
        random.copy_from_slice(&chance[..16]);
        tail.copy_from_slice(&chance[16..]);
        Self { at, random, nonce: u64::from_be_bytes(tail).to_string() }
    }
}

/// What goes back, always with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Value of Content-Type.
    pub content_type: &'static str,
    /// The whole body.
    pub body: String,
}

/// Answers a push: with a text, sealed under the key and token the push came with, or with `success` when there is
/// nothing to say (an empty text would show the resident an error).
pub fn answer(account: &Account, opened: &Opened, text: Option<&str>, fresh: &Fresh) -> Answer {
    let text = text.map(fit).filter(|text| !text.trim().is_empty());
    let Some(text) = text else {
        return Answer { content_type: "text/plain; charset=utf-8", body: SUCCESS.to_owned() };
    };
    let plain = text_xml(opened, &text, fresh.at.timestamp());
    let body = match (opened.key_used, &account.keys) {
        (Some(slot), Some(keys)) => {
            let encrypt = keys.get(slot).seal(plain.as_bytes(), &account.app_id, fresh.random);
            envelope(account, opened.token_used, &encrypt, fresh)
        }
        _ => plain,
    };
    Answer { content_type: "text/xml; charset=utf-8", body }
}

/// Drops what XML cannot hold and cuts to [`MAX_TEXT_BYTES`] on a character boundary.
pub fn fit(text: &str) -> String {
    let mut fitted = String::with_capacity(text.len().min(MAX_TEXT_BYTES));
    for c in text.chars().filter(|c| is_xml_char(*c)) {
        if fitted.len() + c.len_utf8() > MAX_TEXT_BYTES {
            break;
        }
        fitted.push(c);
    }
    fitted
}

fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// A CDATA section; `]]>` inside is cut in two, since nothing else can carry it.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn text_xml(opened: &Opened, text: &str, at: i64) -> String {
    format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{at}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content>{}</Content></xml>",
        cdata(opened.inbound.from.as_str()),
        cdata(&opened.inbound.to),
        cdata(text),
    )
}

fn envelope(account: &Account, token: Slot, encrypt: &str, fresh: &Fresh) -> String {
    let at = fresh.at.timestamp().to_string();
    let signature = sign(&[account.tokens.get(token).reveal(), &at, &fresh.nonce, encrypt]);
    format!(
        "<xml><Encrypt>{}</Encrypt><MsgSignature>{}</MsgSignature><TimeStamp>{at}</TimeStamp><Nonce>{}</Nonce></xml>",
        cdata(encrypt),
        cdata(&signature),
        cdata(&fresh.nonce),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_on_a_character() {
        assert_eq!(fit(&"a".repeat(3000)).len(), 2048);
        assert_eq!(fit(&"楼".repeat(3000)).len(), 2046);
        let odd = format!("{}😀", "a".repeat(2045));
        assert_eq!(fit(&odd).len(), 2045);
        assert_eq!(fit("a\u{0}\u{8}\u{7f}\u{85}\u{fffe}b\tc\nd"), "ab\tc\nd");
    }

    #[test]
    fn cdata_carries_its_own_end() {
        for text in ["]]>", "a]]>b]]>", "]]]]>>", "]]", "<xml>&amp;", "]]]]><![CDATA[>"] {
            let xml = format!("<xml>{}</xml>", cdata(text));
            let document = roxmltree::Document::parse(&xml).unwrap();
            assert_eq!(document.root_element().text(), Some(text), "{xml}");
        }
    }
}
