//! How requests go: what is done after how long. Nine in ten are over the same day.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Asia::Shanghai;

use super::dice::Dice;
use crate::domain::words::{Outcome, Queue};

/// Something done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Somebody says that the alarm was heard.
    Hear,
    /// Given to a contractor by the head.
    Contract,
    Start,
    Finish(Outcome),
    /// Cannot be done now; comes up again after so many days.
    Defer(i64),
    /// Answered on the telephone, by whoever sits at the desk.
    Settle(Outcome),
    /// Until so many days from then.
    Hold(i64),
    Resume,
    HandBack,
    Route(Queue),
    Nudge,
    Reply,
    Reopen,
    Withdraw,
    Offer,
    Accept,
    Return,
    Conclude,
}

/// Deeds with their moments.
pub(super) type Course = Vec<(DateTime<Utc>, Deed)>;

/// What the course depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// When it was opened.
    pub(super) at: DateTime<Utc>,
    /// Somebody must go at once.
    pub(super) emergency: bool,
    /// On the telephone.
    pub(super) by_phone: bool,
    /// The committee keeps it to itself.
    pub(super) confidential: bool,
}

use Deed::{
    Accept, Conclude, Contract, Defer, Finish, HandBack, Hear, Hold, Nudge, Offer, Reopen, Reply, Resume, Return,
    Route, Settle, Start, Withdraw,
};

/// Draws a course.
pub(super) fn draw(dice: &Dice, facts: Facts) -> Course {
    if facts.emergency {
        return emergency(dice, facts.at);
    }
    match dice.below(1000) {
        0..30 if facts.by_phone && !facts.confidential => vec![(facts.at, Settle(Outcome::Explained))],
        30..40 => vec![(facts.at + dice.minutes(5, 50), Withdraw)],
        40..72 => several_days(dice, facts),
        72..95 => weeks(dice, facts),
        _ => same_day(dice, facts),
    }
}

fn emergency(dice: &Dice, at: DateTime<Utc>) -> Course {
    let heard = at + dice.minutes(1, 3);
    let there = heard + dice.minutes(3, 9);
    vec![(heard, Hear), (there, Start), (there + dice.minutes(15, 80), Finish(Outcome::Resolved))]
}

fn ended(dice: &Dice) -> Outcome {
    match dice.below(1000) {
        0..850 => Outcome::Resolved,
        850..985 => Outcome::Explained,
        985..995 => Outcome::Referred,
        _ => Outcome::NotAccepted,
    }
}

/// The last moment of the local day.
fn midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    let local = at.with_timezone(&Shanghai);
    let last = NaiveTime::from_hms_opt(23, 59, 30).unwrap_or_default();
    local.date_naive().and_time(last).and_local_timezone(Shanghai).latest().map_or(at, |last| last.with_timezone(&Utc))
}

/// Taken up and done before midnight, with what happens on the way.
fn same_day(dice: &Dice, facts: Facts) -> Course {
    let at = facts.at;
    let hour = at.with_timezone(&Shanghai).hour();
    // At night only what cannot wait is done; the rest begins with the morning.
    let first = match hour {
        0..6 => at + TimeDelta::hours(i64::from(6 - hour)) + dice.minutes(30, 150),
        6 => at + dice.minutes(40, 120),
        7..20 => at + dice.minutes(4, 100),
        _ => at + dice.minutes(3, 25),
    };
    let long = if hour >= 20 { dice.minutes(8, 45) } else { dice.minutes(12, 150) };
    let (mut start, mut done) = (first, first + long);
    let last = midnight(at);
    if done > last {
        let left = last - at;
        if left < TimeDelta::minutes(6) {
            // Too late for today.
            start = morning(dice, at);
            done = start + dice.minutes(15, 60);
        } else {
            (start, done) = (at + left / 3, last - left / 8);
        }
    }
    let mut course = Vec::new();
    match dice.below(1000) {
        0..40 => course.push((at + (start - at) / 2, Reply)),
        40..70 => course.push((at + (start - at) * 2 / 3, Nudge)),
        70..92 if !facts.confidential => {
            course.push((at + (start - at) / 3, HandBack));
            course.push((at + (start - at) * 2 / 3, Route(Queue::Steward)));
        }
        92..120 => course.push((at + (start - at) / 3, Contract)),
        _ => {}
    }
    let outcome = ended(dice);
    course.extend([(start, Start), (done, Finish(outcome))]);
    if outcome == Outcome::Resolved && dice.per_mille(9) {
        let again = awake(dice, done + dice.hours(3, 60));
        course.extend([(again, Reopen), (again + dice.minutes(20, 90), Start)]);
        course.push((again + dice.minutes(120, 300), Finish(Outcome::Resolved)));
    }
    course
}

/// The next morning.
pub(super) fn morning(dice: &Dice, at: DateTime<Utc>) -> DateTime<Utc> {
    midnight(at) + dice.minutes(8 * 60, 10 * 60)
}

/// Nobody works through the night; what would fall there happens in the morning.
fn awake(dice: &Dice, at: DateTime<Utc>) -> DateTime<Utc> {
    match at.with_timezone(&Shanghai).hour() {
        8..21 => at,
        21..24 => morning(dice, at),
        hour => at + TimeDelta::hours(i64::from(8 - hour)) + dice.minutes(0, 60),
    }
}

/// Some days: parts, people who are away, the wrong department, the other side.
fn several_days(dice: &Dice, facts: Facts) -> Course {
    let began = awake(dice, facts.at + dice.minutes(20, 240));
    let later = awake(dice, began + dice.days(1, 6));
    let mut course = vec![(began, Start)];
    match dice.below(10) {
        0..5 => course.extend([(began + dice.minutes(10, 60), Hold(6)), (later, Resume)]),
        5 | 6 if !facts.confidential => {
            course = vec![(began, HandBack), (began + dice.minutes(15, 90), Route(Queue::Steward)), (later, Start)];
        }
        7 if !facts.confidential => {
            let offered = began + dice.minutes(60, 180);
            course.push((offered, Offer));
            course.push((awake(dice, offered + dice.hours(2, 20)), Return));
        }
        8 | 9 if !facts.confidential => return crossing(dice, began, (1, 3)),
        _ => course.push((began + dice.minutes(30, 120), Reply)),
    }
    let last = course.last().map_or(later, |(at, _)| *at).max(later);
    course.push((last + dice.minutes(20, 150), Finish(ended(dice))));
    course
}

/// To the other side and back, within so many days.
fn crossing(dice: &Dice, began: DateTime<Utc>, (from, to): (i64, i64)) -> Course {
    let offered = began + dice.minutes(60, 300);
    let accepted = awake(dice, offered + dice.hours(1, 20));
    let concluded = awake(dice, accepted + dice.days(from, to + 1));
    let back = awake(dice, concluded + dice.minutes(30, 200));
    let started = accepted + dice.minutes(20, 120);
    let mut course = vec![(began, Start), (offered, Offer), (accepted, Accept), (started, Start)];
    if from > 5 {
        course.push((started + dice.minutes(30, 90), Hold(to + 3)));
    }
    course.extend([(concluded, Conclude), (back, Start), (back + dice.minutes(5, 60), Finish(Outcome::Resolved))]);
    course
}

/// Weeks: material, money, seasons, several households.
fn weeks(dice: &Dice, facts: Facts) -> Course {
    let began = awake(dice, facts.at + dice.minutes(30, 300));
    match dice.below(10) {
        0..3 => {
            let deferred = began + dice.minutes(60, 240);
            let days = 60 + i64::try_from(dice.below(90)).unwrap_or(0);
            let again = awake(dice, deferred + TimeDelta::days(days) + dice.minutes(10, 120));
            vec![
                (began, Start),
                (deferred, Defer(days)),
                (again, Reopen),
                (again + dice.hours(1, 4), Start),
                (again + dice.hours(5, 9), Finish(Outcome::Resolved)),
            ]
        }
        3..6 if !facts.confidential => crossing(dice, began, (20, 70)),
        _ => {
            let days = 25 + i64::try_from(dice.below(80)).unwrap_or(0);
            let resumed = awake(dice, began + TimeDelta::days(days));
            vec![
                (began, Start),
                (began + dice.minutes(30, 120), Hold(days + 3)),
                (resumed, Resume),
                (resumed + dice.hours(1, 6), Finish(Outcome::Resolved)),
            ]
        }
    }
}
