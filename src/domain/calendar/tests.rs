use chrono_tz::Asia::{Beirut, Shanghai};
use chrono_tz::Pacific::Apia;
use chrono_tz::{America, Tz};

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A local moment such as `2026-02-14 09:00`, in Shanghai.
fn at(text: &str) -> DateTime<Utc> {
    local(Shanghai, text)
}

fn local(zone: Tz, text: &str) -> DateTime<Utc> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    zone.from_local_datetime(&naive).unwrap().to_utc()
}

fn shipped() -> Calendar {
    Calendar::new(Shanghai, shipped_days())
}

/// The days that differ from Monday-to-Friday, month by month: `-` a free weekday, `+` a worked weekend day. Compared with
/// the chinesecalendar package (1.11) on 24 November 2026, which lists exactly these.
#[test]
fn shipped_days_differ_from_the_plain_week_as_announced() {
    let calendar = shipped();
    let differing = |year: i32| -> String {
        let days = date(&format!("{year}-01-01")).iter_days().take_while(|day| day.year() == year);
        let words = days.filter(|day| calendar.is_working(*day) == is_weekend(*day)).map(|day| {
            let sign = if is_weekend(day) { '+' } else { '-' };
            format!("{sign}{}", day.format("%m%d"))
        });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        differing(2025),
        "-0101 +0126 -0128 -0129 -0130 -0131 -0203 -0204 +0208 -0404 +0427 -0501 -0502 -0505 -0602 +0928 \
         -1001 -1002 -1003 -1006 -1007 -1008 +1011"
    );
    assert_eq!(
        differing(2026),
        "-0101 -0102 +0104 +0214 -0216 -0217 -0218 -0219 -0220 -0223 +0228 -0406 -0501 -0504 -0505 +0509 -0619 \
         +0920 -0925 -1001 -1002 -1005 -1006 -1007 +1010"
    );
}

#[test]
fn knows_the_years_with_data_only() {
    let calendar = shipped();
    assert_eq!([2024, 2025, 2026, 2027].map(|year| calendar.knows(year)), [false, true, true, false]);
    assert_eq!(calendar.unknown_year(date("2026-12-30"), date("2027-01-08")), Some(2027));
    assert_eq!(calendar.unknown_year(date("2025-12-30"), date("2026-01-08")), None);
    // New Year's Eve alone, announced with the next year's days, makes no year known.
    let eve = CalendarDay { date: date("2026-12-31"), kind: DayKind::Holiday, note: "元旦".into() };
    assert!(!Calendar::new(Shanghai, [eve]).knows(2026));
}

#[test]
fn a_later_entry_overrides_an_earlier_one() {
    let own = CalendarDay { date: date("2026-02-14"), kind: DayKind::Holiday, note: "本社区".into() };
    let calendar = Calendar::new(Shanghai, shipped_days().into_iter().chain([own]));
    assert!(!calendar.is_working(date("2026-02-14")));
}

#[test]
fn a_file_with_a_slip_is_refused() {
    let file = |from: &str, to: &str, make_up: &str| {
        parse(&format!(
            "year = 2026\n[[period]]\nnote = \"节\"\nfrom = \"{from}\"\nto = \"{to}\"\nmake_up = [{make_up}]"
        ))
    };
    assert_eq!(file("2026-05-01", "2026-05-02", "\"2026-05-09\"").unwrap().len(), 3);
    assert_eq!(file("2025-12-31", "2026-01-01", "").unwrap().len(), 2);
    assert!(matches!(file("2026-05-05", "2026-05-01", ""), Err(CalendarError::Span { .. })));
    assert!(matches!(file("2026-05-01", "2026-06-01", ""), Err(CalendarError::Span { .. })));
    assert!(matches!(file("2027-05-01", "2027-05-02", ""), Err(CalendarError::OtherYear { .. })));
    assert!(matches!(file("2025-11-30", "2025-12-01", ""), Err(CalendarError::OtherYear { .. })));
    assert_eq!(file("2026-05-01", "2026-05-05", "\"2026-05-02\""), Err(CalendarError::Twice(date("2026-05-02"))));
    assert_eq!(file("2026-05-01", "2026-05-01", "\"2026-05-08\""), Err(CalendarError::NotAWeekend(date("2026-05-08"))));
    assert!(matches!(file("2026-02-30", "2026-03-01", ""), Err(CalendarError::Unreadable(_))));
    assert!(matches!(parse("year = 2026\nperiods = []"), Err(CalendarError::Unreadable(_))));
}

#[test]
fn a_day_is_the_communitys_own() {
    let calendar = shipped();
    // 16:00 UTC is midnight in Shanghai.
    assert_eq!(calendar.local_date("2026-03-01T15:59:59Z".parse().unwrap()), date("2026-03-01"));
    assert_eq!(calendar.local_date("2026-03-01T16:00:00Z".parse().unwrap()), date("2026-03-02"));
    assert_eq!(calendar.end_of_day(date("2026-03-01")), at("2026-03-02 00:00"));
}

#[test]
fn a_day_ends_where_the_next_begins_also_when_clocks_change_at_midnight() {
    // Beirut, 29 March 2026: 00:00 becomes 01:00; the day begins at 01:00, 24 hours after the one before began.
    let beirut = Calendar::new(Beirut, []);
    assert_eq!(beirut.end_of_day(date("2026-03-28")), local(Beirut, "2026-03-29 01:00"));
    // Havana, 1 November 2026: 01:00 becomes 00:00; midnight comes twice, the first begins the day.
    let havana = Calendar::new(America::Havana, []);
    assert_eq!(havana.end_of_day(date("2026-10-31")), "2026-11-01T04:00:00Z".parse::<DateTime<Utc>>().unwrap());
    // Samoa left out 30 December 2011: the 29th ends where the 31st begins.
    let apia = Calendar::new(Apia, []);
    assert_eq!(apia.end_of_day(date("2011-12-29")), local(Apia, "2011-12-31 00:00"));
}

#[test]
fn working_ends_and_back() {
    let calendar = shipped();
    // Fri 13, make-up Sat 14 February 2026; then free until Tue 24.
    assert_eq!(calendar.working_ends(at("2026-02-13 10:00"), at("2026-02-25 00:00")), 3);
    // An end that falls on `after` is past; one on `until` counts.
    assert_eq!(calendar.working_ends(at("2026-02-14 00:00"), at("2026-02-15 00:00")), 1);
    assert_eq!(calendar.working_ends(at("2026-02-15 00:00"), at("2026-02-24 23:59")), 0);
    assert_eq!(calendar.working_ends(at("2026-02-25 00:00"), at("2026-02-14 00:00")), 0);
    assert_eq!(calendar.working_end_after(3, at("2026-02-13 10:00")), at("2026-02-25 00:00"));
    assert_eq!(calendar.working_end_after(0, at("2026-02-13 10:00")), at("2026-02-13 10:00"));
    assert_eq!(calendar.working_start_before(1, at("2026-02-25 00:00")), at("2026-02-24 00:00"));
    assert_eq!(calendar.working_start_before(2, at("2026-02-25 00:00")), at("2026-02-14 00:00"));
}

#[test]
fn the_committees_desk_keeps_the_calendar() {
    let (calendar, hours) = (shipped(), OfficeHours::committee());
    for (moment, open) in [
        ("2026-03-02 08:59", false), // Monday
        ("2026-03-02 09:00", true),
        ("2026-03-02 11:59", true),
        ("2026-03-02 12:00", false),
        ("2026-03-02 13:30", true),
        ("2026-03-02 17:30", false),
        ("2026-03-07 10:00", false), // Saturday
        ("2026-02-14 10:00", true),  // make-up Saturday
        ("2026-02-16 10:00", false), // Monday in the Spring Festival
    ] {
        assert_eq!(hours.open_at(&calendar, at(moment)), open, "{moment}");
    }
    for (moment, opening) in [
        ("2026-03-02 10:00", "2026-03-02 10:00"), // open now
        ("2026-03-02 12:00", "2026-03-02 13:30"),
        ("2026-03-06 17:30", "2026-03-09 09:00"), // Friday evening to Monday
        ("2026-02-13 18:00", "2026-02-14 09:00"), // to the make-up Saturday
        ("2026-02-14 18:00", "2026-02-24 09:00"), // over the Spring Festival
    ] {
        assert_eq!(hours.next_opening(&calendar, at(moment)), Some(at(opening)), "{moment}");
    }
}

#[test]
fn round_the_clock_is_never_shut_and_no_hours_never_open() {
    let (calendar, never) = (shipped(), OfficeHours::new(Default::default(), None).unwrap());
    assert!(OfficeHours::round_the_clock().open_at(&calendar, at("2026-02-17 03:00")));
    assert_eq!(never.next_opening(&calendar, at("2026-02-17 03:00")), None);
}

#[test]
fn office_hours_are_checked_and_survive_storing() {
    let day = |periods: &[(u16, u16)]| {
        let mut week: [Vec<Period>; 7] = Default::default();
        week[0] = periods.iter().map(|(from, to)| Period::new(*from, *to)).collect();
        OfficeHours::new(week, None)
    };
    assert_eq!(day(&[(600, 600)]), Err(HoursError::NotADay(Period::new(600, 600))));
    assert_eq!(day(&[(600, 1441)]), Err(HoursError::NotADay(Period::new(600, 1441))));
    assert_eq!(day(&[(600, 700), (699, 800)]), Err(HoursError::Overlap(Period::new(699, 800))));
    assert!(day(&[(0, 700), (700, 1440)]).is_ok());
    let hours = OfficeHours::committee();
    let text = serde_json::to_string(&hours).unwrap();
    assert_eq!(serde_json::from_str::<OfficeHours>(&text).unwrap(), hours);
    assert!(serde_json::from_str::<OfficeHours>(&text.replace("540", "1500")).is_err());
}
