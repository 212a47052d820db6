//! What an agent's desk shows of calls whatever list is open, in one statement.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::fixed::fixed;
use super::super::schema::{call, call_pop, community};
use super::super::types::Time;
use super::CallRow;
use crate::domain::ids::{CommunityId, UserId};

/// What an agent's desk shows of calls at any time.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    /// On this agent's screen since a moment, oldest first.
    pub calls: Vec<CallRow>,
    /// How many people are to be rung back.
    pub call_backs: i64,
    /// How many messages opened no ticket.
    pub unfiled: i64,
}

/// The calls on an agent's screen since a moment, and what waits besides. Nobody's screen has none.
pub fn screen(
    db: &mut Db,
    (community, user): (CommunityId, Option<UserId>),
    since: DateTime<Utc>,
) -> Result<Screen, StoreError> {
    let backs =
        fixed::<BigInt>("(SELECT count(*) FROM call_back b WHERE b.community_id = community.id AND b.state = 'open')");
    let unfiled = fixed::<BigInt>(
        "(SELECT count(*) FROM message m WHERE m.community_id = community.id AND m.filing IN ('unfiled', 'waiting'))",
    );
    let popped = call_pop::community_id
        .eq(community::id)
        .and(call_pop::user_id.nullable().eq(user))
        .and(call_pop::closed_at.is_null())
        .and(call_pop::at.gt(Time(since)));
    let popped_call = call::community_id.eq(call_pop::community_id).and(call::id.eq(call_pop::call_id));
    let rows: Vec<(Option<CallRow>, i64, i64)> = community::table
        .left_join(call_pop::table.on(popped))
        .left_join(call::table.on(popped_call))
        .filter(community::id.eq(community))
        .order((call_pop::at, call_pop::call_id))
        .select((call::all_columns.nullable(), backs, unfiled))
        .load(db)?;
    let (call_backs, unfiled) = rows.first().map_or((0, 0), |(_, backs, unfiled)| (*backs, *unfiled));
    Ok(Screen { calls: rows.into_iter().filter_map(|(call, ..)| call).collect(), call_backs, unfiled })
}
