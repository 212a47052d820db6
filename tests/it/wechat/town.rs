//! A small community behind the real HTTP server, once for each database: two gardens with a building 3 each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::app::{self, AppParts};
use jiban::clock::{Chance, Clock};
use jiban::domain::actor::{Seat, Staff, Who};
use jiban::domain::ids::{CommunityId, PlaceId, TicketNumber, UserId};
use jiban::domain::words::{Language, PlaceKind, Platform, Queue, Role};
use jiban::engine::Engine;
use jiban::engine::setup::{self, NewPlace, NewSeat, WechatSettings};
use jiban::http::Edge;
use jiban::live::Hub;
use jiban::store::ticket::TicketRow;
use jiban::store::types::Time;
use jiban::store::user::UserRow;
use jiban::store::{DatabaseUrl, Keys, Store, StoreSettings, migrate, schema};

use crate::support::wechat::{FakeWechat, Message, Push, Reply, Sent};

/// The community under test.
pub struct Town {
    pub engine: Engine,
    pub store: Store,
    pub clock: Clock,
    pub wechat: FakeWechat,
    pub community: CommunityId,
    /// 恒泰园 3 号楼 and 竹影园 3 号楼, with their stewards.
    pub buildings: [(PlaceId, UserId); 2],
    pub flat: PlaceId,
    address: String,
    messages: AtomicU64,
    _dir: tempfile::TempDir,
}

/// An answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    pub status: u16,
    pub body: String,
    pub retry_after: Option<String>,
}

/// One town on each database the suite is to run on.
pub fn towns() -> Vec<Town> {
    let mut towns = vec![Town::over(None)];
    if let Some(url) = postgres() {
        towns.push(Town::over(Some(url)));
    }
    towns
}

/// A fresh schema on the server the suite was given; none only when SQLite alone is wanted.
#[allow(clippy::disallowed_methods)] // The suite's own switch, not a setting of the product.
fn postgres() -> Option<DatabaseUrl> {
    let Ok(base) = std::env::var("JIBAN_TEST_POSTGRES_URL") else {
        let only = std::env::var("JIBAN_TEST_SQLITE_ONLY").is_ok();
        assert!(only, "set JIBAN_TEST_POSTGRES_URL to a server the tests may use, or JIBAN_TEST_SQLITE_ONLY=1");
        return None;
    };
    let schema = format!("t_{}", Chance::System.id::<uuid::Uuid>(DateTime::UNIX_EPOCH).simple());
    let mut c = PgConnection::establish(&base).unwrap();
    c.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let mark = if base.contains('?') { '&' } else { '?' };
    Some(DatabaseUrl::parse(&format!("{base}{mark}options=-csearch_path%3D{schema}")).unwrap())
}

impl Town {
    fn over(url: Option<DatabaseUrl>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = format!("sqlite://{}", dir.path().join("t.db").display());
        let url = url.unwrap_or_else(|| DatabaseUrl::parse(&file).unwrap());
        let settings = StoreSettings { connections: 4, patience: Duration::from_secs(20), ..StoreSettings::new(url) };
        let store = Store::open(&settings).unwrap();
        migrate::run(&store).unwrap();
        // A Monday morning, within office hours.
        let clock = Clock::set_at(chrono_tz::Asia::Shanghai.with_ymd_and_hms(2026, 3, 2, 10, 0, 0).unwrap().to_utc());
        let keys = Keys::fresh(Chance::System.bytes());
        let engine = Engine::new(store.clone(), keys, clock.clone(), Chance::System);
        let community = setup::create_community(&engine, "songfeng", "松风社区", "Asia/Shanghai").unwrap();
        let wechat = FakeWechat::new("/channels/wechat/songfeng");
        let place = |parent, kind, code: &str| {
            setup::add_place(&engine, community, &NewPlace::new(parent, kind, code)).unwrap()
        };
        let built = ["恒泰园", "竹影园"].map(|garden| {
            let garden_id = place(None, PlaceKind::Garden, garden);
            let building = place(Some(garden_id), PlaceKind::Building, "3");
            let unit = place(Some(building), PlaceKind::Unit, "2");
            let flat = place(Some(unit), PlaceKind::Flat, "501");
            let steward = user(&store, clock.now());
            let seat = NewSeat { building: Some(building), ..NewSeat::new(steward, Platform::Property, Role::Steward) };
            setup::add_seat(&engine, community, &seat).unwrap();
            ((building, steward), flat)
        });
        let address = serve(&engine);
        let town = Self {
            engine,
            store,
            clock,
            wechat,
            community,
            buildings: built.map(|(building, _)| building),
            flat: built[0].1,
            address,
            messages: AtomicU64::new(1),
            _dir: dir,
        };
        town.set("aes", Some(&town.wechat.aes_key));
        town
    }

    /// Sets the account's mode and key.
    pub fn set(&self, mode: &str, aes_key: Option<&str>) {
        let settings = WechatSettings {
            mode: mode.into(),
            app_id: self.wechat.app_id.clone(),
            original_id: Some(self.wechat.original_id.clone()),
            token: self.wechat.token.clone(),
            aes_key: aes_key.map(str::to_owned),
        };
        setup::set_wechat(&self.engine, self.community, &settings).unwrap();
    }

    pub fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }

    pub fn later(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    /// A follower's next message, with a number of its own.
    pub fn sent<'a>(&self, open_id: &'a str) -> Sent<'a> {
        Sent { open_id, msg_id: self.messages.fetch_add(1, Ordering::Relaxed), created_at: self.now() }
    }

    pub fn post(&self, push: &Push) -> Raw {
        self.request("POST", &push.path_and_query, Some(&push.body))
    }

    pub fn get(&self, path_and_query: &str) -> Raw {
        self.request("GET", path_and_query, None)
    }

    fn request(&self, method: &str, path_and_query: &str, body: Option<&str>) -> Raw {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::new_with_config(config);
        let url = format!("{}{path_and_query}", self.address);
        let answer = match method {
            "GET" => agent.get(&url).call(),
            _ => agent.post(&url).header("Content-Type", "text/xml").send(body.unwrap_or_default()),
        };
        let mut answer = answer.unwrap();
        let header = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let body = answer.body_mut().read_to_string().unwrap();
        Raw { status: answer.status().as_u16(), body, retry_after: header }
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

    /// A request, its number and its ticket.
    pub fn ask(&self, open_id: &str, text: &str) -> (String, TicketRow) {
        let reply = self.say(open_id, text);
        let number = number_in(&reply).unwrap_or_else(|| panic!("no number in {reply}"));
        (reply, self.ticket(number))
    }

    pub fn ticket(&self, number: TicketNumber) -> TicketRow {
        let found = self.store.read(|db| jiban::store::ticket::by_number(db, self.community, number));
        found.unwrap().expect("a ticket of this number")
    }

    /// Rows of tickets, messages, claims and identities.
    pub fn rows(&self) -> [i64; 4] {
        self.store
            .read(|db| {
                Ok::<_, jiban::store::StoreError>([
                    schema::ticket::table.count().get_result(db)?,
                    schema::message::table.count().get_result(db)?,
                    schema::inbound_claim::table.count().get_result(db)?,
                    schema::identity::table.count().get_result(db)?,
                ])
            })
            .unwrap()
    }

    pub fn tickets(&self) -> i64 {
        self.rows()[0]
    }

    /// Someone with one seat.
    pub fn staff(&self, platform: Platform, role: Role, queue: Option<Queue>) -> Staff {
        let user = user(&self.store, self.clock.now());
        let seat = Seat {
            membership: Chance::System.id(self.clock.now()),
            platform,
            role,
            queue,
            building: None,
            contractor: None,
            is_head: false,
        };
        Staff { who: Who::User(user), community: self.community, seats: vec![seat] }
    }

    pub fn committee(&self) -> Staff {
        self.staff(Platform::Committee, Role::CommitteeStaff, Some(Queue::Committee))
    }

    pub fn agent(&self) -> Staff {
        self.staff(Platform::Property, Role::Agent, None)
    }
}

/// The first ticket number of a text.
pub fn number_in(text: &str) -> Option<TicketNumber> {
    let word = |c: char| !(c.is_ascii_digit() || c == '-');
    text.split(word).find_map(|part| part.parse().ok())
}

fn user(store: &Store, now: DateTime<Utc>) -> UserId {
    let id: UserId = Chance::System.id(now);
    let row = UserRow {
        id,
        login: id.to_string(),
        display_name: "同事".into(),
        password_hash: "none".into(),
        must_change_password: false,
        language: Language::Zh,
        disabled_at: None,
        created_at: Time(now),
    };
    store.write(|db| jiban::store::user::insert(db, &row)).unwrap();
    id
}

/// Serves on a free port until the process ends.
fn serve(engine: &Engine) -> String {
    let edge =
        Edge { public_url: None, insecure: true, insecure_banner: false, is_demo: false, trusted_proxies: Vec::new() };
    let (engine, (tell, told)) = (engine.clone(), std::sync::mpsc::channel());
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let hub = Hub::new();
            let parts = AppParts { engine, hub, edge, workers: 2, feed_every: Duration::from_secs(60) };
            let running = app::serve(&parts, ([127, 0, 0, 1], 0).into()).unwrap();
            tell.send(running.addr).unwrap();
            running.server.await.unwrap();
        });
    });
    format!("http://{}", told.recv().unwrap())
}
