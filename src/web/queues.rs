//! A department's list, the committee's desk, and the offers between the platforms.

pub mod committee;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::ids::{PlaceId, UserId};
use crate::domain::view::{QueueCount, TicketLine};
use crate::domain::words::{Queue, Role, Status, Urgency};
use crate::engine::look::{self, QueueView};
use crate::engine::{Engine, Failure};

use super::facts::{Action, Choice, ClockState, NavItem, Target, TicketRow, Weight};
use super::frame::{self, queue_path};
use super::gate::run;
use super::icon::Icon;
use super::page::Page;
use super::paths::encode;
use super::rows::Teller;
use super::session::{Member, QueueReader, Steward};
use super::texts::fill;
use super::trouble::Trouble;

/// The lists' addresses.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/queues/{queue}", web::get().to(queue))
        .route("/steward", web::get().to(steward))
        .route("/committee", web::get().to(committee::desk))
        .route("/offers", web::get().to(committee::offers));
}

/// Which tickets of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tab {
    /// Those of the person who looks.
    Mine,
    /// Every open one.
    #[default]
    All,
    /// Not begun.
    Assigned,
    /// Being worked on.
    InProgress,
    /// Past their limit.
    Late,
    /// The latest done.
    Done,
}

impl Tab {
    const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::All => "all",
            Self::Assigned => "assigned",
            Self::InProgress => "in_progress",
            Self::Late => "late",
            Self::Done => "done",
        }
    }

    const fn status(self) -> Option<Status> {
        match self {
            Self::Assigned => Some(Status::Assigned),
            Self::InProgress => Some(Status::InProgress),
            Self::Done => Some(Status::Done),
            Self::Mine | Self::All | Self::Late => None,
        }
    }
}

/// The query of a list.
#[derive(Debug, Clone, Default, Deserialize)]
struct Wish {
    #[serde(default)]
    tab: Tab,
    /// A building's id; empty for all.
    building: Option<String>,
    /// `1`: as many as any list gives.
    #[serde(default)]
    all: String,
}

impl Wish {
    /// How many rows to read: one more than is shown tells that there are more. Late ones are picked out of all.
    fn limit(&self) -> Option<i64> {
        (self.all != "1" && self.tab != Tab::Late).then_some(look::SHOWN + 1)
    }

    /// The list's address with another tab.
    fn href(&self, tab: Tab) -> String {
        match self.building.as_deref().filter(|building| !building.is_empty()) {
            Some(building) => format!("?tab={}&building={}", tab.code(), encode(building)),
            None => format!("?tab={}", tab.code()),
        }
    }
}

/// One ticket with the two things that can be done from the list.
#[derive(Debug, Clone)]
pub struct Card {
    /// The ticket; its `action` is the first.
    pub row: TicketRow,
    /// The second.
    pub second: Option<Action>,
}

/// What to say where there is nothing, and where to go from there.
#[derive(Debug, Clone)]
struct Nothing {
    head: &'static str,
    next: String,
    label: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    p: Page,
    tabs: Vec<NavItem>,
    tab: &'static str,
    own_buildings: bool,
    buildings: Vec<Choice>,
    cards: Vec<Card>,
    nothing: Nothing,
    /// The same list with more of it; empty when all is shown.
    more: String,
}

async fn queue(
    who: QueueReader,
    wish: Query<Wish>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (wish, queue, staff) = (wish.into_inner(), who.queue, who.staff.clone());
    let building: Option<PlaceId> = wish.building.as_deref().and_then(|id| id.parse().ok());
    let language = who.session.language;
    let view = QueueView { mine: wish.tab == Tab::Mine, status: wish.tab.status(), building, limit: wish.limit() };
    let read = run(&engine, move |engine| {
        let buildings = if queue == Queue::Steward { look::buildings(engine, &staff)? } else { Vec::new() };
        Ok::<_, Failure>(Read {
            lines: look::queue(engine, &staff, queue, &view)?,
            counts: look::counts(engine, &staff)?,
            teller: Teller::new(language, &*engine.settings(staff.community)?, engine.now()),
            buildings,
        })
    });
    let page = draw(frame::page(&request, &who.session, ""), &who.member, (queue, &wish), read.await?);
    Ok(frame::show(&request, StatusCode::OK, &page))
}

async fn steward(_: Steward) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, queue_path(Queue::Steward))).finish()
}

/// What a list is drawn from.
struct Read {
    lines: Vec<TicketLine>,
    counts: Vec<QueueCount>,
    teller: Teller,
    buildings: Vec<(PlaceId, crate::domain::view::PlaceLine)>,
}

fn draw(mut p: Page, who: &Member, (queue, wish): (Queue, &Wish), read: Read) -> QueuePage {
    let t = p.t;
    p.title = fill(t.queue.title, &[queue.word(p.language())]);
    p.count(&read.counts);
    let back = format!("{}{}", queue_path(queue), wish.href(wish.tab));
    let mut cards: Vec<Card> = read.lines.iter().map(|line| card(line, who, &read.teller, &back)).collect();
    if wish.tab == Tab::Late {
        cards.retain(|card| card.row.clock.as_ref().is_some_and(|clock| clock.state == ClockState::Late));
    }
    let shown = usize::try_from(look::SHOWN).unwrap_or(usize::MAX);
    let more = match wish.limit() {
        Some(_) if cards.len() > shown => format!("{}&all=1", wish.href(wish.tab)),
        _ => String::new(),
    };
    if !more.is_empty() {
        cards.truncate(shown);
    }
    let count = read.counts.iter().find(|count| count.queue == queue).copied();
    let open = count.map_or(0, |count| count.assigned + count.in_progress);
    let language = p.language();
    let chosen = wish.building.as_deref().unwrap_or_default();
    let buildings = read.buildings.iter().map(|(id, place)| {
        let id = id.to_string();
        let here = chosen == id;
        Choice::new(id, place.words(language), here)
    });
    QueuePage {
        tabs: tabs(&p, who, wish, count),
        tab: wish.tab.code(),
        own_buildings: queue == Queue::Steward && who.staff.has_role(Role::Steward),
        buildings: buildings.collect(),
        nothing: nothing(&p, wish, open),
        more,
        cards,
        p,
    }
}

fn tabs(p: &Page, who: &Member, wish: &Wish, count: Option<QueueCount>) -> Vec<NavItem> {
    let (t, language) = (p.t, p.language());
    let tab = |label: &str, tab: Tab, count: Option<i64>| {
        let item = NavItem::new(label, wish.href(tab)).here(wish.tab == tab);
        match count.and_then(|n| u32::try_from(n).ok()) {
            Some(n) => item.counted(n),
            None => item,
        }
    };
    let mut tabs = Vec::new();
    if who.staff.user().is_some() {
        tabs.push(tab(t.queue.tab_mine, Tab::Mine, None));
    }
    tabs.push(tab(t.queue.tab_all, Tab::All, count.map(|c| c.assigned + c.in_progress)));
    tabs.push(tab(Status::Assigned.word(language), Tab::Assigned, count.map(|c| c.assigned)));
    tabs.push(tab(Status::InProgress.word(language), Tab::InProgress, count.map(|c| c.in_progress)));
    let late = tab(t.queue.tab_late, Tab::Late, count.map(|c| c.late));
    tabs.push(NavItem { hot: count.is_some_and(|c| c.late > 0), ..late });
    tabs.push(tab(Status::Done.word(language), Tab::Done, None));
    tabs
}

fn nothing(p: &Page, wish: &Wish, open: i64) -> Nothing {
    let q = &p.t.queue;
    let plain = |head| Nothing { head, next: String::new(), label: "", href: String::new() };
    if wish.building.as_deref().is_some_and(|building| !building.is_empty()) {
        let href = format!("?tab={}", wish.tab.code());
        return Nothing { label: q.filter_clear, href, ..plain(q.none_filtered) };
    }
    match wish.tab {
        Tab::Mine if open > 0 => Nothing {
            next: fill(p.t.work.open_here, &[&open.to_string()]),
            label: q.see_open,
            href: wish.href(Tab::All),
            ..plain(q.none_mine)
        },
        Tab::Mine => plain(q.none_mine),
        Tab::Late => plain(q.none_late),
        Tab::Done => plain(p.t.work.none_done),
        Tab::All | Tab::Assigned | Tab::InProgress => {
            Nothing { next: q.none_open_next.to_owned(), ..plain(q.none_all) }
        }
    }
}

/// A line with what this person can do about it at once. The engine has the last word; here stands what is likely.
pub fn card(line: &TicketLine, who: &Member, teller: &Teller, back: &str) -> Card {
    let mut row = teller.row(line);
    let me = who.staff.user();
    let (first, second) = match line.queue.filter(|queue| who.staff.works_in(*queue) || who.staff.heads(*queue)) {
        Some(_) if line.status != Status::Done => works(line, me, teller, back),
        _ => (None, None),
    };
    row.action = first;
    Card { row, second }
}

fn works(line: &TicketLine, me: Option<UserId>, teller: &Teller, back: &str) -> (Option<Action>, Option<Action>) {
    let (verbs, work) = (&teller.t.verbs, &teller.t.work);
    let back = encode(back);
    let post = |label: &str, noun: &str, weight| {
        Some(Action::new(label, Target::Post(format!("/tickets/{}/{noun}?back={back}", line.id)), weight))
    };
    let form = |label: &str, noun: &str, weight| {
        Some(Action::new(label, Target::Open(format!("/tickets/{}?do={noun}&back={back}#do", line.id)), weight))
    };
    let emergency = line.urgency == Urgency::Emergency;
    let holder = line.worker.as_ref().map(|(id, _)| *id);
    let held = matches!(line.clock, Some(crate::domain::sla::ClockState::Held { .. }));
    match (holder, line.status) {
        (None, Status::Assigned) if emergency => {
            (post(verbs.take_emergency, "start", Weight::Primary), post(verbs.take, "taking", Weight::Plain))
        }
        (None, Status::Assigned) => {
            (post(verbs.take, "taking", Weight::Tint), post(work.take_and_start, "start", Weight::Plain))
        }
        (Some(id), _) if Some(id) != me => (None, None),
        (Some(_), _) if held => {
            (post(verbs.resume, "resumption", Weight::Tint), form(verbs.finish, "completion", Weight::Plain))
        }
        (Some(_), Status::Assigned) => {
            let hold = form(verbs.hold, "hold", Weight::Plain).map(|action| action.with_icon(Icon::Pause));
            (post(verbs.start, "start", Weight::Tint), hold)
        }
        (Some(_), Status::InProgress) => {
            let hold = form(verbs.hold, "hold", Weight::Plain).map(|action| action.with_icon(Icon::Pause));
            (form(verbs.finish, "completion", Weight::Tint), hold)
        }
        _ => (None, None),
    }
}
