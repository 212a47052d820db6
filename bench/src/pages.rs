//! What people and programs look at, over a history of some size.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::line;
use crate::load::{Run, Spread, Work, run};
use crate::site::Site;

/// A number that every demo knows.
const PHONE: &str = "13800000001";

/// A word that stands in many requests of every month.
const FREQUENT: &str = "漏水";

/// A word that one request in six hundred has.
const RARE: &str = "井盖";

/// A page, with the head that opens it.
pub struct Page {
    /// As it stands in the table.
    pub name: &'static str,
    path: String,
    head: String,
}

/// A page's figures.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Tickets in the history.
    pub tickets: usize,
    /// The page.
    pub name: &'static str,
    /// One connection.
    pub one: Run,
    /// Eight.
    pub eight: Run,
    /// Processor time of the server a request, at eight connections, milliseconds.
    pub cpu_ms: f64,
    /// How many times the year's that is, in the same round; nothing where no year was measured.
    pub times: Option<f64>,
    /// Statements a request.
    pub statements: f64,
    /// Bytes of the body before compression.
    pub bytes: usize,
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The pages of this server. They are found as people find them: through what other pages show.
pub fn pages(site: &Site, token: &str) -> Vec<Page> {
    let (agent, worker, manager) = (site.sign_in("kefu1"), site.sign_in("weixiu1"), site.sign_in("zhuren"));
    let bearer = format!("authorization: Bearer {token}\r\n");
    let newest = site.fetch("/api/v1/tickets?limit=1", &bearer).text();
    let newest: serde_json::Value = serde_json::from_str(&newest).expect("JSON");
    let id = newest["items"][0]["id"].as_str().expect("a ticket").to_owned();
    let flat = flat(site, &bearer);
    let (by_phone, by_flat) = (looked_up(site, &agent, PHONE), looked_up(site, &agent, &flat));
    let search = |words: &str| format!("/tickets?q={}", encode(words));
    // A door without its spaces is one phrase, which stands in the few tickets of that door.
    let (frequent, rare, door) = (search(FREQUENT), search(RARE), search(&flat.replace(' ', "")));
    let page = |name, path: &str, head: &String| Page { name, path: path.to_owned(), head: head.clone() };
    vec![
        page("the hotline desk", "/agent", &agent),
        page("caller by telephone number", &by_phone, &agent),
        page("caller by flat", &by_flat, &agent),
        page("queue, as a phone shows it", "/queues/maintenance", &worker),
        page("tickets of a queue as JSON", "/api/v1/tickets?queue=maintenance&limit=50", &bearer),
        page("ticket", &format!("/tickets/{id}"), &agent),
        page("all tickets", "/tickets", &agent),
        page("search, frequent word", &frequent, &agent),
        page("search, rare word", &rare, &agent),
        page("search, a door", &door, &agent),
        page("the manager's screen", "/manage", &manager),
    ]
}

/// Where somebody lives.
fn flat(site: &Site, bearer: &str) -> String {
    let found = site.fetch(&format!("/api/v1/residents?query={PHONE}"), bearer).text();
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    found["items"][0]["homes"][0]["place"].as_str().expect("a home").to_owned()
}

/// The address a look-up leads to; numbers never stand in one.
fn looked_up(site: &Site, cookie: &str, query: &str) -> String {
    let page = site.fetch("/agent", cookie).text();
    let csrf = page.split("name=\"_csrf\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1));
    let csrf = csrf.and_then(|rest| rest.split('"').next()).expect("a form token");
    let body = format!("_csrf={}&q={}", encode(csrf), encode(query));
    let head = format!("content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n{cookie}");
    let mut line = line::Line::open(site.addr).expect("it listens");
    let answer = line.send(&line::post("/agent/look-up", &head, body.as_bytes())).expect("an answer");
    assert_eq!(answer.status, 303, "{query}: {}", answer.text());
    answer.header("location").to_owned()
}

/// A server over a history, and its pages.
pub struct Looked {
    /// Tickets in the history.
    pub tickets: usize,
    /// The server.
    pub site: Site,
    /// What is looked at there; the same pages in the same order everywhere.
    pub pages: Vec<Page>,
}

/// The history others are compared with: a year.
const YEAR: usize = 60_000;

/// Measures the same page of each history: warmed up, then `repeats` rounds of `time` at one and at eight connections; the run with
/// the median rate of each, and the median of processor times. A round goes through all histories: the pace of a machine changes
/// within minutes, and so it is the same for what is compared.
pub fn measure(all: &[Looked], which: usize, time: Duration, repeats: usize) -> Vec<Figures> {
    let mut each: Vec<Measuring<'_>> =
        all.iter().filter_map(|looked| Measuring::begin(looked, &looked.pages[which], time)).collect();
    for _ in 0..repeats {
        for one in &mut each {
            one.round(time);
        }
    }
    let year = each.iter().find(|one| one.tickets == YEAR).map(|one| one.cpu_ms.clone());
    each.into_iter().map(|one| one.end(year.as_deref())).collect()
}

/// A page of one history while it is measured.
struct Measuring<'a> {
    tickets: usize,
    site: &'a Site,
    name: &'static str,
    request: Vec<u8>,
    statements: f64,
    bytes: usize,
    one: Vec<Run>,
    eight: Vec<Run>,
    /// Of a request at eight connections, round by round.
    cpu_ms: Vec<f64>,
}

impl<'a> Measuring<'a> {
    fn begin(looked: &'a Looked, page: &Page, time: Duration) -> Option<Self> {
        let site = &looked.site;
        let plain = site.fetch(&page.path, &page.head);
        if plain.status != 200 {
            eprintln!("{} ({}): answered {}", page.name, page.path, plain.status);
            return None;
        }
        let request = line::get(&page.path, &page.head);
        let (tickets, name, bytes) = (looked.tickets, page.name, plain.body.len());
        let (one, eight, cpu_ms) = (Vec::new(), Vec::new(), Vec::new());
        let mut this = Self { tickets, site, name, request, statements: 0.0, bytes, one, eight, cpu_ms };
        this.run(8, time / 4);
        let before = site.statements();
        for _ in 0..20 {
            site.fetch(&page.path, &page.head);
        }
        let own = site.statements();
        let scrape = site.statements() - own;
        this.statements = ((own - before - scrape) / 20.0).max(0.0);
        Some(this)
    }

    fn run(&self, connections: usize, time: Duration) -> Run {
        let make = |_: usize| self.request.clone();
        let work = Work { request: &make, each_once: false, right: &[200] };
        run(self.site.addr, connections, time, &work, &mut 0)
    }

    fn round(&mut self, time: Duration) {
        self.one.push(self.run(1, time));
        let cpu = self.site.cpu_ms();
        let eight = self.run(8, time);
        self.cpu_ms.push((self.site.cpu_ms() - cpu) / eight.done.max(1) as f64);
        self.eight.push(eight);
    }

    fn end(self, year: Option<&[f64]>) -> Figures {
        let times = year.map(|year| Spread::of(self.cpu_ms.iter().zip(year).map(|(this, year)| this / year)).median);
        Figures {
            tickets: self.tickets,
            name: self.name,
            one: median(self.one),
            eight: median(self.eight),
            cpu_ms: Spread::of(self.cpu_ms.iter().copied()).median,
            times,
            statements: self.statements,
            bytes: self.bytes,
        }
    }
}

fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    runs[runs.len() / 2]
}
