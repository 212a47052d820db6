//! The hotline's calls of today, and people to ring back: for programs of the property's desk, such as a wall display.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::fields::{Fields, body};
use super::item::{place_id, place_words};
use super::problem::{Problem, blocking};
use super::query;
use super::read::Body;
use crate::domain::actor::Staff;
use crate::domain::call::CallResult;
use crate::domain::ids::{CallBackId, CallId, PlaceId, TicketId};
use crate::domain::view::{CallBackLine, CallLine};
use crate::domain::words::Language;
use crate::engine::Engine;
use crate::engine::hotline::{self, CallBackAnswer};
use crate::http;

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    /// For `call` when a ticket is opened.
    id: CallId,
    /// The number of the day.
    serial: Option<i32>,
    /// `inbound` or `outbound`.
    direction: String,
    /// The resident's number, masked; null when withheld.
    phone: Option<String>,
    /// The people of that number.
    names: Vec<String>,
    /// Where the first of them lives, in words.
    place: Option<String>,
    place_id: Option<PlaceId>,
    started_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    talk_seconds: Option<i32>,
    /// `answered`, `missed`, `abandoned`, `voicemail` or `failed`; null while it lasts.
    result: Option<String>,
    /// Who took it.
    agent: Option<String>,
    /// The tickets it had to do with, as far as the token may see.
    tickets: Vec<CallTicket>,
}

/// A ticket of a call.
#[derive(Debug, Serialize, ToSchema)]
struct CallTicket {
    id: TicketId,
    number: String,
    /// `opened`, `nudged` or `asked`.
    tie: String,
}

/// Somebody to ring back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallBack {
    id: CallBackId,
    /// Since when it waits.
    made_at: DateTime<Utc>,
    /// `open`, `done` or `cancelled`.
    state: String,
    /// When it was done or cancelled.
    settled_at: Option<DateTime<Utc>>,
    /// The call nobody took.
    call: Call,
}

body! {
    /// What became of somebody to ring back.
    Settlement {
        /// How.
        state: CallBackAnswer,
    }
}

/// Today's calls, newest first, 200 at most.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Calls {
    items: Vec<Call>,
}

/// Open call-backs, oldest first, 200 at most.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallBacks {
    items: Vec<CallBack>,
}

impl Call {
    fn of(line: CallLine, language: Language) -> Self {
        let ticket = |ticket: &crate::domain::view::CallTicket| CallTicket {
            id: ticket.id,
            number: ticket.number.to_string(),
            tie: ticket.tie.code().to_owned(),
        };
        Self {
            id: line.id,
            serial: line.serial,
            direction: if line.outbound { "outbound" } else { "inbound" }.to_owned(),
            phone: line.phone,
            names: line.names,
            place: line.place.as_ref().and_then(|place| place_words(place, language)),
            place_id: line.place.as_ref().and_then(place_id),
            started_at: line.started_at,
            answered_at: line.answered_at,
            ended_at: line.ended_at,
            talk_seconds: line.talk_seconds,
            result: line.result.map(CallResult::code).map(str::to_owned),
            agent: line.agent,
            tickets: line.tickets.iter().map(ticket).collect(),
        }
    }
}

impl CallBack {
    fn of(line: CallBackLine, language: Language) -> Self {
        let (state, settled_at) = line.settled.map_or_else(|| ("open".to_owned(), None), |(how, at)| (how, Some(at)));
        Self { id: line.id, made_at: line.made_at, state, settled_at, call: Call::of(line.call, language) }
    }
}

/// The desk's calls and whom to ring back, and the language to say them in.
async fn desk(
    staff: Staff,
    engine: web::Data<Engine>,
    request: &HttpRequest,
) -> Result<(hotline::Calls, Language), Problem> {
    query::none(request.query_string())?;
    let language = http::language(request);
    let found = blocking(language, move || hotline::calls(&engine, &staff, true)).await?;
    Ok((found, language))
}

/// `GET /calls`.
pub async fn list(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (found, language) = desk(staff, engine, &request).await?;
    let items = found.today.into_iter().map(|line| Call::of(line, language)).collect();
    Ok(HttpResponse::Ok().json(Calls { items }))
}

/// `GET /call-backs`.
pub async fn call_backs(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (found, language) = desk(staff, engine, &request).await?;
    let items = found.call_backs.into_iter().map(|line| CallBack::of(line, language)).collect();
    Ok(HttpResponse::Ok().json(CallBacks { items }))
}

/// `POST /call-backs/{id}/settlement`.
pub async fn settle(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    (request, path): (HttpRequest, web::Path<String>),
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let id: CallBackId = path.parse().map_err(|_| Problem::not_found())?;
    let Settlement { state } = Fields::read(Body::read(&request, payload).await?.members)?;
    let language = http::language(&request);
    let line = blocking(language, move || hotline::settle_call_back(&engine, &staff, id, state)).await?;
    Ok(HttpResponse::Ok().json(CallBack::of(line, language)))
}
