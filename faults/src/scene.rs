//! A community with its doors on a database of its own, and the processes that serve it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use jiban_bench::intake::{HOTLINE, WECHAT};
use jiban_bench::line::{self, Line};
use jiban_bench::site::{self, PASSWORD};
use jiban_bench::yardstick::{self, Bare};

use crate::cluster::Cluster;

/// A start that takes longer has failed.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The agent of every scene.
pub const AGENT: &str = "kefu1";

/// Which database.
#[derive(Clone, Copy)]
pub enum On<'a> {
    /// A file.
    Sqlite,
    /// A database on this server.
    Postgres(&'a Cluster),
}

impl On<'_> {
    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A community that can be served.
pub struct Scene {
    jiban: PathBuf,
    /// Its folder.
    pub dir: PathBuf,
    url: String,
    /// A program's token, of an agent.
    pub token: String,
}

impl Scene {
    /// Makes the town every scene is a copy of.
    pub fn town(jiban: &Path, dir: &Path, on: On<'_>) -> Self {
        let mut scene = Self::bare_in(jiban, dir, "town", on);
        if let On::Postgres(cluster) = on {
            yardstick::database(&cluster.url("postgres"), "town");
        }
        scene.verb(&["key", "create"], "");
        scene.verb(&["migrate"], "");
        scene.verb(&["community", "create", "--slug", "demo", "--name", "恒泰社区"], "");
        let (token, key, app, original) = WECHAT;
        let account = ["--mode", "aes", "--app-id", app, "--original-id", original, "--token", token, "--aes-key", key];
        scene.verb(&[&["wechat", "set", "--community", "demo"][..], &account].concat(), "");
        let secret = format!("whsec_{HOTLINE}");
        scene.verb(&["hotline", "source", "add", "--community", "demo", "--name", "总机", "--secret", &secret], "");
        let user = ["user", "create", "--password-file", "-", "--community", "demo"];
        scene.verb(&[&user[..], &["--login", AGENT, "--name", "甲", "--role", "agent"]].concat(), PASSWORD);
        let worker = ["--login", "weixiu1", "--name", "丁", "--role", "worker", "--queue", "maintenance"];
        scene.verb(&[&user[..], &worker, &["--email", "weixiu1@example.com"]].concat(), PASSWORD);
        scene.token = scene.verb(&["token", "create", "--community", "demo", "--role", "agent"], "");
        scene
    }

    /// Another town like this one.
    pub fn another(&self, dir: &Path, on: On<'_>) -> Self {
        Self::town(&self.jiban, dir, on)
    }

    /// A copy of it below `dir`.
    pub fn copy(&self, dir: &Path, name: &str, on: On<'_>) -> Self {
        let mut scene = Self::bare_in(&self.jiban, dir, name, on);
        let file = |name: &str| std::fs::copy(self.dir.join(name), scene.dir.join(name)).expect("a copy");
        file("secret.key");
        match on {
            On::Sqlite => drop(file("jiban.sqlite3")),
            On::Postgres(cluster) => {
                let mut server = Bare::open(Path::new(""), Some(&cluster.url("postgres")));
                server.run(&format!("DROP DATABASE IF EXISTS \"{name}\""));
                server.run(&format!("CREATE DATABASE \"{name}\" TEMPLATE town"));
            }
        }
        scene.token.clone_from(&self.token);
        scene
    }

    fn bare_in(jiban: &Path, dir: &Path, name: &str, on: On<'_>) -> Self {
        let dir = dir.join(format!("{name}-{}", on.name().to_lowercase()));
        std::fs::create_dir_all(&dir).expect("a folder");
        let url = match on {
            On::Sqlite => format!("sqlite://{}", dir.join("jiban.sqlite3").display()),
            On::Postgres(cluster) => cluster.url(name),
        };
        Self { jiban: jiban.to_owned(), dir, url, token: String::new() }
    }

    /// The binary over this database, in the scene's folder, with nothing of the caller's environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.jiban);
        command.args(words).current_dir(&self.dir).env_clear().stdin(Stdio::null());
        command.env("JIBAN_DATABASE_URL", &self.url).env("JIBAN_DATA_DIR", &self.dir).env("JIBAN_LOG", "warn");
        command.env("JIBAN_SECRET_FILE", self.dir.join("secret.key"));
        // As the packages start it.
        command.env("MALLOC_ARENA_MAX", "4");
        let mail = format!("file://{}", self.dir.join("mail").display());
        command.env("JIBAN_SMTP_URL", mail).env("JIBAN_MAIL_FROM", "jiban@jiban.example");
        command
    }

    /// Runs a verb to its end; what it printed.
    pub fn verb(&self, words: &[&str], input: &str) -> String {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("jiban cannot be run");
        child.stdin.take().expect("stdin").write_all(input.as_bytes()).ok();
        let output = child.wait_with_output().expect("a verb");
        let told = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(output.status.success(), "{words:?}: {told} {}", String::from_utf8_lossy(&output.stderr));
        told
    }

    /// Proves the invariants of the whole database.
    pub fn check(&self) -> Result<(), String> {
        let output = self.command(&["check"]).output().expect("jiban cannot be run");
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = || format!("jiban check: {}{}", told(&output.stdout), told(&output.stderr));
        if output.status.success() { Ok(()) } else { Err(said()) }
    }

    /// The database itself.
    pub fn bare(&self) -> Bare {
        let postgres = self.url.starts_with("postgres").then_some(self.url.as_str());
        Bare::open(&self.dir.join("jiban.sqlite3"), postgres)
    }

    /// Starts a process on a port, and waits until it is ready.
    pub fn serve(&self, port: u16) -> Served {
        self.serve_by(self.command(&["serve"]), port)
    }

    /// The same by another command, such as one that wraps it.
    pub fn serve_by(&self, mut command: Command, port: u16) -> Served {
        let log = OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        let began = Instant::now();
        let child = command.env("JIBAN_BIND", format!("127.0.0.1:{port}")).stdout(Stdio::null()).stderr(log).spawn();
        let mut served = Served {
            child: child.expect("jiban cannot be run"),
            addr: ([127, 0, 0, 1], port).into(),
            ready: Duration::ZERO,
        };
        while !served.is_ready() {
            let ended = served.child.try_wait().expect("a process");
            assert!(ended.is_none() && began.elapsed() < START_LIMIT, "does not serve: {}", self.said());
            std::thread::sleep(Duration::from_millis(2));
        }
        served.ready = began.elapsed();
        served
    }

    fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// The end of what the processes logged.
    pub fn said(&self) -> String {
        let mut text = String::new();
        let _ = File::open(self.log()).and_then(|mut file| std::io::Read::read_to_string(&mut file, &mut text));
        let from = text.char_indices().rev().nth(4000).map_or(0, |(at, _)| at);
        text[from..].to_owned()
    }
}

/// A free port. A process that is killed and started again keeps it.
pub fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// A process that serves; killed with its value.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
    /// From the start of the process to the first right answer of `/readyz`.
    pub ready: Duration,
}

impl Served {
    /// Whether `/readyz` says so.
    pub fn is_ready(&self) -> bool {
        let answer = Line::open(self.addr).and_then(|mut line| line.send(&line::get("/readyz", "")));
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it with SIGKILL, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Asks it to stop as a service manager does; how it ended, and when.
    pub fn stop(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        signal("TERM", self.pid());
        let status = self.child.wait().expect("ended");
        (status, began.elapsed())
    }

    /// Signs the agent in; the cookie header.
    pub fn sign_in(&self) -> String {
        site::sign_in(self.addr, AGENT)
    }

    /// Open file descriptors.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid())).map_or(0, Iterator::count)
    }

    /// Resident memory, in MB.
    pub fn resident_mb(&self) -> f64 {
        site::resident_mb(self.pid())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process of ours.
pub fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).stderr(Stdio::null()).status();
    assert!(sent.is_ok(), "no kill command here");
}
