//! Between the platforms.

use super::*;

#[test]
fn a_hard_one_crosses_and_comes_back() {
    let worked = at(in_progress(Queue::Maintenance, WORKER));
    let offered = ok(&worked, &offer(), &agent());
    assert_eq!((offered.ticket.status(), offered.clocks.len()), (Status::InProgress, 0), "an offer moves nothing");
    assert!(hears(&offered, "offer_waiting", Hearer::Desk(Platform::Committee)));
    assert_eq!(offered.words.len(), 3);
    let live = Refusal::LiveOffer { state: EscalationState::Offered };
    assert_eq!(no(&offered.ticket, &finish(Outcome::Resolved, None), &worker()), live);
    let accepted = ok(&offered.ticket, &Command::Accept { queue: None, worker: None }, &committee());
    assert_eq!((accepted.ticket.queue(), accepted.ticket.holder), (Some(Queue::Committee), Platform::Committee));
    assert_eq!(accepted.ticket.lead, Platform::Property);
    assert_eq!(accepted.ticket.escalation.as_ref().unwrap().left_queue, Some(Queue::Maintenance));
    assert_eq!(starts(&accepted, ClockKind::Finish), [Platform::Committee]);
    assert!(hears(&accepted, "offer_accepted", Hearer::Desk(Platform::Property)));
    let back = ok(&accepted.ticket, &Command::HandBack { reason: "要再商量".into() }, &committee());
    assert_eq!(back.ticket.holder, Platform::Committee, "handed back, the accepting desk still holds it");
    let concluded = ok(&back.ticket, &Command::Conclude { report: "已征得同意".into(), steward: None }, &committee());
    assert_eq!((concluded.ticket.queue(), concluded.ticket.escalation), (Some(Queue::Maintenance), None));
    assert_eq!(concluded.ticket.holder, Platform::Property);
    assert_eq!(concluded.escalation.unwrap().row().concluded_at, Some(now()));
    let ended =
        ClockChange::Stop { kind: ClockKind::Finish, platform: Some(Platform::Committee), queue: None, met: true };
    assert!(concluded.clocks.contains(&ended));
}

#[test]
fn an_offer_can_be_returned_or_recalled_and_nothing_moves() {
    let worked = at(in_progress(Queue::Maintenance, WORKER));
    let offered = ok(&worked, &offer(), &agent()).ticket;
    let returned = ok(&offered, &Command::Return { reason: "请先问住户".into() }, &committee());
    let recalled = ok(&offered, &Command::Recall, &agent());
    for d in [returned, recalled] {
        assert_eq!((&d.ticket.state, d.ticket.holder), (&worked.state, Platform::Property));
        assert!(d.ticket.escalation.is_none() && d.clocks.is_empty());
        assert_eq!(d.escalation.unwrap().row().answered_at, Some(now()));
    }
    let lent = Ticket { committee_sees: true, lead: Platform::Committee, holder: Platform::Committee, ..ticket() };
    let lent = ok(&lent, &offer(), &committee()).ticket;
    assert_eq!(no(&lent, &Command::Accept { queue: None, worker: None }, &agent()), Refusal::NeedsQueue);
    let wrong = Command::Accept { queue: Some(Queue::Committee), worker: None };
    assert_eq!(no(&lent, &wrong, &agent()), Refusal::OtherPlatform { platform: Platform::Committee });
    let late =
        Command::Offer {
            id: id(402), reason: "一".into(), tried: "二".into(), asked: "三".into(), answer_by: now()
        };
    assert_eq!(no(&worked, &late, &agent()), Refusal::ReviewInPast { field: "answer_by" });
}

#[test]
fn concluded_into_the_stewards_queue_it_goes_to_the_steward_of_the_building() {
    let crossing =
        Escalation { left_queue: Some(Queue::Steward), ..escalation(Platform::Property, EscalationState::Accepted) };
    let lent = Ticket {
        holder: Platform::Committee,
        committee_sees: true,
        escalation: Some(crossing),
        ..at(assigned(Queue::Committee, Some(STAFF)))
    };
    let conclude = |steward: u128| Command::Conclude { report: "谈好了".into(), steward: Some(id(steward)) };
    let d = ok(&lent, &conclude(STEWARD), &committee());
    assert_eq!((d.ticket.queue(), d.ticket.worker()), (Some(Queue::Steward), Some(id(STEWARD))));
    assert!(hears(&d, "given_to_you", Hearer::Worker(id(STEWARD))));
    assert_eq!(d.words[0].event, 0, "the report is the conclusion's");
    assert_eq!(ok(&lent, &conclude(99), &committee()).ticket.worker(), None, "not to the one it is about");
    let elsewhere = Ticket { escalation: Some(escalation(Platform::Property, EscalationState::Accepted)), ..lent };
    assert_eq!(ok(&elsewhere, &conclude(STEWARD), &committee()).ticket.worker(), None);
}

#[test]
fn an_emergency_pages_whoever_is_on_duty_wherever_it_goes() {
    let burning = |ticket: &Ticket| Ticket { urgency: Urgency::Emergency, ..ticket.clone() };
    let worked = burning(&at(in_progress(Queue::Maintenance, WORKER)));
    let pages = |d: &Decision, queue| {
        hears(d, "emergency", Hearer::OnDuty(queue)) && hears(d, "emergency", Hearer::Heads(queue))
    };
    let transfer =
        |queue, worker: Option<u128>| Command::Transfer {
            queue, worker: worker.map(id), reason: "归秩序部".into()
        };
    assert!(pages(&ok(&worked, &transfer(Queue::Order, None), &agent()), Queue::Order));
    let same = ok(&worked, &transfer(Queue::Maintenance, Some(COLLEAGUE)), &agent());
    assert!(!pages(&same, Queue::Maintenance), "those on duty there know already");
    let offered = ok(&worked, &offer(), &agent());
    let accepted = ok(&offered.ticket, &Command::Accept { queue: None, worker: None }, &committee());
    assert!(pages(&accepted, Queue::Committee));
    let conclude = Command::Conclude { report: "说好了".into(), steward: None };
    assert!(pages(&ok(&accepted.ticket, &conclude, &committee()), Queue::Maintenance));
    let reopen = Command::Reopen { reason: "又漏了".into(), today: today(), steward: None };
    assert!(pages(&ok(&burning(&at(done(Queue::Maintenance, WORKER))), &reopen, &agent()), Queue::Maintenance));
    let calm = ok(&at(done(Queue::Maintenance, WORKER)), &reopen, &agent());
    assert!(!calm.notices.iter().any(|notice| notice.template == "emergency"));
}
