//! The server URL of an official account: `GET` proves it to WeChat's settings page, `POST` takes a push.
//!
//! Nothing is answered before the message is on the disk. Every refusal has an empty body: what is shown to a sender who
//! cannot prove to be WeChat is the status alone, and the log names only the check that failed.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{
    Account, AesKey, Body, Fresh, Inbound, MAX_BODY_BYTES, Mode, Opened, Refused, Rotating, Token, answer, check_url,
    open_push,
};
use crate::channels::count_refused;
use crate::engine::conversation::{self, Content, Heard, Nonce, Reply};
use crate::engine::setup::{WechatAccount, wechat_account};
use crate::engine::{Engine, Failure, StoreError, is_away};
use crate::http::{RETRY_AFTER_SECONDS, RefusedFor, Unread, blocking, body};

/// The two methods of the server URL.
pub fn routes(cfg: &mut web::ServiceConfig) {
    let url = web::resource("/channels/wechat/{community}").wrap(from_fn(count_refused));
    cfg.service(url.route(web::get().to(check)).route(web::post().to(push)));
}

/// Why there is no reply.
enum Stop {
    /// The push breaks a rule.
    Refused(Refused),
    /// There is no account here.
    NoAccount,
    /// The body did not come in time, or broke off.
    Unfinished(StatusCode),
    /// Nothing was done; WeChat should push again.
    Away(String),
    /// A fault of this program or its data.
    Fault(String),
}

impl From<Unread> for Stop {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::Refused(Refused::TooLarge),
            Unread::Unfinished(status) => Self::Unfinished(status),
        }
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound("community") => Self::NoAccount,
            Failure::Stale(_) => Self::Away(failure.to_string()),
            Failure::Store(error) => error.into(),
            other => Self::Fault(other.to_string()),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        if is_away(&error) { Self::Away(error.to_string()) } else { Self::Fault(error.to_string()) }
    }
}

impl Stop {
    /// The status alone, and a line in the log without anything of the sender's.
    fn respond(self) -> HttpResponse {
        match self {
            Self::Refused(refused) => {
                tracing::info!(target: "jiban::wechat", code = refused.code(), "push refused");
                let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
                counted(HttpResponse::build(status).finish(), refused)
            }
            Self::NoAccount => HttpResponse::NotFound().finish(),
            Self::Unfinished(status) => {
                tracing::info!(target: "jiban::wechat", status = status.as_u16(), "push unfinished");
                HttpResponse::build(status).force_close().finish()
            }
            Self::Away(why) => {
                tracing::warn!(target: "jiban::wechat", why, "push put off");
                HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS)).finish()
            }
            Self::Fault(why) => {
                tracing::error!(target: "jiban::wechat", why, "push failed");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

/// The answer with its reason, to be counted.
fn counted(mut answer: HttpResponse, refused: Refused) -> HttpResponse {
    answer.extensions_mut().insert(RefusedFor { channel: "wechat", reason: refused.code() });
    answer
}

async fn check(engine: web::Data<Engine>, slug: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let query = request.query_string().to_owned();
    let checked = blocking(move || {
        let (_, account) = account(&engine, &slug)?;
        Ok::<_, Stop>(check_url(&account, &query, engine.now()))
    });
    match checked.await {
        Ok(Ok(echo)) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(echo),
        Ok(Err(refused)) => {
            tracing::info!(target: "jiban::wechat", code = refused.code(), "address check refused");
            counted(HttpResponse::Forbidden().finish(), refused)
        }
        Err(stop) => stop.respond(),
    }
}

async fn push(
    engine: web::Data<Engine>,
    slug: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let query = request.query_string().to_owned();
    let body = match body(&request, payload, MAX_BODY_BYTES).await.map_err(Stop::from) {
        Ok(body) => body,
        Err(stop) => return stop.respond(),
    };
    match blocking(move || take(&engine, &slug, &query, &body)).await {
        Ok(answer) => HttpResponse::Ok().insert_header((CONTENT_TYPE, answer.content_type)).body(answer.body),
        Err(stop) => stop.respond(),
    }
}

/// Opens a push, hands it to the engine, and seals what comes back.
fn take(engine: &Engine, slug: &str, query: &str, body: &[u8]) -> Result<super::Answer, Stop> {
    let (kept, account) = account(engine, slug)?;
    let now = engine.now();
    let opened = open_push(&account, query, body, now)?;
    if opened.key_used.is_none() {
        let pair = (opened.timestamp, opened.nonce.as_str());
        match conversation::nonce(engine, (kept.community, kept.id), pair, &opened.body_hash)? {
            Nonce::Fine => {}
            Nonce::Reused => return Err(Refused::NonceReused.into()),
        }
    }
    let reply = reply(engine, &kept, &opened)?;
    let fresh = Fresh::new(engine.now(), engine.chance().bytes());
    Ok(answer(&account, &opened, reply.as_deref(), &fresh))
}

fn reply(engine: &Engine, kept: &WechatAccount, opened: &Opened) -> Result<Option<String>, Stop> {
    let Some(heard) = heard(&opened.inbound) else { return Ok(None) };
    let Reply { text, .. } = conversation::receive(engine, kept.community, kept.id, &heard)?;
    Ok(text)
}

/// The push in the engine's words; `None` for what is answered with `success` and not kept.
fn heard(inbound: &Inbound) -> Option<Heard> {
    let content = match &inbound.body {
        Body::Text { content } => Content::Text(content.clone()),
        Body::Image { pic_url, media_id } => Content::Image { media_id: media_id.clone(), url: pic_url.clone() },
        Body::Voice { media_id, .. } => Content::Voice { media_id: media_id.clone() },
        Body::Video { media_id, .. } => Content::Video { media_id: media_id.clone() },
        Body::Location { lat, lon, label, .. } => Content::Location { lat: *lat, lon: *lon, label: label.clone() },
        Body::Link { title, url, .. } => Content::Link { title: title.clone(), url: url.clone() },
        Body::Subscribe { scene } => Content::Follow { scene: scene.clone() },
        Body::Unsubscribe => Content::Unfollow,
        Body::Scan { .. }
        | Body::Click { .. }
        | Body::View { .. }
        | Body::TemplateSent { .. }
        | Body::Unknown { .. } => {
            tracing::debug!(target: "jiban::wechat", "a kind of push that is not kept");
            return None;
        }
    };
    let sender = inbound.from.as_str().to_owned();
    Some(Heard { sender, key: inbound.claim.as_str().as_bytes().to_vec(), content })
}

/// The account behind a community's name, as kept and as the protocol needs it.
fn account(engine: &Engine, slug: &str) -> Result<(WechatAccount, Account), Stop> {
    let kept = wechat_account(engine, slug)?.ok_or(Stop::NoAccount)?;
    let wrong = |what: &str| Stop::Fault(format!("the WeChat account's {what} cannot be used; set it anew"));
    let mode = match kept.mode.as_str() {
        "plain" => Mode::Plain,
        "compat" => Mode::Compat,
        "aes" => Mode::Aes,
        _ => return Err(wrong("mode")),
    };
    let token = |text: &str| Token::parse(text).map_err(|_| wrong("token"));
    let key = |text: &str| AesKey::parse(text).map_err(|_| wrong("key"));
    let (current, previous) = &kept.tokens;
    let tokens = Rotating { current: token(current)?, previous: previous.as_deref().map(token).transpose()? };
    let (current, previous) = &kept.aes_keys;
    let keys = match current.as_deref() {
        None => None,
        Some(current) => Some(Rotating { current: key(current)?, previous: previous.as_deref().map(key).transpose()? }),
    };
    let account = Account { mode, app_id: kept.app_id.clone(), original_id: kept.original_id.clone(), tokens, keys };
    Ok((kept, account))
}
