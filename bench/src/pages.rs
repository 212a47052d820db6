//! What people and programs look at, over a history of some size.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::line;
use crate::load::{Run, Work, run};
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
    /// The page.
    pub name: &'static str,
    /// One connection.
    pub one: Run,
    /// Eight.
    pub eight: Run,
    /// Processor time of the server a request, at eight connections, milliseconds.
    pub cpu_ms: f64,
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

/// Measures one page: warmed up, then `repeats` times for `time` at one and at eight connections; the median run of each.
pub fn measure(site: &Site, page: &Page, time: Duration, repeats: usize) -> Option<Figures> {
    let request = line::get(&page.path, &page.head);
    let plain = site.fetch(&page.path, &page.head);
    if plain.status != 200 {
        eprintln!("{} ({}): answered {}", page.name, page.path, plain.status);
        return None;
    }
    let make = |_: usize| request.clone();
    let work = Work { request: &make, each_once: false, right: &[200] };
    let mut first = 0;
    run(site.addr, 8, time / 4, &work, &mut first);
    let before = site.statements();
    for _ in 0..20 {
        site.fetch(&page.path, &page.head);
    }
    let own = site.statements();
    let scrape = site.statements() - own;
    let statements = ((own - before - scrape) / 20.0).max(0.0);
    let mut median = |connections| {
        let mut runs: Vec<(Run, f64)> = (0..repeats)
            .map(|_| {
                let cpu = site.cpu_ms();
                let run = run(site.addr, connections, time, &work, &mut first);
                (run, (site.cpu_ms() - cpu) / run.done.max(1) as f64)
            })
            .collect();
        runs.sort_by(|a, b| a.0.rate.total_cmp(&b.0.rate));
        runs[runs.len() / 2]
    };
    let ((one, _), (eight, cpu_ms)) = (median(1), median(8));
    Some(Figures { name: page.name, one, eight, cpu_ms, statements, bytes: plain.body.len() })
}
