//! Documents of text search: one a ticket, made from its words by a job that reads the feed of changes, so that opening a
//! ticket costs nothing more for it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::db::Db;
use super::dialect::search as index;
use super::error::StoreError;
use super::schema::{search_document, text_row, ticket};
use super::types::Time;
use crate::domain::ids::{CommunityId, PlaceId, TicketId};
use crate::domain::search::Query;
use crate::domain::ticket::WordsPurpose;
use crate::domain::view::Cursor;
use crate::domain::words::Audience;

/// The job's mark in the feed.
pub const MARK: &str = "search_gardens";

/// What a document is made again for.
pub const CHANGES: &[&str] = &["opened", "routed", "place_set", "noted", "nudged", "finished", "concluded"];

/// Documents of one second.
const PER_SECOND: i64 = 4096;

/// A document as made.
#[derive(Debug, Clone)]
pub struct Document {
    /// The community.
    pub community_id: CommunityId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The ticket's version it was made of.
    pub version: i64,
    /// [`crate::domain::search::document`].
    pub tokens: String,
}

/// What of a ticket's row goes into its document.
#[derive(Debug, Clone, Queryable)]
pub struct Material {
    /// The ticket.
    pub id: TicketId,
    /// Its number.
    pub number: String,
    /// Its version.
    pub version: i64,
    /// When it was opened.
    pub opened_at: Time,
    /// Its category.
    pub category: Option<String>,
    /// What it is about.
    pub about_place_id: Option<PlaceId>,
    /// The place as it was said.
    pub place_text: Option<String>,
}

/// Those of these tickets whose document is missing or older than they are.
pub fn outdated(db: &mut Db, community: CommunityId, ids: &[TicketId]) -> Result<Vec<Material>, StoreError> {
    let document = search_document::community_id
        .eq(ticket::community_id)
        .and(search_document::ticket_id.eq(ticket::id))
        .and(search_document::version.ge(ticket::version));
    Ok(ticket::table
        .left_join(search_document::table.on(document))
        .filter(ticket::community_id.eq(community))
        .filter(ticket::id.eq_any(ids))
        .filter(search_document::id.nullable().is_null())
        .select((
            ticket::id,
            ticket::number,
            ticket::version,
            ticket::opened_at,
            ticket::category,
            ticket::about_place_id,
            ticket::place_text,
        ))
        .load(db)?)
}

/// Whether words of this purpose and audience go into a document: the request, and what both desks may read.
pub fn holds(purpose: &str, audience: Audience) -> bool {
    let code = |purpose: WordsPurpose| purpose.code();
    purpose == code(WordsPurpose::Request)
        || (audience == Audience::Both
            && [WordsPurpose::Nudge, WordsPurpose::Note, WordsPurpose::Reply, WordsPurpose::Report]
                .map(code)
                .contains(&purpose))
}

/// The words of these tickets that go into their documents, oldest first.
pub fn words(db: &mut Db, community: CommunityId, ids: &[TicketId]) -> Result<Vec<(TicketId, String)>, StoreError> {
    type Row = (Option<TicketId>, String, Audience, String);
    let rows: Vec<Row> = text_row::table
        .filter(text_row::community_id.eq(community))
        .filter(text_row::ticket_id.eq_any(ids))
        .filter(text_row::redacted_at.is_null())
        .order((text_row::created_at, text_row::id))
        .select((text_row::ticket_id, text_row::purpose, text_row::audience, text_row::body))
        .load(db)?;
    let kept = rows.into_iter().filter(|(_, purpose, audience, _)| holds(purpose, *audience));
    Ok(kept.filter_map(|(ticket, _, _, body)| Some((ticket?, body))).collect())
}

/// Writes documents, in place of those these tickets have.
pub fn put(db: &mut Db, documents: &[Document]) -> Result<(), StoreError> {
    let tickets: Vec<TicketId> = documents.iter().map(|document| document.ticket_id).collect();
    let known: Vec<(CommunityId, TicketId, i64)> = search_document::table
        .filter(search_document::ticket_id.eq_any(&tickets))
        .filter(search_document::community_id.eq_any(communities(documents)))
        .select((search_document::community_id, search_document::ticket_id, search_document::id))
        .load(db)?;
    let known: HashMap<(CommunityId, TicketId), i64> =
        known.into_iter().map(|(community, ticket, id)| ((community, ticket), id)).collect();
    let mut fresh = Vec::new();
    for document in documents {
        match known.get(&(document.community_id, document.ticket_id)) {
            Some(id) => index::replace(db, *id, document)?,
            None => fresh.push(document),
        }
    }
    insert(db, &fresh)
}

/// Writes the documents of tickets that have none.
pub fn add(db: &mut Db, documents: &[Document]) -> Result<(), StoreError> {
    insert(db, &documents.iter().collect::<Vec<_>>())
}

fn insert(db: &mut Db, documents: &[&Document]) -> Result<(), StoreError> {
    let mut seconds: Vec<i64> = documents.iter().map(|document| first_id(document.opened_at)).collect();
    seconds.sort_unstable();
    seconds.dedup();
    let mut free = free(db, seconds)?;
    let mut fresh = Vec::with_capacity(documents.len());
    for document in documents {
        fresh.push((take(db, document.opened_at, &mut free)?, *document));
    }
    index::insert(db, &fresh)
}

fn communities(documents: &[Document]) -> Vec<CommunityId> {
    let mut all: Vec<CommunityId> = documents.iter().map(|document| document.community_id).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The first id of the second of this moment.
pub fn first_id(at: DateTime<Utc>) -> i64 {
    at.timestamp() * PER_SECOND
}

/// The second that a document's ticket was opened in, since 1970.
pub fn second(id: i64) -> i64 {
    id.div_euclid(PER_SECOND)
}

/// The first free id of each of these seconds, which are named by their first id.
fn free(db: &mut Db, seconds: Vec<i64>) -> Result<HashMap<i64, i64>, StoreError> {
    let lasts = index::lasts(db, seconds, PER_SECOND)?;
    Ok(lasts.into_iter().map(|(first, last)| (first, last.map_or(first, |last| last + 1))).collect())
}

/// Takes a free id of that second, or of a later one should it be full.
fn take(db: &mut Db, at: DateTime<Utc>, known: &mut HashMap<i64, i64>) -> Result<i64, StoreError> {
    let mut first = first_id(at);
    loop {
        match known.get_mut(&first) {
            Some(next) if *next < first + PER_SECOND => {
                *next += 1;
                return Ok(*next - 1);
            }
            Some(_) => first += PER_SECOND,
            None => known.extend(free(db, vec![first])?),
        }
    }
}

/// What is looked for, and where.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Whose.
    pub community: CommunityId,
    /// Nobody else has documents here: then theirs need not be told from others by a word that stands in every one.
    pub alone: bool,
    /// What.
    pub query: &'a Query,
    /// Opened at or after, in whole seconds.
    pub since: Option<DateTime<Utc>>,
    /// Opened before, in whole seconds.
    pub until: Option<DateTime<Utc>>,
    /// Behind this one.
    pub after: Option<Cursor>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// The newest tickets, at most `most`, that have all that is looked for, whoever may see them: newest first.
pub fn newest(db: &mut Db, wanted: &Wanted<'_>, most: i64) -> Result<Vec<Hit>, StoreError> {
    index::newest(db, wanted, most)
}

pub use index::Hit;
