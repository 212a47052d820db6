//! Thousands of verbs in a row, by anybody, on a ticket of every opening.

use super::super::table::proves_invariants;
use super::*;

/// A repeatable stream of numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

type Clocks = BTreeSet<(&'static str, Option<Platform>, Option<Queue>)>;

/// Which clocks run afterwards, and whether the finish clocks stand still.
fn tick(running: &mut Clocks, held: &mut bool, decision: &Decision) {
    for change in &decision.clocks {
        match *change {
            ClockChange::Start { kind, platform, queue } => {
                running.insert((kind.code(), Some(platform), queue));
            }
            ClockChange::Stop { kind, platform, queue, .. } => running.retain(|(k, p, q)| {
                *k != kind.code() || (platform.is_some() && *p != platform) || (queue.is_some() && *q != queue)
            }),
            ClockChange::StopAll { .. } => running.clear(),
            ClockChange::Pause => *held = true,
            ClockChange::Resume => *held = false,
            ClockChange::Restart { .. } => {}
        }
    }
}

/// One queue's time runs, the one it is in; the lead's or holder's finish clock runs while open; nothing when done.
fn clocks_agree(ticket: &Ticket, running: &Clocks, held: bool) {
    let in_queues: Vec<_> = running.iter().filter(|c| c.0 == "queue_time").map(|c| c.2).collect();
    let finishes: Vec<_> = running.iter().filter(|c| c.0 == "finish").map(|c| c.1).collect();
    if ticket.state.is_open() {
        assert_eq!(in_queues, ticket.queue().map(Some).into_iter().collect::<Vec<_>>());
        assert!(finishes.contains(&Some(ticket.lead)) || ticket.confidential, "the lead's clock runs");
        assert!(!ticket.confidential || finishes.contains(&Some(ticket.holder)), "someone's clock runs");
    } else {
        assert!(running.is_empty());
    }
    assert_eq!(held, ticket.hold.is_some());
}

#[test]
fn no_row_of_verbs_breaks_an_invariant() {
    let mut dice = Dice(20260317);
    let mut seen = BTreeSet::new();
    for round in 0..150 {
        let lead = [Platform::Property, Platform::Committee][dice.below(2)];
        let placing = [Placing::Unsure, to(Queue::Maintenance, true), to(Queue::Steward, false)][dice.below(3)];
        let urgency = Urgency::ALL[dice.below(4)];
        let start = Opening { lead, placing, urgency, confidential: round % 5 == 0, ..opening() };
        let opened = open(start, now()).unwrap();
        let (mut ticket, mut running, mut held) = (opened.ticket.clone(), Clocks::new(), false);
        tick(&mut running, &mut held, &opened);
        clocks_agree(&ticket, &running, held);
        for step in 0..300 {
            let (_, actor) = actors().swap_remove(dice.below(actors().len()));
            let mut all = commands(&ticket);
            all.push(("normal", Command::SetUrgency { urgency: Urgency::Normal, queue: None }));
            let (name, command) = all.swap_remove(dice.below(all.len()));
            // Ends come late, or nothing else would be tried.
            let ends = matches!(command.verb(), Verb::Withdraw | Verb::Merge);
            if ends && step < 250 {
                continue;
            }
            if let Ok(decision) = decide(&ticket, &command, &actor, now() + TimeDelta::minutes(step)) {
                proves_invariants(&ticket, &decision);
                tick(&mut running, &mut held, &decision);
                clocks_agree(&decision.ticket, &running, held);
                assert!(!ticket.property_sees || decision.ticket.property_sees, "what was shown stays shown");
                seen.insert(name);
                ticket = decision.ticket;
            }
        }
    }
    let missed: Vec<_> = commands(&ticket()).into_iter().filter(|(n, _)| !seen.contains(n)).map(|c| c.0).collect();
    assert!(missed.is_empty(), "never came up: {missed:?}");
}
