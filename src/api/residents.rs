//! Who lives here: for the two desks' programs, by number, last four digits, name or flat.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::item::{place_id, place_words};
use super::problem::{Problem, blocking};
use super::query;
use crate::domain::ids::{PlaceId, ResidentId};
use crate::domain::view::{PlaceLine, ResidentView};
use crate::domain::words::{Language, Role};
use crate::engine::{Engine, Failure, look};
use crate::http;

/// Somebody of the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resident {
    /// For `resident` when a ticket is opened.
    id: ResidentId,
    name: String,
    /// What whoever speaks to them should know.
    care_note: Option<String>,
    /// Numbers, masked: 138****0001.
    phones: Vec<String>,
    /// Where they live now.
    homes: Vec<Home>,
}

/// A present home.
#[derive(Debug, Serialize, ToSchema)]
struct Home {
    /// In words, in the language of the answer.
    place: Option<String>,
    place_id: Option<PlaceId>,
    /// `owner`, `tenant`, `family` or `other`.
    relation: String,
}

/// Those it fits, 20 at most.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Residents {
    items: Vec<Resident>,
}

impl Resident {
    fn of(view: ResidentView, language: Language) -> Self {
        let home = |(_, place, relation): (PlaceId, PlaceLine, String)| Home {
            place: place_words(&place, language),
            place_id: place_id(&place),
            relation,
        };
        let ResidentView { id, name, care_note, phones, homes } = view;
        Self { id, name, care_note, phones, homes: homes.into_iter().map(home).collect() }
    }
}

/// `GET /residents`.
pub async fn list(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let typed = query::residents(request.query_string())?;
    let language = http::language(&request);
    let found = blocking(language, move || {
        // Those who answer callers: narrower than the console, where a manager sits at the desk in person.
        if !(staff.has_role(Role::Agent) || staff.has_role(Role::CommitteeStaff)) {
            return Err(Failure::Forbidden);
        }
        look::caller(&engine, &staff, &typed)
    })
    .await?;
    let items = found.people.into_iter().map(|view| Resident::of(view, language)).collect();
    Ok(HttpResponse::Ok().json(Residents { items }))
}
