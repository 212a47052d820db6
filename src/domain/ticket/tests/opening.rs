//! Opening, visibility and the steward of the building.

use super::*;

#[test]
fn a_routine_request_goes_straight_to_the_property_and_the_committee_stays_lead() {
    let d = open(opening(), now()).unwrap();
    assert_eq!((d.ticket.status(), d.ticket.queue()), (Status::Assigned, Some(Queue::Maintenance)));
    assert_eq!((d.ticket.lead, d.ticket.holder), (Platform::Committee, Platform::Property));
    assert!(d.ticket.property_sees && d.ticket.committee_sees && d.ticket.paid);
    assert_eq!((d.ticket.version, codes(&d)), (1, vec!["opened", "accepted"]));
    assert!(matches!(d.events[1], Event::Accepted { accepted_by: AcceptedBy::Standing, escalation: None, .. }));
    assert_eq!(d.words[0].text, "  厨房水池下不去水 ", "the words stay as they came");
    assert_eq!(starts(&d, ClockKind::Contact), [Platform::Committee]);
    assert_eq!(starts(&d, ClockKind::Finish), [Platform::Committee, Platform::Property]);
    assert_eq!(starts(&d, ClockKind::QueueTime), [Platform::Property]);
    assert!(hears(&d, "new_in_queue", Hearer::Queue(Queue::Maintenance)));
    // Finishing it there finishes it in the lead's name.
    let worked = Ticket { state: in_progress(Queue::Maintenance, WORKER), ..d.ticket };
    let d = ok(&worked, &finish(Outcome::Resolved, None), &worker());
    assert!(hears(&d, "finished_in_your_name", Hearer::Desk(Platform::Committee)));
    assert!(hears(&d, "finished", Hearer::Reporters));
}

#[test]
fn a_queue_that_does_not_take_directly_needs_an_offer() {
    let d = open(Opening { placing: to(Queue::Order, false), ..opening() }, now()).unwrap();
    assert_eq!((d.ticket.status(), d.ticket.holder), (Status::Unassigned, Platform::Committee));
    assert!(!d.ticket.property_sees);
    assert!(hears(&d, "new_to_triage", Hearer::Desk(Platform::Committee)));
}

#[test]
fn an_emergency_is_never_left_unassigned() {
    for placing in [Placing::Unsure, to(Queue::Order, false)] {
        let d = open(Opening { urgency: Urgency::Emergency, placing, ..opening() }, now()).unwrap();
        assert_eq!(d.ticket.queue(), Some(Queue::Order));
        assert!(hears(&d, "emergency", Hearer::OnDuty(Queue::Order)));
        assert!(hears(&d, "emergency", Hearer::Heads(Queue::Order)));
        assert_eq!(starts(&d, ClockKind::OnSite), [Platform::Committee]);
    }
    let urgent = Command::SetUrgency { urgency: Urgency::Emergency, queue: Some(Queue::Maintenance) };
    let d = ok(&ticket(), &urgent, &agent());
    assert_eq!(d.ticket.queue(), Some(Queue::Maintenance));
    assert!(hears(&d, "emergency", Hearer::OnDuty(Queue::Maintenance)));
    assert!(d.clocks.contains(&ClockChange::Restart { urgency: Urgency::Emergency }));
    let burning = Ticket { urgency: Urgency::Emergency, ..at(assigned(Queue::Order, None)) };
    let hand_back = Command::HandBack { reason: "不归我们".into() };
    let order = actors().into_iter().find(|(name, _)| *name == "order head").unwrap().1;
    assert_eq!(no(&burning, &hand_back, &order), Refusal::EmergencyStays);
}

#[test]
fn an_emergency_does_not_cross_to_the_committee_unasked() {
    let opening = |accepts_directly| Opening {
        urgency: Urgency::Emergency,
        lead: Platform::Property,
        channel: Channel::Hotline,
        placing: to(Queue::Committee, accepts_directly),
        ..opening()
    };
    let d = open(opening(false), now()).unwrap();
    assert_eq!((d.ticket.queue(), codes(&d)), (Some(Queue::Order), vec!["opened"]), "and is not left unassigned");
    let agreed = open(opening(true), now()).unwrap();
    assert_eq!((agreed.ticket.queue(), codes(&agreed)), (Some(Queue::Committee), vec!["opened", "accepted"]));
    let urgent = Command::SetUrgency { urgency: Urgency::Emergency, queue: Some(Queue::Committee) };
    assert_eq!(no(&ticket(), &urgent, &agent()), Refusal::OtherPlatform { platform: Platform::Committee });
}

#[test]
fn a_complaint_about_the_property_is_the_committees_alone_until_handed_over() {
    let secret = Opening {
        confidential: true,
        lead: Platform::Property,
        channel: Channel::Hotline,
        kind: Kind::Complaint,
        placing: to(Queue::Steward, true),
        ..opening()
    };
    let d = open(secret, now()).unwrap();
    assert_eq!((d.ticket.queue(), d.ticket.property_sees), (Some(Queue::Committee), false));
    assert_eq!(starts(&d, ClockKind::Finish), [Platform::Committee, Platform::Committee]);
    assert!(!may_see(&d.ticket, &agent()));
    assert!(may_see(&d.ticket, &committee()));
    let note = Command::Note { words: "先听听住户".into(), audience: Audience::Both, to_resident: false };
    assert_eq!(ok(&d.ticket, &note, &committee()).words[0].audience, Audience::Committee);
    let offered = ok(&d.ticket, &offer(), &committee());
    assert_eq!(codes(&offered), ["handed_over", "offered"]);
    assert!(offered.ticket.property_sees && !offered.ticket.confidential);
    assert!(offered.words.iter().all(|w| w.event == 1 && w.audience == Audience::Both));
    assert!(may_see(&offered.ticket, &agent()));
    assert_eq!(starts(&offered, ClockKind::Finish), [Platform::Property], "the lead sees it now");
    assert_eq!(no(&d.ticket, &offer(), &Actor::System), Refusal::NotYours, "the service never hands over");
}

#[test]
fn whom_it_is_about_sees_and_gets_nothing() {
    let free = at(assigned(Queue::Maintenance, None));
    let about_worker = Ticket { subjects: vec![id(WORKER)], ..free };
    assert_eq!(no(&about_worker, &Command::Take, &worker()), Refusal::Unknown);
    assert!(!may_see(&about_worker, &worker()));
    assert_eq!(no(&about_worker, &Command::Assign { worker: id(WORKER) }, &head()), Refusal::WorkerIsSubject);
}

#[test]
fn the_steward_of_the_building_gets_it_once_the_place_is_known() {
    let free = Ticket { building: None, ..at(assigned(Queue::Steward, None)) };
    let [three, five] =
        ["steward 3", "steward 5"].map(|name| actors().into_iter().find(|(n, _)| *n == name).unwrap().1);
    assert!(may_see(&free, &three) && may_see(&free, &five), "no building: open to every steward");
    let d = ok(&free, &place(Some(203), Some(STEWARD)), &Actor::System);
    assert_eq!((codes(&d), d.ticket.worker()), (vec!["place_set", "assigned"], Some(id(STEWARD))));
    assert!(may_see(&d.ticket, &three) && !may_see(&d.ticket, &five));
    assert_eq!(no(&d.ticket, &place(Some(203), None), &agent()), Refusal::NothingChanged);
}
