//! People and programs that go on whatever happens: each sends its next request when the last one was taken, repeats what was
//! not, and writes down what it was told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, Utc};
use jiban_bench::intake::{account, ring};
use jiban_bench::line::{self, Answer, Line};
use jiban_bench::wechat::{FakeWechat, Reply, Sent};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::scene::{Scene, Served};

/// Between two requests of one sender: under what one token may ask for.
const PACE: Duration = Duration::from_millis(10);
/// Before what was not taken is sent again. Shorter than the Retry-After of two seconds: these do not behave.
const AGAIN: Duration = Duration::from_millis(100);
/// Before a server that does not listen is tried again.
const DEAD: Duration = Duration::from_millis(20);

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// WeChat pushes a message, again until it gets a legal reply.
    Wechat,
    /// A switchboard tells of a call that rings.
    Hotline,
    /// A program opens a ticket under a key.
    Api,
    /// An agent writes a request down and presses the button.
    Console,
}

/// All of them; two pushers, because WeChat hands in most.
pub const DOORS: [Door; 5] = [Door::Wechat, Door::Wechat, Door::Hotline, Door::Api, Door::Console];

/// What somebody was promised.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The resident's words, or the switchboard's id of the call.
    pub what: String,
    /// The ticket's number; empty for a call.
    pub number: String,
}

/// What was heard from the server.
#[derive(Debug, Default)]
pub struct Told {
    /// Acknowledged.
    pub taken: Vec<Taken>,
    /// Sent, and nobody said what became of it: may be there once.
    pub open: Vec<String>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, usize>,
    /// Lines that broke, and servers that did not listen.
    pub broken: usize,
    /// The longest anybody waited for what was taken.
    pub slowest_taken: Duration,
    /// The longest anybody waited for an answer of 503.
    pub slowest_away: Duration,
    /// Answers that none of the doors may give.
    pub wrong: Vec<String>,
}

impl Told {
    fn add(&mut self, other: Self) {
        self.taken.extend(other.taken);
        self.open.extend(other.open);
        other.statuses.into_iter().for_each(|(status, n)| *self.statuses.entry(status).or_default() += n);
        self.broken += other.broken;
        self.slowest_taken = self.slowest_taken.max(other.slowest_taken);
        self.slowest_away = self.slowest_away.max(other.slowest_away);
        self.wrong.extend(other.wrong);
    }

    /// While the process itself lives, everybody gets an answer.
    ///
    /// # Errors
    /// Somebody did not.
    pub fn always_answered(&self) -> Result<(), String> {
        if self.broken == 0 { Ok(()) } else { Err(format!("{} requests were not answered at all", self.broken)) }
    }

    /// Acknowledged tickets and calls.
    pub fn counts(&self) -> (usize, usize) {
        let calls = self.taken.iter().filter(|taken| taken.number.is_empty()).count();
        (self.taken.len() - calls, calls)
    }

    /// Answers of this status.
    pub fn with(&self, status: u16) -> usize {
        self.statuses.get(&status).copied().unwrap_or(0)
    }
}

/// What an answer means to its sender.
enum Meaning {
    Taken(String),
    Later,
    Wrong,
}

/// Everybody at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    last: Arc<Vec<Mutex<Instant>>>,
    threads: Vec<JoinHandle<Told>>,
}

impl Load {
    /// Sets everybody to work against these servers, in turn. `tag` must differ between loads of one scene.
    pub fn start(scene: &Scene, served: &Served, at: &[SocketAddr], tag: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let last = Arc::new(DOORS.iter().map(|_| Mutex::new(Instant::now())).collect::<Vec<_>>());
        let cookie = served.sign_in();
        let threads = DOORS.iter().enumerate().map(|(n, door)| {
            let mut sender = Sender {
                door: *door,
                tag: format!("{tag}{n}"),
                token: scene.token.clone(),
                head: cookie.clone(),
                csrf: csrf(served.addr, &cookie),
                wechat: account(),
                told: Told::default(),
            };
            let (stop, last, at) = (Arc::clone(&stop), Arc::clone(&last), at.to_vec());
            std::thread::spawn(move || {
                sender.work(&at, &stop, &last[n]);
                sender.told
            })
        });
        let threads = threads.collect();
        Self { stop, last, threads }
    }

    /// Waits until every sender was told of something taken after `moment`; how long after.
    ///
    /// # Errors
    /// Not within the limit.
    pub fn all_taken_since(&self, moment: Instant, limit: Duration) -> Result<Duration, String> {
        loop {
            if self.last.iter().all(|last| *last.lock().expect("a moment") > moment) {
                return Ok(moment.elapsed());
            }
            if moment.elapsed() > limit {
                return Err(format!("a sender is not served again within {limit:?}"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Everybody stops; what they were told.
    pub fn end(self) -> Told {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Told::default();
        self.threads.into_iter().for_each(|thread| all.add(thread.join().expect("a sender")));
        all
    }
}

struct Sender {
    door: Door,
    tag: String,
    token: String,
    head: String,
    csrf: String,
    wechat: FakeWechat,
    told: Told,
}

impl Sender {
    fn work(&mut self, at: &[SocketAddr], stop: &AtomicBool, last: &Mutex<Instant>) {
        let mut lines: Vec<Option<Line>> = at.iter().map(|_| None).collect();
        let (mut n, mut tries) = (0_usize, 0_usize);
        let mut first = Utc::now();
        while !stop.load(Ordering::Relaxed) {
            let request = self.request(n, first);
            let turn = (n + tries) % at.len();
            tries += 1;
            if lines[turn].is_none() {
                lines[turn] = Line::open(at[turn]).ok();
            }
            let began = Instant::now();
            match lines[turn].as_mut().map(|line| line.send(&request)) {
                Some(Ok(answer)) => match self.heard(&answer, began.elapsed()) {
                    Meaning::Taken(number) => {
                        self.told.taken.push(Taken { what: self.what(n), number });
                        self.told.slowest_taken = self.told.slowest_taken.max(began.elapsed());
                        *last.lock().expect("a moment") = Instant::now();
                        (n, tries, first) = (n + 1, 0, Utc::now());
                        std::thread::sleep(PACE);
                    }
                    Meaning::Later => std::thread::sleep(AGAIN),
                    Meaning::Wrong => {
                        let text: String = answer.text().chars().take(200).collect();
                        self.told.wrong.push(format!("{:?} was answered {}: {text}", self.door, answer.status));
                        std::thread::sleep(AGAIN);
                    }
                },
                Some(Err(_)) | None => {
                    self.told.broken += 1;
                    lines[turn] = None;
                    std::thread::sleep(DEAD);
                }
            }
        }
        if tries > 0 {
            self.told.open.push(self.what(n));
        }
    }

    fn heard(&mut self, answer: &Answer, took: Duration) -> Meaning {
        *self.told.statuses.entry(answer.status).or_default() += 1;
        if answer.status == 503 {
            self.told.slowest_away = self.told.slowest_away.max(took);
            return if answer.header("retry-after").parse::<u32>().is_ok() { Meaning::Later } else { Meaning::Wrong };
        }
        // The first try is still at work: in a frozen database, for example.
        if self.door == Door::Api && answer.status == 409 && answer.text().contains("\"key_running\"") {
            return Meaning::Later;
        }
        let number = match (self.door, answer.status) {
            (Door::Hotline, 204) => Some(String::new()),
            (Door::Wechat, 200) => match self.wechat.read_reply(&answer.text()) {
                Reply::Text { content, .. } => number(&content),
                // What the resident is told is part of what was promised.
                Reply::Success => None,
            },
            (Door::Api, 201) => {
                let ticket: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                ticket["number"].as_str().and_then(number)
            }
            (Door::Console, 303) => number(answer.header("location")),
            _ => None,
        };
        number.map_or(Meaning::Wrong, Meaning::Taken)
    }

    /// What is looked for afterwards; different for each.
    fn what(&self, n: usize) -> String {
        match self.door {
            Door::Hotline => format!("f-{}-{n}", self.tag),
            _ => format!("卫生间下水道堵了，水下不去（记录 {} 的第 {n} 条）", self.tag),
        }
    }

    /// The n-th request. A repeat is the same but for signature and nonce.
    fn request(&self, n: usize, first: chrono::DateTime<Utc>) -> Vec<u8> {
        let what = self.what(n);
        match self.door {
            Door::Wechat => {
                let open_id = format!("o-{}-{n}", self.tag);
                let sent = Sent { open_id: &open_id, msg_id: 9_000_000 + n as u64, created_at: first.timestamp() };
                let push = self.wechat.aes(Utc::now().timestamp(), &self.wechat.text(sent, &what));
                line::post(&push.path_and_query, "content-type: text/xml\r\n", push.body.as_bytes())
            }
            Door::Hotline => {
                let stamp = first.to_rfc3339_opts(SecondsFormat::Millis, true);
                let data = json!({
                    "call_id": what, "direction": "inbound", "callee": "4001234567",
                    "caller": format!("139{n:08}"), "ringing_at": stamp,
                });
                ring(&what, &json!({ "type": "call.ringing", "timestamp": stamp, "data": data }))
            }
            Door::Api => {
                let head = format!(
                    "content-type: application/json\r\nauthorization: Bearer {}\r\nidempotency-key: {}-{n}\r\n",
                    self.token, self.tag
                );
                line::post("/api/v1/tickets", &head, json!({ "words": what }).to_string().as_bytes())
            }
            Door::Console => {
                let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                let (csrf, words, once) = (encode(&self.csrf), encode(&what), encode(&format!("{}-{n}", self.tag)));
                let body = format!("_csrf={csrf}&words={words}&once={once}&then=send&queue=maintenance");
                let head = format!(
                    "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n{}",
                    self.head
                );
                line::post("/agent/requests", &head, body.as_bytes())
            }
        }
    }
}

/// The form token of a signed-in page.
fn csrf(addr: SocketAddr, cookie: &str) -> String {
    let page = Line::open(addr).and_then(|mut line| line.send(&line::get("/agent", cookie))).expect("the desk");
    let text = page.text();
    let after = text.split("name=\"_csrf\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1));
    after.and_then(|rest| rest.split('"').next()).expect("a form token").to_owned()
}

/// The first ticket number in a text, such as `20260316-0001`.
pub fn number(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !(c.is_ascii_digit() || c == '-'));
    let is_number = |word: &&str| {
        word.split_once('-').is_some_and(|(day, serial)| day.len() == 8 && serial.len() >= 4 && !serial.contains('-'))
    };
    words.find(is_number).map(str::to_owned)
}
