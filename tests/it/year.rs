//! A year of a real estate, made small: the same every time, sound, and as busy as one expects.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiban::store::db::Db;
use jiban::store::{DatabaseUrl, Store, StoreError, StoreSettings, check};
use serde_json::json;

use crate::support::app::{Backend, named, postgres};
use crate::support::binary::Bench;
use crate::support::people::Program;

const UNTIL: &str = "2026-11-24T02:10:00Z";
const REQUESTS: i64 = 2400;

/// Builds one by the binary into a fresh database.
fn built(backend: &Backend, bench: &Bench, name: &str) -> Store {
    let (url, drop) = match backend {
        Backend::Sqlite => (format!("sqlite://{}", bench.path(&format!("{name}.sqlite3")).display()), None),
        Backend::Postgres(server) => {
            let name = format!("year_{}_{name}", std::process::id());
            let mut c = PgConnection::establish(server).unwrap();
            c.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE); ")).unwrap();
            c.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
            (named(server, &name), Some(name))
        }
    };
    let requests = REQUESTS.to_string();
    let words = [
        "demo",
        "--year",
        "--requests",
        &requests,
        "--households",
        "960",
        "--until",
        UNTIL,
        "--database",
        &url,
        "--build-only",
    ];
    let key: PathBuf = bench.path("key");
    if !key.exists() {
        bench.run(&["key", "create"]).is(0);
    }
    if drop.is_some() {
        let mut migrate = bench.command(&["migrate"]);
        assert!(migrate.env("JIBAN_DATABASE_URL", &url).status().unwrap().success());
    }
    bench.run(&words).is(0).tells("done the same day");
    Store::open(&StoreSettings::new(DatabaseUrl::parse(&url).unwrap())).unwrap()
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn count(store: &Store, what: &str) -> i64 {
    let sql = format!("SELECT count(*) AS n FROM {what}");
    let counted: Number = store
        .read(|db| -> Result<_, StoreError> {
            Ok(match db {
                Db::Pg(c) => diesel::sql_query(&sql).get_result(c)?,
                Db::Sqlite(c) => diesel::sql_query(&sql).get_result(c)?,
            })
        })
        .unwrap();
    counted.n
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// Every ticket with its words and the sealed numbers' hashes, every line of history.
fn all(store: &Store) -> Vec<String> {
    let tickets = "SELECT t.number || t.status || coalesce(t.queue, '-') || coalesce(t.category, '-') || x.body AS line \
                   FROM ticket t JOIN text_row x ON x.community_id = t.community_id AND x.id = t.words_id ORDER BY t.number";
    let events = "SELECT t.number || e.kind || e.version AS line FROM event e JOIN ticket t \
                  ON t.community_id = e.community_id AND t.id = e.ticket_id ORDER BY e.seq";
    let read = |sql: &str| -> Vec<Line> {
        store
            .read(|db| -> Result<_, StoreError> {
                Ok(match db {
                    Db::Pg(c) => diesel::sql_query(sql).load(c)?,
                    Db::Sqlite(c) => diesel::sql_query(sql).load(c)?,
                })
            })
            .unwrap()
    };
    read(tickets).into_iter().chain(read(events)).map(|line| line.line).collect()
}

fn a_year(backend: &Backend) {
    let bench = Bench::with(&[("JIBAN_SECRET_FILE", "key")]);
    let store = built(backend, &bench, "one");
    assert_eq!(store.read(check::all).unwrap(), [], "every invariant holds");
    let until: DateTime<Utc> = UNTIL.parse().unwrap();
    let same_day = count(
        &store,
        "ticket WHERE status = 'done' AND reopened_count = 0 AND outcome IN ('resolved', 'explained') AND number LIKE \
         '20%'",
    );
    assert!(same_day * 100 > REQUESTS * 90, "{same_day}");
    assert_eq!(count(&store, "ticket"), REQUESTS);
    let open = count(&store, "ticket WHERE status <> 'done'");
    assert!((4..=90).contains(&open), "{open} are open");
    for (least, what) in [
        (REQUESTS * 6 / 10, "call_ticket"),
        (REQUESTS * 6 / 10, "call WHERE answered_at IS NOT NULL"),
        (20, "call WHERE result = 'missed'"),
        (REQUESTS / 12, "ticket WHERE channel = 'wechat'"),
        (2, "ticket WHERE channel = 'city_12345'"),
        (10, "ticket WHERE outcome = 'withdrawn'"),
        (2, "ticket WHERE outcome = 'deferred'"),
        (5, "ticket WHERE reopened_count > 0"),
        (10, "ticket WHERE nudge_count > 0"),
        (10, "event WHERE kind = 'handed_back'"),
        (5, "escalation WHERE state = 'concluded'"),
        (2, "escalation WHERE state = 'returned'"),
        (20, "ticket_hold WHERE ended_at IS NOT NULL"),
        (1, "ticket_hold WHERE ended_at IS NULL"),
        (5, "alarm WHERE acknowledged_at IS NOT NULL"),
        (REQUESTS / 6, "message WHERE direction = 'out'"),
        (100, "text_row WHERE body LIKE '%暖%'"),
        (30, "text_row WHERE body LIKE '%蚊%'"),
        (14, "membership WHERE role = 'agent'"),
        (960, "place WHERE kind = 'flat'"),
        (3200, "resident"),
    ] {
        assert!(count(&store, what) >= least, "{what}: {} of {least}", count(&store, what));
    }
    assert_eq!(count(&store, "outbox"), 0, "no letters for the past");
    let latest = count(&store, &format!("ticket WHERE number > '{}'", (until.date_naive()).format("%Y%m%d-9999")));
    assert_eq!(latest, 0, "nothing after now");
    let again = built(backend, &bench, "two");
    assert!(all(&store) == all(&again), "the same plot gives the same rows");
    drop((store, again));
    if let Backend::Postgres(server) = backend {
        let mut c = PgConnection::establish(server).unwrap();
        for name in ["one", "two"] {
            let name = format!("year_{}_{name}", std::process::id());
            c.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        }
    }
}

#[test]
fn a_year_on_sqlite() {
    a_year(&Backend::Sqlite);
}

#[test]
fn a_year_on_postgres() {
    if let Some(backend) = postgres() {
        a_year(&backend);
    }
}

#[test]
fn a_folder_with_another_demo_is_not_taken_for_the_year() {
    let bench = Bench::new();
    bench.run(&["demo", "--build-only"]).is(0);
    bench.run(&["demo", "--year", "--build-only"]).is(2).tells("--fresh");
    bench.run(&["demo", "--fresh", "--year", "--requests", "60", "--households", "120", "--build-only"]).is(0);
    // Without saying which, whatever is there is served.
    bench.run(&["demo", "--build-only"]).is(0);
}

/// Whoever looks at a demo as of some moment sees the day of that moment, whatever the day is.
#[test]
fn a_demo_goes_on_from_the_moment_its_history_ends() {
    let bench = Bench::new();
    let server = bench.serve_by(&["demo", "--until", UNTIL]);
    let database = format!("sqlite://{}", bench.path("demo-data/demo.sqlite3").display());
    let mut token = bench.command(&["token", "create", "--community", "demo", "--role", "agent"]);
    token.env("JIBAN_DATABASE_URL", database).env("JIBAN_SECRET_FILE", bench.path("demo-data/demo.key"));
    let token = String::from_utf8(token.output().unwrap().stdout).unwrap();
    let program = Program::new(server.addr, token.trim());
    let opened = program.post("/api/v1/tickets", &json!({ "words": "下水道堵了" }));
    let opened = opened.is(201).json();
    assert!(opened["opened_at"].as_str().unwrap().starts_with("2026-11-24T02:"), "{opened}");
    assert!(opened["number"].as_str().unwrap().starts_with("20261124-"), "{opened}");
    assert_eq!(server.stop().0, 0);
}
