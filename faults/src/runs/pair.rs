//! Two processes on one PostgreSQL, killed in turn under load, whatever they are doing or hold: the other one goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Stage, WORK_LIMIT, spread};
use crate::compare::compare;
use crate::load::Load;
use crate::scene::{On, Scene, port};

/// What was leased by the dead is sent within this time once the leases are over.
const SEND_LIMIT: Duration = Duration::from_secs(60);

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    matches!(stage.on, On::Postgres(_)).then(|| pair(stage))
}

fn pair(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("pair");
    let ports = [port(), port()];
    let mut both = ports.map(|port| Some(scene.serve(port)));
    let first = both[0].as_ref().ok_or("nobody serves")?;
    let load = Load::start(&scene, first, &ports.map(|port| ([127, 0, 0, 1], port).into()), "P");
    let kills = stage.pick(2, 60);
    let mut gaps = Vec::new();
    for n in 0..kills {
        load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
        // A letter leaves a fifth of a second after a commit, so many of these moments are in the middle of a lease.
        std::thread::sleep(Duration::from_millis(13 + n as u64 * 41 % 300));
        if let Some(served) = both[n % 2].take() {
            served.kill();
        }
        // The other one alone.
        gaps.push(load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?);
        both[n % 2] = Some(scene.serve(ports[n % 2]));
    }
    let told = load.end();
    let served = both[0].as_ref().ok_or("nobody serves")?;
    let figures = compare(&scene, served, &told)?;
    Ok(format!("{kills} × kill -9 in turn: {figures}; served by the other {}; {}", spread(gaps), letters(&scene)?))
}

/// Waits until every letter is settled; each must be there, and under one id.
fn letters(scene: &Scene) -> Result<String, String> {
    let mut bare = scene.bare();
    let began = Instant::now();
    let mut count = |of: &str| -> usize {
        let found = bare.lines(&format!("SELECT CAST(count(*) AS text) AS line FROM {of}"));
        found.first().and_then(|n| n.parse().ok()).unwrap_or(0)
    };
    loop {
        // Nobody waits five minutes for what the dead had leased.
        scene
            .bare()
            .run("UPDATE delivery SET leased_until = noticed_at WHERE state = 'due' AND leased_until IS NOT NULL");
        let open = count("delivery WHERE medium = 'email' AND state = 'due'") + count("outbox WHERE state = 'due'");
        if open == 0 {
            break;
        }
        if began.elapsed() > SEND_LIMIT {
            return Err(format!("{open} notices are still not sent: {}", scene.said()));
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    let (sent, dead) =
        (count("delivery WHERE medium = 'email' AND state = 'sent'"), count("delivery WHERE state = 'dead'"));
    let tickets = count("ticket");
    let kept = kept(&scene.dir.join("mail"));
    let twice = kept.values().filter(|n| **n > 1).count();
    if dead > 0 || kept.len() != sent || sent < tickets || twice > 0 {
        return Err(format!("{tickets} tickets, {sent} letters sent, {dead} dead, {} kept, {twice} twice", kept.len()));
    }
    Ok(format!("{sent} letters, each once"))
}

/// Letters in the folder, by Message-ID.
fn kept(folder: &Path) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID:")).unwrap_or_default();
        *ids.entry(id.trim().to_owned()).or_insert(0) += 1;
    }
    ids
}
