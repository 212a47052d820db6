//! A session as every page needs it.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::db::{Db, each};
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{app_user, membership, session};
use super::{MembershipRow, SessionRow, UserRow};

/// A session with everything a page asks of it.
#[derive(Debug, Clone)]
pub struct WholeSession {
    /// The session.
    pub session: SessionRow,
    /// Its account.
    pub account: UserRow,
    /// The account's seats, in every community.
    pub seats: Vec<MembershipRow>,
    /// An alarm rings in the session's community; in any, while the session names none.
    pub rings: bool,
}

/// The session with this token hash, in one statement, for every page begins with it.
pub fn whole_session(db: &mut Db, token_hash: &[u8]) -> Result<Option<WholeSession>, StoreError> {
    let rings = fixed::<Bool>(
        "EXISTS (SELECT 1 FROM alarm a JOIN ticket t ON t.community_id = a.community_id AND t.id = a.ticket_id \
         WHERE a.acknowledged_at IS NULL AND t.status <> 'done' \
         AND (session.community_id IS NULL OR a.community_id = session.community_id))",
    );
    let seats = membership::user_id.eq(app_user::id).and(membership::retired_at.is_null());
    let whole = session::table
        .inner_join(app_user::table.on(app_user::id.eq(session::user_id)))
        .left_join(membership::table.on(seats))
        .filter(session::token_hash.eq(token_hash))
        .order(membership::id)
        .select((session::all_columns, app_user::all_columns, membership::all_columns.nullable(), rings));
    let rows: Vec<(SessionRow, UserRow, Option<MembershipRow>, bool)> = each!(db, c => whole.load(c))?;
    let mut rows = rows.into_iter();
    let Some((session, account, seat, rings)) = rows.next() else { return Ok(None) };
    let seats = seat.into_iter().chain(rows.filter_map(|(.., seat, _)| seat)).collect();
    Ok(Some(WholeSession { session, account, seats, rings }))
}
