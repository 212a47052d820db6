//! What the address of the list asks for, and the addresses that ask for it.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;

use crate::domain::calendar::Calendar;
use crate::domain::ids::{TicketNumber, UserId};
use crate::domain::search::{Query, Unsearchable};
use crate::domain::words::Platform;
use crate::engine::Engine;
use crate::engine::look::{self, Filter, Held, SameDay};
use crate::web::paths::encode;

/// Days that the same-day condition covers at most.
const SAME_DAY_SPAN: i64 = 31;
/// Days it covers when the address names none.
const SAME_DAY_DAYS: u64 = 14;
/// Digits of a number of today at most, in the box of the search for a number.
const SERIAL_DIGITS: usize = 6;
/// The same in the search of the property's desk, where four digits are the end of a telephone number.
const DESK_DIGITS: usize = 3;

/// The query of the list. Empty is the same as absent: forms send every field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Either search: a ticket's number, words, or whatever the desk looks callers up by.
    pub q: String,
    /// The same, sealed: what somebody looks for stands in no address of ours.
    pub by: String,
    /// The search stands beside the list of tickets and looks up nothing else.
    pub tickets_only: bool,
    /// A ticket's number: whole, or the last part of one of today.
    pub number: String,
    /// `open` or a status.
    pub status: String,
    /// A queue.
    pub queue: String,
    /// What sort.
    pub kind: String,
    /// Class of its limits.
    pub urgency: String,
    /// Where it came in.
    pub channel: String,
    /// Who must act.
    pub holder: String,
    /// Who answers.
    pub lead: String,
    /// A person's id, or `me`.
    pub worker: String,
    /// One more condition; see [`ONLY`].
    pub only: String,
    /// Opened on this local day or later: `2026-03-15`, or `today`.
    pub from: String,
    /// Opened on this local day or earlier.
    pub to: String,
    /// Where the page begins.
    pub cursor: String,
}

/// Conditions beyond the ticket's own facts, of which one can be had at a time.
pub const ONLY: &[&str] =
    &["late", "held", "held_due", "deferred", "deferred_due", "offer_property", "offer_committee", "same_day"];

/// What is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// A code that is none of the set: no form of ours sends it.
    Code,
    /// No date.
    Day(String),
    /// The first day is after the last.
    Order,
    /// More days than the same-day condition covers.
    Span,
    /// Nothing that could be looked for.
    Search(Unsearchable),
}

/// A list's address with these fields.
pub fn href(fields: &[(&str, &str)]) -> String {
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { "/tickets".to_owned() } else { format!("/tickets?{}", query.join("&")) }
}

impl Asked {
    fn fields(&self) -> [(&'static str, &str); 13] {
        [
            ("by", &self.by),
            ("q", if self.by.is_empty() { &self.q } else { "" }),
            ("status", &self.status),
            ("queue", &self.queue),
            ("kind", &self.kind),
            ("urgency", &self.urgency),
            ("channel", &self.channel),
            ("holder", &self.holder),
            ("lead", &self.lead),
            ("worker", &self.worker),
            ("only", &self.only),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    /// The same list from another place on.
    pub fn from_cursor(&self, cursor: &str) -> String {
        let mut fields = self.fields().to_vec();
        fields.push(("cursor", cursor));
        href(&fields)
    }

    /// Whether anything is narrowed.
    pub fn narrows(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.is_empty())
    }

    /// Whether one of the conditions that are folded away is given.
    pub fn narrows_further(&self) -> bool {
        self.fields()
            .iter()
            .any(|(name, value)| !value.is_empty() && !["by", "q", "status", "queue", "only"].contains(name))
    }

    /// The conditions, on this local day and at this moment.
    ///
    /// # Errors
    /// What cannot be understood.
    pub fn filter(&self, calendar: &Calendar, now: DateTime<Utc>, me: Option<UserId>) -> Result<Filter, Wrong> {
        let today = calendar.local_date(now);
        let (mut from, to) = (day(&self.from, today)?, day(&self.to, today)?);
        let mut filter = Filter {
            open: self.status == "open",
            status: if self.status == "open" { None } else { code(&self.status)? },
            queue: code(&self.queue)?,
            kind: code(&self.kind)?,
            urgency: code(&self.urgency)?,
            channel: code(&self.channel)?,
            holder: code(&self.holder)?,
            lead: code(&self.lead)?,
            worker: if self.worker == "me" { me } else { code(&self.worker)? },
            ..Filter::default()
        };
        match self.only.as_str() {
            "" => {}
            "late" => filter.late_at = Some(now),
            "held" => filter.held = Some(Held::Any),
            "held_due" => filter.held = Some(Held::ReviewBy(now)),
            "deferred" => filter.deferred = true,
            "deferred_due" => filter.review_by = Some(today),
            "offer_property" => filter.offered_to = Some(Platform::Property),
            "offer_committee" => filter.offered_to = Some(Platform::Committee),
            "same_day" => {
                let last = to.unwrap_or(today);
                let first = from.or_else(|| last.checked_sub_days(Days::new(SAME_DAY_DAYS - 1))).unwrap_or(last);
                from = Some(first);
                filter.same_day = Some(days(calendar, first, last)?);
            }
            _ => return Err(Wrong::Code),
        }
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Wrong::Order);
        }
        filter.since = from.map(|day| calendar.start_of_day(day));
        filter.until = to.map(|day| calendar.end_of_day(day));
        Ok(filter)
    }

    /// The number that is looked for, if it is one: by the box for numbers, or by the header's search, where `desk` says
    /// whether callers are looked up there too.
    pub fn number(&self, today: NaiveDate, desk: bool) -> Option<TicketNumber> {
        match (self.number.trim(), self.q.trim()) {
            ("", typed) => number(typed, today, if desk { DESK_DIGITS } else { SERIAL_DIGITS }),
            (typed, _) => number(typed, today, SERIAL_DIGITS),
        }
    }

    /// The same with what `by` was sealed from; `None` when it does not open any more.
    pub fn opened(mut self, engine: &Engine, user: UserId) -> Option<Self> {
        if !self.by.is_empty() {
            self.q = look::handled(engine, user, &self.by)?;
        }
        Some(self)
    }

    /// Whether a whole number is looked for: that is no phrase, and found or not.
    pub fn is_number(&self) -> bool {
        !self.number.trim().is_empty() || self.q.trim().parse::<TicketNumber>().is_ok()
    }

    /// The words that are looked for, if any are.
    pub fn query(&self) -> Option<Result<Query, Unsearchable>> {
        match self.q.trim() {
            "" => None,
            _ if self.is_number() => None,
            typed => Some(Query::parse(typed)),
        }
    }

    /// What was typed into either box.
    pub fn sought(&self) -> &str {
        let typed = if self.number.trim().is_empty() { &self.q } else { &self.number };
        typed.trim()
    }
}

fn code<T: std::str::FromStr>(given: &str) -> Result<Option<T>, Wrong> {
    match given {
        "" => Ok(None),
        given => given.parse().map(Some).map_err(|_| Wrong::Code),
    }
}

fn day(given: &str, today: NaiveDate) -> Result<Option<NaiveDate>, Wrong> {
    match given.trim() {
        "" => Ok(None),
        "today" => Ok(Some(today)),
        // The databases and the calendar know no further years, and nobody has tickets there.
        text => match text.parse::<NaiveDate>() {
            Ok(day) if text.len() == 10 && ("2000-01-01".."2200-01-01").contains(&text) => Ok(Some(day)),
            _ => Err(Wrong::Day(text.chars().take(20).collect())),
        },
    }
}

fn days(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Result<SameDay, Wrong> {
    match (last - first).num_days() {
        ..0 => Err(Wrong::Order),
        SAME_DAY_SPAN.. => Err(Wrong::Span),
        _ => {
            let all = first.iter_days().take_while(|day| *day <= last);
            Ok(SameDay(all.map(|day| (calendar.start_of_day(day), calendar.end_of_day(day))).collect()))
        }
    }
}

/// `20260315-0042`, the same without its line, or the last part of one of today, with `#` or without.
fn number(typed: &str, today: NaiveDate, serial_digits: usize) -> Option<TicketNumber> {
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (marked, bare) = match typed.strip_prefix(['#', '＃']) {
        Some(bare) => (true, bare),
        None => (false, typed),
    };
    if !digits(bare) {
        return None;
    }
    if bare.len() <= if marked { SERIAL_DIGITS } else { serial_digits } {
        let serial = bare.parse().ok().filter(|serial| *serial > 0)?;
        return Some(TicketNumber { day: today, serial });
    }
    (bare.len() >= 12).then(|| format!("{}-{}", &bare[..8], &bare[8..]).parse().ok())?
}

#[cfg(test)]
mod tests {
    use chrono_tz::Asia::Shanghai;

    use super::*;

    fn today() -> NaiveDate {
        "2026-03-16".parse().unwrap()
    }

    fn asked(of: &[(&str, &str)]) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in of {
            let slot = match *name {
                "status" => &mut asked.status,
                "worker" => &mut asked.worker,
                "only" => &mut asked.only,
                "from" => &mut asked.from,
                "to" => &mut asked.to,
                "q" => &mut asked.q,
                _ => &mut asked.number,
            };
            (*value).clone_into(slot);
        }
        asked
    }

    fn filter(of: &[(&str, &str)]) -> Result<Filter, Wrong> {
        asked(of).filter(&Calendar::new(Shanghai, []), "2026-03-16T02:00:00Z".parse().unwrap(), None)
    }

    #[test]
    fn numbers_are_read_whole_or_as_todays() {
        let find = |name: &str, text: &str, desk| asked(&[(name, text)]).number(today(), desk).map(|n| n.to_string());
        let some = |text: &str| Some(text.to_owned());
        for whole in ["20260315-0042", " 20260315-0042 ", "202603150042"] {
            assert_eq!(find("number", whole, true), some("20260315-0042"), "{whole}");
            assert_eq!(find("q", whole, true), some("20260315-0042"), "{whole}");
        }
        for short in ["7", "007", "0007", "#7", "＃0007"] {
            assert_eq!(find("number", short, true), some("20260316-0007"), "{short}");
            assert_eq!(find("q", short, false), some("20260316-0007"), "{short}");
        }
        assert_eq!(find("q", "7", true), some("20260316-0007"));
        assert_eq!(find("q", "#0042", true), some("20260316-0042"));
        // The end of a telephone number, a telephone number, a door, a name.
        for other in ["8001", "13800000001", "3-2-501", "张三", "", "0", "#", "#x"] {
            assert_eq!(find("q", other, true), None, "{other}");
        }
    }

    #[test]
    fn days_are_the_communitys_own_and_wrong_ones_are_named() {
        let filter_of = filter(&[("from", "today"), ("to", "2026-03-16")]).unwrap();
        assert_eq!(filter_of.since.unwrap().to_rfc3339(), "2026-03-15T16:00:00+00:00");
        assert_eq!(filter_of.until.unwrap().to_rfc3339(), "2026-03-16T16:00:00+00:00");
        for wrong in ["16.3.2026", "2026-02-30", "0001-01-01", "+12026-01-01"] {
            assert!(matches!(filter(&[("from", wrong)]), Err(Wrong::Day(_))), "{wrong}");
        }
        assert_eq!(filter(&[("from", "2026-03-16"), ("to", "2026-03-15")]), Err(Wrong::Order));
        let same_day = |from| filter(&[("only", "same_day"), ("from", from), ("to", "2026-03-16")]);
        assert_eq!(same_day("2026-02-13"), Err(Wrong::Span));
        assert_eq!(same_day("2026-03-17"), Err(Wrong::Order));
        assert_eq!(same_day("2026-02-14").unwrap().same_day.unwrap().0.len(), 31);
        assert_eq!(same_day("").unwrap().same_day.unwrap().0.len(), 14);
    }

    #[test]
    fn codes_that_no_form_sends_are_refused() {
        for only in ONLY {
            assert!(filter(&[("only", only)]).is_ok(), "{only}");
        }
        for bad in [[("status", "closed")], [("only", "all")], [("worker", "x")]] {
            assert_eq!(filter(&bad), Err(Wrong::Code), "{bad:?}");
        }
        assert!(filter(&[("status", "open")]).unwrap().open);
        assert_eq!(href(&[("status", "open"), ("queue", "")]), "/tickets?status=open");
        assert_eq!(href(&[]), "/tickets");
    }
}
