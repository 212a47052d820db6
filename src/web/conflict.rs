//! Two people at one ticket: the page for the one who came second. It keeps what was typed, shows what the other did
//! meanwhile, and offers to submit again where that still makes sense.

use askama::Template;

use crate::domain::ids::UserId;
use crate::domain::ticket::{Event, Refusal, Verb};
use crate::domain::view::{Entry, TicketPage};

use super::facts::{FieldErrors, TicketRow, TimelineEntry};
use super::page::Page;
use super::texts::fill;
use super::tickets::forms::{Desk, Form, Shape, form, name};
use super::tickets::timeline;

/// Lines of history shown when it is not known what the person saw last.
const LINES: usize = 3;

/// The page.
#[derive(Debug, Template)]
#[template(path = "conflict.html")]
pub struct Conflict {
    /// The frame.
    pub p: Page,
    /// What is so: who changed it, or that the step cannot be done.
    pub head: String,
    /// What to do.
    pub lead: String,
    /// The ticket as it stands now.
    pub row: TicketRow,
    /// What was done meanwhile, newest first; empty when nothing was.
    pub theirs: Vec<TimelineEntry>,
    /// The form once more, with the present version, where the step is still possible.
    pub again: Option<Form>,
    /// The step, as a button says it.
    pub verb: &'static str,
    /// What was typed, where the step is gone: to be read and copied.
    pub kept: Vec<(String, String)>,
}

/// The page for `me`, who tried `verb`; `refusal` says why when it was not just a newer version.
pub fn view(mut p: Page, (desk, me): (Desk<'_>, Option<UserId>), verb: Verb, refusal: Option<Refusal>) -> Conflict {
    let (page, teller) = (desk.page, desk.teller);
    let (errors, work) = (&teller.t.errors, &teller.t.work);
    let meanwhile = meanwhile(page, desk.typed.version());
    let gone = refusal.or_else(|| gone(page, verb, me));
    let form = form(verb, desk, FieldErrors::default());
    let kept: Vec<(String, String)> = form.iter().flat_map(kept).collect();
    let head = match meanwhile.first() {
        Some(entry) => fill(work.conflict_title, &[&timeline::who(&entry.author, teller)]),
        None => errors.blocked.to_owned(),
    };
    let lead = match &gone {
        Some(refusal) => fill(errors.conflict_gone, &[&refusal.say(teller.language)]),
        None if kept.is_empty() => work.conflict_lead_plain.to_owned(),
        None => work.conflict_lead.to_owned(),
    };
    p.title = head.clone();
    Conflict {
        head,
        lead,
        row: teller.row(&page.line),
        theirs: meanwhile.iter().map(|entry| timeline::line(entry, teller)).collect(),
        verb: name(verb, desk),
        kept: if gone.is_some() { kept } else { Vec::new() },
        again: form.filter(|_| gone.is_none()),
        p,
    }
}

/// What happened since the version the person saw. Each change is one moment of the history and one step of the version;
/// looking at a number is written down without being a change.
fn meanwhile(page: &TicketPage, seen: Option<i64>) -> Vec<&Entry> {
    let changes =
        page.timeline.iter().filter(|entry| !matches!(entry.event, Event::PhoneShown { .. } | Event::AlarmHeard));
    let Some(seen) = seen else { return changes.take(LINES).collect() };
    let steps = usize::try_from(page.line.version - seen).unwrap_or(0);
    let mut moments = Vec::new();
    let mut out = Vec::new();
    for entry in changes {
        if !moments.contains(&entry.at) {
            moments.push(entry.at);
        }
        if moments.len() > steps {
            break;
        }
        out.push(entry);
    }
    out
}

/// Why the step makes no sense any more, if so.
fn gone(page: &TicketPage, verb: Verb, me: Option<UserId>) -> Option<Refusal> {
    let other = page.line.worker.as_ref().map(|(id, _)| *id).filter(|id| Some(*id) != me);
    match (verb, other) {
        (Verb::Take | Verb::Start, Some(by)) => Some(Refusal::AlreadyTaken { by }),
        _ if page.may(verb) => None,
        _ => Some(page.refusal(verb).cloned().unwrap_or(Refusal::NotYours)),
    }
}

/// The words typed, field by field.
fn kept(form: &Form) -> impl Iterator<Item = (String, String)> + '_ {
    let words = form.fields.iter().filter(|field| matches!(field.shape, Shape::Area | Shape::Line("text")));
    words.filter(|field| !field.value.is_empty()).map(|field| (field.label.clone(), field.value.clone()))
}
