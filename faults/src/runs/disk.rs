//! The disk under the database: full, and failing to write through. By hand only: they need root, and strace. PostgreSQL stops
//! by itself when it cannot write its log; it is started again then, as a service manager would.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiban_bench::line::{self, Line};

use super::{Size, Stage, WORK_LIMIT, ms};
use crate::cluster::is_root;
use crate::compare::compare;
use crate::load::Load;
use crate::scene::{On, Scene, Served, port, signal};

/// How long the disk is full, or fails.
const TIME: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: Duration = Duration::from_millis(2300);
const BACK_LIMIT: Duration = Duration::from_secs(5);

/// A disk that is full.
pub fn full(stage: &Stage<'_>) -> Option<Result<String, String>> {
    by_hand(stage)
        .then(|| if is_root() { filled(stage) } else { Ok("left out: mounting a small disk needs root".to_owned()) })
}

/// A disk that does not write through.
pub fn failing(stage: &Stage<'_>) -> Option<Result<String, String>> {
    let there = Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let out = "left out: strace is not installed (apt-get install strace), or this is not root";
    by_hand(stage).then(|| if there && is_root() { unwritten(stage) } else { Ok(out.to_owned()) })
}

fn by_hand(stage: &Stage<'_>) -> bool {
    stage.size == Size::Long
}

/// A small disk in memory; gone with its value.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: PathBuf, megabytes: u32) -> Result<Self, String> {
        std::fs::create_dir_all(&at).map_err(|error| error.to_string())?;
        let size = format!("size={megabytes}m,mode=711");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at).status();
        if mounted.is_ok_and(|status| status.success()) { Ok(Self(at)) } else { Err("mount failed".to_owned()) }
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).expect("a file");
        for size in [64 * 1024, 512, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn filled(stage: &Stage<'_>) -> Result<String, String> {
    let name = format!("small-{}", stage.on.name().to_lowercase());
    let fault = |scene: &Scene, on: On<'_>, disk: &Disk| {
        let (served, load) = begun(stage, scene, "D")?;
        let filler = disk.fill();
        let reads = reads(scene, &served, on);
        std::fs::remove_file(filler).map_err(|error| error.to_string())?;
        let figures = recovered(stage, (scene, on), (served, load), reads?)?;
        Ok(format!("disk full for {} s: {figures}", TIME.as_secs()))
    };
    match stage.on {
        On::Sqlite => {
            let disk = Disk::mount(stage.dir.join(name), 16)?;
            let below = Stage { dir: &disk.0, ..*stage };
            fault(&below.scene("full"), stage.on, &disk)
        }
        On::Postgres(cluster) => {
            let disk = Disk::mount(stage.dir.join(name), 160)?;
            let small = cluster.another(&disk.0.join("pg"));
            let on = On::Postgres(&small);
            fault(&stage.town.another(&stage.dir.join("full"), on), on, &disk)
        }
    }
}

fn unwritten(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("fsync");
    let (served, load) = begun(stage, &scene, "E")?;
    let whose = match stage.on {
        On::Sqlite => vec![served.pid()],
        On::Postgres(cluster) => cluster.processes(),
    };
    let mut strace = inject(&whose, &scene.dir)?;
    let reads = reads(&scene, &served, stage.on);
    // It lets go of the processes when it is asked to end.
    signal("INT", strace.id());
    let _ = strace.wait();
    let figures = recovered(stage, (&scene, stage.on), (served, load), reads?)?;
    Ok(format!("every fsync and fdatasync fails for {} s: {figures}", TIME.as_secs()))
}

/// Served and under load, every door open.
fn begun(stage: &Stage<'_>, scene: &Scene, tag: &str) -> Result<(Served, Load), String> {
    let served = scene.serve(port());
    let load = Load::start(scene, &served, &[served.addr], tag);
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    Ok((served, load))
}

/// From now on writing through fails, in these processes and all they start.
fn inject(pids: &[u32], dir: &Path) -> Result<Child, String> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-o"]);
    strace.arg(dir.join("strace.log")).stderr(Stdio::null());
    for pid in pids {
        strace.args(["-p", &pid.to_string()]);
    }
    strace.spawn().map_err(|error| error.to_string())
}

/// Lists that were read while nothing could be written.
#[derive(Default)]
struct Reads {
    done: usize,
    slowest: Duration,
    refused: usize,
}

/// Reads lists all the time. The embedded database gives them; PostgreSQL may be down, and then nothing but 503 may be said.
fn reads(scene: &Scene, served: &Served, on: On<'_>) -> Result<Reads, String> {
    let request = line::get("/api/v1/tickets?limit=20", &format!("authorization: Bearer {}\r\n", scene.token));
    let mut line = Line::open(served.addr).map_err(|error| error.to_string())?;
    let (began, mut reads) = (Instant::now(), Reads::default());
    while began.elapsed() < TIME {
        let asked = Instant::now();
        let answer = line.send(&request).map_err(|error| error.to_string())?;
        match (answer.status, on) {
            (200, _) => (reads.done, reads.slowest) = (reads.done + 1, reads.slowest.max(asked.elapsed())),
            (503, On::Postgres(_)) => reads.refused += 1,
            (status, _) => return Err(format!("a list is answered {status}: {}", scene.said())),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(reads)
}

/// Goes on without a restart of Jiban; then a death on top, for what was said to be written must be on the disk.
fn recovered(
    stage: &Stage<'_>,
    (scene, on): (&Scene, On<'_>),
    (served, load): (Served, Load),
    reads: Reads,
) -> Result<String, String> {
    let mended = Instant::now();
    let revived = match on {
        On::Sqlite => false,
        On::Postgres(cluster) => cluster.revive(),
    };
    let back = load.all_taken_since(mended, stage.limit(BACK_LIMIT))?;
    let told = load.end();
    let port = served.addr.port();
    served.kill();
    if let On::Postgres(cluster) = on {
        cluster.kill();
        cluster.up();
    }
    let served = scene.serve(port);
    let figures = compare(scene, &served, &told)?;
    told.always_answered()?;
    stage.within("an answer of 503", told.slowest_away, ANSWER_LIMIT)?;
    if told.with(503) == 0 {
        return Err("nobody was answered 503".to_owned());
    }
    let unread = if reads.refused == 0 { String::new() } else { format!(", {} answered 503", reads.refused) };
    Ok(format!(
        "{} × 503 with Retry-After, the slowest in {} ms; {} lists read meanwhile, the slowest in {} ms{unread}; {}back in {} ms \
         without a restart of Jiban; {figures}",
        told.with(503),
        ms(told.slowest_away),
        reads.done,
        ms(reads.slowest),
        if revived { "PostgreSQL had stopped and was started again; " } else { "" },
        ms(back)
    ))
}
