//! The harness itself, against a page served here: a story that passes with a blind browser would be worth nothing.

use std::net::TcpListener;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web::Html;
use actix_web::{App, HttpServer, web};

use crate::support::{Browser, Screen};

const PAGE: &str = r#"<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>试页</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><body>
<form><label for="n">姓名</label> <input id="n"> <select id="q" aria-label="队列"><option>维修部<option>秩序部</select>
<button type="button" id="say">提交</button></form><p id="said"></p><p class="row">一</p><p class="row">二</p>
<div id="later" hidden></div><script>
document.getElementById("say").onclick = () => setTimeout(() => {
  document.getElementById("said").innerText = document.getElementById("q").value + "：" + document.getElementById("n").value;
  const done = document.createElement("p"); done.id = "done"; document.body.append(done);
  document.getElementById("later")?.remove();
}, 200);
</script></body></html>"#;

/// A server of one page, stopped when dropped.
struct Site {
    url: String,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, receive) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let page = || async { Html::new(PAGE) };
                let wrong = || async { Html::new("<script>missing()</script>") };
                let app = move || App::new().route("/", web::get().to(page)).route("/wrong", web::get().to(wrong));
                let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { url, handle: receive.recv().unwrap(), thread: Some(thread) }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

#[test]
fn a_person_reads_types_and_clicks() {
    let site = Site::start();
    let browser = Browser::start(Screen::Desk);
    browser.open(&site.url);
    assert_eq!(browser.title(), "试页");
    browser.fill("姓名", "旧");
    browser.fill("#n", "甲");
    browser.choose("队列", "秩序部");
    browser.click_words("提交");
    browser.wait_for_text("#said", "秩序部：甲");
    browser.wait_for("#done");
    browser.wait_gone("#later");
    assert_eq!(browser.text("#said"), "秩序部：甲");
    assert_eq!(browser.texts(".row"), ["一", "二"]);
    assert_eq!(browser.attribute("#say", "type").as_deref(), Some("button"));
    browser.click("#say");
    assert!(browser.has("#done") && !browser.has("#later"));
    assert_eq!(browser.script("return navigator.language"), "zh-CN");
    assert_eq!(browser.script("return innerWidth"), 1440);
    browser.reload();
    assert!(browser.has("#later"));
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}

#[test]
fn a_phone_is_390_wide_and_keeps_pictures() {
    let site = Site::start();
    let browser = Browser::start(Screen::Phone);
    browser.open(&site.url);
    assert_eq!(browser.script("return [innerWidth, innerHeight]"), serde_json::json!([390, 844]));
    assert!(!browser.overflows());
    let picture = std::fs::read(browser.screenshot("harness")).unwrap();
    assert_eq!(picture.get(..8), Some(b"\x89PNG\r\n\x1a\n".as_slice()));
}

#[test]
fn what_goes_wrong_is_noticed() {
    let site = Site::start();
    let browser = Browser::start(Screen::Desk);
    browser.open(&format!("{}/wrong", site.url));
    let errors = browser.console_errors();
    assert!(errors.iter().any(|error| error.contains("missing is not defined")), "{errors:?}");
}
