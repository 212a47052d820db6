//! Bodies, paths and methods nobody should send.

use diesel::connection::SimpleConnection;
use jiban::store::db::Db;
use serde_json::json;

use super::{TICKETS, a_drain, ask, at, did, problem, property};
use crate::support::on_both;

on_both! {
    /// No JSON, or not only: 400 with the place of the fault.
    fn bad_bodies(app: &TestApp) {
        let desk = property(app);
        let send = |body: &[u8]| desk.post_with(TICKETS, &[], body);
        for bad in [&b""[..], b"{", b"{\"words\": \"x\",}", b"{\"words\": \"\xff\xfe\"}", b"\xef\xbb\xbf{}", b"{} {}",
            b"{\"words\": \"\\ud800\"}", &[b'['; 10_000]] {
            let told = problem(&send(bad), 400, "bad_json");
            assert!(told["line"].is_u64() && told["column"].is_u64(), "{told}");
        }
        for bad in [&b"[]"[..], b"null", b"\"words\"", b"1"] {
            problem(&send(bad), 400, "bad_json");
        }
        let told = desk.post_with(TICKETS, &[("accept-language", "en")], b"{\n  nonsense}").json();
        assert_eq!((&told["line"], &told["column"]), (&json!(2), &json!(3)), "{told}");
        assert_eq!(app.count("ticket"), 0);
    }

    /// Too much is refused before it is read, and just enough is taken.
    fn sizes(app: &TestApp) {
        let desk = property(app);
        let body = |length: usize| {
            let plain = json!({"words": "灯坏了", "place": ""}).to_string();
            let pad = " ".repeat(length - plain.len());
            format!("{plain}{pad}").into_bytes()
        };
        desk.post_with(TICKETS, &[], &body(64 * 1024)).is(201);
        problem(&desk.post_with(TICKETS, &[], &body(64 * 1024 + 1)), 413, "too_large");
        assert_eq!(app.count("ticket"), 1);
    }

    /// Only JSON, said to be so.
    fn content_types(app: &TestApp) {
        let desk = property(app);
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "application/xml"] {
            problem(&desk.post_as(TICKETS, kind, b"{\"words\": \"x\"}"), 415, "unsupported_media_type");
        }
        desk.post_as(TICKETS, "application/json; charset=utf-8", b"{\"words\": \"x\"}").is(201);
        problem(&desk.post_with(TICKETS, &[("content-encoding", "gzip")], b"{}"), 415, "unsupported_media_type");
    }

    /// Paths and methods that are not there.
    fn paths(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/tickets", "/api/v1/nothing", "/api/v1/tickets/", "/api/v1/tickets/x/y/z"] {
            problem(&desk.get(path), 404, "unknown_path");
            problem(&app.visitor().get(path), 404, "unknown_path");
        }
        problem(&desk.post(&at(&item, "flight"), &json!({})), 404, "unknown_path");
        problem(&desk.post(&at(&item, "attachments"), &json!({})), 404, "unknown_path");
        for id in ["1", "not-a-uuid", "%ff%fe", "01900000-0000-7000-8000-000000000000"] {
            problem(&desk.get(&format!("{TICKETS}/{id}")), 404, "not_found");
            problem(&desk.post(&format!("{TICKETS}/{id}/notes"), &json!({"words": "x"})), 404, "not_found");
        }
        for number in ["1", "20260316-0", "20260316-9999", "99999999-0001", "20260316-99999999999999"] {
            problem(&desk.get(&format!("{TICKETS}/by-number/{number}")), 404, "not_found");
        }
        for (path, allow) in [
            ("/api/v1/me".to_owned(), "GET, HEAD"),
            (at(&item, ""), "GET, HEAD"),
        ] {
            let page = desk.post(&path, &json!({}));
            problem(&page, 405, "method_not_allowed");
            assert_eq!(page.header("allow"), allow);
        }
        let page = desk.get(&at(&item, "routing"));
        problem(&page, 405, "method_not_allowed");
        assert_eq!(page.header("allow"), "POST");
    }

    /// In the reader's language, and kept by no one in between.
    fn languages(app: &TestApp) {
        let desk = property(app);
        let chinese = desk.get("/api/v1/nothing");
        let english = desk.get_in("en-GB, zh;q=0.5", "/api/v1/nothing");
        assert_eq!(chinese.json()["detail"], "没有这个地址。");
        assert_eq!(english.json()["detail"], "There is nothing at this path.");
        assert_eq!((chinese.header("content-language"), english.header("content-language")), ("zh-CN", "en"));
        assert_eq!(chinese.header("cache-control"), "no-store");
        assert_eq!(desk.get(TICKETS).header("cache-control"), "no-store");
    }

    /// While the database lets nobody write: 503 and when to come back, nothing half-done; after it the repeat works.
    fn a_database_that_is_busy(app: &TestApp) {
        let desk = property(app);
        let item = a_drain(&desk);
        let body = json!({"words": "门禁刷不开", "queue": "order"}).to_string();
        let send = || desk.post_with(TICKETS, &[("idempotency-key", "k")], body.as_bytes());
        let mut other = app.store.connect().unwrap();
        match &mut other {
            Db::Sqlite(c) => c.batch_execute("BEGIN IMMEDIATE").unwrap(),
            Db::Pg(c) => c.batch_execute("BEGIN; LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE").unwrap(),
        }
        for page in [send(), ask(&desk, &item, "completion", json!({"outcome": "resolved"}))] {
            problem(&page, 503, "unavailable");
            assert_eq!(page.header("retry-after"), "2");
        }
        match &mut other {
            Db::Sqlite(c) => c.batch_execute("ROLLBACK").unwrap(),
            Db::Pg(c) => c.batch_execute("ROLLBACK").unwrap(),
        }
        send().is(201);
        did(&desk, &item, "completion", json!({"outcome": "resolved"}));
        assert_eq!(app.count("ticket"), 2);
    }
}
