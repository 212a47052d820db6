//! Calls that wander from telephone to telephone, lose events, or come as a record only; many at once; and the bounds of what
//! is kept.

use std::io::{Read, Write};

use chrono::TimeDelta;
use jiban::domain::words::{Platform, Role};
use jiban::engine::{expiry, hotline};
use serde_json::json;

use super::{DRAIN, card, log_in_call, rfc, ring};
use crate::support::on_both;

on_both! {
    /// Nobody takes it at the first telephone: the second agent's screen shows it, though the ring is old by then. The ring
    /// lost, the answer shows it. Passed on, it shows where it goes; on the other screens it is over.
    fn a_call_shows_where_it_goes(app: &TestApp) {
        let (pbx, t) = (app.pbx(), app.now());
        let (one, two) = (app.person("agent1"), app.person("agent2"));
        let data = |agent: &str| json!({ "caller": "13800000001", "agent": agent, "ringing_at": rfc(t) });
        pbx.tell(("l1", "call.ringing", "l"), data("8001"), t);
        two.get("/agent").hides("接起并记录");
        app.advance(TimeDelta::seconds(40));
        pbx.tell(("l2", "call.ringing", "l"), data("8002"), app.now());
        one.get("/agent").says("接起并记录");
        two.get("/agent").says("接起并记录").says("张三");
        app.advance(TimeDelta::seconds(5));
        let mut taken = data("8002");
        taken["answered_at"] = json!(rfc(app.now()));
        pbx.tell(("l3", "call.answered", "l"), taken, app.now());
        one.get("/agent").hides("接起并记录");
        two.get("/agent").says("通话中");
        // An old ring that comes only now brings nothing back.
        pbx.tell(("l0", "call.ringing", "l"), data("8001"), t);
        one.get("/agent").hides("接起并记录");
        // Every ring of another call was lost.
        app.advance(TimeDelta::minutes(1));
        let now = app.now();
        let lost = json!({ "caller": "13800000003", "agent": "8001", "ringing_at": rfc(now - TimeDelta::seconds(50)), "answered_at": rfc(now) });
        pbx.tell(("m1", "call.answered", "m"), lost, now);
        one.get("/agent").says("王五").says("通话中");
        two.get("/agent").hides("王五");
        app.advance(TimeDelta::minutes(3));
        pbx.tell(("m2", "call.transferred", "m"), json!({ "caller": "13800000003", "agent": "8002" }), app.now());
        two.get("/agent").says("王五");
        one.get("/agent").hides("王五");
        app.check();
    }

    /// Some switchboards send one record after the call. Its word counts where the moments are silent; for a call we made, the
    /// resident is the other end, and nobody is asked to ring them back.
    fn a_record_alone(app: &TestApp) {
        let (pbx, t) = (app.pbx(), app.now());
        let record = |data: &mut serde_json::Value| {
            data["started_at"] = json!(rfc(t - TimeDelta::minutes(2)));
            data["ended_at"] = json!(rfc(t));
            data.clone()
        };
        pbx.tell(("r1", "call.ended", "r1"), record(&mut json!({ "caller": "13800000003", "result": "answered", "talk_seconds": 95 })), t);
        pbx.tell(("r2", "call.ended", "r2"), record(&mut json!({ "caller": "8613800000001", "result": "abandoned" })), t);
        // A later event without a word does not change it.
        pbx.tell(("r3", "recording.ready", "r2"), json!({ "ringing_at": rfc(t), "recording": { "id": null, "url": null, "seconds": null } }), t);
        pbx.tell(("r4", "call.ended", "r4"), record(&mut json!({ "direction": "outbound", "caller": "4001234567", "callee": "13800000001", "result": "missed" })), t);
        app.advance(TimeDelta::seconds(11));
        assert_eq!(hotline::make_call_backs(&app.engine).unwrap(), 1);
        let log = app.person("agent1").get("/agent?tab=calls");
        log.says("已接 1:35").says("排队时挂断").says("未接").says("张三").says("138****0003");
        app.check();
    }

    /// Forty residents ring at the same moment: each call has its own number of the day, none is left out, none is refused.
    fn many_at_once(app: &TestApp) {
        let now = app.now();
        std::thread::scope(|scope| {
            for at in 0..8 {
                scope.spawn(move || {
                    let pbx = app.pbx();
                    for one in 0..5 {
                        let call = format!("n{at}-{one}");
                        // Twice: the repeat is answered like the first.
                        for _ in 0..2 {
                            pbx.tell((&call, "call.started", &call), json!({ "caller": "13800000001" }), now);
                        }
                    }
                });
            }
        });
        assert_eq!((app.count("call"), app.count("inbound_claim")), (40, 40));
        let log = app.person("agent1").get("/agent?tab=calls");
        for serial in 1..=40 {
            log.says(&format!("<td class=\"c-no num\">{serial}</td>"));
        }
        app.check();
    }

    /// Ten threads tell of one new call at once: it is one call.
    fn one_call_from_all_sides(app: &TestApp) {
        let now = app.now();
        std::thread::scope(|scope| {
            for at in 0..10 {
                let kind = ["call.started", "call.queued", "call.ringing"][at % 3];
                scope.spawn(move || app.pbx().tell((&format!("s{at}"), kind, "same"), json!({ "agent": "8001" }), now));
            }
        });
        assert_eq!((app.count("call"), app.count("call_pop"), app.count("inbound_claim")), (1, 1, 10));
    }

    /// The number is on no file: the agent looks the resident up by name while they speak, and the call stays the call. The
    /// ticket keeps the number they rang from.
    fn looked_up_in_the_call(app: &TestApp) {
        let (agent, now) = (app.person("agent1"), app.now());
        app.pbx().tell(("u", "call.ringing", "u"), json!({ "caller": "13911113333", "agent": "8001" }), now);
        let call = card(&agent.get("/agent"));
        let page = agent.get(&format!("/agent?call={call}"));
        let sought = agent.submit_from(&page, "/agent/look-up", &[("q", "王五"), ("call", &call)]);
        let found = agent.get(&sought.location);
        found.says("<h1 id=\"caller\">王五").says(&format!("name=\"call\" value=\"{call}\"")).hides("13911113333");
        let once = found.field("once").unwrap();
        let resident = found.field("resident").unwrap();
        let fields = [("once", once.as_str()), ("resident", &resident), ("then", "send"), ("call", &call), ("words", DRAIN)];
        agent.submit_from(&found, "/agent/requests", &fields).is(303);
        let log = agent.get("/agent?tab=calls");
        log.says("20260316-0001").says("139****3333");
        let desk = app.program(Platform::Property, Role::Agent, None);
        let ticket = desk.get("/api/v1/tickets/by-number/20260316-0001").json();
        assert_eq!(ticket["reporters"][0]["phone"], "139****3333");
        app.check();
    }

    /// A call of elsewhere ties nothing; the committee's desk has no calls.
    fn a_call_that_is_not_there(app: &TestApp) {
        let nowhere = "00000000-0000-7000-8000-000000000000";
        let agent = app.person("agent1");
        agent.get(&format!("/agent?call={nowhere}")).is(404);
        let desk = app.program(Platform::Property, Role::Agent, None);
        for phone in [json!(null), json!("13800000001")] {
            let answer = desk.post("/api/v1/tickets", &json!({ "words": DRAIN, "call": nowhere, "phone": phone }));
            answer.is(422).says("call");
        }
        ring(app, "c");
        let call = card(&agent.get("/agent"));
        let committee = app.program(Platform::Committee, Role::CommitteeStaff, None);
        committee.post("/api/v1/tickets", &json!({ "words": DRAIN, "call": call })).is(403);
        assert_eq!(app.count("ticket"), 0);
        log_in_call(&agent, &call, &[("words", DRAIN)]).is(303);
    }

    /// A header that comes twice is nobody's; a source that was removed is a stranger until it is added again.
    fn doubled_headers_and_a_source_removed(app: &TestApp) {
        let (pbx, now) = (app.pbx(), app.now());
        let sent = pbx.event(("h", "call.started", "h"), json!({}), now);
        for doubled in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            let mut raw = format!(
                "POST /channels/hotline/hengtai/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n",
                sent.body.len()
            );
            for (name, value) in [("webhook-id", &sent.id), ("webhook-timestamp", &sent.timestamp), ("webhook-signature", &sent.signature)] {
                let line = format!("{name}: {value}\r\n");
                raw.push_str(&line);
                if name == doubled {
                    raw.push_str(&line);
                }
            }
            let mut line = std::net::TcpStream::connect(app.addr).unwrap();
            line.write_all(format!("{raw}\r\n").as_bytes()).unwrap();
            line.write_all(&sent.body).unwrap();
            let mut answer = String::new();
            line.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 400"), "{doubled}: {answer}");
        }
        assert_eq!((app.count("call"), app.count("inbound_claim")), (0, 0));
        pbx.tell(("h", "call.started", "h"), json!({}), now);
        let community = app.staff("agent1").community;
        hotline::remove_source(&app.engine, community, "总机").unwrap();
        assert_eq!(pbx.send(&pbx.event(("h2", "call.started", "h2"), json!({}), now)), 401);
        hotline::add_source(&app.engine, community, "总机", Some(crate::support::town::HOTLINE_SECRET)).unwrap();
        pbx.tell(("h2", "call.ended", "h"), json!({}), now);
        assert_eq!(app.count("call"), 1, "the same source, the same call");
    }

    /// A repeat is known for a week; then news and claims go, the call stays.
    fn what_is_kept_for_a_while(app: &TestApp) {
        ring(app, "k");
        app.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
        expiry::sweep_expired(&app.engine).unwrap();
        assert_eq!((app.count("inbound_claim"), app.count("call_change")), (1, 0));
        app.advance(TimeDelta::minutes(1));
        expiry::sweep_expired(&app.engine).unwrap();
        assert_eq!((app.count("inbound_claim"), app.count("call")), (0, 1));
        app.check();
    }
}
