//! What every edge shares: running the engine off the async threads, what a failure becomes, the request id and its log
//! line, language, paging, and whose address a request comes from.

mod allowance;
mod body;
mod paging;
mod shown;
mod trace;
mod visitor;

use std::net::IpAddr;
use std::time::Duration;

use actix_web::web;
use tracing::Span;

use crate::engine::StoreError;

pub use allowance::{Allowance, HOLD, TooMany};
pub use body::{Unread, body};
pub use paging::{LIMIT_DEFAULT, LIMIT_MOST, cursor, cursor_text, limit};
pub use shown::{RETRY_AFTER_SECONDS, Shown, say_problem};
pub use trace::{RequestId, request_id, trace};
pub use visitor::{client, language};

/// What the edges must know of the installation.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// `scheme://host[:port]` as people type it, without a trailing slash, once it is known.
    pub public_url: Option<String>,
    /// Plain http: cookies are neither `__Host-` nor Secure. True on loopback without an https address, and where the
    /// owner allowed it.
    pub insecure: bool,
    /// Plain http was allowed on purpose off loopback: every page carries a banner.
    pub insecure_banner: bool,
    /// Made-up people: their sign-ins stand on the sign-in page.
    pub is_demo: bool,
    /// The demo's people for the sign-in page: login, name, role in words, password.
    pub demo_sign_ins: Vec<(String, String, String, String)>,
    /// Networks whose `X-Forwarded-For` counts: address and prefix length in bits.
    pub trusted_proxies: Vec<(IpAddr, u8)>,
    /// Who bears it may read `/metrics`; without one only this machine itself may.
    pub metrics_token: Option<String>,
    /// How much one sender may ask for.
    pub allowance: Allowance,
}

/// Why a channel turned something away; stands in the extensions of its answer, to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedFor {
    /// The channel.
    pub channel: &'static str,
    /// A stable code.
    pub reason: &'static str,
}

/// The longest a visitor waits for the engine. The store gives up a little earlier by itself; this bounds what it cannot,
/// such as a database machine that fell silent in the middle of a statement.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Runs engine calls where blocking is allowed, within [`PATIENCE`].
///
/// # Errors
/// What `f` says. A timeout is [`StoreError::Unavailable`]: the outcome is unknown then, and a repeat is safe through the
/// request's key. A panic is [`StoreError::Statement`]; its message went to the log already.
pub async fn blocking<T, E, F>(f: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    blocking_for(PATIENCE, f).await
}

/// The same within another time: for work that takes as long as what was sent is large.
///
/// # Errors
/// As [`blocking`].
pub async fn blocking_for<T, E, F>(patience: Duration, f: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let span = Span::current();
    let work = web::block(move || span.in_scope(f));
    match tokio::time::timeout(patience, work).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(StoreError::Statement("the work broke off".to_owned()).into()),
        Err(_) => Err(StoreError::Unavailable("no answer in time".to_owned()).into()),
    }
}
