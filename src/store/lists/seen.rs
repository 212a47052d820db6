//! What an actor may see, as a condition. Codes stand in its text and are no values: PostgreSQL keeps a plan only if it looks no dearer
//! than one made for the values at hand, and of a value it does not see it expects half of the table.

use diesel::prelude::*;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::sql_types::Bool;

use super::super::db::MultiBackend;
use super::super::fixed::{Fixed, fixed};
use super::super::schema::ticket;
use super::super::types::DbUuid;
use super::Query;
use crate::domain::ids::UserId;
use crate::domain::scope::Scope;
use crate::domain::words::Queue;

/// What the property's desk lists.
pub(super) const PROPERTY: Fixed<Bool> = fixed("(ticket.seen_by <> 'committee' AND ticket.confidential = false)");
/// What the committee's desk lists.
pub(super) const COMMITTEE: Fixed<Bool> = fixed(
    "((ticket.seen_by <> 'property' AND ticket.confidential = false) \
     OR (ticket.confidential = true AND ticket.holder = 'committee'))",
);
/// What waits for the committee out of hours.
pub(super) const MINDED: Fixed<Bool> =
    fixed("(ticket.holder = 'committee' AND ticket.status = 'unassigned' AND ticket.confidential = false)");

/// Not in confidence.
pub(super) const PLAIN: Fixed<Bool> = fixed("ticket.confidential = false");

/// In a department's list.
pub(super) const fn in_queue(queue: Queue) -> Fixed<Bool> {
    fixed(match queue {
        Queue::Maintenance => "ticket.queue = 'maintenance'",
        Queue::Order => "ticket.queue = 'order'",
        Queue::Environment => "ticket.queue = 'environment'",
        Queue::Steward => "ticket.queue = 'steward'",
        Queue::Committee => "ticket.queue = 'committee'",
    })
}

/// Nobody sees what is about themselves.
pub(super) fn not_about(
    scope: &Scope,
    user: UserId,
) -> Fixed<Bool, impl QueryFragment<MultiBackend> + QueryId + Send + use<>> {
    fixed("ticket.id NOT IN (SELECT s.ticket_id FROM ticket_subject s WHERE s.community_id = ")
        .bind::<DbUuid, _>(scope.community)
        .sql(" AND s.user_id = ")
        .bind::<DbUuid, _>(user)
        .sql(")")
}

/// A boxed query over tickets, narrowed to what the actor may see. A macro, for a grouped query has another type.
macro_rules! seen {
    ($query:expr, $scope:expr) => {{
        use $crate::store::lists::seen;
        let scope: &$crate::domain::scope::Scope = $scope;
        let mut query = match scope.user {
            Some(user) => $query.filter(ticket::worker_id.eq(user)),
            // A program holds no tickets; the first condition must be one that never holds.
            None => $query.filter(fixed::<diesel::sql_types::Bool>("1 = 0")),
        };
        if scope.property_desk {
            query = query.or_filter(seen::PROPERTY);
        }
        if scope.committee_desk {
            query = query.or_filter(seen::COMMITTEE);
        }
        if scope.minds_committee {
            query = query.or_filter(seen::MINDED);
        }
        // Not as one list: a statement with one in it is parsed and planned anew each time.
        for queue in &scope.queues {
            query = query.or_filter(seen::in_queue(*queue).and(seen::PLAIN));
        }
        if let Some(buildings) = &scope.steward_of {
            let own = ticket::building_id.is_null().or(ticket::building_id.eq_any(buildings));
            query = query.or_filter(seen::in_queue(Queue::Steward).and(seen::PLAIN).and(own));
        }
        if let Some(user) = scope.user {
            query = query.filter(seen::not_about(scope, user));
        }
        query.filter(ticket::community_id.eq(scope.community))
    }};
}
pub(super) use seen;

/// Everything the actor may see.
pub(super) fn visible(scope: &Scope) -> Query<'_> {
    seen!(ticket::table.into_boxed::<MultiBackend>(), scope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::{Audience, Platform, Status};

    #[test]
    fn codes_are_those_of_the_words() {
        for queue in Queue::ALL {
            assert!(in_queue(*queue).text().contains(&format!("'{}'", queue.code())), "{queue:?}");
        }
        let code = |code: &str| format!("'{code}'");
        let (property, committee) = (Platform::Property.code(), Platform::Committee.code());
        assert_eq!((Audience::Property.code(), Audience::Committee.code()), (property, committee));
        assert!(PROPERTY.text().contains(&code(committee)));
        assert!(COMMITTEE.text().contains(&code(property)) && COMMITTEE.text().contains(&code(committee)));
        assert!(MINDED.text().contains(&code(committee)) && MINDED.text().contains(&code(Status::Unassigned.code())));
    }
}
