//! From a ring to every open page that must show it.

use std::io::BufRead;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, Utc};

use crate::intake::ring;
use crate::line::{self, Line};
use crate::load::at;

/// Rings told, one after the other.
const RINGS: usize = 40;

/// How long from sending the event to the news on each of so many streams: 50 and 99 of 100, in milliseconds.
pub fn measure(addr: SocketAddr, cookie: &str, listeners: usize, round: usize) -> (f64, f64) {
    let (tell, told) = mpsc::channel();
    let request = line::get("/live", &format!("{cookie}accept: text/event-stream\r\n"));
    for _ in 0..listeners {
        let stream = Line::open(addr).and_then(|line| line.begin(&request)).expect("a stream");
        let tell = tell.clone();
        let listen = move || {
            for line in stream.lines().map_while(Result::ok) {
                if line.starts_with("data: {\"kind\":\"ringing\"") && tell.send(Instant::now()).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().stack_size(64 * 1024).spawn(listen).expect("a thread");
    }
    let mut took = Vec::with_capacity(RINGS * listeners);
    let mut line = Line::open(addr).expect("it listens");
    for n in 0..RINGS {
        let stamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let call = format!("fan-{stamp}-{round}-{listeners}-{n}");
        let data = serde_json::json!({
            "call_id": call, "direction": "inbound", "callee": "4001234567", "caller": "13900000000", "ringing_at": stamp,
        });
        let request = ring(&call, &serde_json::json!({ "type": "call.ringing", "timestamp": stamp, "data": data }));
        let began = Instant::now();
        assert_eq!(line.send(&request).expect("an answer").status, 204);
        // Every page of this agent hears it once.
        for _ in 0..listeners {
            let heard = told.recv_timeout(Duration::from_secs(10)).expect("a stream that hears nothing");
            took.push(heard - began);
        }
    }
    took.sort_unstable();
    (at(&took, 0.50), at(&took, 0.99))
}
