//! The request id and one log line a request. A path is logged as its route's template only: `/t/{token}` never shows the
//! token, and no query is logged at all.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use tracing::Instrument;
use uuid::Uuid;

use crate::engine::Engine;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request being answered: stands in its log lines and in the `x-request-id` header of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of this request; nil where [`trace`] is not in the way.
pub fn request_id(request: &HttpRequest) -> RequestId {
    request.extensions().get::<RequestId>().copied().unwrap_or(RequestId(Uuid::nil()))
}

/// The middleware, outermost. An id sent by the client is not taken over: it could carry anything into the log.
///
/// # Errors
/// What the handler says.
pub async fn trace<B: MessageBody + 'static>(
    engine: web::Data<Engine>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let began = Instant::now();
    let id = RequestId(engine.chance().id(engine.now()));
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", id = %id, method = %request.method());
    let answer = async {
        let answer = next.call(request).await;
        let ms = began.elapsed().as_millis();
        match &answer {
            Ok(answer) => {
                let route = answer.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
                tracing::info!(route, status = answer.status().as_u16(), ms, "answered");
            }
            Err(error) => tracing::info!(status = error.as_response_error().status_code().as_u16(), ms, "refused"),
        }
        answer
    }
    .instrument(span)
    .await;
    answer.map(|mut answer| {
        // A UUID's digits and dashes are always a header's value.
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            answer.headers_mut().insert(HEADER, value);
        }
        answer
    })
}
