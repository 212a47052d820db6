//! What the register knows of a request taken down at a desk: where it is, the number to keep, which steward it goes to. It is read before
//! the writer is asked for, who then only writes. A steward or a seat that ends in the moment between counts as ended just after.

use super::request::{self, Said};
use super::{Checked, Draft, beside};
use crate::domain::actor::Actor;
use crate::domain::ids::{CallId, UserId};
use crate::domain::phone::Phone;
use crate::domain::place::PlacePath;
use crate::domain::words::Platform;
use crate::engine::change::By;
use crate::engine::places::{self, Where};
use crate::engine::{Engine, Failure, Invalid, Problem, hotline};
use crate::store::{Db, people, user};

/// What the register knows of a request.
pub(super) struct Known {
    /// Where it is, and where whoever says it lives.
    pub(super) place: Where,
    /// Their number, unless the register has it.
    pub(super) phone: Option<Phone>,
    /// Who looks after its building, when it is for the steward.
    pub(super) steward: Option<UserId>,
}

impl Known {
    /// Looks everything up.
    ///
    /// # Errors
    /// [`Failure::Invalid`] naming what the community does not have; [`Failure::Forbidden`] for a call of another desk.
    pub(super) fn of(engine: &Engine, by: By<'_>, said: Said<'_>) -> Result<Self, Failure> {
        engine.store.read_one(|db| match Self::read(engine, db, by, said) {
            Err(Failure::Store(error)) => Err(error),
            read => Ok(read),
        })?
    }

    fn read(engine: &Engine, db: &mut Db, by: By<'_>, (draft, checked, understood): Said<'_>) -> Result<Self, Failure> {
        let community = by.settings.community.id;
        for user in &draft.subjects {
            if !user::memberships(db, *user)?.iter().any(|seat| seat.community_id == community) {
                return Err(Invalid::new("subjects", Problem::Unknown).into());
            }
        }
        let home = home_of(db, by, draft)?;
        let place = place_of(db, by, (draft, checked), home.as_ref())?;
        let calling = draft.call.map(|call| number_of(engine, db, by, call)).transpose()?.flatten();
        // A number the register has for this person is not written down again.
        let phone = match (&checked.phone, calling, draft.resident) {
            (Some(typed), ..) => Some(typed.clone()),
            (None, Some(number), Some(resident)) => {
                let hash = engine.keys.blind("phone", number.as_str());
                let own = people::phones(db, community, &[resident])?.iter().any(|row| row.whole_hash == hash);
                Some(number).filter(|_| !own)
            }
            (None, number, _) => number,
        };
        let its = || places::steward_of(db, community, place.building);
        let steward = request::steward(by.settings, (understood, draft), its)?;
        Ok(Self { place, phone, steward })
    }
}

/// Where the draft's resident lives today.
fn home_of(db: &mut Db, by: By<'_>, draft: &Draft) -> Result<Option<PlacePath>, Failure> {
    let community = by.settings.community.id;
    let Some(id) = draft.resident else { return Ok(None) };
    let known = people::whole(db, community, &people::Wanted::Resident(id), 1)?.pop();
    let known = known.ok_or_else(|| Invalid::new("resident", Problem::Unknown))?;
    match known.homes.first() {
        Some(home) => Ok(places::paths(db, community, &[home.flat_id])?.remove(&home.flat_id)),
        None => Ok(None),
    }
}

/// The number of the call a request is said in; `None` when it was withheld.
fn number_of(engine: &Engine, db: &mut Db, by: By<'_>, call: CallId) -> Result<Option<Phone>, Failure> {
    if !matches!(by.actor, Actor::Staff(staff) if staff.at_desk(Platform::Property)) {
        return Err(Failure::Forbidden);
    }
    hotline::caller_number(engine, db, by.settings.community.id, call).map_err(|failure| match failure {
        Failure::NotFound(_) => Invalid::new("call", Problem::Unknown).into(),
        other => other,
    })
}

/// The place typed beside the words goes before the place in the words.
fn place_of(
    db: &mut Db,
    by: By<'_>,
    (draft, checked): (&Draft, &Checked),
    home: Option<&PlacePath>,
) -> Result<Where, Failure> {
    let settings = by.settings;
    if let Some(id) = draft.place_id {
        let path = places::paths(db, settings.community.id, &[id])?.remove(&id).filter(|path| path.leaf().is_some());
        let path = path.ok_or_else(|| Invalid::new("place_id", Problem::Unknown))?;
        let building = path.building.as_ref().or(home.and_then(|h| h.building.as_ref())).map(|b| b.id);
        let reporter = home.and_then(PlacePath::leaf).map(|leaf| leaf.id);
        return Ok(Where { about: Some(id), reporter, building, text: None, choices: Vec::new() });
    }
    let place = places::understand(db, settings, checked.place.as_deref().unwrap_or(&draft.words), home)?;
    Ok(beside(place, checked.place.as_deref()))
}
