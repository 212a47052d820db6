//! The index behind text search: FTS5 on SQLite, which hands documents out by id, newest first; `tsvector` under a GIN index
//! on PostgreSQL, which cannot, so that the months are gone through in ever larger steps.

mod steps;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};

use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::fixed::{fixed, statement};
use super::super::schema::{search_document, search_index};
use super::super::search::{CHANGES, Document, MARK, Wanted, first_id};
use super::super::types::DbUuid;
use crate::domain::ids::{CommunityId, TicketId};
use crate::domain::search::{GAP, community_token, is_chain};
use steps::{Steps, steps};

/// Positions that a `tsvector` tells apart.
const POSITIONS: usize = 16_383;

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Hit {
    /// The document.
    pub id: i64,
    /// Its ticket.
    pub ticket_id: TicketId,
}

/// The last document of each stretch of `length` ids, which are named by their first id.
pub fn lasts(db: &mut Db, stretches: Vec<i64>, length: i64) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
    type Columns = (BigInt, Nullable<BigInt>);
    const LAST: &str =
        "SELECT s.value, (SELECT max(d.id) FROM search_document d WHERE d.id >= s.value AND d.id < s.value + ";
    let asked = fixed::<Columns>(LAST).bind::<BigInt, _>(length);
    Ok(match db {
        Db::Pg(c) => asked.sql(") FROM unnest(").bind::<Array<BigInt>, _>(stretches).sql(") AS s (value)").load(c)?,
        Db::Sqlite(c) => {
            let stretches = serde_json::json!(stretches).to_string();
            asked.sql(") FROM json_each(").bind::<Text, _>(stretches).sql(") s").load(c)?
        }
    })
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
                        search_document::tokens.eq(&document.tokens),
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
    match db {
        Db::Pg(c) => {
            statement("UPDATE search_document SET version = ")
                .bind::<BigInt, _>(document.version)
                .sql(", tokens = ")
                .bind::<Text, _>(vector(&document.tokens))
                .sql("::tsvector WHERE id = ")
                .bind::<BigInt, _>(id)
                .execute(c)?;
        }
        Db::Sqlite(c) => {
            let tokens = search_document::tokens.eq(&document.tokens);
            diesel::update(search_document::table.find(id)).set((version, tokens)).execute(c)?;
            diesel::delete(search_index::table.find(id)).execute(c)?;
            index(c, id, document)?;
        }
    }
    Ok(())
}

/// The document as PostgreSQL writes a `tsvector`: no parser of its own looks at it. Between two stretches two positions are
/// free, so that a pair which a phrase leaves out between two others (`Phrase::sparse`) is never such a gap. Chains stand beside no
/// other and have no position, so that none is left out.
fn vector(tokens: &str) -> String {
    let mut at = 0;
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for token in tokens.split(' ') {
        if is_chain(token) {
            places.entry(token).or_default();
            continue;
        }
        at += if token == GAP { 2 } else { 1 };
        if token != GAP && at <= POSITIONS {
            places.entry(token).or_default().push(at.to_string());
        }
    }
    let written = places.iter().map(|(token, at)| match at.as_slice() {
        [] => format!("'{token}'"),
        at => format!("'{token}':{}", at.join(",")),
    });
    written.collect::<Vec<_>>().join(" ")
}

/// The newest documents that hold what is wanted, newest first.
pub fn newest(db: &mut Db, wanted: &Wanted<'_>, most: i64) -> Result<Vec<Hit>, StoreError> {
    let bounds = Bounds {
        since: wanted.since.map_or(i64::MIN, first_id),
        until: wanted.until.map_or(i64::MAX, first_id),
        after: wanted.after.map(|cursor| cursor.id),
        from: wanted.after.map_or(i64::MAX, |cursor| first_id(cursor.opened_at)),
    };
    Ok(match db {
        Db::Pg(c) => on_postgres(c, wanted, bounds, most)?,
        Db::Sqlite(c) => on_sqlite(c, wanted, bounds, most)?,
    })
}

/// Between which documents is looked.
#[derive(Clone, Copy)]
struct Bounds {
    since: i64,
    until: i64,
    /// The ticket of the last one shown.
    after: Option<TicketId>,
    /// Should its document be gone, its second is gone on from.
    from: i64,
}

/// The steps are taken in their order, and no further than the limit asks for. Ids are not read off their own index: it would be
/// walked from the newest to the oldest for a word that stands nowhere.
fn on_postgres(c: &mut PgConnection, wanted: &Wanted<'_>, at: Bounds, most: i64) -> QueryResult<Vec<Hit>> {
    let Steps { words, steps, exactly } = steps(wanted);
    let (months, below) = steps.into_iter().unzip::<_, _, Vec<String>, Vec<i64>>();
    // `IS NOT FALSE` keeps the index from being asked for that too, and lets through whatever nothing is asked of.
    let exactly = Some(exactly).filter(|exactly| !exactly.is_empty());
    fixed::<Columns>("SELECT found.id, found.ticket_id FROM unnest(")
        .bind::<Array<Text>, _>(months)
        .sql(", ")
        .bind::<Array<BigInt>, _>(below)
        .sql(
            ") AS step (months, below) CROSS JOIN LATERAL (SELECT d.id, d.ticket_id FROM search_document d \
             WHERE d.tokens @@ step.months::tsquery AND d.tokens @@ ",
        )
        .bind::<Text, _>(words)
        .sql("::tsquery AND d.community_id = ")
        .bind::<DbUuid, _>(wanted.community)
        .sql(" AND d.id + 0 >= ")
        .bind::<BigInt, _>(at.since)
        .sql(" AND d.id + 0 < least(step.below, ")
        .bind::<BigInt, _>(at.until)
        .sql(", coalesce((SELECT l.id FROM search_document l WHERE l.community_id = ")
        .bind::<DbUuid, _>(wanted.community)
        .sql(" AND l.ticket_id = ")
        .bind::<Nullable<DbUuid>, _>(at.after)
        .sql("), ")
        .bind::<BigInt, _>(at.from)
        .sql(")) AND (d.tokens @@ (SELECT ")
        .bind::<Nullable<Text>, _>(exactly)
        .sql("::tsquery)) IS NOT FALSE ORDER BY d.id + 0 DESC) found LIMIT ")
        .bind::<BigInt, _>(most)
        .load(c)
}

fn on_sqlite(c: &mut SqliteConnection, wanted: &Wanted<'_>, at: Bounds, most: i64) -> QueryResult<Vec<Hit>> {
    fixed::<Columns>(
        "SELECT d.id, d.ticket_id FROM search_index CROSS JOIN search_document d ON d.id = search_index.rowid \
             WHERE search_index MATCH ",
    )
    .bind::<Text, _>(matching(wanted))
    .sql(" AND search_index.rowid >= ")
    .bind::<BigInt, _>(at.since)
    .sql(" AND search_index.rowid < min(")
    .bind::<BigInt, _>(at.until)
    .sql(", coalesce((SELECT l.id FROM search_document l WHERE l.community_id = ")
    .bind::<DbUuid, _>(wanted.community)
    .sql(" AND l.ticket_id = ")
    .bind::<Nullable<DbUuid>, _>(at.after)
    .sql("), ")
    .bind::<BigInt, _>(at.from)
    .sql(")) AND d.community_id = ")
    .bind::<DbUuid, _>(wanted.community)
    .sql(" AND NOT EXISTS (SELECT 1 FROM json_each(")
    .bind::<Text, _>(side_by_side(wanted))
    .sql(") p WHERE instr(' ' || d.tokens || ' ', p.value) = 0) ORDER BY search_index.rowid DESC LIMIT ")
    .bind::<BigInt, _>(most)
    .load(c)
}

/// What a hit is read from.
type Columns = (BigInt, DbUuid);

/// Tokens that FTS5 is asked for from either end of a phrase.
const ASKED: usize = 2;

/// The query as FTS5 reads it: what holds a few tokens of each phrase. Each costs a walk through its list of documents, about as much
/// as reading a document that holds the others; of those that hold a few, most hold the phrase. A chain of three words stands
/// in so few that nothing else is asked for; with one of two words the end of the phrase is, and without any its beginning too.
fn matching(wanted: &Wanted<'_>) -> String {
    let mut all = Vec::new();
    for phrase in &wanted.query.phrases {
        let (chains, sparse) = (phrase.longest_chains(), phrase.sparse());
        let pairs: Vec<&str> = sparse.into_iter().map(|(_, token)| token).collect();
        let beginning = if chains.is_empty() { ASKED.min(pairs.len()) } else { 0 };
        let end = if phrase.has_long_chains() { 0 } else { ASKED.min(pairs.len() - beginning) };
        let chains = chains.iter().rev().take(ASKED).copied();
        let asked = chains.chain(pairs[..beginning].iter().copied()).chain(pairs[pairs.len() - end..].iter().copied());
        all.extend(asked.map(|token| format!("\"{token}\"")));
    }
    if !wanted.alone {
        all.push(format!("\"{}\"", community_token(wanted.community)));
    }
    all.join(" AND ")
}

/// The phrases of more than a token, as they stand in a document's tokens between blanks; a list in JSON.
fn side_by_side(wanted: &Wanted<'_>) -> String {
    let long = wanted.query.phrases.iter().filter(|phrase| phrase.tokens.len() > 1);
    serde_json::json!(long.map(|phrase| format!(" {} ", phrase.tokens.join(" "))).collect::<Vec<_>>()).to_string()
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
            "a search document has tokens and is in the index, and nothing else is",
            "SELECT (SELECT count(*) FROM search_document d WHERE d.tokens = '' OR NOT EXISTS (SELECT 1 FROM search_index_docsize x \
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

    #[test]
    fn positions_leave_a_gap_between_stretches() {
        assert_eq!(
            vector("-c1 -m202603 - 漏水 水漏 漏水 - 快来 - -w3-2"),
            "'-c1':1 '-m202603':2 '-w3-2' '快来':10 '水漏':6 '漏水':5,7"
        );
    }
}
