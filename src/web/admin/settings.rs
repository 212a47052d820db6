//! Departments, time limits, calendar.

use actix_web::http::StatusCode;
use actix_web::web::{Form, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{framed, with, wrong};
use crate::domain::calendar::DayKind;
use crate::domain::words::{Queue, Urgency};
use crate::engine::Failure;
use crate::engine::admin::{self, ClassLimits, ClassView, QueueView};
use crate::web::facts::{Choice, NavItem};
use crate::web::frame;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::trouble::Trouble;

fn status(error: &str) -> StatusCode {
    if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

#[derive(Debug, Template)]
#[template(path = "admin/queues.html")]
struct QueuesPage {
    p: Page,
    tabs: Vec<NavItem>,
    queues: Vec<QueueView>,
    error: String,
}

async fn queues_page(who: &Admin, request: &HttpRequest, error: String) -> Result<HttpResponse, Trouble> {
    let queues = with(who, request, admin::queues).await?;
    let (p, tabs) = framed(request, who, |t| t.admin.queues);
    Ok(frame::show(request, status(&error), &QueuesPage { p, tabs, queues, error }))
}

/// The departments.
pub(super) async fn queues(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    queues_page(&who, &request, String::new()).await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct QueueForm {
    name_zh: String,
    name_en: String,
    accepts_directly: String,
}

/// Changes one.
pub(super) async fn set_queue(
    who: Admin,
    request: HttpRequest,
    queue: Path<String>,
    form: Form<QueueForm>,
) -> Result<HttpResponse, Trouble> {
    let queue: Queue = queue.parse().map_err(|_| Trouble::NotFound)?;
    let form = form.into_inner();
    let done = with(&who, &request, move |engine, hand| {
        admin::set_queue(engine, hand, queue, (&form.name_zh, &form.name_en), form.accepts_directly == "1")
    });
    match done.await {
        Ok(()) => Ok(frame::done(&request, "/admin/queues", "saved", &[])),
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.queues);
            let t = &p.t.admin;
            let error = wrong(trouble, &p, |field| if field == "name_zh" { t.name_zh } else { t.name_en })?;
            queues_page(&who, &request, error).await
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "admin/urgency.html")]
struct ClassesPage {
    p: Page,
    tabs: Vec<NavItem>,
    classes: Vec<ClassView>,
    error: String,
}

async fn classes_page(
    who: &Admin,
    request: &HttpRequest,
    sent: Option<ClassView>,
    error: String,
) -> Result<HttpResponse, Trouble> {
    let mut classes = with(who, request, admin::classes).await?;
    // What was sent stays in the form it was sent from.
    for class in &mut classes {
        if let Some(sent) = sent.as_ref().filter(|sent| sent.code == class.code) {
            class.limits = sent.limits.clone();
        }
    }
    let (p, tabs) = framed(request, who, |t| t.admin.urgency);
    Ok(frame::show(request, status(&error), &ClassesPage { p, tabs, classes, error }))
}

/// The urgency classes.
pub(super) async fn classes(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    classes_page(&who, &request, None, String::new()).await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ClassForm {
    contact: String,
    on_site: String,
    finish: String,
    warn: String,
}

/// Changes one's limits.
pub(super) async fn set_class(
    who: Admin,
    request: HttpRequest,
    class: Path<String>,
    form: Form<ClassForm>,
) -> Result<HttpResponse, Trouble> {
    let code: Urgency = class.parse().map_err(|_| Trouble::NotFound)?;
    let ClassForm { contact, on_site, finish, warn } = form.into_inner();
    let limits = ClassLimits { contact, on_site, finish, warn_before_minutes: warn };
    let sent = ClassView { code, limits: limits.clone() };
    match with(&who, &request, move |engine, hand| admin::set_class(engine, hand, code, &limits)).await {
        Ok(()) => Ok(frame::done(&request, "/admin/urgency", "saved", &[])),
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.urgency);
            let t = &p.t.admin;
            let error = wrong(trouble, &p, |field| match field {
                "contact" => t.contact,
                "on_site" => t.on_site,
                "finish" => t.finish,
                _ => t.warn,
            })?;
            classes_page(&who, &request, Some(sent), error).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Year {
    year: Option<i32>,
}

/// A day that differs from the plain week.
#[derive(Debug)]
struct Line {
    day: NaiveDate,
    kind: &'static str,
    note: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/calendar.html")]
struct CalendarPage {
    p: Page,
    tabs: Vec<NavItem>,
    year: i32,
    known: bool,
    days: Vec<Line>,
    kinds: Vec<Choice>,
    form: DayForm,
    error: String,
}

async fn calendar_page(
    who: &Admin,
    request: &HttpRequest,
    year: Option<i32>,
    (form, error): (DayForm, String),
) -> Result<HttpResponse, Trouble> {
    let zone = who.session.community.as_ref().map(|community| community.zone);
    let (year, (days, known)) = with(who, request, move |engine, hand| {
        let now = engine.now();
        let year = year.unwrap_or_else(|| zone.map_or(now.year(), |zone| now.with_timezone(&zone).year()));
        let year = year.clamp(2000, 2199);
        Ok((year, admin::days(engine, hand, year)?))
    })
    .await?;
    let (p, tabs) = framed(request, who, |t| t.admin.calendar);
    let t = &p.t.admin;
    let word = |kind| if kind == DayKind::Holiday { t.holiday } else { t.workday };
    let days = days.into_iter().map(|day| Line { day: day.day, kind: word(day.kind), note: day.note }).collect();
    let kinds = [DayKind::Holiday, DayKind::Workday];
    let kinds = kinds.map(|kind| {
        Choice::new(
            kind.code(),
            word(kind),
            kind.code() == form.kind || (form.kind.is_empty() && kind == DayKind::Holiday),
        )
    });
    let page = CalendarPage { tabs, year, known, days, kinds: kinds.into(), form, p, error };
    Ok(frame::show(request, status(&page.error), &page))
}

/// The year's days.
pub(super) async fn calendar(who: Admin, request: HttpRequest, wish: Query<Year>) -> Result<HttpResponse, Trouble> {
    calendar_page(&who, &request, wish.year, (DayForm::default(), String::new())).await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayForm {
    day: String,
    kind: String,
    note: String,
}

/// Sets a day, or makes it a plain one again.
pub(super) async fn set_day(who: Admin, request: HttpRequest, form: Form<DayForm>) -> Result<HttpResponse, Trouble> {
    let given = form.clone();
    let parsed: Option<NaiveDate> = given.day.trim().parse().ok();
    let done = with(&who, &request, move |engine, hand| {
        let day = parsed.ok_or_else(|| {
            Failure::from(crate::engine::Invalid::new("day", crate::engine::Problem::Form("2026-10-01")))
        })?;
        match DayKind::from_code(&given.kind) {
            Some(kind) => admin::set_day(engine, hand, day, kind, &given.note),
            None => admin::clear_day(engine, hand, day),
        }
    });
    let year = parsed.map(|day| day.year());
    match done.await {
        Ok(()) => {
            Ok(frame::done(&request, &format!("/admin/calendar?year={}", year.unwrap_or_default()), "saved", &[]))
        }
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.calendar);
            let t = &p.t.admin;
            let error = wrong(trouble, &p, |field| if field == "note" { t.day_note } else { t.day })?;
            calendar_page(&who, &request, year, (form.into_inner(), error)).await
        }
    }
}
