//! What a member of staff may see, as conditions a look-up can be filtered by: the same rule as
//! [`super::ticket::may_see`], which has the last word on a single ticket. A test holds the two against each other.

use super::actor::Staff;
use super::ids::{CommunityId, PlaceId, UserId};
use super::words::{Platform, Queue, Role};

/// The conditions. A ticket is seen when any of them holds, unless it is about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The community acted in.
    pub community: CommunityId,
    /// The person: sees what was given to them, and nothing that is about them.
    pub user: Option<UserId>,
    /// Sits at the property's desk.
    pub property_desk: bool,
    /// Sits at the committee's desk.
    pub committee_desk: bool,
    /// At the property's desk while the committee's is not manned: minds its triage list, but for confidential tickets.
    pub minds_committee: bool,
    /// Queues whose tickets are seen whole, but for confidential ones.
    pub queues: Vec<Queue>,
    /// As a steward: the steward queue's tickets of these buildings, and of none.
    pub steward_of: Option<Vec<PlaceId>>,
}

impl Scope {
    /// What `staff` may see while the committee's desk is manned, or not.
    pub fn of(staff: &Staff, committee_open: bool) -> Self {
        let property_desk = staff.at_desk(Platform::Property);
        let mut queues: Vec<Queue> = staff
            .seats
            .iter()
            .filter_map(|seat| match seat.role {
                _ if seat.is_head => seat.queue,
                Role::Worker => seat.queue,
                Role::CommitteeStaff => Some(Queue::Committee),
                Role::Contractor | Role::Steward | Role::Agent | Role::Manager | Role::Admin => None,
            })
            .collect();
        queues.sort_unstable();
        queues.dedup();
        let steward = staff.has_role(Role::Steward);
        Self {
            community: staff.community,
            user: staff.user(),
            property_desk,
            committee_desk: staff.at_desk(Platform::Committee),
            minds_committee: property_desk && !committee_open,
            queues,
            steward_of: steward.then(|| staff.buildings().collect()),
        }
    }

    /// Whether anything of this queue can be in sight, so that its page is worth showing.
    pub fn opens(&self, queue: Queue, staff: &Staff) -> bool {
        let desk = match queue.platform() {
            Platform::Property => self.property_desk,
            Platform::Committee => self.committee_desk,
        };
        desk || self.queues.contains(&queue)
            || (queue == Queue::Steward && self.steward_of.is_some())
            || staff.seats.iter().any(|seat| seat.queue == Some(queue))
    }
}
