//! The handle on a world: serialises access, lets time pass, keeps the world in its file, wakes watchers.

mod disk;
mod held;

use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::authority::{Authority, CertificateError};
use crate::clock::WallClock;
use crate::inventory::Inventory;
use crate::sim;
use crate::state::{Breakage, ClusterFacts};
use crate::world::World;

pub use disk::StateError;

use disk::Disk;
use held::Held;

/// While somebody watches or sleeps, the world is looked at at least this often (wall time).
const PULSE: Duration = Duration::from_millis(100);

/// A world that can be called.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    held: Mutex<Held>,
    wall: Arc<dyn WallClock>,
    changed: watch::Sender<()>,
    /// Whether a task is under way that looks at the world for the watchers.
    pulsing: AtomicBool,
    /// Signs what servers of this world show.
    authority: OnceLock<Authority>,
}

impl Sandbox {
    /// A fresh world that lives in memory only.
    pub fn in_memory(seed: u64, speed: f64, wall: Arc<dyn WallClock>) -> Self {
        let world = sim::genesis(seed, speed, wall.now());
        Self::holding(world, None, wall)
    }

    /// The world kept in the file `path`; a fresh one from `seed` if there is no such file. The speed given here counts.
    pub fn open(path: &Path, seed: u64, speed: f64, wall: Arc<dyn WallClock>) -> Result<Self, StateError> {
        let mut disk = Disk::open(path)?;
        disk.lock()?;
        let world = if let Some(world) = disk.load()? {
            world
        } else {
            let mut world = sim::genesis(seed, speed, wall.now());
            disk.save(&mut world)?;
            world
        };
        disk.unlock()?;
        let sandbox = Self::holding(world, Some(disk), wall);
        sandbox.set_speed(speed);
        Ok(sandbox)
    }

    /// Puts a fresh world from `seed` into the file `path`, whatever is there.
    pub fn reset(path: &Path, seed: u64, speed: f64, wall: Arc<dyn WallClock>) -> Result<Self, StateError> {
        let mut disk = Disk::open(path)?;
        disk.lock()?;
        let mut world = sim::genesis(seed, speed, wall.now());
        if let Ok(Some(old)) = disk.load() {
            world.follow(&old);
        }
        disk.save(&mut world)?;
        disk.unlock()?;
        Ok(Self::holding(world, Some(disk), wall))
    }

    fn holding(world: World, disk: Option<Disk>, wall: Arc<dyn WallClock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                held: Mutex::new(Held::new(world, disk)),
                wall,
                changed: watch::Sender::new(()),
                pulsing: AtomicBool::new(false),
                authority: OnceLock::new(),
            }),
        }
    }

    /// The authority that signs what servers of this world show.
    pub(crate) fn authority(&self) -> Result<&Authority, CertificateError> {
        if let Some(authority) = self.shared.authority.get() {
            return Ok(authority);
        }
        let made = Authority::make()?;
        Ok(self.shared.authority.get_or_init(|| made))
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.with(|world| world.now())
    }

    /// Lets everything happen that is due, then runs `work` on the world, then lets the controllers react.
    ///
    /// `work` must not call the sandbox: the world is locked while it runs. If the state file cannot be read or written
    /// the world in memory is used and [`Sandbox::fault`] has the reason.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Why the state file could not be read or written when last tried; `None` when all is well.
    pub fn fault(&self) -> Option<Arc<StateError>> {
        self.shared.held().fault()
    }

    /// Notifies of changes of the world, so that a watch can look again. While anybody holds a receiver (inside a runtime),
    /// the world goes on by itself, and changes made by other processes are noticed.
    pub fn changes(&self) -> watch::Receiver<()> {
        let receiver = self.shared.changed.subscribe();
        if !self.shared.pulsing.swap(true, Ordering::AcqRel) {
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(pulse(Arc::downgrade(&self.shared)))),
                Err(_) => self.shared.pulsing.store(false, Ordering::Release),
            }
        }
        receiver
    }

    /// Sleeps until the virtual clock shows `target`.
    pub async fn sleep_until(&self, target: Timestamp) {
        loop {
            let left = self.with(|world| world.clock.wall_until(target));
            if left.is_zero() {
                return;
            }
            pause(left.clamp(Duration::from_micros(100), PULSE)).await;
        }
    }

    /// Sleeps for a virtual duration.
    pub async fn sleep(&self, duration: Duration) {
        let now = self.now();
        self.sleep_until(now.checked_add(duration).unwrap_or(Timestamp::MAX))
            .await;
    }

    /// Makes the virtual clock run at `speed` virtual seconds per second.
    pub fn set_speed(&self, speed: f64) {
        self.with(|world| world.set_speed(speed));
    }

    /// Lets `duration` of virtual time pass at once, with everything that happens in it.
    pub fn advance(&self, duration: Duration) -> Timestamp {
        self.with(|world| {
            let target = world.now().checked_add(duration).unwrap_or(Timestamp::MAX);
            sim::advance(world, target);
            world.jump_to(target);
            target
        })
    }

    /// Breaks something on purpose; `false` if it already was broken.
    pub fn break_(&self, what: Breakage) -> bool {
        self.with(|world| sim::set_broken(world, what, true))
    }

    /// Mends what was broken on purpose; `false` if it was not broken.
    pub fn mend(&self, what: Breakage) -> bool {
        self.with(|world| sim::set_broken(world, what, false))
    }

    /// What has been broken on purpose and not mended yet.
    pub fn broken(&self) -> Vec<Breakage> {
        self.with(|world| world.broken().collect())
    }

    /// Account, region and cluster.
    pub fn facts(&self) -> ClusterFacts {
        self.with(|world| world.facts.clone())
    }

    /// What there is in the world, in short.
    pub fn inventory(&self) -> Inventory {
        self.with(|world| Inventory::of(world))
    }

    /// The addresses that a load balancer's name has in DNS; none before it is active, or for names that are nobody's.
    pub fn resolve(&self, host: &str) -> Vec<IpAddr> {
        self.with(|world| sim::resolve(world, host))
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let (result, changed) = self.held().with(self.wall.now(), work);
        if changed {
            self.changed.send_replace(());
        }
        result
    }

    /// Whether a task should look at the world for somebody.
    fn is_watched(&self) -> bool {
        self.changed.receiver_count() > 0
    }
}

/// Looks at the world for as long as somebody watches it.
async fn pulse(shared: Weak<Shared>) {
    loop {
        let Some(shared) = shared.upgrade() else { return };
        if !shared.is_watched() {
            shared.pulsing.store(false, Ordering::Release);
            // Somebody may have come between the look and the store, and have seen a pulse that now ends.
            if !shared.is_watched() || shared.pulsing.swap(true, Ordering::AcqRel) {
                return;
            }
        }
        let due = shared.with(|world| sim::next_due(world).map(|due| world.clock.wall_until(due)));
        drop(shared);
        let rest = due.unwrap_or(PULSE).clamp(Duration::from_millis(1), PULSE);
        pause(rest).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox is where virtual time is made of the wall's"
)]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests;
