//! Tickets by what was said in them, newest first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::super::{Engine, Failure};
use super::lines::lines;
use super::{Filter, Sight};
use crate::domain::actor::Staff;
use crate::domain::ids::TicketId;
use crate::domain::place;
use crate::domain::search::Query;
use crate::domain::view::{Cursor, Paged, TicketLine};
use crate::store::people::{self, Wanted};
use crate::store::search::{self, Hit};
use crate::store::{Db, StoreError, lists, ticket};

/// Tickets looked at beyond those asked for, where nearly all that are found can be shown: one, to know whether there are more. Of those
/// that cannot be shown, each but the first makes the page a line shorter.
const SPARE: i64 = 1;
/// As many are looked at for the smallest page, lest it comes out empty.
const FEWEST: i64 = 8;
/// Tickets looked at for one page where few of those found can be shown. A page may come out short; the next goes on behind
/// the last one looked at.
const LOOKED_AT: i64 = 600;

/// Tickets in sight that hold what is looked for and are on the list, a page at a time. A page may be short, or empty, and
/// there are more all the same: `next` alone tells.
///
/// # Errors
/// A database failure.
pub fn search(
    engine: &Engine,
    staff: &Staff,
    (query, filter): (&Query, &Filter),
    (after, limit): (Option<Cursor>, u32),
) -> Result<Paged<TicketLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let limit = i64::from(limit).clamp(1, lists::MOST);
    // What is found and what of it may be seen need not be of one moment: the second look decides.
    let page = engine.store.read_one(|db| {
        if let (Some(number), None) = (query.number, after)
            && let Some(row) = ticket::by_number(db, staff.community, number)?
        {
            let rows = lists::among(db, &sight.scope, filter, &[row.id])?;
            return Ok(Paged { items: lines(db, &sight.settings, rows, sight.now)?, next: None });
        }
        let Filter { since, until, .. } = *filter;
        let (community, alone, now) = (staff.community, sight.settings.alone, sight.now);
        let wanted = search::Wanted { community, alone, query, since, until, after, now };
        let (rows, next) = page(db, &sight, (&wanted, filter), limit)?;
        Ok(Paged { items: lines(db, &sight.settings, rows, sight.now)?, next })
    });
    Ok(page?)
}

/// Whether what the property's desk typed is for its look-up of callers: a number, a door, or the beginning of a resident's name.
///
/// # Errors
/// A database failure.
pub fn means_caller(engine: &Engine, staff: &Staff, typed: &str) -> Result<bool, Failure> {
    if Query::parse(typed).is_err() || !typed.chars().any(char::is_alphabetic) {
        return Ok(true);
    }
    let settings = engine.settings(staff.community)?;
    if place::mostly_place(typed, &settings.names) {
        return Ok(true);
    }
    let named = Wanted::Name(typed.trim().to_owned());
    let found = engine.store.read_one(|db| people::whole(db, staff.community, &named, 1))?;
    Ok(!found.is_empty())
}

/// What a page shows, and where the next one begins.
type Found = (Vec<lists::Listed>, Option<Cursor>);

fn page(
    db: &mut Db,
    sight: &Sight,
    (wanted, filter): (&search::Wanted<'_>, &Filter),
    limit: i64,
) -> Result<Found, StoreError> {
    let most = match (shows_most(sight, filter), sight.scope.property_desk) {
        (true, true) => limit.max(FEWEST) + SPARE,
        // The committee's desk sees what came to it alone.
        (true, false) => limit * 2 + SPARE,
        (false, _) => LOOKED_AT,
    };
    let hits = search::newest(db, wanted, most)?;
    let ids: Vec<TicketId> = hits.iter().map(|hit| hit.ticket_id).collect();
    let mut rows = match ids.is_empty() {
        true => Vec::new(),
        false => lists::among(db, &sight.scope, filter, &ids)?,
    };
    let order: HashMap<TicketId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    rows.sort_by_key(|listed| order.get(&listed.row.id).copied());
    let more = i64::try_from(rows.len()).unwrap_or(0) > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let looked_at_all = i64::try_from(hits.len()).is_ok_and(|n| n < most);
    let next = match (more, looked_at_all) {
        (true, _) => rows.last().map(|listed| Cursor { opened_at: listed.row.opened_at.0, id: listed.row.id }),
        (false, true) => None,
        (false, false) => hits.last().map(behind),
    };
    Ok((rows, next))
}

/// Whether nearly everything is in sight and on the list.
fn shows_most(sight: &Sight, filter: &Filter) -> bool {
    let Filter { since, until, .. } = *filter;
    let desk = sight.scope.property_desk || sight.scope.committee_desk;
    desk && *filter == Filter { since, until, ..Filter::default() }
}

/// Where to go on behind a ticket nobody was shown.
fn behind(hit: &Hit) -> Cursor {
    let opened_at = DateTime::<Utc>::from_timestamp(search::second(hit.id), 0).unwrap_or_default();
    Cursor { opened_at, id: hit.ticket_id }
}
