//! When a platform's desk is open.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike, Utc};
use serde::{Deserialize, Serialize};

use super::{Calendar, DAY_MINUTES, DayKind, is_weekend};

/// How far ahead [`OfficeHours::next_opening`] looks, days: longer than any holiday.
const LOOK_AHEAD_DAYS: u64 = 60;

/// A stretch of one day in which the desk is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Opens, minutes after local midnight.
    pub from: u16,
    /// Closes, minutes after local midnight; 1440 is the end of the day.
    pub to: u16,
}

impl Period {
    /// From minute `from` until minute `to` of a day.
    pub const fn new(from: u16, to: u16) -> Self {
        Self { from, to }
    }
}

/// What is wrong with given office hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// It closes before it opens, or after the day's end.
    #[error("office hours from minute {} to minute {} are not within a day", .0.from, .0.to)]
    NotADay(Period),
    /// It begins before the one listed earlier has ended.
    #[error("office hours from minute {} to minute {} overlap the ones before", .0.from, .0.to)]
    Overlap(Period),
}

/// Office hours of a platform, by weekday, with a say on holidays and make-up days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Given")]
pub struct OfficeHours {
    week: [Vec<Period>; 7],
    make_up: Option<Vec<Period>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    week: [Vec<Period>; 7],
    make_up: Option<Vec<Period>>,
}

impl TryFrom<Given> for OfficeHours {
    type Error = HoursError;
    fn try_from(given: Given) -> Result<Self, HoursError> {
        Self::new(given.week, given.make_up)
    }
}

impl OfficeHours {
    /// Hours by weekday, Monday first. With `make_up` the desk keeps the calendar: closed on holidays, open for those
    /// periods on a make-up working day. Without it the week alone counts.
    ///
    /// # Errors
    /// When the periods of a day are not in order, overlap, or leave the day.
    pub fn new(week: [Vec<Period>; 7], make_up: Option<Vec<Period>>) -> Result<Self, HoursError> {
        for periods in week.iter().chain(make_up.as_ref()) {
            let mut closed = 0;
            for period in periods {
                if period.from >= period.to || period.to > DAY_MINUTES {
                    return Err(HoursError::NotADay(*period));
                }
                if period.from < closed {
                    return Err(HoursError::Overlap(*period));
                }
                closed = period.to;
            }
        }
        Ok(Self { week, make_up })
    }

    /// Day and night, every day: the property company's hotline.
    pub fn round_the_clock() -> Self {
        Self { week: std::array::from_fn(|_| vec![Period::new(0, DAY_MINUTES)]), make_up: None }
    }

    /// Monday to Friday 09:00–12:00 and 13:30–17:30, and the same on make-up working days: the committee's desk.
    pub fn committee() -> Self {
        let day = || vec![Period::new(9 * 60, 12 * 60), Period::new(13 * 60 + 30, 17 * 60 + 30)];
        Self { week: std::array::from_fn(|weekday| if weekday < 5 { day() } else { Vec::new() }), make_up: Some(day()) }
    }

    /// The plain week, Monday first.
    pub fn week(&self) -> &[Vec<Period>; 7] {
        &self.week
    }

    /// The periods of a make-up working day; none when the desk does not keep the calendar.
    pub fn make_up(&self) -> Option<&[Period]> {
        self.make_up.as_deref()
    }

    /// The periods of one local date.
    pub fn periods(&self, calendar: &Calendar, date: NaiveDate) -> &[Period] {
        match (&self.make_up, calendar.entry(date)) {
            (Some(_), Some(DayKind::Holiday)) => &[],
            (Some(make_up), Some(DayKind::Workday)) if is_weekend(date) => make_up,
            _ => &self.week[date.weekday().num_days_from_monday() as usize],
        }
    }

    /// Whether the desk is open at this moment.
    pub fn open_at(&self, calendar: &Calendar, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&calendar.zone());
        let minute = local.hour() * 60 + local.minute();
        self.periods(calendar, local.date_naive())
            .iter()
            .any(|period| (u32::from(period.from)..u32::from(period.to)).contains(&minute))
    }

    /// The first moment from `at` on at which the desk is open; `at` itself if it is open. `None` when nothing opens
    /// within 60 days.
    pub fn next_opening(&self, calendar: &Calendar, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.open_at(calendar, at) {
            return Some(at);
        }
        let today = calendar.local_date(at);
        (0..=LOOK_AHEAD_DAYS).filter_map(|n| today.checked_add_days(Days::new(n))).find_map(|date| {
            let periods = self.periods(calendar, date).iter();
            periods.map(|period| calendar.at_minute(date, period.from)).find(|opening| *opening >= at)
        })
    }
}
