//! Waits for the lock of a world, for others to tell of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::holder::Holder;
use super::lock::LockFile;

/// Who has what is being waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// How long it has been waited for.
    pub lasts: Duration,
    /// The process that has it, if it can be told.
    pub holder: Option<Holder>,
    /// Whether that process has been stopped.
    pub is_stopped: bool,
}

/// Says for what there is a wait.
impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holder {
            Some(Holder { process, command }) => {
                write!(
                    f,
                    "waiting for the sandbox's world, which process {process} ({command}) holds"
                )?;
                if self.is_stopped {
                    write!(f, "; that process is stopped: `kill -CONT {process}` lets it go on")?;
                }
                Ok(())
            }
            None => write!(f, "waiting for the sandbox's world, which another process holds"),
        }
    }
}

/// The wait of this process for a world that others have, if there is one. Clones know of the same.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<watch::Sender<Option<Begun>>>);

#[derive(Debug, Clone)]
struct Begun {
    since: Timestamp,
    lock: LockFile,
}

impl Waits {
    /// The wait that goes on at wall time `now`.
    pub fn current(&self, now: Timestamp) -> Option<Wait> {
        let begun = self.0.borrow().clone()?;
        let holder = begun.lock.holder().filter(|holder| is_alive(holder.process));
        Some(Wait {
            lasts: Duration::try_from(now.duration_since(begun.since)).unwrap_or_default(),
            is_stopped: holder.as_ref().is_some_and(|holder| is_stopped(holder.process)),
            holder,
        })
    }

    /// Returns once there is a wait.
    pub async fn begun(&self) {
        let mut changes = self.0.subscribe();
        // The sender is here.
        let _ = changes.wait_for(Option::is_some).await;
    }

    /// Since when this process waits.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.0.borrow().as_ref().map(|begun| begun.since)
    }

    /// A wait goes on until what is returned is dropped.
    pub(super) fn begin(&self, since: Timestamp, lock: LockFile) -> Waiting {
        self.0.send_replace(Some(Begun { since, lock }));
        Waiting(self.clone())
    }
}

/// A wait under way.
pub(super) struct Waiting(Waits);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.send_replace(None);
    }
}

/// Whether there is such a process, somebody else's included.
fn is_alive(process: i32) -> bool {
    let Some(process) = rustix::process::Pid::from_raw(process) else {
        return false;
    };
    !matches!(
        rustix::process::test_kill_process(process),
        Err(rustix::io::Errno::SRCH)
    )
}

/// Whether a process has been stopped (Ctrl-Z, a debugger), as far as the system tells: Linux does.
fn is_stopped(process: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program, in brackets before it, may have brackets and blanks of its own.
    let state = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next());
    matches!(state, Some("T" | "t"))
}
