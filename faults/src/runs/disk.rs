//! The disk under the embedded database: full, and failing to write through. By hand only: they need root, and strace.

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

/// PostgreSQL looks after its own disk: it stops by itself and has to be started again.
fn by_hand(stage: &Stage<'_>) -> bool {
    stage.size == Size::Long && matches!(stage.on, On::Sqlite)
}

/// A small disk in memory; gone with its value.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: PathBuf) -> Result<Self, String> {
        std::fs::create_dir_all(&at).map_err(|error| error.to_string())?;
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m,mode=711", "tmpfs"]).arg(&at).status();
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
    let disk = Disk::mount(stage.dir.join("small"))?;
    let below = Stage { dir: &disk.0, ..*stage };
    let scene = below.scene("full");
    let served = scene.serve(port());
    let load = Load::start(&scene, &served, &[served.addr], "D");
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let filler = disk.fill();
    let reads = reads(&scene, &served);
    std::fs::remove_file(filler).map_err(|error| error.to_string())?;
    let figures = recovered(stage, &scene, (served, load), reads?)?;
    Ok(format!("disk full for {} s: {figures}", TIME.as_secs()))
}

fn unwritten(stage: &Stage<'_>) -> Result<String, String> {
    let scene = stage.scene("fsync");
    let served = scene.serve(port());
    let load = Load::start(&scene, &served, &[served.addr], "E");
    load.all_taken_since(Instant::now(), stage.limit(WORK_LIMIT))?;
    let mut strace = inject(served.pid(), &scene.dir)?;
    let reads = reads(&scene, &served);
    // It lets go of the process when it is asked to end.
    signal("INT", strace.id());
    let _ = strace.wait();
    let figures = recovered(stage, &scene, (served, load), reads?)?;
    Ok(format!("every fsync and fdatasync fails for {} s: {figures}", TIME.as_secs()))
}

/// From now on writing through fails.
fn inject(pid: u32, dir: &Path) -> Result<Child, String> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-o"]);
    strace.arg(dir.join("strace.log")).args(["-p", &pid.to_string()]).stderr(Stdio::null());
    strace.spawn().map_err(|error| error.to_string())
}

/// Lists are read while nothing can be written; how many, and the slowest.
fn reads(scene: &Scene, served: &Served) -> Result<(usize, Duration), String> {
    let request = line::get("/api/v1/tickets?limit=20", &format!("authorization: Bearer {}\r\n", scene.token));
    let mut line = Line::open(served.addr).map_err(|error| error.to_string())?;
    let (began, mut reads, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while began.elapsed() < TIME {
        let asked = Instant::now();
        let answer = line.send(&request).map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err(format!("a list is answered {}: {}", answer.status, scene.said()));
        }
        (reads, slowest) = (reads + 1, slowest.max(asked.elapsed()));
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok((reads, slowest))
}

/// Goes on by itself; then a death on top, for what was said to be written must be on the disk.
fn recovered(
    stage: &Stage<'_>,
    scene: &Scene,
    (served, load): (Served, Load),
    (reads, slowest): (usize, Duration),
) -> Result<String, String> {
    let back = load.all_taken_since(Instant::now(), stage.limit(BACK_LIMIT))?;
    let told = load.end();
    let port = served.addr.port();
    served.kill();
    let served = scene.serve(port);
    let figures = compare(scene, &served, &told)?;
    told.always_answered()?;
    stage.within("an answer of 503", told.slowest_away, ANSWER_LIMIT)?;
    if told.with(503) == 0 {
        return Err("nobody was answered 503".to_owned());
    }
    Ok(format!(
        "{} × 503 with Retry-After, the slowest in {} ms; {reads} lists read meanwhile, the slowest in {} ms; back in {} ms without a \
         restart; {figures}",
        told.with(503),
        ms(told.slowest_away),
        ms(slowest),
        ms(back)
    ))
}
