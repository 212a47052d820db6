//! `GET /metrics`, for the owner's own machine or whoever has the token.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use subtle::ConstantTimeEq as _;

use super::Metrics;
use crate::engine::gauges::{gauges, metered};
use crate::engine::{Engine, Failure};
use crate::http::{self, Edge};
use crate::live::Hub;

/// As OpenMetrics asks for.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What a proxy adds; its own address being this machine's says nothing of who asks.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "x-real-ip", "forwarded", "via"];

/// The door's address.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(metrics));
}

async fn metrics(
    engine: web::Data<Engine>,
    metrics: web::Data<Metrics>,
    hub: web::Data<Hub>,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> HttpResponse {
    if !may_read(&edge, &request) {
        return HttpResponse::NotFound().finish();
    }
    let its_engine = engine.clone();
    let gauges = http::blocking(move || gauges(&its_engine)).await;
    let gauges = gauges.inspect_err(|cause: &Failure| tracing::warn!(%cause, "no figures of the database")).ok();
    metrics.listeners.set(i64::try_from(hub.listeners()).unwrap_or(i64::MAX));
    HttpResponse::Ok().content_type(TEXT).body(metrics.text(gauges.as_ref(), (&metered(&engine), &edge.allowance)))
}

/// Whoever has the token; where none is set, this very machine without a proxy between.
fn may_read(edge: &Edge, request: &HttpRequest) -> bool {
    match &edge.metrics_token {
        Some(token) => {
            let given =
                request.headers().get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
            given.is_some_and(|given| bool::from(given.ct_eq(token.as_bytes())))
        }
        None => {
            let here = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
            here && FORWARDED.iter().all(|name| !request.headers().contains_key(*name))
        }
    }
}
