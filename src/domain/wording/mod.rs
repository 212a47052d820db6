//! What people read about times, limits and who does what, in both languages.
//!
//! One place, so that a page, a WeChat reply and a mail say the same. Rounding never flatters: what is left is rounded down,
//! what is overdue up. Chinese text has a space between words and digits, but none inside dates.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::sla::ClockState;
use super::words::{ClockKind, Language, Queue, Status};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Which way a duration is rounded to the units shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// For time left, and for ages.
    Down,
    /// For time overdue.
    Up,
}

impl Round {
    fn units(self, seconds: i64, unit: i64) -> i64 {
        match self {
            Self::Down => seconds / unit,
            Self::Up => seconds / unit + i64::from(seconds % unit > 0),
        }
    }
}

/// A length of time in two units at most: `35 分`, `1 小时 20 分`, `2 天 3 小时`, from ten days on whole days. Under a
/// minute `不到 1 分`; a negative length counts as none.
pub fn duration(length: TimeDelta, language: Language, round: Round) -> String {
    let whole = length.num_seconds() + i64::from(round == Round::Up && length.subsec_nanos() > 0);
    let seconds = whole.max(0);
    let minutes = round.units(seconds, MINUTE);
    let hours = round.units(seconds, HOUR);
    let (day, hour, minute) = match language {
        Language::Zh => ("天", "小时", "分"),
        Language::En => ("d", "h", "min"),
    };
    // The unit is chosen after rounding: 59 min 30 s overdue is 1 h, not 60 min.
    if minutes == 0 {
        let words = match language {
            Language::Zh => "不到 1 分",
            Language::En => "less than 1 min",
        };
        words.to_owned()
    } else if minutes < 60 {
        format!("{minutes} {minute}")
    } else if minutes < 24 * 60 {
        two((minutes / 60, hour), (minutes % 60, minute))
    } else if hours < 10 * 24 {
        two((hours / 24, day), (hours % 24, hour))
    } else {
        format!("{} {day}", round.units(seconds, DAY))
    }
}

/// Two units, the second left out when it is nought.
fn two(large: (i64, &str), small: (i64, &str)) -> String {
    if small.0 == 0 {
        return format!("{} {}", large.0, large.1);
    }
    format!("{} {} {} {}", large.0, large.1, small.0, small.1)
}

/// What a clock shows, in words: `还剩 1 小时 20 分`, `已超时 35 分`, `挂起，明天 10:00 复查`, `按时办结`.
pub fn left_or_late(state: &ClockState, clock: ClockKind, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    match (*state, language) {
        (ClockState::Running { left } | ClockState::Warn { left }, Language::Zh) => {
            join("还剩", &duration(left, language, Round::Down))
        }
        (ClockState::Running { left } | ClockState::Warn { left }, Language::En) => {
            capital(&format!("{} left", duration(left, language, Round::Down)))
        }
        (ClockState::Late { by }, Language::Zh) => join("已超时", &duration(by, language, Round::Up)),
        (ClockState::Late { by }, Language::En) => capital(&format!("{} overdue", duration(by, language, Round::Up))),
        (ClockState::Held { until }, _) => held(until, now, zone, language),
        (ClockState::Met, _) => met(clock, language).to_owned(),
        (ClockState::Missed, _) => missed(clock, language).to_owned(),
    }
}

fn held(until: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let when = clock_time(until, now, zone, language);
    match (language, until < now) {
        (Language::Zh, false) => format!("挂起，{when} 复查"),
        (Language::Zh, true) => format!("挂起，{when} 就该复查"),
        (Language::En, false) => format!("On hold, review {when}"),
        (Language::En, true) => format!("On hold, review was due {when}"),
    }
}

const fn met(clock: ClockKind, language: Language) -> &'static str {
    match (clock, language) {
        (ClockKind::Contact, Language::Zh) => "按时联系",
        (ClockKind::Contact, Language::En) => "Contacted in time",
        (ClockKind::OnSite, Language::Zh) => "按时到场",
        (ClockKind::OnSite, Language::En) => "On site in time",
        // Time in a queue has no limit to keep or to miss; it is over.
        (ClockKind::Finish | ClockKind::QueueTime, Language::Zh) => "按时办结",
        (ClockKind::Finish | ClockKind::QueueTime, Language::En) => "Finished in time",
    }
}

const fn missed(clock: ClockKind, language: Language) -> &'static str {
    match (clock, language) {
        (ClockKind::Contact, Language::Zh) => "超时联系",
        (ClockKind::Contact, Language::En) => "Contacted late",
        (ClockKind::OnSite, Language::Zh) => "超时到场",
        (ClockKind::OnSite, Language::En) => "On site late",
        // Time in a queue has no limit to keep or to miss; it is over.
        (ClockKind::Finish | ClockKind::QueueTime, Language::Zh) => "超时办结",
        (ClockKind::Finish | ClockKind::QueueTime, Language::En) => "Finished late",
    }
}

/// Puts a space between a Chinese word and a digit, none between two Chinese words.
fn join(word: &str, rest: &str) -> String {
    let space = if rest.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
    format!("{word}{space}{rest}")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A moment as people say it: `刚刚`, `今天 14:05`, `昨天 16:40`, `明天 10:00`, `周五 09:00` (within the coming week),
/// `3月2日 14:05`, and in another year `2025年3月2日`.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    if (TimeDelta::zero()..TimeDelta::minutes(1)).contains(&(now - at)) {
        let words = match language {
            Language::Zh => "刚刚",
            Language::En => "just now",
        };
        return words.to_owned();
    }
    let (date, today) = (local(at, zone), local(now, zone));
    match near(date, today, language) {
        None if date.year() != today.year() => long_date(date, today, language),
        _ => clock_time(at, now, zone, language),
    }
}

/// A moment for a table's narrow column: `14:05` today, else the day alone (`昨天`, `3月2日`, `2025年3月2日`).
pub fn short_moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let (date, today) = (local(at, zone), local(now, zone));
    match (date - today).num_days() {
        0 => time(at, zone),
        -1 | 1 => near(date, today, language).unwrap_or_default().to_owned(),
        _ => match language {
            Language::Zh => long_date(date, today, language),
            Language::En if date.year() == today.year() => date.format("%-d %b").to_string(),
            Language::En => date.format("%-d %b %Y").to_string(),
        },
    }
}

/// By when, for a sentence to a resident: `今天 22:00 前`, `周五 09:00 前`, or for a limit that ends with a day
/// `今天之内`, `3月9日（周一）之内`.
///
/// A limit in working days ends on the midnight after its last day. Nobody reads "3月10日 00:00 前" as the whole of the 9th,
/// so it is said as the day it closes.
pub fn due_words(due_at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    let last = local(due_at - TimeDelta::microseconds(1), zone);
    let ends_a_day = last != local(due_at, zone);
    let today = local(now, zone);
    if !ends_a_day {
        return match language {
            Language::Zh => format!("{} 前", clock_time(due_at, now, zone, language)),
            Language::En => {
                let on = if (last - today).num_days().abs() > 1 { "on " } else { "" };
                format!("by {} {on}{}", time(due_at, zone), day_words(last, today, language))
            }
        };
    }
    let day = match ((last - today).num_days(), language) {
        (-1..=1, _) => near(last, today, language).unwrap_or_default().to_owned(),
        (_, Language::Zh) => format!("{}（{}）", long_date(last, today, language), weekday(last, language)),
        (_, Language::En) => format!("{} {}", weekday(last, language), long_date(last, today, language)),
    };
    match language {
        Language::Zh => format!("{day}之内"),
        Language::En => format!("by the end of {day}"),
    }
}

/// Day and time of day, always both.
fn clock_time(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, language: Language) -> String {
    format!("{} {}", day_words(local(at, zone), local(now, zone), language), time(at, zone))
}

/// A day by its nearness if it is near, else by its date.
fn day_words(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    near(date, today, language).map_or_else(|| long_date(date, today, language), str::to_owned)
}

/// Yesterday, today, tomorrow, or a weekday of the coming six days. The seventh bears today's name and would mislead.
fn near(date: NaiveDate, today: NaiveDate, language: Language) -> Option<&'static str> {
    let (yesterday, now, tomorrow) = match language {
        Language::Zh => ("昨天", "今天", "明天"),
        Language::En => ("yesterday", "today", "tomorrow"),
    };
    match (date - today).num_days() {
        -1 => Some(yesterday),
        0 => Some(now),
        1 => Some(tomorrow),
        2..=6 => Some(weekday(date, language)),
        _ => None,
    }
}

/// `3月2日`; with the year when it is not this one.
fn long_date(date: NaiveDate, today: NaiveDate, language: Language) -> String {
    let form = match (language, date.year() == today.year()) {
        (Language::Zh, true) => "%-m月%-d日",
        (Language::Zh, false) => "%Y年%-m月%-d日",
        (Language::En, true) => "%-d %B",
        (Language::En, false) => "%-d %B %Y",
    };
    date.format(form).to_string()
}

fn weekday(date: NaiveDate, language: Language) -> &'static str {
    const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let names = match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    };
    names[date.weekday().num_days_from_monday() as usize]
}

fn local(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

fn time(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// Who takes care, as a resident would say it, to stand inside a sentence.
pub const fn who_takes_care(queue: Queue, language: Language) -> &'static str {
    match (queue, language) {
        (Queue::Maintenance, Language::Zh) => "维修师傅",
        (Queue::Maintenance, Language::En) => "the repair crew",
        (Queue::Order, Language::Zh) => "秩序部（保安）",
        (Queue::Order, Language::En) => "the order department (guards)",
        (Queue::Environment, Language::Zh) => "环美部（保洁绿化）",
        (Queue::Environment, Language::En) => "the environment department (cleaning, gardens)",
        (Queue::Steward, Language::Zh) => "您这栋楼的楼管专员",
        (Queue::Steward, Language::En) => "your building's steward",
        (Queue::Committee, Language::Zh) => "居委会",
        (Queue::Committee, Language::En) => "the residents' committee",
    }
}

/// Where a request stands, in a resident's plain words; on hold it says so instead (the reason is told beside it).
pub const fn resident_status(status: Status, held: bool, language: Language) -> &'static str {
    match (status, language) {
        (Status::Assigned | Status::InProgress, Language::Zh) if held => "先等一等",
        (Status::Assigned | Status::InProgress, Language::En) if held => "Waiting for now",
        (Status::Unassigned, Language::Zh) => "收到了",
        (Status::Unassigned, Language::En) => "Received",
        (Status::Assigned, Language::Zh) => "派了人",
        (Status::Assigned, Language::En) => "Passed to someone",
        (Status::InProgress, Language::Zh) => "正在办",
        (Status::InProgress, Language::En) => "Being worked on",
        (Status::Done, Language::Zh) => "办完了",
        (Status::Done, Language::En) => "Done",
    }
}

/// Whether a text holds control characters other than line breaks and tabs: nobody types them, and PostgreSQL takes no NUL.
pub fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests;
