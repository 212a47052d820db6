//! Who calls, and what they said before.

use super::{PlaceLine, TicketLine};
use crate::domain::ids::{PlaceId, ResidentId};

/// A resident as the agent's page shows them.
#[derive(Debug, Clone)]
pub struct ResidentView {
    /// The row.
    pub id: ResidentId,
    /// Name.
    pub name: String,
    /// What an agent should know.
    pub care_note: Option<String>,
    /// Numbers, masked.
    pub phones: Vec<String>,
    /// Present homes, with `owner`, `tenant`, `family` or `other`.
    pub homes: Vec<(PlaceId, PlaceLine, String)>,
}

/// Who calls, and what they said before.
#[derive(Debug, Clone, Default)]
pub struct CallerPage {
    /// The people the number, name or flat fits; the agent chooses when several.
    pub people: Vec<ResidentView>,
    /// It fits more than these.
    pub more_people: bool,
    /// The one chosen, an index into `people`.
    pub chosen: Option<usize>,
    /// What the chosen person (or the number) reported, open ones before the others, newest first.
    pub history: Vec<TicketLine>,
    /// There is more of it than is told.
    pub history_more: bool,
    /// Open tickets of the same building, that the caller may be told of.
    pub building: Vec<TicketLine>,
    /// Complaints about the caller's flat: never read out.
    pub about_flat: Vec<TicketLine>,
    /// The flat looked for, when it was one.
    pub flat: Option<(PlaceId, PlaceLine)>,
    /// A number nobody is registered under: masked, as the form will keep it.
    pub unknown_phone: Option<String>,
}

impl CallerPage {
    /// The door that was looked for, or the chosen one's home.
    pub fn door(&self) -> Option<&PlaceLine> {
        let home = || self.people.get(self.chosen?)?.homes.first().map(|(_, at, _)| at);
        self.flat.as_ref().map(|(_, at)| at).or_else(home)
    }
}
