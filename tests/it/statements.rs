//! What a page asks of the database: on PostgreSQL each statement is a way there and back, and somebody waits.

use chrono::TimeDelta;
use jiban::engine::gauges::metered;
use jiban::engine::intake::{self, Draft, Receipt};
use jiban::engine::tickets::{self, Ask, Seen};
use serde_json::json;

use crate::support::people::encoded;
use crate::support::{TestApp, on_both};

/// The most that a page may ask.
const MOST: u64 = 5;

/// The statements of a page whose names are known by now. The live feed may look beside it: the least of several is the page's.
fn statements(app: &TestApp, login: &str, path: &str) -> u64 {
    let person = app.person(login);
    let asked = |_| {
        let before = metered(&app.engine).statements;
        person.get(path).is(200);
        metered(&app.engine).statements - before
    };
    (0..5).map(asked).min().unwrap()
}

/// None of these pages asks more, whoever looks at it.
fn few(app: &TestApp, pages: &[(&str, &str)]) {
    let asked = pages.iter().map(|(login, path)| (statements(app, login, path), *login, *path));
    let odd: Vec<_> = asked.filter(|(asked, ..)| !(1..=MOST).contains(asked)).collect();
    assert!(odd.is_empty(), "{odd:#?}");
}

/// An emergency told by chat, which rings at everybody's who must know; something for each list; tickets tied, on hold and offered.
fn busy(app: &TestApp) -> Vec<String> {
    let chat = app.wechat();
    app.say(&chat, "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
    app.say(&chat, "o-wang", 2, "谢谢");
    let agent = app.staff("agent1");
    let open = |words: &str| {
        let draft = Draft { words: words.to_owned(), phone: Some("13911112222".to_owned()), ..Draft::default() };
        intake::open(&app.engine, &agent, &draft, None).unwrap().receipt
    };
    let (one, other) = (open("恒泰园3号楼2单元501厨房水管漏水"), open("恒泰园3号楼2单元501又漏水了"));
    let (held, offered, unclear) = (open("恒泰园3号楼电梯坏了"), open("恒泰园3号楼门禁坏了"), open("你们来看看"));
    let act = |login: &str, ticket: &Receipt, ask: Ask| {
        tickets::act(&app.engine, &app.staff(login), Seen { id: ticket.id, version: None }, &ask).unwrap();
    };
    act("agent1", &other, Ask::Merge { into: one.number });
    act("weixiu1", &held, Ask::Start);
    act("weixiu1", &held, Ask::Hold { reason: "等配件".into(), review_at: app.now() + TimeDelta::days(1) });
    let answer_by = app.now() + TimeDelta::days(2);
    let (reason, tried, asked) = ("谈不拢".into(), "上门两次".into(), "请一起上门".into());
    act("agent1", &offered, Ask::Offer { reason, tried, asked, answer_by });
    app.index();
    [one, other, held, offered, unclear].iter().map(|ticket| format!("/tickets/{}", ticket.id)).collect()
}

on_both! {
    /// Every page there is, while an emergency rings.
    fn a_page_is_five_statements_at_most(app: &TestApp) {
        let opened = busy(app);
        app.person("agent1").get("/agent").says("data-alarm");
        let searched = |query: &str| format!("/tickets?{}", encoded(&[("q", query)]));
        let (word, door) = (searched("漏水"), searched("恒泰园3号楼2单元501"));
        let person = format!("/admin/people/{}", app.staff("waibao").user().unwrap());
        let mut pages = vec![
            ("agent1", "/agent"),
            ("agent1", "/agent?tab=triage"),
            ("agent1", "/agent?tab=unfiled"),
            ("agent1", "/agent?tab=calls"),
            ("agent1", "/agent?saved=20260316-0001"),
            ("agent1", "/tickets"),
            ("agent1", "/tickets?only=late"),
            ("agent1", &word),
            ("agent1", &door),
            ("agent1", "/offers"),
            ("agent1", "/account"),
            ("agent1", "/queues/order"),
            ("weixiu1", "/queues/maintenance"),
            ("weixiu1", "/queues/maintenance?mine=1"),
            ("steward1", "/queues/steward"),
            ("committee1", "/committee"),
            ("committee1", "/committee?tab=tickets"),
            ("committee1", "/committee?tab=unfiled"),
            ("committee1", "/offers"),
            ("committee1", "/tickets"),
            ("manager", "/manage"),
            ("manager", "/notices/failed"),
            ("admin", "/admin"),
            ("admin", "/admin/start"),
            ("admin", "/admin/people"),
            ("admin", &person),
            ("admin", "/admin/queues"),
            ("admin", "/admin/urgency"),
            ("admin", "/admin/calendar"),
            ("admin", "/admin/catalogue"),
            ("admin", "/admin/tokens"),
            ("admin", "/admin/sources"),
            ("admin", "/admin/wechat"),
            ("admin", "/admin/import"),
        ];
        let forms: Vec<String> = ["routing", "assignment", "completion", "offer", "hold", "merge", "note"]
            .iter()
            .map(|noun| format!("{}?do={noun}", opened[0]))
            .collect();
        for ticket in opened.iter().chain(&forms) {
            pages.extend([("agent1", ticket.as_str()), ("manager", ticket.as_str())]);
        }
        few(app, &pages);
    }

    /// Ringing, taken, and looked up by whatever is said in it, with any of the lists beside.
    fn so_is_a_caller(app: &TestApp) {
        busy(app);
        let agent = app.person("agent1");
        app.pbx().tell(("r", "call.ringing", "c"), json!({ "caller": "13800000001", "agent": "8001" }), app.now());
        let page = agent.get("/agent");
        let call = page.body.split("/agent?call=").nth(1).expect("a ringing call")[..36].to_owned();
        let found = |query: &str| {
            let to = agent.submit("/agent", "/agent/look-up", &[("q", query)]).location;
            to.split("/agent?").nth(1).unwrap_or_else(|| panic!("{to}")).split("&tab=").next().unwrap().to_owned()
        };
        let sought = [
            "13800000001",
            "13911112222",
            "0001",
            "9876",
            "张",
            "张三",
            "恒泰园3-2-501",
            "恒泰园3-2-703",
            "恒泰园3号楼2单元801",
            "恒泰园3号楼2单元",
            "恒泰园3号楼",
        ];
        let mut callers: Vec<String> = sought.into_iter().map(found).collect();
        callers.push(format!("call={call}"));
        for n in 0..callers.len() - 1 {
            callers.push(format!("call={call}&{}", callers[n]));
        }
        let tabs = ["today", "triage", "unfiled", "calls"];
        let all: Vec<String> =
            callers.iter().flat_map(|caller| tabs.map(|tab| format!("/agent?{caller}&tab={tab}"))).collect();
        let pages: Vec<(&str, &str)> = all.iter().map(|path| ("agent1", path.as_str())).collect();
        few(app, &pages);
        // At night the desk minds the committee's messages too.
        app.advance(TimeDelta::hours(12));
        app.pbx().tell(("s", "call.ringing", "d"), json!({ "caller": "13800000002", "agent": "8001" }), app.now());
        let (minded, _): (Vec<_>, Vec<_>) = pages.into_iter().partition(|(_, path)| path.ends_with("unfiled"));
        app.person("agent1").get(minded[0].1).says("谢谢");
        few(app, &minded);
    }
}
