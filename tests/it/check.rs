//! `jiban check` names every rule that somebody broke by hand in the database: the demo community, sound as built, with one thing
//! changed at a time and taken back.

mod breaches;

use diesel::connection::SimpleConnection;
use jiban::store::check::{self, Broken};
use jiban::store::db::Db;
use jiban::store::{DatabaseUrl, Keys, Store, StoreError, StoreSettings};

use breaches::BROKEN;

use crate::support::Elsewhere;
use crate::support::app::{Backend, postgres};
use crate::support::binary::Bench;

/// Lets rows be written that the schema refuses, until the transaction is rolled back.
fn loosen(db: &mut Db) {
    let statements = match db {
        Db::Sqlite(_) => "PRAGMA ignore_check_constraints=ON; PRAGMA defer_foreign_keys=ON",
        Db::Pg(_) => {
            "SET LOCAL session_replication_role = replica; DO $$ DECLARE r record; BEGIN FOR r IN SELECT conrelid::regclass AS t, conname \
             FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace LOOP \
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.t, r.conname); END LOOP; END $$"
        }
    };
    db.batch_execute(statements).unwrap();
    db.batch_execute("DROP INDEX escalation_one_live; DROP INDEX ticket_hold_one").unwrap();
}

/// The statements with their tickets.
fn spelled(statements: &str) -> String {
    let mut out = String::new();
    let mut rest = statements;
    while let Some((before, after)) = rest.split_once("@(") {
        let end = after.find(')').unwrap();
        out.push_str(before);
        out.push_str(&format!("(SELECT id FROM ticket WHERE {} ORDER BY number LIMIT 1)", &after[..end]));
        rest = &after[end + 1..];
    }
    out + rest
}

/// What is broken after these statements, all of which are taken back.
fn after(store: &Store, statements: &str) -> Result<Vec<Broken>, StoreError> {
    let mut broken = Vec::new();
    let undone = store.write(|db: &mut Db| -> Result<(), StoreError> {
        loosen(db);
        db.batch_execute(&spelled(statements))?;
        broken = check::all(db)?;
        Err(StoreError::Missing)
    });
    match undone {
        Err(StoreError::Missing) => Ok(broken),
        other => other.map(|()| broken),
    }
}

fn every_breach_is_named(url: &str, key: &std::path::Path, some: usize) {
    let settings = StoreSettings {
        statement_limit: std::time::Duration::from_secs(60),
        ..StoreSettings::new(DatabaseUrl::parse(url).unwrap())
    };
    let store = Store::open(&settings).unwrap();
    assert_eq!(store.read(check::all).unwrap(), []);
    let mut silent = Vec::new();
    for (statements, rule) in BROKEN.iter().step_by(some) {
        match after(&store, statements) {
            Ok(broken) if broken.iter().any(|one| one.rule == *rule) => {}
            other => silent.push(format!("{statements}\n  → {rule}\n  {other:?}")),
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    let keys = Keys::load(key).unwrap();
    assert_eq!(store.read(|db| check::sealed(db, &keys)).unwrap(), []);
    let wrong = store.read(|db| check::sealed(db, &Keys::fresh([3; 64]))).unwrap();
    assert!(wrong[0].rule == "what is sealed opens with the key file" && wrong[0].count > 10, "{wrong:?}");
    store
        .write(|db: &mut Db| -> Result<(), StoreError> {
            db.batch_execute("UPDATE resident_phone SET whole_hash = last_four_hash")?;
            let broken = check::sealed(db, &keys)?;
            assert_eq!(broken[0].rule, "what is sealed is found under its hash");
            Err(StoreError::Missing)
        })
        .unwrap_err();
}

/// A migration taken back, and made again over tickets that are on hold: each says again since when.
fn what_stood_elsewhere_is_filled_in(bench: &Bench, url: &str) {
    let store = Store::open(&StoreSettings::new(DatabaseUrl::parse(url).unwrap())).unwrap();
    let mut db = store.connect().unwrap();
    db.batch_execute(match &db {
        Db::Sqlite(_) => include_str!("../../migrations/sqlite/2026-11-29-000003_held_since/down.sql"),
        Db::Pg(_) => include_str!("../../migrations/postgres/2026-11-29-000003_held_since/down.sql"),
    })
    .unwrap();
    db.batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261129000003'").unwrap();
    drop(db);
    let migrated = bench.command(&["migrate"]).env("JIBAN_DATABASE_URL", url).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    assert_eq!(store.read(check::all).unwrap(), []);
}

/// The demo community in a folder of its own.
fn demo() -> Bench {
    let bench =
        Bench::with(&[("JIBAN_SECRET_FILE", "demo/demo.key"), ("JIBAN_DATABASE_URL", "sqlite://demo/demo.sqlite3")]);
    bench.run(&["demo", "--dir", "demo", "--build-only"]).is(0);
    bench.run(&["jobs", "run"]).is(0);
    bench.run(&["check"]).is(0).tells("every invariant holds");
    bench
}

#[test]
fn every_breach_is_named_on_sqlite() {
    let bench = demo();
    let url = format!("sqlite://{}", bench.path("demo/demo.sqlite3").display());
    every_breach_is_named(&url, &bench.path("demo/demo.key"), 1);
    what_stood_elsewhere_is_filled_in(&bench, &url);
}

#[test]
fn every_breach_is_named_on_postgres() {
    let Some(server @ Backend::Postgres(_)) = postgres() else { return };
    let bench = demo();
    bench.run(&["backup", "--to", "copy"]).is(0);
    let there = Elsewhere::new(&server);
    let restored =
        bench.command(&["restore", "--from", "copy"]).env("JIBAN_DATABASE_URL", &there.url).output().unwrap();
    assert!(restored.status.success(), "{restored:?}");
    // The same queries: a few of them show that they find what they look for here too.
    every_breach_is_named(&there.url, &bench.path("demo/demo.key"), 5);
    what_stood_elsewhere_is_filled_in(&bench, &there.url);
}
