//! From "the heads of the queue" to people with names and addresses.

use crate::domain::actor::{Actor, Staff, Who};
use crate::domain::ids::{CommunityId, UserId};
use crate::domain::notice::Hearer;
use crate::domain::ticket::{self as rules, Ticket};
use crate::domain::words::{Language, Platform, Queue, Role};
use crate::store::user::{self, MembershipRow};
use crate::store::{Db, StoreError};

/// Told by its number alone of a ticket they may not see: one that has just left them, or one the other platform is late with.
const BARE: &[&str] = &["taken_from_you", "offer_recalled", "overdue_other_side"];

/// Someone of the staff.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) language: Language,
    pub(super) email: Option<String>,
    on_duty: bool,
    staff: Staff,
}

/// How much of a ticket someone may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// What stands on its page.
    Whole,
    /// That there is one, by number.
    Bare,
}

impl Person {
    /// What they may be told of this ticket now; nothing of one that is about them.
    pub(super) fn sight(&self, ticket: &Ticket, template: &str) -> Option<Sight> {
        if ticket.subjects.contains(&self.id) {
            None
        } else if rules::may_see(ticket, &Actor::Staff(self.staff.clone())) {
            Some(Sight::Whole)
        } else {
            (!ticket.confidential && BARE.contains(&template)).then_some(Sight::Bare)
        }
    }
}

/// Everyone of a community who has a seat and an account that is not closed.
pub(super) struct Crew(Vec<Person>);

impl Crew {
    pub(super) fn load(db: &mut Db, community: CommunityId) -> Result<Self, StoreError> {
        let mut people: Vec<Person> = Vec::new();
        for (seat, account) in user::crew(db, community)? {
            match people.last_mut().filter(|person| person.id == account.id) {
                Some(person) => person.add(&seat),
                None => {
                    let staff = Staff { who: Who::User(account.id), community, seats: Vec::new() };
                    let mut person = Person {
                        id: account.id,
                        name: account.display_name,
                        language: account.language,
                        email: account.email,
                        on_duty: false,
                        staff,
                    };
                    person.add(&seat);
                    people.push(person);
                }
            }
        }
        Ok(Self(people))
    }

    pub(super) fn person(&self, id: UserId) -> Option<&Person> {
        self.0.iter().find(|person| person.id == id)
    }

    fn which(&self, fits: impl Fn(&Person) -> bool) -> Vec<&Person> {
        self.0.iter().filter(|person| fits(person)).collect()
    }

    /// The first of these groups that is not empty: what is said must be heard by somebody.
    fn first<const N: usize>(&self, groups: [&dyn Fn(&Person) -> bool; N]) -> Vec<&Person> {
        groups.into_iter().map(|fits| self.which(fits)).find(|people| !people.is_empty()).unwrap_or_default()
    }

    /// Who hears. Where nobody of the kind is there, those next in line do: nobody on duty → the whole queue, no head → the
    /// platform's managers, nobody on duty at a desk → its people off duty, then its managers.
    pub(super) fn hearers(&self, hearer: &Hearer) -> Vec<&Person> {
        match *hearer {
            Hearer::Queue(queue) => self.first([&|p| p.works(queue), &|p| p.manages(queue.platform())]),
            Hearer::Worker(user) => self.which(|p| p.id == user),
            Hearer::Heads(queue) => self.first([&|p| p.staff.heads(queue), &|p| p.manages(queue.platform())]),
            Hearer::OnDuty(queue) => {
                self.first([&|p| p.on_duty && p.works(queue), &|p| p.works(queue), &|p| p.manages(queue.platform())])
            }
            Hearer::Desk(platform) => {
                self.first([&|p| p.on_duty && p.at_counter(platform), &|p| p.at_counter(platform), &|p| {
                    p.manages(platform)
                }])
            }
            Hearer::Managers(platform) => self.which(|p| p.manages(platform)),
            Hearer::Reporters => Vec::new(),
        }
    }
}

impl Person {
    fn add(&mut self, seat: &MembershipRow) {
        self.on_duty |= seat.on_duty;
        self.staff.seats.push(seat.seat());
    }

    fn works(&self, queue: Queue) -> bool {
        self.staff.works_in(queue)
    }

    fn manages(&self, platform: Platform) -> bool {
        self.staff.is(Role::Manager, platform)
    }

    /// Answers the telephone or the chat; managers speak for the desk as well but do not sit at it.
    fn at_counter(&self, platform: Platform) -> bool {
        match platform {
            Platform::Property => self.staff.is(Role::Agent, platform),
            Platform::Committee => self.staff.is(Role::CommitteeStaff, platform),
        }
    }
}
