//! A request's body as the channels' doors read it: bounded in size and time, and not a byte looked into.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt as _;

/// An unfinished body is given up after this long.
const WAIT: Duration = Duration::from_secs(10);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is larger than the door takes.
    TooLarge,
    /// It broke off, or did not come in time: the status that says which.
    Unfinished(StatusCode),
}

/// The whole body, at most `limit` bytes; its size is judged before any of it is read.
///
/// # Errors
/// [`Unread`].
pub async fn body(request: &HttpRequest, mut payload: web::Payload, limit: usize) -> Result<Vec<u8>, Unread> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(Unread::TooLarge);
    }
    let whole = async {
        let mut body = Vec::with_capacity(announced.unwrap_or(0));
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| Unread::Unfinished(StatusCode::BAD_REQUEST))?;
            if body.len() + part.len() > limit {
                return Err(Unread::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    };
    tokio::time::timeout(WAIT, whole).await.unwrap_or(Err(Unread::Unfinished(StatusCode::REQUEST_TIMEOUT)))
}
