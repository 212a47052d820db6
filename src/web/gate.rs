//! What stands before every page of the console: who asks, whether this site's own page sent it, and, on the way out, a
//! page for whatever went wrong. Nothing under it can be posted to without the session's token, whatever a handler forgets.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::{self, BytesMut, Data};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use futures_util::StreamExt;
use subtle::ConstantTimeEq;

use super::session::{Present, Ringing};
use super::trouble::Trouble;
use super::turns::Turns;
use super::{cookies, frame, kept, multipart};
use crate::domain::words::Role;
use crate::engine::sign_in::{self, Session, csrf_of};
use crate::engine::{Engine, Failure, alarm};
use crate::http::{self, Edge};

/// The header in which a fetch carries the token.
const TOKEN_HEADER: &str = "x-csrf-token";
/// What is open to someone whose first password must go.
const BEFORE_PASSWORD: &[&str] = &["/account", "/logout", "/language", "/login", "/assets"];
/// What is posted to before there is a session.
const BEFORE_SESSION: &[&str] = &["/login", "/language"];

/// The middleware: `.wrap(from_fn(gate))`.
///
/// # Errors
/// None of its own: each becomes a page.
pub async fn gate(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    match request.app_data::<Data<Turns>>().filter(|_| waits(&request)).cloned() {
        Some(turns) => turns.making(answer(request, next)).await,
        None => answer(request, next).await,
    }
}

async fn answer(mut request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(trouble) = admit(&mut request).await {
        // What another site made the browser send is nobody's words.
        if !matches!(trouble, Trouble::ForeignOrigin) {
            kept::remember(&mut request).await;
        }
        let answer = dress(request.request(), HttpResponse::from_error(trouble));
        return Ok(request.into_response(answer));
    }
    // No clone of the request may live here: routing below needs it alone. An error can only come from a middleware inside.
    let (request, answer) = next.call(request).await?.into_parts();
    let answer = dress(&request, answer);
    Ok(ServiceResponse::new(request, answer))
}

async fn admit(request: &mut ServiceRequest) -> Result<(), Trouble> {
    let edge = edge(request.request());
    let token = cookies::session(request.request(), &edge);
    let (safe, streams) = (is_safe(request), streams(request));
    let session = match token {
        Some(token) => look_up(request.request(), token, safe && !streams).await?,
        None => None,
    };
    match &session {
        Some(session) => edge.allowance.caller(session.id.0),
        None => edge.allowance.address(&edge, request.request()),
    }
    .map_err(Trouble::TooMany)?;
    request.extensions_mut().insert(Present(session.clone()));
    if (!safe || streams) && !same_site(request.headers(), &edge) {
        return Err(Trouble::ForeignOrigin);
    }
    if !safe {
        check_token(request, &edge, session.as_deref()).await?;
    }
    let held = session.as_ref().is_some_and(|session| session.must_change_password);
    if held && !under(request.path(), BEFORE_PASSWORD) {
        return Err(Trouble::ChangePassword);
    }
    Ok(())
}

/// Whether it waits for a page's turn: somebody signed in looks at something. What is posted goes first, a stream would keep its turn,
/// and who does not say who they are costs next to nothing.
fn waits(request: &ServiceRequest) -> bool {
    is_safe(request) && !streams(request) && cookies::session(request.request(), &edge(request.request())).is_some()
}

fn is_safe(request: &ServiceRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether the answer goes on for as long as the page is open: by the path that leads there, however it was written.
fn streams(request: &ServiceRequest) -> bool {
    request.match_info().as_str() == "/live"
}

/// The installation's edge; a default (strict) one where a test hands none in.
pub(super) fn edge(request: &HttpRequest) -> Data<Edge> {
    request.app_data::<Data<Edge>>().cloned().unwrap_or_else(|| Data::new(Edge::default()))
}

/// The session, and where a page will be drawn the alarms that ring for the person.
async fn look_up(request: &HttpRequest, token: String, draws: bool) -> Result<Option<Arc<Session>>, Trouble> {
    let engine = engine(request)?;
    let read = move |engine: &Engine| {
        let session = sign_in::session(engine, &token)?;
        let ringing = match session.as_ref().filter(|_| draws) {
            Some(session) => alarm::ringing(engine, session)?,
            None => Vec::new(),
        };
        Ok((session, ringing))
    };
    let (session, ringing) = run(&engine, read).await?;
    request.extensions_mut().insert(Ringing(ringing));
    Ok(session.map(Arc::new))
}

/// The engine of this application.
pub(super) fn engine(request: &HttpRequest) -> Result<Data<Engine>, Trouble> {
    request.app_data::<Data<Engine>>().cloned().ok_or(Trouble::Unwired("the engine"))
}

/// Runs a verb of the engine where it may block.
///
/// # Errors
/// What the verb refuses; a database that does not answer in time is away.
pub async fn run<T: Send + 'static>(
    engine: &Data<Engine>,
    verb: impl FnOnce(&Engine) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Trouble> {
    let engine = Data::clone(engine);
    Ok(http::blocking(move || verb(&engine)).await?)
}

fn under(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Whether a page of this site sent the request, as far as the browser tells. Over plain http it tells less, and our own
/// `no-referrer` makes it say `null` for a form of ours: then the token decides alone.
fn same_site(headers: &HeaderMap, edge: &Edge) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    match text(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            let ours = text(HOST.as_str()).is_some_and(|our| our.eq_ignore_ascii_case(host));
            ours || edge.public_url.as_deref().is_some_and(|url| url.eq_ignore_ascii_case(origin))
        }
    }
}

async fn check_token(request: &mut ServiceRequest, edge: &Edge, session: Option<&Session>) -> Result<(), Trouble> {
    let early = under(request.path(), BEFORE_SESSION);
    if session.is_none() && !early {
        return Err(Trouble::SignIn { next: None });
    }
    let given = match request.headers().get(TOKEN_HEADER) {
        Some(value) => {
            let value = value.to_str().map(str::to_owned).map_err(|_| Trouble::FormEnded)?;
            kept::read(request).await?;
            value
        }
        None => in_form(request, session).await?,
    };
    let fits = |right: &str| bool::from(right.as_bytes().ct_eq(given.as_bytes()));
    let of_session = session.is_some_and(|session| fits(&session.csrf));
    let of_visit = early && cookies::visit(request.request(), edge).is_some_and(|token| fits(&csrf_of(&token)));
    if !(of_session || of_visit) {
        return Err(Trouble::FormEnded);
    }
    kept::proven(request);
    Ok(())
}

/// Reads `_csrf` from the form.
async fn in_form(request: &mut ServiceRequest, session: Option<&Session>) -> Result<String, Trouble> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if kind.starts_with("multipart/form-data") {
        return in_upload(request, session, &kind).await;
    }
    let fields = kept::read(request).await?;
    fields.into_iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value).ok_or(Trouble::FormEnded)
}

/// Reads `_csrf` from an upload. Only an administrator's, to the page that takes uploads, is read at all: nobody else makes
/// the server hold so much.
async fn in_upload(request: &mut ServiceRequest, session: Option<&Session>, kind: &str) -> Result<String, Trouble> {
    let admin = session.is_some_and(|session| session.seats().iter().any(|seat| seat.role == Role::Admin));
    if !admin || request.path() != super::admin::UPLOAD_PATH {
        return Err(Trouble::FormEnded);
    }
    let mut payload = request.take_payload();
    let mut body = BytesMut::new();
    while let Some(some) = payload.next().await {
        let some = some.map_err(|_| Trouble::BadForm)?;
        if body.len() + some.len() > super::admin::UPLOAD_LIMIT {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&some);
    }
    let body = body.freeze();
    let parts = multipart::parts(kind, &body).ok_or(Trouble::BadForm)?;
    let token =
        parts.iter().find(|part| part.name == "_csrf").map(|part| String::from_utf8_lossy(part.body).into_owned());
    request.set_payload(Payload::from(body));
    token.ok_or(Trouble::FormEnded)
}

/// A form's fields in the order sent.
pub(super) fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, Trouble> {
    let text = std::str::from_utf8(body).map_err(|_| Trouble::BadForm)?;
    web::Query::from_query(text).map(web::Query::into_inner).map_err(|_| Trouble::BadForm)
}

/// Puts a page where there is only an error, and takes away the note that this page has shown.
fn dress(request: &HttpRequest, mut answer: HttpResponse) -> HttpResponse {
    if answer.status().is_client_error() || answer.status().is_server_error() {
        answer = frame::problem_page(request, answer);
    }
    let html = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let edge = edge(request);
    if html && request.headers().get("x-refresh").is_none() && cookies::wish(request, &edge, cookies::FLASH).is_some() {
        // A cookie too many is no reason to lose the page.
        let _ = answer.add_cookie(&cookies::drop_flash(&edge));
    }
    if !answer.headers().contains_key(CACHE_CONTROL) {
        answer.headers_mut().insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::time::Duration;

    use actix_web::middleware::from_fn;
    use actix_web::test::{self, TestRequest};
    use actix_web::{App, HttpResponse, web};
    use futures_util::{FutureExt, poll};

    use super::*;

    /// Every turn is taken: only a look by somebody with a session waits. The others go on to where the engine is missed.
    #[actix_web::test]
    async fn only_what_is_looked_at_waits_for_its_turn() {
        let turns = Data::new(Turns::waiting(1, Duration::from_secs(3600)));
        let scope = web::scope("").wrap(from_fn(gate)).default_service(web::to(HttpResponse::Ok));
        let app = test::init_service(App::new().app_data(Data::clone(&turns)).service(scope)).await;
        let session = cookies::keep_session(&Edge::default(), "token".to_owned(), false);
        let ask = |request: TestRequest| test::call_service(&app, request.to_request());
        let at_once = |request| ask(request).now_or_never().map(|answer| answer.status().as_u16());
        let taken = turns.next().await;
        assert_eq!(at_once(TestRequest::get().uri("/agent")), Some(200));
        assert_eq!(at_once(TestRequest::get().uri("/live").cookie(session.clone())), Some(500));
        assert_eq!(at_once(TestRequest::post().uri("/agent").cookie(session.clone())), Some(500));
        let mut look = pin!(ask(TestRequest::get().uri("/agent").cookie(session)));
        assert!(poll!(&mut look).is_pending());
        drop(taken);
        assert_eq!(look.await.status(), 500);
    }
}
