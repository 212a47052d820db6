//! To done and back.

use super::*;

#[test]
fn outcomes_are_held_to_their_rules() {
    let worked = at(in_progress(Queue::Maintenance, WORKER));
    let refused = |outcome, days| no(&worked, &finish(outcome, days), &worker());
    assert_eq!(refused(Outcome::Deferred, None), Refusal::NeedsReviewDate);
    assert_eq!(refused(Outcome::Deferred, Some(0)), Refusal::ReviewInPast { field: "review_on" });
    assert_eq!(refused(Outcome::Resolved, Some(3)), Refusal::ReviewDateNotDue);
    assert_eq!(refused(Outcome::Withdrawn, None), Refusal::OutcomeHasOwnVerb);
    assert_eq!(refused(Outcome::Duplicate, None), Refusal::OutcomeHasOwnVerb);
    let parent = Ticket { open_children: vec![number(7), number(8)], ..worked.clone() };
    let children = no(&parent, &finish(Outcome::Resolved, None), &agent());
    assert_eq!(children, Refusal::OpenChildren { numbers: vec![number(7), number(8)] });
    assert_eq!(children.say(Language::Zh), "还不能办结：子工单 20260317-0007、20260317-0008 未完成。请先办结子工单。");
    assert_eq!(no(&parent, &Command::Withdraw { reporter: id(REPORTER) }, &resident()), children);
    let done = ok(&worked, &finish(Outcome::Resolved, None), &worker());
    assert_eq!(done.clocks, [ClockChange::StopAll { met: true }]);
    assert_eq!(done.ticket.first_done_at, Some(now()));
}

#[test]
fn the_first_done_is_remembered() {
    let first = now() - TimeDelta::days(2);
    let again = Ticket { first_done_at: Some(first), ..at(in_progress(Queue::Maintenance, WORKER)) };
    assert_eq!(ok(&again, &finish(Outcome::Resolved, None), &worker()).ticket.first_done_at, Some(first));
}

fn ended(outcome: Outcome, days_ago: i64, review_in: Option<i64>) -> Ticket {
    let review_on = review_in.map(|days| today() + TimeDelta::days(days));
    let at = now() - TimeDelta::days(days_ago);
    Ticket {
        state: State::Done { queue: Some(Queue::Maintenance), worker: Some(id(WORKER)), outcome, at, review_on },
        ..ticket()
    }
}

#[test]
fn reopening_has_its_days_and_its_ends() {
    let reopen = Command::Reopen { reason: "又堵了".into(), today: today(), steward: None };
    let d = ok(&ended(Outcome::Resolved, 7, None), &reopen, &resident());
    assert_eq!((d.ticket.queue(), d.ticket.worker()), (Some(Queue::Maintenance), Some(id(WORKER))));
    assert_eq!((d.ticket.reopened_count, starts(&d, ClockKind::Finish)), (1, vec![Platform::Property]));
    assert!(hears(&d, "reopened", Hearer::Heads(Queue::Maintenance)));
    let late = no(&ended(Outcome::Resolved, 8, None), &reopen, &agent());
    assert_eq!(late, Refusal::ReopenTooLate { days: 7 });
    let never = no(&ended(Outcome::Withdrawn, 0, None), &reopen, &agent());
    assert_eq!(never, Refusal::ReopenNever { merged: false });
    let never = no(&ended(Outcome::Duplicate, 0, None), &reopen, &resident());
    assert_eq!(never, Refusal::ReopenNever { merged: true });
    let silent = Command::Reopen { reason: " ".into(), today: today(), steward: None };
    let empty = no(&ended(Outcome::Resolved, 1, None), &silent, &agent());
    assert_eq!(empty, Refusal::Empty { field: "reason" });
}

#[test]
fn a_deferred_ticket_opens_again_on_its_day_whatever_its_age() {
    let review = Command::Reopen { reason: String::new(), today: today(), steward: None };
    let d = ok(&ended(Outcome::Deferred, 90, Some(0)), &review, &Actor::System);
    assert!(matches!(d.events[0], Event::Reopened { reopened_by: ReopenedBy::Review, worker: None, .. }));
    assert!(hears(&d, "reopened", Hearer::Reporters));
    let early = no(&ended(Outcome::Deferred, 90, Some(1)), &review, &Actor::System);
    assert_eq!(early, Refusal::ReviewNotDue { review_on: today() + TimeDelta::days(1) });
    let reopen = Command::Reopen { reason: "住户又来问".into(), today: today(), steward: None };
    assert!(decide(&ended(Outcome::Deferred, 90, Some(-1)), &reopen, &agent(), now()).is_ok());
}

#[test]
fn what_comes_up_again_for_the_stewards_goes_to_the_steward_of_the_building() {
    let state = State::Done {
        queue: Some(Queue::Steward),
        worker: Some(id(STEWARD)),
        outcome: Outcome::Deferred,
        at: now() - TimeDelta::days(90),
        review_on: Some(today()),
    };
    let review = Command::Reopen { reason: String::new(), today: today(), steward: Some(id(32)) };
    let d = ok(&Ticket { state, ..ticket() }, &review, &Actor::System);
    assert_eq!((d.ticket.queue(), d.ticket.worker()), (Some(Queue::Steward), Some(id(32))));
    assert!(hears(&d, "reopened", Hearer::Worker(id(32))));
}

#[test]
fn settled_at_the_desk_it_reopens_on_the_desks_list() {
    let settled = ok(&ticket(), &finish(Outcome::Explained, None), &agent()).ticket;
    let reopen = Command::Reopen { reason: "没听明白".into(), today: today(), steward: None };
    let d = ok(&settled, &reopen, &resident());
    assert_eq!((d.ticket.status(), d.ticket.holder), (Status::Unassigned, Platform::Property));
}

#[test]
fn one_of_several_reporters_only_leaves() {
    let two = Ticket { reporters: vec![reporter(REPORTER), reporter(102)], ..ticket() };
    let withdraw = |n| Command::Withdraw { reporter: id(n) };
    let first = ok(&two, &withdraw(REPORTER), &resident());
    assert_eq!((codes(&first), first.ticket.status()), (vec!["reporter_left"], Status::Unassigned));
    assert!(!may_see(&first.ticket, &resident()), "whoever left hears no more");
    assert_eq!(no(&first.ticket, &withdraw(REPORTER), &agent()), Refusal::NotAReporter);
    assert_eq!(no(&two, &withdraw(102), &resident()), Refusal::NotAReporter);
    let last = ok(&first.ticket, &withdraw(102), &agent());
    assert!(matches!(last.ticket.state, State::Done { outcome: Outcome::Withdrawn, .. }));
    assert_eq!(last.clocks, [ClockChange::StopAll { met: false }]);
}

#[test]
fn withdrawing_closes_a_live_escalation() {
    for (state, closed) in
        [(EscalationState::Offered, EscalationState::Recalled), (EscalationState::Accepted, EscalationState::Concluded)]
    {
        let crossing = Ticket { escalation: Some(escalation(Platform::Property, state)), ..ticket() };
        let d = ok(&crossing, &Command::Withdraw { reporter: id(REPORTER) }, &resident());
        assert_eq!(d.escalation.unwrap().row().state, closed);
        assert_eq!(d.ticket.escalation, None);
    }
}

#[test]
fn merging_looks_out_for_circles() {
    let target = MergeTarget {
        id: id(2),
        number: number(2),
        done: false,
        chain: Vec::new(),
        visible: true,
        confidential: false,
        subjects: ticket().subjects,
    };
    let merge = |target: MergeTarget| Command::Merge { target };
    let refused = |target| no(&ticket(), &merge(target), &agent());
    assert_eq!(refused(MergeTarget { id: id(1), ..target.clone() }), Refusal::MergeCycle);
    assert_eq!(refused(MergeTarget { chain: vec![id(3), id(1)], ..target.clone() }), Refusal::MergeCycle);
    let merged = refused(MergeTarget { chain: vec![id(3)], ..target.clone() });
    assert_eq!(merged, Refusal::TargetMerged { number: number(2) });
    assert_eq!(refused(MergeTarget { done: true, ..target.clone() }), Refusal::TargetDone { number: number(2) });
    assert_eq!(refused(MergeTarget { visible: false, ..target.clone() }), Refusal::TargetUnknown);
    let (_, secret, ..) = custodies().into_iter().find(|(_, ticket, ..)| ticket.confidential).unwrap();
    let open = no(&secret, &merge(target.clone()), &committee());
    assert_eq!(open, Refusal::TargetMoreOpen { number: number(2) });
    let about = Ticket { subjects: vec![id(77)], ..ticket() };
    assert_eq!(no(&about, &merge(target.clone()), &agent()), Refusal::TargetMoreOpen { number: number(2) });
    ok(&about, &merge(MergeTarget { subjects: vec![id(77), id(78)], ..target.clone() }), &agent());
    let d = ok(&ticket(), &merge(target), &agent());
    assert_eq!(d.ticket.merged_into, Some(id(2)));
    assert!(matches!(d.ticket.state, State::Done { outcome: Outcome::Duplicate, .. }));
    let other = Ticket { id: id(2), number: number(2), reporters: vec![reporter(103)], ..ticket() };
    let absorbed = absorb(&other, (id(1), number(1)), vec![reporter(104)], now()).unwrap();
    assert!(absorbed.ticket.reporter(id(104)).is_some() && absorbed.ticket.version == other.version + 1);
    let over = Ticket { state: done(Queue::Maintenance, WORKER), ..other };
    assert!(absorb(&over, (id(1), number(1)), Vec::new(), now()).is_err());
}
