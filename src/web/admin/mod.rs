//! The administrator's pages. Each handler's signature names the right; what is changed is written down by the engine.

mod catalogue;
mod import;
mod overview;
mod people;
mod person;
mod settings;
mod sources;
mod start;
mod tokens;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::facts::{Choice, NavItem};
use super::page::Page;
use super::session::Admin;
use super::texts::Texts;
use super::trouble::Trouble;
use super::{frame, gate};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::admin::Hand;
use crate::engine::{Engine, Failure};
use crate::http::say_problem;

/// The one address that takes uploads.
pub(super) const UPLOAD_PATH: &str = "/admin/import";
/// Bytes of an upload: a register of some ten thousand rows. Larger files go through the terminal.
pub(super) const UPLOAD_LIMIT: usize = 4 * 1024 * 1024;

/// Adds the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/admin", web::get().to(overview::show))
        .route("/admin/start", web::get().to(start::show))
        .route("/admin/start", web::post().to(start::begin))
        .route("/admin/people", web::get().to(people::show))
        .route("/admin/people", web::post().to(people::create))
        .route("/admin/seats", web::post().to(people::add_seat))
        .route("/admin/people/{user}", web::get().to(person::show))
        .route("/admin/people/{user}/password", web::post().to(person::reset_password))
        .route("/admin/people/{user}/state", web::post().to(person::set_state))
        .route("/admin/seats/{seat}", web::post().to(person::change_seat))
        .route("/admin/seats/{seat}/end", web::post().to(person::end_seat))
        .route("/admin/queues", web::get().to(settings::queues))
        .route("/admin/queues/{queue}", web::post().to(settings::set_queue))
        .route("/admin/urgency", web::get().to(settings::classes))
        .route("/admin/urgency/{class}", web::post().to(settings::set_class))
        .route("/admin/calendar", web::get().to(settings::calendar))
        .route("/admin/calendar", web::post().to(settings::set_day))
        .route("/admin/catalogue", web::get().to(catalogue::show))
        .route("/admin/tokens", web::get().to(tokens::show))
        .route("/admin/tokens", web::post().to(tokens::create))
        .route("/admin/tokens/{token}/revocation", web::post().to(tokens::revoke))
        .route("/admin/sources", web::get().to(sources::show))
        .route("/admin/sources", web::post().to(sources::add))
        .route("/admin/sources/removal", web::post().to(sources::remove))
        .route("/admin/wechat", web::get().to(tokens::wechat))
        .route("/admin/wechat", web::post().to(tokens::set_wechat))
        .route("/admin/import/{sheet}.csv", web::get().to(import::template))
        .service(
            web::resource(UPLOAD_PATH)
                .app_data(web::PayloadConfig::new(UPLOAD_LIMIT))
                .route(web::get().to(import::show))
                .route(web::post().to(import::take)),
        );
}

/// Runs a verb in the administrator's hand.
async fn with<T: Send + 'static>(
    who: &Admin,
    request: &HttpRequest,
    verb: impl FnOnce(&Engine, &Hand) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Trouble> {
    let hand = Hand::of(who)?;
    gate::run(&gate::engine(request)?, move |engine| verb(engine, &hand)).await
}

/// The frame of a page, and the tabs over it.
fn framed(request: &HttpRequest, who: &Admin, title: fn(&Texts) -> &'static str) -> (Page, Vec<NavItem>) {
    let mut page = frame::page(request, &who.session, "");
    page.title = title(page.t).to_owned();
    let tabs = tabs(&page, request.path());
    (page, tabs)
}

fn tabs(page: &Page, path: &str) -> Vec<NavItem> {
    let t = &page.t.admin;
    let all = [
        (t.overview, "/admin"),
        (t.people, "/admin/people"),
        (t.queues, "/admin/queues"),
        (t.urgency, "/admin/urgency"),
        (t.calendar, "/admin/calendar"),
        (t.catalogue, "/admin/catalogue"),
        (t.import, "/admin/import"),
        (t.wechat, "/admin/wechat"),
        (t.switchboards, "/admin/sources"),
        (t.tokens, "/admin/tokens"),
    ];
    let here = |href: &str| path == href || (href != "/admin" && path.starts_with(&format!("{href}/")));
    all.into_iter().map(|(label, href)| NavItem::new(label, href).here(here(href))).collect()
}

/// What is wrong with a field, with the field's name before it, for pages of several small forms.
fn wrong(trouble: Trouble, page: &Page, label: impl Fn(&str) -> &'static str) -> Result<String, Trouble> {
    match trouble {
        Trouble::Failure(Failure::Invalid(invalid)) => {
            let said = say_problem(&invalid.problem, page.language());
            let between = if page.language() == Language::Zh { "：" } else { ": " };
            Ok(match label(invalid.field) {
                "" => said,
                label => format!("{label}{between}{said}"),
            })
        }
        other => Err(other),
    }
}

/// A secret that cannot be shown again.
#[derive(Debug, Template)]
#[template(path = "admin/secret.html")]
struct SecretPage {
    p: Page,
    tabs: Vec<NavItem>,
    lead: String,
    secret: String,
    back: String,
}

/// Shows a secret in answer to the post that made it: no address leads to it.
fn shown_once(request: &HttpRequest, who: &Admin, (lead, secret): (String, String), back: &str) -> HttpResponse {
    let (p, tabs) = framed(request, who, |t| t.admin.once_title);
    frame::show(request, StatusCode::OK, &SecretPage { p, tabs, lead, secret, back: back.to_owned() })
}

fn roles(language: Language, chosen: Option<Role>) -> Vec<Choice> {
    Role::ALL.iter().map(|role| Choice::new(role.code(), role.word(language), Some(*role) == chosen)).collect()
}

fn platforms(language: Language, chosen: Platform) -> Vec<Choice> {
    Platform::ALL.iter().map(|one| Choice::new(one.code(), one.word(language), *one == chosen)).collect()
}

fn queue_choices(t: &Texts, language: Language, chosen: Option<Queue>) -> Vec<Choice> {
    let none = Choice::new("", t.admin.no_queue, chosen.is_none());
    let all = Queue::ALL.iter().map(|one| Choice::new(one.code(), one.word(language), Some(*one) == chosen));
    std::iter::once(none).chain(all).collect()
}
