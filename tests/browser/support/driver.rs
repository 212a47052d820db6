//! chromedriver: one for the whole test process, gone when the process is, however it ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// A running chromedriver. The two pipes are held open for as long as the test process lives: one keeps the driver
/// alive, through the other it may still print.
pub struct Driver {
    /// `http://127.0.0.1:port`
    pub url: String,
    /// Chromium itself.
    pub chrome: PathBuf,
    _watched: Child,
    _printed: BufReader<ChildStdout>,
}

static DRIVER: OnceLock<Driver> = OnceLock::new();

/// The driver, started by the first caller.
pub fn driver() -> &'static Driver {
    DRIVER.get_or_init(start)
}

#[allow(clippy::zombie_processes)] // Early ends are panics, which end this process and with it the shell.
fn start() -> Driver {
    let chrome = program("CHROME", &["/usr/bin/chromium", "/usr/bin/google-chrome"]);
    let chromedriver = program(
        "CHROMEDRIVER",
        &["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver", "/usr/local/bin/chromedriver"],
    );
    // Port 0: the driver takes a free one and says which. The shell ends it once our end of the pipe closes, which the
    // system sees to even if this process is killed.
    let mut watched = Command::new("sh")
        .args([
            "-c",
            r#""$1" --port=0 & driver=$!; cat >/dev/null; exec 2>/dev/null; kill "$driver"; wait "$driver""#,
            "sh",
        ])
        .arg(&chromedriver)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("sh runs");
    let mut printed = BufReader::new(watched.stdout.take().expect("its stdout is piped"));
    let mut said = String::new();
    loop {
        let mut line = String::new();
        let read = printed.read_line(&mut line).expect("chromedriver prints text");
        assert_ne!(read, 0, "{} did not start; it said: {said}", chromedriver.display());
        if let Some((_, port)) = line.trim_end().trim_end_matches('.').rsplit_once("successfully on port ") {
            let port: u16 = port.parse().expect("chromedriver names its port");
            return Driver { url: format!("http://127.0.0.1:{port}"), chrome, _watched: watched, _printed: printed };
        }
        said.push_str(&line);
    }
}

/// The program named by the variable, else the first of the usual places that exists.
fn program(variable: &str, usual: &[&str]) -> PathBuf {
    #[allow(clippy::disallowed_methods)] // The harness's own switch, not a setting of the product.
    let named = std::env::var_os(variable).filter(|value| !value.is_empty());
    let found = match &named {
        Some(path) => Some(PathBuf::from(path)),
        None => usual.iter().map(PathBuf::from).find(|path| path.exists()),
    };
    let found = found.unwrap_or_else(|| panic!("none of {usual:?} is here; run scripts/test, or set {variable}"));
    assert!(Path::new(&found).exists(), "{variable} names {}, which does not exist", found.display());
    found
}
