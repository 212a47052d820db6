//! The index behind text search: FTS5 on SQLite, which hands documents out by id, newest first; `tsvector` under a GIN index
//! on PostgreSQL, which cannot, so that the months are gone through in ever larger steps.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};

use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{search_document, search_index};
use super::super::search::{CHANGES, Document, MARK, Wanted, first_id};
use super::super::types::DbUuid;
use crate::domain::ids::{CommunityId, TicketId};
use crate::domain::search::{GAP, Phrase, community_token, month_token};

/// Positions that a `tsvector` tells apart.
const POSITIONS: usize = 16_383;

/// Months of each step back in time; what is older is one last step. A word that stands in every other ticket is found in the
/// first. No longer step names its months: at some thousand tickets a month they cost more than all that a word so rare is
/// found in.
const STEPS: [u32; 3] = [1, 2, 9];

/// What is found less often than so in the first step is looked for in all that is older at once: it is rare enough to be sorted
/// whole, and each step costs a walk through the lists of its tokens.
const RARE: i64 = 8;

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Hit {
    /// The document.
    pub id: i64,
    /// Its ticket.
    pub ticket_id: TicketId,
}

/// Writes new documents.
pub fn insert(db: &mut Db, documents: &[(i64, &Document)]) -> Result<(), StoreError> {
    if documents.is_empty() {
        return Ok(());
    }
    match db {
        Db::Pg(c) => {
            let all = || documents.iter();
            diesel::sql_query(
                "INSERT INTO search_document (id, community_id, ticket_id, version, tokens) \
                 SELECT d.id, d.community, d.ticket, d.version, d.tokens::tsvector \
                 FROM unnest($1, $2, $3, $4, $5) AS d (id, community, ticket, version, tokens)",
            )
            .bind::<Array<BigInt>, _>(all().map(|(id, _)| *id).collect::<Vec<_>>())
            .bind::<Array<DbUuid>, _>(all().map(|(_, d)| d.community_id).collect::<Vec<CommunityId>>())
            .bind::<Array<DbUuid>, _>(all().map(|(_, d)| d.ticket_id).collect::<Vec<TicketId>>())
            .bind::<Array<BigInt>, _>(all().map(|(_, d)| d.version).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(all().map(|(_, d)| vector(&d.tokens)).collect::<Vec<_>>())
            .execute(c)?;
        }
        Db::Sqlite(c) => {
            for (id, document) in documents {
                diesel::insert_into(search_document::table)
                    .values((
                        search_document::id.eq(id),
                        search_document::community_id.eq(document.community_id),
                        search_document::ticket_id.eq(document.ticket_id),
                        search_document::version.eq(document.version),
                    ))
                    .execute(c)?;
                index(c, *id, document)?;
            }
        }
    }
    Ok(())
}

fn index(c: &mut SqliteConnection, id: i64, document: &Document) -> Result<(), StoreError> {
    diesel::insert_into(search_index::table)
        .values((search_index::rowid.eq(id), search_index::tokens.eq(&document.tokens)))
        .execute(c)?;
    Ok(())
}

/// Writes a document anew.
pub fn replace(db: &mut Db, id: i64, document: &Document) -> Result<(), StoreError> {
    let version = search_document::version.eq(document.version);
    each!(&mut *db, c => diesel::update(search_document::table.find(id)).set(version).execute(c))?;
    match db {
        Db::Pg(c) => {
            diesel::sql_query("UPDATE search_document SET tokens = $1::tsvector WHERE id = $2")
                .bind::<Text, _>(vector(&document.tokens))
                .bind::<BigInt, _>(id)
                .execute(c)?;
        }
        Db::Sqlite(c) => {
            diesel::delete(search_index::table.find(id)).execute(c)?;
            index(c, id, document)?;
        }
    }
    Ok(())
}

/// The document as PostgreSQL writes a `tsvector`: no parser of its own looks at it. Between two stretches two positions are
/// free: one more than between pairs that follow on each other, of which [`phrase`] leaves out the one between.
fn vector(tokens: &str) -> String {
    let mut at = 0;
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for token in tokens.split(' ') {
        at += if token == GAP { 2 } else { 1 };
        if token != GAP && at <= POSITIONS {
            places.entry(token).or_default().push(at.to_string());
        }
    }
    let written = places.iter().map(|(token, at)| format!("'{token}':{}", at.join(",")));
    written.collect::<Vec<_>>().join(" ")
}

/// The newest documents that hold what is wanted, newest first.
pub fn newest(db: &mut Db, wanted: &Wanted<'_>, most: i64) -> Result<Vec<Hit>, StoreError> {
    let since = wanted.since.map_or(i64::MIN, first_id);
    let until = wanted.until.map_or(i64::MAX, first_id);
    let after = wanted.after.map(|cursor| cursor.id);
    // Should the document of the last one shown be gone, its second is gone on from.
    let from = wanted.after.map_or(i64::MAX, |cursor| first_id(cursor.opened_at));
    Ok(match db {
        Db::Pg(c) => {
            let (first, older) = steps(wanted);
            // The steps are taken in their order, and no further than the limit asks for. Ids are not read off their own index:
            // it would be walked from the newest to the oldest for a word that stands nowhere.
            fixed::<Columns>(
                "WITH bound AS MATERIALIZED (SELECT coalesce((SELECT l.id FROM search_document l WHERE l.community_id = ",
            )
            .bind::<DbUuid, _>(wanted.community)
            .sql(" AND l.ticket_id = ")
            .bind::<Nullable<DbUuid>, _>(after)
            .sql("), ")
            .bind::<BigInt, _>(from)
            .sql(") AS id), first AS MATERIALIZED (SELECT d.id, d.ticket_id FROM search_document d WHERE d.tokens @@ ")
            .bind::<Text, _>(first)
            .sql("::tsquery AND d.community_id = ")
            .bind::<DbUuid, _>(wanted.community)
            .sql(" AND d.id + 0 >= ")
            .bind::<BigInt, _>(since)
            .sql(" AND d.id + 0 < least((SELECT id FROM bound), ")
            .bind::<BigInt, _>(until)
            .sql(") ORDER BY d.id + 0 DESC LIMIT ")
            .bind::<BigInt, _>(most)
            .sql(") SELECT id, ticket_id FROM first UNION ALL (SELECT found.id, found.ticket_id FROM unnest(")
            .bind::<Array<Text>, _>(older.iter().map(|step| step.query.clone()).collect::<Vec<_>>())
            .sql(", ")
            .bind::<Array<BigInt>, _>(older.iter().map(|step| step.below).collect::<Vec<_>>())
            .sql(", ")
            .bind::<Array<Bool>, _>(older.iter().map(|step| step.if_rare).collect::<Vec<_>>())
            .sql(
                ") AS step (query, below, if_rare) CROSS JOIN LATERAL (SELECT d.id, d.ticket_id FROM search_document d \
                 WHERE step.if_rare = ((SELECT count(*) FROM first) < ",
            )
            .bind::<BigInt, _>(RARE)
            .sql(") AND d.tokens @@ step.query::tsquery AND d.community_id = ")
            .bind::<DbUuid, _>(wanted.community)
            .sql(" AND d.id + 0 >= ")
            .bind::<BigInt, _>(since)
            .sql(" AND d.id + 0 < least(step.below, (SELECT id FROM bound), ")
            .bind::<BigInt, _>(until)
            .sql(") ORDER BY d.id + 0 DESC) found LIMIT ")
            .bind::<BigInt, _>(most)
            .sql(") LIMIT ")
            .bind::<BigInt, _>(most)
            .load(c)?
        }
        Db::Sqlite(c) => fixed::<Columns>(
            "SELECT d.id, d.ticket_id FROM search_index CROSS JOIN search_document d ON d.id = search_index.rowid \
             WHERE search_index MATCH ",
        )
        .bind::<Text, _>(matching(wanted))
        .sql(" AND search_index.rowid >= ")
        .bind::<BigInt, _>(since)
        .sql(" AND search_index.rowid < min(")
        .bind::<BigInt, _>(until)
        .sql(", coalesce((SELECT l.id FROM search_document l WHERE l.community_id = ")
        .bind::<DbUuid, _>(wanted.community)
        .sql(" AND l.ticket_id = ")
        .bind::<Nullable<DbUuid>, _>(after)
        .sql("), ")
        .bind::<BigInt, _>(from)
        .sql(")) AND d.community_id = ")
        .bind::<DbUuid, _>(wanted.community)
        .sql(" ORDER BY search_index.rowid DESC LIMIT ")
        .bind::<BigInt, _>(most)
        .load(c)?,
    })
}

/// What a hit is read from.
type Columns = (BigInt, DbUuid);

/// The query as FTS5 reads it.
fn matching(wanted: &Wanted<'_>) -> String {
    let mut all: Vec<String> =
        wanted.query.phrases.iter().map(|phrase| format!("\"{}\"", phrase.tokens.join(" "))).collect();
    if !wanted.alone {
        all.push(format!("\"{}\"", community_token(wanted.community)));
    }
    all.join(" AND ")
}

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
struct Step {
    /// What is looked for, as PostgreSQL reads it.
    query: String,
    /// The id it stays below.
    below: i64,
    /// Whether it is taken for what is rare, or for what is not.
    if_rare: bool,
}

/// The query of the first step, and the steps after it.
fn steps(wanted: &Wanted<'_>) -> (String, Vec<Step>) {
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

/// What must hold of the index, and how often it does not.
pub fn broken(db: &mut Db) -> Result<Vec<(&'static str, i64)>, StoreError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let read = match db {
        Db::Pg(_) => "(e.xid, e.seq) <= (m.xid::text::xid8, m.seq)",
        Db::Sqlite(_) => "e.seq <= m.seq",
    };
    let kinds = super::among(CHANGES);
    let mut rules = vec![
        (
            "whatever search has read of is in its documents",
            format!(
                "SELECT count(*) AS n FROM event e JOIN feed_mark m ON m.name = '{MARK}' WHERE {read} \
                 AND e.kind IN ({kinds}) AND NOT EXISTS (SELECT 1 FROM search_document d \
                 WHERE d.community_id = e.community_id AND d.ticket_id = e.ticket_id AND d.version >= e.version)"
            ),
        ),
        (
            "a search document belongs to a ticket and was not made of what is yet to come",
            "SELECT count(*) AS n FROM search_document d LEFT JOIN ticket t ON t.community_id = d.community_id \
             AND t.id = d.ticket_id WHERE t.id IS NULL OR d.version > t.version"
                .to_owned(),
        ),
    ];
    if matches!(db, Db::Sqlite(_)) {
        rules.push((
            "a search document is in the index, and nothing else is",
            "SELECT (SELECT count(*) FROM search_document d WHERE NOT EXISTS (SELECT 1 FROM search_index_docsize x \
             WHERE x.id = d.id)) + (SELECT count(*) FROM search_index_docsize x WHERE NOT EXISTS \
             (SELECT 1 FROM search_document d WHERE d.id = x.id)) AS n"
                .to_owned(),
        ));
    }
    let mut broken = Vec::new();
    for (rule, query) in rules {
        let count: Count = each!(&mut *db, c => diesel::sql_query(&query).get_result(c))?;
        if count.n > 0 {
            broken.push((rule, count.n));
        }
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::Query;

    #[test]
    fn positions_leave_a_gap_between_stretches() {
        assert_eq!(
            vector("-c1 -m202603 - 漏水 水漏 漏水 - 快来"),
            "'-c1':1 '-m202603':2 '快来':10 '水漏':6 '漏水':5,7"
        );
    }

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
