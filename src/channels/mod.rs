//! The doors in: each verifies what arrives, parses it, calls one verb of the engine, and answers in its sender's form.

pub mod hotline;
pub mod wechat;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::http::Edge;

/// Adds the doors' routes. The application's data must hold the [`crate::engine::Engine`].
pub fn routes(config: &mut web::ServiceConfig) {
    wechat::door::routes(config);
    hotline::routes(config);
}

/// Round each door: whoever is turned away counts by their address, and beyond its allowance hears so. Only after the door has
/// judged, for what is rightly signed is taken whatever others at that address try.
///
/// # Errors
/// What the door says.
async fn count_refused<B: MessageBody>(
    edge: web::Data<Edge>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut answer = next.call(request).await?;
    if answer.status().is_client_error()
        && let Err(too_many) = edge.allowance.address(&edge, answer.request())
    {
        *answer.response_mut().status_mut() = StatusCode::TOO_MANY_REQUESTS;
        answer.headers_mut().insert(RETRY_AFTER, too_many.seconds.into());
    }
    Ok(answer)
}
