//! A hard one goes to the other platform and back, clicked through as people do; and two people meet at one ticket.

use jiban::domain::words::{Kind, Queue};
use jiban::engine::intake::{self, Draft};

use crate::desk::at;
use crate::support::{Browser, Screen};
use crate::under_test::app::postgres;
use crate::under_test::{Backend, TestApp};

fn ticket(app: &TestApp, words: &str) -> String {
    let draft = Draft {
        words: words.to_owned(),
        place: Some("恒泰园3号楼2单元501".to_owned()),
        queue: Some(Queue::Maintenance),
        kind: Some(Kind::Repair),
        ..Draft::default()
    };
    let opened = intake::open(&app.engine, &app.staff("agent1"), &draft, None).unwrap();
    format!("http://{}/tickets/{}", app.addr, opened.receipt.id)
}

/// Opens the verb's form on the ticket's page, fills it in and sends it; the page that follows has no such form.
fn give(browser: &Browser, page: &str, verb: &str, fields: &[(&str, &str)]) {
    browser.open(&format!("{page}?do={verb}"));
    for (name, words) in fields {
        browser.fill(&format!("[name={name}]"), words);
    }
    let form = format!("form[action*=\"/{verb}\"]");
    browser.click(&format!("{form} button[type=submit]"));
    for (name, _) in fields {
        browser.wait_gone(&format!("{form} [name={name}]"));
    }
}

fn offer(browser: &Browser, page: &str) {
    let words = [("reason", "物业无权入户"), ("tried", "上门两次无人"), ("asked", "请联系楼上")];
    give(browser, page, "offer", &words);
}

/// Start stands on the page as a button of its own.
fn start(browser: &Browser, page: &str) {
    browser.open(page);
    browser.click("form[action$=\"/start\"] button[type=submit], button[formaction$=\"/start\"]");
    browser.wait_for_text("main", "进行中");
}

fn finish(browser: &Browser, page: &str) {
    browser.open(&format!("{page}?do=completion"));
    browser.script("document.querySelector('[name=outcome][value=resolved]').click(); return true");
    browser.fill("[name=note]", "疏通好了");
    browser.click("form[action*=\"/completion\"] button[type=submit]");
    browser.wait_for_text("main", "已完成");
}

fn the_whole_crossing(app: &TestApp) {
    let (agent, committee) = (at(app, "agent1", Screen::Desk), at(app, "committee1", Screen::Desk));
    let worker = at(app, "weixiu1", Screen::Phone);
    let page = ticket(app, "卫生间下水道堵了，楼上不让查");
    offer(&agent, &page);
    agent.wait_for_text("main", "物业无权入户");

    committee.open(&format!("http://{}/committee", app.addr));
    committee.wait_for_text("main", "上门两次无人");
    committee.screenshot("committee-offer");
    committee.click("form[action*=\"/acceptance\"] button[type=submit], button[formaction*=\"/acceptance\"]");
    committee.wait_gone("form[action*=\"/acceptance\"]");
    start(&committee, &page);
    give(&committee, &page, "conclusion", &[("report", "楼上同意周三开口")]);
    committee.wait_for_text("main", "楼上同意周三开口");

    start(&worker, &page);
    worker.screenshot("worker-ticket");
    assert!(!worker.overflows(), "the ticket is wider than the phone");
    finish(&worker, &page);
    agent.open(&page);
    agent.wait_for_text("main", "疏通好了");

    let page = ticket(app, "阳台地漏返水");
    offer(&agent, &page);
    give(&committee, &page, "return", &[("reason", "这户已有物业电话")]);
    agent.open(&page);
    agent.wait_for_text("main", "这户已有物业电话");
    for browser in [&agent, &committee, &worker] {
        assert_eq!(browser.console_errors(), Vec::<String>::new());
    }
}

/// The property offers, the committee accepts, works, concludes, the property finishes; another is returned with a reason.
#[test]
fn there_and_back() {
    the_whole_crossing(&TestApp::start(Backend::Sqlite));
}

/// The same on the other database.
#[test]
fn there_and_back_on_postgres() {
    if let Some(backend) = postgres() {
        the_whole_crossing(&TestApp::start(backend));
    }
}

/// One has a form open while another acts: the kind page keeps the words typed and says who did what.
#[test]
fn two_people_at_one_ticket() {
    let app = TestApp::start(Backend::Sqlite);
    let page = ticket(&app, "厨房水管渗水");
    let (first, second) = (at(&app, "weixiu1", Screen::Phone), at(&app, "agent1", Screen::Desk));
    second.open(&format!("{page}?do=transfer"));
    second.fill("[name=reason]", "这是保洁的事");
    start(&first, &page);
    second.script("document.querySelector('[name=queue][value=environment], [name=queue]').value = 'environment'; const r = document.querySelector('[name=queue][type=radio][value=environment]'); if (r) r.checked = true; return true");
    second.click("form[action*=\"/transfer\"] button[type=submit]");
    second.wait_for_text("main", "丁师傅刚刚改过");
    second.screenshot("conflict");
    let kept = second.script("return document.querySelector('[name=reason]').value");
    assert_eq!(kept.as_str(), Some("这是保洁的事"));
}
