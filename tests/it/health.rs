//! The server itself: alive, ready, traced, counted.

use chrono::TimeDelta;
use jiban::domain::words::{Platform, Role};
use serde_json::json;

use crate::support::binary::Bench;
use crate::support::{Page, Person, on_both};

on_both! {
    /// Both probes answer, and every answer carries a request id of its own.
    fn probes(app: &TestApp) {
        let visitor = app.visitor();
        visitor.get("/healthz").is(200).says("ok");
        let ready = visitor.get("/readyz");
        ready.is(200).says("ready");
        let again = visitor.get("/readyz");
        assert_eq!(ready.header("x-request-id").len(), 36);
        assert_ne!(ready.header("x-request-id"), again.header("x-request-id"));
    }

    /// The issue's first sentence: pushed twice, one ticket, the same reply, routed under the standing agreement.
    fn a_drain(app: &TestApp) {
        let fake = app.wechat();
        let first = app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
        let second = app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
        assert_eq!(first, second);
        assert!(first.contains("20260316-0001"), "{first}");
        assert_eq!(app.count("ticket"), 1);
    }
}

on_both! {
    /// What happened is counted: answers by route and status, refusals by reason, open work, letters that wait.
    fn figures_for_those_who_watch(app: &TestApp) {
        let agent = app.program(Platform::Property, Role::Agent, None);
        agent.post("/api/v1/tickets", &json!({ "words": "恒泰园3号楼2单元501下水道堵了" })).is(201);
        app.visitor().get("/no/such/page-13800000001").is(404);
        let wrong = app.visitor().post_raw("/channels/wechat/hengtai?signature=x", "text/xml", b"<xml/>");
        assert!((400..500).contains(&wrong.status));
        let mut ring = app.pbx().event(("r", "call.ringing", "r"), json!({ "caller": "13800000001" }), app.now());
        ring.signature = "v1,AAAA".into();
        assert_eq!(app.pbx().send(&ring), 401);
        app.advance(TimeDelta::seconds(90));
        let page = app.visitor().get("/metrics");
        page.is(200).says("# EOF").hides("13800000001").hides("下水道");
        for line in [
            "jiban_http_requests_total{route=\"/api/v1/tickets\",method=\"POST\",status=\"201\"} 1",
            "jiban_http_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 1",
            "jiban_http_request_duration_seconds_count{route=\"/api/v1/tickets\"} 1",
            "jiban_channel_refusals_total{channel=\"hotline\",reason=\"bad_signature\"} 1",
            "jiban_tickets_open{community=\"hengtai\",status=\"assigned\",queue=\"maintenance\"} 1",
            "jiban_outbox_oldest_age_seconds{stage=\"notices\"} 90.0",
            "jiban_letters_dead 0",
            "jiban_live_listeners 0",
            "jiban_database_up 1",
        ] {
            page.says(line);
        }
        page.says("jiban_channel_refusals_total{channel=\"wechat\"").says("jiban_database_wait_seconds_total");
        let statements = |page: &Page| {
            let line = page.body.lines().find(|line| line.starts_with("jiban_database_statements_total")).unwrap();
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        };
        let again = app.visitor().get("/metrics");
        assert!(statements(&again) > statements(&page), "the figures' own statements are counted");
        // What came through a proxy is not this machine.
        app.visitor().get_with("/metrics", &[("x-forwarded-for", "198.51.100.1")]).is(404);
    }
}

/// With a token the figures are for whoever bears it, from wherever.
#[test]
fn figures_behind_a_token() {
    let token = "a-long-secret-for-figures";
    let bench = Bench::with(&[("JIBAN_METRICS_TOKEN", token)]);
    let server = bench.serve();
    let visitor = Person::new(server.addr);
    visitor.get("/metrics").is(404);
    visitor.get_with("/metrics", &[("authorization", "Bearer guessed-secret-01")]).is(404);
    let shown = [("authorization", "Bearer a-long-secret-for-figures"), ("x-forwarded-for", "198.51.100.1")];
    visitor.get_with("/metrics", &shown).is(200).says("jiban_database_up 1");
    assert_eq!(server.stop().0, 0);
    Bench::with(&[("JIBAN_METRICS_TOKEN", "short")]).run(&["serve"]).is(2).tells("JIBAN_METRICS_TOKEN").tells("16");
}
