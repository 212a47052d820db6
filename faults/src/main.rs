//! Breaks things under a running Jiban: kills it, freezes its database, fills its disk, floods it. A client keeps a list of what
//! it was promised, and afterwards that is compared with what is there. One line a fault and database; `scripts/faults` calls it.

mod cluster;
mod compare;
mod load;
mod runs;
mod scene;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use cluster::Cluster;
use runs::{RUNS, Size, Stage};
use scene::{On, Scene};

/// What to break.
#[derive(Debug, Parser)]
struct Asked {
    /// The binary
    #[arg(long)]
    jiban: PathBuf,
    /// An empty folder for databases
    #[arg(long)]
    dir: PathBuf,
    /// PostgreSQL's programs; SQLite alone without
    #[arg(long)]
    postgres_bin: Option<PathBuf>,
    /// A short run of each, for every day
    #[arg(long)]
    short: bool,
    /// On one database: sqlite or postgres
    #[arg(long)]
    only: Option<String>,
    /// These faults alone, by name
    names: Vec<String>,
}

fn main() -> ExitCode {
    let asked = Asked::parse();
    let jiban = std::fs::canonicalize(&asked.jiban).expect("no such binary");
    let dir = std::fs::canonicalize(&asked.dir).expect("no such folder");
    let wants = |name: &str| asked.only.as_deref().is_none_or(|only| only == name);
    let cluster = asked.postgres_bin.as_ref().filter(|_| wants("postgres"));
    let cluster = cluster.map(|bin| Cluster::start(bin, &dir.join("pg"), !asked.short));
    let on: Vec<On<'_>> =
        wants("sqlite").then_some(On::Sqlite).into_iter().chain(cluster.as_ref().map(On::Postgres)).collect();
    let towns: Vec<Scene> = on.iter().map(|on| Scene::town(&jiban, &dir, *on)).collect();
    let size = if asked.short { Size::Short } else { Size::Long };
    let chosen =
        RUNS.iter().filter(|(name, _)| asked.names.is_empty() || asked.names.iter().any(|asked| asked == name));
    let chosen: Vec<_> = chosen.collect();
    // Every one is run, whatever came of those before.
    let all = |stage: &Stage<'_>| -> bool {
        let outcomes: Vec<bool> = chosen.iter().map(|(name, run)| tell(name, run(stage), stage)).collect();
        outcomes.into_iter().all(|well| well)
    };
    let outcomes: Vec<bool> = std::thread::scope(|scope| {
        let stages = on.iter().zip(&towns).map(|(on, town)| Stage { town, dir: &dir, on: *on, size });
        match size {
            // Side by side, for most of the time of a short run is waiting.
            Size::Short => {
                let threads: Vec<_> = stages.map(|stage| scope.spawn(|| all(&{ stage }))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap_or(false)).collect()
            }
            Size::Long => stages.map(|stage| all(&stage)).collect(),
        }
    });
    let well = outcomes.into_iter().all(|well| well);
    if well && !chosen.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints what came of a run; whether it went well.
fn tell(name: &str, outcome: Option<Result<String, String>>, stage: &Stage<'_>) -> bool {
    let on = stage.on.name();
    match outcome {
        Some(Ok(figures)) => println!("{name:<9} {on:<10} {figures}"),
        Some(Err(fault)) => {
            println!("{name:<9} {on:<10} FAILED: {fault}");
            return false;
        }
        None => {}
    }
    true
}
