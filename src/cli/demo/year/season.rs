//! When people ask: years, seasons, weekdays, hours, storms.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Asia::Shanghai;

use super::dice::Dice;

/// What the day is like; the columns of the subjects' weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    /// While the heating is on.
    Winter,
    /// Until the heat.
    Spring,
    /// Mosquitoes, thunder.
    Summer,
    /// Until the heating.
    Autumn,
    /// Within hours of a storm.
    Storm,
    /// Snow lies.
    Snow,
}

/// A day and how many ask on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    date: NaiveDate,
    season: Weather,
    /// Local hour a storm breaks.
    storm: Option<u32>,
    /// Requests.
    pub(super) requests: usize,
}

/// How busy the months and weekdays are, in hundredths; the new year's holidays make the second month quiet.
const MONTHS: [u32; 12] = [108, 84, 100, 95, 95, 100, 113, 110, 95, 92, 113, 106];
const WEEKDAYS: [u32; 7] = [110, 101, 100, 100, 102, 105, 86];
/// How busy the hours are.
const HOURS: [u32; 24] = [6, 3, 2, 2, 2, 6, 18, 42, 72, 85, 83, 68, 50, 46, 56, 59, 56, 58, 68, 66, 50, 34, 18, 9];
/// Of a storm's day, how many of a hundred requests come with it.
const WITH_STORM: usize = 42;
/// The last years, which are as busy as a single one however many there are: lists and figures of today are the same then.
const LATELY: u32 = 20;

/// The days up to now, with `requests` spread over them. No id can be older than 1970, so of many years the early days are
/// fuller rather than the first one earlier.
pub(super) fn days(years: u32, requests: usize, now: DateTime<Utc>, dice: &Dice) -> Vec<Day> {
    let today = now.with_timezone(&Shanghai).date_naive();
    let earliest = NaiveDate::from_ymd_opt(1971, 1, 1).unwrap_or(today);
    let first = (today - TimeDelta::days(i64::from(years) * 365)).max(earliest);
    let lately = today - TimeDelta::days(i64::from(years.min(LATELY)) * 365);
    let fuller = f64::from(years.saturating_sub(LATELY)) * 365.0
        / f64::from(i32::try_from((lately - first).num_days().max(1)).unwrap_or(i32::MAX));
    let mut days = Vec::new();
    let mut weights = Vec::new();
    let mut date = first;
    while date <= today {
        let season = season(date);
        let storm = storm(date, dice);
        let season = if season == Weather::Winter && date.month() != 11 && date.month() != 3 && dice.per_mille(50) {
            Weather::Snow
        } else {
            season
        };
        let mut weight =
            f64::from(MONTHS[date.month0() as usize] * WEEKDAYS[date.weekday().num_days_from_monday() as usize]);
        weight *= if storm.is_some() { 1.55 } else { 1.0 } * if season == Weather::Snow { 1.2 } else { 1.0 };
        if date == today {
            weight *= elapsed(now);
        }
        if date < lately {
            weight *= fuller;
        }
        days.push(Day { date, season, storm, requests: 0 });
        weights.push(weight);
        date += TimeDelta::days(1);
    }
    spread(&mut days, &weights, requests);
    days
}

fn spread(days: &mut [Day], weights: &[f64], requests: usize) {
    let all: f64 = weights.iter().sum();
    let (mut sum, mut given) = (0.0, 0);
    for (day, weight) in days.iter_mut().zip(weights) {
        sum += weight;
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let upto = (sum / all * requests as f64).round() as usize;
        day.requests = upto.saturating_sub(given);
        given = given.max(upto);
    }
}

/// The share of today's requests that came by now.
fn elapsed(now: DateTime<Utc>) -> f64 {
    let local = now.with_timezone(&Shanghai);
    let upto: u32 = HOURS.iter().take(local.hour() as usize).sum();
    let this = HOURS[local.hour() as usize] * local.minute() / 60;
    f64::from(upto + this) / f64::from(HOURS.iter().sum::<u32>())
}

fn season(date: NaiveDate) -> Weather {
    match (date.month(), date.day()) {
        (11, 5..) | (12 | 1 | 2, _) | (3, ..=20) => Weather::Winter,
        (3..=5, _) => Weather::Spring,
        (6..=8, _) | (9, ..=10) => Weather::Summer,
        _ => Weather::Autumn,
    }
}

fn storm(date: NaiveDate, dice: &Dice) -> Option<u32> {
    let often = match date.month() {
        6 | 9 => 90,
        7 | 8 => 150,
        5 | 10 => 25,
        _ => 4,
    };
    let hour = u32::try_from(13 + dice.below(8)).unwrap_or(15);
    dice.per_mille(often).then_some(hour)
}

impl Day {
    /// When they ask, in order, and in what weather; nothing after `now`.
    pub(super) fn moments(&self, now: DateTime<Utc>, dice: &Dice) -> Vec<(DateTime<Utc>, Weather)> {
        let mut moments: Vec<_> = (0..self.requests).filter_map(|_| self.moment(now, dice)).collect();
        moments.sort_by_key(|(at, _)| *at);
        moments
    }

    fn moment(&self, now: DateTime<Utc>, dice: &Dice) -> Option<(DateTime<Utc>, Weather)> {
        for _ in 0..200 {
            let in_storm = self.storm.filter(|_| dice.below(100) < WITH_STORM);
            let second = match in_storm {
                // Most within the first hour.
                Some(hour) => hour * 3600 + small(dice, 3600) + small(dice, 3600) * u32::from(dice.per_mille(500)),
                None => u32::try_from(dice.weighted(HOURS.into_iter())).unwrap_or(9) * 3600 + small(dice, 3600),
            };
            let time =
                NaiveTime::from_num_seconds_from_midnight_opt(second.min(86_399), small(dice, 1_000_000) * 1000)?;
            // An hour that summer time once skipped is drawn anew.
            let Some(local) = self.date.and_time(time).and_local_timezone(Shanghai).earliest() else { continue };
            let at = local.with_timezone(&Utc);
            if at <= now {
                return Some((at, if in_storm.is_some() { Weather::Storm } else { self.season }));
            }
        }
        None
    }
}

fn small(dice: &Dice, n: usize) -> u32 {
    u32::try_from(dice.below(n)).unwrap_or(0)
}
