//! The telephone's door: `POST /channels/hotline/{community}/events`, call events signed as Standard Webhooks are
//! (<https://www.standardwebhooks.com>).
//!
//! `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with the source's secret. The bytes are
//! verified before they are read; whoever cannot prove to be a source learns nothing but the status.

mod door;
mod verify;

pub use door::routes;
