//! `jiban demo`: a ready-made community with people, sentences and three weeks of life, built by the engine's own verbs.

mod calls;
mod people;
mod pieces;
mod sentences;
mod story;
mod year;

use std::path::{Path, PathBuf};

use clap::Args;

use super::Trouble;
use super::open::{self, Purpose};
use super::{outside, serve};
use crate::clock::{Chance, Clock};
use crate::config::{DatabaseUrl, MailBy, MailSettings, Settings};
use crate::engine::{Engine, setup};
use crate::http::{Allowance, Edge, HOLD};
use year::Scale;

/// Repeats the same demo every time; its ids are no secrets.
const SEED: u64 = 20_261_124;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Build the community anew; what was done in it is lost
    #[arg(long)]
    fresh: bool,
    /// Folder of the demo's own database
    #[arg(long, value_name = "DIR", default_value = "./demo-data")]
    dir: PathBuf,
    /// Build it and stop
    #[arg(long)]
    build_only: bool,
    /// Build a real estate's size instead: 12,000 households and a year of 60,000 requests
    #[arg(long)]
    year: bool,
    /// As --year, with so many years' requests: for measuring
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    years: Option<u32>,
    /// Build into this empty database, with --build-only, or serve it, instead of the folder's own
    #[arg(long, value_name = "URL", hide = true)]
    database: Option<String>,
    /// So many requests in all
    #[arg(long, value_name = "N", hide = true)]
    requests: Option<usize>,
    /// So many households
    #[arg(long, value_name = "N", hide = true)]
    households: Option<usize>,
    /// The moment the history ends and from which on it is served, such as 2026-11-24T10:00:00Z; now, if not given
    #[arg(long, value_name = "TIME", hide = true)]
    until: Option<chrono::DateTime<chrono::Utc>>,
}

impl Demo {
    /// How large a history is asked for; none: the small community.
    fn scale(&self) -> Option<Scale> {
        let years = self.years.or(self.year.then_some(1))?;
        let requests = year::REQUESTS.saturating_mul(usize::try_from(years).unwrap_or(1));
        Some(Scale {
            years,
            requests: self.requests.unwrap_or(requests),
            households: self.households.unwrap_or(year::HOUSEHOLDS).max(1),
        })
    }

    /// What the mark of a finished build says it is.
    fn kind(&self) -> String {
        match self.scale() {
            None => "small".to_owned(),
            Some(scale) => format!("{} requests", scale.requests),
        }
    }
}

pub(super) fn run(settings: &Settings, demo: &Demo) -> Result<(), Trouble> {
    if !settings.bind.ip().is_loopback() {
        return Err(Trouble::Usage(format!(
            "JIBAN_BIND = `{}`: the demo's passwords are known to all, so it serves on loopback only, such as 127.0.0.1:8080",
            settings.bind
        )));
    }
    serve::log(settings)?;
    if let Some(url) = &demo.database {
        // The key is the settings' own, for on PostgreSQL none is made silently.
        let settings = Settings { database: DatabaseUrl::parse(url).map_err(Trouble::Usage)?, ..settings.clone() };
        return if demo.build_only { fill(&settings, demo) } else { serve_it(&settings, demo) };
    }
    let settings = own(settings, &demo.dir);
    let file = demo.dir.join("demo.sqlite3");
    if demo.fresh {
        // Refuses anything but a demo before it removes anything.
        if file.exists() {
            drop(open::engine(&settings, Purpose::Demo)?);
        }
        remove(&file)?;
    }
    build(&settings, demo)?;
    if demo.build_only { Ok(()) } else { serve_it(&settings, demo) }
}

fn serve_it(settings: &Settings, demo: &Demo) -> Result<(), Trouble> {
    let clock = demo.until.map_or(Clock::System, Clock::going_from);
    let store = open::store(settings, Purpose::Demo)?;
    let engine = open::engine_over(settings, Purpose::Demo, store, (clock, Chance::System))?;
    let edge = Edge {
        public_url: None,
        insecure: true,
        insecure_banner: false,
        is_demo: true,
        demo_sign_ins: people::STAFF
            .iter()
            .map(|p| (p.login.to_owned(), p.name.to_owned(), p.what.to_owned(), people::PASSWORD.to_owned()))
            .collect(),
        trusted_proxies: Vec::new(),
        metrics_token: None,
        allowance: Allowance::new(settings.visitor_requests, settings.caller_requests).holding(HOLD),
    };
    eprintln!("jiban: the demo community; sign-ins stand on its sign-in page");
    let outside = outside::outside(settings)?;
    serve::serve(settings, engine, (edge, outside), settings.bind)
}

/// The settings with the demo's own database and key in place of any other.
fn own(settings: &Settings, dir: &Path) -> Settings {
    Settings {
        database: DatabaseUrl::Sqlite(dir.join("demo.sqlite3")),
        secret_file: dir.join("demo.key"),
        data_dir: dir.to_owned(),
        // Letters to made-up people go nowhere but into a folder.
        mail: Some(MailSettings {
            by: MailBy::Files(dir.join("mail")),
            from: "jiban@demo.example".to_owned(),
            authorities: None,
        }),
        public_url: Some(format!("http://{}", settings.bind)),
        ..settings.clone()
    }
}

/// The mark that the community was built to its end.
fn done_mark(file: &Path) -> PathBuf {
    file.with_extension("built")
}

/// The database with its side files; the key stays. The mark goes first: whatever is cut off after it is built anew.
fn remove(file: &Path) -> Result<(), Trouble> {
    let side = |ending| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    for name in [done_mark(file), side(""), side("-wal"), side("-shm")] {
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Builds the community unless it is there; one that was cut off half-way is built anew.
fn build(settings: &Settings, demo: &Demo) -> Result<(), Trouble> {
    let DatabaseUrl::Sqlite(file) = &settings.database else { return Ok(()) };
    let done = done_mark(file);
    if file.exists() && done.exists() {
        return same(&std::fs::read_to_string(&done)?, demo);
    }
    if file.exists() {
        drop(open::engine(settings, Purpose::Demo)?);
        remove(file)?;
    }
    fill(settings, demo)?;
    std::fs::write(done, demo.kind())?;
    Ok(())
}

/// A year asked for by name is not taken for another demo that happens to be there. Marks of old say nothing.
fn same(there: &str, demo: &Demo) -> Result<(), Trouble> {
    let there = if there.is_empty() { "small" } else { there };
    match demo.scale().is_some() && there != demo.kind() {
        true => Err(Trouble::Usage(format!(
            "{} holds another demo ({there}); name another folder with --dir, or build this one anew with --fresh",
            demo.dir.display()
        ))),
        false => Ok(()),
    }
}

fn fill(settings: &Settings, demo: &Demo) -> Result<(), Trouble> {
    let now = demo.until.unwrap_or_else(|| Clock::System.now());
    let store = open::store(settings, Purpose::Demo)?;
    let parts = (Clock::set_at(now - chrono::TimeDelta::days(40)), Chance::counted(SEED));
    let engine = open::engine_over(settings, Purpose::Demo, store, parts)?;
    if setup::any_user(&engine)? {
        return Err(Trouble::Usage("this database is not empty".to_owned()));
    }
    engine.keep_settings(chrono::TimeDelta::days(60));
    eprintln!("jiban: building the demo community …");
    let Some(scale) = demo.scale() else { return town(&engine, now) };
    let tally = year::build(&engine, scale, now)?;
    eprintln!("jiban: {} requests, {} of them open; {} done the same day", tally.requests, tally.open, tally.same_day);
    Ok(())
}

fn town(engine: &Engine, now: chrono::DateTime<chrono::Utc>) -> Result<(), Trouble> {
    let town = people::build(engine)?;
    story::play(engine, &town, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_does_not_count_as_built() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("demo.sqlite3");
        let key = dir.path().join("demo.key");
        for name in [&file, &done_mark(&file), &dir.path().join("demo.sqlite3-wal"), &key] {
            std::fs::write(name, "").unwrap();
        }
        remove(&file).unwrap();
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [key], "the key alone stays");
    }
}
