//! Requests as the desk takes them down.

use chrono::{DateTime, Utc};

use super::Fill;
use super::call::Rung;
use super::case::Case;
use crate::domain::actor::{Actor, Staff};
use crate::domain::ids::PlaceId;
use crate::domain::phone::Phone;
use crate::domain::place::PlacePath;
use crate::domain::routing::{Understanding, Verdict};
use crate::engine::intake::{self, Checked, Draft, Request, desk_of};
use crate::engine::places::Where;
use crate::engine::{Failure, Invalid, Problem, places};
use crate::store::StoreError;

impl Fill<'_> {
    /// Opens a request at a desk, as [`intake::open`] would; `home` is where the draft's resident lives.
    ///
    /// # Errors
    /// As [`intake::open`].
    pub fn open(
        &mut self,
        staff: &Staff,
        (draft, home): (&Draft, Option<PlaceId>),
        rung: Option<&Rung>,
        at: DateTime<Utc>,
    ) -> Result<Case, Failure> {
        let platform = desk_of(staff).ok_or(Failure::Forbidden)?;
        let checked = Checked::of(&self.settings, draft, platform)?;
        let understood = self.hears(&draft.words);
        let home = home.map(|flat| self.register.path(flat));
        let sentence = checked.place.as_deref().unwrap_or(&draft.words);
        let read = self.understand(sentence, home.as_ref())?;
        let place = intake::beside(read, checked.place.as_deref());
        let phone = match (&checked.phone, rung) {
            (Some(typed), _) => Some(typed.clone()),
            // A number the register has for this person is not written down again.
            (None, Some(rung)) if draft.resident.is_some() && rung.own => None,
            (None, rung) => rung.map(|rung| rung.phone.clone()),
        };
        let request = Request::taken(self.number(at), (draft, &checked, &understood), (place, phone));
        let case = self.opened(&request, draft, &Actor::Staff(staff.clone()), at)?;
        if let Some(rung) = rung {
            self.tie(rung, case.id(), at);
        }
        Ok(case)
    }

    /// Both places of a sentence.
    pub(super) fn understand(&self, sentence: &str, home: Option<&PlacePath>) -> Result<Where, StoreError> {
        places::read(&self.settings, sentence, home, |said, bound| Ok(self.register.resolve(said, bound)))
    }

    /// Decides on a request and makes its rows, as [`Request::open`] writes them.
    pub(super) fn opened(
        &self,
        request: &Request<'_>,
        draft: &Draft,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> Result<Case, Failure> {
        let its = || Ok::<_, Failure>(self.steward(request.place.building));
        let steward = intake::steward(&self.settings, (request.understood, draft), its)?;
        request.rows(self.engine, self.by(actor, at), draft, steward).map(Case::open)
    }
}

/// Whether a text is understood to ask for nothing.
pub(super) fn asks_nothing(understood: &Understanding) -> bool {
    matches!(understood.verdict, Verdict::NoRequest(_))
}

/// A number, checked.
pub(super) fn phone(digits: &str) -> Result<Phone, Failure> {
    Phone::parse(digits).map_err(|e| Invalid::new("phone", Problem::Phone(e)).into())
}
