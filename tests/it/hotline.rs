//! The telephone: events that end in the right call whatever happens to them, screens, the log, people to ring back.

mod legs;
mod verbs;

use chrono::{DateTime, TimeDelta, Utc};
use jiban::domain::words::{Platform, Role};
use jiban::engine::hotline::make_call_backs;
use serde_json::{Value, json};

use crate::support::{Page, Person, TestApp, on_both};

const DRAIN: &str = "厨房下水道堵了，水下不去";

fn rfc(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}

/// 张三 rings agent1's telephone.
fn ring(app: &TestApp, call: &str) {
    let now = app.now();
    let data = json!({ "caller": "0086 13800000001", "agent": "8001", "started_at": rfc(now), "ringing_at": rfc(now) });
    app.pbx().tell((&format!("{call}-ring"), "call.ringing", call), data, now);
}

/// The call on the page's card.
fn card(page: &Page) -> String {
    let at = page.body.find("/agent?call=").expect("no call on the page") + "/agent?call=".len();
    page.body[at..at + 36].to_owned()
}

fn log_in_call(agent: &Person, call: &str, fields: &[(&str, &str)]) -> Page {
    let page = agent.get(&format!("/agent?call={call}"));
    page.is(200);
    let (once, resident) = (page.field("once").unwrap(), page.field("resident").unwrap_or_default());
    let mut all = vec![("once", once.as_str()), ("resident", resident.as_str()), ("then", "send"), ("call", call)];
    all.extend_from_slice(fields);
    agent.submit_from(&page, "/agent/requests", &all)
}

on_both! {
    /// Ringing shows on the screen of that telephone's agent alone; taken into the form, the number stays masked; saved, the
    /// ticket stands in the call's line of the log, and the card is gone.
    fn from_the_ring_to_the_ticket(app: &TestApp) {
        let (agent, other) = (app.person("agent1"), app.person("agent2"));
        agent.get("/agent").is(200).says("等待来电");
        ring(app, "c1");
        let page = agent.get("/agent");
        page.says("接起并记录").says("张三").says("138****0001").says("恒泰园 3 号楼 2 单元 501").hides("13800000001");
        other.get("/agent").says("等待来电").hides("接起并记录");
        let call = card(&page);
        let form = agent.get(&format!("/agent?call={call}"));
        form.is(200).says("独居，听力弱").says("恒泰园 3 号楼 2 单元 501").hides("13800000001").hides("接起并记录");
        let saved = log_in_call(&agent, &call, &[("words", DRAIN), ("place", "恒泰园 3 号楼 2 单元 501")]);
        saved.is(303);
        agent.get(&saved.location).says("已转给维修部");
        app.person("weixiu1").get("/queues/maintenance").says(DRAIN);
        let now = app.now() + TimeDelta::seconds(70);
        let data = json!({ "answered_at": rfc(app.now()), "ended_at": rfc(now), "agent": "8001" });
        app.pbx().tell(("c1-end", "call.ended", "c1"), data, now);
        let log = agent.get("/agent?tab=calls");
        log.says("已接 1:10").says("20260316-0001").hides("接起并记录");
        let again = agent.get(&format!("/agent?call={call}"));
        again.says("未完成 1").says(DRAIN);
    }

    /// Two of one number, and two tickets of one call: each name and each ticket once, on the card, in the log and in the call.
    fn a_household_on_the_line(app: &TestApp) {
        let agent = app.person("agent1");
        let data = json!({ "caller": "13800000002", "agent": "8001", "ringing_at": rfc(app.now()) });
        app.pbx().tell(("h", "call.ringing", "h"), data, app.now());
        let page = agent.get("/agent");
        page.says("李四").says("恒泰园 3 号楼 2 单元 603");
        let call = card(&page);
        let both = agent.get(&format!("/agent?call={call}"));
        both.says("查到 2 人").says("李四").says("李女士").hides("13800000002");
        let who = both.body.split("who=").nth(1).expect("a person to choose")[..36].to_owned();
        let one = agent.get(&format!("/agent?call={call}&who={who}"));
        one.says("<h1 id=\"caller\">李").says("138****0002");
        for words in [DRAIN, "走廊灯也不亮"] {
            log_in_call(&agent, &call, &[("words", words), ("place", "恒泰园 3 号楼 2 单元 603")]).is(303);
            app.advance(TimeDelta::seconds(1));
        }
        let log = agent.get("/agent?tab=calls");
        let found: Vec<usize> = ["20260316-0001", "20260316-0002"].iter().map(|number| log.body.matches(number).count()).collect();
        let first = |number: &str| log.body.find(number).unwrap();
        assert!(found[0] == found[1] && found[0] < 3, "{found:?}");
        assert!(first("20260316-0001") < first("20260316-0002"), "in the order they were opened");
        let calls = app.program(Platform::Property, Role::Agent, None).get("/api/v1/calls").json();
        let line = &calls["items"][0];
        assert_eq!((line["names"].as_array().unwrap().len(), line["tickets"].as_array().unwrap().len()), (2, 2), "{calls}");
        // Looked up by a door nobody has: the building is told of, and none of its people.
        agent.look_up("恒泰园3号楼2单元801").says("恒泰园 3 号楼 2 单元").says("没有查到").hides("李四");
        agent.look_up("恒泰园3号楼2单元").says("查到 4 人").says("李四");
    }

    /// Doubled, reordered, late, missing: the call ends the same, and one that nobody took asks for one call-back, once.
    fn whatever_the_line_does_to_events(app: &TestApp) {
        let (pbx, t) = (app.pbx(), app.now());
        let at = |seconds: i64| rfc(t + TimeDelta::seconds(seconds));
        let whole = json!({
            "caller": "13800000003", "agent": "8001", "started_at": at(0), "queued_at": at(2), "ringing_at": at(4), "ended_at": at(24),
        });
        let began = json!({ "caller": "13800000003", "started_at": at(0) });
        app.advance(TimeDelta::seconds(25));
        // The end comes first, the beginning last, each twice.
        for (id, kind, data) in [
            ("e3", "call.ended", &whole), ("e3", "call.ended", &whole), ("e2", "call.ringing", &whole),
            ("e1", "call.started", &began), ("e1", "call.started", &began),
        ] {
            pbx.tell((id, kind, "lost"), Value::clone(data), t + TimeDelta::seconds(25));
        }
        assert_eq!((app.count("call"), app.count("call_pop")), (1, 0), "one call, and no card for what is over");
        assert_eq!(make_call_backs(&app.engine).unwrap(), 0, "a late answer has ten seconds");
        app.advance(TimeDelta::seconds(10));
        assert_eq!(make_call_backs(&app.engine).unwrap(), 1);
        assert_eq!(make_call_backs(&app.engine).unwrap(), 0);
        let agent = app.person("agent1");
        let page = agent.get("/agent?tab=calls");
        page.says("未接").says("要回拨的").says("王五").says("138****0003");
        let task = page.body.split("/agent/call-backs/").nth(1).unwrap()[..36].to_owned();
        agent.submit_from(&page, &format!("/agent/call-backs/{task}/completion"), &[("back", "/agent?tab=calls")]).is(303);
        let settled = agent.get("/agent?tab=calls");
        settled.says("回拨过了").hides("要回拨的");
        agent.submit_from(&settled, &format!("/agent/call-backs/{task}/cancellation"), &[("back", "/agent")]).is(409).says("已经有人处理过了");
        agent.submit_from(&settled, &format!("/agent/call-backs/{task}/completion"), &[("back", "/agent")]).is(303);
        // A second call: the late answer takes its call-back away, made or not.
        pbx.tell(("f1", "call.ended", "late"), whole.clone(), app.now());
        app.advance(TimeDelta::seconds(11));
        assert_eq!(make_call_backs(&app.engine).unwrap(), 1);
        let mut answered = whole;
        answered["answered_at"] = json!(at(8));
        pbx.tell(("f2", "call.answered", "late"), answered, app.now());
        agent.get("/agent?tab=calls").hides("要回拨的").says("已接");
        app.check();
    }

    /// Whatever is not a source's own fresh event is turned away, and nothing is kept of it.
    fn hostile_events(app: &TestApp) {
        let (pbx, now) = (app.pbx(), app.now());
        let good = pbx.event(("w1", "call.ringing", "c"), json!({ "caller": "13800000001", "agent": "8001" }), now);
        let bent = |bend: fn(&mut crate::support::hotline::Sent)| {
            let mut sent = good.clone();
            bend(&mut sent);
            sent
        };
        let with = |body: &[u8]| pbx.sign("w2", now, body.to_vec());
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        let other = crate::support::hotline::FakePbx::new(app.addr, "hengtai", "whsec_eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=");
        for (what, sent, status) in [
            ("old", pbx.sign("w3", now - TimeDelta::seconds(301), good.body.clone()), 401),
            ("future", pbx.sign("w4", now + TimeDelta::seconds(301), good.body.clone()), 401),
            ("another secret", other.sign("w1", now, good.body.clone()), 401),
            ("a changed body", bent(|s| s.body.push(b' ')), 401),
            ("a swapped id", bent(|s| s.id = "w9".into()), 401),
            ("a swapped time", bent(|s| s.timestamp = (s.timestamp.parse::<i64>().unwrap() + 1).to_string()), 401),
            ("no signature", bent(|s| s.signature = String::new()), 400),
            ("another scheme", bent(|s| s.signature = s.signature.replace("v1,", "v1a,")), 401),
            ("a time in words", bent(|s| s.timestamp = "now".into()), 400),
            ("an endless id", bent(|s| s.id = "x".repeat(129)), 400),
            ("1 MB", with(&vec![b' '; 1 << 20]), 413),
            ("deep JSON", with(deep.as_bytes()), 422),
            ("wrong types", with(br#"{"type":"call.ringing","timestamp":"2026-03-16T02:00:00Z","data":{"call_id":7}}"#), 422),
            ("bad UTF-8", with(b"{\"type\":\"call.\xff\"}"), 422),
            ("an unknown kind", with(br#"{"type":"call.sung","timestamp":"2026-03-16T02:00:00Z","data":{"call_id":"c"}}"#), 422),
            ("no JSON", with(b"hello"), 422),
        ] {
            assert_eq!(pbx.send(&sent), status, "{what}");
        }
        assert_eq!(pbx.send_to("?source=elsewhere", &good), 401);
        let nowhere = crate::support::hotline::FakePbx::new(app.addr, "nowhere", crate::support::town::HOTLINE_SECRET);
        assert_eq!(nowhere.send(&good), 401, "an unknown community answers like a wrong signature");
        let neighbour = crate::support::hotline::FakePbx::new(app.addr, "linshe", crate::support::town::HOTLINE_SECRET);
        assert_eq!(neighbour.send(&good), 401, "a source speaks for its own community only");
        for table in ["call", "call_change", "call_pop", "inbound_claim"] {
            assert_eq!(app.count(table), 0, "{table}");
        }
        let rotated = bent(|s| s.signature = format!("v1,AAAA {}", s.signature));
        assert_eq!((pbx.send(&rotated), pbx.send(&good)), (204, 204), "one of several signatures is enough; a repeat is fine");
        assert_eq!(app.count("call"), 1);
    }

    /// An old ring pops nowhere; a withheld number is a call all the same; without a telephone all on duty see it; put away,
    /// it is gone from one's own screen.
    fn whose_screen(app: &TestApp) {
        let (pbx, now) = (app.pbx(), app.now());
        let (one, two) = (app.person("agent1"), app.person("agent2"));
        for person in [&one, &two] {
            let page = person.get("/account");
            person.submit_from(&page, "/account/duty", &[("on", "1")]);
        }
        pbx.tell(("a", "call.ringing", "old"), json!({ "agent": "8001", "ringing_at": rfc(now - TimeDelta::seconds(40)) }), now);
        one.get("/agent").hides("接起并记录");
        pbx.tell(("b", "call.ringing", "all"), json!({ "caller": "anonymous" }), now);
        for person in [&one, &two] {
            person.get("/agent").says("接起并记录").says("号码未显示");
        }
        let page = one.get("/agent");
        let call = card(&page);
        one.submit_from(&page, &format!("/agent/calls/{call}/dismissal"), &[("back", "/agent")]).is(303);
        one.get("/agent").hides("接起并记录");
        two.get("/agent").says("接起并记录");
        // Taken by the second: it leaves nobody else's screen ringing.
        pbx.tell(("c", "call.answered", "all"), json!({ "agent": "8002" }), now + TimeDelta::seconds(5));
        two.get("/agent").says("通话中");
        // A draft under way keeps its caller; the new one waits above the form.
        ring(app, "c2");
        let busy = one.look_up("13800000003");
        busy.says("<h1 id=\"caller\">王五").says("另有来电").says("张三");
        app.person("weixiu1").get("/agent").is(403);
    }

    /// A stranger is written down while they speak: next time the page knows them. A wrong door says so and keeps what was typed.
    fn a_stranger_is_written_down(app: &TestApp) {
        let (agent, now) = (app.person("agent1"), app.now());
        app.pbx().tell(("s", "call.ringing", "s"), json!({ "caller": "13911112222", "agent": "8001" }), now);
        let call = card(&agent.get("/agent"));
        let page = agent.get(&format!("/agent?call={call}"));
        page.says("没有登记的号码").says("139****2222").says("登记这位住户").hides("13911112222");
        let fields = |home: &'static str| [("call", ""), ("new_name", "钱七"), ("home", home), ("relation", "tenant")];
        let mut wrong = fields("恒泰园9号楼9单元999");
        wrong[0].1 = &call;
        agent.submit_from(&page, "/agent/residents", &wrong).is(422).says("没有这一户").says("钱七");
        let mut right = fields("恒泰园3号楼1单元501");
        right[0].1 = &call;
        let saved = agent.submit_from(&page, "/agent/residents", &right);
        saved.is(303);
        agent.get(&saved.location).says("<h1 id=\"caller\">钱七").says("恒泰园 3 号楼 1 单元 501 · 租户");
        app.pbx().tell(("s2", "call.ringing", "s2"), json!({ "caller": "+8613911112222", "agent": "8001" }), now);
        agent.get("/agent").says("钱七");
        // Without a name nothing is written.
        agent.submit_from(&page, "/agent/residents", &[("call", &call), ("relation", "owner")]).is(422);
    }

    /// Somebody rings from a telephone that is not theirs, or that hides its number: found by name, what they said before stands
    /// there, and what is logged is theirs and of this call.
    fn from_anothers_telephone(app: &TestApp) {
        let (agent, now) = (app.person("agent1"), app.now());
        let before = agent.look_up("13800000001").field("once").unwrap();
        let page = agent.get("/agent");
        let fields = [("once", before.as_str()), ("then", "send"), ("words", DRAIN), ("phone", "13800000001"), ("place", "恒泰园 3 号楼 2 单元 501")];
        agent.submit_from(&page, "/agent/requests", &fields).is(303);
        for (call, data) in [("n1", json!({ "caller": "13911112222", "agent": "8001" })), ("n2", json!({ "agent": "8001" }))] {
            app.pbx().tell((call, "call.ringing", call), data, now);
            let call = card(&agent.get("/agent"));
            agent.get(&format!("/agent?call={call}")).is(200).hides("<h1 id=\"caller\">张三");
            let found = agent.submit("/agent", "/agent/look-up", &[("q", "张三"), ("call", &call)]);
            found.is(303);
            assert!(found.location.starts_with(&format!("/agent?call={call}&who=")), "{}", found.location);
            let page = agent.get(&found.location);
            page.is(200).says("<h1 id=\"caller\">张三").says("未完成 1").says("恒泰园 3 号楼 2 单元 501");
            agent.submit("/agent", "/agent/look-up", &[("q", "张\0三"), ("call", &call)]).is(303);
            log_in_call(&agent, &call, &[("words", "楼道灯不亮"), ("place", "恒泰园 3 号楼 2 单元 501")]).is(303);
        }
    }

    /// In the call the resident asks for an earlier request to be hurried, and how another stands: both are tied to it.
    fn hurried_and_asked_about_in_a_call(app: &TestApp) {
        let agent = app.person("agent1");
        ring(app, "first");
        let call = card(&agent.get("/agent"));
        log_in_call(&agent, &call, &[("words", DRAIN), ("place", "恒泰园 3 号楼 2 单元 501")]).is(303);
        app.advance(TimeDelta::hours(5));
        ring(app, "second");
        let call = card(&agent.get("/agent"));
        let page = agent.get(&format!("/agent?call={call}"));
        let ticket = page.body.split("name=\"ticket\" value=\"").nth(1).unwrap()[..36].to_owned();
        let fields = [("ticket", ticket.as_str()), ("call", &call), ("back", "/agent")];
        agent.submit_from(&page, "/agent/nudges", &fields).is(303);
        agent.get("/agent?tab=calls").says("20260316-0001").says("催办");
        agent.get(&format!("/tickets/{ticket}")).says("催");
        agent.submit_from(&page, "/agent/questions", &[("ticket", &ticket), ("call", "00000000-0000-7000-8000-000000000000"), ("back", "/agent")]).is(404);
        agent.submit_from(&page, &format!("/agent/calls/{call}/dismissal"), &[("back", "/agent")]).is(303);
        ring(app, "third");
        let call = card(&agent.get("/agent"));
        agent.submit_from(&page, "/agent/questions", &[("ticket", &ticket), ("call", &call), ("back", "/agent")]).is(303);
        agent.get("/agent?tab=calls").says("问进度");
        app.check();
    }

    /// Programs of the property's desk read the log and whom to ring back; others do not.
    fn programs_read_the_log(app: &TestApp) {
        use jiban::domain::words::{Platform, Role};
        ring(app, "taken");
        let later = app.now() + TimeDelta::seconds(30);
        app.pbx().tell(("gone", "call.ended", "taken"), json!({ "caller": "13800000001", "agent": "8001" }), later);
        app.advance(TimeDelta::seconds(50));
        make_call_backs(&app.engine).unwrap();
        let desk = app.program(Platform::Property, Role::Agent, None);
        let calls = desk.get("/api/v1/calls").is(200).json();
        assert_eq!((&calls["items"][0]["serial"], &calls["items"][0]["result"]), (&json!(1), &json!("missed")));
        assert_eq!((&calls["items"][0]["phone"], &calls["items"][0]["names"]), (&json!("138****0001"), &json!(["张三"])));
        let backs = desk.get("/api/v1/call-backs").is(200).json();
        assert_eq!(backs["items"][0]["call"]["id"], calls["items"][0]["id"]);
        let committee = app.program(Platform::Committee, Role::CommitteeStaff, None);
        for path in ["/api/v1/calls", "/api/v1/call-backs"] {
            committee.get(path).is(403);
            assert!(!desk.get(path).body.contains("13800000001"));
        }
    }

    /// And settle whom they rang back: once, whoever says it twice; open pages hear of it; others have no part in it.
    fn programs_settle_call_backs(app: &TestApp) {
        use jiban::domain::words::{Platform, Role};
        let missed = |call: &str| {
            let now = app.now();
            app.pbx().tell((call, "call.ended", call), json!({ "caller": "13800000001", "started_at": rfc(now) }), now);
            app.advance(TimeDelta::seconds(11));
            make_call_backs(&app.engine).unwrap();
        };
        missed("c1");
        missed("c2");
        let desk = app.program(Platform::Property, Role::Agent, None);
        let backs = || desk.get("/api/v1/call-backs").is(200).json()["items"].as_array().unwrap().clone();
        let open = backs();
        assert_eq!((open.len(), &open[0]["state"], &open[0]["settled_at"]), (2, &json!("open"), &Value::Null));
        let at = |n: usize| format!("/api/v1/call-backs/{}/settlement", open[n]["id"].as_str().unwrap());
        let state = |state: &str| json!({ "state": state });
        let committee = app.program(Platform::Committee, Role::CommitteeStaff, None);
        committee.post(&at(0), &state("done")).is(403);
        app.foreign_program().post(&at(0), &state("done")).is(404);
        desk.post("/api/v1/call-backs/1/settlement", &state("done")).is(404);
        desk.post(&at(0), &state("open")).is(422).says("done, cancelled");
        desk.post(&at(0), &json!({})).is(422);
        assert_eq!(backs().len(), 2);
        let told = app.count("call_change");
        let done = desk.post(&at(0), &state("done"));
        let after = done.is(200).json();
        assert_eq!((&after["state"], &after["call"]["id"]), (&json!("done"), &open[0]["call"]["id"]));
        assert_eq!(after["settled_at"], json!(app.now()));
        assert_eq!(app.count("call_change"), told + 1);
        app.advance(TimeDelta::minutes(1));
        assert_eq!(desk.post(&at(0), &state("done")).is(200).json(), after);
        let late = desk.post(&at(0), &state("cancelled"));
        assert_eq!(late.is(409).json()["code"], "settled");
        assert_eq!((app.count("call_change"), backs().len()), (told + 1, 1));
        desk.post(&at(1), &state("cancelled")).is(200);
        assert_eq!(backs(), Vec::<Value>::new());
        app.person("agent1").get("/agent?tab=calls").hides("要回拨的");
        app.check();
    }
}
