//! The hotline desk and the resident's side of it: logged for a caller, done by a worker, asked about in the chat.

use crate::support::{Browser, Screen};
use crate::under_test::{Backend, TestApp, town};

/// Somebody of the staff at a browser of their own, signed in.
pub fn at(app: &TestApp, login: &str, screen: Screen) -> Browser {
    let browser = Browser::start(screen);
    browser.open(&format!("http://{}/login", app.addr));
    browser.fill("[name=account]", login);
    browser.fill("[name=password]", town::PASSWORD);
    browser.click("form[action=\"/login\"] button[type=submit]");
    browser.wait_gone("form[action=\"/login\"]");
    browser
}

/// Types who calls into the box of the desk.
pub fn look_up(agent: &Browser, query: &str) {
    agent.fill("#find", query);
    agent.script("document.querySelector('form[action=\"/agent/look-up\"].find').requestSubmit(); return true");
    agent.wait_for(".call.talking");
}

fn press(browser: &Browser, keys: &[&str]) {
    for key in keys {
        let event = format!("new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }})");
        browser.script(&format!("document.activeElement.blur(); document.body.dispatchEvent({event}); return true"));
    }
}

/// The session ends while the agent types: the words stand on the page that says so, and in the form afterwards; once they
/// are taken they are gone. And `?` shows the keys, G T leads to the desk.
#[test]
fn words_outlive_a_session_that_ended() {
    let app = TestApp::start(Backend::Sqlite);
    let agent = at(&app, "agent1", Screen::Desk);
    let desk = format!("http://{}/agent", app.addr);
    agent.open(&desk);
    look_up(&agent, "13800000001");
    assert!(!agent.url().contains("1380"), "{}", agent.url());
    let here = agent.url();
    agent.fill("[name=words]", "厨房下水道堵了，水漫到地上");
    app.advance(chrono::TimeDelta::hours(13));
    let send = "document.querySelector('form[action*=\"/agent/requests\"]').requestSubmit(); return true";
    agent.script(send);
    agent.wait_for_text("main", "您刚才写的");
    agent.wait_for("textarea[name=words]");
    agent.screenshot("words-kept");
    assert!(!agent.overflows());
    agent.open(&format!("http://{}/login", app.addr));
    agent.fill("[name=account]", "agent1");
    agent.fill("[name=password]", town::PASSWORD);
    agent.click("form[action=\"/login\"] button[type=submit]");
    agent.wait_gone("form[action=\"/login\"]");
    agent.open(&here);
    agent.wait_for(".call.talking");
    let words = "return document.querySelector('[name=words]').value";
    assert_eq!(agent.script(words), "厨房下水道堵了，水漫到地上");
    agent.script(send);
    agent.wait_for_text("main", "20260316-0001");
    agent.open(&here);
    agent.wait_for(".call.talking");
    assert_eq!(agent.script(words), "", "what was taken is not offered again");
    press(&agent, &["?"]);
    agent.wait_for("details.keys[open] dl");
    agent.screenshot("keys");
    press(&agent, &["Escape"]);
    agent.wait_gone("details.keys[open]");
    press(&agent, &["g", "q"]);
    agent.wait_for_text("main", "维修部");
    press(&agent, &["g", "t"]);
    agent.wait_for("#find");
}

/// A caller by number, the words, one button; the department's open page shows it without being touched.
#[test]
fn logged_for_a_caller_and_seen_at_once() {
    let app = TestApp::start(Backend::Sqlite);
    let worker = at(&app, "weixiu1", Screen::Phone);
    worker.open(&format!("http://{}/queues/maintenance", app.addr));
    let agent = at(&app, "agent1", Screen::Desk);
    agent.open(&format!("http://{}/agent", app.addr));
    look_up(&agent, "13800000001");
    agent.wait_for_text("main", "张三");
    agent.wait_for_text("main", "独居，听力弱");
    agent.fill("[name=words]", "厨房下水道堵了，水漫到地上");
    agent.screenshot("agent-call");
    agent.script("document.querySelector('form[action*=\"/agent/requests\"]').requestSubmit(); return true");
    agent.wait_for_text("main", "20260316-0001");
    worker.wait_for_text("main", "厨房下水道堵了");
    assert!(!worker.overflows());
    assert_eq!(agent.console_errors(), Vec::<String>::new());
}

/// The desk on a telephone, with a caller: the form is as high as its fields, and nothing stands beside the screen.
#[test]
fn the_desk_on_a_telephone() {
    let app = TestApp::start(Backend::Sqlite);
    let agent = at(&app, "agent1", Screen::Phone);
    agent.open(&format!("http://{}/agent", app.addr));
    assert!(!agent.overflows());
    look_up(&agent, "13800000001");
    agent.wait_for_text("main", "张三");
    agent.screenshot("agent-phone");
    assert!(!agent.overflows());
    let whole = "const fields = document.querySelector('.desk-form > form.panel > .scroll'); \
                 return fields.scrollHeight <= fields.clientHeight";
    assert_eq!(agent.script(whole), true, "the fields are pressed into less than they need");
}

/// The sentence of the chat, done by a worker on a phone; 进度 says done.
#[test]
fn from_the_chat_to_done() {
    let app = TestApp::start(Backend::Sqlite);
    let fake = app.wechat();
    let reply = app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了");
    assert_eq!(reply, app.say(&fake, "o-zhang", 1, "我家恒泰园3号楼2单元501下水道堵了"));
    let worker = at(&app, "weixiu1", Screen::Phone);
    worker.open(&format!("http://{}/queues/maintenance", app.addr));
    worker.wait_for_text("main", "恒泰园 3 号楼 2 单元 501");
    worker.screenshot("worker-queue");
    let page = worker.script("return document.querySelector('main a[href^=\"/tickets/\"]').pathname");
    let page = format!("http://{}{}", app.addr, page.as_str().unwrap());
    worker.open(&page);
    worker.click("form[action$=\"/start\"] button[type=submit], button[formaction$=\"/start\"]");
    worker.wait_for_text("main", "进行中");
    worker.open(&format!("{page}?do=completion"));
    worker.script("document.querySelector('[name=outcome][value=resolved]').click(); return true");
    worker.fill("[name=note]", "疏通好了");
    worker.click("form[action*=\"/completion\"] button[type=submit]");
    worker.wait_for_text("main", "已完成");
    let told = app.say(&fake, "o-zhang", 2, "进度");
    assert!(told.contains("办完了"), "{told}");
}
