//! The real process, killed with SIGKILL between any two steps and started again: nothing acknowledged is lost, nothing is
//! doubled. What nobody acknowledged is sent again, as WeChat, switchboards and programs do.

use std::collections::BTreeSet;

use jiban::domain::words::{Platform, Role};
use jiban::engine::setup::{self, NewToken};
use jiban::fail_point::FailPoint;
use serde_json::json;

use crate::support::{Page, Program, on_both, town};

const DRAIN: &str = "我家恒泰园3号楼2单元501下水道堵了";

/// The ticket numbers in a text, such as `20260316-0001`.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    words.filter(|word| word.len() >= 13 && word.as_bytes()[8] == b'-').map(str::to_owned).collect()
}

on_both! {
    /// Every push of a message whose answer was cut off gets the one reply of its one ticket.
    fn a_message_is_taken_in_once(town: &Served) {
        use FailPoint as At;
        let steps =
            [At::NumberReserved, At::MessageClaimed, At::TicketOpened, At::ReplyKept, At::ClaimAnswered, At::MessageCommitted];
        let mut acknowledged = BTreeSet::new();
        for (n, point) in steps.into_iter().enumerate() {
            let server = town.serve_until(point);
            let addr = server.addr;
            std::thread::scope(|scope| {
                let cut_off = scope.spawn(move || town.push(addr, n, DRAIN));
                server.kill_at(point);
                assert!(cut_off.join().unwrap().is_none_or(|(status, _)| status == 503), "{point:?}");
            });
            let whole = i64::from(point == At::MessageCommitted);
            let taken = i64::try_from(n).unwrap();
            assert_eq!(town.count("ticket"), taken + whole, "{point:?}");
            assert_eq!((town.count("message"), town.count("inbound_claim")), (2 * (taken + whole), taken + whole), "{point:?}");

            let server = town.serve();
            let reply = town.told(server.addr, n, DRAIN);
            assert_eq!(town.push(server.addr, n, DRAIN), Some((200, reply.clone())), "{point:?}");
            server.kill();
            assert_eq!((town.count("ticket"), town.count("message")), (taken + 1, 2 * (taken + 1)), "{point:?}");
            let number = numbers(&reply).pop().expect("a number");
            assert!(acknowledged.insert(number), "a number was given twice: {reply}");
        }
        // All that was acknowledged is still told of after so many deaths.
        let server = town.serve();
        for (n, number) in acknowledged.iter().enumerate() {
            let said = town.told(server.addr, n, DRAIN);
            assert!(acknowledged.contains(&numbers(&said).pop().unwrap()), "{number}: {said}");
        }
        assert_eq!(town.count("ticket"), 6);
    }

    /// A switchboard's event: one call, one screen, whenever the process dies.
    fn an_event_is_folded_once(town: &Served) {
        use FailPoint as At;
        for (n, point) in [At::EventClaimed, At::CallFolded, At::EventCommitted].into_iter().enumerate() {
            let server = town.serve_until(point);
            let call = format!("c{n}");
            let (at, pbx) = (town.engine.now(), town.pbx(server.addr));
            let data = json!({ "caller": "13800000001", "agent": "8001", "ringing_at": at.to_rfc3339() });
            let ring = pbx.event((&call, "call.ringing", &call), data, at);
            std::thread::scope(|scope| {
                let cut_off = scope.spawn(|| pbx.send(&ring));
                server.kill_at(point);
                assert_ne!(cut_off.join().unwrap(), 204, "{point:?}");
            });
            let server = town.serve();
            let pbx = town.pbx(server.addr);
            assert_eq!((pbx.send(&ring), pbx.send(&ring)), (204, 204), "{point:?}");
            let all = i64::try_from(n).unwrap() + 1;
            assert_eq!((town.count("call"), town.count("call_pop"), town.count("inbound_claim")), (all, all, all), "{point:?}");
        }
    }

    /// A program that repeats after a lost answer, under the same key.
    fn a_request_is_opened_once(town: &Served) {
        use FailPoint as At;
        let community = setup::community(&town.engine, town::SLUG).unwrap();
        let new = NewToken { name: "程序".into(), platform: Platform::Property, role: Role::Agent, queue: None };
        let token = setup::create_token(&town.engine, community, &new).unwrap();
        let body = json!({ "words": "恒泰园3号楼的路灯不亮" }).to_string();
        for (n, point) in [At::RequestOpened, At::RequestCommitted].into_iter().enumerate() {
            let server = town.serve_until(point);
            let key = format!("key-{n}");
            let send = |addr| {
                let program = Program::new(addr, &token);
                let send = || program.try_post("/api/v1/tickets", &[("idempotency-key", &key)], body.as_bytes());
                // A process that has just started may be slow, and the attempt it has put off may still be running.
                let final_one = |answer: &Option<Page>| answer.as_ref().is_none_or(|page| ![503, 409].contains(&page.status));
                std::iter::repeat_with(send).find(final_one).unwrap()
            };
            let addr = server.addr;
            std::thread::scope(|scope| {
                let cut_off = scope.spawn(move || send(addr).map(|page| page.status));
                server.kill_at(point);
                assert_eq!(cut_off.join().unwrap(), None, "{point:?}");
            });
            let server = town.serve();
            let (first, again) = (send(server.addr).unwrap(), send(server.addr).unwrap());
            first.is(201);
            assert_eq!(first.json()["number"], again.json()["number"], "{point:?}");
            assert_eq!(town.count("ticket"), i64::try_from(n).unwrap() + 1, "{point:?}");
        }
    }

    /// A letter is sent by whoever comes after the dead process, once its lease ran out. Had it gone already, it goes again under
    /// the same id, by which the receiver knows it.
    fn a_letter_is_in_effect_once(town: &Served) {
        use FailPoint as At;
        town.mailed(&["weixiu1"]);
        let mut letters = 0;
        for (n, point) in [At::NoticesHandedOn, At::LetterLeased, At::LetterSent].into_iter().enumerate() {
            let server = town.serve_until(point);
            town.told(server.addr, n, DRAIN);
            server.kill_at(point);
            letters += usize::from(point == At::LetterSent);
            assert_eq!(town.catcher.taken().len(), letters, "{point:?}");
            if point != At::NoticesHandedOn {
                town.execute("UPDATE delivery SET leased_until = noticed_at WHERE leased_until IS NOT NULL");
            }
            let server = town.serve();
            letters += 1;
            town.catcher.wait(letters);
            assert_eq!(server.stop().0, 0, "what is sent is written down before the process ends");
            assert_eq!(town.catcher.taken().len(), letters, "{point:?}");
            assert_eq!(town.catcher.ids().len(), n + 1, "{point:?}");
            assert_eq!(town.count("delivery WHERE state = 'sent'"), i64::try_from(n).unwrap() + 1, "{point:?}");
        }
    }
}
