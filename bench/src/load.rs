//! The closed loop: so many connections, each sending its next request when the last one is answered.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::line::Line;

/// One run, in figures.
#[derive(Debug, Clone, Copy, Default)]
pub struct Run {
    /// Answered rightly, a second.
    pub rate: f64,
    /// Half were answered within, milliseconds.
    pub p50: f64,
    /// 99 of 100 were answered within, milliseconds.
    pub p99: f64,
    /// Answered otherwise.
    pub wrong: usize,
    /// How many were answered rightly.
    pub done: usize,
}

/// What to send: a maker of the n-th request, and the statuses that are right.
pub struct Work<'a> {
    /// Called before the clock starts; whatever must differ, differs by `n`.
    pub request: &'a (dyn Fn(usize) -> Vec<u8> + Sync),
    /// Requests differ, so each is sent once; otherwise one serves for all.
    pub each_once: bool,
    /// The statuses that are right.
    pub right: &'a [u16],
}

/// Requests made ahead a connection for a run of work that is sent once: more than any server here answers in that time.
const AHEAD_A_SECOND: usize = 12_000;

/// Runs the loop for `time` over `connections`; `first` numbers the requests, and is moved on.
pub fn run(addr: SocketAddr, connections: usize, time: Duration, work: &Work<'_>, first: &mut usize) -> Run {
    let ahead =
        if work.each_once { (AHEAD_A_SECOND * time.as_millis() as usize / 1000 / connections).max(200) } else { 1 };
    let begin = *first;
    *first += ahead * connections;
    let (barrier, stop, wrong) = (Barrier::new(connections + 1), AtomicBool::new(false), AtomicUsize::new(0));
    let one = |connection: usize| {
        let requests: Vec<Vec<u8>> = (0..ahead).map(|n| (work.request)(begin + connection * ahead + n)).collect();
        let mut line = Line::open(addr).expect("the server is not there");
        let mut took = Vec::with_capacity(ahead.max(1 << 16));
        barrier.wait();
        let mut next = 0;
        while !stop.load(Ordering::Relaxed) && (next < requests.len() || !work.each_once) {
            let request = &requests[if work.each_once { next } else { 0 }];
            let began = Instant::now();
            let answer = line.send(request);
            match answer {
                Ok(answer) if work.right.contains(&answer.status) => took.push(began.elapsed()),
                _ => {
                    wrong.fetch_add(1, Ordering::Relaxed);
                }
            }
            next += 1;
        }
        took
    };
    let (mut took, lasted) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|n| scope.spawn(move || one(n))).collect();
        barrier.wait();
        let began = Instant::now();
        std::thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        let took: Vec<Duration> = threads.into_iter().flat_map(|t| t.join().expect("a connection broke")).collect();
        (took, began.elapsed())
    });
    took.sort_unstable();
    Run {
        rate: took.len() as f64 / lasted.as_secs_f64(),
        p50: at(&took, 0.50),
        p99: at(&took, 0.99),
        wrong: wrong.into_inner(),
        done: took.len(),
    }
}

/// The time within which this share was answered, in milliseconds.
pub fn at(sorted: &[Duration], share: f64) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        n => sorted[((n as f64 * share) as usize).min(n - 1)].as_secs_f64() * 1000.0,
    }
}

/// Repetitions of one thing: the median, and the least and the most.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// Of these values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let n = values.len();
        if n == 0 {
            return Self { median: f64::NAN, least: f64::NAN, most: f64::NAN };
        }
        Self { median: values[n / 2], least: values[0], most: values[n - 1] }
    }
}
