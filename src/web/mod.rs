//! The console: what people at the two desks see and press.
//!
//! # How to add a page
//!
//! 1. A file per audience (`agent.rs`, `queue.rs`, …) holds the handlers and the template struct; its HTML stands in
//!    `templates/`. The struct has a field `p: Page` (the frame) and the page's own things:
//!
//!    ```ignore
//!    #[derive(askama::Template)]
//!    #[template(path = "queue.html")]
//!    struct QueuePage { p: Page, rows: Vec<TicketRow> }
//!    ```
//!
//! 2. The HTML begins with `{% extends "layout.html" %}`, imports the macros it needs
//!    (`{% import "macros/facts.html" as facts %}`) and fills the block `main`. A macro is called like a function:
//!    `{{ facts::status(row.status, p.language()) }}`. Pages never spell out an SVG, a `style=` or a script.
//!    `login.rs` with `login.html` is the example; `templates/specimen/` shows a whole list, ticket and agent page
//!    (`JIBAN_SPECIMEN_DIR=dir cargo test specimen` writes them as files, to be looked at in a browser).
//!    Two traps of askama's macros: arguments are bound one after the other, so none may be an expression over a variable
//!    named like an earlier parameter (`item.version` is fine, `of.version` as a later argument is not); and a `Copy` value
//!    may arrive as a reference, so macros say `.clone()` before passing it on to a function.
//! 3. Strings come from `p.t` (`texts/`), the closed sets' words from `domain::words`. A string with slots goes through
//!    [`texts::fill`].
//! 4. Every POST form carries `<input type="hidden" name="_csrf" value="{{ p.csrf }}">` (macro `form::hidden`) and, when
//!    it changes a ticket, `version`. Everything works without the script; the script listens to `data-` attributes only
//!    (the list stands at the head of `assets/app.js`).
//! 5. Scopes with people's data are wrapped in [`headers::private_headers`].

pub mod account;
pub mod admin;
pub mod agent;
pub mod api_docs;
pub mod assets;
pub mod conflict;
pub mod cookies;
pub mod facts;
pub mod frame;
pub mod gate;
pub mod headers;
pub mod icon;
pub mod kept;
pub mod list;
pub mod login;
pub mod manage;
mod multipart;
pub mod notices;
pub mod page;
pub mod paths;
pub mod problem;
pub mod queues;
pub mod rows;
pub mod session;
#[cfg(test)]
mod specimen;
mod stream;
pub mod texts;
pub mod tickets;
pub mod trouble;
pub mod turns;

use actix_web::http::header::LOCATION;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, web};

pub use frame::{any_page, done, fail, page, show};
pub use gate::run;
pub use trouble::Trouble;

/// The whole console. Registered last: its scope takes every address that is left, so that also what is not there is
/// answered by a page.
pub fn routes(config: &mut web::ServiceConfig) {
    assets::routes(config);
    let scope = web::scope("")
        .wrap(from_fn(gate::gate))
        .wrap(headers::private_headers())
        .route("/", web::get().to(home))
        .configure(login::routes)
        .configure(account::routes)
        .configure(stream::routes)
        .configure(admin::routes)
        .configure(agent::routes)
        .configure(queues::routes)
        .configure(list::routes)
        .configure(manage::routes)
        .configure(tickets::routes)
        .configure(notices::routes)
        .default_service(web::to(nowhere));
    config.service(scope);
}

/// Where someone begins; before there is any community, with making it.
async fn home(who: session::SignedIn, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let first = match who.staff {
        Some(_) => false,
        None => {
            let user = who.user;
            run(&gate::engine(&request)?, move |engine| crate::engine::admin::may_begin(engine, user)).await?
        }
    };
    let place = if first { "/admin/start".to_owned() } else { frame::home(who.staff.as_ref()) };
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, place)).finish())
}

async fn nowhere() -> Result<HttpResponse, Trouble> {
    Err(Trouble::NotFound)
}
