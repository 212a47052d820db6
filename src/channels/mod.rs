//! The doors in: each verifies what arrives, parses it, calls one verb of the engine, and answers in its sender's form.

pub mod hotline;
pub mod wechat;

/// Adds the doors' routes. The application's data must hold the [`crate::engine::Engine`].
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    wechat::door::routes(config);
    hotline::routes(config);
}
