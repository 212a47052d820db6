//! The form a request is written down in: what was typed, what is wrong with it, and the draft it makes.

use serde::Deserialize;

use crate::domain::ids::{CallId, ResidentId};
use crate::domain::phone::Phone;
use crate::domain::ticket::WORDS_LIMIT;
use crate::domain::words::{Channel, Kind, Language, Outcome, Queue, Urgency};
use crate::engine::intake::Draft;
use crate::engine::{Invalid, Problem, Settings};
use crate::web::facts::{Choice, FieldErrors};
use crate::web::icon::of_urgency;
use crate::web::texts::{Texts, fill};

use super::caller::Prefill;
use super::suggest::SuggestView;

/// The queues an agent may send to: the committee is asked, on the ticket's page.
pub const QUEUES: [Queue; 4] = [Queue::Maintenance, Queue::Order, Queue::Environment, Queue::Steward];
/// How a request can be settled on the telephone.
pub const OUTCOMES: [Outcome; 4] = [Outcome::Explained, Outcome::Resolved, Outcome::Referred, Outcome::NotAccepted];

/// The form as it was posted; every field may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The resident's words.
    pub words: String,
    /// The place.
    pub place: String,
    /// The resident's id, when the register knows them.
    pub resident: String,
    /// Who calls.
    pub name: String,
    /// The number to ring, when it is not the register's.
    pub phone: String,
    /// Said for somebody else.
    pub proxy: String,
    /// At the counter, not on the telephone.
    pub walk_in: String,
    /// What sort of request; empty as the words say.
    pub kind: String,
    /// The category; empty as suggested.
    pub category: String,
    /// The queue; empty as suggested.
    pub queue: String,
    /// The class; empty as the category says.
    pub urgency: String,
    /// A suggestion pressed without the script: `queue/category`.
    pub take: String,
    /// Which button: `send`, `emergency`, `park`, `settle`.
    pub then: String,
    /// How it was settled on the telephone.
    pub outcome: String,
    /// What the resident was told.
    pub note: String,
    /// Names this attempt, so that a double click makes one ticket.
    pub once: String,
    /// The call it is said in.
    pub call: String,
    /// What the caller was found by; leads back to the same page.
    pub q: String,
    /// The list shown beside.
    pub tab: String,
}

/// What a form field of a closed set says: nothing, or a code of the set.
fn code<T: std::str::FromStr>(given: &str) -> Result<Option<T>, ()> {
    match given {
        "" => Ok(None),
        given => given.parse().map(Some).map_err(|_| ()),
    }
}

impl Typed {
    /// A fresh form for a caller.
    pub fn fresh(prefill: &Prefill, (query, call): (&str, Option<CallId>), once: String) -> Self {
        Self {
            resident: prefill.resident.map(|id| id.to_string()).unwrap_or_default(),
            name: prefill.name.clone(),
            phone: prefill.phone.clone(),
            place: prefill.place.clone(),
            q: query.to_owned(),
            call: call.map(|call| call.to_string()).unwrap_or_default(),
            once,
            ..Self::default()
        }
    }

    /// A suggestion that was pressed as a plain button says queue and category.
    #[must_use]
    pub fn with_taken(mut self) -> Self {
        if let Some((queue, category)) = self.take.split_once('/') {
            (self.queue, self.category) = (queue.to_owned(), category.to_owned());
        }
        self
    }

    /// The draft, or what is wrong with which field.
    ///
    /// # Errors
    /// Every wrong field with a sentence under it.
    pub fn draft(&self, t: &Texts, language: Language) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let e = &t.errors;
        let length = self.words.trim().chars().count();
        if length == 0 {
            errors.add("words", e.text_missing);
        } else if length > WORDS_LIMIT {
            errors.add("words", fill(e.text_long, &[&(length - WORDS_LIMIT).to_string(), &WORDS_LIMIT.to_string()]));
        }
        if let Some(Err(wrong)) = some(&self.phone).map(|text| Phone::parse(&text)) {
            errors.add("phone", wrong.say(language));
        }
        let mut draft = Draft {
            channel: Some(if self.walk_in.is_empty() { Channel::Hotline } else { Channel::WalkIn }),
            words: self.words.clone(),
            place: some(&self.place),
            name: some(&self.name),
            phone: some(&self.phone),
            proxy: !self.proxy.is_empty(),
            category: some(&self.category),
            keep_unassigned: self.then == "park",
            ..Draft::default()
        };
        self.choices(&mut draft, &mut errors, t);
        if self.then == "settle" {
            match code::<Outcome>(&self.outcome) {
                Ok(Some(outcome)) if OUTCOMES.contains(&outcome) => draft.settled = Some((outcome, some(&self.note))),
                _ => errors.add("outcome", e.outcome_missing),
            }
        }
        if errors.is_empty() { Ok(draft) } else { Err(errors) }
    }

    fn choices(&self, draft: &mut Draft, errors: &mut FieldErrors, t: &Texts) {
        let e = &t.errors;
        match code::<Queue>(&self.queue) {
            Ok(queue) if queue.is_none_or(|queue| QUEUES.contains(&queue)) => draft.queue = queue,
            _ => errors.add("queue", e.queue_missing),
        }
        match code::<Urgency>(&self.urgency) {
            Ok(urgency) => draft.urgency = urgency,
            Err(()) => errors.add("urgency", e.choice_unknown),
        }
        match code::<Kind>(&self.kind) {
            Ok(kind) => draft.kind = kind,
            Err(()) => errors.add("kind", e.choice_unknown),
        }
        match code::<CallId>(&self.call) {
            Ok(call) => draft.call = call,
            Err(()) => errors.add("phone", e.choice_unknown),
        }
        match code::<ResidentId>(&self.resident) {
            Ok(resident) => draft.resident = resident,
            Err(()) => errors.add("name", e.choice_unknown),
        }
        if self.then == "emergency" {
            draft.urgency = Some(Urgency::Emergency);
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What the engine found wrong, under the field it belongs to.
pub fn wrong(invalid: &Invalid, t: &Texts, language: Language) -> FieldErrors {
    let e = &t.errors;
    let field = match invalid.field {
        "place_id" => "place",
        "resident" => "name",
        "settled" => "outcome",
        "call" => "phone",
        field => field,
    };
    let message = match &invalid.problem {
        Problem::Empty => e.text_missing.to_owned(),
        Problem::TooLong { limit } => fill(e.text_over, &[&limit.to_string()]),
        Problem::Phone(error) => error.say(language),
        _ if field == "place" => e.place_unknown.to_owned(),
        Problem::Form("no control characters") => e.text_strange.to_owned(),
        _ => e.choice_unknown.to_owned(),
    };
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors
}

/// The categories of one queue.
#[derive(Debug, Clone)]
pub struct CategoryGroup {
    /// The queue's name.
    pub label: &'static str,
    /// Its categories.
    pub choices: Vec<Choice>,
}

/// The form as the page shows it.
#[derive(Debug, Clone)]
pub struct FormView {
    /// What stands in the fields.
    pub typed: Typed,
    /// The known caller's masked number, shown in the empty field.
    pub phone_hint: String,
    /// The name the browser keeps unsent words under: one per caller.
    pub keep: String,
    /// Categories by queue.
    pub categories: Vec<CategoryGroup>,
    /// Where to.
    pub queues: Vec<Choice>,
    /// How fast.
    pub urgencies: Vec<Choice>,
    /// What sort.
    pub kinds: Vec<Choice>,
    /// How it was settled on the telephone.
    pub outcomes: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
    /// The part for settling on the telephone stands open.
    pub settling: bool,
    /// What the words sound like.
    pub suggest: SuggestView,
}

impl FormView {
    /// The form with what was typed.
    pub fn of(typed: Typed, phone_hint: String, settings: &Settings, t: &Texts, language: Language) -> Self {
        let queue = |q: &Queue| Choice::new(q.code(), q.word(language), typed.queue == q.code());
        let urgency = |u: &Urgency| Choice {
            icon: Some(of_urgency(*u)),
            ..Choice::new(u.code(), u.word(language), typed.urgency == u.code())
        };
        let auto = |label: &str, given: &str| Choice::new("", label, given.is_empty());
        let mut queues = vec![auto(t.agent.queue_auto, &typed.queue)];
        queues.extend(QUEUES.iter().map(queue));
        let mut urgencies = vec![auto(t.agent.urgency_auto, &typed.urgency)];
        urgencies.extend(Urgency::ALL.iter().map(urgency));
        let mut kinds = vec![auto(t.agent.kind_auto, &typed.kind)];
        kinds.extend(Kind::ALL.iter().map(|k| Choice::new(k.code(), k.word(language), typed.kind == k.code())));
        let outcome = |o: &Outcome| Choice::new(o.code(), o.word(language), typed.outcome == o.code());
        Self {
            phone_hint,
            keep: keep(&typed),
            categories: groups(settings, &typed.category, language),
            queues,
            urgencies,
            kinds,
            outcomes: OUTCOMES.iter().map(outcome).collect(),
            errors: FieldErrors::default(),
            settling: typed.then == "settle",
            suggest: SuggestView::empty(t),
            typed,
        }
    }
}

/// One name per caller: unsent words belong to them alone.
fn keep(typed: &Typed) -> String {
    let of = [&typed.resident, &typed.call].into_iter().find(|id| !id.is_empty()).unwrap_or(&typed.q);
    format!("agent-{of}")
}

fn groups(settings: &Settings, chosen: &str, language: Language) -> Vec<CategoryGroup> {
    let group = |queue: &Queue| {
        let name = |zh: &str, en: &str| if language == Language::Zh { zh.to_owned() } else { en.to_owned() };
        let of_queue = settings.categories.iter().filter(|row| row.queue == *queue && row.retired_at.is_none());
        let choices = of_queue
            .map(|row| Choice::new(row.code.clone(), name(&row.name_zh, &row.name_en), row.code == chosen))
            .collect();
        CategoryGroup { label: queue.word(language), choices }
    };
    QUEUES.iter().map(group).filter(|group| !group.choices.is_empty()).collect()
}
