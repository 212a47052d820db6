//! Every verb on an existing ticket: load, decide, save, in one transaction.

mod phone;

use chrono::{DateTime, Utc};

use super::change::{self, By, Loaded};
use super::intake::Receipt;
use super::{Engine, Failure, Invalid, Problem, Settings, places};
use crate::domain::actor::{Actor, Staff};
use crate::domain::escalation::Escalation;
use crate::domain::ids::{CommunityId, EscalationId, HoldId, PlaceId, ReporterId, TicketId, TicketNumber, UserId};
use crate::domain::ticket::{self, Category, Command, MergeTarget, Refusal, Reporter};
use crate::domain::words::{Audience, Outcome, Platform, Queue, ReporterRole, Role, Urgency};
use crate::store::ticket as rows;
use crate::store::types::Time;
use crate::store::{Db, StoreError, user};

pub use phone::show_phone;

/// A verb as a page or a program asks for it; what the rules need beyond this is looked up here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each is documented at `domain::ticket::Command`, the fields too
pub enum Ask {
    Route {
        queue: Queue,
        worker: Option<UserId>,
        category: Option<String>,
        urgency: Option<Urgency>,
    },
    Take,
    Assign {
        worker: UserId,
    },
    Start,
    Transfer {
        queue: Queue,
        worker: Option<UserId>,
        reason: String,
    },
    HandBack {
        reason: String,
    },
    Hold {
        reason: String,
        review_at: DateTime<Utc>,
    },
    Resume,
    Finish {
        outcome: Outcome,
        note: Option<String>,
        review_on: Option<chrono::NaiveDate>,
    },
    Reopen {
        reason: String,
    },
    /// Without a reporter: the first who has not left.
    Withdraw {
        reporter: Option<ReporterId>,
    },
    Merge {
        into: TicketNumber,
    },
    /// Without a reporter: the first who has not left.
    Nudge {
        reporter: Option<ReporterId>,
        words: Option<String>,
    },
    Note {
        words: String,
        audience: Audience,
        to_resident: bool,
    },
    SetUrgency {
        urgency: Urgency,
    },
    /// As typed, or chosen from the register.
    Place {
        typed: Option<String>,
        chosen: Option<PlaceId>,
    },
    Offer {
        reason: String,
        tried: String,
        asked: String,
        answer_by: DateTime<Utc>,
    },
    Accept {
        queue: Option<Queue>,
        worker: Option<UserId>,
    },
    Return {
        reason: String,
    },
    Recall,
    Conclude {
        report: String,
    },
}

/// Which ticket, at which version the actor saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The ticket.
    pub id: TicketId,
    /// The version on the actor's page; `None` for those who see no versions (residents, the service itself).
    pub version: Option<i64>,
}

/// Does what a member of staff asks of a ticket.
///
/// # Errors
/// [`Failure::NotFound`] for a ticket the actor may not see; [`Failure::Stale`] when someone changed it since;
/// [`Failure::Refused`] with the rule's reason.
pub fn act(engine: &Engine, staff: &Staff, seen: Seen, ask: &Ask) -> Result<Receipt, Failure> {
    act_beside(engine, staff, seen, ask, |_| Ok(()))
}

/// Does what is asked, and something beside it in the same transaction.
pub(super) fn act_beside(
    engine: &Engine,
    staff: &Staff,
    seen: Seen,
    ask: &Ask,
    mut beside: impl FnMut(&mut Db) -> Result<(), Failure> + Send + 'static,
) -> Result<Receipt, Failure> {
    let settings = engine.settings(staff.community)?;
    let (its_engine, actor, ask, now) = (engine.clone(), Actor::Staff(staff.clone()), ask.clone(), engine.now());
    engine.store.write_together(move |db| {
        let by = By { settings: &settings, actor: &actor, now };
        let receipt = act_in(&its_engine, db, by, (seen, &ask))?;
        beside(db)?;
        Ok(receipt)
    })
}

/// The same inside a transaction under way, by whomever.
pub(super) fn act_in(engine: &Engine, db: &mut Db, by: By<'_>, (seen, ask): (Seen, &Ask)) -> Result<Receipt, Failure> {
    let before = change::load(db, by.settings, seen.id, by.now)?.ok_or(Failure::NotFound("ticket"))?;
    // Before the version: a stranger must not learn that there is such a ticket.
    if !ticket::may_see(&before.ticket, by.actor) {
        return Err(Failure::NotFound("ticket"));
    }
    if seen.version.is_some_and(|version| version != before.ticket.version) {
        return Err(Failure::Stale(seen.id));
    }
    let command = command(engine, db, by, (&before, ask))?;
    let decision = ticket::decide(&before.ticket, &command, by.actor, by.now)?;
    let row = change::save(engine, db, by, (&before, &decision))?;
    if let Command::Merge { target } = &command {
        absorb(engine, db, by, (&before, target.id))?;
    }
    Ok(Receipt::of(&row)?)
}

/// Looks up what the rules need to know beyond what was asked.
fn command(engine: &Engine, db: &mut Db, by: By<'_>, (before, ask): (&Loaded, &Ask)) -> Result<Command, Failure> {
    let settings = by.settings;
    let today = settings.calendar.local_date(by.now);
    Ok(match ask {
        Ask::Route { queue, worker, category, urgency } => Command::Route {
            queue: *queue,
            worker: worker_of(db, settings.community.id, (*queue, *worker), before)?,
            category: category_of(settings, category.as_deref())?,
            urgency: *urgency,
            accepts_directly: settings.accepts_directly(*queue),
        },
        Ask::Take => Command::Take,
        Ask::Assign { worker } => {
            let queue = before.ticket.queue();
            if let Some(queue) = queue {
                sits_in(db, settings.community.id, queue, *worker)?;
            }
            Command::Assign { worker: *worker }
        }
        Ask::Start => Command::Start,
        Ask::Transfer { queue, worker, reason } => Command::Transfer {
            queue: *queue,
            worker: worker_of(db, settings.community.id, (*queue, *worker), before)?,
            reason: reason.clone(),
        },
        Ask::HandBack { reason } => Command::HandBack { reason: reason.clone() },
        Ask::Hold { reason, review_at } => {
            Command::Hold { id: engine.chance.id::<HoldId>(by.now), reason: reason.clone(), review_at: *review_at }
        }
        Ask::Resume => Command::Resume,
        Ask::Finish { outcome, note, review_on } => {
            Command::Finish { outcome: *outcome, note: note.clone(), review_on: *review_on, today }
        }
        Ask::Reopen { reason } => {
            Command::Reopen { reason: reason.clone(), today, steward: steward(db, settings, before)? }
        }
        Ask::Withdraw { reporter } => Command::Withdraw { reporter: reporter_of(before, *reporter)? },
        Ask::Merge { into } => Command::Merge { target: target(db, by, *into)? },
        Ask::Nudge { reporter, words } => {
            Command::Nudge { reporter: reporter_of(before, *reporter)?, words: words.clone() }
        }
        Ask::Note { words, audience, to_resident } => {
            Command::Note { words: words.clone(), audience: *audience, to_resident: *to_resident }
        }
        Ask::SetUrgency { urgency } => Command::SetUrgency { urgency: *urgency, queue: likeliest(db, before)? },
        Ask::Place { typed, chosen } => place(db, settings, (before, typed.as_deref(), *chosen))?,
        Ask::Offer { reason, tried, asked, answer_by } => Command::Offer {
            id: engine.chance.id::<EscalationId>(by.now),
            reason: reason.clone(),
            tried: tried.clone(),
            asked: asked.clone(),
            answer_by: *answer_by,
        },
        Ask::Accept { queue, worker } => {
            // The committee has one queue, so nobody need name it.
            let asked = before.ticket.escalation.as_ref().map(Escalation::to);
            let into = queue.or((asked == Some(Platform::Committee)).then_some(Queue::Committee));
            let worker = match into {
                Some(into) => worker_of(db, settings.community.id, (into, *worker), before)?,
                None if worker.is_some() => return Err(Invalid::new("worker", Problem::Unknown).into()),
                None => None,
            };
            Command::Accept { queue: *queue, worker }
        }
        Ask::Return { reason } => Command::Return { reason: reason.clone() },
        Ask::Recall => Command::Recall,
        Ask::Conclude { report } => {
            Command::Conclude { report: report.clone(), steward: steward(db, settings, before)? }
        }
    })
}

fn category_of(settings: &Settings, code: Option<&str>) -> Result<Option<Category>, Failure> {
    let Some(code) = code else { return Ok(None) };
    let row = settings.category(code).ok_or_else(|| Invalid::new("category", Problem::Unknown))?;
    Ok(Some(Category { code: row.code.clone(), paid: row.paid }))
}

/// A named worker must sit in the queue; for the steward queue without a name, the steward of the building.
fn worker_of(
    db: &mut Db,
    community: CommunityId,
    (queue, worker): (Queue, Option<UserId>),
    before: &Loaded,
) -> Result<Option<UserId>, Failure> {
    match (worker, queue) {
        (Some(worker), _) => {
            sits_in(db, community, queue, worker)?;
            Ok(Some(worker))
        }
        (None, Queue::Steward) => {
            let steward = places::steward_of(db, community, before.ticket.building)?;
            Ok(steward.filter(|user| !before.ticket.subjects.contains(user)))
        }
        (None, _) => Ok(None),
    }
}

/// The steward of the ticket's building.
fn steward(db: &mut Db, settings: &Settings, before: &Loaded) -> Result<Option<UserId>, StoreError> {
    places::steward_of(db, settings.community.id, before.ticket.building)
}

fn sits_in(db: &mut Db, community: CommunityId, queue: Queue, worker: UserId) -> Result<(), Failure> {
    let works = |role: Role| matches!(role, Role::Worker | Role::Contractor | Role::Steward | Role::CommitteeStaff);
    let seats = user::queue_members(db, community, queue)?;
    if seats.iter().any(|(seat, _)| seat.user_id == worker && (works(seat.role) || seat.is_head)) {
        return Ok(());
    }
    Err(Invalid::new("worker", Problem::Unknown).into())
}

fn reporter_of(before: &Loaded, given: Option<ReporterId>) -> Result<ReporterId, Failure> {
    match given {
        Some(reporter) => Ok(reporter),
        None => {
            let first = before.ticket.reporters.iter().find(|r| !r.left);
            first.map(|r| r.id).ok_or(Failure::Refused(Refusal::NotAReporter))
        }
    }
}

/// Where an unassigned ticket goes when it becomes an emergency: the first suggestion's queue.
fn likeliest(db: &mut Db, before: &Loaded) -> Result<Option<Queue>, Failure> {
    let row = rows::understanding(db, before.row.community_id, before.row.id)?;
    let suggested = row.as_ref().and_then(|row| row.suggestions.0.get(0)).and_then(|s| s.get("queue"));
    Ok(suggested.and_then(|queue| queue.as_str()).and_then(|code| code.parse().ok()))
}

fn target(db: &mut Db, by: By<'_>, number: TicketNumber) -> Result<MergeTarget, Failure> {
    let community = by.settings.community.id;
    let row = rows::by_number(db, community, number)?.ok_or(Failure::Refused(Refusal::TargetUnknown))?;
    let target = change::whole(db, by.settings, row, by.now)?;
    let mut chain = Vec::new();
    let mut next = target.ticket.merged_into;
    while let Some(id) = next.filter(|id| !chain.contains(id)) {
        chain.push(id);
        next = rows::merged_into(db, community, id)?;
    }
    Ok(MergeTarget {
        id: target.ticket.id,
        number,
        done: !target.ticket.state.is_open(),
        chain,
        visible: ticket::may_see(&target.ticket, by.actor),
        confidential: target.ticket.confidential,
        subjects: target.ticket.subjects,
    })
}

/// The target's half of a merge: it takes the duplicate's reporters over.
fn absorb(engine: &Engine, db: &mut Db, by: By<'_>, (duplicate, into): (&Loaded, TicketId)) -> Result<(), Failure> {
    let target = change::load(db, by.settings, into, by.now)?.ok_or(Failure::NotFound("ticket"))?;
    let same = |a: &rows::ReporterRow, b: &rows::ReporterRow| {
        (a.identity_id.is_some() && a.identity_id == b.identity_id)
            || (a.resident_id.is_some() && a.resident_id == b.resident_id)
            || (a.phone_hash.is_some() && a.phone_hash == b.phone_hash)
    };
    let mut moving = Vec::new();
    let already = &target.beside.reporters;
    for row in &duplicate.beside.reporters {
        if row.left_at.is_none() && !already.iter().any(|there| there.left_at.is_none() && same(there, row)) {
            moving.push(copied(engine, by, row.clone(), into)?);
        }
    }
    let reporters: Vec<Reporter> = moving.iter().map(rows::ReporterRow::reporter).collect();
    let decision = ticket::absorb(&target.ticket, (duplicate.ticket.id, duplicate.ticket.number), reporters, by.now)?;
    let system = By { actor: &Actor::System, ..by };
    change::save(engine, db, system, (&target, &decision))?;
    for row in &moving {
        rows::insert_reporter(db, row)?;
    }
    Ok(())
}

/// A reporter's row for another ticket; a sealed number opens in its own row only, so it is sealed anew.
fn copied(
    engine: &Engine,
    by: By<'_>,
    row: rows::ReporterRow,
    into: TicketId,
) -> Result<rows::ReporterRow, StoreError> {
    let id = engine.chance.id::<ReporterId>(by.now);
    let phone = match &row.phone_sealed {
        None => None,
        Some(sealed) => {
            let plain = engine.keys.open("ticket_reporter.phone", row.id.0, sealed)?;
            Some(engine.keys.seal("ticket_reporter.phone", id.0, &plain, engine.chance.bytes()))
        }
    };
    let role = if row.role == ReporterRole::First { ReporterRole::Also } else { row.role };
    Ok(rows::ReporterRow { id, ticket_id: into, role, phone_sealed: phone, created_at: Time(by.now), ..row })
}

/// The place becomes known: chosen from the register, or read from what was typed.
fn place(
    db: &mut Db,
    settings: &Settings,
    (before, typed, chosen): (&Loaded, Option<&str>, Option<PlaceId>),
) -> Result<Command, Failure> {
    let community = settings.community.id;
    let home = before.ticket.reporter_place;
    let all = places::paths(db, community, home.into_iter().chain(chosen).collect::<Vec<_>>().as_slice())?;
    let home_path = home.and_then(|id| all.get(&id));
    let (mut about, mut building) = (before.ticket.about_place, before.ticket.building);
    let text;
    match (chosen, typed.map(str::trim).filter(|t| !t.is_empty())) {
        (Some(id), _) => {
            let path = all.get(&id).filter(|path| path.leaf().is_some());
            let path = path.ok_or_else(|| Invalid::new("place_id", Problem::Unknown))?;
            (about, text) = (Some(id), None);
            building = path.building.as_ref().map(|b| b.id).or(building);
        }
        (None, Some(typed)) => {
            let found = places::understand(db, settings, typed, home_path)?;
            match found.about.or(found.reporter.filter(|_| found.choices.is_empty() && found.text.is_none())) {
                Some(id) if found.about.is_some() || Some(id) != home => {
                    (about, text) = (Some(id), None);
                    building = found.building.or(building);
                }
                _ => text = Some(typed.to_owned()),
            }
        }
        (None, None) => return Err(Invalid::new("place", Problem::Empty).into()),
    }
    let steward = places::steward_of(db, community, building)?;
    Ok(Command::Place { about_place: about, reporter_place: home, building, place_text: text, steward })
}
