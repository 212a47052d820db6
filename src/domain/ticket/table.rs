//! The policy, printed: every command by every role on every status and custody. A change of `golden.snap` is a change of
//! policy and is reviewed as one.

use super::fixtures::{actors, commands, custodies, now, standings};
use super::*;
use crate::domain::actor::Actor;

const HEAD: &str = "\
Columns: custody, then status.
  P the property's own (maintenance)          S committee leads, property holds by standing agreement
  O property's own, offered to the committee  X the same, accepted: the committee holds
  Y committee's, the property accepted        K the committee's own
  C the committee's, confidential             N the committee's own, its desk unmanned
  B the property's own (steward of building 3)
  u unassigned  f assigned, free  a assigned to the worker  i in progress by the worker  d done (resolved)
  h in progress, on hold  c in progress by the contractor
The worker: `worker` in P S O Y, `committee` in X K C N, `steward 3` in B. The ticket is about `subject`.
Cells: the status afterwards (U A I D), or why not:
  .   unknown: as if it did not exist     -   not_yours                 ws  wrong_state
  tk  already_taken                       op  other_platform            lo  live_offer
  no  no_offer                            nh  not_held                  ah  already_held
  nc  nothing_changed                     np  needs_person              rn  review not due, or not deferred
  nq  needs_queue                         sq  same_queue                tf  take_first
  mo  target_more_open
";

fn cell(ticket: &Ticket, command: &Command, actor: &Actor) -> &'static str {
    match decide(ticket, command, actor, now()) {
        Ok(decision) => {
            proves_invariants(ticket, &decision);
            match decision.ticket.status() {
                Status::Unassigned => "U",
                Status::Assigned => "A",
                Status::InProgress => "I",
                Status::Done => "D",
            }
        }
        Err(refusal) => match refusal.code() {
            "unknown" => ".",
            "not_yours" => "-",
            "wrong_state" => "ws",
            "already_taken" => "tk",
            "other_platform" => "op",
            "live_offer" => "lo",
            "no_offer" => "no",
            "not_held" => "nh",
            "already_held" => "ah",
            "take_first" => "tf",
            "nothing_changed" => "nc",
            "needs_person" => "np",
            "review_not_due" => "rn",
            "needs_queue" => "nq",
            "same_queue" => "sq",
            "target_more_open" => "mo",
            other => panic!("no short name for {other}"),
        },
    }
}

/// What every decision must keep, whoever took it.
pub(super) fn proves_invariants(before: &Ticket, decision: &Decision) {
    let after = &decision.ticket;
    assert_eq!(after.version, before.version + 1);
    assert_eq!(after.lead, before.lead, "the lead never changes");
    assert_eq!((after.id, after.community, after.number), (before.id, before.community, before.number));
    assert!(!decision.events.is_empty(), "every change leaves a line");
    assert!(after.seen_by(after.holder), "the holder sees it");
    assert!(after.escalation.is_none() || (after.property_sees && after.committee_sees), "both sides see what crosses");
    if let (true, Some(queue)) = (after.state.is_open(), after.queue()) {
        assert_eq!(after.holder, queue.platform());
    }
    if after.confidential {
        assert!(!after.property_sees);
    }
    if !after.state.is_open() {
        assert!(after.hold.is_none() && after.escalation.is_none());
    }
    if after.urgency == Urgency::Emergency {
        assert_ne!(after.status(), Status::Unassigned, "an emergency is never left unassigned");
    }
    for words in &decision.words {
        assert!(words.event < decision.events.len());
    }
    for event in &decision.events {
        let json = serde_json::to_value(event).unwrap();
        assert_eq!(json["event"], event.code());
        assert_eq!(&serde_json::from_value::<Event>(json).unwrap(), event);
    }
    for notice in &decision.notices {
        assert!(crate::domain::notice::TEMPLATES.contains(&notice.template), "{}", notice.template);
    }
}

#[test]
fn policy() {
    let columns: Vec<(String, Ticket)> = custodies()
        .iter()
        .flat_map(|custody| {
            standings(custody).into_iter().map(|(status, ticket)| (format!("{}{status}", custody.0), ticket))
        })
        .collect();
    let mut out = HEAD.to_owned();
    for (index, (name, _)) in commands(&columns[0].1).iter().enumerate() {
        let head: Vec<String> = columns.iter().map(|(column, _)| format!("{column:<3}")).collect();
        out.push_str(&format!("\n== {name}\n{:<16}{}\n", "", head.concat().trim_end()));
        let mut blind = Vec::new();
        for (role, actor) in actors() {
            let cells: Vec<&str> =
                columns.iter().map(|(_, ticket)| cell(ticket, &commands(ticket)[index].1, &actor)).collect();
            if cells.iter().all(|c| *c == ".") {
                blind.push(role);
                continue;
            }
            let row: String = cells.iter().map(|c| format!("{c:<3}")).collect();
            out.push_str(&format!("{role:<16}{}\n", row.trim_end()));
        }
        out.push_str(&format!("unknown to all of: {}\n", blind.join(", ")));
    }
    insta::with_settings!({ snapshot_path => ".", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("golden", out);
    });
}

/// What a page offers is what a command finds: `may` refuses exactly what `decide` refuses before it looks at the fields.
#[test]
fn pages_offer_what_commands_allow() {
    for custody in custodies() {
        for (_, ticket) in standings(&custody) {
            for (_, actor) in actors() {
                for (name, command) in commands(&ticket) {
                    let offered = may(&ticket, command.verb(), &actor);
                    if let Err(refusal) = &offered {
                        assert_eq!(decide(&ticket, &command, &actor, now()).unwrap_err(), *refusal, "{name}");
                    }
                    assert_eq!(may_see(&ticket, &actor), offered != Err(Refusal::Unknown), "{name}");
                }
            }
        }
    }
}
