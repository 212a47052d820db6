//! The binary itself, run as an owner would on a terminal, in a folder of its own.

// Each story uses its part of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jiban::fail_point::FailPoint;

/// A folder and the environment in which the verbs run.
pub struct Bench {
    /// Working directory: `./data` is in here.
    pub dir: tempfile::TempDir,
    env: Vec<(String, String)>,
}

/// What a verb said.
#[derive(Debug)]
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// For programs.
    pub stdout: String,
    /// For people.
    pub stderr: String,
}

impl Said {
    /// Ended with this code.
    #[track_caller]
    pub fn is(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Told people this.
    #[track_caller]
    pub fn tells(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "does not tell {words:?}: {}", self.stderr);
        self
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code().expect("ended by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Bench {
    /// An empty folder, the embedded database, a free port.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The same with more settings.
    pub fn with(env: &[(&str, &str)]) -> Self {
        let mut all = vec![("JIBAN_BIND".to_owned(), "127.0.0.1:0".to_owned())];
        all.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self { dir: tempfile::tempdir().unwrap(), env: all }
    }

    /// The binary with a clean environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiban"));
        command.args(words).current_dir(self.dir.path()).env_clear().envs(self.env.iter().cloned());
        command
    }

    /// Runs a verb to its end.
    pub fn run(&self, words: &[&str]) -> Said {
        self.command(words).stdin(Stdio::null()).output().unwrap().into()
    }

    /// Runs a verb with this on stdin.
    pub fn feed(&self, words: &[&str], input: &str) -> Said {
        let mut command = self.command(words);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Starts `jiban serve` and waits until it serves.
    pub fn serve(&self) -> Server {
        self.started(&["serve"], None)
    }

    /// The same for a verb that serves too.
    pub fn serve_by(&self, words: &[&str]) -> Server {
        self.started(words, None)
    }

    /// The same; it will stand still at this moment.
    pub fn serve_until(&self, point: FailPoint) -> Server {
        self.started(&["serve"], Some(point))
    }

    fn started(&self, words: &[&str], point: Option<FailPoint>) -> Server {
        let mut command = self.command(words);
        if let Some(point) = point {
            command.env("JIBAN_TEST_STOP_AT", point.name());
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (tell, lines) = channel();
        // Somebody must go on reading, or the log fills the pipe.
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        let mut server = Server { child, addr: ([127, 0, 0, 1], 0).into(), said: String::new(), lines };
        let line = server.wait_for("serving on http://");
        server.addr = line.split_once("serving on http://").unwrap().1.parse().unwrap();
        server
    }

    /// A path inside the folder.
    pub fn path(&self, below: &str) -> std::path::PathBuf {
        self.dir.path().join(below)
    }
}

/// A server at work; killed when the story ends without having stopped it.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
    /// What it told so far, as far as anybody waited for it.
    pub said: String,
    lines: Receiver<String>,
}

impl Server {
    /// Reads what it tells up to the line with these words.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) -> String {
        loop {
            // Long enough for the slowest machine: it ends a story that hangs, it measures nothing.
            let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) else {
                panic!("does not tell {words:?}: {}", self.said);
            };
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Waits until it stands still there, and kills it with SIGKILL.
    #[track_caller]
    pub fn kill_at(mut self, point: FailPoint) {
        self.wait_for(&format!("stands still at {}", point.name()));
        self.kill();
    }

    /// Kills it with SIGKILL, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop as a service manager does. Returns the exit code and everything told.
    pub fn stop(mut self) -> (i32, String) {
        self.ask();
        let code = self.child.wait().unwrap().code().expect("ended by itself");
        let rest: Vec<String> = self.lines.iter().collect();
        (code, format!("{}{}\n", self.said, rest.join("\n")))
    }

    /// Sends SIGTERM and does not wait.
    pub fn ask(&self) {
        let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap();
        assert!(asked.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes a file its owner alone may read.
pub fn secret_file(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}
