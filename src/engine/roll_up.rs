//! Rolls up the days that are over, and those again whose tickets changed since.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, NaiveDate};

use super::{Engine, Failure, Worked};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{CommunityId, TicketId};
use crate::domain::view::Cell;
use crate::store::dialect::{self, Change, Cursor};
use crate::store::roll_up::{self as rows, MARK, PASSED_OVER};
use crate::store::{Db, StoreError, mark};

/// Days rolled up for the first time in one round.
const DAYS: u64 = 31;
/// A stretch of changes that touch no such day is marked as read when it is so long; a shorter one is read again with the next.
const WORTH_MARKING: usize = 100;

/// What is to be written of one community.
struct Counted {
    community: CommunityId,
    days: Vec<NaiveDate>,
    cells: Vec<Cell>,
    /// The last day that is rolled up: what it was, what it will be.
    until: Option<(Option<NaiveDate>, NaiveDate)>,
}

/// One round: a stretch of the feed, and of each community some days that are over.
///
/// # Errors
/// A database failure.
pub fn sweep(engine: &Engine) -> Result<Worked, Failure> {
    let (from, changes, untils) = engine.store.read(|db| {
        let from = mark::read(db, MARK)?;
        Ok::<_, StoreError>((from, dialect::changes_after(db, from)?, rows::untils(db)?))
    })?;
    let to = changes.last().map_or(from, Change::cursor);
    let mut touched: HashMap<CommunityId, BTreeSet<TicketId>> = HashMap::new();
    for change in changes.iter().filter(|change| !PASSED_OVER.contains(&change.kind.as_str())) {
        touched.entry(change.community_id).or_default().insert(change.ticket_id);
    }
    let mut more = changes.len() >= dialect::FEED_BATCH;
    let mut all = Vec::new();
    for (community, until) in untils {
        let tickets: Vec<TicketId> = touched.remove(&community).into_iter().flatten().collect();
        let settings = engine.settings(community)?;
        let yesterday = settings.calendar.local_date(engine.now()).pred_opt().unwrap_or_default();
        let counted = engine.store.read(|db| {
            let days = due(db, community, &settings.calendar, (until, yesterday), &tickets)?;
            count(db, community, &settings.calendar, (until, days))
        })?;
        more |= counted.until.is_some_and(|(_, day)| day < yesterday);
        all.push(counted);
    }
    all.retain(|counted| !counted.days.is_empty() || counted.until.is_some());
    if all.is_empty() && changes.len() < WORTH_MARKING {
        return Ok(Worked::default());
    }
    let done = all.iter().map(|counted| counted.days.len()).sum();
    match engine.store.write(|db| write(db, (from, to), &all)) {
        Ok(()) => Ok(Worked { done, more }),
        // Another process was quicker; what it left is another round's.
        Err(Undone::Overtaken) => Ok(Worked::default()),
        Err(Undone::Store(error)) => Err(error.into()),
    }
}

/// The days to be counted, and the last of those that are counted for the first time.
type Due = (BTreeSet<NaiveDate>, Option<NaiveDate>);

fn due(
    db: &mut Db,
    community: CommunityId,
    calendar: &Calendar,
    (until, yesterday): (Option<NaiveDate>, NaiveDate),
    tickets: &[TicketId],
) -> Result<Due, StoreError> {
    let mut days = BTreeSet::new();
    if let Some(until) = until
        && !tickets.is_empty()
    {
        let changed = rows::opened_at(db, community, tickets)?;
        days.extend(changed.into_iter().map(|at| calendar.local_date(at)).filter(|day| *day <= until));
    }
    let next = match until {
        Some(until) => until.succ_opt(),
        None => rows::first_opened(db, community)?.map(|at| calendar.local_date(at)),
    };
    // Without a ticket there is no day to be rolled up.
    let Some(next) = next.filter(|next| *next <= yesterday) else { return Ok((days, None)) };
    let last = next.checked_add_days(Days::new(DAYS - 1)).unwrap_or(yesterday).min(yesterday);
    days.extend(next.iter_days().take_while(|day| *day <= last));
    Ok((days, Some(last)))
}

fn count(
    db: &mut Db,
    community: CommunityId,
    calendar: &Calendar,
    (until, (days, last)): (Option<NaiveDate>, Due),
) -> Result<Counted, StoreError> {
    let days: Vec<NaiveDate> = days.into_iter().collect();
    let mut cells = Vec::new();
    // Days in a row are read in one go.
    for row in days.chunk_by(|one, next| one.succ_opt() == Some(*next)) {
        if let (Some(first), Some(last)) = (row.first(), row.last()) {
            let span = (calendar.start_of_day(*first), calendar.end_of_day(*last));
            cells.extend(Cell::all(&rows::facts(db, community, span)?, calendar));
        }
    }
    Ok(Counted { community, days, cells, until: last.map(|day| (until, day)) })
}

/// Why nothing was written.
enum Undone {
    Overtaken,
    Store(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn write(db: &mut Db, (from, to): (Cursor, Cursor), all: &[Counted]) -> Result<(), Undone> {
    if !mark::advance(db, MARK, (from, to))? {
        return Err(Undone::Overtaken);
    }
    for Counted { community, days, cells, until } in all {
        if let Some(moved) = until
            && !rows::set_until(db, *community, *moved)?
        {
            return Err(Undone::Overtaken);
        }
        rows::replace(db, *community, days, cells)?;
    }
    Ok(())
}
