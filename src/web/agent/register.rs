//! The small form that writes an unknown caller down in the register.

use serde::Deserialize;

use crate::domain::ids::{CallId, ResidentId};
use crate::domain::words::Language;
use crate::engine::hotline::NewCaller;
use crate::engine::{Invalid, Problem};
use crate::web::facts::{Choice, FieldErrors};
use crate::web::texts::{Texts, fill};

/// The form as posted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Registering {
    /// Name.
    pub new_name: String,
    /// The flat, as said.
    pub home: String,
    /// `owner`, `tenant`, `family` or `other`.
    pub relation: String,
    /// The number, when no call brings it.
    pub new_phone: String,
    /// The call, or empty.
    pub call: String,
    /// The list shown beside.
    pub tab: String,
}

impl Registering {
    /// What the engine enters.
    pub fn caller(&self) -> NewCaller {
        NewCaller {
            name: self.new_name.clone(),
            place: self.home.clone(),
            relation: if self.relation.is_empty() { "other".to_owned() } else { self.relation.clone() },
            phone: Some(self.new_phone.clone()).filter(|phone| !phone.trim().is_empty()),
            call: self.call.parse::<CallId>().ok(),
        }
    }

    /// The page with the person just entered as the caller.
    pub fn found(&self, id: ResidentId) -> String {
        match self.call.parse::<CallId>() {
            Ok(call) => format!("/agent?call={call}&who={id}"),
            Err(_) => format!("/agent?who={id}"),
        }
    }
}

/// The form as the page shows it.
#[derive(Debug, Clone, Default)]
pub struct RegisterView {
    /// Offered at all: the caller is unknown.
    pub offered: bool,
    /// Stands open.
    pub open: bool,
    /// What stands in the fields.
    pub typed: Registering,
    /// How they live there.
    pub relations: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl RegisterView {
    /// For an unknown caller; with the number typed, or the call that brings it.
    pub fn of(offered: bool, typed: Registering, t: &Texts) -> Self {
        let a = &t.agent;
        let choice = |code: &'static str, word: &'static str| Choice::new(code, word, typed.relation == code);
        let relations = vec![
            choice("owner", a.relation_owner),
            choice("tenant", a.relation_tenant),
            choice("family", a.relation_family),
            choice("other", a.relation_other),
        ];
        Self { offered, open: false, typed, relations, errors: FieldErrors::default() }
    }

    /// Again, with what is wrong.
    pub fn refused(&mut self, typed: Registering, errors: FieldErrors) {
        for choice in &mut self.relations {
            choice.chosen = choice.value == typed.relation;
        }
        (self.offered, self.open, self.typed, self.errors) = (true, true, typed, errors);
    }
}

/// What the engine found wrong, under the field it belongs to.
pub fn wrong(invalid: &Invalid, t: &Texts, language: Language) -> FieldErrors {
    let e = &t.errors;
    let field = match invalid.field {
        "name" => "new_name",
        "phone" => "new_phone",
        other => other,
    };
    let message = match &invalid.problem {
        Problem::Empty => e.text_missing.to_owned(),
        Problem::TooLong { limit } => fill(e.text_over, &[&limit.to_string()]),
        Problem::Phone(error) => error.say(language),
        Problem::Form("no control characters") => e.text_strange.to_owned(),
        _ if field == "home" => t.agent.register_home_unknown.to_owned(),
        _ => e.choice_unknown.to_owned(),
    };
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors
}
