//! What belongs to an account itself: its password, and whether it may sign in. An administrator's business while no other
//! community has a part in the account; the owner of the machine, on the terminal, looks after every account. Both go the
//! same way from there: the change, and a line of it in every community concerned.

use super::people::read;
use super::{Hand, note};
use crate::domain::ids::UserId;
use crate::domain::words::Deed;
use crate::engine::setup::one_time_password;
use crate::engine::{Engine, Failure, Invalid, Problem, password};
use crate::store::user::{self, UserRow};
use crate::store::{Db, admin as rows, import};

/// Whose account is meant, and by whose hand.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// An administrator's choice among those looked after.
    Of(&'a Hand, UserId),
    /// A login typed on the terminal.
    Login(&'a str),
}

impl Whose<'_> {
    /// The account, and a hand in every community that must hear of the change.
    fn find(self, db: &mut Db) -> Result<(UserRow, Vec<Hand>), Failure> {
        match self {
            Self::Of(hand, id) => Ok((own(db, hand, id)?, vec![*hand])),
            Self::Login(login) => {
                let account = user::by_login(db, login)?.ok_or(Failure::NotFound("account"))?;
                let hands = rows::communities_of(db, account.id)?.into_iter().map(Hand::terminal).collect();
                Ok((account, hands))
            }
        }
    }
}

/// The account, if it is this administrator's alone.
fn own(db: &mut Db, hand: &Hand, id: UserId) -> Result<UserRow, Failure> {
    let person = read(db, hand)?.into_iter().find(|person| person.user == id).ok_or(Failure::NotFound("account"))?;
    if person.elsewhere {
        return Err(Invalid::new("account", Problem::Elsewhere).into());
    }
    user::by_id(db, id)?.ok_or(Failure::NotFound("account"))
}

/// Sets a password to be changed at the next sign-in, ends the account's sessions and forgets the guesses at it. The
/// password is returned, told this once, when none was given.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] for `password`, and for an account another community has a part in.
pub fn reset_password(engine: &Engine, whose: Whose<'_>, given: Option<&str>) -> Result<Option<String>, Failure> {
    let (login, _) = engine.store.read(|db| whose.find(db)).map(|(account, hands)| (account.login, hands))?;
    // Hashing takes its time on purpose: outside of the transaction.
    let (made, hash) = match given {
        Some(given) => {
            password::check(given, &login).map_err(|problem| Invalid::new("password", problem))?;
            (None, password::hash(given, engine.chance.bytes()))
        }
        None => {
            let (made, hash) = one_time_password(engine);
            (Some(made), hash)
        }
    };
    let guesses = engine.account_key(&login);
    engine.store.write(|db| -> Result<(), Failure> {
        let (account, hands) = whose.find(db)?;
        rows::reset_password(db, account.id, &hash)?;
        user::clear_limit(db, &guesses)?;
        hands.iter().try_for_each(|hand| note(engine, db, hand, Deed::PasswordReset, &account.login))
    })?;
    Ok(made)
}

/// Switches an account off, which ends its sessions, or on again.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] for the last administrator of a community, and for an account another
/// community has a part in.
pub fn set_disabled(engine: &Engine, whose: Whose<'_>, disabled: bool) -> Result<(), Failure> {
    let now = engine.now();
    engine.store.write(|db| -> Result<(), Failure> {
        let (_, hands) = whose.find(db)?;
        // One at a time, or two administrators could switch each other off at once.
        hands.iter().try_for_each(|hand| import::hold(db, hand.community))?;
        let (account, hands) = whose.find(db)?;
        if account.disabled_at.is_some() == disabled {
            return Ok(());
        }
        for hand in &hands {
            let admins = rows::admins(db, hand.community)?;
            if disabled && admins.contains(&account.id) && admins.iter().all(|admin| *admin == account.id) {
                return Err(Invalid::new("account", Problem::LastAdmin).into());
            }
        }
        rows::set_disabled(db, account.id, disabled.then(|| now.into()))?;
        let deed = if disabled { Deed::AccountDisabled } else { Deed::AccountEnabled };
        hands.iter().try_for_each(|hand| note(engine, db, hand, deed, &account.login))
    })?;
    engine.forget_all_settings();
    Ok(())
}
