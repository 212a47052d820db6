//! Taking an event in: size, headers, signature, then the JSON, then the engine; answered when it is on the disk.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, guard, web};
use serde::Deserialize;

use super::verify::{Refused, Stamp};
use crate::channels::count_refused;
use crate::domain::call;
use crate::engine::hotline::{Source, receive, sources_of};
use crate::engine::{Engine, Failure, StoreError, is_away};
use crate::http::{RETRY_AFTER_SECONDS, RefusedFor, Unread, blocking, body};

/// Bytes an event may have.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The door's address.
pub fn routes(config: &mut web::ServiceConfig) {
    let url = web::resource("/channels/hotline/{community}/events").guard(guard::Post());
    config.service(url.wrap(from_fn(count_refused)).to(event));
}

/// A community with several switchboards may name the one that speaks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    source: Option<String>,
}

/// Why an event was not taken.
enum Stop {
    Refused(Refused),
    Unfinished(StatusCode),
    Failed(Failure),
}

impl From<Unread> for Stop {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::Refused(Refused::TooLarge),
            Unread::Unfinished(status) => Self::Unfinished(status),
        }
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<call::Wrong> for Stop {
    fn from(wrong: call::Wrong) -> Self {
        Self::Refused(wrong.into())
    }
}

impl Stop {
    /// The status, and a reason only for those who proved to be a source.
    fn respond(self) -> HttpResponse {
        match self {
            Self::Refused(refused) => {
                tracing::info!(target: "jiban::hotline", code = refused.code(), "event refused");
                let mut answer =
                    HttpResponse::build(StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST));
                let mut answer = match refused {
                    Refused::Event(wrong) => {
                        answer.content_type("text/plain; charset=utf-8").body(format!("{wrong}\n"))
                    }
                    _ => answer.finish(),
                };
                answer.extensions_mut().insert(RefusedFor { channel: "hotline", reason: refused.code() });
                answer
            }
            Self::Unfinished(status) => HttpResponse::build(status).force_close().finish(),
            Self::Failed(Failure::Store(error)) if is_away(&error) => {
                tracing::warn!(target: "jiban::hotline", why = %error, "event put off");
                HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS)).finish()
            }
            Self::Failed(failure) => {
                tracing::error!(target: "jiban::hotline", why = %failure, "event failed");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

async fn event(
    engine: web::Data<Engine>,
    slug: web::Path<String>,
    asked: web::Query<Asked>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let stamp = match Stamp::read(request.headers(), engine.now()) {
        Ok(stamp) => stamp,
        Err(refused) => return Stop::from(refused).respond(),
    };
    let body = match body(&request, payload, MAX_BODY_BYTES).await.map_err(Stop::from) {
        Ok(body) => body,
        Err(stop) => return stop.respond(),
    };
    let (slug, source) = (slug.into_inner(), asked.into_inner().source);
    match blocking(move || take(&engine, (&slug, source.as_deref()), &stamp, &body)).await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(stop) => stop.respond(),
    }
}

/// Bytes are verified before they are read.
fn take(engine: &Engine, (slug, named): (&str, Option<&str>), stamp: &Stamp, body: &[u8]) -> Result<(), Stop> {
    let sources = sources_of(engine, slug)?;
    let asked = |source: &&Source| named.is_none_or(|name| source.name == name);
    let source = sources.iter().filter(asked).find(|source| stamp.signed_with(&source.secret, body));
    let source = source.ok_or(Refused::BadSignature)?;
    let said = call::read(body)?;
    receive(engine, source, &stamp.id, &said)?;
    Ok(())
}
