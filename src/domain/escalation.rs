//! The two-platform mechanism (双平台协同): an offer from one desk to the other, and what becomes of it.
//!
//! At most one escalation of a ticket is live (offered or accepted) at a time. Why it was offered, what was tried, what is
//! asked and what was done are people's words and live in text rows; here are only the facts the rules need.

use chrono::{DateTime, Utc};

use super::ids::EscalationId;
use super::words::{EscalationState, Platform, Queue};

/// One crossing between the platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The row.
    pub id: EscalationId,
    /// The platform that offered.
    pub from: Platform,
    /// Where it stands.
    pub state: EscalationState,
    /// When it was offered.
    pub offered_at: DateTime<Utc>,
    /// When the other side should have answered by.
    pub answer_by: DateTime<Utc>,
    /// When the other side accepted or returned it, or it was recalled.
    pub answered_at: Option<DateTime<Utc>>,
    /// When the accepting side concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// The queue the ticket left when the offer was accepted; `None` if it stood unassigned then.
    pub left_queue: Option<Queue>,
}

impl Escalation {
    /// The platform that is asked.
    pub const fn to(&self) -> Platform {
        self.from.other()
    }

    /// Waits for the other side's answer.
    pub const fn is_offered(&self) -> bool {
        matches!(self.state, EscalationState::Offered)
    }

    /// The other side works on it.
    pub const fn is_accepted(&self) -> bool {
        matches!(self.state, EscalationState::Accepted)
    }

    /// Offered or accepted.
    pub const fn is_live(&self) -> bool {
        match self.state {
            EscalationState::Offered | EscalationState::Accepted => true,
            EscalationState::Concluded | EscalationState::Returned | EscalationState::Recalled => false,
        }
    }
}

/// What a decision does to a ticket's escalation row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscalationChange {
    /// A new row, in state `offered`.
    Insert(Escalation),
    /// The row with this id now reads so.
    Update(Escalation),
}

impl EscalationChange {
    /// The row after the change.
    pub const fn row(&self) -> &Escalation {
        match self {
            Self::Insert(row) | Self::Update(row) => row,
        }
    }
}
