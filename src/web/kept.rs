//! Words that were posted in vain. The page that says why a form was not taken shows them, and can send them once more:
//! pages are not kept by browsers, so nothing else has them.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap, ORIGIN};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, http::Method};

use super::gate::pairs;
use super::texts::Texts;
use super::trouble::Trouble;
use crate::domain::ids::{CallId, ResidentId, TicketId};

/// An unfinished body is given up after this long.
const BODY_WAIT: Duration = Duration::from_secs(10);

/// A form as it was posted.
#[derive(Debug, Clone)]
struct Posted {
    fields: Vec<(String, String)>,
    /// A page of ours sent it: the browser says so, or it carries the token.
    ours: bool,
}

/// A field with words in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptField {
    /// The field's name in the form.
    pub name: String,
    /// What people call it.
    pub label: &'static str,
    /// What was typed.
    pub value: String,
}

/// What the page shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it was posted.
    pub action: String,
    /// The page the form stands on.
    pub back: String,
    /// What was typed.
    pub words: Vec<KeptField>,
    /// Everything else that was sent. Empty unless it may be sent again.
    pub rest: Vec<(String, String)>,
    /// It may be sent again from here. A form that perhaps another site filled may only be read and copied.
    pub again: bool,
}

/// Reads a posted form, remembers it, and puts the body back for the handler.
pub(super) async fn read(request: &mut ServiceRequest) -> Result<Vec<(String, String)>, Trouble> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(Vec::new());
    }
    let whole = tokio::time::timeout(BODY_WAIT, request.extract::<Bytes>()).await.map_err(|_| Trouble::Unfinished)?;
    let body = whole.map_err(|error| match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        _ => Trouble::BadForm,
    })?;
    let fields = pairs(&body)?;
    request.set_payload(Payload::from(body));
    let ours = same_origin(request.headers());
    request.extensions_mut().insert(Posted { fields: fields.clone(), ours });
    Ok(fields)
}

/// Remembers the form of a request that is turned away before it was read.
pub(super) async fn remember(request: &mut ServiceRequest) {
    let read_already = request.extensions().get::<Posted>().is_some();
    if request.method() == Method::POST && !read_already && address(request.path()).is_some() {
        // Whatever is wrong with the body, the page tells the first trouble.
        let _ = read(request).await;
    }
}

/// The form carries its token: a page of ours sent it.
pub(super) fn proven(request: &ServiceRequest) {
    if let Some(posted) = request.extensions_mut().get_mut::<Posted>() {
        posted.ours = true;
    }
}

/// Whether the browser itself says that a page of this origin sent it; saying nothing is not enough here.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN.as_str()).and_then(|origin| origin.split_once("://"));
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => origin.is_some_and(|(_, host)| text(HOST.as_str()).is_some_and(|our| our.eq_ignore_ascii_case(host))),
    }
}

/// The page a form stands on, for the forms people write in. Others may hold passwords and are never shown.
fn address(path: &str) -> Option<String> {
    if path.starts_with("/agent/") {
        return Some("/agent".to_owned());
    }
    let (id, _) = path.strip_prefix("/tickets/")?.split_once('/')?;
    id.parse::<TicketId>().ok().map(|id| format!("/tickets/{id}"))
}

/// Where someone who posted to this path comes from.
pub(super) fn page_of(path: &str) -> String {
    address(path).unwrap_or_else(|| "/".to_owned())
}

/// What was typed in vain, if anything was; `csrf` is the present token where the old one does not fit any more.
pub(super) fn of(request: &HttpRequest, t: &'static Texts, csrf: Option<&str>) -> Option<Kept> {
    let mut back = address(request.path())?;
    let extensions = request.extensions();
    let Posted { fields, ours } = extensions.get::<Posted>()?;
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if let Some(call) = value("call").and_then(|id| id.parse::<CallId>().ok()) {
        back = format!("{back}?call={call}");
    } else if let Some(who) = value("resident").and_then(|id| id.parse::<ResidentId>().ok()) {
        back = format!("{back}?who={who}");
    }
    let mut words = Vec::new();
    let mut rest = Vec::new();
    for (name, value) in fields {
        match label(name, t).filter(|_| !value.trim().is_empty()) {
            Some(label) => words.push(KeptField { name: name.clone(), label, value: value.clone() }),
            None if name == "_csrf" => rest.push((name.clone(), csrf.unwrap_or(value).to_owned())),
            None => rest.push((name.clone(), value.clone())),
        }
    }
    if !ours {
        rest.clear();
    }
    let again = *ours;
    let action = request.path().to_owned();
    (!words.is_empty()).then_some(Kept { action, back, words, rest, again })
}

/// The fields people write words into, by their names in the forms.
fn label(name: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match name {
        "words" => t.agent.words,
        "place" => t.agent.place,
        "name" | "new_name" => t.agent.caller_name,
        "phone" | "new_phone" => t.agent.caller_phone,
        "home" => t.agent.register_home,
        "note" => t.verbs.finish_text,
        "reason" => t.verbs.reason,
        "tried" => t.verbs.offer_tried,
        "asked" => t.verbs.offer_ask,
        "report" => t.verbs.conclude_text,
        _ => return None,
    })
}
