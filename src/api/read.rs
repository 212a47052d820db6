//! Bodies and headers of requests, with their limits.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use super::problem::Problem;
use super::texts::Said;
use crate::domain::actor::{Staff, Who};
use crate::engine::intake::Once;

/// A body at most.
const BODY_LIMIT_BYTES: usize = 64 * 1024;
/// An unfinished body is given up after this long.
const BODY_WAIT: Duration = Duration::from_secs(10);
/// An `Idempotency-Key` at most.
const KEY_LIMIT_BYTES: usize = 255;

/// A JSON object as sent.
#[derive(Debug)]
pub struct Body {
    /// Byte for byte, to tell a repeat from another request.
    pub bytes: Bytes,
    /// Its members.
    pub members: Map<String, Value>,
}

impl Body {
    /// Reads it.
    ///
    /// # Errors
    /// 415 for anything but JSON, 413 beyond the limit, 408 when it does not come, 400 for what is no JSON, with its position.
    pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Self, Problem> {
        is_json(request)?;
        let bytes =
            tokio::time::timeout(BODY_WAIT, all(request, payload)).await.unwrap_or_else(|_| Err(unfinished()))?;
        let members = match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err(bad_json("应为一个 JSON 对象。", "It must be one JSON object.")),
            Err(error) => return Err(syntax(&error)),
        };
        Ok(Self { bytes, members })
    }
}

fn is_json(request: &HttpRequest) -> Result<(), Problem> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase());
    let kind = header(&CONTENT_TYPE).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let json = parts.next() == Some("application/json");
    let utf8 = parts.all(|p| p.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8"));
    let plain = header(&CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    if json && utf8 && plain {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "只收 Content-Type: application/json（UTF-8，不压缩）。",
        "Only Content-Type: application/json is taken (UTF-8, not compressed).",
    ))
}

async fn all(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, Problem> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > BODY_LIMIT_BYTES as u64) {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let broken = |_| bad_json("请求体没有收全。", "The body did not arrive whole.");
        let chunk = chunk.map_err(broken)?;
        if bytes.len() + chunk.len() > BODY_LIMIT_BYTES {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn unfinished() -> Problem {
    let (zh, en) = ("请求体没有及时收全。", "The body did not arrive in time.");
    Problem::new(StatusCode::REQUEST_TIMEOUT, "unfinished", zh, en)
}

fn too_large() -> Problem {
    let kib = BODY_LIMIT_BYTES / 1024;
    let (zh, en) = (format!("请求体最多 {kib} KiB。"), format!("A body may have {kib} KiB at most."));
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", zh, en)
}

fn bad_json(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_json", zh, en)
}

fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    bad_json(format!("第 {line} 行第 {column} 列不是 JSON：{error}"), format!("Not JSON: {error}"))
        .with("line", line.into())
        .with("column", column.into())
}

/// The attempt's key, if the request names one.
///
/// # Errors
/// 422 for a key of another form, or several.
pub fn once(request: &HttpRequest, staff: &Staff, body: &[u8]) -> Result<Option<Once>, Problem> {
    let mut keys = request.headers().get_all("idempotency-key");
    let Some(key) = keys.next() else { return Ok(None) };
    let visible = |bytes: &[u8]| bytes.iter().all(|b| (0x21..=0x7e).contains(b));
    let bytes = key.as_bytes();
    if keys.next().is_some() || bytes.is_empty() || bytes.len() > KEY_LIMIT_BYTES || !visible(bytes) {
        let said = Said::new(
            format!("应为 1 到 {KEY_LIMIT_BYTES} 个可见的 ASCII 字符，只给一次。"),
            format!("it must be 1 to {KEY_LIMIT_BYTES} visible ASCII characters, given once."),
        );
        return Err(Problem::field("Idempotency-Key", "form", &said));
    }
    let who = match staff.who {
        Who::User(id) => format!("user {id}"),
        Who::Token(id) => format!("token {id}"),
    };
    let scope = format!("{who} {} {}", request.method(), request.path());
    Ok(Some(Once::new(&scope, &String::from_utf8_lossy(bytes), body)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn kind(kind: &str) -> Result<(), Problem> {
        is_json(&TestRequest::post().insert_header(("content-type", kind)).to_http_request())
    }

    #[test]
    fn only_json_is_taken() {
        for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(kind(good).is_ok(), "{good}");
        }
        for bad in ["", "text/json", "application/json; charset=gbk", "application/x-www-form-urlencoded", "json"] {
            assert_eq!(kind(bad).unwrap_err().to_string(), "415 unsupported_media_type", "{bad}");
        }
        assert!(is_json(&TestRequest::post().to_http_request()).is_err());
        let packed = TestRequest::post().insert_header(("content-type", "application/json"));
        assert!(is_json(&packed.insert_header(("content-encoding", "gzip")).to_http_request()).is_err());
    }
}
