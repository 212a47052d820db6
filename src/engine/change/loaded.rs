//! A ticket as read, with what its rules need.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::domain::words::{LinkKind, Status};
use crate::engine::Settings;
use crate::store::escalation::EscalationRow;
use crate::store::ticket::{self, Around, Beside, ReporterRow, TicketRow};
use crate::store::{Db, StoreError};

/// A ticket as read: the row, and what the rules see.
pub(in crate::engine) struct Loaded {
    pub(in crate::engine) row: TicketRow,
    pub(in crate::engine) ticket: Ticket,
    pub(in crate::engine) beside: Beside,
}

/// Reads a ticket with everything its rules need.
pub(in crate::engine) fn load(
    db: &mut Db,
    settings: &Settings,
    id: TicketId,
    now: DateTime<Utc>,
) -> Result<Option<Loaded>, StoreError> {
    let community = settings.community.id;
    match ticket::find(db, community, id)? {
        Some(row) => whole(db, settings, row, now).map(Some),
        None => Ok(None),
    }
}

/// Reads several tickets as [`load`] does. One that cannot be read fails alone.
pub(in crate::engine) fn load_all(
    db: &mut Db,
    settings: &Settings,
    ids: &[TicketId],
    now: DateTime<Utc>,
) -> Result<HashMap<TicketId, Result<Loaded, StoreError>>, StoreError> {
    let community = settings.community.id;
    let rows = match ticket::by_ids(db, community, ids) {
        Err(StoreError::Impossible { .. }) => return one_by_one(db, settings, ids, now),
        rows => rows?,
    };
    let found: Vec<TicketId> = rows.iter().map(|row| row.id).collect();
    let besides = ticket::besides(db, community, &found)?;
    let one = |(row, beside): (TicketRow, Result<Beside, StoreError>)| {
        (row.id, beside.and_then(|beside| joined(settings, row, beside, now)))
    };
    Ok(rows.into_iter().zip(besides).map(one).collect())
}

fn one_by_one(
    db: &mut Db,
    settings: &Settings,
    ids: &[TicketId],
    now: DateTime<Utc>,
) -> Result<HashMap<TicketId, Result<Loaded, StoreError>>, StoreError> {
    let mut all = HashMap::with_capacity(ids.len());
    for id in ids {
        match load(db, settings, *id, now) {
            Ok(Some(loaded)) => drop(all.insert(*id, Ok(loaded))),
            Ok(None) => {}
            Err(error @ StoreError::Impossible { .. }) => drop(all.insert(*id, Err(error))),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Completes a row with what its rules need beside it.
pub(in crate::engine) fn whole(
    db: &mut Db,
    settings: &Settings,
    row: TicketRow,
    now: DateTime<Utc>,
) -> Result<Loaded, StoreError> {
    let beside = ticket::beside(db, row.community_id, row.id)?;
    joined(settings, row, beside, now)
}

/// A row and what stands beside it, as the rules see them.
pub(in crate::engine) fn joined(
    settings: &Settings,
    row: TicketRow,
    beside: Beside,
    now: DateTime<Utc>,
) -> Result<Loaded, StoreError> {
    let mut open_children = Vec::new();
    for (kind, from, _, number, status) in &beside.links {
        if *kind == LinkKind::Parent && !from && *status != Status::Done {
            let number = number.parse().map_err(|e| StoreError::impossible("ticket", "number", number, e))?;
            open_children.push(number);
        }
    }
    let merged = beside.links.iter().find(|(kind, from, ..)| *kind == LinkKind::Merged && *from);
    let around = Around {
        escalation: beside.escalations.iter().map(EscalationRow::escalation).find(|e| e.is_live()),
        hold: beside.hold.map(|(hold, _)| hold),
        reporters: beside.reporters.iter().map(ReporterRow::reporter).collect(),
        subjects: beside.subjects.clone(),
        open_children,
        merged_into: merged.map(|(_, _, id, ..)| *id),
        hand_back_count: beside.hand_back_count,
        rules: settings.rules(now),
    };
    let ticket = row.ticket(around)?;
    Ok(Loaded { row, ticket, beside })
}
