//! What the service does by itself when time passes.

mod across;
mod clocks;
mod crowd;
mod oracle;
mod year;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jiban::domain::ids::TicketId;
use jiban::domain::ticket::Event;
use jiban::engine::tickets::{self, Ask, Seen};

use crate::support::TestApp;

/// A moment in Beijing, such as `03-25 00:00` of 2026.
fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(&format!("2026-{text}"), "%Y-%m-%d %H:%M").unwrap();
    local.and_utc() - TimeDelta::hours(8)
}

/// Sets the clock and lets the sweeps run.
fn sweep_at(app: &TestApp, text: &str) {
    app.engine.clock().set(at(text));
    app.sweep();
}

/// The ticket behind a page's address.
fn id_of(path: &str) -> TicketId {
    TicketId(path.rsplit('/').next().unwrap().parse().unwrap())
}

fn act(app: &TestApp, login: &str, path: &str, ask: Ask) {
    tickets::act(&app.engine, &app.staff(login), Seen { id: id_of(path), version: None }, &ask).unwrap();
}

/// The history's lines that nobody but the service wrote.
fn lines(app: &TestApp, id: TicketId) -> Vec<(DateTime<Utc>, Event)> {
    let rows = app.store.read(|db| jiban::store::event::of_ticket(db, app.community, id)).unwrap();
    let own = rows.into_iter().filter(|row| row.actor_kind == "system");
    own.map(|row| (row.at.0, row.event().unwrap())).filter(|(_, event)| is_swept(event)).collect()
}

/// A line that only a sweep writes.
fn is_swept(event: &Event) -> bool {
    use jiban::domain::ticket::ReopenedBy;
    matches!(
        event,
        Event::Warned { .. }
            | Event::Overdue { .. }
            | Event::Climbed { .. }
            | Event::ReviewDue { .. }
            | Event::OfferUnanswered { .. }
            | Event::Reopened { reopened_by: ReopenedBy::Review, .. }
    )
}

/// The codes of those lines, in order.
fn codes(app: &TestApp, path: &str) -> Vec<&'static str> {
    lines(app, id_of(path)).iter().map(|(_, event)| event.code()).collect()
}

/// Templates a sweep's notices use.
const TEMPLATES: &[&str] = &[
    "due_soon",
    "overdue",
    "overdue_climbed",
    "overdue_other_side",
    "review_due",
    "review_overdue",
    "offer_unanswered",
];

/// The sweeps' notices of a ticket: when, which, to whom (as the outbox keeps it).
fn notices(app: &TestApp, id: TicketId) -> Vec<(DateTime<Utc>, String, String)> {
    let rows = app.store.read(|db| jiban::store::outbox::of_ticket(db, app.community, id)).unwrap();
    let ours = rows.into_iter().filter(|row| TEMPLATES.contains(&row.template.as_str()));
    ours.map(|row| (row.created_at.0, row.template, hearer(&row.hearer.0))).collect()
}

/// `queue maintenance`, `worker 0198…`, `desk committee`.
fn hearer(json: &serde_json::Value) -> String {
    format!("{} {}", json["kind"].as_str().unwrap(), json["of"].as_str().unwrap_or_default())
}

/// Template and hearer of what was told at this moment.
fn told_at(app: &TestApp, path: &str, when: &str) -> Vec<String> {
    let mut told: Vec<String> = notices(app, id_of(path))
        .into_iter()
        .filter(|(told_at, ..)| *told_at == at(when))
        .map(|(_, template, hearer)| format!("{template} → {hearer}"))
        .collect();
    told.sort();
    told
}
