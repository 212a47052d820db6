//! `jiban demo --year`: a community of a real estate's size with a year of requests, decided by the same rules as every
//! verb and written in bulk.

mod course;
mod crew;
mod dice;
mod play;
mod season;
mod town;
mod words;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;

use super::people;
use crate::domain::words::Status;
use crate::engine::fill::{Case, Fill, Follower, Rows, Writer};
use crate::engine::{Engine, Failure, roll_up, setup};
use crew::Crew;
use dice::Dice;
use words::Topic;

/// Requests of one year.
pub(super) const REQUESTS: usize = 60_000;
/// Households.
pub(super) const HOUSEHOLDS: usize = 12_000;
/// Repeats the same plot every time.
const SEED: u64 = 20_201_120;
/// Requests written together, at least.
const BATCH: usize = 400;
/// Batches that may wait for the writer, so that memory does not grow with the years.
const WAITING: usize = 3;
/// Between two lines of progress.
const EVERY: Duration = Duration::from_secs(5);
/// Messages a day that ask for nothing, one for so many requests.
const CHAT: usize = 18;

/// How much is built.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) years: u32,
    /// In all.
    pub(super) requests: usize,
    pub(super) households: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) requests: usize,
    pub(super) open: usize,
    pub(super) same_day: usize,
}

impl Tally {
    fn count(&mut self, case: &Case, day: NaiveDate) {
        self.requests += 1;
        self.open += usize::from(case.status() != Status::Done);
        let done = case.first_done_at().map(|at| at.with_timezone(&Shanghai).date_naive());
        self.same_day += usize::from(done == Some(day));
    }
}

/// A community's life while it is made up.
struct Life<'a> {
    fill: Fill<'a>,
    crew: Crew,
    homes: Vec<town::Household>,
    topics: Rc<Vec<Topic>>,
    dice: Dice,
    /// By telephone number, for that is what their made-up ids hold.
    followers: BTreeMap<String, Follower>,
    now: DateTime<Utc>,
    tally: Tally,
}

/// Builds the community up to `now`; in an empty database.
pub(super) fn build(engine: &Engine, scale: Scale, now: DateTime<Utc>) -> Result<Tally, Failure> {
    let began = now - TimeDelta::days(i64::from(scale.years) * 365 + 30);
    engine.clock().set(began.max(DateTime::UNIX_EPOCH));
    let community = people::found(engine)?;
    let (gardens, homes) = town::build(engine, community, scale.households)?;
    let crew = crew::build(engine, community, &gardens)?;
    let life = Life {
        fill: Fill::new(engine, community)?,
        crew,
        homes,
        topics: Rc::new(words::topics()),
        dice: Dice::new(SEED),
        followers: BTreeMap::new(),
        now,
        tally: Tally::default(),
    };
    debug_assert!(setup::any_user(engine)?, "the crew is there");
    let tally = life.written(engine, scale)?;
    engine.clock().set(now);
    while roll_up::sweep(engine)?.more {}
    Ok(tally)
}

impl Life<'_> {
    /// Decides here and writes on another thread, so that both cores have work.
    fn written(mut self, engine: &Engine, scale: Scale) -> Result<Tally, Failure> {
        let mut writer = Writer::new(engine)?;
        let (send, receive) = mpsc::sync_channel::<Rows>(WAITING);
        // What was written goes back to be freed where it was made: two threads at one heap wait for each other.
        let (done, written) = mpsc::channel::<Rows>();
        std::thread::scope(|scope| {
            let writing = scope.spawn(move || {
                for rows in receive {
                    writer.write(&rows)?;
                    let _ = done.send(rows);
                }
                Ok::<_, Failure>(writer)
            });
            let lived = self.live_all(scale, |rows| {
                written.try_iter().for_each(drop);
                send.send(rows).is_ok()
            });
            drop(send);
            let writer = match writing.join() {
                Ok(writer) => writer?,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            lived?;
            writer.finish(&self.followers.values().collect::<Vec<_>>())
        })?;
        Ok(self.tally)
    }

    /// Day after day; `put` says whether the rows are still wanted.
    fn live_all(&mut self, scale: Scale, put: impl Fn(Rows) -> bool) -> Result<(), Failure> {
        let days = season::days(scale.years, scale.requests, self.now, &self.dice);
        let mut progress = Progress::new(scale.requests);
        // A call must be over by now.
        let latest = self.now - TimeDelta::minutes(6);
        let mut waiting = 0;
        for day in days {
            for (at, weather) in day.moments(latest, &self.dice) {
                self.ask(at, weather)?;
                if self.dice.below(CHAT) == 0 {
                    self.chat(at)?;
                }
                waiting += 1;
            }
            if waiting >= BATCH {
                waiting = 0;
                if !put(self.fill.take()) {
                    // The writer says why.
                    return Ok(());
                }
                progress.tell(self.tally.requests);
            }
        }
        put(self.fill.finish());
        Ok(())
    }
}

/// A line on the terminal now and then.
struct Progress {
    began: Instant,
    told: Instant,
    all: usize,
}

impl Progress {
    fn new(all: usize) -> Self {
        let now = Instant::now();
        Self { began: now, told: now, all }
    }

    fn tell(&mut self, done: usize) {
        if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            eprintln!("jiban: {done} of {} requests, {} s", self.all, self.began.elapsed().as_secs());
        }
    }
}
