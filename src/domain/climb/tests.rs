use chrono::TimeZone;
use chrono_tz::Asia::Shanghai;

use super::super::calendar::shipped_days;
use super::super::ticket::fixtures;
use super::*;
use Limit::{Minutes, WorkingDays};

/// A local moment in Shanghai, such as `2026-02-11 10:00`.
fn at(text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Shanghai.from_local_datetime(&naive).unwrap().to_utc()
}

fn calendar() -> Calendar {
    Calendar::new(Shanghai, shipped_days())
}

fn finish(limit: Limit, due: &str, warn: &str) -> Running {
    Running { kind: ClockKind::Finish, platform: Platform::Property, limit, due_at: at(due), warn_at: at(warn) }
}

fn moments(steps: &[Step]) -> Vec<DateTime<Utc>> {
    steps.iter().map(|step| step.at).collect()
}

#[test]
fn gaps_are_a_quarter_of_the_limit_and_no_less_than_the_class_allows() {
    for (limit, urgency, expected) in [
        (Minutes(5), Urgency::Emergency, Minutes(5)),
        (Minutes(120), Urgency::Emergency, Minutes(30)),
        (Minutes(120), Urgency::Urgent, Minutes(60)),
        (Minutes(1440), Urgency::Urgent, Minutes(360)),
        (Minutes(120), Urgency::Normal, Minutes(60)),
        (WorkingDays(1), Urgency::Normal, WorkingDays(1)),
        (WorkingDays(7), Urgency::Normal, WorkingDays(2)),
        (WorkingDays(15), Urgency::Long, WorkingDays(4)),
        (WorkingDays(3), Urgency::Urgent, WorkingDays(1)),
    ] {
        assert_eq!(gap(limit, urgency), expected, "{limit} {urgency}");
    }
}

#[test]
fn a_ladder_in_working_days_steps_over_the_festival() {
    // Due at the end of make-up Saturday 14 Feb; Spring Festival 15–23. Two working days on: Tue 24, Wed 25; four: Fri 27.
    let steps = clock(&finish(WorkingDays(7), "2026-02-15 00:00", "2026-02-14 00:00"), Urgency::Normal, &calendar());
    let due = at("2026-02-15 00:00") + TimeDelta::microseconds(1);
    assert_eq!(moments(&steps), [at("2026-02-14 00:00"), due, at("2026-02-26 00:00"), at("2026-02-28 00:00")]);
    assert_eq!(steps.map(|step| step.rung), CLOCK);
}

#[test]
fn a_ladder_round_the_clock_does_not_wait_for_the_morning() {
    let steps = clock(&finish(Minutes(1440), "2026-02-17 22:00", "2026-02-17 18:00"), Urgency::Urgent, &calendar());
    let due = at("2026-02-17 22:00") + TimeDelta::microseconds(1);
    assert_eq!(moments(&steps), [at("2026-02-17 18:00"), due, at("2026-02-18 04:00"), at("2026-02-18 10:00")]);
}

#[test]
fn holds_and_offers_climb_by_the_end_of_working_days() {
    let steps = hold(at("2026-03-06 09:00"), Urgency::Normal, &calendar());
    assert_eq!(moments(&steps), [at("2026-03-06 09:00"), at("2026-03-07 00:00"), at("2026-03-10 00:00")]);
    let steps = offer(at("2026-03-06 17:00"), Urgency::Urgent, &calendar());
    let late = at("2026-03-06 17:00") + TimeDelta::microseconds(1);
    assert_eq!(moments(&steps), [late, at("2026-03-06 18:00"), at("2026-03-06 19:00")]);
}

#[test]
fn each_step_comes_up_once_and_a_clock_set_back_tells_nothing() {
    let ladder = clock(&finish(Minutes(60), "2026-03-06 10:00", "2026-03-06 09:30"), Urgency::Urgent, &calendar());
    let mut told = 0;
    let mut heard = Vec::new();
    for now in ["09:29", "09:30", "10:00", "10:01", "08:00", "10:01", "10:59", "11:00", "12:30", "18:00"] {
        let reached = reached(&ladder, told, at(&format!("2026-03-06 {now}")));
        told = reached.steps.end;
        heard.extend(reached.steps.map(|n| (now, n)));
    }
    assert_eq!(heard, [("09:30", 0), ("10:01", 1), ("11:00", 2), ("12:30", 3)]);
    assert_eq!(reached(&ladder, 4, at("2026-03-07 00:00")), Reached { steps: 4..4, next_at: None });
}

#[test]
fn after_a_stand_still_every_step_is_written_and_the_highest_told() {
    let ticket = fixtures::standings(&fixtures::custodies()[0])[3].1.clone();
    let late = finish(Minutes(60), "2026-03-06 10:00", "2026-03-06 09:30");
    let told = |events: &[Event]| -> Vec<(&'static str, usize)> {
        events.iter().map(|e| (e.code(), super::super::notice::notices(e, &ticket).len())).collect()
    };
    assert_eq!(
        told(&clock_events(&ticket, &late, 0..4)),
        [("warned", 0), ("overdue", 0), ("climbed", 0), ("climbed", 1)]
    );
    assert_eq!(told(&clock_events(&ticket, &late, 0..2)), [("warned", 0), ("overdue", 2)]);
    // A first contact does not concern the other desk, so the step below it is the one told.
    let contact = Running { kind: ClockKind::Contact, ..late };
    assert_eq!(told(&clock_events(&ticket, &contact, 2..4)), [("climbed", 1)]);
    assert_eq!(told(&clock_events(&ticket, &contact, 3..4)), []);
}

#[test]
fn the_other_desk_hears_nothing_confidential() {
    let mut ticket = fixtures::standings(&fixtures::custodies()[0])[3].1.clone();
    ticket.confidential = true;
    let late = finish(Minutes(60), "2026-03-06 10:00", "2026-03-06 09:30");
    assert_eq!(clock_events(&ticket, &late, 3..4), []);
}
