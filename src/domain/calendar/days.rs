//! The days that differ from the plain week, and the files they come in.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::is_weekend;

/// The longest holiday a file may name, days: a longer one is a slip of the pen in `from` or `to`.
const LONGEST_HOLIDAY: usize = 20;

/// The calendar files inside the program.
const SHIPPED: &[&str] =
    &[include_str!("../../../config/calendar/2025.toml"), include_str!("../../../config/calendar/2026.toml")];

/// How a day differs from the plain week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Free, though it may be a weekday.
    Holiday,
    /// Worked, though it may be a weekend (调休).
    Workday,
}

impl DayKind {
    /// The code used in tables and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::Workday => "workday",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "holiday" => Some(Self::Holiday),
            "workday" => Some(Self::Workday),
            _ => None,
        }
    }
}

/// One day named by the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The local date.
    pub date: NaiveDate,
    /// Free or worked.
    pub kind: DayKind,
    /// The holiday's name; for a make-up day, the holiday it makes up for.
    pub note: String,
}

/// What is wrong with a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not TOML, or not of the expected form.
    #[error("the calendar file cannot be read: {0}")]
    Unreadable(String),
    /// The last day lies before the first, or the holiday is longer than any holiday is.
    #[error("{note}: {from} to {to} is not a holiday of 1 to 20 days")]
    Span {
        /// The holiday.
        note: String,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
    },
    /// A date outside the file's year (and the December before it, into which New Year may reach).
    #[error("{date} does not belong into the calendar of {year}")]
    OtherYear {
        /// The date.
        date: NaiveDate,
        /// The file's year.
        year: i32,
    },
    /// A date named twice.
    #[error("{0} is named twice")]
    Twice(NaiveDate),
    /// A make-up day that is no weekend would be worked anyway: most likely a slip of the pen.
    #[error("{0} is not a Saturday or Sunday, so it cannot be a make-up working day")]
    NotAWeekend(NaiveDate),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i32,
    period: Vec<FilePeriod>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePeriod {
    note: String,
    from: NaiveDate,
    to: NaiveDate,
    #[serde(default)]
    make_up: Vec<NaiveDate>,
}

/// Reads one year's calendar file (TOML; see `config/calendar/`), in order of date.
///
/// # Errors
/// Names the first thing that cannot be right, so that a typing slip does not become a holiday.
pub fn parse(text: &str) -> Result<Vec<CalendarDay>, CalendarError> {
    let file: File = toml::from_str(text).map_err(|error| CalendarError::Unreadable(error.to_string()))?;
    let mut days = Vec::new();
    for period in file.period {
        let free: Vec<_> =
            period.from.iter_days().take_while(|date| *date <= period.to).take(LONGEST_HOLIDAY + 1).collect();
        if free.is_empty() || free.len() > LONGEST_HOLIDAY {
            return Err(CalendarError::Span { note: period.note, from: period.from, to: period.to });
        }
        if let Some(date) = period.make_up.iter().find(|date| !is_weekend(**date)) {
            return Err(CalendarError::NotAWeekend(*date));
        }
        let free = free.into_iter().map(|date| (date, DayKind::Holiday));
        let worked = period.make_up.into_iter().map(|date| (date, DayKind::Workday));
        days.extend(free.chain(worked).map(|(date, kind)| CalendarDay { date, kind, note: period.note.clone() }));
    }
    let mut seen = BTreeSet::new();
    for day in &days {
        let belongs = day.date.year() == file.year || (day.date.year() == file.year - 1 && day.date.month() == 12);
        if !belongs {
            return Err(CalendarError::OtherYear { date: day.date, year: file.year });
        }
        if !seen.insert(day.date) {
            return Err(CalendarError::Twice(day.date));
        }
    }
    days.sort_by_key(|day| day.date);
    Ok(days)
}

/// The days of the calendars inside the program, in order of date: 2025 and 2026.
///
/// # Panics
/// Never in a tested build: the texts are constants and a test reads them all.
#[allow(clippy::expect_used)]
pub fn shipped_days() -> Vec<CalendarDay> {
    SHIPPED.iter().flat_map(|text| parse(text).expect("the shipped calendars are read by a test")).collect()
}
