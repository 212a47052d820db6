//! A made-up community's history, decided by the rules of every verb but kept in memory and written in bulk: the same rows
//! at a fraction of the cost. Only for communities nobody lives in; what a real one says goes through the verbs.
//!
//! What passes with time is left out: claims of inbound messages, news of calls, notices long sent.

mod call;
mod case;
mod chat;
mod intake;
mod register;
mod town;

pub use call::{Caller, Rung};
pub use case::Case;
pub use chat::{Follower, Wrote};
pub use town::{add_accounts, add_places, add_residents};

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::change::By;
use super::hotline::{self, Source};
use super::tickets::Ask;
use super::{Engine, Failure, Settings, places};
use crate::domain::actor::Actor;
use crate::domain::ids::{CommunityId, EscalationId, HoldId, PlaceId, TicketNumber, UserId, WechatAccountId};
use crate::domain::routing::{Understanding, understand};
use crate::domain::ticket::{self, Category, Command};
use crate::domain::words::{PlaceKind, Queue};
use crate::store::bulk::{Batch, NumberRow};
use crate::store::{Db, StoreError, bulk, import, mark, place, wechat};
use register::Register;

/// Sentences remembered, at most.
const HEARD: usize = 10_000;

/// The numbers a day has given out.
#[derive(Debug, Clone, Copy, Default)]
struct Serials {
    tickets: i32,
    calls: i32,
}

/// A community being filled.
pub struct Fill<'a> {
    engine: &'a Engine,
    settings: Arc<Settings>,
    register: Register,
    stewards: HashMap<PlaceId, UserId>,
    source: Option<Source>,
    account: Option<WechatAccountId>,
    days: BTreeMap<NaiveDate, Serials>,
    /// What words came to that are said again and again.
    heard: HashMap<String, Rc<Understanding>>,
    batch: Batch,
}

impl std::fmt::Debug for Fill<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fill").field("community", &self.settings.community.id).finish_non_exhaustive()
    }
}

impl<'a> Fill<'a> {
    /// Reads what the decisions need. The community must have no tickets yet: their numbers are counted from 1.
    ///
    /// # Errors
    /// A database failure; [`Failure::NotFound`] without such a community.
    pub fn new(engine: &'a Engine, community: CommunityId) -> Result<Self, Failure> {
        let settings = engine.settings(community)?;
        let (register, stewards, account) = engine.store.read(|db| {
            let mut stewards = HashMap::new();
            for building in place::of_kinds(db, community, &[PlaceKind::Building])? {
                if let Some(user) = places::steward_of(db, community, Some(building.id))? {
                    stewards.insert(building.id, user);
                }
            }
            let account = wechat::account(db, community)?.map(|row| row.id);
            Ok::<_, StoreError>((Register::of(import::places(db, community)?), stewards, account))
        })?;
        let source = hotline::sources(engine, community)?.into_iter().next();
        let (days, heard, batch) = (BTreeMap::new(), HashMap::new(), Batch::default());
        Ok(Self { engine, settings, register, stewards, source, account, days, heard, batch })
    }

    /// What is understood of these words.
    fn hears(&mut self, words: &str) -> Rc<Understanding> {
        if let Some(known) = self.heard.get(words) {
            return Rc::clone(known);
        }
        let understood = Rc::new(understand(&self.settings.catalogue, words));
        if self.heard.len() < HEARD {
            self.heard.insert(words.to_owned(), Rc::clone(&understood));
        }
        understood
    }

    /// The community's local day.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.settings.calendar.local_date(at)
    }

    fn number(&mut self, at: DateTime<Utc>) -> TicketNumber {
        let day = self.day(at);
        let serials = self.days.entry(day).or_default();
        serials.tickets += 1;
        TicketNumber { day, serial: u32::try_from(serials.tickets).unwrap_or(1) }
    }

    fn steward(&self, building: Option<PlaceId>) -> Option<UserId> {
        building.and_then(|id| self.stewards.get(&id)).copied()
    }

    fn by<'b>(&'b self, actor: &'b Actor, now: DateTime<Utc>) -> By<'b> {
        By { settings: &self.settings, actor, now }
    }

    /// Does what is asked of a request, as [`super::tickets::act`] would.
    ///
    /// # Errors
    /// [`Failure::Refused`] with the rule's reason; [`Failure::Forbidden`] for a verb that is not filled in.
    pub fn act(&self, case: &mut Case, actor: &Actor, ask: &Ask, at: DateTime<Utc>) -> Result<(), Failure> {
        case.ticket.rules = self.settings.rules(at);
        if !ticket::may_see(&case.ticket, actor) {
            return Err(Failure::NotFound("ticket"));
        }
        let command = self.command(case, ask, at)?;
        let decision = ticket::decide(&case.ticket, &command, actor, at)?;
        case.apply(self.engine, self.by(actor, at), decision)
    }

    /// Somebody says by name that a request's alarm was heard.
    ///
    /// # Errors
    /// [`Failure::Store`] when an event cannot be written as JSON.
    pub fn hear(&self, case: &mut Case, actor: &Actor, at: DateTime<Utc>) -> Result<(), Failure> {
        case.hear(self.engine, self.by(actor, at))
    }

    /// Looks up in memory what the rules need to know beyond what was asked.
    fn command(&self, case: &Case, ask: &Ask, at: DateTime<Utc>) -> Result<Command, Failure> {
        let ticket = &case.ticket;
        let today = self.day(at);
        let sent_to = |queue: Queue, worker: Option<UserId>| match (worker, queue) {
            (None, Queue::Steward) => self.steward(ticket.building).filter(|user| !ticket.subjects.contains(user)),
            (worker, _) => worker,
        };
        let reporter = ticket.reporters.iter().find(|r| !r.left).map(|r| r.id);
        let reporter = |given| {
            let first = reporter.ok_or(Failure::Refused(ticket::Refusal::NotAReporter));
            Option::map_or(given, first, Ok)
        };
        Ok(match ask.clone() {
            Ask::Route { queue, worker, category, urgency } => Command::Route {
                queue,
                worker: sent_to(queue, worker),
                category: category
                    .and_then(|code| self.settings.category(&code))
                    .map(|row| Category { code: row.code.clone(), paid: row.paid }),
                urgency,
                accepts_directly: self.settings.accepts_directly(queue),
            },
            Ask::Take => Command::Take,
            Ask::Assign { worker } => Command::Assign { worker },
            Ask::Start => Command::Start,
            Ask::Transfer { queue, worker, reason } => {
                Command::Transfer { queue, worker: sent_to(queue, worker), reason }
            }
            Ask::HandBack { reason } => Command::HandBack { reason },
            Ask::Hold { reason, review_at } => {
                Command::Hold { id: self.engine.chance.id::<HoldId>(at), reason, review_at }
            }
            Ask::Resume => Command::Resume,
            Ask::Finish { outcome, note, review_on } => Command::Finish { outcome, note, review_on, today },
            Ask::Reopen { reason } => Command::Reopen { reason, today, steward: self.steward(ticket.building) },
            Ask::Withdraw { reporter: given } => Command::Withdraw { reporter: reporter(given)? },
            Ask::Nudge { reporter: given, words } => Command::Nudge { reporter: reporter(given)?, words },
            Ask::Note { words, audience, to_resident } => Command::Note { words, audience, to_resident },
            Ask::Offer { reason, tried, asked, answer_by } => {
                let id = self.engine.chance.id::<EscalationId>(at);
                Command::Offer { id, reason, tried, asked, answer_by }
            }
            Ask::Accept { queue, worker } => {
                Command::Accept { queue, worker: sent_to(queue.unwrap_or(Queue::Committee), worker) }
            }
            Ask::Return { reason } => Command::Return { reason },
            Ask::Recall => Command::Recall,
            Ask::Conclude { report } => Command::Conclude { report, steward: self.steward(ticket.building) },
            // These need other tickets or another look at the place.
            Ask::Merge { .. } | Ask::SetUrgency { .. } | Ask::Place { .. } => return Err(Failure::Forbidden),
        })
    }

    /// The request's life was decided as far as it goes: its rows wait to be written.
    pub fn keep(&mut self, case: Case) {
        let place = case.place().map(|id| self.register.path(id));
        self.batch.documents.push(case.document(&self.settings, place.as_ref()));
        case.keep(&mut self.batch);
    }

    /// The rows that wait, in the order of time.
    pub fn take(&mut self) -> Batch {
        let mut batch = std::mem::take(&mut self.batch);
        batch.texts.sort_by_key(|row| (row.created_at, row.id));
        batch.tickets.sort_by_key(|row| row.id);
        batch.understandings.sort_by_key(|row| row.ticket_id);
        batch.reporters.sort_by_key(|row| row.id);
        batch.clocks.sort_by_key(|row| (row.started_at, row.id));
        // Lines of one moment stay in the order they were decided in.
        batch.events.sort_by_key(|row| row.at);
        batch.documents.sort_by_key(|row| (row.opened_at, row.ticket_id));
        batch.calls.sort_by_key(|row| row.id);
        batch.messages.sort_by_key(|row| (row.at, row.id));
        batch
    }

    /// The last rows: how far the numbers of each day were given out.
    pub fn finish(&mut self) -> Batch {
        let community_id = self.settings.community.id;
        let given = self.days.iter().filter(|(_, serials)| serials.tickets > 0);
        let row = |(day, serials): (&NaiveDate, &Serials)| NumberRow {
            community_id,
            day: *day,
            next_serial: serials.tickets + 1,
        };
        self.batch.numbers = given.map(row).collect();
        self.take()
    }
}

/// Writes batches as they are made.
pub struct Writer {
    db: Db,
    /// The jobs that had nothing to read before, and so will have nothing to read of this.
    up_to_date: Vec<String>,
    /// Whether a batch was written.
    begun: bool,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// A connection that does not wait for the disk. Should it be cut off, what was written is to be built anew.
    ///
    /// # Errors
    /// A database failure.
    pub fn new(engine: &Engine) -> Result<Self, Failure> {
        let mut db = bulk::connect(&engine.store)?;
        let up_to_date = mark::at_end(&mut db)?;
        Ok(Self { db, up_to_date, begun: false })
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// A database failure.
    pub fn write(&mut self, batch: &Batch) -> Result<(), Failure> {
        bulk::write(&mut self.db, batch)?;
        if !std::mem::replace(&mut self.begun, true) {
            bulk::count_linked(&mut self.db)?;
        }
        Ok(())
    }

    /// Brings everything onto the disk. `followers` get where their conversations stand.
    ///
    /// # Errors
    /// A database failure.
    pub fn finish(mut self, followers: &[&Follower]) -> Result<(), Failure> {
        let rows: Vec<_> = followers.iter().filter_map(|follower| follower.row()).cloned().collect();
        bulk::conversations(&mut self.db, &rows)?;
        mark::to_end(&mut self.db, &self.up_to_date)?;
        Ok(bulk::settle(&mut self.db)?)
    }
}

pub use crate::store::bulk::Batch as Rows;
