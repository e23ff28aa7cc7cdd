//! Ctrl-C in three steps, and the other signals that ask a process to end or to stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::error::AppError;
use super::exit::Exit;
use super::host::Host;
use super::terminal;
use crate::ports::{Clock, SystemClock};
use crate::programs;
use lab2048_sandbox::{Wait, Waits, WallClock};

/// Completes once the user has pressed Ctrl-C. A sender that is gone cannot: the process is ended from outside then.
pub(super) async fn pressed(mut interrupts: watch::Receiver<u8>) {
    if interrupts.wait_for(|level| *level > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A wait for another process is told of after so long (wall time); whoever presses Ctrl-C in it need not see its end.
const LONG: Duration = Duration::from_millis(700);

/// A wait is looked at this often (wall time).
const LOOK: Duration = Duration::from_millis(100);

/// Waits for the sandbox's world, which others have, come again and again; they are told of this often (wall time).
const AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// Completes once the user has pressed Ctrl-C while this process waits for another one.
pub(super) async fn given_up(host: Waiter) -> AppError {
    pressed(host.interrupts.clone()).await;
    AppError::GivenUp(host.long_wait().await)
}

/// Tells of every long wait for another process with `tell`, once; of a process that has been stopped in any case.
pub(super) async fn tell_of_waits(host: Waiter, tell: impl Fn(&Wait)) -> Infallible {
    let mut told: Option<(Timestamp, bool)> = None;
    loop {
        let wait = host.long_wait().await;
        let now = host.wall.now();
        let is_news =
            told.is_none_or(|(at, is_stopped)| now.duration_since(at) >= AGAIN || wait.is_stopped && !is_stopped);
        if is_news {
            told = Some((now, wait.is_stopped));
            tell(&wait);
        }
        SystemClock::default().sleep(LOOK).await;
    }
}

/// A process that may have to wait for others.
#[derive(Clone)]
pub(super) struct Waiter {
    waits: Waits,
    wall: Arc<dyn WallClock>,
    interrupts: watch::Receiver<u8>,
}

impl Waiter {
    /// This one.
    pub(super) fn of(host: &Host) -> Self {
        Self {
            waits: host
                .world_file
                .as_ref()
                .map(|file| file.waits.clone())
                .unwrap_or_default(),
            wall: host.wall.clone(),
            interrupts: host.interrupts.clone(),
        }
    }

    /// A wait that has become long.
    async fn long_wait(&self) -> Wait {
        loop {
            self.waits.begun().await;
            match self.waits.current(self.wall.now()) {
                Some(wait) if wait.lasts >= LONG => return wait,
                _ => SystemClock::default().sleep(LOOK).await,
            }
        }
    }
}

/// Counts Ctrl-C for the life of the process; the third ends it at once. A terminal that is closed (`SIGHUP`) and a request
/// to end (`SIGTERM`) count as one; Ctrl-Z stops the process with its terminal put back.
pub async fn listen(presses: watch::Sender<u8>) {
    let mut ends = [SignalKind::interrupt(), SignalKind::terminate()].map(heard);
    // `nohup` has it ignored, so that the run outlives its terminal.
    let mut hangup = Some(SignalKind::hangup())
        .filter(|kind| !is_ignored(*kind))
        .and_then(heard);
    let mut stop = heard(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()));
    // A limit of the size of files (`ulimit -f`) is an error of the write then, told like a full disk, and no sudden end.
    let _too_large = heard(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
    let mut level = 0;
    let [interrupt, terminate] = &mut ends;
    loop {
        tokio::select! {
            () = next(interrupt) => {}
            () = next(terminate) => {}
            () = next(&mut hangup) => {}
            () = next(&mut stop) => {
                terminal::stop_process();
                continue;
            }
        }
        level += 1;
        presses.send_replace(level);
        programs::interrupt();
        if level >= 3 {
            programs::kill_all();
            terminal::restore_terminal();
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    }
}

/// Whether whoever started this process has it ignore a signal, as far as the system tells (Linux does).
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let bit = u32::try_from(kind.as_raw_value() - 1).ok();
    matches!((mask, bit), (Some(mask), Some(bit)) if mask.checked_shr(bit).unwrap_or_default() & 1 == 1)
}

/// A signal that is listened for from now on; `None` where that cannot be.
fn heard(kind: SignalKind) -> Option<Signal> {
    signal(kind).ok()
}

async fn next(signal: &mut Option<Signal>) {
    let heard = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}
