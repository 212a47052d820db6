//! One ticket: its page, its verbs, its history.

pub mod ask;
pub mod bar;
mod beside;
pub mod forms;
pub mod show;
pub mod timeline;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::domain::ids::{ReporterId, TicketId};
use crate::domain::ticket::{Refusal, RefusalKind, Verb};
use crate::domain::view::{QueueCount, TicketPage};
use crate::engine::delivery::ToldLine;
use crate::engine::tickets::{self, Ask, Seen};
use crate::engine::{Engine, Failure, Settings, look};

use super::conflict;
use super::facts::FieldErrors;
use super::gate::{pairs, run};
use super::page::Page;
use super::paths::own;
use super::rows::Teller;
use super::session::Member;
use super::trouble::Trouble;
use super::{done, frame};
use ask::Typed;
use forms::{Desk, Form, form};
use show::{Show, view};

/// The ticket's addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/tickets/{id}", web::get().to(open))
        .route("/tickets/{id}/phone-view", web::post().to(phone_view))
        .route("/tickets/{id}/{noun}", web::post().to(verb))
        .route("/tickets/{id}/{noun}", web::get().to(reloaded));
}

/// A ticket read for one person, with all a page of it needs.
pub(super) struct Case {
    /// The ticket.
    pub page: TicketPage,
    /// The community's settings.
    pub settings: Arc<Settings>,
    /// Words.
    pub teller: Teller,
    /// The frame.
    pub frame: Page,
    /// Who was told what of it.
    pub told: Vec<ToldLine>,
}

impl Case {
    async fn read(request: &HttpRequest, engine: &Data<Engine>, who: &Member, id: TicketId) -> Result<Self, Trouble> {
        let staff = who.staff.clone();
        let read = move |engine: &Engine| {
            let settings = engine.settings(staff.community)?;
            let looked = look::ticket_told(engine, &staff, id)?;
            Ok((looked, look::counts(engine, &staff)?, settings, engine.now()))
        };
        type Looked = (TicketPage, Vec<ToldLine>);
        let ((page, told), counts, settings, now): (Looked, Vec<QueueCount>, Arc<Settings>, _) =
            run(engine, read).await?;
        let teller = Teller::new(who.session.language, &settings, now);
        let mut frame = frame::page(request, &who.session, "");
        frame.here = format!("/tickets/{id}");
        frame.count(&counts);
        Ok(Self { page, settings, teller, frame, told })
    }

    /// What its forms are filled from.
    pub fn desk<'a>(&'a self, typed: &'a Typed) -> Desk<'a> {
        Desk { page: &self.page, teller: &self.teller, settings: &self.settings, typed }
    }

    fn show(&self, who: &Member, typed: &Typed, form: Option<Form>) -> Show {
        let mut page = view(self.frame.clone(), self.desk(typed), &who.staff, form);
        page.told = self.told.iter().rev().map(|line| beside::told(line, &self.teller)).collect();
        page
    }
}

/// The query of a ticket's page.
#[derive(Debug, Deserialize)]
struct Wish {
    /// The verb whose form is to be open, by its noun.
    #[serde(rename = "do")]
    verb: Option<String>,
    /// The list to go back to.
    back: Option<String>,
}

impl Wish {
    fn typed(&self) -> Typed {
        Typed::new(self.back.iter().map(|back| ("back".to_owned(), back.clone())))
    }
}

async fn open(
    who: Member,
    id: Path<TicketId>,
    wish: Query<Wish>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let case = Case::read(&request, &engine, &who, *id).await?;
    let typed = wish.typed();
    let wanted = wish.verb.as_deref().and_then(ask::verb).filter(|verb| case.page.may(*verb));
    let form = wanted.and_then(|verb| form(verb, case.desk(&typed), FieldErrors::default()));
    Ok(frame::show(&request, StatusCode::OK, &case.show(&who, &typed, form)))
}

/// Shows a reporter's whole number, this once; the engine writes down who looked.
async fn phone_view(
    who: Member,
    id: Path<TicketId>,
    request: HttpRequest,
    engine: Data<Engine>,
    body: Bytes,
) -> Result<HttpResponse, Trouble> {
    let typed = Typed::new(pairs(&body)?);
    let reporter: ReporterId = typed.get("reporter").parse().map_err(|_| Trouble::BadForm)?;
    let (staff, ticket) = (who.staff.clone(), *id);
    let phone = run(&engine, move |engine| tickets::show_phone(engine, &staff, ticket, reporter)).await?;
    let case = Case::read(&request, &engine, &who, *id).await?;
    let mut page = case.show(&who, &typed, None);
    page.reveal(reporter, &phone);
    Ok(frame::show(&request, StatusCode::OK, &page))
}

/// What a post to a ticket may carry in its query.
#[derive(Debug, Deserialize)]
struct Back {
    back: Option<String>,
}

/// Every verb: `POST /tickets/{id}/{noun}`.
async fn verb(
    who: Member,
    path: Path<(TicketId, String)>,
    query: Query<Back>,
    request: HttpRequest,
    (engine, body): (Data<Engine>, Bytes),
) -> Result<HttpResponse, Trouble> {
    let (id, noun) = path.into_inner();
    let verb = ask::verb(&noun).ok_or(Trouble::NotFound)?;
    let mut fields = pairs(&body)?;
    fields.extend(query.into_inner().back.map(|back| ("back".to_owned(), back)));
    let typed = Typed::new(fields);
    let tried = Tried { who: &who, id, verb, typed: &typed };
    match tried.go(&engine).await {
        Ok(ask) => Ok(tried.went(&request, &ask)),
        Err(Stop::Trouble(trouble)) => Err(trouble),
        Err(stop) => {
            let case = Case::read(&request, &engine, &who, id).await?;
            Ok(tried.stopped(&request, &case, stop))
        }
    }
}

/// The address of a post, opened again: the form, or the ticket.
async fn reloaded(_: Member, path: Path<(TicketId, String)>) -> HttpResponse {
    let (id, noun) = path.into_inner();
    let to = match ask::verb(&noun) {
        Some(_) => format!("/tickets/{id}?do={noun}"),
        None => format!("/tickets/{id}"),
    };
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// A verb as one person tries it.
struct Tried<'a> {
    who: &'a Member,
    id: TicketId,
    verb: Verb,
    typed: &'a Typed,
}

/// Why it was not done.
enum Stop {
    /// Fields are wrong: the form again.
    Fields(StatusCode, FieldErrors),
    /// Someone was there first, or the ticket stands otherwise than thought: the conflict page.
    Conflict(Option<Refusal>),
    /// The page for what went wrong.
    Trouble(Trouble),
}

impl Tried<'_> {
    async fn go(&self, engine: &Data<Engine>) -> Result<Ask, Stop> {
        let community = self.who.staff.community;
        let read = run(engine, move |engine| Ok((engine.settings(community)?, engine.now()))).await;
        let (settings, now) = read.map_err(Stop::Trouble)?;
        let teller = Teller::new(self.who.session.language, &settings, now);
        let read = ask::read(self.verb, self.typed, &teller);
        let wrong = |errors| Stop::Fields(StatusCode::UNPROCESSABLE_ENTITY, errors);
        let ask = read.map_err(wrong)?.ok_or(Stop::Trouble(Trouble::NotFound))?;
        if self.typed.version().is_none() && !self.verb.only_adds() {
            // Without it nobody would notice that someone else was there first. Our own forms always have it.
            return Err(Stop::Trouble(Trouble::BadForm));
        }
        let (staff, asked) = (self.who.staff.clone(), ask.clone());
        let seen = Seen { id: self.id, version: self.typed.version() };
        let acted = run(engine, move |engine| tickets::act(engine, &staff, seen, &asked)).await;
        acted.map(|_| ask).map_err(|trouble| stop(trouble, &teller))
    }

    /// To where the person came from, with a line about what was done.
    fn went(&self, request: &HttpRequest, ask: &Ask) -> HttpResponse {
        let back = self.typed.get("back");
        let to = if back.is_empty() { format!("/tickets/{}", self.id) } else { own(back).to_owned() };
        let (code, value) = ask::done(ask);
        done(request, &to, code, &value.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn stopped(&self, request: &HttpRequest, case: &Case, stop: Stop) -> HttpResponse {
        let desk = case.desk(self.typed);
        match stop {
            Stop::Fields(status, errors) => {
                let form = form(self.verb, desk, errors);
                frame::show(request, status, &case.show(self.who, self.typed, form))
            }
            Stop::Conflict(refusal) => {
                let me = self.who.staff.user();
                let page = conflict::view(case.frame.clone(), (desk, me), self.verb, refusal);
                frame::show(request, StatusCode::CONFLICT, &page)
            }
            Stop::Trouble(trouble) => HttpResponse::from_error(trouble),
        }
    }
}

fn stop(trouble: Trouble, teller: &Teller) -> Stop {
    let failure = match trouble {
        Trouble::Failure(failure) => failure,
        other => return Stop::Trouble(other),
    };
    let mut errors = FieldErrors::default();
    match failure {
        Failure::Invalid(invalid) => {
            let (field, words) = ask::invalid(&invalid, teller);
            errors.add(field, words);
            Stop::Fields(StatusCode::UNPROCESSABLE_ENTITY, errors)
        }
        Failure::Stale(_) => Stop::Conflict(None),
        Failure::Refused(refusal) => match (ask::field_of(&refusal), refusal.kind()) {
            (Some(field), kind) => {
                errors.add(field, refusal.say(teller.language));
                let conflict = kind == RefusalKind::Conflict;
                let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
                Stop::Fields(status, errors)
            }
            (None, RefusalKind::Conflict) => Stop::Conflict(Some(refusal)),
            (None, _) => Stop::Trouble(Trouble::Failure(Failure::Refused(refusal))),
        },
        other => Stop::Trouble(Trouble::Failure(other)),
    }
}
