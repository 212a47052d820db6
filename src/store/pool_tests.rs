//! Transactions, limits and recovery, on both databases where both have the matter.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::db::each;
use super::samples::{postgres, stores};
use super::{DatabaseUrl, Db, Store, StoreError, StoreSettings};

diesel::table! {
    mark (n) { n -> Integer, }
}

fn put(db: &mut Db, n: i32) -> Result<(), StoreError> {
    diesel::insert_into(mark::table).values(mark::n.eq(n)).execute(db)?;
    Ok(())
}

fn count(db: &mut Db) -> Result<i64, StoreError> {
    Ok(mark::table.count().get_result(db)?)
}

fn with_marks(store: &Store) {
    store
        .write(|db| Ok::<_, StoreError>(db.batch_execute("CREATE TABLE mark (n INTEGER NOT NULL PRIMARY KEY)")?))
        .unwrap();
}

fn one<T>(store: &Store, write: bool, asked: &str) -> T
where
    T: diesel::deserialize::FromSqlRow<Text, diesel::sqlite::Sqlite> + 'static,
{
    let ask = |db: &mut Db| {
        let Db::Sqlite(c) = db else { unreachable!("asked of SQLite only") };
        Ok::<T, StoreError>(diesel::select(diesel::dsl::sql::<Text>(asked)).get_result(c)?)
    };
    if write { store.write(ask) } else { store.read(ask) }.unwrap()
}

#[test]
fn an_error_and_a_panic_undo_everything_and_the_store_goes_on() {
    for (store, _dir) in stores() {
        with_marks(&store);
        let refused = store.write(|db| {
            put(db, 1)?;
            Err::<(), _>(StoreError::Missing)
        });
        assert_eq!(refused, Err(StoreError::Missing));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            store.write(|db| {
                put(db, 2)?;
                if count(db)? == 1 {
                    panic!("on purpose");
                }
                Ok::<_, StoreError>(())
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(store.read(count), Ok(0));
        store.write(|db| put(db, 3)).unwrap();
        assert_eq!(store.read(count), Ok(1));
    }
}

#[test]
fn a_swallowed_error_never_passes_for_a_commit() {
    for (store, _dir) in stores() {
        with_marks(&store);
        let done = store.write(|db| {
            put(db, 1)?;
            let _ = put(db, 1);
            Ok::<_, StoreError>(())
        });
        // SQLite undoes the one statement only; PostgreSQL the whole transaction, and must say so.
        assert_eq!(store.read(count), Ok(i64::from(done.is_ok())));
        store.write(|db| put(db, 2)).unwrap();
    }
}

#[test]
fn reading_cannot_change_and_writing_cannot_nest() {
    for (store, _dir) in stores() {
        with_marks(&store);
        assert!(store.read(|db| put(db, 1)).is_err());
        assert!(store.write(|db| super::write_tx(db, |db| put(db, 1))).is_err());
        assert_eq!(store.read(count), Ok(0));
    }
}

#[test]
fn a_read_sees_one_state_whatever_others_commit_meanwhile() {
    for (store, _dir) in stores() {
        with_marks(&store);
        let counts = store.read(|db| {
            let before = count(db)?;
            thread::scope(|scope| scope.spawn(|| store.write(|db| put(db, 1))).join().unwrap())?;
            Ok::<_, StoreError>((before, count(db)?))
        });
        assert_eq!(counts, Ok((0, 0)));
        assert_eq!(store.read(count), Ok(1));
    }
}

#[test]
fn many_threads_write_without_a_failure() {
    for (store, _dir) in stores() {
        with_marks(&store);
        thread::scope(|scope| {
            for t in 0..16 {
                let store = store.clone();
                scope.spawn(move || (0..10).for_each(|n| store.write(|db| put(db, t * 100 + n)).unwrap()));
            }
        });
        assert_eq!(store.read(count), Ok(160));
    }
}

#[test]
fn sqlite_connections_are_durable_checked_and_private() {
    let (store, dir) = stores().remove(0);
    with_marks(&store);
    for write in [true, false] {
        let pragma =
            |name: &str| one::<String>(&store, write, &format!("(SELECT CAST({name} AS TEXT) FROM pragma_{name})"));
        assert_eq!(pragma("journal_mode"), "wal");
        assert_eq!(pragma("synchronous"), "2");
        assert_eq!(pragma("foreign_keys"), "1");
        assert_eq!(pragma("query_only"), if write { "0" } else { "1" });
    }
    #[cfg(unix)]
    for name in ["t.db", "t.db-wal", "t.db-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.as_ref().unwrap().path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let nowhere = DatabaseUrl::Sqlite(dir.unwrap().path().join("no/such/folder/t.db"));
    let said = Store::open(&StoreSettings::new(nowhere)).unwrap_err().to_string();
    assert!(said.contains("No such file or directory"), "{said}");
}

#[test]
fn a_lock_held_elsewhere_ends_in_unavailable_and_then_passes() {
    let (store, _dir) = stores().remove(0);
    with_marks(&store);
    let mut other = store.connect().unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    let refused = store.write(|db| put(db, 1));
    assert!(matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("locked")), "{refused:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(store.read(count), Ok(0), "reading goes on");
    other.batch_execute("COMMIT").unwrap();
    store.write(|db| put(db, 1)).unwrap();
}

#[test]
fn killed_connections_cost_nobody_a_request() {
    let Some(url) = postgres() else { return };
    let store = Store::open(&StoreSettings::new(url)).unwrap();
    with_marks(&store);
    kill_four(&store);
    for n in 0..6 {
        store.write(|db| put(db, n)).unwrap();
    }
    kill_four(&store);
    for _ in 0..6 {
        assert_eq!(store.read_one(count), Ok(6));
    }
    assert_eq!(store.read(count), Ok(6));
}

/// Opens four connections at once, so that they are several, and has the server end them.
fn kill_four(store: &Store) {
    let pids: Arc<Mutex<Vec<i32>>> = Arc::default();
    let barrier = std::sync::Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                store.read(|db| {
                    let pid = diesel::select(diesel::dsl::sql::<Integer>("pg_backend_pid()"));
                    pids.lock().unwrap().push(each!(db, c => pid.get_result(c))?);
                    barrier.wait();
                    Ok::<_, StoreError>(())
                })
            });
        }
    });
    let mut other = store.connect().unwrap();
    let pids = pids.lock().unwrap();
    assert_eq!(pids.len(), 4);
    for pid in pids.iter() {
        other.batch_execute(&format!("SELECT pg_terminate_backend({pid}, 5000)")).unwrap();
    }
}

#[test]
fn a_connection_killed_within_a_transaction_is_unavailable_not_an_empty_answer() {
    let Some(url) = postgres() else { return };
    let store = Store::open(&StoreSettings::new(url)).unwrap();
    with_marks(&store);
    let mut other = store.connect().unwrap();
    let lost = store.write(|db| {
        put(db, 1)?;
        let Db::Pg(c) = db else { unreachable!("a PostgreSQL store") };
        let pid: i32 = diesel::select(diesel::dsl::sql::<Integer>("pg_backend_pid()")).get_result(c)?;
        other.batch_execute(&format!("SELECT pg_terminate_backend({pid}, 5000)"))?;
        count(db)
    });
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert_eq!(store.read(count), Ok(0));
}

/// A door in front of the server that can be shut and opened again, or let nothing through while it stands open.
struct Door {
    port: u16,
    open: mpsc::Sender<bool>,
    frozen: Arc<Mutex<()>>,
}

impl Door {
    fn before(host: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, said) = mpsc::channel();
        let lines: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let is_open = Arc::new(Mutex::new(true));
        let (lines_too, is_open_too) = (lines.clone(), is_open.clone());
        let frozen: Arc<Mutex<()>> = Arc::default();
        let ice = frozen.clone();
        thread::spawn(move || {
            for line in listener.incoming().map_while(Result::ok) {
                if !*is_open_too.lock().unwrap() {
                    continue;
                }
                let server = TcpStream::connect(&host).unwrap();
                lines_too.lock().unwrap().extend([line.try_clone().unwrap(), server.try_clone().unwrap()]);
                let (line_too, server_too) = (line.try_clone().unwrap(), server.try_clone().unwrap());
                let (ice, ice_too) = (ice.clone(), ice.clone());
                thread::spawn(move || carry(line, server, &ice));
                thread::spawn(move || carry(server_too, line_too, &ice_too));
            }
        });
        thread::spawn(move || {
            for open in said {
                *is_open.lock().unwrap() = open;
                for line in lines.lock().unwrap().drain(..) {
                    let _ = line.shutdown(Shutdown::Both);
                }
            }
        });
        Self { port, open, frozen }
    }

    /// A store on a fresh schema behind such a door.
    fn store(connections: u32) -> Option<(Self, Store)> {
        let DatabaseUrl::Postgres(url) = postgres()? else { return None };
        let (_, rest) = url.split_once("://").unwrap();
        let authority = rest.split('/').next().unwrap();
        let host = authority.rsplit('@').next().unwrap();
        let door = Self::before(host.to_owned());
        let through = url.replacen(host, &format!("127.0.0.1:{}", door.port), 1);
        let settings = StoreSettings { connections, ..StoreSettings::new(DatabaseUrl::parse(&through).unwrap()) };
        let store = Store::open(&settings).unwrap();
        with_marks(&store);
        Some((door, store))
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, frozen: &Mutex<()>) {
    let mut buffer = [0; 8192];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        drop(frozen.lock().unwrap());
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_server_away_is_said_in_time_and_its_return_noticed() {
    let Some((door, store)) = Door::store(8) else { return };
    store.write(|db| put(db, 1)).unwrap();

    door.open.send(false).unwrap();
    // The door shuts on another thread: ask until it has.
    let (refused, took) = loop {
        let start = Instant::now();
        if let Err(refused) = store.read(count) {
            break (refused, start.elapsed());
        }
    };
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    // Waiting is bounded by the patience; the slack is for a busy machine.
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(matches!(store.write(|db| put(db, 2)), Err(StoreError::Unavailable(_))));

    door.open.send(true).unwrap();
    let start = Instant::now();
    while store.read(count).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "the store never came back");
    }
    store.write(|db| put(db, 3)).unwrap();
    assert_eq!(store.read(count), Ok(2));
}

#[test]
fn a_frozen_server_holds_only_who_is_with_it_and_thaws_without_loss() {
    let Some((door, store)) = Door::store(2) else { return };
    let (say, said) = mpsc::channel();
    let done = thread::scope(|scope| {
        let ice = door.frozen.lock().unwrap();
        for n in 0..4 {
            let (say, store) = (say.clone(), &store);
            scope.spawn(move || say.send(store.write(|db| put(db, n))).unwrap());
        }
        // One connection is there and whoever took it waits; the other cannot be made. All others are told in time.
        let told: Vec<_> = (0..3).map(|_| said.recv_timeout(Duration::from_secs(20)).unwrap()).collect();
        assert!(told.iter().all(|told| matches!(told, Err(StoreError::Unavailable(_)))), "{told:?}");
        drop(ice);
        said.recv_timeout(Duration::from_secs(20)).unwrap()
    });
    done.unwrap();
    let start = Instant::now();
    while store.read(count) != Ok(1) {
        assert!(start.elapsed() < Duration::from_secs(60), "the store never came back");
    }
}

#[test]
fn no_server_is_said_with_the_cause_and_without_the_password() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = DatabaseUrl::parse(&format!("postgres://jiban:tops3cret@127.0.0.1:{free}/jiban")).unwrap();
    let said = Store::open(&StoreSettings::new(url)).unwrap_err().to_string();
    assert!(said.contains("refused") && !said.contains("tops3cret"), "{said}");
}
