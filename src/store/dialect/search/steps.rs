//! How PostgreSQL, whose index hands nothing out in the order of time, is led back through the months.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::domain::search::{Phrase, community_token, month_token};
use crate::store::search::{Wanted, first_id};

/// Months of each step back in time; what is older is one last step. A word that stands in every other ticket is found in the
/// first. No longer step names its months: at some thousand tickets a month they cost more than all that a word so rare is
/// found in.
const STEPS: [u32; 3] = [1, 2, 9];

/// A phrase as PostgreSQL reads it. Each token costs a walk through its list of documents, so as few are asked for as will do.
fn phrase(phrase: &Phrase) -> String {
    let (mut out, mut before) = (String::new(), None);
    for (at, token) in phrase.sparse() {
        if let Some(before) = before.replace(at) {
            out.push_str(&format!(" <{}> ", at - before));
        }
        out.push_str(&format!("'{token}'"));
    }
    out
}

/// A step back in time.
pub(super) struct Step {
    /// What is looked for, as PostgreSQL reads it.
    pub query: String,
    /// The id it stays below.
    pub below: i64,
    /// Whether it is taken for what is rare, or for what is not.
    pub if_rare: bool,
}

/// The query of the first step, and the steps after it.
pub(super) fn steps(wanted: &Wanted<'_>) -> (String, Vec<Step>) {
    let phrases: Vec<String> = wanted.query.phrases.iter().map(|one| format!("({})", phrase(one))).collect();
    let ours = if wanted.alone { String::new() } else { format!("'{}' & ", community_token(wanted.community)) };
    let all = format!("{ours}{}", phrases.join(" & "));
    let newest = [wanted.until, wanted.after.map(|cursor| cursor.opened_at), Some(wanted.now)];
    let newest = newest.into_iter().flatten().min().unwrap_or(wanted.now);
    // Another process's clock may be ahead of ours.
    let mut month = next(month_of(newest));
    let mut named = |months: u32| {
        let mut names = Vec::new();
        for _ in 0..months {
            names.push(format!("'{}'", month_token(start(month))));
            month = before(month);
        }
        (format!("{all} & ({})", names.join(" | ")), first_id(start(next(month))))
    };
    let [months, longer @ ..] = STEPS;
    let (first, mut below) = named(months + 1);
    let is_over = |below: i64| wanted.since.is_some_and(|since| first_id(since) >= below);
    if is_over(below) {
        return (first, Vec::new());
    }
    let mut older = vec![Step { query: all.clone(), below, if_rare: true }];
    for months in longer {
        let (query, end) = named(months);
        older.push(Step { query, below, if_rare: false });
        below = end;
        if is_over(below) {
            return (first, older);
        }
    }
    older.push(Step { query: all.clone(), below, if_rare: false });
    (first, older)
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
        let (first, older) = steps(&wanted);
        let words = "'-ca1b2c3d4e5f6' & ('3号' <1> '号楼') & ('漏水')";
        assert_eq!(first, format!("{words} & ('-m202604' | '-m202603')"));
        let older: Vec<_> = older.iter().map(|step| (step.if_rare, step.query.as_str(), step.below)).collect();
        let second = format!("{words} & ('-m202602' | '-m202601')");
        let [march, april] = ["2026-03-01T00:00:00Z", "2025-04-01T00:00:00Z"].map(|at| first_id(at.parse().unwrap()));
        assert_eq!((older[0], older[1]), ((true, words, march), (false, second.as_str(), march)));
        assert_eq!((older.len(), older[3]), (4, (false, words, april)));
        wanted.alone = true;
        assert_eq!(steps(&wanted).1[3].query, "('3号' <1> '号楼') & ('漏水')");
        wanted.since = Some("2026-01-15T00:00:00Z".parse().unwrap());
        assert_eq!(steps(&wanted).1.len(), 2);
        wanted.since = Some("2026-03-02T00:00:00Z".parse().unwrap());
        assert_eq!(steps(&wanted).1.len(), 0);
    }
}
