//! The town served by real processes: the binary, killed and started again, one or several over one database. Time is the
//! machine's own here.

// Each story uses its part of it.
#![allow(dead_code)]

use std::net::SocketAddr;

use jiban::clock::{Chance, Clock};
use jiban::engine::Engine;
use jiban::engine::setup;
use jiban::fail_point::FailPoint;
use jiban::store::{DatabaseUrl, Keys, Store, StoreSettings};

use super::app::{self, Backend, Own};
use super::binary::{Bench, Server};
use super::hotline::FakePbx;
use super::smtp::Catcher;
use super::town;
use super::wechat::{FakeWechat, Sent};

/// The town's database with a mail server beside it, and the means to serve it.
pub struct Served {
    /// An engine beside the processes, for setting a scene that no door can set.
    pub engine: Engine,
    /// The mail server every process sends through.
    pub catcher: Catcher,
    /// The account as WeChat holds it.
    pub wechat: FakeWechat,
    /// The folder the verbs run in, with the key file in `data`.
    pub bench: Bench,
    backend: Backend,
    store: Store,
    _own: Own,
}

/// A place to restore into.
pub struct Elsewhere {
    /// Its database.
    pub url: String,
    backend: Backend,
    own: Own,
}

impl Elsewhere {
    /// An empty one.
    pub fn new(backend: &Backend) -> Self {
        let (url, own) = app::blank(backend);
        Self { url, backend: backend.clone(), own }
    }
}

impl Served {
    /// Over a copy of the town; nothing is served yet.
    pub fn start(backend: Backend) -> Self {
        let (url, own) = app::copy(&backend);
        Self::over(Elsewhere { url, backend, own })
    }

    /// Over what was restored there.
    pub fn over(Elsewhere { url, backend, own }: Elsewhere) -> Self {
        let store = Store::open(&StoreSettings::new(DatabaseUrl::parse(&url).unwrap())).unwrap();
        let catcher = Catcher::start();
        let mail = format!("smtp://127.0.0.1:{}?tls=none", catcher.port());
        let env =
            [("JIBAN_DATABASE_URL", url.as_str()), ("JIBAN_SMTP_URL", &mail), ("JIBAN_MAIL_FROM", "j@jiban.example")];
        let bench = Bench::with(&env);
        std::fs::create_dir(bench.path("data")).unwrap();
        let keys = Keys::load_or_create(&bench.path("data/secret.key"), true, || [7; 64]).unwrap();
        let engine = Engine::new(store.clone(), keys, Clock::System, Chance::System);
        Self { engine, catcher, wechat: town::wechat(), bench, backend, store, _own: own }
    }

    /// An empty place of the same kind.
    pub fn elsewhere(&self) -> Elsewhere {
        Elsewhere::new(&self.backend)
    }

    /// What a query that gives one text a row, called `line`, gives.
    pub fn lines(&self, query: &str) -> Vec<String> {
        app::lines(&self.store, query)
    }

    /// A process that serves.
    pub fn serve(&self) -> Server {
        self.bench.serve()
    }

    /// A process that serves until it comes to this moment, and stands still there.
    pub fn serve_until(&self, point: FailPoint) -> Server {
        self.bench.serve_until(point)
    }

    /// Pushes a text as WeChat does, from the follower `o-N` and as message N; status and what is shown to the follower, or
    /// nothing when the line went dead.
    pub fn push(&self, addr: SocketAddr, n: usize, text: &str) -> Option<(u16, String)> {
        let at = self.engine.now().timestamp();
        // A repeat has the sender, the number and the time of the first push.
        let sent = Sent { open_id: &format!("o-{n}"), msg_id: n as u64, created_at: 1_790_000_000 };
        let push = self.wechat.aes(at, &self.wechat.text(sent, text));
        let url = format!("http://{addr}{}", push.path_and_query);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(url).header("content-type", "text/xml").send(push.body.as_bytes()).ok()?;
        let body = answer.body_mut().read_to_string().ok()?;
        let status = answer.status().as_u16();
        Some((status, if status == 200 { self.wechat.read_reply(&body).content().to_owned() } else { body }))
    }

    /// Pushes a text that is taken; what the follower sees.
    #[track_caller]
    pub fn told(&self, addr: SocketAddr, n: usize, text: &str) -> String {
        let (status, reply) = self.push(addr, n, text).expect("an answer");
        assert_eq!(status, 200, "{reply}");
        reply
    }

    /// The switchboard, connected to one process.
    pub fn pbx(&self, addr: SocketAddr) -> FakePbx {
        FakePbx::new(addr, town::SLUG, town::HOTLINE_SECRET)
    }

    /// Gives these people an address each: their login at example.com.
    pub fn mailed(&self, logins: &[&str]) {
        for login in logins {
            let user = setup::user(&self.engine, login).unwrap();
            setup::set_email(&self.engine, user, Some(&format!("{login}@example.com"))).unwrap();
        }
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        app::count(&self.store, table)
    }

    /// Changes rows by hand.
    pub fn execute(&self, statement: &str) {
        app::execute(&self.store, statement);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A story that ends well leaves a sound database behind.
        if !std::thread::panicking() {
            app::check(&self.store);
        }
    }
}
