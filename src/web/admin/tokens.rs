//! Programs' tokens, and the WeChat account. Secrets go in and never come out again.

use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{framed, platforms, queue_choices, roles, shown_once, with, wrong};
use crate::domain::ids::TokenId;
use crate::domain::words::{Platform, Role};
use crate::engine::admin::{self, TokenView};
use crate::engine::setup::{NewToken, WechatSettings};
use crate::engine::{Failure, Invalid, Problem};
use crate::web::facts::{Choice, NavItem};
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;
use crate::web::{frame, gate};

/// One token in the list.
#[derive(Debug)]
struct Line {
    id: TokenId,
    name: String,
    what: String,
    made: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenForm {
    name: String,
    role: String,
    platform: String,
    queue: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/tokens.html")]
struct TokensPage {
    p: Page,
    tabs: Vec<NavItem>,
    tokens: Vec<Line>,
    form: TokenForm,
    roles: Vec<Choice>,
    platforms: Vec<Choice>,
    queues: Vec<Choice>,
    error: String,
}

async fn list(who: &Admin, request: &HttpRequest, form: TokenForm, error: String) -> Result<HttpResponse, Trouble> {
    let tokens = with(who, request, admin::tokens).await?;
    let (p, tabs) = framed(request, who, |t| t.admin.tokens);
    let language = p.language();
    let zone = who.session.community.as_ref().map(|community| community.zone);
    let line = |token: TokenView| {
        let mut what = vec![token.role.word(language), token.platform.word(language)];
        what.extend(token.queue.map(|queue| queue.word(language)));
        let made = zone.map(|zone| token.created_at.with_timezone(&zone).format("%Y-%m-%d").to_string());
        Line { id: token.id, name: token.name, what: what.join(" · "), made: made.unwrap_or_default() }
    };
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = TokensPage {
        tabs,
        tokens: tokens.into_iter().map(line).collect(),
        roles: roles(language, Some(form.role.parse().unwrap_or(Role::Agent))),
        platforms: platforms(language, form.platform.parse().unwrap_or(Platform::Property)),
        queues: queue_choices(p.t, language, form.queue.parse().ok()),
        form,
        error,
        p,
    };
    Ok(frame::show(request, status, &page))
}

/// The tokens.
pub(super) async fn show(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    list(&who, &request, TokenForm::default(), String::new()).await
}

/// Makes a token and shows it once.
pub(super) async fn create(who: Admin, request: HttpRequest, form: Form<TokenForm>) -> Result<HttpResponse, Trouble> {
    let given = form.clone();
    let made = with(&who, &request, move |engine, hand| {
        let unknown = |field| Failure::from(Invalid::new(field, Problem::Unknown));
        let role: Role = given.role.parse().map_err(|_| unknown("role"))?;
        let platform = match role {
            Role::CommitteeStaff => Platform::Committee,
            Role::Manager | Role::Admin => given.platform.parse().map_err(|_| unknown("platform"))?,
            _ => Platform::Property,
        };
        let queue = match given.queue.as_str() {
            "" => None,
            queue => Some(queue.parse().map_err(|_| unknown("queue"))?),
        };
        admin::create_token(engine, hand, &NewToken { name: given.name.clone(), platform, role, queue })
    });
    match made.await {
        Ok(secret) => {
            let t = crate::web::texts::texts(who.session.language);
            let lead = fill(t.admin.once_token, &[form.name.trim()]);
            Ok(shown_once(&request, &who, (lead, secret), "/admin/tokens"))
        }
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.tokens);
            let t = &p.t.admin;
            let error = wrong(trouble, &p, |field| match field {
                "name" => t.token_name,
                "queue" => t.queue,
                "platform" => t.platform,
                _ => t.role,
            })?;
            list(&who, &request, form.into_inner(), error).await
        }
    }
}

/// Makes a token void.
pub(super) async fn revoke(who: Admin, request: HttpRequest, token: Path<TokenId>) -> Result<HttpResponse, Trouble> {
    let token = *token;
    with(&who, &request, move |engine, hand| admin::revoke_token(engine, hand, token)).await?;
    Ok(frame::done(&request, "/admin/tokens", "revoked", &[]))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct WechatForm {
    mode: String,
    app_id: String,
    original_id: String,
    token: String,
    aes_key: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/wechat.html")]
struct WechatPage {
    p: Page,
    tabs: Vec<NavItem>,
    form: WechatForm,
    /// A token is set, and an AES key.
    kept: (bool, bool),
    modes: Vec<Choice>,
    url: String,
    error: String,
}

impl WechatPage {
    /// Beside each secret: whether one is kept.
    fn hints(&self) -> (&'static str, &'static str) {
        let t = &self.p.t.admin;
        let hint = |kept| if kept { t.secret_kept } else { t.secret_new };
        (hint(self.kept.0), hint(self.kept.1))
    }
}

async fn wechat_page(
    who: &Admin,
    request: &HttpRequest,
    sent: Option<WechatForm>,
    error: String,
) -> Result<HttpResponse, Trouble> {
    let found = with(who, request, admin::wechat).await?;
    let kept = (found.is_some(), found.as_ref().is_some_and(|found| found.has_key));
    let stored = found.map(|found| WechatForm {
        mode: found.mode,
        app_id: found.app_id,
        original_id: found.original_id,
        ..WechatForm::default()
    });
    // Secrets are never put back into a page, not even those just sent.
    let sent = sent.map(|sent| WechatForm { token: String::new(), aes_key: String::new(), ..sent });
    let form = sent.or(stored).unwrap_or_else(|| WechatForm { mode: "aes".to_owned(), ..WechatForm::default() });
    let (p, tabs) = framed(request, who, |t| t.admin.wechat);
    let t = &p.t.admin;
    let modes = [("aes", t.mode_aes), ("compat", t.mode_compat), ("plain", t.mode_plain)];
    let modes = modes.map(|(code, label)| Choice::new(code, label, code == form.mode)).into();
    let base = gate::edge(request).public_url.clone().unwrap_or_else(|| "https://…".to_owned());
    let slug = who.session.community.as_ref().map(|community| community.slug.clone()).unwrap_or_default();
    let url = format!("{base}/channels/wechat/{slug}");
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(frame::show(request, status, &WechatPage { tabs, form, kept, modes, url, error, p }))
}

/// The WeChat account.
pub(super) async fn wechat(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    wechat_page(&who, &request, None, String::new()).await
}

/// Sets it.
pub(super) async fn set_wechat(
    who: Admin,
    request: HttpRequest,
    form: Form<WechatForm>,
) -> Result<HttpResponse, Trouble> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let new = WechatSettings {
        mode: form.mode.clone(),
        app_id: form.app_id.trim().to_owned(),
        original_id: some(&form.original_id),
        token: form.token.trim().to_owned(),
        aes_key: some(&form.aes_key),
    };
    match with(&who, &request, move |engine, hand| admin::set_wechat(engine, hand, &new)).await {
        Ok(()) => Ok(frame::done(&request, "/admin/wechat", "saved", &[])),
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.wechat);
            let t = &p.t.admin;
            let error = wrong(trouble, &p, |field| match field {
                "app_id" => t.app_id,
                "original_id" => t.original_id,
                "token" => t.token,
                "aes_key" => t.aes_key,
                _ => t.mode,
            })?;
            wechat_page(&who, &request, Some(form.into_inner()), error).await
        }
    }
}
