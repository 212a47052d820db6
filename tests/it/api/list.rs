//! The list: filters, pages, and what is refused.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{TICKETS, a_drain, committee, did, open, problem, property, wrong_field};
use crate::support::{Program, on_both};

/// Walks all pages from `query`; what is between two of them is done by `between`.
fn walk(program: &Program, query: &str, mut between: impl FnMut()) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mark = if query.is_empty() { String::new() } else { format!("{query}&") };
        let after = cursor.as_ref().map(|cursor| format!("cursor={cursor}")).unwrap_or_default();
        let page = program.get(&format!("{TICKETS}?{mark}{after}"));
        page.is(200);
        let body = page.json();
        items.extend(body["items"].as_array().unwrap().iter().cloned());
        match body["next_cursor"].as_str() {
            None => return items,
            Some(next) => {
                assert!(next.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{next}");
                cursor = Some(next.to_owned());
            }
        }
        between();
    }
}

fn numbers(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["number"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    /// All pages, newest first, without a gap or a double, while new ones come in on top and several are of one moment.
    fn paging(app: &TestApp) {
        let desk = property(app);
        let mut opened = Vec::new();
        for n in 0..13 {
            // Several of one moment: only the id orders them.
            if n % 4 == 0 {
                app.advance(TimeDelta::seconds(1));
            }
            let item = open(&desk, &json!({"words": format!("第 {n} 盏路灯不亮"), "queue": "maintenance"}));
            opened.push(item["number"].as_str().unwrap().to_owned());
        }
        opened.sort_unstable();
        for limit in [1, 5, 12, 13, 200] {
            let seen = walk(&desk, &format!("limit={limit}"), || {});
            let mut sorted = numbers(&seen);
            sorted.sort_unstable();
            assert_eq!(sorted, opened, "limit {limit}");
            let times: Vec<&str> = seen.iter().map(|item| item["opened_at"].as_str().unwrap()).collect();
            assert!(times.windows(2).all(|two| two[0] >= two[1]), "{times:?}");
        }
        let mut seen = numbers(&walk(&desk, "limit=3", || {
            app.advance(TimeDelta::seconds(1));
            a_drain(&desk);
        }));
        seen.sort_unstable();
        assert_eq!(seen, opened);
        assert_eq!(walk(&desk, "", || {}).len(), 17);
    }

    /// Every filter, alone and together; without one all states are there.
    fn filters(app: &TestApp) {
        let (desk, committee) = (property(app), committee(app));
        let drain = a_drain(&desk);
        did(&desk, &drain, "completion", json!({"outcome": "explained", "note": "电话里说清了"}));
        open(&desk, &json!({"words": "有点事想问", "keep_unassigned": true, "kind": "enquiry", "channel": "walk_in"}));
        open(&committee, &json!({"words": "楼道里全是垃圾没人扫", "queue": "environment", "kind": "complaint"}));
        open(&committee, &json!({"words": "想请你们出面谈谈", "queue": "committee", "urgency": "urgent"}));
        let count = |program: &Program, query: &str| {
            let page = program.get(&format!("{TICKETS}?{query}"));
            page.is(200);
            page.json()["items"].as_array().unwrap().len()
        };
        assert_eq!((count(&desk, ""), count(&committee, "")), (3, 2));
        for (query, wanted) in [
            ("status=done", 1),
            ("status=unassigned", 1),
            ("status=assigned", 1),
            ("status=in_progress", 0),
            ("queue=environment", 1),
            ("queue=maintenance&status=done", 1),
            ("holder=property", 3),
            ("holder=committee", 0),
            ("lead=committee", 1),
            ("lead=property", 2),
            ("channel=walk_in", 1),
            ("kind=enquiry", 1),
            ("urgency=long", 0),
            ("kind=complaint&lead=committee&queue=environment", 1),
        ] {
            assert_eq!(count(&desk, query), wanted, "{query}");
        }
        assert_eq!(count(&committee, "urgency=urgent&holder=committee"), 1);
    }

    /// An item is whole.
    fn an_item(app: &TestApp) {
        let desk = property(app);
        let words = "厨房下水道堵了，\n水已经漫到客厅 <b>急</b>";
        let made = open(&desk, &json!({"words": words, "place": "恒泰园3号楼2单元501", "queue": "maintenance"}));
        let listed = desk.get(TICKETS).json()["items"][0].clone();
        assert_eq!(listed, made);
        assert_eq!(listed["description"], words);
        assert_eq!(listed["place"], "恒泰园 3 号楼 2 单元 501");
        assert_eq!(listed["opened_at"], "2026-03-16T02:00:00Z");
        assert!(listed["due_at"].as_str().unwrap().ends_with('Z'));
        for (member, wanted) in [
            ("number", "20260316-0001"),
            ("status", "assigned"),
            ("queue", "maintenance"),
            ("holder", "property"),
            ("lead", "property"),
            ("channel", "hotline"),
        ] {
            assert_eq!(listed[member], wanted, "{member}");
        }
        assert_eq!((&listed["version"], &listed["nudge_count"]), (&json!(1), &json!(0)));
        let english = desk.get_in("en", TICKETS).json()["items"][0]["place"].clone();
        assert!(english.as_str().unwrap().contains("Building 3"), "{english}");
    }

    /// What is asked wrongly is refused by name, never guessed.
    fn bad_questions(app: &TestApp) {
        let desk = property(app);
        for (query, code, field) in [
            ("limit=0", "form", "limit"),
            ("limit=201", "form", "limit"),
            ("limit=99999999999999999999", "form", "limit"),
            ("limit=5&limit=6", "form", "limit"),
            ("cursor=nonsense", "form", "cursor"),
            ("cursor=", "form", "cursor"),
            // A forged one: 5000 BC, which no database can hold a moment of; and the end of all numbers.
            ("cursor=_PKxcVHSAAAHBwcHBwcHBwcHBwcHBwcH", "form", "cursor"),
            ("cursor=f_________8HBwcHBwcHBwcHBwcHBwcH", "form", "cursor"),
            ("status=open", "form", "status"),
            ("holder=wechat", "form", "holder"),
            ("page=2", "unknown_parameter", "page"),
            ("Status=done", "unknown_parameter", "Status"),
        ] {
            wrong_field(&desk.get(&format!("{TICKETS}?{query}")), code, field);
        }
        let told = desk.get(&format!("{TICKETS}?limit=0")).json();
        assert_eq!(told["detail"], "limit：格式不对。可以写：1 到 200 的整数。");
        let told = desk.get_in("en", &format!("{TICKETS}?status=open")).json();
        assert!(told["detail"].as_str().unwrap().contains("unassigned, assigned, in_progress, done"), "{told}");
        problem(&desk.get(&format!("{TICKETS}?status=%ff")), 400, "bad_query");
        wrong_field(&desk.get("/api/v1/me?x=1"), "unknown_parameter", "x");
        wrong_field(&desk.get("/api/v1/queues?limit=1"), "unknown_parameter", "limit");
    }
}
