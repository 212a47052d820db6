//! Sign-in and sign-out.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, USER_AGENT};
use actix_web::web::{self, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::page::Page;
use super::session::present;
use super::texts::fill;
use super::trouble::Trouble;
use super::{cookies, frame, gate, paths};
use crate::engine::Failure;
use crate::engine::sign_in::{self, SignInRefused, Visitor, csrf_of};
use crate::http;

/// A ready-made sign-in of the demo, shown on the demo's page only.
#[derive(Debug, Clone)]
pub struct DemoSignIn {
    /// The made-up person.
    pub name: String,
    /// What they may do, in words.
    pub role: String,
    /// The account to type.
    pub account: String,
    /// The password, open because the demo's people are nobody.
    pub password: String,
}

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame; nobody is signed in.
    pub p: Page,
    /// What was typed as account, kept after a failed attempt.
    pub account: String,
    /// What is wrong, or empty. Never says which of the two it was.
    pub message: String,
    /// Where to go afterwards: a path of ours, checked by the handler.
    pub next: String,
    /// The demo's people; empty elsewhere.
    pub demo: Vec<DemoSignIn>,
}

impl LoginPage {
    /// The password of all the demo's people, when it is the same; then it is said once.
    fn one_password(&self) -> &str {
        match self.demo.split_first() {
            Some((first, rest)) if !rest.is_empty() && rest.iter().all(|other| other.password == first.password) => {
                &first.password
            }
            _ => "",
        }
    }
}

/// Adds the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/login").get(show).post(sign_in)).service(web::resource("/logout").post(sign_out));
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    next: String,
}

async fn show(request: HttpRequest, wanted: Query<Wanted>) -> Result<HttpResponse, Trouble> {
    let next = paths::own(&wanted.next);
    if let Some(session) = present(&request) {
        let home = frame::home(session.staff.as_ref());
        let to = if next == "/" { home.as_str() } else { next };
        return Ok(HttpResponse::SeeOther().insert_header((LOCATION, to)).finish());
    }
    draw(&request, StatusCode::OK, "", next, |_| String::new())
}

#[derive(Deserialize)]
struct SignIn {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    remember: Option<String>,
}

async fn sign_in(request: HttpRequest, form: Form<SignIn>) -> Result<HttpResponse, Trouble> {
    let SignIn { account, password, next, remember } = form.into_inner();
    let next = paths::own(&next);
    if account.trim().is_empty() || password.is_empty() {
        return draw(&request, StatusCode::UNPROCESSABLE_ENTITY, &account, next, |t| t.login.missing.to_owned());
    }
    let visitor = visitor(&request);
    let engine = gate::engine(&request)?;
    let typed = account.clone();
    let attempt = move || {
        let token = sign_in::sign_in(&engine, &typed, &password, &visitor)?;
        Ok((token, sign_in::known_device(&engine, &typed, visitor.device.as_deref())))
    };
    match http::blocking(attempt).await {
        Ok(kept) => Ok(signed_in(&request, kept, next, remember.is_some())),
        Err(SignInRefused::Wrong) => {
            tracing::info!("a sign-in was refused");
            draw(&request, StatusCode::UNAUTHORIZED, &account, next, |t| t.login.wrong.to_owned())
        }
        Err(SignInRefused::TooMany { retry_after_seconds }) => {
            tracing::warn!(retry_after_seconds, "sign-ins are tried too often");
            draw(&request, StatusCode::TOO_MANY_REQUESTS, &account, next, |t| {
                fill(t.login.too_many, &[&frame::wait_in_words(t, retry_after_seconds)])
            })
        }
        Err(SignInRefused::Store(error)) => Err(Failure::from(error).into()),
    }
}

fn visitor(request: &HttpRequest) -> Visitor {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let address = http::client(&gate::edge(request), request).map(|address| address.to_string());
    let device = cookies::device(request, &gate::edge(request));
    Visitor { address: address.unwrap_or_default(), user_agent: user_agent.to_owned(), device }
}

fn signed_in(request: &HttpRequest, (token, device): (String, String), next: &str, remember: bool) -> HttpResponse {
    let edge = gate::edge(request);
    // `/` sends everyone to where they begin.
    HttpResponse::SeeOther()
        .insert_header((LOCATION, next))
        .cookie(cookies::keep_session(&edge, token, remember))
        .cookie(cookies::keep_device(&edge, device))
        .finish()
}

fn draw(
    request: &HttpRequest,
    status: StatusCode,
    account: &str,
    next: &str,
    message: impl Fn(&super::texts::Texts) -> String,
) -> Result<HttpResponse, Trouble> {
    let edge = gate::edge(request);
    let engine = gate::engine(request)?;
    let visit = cookies::visit(request, &edge);
    let token = visit.clone().unwrap_or_else(|| sign_in::fresh_token(&engine));
    let mut p = frame::any_page(request, "");
    p.title = p.t.login.title.to_owned();
    p.csrf = csrf_of(&token);
    // The language switch leads back here, and from here to where they wanted to go.
    p.here = if next == "/" { "/login".to_owned() } else { format!("/login?next={}", paths::encode(next)) };
    let person = |(account, name, role, password): &(String, String, String, String)| DemoSignIn {
        name: name.clone(),
        role: role.clone(),
        account: account.clone(),
        password: password.clone(),
    };
    let demo = if edge.is_demo { edge.demo_sign_ins.iter().map(person).collect() } else { Vec::new() };
    let message = message(p.t);
    let mut answer = frame::show(
        request,
        status,
        &LoginPage { p, account: account.to_owned(), message, next: next.to_owned(), demo },
    );
    if visit.is_none() {
        // Such a cookie is made of plain characters, so it always fits a header.
        let _ = answer.add_cookie(&cookies::keep_visit(&edge, token));
    }
    Ok(answer)
}

async fn sign_out(request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let edge = gate::edge(&request);
    if let Some(token) = cookies::session(&request, &edge) {
        let engine = gate::engine(&request)?;
        gate::run(&engine, move |engine| sign_in::sign_out(engine, &token)).await?;
    }
    let mut answer = frame::done(&request, "/login", "signed-out", &[]);
    let _ = answer.add_cookie(&cookies::drop_session(&edge));
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Language;
    use crate::web::page::{Look, TextSize, Theme};

    fn page(language: Language) -> LoginPage {
        let p = Page::new(Look { language, theme: Theme::System, size: TextSize::Normal }, "登录");
        LoginPage { p, account: "zhou<b>".into(), message: String::new(), next: "/".into(), demo: Vec::new() }
    }

    #[test]
    fn keeps_the_account_escaped_and_never_the_password() {
        let mut view = page(Language::Zh);
        view.message = view.p.t.login.wrong.into();
        let html = view.render().unwrap();
        assert!(html.contains(r#"<html lang="zh-CN">"#) && html.contains("账号或密码不对"));
        assert!(html.contains("zhou&#60;b&#62;") && !html.contains("zhou<b>"));
        assert!(html.contains(r#"aria-describedby="password-error""#) && html.contains(r#"id="password-error""#));
        assert!(!html.contains("演示账号"), "sign-ins stand on the demo's page only");
    }

    #[test]
    fn the_demo_lists_its_people_and_english_is_english() {
        let mut view = page(Language::En);
        view.demo.push(DemoSignIn {
            name: "Jia".into(),
            role: "Agent".into(),
            account: "jia".into(),
            password: "demo-jia".into(),
        });
        let html = view.render().unwrap();
        assert!(html.contains("Demo accounts") && html.contains("demo-jia") && html.contains("lang=\"zh-CN\""));
    }
}
