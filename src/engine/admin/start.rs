//! The first steps of an installation, and what a community still lacks.

use chrono::Datelike;

use super::{Hand, note};
use crate::domain::ids::{CommunityId, UserId};
use crate::domain::words::{Deed, Platform, Queue, Role};
use crate::engine::setup::{NewSeat, seat, seat_row, taken, whole};
use crate::engine::{Engine, Failure};
use crate::store::{admin as rows, community, user};

/// Whether this account may make the installation's first community: there is none yet. Accounts that exist by then were
/// made on the terminal.
///
/// # Errors
/// [`Failure::Store`].
pub fn may_begin(engine: &Engine, user: UserId) -> Result<bool, Failure> {
    Ok(engine.store.read(|db| {
        let seated = !user::memberships(db, user)?.is_empty();
        Ok::<_, crate::store::StoreError>(!seated && community::all(db)?.is_empty())
    })?)
}

/// Makes the installation's first community with an administrator's seat for the account.
///
/// # Errors
/// [`Failure::Forbidden`] once there is a community; [`Failure::Invalid`] for `slug`, `name` or `zone`.
pub fn begin(engine: &Engine, user: UserId, (slug, name, zone): (&str, &str, &str)) -> Result<CommunityId, Failure> {
    if !may_begin(engine, user)? {
        return Err(Failure::Forbidden);
    }
    let whole = whole(engine, slug, name, zone)?;
    let id = whole.community.id;
    let own = seat_row(engine, id, &NewSeat::new(user, Platform::Property, Role::Admin))?;
    engine.store.write(|db| -> Result<(), Failure> {
        // Somebody else may have been faster.
        if !community::all(db)?.is_empty() {
            return Err(Failure::Forbidden);
        }
        community::insert(db, &whole).map_err(|error| taken(error, "community", "slug"))?;
        seat(db, &own)?;
        note(engine, db, &Hand { community: id, user: Some(user) }, Deed::CommunityMade, slug)
    })?;
    Ok(id)
}

/// How far a community is set up.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Places in the register.
    pub places: i64,
    /// Residents in the register.
    pub residents: i64,
    /// Seats held by people who may sign in, the administrators' aside.
    pub seats: usize,
    /// Queues nobody works in.
    pub empty_queues: Vec<Queue>,
    /// Somebody answers the telephone.
    pub has_agent: bool,
    /// The WeChat account is set.
    pub wechat: bool,
    /// Sources of call events.
    pub sources: i64,
    /// This year or, from December, the next: no holidays entered.
    pub unknown_year: Option<i32>,
}

/// How far a community is set up.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such community.
pub fn standing(engine: &Engine, hand: &Hand) -> Result<Standing, Failure> {
    let settings = engine.settings(hand.community)?;
    let today = settings.calendar.local_date(engine.now());
    let soon = today + chrono::TimeDelta::days(31);
    engine.store.read(|db| {
        let counts = rows::counts(db, hand.community)?;
        let seats = rows::seats(db, hand.community)?;
        let working: Vec<_> = seats
            .into_iter()
            .filter(|(seat, user, _)| seat.role != Role::Admin && user.disabled_at.is_none())
            .collect();
        let empty = |queue: &Queue| !working.iter().any(|(seat, ..)| seat.queue == Some(*queue));
        Ok(Standing {
            places: counts.places,
            residents: counts.residents,
            seats: working.len(),
            empty_queues: Queue::ALL.iter().copied().filter(empty).collect(),
            has_agent: working.iter().any(|(seat, ..)| seat.role == Role::Agent),
            wechat: counts.wechat,
            sources: counts.sources,
            unknown_year: (today.year()..=soon.year()).find(|year| !settings.calendar.knows(*year)),
        })
    })
}
