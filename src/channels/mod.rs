//! The doors in: each verifies what arrives, parses it, calls one verb of the engine, and answers in its sender's form.

pub mod wechat;

/// Every door's routes. The application's data must hold the [`crate::engine::Engine`].
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    wechat::door::routes(cfg);
}
