//! SIGKILL under load, again and again.

use std::time::{Duration, Instant};

use super::{Stage, WORK_LIMIT, spread};
use crate::compare::compare;
use crate::load::Load;
use crate::scene::port;

/// From the start of a process to serving.
const RESTART_LIMIT: Duration = Duration::from_secs(3);

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    Some(killed(stage))
}

fn killed(stage: &Stage<'_>) -> Result<String, String> {
    let (scene, port) = (stage.scene("kill"), port());
    let kills = stage.pick(2, 200);
    let mut served = scene.serve(port);
    let load = Load::start(&scene, &served, &[served.addr], "K");
    let mut restarts = Vec::new();
    for n in 0..kills {
        // After something was taken, and at another moment each time.
        load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
        std::thread::sleep(Duration::from_millis(7 + n * 37 % 150));
        served.kill();
        served = scene.serve(port);
        restarts.push(served.ready);
    }
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let told = load.end();
    let figures = compare(&scene, &served, &told)?;
    stage.within("a restart", restarts.iter().copied().max().unwrap_or_default(), RESTART_LIMIT)?;
    Ok(format!("{kills} × kill -9: {figures}; start to ready {}", spread(restarts)))
}
