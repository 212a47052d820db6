//! The console's cookies: their names, how they are read and how they are set.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::http::Edge;

/// The session's name without its prefix.
const SESSION: &str = "jiban";
/// Before a session: what the sign-in form's token is made from.
const VISIT: &str = "jiban_visit";
/// By which a browser is known for the accounts that signed in from it.
const DEVICE: &str = "jiban_device";
/// Language, theme, type size and keys: no secrets, and wanted before sign-in.
pub const LANGUAGE: &str = "jiban_language";
/// Light, dark or nothing.
pub const THEME: &str = "jiban_theme";
/// `large` or nothing.
pub const SIZE: &str = "jiban_size";
/// `off` or nothing.
pub const KEYS: &str = "jiban_keys";
/// `off` or nothing: the alarm's sound.
pub const SOUND: &str = "jiban_sound";
/// What the last act did, by code; shown once.
pub const FLASH: &str = "jiban_flash";

const YEAR: Duration = Duration::days(365);
/// As long as a session can live at all.
const WEEK: Duration = Duration::days(7);

/// `__Host-` cookies need Secure, which browsers send to https (and to loopback) only.
fn name(edge: &Edge, plain: &'static str) -> String {
    match (edge.insecure, plain) {
        (true, SESSION) => "jiban_insecure".to_owned(),
        (true, plain) => plain.to_owned(),
        (false, plain) => format!("__Host-{plain}"),
    }
}

fn make(edge: &Edge, plain: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name(edge, plain), value)
        .path("/")
        .secure(!edge.insecure)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

fn gone(edge: &Edge, plain: &'static str) -> Cookie<'static> {
    let mut cookie = make(edge, plain, String::new());
    cookie.make_removal();
    // The prefix's rules hold for the removal too, and some browsers want the date beside Max-Age.
    cookie.set_secure(!edge.insecure);
    cookie
}

fn read(request: &HttpRequest, edge: &Edge, plain: &'static str) -> Option<String> {
    request.cookie(&name(edge, plain)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// The session's token.
pub fn session(request: &HttpRequest, edge: &Edge) -> Option<String> {
    read(request, edge, SESSION)
}

/// Keeps a session: until the browser closes, or for a week on a machine that is the person's own.
pub fn keep_session(edge: &Edge, token: String, remember: bool) -> Cookie<'static> {
    let mut cookie = make(edge, SESSION, token);
    if remember {
        cookie.set_max_age(WEEK);
    }
    cookie
}

/// Takes the session's cookie away.
pub fn drop_session(edge: &Edge) -> Cookie<'static> {
    gone(edge, SESSION)
}

/// The token of a visit without a session.
pub fn visit(request: &HttpRequest, edge: &Edge) -> Option<String> {
    read(request, edge, VISIT)
}

/// Begins a visit.
pub fn keep_visit(edge: &Edge, token: String) -> Cookie<'static> {
    make(edge, VISIT, token)
}

/// What this browser is known by.
pub fn device(request: &HttpRequest, edge: &Edge) -> Option<String> {
    read(request, edge, DEVICE)
}

/// Keeps that for a year, and a year more at each sign-in.
pub fn keep_device(edge: &Edge, value: String) -> Cookie<'static> {
    let mut cookie = make(edge, DEVICE, value);
    cookie.set_max_age(YEAR);
    cookie
}

/// A wish about how pages look.
pub fn wish(request: &HttpRequest, edge: &Edge, plain: &'static str) -> Option<String> {
    read(request, edge, plain)
}

/// Keeps such a wish for a year; an empty one is taken away.
pub fn keep_wish(edge: &Edge, plain: &'static str, value: &str) -> Cookie<'static> {
    if value.is_empty() {
        return gone(edge, plain);
    }
    let mut cookie = make(edge, plain, value.to_owned());
    cookie.set_max_age(YEAR);
    cookie
}

/// Tells the next page what was done.
pub fn keep_flash(edge: &Edge, value: String) -> Cookie<'static> {
    let mut cookie = make(edge, FLASH, value);
    cookie.set_max_age(Duration::minutes(1));
    cookie
}

/// It was told.
pub fn drop_flash(edge: &Edge) -> Cookie<'static> {
    gone(edge, FLASH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_bound_to_this_host_and_hidden_from_scripts() {
        let strict = Edge::default();
        let kept = keep_session(&strict, "t".into(), false).to_string();
        assert_eq!(kept, "__Host-jiban=t; HttpOnly; SameSite=Lax; Secure; Path=/");
        assert!(keep_session(&strict, "t".into(), true).to_string().contains("Max-Age=604800"));
        let gone = drop_session(&strict).to_string();
        assert!(gone.starts_with("__Host-jiban=; ") && gone.contains("Secure") && gone.contains("Max-Age=0"), "{gone}");
        let open = Edge { insecure: true, ..Edge::default() };
        assert_eq!(
            keep_session(&open, "t".into(), false).to_string(),
            "jiban_insecure=t; HttpOnly; SameSite=Lax; Path=/"
        );
    }
}
