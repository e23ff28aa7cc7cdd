//! This process among others: a run that was killed must not keep the next one waiting.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use rustix::time::{ClockId, clock_gettime};

use crate::k8s::LockProcess;

/// The name that the machine has for others.
pub(super) fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// This process; none where the system does not tell one machine, or one container, from another (Linux does).
pub(super) fn of_this() -> Option<LockProcess> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    // Containers number their processes each for itself.
    let numbering = std::fs::read_link("/proc/self/ns/pid").ok()?;
    let mut hasher = DefaultHasher::new();
    (machine_name(), boot, numbering).hash(&mut hasher);
    Some(LockProcess {
        machine: hasher.finish(),
        number: std::process::id(),
        is_alive,
    })
}

/// How long this process has computed: of a machine that is busy with other things it gets a part of the time that passes.
pub(super) fn computed() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// How much memory this process has, in bytes; none where the system does not tell (Linux does).
pub(super) fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    Some((kib("VmRSS:")? + kib("VmSwap:").unwrap_or_default()) * 1024)
}

/// Whether there is a process of that number here.
fn is_alive(number: u32) -> bool {
    let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
    // One that may not be asked is there.
    pid.is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_used_is_counted() {
        const MUCH: usize = 64 * 1024 * 1024;
        let before = memory().unwrap();
        let used = vec![1_u8; MUCH];
        let grown = memory().unwrap().saturating_sub(before);
        // Other tests of this process come and go.
        assert!(grown > MUCH as u64 / 2, "{grown} for {}", used.len());
    }

    #[test]
    fn processes_are_told_apart() {
        let this = of_this().unwrap();
        assert!((this.is_alive)(this.number));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        assert!(!(this.is_alive)(number));
        assert!(!machine_name().is_empty());
    }
}
