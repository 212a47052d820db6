//! The stories' words over the application under test.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use jiban::domain::actor::Staff;
use jiban::domain::ids::{PlaceId, TicketNumber, UserId};
use jiban::engine::setup::{self, WechatSettings};
use jiban::store::ticket::TicketRow;

use crate::support::TestApp;
use crate::support::town as built;
use crate::support::wechat::{FakeWechat, Message, Push, Reply, Sent};

/// The community and the account that writes to it.
pub struct Town<'a> {
    pub app: &'a TestApp,
    pub wechat: FakeWechat,
    /// 恒泰园 3 号楼 and 富泽园 3 号楼, with their stewards.
    pub buildings: [(PlaceId, UserId); 2],
    /// 恒泰园 3-2-501.
    pub flat: PlaceId,
    messages: AtomicU64,
}

/// An answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    pub status: u16,
    pub body: String,
}

impl<'a> Town<'a> {
    pub fn of(app: &'a TestApp) -> Self {
        let place = |path: &str| setup::place_at(&app.engine, app.community, path).unwrap();
        let steward = |login: &str| setup::user(&app.engine, login).unwrap();
        Self {
            wechat: app.wechat(),
            buildings: [(place("恒泰园/3"), steward("steward1")), (place("富泽园/3"), steward("steward2"))],
            flat: place("恒泰园/3/2/501"),
            messages: AtomicU64::new(1),
            app,
        }
    }

    /// Sets the account's mode and key.
    pub fn set(&self, mode: &str, aes_key: Option<&str>) {
        let settings = WechatSettings {
            mode: mode.into(),
            app_id: self.wechat.app_id.clone(),
            original_id: Some(built::WECHAT_ORIGINAL.into()),
            token: self.wechat.token.clone(),
            aes_key: aes_key.map(str::to_owned),
        };
        setup::set_wechat(&self.app.engine, self.app.community, &settings).unwrap();
    }

    pub fn now(&self) -> i64 {
        self.app.now().timestamp()
    }

    pub fn later(&self, minutes: i64) {
        self.app.advance(TimeDelta::minutes(minutes));
    }

    /// A follower's next message, with a number of its own.
    pub fn sent<'s>(&self, open_id: &'s str) -> Sent<'s> {
        Sent { open_id, msg_id: self.messages.fetch_add(1, Ordering::Relaxed), created_at: self.now() }
    }

    pub fn post(&self, push: &Push) -> Raw {
        let (status, body) = self.app.push(push);
        Raw { status, body }
    }

    pub fn get(&self, path_and_query: &str) -> Raw {
        let page = self.app.visitor().get(path_and_query);
        Raw { status: page.status, body: page.body }
    }

    /// Pushes encrypted and reads the answer.
    pub fn push(&self, message: &Message) -> Reply {
        let raw = self.post(&self.wechat.aes(self.now(), message));
        assert_eq!(raw.status, 200, "{raw:?}");
        self.wechat.read_reply(&raw.body)
    }

    /// What is said back to a text.
    pub fn say(&self, open_id: &str, text: &str) -> String {
        self.push(&self.wechat.text(self.sent(open_id), text)).content().to_owned()
    }

    /// A request: what is said back, and its ticket.
    pub fn ask(&self, open_id: &str, text: &str) -> (String, TicketRow) {
        let reply = self.say(open_id, text);
        let number = number_in(&reply).unwrap_or_else(|| panic!("no number in {reply}"));
        (reply, self.ticket(number))
    }

    pub fn ticket(&self, number: TicketNumber) -> TicketRow {
        let found = self.app.store.read(|db| jiban::store::ticket::by_number(db, self.app.community, number));
        found.unwrap().expect("a ticket of this number")
    }

    /// Rows of tickets, messages, claims and identities.
    pub fn rows(&self) -> [i64; 4] {
        ["ticket", "message", "inbound_claim", "identity"].map(|table| self.app.count(table))
    }

    pub fn tickets(&self) -> i64 {
        self.app.count("ticket")
    }

    pub fn committee(&self) -> Staff {
        self.app.staff("committee1")
    }

    pub fn agent(&self) -> Staff {
        self.app.staff("agent1")
    }
}

/// The first ticket number of a text.
pub fn number_in(text: &str) -> Option<TicketNumber> {
    let other = |c: char| !(c.is_ascii_digit() || c == '-');
    text.split(other).find_map(|part| part.parse().ok())
}
