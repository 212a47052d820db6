//! Alarms that are heard by name, and notices that could not be sent.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::gate::run;
use super::page::Page;
use super::paths::own;
use super::rows::Teller;
use super::session::{Member, NoticeKeeper};
use super::tickets::show::Fact;
use super::trouble::Trouble;
use super::{done, frame};
use crate::domain::ids::{AlarmId, DeliveryId};
use crate::domain::notice::letter::headline;
use crate::engine::delivery::{self, FailedLine};
use crate::engine::{Engine, Failure, alarm};
use crate::web::texts::fill;

/// Adds the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/alarms/{id}/acknowledgement", web::post().to(acknowledge))
        .route("/notices/failed", web::get().to(failed))
        .route("/notices/failed/{id}/replay", web::post().to(replay));
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

async fn acknowledge(
    who: Member,
    id: Path<AlarmId>,
    form: Form<Back>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let staff = who.staff.clone();
    let ticket = run(&engine, move |engine| alarm::acknowledge(engine, &staff, *id)).await?;
    let back = if form.back.is_empty() { format!("/tickets/{ticket}") } else { own(&form.back).to_owned() };
    Ok(done(&request, &back, "alarm-heard", &[]))
}

/// A notice that was given up.
#[derive(Debug, Clone)]
pub struct Failed {
    /// The delivery.
    pub id: DeliveryId,
    /// What it says, in a few words.
    pub what: &'static str,
    /// Whom it was for.
    pub to: String,
    /// The ticket's page and number; empty where the reader may not see it.
    pub ticket: Option<(String, String)>,
    /// Cause, times, tries.
    pub facts: Vec<Fact>,
}

#[derive(Template)]
#[template(path = "notices/failed.html")]
struct FailedPage {
    p: Page,
    lines: Vec<Failed>,
}

async fn failed(who: NoticeKeeper, request: HttpRequest, engine: Data<Engine>) -> Result<HttpResponse, Trouble> {
    let (staff, language) = (who.staff.clone(), who.session.language);
    let read = run(&engine, move |engine| {
        let teller = Teller::new(language, &*engine.settings(staff.community)?, engine.now());
        Ok::<_, Failure>((teller, delivery::failed(engine, &staff)?))
    });
    let (teller, lines) = read.await?;
    let p = frame::page(&request, &who.session, teller.t.notices.failed);
    let page = FailedPage { lines: lines.into_iter().map(|line| of(line, &teller)).collect(), p };
    Ok(frame::show(&request, StatusCode::OK, &page))
}

fn of(line: FailedLine, teller: &Teller) -> Failed {
    let t = &teller.t.notices;
    let mut facts = vec![(t.why, line.why), (t.when, teller.moment(line.noticed_at))];
    facts.extend(line.given_up_at.map(|at| (t.given_up, teller.moment(at))));
    facts.push((t.attempts, fill(t.attempts_times, &[&line.attempts.to_string()])));
    Failed {
        id: line.id,
        what: headline(&line.template, teller.language),
        to: fill(t.to, &[&line.name]),
        ticket: line.ticket.map(|(id, number)| (format!("/tickets/{id}"), number.to_string())),
        facts,
    }
}

async fn replay(
    who: NoticeKeeper,
    id: Path<DeliveryId>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let staff = who.staff.clone();
    run(&engine, move |engine| delivery::replay(engine, &staff, *id)).await?;
    Ok(done(&request, "/notices/failed", "replayed", &[]))
}
