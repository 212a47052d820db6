//! Keeps the documents of text search in step with the tickets: the feed of changes is read in short stretches, and what
//! changed of a ticket's words, place or category makes its document anew.

use std::collections::{BTreeSet, HashMap};

use super::{Engine, Failure, Settings, Worked, places};
use crate::domain::ids::{CommunityId, PlaceId, TicketId, TicketNumber};
use crate::domain::place::PlacePath;
use crate::domain::search::{self, Facts};
use crate::store::dialect::{self, Cursor};
use crate::store::search::{self as rows, Document, MARK, Material};
use crate::store::{Db, StoreError, mark};

/// A stretch with nothing for us in it is marked as read when it has so many changes; a shorter one is read again with the next.
const WORTH_MARKING: usize = 100;

/// One stretch: reads what changed, makes the documents, then writes them and how far it read in one transaction, unless
/// another process was quicker.
///
/// # Errors
/// A database failure.
pub fn index(engine: &Engine) -> Result<Worked, Failure> {
    let (from, changes) = engine.store.read(|db| {
        let from = mark::read(db, MARK)?;
        Ok::<_, StoreError>((from, dialect::changes_after(db, from)?))
    })?;
    let Some(to) = changes.last().map(dialect::Change::cursor) else { return Ok(Worked::default()) };
    let touched = changes.iter().filter(|change| rows::CHANGES.contains(&change.kind.as_str()));
    let touched: BTreeSet<(CommunityId, TicketId)> = touched.map(|c| (c.community_id, c.ticket_id)).collect();
    if touched.is_empty() && changes.len() < WORTH_MARKING {
        return Ok(Worked::default());
    }
    let mut communities: HashMap<CommunityId, Vec<TicketId>> = HashMap::new();
    for (community, ticket) in touched {
        communities.entry(community).or_default().push(ticket);
    }
    let mut documents = Vec::new();
    for (community, tickets) in communities {
        let settings = engine.settings(community)?;
        documents.extend(engine.store.read(|db| made(db, &settings, &tickets))?);
    }
    let done = documents.len();
    written(engine, (from, to), documents)?;
    Ok(Worked { done, more: changes.len() >= dialect::FEED_BATCH })
}

/// What was written of a stretch another process had read first is undone.
fn written(engine: &Engine, stretch: (Cursor, Cursor), documents: Vec<Document>) -> Result<(), Failure> {
    let done = engine.store.write_together(move |db| match mark::advance(db, MARK, stretch)? {
        true => Ok::<_, StoreError>(rows::put(db, &documents)?),
        false => Ok(()),
    });
    Ok(done?)
}

/// The documents of those of these tickets that need one.
fn made(db: &mut Db, settings: &Settings, tickets: &[TicketId]) -> Result<Vec<Document>, StoreError> {
    let community = settings.community.id;
    let found = rows::outdated(db, community, tickets)?;
    let ids: Vec<TicketId> = found.iter().map(|row| row.id).collect();
    let mut words: HashMap<TicketId, Vec<String>> = HashMap::new();
    for (ticket, body) in rows::words(db, community, &ids)? {
        words.entry(ticket).or_default().push(body);
    }
    let about: Vec<PlaceId> = found.iter().filter_map(|row| row.about_place_id).collect();
    let paths = places::paths(db, community, &about)?;
    let one = |row: &Material| {
        let number = row.number.parse().map_err(|e| StoreError::impossible("ticket", "number", row.id, e))?;
        let said = words.get(&row.id).into_iter().flatten().map(String::as_str);
        Ok(document(settings, (row, number), row.about_place_id.and_then(|id| paths.get(&id)), said.collect()))
    };
    found.iter().map(one).collect()
}

/// A ticket's document.
pub(super) fn document(
    settings: &Settings,
    (row, number): (&Material, TicketNumber),
    place: Option<&PlacePath>,
    words: Vec<&str>,
) -> Document {
    let category = row.category.as_deref().and_then(|code| settings.category(code));
    let facts = Facts {
        place,
        place_text: row.place_text.as_deref(),
        category: category.map(|row| vec![row.name_zh.as_str(), row.name_en.as_str()]).unwrap_or_default(),
        words,
    };
    let community_id = settings.community.id;
    Document {
        community_id,
        ticket_id: row.id,
        opened_at: row.opened_at.0,
        version: row.version,
        tokens: search::document(community_id, number, row.opened_at.0, &facts),
    }
}
