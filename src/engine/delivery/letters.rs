//! What the letter of a delivery says, as far as its reader may know now.

use chrono::{DateTime, Utc};

use super::hearers::{Person, Sight};
use crate::domain::notice::letter::Facts;
use crate::domain::wording;
use crate::engine::look::category_name;
use crate::engine::{Failure, Settings, change, places};
use crate::store::delivery::DeliveryRow;
use crate::store::{Db, text};

/// The facts; `None` when the person may not be told any more.
pub(super) fn facts(
    db: &mut Db,
    settings: &Settings,
    (row, person): (&DeliveryRow, &Person),
    now: DateTime<Utc>,
) -> Result<Option<Facts>, Failure> {
    let mut facts =
        Facts { template: row.template.clone(), community: settings.community.name.clone(), ..Facts::default() };
    let Some(id) = row.ticket_id else { return Ok(Some(facts)) };
    let Some(loaded) = change::load(db, settings, id, now)? else { return Ok(None) };
    let ticket = &loaded.ticket;
    let Some(sight) = person.sight(ticket, &row.template) else { return Ok(None) };
    facts.number = Some(ticket.number);
    if sight == Sight::Bare {
        return Ok(Some(facts));
    }
    facts.link = Some(format!("/tickets/{id}"));
    facts.confidential = ticket.confidential;
    facts.standing = Some(ticket.state.status());
    if ticket.confidential {
        return Ok(Some(facts));
    }
    let language = person.language;
    facts.place = Some(places::line(db, settings, &loaded.row)?.words(language)).filter(|place| !place.is_empty());
    facts.category = loaded.row.category.as_deref().map(|code| category_name(settings, code).word(language).to_owned());
    facts.queue = ticket.queue();
    facts.urgency = Some(loaded.row.urgency);
    facts.due = loaded
        .row
        .due_at
        .filter(|_| ticket.state.is_open() && loaded.row.hold_review_at.is_none())
        .map(|due| wording::due_words(due.0, now, settings.zone(), language));
    let words = loaded.row.words_id;
    facts.summary = text::bodies(db, row.community_id, &[words])?.remove(&words);
    Ok(Some(facts))
}
