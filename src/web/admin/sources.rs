//! The switchboards that tell of calls. A secret is shown once.

use actix_web::http::StatusCode;
use actix_web::web::Form;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{framed, shown_once, with, wrong};
use crate::engine::admin;
use crate::web::facts::NavItem;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::{fill, texts};
use crate::web::trouble::Trouble;
use crate::web::{frame, gate};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SourceForm {
    name: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/sources.html")]
struct SourcesPage {
    p: Page,
    tabs: Vec<NavItem>,
    sources: Vec<String>,
    name: String,
    url: String,
    error: String,
}

async fn list(who: &Admin, request: &HttpRequest, name: String, error: String) -> Result<HttpResponse, Trouble> {
    let sources = with(who, request, admin::sources).await?;
    let (p, tabs) = framed(request, who, |t| t.admin.switchboards);
    let base = gate::edge(request).public_url.clone().unwrap_or_else(|| "https://…".to_owned());
    let slug = who.session.community.as_ref().map(|community| community.slug.clone()).unwrap_or_default();
    let url = format!("{base}/channels/hotline/{slug}/events");
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(frame::show(request, status, &SourcesPage { tabs, sources, name, url, error, p }))
}

/// The sources.
pub(super) async fn show(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    list(&who, &request, String::new(), String::new()).await
}

/// Adds one and shows its secret once.
pub(super) async fn add(who: Admin, request: HttpRequest, form: Form<SourceForm>) -> Result<HttpResponse, Trouble> {
    let name = form.name.clone();
    match with(&who, &request, move |engine, hand| admin::add_source(engine, hand, &name)).await {
        Ok(secret) => {
            let lead = fill(texts(who.session.language).admin.once_source, &[form.name.trim()]);
            Ok(shown_once(&request, &who, (lead, secret), "/admin/sources"))
        }
        Err(trouble) => {
            let (p, _) = framed(&request, &who, |t| t.admin.switchboards);
            let error = wrong(trouble, &p, |_| p.t.admin.source_name)?;
            list(&who, &request, form.into_inner().name, error).await
        }
    }
}

/// Removes one.
pub(super) async fn remove(who: Admin, request: HttpRequest, form: Form<SourceForm>) -> Result<HttpResponse, Trouble> {
    let name = form.into_inner().name;
    with(&who, &request, move |engine, hand| admin::remove_source(engine, hand, &name)).await?;
    Ok(frame::done(&request, "/admin/sources", "saved", &[]))
}
