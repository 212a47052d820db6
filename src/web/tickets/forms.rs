//! The verbs' forms, as data: which fields, filled with what, and what is wrong with them.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::domain::ticket::Verb;
use crate::domain::view::TicketPage;
use crate::domain::words::{Audience, Outcome, Platform, Queue, Urgency};
use crate::engine::Settings;
use crate::web::facts::{Choice, FieldErrors};
use crate::web::icon::of_urgency;
use crate::web::rows::Teller;
use crate::web::texts::fill;

use super::ask::{Typed, noun};

/// Working days the other platform has for its answer, unless the offer says otherwise.
const ANSWER_DAYS: u32 = 2;
/// The local hour offered for answers: the end of the office day.
const ANSWER_HOUR: u32 = 17;
/// The local hour offered for a hold's review: the start of the working day.
const REVIEW_HOUR: u32 = 9;

/// How a field is asked.
#[derive(Debug, Clone)]
pub enum Shape {
    /// One line; the HTML type.
    Line(&'static str),
    /// Several lines.
    Area,
    /// A list to choose from.
    Pick(Vec<Choice>),
    /// All choices in sight.
    Segments(Vec<Choice>),
    /// Yes or no.
    Check(bool),
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name and id.
    pub name: &'static str,
    /// What is asked.
    pub label: String,
    /// A word beside the label, or empty.
    pub hint: String,
    /// What stands in it.
    pub value: String,
    /// What is wrong with it, or empty.
    pub error: String,
    /// How it is asked.
    pub shape: Shape,
}

/// A verb's form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The verb, as a heading.
    pub title: &'static str,
    /// What it does, or empty.
    pub hint: &'static str,
    /// Where it is posted to.
    pub action: String,
    /// The version of the ticket it was drawn from.
    pub version: i64,
    /// Where to go afterwards; empty for the ticket.
    pub back: String,
    /// Where one goes who leaves it be.
    pub leave: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What is wrong, field by field.
    pub errors: FieldErrors,
    /// What is wrong with no field in particular, or empty.
    pub error: String,
    /// The button.
    pub submit: String,
    /// The name under which the browser keeps unfinished words.
    pub draft: String,
}

/// Everything a form is filled from.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The ticket.
    pub page: &'a TicketPage,
    /// Words.
    pub teller: &'a Teller,
    /// The community's calendar and categories.
    pub settings: &'a Settings,
    /// What was typed before, kept.
    pub typed: &'a Typed,
}

/// The form of a verb; `None` for one without an address.
pub fn form(verb: Verb, desk: Desk<'_>, errors: FieldErrors) -> Option<Form> {
    let (title, hint, submit) = words(verb, desk);
    let line = &desk.page.line;
    let mut fields = fields(verb, desk);
    for field in &mut fields {
        field.error = errors.of(field.name).to_owned();
    }
    let known = |name: &str| fields.iter().any(|field| field.name == name);
    let homeless = errors.all().iter().filter(|(name, _)| !known(name)).map(|(_, words)| words.as_str());
    let error = homeless.collect::<Vec<_>>().join(" ");
    Some(Form {
        title,
        hint,
        action: format!("/tickets/{}/{}", line.id, noun(verb)?),
        version: line.version,
        back: desk.typed.get("back").to_owned(),
        leave: format!("/tickets/{}", line.id),
        fields,
        errors,
        error,
        submit: submit.to_owned(),
        draft: format!("{}-{}", verb.code(), line.id),
    })
}

/// A verb's name, as buttons and headings have it.
pub fn name(verb: Verb, desk: Desk<'_>) -> &'static str {
    words(verb, desk).0
}

/// Heading, hint and button.
fn words(verb: Verb, desk: Desk<'_>) -> (&'static str, &'static str, &'static str) {
    let (verbs, work) = (&desk.teller.t.verbs, &desk.teller.t.work);
    let plain = |word: &'static str| (word, "", word);
    match verb {
        Verb::Route => plain(verbs.route),
        Verb::Take => plain(verbs.take),
        Verb::Assign => plain(verbs.assign),
        Verb::Start => plain(verbs.start),
        Verb::Transfer => plain(verbs.transfer),
        Verb::HandBack => (verbs.hand_back, verbs.hand_back_hint, verbs.hand_back),
        Verb::Hold => (verbs.hold, verbs.hold_hint, verbs.hold),
        Verb::Resume => plain(verbs.resume),
        Verb::Finish => (verbs.finish_submit, "", verbs.finish_submit),
        Verb::Reopen => plain(verbs.reopen),
        Verb::Withdraw => (verbs.withdraw, verbs.withdraw_hint, verbs.withdraw),
        Verb::Merge => (verbs.merge, verbs.merge_hint, verbs.merge),
        Verb::Nudge => plain(verbs.nudge),
        Verb::Note => plain(verbs.note),
        Verb::Attach => plain(verbs.photo),
        Verb::SetUrgency => plain(verbs.change_urgency),
        Verb::Place => plain(verbs.change_place),
        Verb::Offer => match desk.page.line.holder.other() {
            Platform::Committee => plain(verbs.offer_committee),
            Platform::Property => plain(verbs.offer_property),
        },
        Verb::Accept => plain(verbs.accept),
        Verb::Return => plain(verbs.return_it),
        Verb::Recall => plain(verbs.recall),
        Verb::Conclude => (verbs.conclude, "", work.conclude_submit),
    }
}

fn fields(verb: Verb, desk: Desk<'_>) -> Vec<Field> {
    let (verbs, work, errors) = (&desk.teller.t.verbs, &desk.teller.t.work, &desk.teller.t.common);
    match verb {
        Verb::Take | Verb::Start | Verb::Resume | Verb::Recall | Verb::Attach => Vec::new(),
        Verb::Route => vec![
            desk.queues("queue", verbs.route_queue, Queue::ALL),
            desk.workers(work.worker_any),
            desk.categories(),
            desk.urgencies(),
        ],
        Verb::Assign => vec![desk.workers(errors.choose)],
        Verb::Transfer => {
            let own: Vec<Queue> =
                Queue::ALL.iter().copied().filter(|q| q.platform() == desk.page.line.holder).collect();
            vec![
                desk.queues("queue", verbs.transfer_queue, &own),
                desk.workers(work.worker_any),
                desk.area("reason", verbs.transfer_reason, ""),
            ]
        }
        Verb::HandBack => vec![desk.area("reason", verbs.hand_back_reason, "")],
        Verb::Hold => vec![
            desk.causes(),
            desk.area("reason", work.hold_detail, work.hold_detail_hint),
            desk.line("review_at", verbs.hold_until, work.when_hint, "datetime-local").or(desk.tomorrow()),
        ],
        Verb::Finish => vec![
            desk.outcomes(),
            desk.area("note", verbs.finish_text, verbs.finish_text_hint),
            desk.line("review_on", verbs.finish_review, verbs.finish_review_hint, "date"),
        ],
        Verb::Reopen => vec![desk.area("reason", verbs.reopen_reason, "")],
        Verb::Withdraw => desk.reporters().into_iter().collect(),
        Verb::Merge => vec![desk.line("number", verbs.merge_into, "", "text")],
        Verb::Nudge => {
            let words = desk.area("words", verbs.nudge_text, errors.optional);
            desk.reporters().into_iter().chain([words]).collect()
        }
        Verb::Note => vec![desk.area("words", verbs.note_text, ""), desk.audiences(), desk.tell()],
        Verb::SetUrgency => vec![desk.urgencies()],
        Verb::Place => vec![desk.line("place", desk.teller.t.ticket.place_matter, work.place_hint, "text")],
        Verb::Offer => vec![
            desk.area("reason", verbs.reason, ""),
            desk.area("tried", verbs.offer_tried, ""),
            desk.area("asked", verbs.offer_ask, ""),
            desk.line("answer_by", work.answer_by, work.when_hint, "datetime-local").or(desk.answer_by()),
        ],
        Verb::Accept => desk.acceptance(),
        Verb::Return => vec![desk.area("reason", verbs.return_reason, "")],
        Verb::Conclude => vec![desk.area("report", verbs.conclude_text, "")],
    }
}

impl Field {
    /// The same field with this in it, unless something was typed.
    fn or(mut self, value: String) -> Self {
        if self.value.is_empty() {
            self.value = value;
        }
        self
    }
}

impl Desk<'_> {
    fn field(&self, name: &'static str, label: &str, hint: &str, shape: Shape) -> Field {
        let value = self.typed.get(name).to_owned();
        Field { name, label: label.to_owned(), hint: hint.to_owned(), value, error: String::new(), shape }
    }

    fn line(&self, name: &'static str, label: &str, hint: &str, kind: &'static str) -> Field {
        self.field(name, label, hint, Shape::Line(kind))
    }

    fn area(&self, name: &'static str, label: &str, hint: &str) -> Field {
        self.field(name, label, hint, Shape::Area)
    }

    fn queues(&self, name: &'static str, label: &str, queues: &[Queue]) -> Field {
        let typed = self.typed.get(name);
        let language = self.teller.language;
        let one = |q: &Queue| Choice::new(q.code(), q.word(language), typed == q.code());
        self.field(name, label, "", Shape::Segments(queues.iter().map(one).collect()))
    }

    /// Whom it can be given to: those of the ticket's own queue first, people on duty marked.
    fn workers(&self, none: &str) -> Field {
        let (typed, language) = (self.typed.get("worker"), self.teller.language);
        let mut people: Vec<_> = self.page.workers.iter().collect();
        people.sort_by_key(|w| (Some(w.queue) != self.page.line.queue, w.queue, !w.on_duty));
        let mut choices = vec![Choice::new("", none, typed.is_empty())];
        for worker in people {
            let duty = if worker.on_duty { self.teller.t.account.duty } else { self.teller.t.account.duty_off };
            let label = fill(self.teller.t.work.worker_choice, &[&worker.name, worker.queue.word(language), duty]);
            let id = worker.id.to_string();
            let chosen = typed == id;
            choices.push(Choice::new(id, label, chosen));
        }
        self.field("worker", self.teller.t.verbs.assign_worker, "", Shape::Pick(choices))
    }

    fn categories(&self) -> Field {
        let present = self.page.line.category.as_ref().map_or("", |c| c.code.as_str());
        let typed = if self.typed.has("category") { self.typed.get("category") } else { present };
        let keep = Choice::new("", self.teller.t.work.category_keep, typed.is_empty());
        let live = self.settings.categories.iter().filter(|row| row.retired_at.is_none());
        let rest = live.map(|row| Choice::new(&row.code, self.teller.category(&row.code), typed == row.code));
        let choices = std::iter::once(keep).chain(rest).collect();
        self.field("category", self.teller.t.ticket.category, "", Shape::Pick(choices))
    }

    fn urgencies(&self) -> Field {
        let typed = self.typed.get("urgency");
        let present = if typed.is_empty() { self.page.line.urgency.code() } else { typed };
        let language = self.teller.language;
        let one = |u: &Urgency| Choice {
            icon: Some(of_urgency(*u)),
            ..Choice::new(u.code(), u.word(language), present == u.code())
        };
        let choices = Urgency::ALL.iter().map(one).collect();
        self.field("urgency", self.teller.t.verbs.route_urgency, "", Shape::Segments(choices))
    }

    fn causes(&self) -> Field {
        let verbs = &self.teller.t.verbs;
        let typed = self.typed.get("cause");
        let known =
            [verbs.hold_parts, verbs.hold_resident, verbs.hold_contractor, verbs.hold_meeting, verbs.hold_weather];
        let mut choices: Vec<Choice> = known.iter().map(|cause| Choice::new(*cause, *cause, typed == *cause)).collect();
        choices.push(Choice::new("", verbs.hold_other, typed.is_empty()));
        self.field("cause", verbs.hold_reason, "", Shape::Segments(choices))
    }

    fn outcomes(&self) -> Field {
        const OFFERED: [Outcome; 5] =
            [Outcome::Resolved, Outcome::Explained, Outcome::Deferred, Outcome::Referred, Outcome::NotAccepted];
        let (typed, language) = (self.typed.get("outcome"), self.teller.language);
        let choices = OFFERED.iter().map(|o| Choice::new(o.code(), o.word(language), typed == o.code())).collect();
        self.field("outcome", self.teller.t.verbs.finish_outcome, "", Shape::Segments(choices))
    }

    /// Who of the reporters, when there is a choice.
    fn reporters(&self) -> Option<Field> {
        let still: Vec<_> = self.page.reporters.iter().filter(|r| !r.left).collect();
        if still.len() < 2 {
            return None;
        }
        let (typed, work) = (self.typed.get("reporter"), &self.teller.t.work);
        let choices = still.iter().enumerate().map(|(at, reporter)| {
            let id = reporter.id.to_string();
            let name = reporter.name.as_deref().unwrap_or(work.no_name);
            let phone = reporter.phone.as_deref().filter(|_| !reporter.phone_whole).unwrap_or_default();
            let chosen = typed == id || (typed.is_empty() && at == 0);
            Choice::new(id, format!("{name} {phone}").trim_end(), chosen)
        });
        Some(self.field("reporter", work.reporter, "", Shape::Pick(choices.collect())))
    }

    fn audiences(&self) -> Field {
        let (typed, language) = (self.typed.get("audience"), self.teller.language);
        let chosen = if typed.is_empty() { Audience::Both.code() } else { typed };
        let choices = Audience::ALL.iter().map(|a| Choice::new(a.code(), a.word(language), chosen == a.code()));
        let (label, hint) = (self.teller.t.verbs.note_audience, self.teller.t.work.audience_hint);
        self.field("audience", label, hint, Shape::Segments(choices.collect()))
    }

    fn tell(&self) -> Field {
        let on = self.typed.has("to_resident");
        self.field("to_resident", self.teller.t.work.note_to_resident, "", Shape::Check(on))
    }

    /// The committee has one queue and needs no choice; the property says which of its own.
    fn acceptance(&self) -> Vec<Field> {
        let own: Vec<Queue> = match self.page.line.holder.other() {
            Platform::Committee => Vec::new(),
            platform => Queue::ALL.iter().copied().filter(|q| q.platform() == platform).collect(),
        };
        let mut fields = Vec::new();
        if !own.is_empty() {
            fields.push(self.queues("queue", self.teller.t.verbs.accept_queue, &own));
        }
        fields.push(self.workers(self.teller.t.work.worker_any));
        fields
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.teller.zone).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// A moment of a local day, for a field's first value.
    fn at_hour(&self, day: chrono::NaiveDate, hour: u32) -> String {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
        let local = self.teller.zone.from_local_datetime(&day.and_time(time)).earliest();
        local.map_or_else(String::new, |at| self.local(at.with_timezone(&Utc)))
    }

    fn tomorrow(&self) -> String {
        let today = self.settings.calendar.local_date(self.teller.now);
        today.checked_add_days(Days::new(1)).map_or_else(String::new, |day| self.at_hour(day, REVIEW_HOUR))
    }

    fn answer_by(&self) -> String {
        let end = self.settings.calendar.end_of_working_day(ANSWER_DAYS, self.teller.now);
        let day = self.settings.calendar.local_date(end - TimeDelta::seconds(1));
        self.at_hour(day, ANSWER_HOUR)
    }
}
