use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
}

/// Started, queued, ringing, answered, ended: seconds, where known.
fn moments(list: [Option<i64>; 5]) -> Moments {
    let [started_at, queued_at, ringing_at, answered_at, ended_at] = list.map(|s| s.map(at));
    Moments { started_at, queued_at, ringing_at, answered_at, ended_at }
}

/// An event stamped `told` seconds in.
fn event(told: i64, list: [Option<i64>; 5]) -> Said {
    Said {
        call_id: "c".into(),
        direction: Direction::Inbound,
        number: String::new(),
        extension: None,
        moments: moments(list),
        result: None,
        talk_seconds: None,
        recording: None,
        at: at(told),
    }
}

fn folded(events: &[Said]) -> Call {
    let mut call = Call::new(Direction::Inbound);
    events.iter().for_each(|event| call.fold(event));
    call
}

/// Every order of these events, each once.
fn orders(events: &[Said]) -> Vec<Vec<Said>> {
    let [] = events else {
        return (0..events.len())
            .flat_map(|first| {
                let mut rest = events.to_vec();
                let head = rest.remove(first);
                orders(&rest).into_iter().map(move |tail| [vec![head.clone()], tail].concat())
            })
            .collect();
    };
    vec![Vec::new()]
}

#[test]
fn any_order_and_any_repeats_fold_to_the_same_call() {
    let with = |mut event: Said, extension: &str, talk: Option<i32>, result| {
        (event.extension, event.talk_seconds, event.result) =
            (Some(extension.to_owned()).filter(|e| !e.is_empty()), talk, result);
        event
    };
    let answered = [
        with(event(0, [Some(0), None, None, None, None]), "", Some(0), None),
        with(event(4, [Some(0), Some(2), Some(4), None, None]), "8001", Some(0), None),
        with(event(9, [Some(1), Some(2), Some(5), Some(9), None]), "8002", Some(0), None),
        with(event(60, [Some(0), Some(2), Some(4), Some(9), Some(60)]), "8002", Some(51), Some(CallResult::Missed)),
        with(event(61, [Some(0), Some(2), Some(4), Some(9), Some(61)]), "", None, None),
    ];
    let missed = [
        with(event(4, [Some(0), Some(2), Some(4), None, None]), "8001", Some(0), None),
        with(event(20, [Some(0), Some(2), Some(4), None, Some(20)]), "", Some(0), Some(CallResult::Abandoned)),
        with(event(21, [Some(0), Some(2), Some(4), None, Some(21)]), "", Some(0), None),
        with(event(22, [None; 5]), "", None, Some(CallResult::Voicemail)),
    ];
    for (events, result, talk) in [(&answered[..], CallResult::Answered, 52), (&missed[..], CallResult::Voicemail, 0)] {
        let whole = folded(events);
        assert_eq!((whole.result(), whole.talk_seconds), (Some(result), Some(talk)));
        for order in orders(events) {
            assert_eq!(folded(&order), whole);
            assert_eq!(folded(&[order.clone(), order].concat()), whole, "each twice");
        }
        // Whatever is lost, the last event alone tells the end.
        assert!(folded(&events[events.len() - 2..]).result().is_some());
    }
    assert_eq!(folded(&answered).extension, Some((at(60), "8002".to_owned())));
}

#[test]
fn the_result_is_proven_said_or_told_by_the_ring() {
    let ended = |list, said| {
        let mut event = event(30, list);
        event.result = said;
        folded(&[event]).result()
    };
    let rang = [Some(0), Some(1), Some(2), None, Some(20)];
    assert_eq!(ended(rang, None), Some(CallResult::Missed));
    assert_eq!(ended(rang, Some(CallResult::Abandoned)), Some(CallResult::Abandoned));
    assert_eq!(ended(rang, Some(CallResult::Voicemail)), Some(CallResult::Voicemail));
    assert_eq!(
        ended([None, None, None, None, Some(9)], Some(CallResult::Answered)),
        Some(CallResult::Answered),
        "a record alone"
    );
    assert_eq!(ended([Some(0), Some(1), None, None, Some(9)], None), Some(CallResult::Abandoned));
    assert_eq!(ended([Some(0), None, Some(1), None, None], Some(CallResult::Missed)), None, "not over");
    let late = [Some(0), None, Some(1), Some(3), Some(9)];
    assert_eq!(ended(late, Some(CallResult::Missed)), Some(CallResult::Answered), "a late answer counts");
}

#[test]
fn only_a_fresh_ring_pops() {
    let pops = |event: &Said, now: i64| folded(std::slice::from_ref(event)).pops(None, event, at(now));
    let rings = event(0, [Some(0), None, Some(0), None, None]);
    assert!(pops(&rings, 29) && !pops(&rings, 30));
    assert!(!pops(&event(40, [Some(0), None, Some(0), None, None]), 40), "the ring is old, though the event is new");
    assert!(!pops(&event(2, [Some(0), None, Some(0), None, Some(2)]), 3), "over");
    assert!(!pops(&event(0, [Some(0), Some(0), None, None, None]), 1), "no telephone rings yet");
    let taken = event(4, [Some(0), None, Some(0), Some(4), None]);
    assert!(!pops(&taken, 4), "taken, nobody knows where");
    let mut outbound = folded(std::slice::from_ref(&rings));
    outbound.direction = Direction::Outbound;
    assert!(!outbound.pops(None, &rings, at(1)));
}

#[test]
fn a_call_jumps_up_where_it_goes() {
    let on = |mut event: Said, extension: &str| {
        event.extension = Some(extension.to_owned());
        event
    };
    let first = on(event(0, [Some(0), None, Some(0), None, None]), "8001");
    let second = on(event(40, [Some(0), None, Some(0), None, None]), "8002");
    let taken = on(event(50, [Some(0), None, Some(0), Some(50), None]), "8002");
    let passed = on(event(200, [Some(0), None, Some(0), Some(50), None]), "8003");
    let mut call = Call::new(Direction::Inbound);
    for (event, pops) in
        [(&first, true), (&second, true), (&taken, true), (&passed, true), (&first, false), (&second, false)]
    {
        let before = call.clone();
        call.fold(event);
        let now = event.at.max(call.extension.as_ref().unwrap().0);
        assert_eq!(call.pops(Some(&before), event, now), pops, "{event:?}");
        assert!(!call.pops(Some(&before), event, event.at + TimeDelta::seconds(30)));
    }
    // The ring was lost: the answer brings the call to the screen all the same.
    let only = folded(std::slice::from_ref(&taken));
    assert!(only.pops(None, &taken, at(51)));
}
