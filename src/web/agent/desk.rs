//! Reading the page in one go, and answering the form.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::caller::{CallerView, Prefill};
use super::form::{FormView, Typed, wrong};
use super::lists::{Lists, Read, Tab};
use super::suggest::{SuggestPart, SuggestView, Taken};
use super::{AgentPage, Saved, Speech, escape};
use crate::domain::actor::Staff;
use crate::domain::ids::{ResidentId, TicketId, TicketNumber};
use crate::domain::view::CallerPage;
use crate::engine::intake::{self, Draft, Once, Receipt};
use crate::engine::look::{self, Suggest};
use crate::engine::{Engine, Failure, Settings};
use crate::web::facts::FieldErrors;
use crate::web::session::DeskAgent;
use crate::web::texts::{fill, texts};
use crate::web::{Trouble, frame, gate, run};

/// The longest thing looked for, in characters.
const QUERY_LIMIT: usize = 100;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    who: String,
    tab: String,
    saved: String,
}

impl Asked {
    /// What a posted form came from.
    fn of(typed: &Typed) -> Self {
        let Typed { q, resident, tab, .. } = typed.clone();
        Self { q, who: resident, tab, saved: String::new() }
    }

    /// What is looked for; an endless query is cut, not refused.
    fn query(&self) -> String {
        self.q.trim().chars().take(QUERY_LIMIT).collect()
    }
}

/// Everything the page shows, read at one moment.
pub(super) struct Desk {
    settings: std::sync::Arc<Settings>,
    now: chrono::DateTime<chrono::Utc>,
    once: String,
    found: Option<CallerPage>,
    lists: Read,
    counts: Vec<crate::domain::view::QueueCount>,
    suggest: Option<Suggest>,
}

impl Desk {
    fn read(engine: &Engine, staff: &Staff, asked: &Asked, words: &str) -> Result<Self, Failure> {
        let query = asked.query();
        let who = asked.who.parse::<ResidentId>().ok();
        let (figures, today) = look::today(engine, staff)?;
        // By day the committee minds its own messages: then there is no such list here.
        let (unfiled, unfiled_count) = match look::unfiled(engine, staff) {
            Err(Failure::Forbidden) => (None, 0),
            other => (Some(other?), look::unfiled_count(engine, staff)?),
        };
        Ok(Self {
            settings: engine.settings(staff.community)?,
            now: engine.now(),
            once: engine.chance().id::<TicketId>(engine.now()).to_string(),
            found: Some(query.as_str())
                .filter(|query| !query.is_empty())
                .map(|query| look::caller(engine, staff, query, who))
                .transpose()?,
            lists: Read { figures, today, triage: look::triage(engine, staff)?, unfiled, unfiled_count },
            counts: look::counts(engine, staff)?,
            suggest: Some(words.trim())
                .filter(|words| !words.is_empty())
                .map(|words| look::suggest(engine, staff, words))
                .transpose()?,
        })
    }

    /// The page, with a fresh form or with what was typed and is wrong.
    fn page(
        self,
        request: &HttpRequest,
        who: &DeskAgent,
        asked: &Asked,
        kept: Option<(Typed, FieldErrors)>,
    ) -> AgentPage {
        let language = who.session.language;
        let t = texts(language);
        let say = Speech { language, zone: self.settings.zone(), now: self.now };
        let query = asked.query();
        let mut p = frame::page(request, &who.session, t.agent.title);
        p.body_class = "fixed";
        p.count(&self.counts);
        if let Some(signed) = &mut p.signed {
            // The call bar's box is the search here; two would be asked which is which.
            signed.may_search = false;
        }
        let prefill = self.found.as_ref().map(|found| Prefill::of(found, &query, say)).unwrap_or_default();
        let fresh = kept.is_none();
        let (typed, errors) =
            kept.unwrap_or_else(|| (Typed::fresh(&prefill, &query, self.once.clone()), FieldErrors::default()));
        let mut form = FormView::of(typed, prefill.phone_hint, &self.settings, t, language);
        form.errors = errors;
        if let Some(heard) = self.suggest.as_ref().filter(|_| !fresh) {
            form.suggest = SuggestView::of(heard, Taken::of(&form.typed), &self.settings, t, language);
        }
        let caller_part = match (query.as_str(), asked.who.as_str()) {
            ("", _) => String::new(),
            (query, "") => format!("q={}", escape(query)),
            (query, who) => format!("q={}&who={}", escape(query), escape(who)),
        };
        AgentPage {
            query_note: missing_number(&query, t),
            calling: self
                .found
                .as_ref()
                .map_or_else(|| CallerView::idle(t), |found| CallerView::found(found, &query, t, say)),
            saved: asked
                .saved
                .parse::<TicketNumber>()
                .ok()
                .map(|n| Saved::of(&n.to_string(), &self.lists.today, t, say)),
            lists: Lists::of(&self.lists, Tab::from_code(&asked.tab), &caller_part, t, say),
            p,
            query,
            form,
        }
    }
}

/// A number that was looked for and led nowhere; one that led somewhere was gone to.
fn missing_number(query: &str, t: &crate::web::texts::Texts) -> String {
    query
        .parse::<TicketNumber>()
        .map(|number| fill(t.errors.number_unknown, &[&number.to_string()]))
        .unwrap_or_default()
}

/// `GET /agent`
pub(super) async fn show(
    request: HttpRequest,
    who: DeskAgent,
    asked: Query<Asked>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (staff, wanted) = (who.staff.clone(), asked.clone());
    if let Ok(number) = asked.query().parse::<TicketNumber>() {
        let staff = staff.clone();
        match run(&engine, move |engine| look::number(engine, &staff, number)).await {
            Ok(id) => return Ok(see(&super::ticket_url(id))),
            Err(Trouble::Failure(Failure::NotFound(_))) => {}
            Err(other) => return Err(other),
        }
    }
    let desk = run(&engine, move |engine| Desk::read(engine, &staff, &wanted, "")).await?;
    let page = desk.page(&request, &who, &asked, None);
    Ok(frame::show(&request, StatusCode::OK, &page))
}

/// `POST /agent/suggest`: a part of the page.
pub(super) async fn suggest(
    request: HttpRequest,
    who: DeskAgent,
    typed: Form<Typed>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (staff, words) = (who.staff.clone(), typed.words.clone());
    let language = who.session.language;
    let t = texts(language);
    let view = if words.trim().is_empty() {
        SuggestView::empty(t)
    } else {
        let read =
            move |engine: &Engine| Ok((look::suggest(engine, &staff, &words)?, engine.settings(staff.community)?));
        let (heard, settings) = run(&engine, read).await?;
        SuggestView::of(&heard, Taken::of(&typed), &settings, t, language)
    };
    Ok(frame::show(&request, StatusCode::OK, &SuggestPart { t, suggest: view }))
}

/// `POST /agent/requests`
pub(super) async fn log(
    request: HttpRequest,
    who: DeskAgent,
    typed: Form<Typed>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let typed = typed.into_inner().with_taken();
    let (language, t) = (who.session.language, texts(who.session.language));
    let draft = match typed.draft(t, language) {
        Ok(draft) => draft,
        Err(errors) => return again(&request, &who, typed, errors).await,
    };
    let (staff, once) = (who.staff.clone(), once(&who, &typed));
    match run(&engine, move |engine| open(engine, &staff, &draft, &once)).await {
        Ok(receipt) => Ok(see(&format!("/agent?tab={}&saved={}", Tab::from_code(&typed.tab).code(), receipt.number))),
        Err(Trouble::Failure(Failure::Invalid(invalid))) => {
            again(&request, &who, typed, wrong(&invalid, t, language)).await
        }
        Err(Trouble::Failure(Failure::KeyReused)) => {
            let mut errors = FieldErrors::default();
            errors.add("words", t.agent.used_before);
            again(&request, &who, Typed { once: String::new(), ..typed }, errors).await
        }
        Err(other) => Err(other),
    }
}

/// Two clicks at once: the later one fails when the earlier commits, and then finds what it did.
fn open(engine: &Engine, staff: &Staff, draft: &Draft, once: &Once) -> Result<Receipt, Failure> {
    match intake::open(engine, staff, draft, Some(once)) {
        Err(Failure::KeyRunning) => intake::open(engine, staff, draft, Some(once)),
        other => other,
    }
}

/// The key of this attempt: who, which page, and everything that was typed.
fn once(who: &DeskAgent, typed: &Typed) -> Once {
    let scope = format!("{} POST /agent/requests", who.session.user);
    let body = Typed { q: String::new(), tab: String::new(), once: String::new(), ..typed.clone() };
    Once::new(&scope, &typed.once, format!("{body:?}").as_bytes())
}

/// The page with everything typed kept, and what is wrong beside it.
async fn again(
    request: &HttpRequest,
    who: &DeskAgent,
    mut typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Trouble> {
    let engine = gate::engine(request)?;
    let (staff, asked, words) = (who.staff.clone(), Asked::of(&typed), typed.words.clone());
    let wanted = asked.clone();
    let desk = run(&engine, move |engine| Desk::read(engine, &staff, &wanted, &words)).await?;
    if typed.once.is_empty() {
        typed.once.clone_from(&desk.once);
    }
    let mut page = desk.page(request, who, &asked, Some((typed, errors)));
    page.p.here = "/agent".to_owned();
    Ok(frame::show(request, StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn see(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}

/// The desk's addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/agent", web::get().to(show))
        .route("/agent/suggest", web::post().to(suggest))
        .route("/agent/requests", web::post().to(log))
        .configure(super::messages::routes);
}
