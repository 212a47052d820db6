//! From a form's fields to what is asked of the engine, and from its refusal back to the fields.

use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc};

use crate::domain::ticket::{Refusal, RefusalKind, Verb};
use crate::domain::words::{Audience, Outcome, Queue, Urgency};
use crate::engine::Invalid;
use crate::engine::tickets::Ask;
use crate::http::say_problem;
use crate::web::facts::FieldErrors;
use crate::web::rows::Teller;
use crate::web::texts::{Texts, fill};

/// The verb of an address: `/tickets/{id}/{noun}`.
pub fn verb(known: &str) -> Option<Verb> {
    Verb::ALL.iter().copied().find(|verb| noun(*verb) == Some(known))
}

/// The noun of a verb's address; `None` for a verb the console has no form for.
pub fn noun(verb: Verb) -> Option<&'static str> {
    (verb != Verb::Attach).then(|| verb.noun())
}

/// What was typed into a form, by field name.
#[derive(Debug, Clone, Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// The fields as they were sent.
    pub fn new(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// A field without outer blanks; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether a field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The version of the ticket the form was drawn from.
    pub fn version(&self) -> Option<i64> {
        self.get("version").parse().ok()
    }
}

/// Reads a verb's form.
///
/// # Errors
/// What is wrong with which field, in words.
pub fn read(verb: Verb, typed: &Typed, teller: &Teller) -> Result<Option<Ask>, FieldErrors> {
    let mut reader = Reader { typed, teller, errors: FieldErrors::default() };
    let ask = reader.ask(verb);
    if reader.errors.is_empty() { Ok(ask) } else { Err(reader.errors) }
}

struct Reader<'a> {
    typed: &'a Typed,
    teller: &'a Teller,
    errors: FieldErrors,
}

impl Reader<'_> {
    /// `None` when a needed field is missing (then `errors` says which), or for a verb without a form.
    fn ask(&mut self, verb: Verb) -> Option<Ask> {
        Some(match verb {
            Verb::Route => {
                let (worker, urgency) = (self.choice("worker"), self.choice::<Urgency>("urgency"));
                Ask::Route { queue: self.queue()?, worker, category: self.optional("category"), urgency }
            }
            Verb::Take => Ask::Take,
            Verb::Start => Ask::Start,
            Verb::Resume => Ask::Resume,
            Verb::Recall => Ask::Recall,
            Verb::Assign => {
                let missing = self.teller.t.errors.worker_missing;
                Ask::Assign { worker: self.needed("worker", missing)? }
            }
            Verb::Transfer => {
                let (queue, reason) = (self.queue(), self.reason("reason"));
                Ask::Transfer { queue: queue?, worker: self.choice("worker"), reason: reason? }
            }
            Verb::HandBack => Ask::HandBack { reason: self.reason("reason")? },
            Verb::Return => Ask::Return { reason: self.reason("reason")? },
            Verb::Reopen => Ask::Reopen { reason: self.reason("reason")? },
            Verb::Hold => {
                let (reason, review_at) = (self.cause(), self.moment("review_at"));
                Ask::Hold { reason: reason?, review_at: review_at? }
            }
            Verb::Finish => self.finish()?,
            Verb::Withdraw => Ask::Withdraw { reporter: self.choice("reporter") },
            Verb::Nudge => Ask::Nudge { reporter: self.choice("reporter"), words: self.optional("words") },
            Verb::Merge => {
                let strange = self.teller.t.work.number_strange;
                let typed = self.typed.get("number").parse();
                let into = typed.map_err(|_| self.errors.add("number", strange)).ok();
                Ask::Merge { into: into? }
            }
            Verb::Note => {
                let audience = self.choice::<Audience>("audience").unwrap_or(Audience::Both);
                Ask::Note { words: self.text("words")?, audience, to_resident: self.typed.has("to_resident") }
            }
            Verb::SetUrgency => {
                let missing = self.teller.t.work.choose_one;
                Ask::SetUrgency { urgency: self.needed("urgency", missing)? }
            }
            Verb::Place => {
                let chosen = self.choice("place_id");
                let typed = if chosen.is_some() { self.optional("place") } else { Some(self.text("place")?) };
                Ask::Place { typed, chosen }
            }
            Verb::Offer => {
                let (reason, tried, asked) = (self.reason("reason"), self.text("tried"), self.text("asked"));
                let answer_by = self.moment("answer_by");
                Ask::Offer { reason: reason?, tried: tried?, asked: asked?, answer_by: answer_by? }
            }
            Verb::Accept => Ask::Accept { queue: self.choice("queue"), worker: self.choice("worker") },
            Verb::Conclude => Ask::Conclude { report: self.text("report")? },
            Verb::Attach => return None,
        })
    }

    fn finish(&mut self) -> Option<Ask> {
        let outcome = self.needed::<Outcome>("outcome", self.teller.t.errors.outcome_missing);
        let review_on = self.day("review_on");
        // The date field stands in the form for every outcome; it counts for a deferred one only.
        let review_on = review_on.filter(|_| outcome == Some(Outcome::Deferred));
        if outcome == Some(Outcome::Deferred) && self.typed.get("review_on").is_empty() {
            self.errors.add("review_on", self.teller.t.errors.review_missing);
        }
        Some(Ask::Finish { outcome: outcome?, note: self.optional("note"), review_on })
    }

    fn queue(&mut self) -> Option<Queue> {
        self.needed("queue", self.teller.t.errors.queue_missing)
    }

    /// What a hold waits for, chosen and told: either is enough.
    fn cause(&mut self) -> Option<String> {
        let (cause, detail) = (self.typed.get("cause"), self.typed.get("reason"));
        match (cause.is_empty(), detail.is_empty()) {
            (true, _) => self.reason("reason"),
            (false, true) => Some(cause.to_owned()),
            (false, false) => Some(fill(self.teller.t.work.cause_and_detail, &[cause, detail])),
        }
    }

    fn reason(&mut self, field: &'static str) -> Option<String> {
        self.said(field, self.teller.t.errors.reason_missing)
    }

    fn text(&mut self, field: &'static str) -> Option<String> {
        self.said(field, self.teller.t.work.words_missing)
    }

    fn said(&mut self, field: &'static str, missing: &str) -> Option<String> {
        let words = self.optional(field);
        if words.is_none() {
            self.errors.add(field, missing);
        }
        words
    }

    fn optional(&self, field: &str) -> Option<String> {
        Some(self.typed.get(field)).filter(|words| !words.is_empty()).map(str::to_owned)
    }

    /// A choice that may be left open.
    fn choice<T: FromStr>(&mut self, field: &'static str) -> Option<T> {
        let given = self.typed.get(field);
        if given.is_empty() {
            return None;
        }
        let chosen = given.parse().ok();
        if chosen.is_none() {
            self.errors.add(field, self.teller.t.work.choose_one);
        }
        chosen
    }

    fn needed<T: FromStr>(&mut self, field: &'static str, missing: &str) -> Option<T> {
        if self.typed.get(field).is_empty() {
            self.errors.add(field, missing);
            return None;
        }
        self.choice(field)
    }

    fn day(&mut self, field: &'static str) -> Option<NaiveDate> {
        let given = self.typed.get(field);
        if given.is_empty() {
            return None;
        }
        let day = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok();
        if day.is_none() {
            self.errors.add(field, self.teller.t.work.date_strange);
        }
        day
    }

    /// A local time of the community.
    fn moment(&mut self, field: &'static str) -> Option<DateTime<Utc>> {
        let (errors, work) = (&self.teller.t.errors, &self.teller.t.work);
        let given = self.typed.get(field).replace('T', " ");
        if given.is_empty() {
            self.errors.add(field, errors.review_missing);
            return None;
        }
        let read = |form| NaiveDateTime::parse_from_str(&given, form).ok();
        let Some(local) = read("%Y-%m-%d %H:%M").or_else(|| read("%Y-%m-%d %H:%M:%S")) else {
            self.errors.add(field, work.time_strange);
            return None;
        };
        match self.teller.zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
            LocalResult::None => {
                self.errors.add(field, work.time_skipped);
                None
            }
        }
    }
}

/// The form's field for a field the rules or the engine name.
fn field(named: &'static str) -> &'static str {
    match named {
        "target" => "number",
        "place_text" | "place_id" => "place",
        same => same,
    }
}

/// Which field of the form a refusal belongs to, if one: then the form is shown again with the words under it.
pub fn field_of(refusal: &Refusal) -> Option<&'static str> {
    match (refusal.kind(), refusal) {
        (RefusalKind::Invalid(named), _) => Some(field(named)),
        (
            _,
            Refusal::MergeCycle
            | Refusal::TargetMerged { .. }
            | Refusal::TargetMoreOpen { .. }
            | Refusal::TargetDone { .. },
        ) => Some("number"),
        (_, Refusal::SameQueue { .. } | Refusal::OtherPlatform { .. }) => Some("queue"),
        (RefusalKind::Unknown | RefusalKind::Forbidden | RefusalKind::Conflict, _) => None,
    }
}

/// A field the engine found wrong, and the words for it.
pub fn invalid(invalid: &Invalid, teller: &Teller) -> (&'static str, String) {
    (field(invalid.field), say_problem(&invalid.problem, teller.language))
}

/// The code of the line that tells what was done, with what stands in it: words of the closed sets and ticket numbers.
pub fn done(ask: &Ask) -> (&'static str, Option<String>) {
    match ask {
        Ask::Route { queue, .. } => ("routed", Some(queue.to_string())),
        Ask::Take => ("taken", None),
        Ask::Assign { .. } => ("assigned", None),
        Ask::Start => ("started", None),
        Ask::Transfer { queue, .. } => ("transferred", Some(queue.to_string())),
        Ask::HandBack { .. } => ("handed-back", None),
        Ask::Hold { .. } => ("held", None),
        Ask::Resume => ("resumed", None),
        Ask::Finish { .. } => ("finished", None),
        Ask::Reopen { .. } => ("reopened", None),
        Ask::Withdraw { .. } => ("withdrawn", None),
        Ask::Merge { into } => ("merged", Some(into.to_string())),
        Ask::Nudge { .. } => ("nudged", None),
        Ask::Note { .. } => ("noted", None),
        Ask::SetUrgency { .. } => ("urgency", None),
        Ask::Place { .. } => ("place", None),
        Ask::Offer { .. } => ("offered", None),
        Ask::Accept { .. } => ("accepted", None),
        Ask::Return { .. } => ("returned", None),
        Ask::Recall => ("recalled", None),
        Ask::Conclude { .. } => ("concluded", None),
    }
}

/// The line of such a code.
pub fn done_text(t: &'static Texts, code: &str) -> Option<&'static str> {
    let (verbs, work) = (&t.verbs, &t.work);
    Some(match code {
        "routed" => verbs.route_done,
        "taken" => verbs.take_done,
        "assigned" => work.assigned_done,
        "started" => verbs.start_done,
        "transferred" => verbs.transfer_done,
        "handed-back" => verbs.hand_back_done,
        "held" => work.held_done,
        "resumed" => verbs.resume_done,
        "finished" => verbs.finish_done,
        "reopened" => verbs.reopen_done,
        "withdrawn" => verbs.withdraw_done,
        "merged" => verbs.merge_done,
        "nudged" => verbs.nudge_done,
        "noted" => verbs.note_done,
        "urgency" => work.urgency_done,
        "place" => work.place_done,
        "offered" => verbs.offer_done,
        "accepted" => verbs.accept_done,
        "returned" => verbs.return_done,
        "recalled" => verbs.recall_done,
        "concluded" => verbs.conclude_done,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
