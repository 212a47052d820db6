//! The first steps: the community, then one thing after the other, each to be skipped and come back to.

use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::domain::words::Role;
use crate::engine::Failure;
use crate::engine::admin::{self, Hand, Standing};
use crate::http::say_problem;
use crate::web::facts::FieldErrors;
use crate::web::page::Page;
use crate::web::session::SignedIn;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;
use crate::web::{frame, gate};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    after: String,
}

#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct NewCommunity {
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    zone: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/begin.html")]
struct BeginPage {
    p: Page,
    form: NewCommunity,
    errors: FieldErrors,
}

/// One step.
#[derive(Debug)]
struct Step {
    code: &'static str,
    name: &'static str,
    /// What is there.
    state: String,
    done: bool,
    /// Where it is done.
    href: &'static str,
    /// The one to do next.
    next: bool,
}

#[derive(Debug, Template)]
#[template(path = "admin/start.html")]
struct StartPage {
    p: Page,
    steps: Vec<Step>,
}

/// The steps, for the administrator; the form for the community, before there is one.
pub(super) async fn show(who: SignedIn, request: HttpRequest, wish: Query<Wish>) -> Result<HttpResponse, Trouble> {
    let engine = gate::engine(&request)?;
    let Some(staff) = who.staff.as_ref().filter(|staff| staff.has_role(Role::Admin)) else {
        let user = who.user;
        return match gate::run(&engine, move |engine| admin::may_begin(engine, user)).await? {
            true => {
                let form = NewCommunity { zone: "Asia/Shanghai".to_owned(), ..NewCommunity::default() };
                Ok(begin_page(&request, &who, form, FieldErrors::default()))
            }
            false => Err(Trouble::Forbidden),
        };
    };
    let hand = Hand::of(staff)?;
    let standing = gate::run(&engine, move |engine| admin::standing(engine, &hand)).await?;
    let mut p = frame::page(&request, &who, "");
    p.title = p.t.admin.start.to_owned();
    let steps = steps(&p, &standing, &wish.after);
    Ok(frame::show(&request, StatusCode::OK, &StartPage { steps, p }))
}

fn steps(p: &Page, standing: &Standing, after: &str) -> Vec<Step> {
    let t = &p.t.admin;
    let count = |text: &str, n: &dyn std::fmt::Display| fill(text, &[&n.to_string()]);
    let step = |code, name, state, done, href| Step { code, name, state, done, href, next: false };
    let place = p.place.clone();
    let (places, people) = (standing.places > 0, standing.seats > 0);
    let wechat = if standing.wechat { t.wechat_set } else { t.wechat_unset };
    let mut steps = vec![
        step("community", t.step_community, place, true, "/admin"),
        step("places", t.step_places, count(t.count_places, &standing.places), places, "/admin/import?sheet=places"),
        step("staff", t.step_staff, count(t.count_staff, &standing.seats), people, "/admin/people"),
        step(
            "residents",
            t.step_residents,
            count(t.count_residents, &standing.residents),
            standing.residents > 0,
            "/admin/import?sheet=residents",
        ),
        step("wechat", t.step_wechat, wechat.to_owned(), standing.wechat, "/admin/wechat"),
        step(
            "hotline",
            t.step_hotline,
            count(t.count_sources, &standing.sources),
            standing.sources > 0,
            "/admin/sources",
        ),
    ];
    // The first one not done, after the one just skipped.
    let from = steps.iter().position(|step| step.code == after).map_or(0, |at| at + 1);
    if let Some(next) = steps.iter_mut().skip(from).find(|step| !step.done) {
        next.next = true;
    }
    steps
}

fn begin_page(request: &HttpRequest, who: &SignedIn, form: NewCommunity, errors: FieldErrors) -> HttpResponse {
    let mut p = frame::page(request, who, "");
    p.title = p.t.admin.start.to_owned();
    "/admin/start".clone_into(&mut p.here);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    frame::show(request, status, &BeginPage { p, form, errors })
}

/// Makes the first community. Anyone signed in may ask; the engine says no once there is one.
pub(super) async fn begin(
    who: SignedIn,
    request: HttpRequest,
    form: Form<NewCommunity>,
) -> Result<HttpResponse, Trouble> {
    let (engine, user, new) = (gate::engine(&request)?, who.user, form.clone());
    let made =
        gate::run(&engine, move |engine| admin::begin(engine, user, (new.slug.trim(), &new.name, new.zone.trim())));
    match made.await {
        Ok(_) => Ok(frame::done(&request, "/admin/start", "community-made", &[])),
        Err(Trouble::Failure(Failure::Invalid(invalid))) => {
            let mut errors = FieldErrors::default();
            errors.add(invalid.field, say_problem(&invalid.problem, who.language));
            Ok(begin_page(&request, &who, form.into_inner(), errors))
        }
        Err(other) => Err(other),
    }
}
