use chrono::TimeZone;
use chrono_tz::Asia::Shanghai;

use super::Language::{En, Zh};
use super::Round::{Down, Up};
use super::*;

/// A local moment in Shanghai, such as `2026-03-02 14:05`.
fn at(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Shanghai.from_local_datetime(&naive).unwrap().to_utc()
}

/// Monday, 2 March 2026, 14:30.
fn now() -> DateTime<Utc> {
    at("2026-03-02 14:30")
}

#[test]
fn durations() {
    for (seconds, down, up, english_up) in [
        (-5, "不到 1 分", "不到 1 分", "less than 1 min"),
        (0, "不到 1 分", "不到 1 分", "less than 1 min"),
        (1, "不到 1 分", "1 分", "1 min"),
        (35 * 60, "35 分", "35 分", "35 min"),
        (59 * 60 + 30, "59 分", "1 小时", "1 h"),
        (80 * 60, "1 小时 20 分", "1 小时 20 分", "1 h 20 min"),
        (DAY - 1, "23 小时 59 分", "1 天", "1 d"),
        (DAY, "1 天", "1 天", "1 d"),
        (DAY + 1, "1 天", "1 天 1 小时", "1 d 1 h"),
        (2 * DAY + 3 * HOUR, "2 天 3 小时", "2 天 3 小时", "2 d 3 h"),
        (10 * DAY - 1, "9 天 23 小时", "10 天", "10 d"),
        (10 * DAY + HOUR, "10 天", "11 天", "11 d"),
    ] {
        let length = TimeDelta::seconds(seconds);
        assert_eq!(duration(length, Zh, Down), down, "{seconds} s, down");
        assert_eq!(duration(length, Zh, Up), up, "{seconds} s, up");
        assert_eq!(duration(length, En, Up), english_up, "{seconds} s, English");
    }
    // A part of a second overdue is overdue.
    assert_eq!(duration(TimeDelta::microseconds(1), Zh, Up), "1 分");
    assert_eq!(duration(TimeDelta::minutes(5) + TimeDelta::microseconds(1), Zh, Up), "6 分");
}

#[test]
fn what_clocks_say() {
    let minutes = TimeDelta::minutes;
    for (state, clock, zh, en) in [
        (ClockState::Running { left: minutes(80) }, ClockKind::Finish, "还剩 1 小时 20 分", "1 h 20 min left"),
        (ClockState::Warn { left: TimeDelta::seconds(119) }, ClockKind::Finish, "还剩 1 分", "1 min left"),
        (
            ClockState::Warn { left: TimeDelta::seconds(40) },
            ClockKind::Contact,
            "还剩不到 1 分",
            "Less than 1 min left",
        ),
        (ClockState::Late { by: TimeDelta::seconds(34 * 60 + 1) }, ClockKind::Finish, "已超时 35 分", "35 min overdue"),
        (
            ClockState::Held { until: at("2026-03-03 10:00") },
            ClockKind::Finish,
            "挂起，明天 10:00 复查",
            "On hold, review tomorrow 10:00",
        ),
        (
            ClockState::Held { until: at("2026-03-01 10:00") },
            ClockKind::Finish,
            "挂起，昨天 10:00 就该复查",
            "On hold, review was due yesterday 10:00",
        ),
        (ClockState::Met, ClockKind::Finish, "按时办结", "Finished in time"),
        (ClockState::Met, ClockKind::Contact, "按时联系", "Contacted in time"),
        (ClockState::Missed, ClockKind::Finish, "超时办结", "Finished late"),
        (ClockState::Missed, ClockKind::OnSite, "超时到场", "On site late"),
    ] {
        assert_eq!(left_or_late(&state, clock, now(), Shanghai, Zh), zh);
        assert_eq!(left_or_late(&state, clock, now(), Shanghai, En), en);
    }
}

#[test]
fn moments() {
    for (when, zh, en, short_zh, short_en) in [
        ("2026-03-02 14:30", "刚刚", "just now", "14:30", "14:30"),
        ("2026-03-02 14:29", "今天 14:29", "today 14:29", "14:29", "14:29"),
        ("2026-03-02 14:31", "今天 14:31", "today 14:31", "14:31", "14:31"),
        ("2026-03-02 00:00", "今天 00:00", "today 00:00", "00:00", "00:00"),
        ("2026-03-01 16:40", "昨天 16:40", "yesterday 16:40", "昨天", "yesterday"),
        ("2026-02-28 09:05", "2月28日 09:05", "28 February 09:05", "2月28日", "28 Feb"),
        ("2025-12-31 09:05", "2025年12月31日", "31 December 2025", "2025年12月31日", "31 Dec 2025"),
        ("2026-03-03 10:00", "明天 10:00", "tomorrow 10:00", "明天", "tomorrow"),
        ("2026-03-06 09:00", "周五 09:00", "Friday 09:00", "3月6日", "6 Mar"),
        ("2026-03-08 09:00", "周日 09:00", "Sunday 09:00", "3月8日", "8 Mar"),
        // The seventh day is a Monday like today: the date says which.
        ("2026-03-09 09:00", "3月9日 09:00", "9 March 09:00", "3月9日", "9 Mar"),
        ("2027-01-04 09:00", "2027年1月4日", "4 January 2027", "2027年1月4日", "4 Jan 2027"),
    ] {
        assert_eq!(moment(at(when), now(), Shanghai, Zh), zh, "{when}");
        assert_eq!(moment(at(when), now(), Shanghai, En), en, "{when}");
        assert_eq!(short_moment(at(when), now(), Shanghai, Zh), short_zh, "{when}");
        assert_eq!(short_moment(at(when), now(), Shanghai, En), short_en, "{when}");
    }
}

#[test]
fn days_are_the_zones_and_reach_over_new_year() {
    // 31 December 23:50 in Shanghai; twenty minutes later is tomorrow and another year.
    let (eve, later) = (at("2026-12-31 23:50"), at("2027-01-01 00:10"));
    assert_eq!(moment(later, eve, Shanghai, Zh), "明天 00:10");
    assert_eq!(moment(eve, later, Shanghai, Zh), "昨天 23:50");
    assert_eq!(moment(eve, later, chrono_tz::UTC, Zh), "今天 15:50");
}

#[test]
fn by_when() {
    for (due, zh, en) in [
        ("2026-03-02 22:00", "今天 22:00 前", "by 22:00 today"),
        ("2026-03-03 14:30", "明天 14:30 前", "by 14:30 tomorrow"),
        ("2026-03-06 09:00", "周五 09:00 前", "by 09:00 on Friday"),
        ("2026-03-12 09:00", "3月12日 09:00 前", "by 09:00 on 12 March"),
        ("2027-01-04 09:00", "2027年1月4日 09:00 前", "by 09:00 on 4 January 2027"),
        // Ends of days: the midnight is said as the day it closes.
        ("2026-03-03 00:00", "今天之内", "by the end of today"),
        ("2026-03-04 00:00", "明天之内", "by the end of tomorrow"),
        ("2026-03-07 00:00", "3月6日（周五）之内", "by the end of Friday 6 March"),
        ("2026-03-12 00:00", "3月11日（周三）之内", "by the end of Wednesday 11 March"),
        ("2027-01-09 00:00", "2027年1月8日（周五）之内", "by the end of Friday 8 January 2027"),
        ("2026-03-02 00:00", "昨天之内", "by the end of yesterday"),
    ] {
        assert_eq!(due_words(at(due), now(), Shanghai, Zh), zh, "{due}");
        assert_eq!(due_words(at(due), now(), Shanghai, En), en, "{due}");
    }
}

#[test]
fn residents_read_plain_words() {
    let who = |queue| (who_takes_care(queue, Zh), who_takes_care(queue, En));
    assert_eq!(who(Queue::Maintenance), ("维修师傅", "the repair crew"));
    assert_eq!(who(Queue::Order), ("秩序部（保安）", "the order department (guards)"));
    assert_eq!(who(Queue::Environment), ("环美部（保洁绿化）", "the environment department (cleaning, gardens)"));
    assert_eq!(who(Queue::Steward), ("您这栋楼的楼管专员", "your building's steward"));
    assert_eq!(who(Queue::Committee), ("居委会", "the residents' committee"));
    for (status, plain, held, english) in [
        (Status::Unassigned, "收到了", "收到了", "Received"),
        (Status::Assigned, "派了人", "先等一等", "Passed to someone"),
        (Status::InProgress, "正在办", "先等一等", "Being worked on"),
        (Status::Done, "办完了", "办完了", "Done"),
    ] {
        assert_eq!(resident_status(status, false, Zh), plain);
        assert_eq!(resident_status(status, true, Zh), held);
        assert_eq!(resident_status(status, false, En), english);
    }
}
