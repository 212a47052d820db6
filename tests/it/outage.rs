//! The database goes away and comes back; many open requests at once; the server is asked to stop.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::clock::Chance;
use jiban::domain::words::{Platform, Role};
use jiban::engine::Engine;
use jiban::engine::intake::{self, Draft};
use jiban::store::{DatabaseUrl, Keys, Store, StoreSettings};
use serde_json::json;

use crate::support::app::{named, postgres};
use crate::support::{TestApp, on_both};

/// Takes the database of the application away while it lives.
enum Away {
    /// Another process holds the write lock.
    Locked(SqliteConnection),
    /// The server lets nobody in and has thrown everybody out.
    Closed { server: String, name: String },
}

fn postgres_of(app: &TestApp) -> (String, String) {
    let DatabaseUrl::Postgres(url) = app.store.url().clone() else { panic!("not on PostgreSQL") };
    let path = url.split('?').next().unwrap();
    let name = path.rsplit('/').next().unwrap().to_owned();
    (named(&url, "postgres"), name)
}

fn on(server: &str, statement: &str) {
    PgConnection::establish(server).unwrap().batch_execute(statement).unwrap();
}

fn throw_out(server: &str, name: &str) {
    on(server, &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
}

impl Away {
    fn take(app: &TestApp) -> Self {
        match app.store.url() {
            DatabaseUrl::Sqlite(file) => {
                let mut holder = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                holder.batch_execute("PRAGMA busy_timeout=5000; BEGIN IMMEDIATE").unwrap();
                Self::Locked(holder)
            }
            DatabaseUrl::Postgres(_) => {
                let (server, name) = postgres_of(app);
                on(&server, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"));
                throw_out(&server, &name);
                Self::Closed { server, name }
            }
        }
    }

    fn give_back(self) {
        match self {
            Self::Locked(mut holder) => holder.batch_execute("ROLLBACK").unwrap(),
            Self::Closed { server, name } => on(&server, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")),
        }
    }
}

on_both! {
    /// Every door says 503 with Retry-After, nothing is half-written, and all goes on by itself afterwards.
    fn away_and_back(app: &TestApp) {
        let agent = app.program(Platform::Property, Role::Agent, None);
        let fake = app.wechat();
        let push = {
            let at = app.now().timestamp();
            let sent = crate::support::wechat::Sent { open_id: "o-lin", msg_id: 7, created_at: at };
            fake.aes(at, &fake.text(sent, "恒泰园3号楼2单元501水管漏水"))
        };
        let body = json!({ "words": "恒泰园3号楼的路灯不亮" });

        let away = Away::take(app);
        let refused = agent.post("/api/v1/tickets", &body);
        refused.is(503);
        assert_eq!(refused.header("retry-after"), "2");
        let refused = app.visitor().post_raw(&push.path_and_query, "text/xml", push.body.as_bytes());
        refused.is(503);
        assert_eq!(refused.header("retry-after"), "2");
        app.visitor().get("/healthz").is(200);
        away.give_back();

        assert_eq!(app.count("ticket") + app.count("message") + app.count("inbound_claim"), 0);
        agent.post("/api/v1/tickets", &body).is(201);
        let (status, reply) = app.push(&push);
        assert_eq!((status, app.count("ticket")), (200, 2), "{reply}");
        app.visitor().get("/readyz").is(200);
    }

    /// What an agent typed meanwhile stands on the page that says so, and is sent from there afterwards, once.
    fn words_outlive_an_outage(app: &TestApp) {
        let agent = app.person("agent1");
        let page = agent.get("/agent");
        let fields = [("words", "楼道的灯不亮了"), ("then", "send"), ("once", &page.field("once").unwrap())];
        let away = Away::take(app);
        let refused = agent.submit_from(&page, "/agent/requests", &fields);
        away.give_back();
        refused.is(503).says("楼道的灯不亮了").says("还不知道").says("再提交").says("href=\"/agent\"");
        assert_eq!(app.count("ticket"), 0);
        let saved = agent.send_again(&refused);
        saved.is(303);
        assert_eq!(agent.send_again(&refused).location, saved.location, "sent twice is one ticket");
        assert_eq!(app.count("ticket"), 1);
    }

    /// 32 at once, over two engines as two processes would: no number is given twice.
    fn numbers_are_never_doubled(app: &TestApp) {
        let staff = app.staff("agent1");
        let url = match app.store.url() {
            DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let patient = StoreSettings {
            patience: Duration::from_secs(30),
            ..StoreSettings::new(DatabaseUrl::parse(&url).unwrap())
        };
        let engines: Vec<Engine> = (0..2)
            .map(|_| {
                let store = Store::open(&patient).unwrap();
                Engine::new(store, Keys::fresh([7; 64]), app.engine.clock().clone(), Chance::System)
            })
            .collect();
        let opened: Vec<String> = std::thread::scope(|scope| {
            let one = |engine: Engine| {
                let staff = &staff;
                move || {
                    let draft = Draft { words: "楼道灯不亮".into(), place: Some("恒泰园3号楼".into()), ..Draft::default() };
                    let number = || intake::open(&engine, staff, &draft, None).unwrap().receipt.number.to_string();
                    [number(), number(), number()]
                }
            };
            let all: Vec<_> = (0..32).map(|n| scope.spawn(one(engines[n % 2].clone()))).collect();
            all.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let different: BTreeSet<&String> = opened.iter().collect();
        assert_eq!((opened.len(), different.len()), (96, 96), "{opened:?}");
        assert_eq!(app.count("ticket"), 96);
    }
}

/// A restart of PostgreSQL costs nobody a request.
#[test]
fn connections_that_died_are_replaced() {
    let Some(backend) = postgres() else { return };
    let app = TestApp::start(backend);
    let agent = app.program(Platform::Property, Role::Agent, None);
    agent.get("/api/v1/tickets").is(200);
    let (server, name) = postgres_of(&app);
    for _ in 0..3 {
        throw_out(&server, &name);
        agent.post("/api/v1/tickets", &json!({ "words": "恒泰园3号楼的门禁坏了" })).is(201);
    }
    assert_eq!(app.count("ticket"), 3);
}

/// Where the log goes there is no space left: everybody is served, and the server ends when it is asked to.
#[test]
#[cfg(target_os = "linux")]
fn a_log_that_cannot_be_written_stops_nobody() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let bind = format!("127.0.0.1:{port}");
    let bench = crate::support::binary::Bench::with(&[("JIBAN_BIND", &bind), ("JIBAN_LOG", "debug")]);
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    bench.run(&["user", "create", "--login", "admin", "--name", "甲"]).is(0);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = bench.command(&["serve"]).stderr(full).spawn().unwrap();
    let person = crate::support::Person::new(bind.parse().unwrap());
    while std::net::TcpStream::connect(&bind).is_err() {
        assert!(child.try_wait().unwrap().is_none(), "ended instead of serving");
        std::thread::yield_now();
    }
    person.get("/healthz").is(200);
    person.get("/login").is(200);
    person.get("/no/such/page").is(404);
    person.post_raw("/channels/wechat/xishan?signature=x", "text/xml", b"<xml/>").is(404);
    let asked = std::process::Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap();
    assert!(asked.success() && child.wait().unwrap().success());
}

/// An open live stream does not hold up a shutdown.
#[test]
fn a_listener_is_let_go_when_the_server_stops() {
    use std::io::Read;
    let bench = crate::support::binary::Bench::new();
    bench.run(&["community", "create", "--slug", "xishan", "--name", "西山社区"]).is(0);
    let user = ["user", "create", "--login", "kefu1", "--name", "甲", "--community", "xishan", "--role", "agent"];
    let password = "sunny-but-windy-today";
    bench.feed(&[&user[..], &["--password-file", "-"]].concat(), password).is(0);
    let server = bench.serve();
    let person = crate::support::Person::new(server.addr);
    person.sign_in("kefu1", password).is(303);
    let mut stream = person.listen("/live");
    let mut first = [0; 7];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b": here\n");
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
}
