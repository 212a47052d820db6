//! The manager's one screen. Four statements: over open work, over the roll-ups of the days that are shown, and over the
//! tickets of today and of those few days the roll-ups do not hold for.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::super::{Engine, Failure, crew};
use super::Sight;
use crate::domain::actor::Staff;
use crate::domain::ids::UserId;
use crate::domain::view::{Bypass, Cell, Day, Offered, Overview, QueueCount, Share, Standing};
use crate::domain::words::{Channel, Queue, Role};
use crate::store::lists::figures;
use crate::store::roll_up::{self, Past};
use crate::store::{Db, StoreError};

/// Days of the same-day share, today among them.
const DAYS_SHOWN: u64 = 14;
/// Days over which the calls to the city's line are counted, today among them.
const BYPASS_DAYS: u64 = 30;

/// The figures of everything the actor may see, and what is open in their queues; what is kept from them is not counted either.
///
/// # Errors
/// [`Failure::Forbidden`] for those who are neither manager nor admin.
pub fn manage(engine: &Engine, staff: &Staff) -> Result<(Overview, Vec<QueueCount>), Failure> {
    if !(staff.has_role(Role::Manager) || staff.has_role(Role::Admin)) {
        return Err(Failure::Forbidden);
    }
    let sight = Sight::of(engine, staff)?;
    let calendar = &sight.settings.calendar;
    let today = calendar.local_date(sight.now);
    let back = |days: u64| today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
    let (first, bypass_since) = (back(DAYS_SHOWN), back(BYPASS_DAYS));
    let shown = (bypass_since, today);
    engine.store.read(|db| {
        let (work, offers) = figures::open_work(db, &sight.scope)?;
        let standing = Standing::of(&work, sight.now);
        let counts = counts(&standing, |queue| sight.scope.opens(queue, staff));
        let mut days = days(db, &sight, shown)?;
        let bypass = Bypass { since: bypass_since, share: from_the_city(&days) };
        days.retain(|day| day.date >= first);
        let reviews = figures::reviews(db, &sight.scope)?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let overview = Overview {
            today,
            standing,
            offers: Offered::all(&offers),
            deferred: count(reviews.len()),
            deferred_due: count(reviews.iter().filter(|day| **day <= today).count()),
            next_review: reviews.iter().filter(|day| **day > today).min().copied(),
            days,
            bypass,
        };
        Ok((overview, counts))
    })
}

/// How much of it each queue holds that the actor may open, as [`super::counts`] has it.
fn counts(standing: &Standing, opens: impl Fn(Queue) -> bool) -> Vec<QueueCount> {
    let count = |queue: Queue| {
        let row = standing.queues.iter().find(|row| row.queue == queue);
        let (assigned, in_progress, late) = row.map_or((0, 0, 0), |row| (row.assigned, row.in_progress, row.late));
        QueueCount { queue, assigned, in_progress, late }
    };
    Queue::ALL.iter().copied().filter(|queue| opens(*queue)).map(count).collect()
}

/// The days from one to another: counted before where that holds for this person, else from their tickets.
fn days(db: &mut Db, sight: &Sight, (first, last): (NaiveDate, NaiveDate)) -> Result<Vec<Day>, StoreError> {
    let (scope, calendar) = (&sight.scope, &sight.settings.calendar);
    // What is seen for a queue's sake or a building's was not counted by itself.
    let by_desk = scope.queues.is_empty() && scope.steward_of.is_none();
    let past = match by_desk && (scope.property_desk || scope.committee_desk) {
        true => roll_up::past(db, scope, (first, calendar.start_of_day(first)))?,
        false => Past::default(),
    };
    let apart: HashSet<NaiveDate> = past.apart.iter().map(|at| calendar.local_date(*at)).collect();
    let counted = |day: &NaiveDate| past.until.is_some_and(|until| *day <= until) && !apart.contains(day);
    let live: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).filter(|day| !counted(day)).collect();
    let spans: Vec<figures::Span> = live
        .chunk_by(|one, next| one.succ_opt() == Some(*next))
        .filter_map(|row| Some((calendar.start_of_day(*row.first()?), calendar.end_of_day(*row.last()?))))
        .collect();
    let facts = figures::opened(db, scope, &spans)?;
    let cells: Vec<Cell> =
        past.cells.iter().filter(|cell| counted(&cell.day) && cell.kept.in_sight(scope)).copied().collect();
    Ok(Day::all((&facts, &cells), calendar, (first, last)))
}

/// What the city's line handed down on these days.
fn from_the_city(days: &[Day]) -> Share {
    let mut share = Share::default();
    for day in days {
        share.of += day.same_day.of;
        share.part += day.channels.iter().filter(|(by, _)| *by == Channel::City12345).map(|(_, n)| n).sum::<i64>();
    }
    share
}

/// Whoever has open tickets that the actor may see, by name; and `also`, such as the one a list is narrowed to.
pub fn workers(engine: &Engine, staff: &Staff, also: Option<UserId>) -> Result<Vec<(UserId, String)>, Failure> {
    let sight = Sight::of(engine, staff)?;
    let names = engine.store.read_one(|db| {
        let mut ids = figures::workers(db, &sight.scope)?;
        // Only who is at work in sight gets a name: an id out of the address must not tell whose it is.
        ids.extend(also.filter(|id| Some(*id) == sight.scope.user && !ids.contains(id)));
        let mut names: Vec<(UserId, String)> = crew::names(db, &sight.settings, &ids)?.into_iter().collect();
        names.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(names)
    });
    Ok(names?)
}
