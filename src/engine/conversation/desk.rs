//! 未成单: what opened no ticket stands on the committee's list, and becomes one with a click, or is put away.

use super::media::attachment;
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{MessageId, ReporterId};
use crate::domain::reply;
use crate::domain::routing::understand;
use crate::domain::ticket::{self, Command};
use crate::domain::words::{Channel, Platform, ReporterRole};
use crate::engine::change::{self, By};
use crate::engine::intake::{Draft, Person, Receipt, Request};
use crate::engine::{Engine, Failure, Settings, places};
use crate::store::message::{self, IdentityRow, MessageRow};
use crate::store::ticket as rows;
use crate::store::types::Time;
use crate::store::{Db, StoreError};

/// Opens a ticket from a message that opened none, with its words. Unclear words go to triage with suggestions.
///
/// # Errors
/// [`Failure::Forbidden`] for anyone but the committee's desk (and the agents, while it is closed);
/// [`Failure::NotFound`] when the message is not on the list, or not any more.
pub fn file(engine: &Engine, staff: &Staff, id: MessageId) -> Result<Receipt, Failure> {
    let settings = engine.settings(staff.community)?;
    minds_the_list(engine, &settings, staff)?;
    let now = engine.now();
    let number = engine.number(&settings, now)?;
    let actor = Actor::Staff(staff.clone());
    let by = By { settings: &settings, actor: &actor, now };
    let done = engine.store.write(|db| {
        let (row, words) = listed(db, staff, id)?;
        let words = words.unwrap_or_else(|| reply::wordless(&row.kind));
        let community = staff.community;
        let identity = message::identities(db, community, &[row.identity_id])?.pop().ok_or(StoreError::Missing)?;
        let understood = understand(&settings.catalogue, &words);
        let home = match identity.bound_flat_id {
            Some(flat) => places::paths(db, community, &[flat])?.remove(&flat),
            None => None,
        };
        let mut place = places::understand(db, &settings, &words, home.as_ref())?;
        if place.is_open() && place.choices.is_empty() {
            place.about = place.reporter;
        }
        let person = person(&identity);
        let (channel, lead) = (Channel::Wechat, Platform::Committee);
        let request = Request { number, channel, lead, words: &words, understood: &understood, place, person };
        let ticket = request.open(engine, db, by, &Draft::default())?;
        message::refile(db, (community, id), (&row.filing, "ticket"), Some(ticket.id)).map_err(gone)?;
        if !matches!(row.kind.as_str(), "text" | "link") {
            attach(engine, db, by, (&row, ticket.id))?;
        }
        let ticket = rows::find(db, community, ticket.id)?.ok_or(StoreError::Missing)?;
        Ok::<_, Failure>(Receipt::of(&ticket)?)
    });
    if done.as_ref().is_err_and(Failure::undid) {
        engine.numbers.give_back(staff.community, number);
    }
    done
}

/// Puts a message away that needs nothing done.
///
/// # Errors
/// As [`file`].
pub fn dismiss(engine: &Engine, staff: &Staff, id: MessageId) -> Result<(), Failure> {
    let settings = engine.settings(staff.community)?;
    minds_the_list(engine, &settings, staff)?;
    engine.store.write(|db| {
        let (row, _) = listed(db, staff, id)?;
        message::refile(db, (staff.community, id), (&row.filing, "dismissed"), None).map_err(gone)
    })
}

fn minds_the_list(engine: &Engine, settings: &Settings, staff: &Staff) -> Result<(), Failure> {
    let night = !settings.committee_open(engine.now()) && staff.at_desk(Platform::Property);
    if staff.at_desk(Platform::Committee) || night { Ok(()) } else { Err(Failure::Forbidden) }
}

/// The message, if it stands on the list.
fn listed(db: &mut Db, staff: &Staff, id: MessageId) -> Result<(MessageRow, Option<String>), Failure> {
    message::find(db, staff.community, id)?
        .filter(|(row, _)| row.direction == "in" && matches!(row.filing.as_str(), "unfiled" | "waiting"))
        .ok_or(Failure::NotFound("message"))
}

/// Someone else was faster.
fn gone(error: StoreError) -> Failure {
    match error {
        StoreError::Stale { .. } => Failure::NotFound("message"),
        error => error.into(),
    }
}

fn person(identity: &IdentityRow) -> Person {
    Person {
        role: ReporterRole::First,
        resident: identity.resident_id,
        identity: Some(identity.id),
        name: None,
        phone: None,
    }
}

/// A photo without words is the ticket's whole content.
fn attach(
    engine: &Engine,
    db: &mut Db,
    by: By<'_>,
    (row, ticket): (&MessageRow, crate::domain::ids::TicketId),
) -> Result<(), Failure> {
    let id = engine.chance.id(by.now);
    message::insert_attachment(db, &attachment(id, ticket, row, Time(by.now)))?;
    let before = change::load(db, by.settings, ticket, by.now)?.ok_or(StoreError::Missing)?;
    let reporter = before.ticket.reporters.first().map(|r| r.id).ok_or(StoreError::Missing)?;
    let actor = Actor::Resident(ReporterId(reporter.0));
    let by = By { actor: &actor, ..by };
    let decision = ticket::decide(&before.ticket, &Command::Attach { attachment: id }, by.actor, by.now)?;
    change::save(engine, db, by, (&before, &decision))?;
    Ok(())
}
