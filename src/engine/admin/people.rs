//! Accounts and seats. An administrator looks after those who have a seat here, and after those who had one and have none
//! anywhere now.

use super::{Hand, gone, note};
use crate::domain::ids::{MembershipId, PlaceId, UserId};
use crate::domain::place::PlacePath;
use crate::domain::words::{Deed, Platform, Queue, Role};
use crate::engine::setup::{NewSeat, NewUser, seat, seat_row, taken, user_row};
use crate::engine::{Engine, Failure, Invalid, Problem, places, text};
use crate::store::user::{self, MembershipRow, UserRow};
use crate::store::{Db, admin as rows, import};

/// Longest extension, in characters.
const EXTENSION_LIMIT: usize = 20;

/// An account and its seats here.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// The account.
    pub user: UserId,
    /// What is typed at sign-in.
    pub login: String,
    /// What colleagues read.
    pub name: String,
    /// May not sign in.
    pub disabled: bool,
    /// Has not chosen a password of their own yet.
    pub must_change_password: bool,
    /// Has a seat in another community too.
    pub elsewhere: bool,
    /// The seats here.
    pub seats: Vec<SeatView>,
}

/// A seat.
#[derive(Debug, Clone)]
pub struct SeatView {
    /// The seat.
    pub id: MembershipId,
    /// Its desk.
    pub platform: Platform,
    /// What the person is there.
    pub role: Role,
    /// The queue.
    pub queue: Option<Queue>,
    /// The building, for stewards.
    pub building: Option<PlacePath>,
    /// The company, for contractors.
    pub company: Option<String>,
    /// The telephone extension.
    pub extension: Option<String>,
    /// Head of the queue.
    pub head: bool,
    /// The seat this one stands in for.
    pub deputy_for: Option<MembershipId>,
    /// On duty.
    pub on_duty: bool,
}

/// Everybody the administrator looks after, by login; those without a seat come last.
///
/// # Errors
/// [`Failure::Store`].
pub fn people(engine: &Engine, hand: &Hand) -> Result<Vec<PersonView>, Failure> {
    engine.store.read(|db| read(db, hand))
}

/// One of them.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn person(engine: &Engine, hand: &Hand, id: UserId) -> Result<PersonView, Failure> {
    people(engine, hand)?.into_iter().find(|person| person.user == id).ok_or(Failure::NotFound("account"))
}

pub(super) fn read(db: &mut Db, hand: &Hand) -> Result<Vec<PersonView>, Failure> {
    let seats = rows::seats(db, hand.community)?;
    let buildings: Vec<PlaceId> = seats.iter().filter_map(|(seat, ..)| seat.building_id).collect();
    let paths = places::paths(db, hand.community, &buildings)?;
    let ids: Vec<UserId> = seats.iter().map(|(_, user, _)| user.id).collect();
    let elsewhere = import::seated_elsewhere(db, hand.community, &ids)?;
    let mut people: Vec<PersonView> = Vec::new();
    for (row, user, company) in seats {
        let view = SeatView {
            id: row.id,
            platform: row.platform,
            role: row.role,
            queue: row.queue,
            building: row.building_id.and_then(|id| paths.get(&id).cloned()),
            company,
            extension: row.extension,
            head: row.is_head,
            deputy_for: row.deputy_for_id,
            on_duty: row.on_duty,
        };
        match people.iter_mut().find(|person| person.user == user.id) {
            Some(person) => person.seats.push(view),
            None => {
                let elsewhere = elsewhere.contains(&user.id);
                people.push(PersonView { seats: vec![view], ..bare(user, elsewhere) });
            }
        }
    }
    people.extend(rows::former(db, hand.community)?.into_iter().map(|user| bare(user, false)));
    Ok(people)
}

fn bare(user: UserRow, elsewhere: bool) -> PersonView {
    PersonView {
        user: user.id,
        login: user.login,
        name: user.display_name,
        disabled: user.disabled_at.is_some(),
        must_change_password: user.must_change_password,
        elsewhere,
        seats: Vec::new(),
    }
}

/// Makes an account with its first seat; its one-time password, told this once.
///
/// # Errors
/// [`Failure::Invalid`] as [`crate::engine::setup::create_staff`].
pub fn create_person(
    engine: &Engine,
    hand: &Hand,
    new: &NewUser,
    first: &NewSeat,
) -> Result<(UserId, String), Failure> {
    let (row, made) = user_row(engine, new)?;
    let membership = seat_row(engine, hand.community, &NewSeat { user: row.id, ..first.clone() })?;
    engine.store.write(|db| -> Result<(), Failure> {
        user::insert(db, &row).map_err(|error| taken(error, "app_user", "login"))?;
        seat(db, &membership)?;
        note(engine, db, hand, Deed::AccountMade, &format!("{} {}", row.login, membership.role))
    })?;
    engine.forget_settings(hand.community);
    Ok((row.id, made.unwrap_or_default()))
}

/// Gives the account with this login one more seat.
///
/// # Errors
/// [`Failure::Invalid`] for `login` and for what does not fit together.
pub fn add_seat(engine: &Engine, hand: &Hand, login: &str, new: &NewSeat) -> Result<UserId, Failure> {
    let login = login.trim().to_lowercase();
    let found = engine.store.read(|db| user::by_login(db, &login))?;
    let account = found.ok_or(Invalid::new("login", Problem::Unknown))?;
    let row = seat_row(engine, hand.community, &NewSeat { user: account.id, ..new.clone() })?;
    engine.store.write(|db| -> Result<(), Failure> {
        seat(db, &row)?;
        note(engine, db, hand, Deed::SeatAdded, &format!("{login} {}", row.role))
    })?;
    engine.forget_settings(hand.community);
    Ok(account.id)
}

/// What may change of a seat.
#[derive(Debug, Clone)]
pub struct SeatChange {
    /// The telephone extension; empty for none.
    pub extension: String,
    /// Head of the queue.
    pub head: bool,
    /// The seat this one stands in for.
    pub deputy_for: Option<MembershipId>,
    /// On duty.
    pub on_duty: bool,
}

/// Changes a seat; whose it is.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] for `extension`, `head` or `deputy_for`.
pub fn change_seat(engine: &Engine, hand: &Hand, id: MembershipId, to: &SeatChange) -> Result<UserId, Failure> {
    let extension = match to.extension.trim() {
        "" => None,
        given => Some(text("extension", given, EXTENSION_LIMIT)?.to_owned()),
    };
    let user = engine.store.write(|db| -> Result<UserId, Failure> {
        let mut row = rows::seat(db, hand.community, id)?.ok_or(Failure::NotFound("seat"))?;
        if to.head && row.queue.is_none() {
            return Err(Invalid::new("head", Problem::Form("a role that works in a queue")).into());
        }
        if let Some(other) = to.deputy_for {
            let other = rows::seat(db, hand.community, other)?.ok_or(Invalid::new("deputy_for", Problem::Unknown))?;
            if other.id == id || other.role != row.role {
                return Err(Invalid::new("deputy_for", Problem::Form("another seat of the same role")).into());
            }
        }
        (row.extension, row.is_head) = (extension, to.head);
        (row.deputy_for_id, row.on_duty) = (to.deputy_for, to.on_duty);
        rows::update_seat(db, &row).map_err(gone("seat"))?;
        let about = about_seat(db, &row)?;
        note(engine, db, hand, Deed::SeatChanged, &about)?;
        Ok(row.user_id)
    })?;
    engine.forget_settings(hand.community);
    Ok(user)
}

fn about_seat(db: &mut Db, row: &MembershipRow) -> Result<String, Failure> {
    let login = user::by_id(db, row.user_id)?.map(|user| user.login).unwrap_or_default();
    Ok(format!("{login} {}", row.role))
}

/// Gives a seat up; whose it was. Tickets stay with the person until someone transfers them.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] for the last administrator's.
pub fn end_seat(engine: &Engine, hand: &Hand, id: MembershipId) -> Result<UserId, Failure> {
    let now = engine.now();
    let user = engine.store.write(|db| -> Result<UserId, Failure> {
        // One at a time, or two administrators could end each other's seats at once.
        import::hold(db, hand.community)?;
        let row = rows::seat(db, hand.community, id)?.ok_or(Failure::NotFound("seat"))?;
        if row.role == Role::Admin && rows::admins(db, hand.community)?.len() == 1 {
            return Err(Invalid::new("seat", Problem::LastAdmin).into());
        }
        rows::end_seat(db, hand.community, id, now.into()).map_err(gone("seat"))?;
        let about = about_seat(db, &row)?;
        note(engine, db, hand, Deed::SeatEnded, &about)?;
        Ok(row.user_id)
    })?;
    engine.forget_settings(hand.community);
    Ok(user)
}
