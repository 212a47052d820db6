//! Changes that share a COMMIT: each succeeds or fails for itself, and nobody is told before it is on the disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::samples::sqlite;
use super::{Db, Store, StoreError};

diesel::table! {
    mark (n) { n -> Integer, }
}

fn put(db: &mut Db, n: i32) -> Result<(), StoreError> {
    diesel::insert_into(mark::table).values(mark::n.eq(n)).execute(db)?;
    Ok(())
}

fn panics(db: &mut Db) -> Result<(), StoreError> {
    put(db, 4)?;
    panic!("on purpose");
}

fn marks(store: &Store) -> Vec<i32> {
    store.read(|db| Ok::<_, StoreError>(mark::table.order(mark::n).select(mark::n).load(db)?)).unwrap()
}

fn with_marks(store: &Store) {
    let tables = "CREATE TABLE mark (n INTEGER NOT NULL PRIMARY KEY); \
                  CREATE TABLE child (n INTEGER NOT NULL REFERENCES mark DEFERRABLE INITIALLY DEFERRED)";
    store.write(|db| Ok::<_, StoreError>(db.batch_execute(tables)?)).unwrap();
}

type Change = fn(&mut Db) -> Result<(), StoreError>;
type Whole = Box<dyn FnMut(&mut Db) -> Result<(), StoreError> + Send>;

/// Makes the first change while all others wait for the writer, so that all of them are one transaction; what each was told,
/// `None` for a panic.
fn at_once(store: &Store, changes: &[Change]) -> Vec<Option<Result<(), StoreError>>> {
    let (begun, others) = mpsc::channel();
    let told = |change: Whole| catch_unwind(AssertUnwindSafe(|| store.write_together(change))).ok();
    thread::scope(|scope| {
        let (change, count, its_store) = (changes[0], changes.len(), store.clone());
        let first = scope.spawn(move || {
            let mut alone = true;
            told(Box::new(move |db| {
                if std::mem::take(&mut alone) {
                    begun.send(()).unwrap();
                    while its_store.waiting_together() < count - 1 {
                        thread::yield_now();
                    }
                }
                change(db)
            }))
        });
        others.recv().unwrap();
        let others: Vec<_> = changes[1..].iter().map(|change| scope.spawn(move || told(Box::new(*change)))).collect();
        std::iter::once(first).chain(others).map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn one_commit_serves_all_and_a_refusal_or_panic_undoes_itself_alone() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    let before = store.metered().transactions;
    let refused: Change = |db| put(db, 3).and(Err(StoreError::Missing));
    let told = at_once(&store, &[|db| put(db, 1), |db| put(db, 2), refused, panics]);
    assert_eq!(told, [Some(Ok(())), Some(Ok(())), Some(Err(StoreError::Missing)), None]);
    assert_eq!(store.metered().transactions - before, 2, "one that was undone, and one for all");
    assert_eq!(marks(&store), [1, 2]);
    store.write(|db| put(db, 5)).unwrap();
    store.write_together(|db| put(db, 6)).unwrap();
    assert_eq!(marks(&store), [1, 2, 5, 6]);
}

#[test]
fn a_panic_that_is_alone_undoes_itself() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    assert_eq!(at_once(&store, &[panics]), [None]);
    store.write_together(|db| put(db, 5)).unwrap();
    assert_eq!(marks(&store), [5]);
}

/// Made in one go, and made apart after one was refused.
#[test]
fn a_commit_that_fails_is_an_answer_for_nobody() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    let orphan: Change = |db| Ok(db.batch_execute("INSERT INTO child VALUES (77)")?);
    for last in [(|db| put(db, 4)) as Change, |_| Err(StoreError::Missing)] {
        let told = at_once(&store, &[|db| put(db, 1), orphan, |db| put(db, 2), last]);
        assert!(told.iter().all(|told| matches!(told, Some(Err(StoreError::ForeignKey { .. })))), "{told:?}");
        assert!(marks(&store).is_empty());
    }
    store.write_together(|db| put(db, 3)).unwrap();
    assert_eq!(marks(&store), [3]);
}

#[test]
fn forty_at_once_are_two_commits() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    let before = store.metered().transactions;
    let next: Change = |db| Ok(db.batch_execute("INSERT INTO mark SELECT coalesce(max(n), 0) + 1 FROM mark")?);
    assert!(at_once(&store, &[next; 40]).iter().all(|told| *told == Some(Ok(()))));
    assert_eq!(store.metered().transactions - before, 2);
    assert_eq!(marks(&store), (1..=40).collect::<Vec<_>>());
}

/// As a disk that fails makes SQLite do.
#[test]
fn a_transaction_that_the_database_undid_is_a_success_for_nobody() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    let undone: Change = |db| {
        put(db, 9)?;
        db.batch_execute("ROLLBACK")?;
        Err(StoreError::Missing)
    };
    assert_eq!(store.write_together(undone), Err(StoreError::Missing));
    let told = at_once(&store, &[|db| put(db, 1), undone]);
    assert!(matches!(told[0], Some(Err(StoreError::Unavailable(_)))), "{told:?}");
    assert_eq!(told[1], Some(Err(StoreError::Missing)));
    assert!(marks(&store).is_empty());
    store.write_together(|db| put(db, 3)).unwrap();
    store.write(|db| put(db, 4)).unwrap();
    assert_eq!(marks(&store), [3, 4]);
}

/// One of them leads and cannot begin, the other waits behind it until its time is up, or leads as the next.
#[test]
fn nobody_waits_for_ever_for_a_writer_another_process_has() {
    let (store, _dir) = sqlite();
    with_marks(&store);
    let mut other = store.connect().unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let told = thread::scope(|scope| {
        let all: Vec<_> = (1..=3)
            .map(|n| {
                let store = &store;
                scope.spawn(move || store.write_together(move |db| put(db, n)))
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(told.iter().all(|told| matches!(told, Err(StoreError::Unavailable(_)))), "{told:?}");
    assert_eq!(store.waiting_together(), 0);
    other.batch_execute("COMMIT").unwrap();
    store.write_together(|db| put(db, 4)).unwrap();
    assert_eq!(marks(&store), [4]);
}
