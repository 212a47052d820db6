//! From a notice in the outbox to people who were told: handed on to its hearers, leased, sent by a job outside of any
//! transaction, settled.
//!
//! One row a person, so that a refused address repeats no mail to the others. What is sent and where is looked up at the moment
//! of sending: who may not see the ticket any more is told nothing of it. A try that nobody settles (the process was killed) is
//! anybody's again when its lease runs out; the mail then bears the same id, by which the receiver knows it.

mod failed;
mod hand_on;
mod hearers;
mod letters;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Engine, Failure, Settings};
use crate::domain::ids::{CommunityId, DeliveryId, HolderId};
use crate::domain::notice::letter::Facts;
use crate::domain::notice::retry::{self, STALE};
use crate::domain::words::Language;
use crate::store::Db;
use crate::store::delivery::{self as rows, DeliveryRow};
use crate::store::types::Time;
use hearers::Crew;

pub(super) use failed::told;
pub use failed::{FailedLine, ToldLine, failed, replay};
pub use hand_on::hand_on;

/// How long a try may take: a batch of eight at half a minute each, and then some.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Longest cause kept, in characters.
const CAUSE_LIMIT: usize = 300;

/// One notice for one person, to be sent now.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The community.
    pub community: CommunityId,
    /// What the receiver de-duplicates by: the same at every try.
    pub id: DeliveryId,
    /// The address.
    pub address: String,
    /// The person's name.
    pub name: String,
    /// The language to write in.
    pub language: Language,
    /// What the letter says; its link is a path until the sender knows the installation's address.
    pub facts: Facts,
    /// When it was taken up.
    pub at: DateTime<Utc>,
    lease: HolderId,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiving server took it.
    Sent,
    /// It failed for now; why, for the list of failures.
    Retry(String),
    /// It was not tried after all: the server is away, as another try just showed. Counts as none.
    Postponed,
    /// It will never go; why.
    GaveUp(String),
}

/// The settings of these communities; read before the transaction, for they may need a look-up of their own.
fn settings_of(
    engine: &Engine,
    communities: BTreeSet<CommunityId>,
) -> Result<HashMap<CommunityId, Arc<Settings>>, Failure> {
    communities.into_iter().map(|id| Ok((id, engine.settings(id)?))).collect()
}

/// Takes up to `limit` deliveries that are due, each with its address and what its letter says, as things stand now. They are
/// the caller's for five minutes. The other value is whether more may be due.
///
/// # Errors
/// A database failure.
pub fn lease(engine: &Engine, limit: i64) -> Result<(Vec<Delivery>, bool), Failure> {
    let now = engine.now();
    let due = engine.store.read_one(|db| rows::due(db, now, limit))?;
    if due.is_empty() {
        return Ok((Vec::new(), false));
    }
    let more = i64::try_from(due.len()).is_ok_and(|n| n >= limit);
    let settings = settings_of(engine, due.iter().map(|row| row.community_id).collect())?;
    let holder: HolderId = engine.chance.id(now);
    let mut planned = engine.store.read(|db| planned(db, &settings, (due, holder), now))?;
    // Two processes that plan for the same ones must not take them in different orders.
    planned.sort_unstable_by_key(|plan| plan.row.id);
    engine.store.write_together(move |db| {
        let mut out = Vec::with_capacity(planned.len());
        for plan in &planned {
            if rows::take(db, &plan.row, plan.tries, now)? {
                out.extend(plan.letter.clone());
            }
        }
        Ok((out, more))
    })
}

/// What is to become of a delivery that is due.
struct Plan {
    /// Tries before.
    tries: i32,
    row: DeliveryRow,
    /// To be sent; otherwise it comes to its end.
    letter: Option<Delivery>,
}

fn planned(
    db: &mut Db,
    settings: &HashMap<CommunityId, Arc<Settings>>,
    (due, holder): (Vec<DeliveryRow>, HolderId),
    now: DateTime<Utc>,
) -> Result<Vec<Plan>, Failure> {
    let mut plans = Vec::with_capacity(due.len());
    let mut crews: HashMap<CommunityId, Crew> = HashMap::new();
    for row in due {
        let Some(settings) = settings.get(&row.community_id) else { continue };
        let crew = match crews.entry(row.community_id) {
            Entry::Occupied(crew) => crew.into_mut(),
            Entry::Vacant(place) => place.insert(Crew::load(db, row.community_id)?),
        };
        plans.push(plan(db, (settings, crew), (row, holder), now)?);
    }
    Ok(plans)
}

fn plan(
    db: &mut Db,
    (settings, crew): (&Settings, &Crew),
    (mut row, holder): (DeliveryRow, HolderId),
    now: DateTime<Utc>,
) -> Result<Plan, Failure> {
    let tries = row.attempts;
    let person = row.user_id.and_then(|user| crew.person(user));
    let facts = match person {
        Some(person) => letters::facts(db, settings, (&row, person), now)?,
        None => None,
    };
    // Due for so long and never tried: there was no mail server, or the service stood still.
    let stale = tries == 0 && now - row.next_try_at.0 > STALE;
    let (state, why) = match (person, facts) {
        _ if stale => ("kept", "stale"),
        (Some(person), Some(facts)) => match &person.email {
            Some(address) => {
                row.attempts += 1;
                row.leased_until = Some(Time(now + LEASE));
                row.leased_by = Some(holder);
                let letter = Delivery {
                    community: row.community_id,
                    id: row.id,
                    address: address.clone(),
                    name: person.name.clone(),
                    language: person.language,
                    facts,
                    at: now,
                    lease: holder,
                };
                return Ok(Plan { tries, row, letter: Some(letter) });
            }
            None => ("kept", "no address"),
        },
        (None, _) => ("dropped", "no seat any more"),
        (Some(_), None) => ("dropped", "may not see it any more"),
    };
    Ok(Plan { tries, row: row.ended(state, Some(why.to_owned()), now), letter: None })
}

/// Writes down what came of a try. A failed one is tried again after a pause that grows, for about a day; then it is dead and
/// stands in the list of failures.
///
/// # Errors
/// A database failure: the lease runs out then and the delivery is tried again under the same id.
pub fn settle(engine: &Engine, delivery: &Delivery, outcome: Outcome) -> Result<(), Failure> {
    let now = engine.now();
    let [chance] = engine.chance.bytes::<1>();
    let (community, id, lease) = (delivery.community, delivery.id, delivery.lease);
    engine.store.write_together(move |db| {
        let Some(row) = rows::find(db, community, id)? else { return Ok(()) };
        // What is out is out; anything else counts only for the try that holds the lease.
        let mine = row.leased_by == Some(lease);
        if row.state != "due" || (!mine && outcome != Outcome::Sent) {
            return Ok(());
        }
        let tries = row.attempts;
        let row = match &outcome {
            Outcome::Sent => row.ended("sent", None, now),
            Outcome::GaveUp(why) => row.ended("dead", Some(cut(why)), now),
            Outcome::Retry(why) => match retry::pause(tries, chance) {
                None => row.ended("dead", Some(cut(why)), now),
                Some(pause) => row.due(tries, now + pause, Some(cut(why))),
            },
            Outcome::Postponed => {
                let (at, why) = (row.next_try_at.0, row.last_error.clone());
                row.due(tries - 1, at, why)
            }
        };
        Ok(rows::update(db, &row)?)
    })
}

/// A cause in one line of bounded length.
fn cut(why: &str) -> String {
    why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(CAUSE_LIMIT).collect()
}
