//! The house rules of `docs/architecture.md`, read off the sources: who may import what, and how big things may grow.

mod paths;
mod tokens;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use paths::{FullPath, paths, test_modules};
use tokens::{Token, tokens};

/// Which other rooms a room may import. A room is the first step of a path; its own files are always allowed.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("fail_point", &[]),
    ("telemetry", &[]),
    ("config", &["telemetry"]),
    ("live", &["domain", "engine"]),
    ("store", &["domain"]),
    ("engine", &["domain", "store", "clock", "fail_point"]),
    ("notify", &["domain", "telemetry"]),
    ("metrics", &["engine", "http", "live"]),
    ("http", &["domain", "engine"]),
    ("jobs", &["domain", "engine", "notify", "clock", "fail_point", "live", "telemetry"]),
    ("channels", &["domain", "engine", "http", "clock", "live", "telemetry"]),
    ("web", &["domain", "engine", "http", "clock", "live", "telemetry"]),
    ("api", &["domain", "engine", "http", "clock", "live", "telemetry"]),
];

/// These wire the rest together and may import everything.
const WIRING: &[&str] = &["app", "cli", "main", "lib"];

/// The whole of what the pure room may take from other crates.
const DOMAIN_CRATES: &[&str] =
    &["std", "core", "alloc", "chrono", "chrono_tz", "uuid", "serde", "serde_json", "thiserror", "toml"];

/// Parts of `std` that reach out of the process, or tell the time.
const IMPURE_STD: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// Crates that only some rooms may name.
const CRATE_ROOMS: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("libsqlite3_sys", &["store"]),
    ("pq_sys", &["store"]),
    ("actix_web", &["http", "channels", "web", "api", "metrics", "live", "app", "cli", "main"]),
    ("askama", &["web", "http"]),
    ("clap", &["cli", "main"]),
    ("tracing_subscriber", &["telemetry"]),
    ("getrandom", &["clock"]),
    ("lettre", &["notify"]),
    ("prometheus_client", &["metrics"]),
];

/// `"file: path"` pairs let through. It is empty; it does not grow.
const EXCEPTIONS: &[&str] = &[];

const MOST_LINES_A_FILE: usize = 400;

/// Long because they are listings that a machine writes and nobody reads from end to end.
const LISTINGS: &[&str] = &["src/store/schema.rs"];

struct Source {
    /// Below the repository, with `/`.
    name: String,
    text: String,
    /// `["store", "ticket"]` for src/store/ticket.rs.
    module: Vec<String>,
}

impl Source {
    fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push(path);
        }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    rust_files(&root().join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no sources in {folder}");
    files.iter().map(|file| source(file, folder)).collect()
}

fn source(file: &Path, folder: &str) -> Source {
    let below = file.strip_prefix(root().join(folder)).unwrap().with_extension("");
    let mut module: Vec<String> = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
        module.pop();
    }
    let name = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    Source { name, text: std::fs::read_to_string(file).unwrap(), module }
}

/// What forbids `path` in a file of `room`, if anything does. `siblings` are the modules of the crate's root.
fn forbidden(room: &str, path: &FullPath, siblings: &BTreeSet<String>) -> Option<String> {
    let first = path.first()?.as_str();
    if first == "crate" {
        let target = path.get(1)?.as_str();
        let known = siblings.contains(target);
        let allowed = WIRING.contains(&room)
            || target == room
            || !known
            || ROOMS.iter().any(|(name, may)| *name == room && may.contains(&target));
        return (!allowed).then(|| format!("`{room}` may not import `{target}`"));
    }
    if let Some((_, rooms)) = CRATE_ROOMS.iter().find(|(name, _)| *name == first)
        && !rooms.contains(&room)
    {
        return Some(format!("only {rooms:?} may name the crate `{first}`"));
    }
    if room != "domain" {
        return None;
    }
    if first == "std" && path.get(1).is_some_and(|part| IMPURE_STD.contains(&part.as_str())) {
        return Some("`domain` is pure".to_owned());
    }
    (is_crate(first) && !DOMAIN_CRATES.contains(&first)).then(|| format!("`domain` may not name the crate `{first}`"))
}

/// Whether the first step of a path is a crate: `std`, or a name from the manifest.
fn is_crate(name: &str) -> bool {
    let manifest: toml::Table = include_str!("../../../Cargo.toml").parse().unwrap();
    let listed = |part: &str| manifest.get(part).and_then(toml::Value::as_table);
    let named = |part: &str| listed(part).is_some_and(|crates| crates.keys().any(|key| key.replace('-', "_") == name));
    ["std", "core", "alloc"].contains(&name) || named("dependencies") || named("dev-dependencies")
}

/// The sources without the files that are compiled for tests only: those may reach where the shipped ones may not.
fn shipped() -> Vec<Source> {
    let mut sources = sources("src");
    let mut tests: Vec<Vec<String>> = Vec::new();
    for source in &sources {
        tests.extend(test_modules(&source.text).into_iter().map(|name| [source.module.as_slice(), &[name]].concat()));
    }
    sources.retain(|source| !tests.iter().any(|test| source.module.starts_with(test)));
    sources
}

fn root_modules(sources: &[Source]) -> BTreeSet<String> {
    sources.iter().filter_map(|source| source.module.first().cloned()).collect()
}

fn fail_on(mistakes: &[String]) {
    let mut list = String::new();
    for mistake in mistakes.iter().filter(|mistake| !EXCEPTIONS.contains(&mistake.as_str())) {
        writeln!(list, "  {mistake}").unwrap();
    }
    assert!(list.is_empty(), "against the rules of the house:\n{list}");
}

#[test]
fn rooms_import_only_what_their_row_of_the_table_says() {
    let sources = shipped();
    let siblings = root_modules(&sources);
    let mut mistakes = Vec::new();
    for source in &sources {
        for path in paths(&source.text, &source.module) {
            if let Some(why) = forbidden(source.room(), &path, &siblings) {
                mistakes.push(format!("{}: {} ({why})", source.name, path.join("::")));
            }
        }
    }
    fail_on(&mistakes);
}

#[test]
fn every_room_has_its_row() {
    for room in root_modules(&sources("src")) {
        let known = WIRING.contains(&room.as_str()) || ROOMS.iter().any(|(name, _)| *name == room);
        assert!(known, "src/{room} has no row in the table of rooms");
    }
}

#[test]
fn a_forbidden_import_is_noticed() {
    let siblings: BTreeSet<String> = ["domain", "store", "web", "api", "engine"].map(String::from).into();
    let wrong = |module: &[&str], source: &str| {
        let module: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
        paths(source, &module).iter().filter(|path| forbidden(&module[0], path, &siblings).is_some()).count()
    };
    assert_eq!(wrong(&["domain", "sla"], "use crate::store::ticket;"), 1);
    assert_eq!(wrong(&["domain", "sla"], "fn f() { super::super::engine::open() }"), 1);
    assert_eq!(
        wrong(&["domain", "sla"], "use diesel::prelude::*; use std::{collections::BTreeMap, time::Instant};"),
        2
    );
    assert_eq!(wrong(&["domain", "sla"], "use super::place; use chrono::NaiveDate; use uuid::Uuid;"), 0);
    assert_eq!(wrong(&["web", "agent"], "use crate::{store, api::tickets, engine, domain::words};"), 2);
    assert_eq!(wrong(&["web", "agent"], "fn f(c: &mut diesel::SqliteConnection) {}"), 1);
    assert_eq!(wrong(&["engine", "intake"], "use crate::store; use crate::domain;"), 0);
    assert_eq!(wrong(&["app"], "use crate::{store, web, api};"), 0);
}

#[test]
fn the_pure_room_awaits_nothing() {
    for source in shipped().iter().filter(|source| source.room() == "domain") {
        let awaits = tokens(&source.text).iter().any(|token| matches!(token.word(), Some("async" | "await")));
        assert!(!awaits, "{}: `domain` is pure", source.name);
    }
}

/// A ticket's state changes only by what `decide` returns.
#[test]
fn a_status_is_written_only_where_it_is_decided() {
    let mut mistakes = Vec::new();
    for source in shipped().iter().filter(|source| !source.name.starts_with("src/domain/ticket")) {
        for four in tokens(&source.text).windows(4) {
            let field = matches!(four[1].word(), Some("status" | "state"));
            let assigned = four[2] == Token::Mark('=') && !matches!(four[3], Token::Mark('=' | '>'));
            if four[0] == Token::Mark('.') && field && assigned {
                mistakes.push(format!("{}: writes a ticket's status", source.name));
            }
        }
    }
    fail_on(&mistakes);
}

#[test]
fn files_stay_small() {
    let mut mistakes = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        let lines = source.text.lines().count();
        if lines > MOST_LINES_A_FILE && !LISTINGS.contains(&source.name.as_str()) {
            mistakes.push(format!("{}: {lines} lines, at most {MOST_LINES_A_FILE}", source.name));
        }
    }
    fail_on(&mistakes);
}

#[test]
fn migrations_come_in_pairs() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = root().join("migrations").join(database);
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            for file in ["up.sql", "down.sql"] {
                assert!(path.join(file).is_file(), "{} lacks {file}", path.display());
            }
            names.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
        names
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty(), "no migrations");
    assert_eq!(sqlite, names("postgres"));
}
