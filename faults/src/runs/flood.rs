//! Requests without end from the very address everybody else has: pages, guessed tokens, forged signatures, and one program
//! that runs wild.

use std::iter::Sum;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiban_bench::intake::{account, ring};
use jiban_bench::line::{self, Line};
use jiban_bench::wechat::Sent;
use serde_json::json;

use super::{Size, Stage, WORK_LIMIT, ms};
use crate::compare::compare;
use crate::load::Load;
use crate::scene::port;

/// Connections each flooder has open.
const LINES: usize = 8;
/// WeChat waits five seconds; a person should not have to wait one.
const SERVED_LIMIT: Duration = Duration::from_secs(1);

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    Some(flood(stage))
}

/// One flooder's answers: all, and those of 429 with Retry-After.
#[derive(Default)]
struct Heard {
    all: usize,
    turned_away: usize,
    taken: usize,
}

impl Sum for Heard {
    fn sum<I: Iterator<Item = Self>>(of: I) -> Self {
        of.fold(Self::default(), |sum, one| Self {
            all: sum.all + one.all,
            turned_away: sum.turned_away + one.turned_away,
            taken: sum.taken + one.taken,
        })
    }
}

fn flood(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("flood");
    let mut serve = scene.command(&["serve"]);
    if stage.size == Size::Short {
        // A build for tests does not answer the allowance of a minute in that time.
        serve.env("JIBAN_VISITOR_REQUESTS", "90");
    }
    let served = scene.serve_by(serve, port());
    let wild = scene.verb(&["token", "create", "--community", "demo", "--role", "agent", "--name", "wild"], "");
    let load = Load::start(&scene, &served, &[served.addr], "F");
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    // Long enough that the wild program uses up its six thousand, on a busy machine too.
    let time = stage.pick(Duration::from_secs(3), Duration::from_secs(60));
    let (stop, requests) = (AtomicBool::new(false), &floods(&wild));
    let heard: Vec<Heard> = std::thread::scope(|scope| {
        let (stop, addr) = (&stop, served.addr);
        let one = |of: usize| scope.spawn(move || go_on(addr, &requests[of].1, stop));
        let all: Vec<_> = (0..requests.len()).map(|of| [of; LINES].map(one)).collect();
        std::thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        all.into_iter().map(|lines| lines.map(|line| line.join().unwrap_or_default()).into_iter().sum()).collect()
    });
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let told = load.end();
    let figures = compare(&scene, &served, &told)?;
    told.always_answered()?;
    stage.within("what was taken in the flood", told.slowest_taken, SERVED_LIMIT)?;
    for ((name, _), heard) in requests.iter().zip(&heard) {
        // In a short run the wild program does not get through its six thousand.
        if heard.turned_away == 0 && (*name != "wild" || stage.size == Size::Long) {
            return Err(format!("{name}: {} answers and none was 429 with Retry-After", heard.all));
        }
        if heard.taken > 0 && name.starts_with("forged") {
            return Err(format!("{name}: {} were taken", heard.taken));
        }
    }
    let all: usize = heard.iter().map(|heard| heard.all).sum();
    let away: usize = heard.iter().map(|heard| heard.turned_away).sum();
    Ok(format!(
        "{all} requests in {} s over {} connections from one address, {away} answered 429 with Retry-After; beside them {figures}, the slowest taken in {} ms",
        time.as_secs(),
        LINES * requests.len(),
        ms(told.slowest_taken)
    ))
}

fn floods(wild: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut forged = account();
    forged.token = "not-the-token".to_owned();
    let at = chrono::Utc::now().timestamp();
    let push = forged.aes(at, &forged.text(Sent { open_id: "o-forged", msg_id: 1, created_at: at }, "水管爆了"));
    let call = json!({ "type": "call.ringing", "timestamp": "2026-01-01T00:00:00Z", "data": { "call_id": "forged" } });
    let ring =
        String::from_utf8_lossy(&ring("forged", &call)).replace("webhook-signature: v1,", "webhook-signature: v1,AAAA");
    let bearer = |token: &str| format!("authorization: Bearer {token}\r\n");
    vec![
        ("pages", line::get("/login", "")),
        ("guessed tokens", line::get("/api/v1/tickets?limit=200", &bearer("guessed"))),
        ("forged pushes", line::post(&push.path_and_query, "content-type: text/xml\r\n", push.body.as_bytes())),
        ("forged rings", ring.into_bytes()),
        ("wild", line::get("/api/v1/me", &bearer(wild))),
    ]
}

fn go_on(addr: SocketAddr, request: &[u8], stop: &AtomicBool) -> Heard {
    let mut heard = Heard::default();
    let mut line = None;
    while !stop.load(Ordering::Relaxed) {
        if line.is_none() {
            line = Line::open(addr).ok();
        }
        match line.as_mut().map(|line| line.send(request)) {
            Some(Ok(answer)) => {
                heard.all += 1;
                heard.taken += usize::from((200..300).contains(&answer.status));
                heard.turned_away += usize::from(answer.status == 429 && !answer.header("retry-after").is_empty());
            }
            _ => line = None,
        }
    }
    heard
}
