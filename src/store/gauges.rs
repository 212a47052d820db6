//! How much stands open or waits, over the whole installation; read off indexes that hold just that.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::db::Db;
use super::error::StoreError;
use super::fixed::fixed;
use super::schema::{community, delivery, outbox, ticket};
use super::types::Time;
use crate::domain::ids::CommunityId;
use crate::domain::words::{Queue, Status};

/// Open tickets of a community, by name in URLs, state and queue.
pub type OpenTickets = (String, Status, Option<Queue>, i64);

/// How many open tickets there are, by community, state and queue.
pub fn open_tickets(db: &mut Db) -> Result<Vec<OpenTickets>, StoreError> {
    let names: Vec<(CommunityId, String)> = community::table.select((community::id, community::slug)).load(db)?;
    let names: HashMap<CommunityId, String> = names.into_iter().collect();
    type Row = (CommunityId, Status, Option<Queue>, i64);
    let rows: Vec<Row> = ticket::table
        .filter(fixed::<Bool>("ticket.status <> 'done'"))
        .group_by((ticket::community_id, ticket::status, ticket::queue))
        .select((ticket::community_id, ticket::status, ticket::queue, count_star()))
        .load(db)?;
    let named = |(id, status, queue, count): Row| Some((names.get(&id)?.clone(), status, queue, count));
    Ok(rows.into_iter().filter_map(named).collect())
}

/// How many wait, and since when the first of them does.
pub type Waiting = (i64, Option<DateTime<Utc>>);

/// Notices not yet handed on to their hearers.
pub fn notices(db: &mut Db) -> Result<Waiting, StoreError> {
    let due = outbox::table.filter(fixed::<Bool>("outbox.state = 'due'"));
    let (count, first): (i64, Option<Time>) = due.select((count_star(), min(outbox::created_at))).first(db)?;
    Ok((count, first.map(|t| t.0)))
}

/// Letters not yet sent.
pub fn letters(db: &mut Db) -> Result<Waiting, StoreError> {
    let due = delivery::table.filter(fixed::<Bool>("delivery.state = 'due'"));
    let (count, first): (i64, Option<Time>) = due.select((count_star(), min(delivery::noticed_at))).first(db)?;
    Ok((count, first.map(|t| t.0)))
}

/// Letters given up that nobody has replayed or set aside.
pub fn dead_letters(db: &mut Db) -> Result<i64, StoreError> {
    let dead = delivery::table.filter(fixed::<Bool>("delivery.state = 'dead'"));
    Ok(dead.select(count_star()).first(db)?)
}
