//! The manager's one screen. Five statements, each over open work or over the days that are shown.

use chrono::Days;

use super::super::{Engine, Failure, crew};
use super::Sight;
use crate::domain::actor::Staff;
use crate::domain::ids::UserId;
use crate::domain::view::{Bypass, Day, Offered, Overview, Standing};
use crate::domain::words::Role;
use crate::store::lists::figures;

/// Days of the same-day share, today among them.
const DAYS_SHOWN: u64 = 14;
/// Days over which the calls to the city's line are counted, today among them.
const BYPASS_DAYS: u64 = 30;

/// The figures of everything the actor may see; what is kept from them is not counted either.
///
/// # Errors
/// [`Failure::Forbidden`] for those who are neither manager nor admin.
pub fn manage(engine: &Engine, staff: &Staff) -> Result<Overview, Failure> {
    if !(staff.has_role(Role::Manager) || staff.has_role(Role::Admin)) {
        return Err(Failure::Forbidden);
    }
    let sight = Sight::of(engine, staff)?;
    let calendar = &sight.settings.calendar;
    let today = calendar.local_date(sight.now);
    let back = |days: u64| today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
    let (first, bypass_since) = (back(DAYS_SHOWN), back(BYPASS_DAYS));
    engine.store.read(|db| {
        let work = figures::open_work(db, &sight.scope)?;
        let recent = figures::opened(db, &sight.scope, calendar.start_of_day(first))?;
        let city = figures::from_the_city(db, &sight.scope, calendar.start_of_day(bypass_since))?;
        let reviews = figures::reviews(db, &sight.scope)?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Overview {
            today,
            standing: Standing::of(&work, sight.now),
            offers: Offered::all(&figures::offers(db, &sight.scope)?),
            deferred: count(reviews.len()),
            deferred_due: count(reviews.iter().filter(|day| **day <= today).count()),
            next_review: reviews.iter().filter(|day| **day > today).min().copied(),
            days: Day::all(&recent, calendar, (first, today)),
            bypass: Bypass { since: bypass_since, share: city },
        })
    })
}

/// Whoever has open tickets that the actor may see, by name; and `also`, such as the one a list is narrowed to.
pub fn workers(engine: &Engine, staff: &Staff, also: Option<UserId>) -> Result<Vec<(UserId, String)>, Failure> {
    let sight = Sight::of(engine, staff)?;
    engine.store.read(|db| {
        let mut ids = figures::workers(db, &sight.scope)?;
        // Only who is at work in sight gets a name: an id out of the address must not tell whose it is.
        ids.extend(also.filter(|id| Some(*id) == sight.scope.user && !ids.contains(id)));
        let mut names: Vec<(UserId, String)> = crew::names(db, &sight.settings, &ids)?.into_iter().collect();
        names.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(names)
    })
}
