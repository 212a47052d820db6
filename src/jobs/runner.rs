//! The runner: a task a job, never two rounds of one job at a time in a process.

use std::time::Duration;

use futures_util::future::join_all;

use super::{JOBS, Job, Outside};
use crate::domain::ids::HolderId;
use crate::engine::{Engine, Failure, Worked, guard};
use crate::live::Hub;

/// A job that a commit wakes begins this much later.
const GATHER: Duration = Duration::from_millis(200);
/// After a failure a job waits this long, then twice as long, up to the limit.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Does every job in its time until the hub is closed; then ends when what was begun is done.
pub async fn run(engine: Engine, outside: Outside, hub: Hub) {
    let holder: HolderId = engine.chance().id(engine.now());
    join_all(JOBS.iter().map(|job| keep(job, engine.clone(), outside.clone(), (hub.clone(), holder)))).await;
}

async fn keep(job: &'static Job, engine: Engine, outside: Outside, (hub, holder): (Hub, HolderId)) {
    let (mut closing, mut commits, mut asked) = (hub.closing(), hub.commits(), hub.asked());
    let mut failures: u32 = 0;
    while !hub.is_closed() {
        // What is committed from here on may need another round.
        commits.mark_unchanged();
        asked.mark_unchanged();
        let (its_engine, its_outside) = (engine.clone(), outside.clone());
        let round = tokio::task::spawn_blocking(move || alone(job, &its_engine, &its_outside, holder)).await;
        let wait = match round.map_err(|cause| cause.to_string()).and_then(|done| done.map_err(|f| f.to_string())) {
            Ok(worked) => {
                failures = 0;
                if worked.done > 0 {
                    hub.wake();
                }
                if worked.more {
                    tokio::time::sleep(rest(job, asked.has_changed().unwrap_or(true))).await;
                    continue;
                }
                job.period
            }
            Err(cause) => {
                tracing::warn!(job = job.name, %cause, "a job failed; it is tried again");
                failures = failures.saturating_add(1);
                pause(failures)
            }
        };
        tokio::select! {
            _ = closing.wait_for(|closed| *closed) => {}
            changed = commits.changed(), if job.wakes && failures == 0 => {
                if changed.is_err() {
                    break;
                }
                // What is committed in the next moment goes along, and whoever waits for a reply goes before a letter.
                tokio::time::sleep(GATHER).await;
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
    if job.alone {
        // Should it fail, the lease runs out.
        let _ = tokio::task::spawn_blocking(move || guard::release(&engine, job.name, holder)).await;
    }
}

/// A round, unless another process has the job's lease.
fn alone(job: &Job, engine: &Engine, outside: &Outside, holder: HolderId) -> Result<Worked, Failure> {
    if job.alone && !guard::take(engine, job.name, holder, job.hold())? {
        return Ok(Worked::default());
    }
    job.round(engine, outside)
}

/// Between two rounds of a job that has more to do. What a commit wakes is work that came in with it, and whoever is just asking
/// goes first; what time brings does not wait.
fn rest(job: &Job, asked: bool) -> Duration {
    if asked { job.rest_asked } else { job.rest }
}

fn pause(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1).min(16)).unwrap_or(1)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(name: &str, asked: bool) -> Duration {
        rest(JOBS.iter().find(|job| job.name == name).unwrap(), asked)
    }

    #[test]
    fn notices_make_way_for_requests_and_clocks_for_nothing() {
        assert_eq!(rests("notices", true), Duration::from_millis(500));
        assert_eq!(rests("notices", false), Duration::ZERO);
        assert_eq!(rests("clocks", true), Duration::ZERO);
        assert_eq!(rests("search", true), Duration::from_secs(1));
        assert_eq!(rests("search", false), Duration::from_millis(200));
    }
}
