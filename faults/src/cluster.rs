//! A PostgreSQL server of its own that can be frozen, killed and started again.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::scene::{port, signal};

/// Ends the server and removes it when the runner is gone, however that ended: its standard input closes then.
const GUARD: &str = r#"
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    children=$(grep -ls "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status | sed 's#/proc/\(.*\)/status#\1#')
    kill -KILL $pid $children 2>/dev/null
    while kill -0 $pid 2>/dev/null; do sleep 0.05; done
fi
rm -rf "$1" || { sleep 0.5; rm -rf "$1"; }
"#;

/// The server.
pub struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    port: u16,
    password: String,
    synced: bool,
    /// The postmaster. Its own file of that number may be lost on a disk that is full.
    first: AtomicU32,
    guard: Child,
}

impl Cluster {
    /// Makes and starts one; `dir` is made for it and goes with it. With its default durability, or, for a short run in which
    /// processes die but no machine does, without waiting for the disk.
    pub fn start(bin: &Path, dir: &Path, synced: bool) -> Self {
        std::fs::create_dir_all(dir).expect("a folder");
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(dir).stdin(Stdio::piped()).process_group(0);
        let guard = guard.spawn().expect("sh");
        // Others on this machine can reach the port, and the server may run programs for its superuser.
        let random = std::fs::File::open("/dev/urandom").and_then(|mut file| {
            let mut bytes = [0_u8; 16];
            std::io::Read::read_exact(&mut file, &mut bytes).map(|()| bytes)
        });
        let password: String = random.expect("chance").iter().map(|byte| format!("{byte:02x}")).collect();
        let cluster = Self {
            bin: bin.to_owned(),
            dir: dir.to_owned(),
            port: port(),
            password,
            synced,
            first: AtomicU32::new(0),
            guard,
        };
        let file = dir.join("password");
        std::fs::write(&file, &cluster.password).expect("a file");
        if is_root() {
            let owned = Command::new("chown").arg("-R").arg(format!("{}:", user())).arg(dir).status();
            assert!(owned.is_ok_and(|status| status.success()), "chown failed");
        }
        let mut init = cluster.tool("initdb");
        init.args(["-U", "jiban", "--auth-local=trust", "--auth-host=password", "--encoding=UTF8", "--locale=C.UTF-8"]);
        init.arg("--no-sync").arg("--pwfile").arg(file);
        cluster.run(init);
        cluster.up();
        cluster
    }

    /// Another one, as durable as this, in a folder of its own.
    pub fn another(&self, dir: &Path) -> Self {
        Self::start(&self.bin, dir, self.synced)
    }

    /// The URL of a database on it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://jiban:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// A program of PostgreSQL over this server's data, not as root: that it refuses.
    fn tool(&self, name: &str) -> Command {
        let program = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", user(), "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.dir).arg("-D").arg(self.dir.join("data"));
        command
    }

    fn run(&self, mut command: Command) {
        let log = self.dir.join("tool.log");
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log).expect("a log");
        let again = file.try_clone().expect("a log");
        let status = command.stdin(Stdio::null()).stdout(file).stderr(again).status().expect("PostgreSQL's programs");
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        assert!(status.success(), "{command:?}: {}{}", read(&log), read(&self.dir.join("log")));
    }

    /// Starts it, after a crash with what it needs to recover.
    pub fn up(&self) {
        let mut start = self.tool("pg_ctl");
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={} -c max_connections=100 {}",
            self.port,
            self.dir.display(),
            if self.synced { "" } else { "-c fsync=off" }
        );
        start.args(["-s", "-w", "-t", "60", "-o", &options, "-l"]).arg(self.dir.join("log")).arg("start");
        self.run(start);
        let file = std::fs::read_to_string(self.dir.join("data/postmaster.pid")).unwrap_or_default();
        let first = file.lines().next().and_then(|line| line.trim().parse().ok());
        self.first.store(first.expect("a server that was started has a number"), Ordering::Relaxed);
    }

    /// Stops it as a machine that goes down does.
    pub fn stop(&self) {
        let mut stop = self.tool("pg_ctl");
        stop.args(["-s", "-w", "-m", "immediate", "stop"]);
        self.run(stop);
    }

    /// The postmaster first, then whatever it started.
    pub fn processes(&self) -> Vec<u32> {
        let first = self.first.load(Ordering::Relaxed);
        if !runs(first) {
            return Vec::new();
        }
        let is_child = |pid: &u32| {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
            parent.and_then(|parent| parent.trim().parse::<u32>().ok()) == Some(first)
        };
        let all = std::fs::read_dir("/proc")
            .expect("/proc")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        std::iter::once(first).chain(all.filter(is_child)).collect()
    }

    /// Starts it unless it runs: it stops by itself when it cannot write. Whether it had to be started.
    pub fn revive(&self) -> bool {
        let stands = !self.processes().is_empty();
        if !stands {
            self.up();
        }
        !stands
    }

    /// Every process of it stands still; the kernel goes on taking what is sent to it.
    pub fn freeze(&self) {
        // The postmaster stands first, so none is added; a second look finds those begun meanwhile.
        for _ in 0..2 {
            self.processes().into_iter().for_each(|pid| signal("STOP", pid));
        }
    }

    /// They go on.
    pub fn thaw(&self) {
        self.processes().into_iter().for_each(|pid| signal("CONT", pid));
    }

    /// All of it is gone at once.
    pub fn kill(&self) {
        let processes = self.processes();
        processes.iter().for_each(|pid| signal("KILL", *pid));
        // Gone, not only dead: a number that is still taken would keep the next server from starting. Where nobody buries the
        // dead, they are waited for no longer than this.
        let there = |pid: &u32| Path::new(&format!("/proc/{pid}")).exists();
        for _ in 0..2_000 {
            if !processes.iter().any(there) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

fn runs(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|status| !status.contains("State:\tZ"))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// Whether the runner may do what needs root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Whom the server runs as when the runner is root.
fn user() -> &'static str {
    let there = Command::new("id").args(["-u", "postgres"]).stderr(Stdio::null()).stdout(Stdio::null()).status();
    if there.is_ok_and(|status| status.success()) { "postgres" } else { "nobody" }
}
