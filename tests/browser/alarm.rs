//! An emergency rings on the open pages of those who must go, with sound, until one of them says it was heard.

use serde_json::{Value, json};

use crate::desk::at;
use crate::support::{Browser, Screen};
use crate::under_test::{Backend, TestApp};

const BAR: &str = "#alarms [data-alarm]";

/// Marks the page, to see later that it was not loaded anew, and counts every tone it asks the loudspeaker for.
fn listen(page: &Browser) {
    page.script(
        "document.body.dataset.tones = '0'; \
         const make = AudioContext.prototype.createOscillator; \
         AudioContext.prototype.createOscillator = function () { \
           const voice = make.call(this), start = voice.start; \
           voice.start = function (...at) { \
             document.body.dataset.tones = Number(document.body.dataset.tones) + 1; \
             return start.apply(this, at); \
           }; \
           return voice; \
         }; \
         return true",
    );
}

fn tones(page: &Browser) -> Value {
    page.script("return document.body.dataset.tones")
}

/// Opened by somebody else, the emergency stands on open pages at once, without loading them anew, and rings on the page
/// somebody has touched: browsers let no other make a sound, there the title alone calls. Whoever says it was heard, by name,
/// makes it quiet on every page.
#[test]
fn an_emergency_rings_on_open_pages_until_someone_heard_it() {
    let app = TestApp::start(Backend::Sqlite);
    let worker = at(&app, "weixiu1", Screen::Phone);
    let head = at(&app, "weixiu-head", Screen::Desk);
    let other = at(&app, "zhixu1", Screen::Desk);
    worker.open(&format!("http://{}/queues/maintenance", app.addr));
    head.open(&format!("http://{}/account", app.addr));
    other.open(&format!("http://{}/queues/order", app.addr));
    for page in [&worker, &head, &other] {
        assert!(!page.has(BAR));
        listen(page);
    }
    let (title, heads_title) = (worker.title(), head.title());
    worker.click("h1");
    app.say(&app.wechat(), "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
    for page in [&worker, &head] {
        page.wait_for_text(BAR, "20260316-0001");
        page.wait_for_text(BAR, "恒泰园 3 号楼 2 单元 501");
        page.wait_for_text("title", "⚠");
        assert!(!page.overflows());
    }
    worker.wait_for("body[data-tones]:not([data-tones='0'])");
    assert_eq!(tones(&head), json!("0"), "nobody has touched this page yet");
    worker.wait_gone("#nothing .empty");
    worker.screenshot("alarm-phone");
    head.screenshot("alarm-desk");
    // The first key or click wakes the sound, and it goes on ringing.
    head.click("h1");
    head.wait_for("body[data-tones]:not([data-tones='0'])");
    assert!(!other.has(BAR), "another department's");
    worker.click("#alarms form button");
    worker.wait_gone(BAR);
    worker.wait_for_text("#toasts", "已记下您收到了紧急呼叫");
    // Nobody touched the head's page: the same page, quiet again.
    head.wait_gone(BAR);
    head.wait_for_text("title", &heads_title);
    assert_ne!(tones(&head), Value::Null, "the page was loaded anew");
    assert!(!head.title().contains('⚠'));
    assert_eq!(worker.title(), title);
    let ticket = head.script("return fetch('/queues/maintenance').then(r => r.text())");
    let id = ticket.as_str().unwrap().split("href=\"/tickets/").nth(1).unwrap()[..36].to_owned();
    head.open(&format!("http://{}/tickets/{id}", app.addr));
    head.wait_for_text("main", "收到紧急呼叫");
    head.wait_for_text("main", "丁师傅");
    assert_eq!(tones(&other), json!("0"));
    for page in [&worker, &head, &other] {
        assert_eq!(page.console_errors(), Vec::<String>::new());
    }
}

/// Whoever switched the sound off sees the bar and hears nothing.
#[test]
fn the_sound_can_be_switched_off() {
    let app = TestApp::start(Backend::Sqlite);
    let agent = at(&app, "agent1", Screen::Desk);
    agent.open(&format!("http://{}/account", app.addr));
    agent.script(
        "const form = document.querySelector('form[action=\"/account/look\"]'); \
         form.querySelector('[name=sound][value=off], [name=sound]').value = 'off'; \
         form.requestSubmit(); return true",
    );
    agent.wait_for("body[data-sound=off]");
    listen(&agent);
    agent.click("h1");
    app.say(&app.wechat(), "o-li", 1, "恒泰园3号楼2单元501水管爆了，水漫到电梯口，快来人");
    agent.wait_for_text(BAR, "20260316-0001");
    agent.wait_for_text("title", "⚠");
    assert_eq!(tones(&agent), json!("0"));
}
