//! Who may do what to a ticket, and who may see it. Printed in full as `golden.txt`.

use super::super::actor::{Actor, Seat, Staff};
use super::super::words::{Platform, Queue, Role};
use super::{Command, Refusal, State, Ticket, Verb};

/// What ties a member of staff to a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ties {
    /// Desk of the platform that must act.
    holder_desk: bool,
    /// Desk of the platform that answers to the resident, if it may see the ticket.
    lead_desk: bool,
    /// Any desk that may see it.
    seeing_desk: bool,
    /// The property's desk minding the committee's triage list out of hours.
    night_desk: bool,
    /// Works in its queue and may see it there.
    works: bool,
    /// Works there as a steward.
    steward: bool,
    /// Heads its queue.
    heads: bool,
    /// Has it.
    mine: bool,
}

impl Ties {
    fn of(ticket: &Ticket, staff: &Staff) -> Self {
        let queue = ticket.queue();
        let mine = staff.user().is_some() && staff.user() == ticket.worker();
        let works_as = |role: Option<Role>| {
            queue.is_some_and(|queue| {
                staff.seats.iter().any(|s| role.is_none_or(|r| s.role == r) && seat_reaches(s, ticket, queue, mine))
            })
        };
        let desk = |platform| staff.at_desk(platform) && ticket.seen_by(platform);
        Self {
            holder_desk: desk(ticket.holder),
            lead_desk: desk(ticket.lead),
            seeing_desk: desk(Platform::Property) || desk(Platform::Committee),
            night_desk: on_night_list(ticket) && staff.at_desk(Platform::Property),
            works: works_as(None),
            steward: works_as(Some(Role::Steward)),
            heads: queue.is_some_and(|queue| staff.heads(queue)),
            mine,
        }
    }

    fn sees(self, ticket: &Ticket) -> bool {
        if ticket.confidential {
            return self.holder_desk || self.mine;
        }
        self.seeing_desk || self.night_desk || self.works || self.heads || self.mine
    }

    /// Either side's desk: the one that works and the one that answers.
    fn desk(self) -> bool {
        self.holder_desk || self.lead_desk
    }
}

/// Whether this seat brings its holder to a ticket of `queue`.
fn seat_reaches(seat: &Seat, ticket: &Ticket, queue: Queue, mine: bool) -> bool {
    if seat.is_head && seat.queue == Some(queue) {
        return true;
    }
    match seat.role {
        Role::Worker => seat.queue == Some(queue),
        Role::Contractor => seat.queue == Some(queue) && mine,
        Role::Steward => {
            queue == Queue::Steward && (mine || ticket.building.is_none() || seat.building == ticket.building)
        }
        Role::CommitteeStaff => queue == Queue::Committee,
        Role::Agent | Role::Manager | Role::Admin => false,
    }
}

/// Stands on the agents' triage list because nobody is at the committee's desk.
fn on_night_list(ticket: &Ticket) -> bool {
    !ticket.rules.committee_open
        && !ticket.confidential
        && ticket.holder == Platform::Committee
        && matches!(ticket.state, State::Unassigned { .. })
}

/// Whether the actor may see the ticket: the same rule as the store's scopes. Whom a ticket is about never sees it.
pub fn may_see(ticket: &Ticket, actor: &Actor) -> bool {
    match actor {
        Actor::System => true,
        Actor::Resident(reporter) => ticket.reporter(*reporter).is_some(),
        Actor::Staff(staff) => {
            staff.community == ticket.community
                && !staff.user().is_some_and(|user| ticket.subjects.contains(&user))
                && Ties::of(ticket, staff).sees(ticket)
        }
    }
}

/// Whether the actor may give this command to this ticket at all, whatever its status.
pub(super) fn check(ticket: &Ticket, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    if !may_see(ticket, actor) {
        return Err(Refusal::Unknown);
    }
    let allowed = match actor {
        Actor::System => system(verb),
        Actor::Resident(_) => resident(verb),
        Actor::Staff(staff) => staff_may(ticket, verb, staff),
    };
    if allowed {
        return Ok(());
    }
    match (actor, ticket.worker()) {
        // Of the right queue, but a colleague has it: say who, so that they can talk.
        (Actor::Staff(staff), Some(by)) if ticket.state.is_open() && workers_own(verb) => {
            let ties = Ties::of(ticket, staff);
            Err(if ties.works && !ties.mine { Refusal::AlreadyTaken { by } } else { Refusal::NotYours })
        }
        _ => Err(Refusal::NotYours),
    }
}

/// What the service does by itself: standing rules, reviews that fall due, the place understood from a message.
const fn system(verb: Verb) -> bool {
    match verb {
        Verb::Route
        | Verb::Assign
        | Verb::Resume
        | Verb::Reopen
        | Verb::Note
        | Verb::Attach
        | Verb::SetUrgency
        | Verb::Place
        | Verb::Offer => true,
        Verb::Take
        | Verb::Start
        | Verb::Transfer
        | Verb::HandBack
        | Verb::Hold
        | Verb::Finish
        | Verb::Withdraw
        | Verb::Merge
        | Verb::Nudge
        | Verb::Accept
        | Verb::Return
        | Verb::Recall
        | Verb::Conclude => false,
    }
}

/// What a reporter may do through the own channel.
const fn resident(verb: Verb) -> bool {
    match verb {
        Verb::Nudge | Verb::Withdraw | Verb::Reopen | Verb::Note | Verb::Attach | Verb::Place => true,
        Verb::Route
        | Verb::Take
        | Verb::Assign
        | Verb::Start
        | Verb::Transfer
        | Verb::HandBack
        | Verb::Hold
        | Verb::Resume
        | Verb::Finish
        | Verb::Merge
        | Verb::SetUrgency
        | Verb::Offer
        | Verb::Accept
        | Verb::Return
        | Verb::Recall
        | Verb::Conclude => false,
    }
}

/// Verbs that belong to the worker who has the ticket.
const fn workers_own(verb: Verb) -> bool {
    matches!(verb, Verb::Start | Verb::HandBack | Verb::Hold | Verb::Resume | Verb::Finish | Verb::Conclude)
}

fn staff_may(ticket: &Ticket, verb: Verb, staff: &Staff) -> bool {
    let ties = Ties::of(ticket, staff);
    // The worker himself; anyone of the queue while nobody has it.
    let worker_or_free = ties.mine || (ties.works && ticket.worker().is_none());
    match verb {
        Verb::Route => ties.holder_desk || ties.night_desk,
        Verb::Take => ties.works,
        Verb::Assign | Verb::Transfer => ties.heads || ties.holder_desk,
        Verb::Start | Verb::HandBack => worker_or_free || ties.heads,
        Verb::Hold => ties.mine || ties.heads,
        // The resident rings to say that the wait is over.
        Verb::Resume => ties.mine || ties.heads || ties.holder_desk,
        Verb::Finish => ties.mine || ties.heads || ties.desk(),
        Verb::Reopen => ties.heads || ties.desk(),
        // Said to whichever desk the resident reached.
        Verb::Withdraw | Verb::Nudge => ties.desk(),
        Verb::Merge => ties.holder_desk,
        // Whoever may see it.
        Verb::Note | Verb::Attach => true,
        Verb::SetUrgency => ties.desk() || ties.night_desk,
        Verb::Place => ties.desk() || ties.night_desk || ties.works,
        Verb::Offer => ties.holder_desk || ties.steward,
        Verb::Accept | Verb::Return => match &ticket.escalation {
            Some(live) => staff.at_desk(live.to()),
            None => ties.seeing_desk,
        },
        Verb::Recall => match &ticket.escalation {
            Some(live) => staff.at_desk(live.from) || ties.steward,
            None => ties.seeing_desk,
        },
        Verb::Conclude => ties.holder_desk || ties.mine || ties.heads,
    }
}

/// Speaks to the residents in the house's name.
pub(super) fn may_reply(ticket: &Ticket, actor: &Actor) -> bool {
    match actor {
        Actor::System => true,
        Actor::Resident(_) => false,
        Actor::Staff(staff) => {
            let ties = Ties::of(ticket, staff);
            ties.desk() || ties.mine || ties.heads
        }
    }
}

/// Finishes from the desk (any open status), not as the worker at the end of the work.
pub(super) fn finishes_at_desk(ticket: &Ticket, actor: &Actor) -> bool {
    actor.staff().is_some_and(|staff| Ties::of(ticket, staff).desk())
}

/// Whether the status, hold and escalation let the verb be; the last word on one command is [`super::decide`]'s.
pub(super) fn fits(ticket: &Ticket, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    let status = match (&ticket.state, verb) {
        (_, Verb::Note | Verb::Attach | Verb::Place) => true,
        (State::Done { .. }, Verb::Reopen) => true,
        (State::Done { .. }, _) | (_, Verb::Reopen) => false,
        (
            State::Unassigned { .. } | State::Assigned { .. } | State::InProgress { .. },
            Verb::Withdraw | Verb::Merge | Verb::Nudge | Verb::SetUrgency | Verb::Offer,
        ) => true,
        (
            State::Unassigned { .. } | State::Assigned { .. } | State::InProgress { .. },
            Verb::Accept | Verb::Return | Verb::Recall | Verb::Conclude,
        ) => true,
        (State::Unassigned { .. }, Verb::Route) => true,
        (State::Assigned { .. } | State::InProgress { .. }, Verb::Route) => false,
        (State::Assigned { .. }, Verb::Start) => true,
        (State::Unassigned { .. } | State::InProgress { .. }, Verb::Start) => false,
        (State::InProgress { .. }, Verb::Finish) => true,
        (State::Unassigned { .. } | State::Assigned { .. }, Verb::Finish) => finishes_at_desk(ticket, actor),
        (
            State::Assigned { .. } | State::InProgress { .. },
            Verb::Take | Verb::Assign | Verb::Transfer | Verb::HandBack | Verb::Hold | Verb::Resume,
        ) => true,
        (
            State::Unassigned { .. },
            Verb::Take | Verb::Assign | Verb::Transfer | Verb::HandBack | Verb::Hold | Verb::Resume,
        ) => false,
    };
    if !status {
        return Err(Refusal::WrongState { status: ticket.status() });
    }
    flags_fit(ticket, verb)
}

/// Hold, children and escalation.
fn flags_fit(ticket: &Ticket, verb: Verb) -> Result<(), Refusal> {
    let live = ticket.escalation.as_ref().filter(|e| e.is_live());
    let children = || match ticket.open_children.is_empty() {
        true => Ok(()),
        false => Err(Refusal::OpenChildren { numbers: ticket.open_children.clone() }),
    };
    let none_live = || live.map_or(Ok(()), |e| Err(Refusal::LiveOffer { state: e.state }));
    match verb {
        Verb::Finish | Verb::Merge => none_live().and_then(|()| children()),
        // The resident cannot recall an offer: withdrawing closes it.
        Verb::Withdraw => children(),
        Verb::Offer => none_live(),
        Verb::Accept | Verb::Return | Verb::Recall => match live {
            Some(e) if e.is_offered() => Ok(()),
            _ => Err(Refusal::NoOffer),
        },
        Verb::Conclude => match live {
            Some(e) if e.is_accepted() => Ok(()),
            _ => Err(Refusal::NoOffer),
        },
        Verb::Hold => match ticket.hold {
            Some(hold) => Err(Refusal::AlreadyHeld { review_at: hold.review_at }),
            None => Ok(()),
        },
        Verb::Resume => ticket.hold.map(|_| ()).ok_or(Refusal::NotHeld),
        Verb::HandBack => match ticket.urgency == super::Urgency::Emergency {
            true => Err(Refusal::EmergencyStays),
            false => Ok(()),
        },
        Verb::Route
        | Verb::Take
        | Verb::Assign
        | Verb::Start
        | Verb::Transfer
        | Verb::Reopen
        | Verb::Nudge
        | Verb::Note
        | Verb::Attach
        | Verb::SetUrgency
        | Verb::Place => Ok(()),
    }
}

/// Whether a page should offer the verb, and if not, why not: rights, status and flags, before any field is filled in.
pub fn may(ticket: &Ticket, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    check(ticket, verb, actor)?;
    fits(ticket, verb, actor)
}

/// The same for a whole command.
pub(super) fn may_give(ticket: &Ticket, command: &Command, actor: &Actor) -> Result<(), Refusal> {
    may(ticket, command.verb(), actor)
}
