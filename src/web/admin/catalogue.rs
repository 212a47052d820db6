//! The catalogue, and a box to try sentences in.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{framed, with};
use crate::domain::routing::Verdict;
use crate::domain::words::Language;
use crate::engine::admin::{self, CategoryView, Try};
use crate::web::facts::NavItem;
use crate::web::frame;
use crate::web::page::Page;
use crate::web::session::Admin;
use crate::web::texts::fill;
use crate::web::trouble::Trouble;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    words: String,
}

#[derive(Debug, Template)]
#[template(path = "admin/catalogue.html")]
struct CataloguePage {
    p: Page,
    tabs: Vec<NavItem>,
    words: String,
    /// What was made of the sentence: label and value.
    tried: Vec<(&'static str, String)>,
    emergency: bool,
    categories: Vec<CategoryView>,
}

/// The page.
pub(super) async fn show(who: Admin, request: HttpRequest, wish: Query<Wish>) -> Result<HttpResponse, Trouble> {
    let (words, language) = (wish.into_inner().words, who.session.language);
    let sentence = words.clone();
    let (categories, tried) = with(&who, &request, move |engine, hand| {
        let tried = match sentence.trim() {
            "" => None,
            sentence => Some(admin::try_sentence(engine, hand, sentence, language)?),
        };
        Ok((admin::categories(engine, hand)?, tried))
    })
    .await?;
    let (p, tabs) = framed(&request, &who, |t| t.admin.catalogue);
    let emergency = tried.as_ref().is_some_and(|tried| tried.emergency.is_some());
    let tried = tried.map(|tried| lines(&p, &categories, tried)).unwrap_or_default();
    Ok(frame::show(&request, StatusCode::OK, &CataloguePage { p, tabs, words, tried, emergency, categories }))
}

fn lines(p: &Page, categories: &[CategoryView], tried: Try) -> Vec<(&'static str, String)> {
    let (t, language) = (&p.t.admin, p.language());
    let zh = language == Language::Zh;
    let to = match &tried.verdict {
        Verdict::Queue(queue) => queue.word(language).to_owned(),
        Verdict::Unsure => t.try_unsure.to_owned(),
        Verdict::NoRequest(why) => fill(t.try_none, &[why.word(language)]),
    };
    let category = tried.category.as_ref().and_then(|code| categories.iter().find(|known| known.code == *code));
    let category = category.map(|known| if zh { known.name_zh.clone() } else { known.name_en.clone() });
    let mut lines = vec![(t.try_to, to), (t.kind, tried.kind.word(language).to_owned())];
    lines.extend(category.map(|name| (t.catalogue, name)));
    lines.push((t.urgency_one, tried.urgency.word(language).to_owned()));
    lines.extend(tried.emergency.map(|(name_zh, name_en)| (t.try_emergency, if zh { name_zh } else { name_en })));
    lines.push((t.try_sure, format!("{}%", tried.confidence_percent)));
    if tried.paid {
        lines.push((t.paid, p.t.common.paid.to_owned()));
    }
    if !tried.words.is_empty() {
        lines.push((t.try_words, tried.words.join(if zh { "、" } else { ", " })));
    }
    lines.push((t.try_reason, tried.reason));
    lines
}
