//! How PostgreSQL, whose index hands nothing out in the order of time, is led back through the months.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::domain::search::{Phrase, community_token, month_token};
use crate::store::search::{Wanted, first_id};

/// The first step is the month, and the one before while it is young: a word that stands in every other ticket fills a page there.
const YOUNG_DAYS: u32 = 10;
/// Months of the steps after it; what is older is the last. In two years a door mostly has a page. No longer step names its months: at
/// five thousand tickets a month twelve cost a door 0.3 ms and 36 a whole one, which is what reading 360 documents takes.
const MONTHS: [u32; 4] = [2, 3, 6, 12];

/// What PostgreSQL is asked, in steps back in time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Steps {
    /// What the index is asked for in each.
    pub(super) words: String,
    /// The months of each, and the id it stays below. They are a question of their own: where one of two has nothing, the index
    /// skips the other's list, while within one question it walks the shortest list of all time and asks each document for its
    /// month. The last step has no months: a token that the words ask for anyhow stands in for them.
    pub(super) steps: Vec<(String, i64)>,
    /// What a document is looked at for besides; empty if nothing is.
    pub(super) exactly: String,
}

/// A phrase as PostgreSQL reads it. Each token costs a walk through its list of documents, so as few are asked for as will do.
fn side_by_side(phrase: &Phrase) -> String {
    let (mut out, mut before) = (String::new(), None);
    for (at, token) in phrase.sparse() {
        if let Some(before) = before.replace(at) {
            out.push_str(&format!(" <{}> ", at - before));
        }
        out.push_str(&format!("'{token}'"));
    }
    out
}

/// What the index is asked for: a chain of three words stands in so few documents that these are looked at for the phrase.
fn asked(phrase: &Phrase) -> String {
    let mut all: Vec<String> = phrase.longest_chains().iter().map(|chain| format!("'{chain}'")).collect();
    if !phrase.has_long_chains() {
        all.push(side_by_side(phrase));
    }
    format!("({})", all.join(" & "))
}

/// A token that whatever holds the phrases holds; one that stands in few documents where there is such a one.
fn implied(phrases: &[Phrase]) -> Option<&str> {
    let chain = phrases.iter().find_map(|phrase| phrase.longest_chains().first().copied());
    let first = || phrases.first().and_then(|phrase| phrase.sparse().first().map(|(_, token)| *token));
    chain.or_else(first)
}

/// The query as PostgreSQL reads it.
pub(super) fn steps(wanted: &Wanted<'_>) -> Steps {
    let phrases = &wanted.query.phrases;
    let looked_at = phrases.iter().filter(|phrase| phrase.has_long_chains());
    let exactly = looked_at.map(|phrase| format!("({})", side_by_side(phrase))).collect::<Vec<_>>().join(" & ");
    let phrases: Vec<String> = phrases.iter().map(asked).collect();
    let ours = if wanted.alone { String::new() } else { format!("'{}' & ", community_token(wanted.community)) };
    let words = format!("{ours}{}", phrases.join(" & "));
    let newest = [wanted.until, wanted.after.map(|cursor| cursor.opened_at), Some(wanted.now)];
    let newest = newest.into_iter().flatten().min().unwrap_or(wanted.now);
    // Another process's clock may be ahead of ours: the month to come is looked into too.
    let first = if newest.day() <= YOUNG_DAYS { 3 } else { 2 };
    let (mut month, mut below, mut steps) = (next(month_of(newest)), i64::MAX, Vec::new());
    for months in [first].into_iter().chain(MONTHS) {
        let mut names = Vec::new();
        for _ in 0..months {
            names.push(format!("'{}'", month_token(start(month))));
            month = before(month);
        }
        steps.push((names.join(" | "), below));
        below = first_id(start(next(month)));
        if wanted.since.is_some_and(|since| first_id(since) >= below) {
            return Steps { words, steps, exactly };
        }
    }
    let rest = implied(&wanted.query.phrases).map_or_else(|| words.clone(), |token| format!("'{token}'"));
    steps.push((rest, below));
    Steps { words, steps, exactly }
}

fn month_of(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day.with_day(1).unwrap_or(day)
}

fn next(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(Months::new(1)).unwrap_or(month)
}

fn before(month: NaiveDate) -> NaiveDate {
    month.checked_sub_months(Months::new(1)).unwrap_or(month)
}

fn start(month: NaiveDate) -> DateTime<Utc> {
    month.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CommunityId;
    use crate::domain::search::Query;

    #[test]
    fn the_months_are_gone_through_in_ever_larger_steps() {
        let query = Query::parse("三号楼 漏水").unwrap();
        let now: DateTime<Utc> = "2026-03-16T02:00:00Z".parse().unwrap();
        let community = CommunityId(uuid::Uuid::from_u128(0xa1b2_c3d4_e5f6));
        let mut wanted = Wanted { community, alone: false, query: &query, since: None, until: None, after: None, now };
        let below = |day: &str| first_id(format!("{day}T00:00:00Z").parse().unwrap());
        let all = steps(&wanted);
        assert_eq!(all.words, "'-ca1b2c3d4e5f6' & ('3号' <1> '号楼') & ('漏水')");
        let [first, second, third, fourth, fifth, last] = &all.steps[..] else { panic!("not six") };
        let step = |months: &str, below: i64| (months.to_owned(), below);
        assert_eq!(*first, step("'-m202604' | '-m202603'", i64::MAX));
        assert_eq!(*second, step("'-m202602' | '-m202601'", below("2026-03-01")));
        assert_eq!(*third, step("'-m202512' | '-m202511' | '-m202510'", below("2026-01-01")));
        assert!(fourth.0.starts_with("'-m202509' | '-m202508'") && fourth.0.ends_with("| '-m202504'"), "{fourth:?}");
        assert!(fifth.0.starts_with("'-m202503' | '-m202502'") && fifth.0.ends_with("| '-m202404'"), "{fifth:?}");
        assert_eq!((fourth.1, fifth.1), (below("2025-10-01"), below("2025-04-01")));
        assert_eq!(*last, step("'3号'", below("2024-04-01")));
        wanted.now = "2026-03-09T02:00:00Z".parse().unwrap();
        assert_eq!(steps(&wanted).steps[0].0, "'-m202604' | '-m202603' | '-m202602'");
        wanted.alone = true;
        assert_eq!(steps(&wanted).words, "('3号' <1> '号楼') & ('漏水')");
        wanted.since = Some("2026-01-15T00:00:00Z".parse().unwrap());
        assert_eq!(steps(&wanted).steps.len(), 2);
        wanted.since = Some("2026-02-02T00:00:00Z".parse().unwrap());
        assert_eq!(steps(&wanted).steps.len(), 1);
    }

    #[test]
    fn a_door_is_looked_up_by_its_chain() {
        let community = CommunityId(uuid::Uuid::from_u128(1));
        let now = "2026-03-16T02:00:00Z".parse().unwrap();
        let asked = |text: &str| {
            let query = Query::parse(text).unwrap();
            let wanted = Wanted { community, alone: true, query: &query, since: None, until: None, after: None, now };
            let Steps { words, exactly, .. } = steps(&wanted);
            (words, exactly)
        };
        let answer = |index: &str, exactly: &str| (index.to_owned(), exactly.to_owned());
        assert_eq!(asked("3-2-501 漏水"), answer("('-w3-2-501') & ('漏水')", "('3-2' <2> '2-501')"));
        assert_eq!(asked("恒泰园3-2-501"), answer("('-w泰园-3-2-501')", "('恒泰' <2> '园3' <4> '2-501')"));
        assert_eq!(asked("2单元501"), answer("('-w2-501' & '2单' <2> '元501')", ""));
    }
}
