//! The queues this caller may open, with what waits in them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, blocking};
use super::query;
use crate::domain::view::QueueCount;
use crate::domain::words::{Language, Platform, Queue};
use crate::engine::{Engine, Settings, look};
use crate::http;

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueItem {
    code: Queue,
    names: Names,
    platform: Platform,
    /// Takes routine requests from either desk.
    accepts_directly: bool,
    /// In the queue, nobody has started.
    assigned: i64,
    /// Being worked on.
    in_progress: i64,
    /// Past their limit.
    late: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Names {
    #[serde(rename = "zh-CN")]
    zh: String,
    en: String,
}

/// The queues.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queues {
    items: Vec<QueueItem>,
}

impl QueueItem {
    fn of(count: QueueCount, settings: &Settings) -> Self {
        let QueueCount { queue, assigned, in_progress, late } = count;
        let row = settings.queues.iter().find(|row| row.code == queue);
        let names = match row {
            Some(row) => Names { zh: row.name_zh.clone(), en: row.name_en.clone() },
            None => Names { zh: queue.word(Language::Zh).to_owned(), en: queue.word(Language::En).to_owned() },
        };
        Self {
            code: queue,
            names,
            platform: queue.platform(),
            accepts_directly: settings.accepts_directly(queue),
            assigned,
            in_progress,
            late,
        }
    }
}

/// `GET /queues`.
pub async fn list(
    Caller(staff): Caller,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    query::none(request.query_string())?;
    let items = blocking(http::language(&request), move || {
        let settings = engine.settings(staff.community)?;
        let counts = look::counts(&engine, &staff)?;
        Ok(counts.into_iter().map(|count| QueueItem::of(count, &settings)).collect())
    })
    .await?;
    Ok(HttpResponse::Ok().json(Queues { items }))
}
