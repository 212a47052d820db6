//! Clients that only take: requests that never end, answers nobody reads, streams that stand idle. The others are served, what
//! rings is heard, and everything is given back.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, Utc};
use jiban_bench::intake::ring;
use jiban_bench::line::{self, Line};
use serde_json::json;

use super::{Size, Stage, WORK_LIMIT, ms, spread};
use crate::compare::compare;
use crate::load::{Load, Taken};
use crate::scene::{On, Served, port};

/// The call that rings.
const RING: &str = "f-crowd";

/// A half-sent request is given up after ten seconds.
const HEAD_LIMIT: Duration = Duration::from_secs(14);
/// A page for somebody else meanwhile, also on a busy machine.
const PAGE_LIMIT: Duration = Duration::from_secs(1);
/// A ring on the last of all the pages.
const RING_LIMIT: Duration = Duration::from_secs(3);

pub fn run(stage: &Stage<'_>) -> Option<Result<String, String>> {
    // The database has no part in it; in a short run one will do.
    (stage.size == Size::Long || matches!(stage.on, On::Sqlite)).then(|| crowd(stage))
}

fn crowd(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("crowd");
    let served = scene.serve(port());
    let cookie = served.sign_in();
    pages(&served, &cookie, 5)?;
    let (at_first, idle) = (served.descriptors(), served.resident_mb());
    let slow = Slow::begin(served.addr, &cookie, stage.pick(100, 500)).map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let mut beside = pages(&served, &cookie, 20)?;
    let streams = Streams::open(&served, &cookie, stage.pick(200, 1000))?;
    let (descriptors, full) = (served.descriptors(), served.resident_mb());
    let ringing = streams.hear_a_ring(&served, stage.limit(RING_LIMIT))?;
    let load = Load::start(&scene, &served, &[served.addr], "C");
    beside.extend(pages(&served, &cookie, 20)?);
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let mut told = load.end();
    told.taken.push(Taken { what: RING.to_owned(), number: String::new() });
    let figures = compare(&scene, &served, &told)?;
    told.always_answered()?;
    let closed = slow.closed(begun, stage.limit(HEAD_LIMIT))?;
    let (slowly, count) = (slow.count, streams.open.len());
    drop((slow, streams));
    // A stream whose listener went is noticed when a heartbeat cannot be sent: half a minute, too long for every day.
    let given_back = match stage.size {
        Size::Short => "not waited for".to_owned(),
        Size::Long => format!("back in {} ms", ms(given_back(&served, at_first)?)),
    };
    stage.within("a page beside them", beside.iter().copied().max().unwrap_or_default(), PAGE_LIMIT)?;
    Ok(format!(
        "{slowly} half-sent requests and unread answers, the last cut off {:.1} s after the first; {count} idle streams: {descriptors} \
         descriptors, {full:.0} MB resident ({idle:.0} before), a ring on all of them in {} ms; a page beside them {}; descriptors \
         {given_back}; {figures}",
        closed.as_secs_f64(),
        ms(ringing),
        spread(beside)
    ))
}

/// What the desk's page takes, so many times.
fn pages(served: &Served, cookie: &str, times: usize) -> Result<Vec<Duration>, String> {
    let mut line = Line::open(served.addr).map_err(|error| error.to_string())?;
    let one = |_| {
        let began = Instant::now();
        let answer = line.send(&line::get("/agent", cookie)).map_err(|error| error.to_string())?;
        if answer.status == 200 { Ok(began.elapsed()) } else { Err(format!("the desk is answered {}", answer.status)) }
    };
    (0..times).map(one).collect()
}

/// Requests that do not end, and answers that are not read.
struct Slow {
    count: usize,
    unfinished: Vec<TcpStream>,
    _unread: Vec<TcpStream>,
}

impl Slow {
    fn begin(addr: SocketAddr, cookie: &str, count: usize) -> std::io::Result<Self> {
        let body =
            "POST /channels/wechat/demo?signature=x HTTP/1.1\r\nhost: faults\r\ncontent-length: 900\r\n\r\n<xml>";
        let form = format!(
            "POST /agent/requests HTTP/1.1\r\nhost: faults\r\n{cookie}content-type: application/x-www-form-urlencoded\r\n\
             content-length: 900\r\n\r\nwords="
        );
        let halves = ["GET /login HTTP/1.1\r\nhost: fau", body, &form];
        let many = line::get("/agent", cookie).repeat(30);
        let (mut unfinished, mut unread) = (Vec::new(), Vec::new());
        for n in 0..count {
            let mut stream = TcpStream::connect(addr)?;
            if n % 10 == 9 {
                stream.set_nonblocking(true)?;
                // As much as the system takes at once.
                let _ = stream.write(&many);
                unread.push(stream);
            } else {
                stream.write_all(halves[n % 3].as_bytes())?;
                unfinished.push(stream);
            }
        }
        Ok(Self { count, unfinished, _unread: unread })
    }

    /// Waits until the server has given up every one; how long it took.
    fn closed(&self, begun: Instant, limit: Duration) -> Result<Duration, String> {
        for mut stream in &self.unfinished {
            let left = limit.saturating_sub(begun.elapsed()).max(Duration::from_millis(1));
            stream.set_read_timeout(Some(left)).map_err(|error| error.to_string())?;
            let mut answer = Vec::new();
            if let Err(error) = stream.read_to_end(&mut answer)
                && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
            {
                let answer = String::from_utf8_lossy(&answer);
                return Err(format!("a half-sent request is still held after {limit:?}: {answer}"));
            }
        }
        Ok(begun.elapsed())
    }
}

/// Streams that stand open; closed with their value.
struct Streams {
    open: Vec<TcpStream>,
    heard: mpsc::Receiver<Instant>,
}

impl Streams {
    fn open(served: &Served, cookie: &str, count: usize) -> Result<Self, String> {
        let (tell, heard) = mpsc::channel();
        let request = line::get("/live", &format!("{cookie}accept: text/event-stream\r\n"));
        let one = |_| -> std::io::Result<TcpStream> {
            let stream: BufReader<TcpStream> = Line::open(served.addr)?.begin(&request)?;
            stream.get_ref().set_read_timeout(None)?;
            let (ours, tell) = (stream.get_ref().try_clone()?, tell.clone());
            let listen = move || {
                for line in stream.lines().map_while(Result::ok) {
                    if line.starts_with("data: {\"kind\":\"ringing\"") {
                        let _ = tell.send(Instant::now());
                    }
                }
            };
            std::thread::Builder::new().stack_size(64 * 1024).spawn(listen)?;
            Ok(ours)
        };
        let open = (0..count).map(one).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        Ok(Self { open, heard })
    }

    /// From a ring told to the last stream that hears it.
    fn hear_a_ring(&self, served: &Served, limit: Duration) -> Result<Duration, String> {
        let stamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let data = json!({
            "call_id": RING, "direction": "inbound", "callee": "4001234567", "caller": "13912345678", "ringing_at": stamp,
        });
        let request = ring(RING, &json!({ "type": "call.ringing", "timestamp": stamp, "data": data }));
        let began = Instant::now();
        let answer = Line::open(served.addr).and_then(|mut line| line.send(&request));
        let status = answer.map_err(|error| error.to_string())?.status;
        if status != 204 {
            return Err(format!("a ring is answered {status}"));
        }
        for n in 0..self.open.len() {
            let heard = self.heard.recv_timeout(limit);
            heard.map_err(|_| format!("only {n} of {} streams heard a ring", self.open.len()))?;
        }
        Ok(began.elapsed())
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.open.iter().for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
    }
}

/// Waits until the process holds no more than before.
fn given_back(served: &Served, before: usize) -> Result<Duration, String> {
    let began = Instant::now();
    // Connections to the database may have been added.
    while served.descriptors() > before + 40 {
        if began.elapsed() > Duration::from_secs(45) {
            return Err(format!("{} descriptors are open, {before} were", served.descriptors()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(began.elapsed())
}
