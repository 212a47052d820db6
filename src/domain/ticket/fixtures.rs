//! A made-up community for the tests: one ticket in every custody, one actor of every role.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use uuid::Uuid;

use super::*;
use crate::domain::actor::{Actor, Seat, Staff, Who};
use crate::domain::ids::{AttachmentId, EscalationId};
use crate::domain::words::{Audience, EscalationState, Role};

/// Every id of a test is a small number.
pub fn id<I: From<Uuid>>(n: u128) -> I {
    Uuid::from_u128(n).into()
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 17, 6, 0, 0).unwrap()
}

pub fn today() -> NaiveDate {
    now().date_naive()
}

pub const WORKER: u128 = 11;
pub const COLLEAGUE: u128 = 12;
pub const STEWARD: u128 = 31;
pub const STAFF: u128 = 51;
pub const AGENT: u128 = 61;
pub const REPORTER: u128 = 101;
const BUILDING_3: u128 = 203;
const BUILDING_5: u128 = 205;

fn seat(role: Role, platform: Platform) -> Seat {
    Seat { membership: id(1), platform, role, queue: None, building: None, contractor: None, is_head: false }
}

pub fn staff(user: u128, seat: Seat) -> Actor {
    Actor::Staff(Staff { who: Who::User(id(user)), community: id(1), seats: vec![seat] })
}

fn property(role: Role, queue: Option<Queue>) -> Seat {
    Seat { queue, ..seat(role, Platform::Property) }
}

pub fn worker() -> Actor {
    staff(WORKER, property(Role::Worker, Some(Queue::Maintenance)))
}

pub fn colleague() -> Actor {
    staff(COLLEAGUE, property(Role::Worker, Some(Queue::Maintenance)))
}

pub fn head() -> Actor {
    staff(13, Seat { is_head: true, ..property(Role::Worker, Some(Queue::Maintenance)) })
}

pub fn agent() -> Actor {
    staff(AGENT, property(Role::Agent, None))
}

pub fn committee() -> Actor {
    staff(STAFF, seat(Role::CommitteeStaff, Platform::Committee))
}

pub fn resident() -> Actor {
    Actor::Resident(id(REPORTER))
}

/// Every role, in the order of the table's rows.
pub fn actors() -> Vec<(&'static str, Actor)> {
    let mut stranger = agent();
    if let Actor::Staff(staff) = &mut stranger {
        staff.community = id(2);
    }
    let steward = |user, building| {
        staff(user, Seat { building: Some(id(building)), ..property(Role::Steward, Some(Queue::Steward)) })
    };
    let order_head = Seat { is_head: true, ..property(Role::Worker, Some(Queue::Order)) };
    vec![
        ("worker", worker()),
        ("colleague", colleague()),
        ("head", head()),
        ("contractor", staff(14, property(Role::Contractor, Some(Queue::Maintenance)))),
        ("order worker", staff(21, property(Role::Worker, Some(Queue::Order)))),
        ("order head", staff(22, order_head)),
        ("steward 3", steward(STEWARD, BUILDING_3)),
        ("steward 5", steward(32, BUILDING_5)),
        ("agent", agent()),
        ("manager", staff(62, property(Role::Manager, None))),
        ("committee", committee()),
        ("committee 2", staff(52, seat(Role::CommitteeStaff, Platform::Committee))),
        ("comm. manager", staff(53, seat(Role::Manager, Platform::Committee))),
        ("admin", staff(71, property(Role::Admin, None))),
        ("subject", staff(99, property(Role::Agent, None))),
        ("agent elsewhere", stranger),
        ("reporter", resident()),
        ("stranger", Actor::Resident(id(199))),
        ("system", Actor::System),
    ]
}

pub fn reporter(n: u128) -> Reporter {
    Reporter { id: id(n), role: ReporterRole::First, left: false, last_nudge_at: None }
}

pub fn number(serial: u32) -> TicketNumber {
    TicketNumber { day: today(), serial }
}

/// The property's own, unassigned; user 99 is whom it is about.
pub fn ticket() -> Ticket {
    Ticket {
        id: id(1),
        community: id(1),
        number: number(1),
        version: 3,
        state: State::Unassigned { returned_from: None },
        hold: None,
        lead: Platform::Property,
        holder: Platform::Property,
        channel: Channel::Hotline,
        kind: Kind::Repair,
        category: None,
        urgency: Urgency::Normal,
        paid: false,
        confidential: false,
        property_sees: true,
        committee_sees: false,
        about_place: None,
        reporter_place: None,
        building: Some(id(BUILDING_3)),
        place_text: None,
        reporters: vec![reporter(REPORTER)],
        subjects: vec![id(99)],
        escalation: None,
        open_children: Vec::new(),
        merged_into: None,
        opened_at: now() - TimeDelta::days(1),
        first_done_at: None,
        reopened_count: 0,
        nudge_count: 0,
        hand_back_count: 0,
        rules: Rules::default(),
    }
}

pub fn assigned(queue: Queue, worker: Option<u128>) -> State {
    State::Assigned { queue, worker: worker.map(id), at: now() - TimeDelta::hours(2) }
}

pub fn in_progress(queue: Queue, worker: u128) -> State {
    State::InProgress { queue, worker: id(worker), at: now() - TimeDelta::hours(1) }
}

pub fn done(queue: Queue, worker: u128) -> State {
    let at = now() - TimeDelta::minutes(30);
    State::Done { queue: Some(queue), worker: Some(id(worker)), outcome: Outcome::Resolved, at, review_on: None }
}

pub fn escalation(from: Platform, state: EscalationState) -> Escalation {
    Escalation {
        id: id(401),
        from,
        state,
        offered_at: now() - TimeDelta::hours(1),
        answer_by: now() + TimeDelta::hours(23),
        answered_at: None,
        concluded_at: None,
        left_queue: (state == EscalationState::Accepted).then_some(match from {
            Platform::Property => Queue::Maintenance,
            Platform::Committee => Queue::Committee,
        }),
    }
}

/// Every custody, with its short name for the table's head.
pub fn custodies() -> Vec<(char, Ticket, Queue, u128)> {
    let own = ticket();
    let both = Ticket { committee_sees: true, ..own.clone() };
    let ours = Ticket {
        lead: Platform::Committee,
        holder: Platform::Committee,
        channel: Channel::Wechat,
        property_sees: false,
        committee_sees: true,
        ..own.clone()
    };
    let with = |t: &Ticket, from, state| Ticket { escalation: Some(escalation(from, state)), ..t.clone() };
    let offered = with(&both, Platform::Property, EscalationState::Offered);
    let accepted = Ticket { holder: Platform::Committee, ..with(&both, Platform::Property, EscalationState::Accepted) };
    let standing = Ticket { lead: Platform::Committee, channel: Channel::Wechat, ..both.clone() };
    let lent = with(&standing, Platform::Committee, EscalationState::Accepted);
    let secret = Ticket { confidential: true, ..ours.clone() };
    let night = Ticket { rules: Rules { committee_open: false, ..Rules::default() }, ..ours.clone() };
    vec![
        ('P', own.clone(), Queue::Maintenance, WORKER),
        ('S', standing, Queue::Maintenance, WORKER),
        ('O', offered, Queue::Maintenance, WORKER),
        ('X', accepted, Queue::Committee, STAFF),
        ('Y', lent, Queue::Maintenance, WORKER),
        ('K', ours, Queue::Committee, STAFF),
        ('C', secret, Queue::Committee, STAFF),
        ('N', night, Queue::Committee, STAFF),
        ('B', own, Queue::Steward, STEWARD),
    ]
}

/// Every status a custody can stand in, with its short name.
pub fn standings(custody: &(char, Ticket, Queue, u128)) -> Vec<(char, Ticket)> {
    let (name, ticket, queue, worker) = custody;
    let live = ticket.escalation.is_some();
    let hold = Hold { id: id(301), since: now() - TimeDelta::minutes(9), review_at: now() + TimeDelta::hours(20) };
    let at = |state| Ticket { state, ..ticket.clone() };
    let mut all = vec![
        ('u', ticket.clone()),
        ('f', at(assigned(*queue, None))),
        ('a', at(assigned(*queue, Some(*worker)))),
        ('i', at(in_progress(*queue, *worker))),
    ];
    if *name == 'P' {
        all.push(('h', Ticket { hold: Some(hold), ..at(in_progress(*queue, *worker)) }));
        all.push(('c', at(in_progress(*queue, 14))));
    }
    if !live {
        all.push(('d', at(done(*queue, *worker))));
    }
    all
}

/// One command of every sort, with a name for the table's section.
pub fn commands(ticket: &Ticket) -> Vec<(&'static str, Command)> {
    let route = |queue, accepts_directly| Command::Route {
        queue,
        worker: None,
        category: None,
        urgency: None,
        accepts_directly,
    };
    let transfer = |queue| Command::Transfer { queue, worker: None, reason: "归别的部门".into() };
    let later = now() + TimeDelta::hours(24);
    let target = MergeTarget {
        id: id(2),
        number: number(2),
        done: false,
        chain: Vec::new(),
        visible: true,
        confidential: ticket.confidential,
        subjects: ticket.subjects.clone(),
    };
    let seen_by_more = MergeTarget { confidential: false, subjects: Vec::new(), ..target.clone() };
    let accept_queue = match ticket.escalation.as_ref().map(Escalation::to) {
        Some(Platform::Property) => Some(Queue::Order),
        Some(Platform::Committee) | None => None,
    };
    let words = || "一句话".to_owned();
    vec![
        ("route to order, which takes directly", route(Queue::Order, true)),
        ("route to order, were it not to take directly", route(Queue::Order, false)),
        ("route to the committee", route(Queue::Committee, false)),
        ("take", Command::Take),
        ("assign to a colleague", Command::Assign { worker: id(COLLEAGUE) }),
        ("start", Command::Start),
        ("transfer to order", transfer(Queue::Order)),
        ("transfer to the committee", transfer(Queue::Committee)),
        ("hand_back", Command::HandBack { reason: words() }),
        ("hold", Command::Hold { id: id(302), reason: words(), review_at: later }),
        ("resume", Command::Resume),
        ("finish", finish(Outcome::Resolved, None)),
        ("reopen", Command::Reopen { reason: words(), today: today(), steward: None }),
        ("withdraw", Command::Withdraw { reporter: id(REPORTER) }),
        ("merge", Command::Merge { target }),
        ("merge into a ticket that more people see", Command::Merge { target: seen_by_more }),
        ("nudge", Command::Nudge { reporter: id(REPORTER), words: None }),
        ("note", Command::Note { words: words(), audience: Audience::Both, to_resident: false }),
        ("note to the resident", Command::Note { words: words(), audience: Audience::Both, to_resident: true }),
        ("attach", Command::Attach { attachment: id::<AttachmentId>(501) }),
        ("set_urgency to emergency", Command::SetUrgency { urgency: Urgency::Emergency, queue: None }),
        ("place", place(Some(BUILDING_5), None)),
        ("offer", offer()),
        ("accept", Command::Accept { queue: accept_queue, worker: None }),
        ("return", Command::Return { reason: words() }),
        ("recall", Command::Recall),
        ("conclude", Command::Conclude { report: words(), steward: None }),
    ]
}

pub fn finish(outcome: Outcome, in_days: Option<u64>) -> Command {
    let review_on = in_days.map(|days| today() + Days::new(days));
    Command::Finish { outcome, note: Some("换了阀芯".into()), review_on, today: today() }
}

pub fn offer() -> Command {
    Command::Offer {
        id: id::<EscalationId>(402),
        reason: "公共区域，要住户同意".into(),
        tried: "上门三次".into(),
        asked: "请牵头征询".into(),
        answer_by: now() + TimeDelta::hours(24),
    }
}

pub fn place(building: Option<u128>, steward: Option<u128>) -> Command {
    Command::Place {
        about_place: None,
        reporter_place: None,
        building: building.map(id),
        place_text: None,
        steward: steward.map(id),
    }
}
