//! The database goes away under load: PostgreSQL frozen, killed, stopped and started again; the embedded file locked by another
//! process.

use std::time::{Duration, Instant};

use jiban_bench::line::{self, Line};

use super::{Stage, WORK_LIMIT, ms};
use crate::cluster::Cluster;
use crate::compare::compare;
use crate::load::Load;
use crate::scene::{On, Scene, Served, port};

/// A visitor waits two seconds at most; beside them, what a busy machine adds.
const ANSWER_LIMIT: Duration = Duration::from_millis(2300);
/// All doors are open again.
const BACK_LIMIT: Duration = Duration::from_secs(5);

/// A way to be away: its name, how it begins and how it ends.
type Way = (&'static str, fn(&Cluster), fn(&Cluster));

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    Some(away(stage))
}

fn away(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("away");
    let served = scene.serve(port());
    let load = Load::start(&scene, &served, &[served.addr], "A");
    let time = stage.pick(Duration::from_secs(2), Duration::from_secs(60));
    let begun = |load: &Load| load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT));
    begun(&load)?;
    let mut parts = Vec::new();
    match stage.on {
        On::Sqlite => {
            let reads = locked(&scene, &served, time)?;
            let back = load.all_taken_since(Instant::now(), stage.limit(BACK_LIMIT))?;
            parts.push(format!("write lock held {} s, {reads}, back in {} ms", time.as_secs(), ms(back)));
        }
        On::Postgres(cluster) => {
            let ways: [Way; 3] = [
                ("frozen", Cluster::freeze, Cluster::thaw),
                ("killed", Cluster::kill, Cluster::up),
                ("stopped", Cluster::stop, Cluster::up),
            ];
            for (name, take, give_back) in ways.into_iter().take(stage.pick(2, 3)) {
                take(cluster);
                std::thread::sleep(time);
                give_back(cluster);
                let back = load.all_taken_since(Instant::now(), stage.limit(BACK_LIMIT))?;
                parts.push(format!("{name} {} s, back in {} ms", time.as_secs(), ms(back)));
                begun(&load)?;
            }
        }
    }
    let told = load.end();
    let figures = compare(&scene, &served, &told)?;
    told.always_answered()?;
    stage.within("an answer of 503", told.slowest_away, ANSWER_LIMIT)?;
    if told.with(503) == 0 {
        return Err("nobody was answered 503".to_owned());
    }
    Ok(format!(
        "{}: {} × 503 with Retry-After, the slowest in {} ms; {figures}",
        parts.join("; "),
        told.with(503),
        ms(told.slowest_away)
    ))
}

/// Another process holds the write lock; meanwhile lists are read.
fn locked(scene: &Scene, served: &Served, time: Duration) -> Result<String, String> {
    let mut holder = scene.bare();
    holder.run("BEGIN IMMEDIATE");
    let (began, mut reads, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    let request = line::get("/api/v1/tickets?limit=20", &format!("authorization: Bearer {}\r\n", scene.token));
    let mut line = Line::open(served.addr).map_err(|error| error.to_string())?;
    while began.elapsed() < time {
        let asked = Instant::now();
        let answer = line.send(&request).map_err(|error| error.to_string())?;
        slowest = slowest.max(asked.elapsed());
        if answer.status != 200 {
            return Err(format!("a list is answered {} while somebody else writes", answer.status));
        }
        reads += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    holder.run("ROLLBACK");
    Ok(format!("{reads} lists read meanwhile, the slowest in {} ms", ms(slowest)))
}
