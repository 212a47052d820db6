//! The log is copied beside the changes, and begins anew.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use super::db::Db;
use super::log::{Copied, Copy, LONG, Pages, begin_anew, pages};
use super::samples::sqlite;
use super::{DatabaseUrl, Store, StoreError, StoreSettings};

/// Many times the change that makes SQLite copy its log by itself.
fn change(store: &Store) {
    store.write(|db| Ok::<_, StoreError>(db.batch_execute(&rows(LONG))?)).unwrap();
}

/// So many new rows, about a page each.
fn rows(count: i32) -> String {
    let counted = format!("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {count}) ");
    counted + "INSERT INTO heap SELECT randomblob(4000) FROM n"
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
    store.write(|db| Ok::<_, StoreError>(db.batch_execute("DELETE FROM heap WHERE rowid = 1")?)).unwrap();
    let anew = until(&mut watcher, |_| true);
    assert!(anew.written < LONG, "{anew:?}");
}

/// Under load something is always written during a copy.
#[test]
fn a_long_log_begins_anew_when_something_came_after_the_copy_but_not_while_it_is_read() {
    let (store, _dir) = sqlite();
    with_heap(&store);
    // Not through the store, whose thread would copy.
    let (mut writer, mut own, mut reader) =
        (store.connect().unwrap(), store.connect().unwrap(), store.connect().unwrap());
    writer.batch_execute("PRAGMA wal_autocheckpoint=0").unwrap();
    own.batch_execute("PRAGMA busy_timeout=0").unwrap();
    writer.batch_execute(&rows(LONG)).unwrap();
    reader.batch_execute("BEGIN; SELECT * FROM heap").unwrap();
    writer.batch_execute(&rows(1)).unwrap();
    pages(&mut own, Copy::All).unwrap();
    reader.batch_execute("COMMIT; BEGIN; SELECT * FROM heap").unwrap();
    assert_eq!(begin_anew(&mut own, store.writers()).unwrap(), Copied::KeptBack);
    assert_eq!(pages(&mut own, Copy::Nothing).unwrap().waiting(), 0);
    writer.batch_execute(&rows(1)).unwrap();
    let goes_on = pages(&mut own, Copy::Nothing).unwrap();
    assert!(goes_on.written > LONG, "{goes_on:?}");
    reader.batch_execute("COMMIT").unwrap();
    assert_eq!(begin_anew(&mut own, store.writers()).unwrap(), Copied::All);
    // Whoever reads now reads the file alone.
    reader.batch_execute("BEGIN; SELECT * FROM heap").unwrap();
    writer.batch_execute(&rows(1)).unwrap();
    let anew = pages(&mut own, Copy::Nothing).unwrap();
    assert!(anew.written < LONG, "{anew:?}");
}
