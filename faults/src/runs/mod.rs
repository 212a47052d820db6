//! The faults, a file each.

mod away;
mod crowd;
mod disk;
mod flood;
mod kill;
mod pair;
mod stop;

use std::path::Path;
use std::time::Duration;

use crate::scene::{On, Scene};

/// A run: its figures, or what went wrong; nothing where it has no meaning.
pub type Run = fn(&Stage<'_>) -> Option<Result<String, String>>;

/// Every fault, in the order of the table in docs/faults.md.
pub const RUNS: &[(&str, Run)] = &[
    ("kill", kill::run),
    ("pair", pair::run),
    ("stop", stop::run),
    ("away", away::run),
    ("full", disk::full),
    ("fsync", disk::failing),
    ("crowd", crowd::run),
    ("flood", flood::run),
];

/// Everybody is served once within this time, when nothing is broken.
pub const WORK_LIMIT: Duration = Duration::from_secs(5);

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Seconds, for every day.
    Short,
    /// By hand.
    Long,
}

/// Where a run happens.
pub struct Stage<'a> {
    /// What every scene is a copy of.
    pub town: &'a Scene,
    /// Folder of all databases.
    pub dir: &'a Path,
    /// Which database.
    pub on: On<'a>,
    /// How much.
    pub size: Size,
}

impl<'a> Stage<'a> {
    /// A scene of this name.
    pub fn scene(&self, name: &str) -> Scene {
        self.town.copy(self.dir, name, self.on)
    }

    /// A limit, as it holds here: a short run happens on machines that do much else, and in a build for tests.
    pub fn limit(&self, limit: Duration) -> Duration {
        self.pick(limit * 10, limit)
    }

    /// Refuses a time that is too long.
    pub fn within(&self, what: &str, time: Duration, limit: Duration) -> Result<(), String> {
        let limit = self.limit(limit);
        if time <= limit { Ok(()) } else { Err(format!("{what} took {} ms, allowed {} ms", ms(time), ms(limit))) }
    }

    /// One of two, by size.
    pub fn pick<T>(&self, short: T, long: T) -> T {
        if self.size == Size::Short { short } else { long }
    }
}

/// In milliseconds.
pub fn ms(time: Duration) -> u128 {
    time.as_millis()
}

/// The middle one and the longest, in words.
pub fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    match (times.get(times.len() / 2), times.last()) {
        (Some(middle), Some(most)) => format!("median {} ms, most {} ms", ms(*middle), ms(*most)),
        _ => "never".to_owned(),
    }
}
