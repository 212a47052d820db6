//! Who acts: a member of staff with the seats held in one community, a resident on a ticket, or the service itself.

use serde::{Deserialize, Serialize};

use super::ids::{CommunityId, ContractorId, MembershipId, PlaceId, ReporterId, TokenId, UserId};
use super::words::{Platform, Queue, Role};

/// Who is behind a member of staff's act: a person, or a program with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Who {
    /// Someone who signed in.
    User(UserId),
    /// A program using the API.
    Token(TokenId),
}

/// One membership: what a user may do, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The membership's row.
    pub membership: MembershipId,
    /// The desk it belongs to.
    pub platform: Platform,
    /// What the user is there.
    pub role: Role,
    /// The queue worked in, for workers, contractors, stewards and heads.
    pub queue: Option<Queue>,
    /// The building looked after, for stewards.
    pub building: Option<PlaceId>,
    /// The company, for contractors.
    pub contractor: Option<ContractorId>,
    /// Head of the queue.
    pub is_head: bool,
}

/// A member of staff, as seen by the rules: who, and every seat held in the community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The person or program.
    pub who: Who,
    /// The community acted in.
    pub community: CommunityId,
    /// The seats; never empty for someone who may do anything.
    pub seats: Vec<Seat>,
}

impl Staff {
    /// The person, unless a program acts.
    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::User(user) => Some(user),
            Who::Token(_) => None,
        }
    }

    /// Holds a seat with this role on this platform.
    pub fn is(&self, role: Role, platform: Platform) -> bool {
        self.seats.iter().any(|s| s.role == role && s.platform == platform)
    }

    /// Holds any seat with this role.
    pub fn has_role(&self, role: Role) -> bool {
        self.seats.iter().any(|s| s.role == role)
    }

    /// Holds any seat on this platform.
    pub fn on(&self, platform: Platform) -> bool {
        self.seats.iter().any(|s| s.platform == platform)
    }

    /// Speaks for the desk of this platform: its agents or committee staff, and its manager.
    pub fn at_desk(&self, platform: Platform) -> bool {
        self.seats.iter().any(|s| {
            s.platform == platform
                && matches!(
                    (s.role, platform),
                    (Role::Agent, Platform::Property)
                        | (Role::CommitteeStaff, Platform::Committee)
                        | (Role::Manager, _)
                )
        })
    }

    /// Works in this queue (worker, contractor, steward or its head; committee staff work the committee's).
    pub fn works_in(&self, queue: Queue) -> bool {
        self.seats
            .iter()
            .any(|s| s.queue == Some(queue) || (queue == Queue::Committee && s.role == Role::CommitteeStaff))
    }

    /// Heads this queue.
    pub fn heads(&self, queue: Queue) -> bool {
        self.seats.iter().any(|s| s.is_head && s.queue == Some(queue))
    }

    /// The buildings looked after as a steward.
    pub fn buildings(&self) -> impl Iterator<Item = PlaceId> + '_ {
        self.seats.iter().filter(|s| s.role == Role::Steward).filter_map(|s| s.building)
    }
}

/// Whoever a command comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Staff(Staff),
    /// One of the ticket's reporters, through the channel the ticket came in by.
    Resident(ReporterId),
    /// The service itself: sweepers, standing rules, the intake of a message.
    System,
}

impl Actor {
    /// The member of staff, if it is one.
    pub fn staff(&self) -> Option<&Staff> {
        match self {
            Self::Staff(staff) => Some(staff),
            _ => None,
        }
    }
}
