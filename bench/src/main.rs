//! Measures Jiban as it is run: the release binary, its own database, real HTTP over loopback. Prints one table and, with
//! `--json`, writes the same figures for programs. `scripts/bench` calls it.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use jiban_bench::intake::{Door, FOLLOWERS};
use jiban_bench::load::{self, Spread, Work, run};
use jiban_bench::pages::{self, Looked};
use jiban_bench::site::{Place, Site, folder};
use jiban_bench::yardstick::{self, Bare, Written};
use jiban_bench::{fanout, line};
use serde_json::{Value, json};

/// Requests of which the plainest is the yardstick.
const SAMPLES: usize = 8;

/// Marks a place whose history is whole; says when that ends.
const BUILT: &str = "bench.built";

/// What to measure.
#[derive(Debug, Parser)]
struct Asked {
    /// The binary
    #[arg(long)]
    jiban: PathBuf,
    /// Where databases are made; the histories of an earlier run are used again
    #[arg(long)]
    dir: PathBuf,
    /// An empty PostgreSQL server to make databases on, such as postgres://user@127.0.0.1/postgres; SQLite without
    #[arg(long)]
    postgres: Option<String>,
    /// Sizes of the history, in tickets; multiples of 60000 are whole years
    #[arg(long, value_delimiter = ',', default_value = "1000,60000")]
    tickets: Vec<usize>,
    /// Seconds a run
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Repetitions
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// Of what comes in, these alone
    #[arg(long, value_delimiter = ',', default_value = "wechat,hotline,api")]
    doors: Vec<Door>,
    /// Of the pages, those alone whose name has this in it
    #[arg(long, default_value = "")]
    pages: String,
    /// Leave out what comes in
    #[arg(long)]
    no_intake: bool,
    /// Write the figures here
    #[arg(long)]
    json: Option<PathBuf>,
}

impl Asked {
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    fn database(&self) -> &'static str {
        if self.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// A place with a history of so many tickets, made now unless it is there. 0 is the small demo, always made anew: what
    /// comes in is measured on a fresh database, not on what earlier runs left.
    fn place(&self, tickets: usize) -> Place {
        let name = format!("{}-{tickets}", self.database().to_lowercase());
        let postgres = self.postgres.as_ref().map(|server| {
            let at = server.rfind('/').expect("a URL with a database");
            format!("{}/bench_{tickets}", &server[..at])
        });
        let place = Place { jiban: self.jiban.clone(), dir: folder(&self.dir, &name), postgres };
        if tickets == 0 {
            std::fs::remove_dir_all(&place.dir).expect("what an earlier run left");
            std::fs::create_dir(&place.dir).expect("a folder");
        }
        let done = place.dir.join(BUILT);
        if std::fs::read(&done).map_or(true, |mark| mark.is_empty()) {
            let until = evening();
            if let (Some(server), Some(_)) = (&self.postgres, &place.postgres) {
                yardstick::database(server, &format!("bench_{tickets}"));
                let _ = std::fs::remove_file(place.dir.join("demo.key"));
                place.verb(&["key", "create"]);
                place.verb(&["migrate"]);
            }
            let (years, requests) = (tickets.div_ceil(60_000).to_string(), tickets.to_string());
            let size = ["--build-only", "--years", &years, "--requests", &requests, "--until", &until];
            let began = std::time::Instant::now();
            let words = if tickets == 0 { &size[..1] } else { &size[..] };
            assert!(place.demo(words).status().expect("jiban cannot be run").success(), "the history cannot be built");
            eprintln!("{name}: built in {:.1} s", began.elapsed().as_secs_f64());
            std::fs::write(done, until).expect("a mark");
        }
        place
    }
}

fn main() {
    let asked = Asked::parse();
    let mut all = Vec::new();
    println!(
        "| {} | what | connections | a second | p50 ms | p99 ms | CPU ms | × year | statements | kB |",
        asked.database()
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    if !asked.no_intake {
        all.extend(incoming(&asked));
    }
    all.extend(looked_at(&asked));
    if let Some(file) = &asked.json {
        let text = serde_json::to_string_pretty(&json!({ "database": asked.database(), "figures": all }));
        std::fs::write(file, text.expect("JSON")).expect("the file of figures");
    }
}

/// Late in the evening of the community's day, when the lists and counts of the day are full: whatever the hour of measuring,
/// the pages have the same to show. Shanghai is eight hours ahead all year.
fn evening() -> String {
    let local = chrono::Utc::now() + chrono::TimeDelta::hours(8);
    format!("{}T15:40:00Z", local.format("%F"))
}

/// When the history of a place ends.
fn ended(place: &Place) -> String {
    std::fs::read_to_string(place.dir.join(BUILT)).expect("a history")
}

fn token(place: &Place) -> String {
    place.verb(&["token", "create", "--community", "demo", "--role", "agent"])
}

/// Durable intake, the bare database, an empty handler, and the way of a ring to the screens.
fn incoming(asked: &Asked) -> Vec<Value> {
    let place = asked.place(0);
    let token = token(&place);
    // By the machine's own clock: what comes in is signed by it.
    let (site, ready) = place.serve(None);
    let mut out = vec![json!({ "what": "start to ready", "ms": ready.as_secs_f64() * 1000.0 })];
    println!("| | start to ready | | | {:.0} | | | | | |", ready.as_secs_f64() * 1000.0);
    println!("| | resident memory, idle, MB | | {:.1} | | | | | | |", site.resident_mb());
    out.push(json!({ "what": "resident idle", "mb": site.resident_mb() }));
    // The number of the next request: no two are the same, for a repeat would be known as one.
    let mut first = 0;
    for door in Door::ALL.into_iter().filter(|door| asked.doors.contains(door)) {
        let make = |n: usize| door.request(n, &token);
        let work = Work { request: &make, each_once: true, right: door.right() };
        // What the door before left to the jobs is not this one's.
        site.rest();
        let (rate, rows) = bare(asked, (&place, &site), &work, &mut first);
        println!("| | bare database: the {rows} rows of a {} | 1 | {} | | | | | | |", door.name(), shown(&rate));
        let mut ratio = 0.0_f64;
        run(site.addr, 8, asked.time() / 4, &work, &mut first);
        yardstick::counted(place.postgres.as_deref());
        for connections in [1, 8, 32] {
            let runs: Vec<_> = (0..asked.repeats)
                .map(|_| {
                    let cpu = site.cpu_ms();
                    let run = run(site.addr, connections, asked.time(), &work, &mut first);
                    (run, (site.cpu_ms() - cpu) / run.done.max(1) as f64)
                })
                .collect();
            let of = |f: &dyn Fn(&(load::Run, f64)) -> f64| Spread::of(runs.iter().map(f));
            let (a_second, p50, p99) = (of(&|r| r.0.rate), of(&|r| r.0.p50), of(&|r| r.0.p99));
            let (cpu, wrong) = (of(&|r| r.1), runs.iter().map(|r| r.0.wrong).sum::<usize>());
            ratio = ratio.max(a_second.median / rate.median);
            println!(
                "| | {} | {connections} | {} | {:.2} | {:.2} | {:.2} | | | |{}",
                door.name(),
                shown(&a_second),
                p50.median,
                p99.median,
                cpu.median,
                if wrong > 0 { format!(" {wrong} WRONG") } else { String::new() }
            );
            out.push(json!({
                "what": door.name(), "connections": connections, "rate": spread(&a_second), "p50_ms": p50.median,
                "p99_ms": p99.median, "cpu_ms": cpu.median, "wrong": wrong, "bare": spread(&rate),
            }));
        }
        println!("| | … of the bare database's rate | | {:.2} × | | | | | | |", ratio);
    }
    println!("| | resident memory after that, MB | | {:.1} | | | | | | |", site.resident_mb());
    out.push(json!({ "what": "resident after intake", "mb": site.resident_mb() }));
    out.extend(beside(asked, &site));
    out
}

/// What the bare database does with the rows of one such request.
fn bare(asked: &Asked, (place, site): (&Place, &Site), work: &Work<'_>, first: &mut usize) -> (Spread, usize) {
    let mut bare = Bare::open(&place.dir.join("demo.sqlite3"), place.postgres.as_deref());
    // The first request of its kind, and of its follower, may write what later ones find.
    one(site, work, first);
    // Jobs write beside it now and then, and some requests take more rows than others: the least of several is a plain one.
    let samples = (0..SAMPLES).map(|_| {
        let before = bare.rows();
        one(site, work, first);
        let after = bare.rows();
        bare.written(&before, &after)
    });
    let written = samples.min_by_key(Written::rows).expect("a sample");
    (Spread::of((0..asked.repeats).map(|_| bare.measure(&written, asked.time()))), written.rows())
}

/// One request of the same follower as the last, if a follower's.
fn one(site: &Site, work: &Work<'_>, first: &mut usize) {
    let answer =
        line::Line::open(site.addr).and_then(|mut line| line.send(&(work.request)(*first))).expect("an answer");
    assert!(work.right.contains(&answer.status), "answered {}: {}", answer.status, answer.text());
    *first += FOLLOWERS;
}

/// The way of a ring to the screens, and what HTTP alone allows.
fn beside(asked: &Asked, site: &Site) -> Vec<Value> {
    let mut out = Vec::new();
    let cookie = site.sign_in("kefu1");
    for listeners in [1, 50, 500] {
        let runs: Vec<(f64, f64)> =
            (0..asked.repeats).map(|round| fanout::measure(site.addr, &cookie, listeners, round)).collect();
        let (p50, p99) = (Spread::of(runs.iter().map(|r| r.0)), Spread::of(runs.iter().map(|r| r.1)));
        println!("| | ring → event on {listeners} open pages | 1 | | {:.1} | {:.1} | | | | |", p50.median, p99.median);
        out.push(
            json!({ "what": "ring to event", "listeners": listeners, "p50_ms": p50.median, "p99_ms": p99.median }),
        );
    }
    let make = |_: usize| line::get("/", "");
    let work = Work { request: &make, each_once: false, right: &[200] };
    let (addr, mut first) = (yardstick::empty_handler(), 0);
    for connections in [1, 8] {
        let rate = Spread::of((0..asked.repeats).map(|_| run(addr, connections, asked.time(), &work, &mut first).rate));
        println!("| | an empty handler | {connections} | {} | | | | | | |", shown(&rate));
        out.push(json!({ "what": "empty handler", "connections": connections, "rate": spread(&rate) }));
    }
    out
}

/// Every page over histories of each size.
fn looked_at(asked: &Asked) -> Vec<Value> {
    let (mut out, mut all) = (Vec::new(), Vec::new());
    for &tickets in &asked.tickets {
        let place = asked.place(tickets);
        let token = token(&place);
        let (site, ready) = place.serve(Some(&ended(&place)));
        let ms = ready.as_secs_f64() * 1000.0;
        println!("| {tickets} | start to ready | | | {ms:.0} | | | | | |");
        out.push(json!({ "tickets": tickets, "what": "start to ready", "ms": ms }));
        let mut pages = pages::pages(&site, &token);
        pages.retain(|page| page.name.contains(&asked.pages));
        site.rest();
        all.push(Looked { tickets, site, pages });
    }
    for which in 0..all.first().map_or(0, |looked| looked.pages.len()) {
        for page in pages::measure(&all, which, asked.time(), asked.repeats) {
            let times = page.times.map(|times| format!("{times:.2}")).unwrap_or_default();
            for (connections, run) in [(1, page.one), (8, page.eight)] {
                println!(
                    "| {} | {} | {connections} | {:.0} | {:.2} | {:.2} | {:.2} | {times} | {:.1} | {:.0} |",
                    page.tickets,
                    page.name,
                    run.rate,
                    run.p50,
                    run.p99,
                    page.cpu_ms,
                    page.statements,
                    page.bytes as f64 / 1000.0
                );
                out.push(json!({
                    "tickets": page.tickets, "what": page.name, "connections": connections, "rate": run.rate,
                    "p50_ms": run.p50, "p99_ms": run.p99, "cpu_ms": page.cpu_ms, "times_the_year": page.times,
                    "statements": page.statements, "bytes": page.bytes, "wrong": run.wrong,
                }));
            }
        }
    }
    for Looked { tickets, site, .. } in &all {
        println!("| {tickets} | resident memory after that, MB | | {:.1} | | | | | | |", site.resident_mb());
        out.push(json!({ "tickets": tickets, "what": "resident after pages", "mb": site.resident_mb() }));
    }
    out
}

fn shown(spread: &Spread) -> String {
    format!("{:.0} [{:.0}–{:.0}]", spread.median, spread.least, spread.most)
}

fn spread(spread: &Spread) -> Value {
    json!({ "median": spread.median, "least": spread.least, "most": spread.most })
}
