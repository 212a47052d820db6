//! SIGTERM under load: what was accepted is finished, and the process ends by itself.

use std::time::{Duration, Instant};

use super::{Stage, WORK_LIMIT, spread};
use crate::compare::compare;
use crate::load::Load;
use crate::scene::port;

/// A service manager waits at least so long before it kills.
const GRACE: Duration = Duration::from_secs(10);

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    Some(stopped(stage))
}

fn stopped(stage: &Stage<'_>) -> Result<String, String> {
    let (scene, port) = (stage.scene("stop"), port());
    let stops = stage.pick(1_u64, 20);
    let mut served = scene.serve(port);
    let load = Load::start(&scene, &served, &[served.addr], "S");
    let mut took = Vec::new();
    for n in 0..stops {
        load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
        std::thread::sleep(Duration::from_millis(11 + n * 53 % 150));
        let (status, time) = served.stop();
        if !status.success() {
            return Err(format!("ended with {status}: {}", scene.said()));
        }
        took.push(time);
        served = scene.serve(port);
    }
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let told = load.end();
    let figures = compare(&scene, &served, &told)?;
    stage.within("a stop", took.iter().copied().max().unwrap_or_default(), GRACE)?;
    Ok(format!("{stops} × SIGTERM, exit 0 each time: {figures}; to the end {}", spread(took)))
}
