//! What a page asks of the database: on PostgreSQL each statement is a way there and back, and somebody waits.

use jiban::engine::gauges::metered;

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

on_both! {
    /// Every page that is open all day, and those whose look-up somebody waits for, while an emergency rings.
    fn a_page_is_five_statements_at_most(app: &TestApp) {
        let agent = app.person("agent1");
        let logged = agent.look_up("13800000001");
        let once = logged.field("once").unwrap();
        let words = [("once", once.as_str()), ("then", "send"), ("words", "厨房水管漏水"), ("phone", "13800000001"), ("place", "恒泰园 3 号楼 2 单元 501")];
        let saved = agent.submit_from(&logged, "/agent/requests", &words);
        saved.is(303);
        // It rings at everybody's but the steward's.
        app.say(&app.wechat(), "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
        agent.get("/agent").says("data-alarm");
        app.index();
        let found = |query: &str| agent.submit("/agent", "/agent/look-up", &[("q", query)]).location;
        let searched = |query: &str| format!("/tickets?{}", encoded(&[("q", query)]));
        let list = agent.get("/tickets");
        let at = list.body.find("href=\"/tickets/").unwrap() + "href=\"".len();
        let ticket = list.body[at..at + "/tickets/".len() + 36].to_owned();
        for (login, path) in [
            ("agent1", "/agent".to_owned()),
            ("agent1", saved.location),
            ("agent1", found("13800000001")),
            ("agent1", found("13911112222")),
            ("agent1", found("恒泰园3-2-501")),
            ("agent1", found("恒泰园3-2-703")),
            ("agent1", "/tickets".to_owned()),
            ("agent1", searched("漏水")),
            ("agent1", searched("恒泰园3号楼2单元501")),
            ("agent1", ticket.clone()),
            ("weixiu1", "/queues/maintenance".to_owned()),
            ("weixiu1", ticket),
            ("steward1", "/queues/steward".to_owned()),
            ("manager", "/manage".to_owned()),
        ] {
            let asked = statements(app, login, &path);
            assert!((1..=MOST).contains(&asked), "{login} {path}: {asked}");
        }
    }
}
