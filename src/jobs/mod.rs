//! What is done without anybody asking: one table of jobs, and a runner that does each in its time.
//!
//! Every job may run in several processes at once and be killed at any moment: what it does is taken by lease or idempotent, in
//! bounded batches, each in a transaction of its own. `run_once` does everything that is due now, for tests and for
//! `jiban jobs run`.

mod notices;
mod runner;

use std::time::Duration;

use crate::engine::{Engine, Failure, Worked, expiry, hotline, roll_up, search, sweep};
use crate::notify::email::Mailer;

pub use runner::run;

/// The ways out of the house.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Mail, if any is sent.
    pub mail: Option<Mailer>,
    /// `scheme://host[:port]` links begin with; without it letters have no links.
    pub public_url: Option<String>,
}

/// What a job does.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// One bounded round; called again at once while it says that more waits.
    Sweep(fn(&Engine) -> Result<Worked, Failure>),
    /// Hands notices on and sends what is due.
    Notices,
}

/// One job.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// Its name in the log and of its lease.
    pub name: &'static str,
    /// It runs at least this often.
    pub period: Duration,
    /// It runs at once too when something was committed in this process.
    pub wakes: bool,
    /// One process at a time is enough: it takes the job's lease for a period.
    pub alone: bool,
    /// After a round that left more to do, this long passes before the next: whoever waits for an answer goes first.
    pub rest: Duration,
    /// The same while requests come in.
    pub rest_asked: Duration,
    /// What it does.
    pub work: Work,
}

const MINUTE: Duration = Duration::from_secs(60);

/// Every job there is. Notices come last, so that a round also sends what the sweeps before it had to tell.
pub const JOBS: &[Job] = &[
    // An emergency's clocks are told of within seconds, also when another process has just died.
    passing_time("clocks", 5, sweep::clocks),
    passing_time("offers", 30, sweep::offers),
    passing_time("hold_reviews", 30, sweep::hold_reviews),
    passing_time("deferred_reviews", 60, sweep::deferred_reviews),
    Job {
        name: "expired",
        period: Duration::from_secs(600),
        wakes: false,
        alone: true,
        rest: Duration::ZERO,
        rest_asked: Duration::ZERO,
        work: Work::Sweep(expiry::sweep_expired),
    },
    Job {
        // Due ten seconds after a missed call; looking costs a read.
        name: "call_backs",
        period: Duration::from_secs(5),
        wakes: false,
        alone: false,
        rest: Duration::ZERO,
        rest_asked: Duration::ZERO,
        work: Work::Sweep(hotline::sweep_call_backs),
    },
    Job {
        // Until it has run, figures are counted from the tickets that changed.
        name: "roll_ups",
        period: MINUTE,
        wakes: false,
        alone: true,
        rest: Duration::ZERO,
        rest_asked: Duration::ZERO,
        work: Work::Sweep(roll_up::sweep),
    },
    Job {
        // What was just opened is found a moment later. Of several processes that read the same stretch, one writes it.
        name: "search",
        period: Duration::from_secs(5),
        wakes: true,
        alone: false,
        rest: Duration::from_millis(200),
        rest_asked: Duration::from_secs(1),
        work: Work::Sweep(search::index),
    },
    Job {
        name: "notices",
        period: Duration::from_secs(5),
        wakes: true,
        alone: false,
        rest: Duration::ZERO,
        rest_asked: Duration::from_millis(500),
        work: Work::Notices,
    },
];

/// A sweep that looks what time has brought; any number of processes may run it.
const fn passing_time(name: &'static str, seconds: u64, sweep: fn(&Engine) -> Result<Worked, Failure>) -> Job {
    Job {
        name,
        period: Duration::from_secs(seconds),
        wakes: false,
        alone: false,
        rest: Duration::ZERO,
        rest_asked: Duration::ZERO,
        work: Work::Sweep(sweep),
    }
}

impl Job {
    /// One round.
    fn round(&self, engine: &Engine, outside: &Outside) -> Result<Worked, Failure> {
        match self.work {
            Work::Sweep(sweep) => sweep(engine),
            Work::Notices => notices::round(engine, outside),
        }
    }

    /// How long its lease is held.
    fn hold(&self) -> chrono::TimeDelta {
        chrono::TimeDelta::from_std(self.period.max(MINUTE)).unwrap_or(chrono::TimeDelta::minutes(1))
    }
}

/// Does everything that is due now, whoever holds a lease; what was done, by job.
///
/// # Errors
/// A failure of the first job that has one; those before it are done.
pub fn run_once(engine: &Engine, outside: &Outside) -> Result<Vec<(&'static str, usize)>, Failure> {
    let mut report = Vec::with_capacity(JOBS.len());
    for job in JOBS {
        let mut done = 0;
        loop {
            let worked = job.round(engine, outside)?;
            done += worked.done;
            if !worked.more {
                break;
            }
        }
        report.push((job.name, done));
    }
    Ok(report)
}
