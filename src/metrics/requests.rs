//! Counting what is answered.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::Metrics;
use crate::http::RefusedFor;

/// The middleware. A path counts under its route's template, so that the number of labels stays small whatever is asked for.
///
/// # Errors
/// What the handler says.
pub async fn count<B: MessageBody + 'static>(
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let began = Instant::now();
    let method = request.method().as_str();
    // Anybody can make a method up.
    let method = if ["GET", "HEAD", "POST"].contains(&method) { method.to_owned() } else { "other".to_owned() };
    let answer = next.call(request).await;
    let (route, status) = match &answer {
        Ok(answer) => {
            let route = answer.request().match_pattern().unwrap_or_else(|| "none".to_owned());
            if let Some(refused) = answer.response().extensions().get::<RefusedFor>() {
                let labels = [("channel", refused.channel.to_owned()), ("reason", refused.reason.to_owned())];
                metrics.refusals.get_or_create(&labels).inc();
            }
            (route, answer.status())
        }
        Err(error) => ("none".to_owned(), error.as_response_error().status_code()),
    };
    metrics.seconds.get_or_create(&[("route", route.clone())]).observe(began.elapsed().as_secs_f64());
    let labels = [("route", route), ("method", method), ("status", status.as_str().to_owned())];
    metrics.requests.get_or_create(&labels).inc();
    answer
}
