//! Look-ups for pages and programs: each goes through what the actor may see.

mod caller;
mod desk;
mod handle;
mod lines;
mod manage;
mod page;
mod phone;
mod search;
mod suggest;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Engine, Failure, Settings};
use crate::domain::actor::Staff;
use crate::domain::ids::{PlaceId, TicketId, TicketNumber};
use crate::domain::routing;
use crate::domain::scope::Scope;
use crate::domain::view::{
    CategoryName, Cursor, Paged, PlaceLine, QueueCount, Suggested, TicketLine, TriageLine, UnfiledLine,
};
use crate::domain::words::{PlaceKind, Platform, Queue};
use crate::store::lists::{self, OpenCounts, Sounded};
use crate::store::message::{self, MessageRow};
use crate::store::ticket;

pub use caller::{LookUp, caller};
pub use desk::{Desk, DeskFigures, Wish, desk, saved};
pub use handle::{handle, handled};
pub use lists::{Filter, Held, MOST, QueueView, SHOWN, SameDay};
pub use manage::{manage, workers};
pub use page::{OfferLine, Offers, offers, ticket, ticket_told};
pub(super) use phone::phone_of;
pub use search::{means_caller, search};
pub use suggest::{EmergencyNote, Suggest, suggest};

use super::places;
use lines::{lines, suggested};

/// Settings, scope and moment of one look-up.
struct Sight {
    settings: std::sync::Arc<Settings>,
    scope: Scope,
    now: DateTime<Utc>,
}

impl Sight {
    fn of(engine: &Engine, staff: &Staff) -> Result<Self, Failure> {
        let settings = engine.settings(staff.community)?;
        let now = engine.now();
        let scope = Scope::of(staff, settings.committee_open(now));
        Ok(Self { settings, scope, now })
    }
}

/// The ticket behind a number, if the actor may see it.
///
/// # Errors
/// [`Failure::NotFound`] for an unknown number, and just so for one that is not for the actor.
pub fn number(engine: &Engine, staff: &Staff, number: TicketNumber) -> Result<TicketId, Failure> {
    let row = engine.store.read_one(|db| ticket::by_number(db, staff.community, number))?;
    let id = row.ok_or(Failure::NotFound("ticket"))?.id;
    page::seen(engine, staff, id)?;
    Ok(id)
}

/// Where a ticket is about, if the actor may see it.
///
/// # Errors
/// [`Failure::NotFound`] for a ticket that is not there or not for the actor.
pub fn place(engine: &Engine, staff: &Staff, id: TicketId) -> Result<PlaceLine, Failure> {
    let sight = Sight::of(engine, staff)?;
    let (about, text) =
        engine.store.read_one(|db| lists::place(db, &sight.scope, id))?.ok_or(Failure::NotFound("ticket"))?;
    let path = match about {
        Some(id) => engine.store.read_one(|db| places::known(db, &sight.settings, &[id]))?.remove(&id),
        None => None,
    };
    Ok(PlaceLine { path, text })
}

/// A queue's tickets: open ones with what runs out first on top (emergencies before all, what is on hold behind all), done ones latest
/// first.
///
/// # Errors
/// [`Failure::Forbidden`] for a queue none of whose tickets can be in the actor's sight.
pub fn queue(engine: &Engine, staff: &Staff, queue: Queue, view: &QueueView) -> Result<Vec<TicketLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    if !sight.scope.opens(queue, staff) {
        return Err(Failure::Forbidden);
    }
    // One statement: places and names are kept with the settings.
    let found = engine.store.read_one(|db| {
        let rows = lists::of_queue(db, &sight.scope, queue, view)?;
        lines(db, &sight.settings, rows, sight.now)
    });
    Ok(found?)
}

/// Open work in sight.
#[derive(Debug, Clone, Default)]
pub struct OpenWork {
    /// Open tickets of each queue the actor may open.
    pub queues: Vec<QueueCount>,
    /// How many requests wait for a person of the actor's desk to route them.
    pub triage: usize,
}

/// How many open tickets each queue holds, of the queues the actor may open, and how many stand in none.
pub fn open_work(engine: &Engine, staff: &Staff) -> Result<OpenWork, Failure> {
    let sight = Sight::of(engine, staff)?;
    let found = engine.store.read_one(|db| lists::counts(db, &sight.scope, sight.now))?;
    Ok(in_sight(&sight, staff, &found))
}

fn in_sight(sight: &Sight, staff: &Staff, found: &OpenCounts) -> OpenWork {
    let routes = |platform: Platform| triaged(sight).is_ok_and(|holder| holder.is_none_or(|holder| holder == platform));
    let waiting: i64 = found.unrouted.iter().filter(|(platform, _)| routes(*platform)).map(|(_, number)| number).sum();
    OpenWork { queues: opened(sight, staff, &found.queues), triage: usize::try_from(waiting).unwrap_or(0) }
}

/// How many open tickets each queue holds, of the queues the actor may open.
pub fn counts(engine: &Engine, staff: &Staff) -> Result<Vec<QueueCount>, Failure> {
    Ok(open_work(engine, staff)?.queues)
}

fn opened(sight: &Sight, staff: &Staff, found: &[QueueCount]) -> Vec<QueueCount> {
    let none = |queue| QueueCount { queue, assigned: 0, in_progress: 0, late: 0 };
    let of = |queue: &Queue| found.iter().find(|count| count.queue == *queue).copied();
    let open = Queue::ALL.iter().filter(|queue| sight.scope.opens(**queue, staff));
    open.map(|queue| of(queue).unwrap_or_else(|| none(*queue))).collect()
}

/// The platform whose triage list the actor works on; none named: both.
fn triaged(sight: &Sight) -> Result<Option<Platform>, Failure> {
    match (sight.scope.property_desk, sight.scope.committee_desk || sight.scope.minds_committee) {
        (true, true) => Ok(None),
        (true, false) => Ok(Some(Platform::Property)),
        (false, true) => Ok(Some(Platform::Committee)),
        (false, false) => Err(Failure::Forbidden),
    }
}

/// Requests that wait for a person to route them, emergencies heard on top, then oldest first.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk.
pub fn triage(engine: &Engine, staff: &Staff) -> Result<Vec<TriageLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let holder = triaged(&sight)?;
    let found = engine.store.read_one(|db| {
        let (rows, sounded): (Vec<_>, Vec<_>) = lists::triage(db, &sight.scope, holder)?.into_iter().unzip();
        Ok((lines(db, &sight.settings, rows, sight.now)?, sounded))
    });
    let (rows, sounded) = found?;
    let line = |(ticket, sounded): (TicketLine, Option<Sounded>)| {
        let (suggestions, emergency) = match sounded {
            Some(heard) => (suggested(&sight.settings, ticket.id, &heard.suggestions)?, heard.emergency),
            None => (Vec::new(), None),
        };
        Ok(TriageLine { ticket, suggestions, emergency })
    };
    rows.into_iter().zip(sounded).map(line).collect()
}

/// Messages that opened no ticket, newest first, at most [`lists::MOST`].
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit neither at the committee's desk nor mind it out of hours.
pub fn unfiled(engine: &Engine, staff: &Staff) -> Result<Vec<UnfiledLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    if !(sight.scope.committee_desk || sight.scope.minds_committee) {
        return Err(Failure::Forbidden);
    }
    let rows = engine.store.read_one(|db| message::unfiled(db, staff.community, lists::MOST))?;
    let line = |(row, words): (MessageRow, Option<String>)| UnfiledLine {
        id: row.id,
        identity: row.identity_id,
        kind: row.kind,
        words,
        at: row.at.0,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Whether the messages that opened no ticket are this actor's to mind.
///
/// # Errors
/// A database failure.
pub fn minds_unfiled(engine: &Engine, staff: &Staff) -> Result<bool, Failure> {
    let sight = Sight::of(engine, staff)?;
    Ok(sight.scope.committee_desk || sight.scope.minds_committee)
}

/// How many messages opened no ticket: the list shows the newest of them.
///
/// # Errors
/// As [`triage`], for those who do not mind them.
pub fn unfiled_count(engine: &Engine, staff: &Staff) -> Result<usize, Failure> {
    if !minds_unfiled(engine, staff)? {
        return Err(Failure::Forbidden);
    }
    let count = engine.store.read_one(|db| message::unfiled_count(db, staff.community))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Tickets, newest first, a page at a time.
pub fn tickets(
    engine: &Engine,
    staff: &Staff,
    filter: &Filter,
    (after, limit): (Option<Cursor>, u32),
) -> Result<Paged<TicketLine>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let limit = i64::from(limit).clamp(1, lists::MOST);
    let page = engine.store.read_one(|db| {
        // One more than asked for tells whether there is a next page.
        let mut rows = lists::newest(db, &sight.scope, filter, (after, limit + 1))?;
        let more = i64::try_from(rows.len()).unwrap_or(0) > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        let last = rows.last().filter(|_| more).map(|listed| &listed.row);
        let next = last.map(|row| Cursor { opened_at: row.opened_at.0, id: row.id });
        Ok(Paged { items: lines(db, &sight.settings, rows, sight.now)?, next })
    });
    Ok(page?)
}

/// The community's buildings, for choosing; a steward's own only.
pub fn buildings(engine: &Engine, staff: &Staff) -> Result<Vec<(PlaceId, PlaceLine)>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let desk = sight.scope.property_desk || sight.scope.committee_desk;
    engine.store.read(|db| {
        let rows = crate::store::place::of_kinds(db, staff.community, &[PlaceKind::Building])?;
        let own = |id: &PlaceId| desk || sight.scope.steward_of.as_ref().is_none_or(|of| of.contains(id));
        let ids: Vec<PlaceId> = rows.iter().map(|row| row.id).filter(own).collect();
        let mut paths = places::known(db, &sight.settings, &ids)?;
        Ok(ids.into_iter().map(|id| (id, PlaceLine { path: paths.remove(&id), text: None })).collect())
    })
}

/// A category's names; of one no longer in the catalogue, its code.
pub(super) fn category_name(settings: &Settings, code: &str) -> Arc<CategoryName> {
    let known = settings.category_names.iter().find(|name| name.code == code);
    known
        .cloned()
        .unwrap_or_else(|| Arc::new(CategoryName { code: code.to_owned(), zh: code.to_owned(), en: code.to_owned() }))
}

/// Suggestions of a fresh understanding with the categories' names.
fn named(settings: &Settings, suggestions: &[routing::Suggestion]) -> Vec<(Suggested, Arc<CategoryName>)> {
    suggestions.iter().map(|s| (Suggested::from(s), category_name(settings, &s.category))).collect()
}
