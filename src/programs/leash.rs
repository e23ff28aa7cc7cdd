//! What keeps programs from outliving the run. It belongs to the process, as the programs do: the third Ctrl-C ends the process
//! where nothing is dropped.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Place;

/// The programs that run.
static RUNNING: Mutex<BTreeMap<i32, Place>> = Mutex::new(BTreeMap::new());

/// Whether the run was interrupted.
static INTERRUPTED: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

fn running() -> MutexGuard<'static, BTreeMap<i32, Place>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The run was interrupted: programs have a moment from now on.
pub fn interrupt() {
    INTERRUPTED.send_replace(true);
}

/// Ends all programs at once, before the process ends.
pub fn kill_all() {
    for (pid, place) in std::mem::take(&mut *running()) {
        kill(pid, place);
    }
}

/// Completes so long after the run was interrupted.
pub(super) async fn interrupted(grace: Duration) {
    let mut interrupts = INTERRUPTED.subscribe();
    let pending = std::future::pending::<()>();
    if interrupts.wait_for(|is_interrupted| *is_interrupted).await.is_err() {
        pending.await;
    } else {
        // It does not end, so that the moment does.
        let _ = timeout(grace, pending).await;
    }
}

/// Kills a program when dropped, unless it has ended.
pub(super) struct Leash(Option<i32>);

impl Leash {
    pub(super) fn of(child: &Child, place: Place) -> Self {
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid {
            running().insert(pid, place);
        }
        Self(pid)
    }

    /// It has ended, and another may have its number.
    pub(super) fn release(mut self) {
        if let Some(pid) = self.0.take() {
            running().remove(&pid);
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        let Some(pid) = self.0.take() else { return };
        if let Some(place) = running().remove(&pid) {
            kill(pid, place);
        }
    }
}

fn kill(pid: i32, place: Place) {
    let Some(pid) = Pid::from_raw(pid) else { return };
    // It may be gone already.
    let _ = match place {
        Place::Alone => kill_process_group(pid, Signal::KILL),
        // Its group is the run's own, which the terminal tells of Ctrl-C.
        Place::Terminal => kill_process(pid, Signal::KILL),
    };
}
