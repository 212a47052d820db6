//! What an answer says when it is not a success: `application/problem+json`, in the reader's language.

use std::fmt;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value, json};

use super::texts::{Said, title};
use crate::domain::words::Language;
use crate::engine::{Failure, Invalid};
use crate::http::{self, Shown, TooMany};

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    /// Stable; what programs branch on.
    code: &'static str,
    detail: Box<Said>,
    /// The field, parameter or header that is wrong.
    field: Option<String>,
    /// Members of its own, such as the fresh version.
    more: Map<String, Value>,
    header: Option<Box<(HeaderName, String)>>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl Problem {
    /// A problem with a detail in both languages.
    pub fn new(status: StatusCode, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, code, detail: Box::new(Said::new(zh, en)), field: None, more: Map::new(), header: None }
    }

    fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.header = Some(Box::new((name, value.into())));
        self
    }

    fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds a member of its own.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// A field of the body is wrong (422).
    pub fn field(field: &str, code: &'static str, detail: &Said) -> Self {
        let say = |language, colon| format!("{field}{colon}{}", detail.word(language));
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, say(Language::Zh, "："), say(Language::En, ": ")).at(field)
    }

    /// No token, or none that is in use.
    pub fn unauthorized(given: bool) -> Self {
        let (zh, en, challenge) = match given {
            false => (
                "请在 Authorization 头里带上令牌：Bearer <令牌>。",
                "Send the token in the Authorization header: Bearer <token>.",
                "Bearer realm=\"jiban\"",
            ),
            true => (
                "令牌不对，或已停用、过期。",
                "The token is not right, or was revoked or has ended.",
                "Bearer realm=\"jiban\", error=\"invalid_token\"",
            ),
        };
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", zh, en).with_header(WWW_AUTHENTICATE, challenge)
    }

    /// More requests than one token, or one address without a token, may make.
    pub fn too_many(TooMany { seconds }: TooMany) -> Self {
        let (zh, en) =
            (format!("请求太频繁。请 {seconds} 秒后再试。"), format!("Too many requests. Try again in {seconds} s."));
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", zh, en).with_header(RETRY_AFTER, seconds.to_string())
    }

    /// Nothing stands at this path.
    pub fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_path", "没有这个地址。", "There is nothing at this path.")
    }

    /// An id or number that cannot be one: answered like one that is not there.
    pub fn not_found() -> Self {
        let (zh, en) = ("没有找到，或不归这个令牌看。", "There is no such thing, or it is not open to this token.");
        Self::new(StatusCode::NOT_FOUND, "not_found", zh, en)
    }

    /// The path has other methods.
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = (format!("这里可用：{allow}。"), format!("Allowed here: {allow}."));
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail.0, detail.1).with_header(ALLOW, allow)
    }

    /// A fault of ours; the cause is in the log.
    pub fn internal() -> Self {
        let (zh, en) = ("已经记下，管理员能看到。", "It is noted for the administrator.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", zh, en)
    }

    /// What a failure becomes, in the language its answer will be in.
    pub fn of(failure: &Failure, language: Language) -> Self {
        let shown = Shown::of(failure, language);
        Self {
            status: shown.status,
            code: shown.code,
            detail: Box::new(Said::new(shown.sentence.clone(), shown.sentence)),
            field: match failure {
                Failure::KeyReused => Some("Idempotency-Key".to_owned()),
                _ => shown.field.map(|field| ours(field).to_owned()),
            },
            more: Map::new(),
            header: shown.retry_after_seconds.map(|seconds| Box::new((RETRY_AFTER, seconds.to_string()))),
        }
    }

    /// A parameter is wrong.
    pub fn invalid(invalid: &Invalid) -> Self {
        let say = |language| Shown::invalid(invalid, language).sentence;
        let code = Shown::invalid(invalid, Language::En).code;
        Self::field(invalid.field, code, &Said::new(say(Language::Zh), say(Language::En)))
    }

    /// The JSON in one language.
    pub fn body(&self, language: Language, request_id: Option<&str>) -> Vec<u8> {
        let mut body = self.more.clone();
        body.insert("type".into(), json!(format!("urn:jiban:problem:{}", self.code)));
        body.insert("title".into(), json!(title(self.status.as_u16(), language)));
        body.insert("status".into(), json!(self.status.as_u16()));
        body.insert("code".into(), json!(self.code));
        body.insert("detail".into(), json!(self.detail.word(language)));
        if let Some(field) = &self.field {
            body.insert("field".into(), json!(field));
        }
        if let Some(id) = request_id {
            body.insert("request_id".into(), json!(id));
        }
        Value::Object(body).to_string().into_bytes()
    }

    fn response(&self, language: Language, request_id: Option<&str>) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        response.insert_header((CONTENT_LANGUAGE, language.code()));
        if let Some((name, value)) = self.header.as_deref()
            && let Ok(value) = HeaderValue::from_str(value)
        {
            response.insert_header((name.clone(), value));
        }
        response.body(self.body(language, request_id))
    }
}

/// The name a field of the rules has in this interface.
fn ours(field: &'static str) -> &'static str {
    match field {
        "target" => "into",
        "place_text" => "place",
        other => other,
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// [`render`] writes it anew with the request's language and id.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.response(Language::Zh, None)
    }
}

/// Runs engine calls, as [`http::blocking`], with failures told in this language.
///
/// # Errors
/// What `f` fails with.
pub async fn blocking<T, F>(language: Language, f: F) -> Result<T, Problem>
where
    F: FnOnce() -> Result<T, Failure> + Send + 'static,
    T: Send + 'static,
{
    http::blocking(f).await.map_err(|failure| Problem::of(&failure, language))
}

/// The middleware round the API: a problem is written in the request's language, with the request's id. What the
/// framework refuses by itself becomes a problem too.
///
/// # Errors
/// None: they are answers after it.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // No clone of the request may live while it is routed: the router changes it in place.
    let language = http::language(request.request());
    let id = http::request_id(request.request()).to_string();
    match next.call(request).await {
        Ok(answer) => match answer.response().error() {
            None => Ok(answer.map_into_boxed_body()),
            Some(error) => {
                let response = known(error).response(language, Some(&id));
                Ok(answer.into_response(response))
            }
        },
        Err(error) => {
            let problem = known(&error);
            let response = problem.response(language, Some(&id));
            Err(InternalError::from_response(problem, response).into())
        }
    }
}

fn known(error: &Error) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None if error.as_response_error().status_code().is_client_error() => {
            tracing::info!(%error, "a request the framework refused");
            let status = error.as_response_error().status_code();
            Problem::new(status, "bad_request", "请求的格式不对。", "The request is not in the right form.")
        }
        None => {
            tracing::error!(%error, "an answer that could not be made");
            Problem::internal()
        }
    }
}
