//! `jiban backup` beside a serving process and `jiban restore` into an empty place, by the binary: what comes back is what was
//! there at one moment, whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;
use jiban::domain::words::{Platform, Role};
use jiban::engine::setup::{self, NewToken};
use jiban::fail_point::FailPoint;
use jiban::store::{DatabaseUrl, Store, StoreSettings, db, installation, migrate};
use serde_json::{Value, json};

use crate::support::app::{Backend, postgres};
use crate::support::binary::{Said, secret_file};
use crate::support::{Elsewhere, Person, Program, Served, on_both, town};

/// Backs the town up into a folder of that name.
fn backed_up(town: &Served, name: &str, more: &[&str]) -> PathBuf {
    let said = town.bench.run(&[&["backup", "--to", name][..], more].concat());
    let line: Value = serde_json::from_str(&said.is(0).stdout).expect("one line for programs");
    assert_eq!(line["path"], name);
    town.bench.path(name)
}

/// The words for restoring that folder over there.
fn restoring(town: &Served, from: &Path, into: &Elsewhere) -> Command {
    let mut command = town.bench.command(&["restore", "--from", &from.display().to_string()]);
    command.env("JIBAN_DATABASE_URL", &into.url);
    command
}

fn restored(town: &Served, from: &Path, into: &Elsewhere) -> Said {
    restoring(town, from, into).stdin(Stdio::null()).output().unwrap().into()
}

/// Runs it up to that moment and kills it there.
fn killed_at(mut command: Command, point: FailPoint) {
    let mut child = command.env("JIBAN_TEST_STOP_AT", point.name()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let reached = lines.map_while(Result::ok).any(|line| line.contains(point.name()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reached, "does not come to {}", point.name());
}

/// Every row of a backup by table, as both databases write it. Without what a restore changes on purpose.
fn rows(backup: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(backup.join("manifest.json")).unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for table in manifest["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let mut text = String::new();
        let file = std::fs::File::open(backup.join(format!("{name}.jsonl.gz"))).unwrap();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
        if name != "number_block" {
            all.insert(name.to_owned(), text.lines().map(|line| plain(table, line)).collect());
        }
    }
    all
}

/// A row by column name, with ids and documents written one way.
fn plain(table: &Value, line: &str) -> String {
    let values: Vec<Value> = serde_json::from_str(line).unwrap();
    let columns = table["columns"].as_array().unwrap();
    let mut row: Vec<String> = Vec::new();
    for (column, value) in columns.iter().zip(values) {
        let value = match value.as_str() {
            Some(text) => match serde_json::from_str::<Value>(text) {
                Ok(document) => document.to_string(),
                Err(_) => text.to_lowercase().replace('-', ""),
            },
            None => value.as_f64().map_or(value.to_string(), |number| number.to_string()),
        };
        row.push(format!("{column}={value}"));
    }
    row.sort();
    row.join(" ")
}

fn number(reply: &str) -> String {
    let mut words = reply.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    words.rfind(|word| word.len() >= 13 && word.as_bytes()[8] == b'-').expect("a number").to_owned()
}

/// Somebody who writes one request after the other, and what was acknowledged of it.
fn writes(town: &Served, addr: SocketAddr, who: usize, taken: impl Fn(usize)) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for n in 0..14 {
        let words = format!("我家恒泰园3号楼2单元501下水道堵了，第{who}-{n}次");
        told.push((number(&town.told(addr, who * 100 + n, &words)), words));
        taken(n);
    }
    told
}

const TICKETS: &str = "SELECT t.number || ' ' || x.body AS line FROM ticket t JOIN text_row x \
                       ON x.community_id = t.community_id AND x.id = t.words_id";

on_both! {
    /// What is restored is, of every sender, the first so many of what was acknowledged, by number and words, and at least what
    /// was acknowledged before the backup began.
    fn a_copy_taken_under_load_is_a_prefix(town: &Served) {
        let server = town.serve();
        let addr = server.addr;
        let (half, halves) = std::sync::mpsc::channel();
        let (told, folder) = std::thread::scope(|scope| {
            let writers: Vec<_> = (1..4).map(|who| {
                let half = half.clone();
                scope.spawn(move || writes(town, addr, who, |n| if n == 4 { half.send(()).unwrap() }))
            }).collect();
            (0..3).for_each(|_| halves.recv().unwrap());
            let folder = backed_up(town, "copy", &[]);
            (writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>(), folder)
        });
        assert_eq!(server.stop().0, 0);
        let there = town.elsewhere();
        restored(town, &folder, &there).is(0).tells("every invariant holds");
        let again = Served::over(there);
        let mut found: BTreeSet<String> = again.lines(TICKETS).into_iter().collect();
        for one in &told {
            let kept = one.iter().take_while(|(number, words)| found.remove(&format!("{number} {words}"))).count();
            assert!(kept >= 5, "{kept}");
            assert!(!one[kept..].iter().any(|(number, words)| found.contains(&format!("{number} {words}"))));
        }
        assert!(found.is_empty(), "nobody was told of {found:?}");
        // It goes on from there: what was taken is still known, and no number is given twice, not even one that was lost.
        let server = again.serve();
        let (first, words) = &told[0][0];
        assert_eq!(&number(&again.told(server.addr, 100, words)), first);
        let fresh = number(&again.told(server.addr, 999, "恒泰园3号楼2单元603灯不亮"));
        assert!(!told.iter().flatten().any(|(number, _)| *number == fresh), "{fresh}");
        assert!(fresh.ends_with("-1043") || fresh[9..].parse::<u32>().unwrap() > 1000, "{fresh}");
        assert_eq!(server.stop().0, 0);
    }

    /// Every row of every table comes back; nobody is signed in; what was being sent is sent again under its id.
    fn every_row_comes_back(town: &Served) {
        town.mailed(&["weixiu1"]);
        let server = town.serve();
        Person::new(server.addr).sign_in("agent1", town::PASSWORD).is(303);
        let call = town.pbx(server.addr);
        let at = town.engine.now();
        let data = json!({ "caller": "13800000001", "agent": "8001", "ringing_at": at.to_rfc3339() });
        assert_eq!(call.send(&call.event(("c1", "call.ringing", "c1"), data, at)), 204);
        let community = setup::community(&town.engine, town::SLUG).unwrap();
        let new = NewToken { name: "程序".into(), platform: Platform::Property, role: Role::Agent, queue: None };
        let token = setup::create_token(&town.engine, community, &new).unwrap();
        let body = json!({ "words": "恒泰园3号楼的路灯不亮，“坏”了\n第二行 \\ \" 😀" }).to_string();
        Program::new(server.addr, &token).post_with("/api/v1/tickets", &[("idempotency-key", "once")], body.as_bytes()).is(201);
        assert_eq!(server.stop().0, 0);
        let dying = town.serve_until(FailPoint::LetterLeased);
        town.told(dying.addr, 1, "我家恒泰园3号楼2单元501下水道堵了");
        dying.kill_at(FailPoint::LetterLeased);
        assert_eq!(town.count("delivery WHERE leased_until IS NOT NULL"), 1);

        let folder = backed_up(town, "one", &[]);
        let there = town.elsewhere();
        restored(town, &folder, &there).is(0);
        let again = Served::over(there);
        assert_eq!(again.count("session"), 0);
        assert_eq!(again.count("delivery WHERE leased_until IS NOT NULL OR leased_by IS NOT NULL"), 0);
        let second = backed_up(&again, "two", &[]);
        let (mut first, mut second) = (rows(&folder), rows(&second));
        assert!(first.len() > 40 && first["event"].len() > 2 && first["call"].len() == 1 && first["idempotency_key"].len() == 1);
        // The lease.
        let leased = first.remove("delivery").unwrap().len();
        assert_eq!(second.remove("delivery").unwrap().len(), leased);
        assert_eq!(first, second);
        let server = again.serve();
        again.catcher.wait(1);
        assert_eq!(server.stop().0, 0);
        assert_eq!(again.catcher.taken().len(), again.catcher.ids().len());
    }

    /// The key is in the backup only when asked for; without it nothing is restored that could not be read.
    fn the_key_is_needed(town: &Served) {
        let key = town.bench.path("data/secret.key");
        let without = backed_up(town, "without", &[]);
        assert!(!without.join("secret.key").exists());
        let said = town.bench.run(&["backup", "--to", "with", "--include-key"]);
        said.is(0).tells("whoever gets hold of it");
        let with = town.bench.path("with");
        for file in std::fs::read_dir(&with).unwrap() {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let there = town.elsewhere();
        let ours = std::fs::read_to_string(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        restored(town, &without, &there).is(1).tells("JIBAN_SECRET_FILE");
        std::fs::create_dir_all(town.bench.path("other")).unwrap();
        town.bench.command(&["key", "create"]).env("JIBAN_SECRET_FILE", "other/key").status().unwrap();
        std::fs::copy(town.bench.path("other/key"), &key).unwrap();
        restored(town, &without, &there).is(1).tells("put the right one there");
        restored(town, &with, &there).is(1).tells("is in the backup");
        std::fs::remove_file(&key).unwrap();
        restored(town, &with, &there).is(0).tells("put the key file from the backup").tells("every invariant holds");
        assert_eq!(std::fs::read_to_string(&key).unwrap(), ours);
        // Another key does not open it, and `check` says so.
        std::fs::write(&key, std::fs::read(town.bench.path("other/key")).unwrap()).unwrap();
        let said: Said = town.bench.command(&["check"]).env("JIBAN_DATABASE_URL", &there.url).output().unwrap().into();
        said.is(1);
        assert!(said.stdout.contains("the key file"), "{}", said.stdout);
        secret_file(&key, &ours);
    }

    /// What is not as it was written, or not for this program, is refused before anything is touched; so is a place that is
    /// not empty.
    fn what_does_not_fit_is_refused(town: &Served) {
        let folder = backed_up(town, "copy", &[]);
        town.bench.run(&["backup", "--to", "copy"]).is(2).tells("never written over");
        let there = town.elsewhere();
        let refused = |file: &str, change: &dyn Fn(String) -> String, code: i32, words: &str| {
            let file = folder.join(file);
            let was = std::fs::read(&file).unwrap();
            let text = change(was.iter().map(|byte| char::from(*byte)).collect());
            std::fs::write(&file, text.chars().map(|c| c as u8).collect::<Vec<u8>>()).unwrap();
            restored(town, &folder, &there).is(code).tells(words);
            std::fs::write(&file, was).unwrap();
        };
        let flip = |text: String| {
            let mut all: Vec<char> = text.chars().collect();
            let middle = all.len() / 2;
            all[middle] = char::from(all[middle] as u8 ^ 1);
            all.into_iter().collect()
        };
        refused("text_row.jsonl.gz", &flip, 1, "SHA-256 differs");
        refused("resident.jsonl.gz", &|text| text[..text.len() - 3].to_owned(), 1, "SHA-256 differs");
        refused("manifest.json", &|text| text.replace("\"format\": 1", "\"format\": 2"), 2, "use a newer one");
        refused("manifest.json", &|text| text.replacen("2026112", "2099112", 1), 1, "does not know");
        refused("manifest.json", &|text| text.replacen("\"rows\": ", "\"rows\": 1", 1), 1, "not the manifest's");
        refused("manifest.json", &|text| text.replacen("\"slug\"", "\"snail\"", 1), 1, "other columns");
        refused("manifest.json", &|text| text.replacen("\"call_pop\"", "\"../etc\"", 1), 2, "names a table");
        restored(town, &town.bench.path("data"), &there).is(2).tells("this is no backup");
        // Nothing of all that is there: the whole fits into the same place.
        restored(town, &folder, &there).is(0);
        restored(town, &folder, &there).is(2).tells("writes over nothing");
        let itself: Said = town.bench.command(&["restore", "--from", "copy"]).output().unwrap().into();
        itself.is(2).tells("writes over nothing");
    }

    /// Killed at the last moment, neither leaves anything under its name, and both can be repeated.
    fn a_kill_leaves_nothing_half(town: &Served) {
        killed_at(town.bench.command(&["backup", "--to", "copy"]), FailPoint::BackupWritten);
        assert!(!town.bench.path("copy").exists());
        let folder = backed_up(town, "copy", &["--include-key"]);
        let there = town.elsewhere();
        killed_at(restoring(town, &folder, &there), FailPoint::RestoreLoaded);
        let found: Said = town.bench.command(&["backup", "--to", "none"]).env("JIBAN_DATABASE_URL", &there.url).output().unwrap().into();
        found.is(2);
        assert!(found.stderr.contains("there is no database") || found.stderr.contains("is empty"), "{}", found.stderr);
        restored(town, &folder, &there).is(0).tells("every invariant holds");
    }

    /// A backup of an older schema is brought up to date while it is restored.
    fn an_older_schema_is_brought_up_to_date(town: &Served) {
        let old = town.elsewhere();
        let store = Store::open(&StoreSettings::new(DatabaseUrl::parse(&old.url).unwrap())).unwrap();
        let known = migrate::known().unwrap();
        let mut c = store.connect().unwrap();
        db::write_tx(&mut c, |db| migrate::apply_these(db, &known[..2])).unwrap();
        store.write(|db| installation::create(db, false, town.engine.now())).unwrap();
        drop((c, store));
        let said: Said = town.bench.command(&["backup", "--to", "old"]).env("JIBAN_DATABASE_URL", &old.url).output().unwrap().into();
        said.is(0);
        let there = town.elsewhere();
        restored(town, &town.bench.path("old"), &there).is(0);
        let said: Said = town.bench.command(&["migrate"]).env("JIBAN_DATABASE_URL", &there.url).output().unwrap().into();
        said.is(0).tells("up to date");
    }
}

/// From one database to the other and back: the same rows.
#[test]
fn each_database_takes_the_other_ones_backup() {
    let Some(server) = postgres() else { return };
    let town = Served::start(Backend::Sqlite);
    let process = town.serve();
    town.told(process.addr, 1, "我家恒泰园3号楼2单元501下水道堵了");
    town.told(process.addr, 2, "3号楼2单元603水管爆了，水往外喷");
    assert_eq!(process.stop().0, 0);
    let first = backed_up(&town, "first", &[]);
    let there = Elsewhere::new(&server);
    restored(&town, &first, &there).is(0).tells("every invariant holds");
    let moved = Served::over(there);
    let process = moved.serve();
    assert!(number(&moved.told(process.addr, 3, "恒泰园3号楼2单元501灯不亮")).len() >= 13);
    assert_eq!(process.stop().0, 0);
    let second = backed_up(&moved, "second", &[]);
    for (table, rows) in rows(&first) {
        if table != "delivery" && table != "outbox" {
            let there = &self::rows(&second)[&table];
            assert!(rows.is_subset(there), "{table}: {:?}", rows.difference(there).next());
        }
    }
    let back = Elsewhere::new(&Backend::Sqlite);
    restored(&moved, &second, &back).is(0).tells("every invariant holds");
    let back = Served::over(back);
    assert_eq!(rows(&second), rows(&backed_up(&back, "third", &[])));
}
