//! Tickets: open one, list, show, and every verb on one.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::fields::{Fields, body};
use super::item::Item;
use super::page::Page;
use super::problem::{Problem, blocking};
use super::query::{self, TicketsQuery};
use super::read::{self, Body};
use super::texts::Said;
use super::verbs::Noun;
use crate::domain::actor::Staff;
use crate::domain::ids::{CallId, PlaceId, ResidentId, TicketId, TicketNumber, UserId};
use crate::domain::words::{Channel, Kind, Language, Queue, Urgency};
use crate::engine::intake::{self, Draft, Opened};
use crate::engine::tickets::{self, Seen};
use crate::engine::{Engine, Failure, look};
use crate::http;

body! {
    /// A request as a program hands it in.
    NewTicket {
        /// The resident's words.
        words: Option<String>,
        /// The same under the name an item gives it.
        description: Option<String>,
        /// The place as said.
        place: Option<String>,
        /// The place, from the register; goes before `place`.
        place_id: Option<PlaceId>,
        /// Who says it, when the register does not know them.
        name: Option<String>,
        /// The number to ring.
        phone: Option<String>,
        /// Who says it, from the register.
        resident: Option<ResidentId>,
        /// Said on somebody else's behalf.
        proxy: bool,
        /// What sort of request; understood from the words when absent.
        kind: Option<Kind>,
        /// Code in the catalogue.
        category: Option<String>,
        /// Where to, whatever the words say.
        queue: Option<Queue>,
        /// Class of its limits.
        urgency: Option<Urgency>,
        /// Where it came in.
        channel: Option<Channel>,
        /// Only write it down: stays unassigned.
        keep_unassigned: bool,
        /// Staff it is about.
        subjects: Vec<UserId>,
        /// The call it was said in.
        call: Option<CallId>,
    }
}

impl From<NewTicket> for Draft {
    fn from(new: NewTicket) -> Self {
        Self {
            channel: new.channel,
            words: new.words.or(new.description).unwrap_or_default(),
            place: new.place,
            place_id: new.place_id,
            resident: new.resident,
            name: new.name,
            phone: new.phone,
            proxy: new.proxy,
            kind: new.kind,
            category: new.category,
            queue: new.queue,
            urgency: new.urgency,
            keep_unassigned: new.keep_unassigned,
            subjects: new.subjects,
            call: new.call,
            settled: None,
        }
    }
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tickets {
    /// Newest first.
    items: Vec<Item>,
    /// Goes into `cursor` for the next page; `null` on the last.
    next_cursor: Option<String>,
}

/// `POST /tickets`.
pub async fn create(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let body = Body::read(&request, payload).await?;
    let once = read::once(&request, &staff, &body.bytes)?;
    let new = Fields::read::<NewTicket>(body.members)?;
    if new.words.is_some() && new.description.is_some() {
        let said = Said::new("和 words 是同一项，只给一个。", "it is the same as words; send one of them.");
        return Err(Problem::field("description", "form", &said));
    }
    let draft = Draft::from(new);
    let language = http::language(&request);
    let item = blocking(language, move || {
        let Opened { receipt, place } = intake::open(&engine, &staff, &draft, once.as_ref())?;
        // It is opened: whatever hinders the look at it now must not say otherwise.
        let place = place.or_else(|| look::place(&engine, &staff, receipt.id).ok());
        Ok(Item::opened(receipt, draft.words, place.as_ref(), language))
    })
    .await?;
    let location = format!("/api/v1/tickets/{}", item.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(item))
}

/// `GET /tickets`.
pub async fn list(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let TicketsQuery { filter, words, cursor: after, limit } = TicketsQuery::parse(request.query_string())?;
    let language = http::language(&request);
    let page = blocking(language, move || match words {
        Some(words) => look::search(&engine, &staff, (&words, &filter), (after, limit)),
        None => look::tickets(&engine, &staff, &filter, (after, limit)),
    })
    .await?;
    let items = page.items.into_iter().map(|line| Item::of(line, language)).collect();
    Ok(HttpResponse::Ok().json(Tickets { items, next_cursor: page.next.as_ref().map(http::cursor_text) }))
}

/// `GET /tickets/{id}`.
pub async fn show(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let id = ticket_id(&path)?;
    let language = http::language(&request);
    let page = blocking(language, move || look::ticket(&engine, &staff, id)).await?;
    Ok(HttpResponse::Ok().json(Page::of(page, language)))
}

/// `GET /tickets/by-number/{number}`.
pub async fn show_number(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let number: TicketNumber = path.parse().map_err(|_| Problem::not_found())?;
    let language = http::language(&request);
    let page = blocking(language, move || {
        let id = look::number(&engine, &staff, number)?;
        look::ticket(&engine, &staff, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(Page::of(page, language)))
}

/// `POST /tickets/{id}/{noun}`: every verb.
pub async fn act(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    (request, path): (HttpRequest, web::Path<String>),
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let noun = *request.app_data::<Noun>().ok_or_else(Problem::unknown_path)?;
    let id = ticket_id(&path)?;
    let (version, ask) = noun.ask(Body::read(&request, payload).await?.members)?;
    let language = http::language(&request);
    let done = blocking(language, move || match tickets::act(&engine, &staff, Seen { id, version }, &ask) {
        Ok(receipt) => Ok(Ok(now(&engine, &staff, id, language).unwrap_or_else(|| Item::left(receipt)))),
        Err(stale @ Failure::Stale(_)) => Ok(Err((stale, now(&engine, &staff, id, language)))),
        Err(failure) => Err(failure),
    })
    .await?;
    match done {
        Ok(item) => Ok(HttpResponse::Ok().json(item)),
        Err((stale, fresh)) => Err(overtaken(Problem::of(&stale, language), fresh)),
    }
}

/// The ticket as it is now; `None` when it is out of the caller's sight, or of ours: the change itself stands all the same.
fn now(engine: &Engine, staff: &Staff, id: TicketId, language: Language) -> Option<Item> {
    look::ticket(engine, staff, id).ok().map(|page| Item::of(page.line, language))
}

/// The answer to whoever came second, with what the first made of the ticket.
fn overtaken(problem: Problem, fresh: Option<Item>) -> Problem {
    let Some(item) = fresh else { return problem };
    let version = item.version.into();
    problem.with("version", version).with("ticket", serde_json::to_value(item).unwrap_or_default())
}

fn ticket_id(path: &str) -> Result<TicketId, Problem> {
    path.parse().map_err(|_| Problem::not_found())
}
