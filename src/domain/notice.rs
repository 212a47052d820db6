//! Who hears of which event. The outbox keeps template and ids; words are put in when the notice is sent.

use super::ids::UserId;
use super::ticket::{Event, Ticket};
use super::words::{Platform, Queue};

/// Who hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hearer {
    /// Everyone of the queue.
    Queue(Queue),
    /// One worker.
    Worker(UserId),
    /// The heads of the queue.
    Heads(Queue),
    /// Those of the queue on duty now.
    OnDuty(Queue),
    /// The platform's desk.
    Desk(Platform),
    /// The platform's managers.
    Managers(Platform),
    /// Every reporter who has not left.
    Reporters,
}

/// One notice on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notice {
    /// Code of the text to render.
    pub template: &'static str,
    /// Who hears.
    pub to: Hearer,
}

/// Who hears of this event; `ticket` as it is afterwards.
pub fn notices(_event: &Event, _ticket: &Ticket) -> Vec<Notice> {
    Vec::new()
}
