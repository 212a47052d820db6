//! The telephone rings: the agent's open page shows who it is, and one key puts them into the form.

use chrono::TimeDelta;
use serde_json::json;

use crate::desk::{at, look_up};
use crate::support::Screen;
use crate::under_test::{Backend, TestApp};

/// A signed event → the open page shows caller, flat and earlier requests; the form saved → tied to the call, and on the
/// department's open page at once.
#[test]
fn a_ring_jumps_up_and_becomes_a_ticket() {
    let app = TestApp::start(Backend::Sqlite);
    let fake_now = app.now();
    let worker = at(&app, "weixiu1", Screen::Phone);
    worker.open(&format!("http://{}/queues/maintenance", app.addr));
    let agent = at(&app, "agent1", Screen::Desk);
    agent.open(&format!("http://{}/agent", app.addr));
    look_up(&agent, "13800000001");
    agent.fill("[name=words]", "楼道灯不亮");
    agent.script("document.querySelector('form[action*=\"/agent/requests\"]').requestSubmit(); return true");
    agent.wait_for_text("main", "20260316-0001");
    agent.open(&format!("http://{}/agent", app.addr));
    agent.wait_for_text("main", "等待来电");
    let data = json!({ "caller": "13800000001", "agent": "8001", "started_at": fake_now.to_rfc3339() });
    app.pbx().tell(("r1", "call.ringing", "r1"), data, fake_now);
    agent.wait_for_text("#ringing", "张三");
    agent.wait_for_text("#ringing", "恒泰园 3 号楼 2 单元 501");
    agent.screenshot("agent-ringing");
    // F2 takes it: who they are, what they said before, the cursor in the words.
    agent.script("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true })); return true");
    agent.wait_for_text("#past", "楼道灯不亮");
    agent.wait_for_text("main", "独居，听力弱");
    assert_eq!(agent.script("return document.activeElement.id"), "words");
    agent.fill("[name=words]", "厨房下水道堵了，水漫到地上");
    // Another one rings meanwhile: it waits above the form, and the words stay.
    let data = json!({ "caller": "13800000003", "agent": "8001" });
    app.pbx().tell(("r2", "call.ringing", "r2"), data, fake_now + TimeDelta::seconds(1));
    agent.wait_for_text("#waiting", "王五");
    agent.screenshot("agent-ringing-second");
    assert_eq!(agent.script("return document.querySelector('[name=words]').value"), "厨房下水道堵了，水漫到地上");
    agent.script("document.querySelector('form[action*=\"/agent/requests\"]').requestSubmit(); return true");
    agent.wait_for_text("main", "20260316-0002");
    worker.wait_for_text("main", "厨房下水道堵了");
    agent.open(&format!("http://{}/agent?tab=calls", app.addr));
    agent.wait_for_text("#calls", "20260316-0002");
    assert_eq!(agent.console_errors(), Vec::<String>::new());
}
