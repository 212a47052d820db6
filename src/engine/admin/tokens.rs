//! Programs' tokens.

use chrono::{DateTime, Utc};

use super::{Hand, note};
use crate::domain::ids::TokenId;
use crate::domain::words::{Deed, Platform, Queue, Role};
use crate::engine::setup::{NewToken, insert_token, token_row};
use crate::engine::{Engine, Failure};
use crate::store::admin as rows;
use crate::store::user::TokenRow;

/// A valid token, without its secret, which nobody has any more.
#[derive(Debug, Clone)]
pub struct TokenView {
    /// The token.
    pub id: TokenId,
    /// What it was called.
    pub name: String,
    /// The desk it acts for.
    pub platform: Platform,
    /// What it may do.
    pub role: Role,
    /// The queue.
    pub queue: Option<Queue>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The community's valid tokens, newest first.
///
/// # Errors
/// [`Failure::Store`].
pub fn tokens(engine: &Engine, hand: &Hand) -> Result<Vec<TokenView>, Failure> {
    let found = engine.store.read(|db| rows::tokens(db, hand.community))?;
    let view = |row: TokenRow| TokenView {
        id: row.id,
        name: row.name,
        platform: row.platform,
        role: row.role,
        queue: row.queue,
        created_at: row.created_at.0,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Makes a token and tells it this once.
///
/// # Errors
/// [`Failure::Invalid`] for `name`, `role`, `platform` or `queue`.
pub fn create_token(engine: &Engine, hand: &Hand, new: &NewToken) -> Result<String, Failure> {
    let (row, secret) = token_row(engine, hand.community, new)?;
    engine.store.write(|db| -> Result<(), Failure> {
        insert_token(db, &row)?;
        note(engine, db, hand, Deed::TokenMade, &row.name)
    })?;
    Ok(secret)
}

/// Makes a token void from now on; its name.
///
/// # Errors
/// [`Failure::NotFound`] when the community has no such valid token.
pub fn revoke_token(engine: &Engine, hand: &Hand, id: TokenId) -> Result<String, Failure> {
    let now = engine.now();
    engine.store.write(|db| -> Result<String, Failure> {
        let name = rows::revoke_token(db, hand.community, id, now.into()).map_err(super::gone("token"))?;
        let name = name.ok_or(Failure::NotFound("token"))?;
        note(engine, db, hand, Deed::TokenRevoked, &name)?;
        Ok(name)
    })
}
