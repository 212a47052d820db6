//! The doors in: each verifies what arrives, parses it, calls one verb of the engine, and answers in its sender's form.

pub mod wechat;

/// Adds the doors' routes.
pub fn routes(_: &mut actix_web::web::ServiceConfig) {}
