//! A limit and its stable text form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest limit round the clock: ten years, minutes. Beyond it a number is a slip.
const MOST_MINUTES: u32 = 10 * 366 * 24 * 60;
/// The longest limit in working days: about ten years.
const MOST_WORKING_DAYS: u32 = 2_500;

/// How long something may take. Stored as `90m`, `24h` (both round the clock) or `7d` (working days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Minutes that run through nights and holidays.
    Minutes(u32),
    /// Until the end of the n-th working day; see [`super::super::calendar::Calendar::end_of_working_day`].
    WorkingDays(u32),
}

/// What was given is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a limit; write 5m, 24h or 7d (working days), at least 1 and at most ten years")]
pub struct LimitError(pub String);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(minutes) if *minutes > 0 && minutes % 60 == 0 => write!(f, "{}h", minutes / 60),
            Self::Minutes(minutes) => write!(f, "{minutes}m"),
            Self::WorkingDays(days) => write!(f, "{days}d"),
        }
    }
}

impl FromStr for Limit {
    type Err = LimitError;
    fn from_str(s: &str) -> Result<Self, LimitError> {
        let wrong = || LimitError(s.to_owned());
        let unit = s.chars().last().ok_or_else(wrong)?;
        let digits = s.strip_suffix(unit).unwrap_or_default();
        // `parse` alone would also take "+7".
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let number: u32 = digits.parse().map_err(|_| wrong())?;
        let limit = match unit {
            'm' => Self::Minutes(number),
            'h' => Self::Minutes(number.checked_mul(60).ok_or_else(wrong)?),
            'd' => Self::WorkingDays(number),
            _ => return Err(wrong()),
        };
        match limit {
            Self::Minutes(1..=MOST_MINUTES) | Self::WorkingDays(1..=MOST_WORKING_DAYS) => Ok(limit),
            _ => Err(wrong()),
        }
    }
}

impl Serialize for Limit {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
