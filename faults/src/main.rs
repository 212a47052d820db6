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
use scene::On;

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
    let cluster = cluster.map(|bin| Cluster::start(bin, &dir.join("pg")));
    let on: Vec<On<'_>> =
        wants("sqlite").then_some(On::Sqlite).into_iter().chain(cluster.as_ref().map(On::Postgres)).collect();
    let size = if asked.short { Size::Short } else { Size::Long };
    let mut code = ExitCode::SUCCESS;
    for (name, run) in RUNS {
        if !asked.names.is_empty() && !asked.names.iter().any(|asked| asked == name) {
            continue;
        }
        for on in &on {
            let stage = Stage { jiban: &jiban, dir: &dir, on: *on, size };
            match run(&stage) {
                Some(Ok(figures)) => println!("{name:<9} {:<10} {figures}", on.name()),
                Some(Err(fault)) => {
                    println!("{name:<9} {:<10} FAILED: {fault}", on.name());
                    code = ExitCode::FAILURE;
                }
                None => {}
            }
        }
    }
    code
}
