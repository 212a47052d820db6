//! In the queue and at work.

use super::*;

#[test]
fn a_ticket_handed_back_is_upheld_or_overruled_by_routing() {
    let worked = at(in_progress(Queue::Maintenance, WORKER));
    let back = ok(&worked, &Command::HandBack { reason: " 是绿化的事 ".into() }, &worker());
    assert_eq!(back.ticket.hand_back_count, 1);
    assert_eq!(back.words[0].text, "是绿化的事");
    assert!(hears(&back, "handed_back", Hearer::Desk(Platform::Property)));
    let route = |queue| Command::Route { queue, worker: None, category: None, urgency: None, accepts_directly: true };
    for (queue, ruling) in [(Queue::Maintenance, Ruling::Overruled), (Queue::Environment, Ruling::Upheld)] {
        let d = ok(&back.ticket, &route(queue), &agent());
        assert!(matches!(d.events[0], Event::Routed { ruling: Some(r), .. } if r == ruling));
    }
}

#[test]
fn routing_sets_category_and_urgency_with_it() {
    let category = Some(Category { code: "lift".into(), paid: false });
    let command = Command::Route {
        queue: Queue::Maintenance,
        worker: Some(id(WORKER)),
        category,
        urgency: Some(Urgency::Urgent),
        accepts_directly: true,
    };
    let d = ok(&ticket(), &command, &agent());
    assert_eq!(codes(&d), ["routed", "urgency_set"]);
    assert_eq!((d.ticket.category.as_deref(), d.ticket.urgency), (Some("lift"), Urgency::Urgent));
    assert!(hears(&d, "given_to_you", Hearer::Worker(id(WORKER))));
}

#[test]
fn a_program_cannot_be_the_worker() {
    let mut program = worker();
    if let Actor::Staff(staff) = &mut program {
        staff.who = Who::Token(id(900));
    }
    let free = at(assigned(Queue::Maintenance, None));
    assert_eq!(no(&free, &Command::Take, &program), Refusal::NeedsPerson);
    assert_eq!(no(&free, &Command::Start, &program), Refusal::NeedsPerson);
}

#[test]
fn start_takes_a_free_ticket_and_counts_as_contact() {
    let d = ok(&at(assigned(Queue::Maintenance, None)), &Command::Start, &worker());
    assert_eq!(codes(&d), ["taken", "started"]);
    assert!(stops(&d, ClockKind::Contact) && stops(&d, ClockKind::OnSite));
    let other = no(&at(assigned(Queue::Maintenance, Some(WORKER))), &Command::Start, &colleague());
    assert_eq!(other, Refusal::AlreadyTaken { by: id(WORKER) });
    let d = ok(&at(assigned(Queue::Maintenance, Some(WORKER))), &Command::Start, &head());
    assert_eq!(d.ticket.worker(), Some(id(WORKER)), "the head starts it for him");
}

#[test]
fn a_hold_needs_a_reason_and_a_time_ahead_and_stops_the_finish_clocks() {
    let worked = at(in_progress(Queue::Maintenance, WORKER));
    let hold = |reason: &str, hours| Command::Hold {
        id: id(302),
        reason: reason.into(),
        review_at: now() + TimeDelta::hours(hours),
    };
    assert_eq!(no(&worked, &hold("  ", 1), &worker()), Refusal::Empty { field: "reason" });
    assert_eq!(no(&worked, &hold("等配件", 0), &worker()), Refusal::ReviewInPast { field: "review_at" });
    let long = "等".repeat(REASON_LIMIT + 1);
    let too_long = Refusal::TooLong { field: "reason", limit: REASON_LIMIT };
    assert_eq!(no(&worked, &hold(&long, 1), &worker()), too_long);
    let control = Refusal::ControlCharacters { field: "reason" };
    assert_eq!(no(&worked, &hold("等\0配件", 1), &worker()), control);
    assert!(decide(&worked, &hold("等配件\r\n\t明天到", 1), &worker(), now()).is_ok());
    let held = ok(&worked, &hold("等配件", 20), &worker());
    assert!(held.clocks == [ClockChange::Pause] && held.words[0].resident_reads);
    assert!(hears(&held, "held", Hearer::Reporters));
    let gone_on = ok(&held.ticket, &Command::Resume, &Actor::System);
    assert!(gone_on.clocks == [ClockChange::Resume] && hears(&gone_on, "resumed", Hearer::Reporters));
    let moved = Command::Transfer { queue: Queue::Order, worker: None, reason: "归秩序部".into() };
    let moved = ok(&held.ticket, &moved, &agent());
    assert_eq!((codes(&moved), moved.ticket.hold), (vec!["resumed", "transferred"], None));
    assert!(matches!(moved.hold, Some(HoldChange::Lift { .. })));
}

#[test]
fn nudges_are_all_kept_and_one_in_four_hours_counts() {
    let nudge = Command::Nudge { reporter: id(REPORTER), words: Some("还要多久".into()) };
    let free = at(assigned(Queue::Maintenance, Some(WORKER)));
    let first = ok(&free, &nudge, &resident());
    assert_eq!(first.ticket.nudge_count, 1);
    assert!(hears(&first, "nudged", Hearer::Worker(id(WORKER))));
    let hours = |h| now() + TimeDelta::hours(h);
    let soon = decide(&first.ticket, &nudge, &agent(), hours(4) - TimeDelta::microseconds(1)).unwrap();
    assert_eq!((soon.ticket.nudge_count, soon.words.len(), soon.notices.len()), (1, 1, 0));
    assert!(matches!(soon.events[0], Event::Nudged { counted: false, again_at, .. } if again_at == hours(4)));
    assert!(soon.reporters.is_empty());
    let later = decide(&soon.ticket, &nudge, &resident(), hours(4)).unwrap();
    assert_eq!(later.ticket.nudge_count, 2);
}

#[test]
fn a_reply_is_contact_and_a_side_speaks_for_itself() {
    let note = |audience, to_resident| Command::Note { words: "明天上午去".into(), audience, to_resident };
    let d = ok(&ticket(), &note(Audience::Both, true), &agent());
    assert!(stops(&d, ClockKind::Contact) && hears(&d, "reply", Hearer::Reporters));
    assert_eq!(ok(&ticket(), &note(Audience::Property, false), &agent()).words[0].audience, Audience::Property);
    assert_eq!(no(&ticket(), &note(Audience::Committee, false), &agent()), Refusal::NotYours);
    let d = ok(&ticket(), &note(Audience::Both, false), &resident());
    assert!(hears(&d, "resident_wrote", Hearer::Desk(Platform::Property)) && d.words[0].resident_reads);
}

#[test]
fn refusals_speak_both_languages_in_two_sentences_at_most() {
    let all = [
        Refusal::Unknown,
        Refusal::NotYours,
        Refusal::NeedsPerson,
        Refusal::WrongState { status: Status::Assigned, verb: Verb::Finish },
        Refusal::TakeFirst,
        Refusal::AlreadyTaken { by: id(1) },
        Refusal::SameQueue { queue: Queue::Order },
        Refusal::OtherPlatform { platform: Platform::Committee },
        Refusal::OtherPlatform { platform: Platform::Property },
        Refusal::NeedsQueue,
        Refusal::EmergencyStays,
        Refusal::AlreadyHeld { review_at: now() },
        Refusal::NotHeld,
        Refusal::OpenChildren { numbers: vec![number(1)] },
        Refusal::LiveOffer { state: EscalationState::Offered },
        Refusal::LiveOffer { state: EscalationState::Accepted },
        Refusal::NoOffer,
        Refusal::NeedsReviewDate,
        Refusal::ReviewInPast { field: "review_at" },
        Refusal::ReviewDateNotDue,
        Refusal::OutcomeHasOwnVerb,
        Refusal::ReopenNever { merged: true },
        Refusal::ReopenTooLate { days: 7 },
        Refusal::ReviewNotDue { review_on: today() },
        Refusal::NotAReporter,
        Refusal::TargetUnknown,
        Refusal::WorkerIsSubject,
        Refusal::MergeCycle,
        Refusal::TargetMerged { number: number(1) },
        Refusal::TargetMoreOpen { number: number(1) },
        Refusal::TargetDone { number: number(1) },
        Refusal::NothingChanged,
        Refusal::Empty { field: "reason" },
        Refusal::TooLong { field: "reason", limit: 3 },
        Refusal::ControlCharacters { field: "reason" },
    ];
    let mut codes = BTreeSet::new();
    for refusal in all {
        codes.insert(refusal.code());
        let zh = refusal.say(Language::Zh);
        assert!(zh.ends_with('。') && zh.matches('。').count() <= 2, "{zh}");
        assert!(!zh.contains(refusal.code()));
        let en = refusal.say(Language::En);
        assert!(en.ends_with('.') && en.matches(". ").count() <= 1, "{en}");
    }
    assert_eq!(codes.len(), 33);
}
