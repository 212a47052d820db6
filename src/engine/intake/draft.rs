//! What is handed in.

use crate::domain::ids::{CallId, PlaceId, ResidentId, UserId};
use crate::domain::words::{Channel, Kind, Outcome, Queue, Urgency};

/// A request as an agent, a member of committee staff or a program hands it in.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Where it came in; what the actor's desk answers when empty (hotline, WeChat).
    pub channel: Option<Channel>,
    /// The resident's words.
    pub words: String,
    /// The place as typed; read like a resident's own words.
    pub place: Option<String>,
    /// The place, chosen from the register; goes before `place`.
    pub place_id: Option<PlaceId>,
    /// Who says it, when the register knows them.
    pub resident: Option<ResidentId>,
    /// Their name, when it does not.
    pub name: Option<String>,
    /// The number to ring.
    pub phone: Option<String>,
    /// Said on somebody else's behalf.
    pub proxy: bool,
    /// What sort of request; understood from the words when empty.
    pub kind: Option<Kind>,
    /// The category chosen.
    pub category: Option<String>,
    /// The queue chosen.
    pub queue: Option<Queue>,
    /// The class chosen.
    pub urgency: Option<Urgency>,
    /// Only write it down: stays unassigned.
    pub keep_unassigned: bool,
    /// Staff it is about; they never see it.
    pub subjects: Vec<UserId>,
    /// The call it was said in; its number is the reporter's when no other is given.
    pub call: Option<CallId>,
    /// Settled on the telephone: how, and what was said.
    pub settled: Option<(Outcome, Option<String>)>,
}
