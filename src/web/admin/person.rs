//! One account: its seats, its password, whether it may sign in.

use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::people::{seat_words, state};
use super::{framed, shown_once, with, wrong};
use crate::domain::ids::{MembershipId, UserId};
use crate::engine::Failure;
use crate::engine::admin::{self, PersonView, SeatChange, Whose};
use crate::web::facts::{Choice, NavItem};
use crate::web::frame;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;

/// One seat with its form.
#[derive(Debug)]
struct Seat {
    id: MembershipId,
    words: String,
    extension: String,
    head: bool,
    /// The role works in a department, so it may head it.
    may_head: bool,
    on_duty: bool,
    deputies: Vec<Choice>,
}

#[derive(Debug, Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    p: Page,
    tabs: Vec<NavItem>,
    user: UserId,
    login: String,
    state: &'static str,
    disabled: bool,
    elsewhere: bool,
    seats: Vec<Seat>,
    error: String,
}

async fn page(who: &Admin, request: &HttpRequest, user: UserId, error: String) -> Result<HttpResponse, Trouble> {
    let all = with(who, request, admin::people).await?;
    let person = all.iter().find(|person| person.user == user).cloned().ok_or(Failure::NotFound("account"))?;
    let (mut p, tabs) = framed(request, who, |t| t.admin.people);
    p.title.clone_from(&person.name);
    p.here = format!("/admin/people/{user}");
    let seats = seats(&p, &person, &all);
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PersonPage {
        tabs,
        user,
        state: state(p.t, &person),
        login: person.login,
        disabled: person.disabled,
        elsewhere: person.elsewhere,
        seats,
        error,
        p,
    };
    Ok(frame::show(request, status, &page))
}

fn seats(p: &Page, person: &PersonView, all: &[PersonView]) -> Vec<Seat> {
    let of = |seat: &admin::SeatView| {
        let others = all.iter().filter(|other| other.user != person.user);
        let others = others.flat_map(|other| other.seats.iter().map(move |one| (other, one)));
        let choices = others.filter(|(_, one)| one.role == seat.role).map(|(other, one)| {
            let label = format!("{} · {}", other.name, seat_words(p, one));
            Choice::new(one.id.to_string(), label, seat.deputy_for == Some(one.id))
        });
        let nobody = Choice::new("", p.t.admin.nobody, seat.deputy_for.is_none());
        Seat {
            id: seat.id,
            words: seat_words(p, seat),
            extension: seat.extension.clone().unwrap_or_default(),
            head: seat.head,
            may_head: seat.queue.is_some(),
            on_duty: seat.on_duty,
            deputies: std::iter::once(nobody).chain(choices).collect(),
        }
    };
    person.seats.iter().map(of).collect()
}

/// The page.
pub(super) async fn show(who: Admin, request: HttpRequest, user: Path<UserId>) -> Result<HttpResponse, Trouble> {
    page(&who, &request, *user, String::new()).await
}

/// Sets a one-time password and shows it once.
pub(super) async fn reset_password(
    who: Admin,
    request: HttpRequest,
    user: Path<UserId>,
) -> Result<HttpResponse, Trouble> {
    let user = *user;
    let made = with(&who, &request, move |engine, hand| {
        let password = admin::reset_password(engine, Whose::Of(hand, user), None)?;
        Ok((password.unwrap_or_default(), admin::person(engine, hand, user)?.login))
    });
    match made.await {
        Ok((password, login)) => {
            let lead = fill(crate::web::texts::texts(who.session.language).admin.once_password, &[&login]);
            Ok(shown_once(&request, &who, (lead, password), &format!("/admin/people/{user}")))
        }
        Err(trouble) => refused(&who, &request, user, trouble).await,
    }
}

async fn refused(who: &Admin, request: &HttpRequest, user: UserId, why: Trouble) -> Result<HttpResponse, Trouble> {
    let (p, _) = framed(request, who, |t| t.admin.people);
    let t = &p.t.admin;
    let error = wrong(why, &p, |field| match field {
        "extension" => t.extension,
        "head" => t.head,
        "deputy_for" => t.deputy_for,
        _ => "",
    })?;
    page(who, request, user, error).await
}

#[derive(Debug, Deserialize)]
pub(super) struct State {
    disabled: bool,
}

/// Switches the account off or on.
pub(super) async fn set_state(
    who: Admin,
    request: HttpRequest,
    user: Path<UserId>,
    form: Form<State>,
) -> Result<HttpResponse, Trouble> {
    let (user, off) = (*user, form.disabled);
    match with(&who, &request, move |engine, hand| admin::set_disabled(engine, Whose::Of(hand, user), off)).await {
        Ok(()) => {
            let code = if off { "disabled" } else { "enabled" };
            Ok(frame::done(&request, &format!("/admin/people/{user}"), code, &[]))
        }
        Err(trouble) => refused(&who, &request, user, trouble).await,
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    user: Option<UserId>,
    extension: String,
    head: String,
    deputy_for: String,
    on_duty: String,
}

/// Changes a seat.
pub(super) async fn change_seat(
    who: Admin,
    request: HttpRequest,
    seat: Path<MembershipId>,
    form: Form<Change>,
) -> Result<HttpResponse, Trouble> {
    let deputy_for = match form.deputy_for.as_str() {
        "" => None,
        given => Some(given.parse().map_err(|_| Trouble::BadForm)?),
    };
    let to = SeatChange {
        extension: form.extension.clone(),
        head: form.head == "1",
        deputy_for,
        on_duty: form.on_duty == "1",
    };
    let seat = *seat;
    match with(&who, &request, move |engine, hand| admin::change_seat(engine, hand, seat, &to)).await {
        Ok(user) => Ok(frame::done(&request, &format!("/admin/people/{user}"), "saved", &[])),
        Err(trouble) => match form.user {
            Some(user) => refused(&who, &request, user, trouble).await,
            None => Err(trouble),
        },
    }
}

/// Gives a seat up.
pub(super) async fn end_seat(
    who: Admin,
    request: HttpRequest,
    seat: Path<MembershipId>,
    form: Form<Change>,
) -> Result<HttpResponse, Trouble> {
    let seat = *seat;
    match with(&who, &request, move |engine, hand| admin::end_seat(engine, hand, seat)).await {
        // Without a seat somebody else's page may be gone, and one's own right with it.
        Ok(_) => Ok(frame::done(&request, "/admin/people", "seat-ended", &[])),
        Err(trouble) => match form.user {
            Some(user) => refused(&who, &request, user, trouble).await,
            None => Err(trouble),
        },
    }
}
