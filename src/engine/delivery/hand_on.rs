//! Handing notices on to the people who hear of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::{Engine, Failure, Settings, Worked, change};
use super::hearers::Crew;
use super::{cut, settings_of};
use crate::domain::ids::{CommunityId, TicketId};
use crate::domain::notice::Hearer;
use crate::domain::notice::retry::STALE;
use crate::fail_point::{self, FailPoint};
use crate::store::delivery::{self as rows, DeliveryRow};
use crate::store::outbox::{self, OutboxRow, Settled};
use crate::store::types::Time;
use crate::store::{Db, StoreError};

/// Notices handed on in one transaction.
const BATCH: i64 = 50;

/// Hands notices on, one batch. Who hears is found out beside the work of others; then all of it is written at once, as far as
/// no other process was quicker.
///
/// # Errors
/// A database failure. A notice that cannot be read is set aside as dead and does not stop the others.
pub fn hand_on(engine: &Engine) -> Result<Worked, Failure> {
    let now = engine.now();
    let due = engine.store.read_one(|db| outbox::due(db, now, BATCH))?;
    if due.is_empty() {
        return Ok(Worked::default());
    }
    let more = i64::try_from(due.len()).is_ok_and(|n| n >= BATCH);
    let settings = settings_of(engine, due.iter().map(|row| row.community_id).collect())?;
    let (ends, told) = engine.store.read(|db| heard(engine, db, (&settings, &due), now))?;
    engine.store.write_together(move |db| {
        let mine = outbox::settle(db, &ends, now)?;
        let told: Vec<DeliveryRow> = told.iter().filter(|row| mine.contains(&row.outbox_id)).cloned().collect();
        if rows::insert(db, &told)? < told.len() {
            // Somebody was told the same by another notice, perhaps everybody.
            outbox::note_unheard(db, ends.iter().filter(|end| mine.contains(&end.id)))?;
        }
        fail_point::at(FailPoint::NoticesHandedOn);
        Ok::<_, Failure>(Worked { done: mine.len(), more })
    })
}

/// What each of these notices comes to, and a delivery for each person who hears of it.
fn heard(
    engine: &Engine,
    db: &mut Db,
    (settings, due): (&HashMap<CommunityId, Arc<Settings>>, &[OutboxRow]),
    now: DateTime<Utc>,
) -> Result<(Vec<Settled>, Vec<DeliveryRow>), Failure> {
    let mut of_each: BTreeMap<CommunityId, Vec<&OutboxRow>> = BTreeMap::new();
    for row in due {
        of_each.entry(row.community_id).or_default().push(row);
    }
    let (mut ends, mut all) = (Vec::with_capacity(due.len()), Vec::new());
    for (community, notices) in of_each {
        let Some(settings) = settings.get(&community) else { continue };
        let crew = Crew::load(db, community)?;
        let about: BTreeSet<TicketId> = notices.iter().filter_map(|row| row.ticket_id).collect();
        let about: Vec<TicketId> = about.into_iter().collect();
        let tickets = change::load_all(db, settings, &about, now)?;
        for row in notices {
            let (state, why) = match hearers(engine, (row, &crew, &tickets), now) {
                _ if now - row.created_at.0 > STALE => ("sent", Some("stale".to_owned())),
                Ok(told) => {
                    let why = told.is_empty().then(|| outbox::NOBODY.to_owned());
                    all.extend(told);
                    ("sent", why)
                }
                Err(Failure::Store(error @ StoreError::Impossible { .. })) => {
                    tracing::error!(%error, notice = %row.id, "a notice cannot be read");
                    ("dead", Some(cut(&error.to_string())))
                }
                Err(error) => return Err(error),
            };
            ends.push(Settled { community, id: row.id, state, why });
        }
    }
    Ok((ends, all))
}

/// A delivery for each person who hears of a notice.
fn hearers(
    engine: &Engine,
    (row, crew, tickets): (&OutboxRow, &Crew, &HashMap<TicketId, Result<change::Loaded, StoreError>>),
    now: DateTime<Utc>,
) -> Result<Vec<DeliveryRow>, Failure> {
    let hearer: Hearer = serde_json::from_value(row.hearer.0.clone())
        .map_err(|error| StoreError::impossible("outbox", "hearer", row.id, error))?;
    let loaded = match row.ticket_id {
        Some(id) => Some(tickets.get(&id).ok_or(Failure::NotFound("ticket"))?.as_ref().map_err(Clone::clone)?),
        None => None,
    };
    let mut told = Vec::new();
    for person in crew.hearers(&hearer) {
        let acted = row.actor_user_id == Some(person.id);
        let sees = loaded.is_none_or(|loaded| person.sight(&loaded.ticket, &row.template).is_some());
        if acted || !sees {
            continue;
        }
        let medium = if person.email.is_some() { "email" } else { "console" };
        told.push(DeliveryRow { user_id: Some(person.id), ..blank(engine, (row, medium), now) });
    }
    if let (Hearer::Reporters, Some(loaded)) = (hearer, loaded) {
        // Residents hear by the next passive reply of their conversation; nothing is pushed to them yet.
        for reporter in loaded.ticket.reporters.iter().filter(|reporter| !reporter.left) {
            told.push(DeliveryRow { reporter_id: Some(reporter.id), ..blank(engine, (row, "reply"), now) });
        }
    }
    Ok(told)
}

/// A delivery for nobody yet: due where it can be sent, else kept for whoever looks.
fn blank(engine: &Engine, (row, medium): (&OutboxRow, &str), now: DateTime<Utc>) -> DeliveryRow {
    let sends = medium == "email";
    DeliveryRow {
        community_id: row.community_id,
        id: engine.chance.id(now),
        outbox_id: row.id,
        ticket_id: row.ticket_id,
        template: row.template.clone(),
        user_id: None,
        reporter_id: None,
        medium: medium.to_owned(),
        state: if sends { "due" } else { "kept" }.to_owned(),
        attempts: 0,
        next_try_at: Time(now),
        leased_until: None,
        leased_by: None,
        noticed_at: row.created_at,
        settled_at: (!sends).then_some(Time(now)),
        last_error: None,
    }
}
