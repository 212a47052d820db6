//! The committee's desk: offers with their clocks, what is to be routed, its own list, and what opened no ticket.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{Card, card};
use crate::domain::ids::MessageId;
use crate::domain::view::{TicketLine, TriageLine, UnfiledLine};
use crate::domain::words::{Platform, Queue};
use crate::engine::look::{self, OfferLine, OpenWork, QueueView};
use crate::engine::{Engine, Failure};
use crate::web::facts::{Clock, NavItem, TicketRow};
use crate::web::frame;
use crate::web::gate::run;
use crate::web::page::Page;
use crate::web::paths::encode;
use crate::web::rows::{Teller, older};
use crate::web::session::{AnyDesk, CommitteeDesk, Member};
use crate::web::texts::{Texts, fill};
use crate::web::tickets::show::{Fact, crossing};
use crate::web::trouble::Trouble;

/// An offer with what can be done about it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The ticket.
    pub row: TicketRow,
    /// Who asks.
    pub from: Platform,
    /// That they ask, in words.
    pub head: String,
    /// Until when an answer is wanted.
    pub clock: Option<Clock>,
    /// Where, why, what was tried, what is asked.
    pub facts: Vec<Fact>,
    /// Accepts at once; empty where a queue must be chosen first, or for our own offers.
    pub accept_post: String,
    /// The form that accepts, with the queue; empty as above.
    pub accept_form: String,
    /// The form that returns it; empty for our own offers.
    pub return_form: String,
    /// Takes it back; empty for offers to us.
    pub recall: String,
}

/// A ticket to be routed, with guesses.
#[derive(Debug, Clone)]
pub struct ToRoute {
    /// The ticket.
    pub row: TicketRow,
    /// How long it waits.
    pub waiting: String,
    /// Queue, category's code and name, and the words it went by.
    pub guesses: Vec<(Queue, String, String, String)>,
    /// An emergency was heard.
    pub emergency: bool,
    /// The form for anywhere else.
    pub other: String,
}

/// A message that opened no ticket.
#[derive(Debug, Clone)]
pub struct Unfiled {
    /// Its row.
    pub id: MessageId,
    /// The words, or what kind of message it is.
    pub words: String,
    /// When it came.
    pub at: String,
}

#[derive(Template)]
#[template(path = "committee.html")]
struct DeskPage {
    p: Page,
    tabs: Vec<NavItem>,
    tab: Tab,
    back: &'static str,
    waiting: Vec<Offer>,
    sent: Vec<Offer>,
    triage: Vec<ToRoute>,
    cards: Vec<Card>,
    unfiled: Vec<Unfiled>,
    /// That the list goes on; empty when all is shown.
    more: String,
}

#[derive(Template)]
#[template(path = "offers.html")]
struct OffersPage {
    p: Page,
    waiting: Vec<Offer>,
    sent: Vec<Offer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tab {
    #[default]
    Triage,
    Tickets,
    Unfiled,
}

impl Tab {
    const fn path(self) -> &'static str {
        match self {
            Self::Triage => "/committee?tab=triage",
            Self::Tickets => "/committee?tab=tickets",
            Self::Unfiled => "/committee?tab=unfiled",
        }
    }
}

/// The query of the desk.
#[derive(Debug, Deserialize)]
pub struct Wish {
    #[serde(default)]
    tab: Tab,
}

/// The lists of the desk, of which one is read.
#[derive(Debug, Default)]
struct Lists {
    triage: Vec<TriageLine>,
    queue: Vec<TicketLine>,
    unfiled: Vec<UnfiledLine>,
}

/// `GET /committee`.
///
/// # Errors
/// For those who do not sit at the committee's desk.
pub async fn desk(
    who: CommitteeDesk,
    wish: Query<Wish>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let (staff, language, tab) = (who.staff.clone(), who.session.language, wish.tab);
    let read = run(&engine, move |engine| {
        let teller = Teller::new(language, &*engine.settings(staff.community)?, engine.now());
        // The list that is shown, and of the others how much there is.
        let mut lists = Lists::default();
        match tab {
            Tab::Triage => lists.triage = look::triage(engine, &staff)?,
            Tab::Tickets => lists.queue = look::queue(engine, &staff, Queue::Committee, &QueueView::default())?,
            Tab::Unfiled => lists.unfiled = look::unfiled(engine, &staff)?,
        }
        let counts = (look::open_work(engine, &staff)?, look::unfiled_count(engine, &staff)?);
        Ok::<_, Failure>((teller, look::offers(engine, &staff)?, lists, counts))
    });
    let (teller, offers, lists, (OpenWork { queues, triage }, unfiled)) = read.await?;
    let mut p = frame::page(&request, &who.session, teller.t.common.nav_committee);
    p.count(&queues);
    let back = tab.path();
    let own = queues.iter().find(|count| count.queue == Queue::Committee);
    let own = own.map_or(0, |count| usize::try_from(count.assigned + count.in_progress).unwrap_or(0));
    let page = DeskPage {
        tabs: tabs(&teller, tab, (triage, own, unfiled)),
        tab,
        back,
        waiting: offers.waiting.iter().map(|line| offer(line, &teller, back, true)).collect(),
        sent: offers.sent.iter().map(|line| offer(line, &teller, back, false)).collect(),
        triage: lists.triage.iter().map(|line| to_route(line, &teller, back)).collect(),
        cards: lists.queue.iter().map(|line| card(line, &who, &teller, back)).collect(),
        more: match tab {
            Tab::Triage => not_listed(triage, lists.triage.len(), teller.t),
            Tab::Tickets => not_listed(own, lists.queue.len(), teller.t),
            Tab::Unfiled => older(unfiled, lists.unfiled.len(), teller.t),
        },
        unfiled: lists.unfiled.iter().map(|line| self::unfiled(line, &teller)).collect(),
        p,
    };
    Ok(frame::show(&request, StatusCode::OK, &page))
}

/// `GET /offers`: the same offers for either desk.
///
/// # Errors
/// For those who sit at no desk.
pub async fn offers(who: AnyDesk, request: HttpRequest, engine: Data<Engine>) -> Result<HttpResponse, Trouble> {
    let member: &Member = &who;
    let (staff, language) = (member.staff.clone(), member.session.language);
    let read = run(&engine, move |engine| {
        let teller = Teller::new(language, &*engine.settings(staff.community)?, engine.now());
        Ok::<_, Failure>((teller, look::offers(engine, &staff)?, look::counts(engine, &staff)?))
    });
    let (teller, offers, counts) = read.await?;
    let mut p = frame::page(&request, &member.session, teller.t.offers.title);
    p.count(&counts);
    let page = OffersPage {
        waiting: offers.waiting.iter().map(|line| offer(line, &teller, "/offers", true)).collect(),
        sent: offers.sent.iter().map(|line| offer(line, &teller, "/offers", false)).collect(),
        p,
    };
    Ok(frame::show(&request, StatusCode::OK, &page))
}

/// That a list leaves some out; empty when it does not.
fn not_listed(all: usize, shown: usize, t: &Texts) -> String {
    match all.saturating_sub(shown) {
        0 => String::new(),
        left => fill(t.queue.not_listed, &[&left.to_string()]),
    }
}

fn tabs(teller: &Teller, here: Tab, (triage, queue, unfiled): (usize, usize, usize)) -> Vec<NavItem> {
    let t = teller.t;
    let one = |label: &str, tab: Tab, count: usize| {
        NavItem::new(label, tab.path()).counted(u32::try_from(count).unwrap_or(u32::MAX)).here(tab == here)
    };
    vec![
        one(t.triage.title, Tab::Triage, triage),
        one(t.common.nav_tickets, Tab::Tickets, queue),
        one(t.unmade.title, Tab::Unfiled, unfiled),
    ]
}

/// An offer as a card; `ours_to_answer` when it was made to this desk.
fn offer(line: &OfferLine, teller: &Teller, back: &str, ours_to_answer: bool) -> Offer {
    let (from, language) = (line.crossing.from, teller.language);
    let shown = crossing(&line.crossing, teller);
    let row = teller.row(&line.ticket);
    let mut facts: Vec<Fact> = vec![(teller.t.queue.col_place, row.place.clone())];
    facts.extend(shown.facts);
    let (id, back) = (line.ticket.id, encode(back));
    let form = |noun: &str| format!("/tickets/{id}?do={noun}&back={back}#do");
    let at_once = ours_to_answer && from.other() == Platform::Committee;
    let when = |yes: bool, href: String| if yes { href } else { String::new() };
    Offer {
        head: fill(teller.t.offers.from, &[from.word(language)]),
        clock: shown.clock,
        accept_post: when(at_once, format!("/tickets/{id}/acceptance?back={back}")),
        accept_form: when(ours_to_answer && !at_once, form("acceptance")),
        return_form: when(ours_to_answer, form("return")),
        recall: when(!ours_to_answer, format!("/tickets/{id}/recall?back={back}")),
        facts,
        from,
        row,
    }
}

fn to_route(line: &TriageLine, teller: &Teller, back: &str) -> ToRoute {
    let (t, language) = (teller.t, teller.language);
    let waited = teller.now - line.ticket.since_at;
    let waited = crate::domain::wording::duration(waited, language, crate::domain::wording::Round::Down);
    let guesses = line.suggestions.iter().map(|(guess, name)| {
        let why = match guess.words.is_empty() {
            true => String::new(),
            false => fill(t.triage.why, &[&guess.words.join(t.work.comma)]),
        };
        (guess.queue, guess.category.clone(), name.word(language).to_owned(), why)
    });
    ToRoute {
        row: teller.row(&line.ticket),
        waiting: fill(t.triage.waiting, &[&waited]),
        guesses: guesses.collect(),
        emergency: line.emergency.is_some(),
        other: format!("/tickets/{}?do=routing&back={}#do", line.ticket.id, encode(back)),
    }
}

fn unfiled(line: &UnfiledLine, teller: &Teller) -> Unfiled {
    let work = &teller.t.work;
    let kind = match line.kind.as_str() {
        "image" => work.attachment_image,
        "voice" => work.attachment_voice,
        "video" => work.attachment_video,
        "location" => work.attachment_location,
        _ => work.attachment_link,
    };
    let words = line.words.clone().filter(|words| !words.is_empty());
    let at = fill(teller.t.unmade.received, &[&teller.moment(line.at)]);
    Unfiled { id: line.id, words: words.unwrap_or_else(|| format!("[{kind}]")), at }
}
