//! What an owner does to an account on the terminal: a new password when the old one is forgotten, and no more signing in.

use super::staff::one_time_password;
use crate::engine::{Engine, Failure, Invalid, password};
use crate::store::user as rows;

/// Sets an account's password, to be changed at the next sign-in; ends its sessions and forgets the guesses at it. Returns
/// the password when it was made up.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Invalid`] for `password`.
pub fn reset_password(engine: &Engine, login: &str, given: Option<&str>) -> Result<Option<String>, Failure> {
    let account = engine.store.read(|db| rows::by_login(db, login))?.ok_or(Failure::NotFound("account"))?;
    // Hashing takes its time on purpose: outside of the transaction.
    let (made, hash) = match given {
        Some(given) => {
            password::check(given, login).map_err(|problem| Invalid::new("password", problem))?;
            (None, password::hash(given, engine.chance.bytes()))
        }
        None => {
            let (made, hash) = one_time_password(engine);
            (Some(made), hash)
        }
    };
    let guesses = engine.account_key(login);
    engine.store.write(|db| {
        rows::set_one_time_password(db, account.id, &hash)?;
        rows::delete_other_sessions(db, account.id, &[])?;
        rows::clear_limit(db, &guesses)
    })?;
    Ok(made)
}

/// Switches an account off, which ends its sessions, or on again. The terminal is trusted: it may switch off the last
/// administrator too, for it can make another.
///
/// # Errors
/// [`Failure::NotFound`].
pub fn set_disabled(engine: &Engine, login: &str, disabled: bool) -> Result<(), Failure> {
    let now = engine.now();
    engine.store.write(|db| {
        let account = rows::by_login(db, login)?.ok_or(Failure::NotFound("account"))?;
        if account.disabled_at.is_some() == disabled {
            return Ok(());
        }
        rows::set_disabled_at(db, account.id, disabled.then(|| now.into()))?;
        Ok(rows::delete_other_sessions(db, account.id, &[])?)
    })
}
