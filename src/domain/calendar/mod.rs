//! Which days people work: weekdays, public holidays and make-up working days (调休), in a community's own time zone.
//!
//! Holidays are announced a year ahead, so they are data: files shipped with the program ([`shipped_days`]) and whatever
//! the community adds. A year nobody entered counts weekends only; [`Calendar::knows`] lets pages say so.

mod days;
mod hours;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

pub use days::{CalendarDay, CalendarError, DayKind, parse, shipped_days};
pub use hours::{HoursError, OfficeHours, Period};

/// Minutes in a day of 24 hours.
pub const DAY_MINUTES: u16 = 24 * 60;

/// The working days of one community, in its time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    days: BTreeMap<NaiveDate, DayKind>,
    years: BTreeSet<i32>,
}

impl Calendar {
    /// Builds the calendar. Of two entries for one date the later wins, so a community's own come after the shipped ones.
    pub fn new(zone: Tz, days: impl IntoIterator<Item = CalendarDay>) -> Self {
        let days: BTreeMap<_, _> = days.into_iter().map(|day| (day.date, day.kind)).collect();
        // New Year's holiday may reach back into December, so December alone does not make a year known.
        let years = days.keys().filter(|date| date.month() < 12).map(Datelike::year).collect();
        Self { zone, days, years }
    }

    /// The community's time zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// What is said about this date apart from the plain week.
    pub fn entry(&self, date: NaiveDate) -> Option<DayKind> {
        self.days.get(&date).copied()
    }

    /// Whether offices work on this date.
    pub fn is_working(&self, date: NaiveDate) -> bool {
        match self.entry(date) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::Workday) => true,
            None => !is_weekend(date),
        }
    }

    /// Whether the holidays of this year were entered. If not, weekends alone count as free days.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// The first year between two dates (both included) whose holidays nobody entered: what a page should warn of when
    /// it shows a limit counted across it.
    pub fn unknown_year(&self, from: NaiveDate, to: NaiveDate) -> Option<i32> {
        (from.year()..=to.year()).find(|year| !self.knows(*year))
    }

    /// The local date at this moment.
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The moment a local day begins: midnight, or the first moment after it where clocks jump over midnight.
    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.at_minute(date, 0)
    }

    /// The moment a local day is over, which is when the next begins.
    pub fn end_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        date.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| self.start_of_day(next))
    }

    /// The end of the `n`-th working day after the local day of `from`.
    ///
    /// The day of opening is day 0, whatever its hour and whether or not it is a working day; the first working day after it
    /// is the 1st. Civil limits are counted so (民法典 §201: the day itself is not counted), everyone who reports on one
    /// day gets the same limit, and someone who reports at 23:50 does not lose a day of it. `n` = 0 is the end of the day
    /// of opening itself.
    pub fn end_of_working_day(&self, n: u32, from: DateTime<Utc>) -> DateTime<Utc> {
        self.nth_working_end(n, self.local_date(from))
    }

    /// How many working days end in the span `(after, until]`.
    pub fn working_ends(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
        let mut ends = 0;
        let mut date = self.local_date(after);
        loop {
            let end = self.end_of_day(date);
            if end > until {
                return ends;
            }
            if end > after && self.is_working(date) {
                ends += 1;
            }
            let Some(next) = date.succ_opt() else { return ends };
            date = next;
        }
    }

    /// The `n`-th end of a working day after this moment; the end of its own local day counts if that is a working day.
    /// `n` = 0 is the moment itself.
    pub fn working_end_after(&self, n: u32, after: DateTime<Utc>) -> DateTime<Utc> {
        let today = self.local_date(after);
        match today.pred_opt() {
            Some(yesterday) if n > 0 => self.nth_working_end(n, yesterday),
            _ => after,
        }
    }

    /// The start of the `n`-th working day counted back from the moment `end`, the day that `end` closes being the
    /// first. `n` = 0 is `end` itself.
    pub fn working_start_before(&self, n: u32, end: DateTime<Utc>) -> DateTime<Utc> {
        let mut date = self.local_date(end);
        let mut start = end;
        let mut left = n;
        while left > 0 {
            let begin = self.start_of_day(date);
            // The day that only begins at `end` has no part in the time before it.
            if begin < end && self.is_working(date) {
                left -= 1;
                start = begin;
            }
            let Some(before) = date.pred_opt() else { return start };
            date = before;
        }
        start
    }

    /// The end of the `n`-th working day after `date`; of `date` itself for `n` = 0.
    fn nth_working_end(&self, n: u32, mut date: NaiveDate) -> DateTime<Utc> {
        let mut left = n;
        while left > 0 {
            let Some(next) = date.succ_opt() else { return DateTime::<Utc>::MAX_UTC };
            date = next;
            left -= u32::from(self.is_working(date));
        }
        self.end_of_day(date)
    }

    /// The moment local clocks show this minute of the day. Where they show it twice, the first; where they jump over it,
    /// the first moment after the gap.
    fn at_minute(&self, date: NaiveDate, minute: u16) -> DateTime<Utc> {
        let wanted = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute));
        // Offsets change in steps of 15 minutes or more, and the longest gap known is a whole day (Samoa, 30 December 2011).
        (0..=100)
            .filter_map(|quarter| wanted.checked_add_signed(TimeDelta::minutes(15 * quarter)))
            .find_map(|local| self.zone.from_local_datetime(&local).earliest())
            .map_or(DateTime::<Utc>::MAX_UTC, |at| at.with_timezone(&Utc))
    }
}

/// Saturday or Sunday.
fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
