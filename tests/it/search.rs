//! Text search through both doors: what is found, by whom, page by page, and what follows when words change.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::api::{TICKETS, at, committee, open, property as desk};
use crate::support::{Page, Person, Program, on_both};

/// A drain in the maintenance queue.
fn drain(program: &Program, words: &str) -> Value {
    open(program, &json!({"words": words, "queue": "maintenance", "urgency": "normal"}))
}

#[track_caller]
fn did(program: &Program, item: &Value, noun: &str, fields: &Value) {
    let mut body = fields.clone();
    body["version"] = program.get(&at(item, "")).json()["version"].clone();
    program.post(&at(item, noun), &body).is(200);
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The words of all tickets found, in the order they come; and how many pages that took.
#[track_caller]
fn walk(program: &Program, typed: &str, more: &str) -> (Vec<String>, usize) {
    let (mut words, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = program.get(&format!("{TICKETS}?q={}{more}{cursor}", encode(typed)));
        page.is(200);
        pages += 1;
        let body = page.json();
        let items = body["items"].as_array().unwrap();
        words.extend(items.iter().map(|item| item["description"].as_str().unwrap().to_owned()));
        match body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (words, pages),
        }
    }
}

#[track_caller]
fn found(program: &Program, typed: &str) -> Vec<String> {
    walk(program, typed, "").0
}

/// Types into the header's box and follows.
fn search(person: &Person, typed: &str) -> Page {
    let there = person.submit("/tickets", "/tickets/look-up", &[("q", typed)]);
    there.is(303);
    person.get(&there.location)
}

/// The words of the tickets a page lists.
fn listed(page: &Page) -> Vec<String> {
    let rows = page.body.split("<a class=\"clip\" href=\"/tickets/").skip(1);
    rows.map(|row| row.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

on_both! {
    /// Documents are numbered by the second: where one is full, its tickets go on in the next, among those of that one.
    fn a_full_second_goes_on_in_the_next(app: &TestApp) {
        let program = desk(app);
        drain(&program, "水管漏水零");
        app.index();
        app.execute("UPDATE search_document SET id = id + 4095");
        for words in ["水管漏水一", "水管漏水二"] {
            drain(&program, words);
        }
        app.advance(TimeDelta::seconds(1));
        drain(&program, "水管漏水三");
        app.index();
        assert_eq!(app.count("search_document"), 4);
        let found = found(&program, "水管漏水");
        for words in ["水管漏水一", "水管漏水二", "水管漏水三"] {
            assert!(found.contains(&words.to_owned()), "{found:?}");
        }
        app.execute("UPDATE search_document SET id = id - 4095 WHERE id = (SELECT min(id) FROM search_document)");
        app.check();
    }

    /// Phrases, words beside each other, letters, numbers of tickets and doors, categories; newest first.
    fn what_is_found(app: &TestApp) {
        let desk = desk(app);
        let pipe = "厨房水管漏水，快来看看";
        open(&desk, &json!({"words": pipe, "place": "恒泰园3号楼2单元501", "queue": "maintenance"}));
        app.advance(TimeDelta::seconds(1));
        drain(&desk, "楼道ＬＥＤ灯坏了，WiFi也不行");
        app.advance(TimeDelta::seconds(1));
        drain(&desk, "水管没漏，是水龙头漏水 一直滴");
        app.advance(TimeDelta::seconds(1));
        open(&desk, &json!({"words": "下水道堵了", "category": "drain", "queue": "maintenance", "phone": "13900001234"}));
        drain(&desk, "打13800000001找王师傅");
        assert_eq!(found(&desk, "漏水"), [""; 0], "nothing is indexed before the job ran");
        app.index();
        let (led, tap) = ("楼道ＬＥＤ灯坏了，WiFi也不行", "水管没漏，是水龙头漏水 一直滴");
        for (typed, wanted) in [
            ("漏水", &[tap, pipe][..]),
            ("水管漏水", &[pipe]),
            ("水管 漏水", &[tap, pipe]),
            ("管漏", &[pipe]),
            ("漏水滴", &[]),
            // Nothing reaches over what stands between: of these, every other pair does stand there.
            ("漏水快来", &[]),
            ("漏水一直", &[]),
            ("道LED灯坏", &[led]),
            ("led灯", &[led]),
            ("LED wifi", &[led]),
            ("ｗｉｆｉ", &[led]),
            ("3号楼", &[pipe]),
            ("三号楼二单元", &[pipe]),
            ("3-2-501", &[pipe]),
            ("恒泰园三号楼二单元501", &[pipe]),
            ("2单元501", &[pipe]),
            // The same door, but nobody wrote it like that; and other doors.
            ("3幢2单元501", &[]),
            ("2-3-501", &[]),
            ("3-501", &[]),
            ("恒泰园 漏水", &[pipe]),
            ("5号楼", &[]),
            ("20260316-0001", &[pipe]),
            ("20260316-0001 漏水", &[pipe]),
            ("20260316-0001 灯坏", &[]),
            ("0001", &[pipe]),
            ("20260316 led", &[led]),
            ("老鼠", &[]),
        ] {
            assert_eq!(found(&desk, typed), wanted, "{typed}");
        }
        // The category's name, which nobody said.
        assert!(found(&desk, "blocked drain").contains(&"下水道堵了".to_owned()), "{:?}", found(&desk, "blocked drain"));
        // No telephone number and no name of the file is in the index.
        for typed in ["13900001234 下水道", "1234", "王五"] {
            let page = desk.get(&format!("{TICKETS}?q={}", encode(typed)));
            assert!(page.status == 422 || page.json()["items"].as_array().unwrap().len() <= 1, "{typed}: {}", page.body);
        }
        assert_eq!(found(&desk, "王师傅"), ["打13800000001找王师傅"]);
        assert_eq!(found(&desk, "1234"), [""; 0]);
    }

    /// A number is found at once; filters narrow what is found.
    fn numbers_and_filters(app: &TestApp) {
        let desk = desk(app);
        let first = drain(&desk, "水管漏水");
        let number = first["number"].as_str().unwrap().to_owned();
        assert_eq!(found(&desk, &number), ["水管漏水"]);
        assert_eq!(found(&committee(app), &number), [""; 0]);
        did(&desk, &first, "completion", &json!({"outcome": "explained", "note": "换了垫圈"}));
        app.advance(TimeDelta::days(40));
        drain(&desk, "又漏水");
        open(&desk, &json!({"words": "车库漏水", "queue": "order", "kind": "complaint"}));
        app.index();
        for (more, wanted) in [
            ("", &["车库漏水", "又漏水", "水管漏水"][..]),
            ("&status=done", &["水管漏水"]),
            ("&queue=maintenance", &["又漏水", "水管漏水"]),
            ("&kind=complaint", &["车库漏水"]),
            ("&queue=steward", &[]),
        ] {
            let mut got = walk(&desk, "漏水", more).0;
            got.sort_by_key(|words| ["车库漏水", "又漏水", "水管漏水"].iter().position(|w| w == words));
            assert_eq!(got, wanted, "{more}");
        }
        assert_eq!(found(&desk, "垫圈"), ["水管漏水"]);
        let agent = app.person("agent1");
        let day = agent.get("/tickets?q=%E6%BC%8F%E6%B0%B4&to=2026-03-20");
        assert_eq!(listed(&day), ["水管漏水"]);
        assert_eq!(listed(&agent.get("/tickets?q=%E6%BC%8F%E6%B0%B4&from=2026-03-17")).len(), 2);
    }

    /// Everybody finds what they may see, and pages come out whole whatever is left out of them.
    fn each_finds_their_own(app: &TestApp) {
        let (desk, committee) = (desk(app), committee(app));
        app.say(&app.wechat(), "o-zhang", 1, "物业的人态度太差，漏水不管");
        open(&committee, &json!({"words": "居委会的漏水", "queue": "committee"}));
        drain(&desk, "维修部的漏水");
        open(&desk, &json!({"words": "秩序部的漏水", "queue": "order"}));
        let about = app.staff("weixiu1").user().unwrap().to_string();
        open(&desk, &json!({"words": "丁师傅修的还漏水", "queue": "maintenance", "subjects": [about]}));
        app.index();
        let all = |program: &Program| {
            let mut all = found(program, "漏水");
            all.sort();
            all
        };
        assert_eq!(all(&committee), ["居委会的漏水", "物业的人态度太差，漏水不管"]);
        assert!(!all(&desk).contains(&"物业的人态度太差，漏水不管".to_owned()));
        assert!(all(&desk).contains(&"秩序部的漏水".to_owned()));
        assert_eq!(all(&app.foreign_program()), [""; 0]);
        let mine = |login: &str| {
            let mut words = listed(&search(&app.person(login), "漏水"));
            words.sort();
            words
        };
        assert_eq!(mine("weixiu1"), ["维修部的漏水"]);
        assert_eq!(mine("weixiu2"), ["丁师傅修的还漏水", "维修部的漏水"]);
        assert_eq!(mine("zhixu1"), ["秩序部的漏水"]);
        assert_eq!(mine("waibao"), [""; 0]);
        assert_eq!(mine("admin"), [""; 0]);
        app.person("weixiu1").get("/tickets?q=%E6%80%81%E5%BA%A6").is(200).says("没有找到“态度”");
    }

    /// All pages, newest first, without a gap or a double, while more come in and several are of one moment.
    fn paging(app: &TestApp) {
        let desk = desk(app);
        for n in 0..67 {
            if n % 4 == 0 {
                // Over the turn of several months, so that every step back is taken.
                app.advance(TimeDelta::days(if n % 16 == 0 { 40 } else { 1 }));
            }
            let queue = if n % 10 == 3 { "order" } else { "maintenance" };
            open(&desk, &json!({"words": format!("第{n}户漏水"), "queue": queue, "urgency": "normal"}));
        }
        app.index();
        for (limit, least) in [(1, 67), (7, 10), (50, 2), (200, 1)] {
            let (seen, pages) = walk(&desk, "漏水", &format!("&limit={limit}"));
            let mut sorted = seen.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!((sorted.len(), seen.len()), (67, 67), "limit {limit}");
            assert!(pages >= least, "limit {limit}: {pages} pages");
            // Four of one moment may come in any order.
            let moment = |words: &String| words[3..].split('户').next().unwrap().parse::<u32>().unwrap() / 4;
            assert!(seen.windows(2).all(|two| moment(&two[0]) >= moment(&two[1])), "{seen:?}");
        }
        assert_eq!(walk(&desk, "漏水", "&limit=2&queue=order").0.len(), 7);
        let person = app.person("zhixu1");
        assert_eq!(listed(&search(&person, "漏水")).len(), 7);
        let agent = app.person("agent1");
        let first = search(&agent, "漏水");
        assert_eq!(listed(&first).len(), 30);
        let next = first.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        assert!(next.starts_with("/tickets?by="), "{next}");
        assert_eq!(listed(&agent.get(&next)).len(), 30);
    }

    /// Words said later, a place bound later, a category given later: found afterwards; what one side alone may read is not.
    fn what_changes_is_found_anew(app: &TestApp) {
        let desk = desk(app);
        let item = open(&desk, &json!({"words": "灯一闪一闪", "keep_unassigned": true}));
        app.index();
        for typed in ["南门", "整流器", "内部"] {
            assert_eq!(found(&desk, typed), [""; 0], "{typed}");
        }
        did(&desk, &item, "place", &json!({"place": "恒泰园南门"}));
        did(&desk, &item, "notes", &json!({"words": "等整流器到货", "audience": "both"}));
        did(&desk, &item, "notes", &json!({"words": "内部消息", "audience": "property"}));
        did(&desk, &item, "routing", &json!({"queue": "maintenance", "category": "drain"}));
        app.index();
        for typed in ["南门", "整流器", "闪一闪", "blocked drain", "恒泰园南门"] {
            assert_eq!(found(&desk, typed), ["灯一闪一闪"], "{typed}");
        }
        assert_eq!(found(&desk, "内部"), [""; 0]);
        assert_eq!((app.count("search_document"), app.count("ticket")), (1, 1));
        // A document that fell behind, or is no ticket's, breaks the check.
        app.execute("UPDATE search_document SET version = version - 1");
        let broken = app.store.read(jiban::store::check::all).unwrap();
        let broken: Vec<(&str, i64)> = broken.iter().map(|broken| (broken.rule, broken.count)).collect();
        assert_eq!(broken, [("whatever search has read of is in its documents", 1)]);
        app.execute("UPDATE search_document SET version = version + 1");
    }

    /// What cannot be looked for is said, with what to do.
    fn nothing_to_look_for(app: &TestApp) {
        let desk = desk(app);
        drain(&desk, "水管漏水");
        app.index();
        let person = app.person("weixiu1");
        for (typed, said, detail) in [
            ("，。！", "请写要找的字词", "q：没有可以查找的字词。"),
            ("水", "请至少写两个字", "q：至少写两个字。"),
            ("13800000001", "不按电话号码查找", "q：不按电话号码查找。"),
            (&"水".repeat(101), "最多写 100 个字", "q：最多 100 个字。"),
        ] {
            search(&person, typed).is(422).says(said);
            let told = desk.get(&format!("{TICKETS}?q={}", encode(typed)));
            told.is(422);
            assert_eq!((&told.json()["field"], &told.json()["detail"]), (&json!("q"), &json!(detail)), "{typed}");
        }
        assert_eq!(found(&desk, "' OR 1=1 -- \" * ( NEAR AND 漏水"), [""; 0]);
        assert_eq!(found(&desk, "'漏水\" \\"), ["水管漏水"]);
        // The desk's search leads to callers first, and to tickets where nobody is called so.
        let agent = app.person("agent1");
        search(&agent, "漏水").is(200).says("水管漏水").says("value=\"漏水\"");
        search(&agent, "没有这话").is(200).says("没有找到“没有这话”");
        let there = agent.submit("/tickets", "/tickets/look-up", &[("q", "3号楼")]);
        assert!(there.location.starts_with("/agent?by="), "{}", there.location);
        let there = agent.submit("/tickets", "/tickets/look-up", &[("q", "张三"), ("tickets_only", "true")]);
        assert!(there.location.starts_with("/tickets?by="), "{}", there.location);
        // A search that was sealed for another, or too long ago, is asked for again.
        person.get(&there.location).is(303);
    }
}
