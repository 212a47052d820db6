//! One's own account: password, duty, language, looks, other devices.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Form};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::facts::{Choice, FieldErrors};
use super::page::{Page, TextSize, Theme};
use super::session::{Member, SignedIn};
use super::texts::fill;
use super::trouble::Trouble;
use super::{cookies, frame, gate, paths};
use crate::domain::words::Language;
use crate::engine::setup;
use crate::engine::sign_in::{self, Session};
use crate::engine::{Failure, Problem};
use crate::http::say_problem;

/// Adds the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/account", web::get().to(show))
        .route("/account/password", web::post().to(change_password))
        .route("/account/duty", web::post().to(change_duty))
        .route("/account/email", web::post().to(change_email))
        .route("/account/look", web::post().to(change_look))
        .route("/account/sign-out-others", web::post().to(sign_out_others))
        .route("/language", web::post().to(change_language));
    for form in ["/account/password", "/account/duty", "/account/look", "/account/sign-out-others"] {
        config.route(form, web::get().to(reloaded));
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
struct AccountPage {
    p: Page,
    login: String,
    /// Each seat in words.
    seats: Vec<String>,
    must_change: bool,
    on_duty: bool,
    email: String,
    errors: FieldErrors,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
    sizes: Vec<Choice>,
    keys: Vec<Choice>,
    sounds: Vec<Choice>,
}

impl AccountPage {
    fn new(request: &HttpRequest, session: &Session, errors: FieldErrors) -> Self {
        let mut p = frame::page(request, session, "");
        let t = p.t;
        p.title = t.account.title.to_owned();
        "/account".clone_into(&mut p.here);
        if session.must_change_password {
            // Every other page leads back here.
            p.nav.clear();
            p.live = "";
        }
        let (theme, size) = (p.look.theme, p.look.size);
        let themes = [(Theme::System, t.account.theme_system), (Theme::Light, t.account.theme_light)]
            .into_iter()
            .chain([(Theme::Dark, t.account.theme_dark)])
            .map(|(one, label)| Choice::new(one.code(), label, one == theme));
        let sizes = [(TextSize::Normal, t.account.size_normal), (TextSize::Large, t.account.size_large)];
        let keys = [("", t.account.keys_on, !p.keys_off), ("off", t.account.keys_off, p.keys_off)];
        let sounds = [("", t.account.sound_on, !p.sound_off), ("off", t.account.sound_off, p.sound_off)];
        Self {
            email: session.email.clone().unwrap_or_default(),
            sounds: sounds.into_iter().map(|(value, label, on)| Choice::new(value, label, on)).collect(),
            login: session.login.clone(),
            seats: session.seats().iter().map(|seat| frame::seat_in_words(seat, session.language)).collect(),
            must_change: session.must_change_password,
            on_duty: session.on_duty,
            errors,
            // Each under its own name, so that who needs it can read it.
            languages: [(Language::Zh, "中文"), (Language::En, "English")]
                .into_iter()
                .map(|(one, label)| Choice::new(one.code(), label, one == session.language))
                .collect(),
            themes: themes.collect(),
            sizes: sizes.into_iter().map(|(one, label)| Choice::new(one.code(), label, one == size)).collect(),
            keys: keys.into_iter().map(|(value, label, on)| Choice::new(value, label, on)).collect(),
            p,
        }
    }
}

async fn show(who: SignedIn, request: HttpRequest) -> HttpResponse {
    frame::show(&request, StatusCode::OK, &AccountPage::new(&request, &who, FieldErrors::default()))
}

/// The address of a post, opened again: the page its form stands on.
async fn reloaded(_: SignedIn) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/account")).finish()
}

#[derive(Deserialize)]
struct NewPassword {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

async fn change_password(
    who: SignedIn,
    request: HttpRequest,
    form: Form<NewPassword>,
) -> Result<HttpResponse, Trouble> {
    let NewPassword { old, new, again } = form.into_inner();
    let t = super::texts::texts(who.language);
    let mut errors = FieldErrors::default();
    if new != again {
        errors.add("again", t.account.password_differs);
    } else {
        let engine = gate::engine(&request)?;
        let (session, typed) = (who.clone(), new.clone());
        match gate::run(&engine, move |engine| sign_in::change_password(engine, &session, &old, &typed)).await {
            Ok(()) => {
                // After the first password comes what the person is here for.
                let next = if who.must_change_password { "/" } else { "/account" };
                return Ok(frame::done(&request, next, "password", &[]));
            }
            Err(Trouble::Failure(Failure::Invalid(wrong))) => {
                errors.add(wrong.field, password_problem(&wrong.problem, &new, who.language));
            }
            Err(other) => return Err(other),
        }
    }
    let page = AccountPage::new(&request, &who, errors);
    Ok(frame::show(&request, StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn password_problem(problem: &Problem, new: &str, language: Language) -> String {
    let t = &super::texts::texts(language).account;
    match problem {
        Problem::Wrong => t.password_wrong.to_owned(),
        Problem::TooShort { least } => {
            fill(t.password_short, &[&least.saturating_sub(new.chars().count()).to_string(), &least.to_string()])
        }
        Problem::Taken => t.password_same.to_owned(),
        Problem::Guessable => t.password_guessable.to_owned(),
        other => say_problem(other, language),
    }
}

#[derive(Deserialize)]
struct Duty {
    on: bool,
}

async fn change_duty(who: Member, request: HttpRequest, form: Form<Duty>) -> Result<HttpResponse, Trouble> {
    let (engine, on) = (gate::engine(&request)?, form.on);
    gate::run(&engine, move |engine| sign_in::set_on_duty(engine, &who, on)).await?;
    Ok(frame::done(&request, "/account", if on { "duty-on" } else { "duty-off" }, &[]))
}

#[derive(Deserialize)]
struct Email {
    #[serde(default)]
    email: String,
}

async fn change_email(who: SignedIn, request: HttpRequest, form: Form<Email>) -> Result<HttpResponse, Trouble> {
    let engine = gate::engine(&request)?;
    let (user, typed) = (who.user, form.into_inner().email);
    let given = typed.clone();
    match gate::run(&engine, move |engine| setup::set_email(engine, user, Some(&given))).await {
        Ok(()) => Ok(frame::done(&request, "/account", "email", &[])),
        Err(Trouble::Failure(Failure::Invalid(_))) => {
            let mut errors = FieldErrors::default();
            errors.add("email", super::texts::texts(who.language).account.email_wrong);
            let page = AccountPage { email: typed, ..AccountPage::new(&request, &who, errors) };
            Ok(frame::show(&request, StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other),
    }
}

#[derive(Deserialize)]
struct Looks {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    size: String,
    #[serde(default)]
    keys: String,
    #[serde(default)]
    sound: String,
}

async fn change_look(_: SignedIn, request: HttpRequest, form: Form<Looks>) -> Result<HttpResponse, Trouble> {
    let edge = gate::edge(&request);
    let mut answer = frame::done(&request, "/account", "look", &[]);
    let wishes = [
        (cookies::THEME, Theme::from_cookie(Some(&form.theme)).code()),
        (cookies::SIZE, TextSize::from_cookie(Some(&form.size)).code()),
        (cookies::SOUND, if form.sound == "off" { "off" } else { "" }),
        (cookies::KEYS, if form.keys == "off" { "off" } else { "" }),
    ];
    for (name, value) in wishes {
        // The values are ours, so they always fit a header.
        let _ = answer.add_cookie(&cookies::keep_wish(&edge, name, value));
    }
    Ok(answer)
}

async fn sign_out_others(who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let engine = gate::engine(&request)?;
    gate::run(&engine, move |engine| sign_in::sign_out_elsewhere(engine, &who)).await?;
    Ok(frame::done(&request, "/account", "others-out", &[]))
}

#[derive(Deserialize)]
struct Speak {
    language: String,
    #[serde(default)]
    back: String,
}

/// Before sign-in a cookie keeps the language; after it the account does as well, for other machines.
async fn change_language(
    who: Option<SignedIn>,
    request: HttpRequest,
    form: Form<Speak>,
) -> Result<HttpResponse, Trouble> {
    let language: Language = form.language.parse().map_err(|_| Trouble::BadForm)?;
    let back = if form.back.starts_with("/login") { paths::sign_in(&form.back) } else { paths::own(&form.back).into() };
    let mut answer = match who {
        Some(who) => {
            let (engine, user) = (gate::engine(&request)?, who.user);
            gate::run(&engine, move |engine| sign_in::set_language(engine, user, language)).await?;
            frame::done(&request, &back, "language", &[])
        }
        None => HttpResponse::SeeOther().insert_header((LOCATION, back)).finish(),
    };
    let _ = answer.add_cookie(&cookies::keep_wish(&gate::edge(&request), cookies::LANGUAGE, language.code()));
    Ok(answer)
}
