//! The JSON API under `/api/v1`.

/// Adds the API's routes.
pub fn routes(_: &mut actix_web::web::ServiceConfig) {}
