//! Start-up time and memory of the release binary.
//!
//! Times are of this machine and only printed, beside those of `/bin/true`, which is what starting a process costs here;
//! memory is held against its budget. `LAB2048_BIN` names another binary; nothing is built.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails and prints what it measures"
)]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use lab2048_testing::cost::{cpu_of_children, peak_memory, release_binary, wall_of};
use lab2048_testing::figures::{Budgets, Sample};

/// Runs that are measured.
const RUNS: u32 = 40;
/// Runs before those, so that the binary is in the page cache.
const WARM_UP: u32 = 5;
/// Resident memory in MiB.
const MEMORY: f64 = 30.0;

/// What `RUNS` runs of one command took.
struct Timing {
    wall: Sample,
    /// Milliseconds of CPU a run, user and system.
    cpu: f64,
}

fn main() -> ExitCode {
    let Some(binary) = release_binary() else {
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
        let peak = peak_memory(&mut on_sandbox(&binary, call, folder.path()));
        budgets.hold(label, peak, MEMORY, " MiB");
    }
    budgets.end()
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
        wall_of(&mut quiet(program, arguments));
    }
    let before = cpu_of_children();
    let wall = Sample::of((0..RUNS).map(|_| wall_of(&mut quiet(program, arguments))));
    let cpu = (cpu_of_children() - before) * 1000.0 / f64::from(RUNS);
    Timing { wall, cpu }
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

/// A call on a sandbox in `folder`.
fn on_sandbox(binary: &Path, arguments: &[&str], folder: &Path) -> Command {
    let mut command = quiet(binary, arguments);
    command
        .current_dir(folder)
        .env("LAB2048_SANDBOX_STATE", folder.join("sandbox.json"));
    command
}
