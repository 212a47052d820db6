//! On whose screen a call is, and what open pages hear of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::ids::{CallId, CommunityId, EventId, UserId};
use crate::store::db::Db;
use crate::store::error::StoreError;
use crate::store::many::insert_all;
use crate::store::schema::{call_change, call_pop};
use crate::store::types::Time;

/// A call on an agent's screen.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = call_pop, treat_none_as_default_value = false)]
pub struct PopRow {
    /// The community.
    pub community_id: CommunityId,
    /// The call.
    pub call_id: CallId,
    /// Whose screen.
    pub user_id: UserId,
    /// Since when.
    pub at: Time,
    /// Taken off again.
    pub closed_at: Option<Time>,
}

/// Something open pages hear of a call.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = call_change, treat_none_as_default_value = false)]
pub struct CallNews {
    /// The community.
    pub community_id: CommunityId,
    /// Its own key.
    pub id: EventId,
    /// The call.
    pub call_id: CallId,
    /// The agent it is for; everybody at the desk when empty.
    pub user_id: Option<UserId>,
    /// `ringing` or `changed`.
    pub kind: &'static str,
    /// When.
    pub at: Time,
}

/// Puts a call on screens, but for those it is or was on.
pub fn pop(db: &mut Db, rows: &[PopRow]) -> Result<(), StoreError> {
    insert_all!(db, call_pop::table, rows, or_nothing);
    Ok(())
}

/// The agents on whose screens a call is or was.
pub fn on_screens(db: &mut Db, (community, id): (CommunityId, CallId)) -> Result<Vec<UserId>, StoreError> {
    let of_call = call_pop::table.filter(call_pop::community_id.eq(community)).filter(call_pop::call_id.eq(id));
    Ok(of_call.select(call_pop::user_id).load(db)?)
}

/// Whose screens a call is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screens {
    /// All.
    All,
    /// This agent's.
    Of(UserId),
    /// All but this agent's.
    AllBut(UserId),
}

/// Takes a call off screens.
pub fn close_pops(
    db: &mut Db,
    (community, id): (CommunityId, CallId),
    screens: Screens,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let of_call = call_pop::table
        .filter(call_pop::community_id.eq(community))
        .filter(call_pop::call_id.eq(id))
        .filter(call_pop::closed_at.is_null());
    let closed = call_pop::closed_at.eq(Some(Time(at)));
    match screens {
        Screens::All => diesel::update(of_call).set(closed).execute(db)?,
        Screens::Of(user) => diesel::update(of_call.filter(call_pop::user_id.eq(user))).set(closed).execute(db)?,
        Screens::AllBut(user) => diesel::update(of_call.filter(call_pop::user_id.ne(user))).set(closed).execute(db)?,
    };
    Ok(())
}

/// Tells open pages of calls.
pub fn tell(db: &mut Db, news: &[CallNews]) -> Result<(), StoreError> {
    insert_all!(db, call_change::table, news);
    Ok(())
}
