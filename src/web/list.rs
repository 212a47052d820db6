//! All tickets in one list, newest first, narrowed by what stands in the address; and the ways to some of them: by number, by
//! what was said in them.

pub mod asked;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::facts::{Choice, TicketRow};
use super::frame;
use super::gate::run;
use super::page::Page;
use super::rows::Teller;
use super::session::Member;
use super::texts::{List, fill, texts};
use super::trouble::Trouble;
use crate::domain::ids::UserId;
use crate::domain::search::{QUERY_CHARS, Unsearchable};
use crate::domain::view::{Paged, QueueCount, TicketLine};
use crate::domain::wording;
use crate::domain::words::{Channel, Kind, Language, Platform, Queue, Status, Urgency};
use crate::engine::{Engine, Failure, look};
use crate::http;
use asked::{Asked, ONLY, Wrong};

/// The list's address.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/tickets", web::get().to(list)).route("/tickets/look-up", web::post().to(look_up));
}

/// One choice of the filter.
#[derive(Debug, Clone)]
struct Select {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

/// A ticket's line.
#[derive(Debug, Clone)]
struct Line {
    row: TicketRow,
    /// When it came in, for a narrow column.
    opened: String,
    /// The same in full.
    opened_in_full: String,
    /// Whose list, and who has it.
    whose: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    p: Page,
    first: Vec<Select>,
    further: Vec<Select>,
    further_open: bool,
    from: String,
    to: String,
    narrows: bool,
    /// What is wrong with what was asked, or that there is no such number.
    note: String,
    /// What stands in the search box.
    sought: String,
    /// The search the list is narrowed to, sealed; or empty.
    by: String,
    /// What is said when there is nothing, and what to do then.
    nothing: (String, &'static str),
    rows: Vec<Line>,
    /// The next page, or empty.
    older: String,
    /// The first page, or empty on it.
    newest: String,
}

/// Lines of a page: with the longest of words it stays under 60 kB.
const LINES: u32 = 35;
/// Lines of what was found: it is among the newest, or wants another word.
const FOUND: u32 = 30;

/// What one reading of the list finds.
struct Read {
    teller: Teller,
    counts: Vec<QueueCount>,
    workers: Vec<(UserId, String)>,
    page: Result<Paged<TicketLine>, Wrong>,
}

/// `GET /tickets`.
async fn list(
    who: Member,
    asked: Query<Asked>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Trouble> {
    let Some(asked) = asked.into_inner().opened(&engine, who.session.user) else {
        return Ok(frame::done(&request, "/tickets", "search-ended", &[]));
    };
    if let Some(there) = numbered(&who, &asked, &engine, false).await? {
        return Ok(see(&there));
    }
    let after = http::cursor(Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty()));
    let after = after.map_err(|_| Trouble::BadForm)?;
    let (staff, language, wish) = (who.staff.clone(), who.session.language, asked.clone());
    let read = run(&engine, move |engine| {
        let settings = engine.settings(staff.community)?;
        let me = staff.user();
        let page = match wish.filter(&settings.calendar, engine.now(), me) {
            Err(wrong) => Err(wrong),
            Ok(filter) => match wish.query() {
                None => Ok(look::tickets(engine, &staff, &filter, (after, LINES))?),
                Some(Ok(query)) => Ok(look::search(engine, &staff, (&query, &filter), (after, FOUND))?),
                Some(Err(why)) => Err(Wrong::Search(why)),
            },
        };
        Ok::<_, Failure>(Read {
            teller: Teller::new(language, &settings, engine.now()),
            counts: look::counts(engine, &staff)?,
            workers: look::workers(engine, &staff, wish.worker.parse().ok())?,
            page,
        })
    });
    let read = read.await?;
    let status = match &read.page {
        Err(Wrong::Code) => return Err(Trouble::BadForm),
        Err(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Ok(_) if asked.is_number() => StatusCode::NOT_FOUND,
        Ok(_) => StatusCode::OK,
    };
    let page = draw(frame::page(&request, &who.session, texts(language).list.title), &who, &asked, read);
    Ok(frame::show(&request, status, &page))
}

/// The ticket whose number was typed, if there is one in sight; `desk` says whether four digits are the end of a telephone
/// number.
async fn numbered(who: &Member, asked: &Asked, engine: &Data<Engine>, desk: bool) -> Result<Option<String>, Trouble> {
    if asked.sought().is_empty() {
        return Ok(None);
    }
    let (staff, wish) = (who.staff.clone(), asked.clone());
    run(engine, move |engine| {
        let settings = engine.settings(staff.community)?;
        let Some(number) = wish.number(settings.calendar.local_date(engine.now()), desk) else { return Ok(None) };
        match look::number(engine, &staff, number) {
            Ok(id) => Ok(Some(format!("/tickets/{id}"))),
            Err(Failure::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    })
    .await
}

/// `POST /tickets/look-up`: to the ticket of a number, to the desk's look-up of callers, or to the tickets with these words.
async fn look_up(who: Member, asked: Form<Asked>, engine: Data<Engine>) -> Result<HttpResponse, Trouble> {
    if asked.sought().is_empty() {
        return Ok(see("/tickets"));
    }
    let desk = who.at_desk(Platform::Property) && !asked.tickets_only;
    if let Some(there) = numbered(&who, &asked, &engine, desk).await? {
        return Ok(see(&there));
    }
    let (staff, user, typed) = (who.staff.clone(), who.session.user, asked.sought().to_owned());
    let there = run(&engine, move |engine| {
        // Numbers and names stand in no address of ours.
        let by = look::handle(engine, user, &typed.chars().take(QUERY_CHARS + 1).collect::<String>());
        let page = if desk && look::means_caller(engine, &staff, &typed)? { "/agent" } else { "/tickets" };
        Ok(format!("{page}?by={by}"))
    });
    Ok(see(&there.await?))
}

fn see(there: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, there)).finish()
}

fn draw(mut p: Page, who: &Member, asked: &Asked, read: Read) -> ListPage {
    p.count(&read.counts);
    let t = &p.t.list;
    let typed: String = asked.sought().chars().take(40).collect();
    let note = match &read.page {
        Err(wrong) => wrong.says(t),
        Ok(_) if asked.is_number() => fill(t.not_found, &[&typed]),
        Ok(_) => String::new(),
    };
    let (items, next) = match read.page {
        Ok(page) => (page.items, page.next),
        Err(_) => (Vec::new(), None),
    };
    let today = read.teller.now.with_timezone(&read.teller.zone).date_naive().to_string();
    let nothing = match (asked.query(), &next) {
        (None, _) => (t.none.to_owned(), t.none_next),
        (Some(_), None) => (fill(t.search_none, &[&typed]), t.search_none_next),
        // Few of those found can be shown: the search stops in between, rather than keep everybody waiting.
        (Some(_), Some(_)) => (t.search_none_yet.to_owned(), t.search_none_yet_next),
    };
    let day = |given: &str| if given == "today" { today.clone() } else { given.to_owned() };
    ListPage {
        first: first(t, p.language(), who, asked),
        further: further(t, p.language(), asked, (&read.workers, who.staff.user())),
        further_open: asked.narrows_further(),
        from: day(&asked.from),
        to: day(&asked.to),
        narrows: asked.narrows(),
        note,
        sought: asked.sought().to_owned(),
        by: asked.by.clone(),
        nothing,
        rows: items.iter().map(|item| line(item, &read.teller)).collect(),
        older: next.map(|cursor| asked.from_cursor(&http::cursor_text(&cursor))).unwrap_or_default(),
        newest: if asked.cursor.is_empty() { String::new() } else { asked.from_cursor("") },
        p,
    }
}

impl Wrong {
    fn says(&self, t: &List) -> String {
        match self {
            Self::Code => String::new(),
            Self::Day(given) => fill(t.wrong_day, &[given]),
            Self::Order => t.wrong_order.to_owned(),
            Self::Span => t.wrong_span.to_owned(),
            Self::Search(Unsearchable::Phone) => t.search_phone.to_owned(),
            Self::Search(Unsearchable::TooShort) => t.search_short.to_owned(),
            Self::Search(Unsearchable::TooLong) => fill(t.search_long, &[&QUERY_CHARS.to_string()]),
            Self::Search(Unsearchable::Nothing) => t.search_nothing.to_owned(),
        }
    }
}

fn line(item: &TicketLine, teller: &Teller) -> Line {
    let queue = item.queue.map(|queue| queue.word(teller.language));
    let whose = match (queue, &item.worker) {
        (Some(queue), Some((_, name))) => format!("{queue} · {name}"),
        (Some(queue), None) => queue.to_owned(),
        (None, Some((_, name))) => name.clone(),
        (None, None) => String::new(),
    };
    Line {
        row: teller.row(item),
        opened: wording::short_moment(item.opened_at, teller.now, teller.zone, teller.language),
        opened_in_full: teller.moment(item.opened_at),
        whose,
    }
}

/// The choices of one set, with what stands for all of them in front.
fn words<T: Copy>(
    (name, label, any): (&'static str, &'static str, &'static str),
    chosen: &str,
    all: impl Iterator<Item = T>,
    (code, word): (fn(T) -> &'static str, impl Fn(T) -> &'static str),
) -> Select {
    let rest = all.map(|one| Choice::new(code(one), word(one), code(one) == chosen));
    Select { name, label, choices: std::iter::once(Choice::new("", any, chosen.is_empty())).chain(rest).collect() }
}

fn first(t: &List, language: Language, who: &Member, asked: &Asked) -> Vec<Select> {
    let mut status = words(
        ("status", t.status, t.any_status),
        &asked.status,
        Status::ALL.iter().copied(),
        (Status::code, |s| s.word(language)),
    );
    status.choices.insert(1, Choice::new("open", t.open, asked.status == "open"));
    let queues = Queue::ALL.iter().copied();
    let queue = words(("queue", t.queue, t.any_queue), &asked.queue, queues, (Queue::code, |q| q.word(language)));
    let desk = who.at_desk(Platform::Property) || who.at_desk(Platform::Committee);
    // Offers are the desks' business; to others the conditions would only ever show nothing.
    let only = ONLY.iter().copied().filter(|code| desk || !code.starts_with("offer_"));
    let only = words(("only", t.special, t.any_special), &asked.only, only, (|code| code, |code| only_word(t, code)));
    vec![status, queue, only]
}

fn only_word(t: &List, code: &str) -> &'static str {
    match code {
        "late" => t.late,
        "held" => t.held,
        "held_due" => t.held_due,
        "deferred" => t.deferred,
        "deferred_due" => t.deferred_due,
        "offer_property" => t.offer_property,
        "offer_committee" => t.offer_committee,
        _ => t.same_day,
    }
}

fn further(
    t: &List,
    language: Language,
    asked: &Asked,
    (workers, me): (&[(UserId, String)], Option<UserId>),
) -> Vec<Select> {
    let sides = || Platform::ALL.iter().copied();
    let side = (Platform::code as fn(Platform) -> &'static str, |side: Platform| side.word(language));
    let mut people = vec![Choice::new("", t.any_worker, asked.worker.is_empty())];
    people.extend(workers.iter().map(|(id, name)| {
        let code = id.to_string();
        let chosen = code == asked.worker || (asked.worker == "me" && Some(*id) == me);
        Choice::new(code, name, chosen)
    }));
    vec![
        words(("kind", t.kind, t.any_kind), &asked.kind, Kind::ALL.iter().copied(), (Kind::code, |k| k.word(language))),
        words(
            ("urgency", t.urgency, t.any_urgency),
            &asked.urgency,
            Urgency::ALL.iter().copied(),
            (Urgency::code, |u| u.word(language)),
        ),
        words(
            ("channel", t.channel, t.any_channel),
            &asked.channel,
            Channel::ALL.iter().copied(),
            (Channel::code, |c| c.word(language)),
        ),
        words(("holder", t.holder, t.any_holder), &asked.holder, sides(), side),
        words(("lead", t.lead, t.any_lead), &asked.lead, sides(), side),
        Select { name: "worker", label: t.worker, choices: people },
    ]
}
