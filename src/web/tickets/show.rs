//! One ticket's page.

use std::sync::Arc;

use askama::Template;
use chrono::TimeDelta;

use crate::domain::actor::Staff;
use crate::domain::ids::ReporterId;
use crate::domain::ticket::Verb;
use crate::domain::view::{CategoryName, ClockView, CrossingView, Suggested, TicketPage};
use crate::domain::wording::{self, Round};
use crate::domain::words::{ClockKind, EscalationState, Platform, Queue, Status};
use crate::web::facts::{Clock, ClockLine, TicketRow, TimelineEntry};
use crate::web::frame::queue_path;
use crate::web::page::Page;
use crate::web::paths::own;
use crate::web::rows::{Teller, summary};
use crate::web::texts::fill;

use super::bar::{Bar, bar};
use super::beside;
use super::forms::{Desk, Form};
use super::timeline;

/// A label with what stands beside it.
pub type Fact = (&'static str, String);

/// Someone who reported it.
#[derive(Debug, Clone)]
pub struct Reporter {
    /// The row, for the button that shows the number.
    pub id: String,
    /// Name, or that none was given.
    pub name: String,
    /// First, also, proxy; and whether they left.
    pub role: String,
    /// Masked, or whole where the person may ring; empty without a number.
    pub phone: String,
    /// The number stands there whole.
    pub whole: bool,
    /// That it is shown this once, or empty.
    pub note: &'static str,
}

/// One crossing between the platforms.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// Who asks whom.
    pub head: String,
    /// Where it stands.
    pub state: &'static str,
    /// Until when an open offer wants an answer.
    pub clock: Option<Clock>,
    /// Why, what was tried, what is asked, what came of it.
    pub facts: Vec<Fact>,
}

/// One platform's side.
#[derive(Debug, Clone)]
pub struct Side {
    /// Which.
    pub platform: Platform,
    /// Lead, holder, asked; or nothing.
    pub what: String,
    /// Its time in all.
    pub spent: String,
}

/// A tied ticket.
#[derive(Debug, Clone)]
pub struct Tied {
    /// Its page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// Its status.
    pub status: Status,
    /// How it is tied.
    pub how: &'static str,
}

/// A guess where an unassigned ticket belongs; a form of one button.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The queue's code.
    pub queue: Queue,
    /// The category's code.
    pub category: String,
    /// The category's name.
    pub name: String,
    /// The words it went by.
    pub why: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "tickets/show.html")]
pub struct Show {
    /// The frame.
    pub p: Page,
    /// Number, status, urgency, clock, tags, version.
    pub row: TicketRow,
    /// The ticket's id.
    pub id: String,
    /// Back to the list: address and word.
    pub back: (String, String),
    /// What may be done.
    pub bar: Bar,
    /// The form that was asked for.
    pub form: Option<Form>,
    /// The request, verbatim.
    pub words: String,
    /// Channel and moment it came by.
    pub received: String,
    /// Why it waits, and until when: heading and reason.
    pub hold: Option<(String, String)>,
    /// An emergency was heard in an ordinary ticket.
    pub emergency: bool,
    /// Where it probably belongs.
    pub guesses: Vec<Guess>,
    /// History, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Clocks with bars.
    pub clocks: Vec<ClockLine>,
    /// Both platforms.
    pub sides: Vec<Side>,
    /// What holds until an open offer is answered, or nothing.
    pub until: &'static str,
    /// Time in each queue.
    pub queues: Vec<Fact>,
    /// Crossings, newest first.
    pub crossings: Vec<Crossing>,
    /// Who reported it.
    pub reporters: Vec<Reporter>,
    /// Number, kind, places and so on.
    pub facts: Vec<Fact>,
    /// Tied tickets.
    pub links: Vec<Tied>,
    /// Pictures, recordings, positions.
    pub attachments: Vec<String>,
    /// What an agent reads to the caller.
    pub read_back: String,
    /// Notices, newest first: what, for whom, what became of it.
    pub told: Vec<(&'static str, String, &'static str)>,
}

/// The page for one person, with `form` open.
pub fn view(mut p: Page, desk: Desk<'_>, staff: &Staff, form: Option<Form>) -> Show {
    let (page, teller) = (desk.page, desk.teller);
    let line = &page.line;
    let mut bar = bar(desk, staff.user());
    if form.is_some() {
        // One solid button a screen: the form's.
        bar.soften();
    }
    p.title = summary(&line.words);
    if !bar.main.is_empty() {
        p.body_class = "acting";
    }
    let teller = &teller;
    let t = teller.t;
    Show {
        row: teller.row(line),
        id: line.id.to_string(),
        back: back(desk),
        form,
        words: line.words.clone(),
        received: fill(t.work.received, &[line.channel.word(teller.language), &teller.moment(line.opened_at)]),
        hold: page
            .hold
            .as_ref()
            .map(|hold| (fill(t.work.on_hold, &[&teller.moment(hold.review_at)]), hold.reason.clone())),
        emergency: page.emergency.is_some()
            && line.status != Status::Done
            && line.urgency != crate::domain::words::Urgency::Emergency
            && page.may(Verb::SetUrgency),
        guesses: guesses(desk),
        timeline: page.timeline.iter().map(|entry| timeline::line(entry, teller)).collect(),
        clocks: page.clocks.iter().filter_map(|clock| clock_line(clock, desk)).collect(),
        sides: Platform::ALL.iter().map(|platform| side(*platform, desk)).collect(),
        until: if offered(page) { t.ticket.until_accept } else { "" },
        queues: queues(desk),
        crossings: page.crossings.iter().rev().map(|crossing| self::crossing(crossing, teller)).collect(),
        reporters: page.reporters.iter().map(|reporter| beside::reporter(reporter, teller)).collect(),
        facts: beside::facts(desk),
        links: page.links.iter().map(|link| beside::tied(link, teller)).collect(),
        attachments: page.attachments.iter().map(|file| beside::attachment(file, teller)).collect(),
        read_back: if rings(staff) { beside::read_back(desk) } else { String::new() },
        told: Vec::new(),
        bar,
        p,
    }
}

impl Show {
    /// Puts a reporter's whole number on the page, this once.
    pub fn reveal(&mut self, reporter: ReporterId, phone: &str) {
        let id = reporter.to_string();
        for shown in self.reporters.iter_mut().filter(|shown| shown.id == id) {
            shown.phone = phone.to_owned();
            shown.whole = true;
            shown.note = self.p.t.work.phone_once;
        }
    }
}

/// Sits at a desk, where residents ring.
fn rings(staff: &Staff) -> bool {
    Platform::ALL.iter().any(|platform| staff.at_desk(*platform))
}

fn offered(page: &TicketPage) -> bool {
    page.line.crossing.is_some_and(|c| c.state == EscalationState::Offered)
}

/// The list it was opened from, else its queue's.
fn back(desk: Desk<'_>) -> (String, String) {
    let t = desk.teller.t;
    let asked = desk.typed.get("back");
    if !asked.is_empty() {
        return (own(asked).to_owned(), t.common.back.to_owned());
    }
    match desk.page.line.queue {
        Some(queue) => (queue_path(queue), fill(t.ticket.back_to, &[queue.word(desk.teller.language)])),
        None => ("/".to_owned(), t.common.back.to_owned()),
    }
}

fn guesses(desk: Desk<'_>) -> Vec<Guess> {
    if !desk.page.may(Verb::Route) {
        return Vec::new();
    }
    let language = desk.teller.language;
    let guess = |(suggested, name): &(Suggested, Arc<CategoryName>)| Guess {
        queue: suggested.queue,
        category: suggested.category.clone(),
        name: name.word(language).to_owned(),
        why: match suggested.words.is_empty() {
            true => String::new(),
            false => fill(desk.teller.t.triage.why, &[&suggested.words.join(desk.teller.t.work.comma)]),
        },
    };
    desk.page.suggestions.iter().map(guess).collect()
}

fn clock_line(clock: &ClockView, desk: Desk<'_>) -> Option<ClockLine> {
    let teller = desk.teller;
    let state = clock.state.as_ref()?;
    let both = desk.page.clocks.iter().any(|other| other.kind == clock.kind && other.platform != clock.platform);
    let name = clock.kind.word(teller.language);
    let name = if both {
        fill(teller.t.work.clock_of, &[name, clock.platform.word(teller.language)])
    } else {
        name.to_owned()
    };
    let due = clock.due_at.map(|due| {
        let words = wording::due_words(due, teller.now, teller.zone, teller.language);
        fill(teller.t.work.due, &[&words])
    });
    Some(ClockLine {
        name,
        clock: teller.clock(clock.kind, state, clock.due_at),
        percent: clock.percent,
        note: due.unwrap_or_default(),
    })
}

fn spent(length: TimeDelta, teller: &Teller) -> String {
    wording::duration(length, teller.language, Round::Down)
}

fn side(platform: Platform, desk: Desk<'_>) -> Side {
    let (line, t) = (&desk.page.line, desk.teller.t);
    let mut what = Vec::new();
    if line.lead == platform {
        what.push(t.ticket.lead);
    }
    if line.holder == platform && line.status != Status::Done {
        what.push(t.ticket.holder);
    }
    if offered(desk.page) && line.holder != platform {
        what.push(t.ticket.waits_accept);
    }
    let own = desk.page.clocks.iter().filter(|c| c.kind == ClockKind::QueueTime && c.platform == platform);
    let total = own.fold(TimeDelta::zero(), |sum, clock| sum + clock.spent);
    let spent = match total > TimeDelta::zero() {
        true => fill(t.ticket.total_time, &[&spent(total, desk.teller)]),
        false => String::new(),
    };
    Side { platform, what: what.join(t.work.comma), spent }
}

/// Each queue's own time, where more than one had it.
fn queues(desk: Desk<'_>) -> Vec<Fact> {
    let mut sums: Vec<(Queue, TimeDelta)> = Vec::new();
    for clock in desk.page.clocks.iter().filter(|c| c.kind == ClockKind::QueueTime) {
        let Some(queue) = clock.queue else { continue };
        match sums.iter_mut().find(|(known, _)| *known == queue) {
            Some((_, sum)) => *sum += clock.spent,
            None => sums.push((queue, clock.spent)),
        }
    }
    if sums.len() < 2 {
        return Vec::new();
    }
    sums.iter().map(|(queue, sum)| (queue.word(desk.teller.language), spent(*sum, desk.teller))).collect()
}

/// One crossing, as it is read.
pub fn crossing(crossing: &CrossingView, teller: &Teller) -> Crossing {
    let (work, language) = (&teller.t.work, teller.language);
    let mut facts: Vec<Fact> = vec![(work.crossing_reason, crossing.reason.clone())];
    let more = [
        (work.crossing_tried, &crossing.tried),
        (work.crossing_asked, &crossing.asked),
        (work.crossing_answer, &crossing.answer),
    ];
    facts.extend(more.into_iter().filter_map(|(label, words)| Some((label, words.clone()?))));
    let open = crossing.state == EscalationState::Offered;
    Crossing {
        head: fill(work.crossing, &[crossing.from.word(language), crossing.from.other().word(language)]),
        state: crossing.state.word(language),
        clock: crossing.answer_by.filter(|_| open).map(|by| teller.answer_clock(by)),
        facts,
    }
}
