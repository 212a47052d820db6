//! What an agent does with a call: put it away, hurry a ticket for the caller, note that they asked, ring back, write a
//! caller down.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::desk::{Asked, Desk};
use super::register::{self, Registering};
use crate::domain::ids::{CallBackId, CallId, TicketId};
use crate::engine::hotline::{self, CallBackAnswer};
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Engine, Failure};
use crate::web::session::DeskAgent;
use crate::web::texts::texts;
use crate::web::{Trouble, frame, paths, run};

/// Which ticket, in which call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asking {
    ticket: String,
    call: String,
    back: String,
}

impl Asking {
    fn ticket(&self) -> Result<TicketId, Trouble> {
        self.ticket.parse().map_err(|_| Trouble::NotFound)
    }

    fn call(&self) -> Option<CallId> {
        self.call.parse().ok()
    }
}

/// `POST /agent/calls/{id}/dismissal`
async fn put_away(
    who: DeskAgent,
    id: Path<String>,
    form: Form<Asking>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let id: CallId = id.parse().map_err(|_| Trouble::NotFound)?;
    let staff = who.staff.clone();
    run(&engine, move |engine| hotline::put_away(engine, &staff, id)).await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, paths::own(&form.back))).finish())
}

/// `POST /agent/nudges`: 催办 for the caller.
async fn nudge(
    request: HttpRequest,
    who: DeskAgent,
    form: Form<Asking>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (staff, ticket, call) = (who.staff.clone(), form.ticket()?, form.call());
    run(&engine, move |engine| match call {
        Some(call) => hotline::nudge(engine, &staff, call, ticket),
        None => {
            let ask = Ask::Nudge { reporter: None, words: None };
            tickets::act(engine, &staff, Seen { id: ticket, version: None }, &ask)
        }
    })
    .await?;
    Ok(frame::done(&request, paths::own(&form.back), "nudged", &[]))
}

/// `POST /agent/questions`: the caller asked how it stands.
async fn question(
    request: HttpRequest,
    who: DeskAgent,
    form: Form<Asking>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (staff, ticket) = (who.staff.clone(), form.ticket()?);
    let call = form.call().ok_or(Trouble::NotFound)?;
    run(&engine, move |engine| hotline::ask_about(engine, &staff, call, ticket)).await?;
    Ok(frame::done(&request, paths::own(&form.back), "asked-about", &[]))
}

async fn settle(
    request: HttpRequest,
    who: DeskAgent,
    id: Path<String>,
    (form, engine, answer): (Form<Asking>, Data<Engine>, CallBackAnswer),
) -> Result<HttpResponse, Trouble> {
    let id: CallBackId = id.parse().map_err(|_| Trouble::NotFound)?;
    let staff = who.staff.clone();
    run(&engine, move |engine| hotline::settle_call_back(engine, &staff, id, answer)).await?;
    let told = if answer == CallBackAnswer::Done { "rung-back" } else { "back-cancelled" };
    Ok(frame::done(&request, paths::own(&form.back), told, &[]))
}

/// `POST /agent/call-backs/{id}/completion`
async fn rung_back(
    request: HttpRequest,
    who: DeskAgent,
    id: Path<String>,
    form: Form<Asking>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    settle(request, who, id, (form, engine, CallBackAnswer::Done)).await
}

/// `POST /agent/call-backs/{id}/cancellation`
async fn cancel(
    request: HttpRequest,
    who: DeskAgent,
    id: Path<String>,
    form: Form<Asking>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    settle(request, who, id, (form, engine, CallBackAnswer::Cancelled)).await
}

/// `POST /agent/residents`: the caller is written down in the register, and is the caller of the form.
async fn write_down(
    request: HttpRequest,
    who: DeskAgent,
    typed: Form<Registering>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let typed = typed.into_inner();
    let (staff, new) = (who.staff.clone(), typed.caller());
    match run(&engine, move |engine| hotline::register(engine, &staff, &new)).await {
        Ok(id) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, typed.found(id))).finish()),
        Err(Trouble::Failure(Failure::Invalid(invalid))) => {
            let t = texts(who.session.language);
            let errors = register::wrong(&invalid, t, who.session.language);
            let (staff, asked) = (who.staff.clone(), Asked::of_caller(&typed));
            let wanted = asked.clone();
            let desk = run(&engine, move |engine| Desk::read(engine, &staff, &wanted, "")).await?;
            let mut page = desk.page(&request, &who, &asked, None);
            page.register.refused(typed, errors);
            page.p.here = "/agent".to_owned();
            Ok(frame::show(&request, StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other),
    }
}

/// Their addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agent/calls/{id}/dismissal", web::post().to(put_away))
        .route("/agent/nudges", web::post().to(nudge))
        .route("/agent/questions", web::post().to(question))
        .route("/agent/call-backs/{id}/completion", web::post().to(rung_back))
        .route("/agent/call-backs/{id}/cancellation", web::post().to(cancel))
        .route("/agent/residents", web::post().to(write_down));
}
