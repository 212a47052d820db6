//! The application under test: the real server on a port of its own, over a database of its own, with a clock set by hand.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::app::{self, AppParts};
use jiban::clock::{Chance, Clock};
use jiban::domain::actor::Staff;
use jiban::domain::ids::CommunityId;
use jiban::domain::routing::{Catalogue, understand};
use jiban::domain::words::{Platform, Queue, Role};
use jiban::engine::Engine;
use jiban::engine::setup::{self, NewToken};
use jiban::engine::sign_in::{self, Session};
use jiban::http::{Allowance, Edge};
use jiban::live::Hub;
use jiban::store::{DatabaseUrl, Keys, Store, StoreError, StoreSettings, db::Db, installation, migrate};

use super::hotline::FakePbx;
use super::people::{Person, Program};
use super::town;
use super::wechat::{FakeWechat, Push, Reply, Sent};

/// Every story begins on a working day: Monday 2026-03-16, 10:00 in Beijing.
pub const MORNING: &str = "2026-03-16T02:00:00Z";

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server at this URL.
    Postgres(String),
}

/// The test server; `None` only when the runner says that SQLite alone is wanted.
#[allow(clippy::disallowed_methods)] // the suite's own switch, not a setting of the product
pub fn postgres() -> Option<Backend> {
    match std::env::var("JIBAN_TEST_POSTGRES_URL") {
        Ok(url) => Some(Backend::Postgres(url)),
        Err(_) => {
            let only = std::env::var("JIBAN_TEST_SQLITE_ONLY").is_ok();
            assert!(only, "set JIBAN_TEST_POSTGRES_URL to a server the tests may use, or JIBAN_TEST_SQLITE_ONLY=1");
            None
        }
    }
}

/// The keys everything in the tests is sealed with.
fn keys() -> Keys {
    Keys::fresh([7; 64])
}

fn morning() -> DateTime<Utc> {
    MORNING.parse().unwrap()
}

/// A database with the town in it, made once a process and copied for every story.
fn template(backend: &Backend) -> &'static str {
    static SQLITE: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    static POSTGRES: OnceLock<String> = OnceLock::new();
    match backend {
        Backend::Sqlite => {
            let made = SQLITE.get_or_init(|| {
                let dir = tempfile::tempdir().unwrap();
                let file = dir.path().join("template.sqlite3").display().to_string();
                fill(&format!("sqlite://{file}"));
                (dir, file)
            });
            &made.1
        }
        Backend::Postgres(server) => POSTGRES.get_or_init(|| {
            let name = format!("template_{}", std::process::id());
            // A process with the same number may have left one behind.
            run_on(server, &format!("DROP DATABASE IF EXISTS {name}"));
            run_on(server, &format!("CREATE DATABASE {name}"));
            fill(&named(server, &name));
            name
        }),
    }
}

fn fill(url: &str) {
    let store = Store::open(&StoreSettings::new(DatabaseUrl::parse(url).unwrap())).unwrap();
    migrate::run(&store).unwrap();
    store.write(|db| installation::create(db, false, morning())).unwrap();
    store.write(|db| installation::tie(db, &keys())).unwrap();
    town::build(&Engine::new(store, keys(), Clock::set_at(morning()), Chance::System));
}

fn run_on(server: &str, statement: &str) {
    PgConnection::establish(server).unwrap().batch_execute(statement).unwrap();
}

/// The URL of another database on the same server.
pub fn named(server: &str, database: &str) -> String {
    let (path, query) = server.split_once('?').map_or((server, ""), |(path, query)| (path, query));
    let at = path.rfind('/').unwrap();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/{database}{mark}{query}", &path[..at])
}

/// What goes when the story ends.
pub(super) enum Own {
    Folder(#[allow(dead_code)] tempfile::TempDir),
    Database { server: String, name: String },
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            run_on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The application under test.
pub struct TestApp {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The engine behind it, for setting a scene that no door can set.
    pub engine: Engine,
    /// The database behind it, for counting rows.
    pub store: Store,
    /// The community of the stories.
    pub community: CommunityId,
    known: Mutex<HashMap<String, Staff>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    own: Option<Own>,
}

impl TestApp {
    /// Starts it on a copy of the template.
    pub fn start(backend: Backend) -> Self {
        Self::allowing(backend, Allowance::default())
    }

    /// The same with so much allowed to one sender.
    pub fn allowing(backend: Backend, allowance: Allowance) -> Self {
        // As `jiban serve` does before it listens: in a build for tests it takes a second, and a visitor would be put off.
        understand(Catalogue::shipped(), "水管爆了");
        let (url, own) = copy(&backend);
        let store = Store::open(&StoreSettings::new(DatabaseUrl::parse(&url).unwrap())).unwrap();
        let engine = Engine::new(store.clone(), keys(), Clock::set_at(morning()), Chance::System);
        let community = setup::community(&engine, town::SLUG).unwrap();
        let parts = AppParts {
            engine: engine.clone(),
            hub: Hub::new(),
            edge: Edge {
                public_url: None,
                insecure: true,
                insecure_banner: false,
                is_demo: false,
                demo_sign_ins: Vec::new(),
                trusted_proxies: Vec::new(),
                metrics_token: None,
                allowance,
            },
            workers: 1,
            pages_at_a_time: matches!(store.url(), DatabaseUrl::Postgres(_)).then_some(2),
            feed_every: Duration::from_millis(20),
            // A story runs them itself, by its own clock.
            jobs: None,
        };
        let (stop, asked) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || serve(&parts, tell, asked));
        let addr = told.recv().expect("the server does not start");
        let known = Mutex::default();
        Self { addr, engine, store, community, known, stop: Some(stop), thread: Some(thread), own: Some(own) }
    }

    /// Now, by the application's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.engine.now()
    }

    /// Moves the application's clock.
    pub fn advance(&self, by: TimeDelta) {
        self.engine.clock().advance(by);
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> Person {
        Person::new(self.addr)
    }

    /// Someone of the staff, signed in through the sign-in page.
    pub fn person(&self, login: &str) -> Person {
        let person = Person::new(self.addr);
        let page = person.sign_in(login, town::PASSWORD);
        assert_eq!(page.status, 303, "{login} is not let in: {}", page.body);
        person
    }

    /// Someone of the staff as the engine sees them. Signed in once, for hashing a password takes its time on purpose.
    pub fn staff(&self, login: &str) -> Staff {
        let mut known = self.known.lock().unwrap();
        known.entry(login.to_owned()).or_insert_with(|| self.session(login).staff.unwrap()).clone()
    }

    /// Someone of the staff, signed in anew: with what rings now.
    pub fn session(&self, login: &str) -> Session {
        let visitor = sign_in::Visitor { address: "test".into(), user_agent: "test".into(), device: None };
        let token = sign_in::sign_in(&self.engine, login, town::PASSWORD, &visitor).unwrap();
        sign_in::session(&self.engine, &token).unwrap().unwrap()
    }

    /// A program with a token of this role.
    pub fn program(&self, platform: Platform, role: Role, queue: Option<Queue>) -> Program {
        self.program_of(self.community, platform, role, queue)
    }

    /// A program of another community.
    pub fn foreign_program(&self) -> Program {
        let community = setup::community(&self.engine, "linshe").unwrap();
        self.program_of(community, Platform::Property, Role::Manager, None)
    }

    fn program_of(&self, community: CommunityId, platform: Platform, role: Role, queue: Option<Queue>) -> Program {
        let new = NewToken { name: format!("{role} 程序"), platform, role, queue };
        Program::new(self.addr, &setup::create_token(&self.engine, community, &new).unwrap())
    }

    /// The community's switchboard.
    pub fn pbx(&self) -> FakePbx {
        FakePbx::new(self.addr, town::SLUG, town::HOTLINE_SECRET)
    }

    /// The committee's account as WeChat holds it.
    pub fn wechat(&self) -> FakeWechat {
        town::wechat()
    }

    /// Sends a push; status and body.
    pub fn push(&self, push: &Push) -> (u16, String) {
        let page = self.visitor().post_raw(&push.path_and_query, "text/xml", push.body.as_bytes());
        (page.status, page.body)
    }

    /// A follower writes; what is shown to them, empty for nothing.
    pub fn say(&self, fake: &FakeWechat, open_id: &str, msg_id: u64, text: &str) -> String {
        let at = self.now().timestamp();
        let message = fake.text(Sent { open_id, msg_id, created_at: at }, text);
        let (status, body) = self.push(&fake.aes(at, &message));
        assert_eq!(status, 200, "{text}: {body}");
        match fake.read_reply(&body) {
            Reply::Success => String::new(),
            reply => reply.content().to_owned(),
        }
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        count(&self.store, table)
    }

    /// Runs every sweep until nothing more is due.
    pub fn sweep(&self) {
        use jiban::engine::sweep::{clocks, deferred_reviews, hold_reviews, offers};
        for sweep in [clocks, hold_reviews, offers, deferred_reviews] {
            while sweep(&self.engine).unwrap().more {}
        }
    }

    /// Changes rows by hand, for what no door can set yet.
    pub fn execute(&self, statement: &str) {
        execute(&self.store, statement);
    }

    /// Proves the invariants over the whole database.
    pub fn check(&self) {
        check(&self.store);
    }
}

/// How many rows a table has.
pub(super) fn count(store: &Store, table: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = format!("SELECT count(*) AS n FROM {table}");
    let read = |db: &mut Db| -> Result<Count, jiban::store::StoreError> {
        Ok(match db {
            Db::Pg(c) => diesel::sql_query(query).get_result(c)?,
            Db::Sqlite(c) => diesel::sql_query(query).get_result(c)?,
        })
    };
    store.read(read).unwrap().n
}

/// What a query that gives one text a row, called `line`, gives.
pub(super) fn lines(store: &Store, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let read = |db: &mut Db| match db {
        Db::Pg(c) => Ok::<Vec<Line>, StoreError>(diesel::sql_query(query).load(c)?),
        Db::Sqlite(c) => Ok(diesel::sql_query(query).load(c)?),
    };
    store.read(read).unwrap().into_iter().map(|line| line.line).collect()
}

/// Changes rows by hand, for what no door can set yet.
pub(super) fn execute(store: &Store, statement: &str) {
    let done = store.write(|db: &mut Db| match db {
        Db::Pg(c) => Ok::<usize, StoreError>(diesel::sql_query(statement).execute(c)?),
        Db::Sqlite(c) => Ok(diesel::sql_query(statement).execute(c)?),
    });
    assert!(done.unwrap() > 0, "{statement} hit no row");
}

/// Proves the invariants over the whole database.
pub(super) fn check(store: &Store) {
    assert_eq!(store.read(jiban::store::check::all).unwrap(), []);
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // A story that ends well leaves a sound database behind.
        if !std::thread::panicking() {
            self.check();
        }
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        drop(self.own.take());
    }
}

/// A copy of the town's database: its URL, and what goes with it.
pub(super) fn copy(backend: &Backend) -> (String, Own) {
    let made = template(backend);
    match backend {
        Backend::Sqlite => {
            let dir = tempfile::tempdir().unwrap();
            let file: PathBuf = dir.path().join("story.sqlite3");
            std::fs::copy(made, &file).unwrap();
            (format!("sqlite://{}", file.display()), Own::Folder(dir))
        }
        Backend::Postgres(server) => {
            let name = format!("story_{}", Chance::System.id::<uuid::Uuid>(morning()).simple());
            run_on(server, &format!("CREATE DATABASE {name} TEMPLATE {made}"));
            (named(server, &name), Own::Database { server: server.clone(), name })
        }
    }
}

/// An empty place: the URL of a database that is not there yet, or has nothing in it, and what goes with it.
pub(super) fn blank(backend: &Backend) -> (String, Own) {
    match backend {
        Backend::Sqlite => {
            let dir = tempfile::tempdir().unwrap();
            (format!("sqlite://{}", dir.path().join("blank.sqlite3").display()), Own::Folder(dir))
        }
        Backend::Postgres(server) => {
            let name = format!("blank_{}", Chance::System.id::<uuid::Uuid>(morning()).simple());
            run_on(server, &format!("CREATE DATABASE {name}"));
            (named(server, &name), Own::Database { server: server.clone(), name })
        }
    }
}

fn serve(parts: &AppParts, tell: std::sync::mpsc::Sender<SocketAddr>, asked: tokio::sync::oneshot::Receiver<()>) {
    actix_web::rt::System::new().block_on(async {
        let running = app::serve(parts, ([127, 0, 0, 1], 0).into()).unwrap();
        tell.send(running.addr).unwrap();
        let stopper = running.stopper.clone();
        actix_web::rt::spawn(async move {
            let _ = asked.await;
            stopper.break_off().await;
        });
        running.server.await.unwrap();
    });
}
