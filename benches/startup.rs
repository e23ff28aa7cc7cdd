//! Start-up time and memory of the release binary.
//!
//! Times are of this machine and only printed, beside those of `/bin/true`, which is what starting a process costs here;
//! memory is held against its budget. `LAB2048_BIN` names another binary; nothing is built.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints what it measures"
)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use figures::{Budgets, Sample};

mod figures;

/// Runs that are measured.
const RUNS: u32 = 40;
/// Runs before those, so that the binary is in the page cache.
const WARM_UP: u32 = 5;
/// Resident memory in MiB.
const MEMORY: f64 = 30.0;
/// Clock ticks a second in `/proc`: Linux has had 100 on every architecture for long.
const TICKS: f64 = 100.0;

/// What `RUNS` runs of one command took.
struct Timing {
    wall: Sample,
    /// Milliseconds of CPU a run, user and system.
    cpu: f64,
}

fn main() -> ExitCode {
    let Some(binary) = binary() else {
        println!("no release binary: run `cargo build --release` first, or name one in LAB2048_BIN");
        return ExitCode::FAILURE;
    };
    println!("start-up of {} ({RUNS} runs)", binary.display());
    println!("  command          least ms  median ms     p90 ms     CPU ms  x /bin/true   budget ms");
    let base = time(Path::new("/bin/true"), &[]);
    row("/bin/true", &base, &base, None);
    row("--version", &time(&binary, &["--version"]), &base, Some(10.0));
    row("render", &time(&binary, &["render"]), &base, Some(20.0));

    println!("peak resident memory");
    let folder = tempfile::tempdir().unwrap();
    let mut budgets = Budgets::default();
    let calls: [&[&str]; 4] = [
        &["plan"],
        &["apply", "--set", "sandbox.speed=300"],
        &["plan"],
        &["status"],
    ];
    for (call, label) in calls
        .into_iter()
        .zip(["plan, no lab", "apply", "plan, unchanged", "status"])
    {
        budgets.hold(label, peak_memory(&binary, call, folder.path()), MEMORY, " MiB");
    }
    budgets.end()
}

/// `LAB2048_BIN`, else the release binary in the target folder that this program was built into.
fn binary() -> Option<PathBuf> {
    let named = env::var_os("LAB2048_BIN").map(PathBuf::from);
    let built = Path::new(env!("CARGO_BIN_EXE_lab2048")).ancestors().nth(2)?;
    Some(named.unwrap_or_else(|| built.join("release/lab2048"))).filter(|binary| binary.is_file())
}

fn row(label: &str, timing: &Timing, base: &Timing, budget: Option<f64>) {
    let [least, median, p90] = [0, 50, 90].map(|percent| timing.wall.percentile(percent));
    let verdict = budget.map_or(String::new(), |budget| {
        let verdict = if median <= budget { "ok" } else { "over" };
        format!("{budget:>8} {verdict}")
    });
    // The least is what other work on the machine disturbs least.
    let ratio = least / base.wall.percentile(0);
    println!(
        "  {label:<14}{least:>11.2}{median:>11.2}{p90:>11.2}{:>11.2}{ratio:>13.1}{verdict}",
        timing.cpu
    );
}

fn time(program: &Path, arguments: &[&str]) -> Timing {
    for _ in 0..WARM_UP {
        run(program, arguments);
    }
    let before = cpu_of_children();
    let wall = Sample::of((0..RUNS).map(|_| run(program, arguments)));
    let cpu = (cpu_of_children() - before) * 1000.0 / f64::from(RUNS);
    Timing { wall, cpu }
}

/// Milliseconds from starting a process to having waited for it.
#[expect(clippy::disallowed_methods, reason = "a stopwatch")]
fn run(program: &Path, arguments: &[&str]) -> f64 {
    let mut command = quiet(program, arguments);
    let begun = Instant::now();
    let status = command.status().unwrap();
    let took = begun.elapsed();
    assert!(status.success(), "{} {arguments:?} failed", program.display());
    took.as_secs_f64() * 1000.0
}

fn quiet(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Seconds of CPU that all children waited for have used, of `/proc/self/stat`: kept exactly by the kernel, shown in ticks.
fn cpu_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The second field is a name in parentheses, which may have spaces in it.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(13).take(2);
    ticks.map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// The most memory in MiB that a call on a sandbox in `folder` had resident: `VmHWM` never falls, and is looked at until the end.
fn peak_memory(binary: &Path, arguments: &[&str], folder: &Path) -> f64 {
    let mut child = quiet(binary, arguments)
        .current_dir(folder)
        .env("LAB2048_SANDBOX_STATE", folder.join("sandbox.json"))
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let ended = loop {
        peak = peak.max(high_water_mark(&status).unwrap_or_default());
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        thread::sleep(Duration::from_micros(500));
    };
    assert!(ended.success(), "{arguments:?} failed");
    peak
}

/// In MiB; nothing once the process has ended.
fn high_water_mark(status: &str) -> Option<f64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
