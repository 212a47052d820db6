//! The log is copied beside the changes, and begins anew.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use super::db::Db;
use super::log::{Copy, LONG, Pages, pages};
use super::samples::sqlite;
use super::{DatabaseUrl, Store, StoreError, StoreSettings};

/// Many times the change that makes SQLite copy its log by itself.
fn change(store: &Store) {
    let counted = format!("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {LONG}) ");
    let rows = counted + "INSERT INTO heap SELECT randomblob(4000) FROM n";
    store.write(|db| Ok::<_, StoreError>(db.batch_execute(&rows)?)).unwrap();
}

fn one_row_less(store: &Store) {
    store.write(|db| Ok::<_, StoreError>(db.batch_execute("DELETE FROM heap WHERE rowid = 1")?)).unwrap();
}

fn until(db: &mut Db, what: impl Fn(&Pages) -> bool) -> Pages {
    let begun = Instant::now();
    loop {
        let now = pages(db, Copy::Nothing).unwrap();
        if what(&now) {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{now:?}");
        std::thread::yield_now();
    }
}

fn with_heap(store: &Store) {
    store.write(|db| Ok::<_, StoreError>(db.batch_execute("CREATE TABLE heap (x BLOB)")?)).unwrap();
}

/// SQLite follows the link, and so must who looks for its log.
#[cfg(unix)]
#[test]
fn the_log_of_a_linked_file_is_copied_too() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, link) = (dir.path().join("disk"), dir.path().join("t.db"));
    std::fs::create_dir(&disk).unwrap();
    std::fs::File::create(disk.join("t.db")).unwrap();
    std::os::unix::fs::symlink(disk.join("t.db"), &link).unwrap();
    let store = Store::open(&StoreSettings::new(DatabaseUrl::Sqlite(link))).unwrap();
    with_heap(&store);
    change(&store);
    until(&mut store.connect().unwrap(), |now| now.waiting() == 0);
}

#[test]
fn what_a_reader_kept_back_is_copied_by_no_change_and_the_log_begins_anew() {
    let (store, _dir) = sqlite();
    with_heap(&store);
    let (mut reader, mut watcher) = (store.connect().unwrap(), store.connect().unwrap());
    reader.batch_execute("BEGIN; SELECT * FROM heap").unwrap();
    change(&store);
    change(&store);
    let kept_back = until(&mut watcher, |_| true);
    assert!(kept_back.waiting() > LONG, "{kept_back:?}");
    reader.batch_execute("COMMIT").unwrap();
    until(&mut watcher, |now| now.waiting() == 0);
    one_row_less(&store);
    let anew = until(&mut watcher, |_| true);
    assert!(anew.written < LONG, "{anew:?}");
}

/// Each change finds the log copied up to the last one at best, and somebody reads from it: by itself SQLite would go on with it.
#[test]
fn a_long_log_begins_anew_although_all_of_it_is_copied_and_read() {
    let (store, _dir) = sqlite();
    with_heap(&store);
    let (mut reader, mut watcher) = (store.connect().unwrap(), store.connect().unwrap());
    let waits_for_the_reader = || {
        let begun = Instant::now();
        while !store.writer_is_taken() {
            if begun.elapsed() > Duration::from_secs(2) {
                return false;
            }
            std::thread::yield_now();
        }
        true
    };
    let waited = (0..5).any(|_| {
        change(&store);
        reader.batch_execute("BEGIN; SELECT * FROM heap").unwrap();
        let waited = waits_for_the_reader();
        reader.batch_execute("COMMIT").unwrap();
        waited
    });
    assert!(waited, "{:?}", pages(&mut watcher, Copy::Nothing).unwrap());
    one_row_less(&store);
    let anew = pages(&mut watcher, Copy::Nothing).unwrap();
    assert!(anew.written < LONG, "{anew:?}");
}
