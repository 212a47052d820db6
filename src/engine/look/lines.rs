//! From rows to lines of a list: words, places, names and crossings fetched for all lines at once.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::{Settings, crew, places};
use super::category_name;
use crate::domain::ids::{PlaceId, TicketId, UserId};
use crate::domain::place::{self, PlacePath};
use crate::domain::sla::{ClockReading, ClockState, Pause};
use crate::domain::view::{CategoryName, CrossingLine, PlaceLine, Suggested, TicketLine};
use crate::domain::words::Status;
use crate::store::lists::Listed;
use crate::store::ticket::TicketRow;
use crate::store::types::Json;
use crate::store::{Db, StoreError};

/// The lines of these tickets, in their order.
pub(super) fn lines(
    db: &mut Db,
    settings: &Settings,
    found: Vec<Listed>,
    now: DateTime<Utc>,
) -> Result<Vec<TicketLine>, StoreError> {
    let about: Vec<PlaceId> = found.iter().filter_map(|listed| listed.row.about_place_id).collect();
    let paths = places::known(db, settings, &about)?;
    let workers: Vec<UserId> = found.iter().filter_map(|listed| listed.row.worker_id).collect();
    let names = crew::names(db, settings, &workers)?;
    found.into_iter().map(|listed| line(settings, listed, (&paths, &names), now)).collect()
}

fn line(
    settings: &Settings,
    Listed { row, words, crossing }: Listed,
    (paths, names): (&HashMap<PlaceId, Arc<PlacePath>>, &HashMap<UserId, String>),
    now: DateTime<Utc>,
) -> Result<TicketLine, StoreError> {
    let matter = match row.about_place_id {
        Some(_) => place::beside_place(&words, &settings.names),
        None => &words,
    };
    // Either is the end of the words.
    let matter_at = words.len() - matter.len();
    Ok(TicketLine {
        number: row.ticket_number()?,
        clock: clock(&row, now),
        place: PlaceLine {
            path: row.about_place_id.and_then(|id| paths.get(&id).cloned()),
            text: row.place_text.clone(),
        },
        words,
        matter_at,
        worker: row.worker_id.map(|id| (id, names.get(&id).cloned().unwrap_or_default())),
        category: row.category.as_deref().map(|code| category_name(settings, code)),
        crossing: crossing.map(|(state, from, answer_by)| CrossingLine {
            state,
            from,
            answer_by: answer_by.map(|t| t.0),
        }),
        id: row.id,
        version: row.version,
        status: row.status,
        queue: row.queue,
        outcome: row.outcome,
        review_on: row.review_on,
        returned_from: row.returned_from,
        lead: row.lead,
        holder: row.holder,
        channel: row.channel,
        kind: row.kind,
        urgency: row.urgency,
        paid: row.paid,
        confidential: row.confidential,
        opened_at: row.opened_at.0,
        since_at: row.since_at.0,
        due_at: row.due_at.map(|t| t.0),
        nudge_count: row.nudge_count,
        reopened_count: row.reopened_count,
    })
}

/// How the ticket's clock stands.
fn clock(row: &TicketRow, now: DateTime<Utc>) -> Option<ClockState> {
    let (due, warn) = (row.due_at?.0, row.warn_at?.0);
    let held = row.held_since.zip(row.hold_review_at);
    let pause = held.map(|(began, review)| Pause { paused_at: began.0, review_at: review.0 });
    let stopped = (row.status == Status::Done).then_some(row.since_at.0);
    Some(ClockReading { due_at: due, warn_at: warn, pause, stopped_at: stopped }.state(now))
}

/// The kept suggestions of an unclear request.
pub(super) fn suggested(
    settings: &Settings,
    ticket: TicketId,
    kept: &Json,
) -> Result<Vec<(Suggested, Arc<CategoryName>)>, StoreError> {
    let kept: Vec<Suggested> = serde_json::from_value(kept.0.clone())
        .map_err(|e| StoreError::impossible("understanding", "suggestions", ticket, e))?;
    Ok(kept
        .into_iter()
        .map(|s| {
            let name = category_name(settings, &s.category);
            (s, name)
        })
        .collect())
}
