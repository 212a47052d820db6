//! Everybody with a seat here, and the forms to add people and seats.

use actix_web::http::StatusCode;
use actix_web::web::Form;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{framed, platforms, queue_choices, roles, shown_once, with};
use crate::domain::ids::{CommunityId, UserId};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::admin::{self, PersonView, SeatView};
use crate::engine::setup::{self, NewSeat, NewUser};
use crate::engine::{Engine, Failure, Invalid, Problem};
use crate::http::say_problem;
use crate::web::facts::{Choice, FieldErrors, NavItem};
use crate::web::frame;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::{Texts, fill};
use crate::web::trouble::Trouble;

/// A new account, or a new seat of a known one.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct SeatForm {
    login: String,
    name: String,
    role: String,
    platform: String,
    queue: String,
    building: String,
    company: String,
    extension: String,
    head: String,
}

impl SeatForm {
    fn role(&self) -> Option<Role> {
        self.role.parse().ok()
    }

    /// The seat, with everything it names looked up.
    fn seat(&self, engine: &Engine, community: CommunityId) -> Result<NewSeat, Failure> {
        let role = self.role().ok_or(Invalid::new("role", Problem::Empty))?;
        let free = matches!(role, Role::Manager | Role::Admin);
        let own = if role == Role::CommitteeStaff { Platform::Committee } else { Platform::Property };
        let chosen = self.platform.parse().unwrap_or(own);
        let queue = match self.queue.as_str() {
            "" => None,
            given => Some(given.parse::<Queue>().map_err(|_| Invalid::new("queue", Problem::Unknown))?),
        };
        let building = match self.building.trim() {
            "" => None,
            path => Some(setup::place_at(engine, community, path).map_err(|failure| match failure {
                Failure::NotFound(_) => Invalid::new("building", Problem::Unknown).into(),
                other => other,
            })?),
        };
        let company = self.company.trim();
        let contractor = match company {
            "" => None,
            name if role == Role::Contractor => Some(setup::add_contractor(engine, community, name)?),
            _ => return Err(Invalid::new("company", Problem::Form("none: this role has no such thing")).into()),
        };
        let extension = Some(self.extension.trim()).filter(|given| !given.is_empty()).map(str::to_owned);
        let platform = if free { chosen } else { own };
        let seat = NewSeat::new(UserId(uuid::Uuid::nil()), platform, role);
        Ok(NewSeat { queue, building, contractor, extension, is_head: self.head == "1", ..seat })
    }
}

/// One person in the list.
#[derive(Debug)]
struct Line {
    href: String,
    login: String,
    name: String,
    /// Each seat in words.
    seats: Vec<String>,
    on_duty: bool,
    state: &'static str,
    disabled: bool,
}

#[derive(Debug, Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    p: Page,
    tabs: Vec<NavItem>,
    people: Vec<Line>,
    form: SeatForm,
    errors: FieldErrors,
    /// The form that was sent is the one for a known account.
    known: bool,
    roles: Vec<Choice>,
    platforms: Vec<Choice>,
    queues: Vec<Choice>,
}

impl PeoplePage {
    /// What was entered in a field of the form that was sent.
    fn sent(&self, field: &str, known: bool) -> &str {
        let form = &self.form;
        match field {
            _ if known != self.known => "",
            "login" => &form.login,
            "name" => &form.name,
            "building" => &form.building,
            "company" => &form.company,
            "extension" => &form.extension,
            "head" => &form.head,
            _ => "",
        }
    }

    /// What is wrong with a field of the form that was sent.
    fn error(&self, field: &str, known: bool) -> &str {
        // Companies are called contractors where seats are made.
        let field = if field == "company" && self.errors.of(field).is_empty() { "contractor" } else { field };
        if known == self.known { self.errors.of(field) } else { "" }
    }
}

/// What state an account is in, in words.
pub(super) const fn state(t: &Texts, person: &PersonView) -> &'static str {
    match (person.disabled, person.must_change_password) {
        (true, _) => t.admin.disabled,
        (false, true) => t.admin.first_password,
        (false, false) => t.admin.active,
    }
}

/// A seat in words: role, department or building, extension.
pub(super) fn seat_words(p: &Page, seat: &SeatView) -> String {
    let language = p.language();
    let mut words = vec![seat.role.word(language).to_owned()];
    match (seat.role, seat.queue) {
        (Role::Manager, _) => words.push(seat.platform.word(language).to_owned()),
        (Role::Worker | Role::Contractor, Some(queue)) => words.push(queue.word(language).to_owned()),
        _ => {}
    }
    words.extend(seat.building.as_ref().map(|path| path.words(language)));
    words.extend(seat.company.clone());
    words.extend(seat.extension.as_ref().map(|given| format!("{} {given}", p.t.admin.extension)));
    if seat.head {
        words.push(p.t.admin.head.to_owned());
    }
    words.join(" · ")
}

async fn list(
    who: &Admin,
    request: &HttpRequest,
    (form, errors, known): (SeatForm, FieldErrors, bool),
) -> Result<HttpResponse, Trouble> {
    let people = with(who, request, admin::people).await?;
    let (p, tabs) = framed(request, who, |t| t.admin.people);
    let line = |person: PersonView| Line {
        href: format!("/admin/people/{}", person.user),
        seats: person.seats.iter().map(|seat| seat_words(&p, seat)).collect(),
        on_duty: person.seats.iter().any(|seat| seat.on_duty),
        state: state(p.t, &person),
        disabled: person.disabled,
        login: person.login,
        name: person.name,
    };
    let people = people.into_iter().map(line).collect();
    let language = p.language();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PeoplePage {
        tabs,
        people,
        roles: roles(language, Some(form.role().unwrap_or(Role::Agent))),
        platforms: platforms(language, form.platform.parse().unwrap_or(Platform::Property)),
        queues: queue_choices(p.t, language, form.queue.parse().ok()),
        form,
        errors,
        known,
        p,
    };
    Ok(frame::show(request, status, &page))
}

/// The page.
pub(super) async fn show(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    list(&who, &request, (SeatForm::default(), FieldErrors::default(), false)).await
}

fn errors(trouble: Trouble, language: Language) -> Result<FieldErrors, Trouble> {
    match trouble {
        Trouble::Failure(Failure::Invalid(invalid)) => {
            let mut errors = FieldErrors::default();
            let field = if invalid.field == "display_name" { "name" } else { invalid.field };
            errors.add(field, say_problem(&invalid.problem, language));
            Ok(errors)
        }
        other => Err(other),
    }
}

/// Makes an account with a seat, and shows its password once.
pub(super) async fn create(who: Admin, request: HttpRequest, form: Form<SeatForm>) -> Result<HttpResponse, Trouble> {
    let (given, language) = (form.clone(), who.session.language);
    let made = with(&who, &request, move |engine, hand| {
        let seat = given.seat(engine, hand.community)?;
        let new = NewUser {
            login: given.login.trim().to_lowercase(),
            display_name: given.name.clone(),
            password: None,
            language,
            must_change_password: true,
        };
        admin::create_person(engine, hand, &new, &seat)
    });
    match made.await {
        Ok((_, password)) => {
            let t = crate::web::texts::texts(language);
            let lead = fill(t.admin.once_password, &[form.login.trim()]);
            Ok(shown_once(&request, &who, (lead, password), "/admin/people"))
        }
        Err(trouble) => {
            let errors = errors(trouble, language)?;
            list(&who, &request, (form.into_inner(), errors, false)).await
        }
    }
}

/// Gives a known account one more seat.
pub(super) async fn add_seat(who: Admin, request: HttpRequest, form: Form<SeatForm>) -> Result<HttpResponse, Trouble> {
    let given = form.clone();
    let made = with(&who, &request, move |engine, hand| {
        let seat = given.seat(engine, hand.community)?;
        admin::add_seat(engine, hand, &given.login, &seat)
    });
    match made.await {
        Ok(user) => Ok(frame::done(&request, &format!("/admin/people/{user}"), "seat-added", &[])),
        Err(trouble) => {
            let errors = errors(trouble, who.session.language)?;
            list(&who, &request, (form.into_inner(), errors, true)).await
        }
    }
}
