//! The frame of every page, filled from the request: who is signed in, where they may go, what was just done.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use chrono::SecondsFormat;

use super::facts::NavItem;
use super::page::{AlarmBar, Banner, Flash, Look, Page, Signed, TextSize, Theme};
use super::problem::{ProblemPage, problem};
use super::session::{Ringing, may_open, oversees, present};
use super::texts::{Texts, fill};
use super::trouble::Trouble;
use super::{cookies, gate};
use crate::domain::actor::{Seat, Staff};
use crate::domain::view::{AlarmLine, QueueCount};
use crate::domain::wording;
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::engine::Failure;
use crate::engine::sign_in::Session;
use crate::http::{self, RETRY_AFTER_SECONDS, Shown, TooMany};

/// The largest form taken, in words.
const FORM_LIMIT: &str = "64 KB";

/// The frame of a page for someone who is signed in. The queues in its navigation get their counts by [`Page::count`].
pub fn page(request: &HttpRequest, session: &Session, title: impl Into<String>) -> Page {
    let mut page = bare(request, title);
    page.look.language = session.language;
    page.t = super::texts::texts(session.language);
    page.csrf.clone_from(&session.csrf);
    // Nothing changes for somebody without a seat, and the stream would turn them away.
    if session.staff.is_some() {
        page.live = "/live";
    }
    page.place = session.community.as_ref().map(|community| community.name.clone()).unwrap_or_default();
    page.platform = session.seats().first().map(|seat| seat.platform);
    page.nav = navigation(&page, session.staff.as_ref(), request.path());
    page.signed = Some(Signed {
        name: session.name.clone(),
        role: seats_in_words(session.seats(), session.language),
        may_search: session.staff.is_some(),
        finds_callers: session.staff.as_ref().is_some_and(|staff| staff.at_desk(Platform::Property)),
    });
    if let (Some(engine), Some(community)) = (gate::engine(request).ok(), &session.community) {
        page.now_text = engine.now().with_timezone(&community.zone).format("%H:%M").to_string();
    }
    page.alarms = alarms(request, session);
    page.flash = flash(request, &page);
    page
}

/// The frame of a page for whoever it is: of the session if there is one.
pub fn any_page(request: &HttpRequest, title: impl Into<String>) -> Page {
    match present(request) {
        Some(session) => page(request, &session, title),
        None => {
            let mut page = bare(request, title);
            page.flash = flash(request, &page);
            page
        }
    }
}

/// The alarms that ring for this person, in words.
fn alarms(request: &HttpRequest, session: &Session) -> Vec<AlarmBar> {
    let extensions = request.extensions();
    let (Some(Ringing(lines)), Some(community)) = (extensions.get::<Ringing>(), &session.community) else {
        return Vec::new();
    };
    let Ok(engine) = gate::engine(request) else { return Vec::new() };
    let (now, language) = (engine.now(), session.language);
    let t = &super::texts::texts(language).notices;
    let bar = |line: &AlarmLine| AlarmBar {
        id: line.id,
        href: format!("/tickets/{}", line.ticket),
        number: line.number.to_string(),
        place: line.place.words(language),
        what: line.category.as_ref().map(|name| name.word(language).to_owned()).unwrap_or_default(),
        since: fill(t.since, &[&wording::moment(line.raised_at, now, community.zone, language)]),
    };
    lines.iter().map(bar).collect()
}

/// Language, look, banners, address and time: what needs no session.
fn bare(request: &HttpRequest, title: impl Into<String>) -> Page {
    let edge = gate::edge(request);
    let wish = |name| cookies::wish(request, &edge, name);
    let look = Look {
        // Chinese first, whatever the browser was delivered with; the switch stands on every page.
        language: wish(cookies::LANGUAGE).and_then(|code| code.parse().ok()).unwrap_or(Language::Zh),
        theme: Theme::from_cookie(wish(cookies::THEME).as_deref()),
        size: TextSize::from_cookie(wish(cookies::SIZE).as_deref()),
    };
    let mut page = Page::new(look, title);
    page.keys_off = wish(cookies::KEYS).as_deref() == Some("off");
    page.sound_off = wish(cookies::SOUND).as_deref() == Some("off");
    page.here = here(request);
    if let Ok(engine) = gate::engine(request) {
        page.now = engine.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    }
    if edge.insecure_banner {
        page.banners.push(Banner::Insecure);
    }
    if edge.is_demo {
        page.banners.push(Banner::Demo);
    }
    page
}

/// Path and query of a page that can be opened again; after a post, the page its form stands on.
fn here(request: &HttpRequest) -> String {
    match request.method().is_safe() {
        true => request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        false => super::kept::page_of(request.path()),
    }
}

fn navigation(page: &Page, staff: Option<&Staff>, path: &str) -> Vec<NavItem> {
    let t = &page.t.common;
    let Some(staff) = staff else { return vec![NavItem::new(t.nav_mine, "/account").here(path == "/account")] };
    let mut items = Vec::new();
    let mut add = |label: &str, href: String| {
        let here = path == href || path.starts_with(&format!("{href}/"));
        items.push(NavItem::new(label, href).here(here));
    };
    if oversees(staff) {
        add(t.nav_manage, "/manage".to_owned());
    }
    if staff.at_desk(Platform::Property) {
        add(t.nav_agent, "/agent".to_owned());
        add(t.nav_offers, "/offers".to_owned());
    }
    if staff.at_desk(Platform::Committee) {
        add(t.nav_committee, "/committee".to_owned());
    }
    add(t.nav_tickets, "/tickets".to_owned());
    for queue in Queue::ALL.iter().filter(|queue| may_open(staff, **queue)) {
        add(queue.word(page.language()), queue_path(*queue));
    }
    if staff.has_role(Role::Manager) || staff.has_role(Role::Admin) {
        add(page.t.notices.failed, "/notices/failed".to_owned());
    }
    if staff.has_role(Role::Admin) {
        add(page.t.admin.title, "/admin".to_owned());
    }
    add(t.nav_mine, "/account".to_owned());
    items
}

/// The page of a queue.
pub fn queue_path(queue: Queue) -> String {
    format!("/queues/{queue}")
}

impl Page {
    /// Puts open tickets, and red where some are late, beside the queues of the navigation.
    pub fn count(&mut self, counts: &[QueueCount]) {
        for count in counts {
            let href = queue_path(count.queue);
            for item in self.nav.iter_mut().filter(|item| item.href == href) {
                item.count = u32::try_from(count.assigned + count.in_progress).ok().filter(|open| *open > 0);
                item.hot = count.late > 0;
            }
        }
    }
}

/// Where someone begins: what their first seat that has a page of its own is for.
pub fn home(staff: Option<&Staff>) -> String {
    let Some(staff) = staff else { return "/account".to_owned() };
    let has = |role| staff.has_role(role);
    let queue = || Queue::ALL.iter().copied().find(|queue| staff.works_in(*queue) || staff.heads(*queue));
    if has(Role::Manager) {
        "/manage".to_owned()
    } else if has(Role::Agent) {
        "/agent".to_owned()
    } else if has(Role::CommitteeStaff) {
        "/committee".to_owned()
    } else if has(Role::Steward) {
        queue_path(Queue::Steward)
    } else if let Some(queue) = queue() {
        queue_path(queue)
    } else if has(Role::Admin) {
        "/admin".to_owned()
    } else {
        "/account".to_owned()
    }
}

/// What someone is, in words: 维修部员工, 客服, 居委会工作人员.
pub fn seats_in_words(seats: &[Seat], language: Language) -> String {
    let mut words: Vec<String> = Vec::new();
    for seat in seats {
        let said = seat_in_words(seat, language);
        if !words.contains(&said) {
            words.push(said);
        }
    }
    words.join(if language == Language::Zh { "、" } else { ", " })
}

/// One seat in words.
pub fn seat_in_words(seat: &Seat, language: Language) -> String {
    let t = &super::texts::texts(language).account;
    let role = if seat.is_head { t.head } else { seat.role.word(language) };
    match (seat.role, seat.queue) {
        (Role::Worker | Role::Contractor, Some(queue)) => {
            let gap = if language == Language::Zh { "" } else { " " };
            format!("{}{gap}{role}", queue.word(language))
        }
        (Role::Manager, _) => fill(t.manager_of, &[seat.platform.word(language)]),
        _ => role.to_owned(),
    }
}

/// Sends the browser on (303), and tells the next page what was done: a code, and values of ours (numbers, codes).
pub fn done(request: &HttpRequest, location: &str, code: &str, values: &[&str]) -> HttpResponse {
    let edge = gate::edge(request);
    let mut told = vec![code];
    told.extend(values);
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .cookie(cookies::keep_flash(&edge, told.join(".")))
        .finish()
}

/// The line a code stands for. The cookie is no secret and not signed: an unknown code says nothing, and values are
/// ticket numbers and queue codes only, so nobody can put words into our mouth.
fn flash(request: &HttpRequest, page: &Page) -> Option<Flash> {
    let told = cookies::wish(request, &gate::edge(request), cookies::FLASH)?;
    let mut parts = told.split('.');
    let text = flash_text(page.t, parts.next()?)?;
    let values: Vec<&str> = parts.map(|value| flash_value(page.language(), value)).collect::<Option<_>>()?;
    Some(Flash { text: fill(text, &values), undo: None })
}

fn flash_text(t: &'static Texts, code: &str) -> Option<&'static str> {
    Some(match code {
        "search-ended" => t.list.search_ended,
        "changed" => t.errors.changed_flash,
        "asked-about" => t.agent.asked_about,
        "rung-back" => t.agent.rung_back,
        "back-cancelled" => t.agent.back_cancelled,
        "made" => t.unmade.made_flash,
        "dismissed" => t.unmade.dismissed_flash,
        "alarm-heard" => t.notices.heard_flash,
        "replayed" => t.notices.replayed_flash,
        "email" => t.account.email_saved,
        "duty-on" => t.account.duty_saved_on,
        "duty-off" => t.account.duty_saved_off,
        "language" => t.account.language_saved,
        "look" => t.account.look_saved,
        "password" => t.account.password_saved,
        "others-out" => t.account.others_out,
        "saved" => t.admin.saved,
        "seat-added" => t.admin.seat_added,
        "seat-ended" => t.admin.seat_ended,
        "disabled" => t.admin.disabled_flash,
        "enabled" => t.admin.enabled_flash,
        "revoked" => t.admin.revoked,
        "community-made" => t.admin.made,
        "signed-out" => t.login.signed_out,
        _ => return super::tickets::ask::done_text(t, code),
    })
}

fn flash_value(language: Language, value: &str) -> Option<&str> {
    match value.parse::<Queue>() {
        Ok(queue) => Some(queue.word(language)),
        Err(_) => value.parse::<crate::domain::ids::TicketNumber>().is_ok().then_some(value),
    }
}

/// A page that is drawn, or the page that says it could not be.
pub fn show(request: &HttpRequest, status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
        Err(error) => {
            tracing::error!(route = request.match_pattern(), %error, "a page could not be drawn");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// The page for a failure of a verb; handlers that return [`Trouble`] with `?` get the same.
pub fn fail(request: &HttpRequest, failure: Failure) -> HttpResponse {
    problem_page(request, HttpResponse::from_error(Trouble::from(failure)))
}

/// Puts the page people read into an answer that is only a status or an error. One that has a page already is left alone.
pub(super) fn problem_page(request: &HttpRequest, answer: HttpResponse) -> HttpResponse {
    let is_page = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if answer.error().is_none() && (is_page || answer.body().size() != actix_web::body::BodySize::Sized(0)) {
        return answer;
    }
    let trouble = answer.error().and_then(|error| error.as_error::<Trouble>());
    let status = answer.status();
    if status.is_server_error() && !matches!(trouble, Some(Trouble::Failure(_))) {
        let cause = answer.error().map(ToString::to_string).unwrap_or_default();
        tracing::error!(status = status.as_u16(), cause, "a page could not be shown");
    }
    let mut drawn = show(request, status, &view_of(request, status, trouble));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        drawn.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS.into());
    }
    if let Some(Trouble::TooMany(TooMany { seconds })) = trouble {
        drawn.headers_mut().insert(RETRY_AFTER, (*seconds).into());
    }
    drawn
}

/// How long to wait after a flood, in words.
fn wait_of(trouble: Option<&Trouble>, language: Language) -> String {
    match (trouble, language) {
        (Some(Trouble::TooMany(TooMany { seconds })), Language::Zh) => format!("{seconds} 秒"),
        (Some(Trouble::TooMany(TooMany { seconds })), Language::En) => format!("{seconds} s"),
        _ => String::new(),
    }
}

fn view_of(request: &HttpRequest, status: StatusCode, trouble: Option<&Trouble>) -> ProblemPage {
    let page = any_page(request, "");
    let (t, csrf) = (page.t, page.csrf.clone());
    let code = trouble.map_or(status.as_u16(), Trouble::page_status);
    let detail = match code {
        413 => FORM_LIMIT.to_owned(),
        429 => wait_of(trouble, page.language()),
        503 => RETRY_AFTER_SECONDS.to_string(),
        _ => String::new(),
    };
    let language = page.language();
    let mut view = problem(page, code, &detail, &http::request_id(request).to_string());
    if let Some(Trouble::Failure(failure)) = trouble {
        let shown = Shown::of(failure, language);
        match failure {
            Failure::Store(_) | Failure::NotFound(_) => {}
            Failure::Refused(_) | Failure::Invalid(_) | Failure::KeyReused => {
                view.head = view.p.t.errors.blocked.to_owned();
                view.text = shown.sentence;
            }
            Failure::Stale(_) | Failure::KeyRunning | Failure::Settled(_) | Failure::Forbidden => {
                view.text = shown.sentence
            }
        }
    }
    if code == 503 && request.method().is_safe() {
        view.text = fill(t.errors.away_page_text, &[&detail]);
    }
    let fresh = Some(csrf.as_str()).filter(|csrf| !csrf.is_empty());
    view.keeping(super::kept::of(request, t, fresh))
}

/// A time to wait, rounded up to minutes: 15 分, 1 小时 5 分.
pub fn wait_in_words(t: &Texts, seconds: i64) -> String {
    let units: Vec<&str> = t.common.time_units.split('|').collect();
    let unit = |at: usize| units.get(at).copied().unwrap_or_default();
    let minutes = ((seconds + 59) / 60).max(1);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} {}", unit(2)),
        (hours, 0) => format!("{hours} {}", unit(1)),
        (hours, minutes) => format!("{hours} {} {minutes} {}", unit(1), unit(2)),
    }
}
