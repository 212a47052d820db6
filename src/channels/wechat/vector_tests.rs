//! Fixed vectors made by another implementation of the protocol (made-up keys, tokens and ids), read and written here.

use chrono::{DateTime, Utc};

use super::*;

struct Vector {
    token: &'static str,
    key: &'static str,
    app_id: &'static str,
    open_id: &'static str,
    content: &'static str,
    /// The first 16 bytes of the plaintext.
    random: &'static [u8; 16],
    signature: &'static str,
    msg_signature: &'static str,
    encrypt: &'static str,
}

const VECTORS: &[Vector] = &[
    Vector {
        token: "TokenOfTheTest1",
        key: "VHMX0GhZVSIQN7XBn4DNC7X9GPGdrEln1Gr1QNtJbhf",
        app_id: "wx0000000000000001",
        open_id: "oVector-User_1",
        content: "楼道的灯又坏了",
        random: b"zymMlopiWfqU8HRS",
        signature: "f970770acbb1b0dbb8c8cae23c7774dd53d9de25",
        msg_signature: "8af3e60c0e843eac92992b381620a17cee1ffed4",
        encrypt: "4cnTz44Xeu1oGRYHVkQlB5r/oC/GZeN5DbsPv7crkJf/zZy8lIM3q+OCPASen0Z9Ia65XhKnWUhIQfmFUV2qMagi4ga5yT5+gp6deeAaJHCDlv+4doAMzUOgEJ0s5DfYrPI7ZRAUB209MHWWM/ir/RAbGg5Jzd+N88UZLg1oYjwBdeG2CHNKwSkD4GDl1gfnbILf8apeZUrRWwfRwIHAVQa5kAZG/qDIgZo6jBNv+CwCizIEMClYAdlHUqHciEFiK220XBqr3Jgn+bqj2XF71L2JrwMFsEzFbt+F3TmXoU7su6XAC4Zk82gm3+qJ6RjqfPJ5gDpc8Zg5TCTHSCMAizZ7SKYCKeR2uCxxLuR7V/OeGhFbU37DOnfWcNuJQfE5ndzOhvPgUM5IlGu7EjPEfZD/Q5o5aHbHN/JKNb4+AwQ=",
    },
    Vector {
        token: "T2b",
        key: "jR5GBU8JDvlQ0UFsjgpMl7r9WlIFrZ7ykrkHnjhDzTn",
        app_id: "wx0000000000000002",
        open_id: "oVector-User_2",
        content: "a]]>b & <c> 😀",
        random: b"IfNFmAU7LnYZxyR0",
        signature: "d76a89de65e79fc13504dfcd98ca60f7a189ed18",
        msg_signature: "52a8b9e73c51f4fe6fa54346ae7765a8c80924ce",
        encrypt: "SAFX/L8UgLIOmDs0v1pxTZqCbcXagBbbi079FU6uJkFZmw5d2uj28YjUVUm9tLrmY+xPwbOECXJnoPWTowjrttr1UEyqwtWp3X6B3BaySrMLh1X43O8OBqtVAsgX29VEHUa+n4kYg1KWY+DoM1NwSNfr2LdyRpeBuHR80Bv+LQExbT0498acM8T9BLRPRyWb8Z2JOyu4BjuQ3xQ3/KUnggVG1ajTvo7mBauXwdLf29kYnCjgK9LSYG78ZlNFcQ8TrlFoOeY9N5ngEc7jkbDMc4CB13fMAMOiM0XxOmBwvy3RWlx7z6srknkZLb0xkfpQu2+92bXYzS3IU5r1In4lm7u9i13HPtSLG1REp5scJCmTdesMAoT4bcFeoHugrRhVRuh4r6y5pzShgTtWyPsuxef3Qd/Cga8pYJDWHr4dE04=",
    },
    Vector {
        token: "TokenOfTheTest3withThirtyTwoChar",
        key: "2HqCzJIk6ZawYtNygRlz1FBrjk5MEr1I31w5NPK3ou5",
        app_id: "wx0000000000000003",
        open_id: "oVector-User_3",
        content: "",
        random: b"jDQl2KvfTHRX5Euz",
        signature: "c58334bdb3a3ebe3155e1fbfb027394842b8b1ef",
        msg_signature: "a63cd4fbab2fcdd0dddbc322c1f2553f1e240735",
        encrypt: "MqIL+oS6bwPcJpnDpdtz49qGc3rZq50rCEKKAtV5OtITdLo1qgZkRjYJRhgB8hE4wXx7mDc8SGKboh6xCVdVrmVY69Qmqa2mcdtbVrQbI1Ai135ZDG5cqQz4d/QKAyNRpVaTQ9rQ4nAB3baHpXlK5p6VHIHPBHRF3OaBM94nYG4SrPEz1oqCwQm5TI7qEiK6LCVDEj/RCNJBlgE7c7ySxJAmCbbDDlBZV8vOParacJYu6zF4JzaTKjS9Ue5IltaCWkrS4WsVpU+xUDouzhgmJvXvVdlAKvsriXx/a6A97B3tbY9J8EsO3WwSCFaJwBvOwmN0x1xAU5ZgKolebGSr+ZHrjaWVh9NnB+JRzIx9r4IvujyNvjA58jRCKZfZXj+5",
    },
];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn account(v: &Vector) -> Account {
    Account {
        mode: Mode::Aes,
        app_id: v.app_id.to_owned(),
        original_id: Some("gh_vector".to_owned()),
        tokens: Rotating::only(Token::parse(v.token).unwrap()),
        keys: Some(Rotating::only(AesKey::parse(v.key).unwrap())),
    }
}

#[test]
fn pushes_sealed_elsewhere_are_read() {
    for v in VECTORS {
        let query = format!(
            "signature={}&timestamp=1790000000&nonce=486123&openid={}&encrypt_type=aes&msg_signature={}",
            v.signature, v.open_id, v.msg_signature
        );
        let body = format!(
            "<xml><ToUserName><![CDATA[gh_vector]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>",
            v.encrypt
        );
        let opened = open_push(&account(v), &query, body.as_bytes(), now()).unwrap();
        assert_eq!(opened.inbound.body, Body::Text { content: v.content.to_owned() });
        assert_eq!(opened.inbound.from.as_str(), v.open_id);
        assert_eq!((opened.inbound.msg_id, opened.inbound.created_at), (Some(23_456_789_012_345_678), 1_790_000_000));
        let check = format!("signature={}&timestamp=1790000000&nonce=486123&echostr=5793a", v.signature);
        assert_eq!(check_url(&account(v), &check, now()).as_deref(), Ok("5793a"));
    }
}

#[test]
fn sealing_gives_the_very_same_bytes() {
    for v in VECTORS {
        let key = AesKey::parse(v.key).unwrap();
        let message = key.open(v.encrypt, v.app_id).unwrap();
        assert_eq!(key.seal(&message, v.app_id, *v.random), v.encrypt);
        assert_eq!(crypto::sign(&[v.token, "1790000000", "486123", v.encrypt]), v.msg_signature);
        assert_eq!(crypto::sign(&["486123", v.token, "1790000000"]), v.signature);
    }
}
