//! How the community stands, what is missing, what was changed.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{framed, with};
use crate::domain::words::Language;
use crate::engine::admin::{self, Change, Standing};
use crate::web::facts::NavItem;
use crate::web::frame;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;

/// Lines of what was changed.
const LINES: i64 = 30;

#[derive(Debug, Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    p: Page,
    tabs: Vec<NavItem>,
    figures: Vec<(&'static str, i64, &'static str)>,
    lacks: Vec<(String, &'static str)>,
    /// When, who, what, about.
    changes: Vec<[String; 4]>,
}

/// The page.
pub(super) async fn show(who: Admin, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let (standing, changes) =
        with(&who, &request, |engine, hand| Ok((admin::standing(engine, hand)?, admin::changes(engine, hand, LINES)?)))
            .await?;
    let (p, tabs) = framed(&request, &who, |t| t.admin.title);
    let t = &p.t.admin;
    let seats = i64::try_from(standing.seats).unwrap_or(i64::MAX);
    let figures = vec![
        (t.step_places, standing.places, "/admin/import?sheet=places"),
        (t.seats, seats, "/admin/people"),
        (t.step_residents, standing.residents, "/admin/import?sheet=residents"),
    ];
    let lacks = lacks(&p, &standing);
    let zone = who.session.community.as_ref().map(|community| community.zone);
    let line = |change: Change| {
        let at = zone.map(|zone| change.at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string());
        let by = change.by.unwrap_or_else(|| t.by_terminal.to_owned());
        [at.unwrap_or_default(), by, change.deed.word(p.language()).to_owned(), change.about]
    };
    let changes = changes.into_iter().map(line).collect();
    Ok(frame::show(&request, StatusCode::OK, &OverviewPage { tabs, figures, lacks, changes, p }))
}

/// What is missing, each with where it is mended.
fn lacks(p: &Page, standing: &Standing) -> Vec<(String, &'static str)> {
    let (t, language) = (&p.t.admin, p.language());
    let mut lacks = Vec::new();
    let mut add = |missing: bool, text: String, href| {
        if missing {
            lacks.push((text, href));
        }
    };
    let joint = if language == Language::Zh { "、" } else { ", " };
    let empty: Vec<&str> = standing.empty_queues.iter().map(|queue| queue.word(language)).collect();
    add(standing.places == 0, format!("{} · {}", t.step_places, t.missing), "/admin/import?sheet=places");
    add(standing.residents == 0, format!("{} · {}", t.step_residents, t.missing), "/admin/import?sheet=residents");
    add(!empty.is_empty(), fill(t.lacks_queue, &[&empty.join(joint)]), "/admin/people");
    add(!standing.has_agent, t.lacks_agent.to_owned(), "/admin/people");
    add(!standing.wechat, t.wechat_unset.to_owned(), "/admin/wechat");
    let year = standing.unknown_year.unwrap_or_default().to_string();
    add(standing.unknown_year.is_some(), fill(t.lacks_year, &[&year]), "/admin/calendar");
    lacks
}
