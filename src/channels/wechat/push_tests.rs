//! Whole pushes through [`open_push`] and back through [`answer`]: round trips, each breach in its place, and noise.

#![allow(clippy::cast_possible_truncation)] // lengths and bytes of messages written here

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::clock::Chance;

const AT: i64 = 1_790_000_000;
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OLD_KEY: &str = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba";
const APP: &str = "wx00000000000000aa";
const TEXT: &str = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName>\
<CreateTime>1790000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[电梯停了]]></Content><MsgId>7</MsgId></xml>";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(AT, 0).unwrap()
}

fn key(text: &str) -> AesKey {
    AesKey::parse(text).unwrap()
}

fn account(mode: Mode) -> Account {
    let token = |t: &str| Token::parse(t).unwrap();
    let keys = Rotating { current: key(KEY), previous: Some(key(OLD_KEY)) };
    Account {
        mode,
        app_id: APP.to_owned(),
        original_id: Some("gh_1".to_owned()),
        tokens: Rotating { current: token("NewToken"), previous: Some(token("OldToken")) },
        keys: (mode != Mode::Plain).then_some(keys),
    }
}

/// Query of a plain push signed with `token`.
fn plain_query(token: &str) -> String {
    let at = AT.to_string();
    format!("signature={}&timestamp={at}&nonce=486&openid=oA", crypto::sign(&[token, &at, "486"]))
}

/// Query and body of an encrypted push around a ready-made `Encrypt`.
fn around(token: &str, encrypt: &str) -> (String, String) {
    let at = AT.to_string();
    let signature = crypto::sign(&[token, &at, "486", encrypt]);
    let query = format!("{}&encrypt_type=aes&msg_signature={signature}", plain_query(token));
    (query, format!("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"))
}

fn sealed(message: &[u8]) -> (String, String) {
    around("NewToken", &key(KEY).seal(message, APP, [7; 16]))
}

fn open((query, body): &(String, String)) -> Result<Opened, Refused> {
    open_push(&account(Mode::Aes), query, body.as_bytes(), now())
}

fn refusal(push: &(String, String)) -> Refused {
    open(push).expect_err("a push that must be refused")
}

/// Encrypts a plaintext as it stands, so that every part of it can be wrong.
fn raw_encrypt(plain: &[u8]) -> String {
    use aes::Block;
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
    use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
    // 43 characters and no stray bits: KEY ends on G, whose last two bits are zero.
    let (mut iv, mut bytes) = ([0; 16], [0; 32]);
    bytes.copy_from_slice(&BASE64_STANDARD_NO_PAD.decode("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE").unwrap());
    bytes[31] = key_last_byte();
    iv.copy_from_slice(&bytes[..16]);
    let mut data = plain.to_vec();
    let (blocks, _) = Block::slice_as_chunks_mut(&mut data);
    cbc::Encryptor::<aes::Aes256>::new(&bytes.into(), &iv.into()).encrypt_blocks(blocks);
    BASE64_STANDARD.encode(data)
}

/// Last byte of KEY: the low four bits of `F` (5) and the high four of `G` (6 = 000110).
fn key_last_byte() -> u8 {
    (5 << 4) | (6 >> 2)
}

/// 16 random bytes, length, message, app id, padding `pad` of whatever length closes the 32-byte block.
fn packed(length: u32, message: &[u8], app: &str) -> Vec<u8> {
    let mut plain = vec![9; 16];
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(message);
    plain.extend_from_slice(app.as_bytes());
    let pad = 32 - plain.len() % 32;
    plain.resize(plain.len() + pad, pad as u8);
    plain
}

#[test]
fn plain_push_and_answer() {
    let account = account(Mode::Plain);
    let opened = open_push(&account, &plain_query("NewToken"), TEXT.as_bytes(), now()).unwrap();
    assert_eq!(opened.inbound.body, Body::Text { content: "电梯停了".to_owned() });
    assert_eq!(
        (opened.key_used, opened.token_used, opened.timestamp, opened.nonce.as_str()),
        (None, Slot::Current, AT, "486")
    );
    let fresh = Fresh::new(now(), [3; 24]);
    let got = answer(&account, &opened, Some("已登记]]>"), &fresh);
    assert_eq!(got.content_type, "text/xml; charset=utf-8");
    let fields = envelope::Fields::parse(got.body.as_bytes()).unwrap();
    assert_eq!((fields.need("ToUserName"), fields.need("FromUserName")), (Ok("oA"), Ok("gh_1")));
    assert_eq!((fields.need("Content"), fields.need("CreateTime")), (Ok("已登记]]>"), Ok("1790000000")));
    for nothing in [None, Some(""), Some(" \n"), Some("\u{1}")] {
        let got = answer(&account, &opened, nothing, &fresh);
        assert_eq!((got.content_type, got.body.as_str()), ("text/plain; charset=utf-8", "success"));
    }
    // The same body has the same hash, another one another: the caller's pair cache rests on it.
    let again = open_push(&account, &plain_query("NewToken"), TEXT.as_bytes(), now()).unwrap();
    assert_eq!(opened.body_hash, again.body_hash);
    let other = open_push(&account, &plain_query("NewToken"), TEXT.replace("停", "坏").as_bytes(), now()).unwrap();
    assert_ne!(opened.body_hash, other.body_hash);
}

#[test]
fn current_and_previous_secrets_are_tried_and_used_for_the_answer() {
    for (token, token_slot) in [("NewToken", Slot::Current), ("OldToken", Slot::Previous)] {
        for (text, key_slot) in [(KEY, Slot::Current), (OLD_KEY, Slot::Previous)] {
            let push = around(token, &key(text).seal(TEXT.as_bytes(), APP, [1; 16]));
            let opened = open(&push).unwrap();
            assert_eq!((opened.token_used, opened.key_used), (token_slot, Some(key_slot)));
            let fresh = Fresh::new(now(), Chance::counted(1).bytes());
            let reply = answer(&account(Mode::Aes), &opened, Some("收到"), &fresh);
            let fields = envelope::Fields::parse(reply.body.as_bytes()).unwrap();
            let (encrypt, nonce) = (fields.need("Encrypt").unwrap(), fields.need("Nonce").unwrap());
            let signature = crypto::sign(&[token, fields.need("TimeStamp").unwrap(), nonce, encrypt]);
            assert_eq!(fields.need("MsgSignature"), Ok(signature.as_str()));
            let inner = envelope::Fields::parse(&key(text).open(encrypt, APP).unwrap()).unwrap();
            assert_eq!((inner.need("ToUserName"), inner.need("Content")), (Ok("oA"), Ok("收到")));
        }
    }
    let opened = open(&sealed(TEXT.as_bytes())).unwrap();
    assert_eq!(answer(&account(Mode::Aes), &opened, None, &Fresh::new(now(), [0; 24])).body, "success");
}

#[test]
fn compat_reads_nothing_from_the_plain_fields() {
    let (query, body) = sealed(TEXT.as_bytes());
    let forged = TEXT.replace("oA", "oForged").replace("电梯停了", "forged").replace("</xml>", "");
    let encrypt = body.split_once("</ToUserName>").unwrap().1;
    let opened = open_push(&account(Mode::Compat), &query, format!("{forged}{encrypt}").as_bytes(), now()).unwrap();
    assert_eq!(opened.inbound.from.as_str(), "oA");
    assert_eq!(opened.inbound.body, Body::Text { content: "电梯停了".to_owned() });
}

#[test]
fn no_downgrade_and_no_key() {
    let at = |account: &Account, query: &str, body: &str| open_push(account, query, body.as_bytes(), now()).map(|_| ());
    for mode in [Mode::Aes, Mode::Compat] {
        assert_eq!(at(&account(mode), &plain_query("NewToken"), TEXT), Err(Refused::PlainRefused));
        let raw = format!("{}&encrypt_type=raw", plain_query("NewToken"));
        assert_eq!(at(&account(mode), &raw, TEXT), Err(Refused::PlainRefused));
        let unkeyed = Account { keys: None, ..account(mode) };
        assert_eq!(at(&unkeyed, &plain_query("NewToken"), TEXT), Err(Refused::PlainRefused));
    }
    let keyed_plain = Account { mode: Mode::Plain, ..account(Mode::Aes) };
    assert_eq!(at(&keyed_plain, &plain_query("NewToken"), TEXT), Err(Refused::PlainRefused));
    let (query, body) = sealed(TEXT.as_bytes());
    assert_eq!(at(&account(Mode::Plain), &query, &body), Err(Refused::NoKey));
    assert_eq!(at(&account(Mode::Aes), &query, TEXT), Err(Refused::MissingField("Encrypt")));
    assert_eq!(at(&account(Mode::Aes), &query, "{\"Encrypt\":\"x\"}"), Err(Refused::JsonBody));
}

#[test]
fn every_layer_refuses_in_its_place() {
    use Refused::*;
    let good = packed(TEXT.len() as u32, TEXT.as_bytes(), APP);
    assert!(open(&around("NewToken", &raw_encrypt(&good))).is_ok(), "the test's own packing is right");
    let bent = |bend: &dyn Fn(&mut Vec<u8>)| {
        let mut plain = good.clone();
        bend(&mut plain);
        refusal(&around("NewToken", &raw_encrypt(&plain)))
    };
    let last = good.len() - 1;
    assert_eq!(bent(&|p| p[last] = 0), BadPadding);
    assert_eq!(bent(&|p| p[last] = 33), BadPadding);
    assert_eq!(bent(&|p| p[last] = 255), BadPadding);
    assert_eq!(bent(&|p| p[last - 1] ^= 1), BadPadding);
    // One block too much, though every padding byte agrees.
    let long = |p: &mut Vec<u8>| {
        let pad = p[last] + 32;
        p.truncate(p.len() + 32 - usize::from(pad));
        p.resize(p.len() + usize::from(pad), pad);
    };
    assert_eq!(bent(&long), BadPadding);
    assert_eq!(bent(&|p| p.truncate(16)), BadCipherLength);
    assert_eq!(bent(&|p| p.extend_from_slice(&[16; 16])), BadCipherLength);
    assert_eq!(bent(&|p| p.clear()), BadCipherLength);
    assert_eq!(bent(&|p| *p = vec![32; 32]), BadLength);
    assert_eq!(bent(&|p| *p = [vec![0; 17], vec![15; 15]].concat()), BadLength);
    assert_eq!(bent(&|p| p[16] = 0x80), BadLength);
    assert_eq!(bent(&|p| p[16..20].copy_from_slice(&[255; 4])), BadLength);
    assert_eq!(bent(&|p| p[19] = p[19].wrapping_sub(1)), OtherAppId);
    assert_eq!(bent(&|p| p[19] = p[19].wrapping_add(1)), OtherAppId);
    for app in ["", "wx00000000000000ab", "wx00000000000000aa1", "WX00000000000000AA"] {
        let plain = packed(TEXT.len() as u32, TEXT.as_bytes(), app);
        assert_eq!(refusal(&around("NewToken", &raw_encrypt(&plain))), OtherAppId, "{app}");
    }
    let stranger = key("0000000000000000000000000000000000000000000").seal(TEXT.as_bytes(), APP, [1; 16]);
    assert_eq!(refusal(&around("NewToken", &stranger)), BadPadding);
    let encrypt = raw_encrypt(&good);
    for bad in ["", "=", "a", "YQ", "YQ==\n", " YQ==", "Y-_=", "楼", &encrypt[..encrypt.len() - 1]] {
        let want = if bad.is_empty() { BadCipherLength } else { BadBase64 };
        assert_eq!(refusal(&around("NewToken", bad)), want, "{bad:?}");
    }
    assert_eq!(refusal(&around("OtherToken", &encrypt)), BadSignature);
    let (query, body) = around("NewToken", &encrypt);
    assert_eq!(refusal(&(query.clone(), body.replacen(&encrypt[..4], "AAAA", 1))), BadSignature);
    assert_eq!(refusal(&(query.replace("nonce=486", "nonce=487"), body.clone())), BadSignature);
    assert_eq!(refusal(&(query.replace("timestamp=1790000000", "timestamp=1790000001"), body.clone())), BadSignature);
    assert_eq!(refusal(&(format!("{query}&nonce=486"), body.clone())), RepeatedParameter);
    assert_eq!(refusal(&(query.clone(), format!("{body}<xml/>"))), NotXml);
    assert_eq!(refusal(&(query.clone(), body.replace("</xml>", ""))), NotXml);
    assert_eq!(refusal(&(query.clone(), format!("<!DOCTYPE xml>{body}"))), NotXml);
    assert_eq!(refusal(&(query.clone(), body.replace("</xml>", "<Encrypt/></xml>"))), RepeatedField);
    assert_eq!(refusal(&(query, " ".repeat(MAX_BODY_BYTES + 1))), TooLarge);
}

#[test]
fn what_was_inside_is_held_to_the_same_rules() {
    use Refused::*;
    let rows: &[(&str, Refused)] = &[
        ("", NotXml),
        ("<xml/>", MissingField("ToUserName")),
        ("<!DOCTYPE xml [<!ENTITY a SYSTEM \"http://127.0.0.1/\">]><xml><A>&a;</A></xml>", NotXml),
        ("<xml><Encrypt>again</Encrypt></xml>", MissingField("ToUserName")),
        ("{}", JsonBody),
    ];
    for (message, want) in rows {
        assert_eq!(refusal(&sealed(message.as_bytes())), *want, "{message}");
    }
    assert_eq!(refusal(&sealed(b"<xml>\xff</xml>")), NotUtf8);
    assert_eq!(refusal(&sealed(TEXT.replace("gh_1", "gh_2").as_bytes())), OtherRecipient);
    assert_eq!(refusal(&sealed(format!("{TEXT}x").as_bytes())), NotXml);
    assert_eq!(refusal(&sealed(TEXT.replace("<MsgId>7</MsgId>", "").as_bytes())), MissingField("MsgId"));
    let unknown = Account { original_id: None, ..account(Mode::Aes) };
    let (query, body) = sealed(TEXT.replace("gh_1", "gh_2").as_bytes());
    assert_eq!(open_push(&unknown, &query, body.as_bytes(), now()).unwrap().inbound.to, "gh_2");
}

#[test]
fn plain_mode_checks_the_signature_after_the_envelope() {
    let plain = account(Mode::Plain);
    let at = |query: &str, body: &str, now| open_push(&plain, query, body.as_bytes(), now).map(|_| ());
    assert_eq!(at(&plain_query("Guess"), TEXT, now()), Err(Refused::BadSignature));
    assert_eq!(at(&plain_query("Guess"), "<xml>", now()), Err(Refused::NotXml));
    assert_eq!(at(&plain_query("Guess"), "<xml/>", now()), Err(Refused::BadSignature));
    let late = now() + TimeDelta::seconds(601);
    assert_eq!(at(&plain_query("NewToken"), "<xml>", late), Err(Refused::OutsideWindow));
    assert_eq!(at(&plain_query("NewToken"), TEXT, now() - TimeDelta::seconds(601)), Err(Refused::OutsideWindow));
    assert_eq!(at(&plain_query("OldToken"), TEXT, now() + TimeDelta::seconds(600)), Ok(()));
}

#[test]
fn the_url_check_echoes_only_what_is_signed() {
    let check = |query: String, now| check_url(&account(Mode::Aes), &query, now);
    let good = plain_query("NewToken").replace("&openid=oA", "&echostr=579300");
    assert_eq!(check(good.clone(), now()).as_deref(), Ok("579300"));
    assert_eq!(check(good.clone(), now() + TimeDelta::seconds(601)), Err(Refused::OutsideWindow));
    assert_eq!(check(good.replace("486", "487"), now()), Err(Refused::BadSignature));
    assert_eq!(check(format!("{good}&echostr=1"), now()), Err(Refused::RepeatedParameter));
    assert_eq!(check(good.replace("579300", "<script>"), now()), Err(Refused::BadParameter("echostr")));
}

#[test]
fn nothing_secret_shows_in_debug() {
    let shown = format!("{:?}", account(Mode::Aes));
    for secret in ["NewToken", "OldToken", KEY, OLD_KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(!format!("{:?}", open(&sealed(TEXT.as_bytes())).unwrap()).contains("oA"));
}

#[test]
fn keys_are_43_characters_with_any_last_bits() {
    use crypto::BadAesKey;
    for last in ('A'..='Z').chain('a'..='z').chain('0'..='9') {
        assert!(AesKey::parse(&format!("{}{last}", &KEY[..42])).is_ok(), "{last}");
    }
    assert_eq!(AesKey::parse(""), Err(BadAesKey::Length(0)));
    assert_eq!(AesKey::parse(&KEY[1..]), Err(BadAesKey::Length(42)));
    assert_eq!(AesKey::parse(&format!("{KEY}A")), Err(BadAesKey::Length(44)));
    assert_eq!(AesKey::parse(&format!("{KEY}=")), Err(BadAesKey::Character(44)));
    assert_eq!(AesKey::parse("abc 楼"), Err(BadAesKey::Character(4)));
    assert!(Token::parse("").is_err() && Token::parse("a b").is_err() && Token::parse(&"a".repeat(129)).is_err());
}

#[test]
fn round_trips_of_every_length() {
    let key = key(KEY);
    for length in 0..200 {
        let message: Vec<u8> = (0..length).map(|n| n as u8).collect();
        let encrypt = key.seal(&message, APP, Chance::counted(length).bytes());
        assert_eq!(key.open(&encrypt, APP).as_deref(), Ok(message.as_slice()));
    }
}

/// One seeded change to a byte string: flip, drop, double, insert or cut.
fn mutate(bytes: &mut Vec<u8>, chance: &Chance) {
    let [how, a, b, with]: [u8; 4] = chance.bytes();
    let at = usize::from(u16::from_be_bytes([a, b])) % bytes.len().max(1);
    match how % 6 {
        _ if bytes.is_empty() => bytes.push(with),
        0 => bytes[at] ^= with | 1,
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, with),
        3 => bytes.truncate(at),
        4 => bytes.extend_from_within(at..),
        _ => bytes[at] = b"<>&;![]=/\"\0 "[usize::from(with) % 12],
    }
}

#[test]
fn noise_never_panics_and_is_never_accepted() {
    let chance = Chance::counted(20_261_124);
    let (query, body) = sealed(TEXT.as_bytes());
    let original = open(&(query.clone(), body.clone())).unwrap();
    let mut refused = std::collections::BTreeSet::new();
    for case in 0..2_000_u32 {
        let (mut q, mut b) = (query.clone().into_bytes(), body.clone().into_bytes());
        for _ in 0..=case % 3 {
            mutate(if case % 4 == 0 { &mut q } else { &mut b }, &chance);
        }
        let q = String::from_utf8_lossy(&q);
        match open_push(&account(Mode::Aes), &q, &b, now()) {
            // Only a change outside what is signed may pass, and then it must say the same thing.
            Ok(opened) => assert_eq!(opened.inbound, original.inbound, "{q} {}", String::from_utf8_lossy(&b)),
            Err(refusal) => {
                assert!((400..500).contains(&refusal.status()));
                refused.insert(refusal.code());
            }
        }
    }
    assert!(refused.len() >= 8, "the noise reaches only {refused:?}");
}

#[test]
fn noise_under_a_right_signature_never_panics() {
    let chance = Chance::counted(7);
    let plain = packed(TEXT.len() as u32, TEXT.as_bytes(), APP);
    let mut refused = std::collections::BTreeSet::new();
    for case in 0..2_000_u32 {
        let push = if case % 2 == 0 {
            let mut message = TEXT.as_bytes().to_vec();
            mutate(&mut message, &chance);
            sealed(&message)
        } else {
            let mut plain = plain.clone();
            mutate(&mut plain, &chance);
            plain.truncate(plain.len() / 16 * 16);
            around("NewToken", &raw_encrypt(&plain))
        };
        match open(&push) {
            Ok(opened) => assert_eq!(opened.inbound.to, "gh_1"),
            Err(refusal) => {
                refused.insert(refusal.code());
            }
        }
    }
    assert!(refused.len() >= 8, "the noise reaches only {refused:?}");
}
