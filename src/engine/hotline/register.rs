//! Writing a caller down in the register while they speak.

use super::desk::caller_number;
use crate::domain::actor::Staff;
use crate::domain::ids::{CallId, PlaceId, ResidentId};
use crate::domain::place::{self, Resolved};
use crate::domain::words::Platform;
use crate::engine::setup::{NewResident, add_resident};
use crate::engine::{Engine, Failure, Invalid, Problem, places, text};

/// Longest description of a home, in characters.
const PLACE_LIMIT: usize = 100;

/// A caller as the agent writes them down.
#[derive(Debug, Clone, Default)]
pub struct NewCaller {
    /// Name.
    pub name: String,
    /// The flat, as it is said.
    pub place: String,
    /// `owner`, `tenant`, `family` or `other`.
    pub relation: String,
    /// The number, unless the call brings it.
    pub phone: Option<String>,
    /// The call they are speaking in.
    pub call: Option<CallId>,
}

/// Enters a caller with number and home.
///
/// # Errors
/// [`Failure::Invalid`] for `name`, `phone`, `relation` or `home` (a flat the register does not know);
/// [`Failure::Forbidden`] for those who do not sit at the property's desk.
pub fn register(engine: &Engine, staff: &Staff, new: &NewCaller) -> Result<ResidentId, Failure> {
    if !staff.at_desk(Platform::Property) {
        return Err(Failure::Forbidden);
    }
    let home = home(engine, staff, &new.place)?;
    let typed = new.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()).map(str::to_owned);
    let phone = match (typed, new.call) {
        (Some(typed), _) => Some(typed),
        (None, Some(call)) => {
            let number = engine.store.read(|db| caller_number(engine, db, staff.community, call))?;
            number.map(|phone| phone.as_str().to_owned())
        }
        (None, None) => None,
    };
    let resident = NewResident {
        name: new.name.clone(),
        care_note: None,
        phones: phone.into_iter().collect(),
        homes: home.into_iter().map(|flat| (flat, new.relation.clone())).collect(),
    };
    add_resident(engine, staff.community, &resident)
}

/// The flat that was said; none when nothing was.
fn home(engine: &Engine, staff: &Staff, said: &str) -> Result<Option<PlaceId>, Failure> {
    if said.trim().is_empty() {
        return Ok(None);
    }
    let said = text("home", said, PLACE_LIMIT)?;
    let settings = engine.settings(staff.community)?;
    let parsed = place::parse(said, &settings.names);
    let found = engine.store.read(|db| places::resolve(db, &settings, parsed.as_ref(), None))?;
    match found {
        Resolved::Known(path) if path.flat.is_some() => Ok(path.flat.map(|flat| flat.id)),
        _ => Err(Invalid::new("home", Problem::Unknown).into()),
    }
}
