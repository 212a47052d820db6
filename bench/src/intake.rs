//! What comes in and must be on the disk before it is answered: a WeChat message, a switchboard's event, a program's request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::line;
use crate::wechat::{FakeWechat, Sent};

/// As the demo's account is set (`src/cli/demo/people.rs`): token, AES key, app id, original id.
pub const WECHAT: (&str, &str, &str, &str) =
    ("demotoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxdemo0000000000", "gh_demo00000000");
/// The secret of the demo's switchboard, in base64.
pub const HOTLINE: &str = "amliYW4tZGVtby1ob3RsaW5lLWtub3duLXRvLWFsbCE=";
/// Followers who write, in turn: requests so many apart are of the same one, with another sentence.
pub const FOLLOWERS: usize = 5_000;

/// What people ask for; each is a request of its own.
const SENTENCES: [&str; 8] = [
    "我家卫生间下水道堵了，水下不去",
    "3号楼2单元楼道的灯不亮了，晚上看不见",
    "楼下垃圾桶满了好几天没人收",
    "有车停在消防通道上挡住了",
    "电梯一直停在五楼不动",
    "厨房水龙头关不紧一直滴水",
    "楼上邻居半夜装修太吵了",
    "小区门口的路面坏了一个坑",
];

/// One of three doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Door {
    /// An AES push with a text that becomes a ticket, answered with its number.
    Wechat,
    /// A signed event of a call that rings.
    Hotline,
    /// A ticket created by a program, under a key.
    Api,
}

impl Door {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Wechat, Self::Hotline, Self::Api];

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wechat => "WeChat message (AES) → ticket",
            Self::Hotline => "hotline event (signed) → call",
            Self::Api => "API request → ticket",
        }
    }

    /// The status of an answer that means taken.
    pub fn right(self) -> &'static [u16] {
        match self {
            Self::Wechat => &[200],
            Self::Hotline => &[204],
            Self::Api => &[201],
        }
    }

    /// The n-th request; `token` is an API token.
    pub fn request(self, n: usize, token: &str) -> Vec<u8> {
        match self {
            Self::Wechat => wechat(n),
            Self::Hotline => hotline(n),
            Self::Api => api(n, token),
        }
    }
}

/// The demo's account as WeChat holds it.
pub fn account() -> FakeWechat {
    let mut fake = FakeWechat::new("/channels/wechat/demo");
    (fake.token, fake.aes_key) = (WECHAT.0.into(), WECHAT.1.into());
    (fake.app_id, fake.original_id) = (WECHAT.2.into(), WECHAT.3.into());
    fake
}

fn sentence(n: usize) -> &'static str {
    SENTENCES[(n + n / FOLLOWERS) % SENTENCES.len()]
}

fn wechat(n: usize) -> Vec<u8> {
    let fake = account();
    let at = Utc::now().timestamp();
    let open_id = format!("o-bench-{}", n % FOLLOWERS);
    let sent = Sent { open_id: &open_id, msg_id: 7_000_000_000 + n as u64, created_at: at };
    let push = fake.aes(at, &fake.text(sent, sentence(n)));
    line::post(&push.path_and_query, "content-type: text/xml\r\n", push.body.as_bytes())
}

fn hotline(n: usize) -> Vec<u8> {
    let stamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let data = serde_json::json!({
        "call_id": format!("bench-{n}"), "direction": "inbound", "callee": "4001234567",
        "caller": format!("139{:08}", n % 100_000_000), "ringing_at": stamp,
    });
    ring(&format!("bench-{n}"), &serde_json::json!({ "type": "call.ringing", "timestamp": stamp, "data": data }))
}

/// A signed event.
pub fn ring(id: &str, event: &serde_json::Value) -> Vec<u8> {
    let (body, timestamp) = (event.to_string(), Utc::now().timestamp());
    let secret = STANDARD.decode(HOTLINE).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let head = format!(
        "content-type: application/json\r\nwebhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: v1,{signature}\r\n"
    );
    line::post("/channels/hotline/demo/events", &head, body.as_bytes())
}

fn api(n: usize, token: &str) -> Vec<u8> {
    let body = serde_json::json!({ "words": sentence(n), "phone": format!("137{:08}", n % 100_000_000) });
    let head =
        format!("content-type: application/json\r\nauthorization: Bearer {token}\r\nidempotency-key: bench-{n}\r\n");
    line::post("/api/v1/tickets", &head, body.to_string().as_bytes())
}
