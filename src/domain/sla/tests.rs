use chrono::TimeZone;
use chrono_tz::Asia::Shanghai;

use super::Limit::{Minutes, WorkingDays};
use super::*;
use crate::domain::calendar::shipped_days;

/// A local moment in Shanghai, such as `2026-02-11 10:00`.
fn at(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Shanghai.from_local_datetime(&naive).unwrap().to_utc()
}

fn calendar() -> Calendar {
    Calendar::new(Shanghai, shipped_days())
}

fn class(urgency: Urgency) -> UrgencyClass {
    default_classes().into_iter().find(|class| class.urgency == urgency).unwrap()
}

/// Due and warning of a class's finish clock.
fn finish(urgency: Urgency, opened: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    let class = class(urgency);
    let due = start(class.finish, class.warn_before_minutes, at(opened), &calendar());
    (due.due_at, due.warn_at)
}

#[test]
fn seven_working_days_worked_out_by_hand() {
    for (opened, due, warn) in [
        // Wed 11 Feb is day 0. Thu 12 = 1, Fri 13 = 2, make-up Sat 14 = 3, Spring Festival 15–23 free, Tue 24 = 4,
        // Wed 25 = 5, Thu 26 = 6, Fri 27 = 7.
        ("2026-02-11 10:00", "2026-02-28 00:00", "2026-02-27 00:00"),
        // Opened in the festival, Tue 17 Feb. Tue 24 = 1, Wed 25 = 2, Thu 26 = 3, Fri 27 = 4, make-up Sat 28 = 5,
        // Sun 1 Mar free, Mon 2 = 6, Tue 3 = 7.
        ("2026-02-17 09:00", "2026-03-04 00:00", "2026-03-03 00:00"),
        // Wed 30 Sep, 1–7 Oct free, Thu 8 = 1, Fri 9 = 2, make-up Sat 10 = 3, Sun 11 free, Mon 12 = 4, Tue 13 = 5,
        // Wed 14 = 6, Thu 15 = 7.
        ("2026-09-30 17:00", "2026-10-16 00:00", "2026-10-15 00:00"),
        // Friday night, 6 Mar: day 0 though ten minutes of it are left. Mon 9 = 1 … Fri 13 = 5, Mon 16 = 6, Tue 17 = 7.
        ("2026-03-06 23:50", "2026-03-18 00:00", "2026-03-17 00:00"),
        // Twenty minutes later it is Saturday, day 0 as well: the same limit.
        ("2026-03-07 00:10", "2026-03-18 00:00", "2026-03-17 00:00"),
        // Make-up Sunday, 4 Jan: worked, but day 0. Mon 5 = 1 … Fri 9 = 5, Mon 12 = 6, Tue 13 = 7.
        ("2026-01-04 11:00", "2026-01-14 00:00", "2026-01-13 00:00"),
        // Wed 30 Dec 2026; nobody entered 2027, so 1 Jan counts as a plain Friday. Thu 31 = 1, Fri 1 = 2, Mon 4 = 3,
        // Tue 5 = 4, Wed 6 = 5, Thu 7 = 6, Fri 8 = 7.
        ("2026-12-30 10:00", "2027-01-09 00:00", "2027-01-08 00:00"),
        // From 2025 into 2026, both known: Mon 29 Dec. Tue 30 = 1, Wed 31 = 2, 1–3 Jan free, make-up Sun 4 = 3, Mon 5 = 4,
        // Tue 6 = 5, Wed 7 = 6, Thu 8 = 7.
        ("2025-12-29 10:00", "2026-01-09 00:00", "2026-01-08 00:00"),
    ] {
        assert_eq!(finish(Urgency::Normal, opened), (at(due), at(warn)), "opened {opened}");
    }
}

#[test]
fn fifteen_working_days_warn_two_working_days_before() {
    // Mon 2 Mar. Tue 3 … Fri 6 = 1–4, 9–13 = 5–9, 16–20 = 10–14, Mon 23 = 15. The last two working days are Fri 20 and
    // Mon 23, so the warning is on Friday morning, not on Sunday.
    assert_eq!(finish(Urgency::Long, "2026-03-02 09:00"), (at("2026-03-24 00:00"), at("2026-03-20 00:00")));
}

#[test]
fn urgent_and_emergency_run_through_nights_and_holidays() {
    // New Year's Eve 22:00 + 24 h; warns 4 h before.
    assert_eq!(finish(Urgency::Urgent, "2026-02-16 22:00"), (at("2026-02-17 22:00"), at("2026-02-17 18:00")));
    // 23:30 + 2 h, over midnight; warns 10 min before.
    assert_eq!(finish(Urgency::Emergency, "2026-02-16 23:30"), (at("2026-02-17 01:30"), at("2026-02-17 01:20")));
}

#[test]
fn a_warning_leaves_a_short_clock_half_its_time() {
    let warn = |urgency, clock, opened| {
        let class = class(urgency);
        start(class.limit(clock).unwrap(), class.warn_before_minutes, at(opened), &calendar()).warn_at
    };
    // 5 min and the class's 10 min of warning: 2 min before. On site, 10 min: 5 min before. Contact 2 h, warning 4 h: 1 h.
    assert_eq!(warn(Urgency::Emergency, ClockKind::Contact, "2026-03-02 09:00"), at("2026-03-02 09:03"));
    assert_eq!(warn(Urgency::Emergency, ClockKind::OnSite, "2026-03-02 09:00"), at("2026-03-02 09:05"));
    assert_eq!(warn(Urgency::Urgent, ClockKind::Contact, "2026-03-02 09:00"), at("2026-03-02 10:00"));
    // Contact of a normal request from Friday night: Monday is the 1st working day and wholly in the warning.
    assert_eq!(warn(Urgency::Normal, ClockKind::Contact, "2026-03-06 23:50"), at("2026-03-09 00:00"));
    // So is that of a long one, though its class warns two working days before: not from Friday on, when it was opened.
    assert_eq!(warn(Urgency::Long, ClockKind::Contact, "2026-03-06 09:00"), at("2026-03-09 00:00"));
    // A start later than the warning (a pause ended on the last day) is never preceded by it.
    let (due, resumed) = (at("2026-03-10 00:00"), at("2026-03-09 15:00"));
    assert_eq!(warn_at(WorkingDays(7), 1440, resumed, due, &calendar()), resumed);
    // No warning wanted: it falls on the limit.
    let due = start(WorkingDays(1), 0, at("2026-03-06 09:00"), &calendar());
    assert_eq!((due.warn_at, due.due_at), (at("2026-03-10 00:00"), at("2026-03-10 00:00")));
}

#[test]
fn every_urgency_has_its_class() {
    assert_eq!(default_classes().map(|class| class.urgency).as_slice(), Urgency::ALL);
    assert_eq!(class(Urgency::Normal).limit(ClockKind::OnSite), None);
}

#[test]
fn a_pause_over_a_weekend_costs_its_working_days_only() {
    let calendar = calendar();
    // Opened Mon 2 Mar: Tue 3 = 1 … Fri 6 = 4, Mon 9 = 5, Tue 10 = 6, Wed 11 = 7: due when Wed 11 ends.
    let due = start(WorkingDays(7), 1440, at("2026-03-02 09:00"), &calendar).due_at;
    assert_eq!(due, at("2026-03-12 00:00"));
    let resumed = |from, to| resume(WorkingDays(7), due, at(from), at(to), &calendar);
    // Fri 15:00 to Mon 10:00. Left at the pause: the ends of Fri 6, Mon 9, Tue 10, Wed 11 = 4. From Monday on: Mon 9 = 1,
    // Tue 10 = 2, Wed 11 = 3, Thu 12 = 4. One working-day end, Friday's, lay in the pause.
    assert_eq!(resumed("2026-03-06 15:00", "2026-03-09 10:00"), at("2026-03-13 00:00"));
    // Saturday to Sunday: no working-day end in it, nothing moves.
    assert_eq!(resumed("2026-03-07 10:00", "2026-03-08 10:00"), due);
    // Within one working day: the same.
    assert_eq!(resumed("2026-03-09 09:00", "2026-03-09 18:00"), due);
}

#[test]
fn paused_twice_in_working_days() {
    let calendar = calendar();
    let due = start(WorkingDays(7), 1440, at("2026-03-02 09:00"), &calendar).due_at;
    let due = resume(WorkingDays(7), due, at("2026-03-06 15:00"), at("2026-03-09 10:00"), &calendar);
    assert_eq!(due, at("2026-03-13 00:00"));
    // Again, Tue 10 09:00 to Thu 12 18:00. Left: Tue 10, Wed 11, Thu 12 = 3. From Thursday evening: Thu 12 = 1, Fri 13 = 2,
    // Mon 16 = 3.
    let due = resume(WorkingDays(7), due, at("2026-03-10 09:00"), at("2026-03-12 18:00"), &calendar);
    assert_eq!(due, at("2026-03-17 00:00"));
    // Its warning moves along: the last working day, Mon 16.
    assert_eq!(warn_at(WorkingDays(7), 1440, at("2026-03-02 09:00"), due, &calendar), at("2026-03-16 00:00"));
}

#[test]
fn paused_twice_round_the_clock() {
    let calendar = calendar();
    let limit = Minutes(24 * 60);
    // Sat 10:00 + 24 h = Sun 10:00; 3 h 30 min pause: Sun 13:30; one hour more: Sun 14:30.
    let due = start(limit, 240, at("2026-03-07 10:00"), &calendar).due_at;
    let due = resume(limit, due, at("2026-03-07 12:00"), at("2026-03-07 15:30"), &calendar);
    assert_eq!(due, at("2026-03-08 13:30"));
    let due = resume(limit, due, at("2026-03-08 00:00"), at("2026-03-08 01:00"), &calendar);
    assert_eq!(due, at("2026-03-08 14:30"));
    assert_eq!(warn_at(limit, 240, at("2026-03-07 10:00"), due, &calendar), at("2026-03-08 10:30"));
}

#[test]
fn a_pause_forgives_no_lateness() {
    let calendar = calendar();
    for limit in [Minutes(120), WorkingDays(1)] {
        let due = start(limit, 0, at("2026-03-02 09:00"), &calendar).due_at;
        let paused_at = due + TimeDelta::minutes(1);
        assert_eq!(resume(limit, due, paused_at, paused_at + TimeDelta::days(9), &calendar), due);
    }
}

/// Every third hour of five weeks round the Spring Festival: resuming at once changes nothing, a longer pause never gives an
/// earlier limit, and what was in time stays in time.
#[test]
fn resuming_is_neutral_and_monotonic() {
    let calendar = calendar();
    for limit in [Minutes(7 * 1440), WorkingDays(7)] {
        for hour in 0..280 {
            let opened = at("2026-02-02 00:30") + TimeDelta::hours(3 * hour);
            let due = start(limit, 0, opened, &calendar).due_at;
            let paused_at = opened + TimeDelta::hours(17);
            assert_eq!(resume(limit, due, paused_at, paused_at, &calendar), due);
            let mut last = due;
            for days in 0..12 {
                let resumed_at = paused_at + TimeDelta::hours(20 * days);
                let moved = resume(limit, due, paused_at, resumed_at, &calendar);
                assert!(moved >= last && moved > resumed_at, "{limit} opened {opened}, resumed {resumed_at}: {moved}");
                last = moved;
            }
        }
    }
}

#[test]
fn a_holiday_entered_during_a_pause_brings_no_limit_forward() {
    // Due at the end of Tue 10 Mar. Meanwhile the community declares 9 and 10 Mar free: no working-day end is left to keep.
    let due = start(WorkingDays(1), 0, at("2026-03-09 09:00"), &calendar()).due_at;
    let free = ["2026-03-09", "2026-03-10"].map(|date| crate::domain::calendar::CalendarDay {
        date: date.parse().unwrap(),
        kind: crate::domain::calendar::DayKind::Holiday,
        note: String::new(),
    });
    let edited = Calendar::new(Shanghai, free);
    assert_eq!(resume(WorkingDays(1), due, at("2026-03-09 10:00"), at("2026-03-09 11:00"), &edited), due);
}

#[test]
fn limits_read_back_as_written() {
    for (text, limit) in [("5m", Minutes(5)), ("90m", Minutes(90)), ("24h", Minutes(1440)), ("7d", WorkingDays(7))] {
        assert_eq!(text.parse::<Limit>().unwrap(), limit);
        assert_eq!(limit.to_string(), text);
        assert_eq!(serde_json::to_string(&limit).unwrap(), format!("\"{text}\""));
    }
    assert_eq!("120m".parse::<Limit>().unwrap().to_string(), "2h");
    for wrong in
        ["", "7", "d", "0d", "0m", "-1d", "+7d", "7 d", "7D", "1.5h", "7天", "99999999999m", "71582789h", "2501d"]
    {
        assert_eq!(wrong.parse::<Limit>(), Err(LimitError(wrong.to_owned())), "{wrong}");
    }
}

#[test]
fn what_a_clock_shows() {
    let review_at = at("2026-03-04 10:00");
    let clock = |paused: Option<&str>, stopped: Option<&str>| ClockReading {
        due_at: at("2026-03-03 12:00"),
        warn_at: at("2026-03-03 08:00"),
        pause: paused.map(|paused_at| Pause { paused_at: at(paused_at), review_at }),
        stopped_at: stopped.map(at),
    };
    let hours = TimeDelta::hours;
    for (clock, now, state) in [
        (clock(None, None), "2026-03-03 07:00", ClockState::Running { left: hours(5) }),
        (clock(None, None), "2026-03-03 08:00", ClockState::Warn { left: hours(4) }),
        (clock(None, None), "2026-03-03 12:00", ClockState::Warn { left: hours(0) }),
        (clock(None, None), "2026-03-03 13:00", ClockState::Late { by: hours(1) }),
        (clock(Some("2026-03-03 09:00"), None), "2026-03-03 13:00", ClockState::Held { until: review_at }),
        (clock(Some("2026-03-03 12:30"), None), "2026-03-03 13:00", ClockState::Late { by: hours(1) }),
        (clock(None, Some("2026-03-03 12:00")), "2026-03-09 00:00", ClockState::Met),
        (clock(None, Some("2026-03-03 12:01")), "2026-03-09 00:00", ClockState::Missed),
    ] {
        assert_eq!(clock.state(at(now)), state, "{clock:?} at {now}");
    }
}

#[test]
fn solved_the_same_day() {
    let calendar = calendar();
    let (early, late, next) = (at("2026-03-02 00:00"), at("2026-03-02 23:59"), at("2026-03-03 00:00"));
    for (done, outcome, reopened, counts) in [
        (late, Outcome::Resolved, false, true),
        (late, Outcome::Explained, false, true),
        // The next local day, though it is the same day in UTC.
        (next, Outcome::Resolved, false, false),
        (late, Outcome::Resolved, true, false),
        (late, Outcome::Deferred, false, false),
        (late, Outcome::Withdrawn, false, false),
        (late, Outcome::Duplicate, false, false),
        (late, Outcome::Referred, false, false),
        (late, Outcome::NotAccepted, false, false),
    ] {
        assert_eq!(same_day(early, done, outcome, reopened, &calendar), counts, "{outcome} {done} {reopened}");
    }
}
