//! Turns: who wants to work on a world that other processes use too waits for one, and the thread does not.
//!
//! The file's lock is taken for a tenure, in which everybody in this process who waits has a turn.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use super::held::Held;
use super::lock::{LockFile, Taken};
use super::waits::Waits;
use super::{Sandbox, Shared};
use crate::clock::WallClock;
use crate::world::World;

/// How often a thread that has to wait looks again.
const AGAIN: Duration = Duration::from_millis(1);

/// The way to a world that other processes use too.
pub(super) struct Gate {
    lock: LockFile,
    waits: Waits,
    /// Lets one of this process in at a time, in the order they came.
    order: Arc<tokio::sync::Mutex<()>>,
    /// How many of this process wait.
    queue: AtomicUsize,
}

impl Gate {
    pub(super) fn new(lock: LockFile, waits: Waits) -> Self {
        Self {
            lock,
            waits,
            order: Arc::default(),
            queue: AtomicUsize::new(0),
        }
    }

    /// The lock, which was asked for at wall time `asked`. Whoever does not wait any longer gets nothing: a lock that comes
    /// too late is given back at once.
    pub(super) async fn take(&self, asked: Timestamp) -> io::Result<Taken> {
        if let Some(taken) = self.lock.try_take()? {
            return Ok(taken);
        }
        let _waiting = self.waits.begin(asked, self.lock.clone());
        let lock = self.lock.clone();
        let taken = tokio::task::spawn_blocking(move || lock.take()).await;
        taken.map_err(io::Error::other)?
    }

    /// Since when this process waits for another one.
    pub(super) fn waiting_since(&self) -> Option<Timestamp> {
        self.waits.since()
    }

    /// Begins a tenure if no other process has the lock.
    pub(super) fn try_here(&self, held: &Mutex<Held>, wall: &dyn WallClock) -> bool {
        let taken = self.lock.try_take();
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        match taken {
            Ok(Some(lock)) => held.enter(lock, wall.now()),
            Ok(None) => return false,
            Err(error) => held.failed(error),
        }
        true
    }

    /// Begins a tenure as soon as no other process has the lock; the thread waits.
    pub(super) fn wait_here(&self, held: &Mutex<Held>, wall: &dyn WallClock) {
        while !self.try_here(held, wall) {
            std::thread::sleep(AGAIN);
        }
    }
}

/// The right to work on a world, which no other process has meanwhile.
pub struct Turn {
    shared: Arc<Shared>,
    /// Wall time.
    asked: Timestamp,
    /// Nobody else in this process has a turn; none on a world that lives in memory only.
    alone: Option<OwnedMutexGuard<()>>,
}

impl Sandbox {
    /// Waits until this process may work on the world. The world's time stands still while somebody waits, or has a turn;
    /// what is done in it is kept when it ends.
    pub async fn turn(&self) -> Turn {
        let shared = self.shared.clone();
        let asked = shared.rested();
        let Some(gate) = &shared.gate else {
            let alone = None;
            return Turn { shared, asked, alone };
        };
        let queued = Queued::join(&shared);
        let alone = Some(gate.order.clone().lock_owned().await);
        drop(queued);
        let is_ours = shared.held().is_ours();
        if !is_ours {
            let taken = gate.take(asked).await;
            let mut held = shared.held();
            match taken {
                Ok(lock) => held.enter(lock, shared.wall.now()),
                Err(error) => held.failed(error),
            }
        }
        Turn { shared, asked, alone }
    }
}

impl Turn {
    /// As [`Sandbox::with`].
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with_from(self.asked, work)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.alone.is_none() {
            return;
        }
        let waiting = self.shared.gate.as_ref().map_or(0, Gate::waiting);
        let mut held = self.shared.held();
        if waiting == 0 || !held.may_pass_on(self.shared.wall.now()) {
            held.leave();
        }
    }
}

impl Gate {
    fn waiting(&self) -> usize {
        self.queue.load(Ordering::Acquire)
    }
}

/// Somebody of this process who waits for a turn.
struct Queued<'a>(&'a Shared);

impl<'a> Queued<'a> {
    fn join(shared: &'a Shared) -> Self {
        if let Some(gate) = &shared.gate {
            gate.queue.fetch_add(1, Ordering::AcqRel);
        }
        Self(shared)
    }
}

/// Also where it was given up: a tenure that was passed on to this one, and nobody else, ends then.
impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let Some(gate) = &self.0.gate else { return };
        let was_last = gate.queue.fetch_sub(1, Ordering::AcqRel) == 1;
        if was_last && let Ok(_alone) = gate.order.try_lock() {
            self.0.held().leave();
        }
    }
}
