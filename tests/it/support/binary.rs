//! The binary itself, run as an owner would on a terminal, in a folder of its own.

// Each story uses its part of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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
        let mut command = self.command(&["serve"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if stderr.read_line(&mut line).unwrap() == 0 {
                panic!("does not serve: {said}");
            }
            said.push_str(&line);
            if let Some((_, addr)) = line.trim_end().split_once("serving on http://") {
                let addr = addr.parse().unwrap();
                // Somebody must go on reading, or the log fills the pipe.
                let rest = std::thread::spawn(move || {
                    let mut rest = String::new();
                    let _ = std::io::Read::read_to_string(&mut stderr, &mut rest);
                    rest
                });
                return Server { child, addr, said, rest: Some(rest) };
            }
        }
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
    /// What it told before it served.
    pub said: String,
    rest: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Asks it to stop as a service manager does. Returns the exit code and everything told.
    pub fn stop(mut self) -> (i32, String) {
        self.ask();
        let code = self.child.wait().unwrap().code().expect("ended by itself");
        let rest = self.rest.take().unwrap().join().unwrap();
        (code, format!("{}{rest}", self.said))
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
