//! JSON for programs under `/api/v1`: the same verbs as the console, with bearer tokens bound to one community.
//!
//! `docs/http-api.md` is the contract. Every resource stands in [`resources`]; nothing is registered elsewhere.

mod caller;
mod calls;
mod fields;
mod item;
mod me;
pub mod openapi;
mod page;
mod problem;
mod query;
mod queues;
mod read;
mod residents;
mod texts;
mod tickets;
mod verbs;

use actix_web::http::Method;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpResponse, Route, web};

use openapi::{About, about};
use problem::Problem;
use verbs::Noun;

/// A path below `/api/v1` with what may be done there.
#[derive(Debug, Clone)]
pub struct Resource {
    /// As registered, such as `/tickets/{id}/taking`.
    pub path: String,
    /// What it is, for the verbs' generic handler.
    noun: Option<Noun>,
    /// Its methods.
    pub endpoints: &'static [Endpoint],
}

/// One method of a resource.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `GET`, `HEAD` or `POST`.
    pub method: Method,
    route: fn() -> Route,
    /// How it is described; the verbs describe themselves by their noun.
    about: fn(Option<Noun>) -> About,
}

const LIST: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(tickets::list), about: about::list_tickets },
    Endpoint { method: Method::HEAD, route: || web::head().to(tickets::list), about: about::list_tickets },
    Endpoint { method: Method::POST, route: || web::post().to(tickets::create), about: about::open_ticket },
];
const TICKET: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(tickets::show), about: about::show_ticket },
    Endpoint { method: Method::HEAD, route: || web::head().to(tickets::show), about: about::show_ticket },
];
const BY_NUMBER: &[Endpoint] = &[
    Endpoint {
        method: Method::GET,
        route: || web::get().to(tickets::show_number),
        about: about::show_ticket_by_number,
    },
    Endpoint {
        method: Method::HEAD,
        route: || web::head().to(tickets::show_number),
        about: about::show_ticket_by_number,
    },
];
const VERB: &[Endpoint] =
    &[Endpoint { method: Method::POST, route: || web::post().to(tickets::act), about: about::verb }];
const QUEUES: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(queues::list), about: about::list_queues },
    Endpoint { method: Method::HEAD, route: || web::head().to(queues::list), about: about::list_queues },
];
const RESIDENTS: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(residents::list), about: about::list_residents },
    Endpoint { method: Method::HEAD, route: || web::head().to(residents::list), about: about::list_residents },
];
const CALLS: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(calls::list), about: about::list_calls },
    Endpoint { method: Method::HEAD, route: || web::head().to(calls::list), about: about::list_calls },
];
const CALL_BACKS: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(calls::call_backs), about: about::list_call_backs },
    Endpoint { method: Method::HEAD, route: || web::head().to(calls::call_backs), about: about::list_call_backs },
];
const SETTLEMENT: &[Endpoint] =
    &[Endpoint { method: Method::POST, route: || web::post().to(calls::settle), about: about::settle_call_back }];
const ME: &[Endpoint] = &[
    Endpoint { method: Method::GET, route: || web::get().to(me::show), about: about::me },
    Endpoint { method: Method::HEAD, route: || web::head().to(me::show), about: about::me },
];

/// Everything there is below `/api/v1`.
pub fn resources() -> Vec<Resource> {
    let plain = |path: &str, endpoints| Resource { path: path.to_owned(), noun: None, endpoints };
    let mut all = vec![
        plain("/me", ME),
        plain("/queues", QUEUES),
        plain("/residents", RESIDENTS),
        plain("/calls", CALLS),
        plain("/call-backs", CALL_BACKS),
        plain("/call-backs/{id}/settlement", SETTLEMENT),
        plain("/tickets", LIST),
        plain("/tickets/by-number/{number}", BY_NUMBER),
        plain("/tickets/{id}", TICKET),
    ];
    let verbs = Noun::ALL.iter().map(|noun| Resource {
        path: format!("/tickets/{{id}}/{}", noun.path()),
        noun: Some(*noun),
        endpoints: VERB,
    });
    all.extend(verbs);
    all
}

/// Registers `/api`. Needs `web::Data` of an [`crate::engine::Engine`] in the app, which also wakes the live hub after
/// each change.
pub fn routes(cfg: &mut web::ServiceConfig) {
    let mut v1 = web::scope("/v1");
    for resource in resources() {
        v1 = v1.service(registered(resource));
    }
    let api = web::scope("/api")
        .wrap(from_fn(problem::render))
        .wrap(DefaultHeaders::new().add((CACHE_CONTROL, "no-store")))
        .route("/openapi.json", web::get().to(openapi::serve))
        .service(v1.default_service(web::to(unknown)))
        .default_service(web::to(unknown));
    cfg.service(api);
}

fn registered(resource: Resource) -> actix_web::Resource {
    let mut registered = web::resource(resource.path);
    if let Some(noun) = resource.noun {
        registered = registered.app_data(noun);
    }
    let allow = resource.endpoints.iter().map(|e| e.method.as_str()).collect::<Vec<_>>().join(", ");
    for endpoint in resource.endpoints {
        registered = registered.route((endpoint.route)());
    }
    registered.default_service(web::to(move || {
        let problem = Problem::method_not_allowed(allow.clone());
        async move { Err::<HttpResponse, Problem>(problem) }
    }))
}

async fn unknown() -> Result<HttpResponse, Problem> {
    Err(Problem::unknown_path())
}
