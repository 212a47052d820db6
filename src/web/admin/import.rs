//! Registers from a file or from the clipboard: first what would happen, then, when confirmed, the same for good.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{UPLOAD_LIMIT, framed};
use crate::domain::import::Sheet;
use crate::engine::admin::Hand;
use crate::engine::import::{self, Order, Refused, Report};
use crate::http;
use crate::web::facts::{Choice, NavItem};
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;
use crate::web::{frame, gate, multipart};

/// As long as the largest upload takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    sheet: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/import.html")]
struct ImportPage {
    p: Page,
    tabs: Vec<NavItem>,
    sheets: Vec<Choice>,
    hint: String,
    error: String,
}

impl ImportPage {
    fn new(request: &HttpRequest, who: &Admin, sheet: Sheet, error: String) -> Self {
        let (p, tabs) = framed(request, who, |t| t.admin.import);
        let language = p.language();
        let choice = |one: Sheet| Choice::new(one.code(), one.word(language), one == sheet);
        let hint = fill(p.t.admin.import_file_hint, &[&(UPLOAD_LIMIT / (1024 * 1024)).to_string()]);
        Self { p, tabs, sheets: Sheet::ALL.map(choice).into(), hint, error }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let status = if self.error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        frame::show(request, status, self)
    }
}

/// What would happen, or did.
#[derive(Debug, Template)]
#[template(path = "admin/imported.html")]
struct ImportedPage {
    p: Page,
    tabs: Vec<NavItem>,
    sheet: Sheet,
    report: Report,
    said: String,
    /// Row, column, what to change.
    errors: Vec<(u64, &'static str, String)>,
    /// What is sent again to be written; empty when there is nothing to confirm.
    text: String,
}

/// The form.
pub(super) async fn show(who: Admin, request: HttpRequest, wish: Query<Wish>) -> Result<HttpResponse, Trouble> {
    let sheet = Sheet::from_code(&wish.sheet).unwrap_or(Sheet::Places);
    Ok(ImportPage::new(&request, &who, sheet, String::new()).answer(&request))
}

/// The headings with two example rows.
pub(super) async fn template(_: Admin, sheet: Path<String>) -> Result<HttpResponse, Trouble> {
    let sheet = Sheet::from_code(&sheet).ok_or(Trouble::NotFound)?;
    let name = format!("attachment; filename=\"{}.csv\"", sheet.code());
    let answer = HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(sheet.template());
    Ok(answer)
}

/// What was sent.
struct Sent {
    sheet: Sheet,
    bytes: Vec<u8>,
    write: bool,
}

fn sent(request: &HttpRequest, body: &Bytes) -> Result<Sent, Trouble> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let parts = multipart::parts(kind, body).ok_or(Trouble::BadForm)?;
    let of = |name: &str| parts.iter().find(|part| part.name == name).map_or(&[][..], |part| part.body);
    let sheet = std::str::from_utf8(of("sheet")).ok().and_then(Sheet::from_code).ok_or(Trouble::BadForm)?;
    // A file goes before what stands in the box.
    let bytes = if of("file").is_empty() { of("text") } else { of("file") };
    Ok(Sent { sheet, bytes: bytes.to_vec(), write: of("write") == b"1" })
}

/// Looks at what was sent, or writes it.
pub(super) async fn take(who: Admin, request: HttpRequest, body: Bytes) -> Result<HttpResponse, Trouble> {
    let Sent { sheet, bytes, write } = sent(&request, &body)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let t = crate::web::texts::texts(who.session.language);
        return Ok(ImportPage::new(&request, &who, sheet, t.admin.import_nothing.to_owned()).answer(&request));
    }
    let (engine, hand) = (gate::engine(&request)?, Hand::of(&who)?);
    let work = move || -> Result<(Report, String), Refused> {
        let order = Order { sheet, bytes: &bytes, dry_run: !write };
        let report = import::import(&engine, &hand, &order, &mut |_| {})?;
        let confirm = !write && report.errors.is_empty() && report.new + report.changed > 0;
        let text = if confirm { import::text(&bytes)? } else { String::new() };
        Ok((report, text))
    };
    match http::blocking_for(PATIENCE, work).await {
        Ok((report, text)) => Ok(imported(&request, &who, report, text)),
        Err(Refused::Unreadable(why)) => {
            let said = why.say(sheet, who.session.language);
            Ok(ImportPage::new(&request, &who, sheet, said).answer(&request))
        }
        Err(Refused::Failure(failure)) => Err(failure.into()),
    }
}

fn imported(request: &HttpRequest, who: &Admin, report: Report, text: String) -> HttpResponse {
    let (p, tabs) = framed(request, who, |t| t.admin.import);
    let (sheet, language) = (report.sheet, p.language());
    let column = |code: &str| {
        let known = sheet.columns().iter().find(|column| column.code == code);
        known.map_or("", |column| column.word(language))
    };
    let errors = report.errors.iter();
    let errors = errors.map(|error| (error.row, column(error.column), error.problem.say(language))).collect();
    let status = if report.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let said = report.say(language);
    frame::show(request, status, &ImportedPage { p, tabs, sheet, report, said, errors, text })
}
