//! The server that is measured: its process, its database, and who may ask it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::line::{self, Line};

/// Everybody's password in the demo.
pub const PASSWORD: &str = "shiyong-jiban-2026";

/// A demo's folder and, where it is not the folder's own, its database.
#[derive(Debug, Clone)]
pub struct Place {
    /// The binary.
    pub jiban: PathBuf,
    /// The demo's folder.
    pub dir: PathBuf,
    /// A PostgreSQL database.
    pub postgres: Option<String>,
}

impl Place {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.jiban);
        command.args(words).env_clear().env("JIBAN_BIND", "127.0.0.1:0").env("JIBAN_LOG", "warn");
        // As the packages start it.
        command.env("MALLOC_ARENA_MAX", "4");
        // One client asks for more here than any sender may.
        command.env("JIBAN_VISITOR_REQUESTS", "0").env("JIBAN_CALLER_REQUESTS", "0");
        command
    }

    /// `jiban demo` with these words, over this place.
    pub fn demo(&self, words: &[&str]) -> Command {
        let mut command = self.command(&["demo"]);
        command.arg("--dir").arg(&self.dir);
        if let Some(url) = &self.postgres {
            command.env("JIBAN_SECRET_FILE", self.dir.join("demo.key")).arg("--database").arg(url);
        }
        command.args(words);
        command
    }

    /// A verb beside the server, on its database; what it printed.
    pub fn verb(&self, words: &[&str]) -> String {
        let url =
            self.postgres.clone().unwrap_or_else(|| format!("sqlite://{}", self.dir.join("demo.sqlite3").display()));
        let mut command = self.command(words);
        command.env("JIBAN_DATABASE_URL", url).env("JIBAN_SECRET_FILE", self.dir.join("demo.key"));
        let output = command.stdin(Stdio::null()).output().expect("jiban cannot be run");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Serves it, by a clock that goes on from `from`. The time is from the start of the process to the first right answer of
    /// `/readyz`.
    pub fn serve(&self, from: Option<&str>) -> (Site, Duration) {
        let began = Instant::now();
        let until = from.map_or(Vec::new(), |from| vec!["--until", from]);
        let mut child =
            self.demo(&until).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let addr = loop {
            let line = lines.next().expect("the server ended").expect("text");
            if let Some((_, addr)) = line.split_once("serving on http://") {
                break addr.trim().parse().expect("an address");
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let mut line = Line::open(addr).expect("it listens");
        while line.send(&line::get("/readyz", "")).map_or(0, |answer| answer.status) != 200 {}
        (Site { child, addr }, began.elapsed())
    }
}

/// A server at work; ended with its value.
pub struct Site {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Site {
    /// Resident memory, in MB.
    pub fn resident_mb(&self) -> f64 {
        resident_mb(self.child.id())
    }

    /// Processor time used so far, in milliseconds.
    pub fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        let ticks = |n: usize| after.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or(f64::NAN);
        // utime and stime, fields 14 and 15 of proc(5), in hundredths of a second.
        (ticks(11) + ticks(12)) * 10.0
    }

    /// Waits until its jobs have done what was left to them: half a second in which it hardly works, a minute at most.
    pub fn rest(&self) {
        const LOOK: Duration = Duration::from_millis(500);
        for _ in 0..120 {
            let before = self.cpu_ms();
            std::thread::sleep(LOOK);
            if self.cpu_ms() - before < 25.0 {
                return;
            }
        }
    }

    /// Statements it sent to its database so far.
    pub fn statements(&self) -> f64 {
        let answer =
            Line::open(self.addr).and_then(|mut line| line.send(&line::get("/metrics", ""))).expect("/metrics");
        let text = answer.text();
        let line = text.lines().find(|line| line.starts_with("jiban_database_statements_total"));
        line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).expect("the counter of statements")
    }

    /// Signs in; the cookie header.
    pub fn sign_in(&self, login: &str) -> String {
        sign_in(self.addr, login)
    }

    /// One page, fetched once.
    pub fn fetch(&self, path: &str, head: &str) -> line::Answer {
        Line::open(self.addr).and_then(|mut line| line.send(&line::get(path, head))).expect("an answer")
    }
}

/// Signs in; the cookie header.
pub fn sign_in(addr: SocketAddr, login: &str) -> String {
    let mut line = Line::open(addr).expect("it listens");
    let page = line.send(&line::get("/login", "")).expect("a page");
    let text = page.text();
    let csrf = text.split("name=\"_csrf\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1));
    let csrf = csrf.and_then(|rest| rest.split('"').next()).expect("a form token");
    let cookies = |answer: &line::Answer| {
        let set = answer.head.iter().filter(|(name, _)| name == "set-cookie");
        set.filter_map(|(_, value)| value.split(';').next().map(str::to_owned)).collect::<Vec<_>>().join("; ")
    };
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let body = format!("_csrf={}&account={}&password={}", encode(csrf), encode(login), encode(PASSWORD));
    let head = format!(
        "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\ncookie: {}\r\n",
        cookies(&page)
    );
    let answer = line.send(&line::post("/login", &head, body.as_bytes())).expect("an answer");
    assert_eq!(answer.status, 303, "{login} is not let in: {}", answer.text());
    format!("cookie: {}\r\n", cookies(&answer))
}

/// An empty folder below the one given.
pub fn folder(below: &Path, name: &str) -> PathBuf {
    let dir = below.join(name);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

/// Resident memory of a process, in MB.
pub fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
