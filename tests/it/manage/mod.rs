//! The manager's figures and the list of all tickets that they lead to.

mod figures;
mod list;
mod roll_ups;

use chrono::TimeDelta;
use jiban::domain::ids::TicketId;
use jiban::domain::words::{Outcome, Queue, Urgency};
use jiban::engine::intake::{self, Draft};
use jiban::engine::tickets::{self, Ask, Seen};

use crate::support::{Page, Person, TestApp};

/// A ticket logged by the hotline: in the maintenance queue unless the draft says otherwise.
fn open_as(app: &TestApp, words: &str, draft: Draft) -> TicketId {
    let queue = draft.queue.or(Some(Queue::Maintenance)).filter(|_| !draft.keep_unassigned);
    let draft = Draft { words: words.to_owned(), queue, urgency: draft.urgency.or(Some(Urgency::Normal)), ..draft };
    intake::open(&app.engine, &app.staff("agent1"), &draft, None).unwrap().receipt.id
}

fn open(app: &TestApp, words: &str) -> TicketId {
    open_as(app, words, Draft::default())
}

fn act(app: &TestApp, login: &str, id: TicketId, ask: &Ask) {
    tickets::act(&app.engine, &app.staff(login), Seen { id, version: None }, ask).unwrap();
}

fn finish(app: &TestApp, id: TicketId, outcome: Outcome) {
    let review_on = (outcome == Outcome::Deferred).then(|| app.now().date_naive() + TimeDelta::days(10));
    act(app, "agent1", id, &Ask::Finish { outcome, note: Some("说清楚了".into()), review_on });
}

fn reopen(app: &TestApp, id: TicketId) {
    act(app, "agent1", id, &Ask::Reopen { reason: "住户说没好".into() });
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// The words of the tickets a list shows, over all its pages.
fn listed(person: &Person, address: &str) -> Vec<String> {
    let (mut words, mut next) = (Vec::new(), address.to_owned());
    loop {
        let page = person.get(&next);
        page.is(200);
        let rows = page.body.split("<a class=\"clip\" href=\"/tickets/").skip(1);
        words.extend(rows.map(|row| row.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()));
        match older(&page) {
            Some(older) => next = older,
            None => return words,
        }
    }
}

/// The next page of a list.
fn older(page: &Page) -> Option<String> {
    let tag = page.body.split("<a ").find(|tag| tag.contains("rel=\"next\""))?;
    Some(unescaped(tag.split("href=\"").nth(1)?.split('"').next()?))
}
