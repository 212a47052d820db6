//! Minutes, midnights and ends of working days, counted.

use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use jiban::domain::words::{ClockKind, Platform, Urgency};

/// Minutes of a day.
pub(super) const DAY: i64 = 24 * 60;
/// Beijing is ahead of UTC.
const AHEAD: i64 = 8 * 60;

/// Free days of 2026 that are no weekend, and weekends that are worked, as month and day.
const HOLIDAYS: &[(i64, std::ops::RangeInclusive<i64>)] =
    &[(1, 1..=3), (2, 15..=23), (4, 4..=6), (5, 1..=5), (6, 19..=21), (9, 25..=27), (10, 1..=7)];
const WORKED: &[(i64, i64)] = &[(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

/// Minutes since 2026 began in Beijing.
pub fn minute(at: DateTime<Utc>) -> i64 {
    (at - begin()).num_minutes()
}

/// The moment of a minute.
pub fn moment(minute: i64) -> DateTime<Utc> {
    begin() + TimeDelta::minutes(minute)
}

fn begin() -> DateTime<Utc> {
    static BEGIN: OnceLock<DateTime<Utc>> = OnceLock::new();
    let utc = || "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    *BEGIN.get_or_init(|| utc() - TimeDelta::minutes(AHEAD))
}

/// Whether people work on the `day`-th day of 2026 (from 0).
pub(super) fn worked(day: i64) -> bool {
    static YEAR: OnceLock<Vec<bool>> = OnceLock::new();
    let year = YEAR.get_or_init(|| (0..800).map(worked_out).collect());
    usize::try_from(day).is_ok_and(|day| year[day])
}

/// The same, from the lists; 1 January 2026 is a Thursday, and of 2027 nothing is known but its weekends.
fn worked_out(day: i64) -> bool {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut month, mut date) = (1, day + 1);
    for length in lengths {
        if date > length {
            (month, date) = (month + 1, date - length);
        } else {
            break;
        }
    }
    if WORKED.contains(&(month, date)) {
        return true;
    }
    let free = HOLIDAYS.iter().any(|(m, days)| *m == month && days.contains(&date));
    !free && !matches!((day + 3) % 7, 5 | 6)
}

/// How many working days ended after one minute and up to another.
pub(super) fn ends(after: i64, until: i64) -> i64 {
    (after / DAY + 1..=until / DAY).filter(|midnight| worked(midnight - 1)).count() as i64
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    Minutes(i64),
    Days(i64),
}

/// Contact, on site, finish, and the minutes of warning.
pub(super) fn class(urgency: Urgency) -> (Limit, Option<Limit>, Limit, i64) {
    use Limit::{Days, Minutes};
    match urgency {
        Urgency::Emergency => (Minutes(5), Some(Minutes(10)), Minutes(120), 10),
        Urgency::Urgent => (Minutes(120), None, Minutes(1440), 240),
        Urgency::Normal => (Days(1), None, Days(7), 1440),
        Urgency::Long => (Days(1), None, Days(15), 2880),
    }
}

pub(super) fn limit(urgency: Urgency, kind: ClockKind) -> Option<Limit> {
    let (contact, on_site, finish, _) = class(urgency);
    match kind {
        ClockKind::Contact => Some(contact),
        ClockKind::OnSite => on_site,
        ClockKind::Finish => Some(finish),
        ClockKind::QueueTime => None,
    }
}

/// Patience before the next rung: minutes, or `None` for the end of a working day.
pub(super) fn patience(urgency: Urgency) -> Option<i64> {
    match urgency {
        Urgency::Emergency => Some(5),
        Urgency::Urgent => Some(60),
        Urgency::Normal | Urgency::Long => None,
    }
}

#[derive(Debug, Clone)]
pub(super) struct Clock {
    pub(super) kind: ClockKind,
    pub(super) platform: Platform,
    pub(super) limit: Limit,
    /// Minutes or ends of working days still to come.
    pub(super) left: i64,
    pub(super) warn: i64,
    pub(super) paused_since: Option<i64>,
    pub(super) due: Option<i64>,
    pub(super) told: usize,
}

impl Clock {
    pub(super) fn start(kind: ClockKind, platform: Platform, urgency: Urgency, at: i64) -> Option<Self> {
        let limit = limit(urgency, kind)?;
        let before = class(urgency).3;
        let (left, warn) = match limit {
            Limit::Minutes(minutes) => (minutes, before.min(minutes / 2)),
            // The end of the day itself goes by without counting.
            Limit::Days(days) => (days + i64::from(worked(at / DAY)), ((before + DAY - 1) / DAY).min(days)),
        };
        Some(Self { kind, platform, limit, left, warn, paused_since: None, due: None, told: 0 })
    }

    /// Time goes by from one minute to another.
    pub(super) fn live(&mut self, from: i64, until: i64) {
        if self.due.is_some() || self.paused_since.is_some() {
            return;
        }
        match self.limit {
            Limit::Minutes(_) if self.left <= until - from => self.due = Some(from + self.left),
            Limit::Minutes(_) => self.left -= until - from,
            Limit::Days(_) => {
                for midnight in (from / DAY + 1..=until / DAY).filter(|midnight| worked(midnight - 1)) {
                    self.left -= 1;
                    if self.left == 0 {
                        self.due = Some(midnight * DAY);
                        return;
                    }
                }
            }
        }
    }

    pub(super) fn resume(&mut self, at: i64) {
        let Some(since) = self.paused_since.take() else { return };
        let moved = match self.limit {
            Limit::Minutes(_) => at > since,
            Limit::Days(_) => ends(since, at) > 0,
        };
        if self.due.is_none() && moved {
            self.told = 0;
        }
    }

    /// How many of the four steps came up by now.
    pub(super) fn up(&self, urgency: Urgency, now: i64) -> usize {
        let Some(due) = self.due else {
            let warns = match self.limit {
                Limit::Minutes(_) => self.left <= self.warn,
                Limit::Days(_) => self.left < self.warn || (self.left == self.warn && worked(now / DAY)),
            };
            return usize::from(warns);
        };
        let steps = match (self.limit, patience(urgency)) {
            (Limit::Minutes(all), patience) => (now - due) / (all / 4).max(patience.unwrap_or(60)),
            (Limit::Days(all), _) => ends(due, now) / ((all + 3) / 4),
        };
        1 + usize::from(now > due) + usize::try_from(steps.min(2)).unwrap()
    }
}

/// A hold or an offer: since when it waits, steps told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) since: i64,
    pub(super) told: usize,
    pub(super) asked: Platform,
}

impl Waiting {
    pub(super) fn up(&self, urgency: Urgency, now: i64, on_the_moment: bool) -> usize {
        if now < self.since || (now == self.since && !on_the_moment) {
            return 0;
        }
        let steps = match patience(urgency) {
            Some(minutes) => (now - self.since) / minutes,
            None => ends(self.since, now),
        };
        1 + usize::try_from(steps.min(2)).unwrap()
    }
}
