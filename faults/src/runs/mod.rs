//! The faults, a file each.

mod away;
mod kill;
mod stop;

use std::path::Path;
use std::time::Duration;

use crate::scene::{On, Scene};

/// A run: its figures, or what went wrong; nothing where it has no meaning.
pub type Run = fn(&Stage<'_>) -> Option<Result<String, String>>;

/// Every fault, in the order of the table in docs/faults.md.
pub const RUNS: &[(&str, Run)] = &[("kill", kill::run), ("stop", stop::run), ("away", away::run)];

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
    /// The binary.
    pub jiban: &'a Path,
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
        Scene::new(self.jiban, self.dir, name, self.on)
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

/// Refuses a time that is too long.
pub fn within(what: &str, time: Duration, limit: Duration) -> Result<(), String> {
    if time <= limit { Ok(()) } else { Err(format!("{what} took {} ms, allowed {} ms", ms(time), ms(limit))) }
}
