//! A flood from one sender is turned away, and everybody else is served.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::time::Duration;

use jiban::domain::words::{Platform, Role};
use jiban::http::Allowance;
use serde_json::json;

use crate::support::{Backend, Page, TestApp, town};

/// More than any allowance here.
const FLOOD: usize = 60;

fn app(address: u32, caller: u32) -> TestApp {
    TestApp::allowing(Backend::Sqlite, Allowance::new(address, caller))
}

/// Asks until it is turned away; the page that says so.
fn flood(mut ask: impl FnMut() -> Page) -> Page {
    let refused = (0..FLOOD).map(|_| ask()).find(|page| page.status == 429).expect("nobody was turned away");
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    refused
}

/// Whoever asks for pages without end is told to wait; who is signed in behind the same address is not.
#[test]
fn a_flood_of_pages_leaves_the_signed_in_served() {
    let app = app(30, 0);
    let agent = app.person("agent1");
    let refused = flood(|| app.visitor().get("/login"));
    refused.says("太快了，歇一下").says("秒后再试").says("急事请直接打电话");
    // Nor does a made-up address, a cookie nobody gave out, or another page help.
    app.visitor().get_with("/login", &[("x-forwarded-for", "198.51.100.1")]).is(429);
    app.visitor().get_with("/agent", &[("cookie", "jiban_session=made-up")]).is(429);
    for _ in 0..FLOOD {
        agent.get("/agent").is(200);
    }
    // Probes and what a page needs to look like one are not counted.
    app.visitor().get("/healthz").is(200);
    app.visitor().get("/readyz").is(200);
    app.visitor().get("/metrics").is(200).says("jiban_flood_refusals_total{by=\"address\"}");
}

/// Guessed tokens and forged signatures use up nothing of those who have the right ones.
#[test]
fn what_is_rightly_signed_is_taken_in_the_middle_of_a_flood() {
    let app = app(30, 0);
    let program = app.program(Platform::Property, Role::Agent, None);
    let guess = || app.visitor().get_with("/api/v1/me", &[("authorization", "Bearer guessed")]);
    guess().is(401);
    let refused = flood(guess);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!((&refused.json()["code"], &refused.json()["status"]), (&json!("too_many"), &json!(429)));
    app.visitor().get("/api/v1/me").is(429);

    let forged = flood(|| app.visitor().post_raw("/channels/wechat/hengtai?signature=x", "text/xml", b"<xml/>"));
    assert_eq!(forged.body, "", "whoever cannot prove to be WeChat reads nothing");
    let mut ring = app.pbx().event(("r", "call.ringing", "r"), json!({ "caller": "13800000001" }), app.now());
    let signature = std::mem::replace(&mut ring.signature, "v1,AAAA".into());
    assert_eq!(app.pbx().send(&ring), 429);

    ring.signature = signature;
    assert_eq!(app.pbx().send(&ring), 204);
    program.get("/api/v1/me").is(200);
    // A follower's sixty messages a minute, and more.
    let wechat = app.wechat();
    for n in 0..70 {
        let reply = app.say(&wechat, "o-zhang", n, "我家恒泰园3号楼2单元501下水道堵了");
        assert!(reply.contains("20260316-"), "{reply}");
    }
    assert_eq!(app.count("ticket"), 70);
    let figures = app.visitor().get("/metrics");
    figures.says("jiban_channel_refusals_total{channel=\"hotline\",reason=\"bad_signature\"} 1");
    figures.says(
        "jiban_http_requests_total{route=\"/channels/hotline/{community}/events\",method=\"POST\",status=\"429\"} 1",
    );
}

/// One program, or one browser, that runs wild is stopped by itself; its colleagues are not.
#[test]
fn a_caller_that_runs_wild_is_stopped_alone() {
    let app = app(0, 30);
    let (wild, other) = [0, 1].map(|_| app.program(Platform::Property, Role::Agent, None)).into();
    assert_eq!(flood(|| wild.get("/api/v1/me")).json()["code"], json!("too_many"));
    other.get("/api/v1/me").is(200);
    let [wild, other] = ["agent1", "agent2"].map(|login| app.person(login));
    let page = wild.get("/agent");
    flood(|| wild.get("/agent"));
    other.get("/agent").is(200);
    // What was typed is not lost.
    let fields = [("words", "楼道的灯不亮了"), ("then", "send")];
    wild.submit_from(&page, "/agent/requests", &fields).is(429).says("楼道的灯不亮了").says("再提交");
    assert_eq!(app.count("ticket"), 0);
    app.visitor().sign_in("agent2", town::PASSWORD).is(303);
}

/// Who floods over a connection waits for each refusal, and nobody else does.
#[test]
fn a_refusal_is_kept_back() {
    let hour = Duration::from_secs(3_600);
    let app = TestApp::allowing(Backend::Sqlite, Allowance::new(1, 0).holding(hour));
    app.visitor().get("/login").is(200);
    let mut flood = TcpStream::connect(app.addr).unwrap();
    flood.write_all(b"GET /login HTTP/1.1\r\nhost: jiban\r\n\r\n").unwrap();
    let refused = || app.visitor().get("/metrics").body.contains("jiban_flood_refusals_total{by=\"address\"} 1");
    assert!((0..10_000).any(|_| refused()), "nobody was refused");
    // The one thread that serves would have answered before it takes the next request.
    app.visitor().get("/healthz").is(200);
    flood.set_nonblocking(true).unwrap();
    let heard = flood.peek(&mut [0]).expect_err("it was answered at once");
    assert_eq!(heard.kind(), ErrorKind::WouldBlock);
}
