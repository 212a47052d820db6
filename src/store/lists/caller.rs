//! What an agent sees beside a caller's name, in one statement: what they reported, what others say of their flat, what is
//! open in their building, what came in today.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Nullable, Text};

use super::super::db::Db;
use super::super::error::StoreError;
use super::super::fixed::{Literal, Piece, Pieces, fixed};
use super::super::schema::ticket;
use super::super::types::{DbTime, DbUuid, Time};
use super::day::{Day, PANEL};
use super::line::{Listed, Row, columns, crossing, line};
use super::visible;
use crate::domain::ids::{PlaceId, ResidentId};
use crate::domain::scope::Scope;
use crate::domain::words::{Kind, Status};

/// Whose earlier requests.
#[derive(Debug, Clone)]
pub enum Whose {
    /// Of a resident, by any of their numbers too.
    Resident(ResidentId),
    /// Of a number nobody is registered under.
    Phone(Vec<u8>),
    /// From this flat, at or after the moment its present household moved in; whenever, if nobody is known to live or
    /// have lived there.
    Flat(PlaceId, Option<DateTime<Utc>>),
}

/// Where the caller lives, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Home {
    /// The flat, or what is known of it.
    pub place: Option<PlaceId>,
    /// The building.
    pub building: Option<PlaceId>,
}

/// Each list newest first, none but the last with a ticket that stands in the first.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// What they reported; what is open before what is not.
    pub reported: Vec<Listed>,
    /// They reported more than is shown.
    pub more: bool,
    /// Complaints of others about their home.
    pub complaints: Vec<Listed>,
    /// What is open in their building and no complaint.
    pub building: Vec<Listed>,
    /// Of the day that was asked for, whoever reported it, and whether or not it stands in another list too.
    pub day: Vec<Listed>,
}

/// The most that is shown of what they reported.
const HISTORY: usize = 12;

/// How far back each way to what they reported is walked, in its index: what is open in their building is read anyway, and whatever of
/// that is theirs is shown before what is done.
const WALKED: i64 = 25;
/// How many of these are read, the newest by whichever way: one more tells that there are more than are shown, and one may not be in
/// sight. Each row is another page of the file.
const READ: i64 = HISTORY as i64 + 2;
/// How many complaints are read: two more than are told, for not all may be seen.
const COMPLAINTS: i64 = 12;
/// How far it is walked, and read, where most of what is found is not in sight.
const WALKED_FAR: i64 = 200;

/// The ids of what they reported and when, so many of the newest by each way. A caller's own number leads to what their name does, so
/// a ticket may come twice.
fn reported<'a>(scope: &'a Scope, whose: &'a Whose, most: i64) -> Piece<'a> {
    let limit = || Literal(most.to_string());
    match whose {
        Whose::Resident(id) => Box::new(
            fixed::<()>("SELECT w.id, w.at FROM (SELECT r.ticket_id AS id, r.created_at AS at ")
                .sql("FROM ticket_reporter r WHERE r.community_id = ")
                .bind::<DbUuid, _>(scope.community)
                .sql(" AND r.resident_id = ")
                .bind::<DbUuid, _>(*id)
                .sql(" ORDER BY r.created_at DESC LIMIT ")
                .query(limit())
                .sql(
                    ") w UNION ALL SELECT x.id, x.at FROM (SELECT r.ticket_id AS id, r.created_at AS at \
                     FROM resident_phone p JOIN ticket_reporter r ON r.community_id = p.community_id \
                     AND r.phone_hash = p.whole_hash WHERE p.community_id = ",
                )
                .bind::<DbUuid, _>(scope.community)
                .sql(" AND p.resident_id = ")
                .bind::<DbUuid, _>(*id)
                .sql(" ORDER BY r.created_at DESC LIMIT ")
                .query(limit())
                .sql(") x"),
        ),
        Whose::Phone(hash) => Box::new(
            fixed::<()>("SELECT r.ticket_id, r.created_at FROM ticket_reporter r WHERE r.community_id = ")
                .bind::<DbUuid, _>(scope.community)
                .sql(" AND r.phone_hash = ")
                .bind::<Binary, _>(hash)
                .sql(" ORDER BY r.created_at DESC LIMIT ")
                .query(limit()),
        ),
        Whose::Flat(flat, since) => Box::new(
            fixed::<()>("SELECT t.id, t.opened_at FROM ticket t WHERE t.community_id = ")
                .bind::<DbUuid, _>(scope.community)
                .sql(" AND t.reporter_place_id = ")
                .bind::<DbUuid, _>(*flat)
                .sql(" AND t.opened_at >= ")
                .bind::<DbTime, _>(Time(since.unwrap_or(DateTime::UNIX_EPOCH)))
                .sql(" ORDER BY t.opened_at DESC LIMIT ")
                .query(limit()),
        ),
    }
}

/// The ids of what others say of their home.
fn complaints<'a>(scope: &'a Scope, home: PlaceId, most: i64) -> Piece<'a> {
    Box::new(
        fixed::<()>(
            " UNION ALL SELECT v.id FROM (SELECT t.id FROM ticket t WHERE t.kind = 'complaint' AND t.community_id = ",
        )
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND t.about_place_id = ")
        .bind::<DbUuid, _>(home)
        .sql(" ORDER BY t.opened_at DESC LIMIT ")
        .query(Literal(most.to_string()))
        .sql(") v"),
    )
}

/// The ids of what is open in their building.
fn around<'a>(scope: &'a Scope, building: PlaceId) -> Piece<'a> {
    Box::new(
        fixed::<()>(
            " UNION ALL SELECT u.id FROM (SELECT t.id FROM ticket t WHERE t.status <> 'done' AND t.community_id = ",
        )
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND t.building_id = ")
        .bind::<DbUuid, _>(building)
        .sql(" ORDER BY t.opened_at DESC LIMIT 40) u"),
    )
}

/// What the actor may see of it, and with a day its newest tickets, all in one statement. Each way to a ticket is walked newest
/// first and not much further than what is shown, so that a household that called for years costs no more than one that called last
/// week. Should the actor not see more than that little, so much is missing from the end of a list.
pub fn of_caller(
    db: &mut Db,
    scope: &Scope,
    (whose, home): (&Whose, Home),
    day: Option<&Day>,
) -> Result<Caller, StoreError> {
    // Few tickets are not for the property's desk; most are not for another, which is led further back.
    let (walked, read, told) =
        if scope.property_desk { (WALKED, READ, COMPLAINTS) } else { (WALKED_FAR, WALKED_FAR, WALKED_FAR) };
    let mut others: Vec<Piece<'_>> = Vec::new();
    others.extend(home.place.map(|place| complaints(scope, place, told)));
    others.extend(home.building.map(|building| around(scope, building)));
    let found = fixed::<Bool>(
        "ticket.id IN (SELECT n.id FROM (SELECT id FROM reported GROUP BY id ORDER BY max(at) DESC LIMIT ",
    )
    .query(Literal(read.to_string()))
    .sql(") n")
    .query(Pieces(others))
    .sql(")");
    let theirs = fixed::<Nullable<Bool>>("ticket.id IN (SELECT id FROM reported)");
    let found = visible(scope).filter(found).select((columns!(), theirs));
    let with = fixed::<()>("WITH reported (id, at) AS MATERIALIZED (").query(reported(scope, whose, walked)).sql(") ");
    let rows: Vec<(Row, Option<bool>)> = match day {
        None => with.before(found).load(db)?,
        // Beside the others and not one of them: it is read as its index leads to it, and not found once more by its id.
        Some(day) => {
            let of_day = day.newest(db, scope).select((columns!(), fixed::<Nullable<Bool>>("CAST(NULL AS BOOLEAN)")));
            let both = with.before(found).sql(" UNION ALL SELECT * FROM (").query(of_day);
            both.sql(" LIMIT ").query(Literal(PANEL.to_string())).sql(") d").load(db)?
        }
    };
    Ok(sorted_out(rows, home))
}

/// Each ticket on the lists it belongs to: with whether it is theirs, or without, of the day.
fn sorted_out(rows: Vec<(Row, Option<bool>)>, home: Home) -> Caller {
    let mut found = Caller::default();
    let mut rows: Vec<(Listed, Option<bool>)> = rows.into_iter().map(|(row, theirs)| (line(row), theirs)).collect();
    // Not by the database: it would carry these wide rows through a sorter.
    rows.sort_unstable_by_key(|(of, _)| Reverse((of.row.opened_at.0, of.row.id)));
    for (listed, theirs) in rows {
        let of = &listed.row;
        match theirs {
            None => found.day.push(listed),
            // What they reported themselves stands there, and is not told a second time.
            Some(true) => found.reported.push(listed),
            Some(false) if home.place.is_some() && of.about_place_id == home.place && of.kind == Kind::Complaint => {
                found.complaints.push(listed);
            }
            Some(false)
                if home.building.is_some()
                    && of.building_id == home.building
                    && of.status != Status::Done
                    && of.kind != Kind::Complaint =>
            {
                found.building.push(listed);
            }
            Some(false) => {}
        }
    }
    // What is open of these must not be pushed off by what was done since.
    found.reported.sort_by_key(|listed| listed.row.status == Status::Done);
    found.more = found.reported.len() > HISTORY;
    found.reported.truncate(HISTORY);
    found
}
