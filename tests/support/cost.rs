//! What a run of a program costs: time, CPU and memory.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::workdir::binary;

/// Clock ticks a second in `/proc`: Linux has had 100 on every architecture for long.
const TICKS: f64 = 100.0;

/// Milliseconds from starting a process to having waited for it; it must succeed.
pub fn wall_of(command: &mut Command) -> f64 {
    let begun = Instant::now();
    let status = command.status().unwrap();
    let took = begun.elapsed();
    assert!(status.success(), "{command:?} failed");
    took.as_secs_f64() * 1000.0
}

/// Seconds of CPU that all children waited for have used, of `/proc/self/stat`: kept exactly by the kernel, shown in ticks.
pub fn cpu_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The second field is a name in parentheses, which may have spaces in it.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(13).take(2);
    ticks.map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// The most memory in MiB that a run had resident: `VmHWM` never falls, and is looked at until the end.
pub fn peak_memory(command: &mut Command) -> f64 {
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let ended = loop {
        peak = peak.max(high_water_mark(&status).unwrap_or_default());
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        thread::sleep(Duration::from_micros(500));
    };
    assert!(ended.success(), "{command:?} failed");
    peak
}

/// In MiB; nothing once the process has ended.
fn high_water_mark(status: &str) -> Option<f64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// `LAB2048_BIN`, else the release binary in the target folder that this program was built into.
pub fn release_binary() -> Option<PathBuf> {
    let named = env::var_os("LAB2048_BIN").map(PathBuf::from);
    let program = binary();
    let built = program.ancestors().nth(2)?;
    Some(named.unwrap_or_else(|| built.join("release/lab2048"))).filter(|binary| binary.is_file())
}
