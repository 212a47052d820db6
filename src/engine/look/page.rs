//! Everything one ticket's page shows, and the offers between the platforms.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::super::change::{self, Loaded};
use super::super::clocks::spent;
use super::super::delivery::{self, ToldLine};
use super::super::{Engine, Failure, Settings, crew, places};
use super::lines::{lines, suggested};
use super::{Sight, phone};
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::{EventId, PlaceId, TextId, TicketId, TokenId, UserId};
use crate::domain::phone::Phone;
use crate::domain::sla::{ClockReading, Pause};
use crate::domain::ticket::{self as rules, Refusal, RefusalKind, Verb, WordsPurpose};
use crate::domain::view::{
    AttachmentView, Author, ClockView, CrossingView, Entry, HoldView, LinkView, PlaceLine, ReporterView, TicketLine,
    TicketPage, WorkerView,
};
use crate::domain::words::{Audience, Platform, Queue, Role, Status};
use crate::store::escalation::{ClockRow, EscalationRow};
use crate::store::event::EventRow;
use crate::store::message::AttachmentRow;
use crate::store::text::TextRow;
use crate::store::ticket::{Registered, ReporterRow, Tied};
use crate::store::{Db, StoreError, lists, ticket as rows, user};

/// The ticket, if the actor may see it.
pub(super) fn seen(engine: &Engine, staff: &Staff, id: TicketId) -> Result<Loaded, Failure> {
    let settings = engine.settings(staff.community)?;
    let now = engine.now();
    engine.store.read(|db| seen_in(db, &settings, (staff, id), now))
}

fn seen_in(
    db: &mut Db,
    settings: &Settings,
    (staff, id): (&Staff, TicketId),
    now: DateTime<Utc>,
) -> Result<Loaded, Failure> {
    visible(change::load(db, settings, id, now)?.ok_or(Failure::NotFound("ticket"))?, staff)
}

/// The ticket, unless it is not for this actor's eyes: then it is answered like one that is not there.
fn visible(loaded: Loaded, staff: &Staff) -> Result<Loaded, Failure> {
    match rules::may_see(&loaded.ticket, &Actor::Staff(staff.clone())) {
        true => Ok(loaded),
        false => Err(Failure::NotFound("ticket")),
    }
}

/// Everything the ticket's page shows.
///
/// # Errors
/// [`Failure::NotFound`] for a ticket that is not there or not for the actor.
pub fn ticket(engine: &Engine, staff: &Staff, id: TicketId) -> Result<TicketPage, Failure> {
    let sight = Sight::of(engine, staff)?;
    engine.store.read(|db| page(engine, db, &sight, (staff, id)))
}

/// The same, with who was told what of it, oldest first.
///
/// # Errors
/// As [`ticket`].
pub fn ticket_told(engine: &Engine, staff: &Staff, id: TicketId) -> Result<(TicketPage, Vec<ToldLine>), Failure> {
    let sight = Sight::of(engine, staff)?;
    engine.store.read(|db| {
        let page = page(engine, db, &sight, (staff, id))?;
        Ok((page, delivery::told(db, &sight.settings, id)?))
    })
}

fn page(engine: &Engine, db: &mut Db, sight: &Sight, (staff, id): (&Staff, TicketId)) -> Result<TicketPage, Failure> {
    let (found, tied) = lists::with_tied(db, &sight.scope, id)?.ok_or(Failure::NotFound("ticket"))?;
    let (beside, shown) = rows::shown(db, staff.community, id)?;
    let loaded = visible(change::joined(&sight.settings, found.row.clone(), beside, sight.now)?, staff)?;
    let readable = |row: &&TextRow| staff_reads(staff, row.audience);
    let bodies: HashMap<TextId, String> =
        shown.texts.iter().filter(readable).map(|row| (row.id, row.body.clone())).collect();
    let line = lines(db, &sight.settings, vec![found], sight.now)?.pop().ok_or(Failure::NotFound("ticket"))?;
    let understood = shown.understanding.as_ref();
    let suggestions = match understood.filter(|_| line.status == Status::Unassigned) {
        Some(row) => suggested(&sight.settings, row.ticket_id, &row.suggestions)?,
        None => Vec::new(),
    };
    Ok(TicketPage {
        reporter_place: place(db, sight, loaded.row.reporter_place_id)?,
        reporters: reporters(engine, staff, (&loaded, &shown.registered))?,
        timeline: timeline(db, &sight.settings, staff, (shown.events, &shown.texts))?,
        clocks: loaded.beside.clocks.iter().map(|row| clock(row, &loaded, sight.now)).collect(),
        hold: loaded.beside.hold.map(|(hold, reason)| HoldView {
            reason: bodies.get(&reason).cloned().unwrap_or_default(),
            since: hold.since,
            review_at: hold.review_at,
        }),
        links: links(&loaded.beside.links, &tied),
        attachments: shown.attachments.into_iter().map(attachment).collect(),
        emergency: understood.and_then(|row| row.emergency.clone()),
        verbs: verbs(&loaded, staff),
        workers: workers(&sight.settings, staff),
        crossings: loaded.beside.escalations.iter().map(|row| crossing(row, &bodies)).collect(),
        suggestions,
        line,
    })
}

/// Whether words for this audience are for someone of the actor's seats.
fn staff_reads(staff: &Staff, audience: Audience) -> bool {
    match audience {
        Audience::Both => true,
        Audience::Property => staff.on(Platform::Property),
        Audience::Committee => staff.on(Platform::Committee),
    }
}

fn place(db: &mut Db, sight: &Sight, id: Option<PlaceId>) -> Result<PlaceLine, StoreError> {
    let Some(id) = id else { return Ok(PlaceLine::default()) };
    let path = places::known(db, &sight.settings, &[id])?.remove(&id);
    Ok(PlaceLine { path, text: None })
}

/// Reporters with their numbers masked; whole to the person working the ticket.
fn reporters(
    engine: &Engine,
    staff: &Staff,
    (loaded, registered): (&Loaded, &[Registered]),
) -> Result<Vec<ReporterView>, StoreError> {
    let whole = loaded.ticket.state.is_open() && staff.user().is_some() && staff.user() == loaded.ticket.worker();
    let known = |row: &ReporterRow| registered.iter().find(|known| known.reporter == row.id);
    loaded.beside.reporters.iter().map(|row| reporter(engine, (row, known(row)), whole)).collect()
}

fn reporter(
    engine: &Engine,
    (row, registered): (&ReporterRow, Option<&Registered>),
    whole: bool,
) -> Result<ReporterView, StoreError> {
    let phone = phone::opened(engine, row, registered.and_then(|known| known.phone.zip(known.sealed.as_deref())))?;
    Ok(ReporterView {
        id: row.id,
        role: row.role,
        name: row.name.clone().or(registered.map(|known| known.name.clone())),
        resident: row.resident_id,
        phone: phone.map(|digits| if whole { digits } else { masked(&digits) }),
        phone_whole: whole,
        wechat: row.identity_id.is_some(),
        left: row.left_at.is_some(),
    })
}

/// What is kept was parsed before it was sealed; should it not parse any more, nothing of it is shown.
fn masked(digits: &str) -> String {
    Phone::parse(digits).map_or_else(|_| "***".to_owned(), |phone| phone.masked())
}

/// History, newest first, with the words the actor may read.
fn timeline(
    db: &mut Db,
    settings: &Settings,
    staff: &Staff,
    (mut rows, texts): (Vec<EventRow>, &[TextRow]),
) -> Result<Vec<Entry>, Failure> {
    rows.retain(|row| staff_reads(staff, row.audience));
    rows.reverse();
    let mut events = Vec::with_capacity(rows.len());
    let mut people: Vec<UserId> = Vec::new();
    let mut programs: Vec<TokenId> = Vec::new();
    for row in rows {
        let event = row.event()?;
        people.extend(event.people());
        match (row.actor_kind.as_str(), row.actor_id) {
            ("user", Some(id)) => people.push(UserId(id.0)),
            ("token", Some(id)) => programs.push(TokenId(id.0)),
            _ => {}
        }
        events.push((row, event));
    }
    let names = crew::names(db, settings, &people)?;
    let programs: HashMap<TokenId, String> = match programs.is_empty() {
        true => HashMap::new(),
        false => user::token_names(db, staff.community, &programs)?.into_iter().collect(),
    };
    let words = words_of(staff, texts);
    Ok(events
        .into_iter()
        .map(|(row, event)| Entry {
            at: row.at.0,
            author: author(&row, &names, &programs),
            names: event.people().into_iter().filter_map(|id| Some((id, names.get(&id)?.clone()))).collect(),
            words: words.get(&row.id).cloned().unwrap_or_default(),
            audience: row.audience,
            event,
        })
        .collect())
}

fn author(row: &EventRow, names: &HashMap<UserId, String>, programs: &HashMap<TokenId, String>) -> Author {
    match (row.actor_kind.as_str(), row.actor_id) {
        ("user", Some(id)) => Author::Staff(names.get(&UserId(id.0)).cloned().unwrap_or_default()),
        ("token", Some(id)) => Author::Program(programs.get(&TokenId(id.0)).cloned().unwrap_or_default()),
        ("resident", _) => Author::Resident,
        _ => Author::System,
    }
}

fn words_of(staff: &Staff, texts: &[TextRow]) -> HashMap<EventId, Vec<(WordsPurpose, String)>> {
    let mut out: HashMap<EventId, Vec<(WordsPurpose, String)>> = HashMap::new();
    for row in texts.iter().filter(|row| staff_reads(staff, row.audience)) {
        let purpose = WordsPurpose::ALL.iter().find(|purpose| purpose.code() == row.purpose);
        if let (Some(event), Some(purpose)) = (row.event_id, purpose) {
            out.entry(event).or_default().push((*purpose, row.body.clone()));
        }
    }
    out
}

fn clock(row: &ClockRow, loaded: &Loaded, now: DateTime<Utc>) -> ClockView {
    let review_at = loaded.ticket.hold.map_or(now, |hold| hold.review_at);
    let reading = row.due_at.zip(row.warn_at).map(|(due, warn)| ClockReading {
        due_at: due.0,
        warn_at: warn.0,
        pause: row.paused_at.map(|at| Pause { paused_at: at.0, review_at }),
        stopped_at: row.stopped_at.map(|at| at.0),
    });
    let spent = spent(row, now);
    let limit = row.due_at.map(|due| (due.0 - row.started_at.0).num_seconds().max(1));
    let percent = limit.map_or(0, |limit| (spent.num_seconds() * 100 / limit).clamp(0, 100));
    ClockView {
        kind: row.kind,
        platform: row.platform,
        queue: row.queue,
        started_at: row.started_at.0,
        due_at: row.due_at.map(|at| at.0),
        // One that was called off was neither met nor missed.
        state: reading.filter(|_| row.stopped_at.is_none() || row.met.is_some()).map(|reading| reading.state(now)),
        spent,
        percent: u8::try_from(percent).unwrap_or(100),
    }
}

/// Tied tickets, of which only those the actor may see are named.
fn links(tied: &[Tied], seen: &[String]) -> Vec<LinkView> {
    let named = tied.iter().filter(|(_, _, _, number, _)| seen.contains(number));
    let link = |(kind, from_here, id, number, status): &Tied| LinkView {
        kind: *kind,
        from_here: *from_here,
        id: *id,
        number: number.clone(),
        status: *status,
    };
    named.map(link).collect()
}

fn attachment(row: AttachmentRow) -> AttachmentView {
    let said = row.detail.as_ref().and_then(|d| d.0.get("label").or_else(|| d.0.get("title")));
    AttachmentView {
        label: said.and_then(|label| label.as_str()).map(str::to_owned),
        kind: row.kind,
        state: row.state,
        at: row.created_at.0,
    }
}

/// The verbs that are this actor's, each with the reason it cannot be done now. One that another role would have to do is
/// left out.
fn verbs(loaded: &Loaded, staff: &Staff) -> Vec<(Verb, Option<Refusal>)> {
    let actor = Actor::Staff(staff.clone());
    let person = staff.user().is_some();
    Verb::ALL
        .iter()
        .filter(|verb| person || !matches!(verb, Verb::Take | Verb::Start))
        .filter_map(|verb| match rules::may(&loaded.ticket, *verb, &actor) {
            Ok(()) => Some((*verb, None)),
            Err(refusal) if refusal.kind() == RefusalKind::Conflict => Some((*verb, Some(refusal))),
            Err(_) => None,
        })
        .collect()
}

/// Those a ticket can be given to: everyone who works in a queue of the actor's platforms.
fn workers(settings: &Settings, staff: &Staff) -> Vec<WorkerView> {
    let mut out: Vec<WorkerView> = Vec::new();
    for queue in Queue::ALL.iter().filter(|queue| staff.on(queue.platform())) {
        for (seat, name) in settings.crew.of_queue(*queue) {
            let works = matches!(seat.role, Role::Worker | Role::Contractor | Role::Steward | Role::CommitteeStaff)
                || seat.is_head;
            if works && !out.iter().any(|w| w.id == seat.user_id && w.queue == *queue) {
                let (id, name) = (seat.user_id, name.to_owned());
                out.push(WorkerView { id, name, queue: *queue, on_duty: seat.on_duty });
            }
        }
    }
    out
}

fn crossing(row: &EscalationRow, bodies: &HashMap<TextId, String>) -> CrossingView {
    let body = |id: Option<TextId>| id.and_then(|id| bodies.get(&id).cloned());
    CrossingView {
        state: row.state,
        from: row.from_platform,
        reason: body(Some(row.reason_id)).unwrap_or_default(),
        tried: body(row.tried_id),
        asked: body(row.asked_id),
        answer: body(row.answer_id),
        answer_by: row.answer_by.map(|at| at.0),
        offered_at: row.offered_at.0,
        closed_at: row.closed_at.map(|at| at.0),
    }
}

/// An offer between the platforms, with its ticket.
#[derive(Debug, Clone)]
pub struct OfferLine {
    /// The ticket.
    pub ticket: TicketLine,
    /// What is asked, and why.
    pub crossing: CrossingView,
}

/// Offers that wait for an answer.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// For the actor's desk to answer.
    pub waiting: Vec<OfferLine>,
    /// That the actor's desk made.
    pub sent: Vec<OfferLine>,
}

/// The offers of the actor's desk, those about the oldest tickets first.
///
/// # Errors
/// [`Failure::Forbidden`] for those who sit at no desk.
pub fn offers(engine: &Engine, staff: &Staff) -> Result<Offers, Failure> {
    let sight = Sight::of(engine, staff)?;
    let desks: Vec<Platform> = Platform::ALL.iter().copied().filter(|p| staff.at_desk(*p)).collect();
    if desks.is_empty() {
        return Err(Failure::Forbidden);
    }
    let found = engine.store.read_one(|db| {
        let (found, asked): (Vec<_>, Vec<_>) = lists::offered(db, &sight.scope)?.into_iter().unzip();
        Ok((lines(db, &sight.settings, found, sight.now)?, asked))
    });
    let (tickets, asked) = found?;
    let mut out = Offers::default();
    for (ticket, (row, bodies)) in tickets.into_iter().zip(asked) {
        let from = row.from_platform;
        let line = OfferLine { ticket, crossing: crossing(&row, &bodies) };
        // Somebody at both desks sees what either asks of the other on both lists.
        if desks.contains(&from) {
            out.sent.push(line.clone());
        }
        if desks.contains(&from.other()) {
            out.waiting.push(line);
        }
    }
    Ok(out)
}
