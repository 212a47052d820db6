//! Notices: handed on to their hearers, then sent between two transactions each.

use super::Outside;
use crate::domain::notice::letter::letter;
use crate::engine::delivery::{self, Delivery, Outcome};
use crate::engine::{Engine, Failure, Worked};
use crate::fail_point::{self, FailPoint};
use crate::notify::email::{Mail, Mailer, Sent};

/// Letters taken at once: their leases must outlast the sending of all of them.
const BATCH: i64 = 8;

/// One round: a batch of notices handed on, a batch of letters sent.
pub(super) fn round(engine: &Engine, outside: &Outside) -> Result<Worked, Failure> {
    let mut worked = delivery::hand_on(engine)?;
    if let Some(mailer) = &outside.mail {
        let sent = send(engine, outside, mailer)?;
        worked.done += sent.done;
        worked.more |= sent.more;
    }
    Ok(worked)
}

fn send(engine: &Engine, outside: &Outside, mailer: &Mailer) -> Result<Worked, Failure> {
    let (leased, full) = delivery::lease(engine, BATCH)?;
    let mut away = false;
    for one in &leased {
        fail_point::at(FailPoint::LetterLeased);
        let outcome = if away { Outcome::Postponed } else { tried(one, outside, mailer, &mut away) };
        fail_point::at(FailPoint::LetterSent);
        delivery::settle(engine, one, outcome)?;
    }
    // A server that is away is not knocked at again in the same round: the others wait for the next one.
    Ok(Worked { done: leased.len(), more: full && !away })
}

fn tried(one: &Delivery, outside: &Outside, mailer: &Mailer, away: &mut bool) -> Outcome {
    let mut facts = one.facts.clone();
    facts.link = match (&outside.public_url, facts.link.take()) {
        (Some(url), Some(path)) => Some(format!("{url}{path}")),
        _ => None,
    };
    let mail = Mail {
        id: one.id,
        at: one.at,
        address: one.address.clone(),
        name: one.name.clone(),
        letter: letter(&facts, one.language),
    };
    // Addresses and servers' words about them stay out of the log; they stand in the list of failures.
    match mailer.send(&mail) {
        Sent::Sent => Outcome::Sent,
        Sent::Retry(why) => {
            tracing::info!(delivery = %one.id, "the mail server puts a letter off");
            Outcome::Retry(why)
        }
        Sent::Away(why) => {
            tracing::warn!(delivery = %one.id, "the mail server is away");
            *away = true;
            Outcome::Retry(why)
        }
        Sent::CredentialsExpired(why) => {
            tracing::error!("the mail server does not take our user and password; see JIBAN_SMTP_URL");
            *away = true;
            Outcome::Retry(why)
        }
        Sent::Untrusted(why) => {
            tracing::error!("the mail server's certificate is not trusted; see JIBAN_SMTP_CA");
            *away = true;
            Outcome::Retry(why)
        }
        Sent::GaveUp(why) => {
            tracing::warn!(delivery = %one.id, "the mail server refuses a letter for good");
            Outcome::GaveUp(why)
        }
    }
}
