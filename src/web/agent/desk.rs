//! Reading the page in one go, and answering the form.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::caller::{CallerState, CallerView, FoundBy, Prefill};
use super::calls::CallsView;
use super::form::{FormView, Typed, wrong};
use super::lists::{Lists, Read, Tab, Waits};
use super::register::{RegisterView, Registering};
use super::suggest::{SuggestPart, SuggestView, Taken};
use super::{AgentPage, Saved, Speech, escape};
use crate::domain::actor::Staff;
use crate::domain::ids::{CallId, ResidentId, TicketId, TicketNumber, UserId};
use crate::domain::view::{CallerPage, TicketLine};
use crate::engine::hotline::Calls;
use crate::engine::intake::{self, Once};
use crate::engine::look::{self, DeskFigures, LookUp, Suggest, Wish};
use crate::engine::{Engine, Failure, Settings};
use crate::web::facts::FieldErrors;
use crate::web::session::DeskAgent;
use crate::web::texts::{fill, texts};
use crate::web::{Trouble, frame, gate, run};

/// The longest thing looked for, in characters; no name, number or door is longer.
const QUERY_LIMIT: usize = 60;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// What is looked for. It comes by post; in an address stands what it was sealed to.
    #[serde(skip)]
    q: String,
    by: String,
    who: String,
    call: String,
    tab: String,
    saved: String,
    /// The sealed one does not open any more.
    #[serde(skip)]
    ended: bool,
}

/// What was typed into the search box.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sought {
    q: String,
    call: String,
    tab: String,
}

impl Asked {
    /// What a posted form came from.
    fn of(typed: &Typed) -> Self {
        let Typed { q, resident, call, tab, .. } = typed.clone();
        Self { q, who: resident, call, tab, ..Self::default() }
    }

    /// What the form for an unknown caller came from.
    pub(super) fn of_caller(typed: &Registering) -> Self {
        let Registering { new_phone, call, tab, .. } = typed.clone();
        Self { q: if call.is_empty() { new_phone } else { String::new() }, call, tab, ..Self::default() }
    }

    /// The call whose caller is wanted.
    fn call(&self) -> Option<CallId> {
        self.call.parse().ok()
    }

    /// The same with what its address was sealed from.
    fn opened(mut self, engine: &Engine, user: UserId) -> Self {
        if !self.by.is_empty() {
            match look::handled(engine, user, &self.by) {
                Some(query) => self.q = query,
                None => {
                    self.by.clear();
                    self.ended = self.who.is_empty() && self.call.is_empty();
                }
            }
        }
        self
    }

    /// The part of the address that keeps the caller, or empty.
    fn caller_part(&self, by: &str) -> String {
        let found = FoundBy { query: "", handle: by, call: self.call() }.part();
        match (found.as_str(), self.who.as_str()) {
            (_, "") => found,
            ("", who) => format!("who={}", escape(who)),
            (found, who) => format!("{found}&who={}", escape(who)),
        }
    }

    /// What is looked for; an endless query is cut, not refused.
    fn query(&self) -> String {
        cut(&self.q)
    }
}

fn cut(query: &str) -> String {
    query.trim().chars().take(QUERY_LIMIT).collect()
}

/// Everything the page shows. Its parts need not be of one moment: whatever changes is told to the page, which then asks again.
pub(super) struct Desk {
    settings: std::sync::Arc<Settings>,
    now: chrono::DateTime<chrono::Utc>,
    once: String,
    /// What stands for the query in addresses; empty without one.
    by: String,
    found: Option<CallerPage>,
    calls: Calls,
    lists: Read,
    counts: Vec<crate::domain::view::QueueCount>,
    waits: Waits,
    /// What was just saved, and its line where the desk may see it.
    saved: Option<(TicketNumber, Option<TicketLine>)>,
    suggest: Option<Suggest>,
}

impl Desk {
    pub(super) fn read(engine: &Engine, staff: &Staff, asked: &Asked, words: &str) -> Result<Self, Failure> {
        let query = asked.query();
        let who = asked.who.parse::<ResidentId>().ok();
        let tab = Tab::from_code(&asked.tab);
        let look_up = LookUp { call: asked.call(), query: &query, chosen: who };
        let wish = Wish { look_up, today: tab == Tab::Today, calls: tab == Tab::Calls };
        let desk = look::desk(engine, staff, &wish)?;
        let (calls, DeskFigures { open, today }) = (desk.calls, desk.figures);
        let saved = match asked.saved.parse::<TicketNumber>() {
            Ok(number) => Some((number, line_of(engine, staff, number, &desk.today)?)),
            Err(_) => None,
        };
        let only_who = look_up.call.is_none() && query.is_empty();
        Ok(Self {
            settings: engine.settings(staff.community)?,
            now: engine.now(),
            once: engine.chance().id::<TicketId>(engine.now()).to_string(),
            by: match (query.as_str(), staff.user()) {
                ("", _) | (_, None) => String::new(),
                (query, Some(user)) if asked.by.is_empty() => look::handle(engine, user, query),
                _ => asked.by.clone(),
            },
            // Of one who has left the register nothing is shown.
            found: desk.caller.filter(|found| found.chosen.is_some() || !only_who),
            lists: Read::of(engine, staff, tab, (today, desk.today), calls.unfiled)?,
            saved,
            waits: Waits { triage: open.triage, call_backs: calls.open_call_backs },
            calls,
            counts: open.queues,
            suggest: Some(words.trim())
                .filter(|words| !words.is_empty())
                .map(|words| look::suggest(engine, staff, words))
                .transpose()?,
        })
    }

    /// The page, with a fresh form or with what was typed and is wrong.
    pub(super) fn page(
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
        let (typed, errors) = kept.unwrap_or_else(|| {
            (Typed::fresh(&prefill, (&query, asked.call()), self.once.clone()), FieldErrors::default())
        });
        let mut form = FormView::of(typed, prefill.phone_hint, &self.settings, t, language);
        form.errors = errors;
        if let Some(heard) = self.suggest.as_ref().filter(|_| !fresh) {
            form.suggest = SuggestView::of(heard, Taken::of(&form.typed), &self.settings, t, language);
        }
        let caller_part = asked.caller_part(&self.by);
        let found_by = FoundBy { query: &query, handle: &self.by, call: asked.call() };
        let calling =
            self.found.as_ref().map_or_else(|| CallerView::idle(t), |found| CallerView::found(found, found_by, t, say));
        let unknown =
            Registering { new_phone: form.typed.phone.clone(), call: asked.call.clone(), ..Registering::default() };
        let register = RegisterView::of(calling.kind == CallerState::Stranger, unknown, t);
        AgentPage {
            query_note: if asked.ended { t.agent.look_up_ended.to_owned() } else { missing_number(&query, t) },
            calling,
            call: asked.call().map(|call| call.to_string()).unwrap_or_default(),
            calls: CallsView::of(&self.calls, asked.call(), t, say),
            register,
            saved: self.saved.map(|(number, line)| Saved::of(&number.to_string(), line.as_ref(), t, say)),
            lists: Lists::of(&self.lists, (Tab::from_code(&asked.tab), self.waits), &caller_part, t, say),
            p,
            query,
            form,
        }
    }
}

/// The line of what was just saved: mostly it is the newest of the day's, which are read anyway.
fn line_of(
    engine: &Engine,
    staff: &Staff,
    number: TicketNumber,
    today: &[TicketLine],
) -> Result<Option<TicketLine>, Failure> {
    match today.iter().find(|line| line.number == number) {
        Some(line) => Ok(Some(line.clone())),
        None => look::saved(engine, staff, number),
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
    let asked = asked.into_inner().opened(&engine, who.session.user);
    let (staff, wanted) = (who.staff.clone(), asked.clone());
    let desk = run(&engine, move |engine| Desk::read(engine, &staff, &wanted, "")).await?;
    let page = desk.page(&request, &who, &asked, None);
    Ok(frame::show(&request, StatusCode::OK, &page))
}

/// `POST /agent/look-up`: to the ticket of a number, to the one person found, or to the page of what was looked for.
pub(super) async fn look_up(
    who: DeskAgent,
    sought: Form<Sought>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (query, tab) = (cut(&sought.q), Tab::from_code(&sought.tab).code());
    let (staff, user) = (who.staff.clone(), who.session.user);
    // Whoever is found speaks in the call that is in the form.
    let call = sought.call.parse::<CallId>().map(|call| format!("call={call}&")).unwrap_or_default();
    let found = run(&engine, move |engine| {
        if query.is_empty() {
            return Ok(format!("/agent?{call}tab={tab}"));
        }
        if let Ok(number) = query.parse::<TicketNumber>() {
            match look::number(engine, &staff, number) {
                Ok(id) => return Ok(super::ticket_url(id)),
                Err(Failure::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let found = look::caller(engine, &staff, &query)?;
        // A door that was looked for goes into the form, so its words must be kept.
        let one = found.chosen.and_then(|at| found.people.get(at)).filter(|_| found.flat.is_none());
        Ok(match one {
            Some(one) => format!("/agent?{call}who={}&tab={tab}", one.id),
            None => format!("/agent?{call}by={}&tab={tab}", look::handle(engine, user, &query)),
        })
    });
    Ok(see(&found.await?))
}

/// `GET` of an address that takes posts only: the page its form stands on.
async fn reloaded(_: DeskAgent) -> HttpResponse {
    see("/agent")
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
    match run(&engine, move |engine| intake::open(engine, &staff, &draft, Some(&once))).await {
        Ok(opened) => {
            let tab = Tab::from_code(&typed.tab).code();
            Ok(see(&format!("/agent?tab={tab}&saved={}", opened.receipt.number)))
        }
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
        .route("/agent/requests", web::get().to(reloaded))
        .route("/agent/look-up", web::post().to(look_up))
        .route("/agent/look-up", web::get().to(reloaded))
        .configure(super::messages::routes)
        .configure(super::phone::routes);
}
