//! The handle on a world: serialises access, lets time pass, keeps the world in its file, wakes watchers.

mod disk;
mod error;
mod held;
mod holder;
mod lock;
mod subscribers;
mod turn;
mod waits;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::authority::{Authority, CertificateError};
use crate::clock::{VirtualClock, WallClock};
use crate::inventory::Inventory;
use crate::sim::{self, Attempt, Beginning};
use crate::state::{Breakage, ClusterFacts};
use crate::world::{Topic, World};

pub use error::StateError;
pub use holder::Holder;
pub use turn::Turn;
pub use waits::{Wait, Waits};

use disk::Disk;
use held::Held;
use lock::Taken;
use subscribers::Subscribers;
use turn::Gate;

/// While somebody watches or sleeps, the world is looked at at least this often (wall time).
const PULSE: Duration = Duration::from_millis(100);

/// Looking at the world for watchers takes this part of a process's time at most; on a busy machine, or where many use one
/// world, it takes long.
const SHARE: u32 = 5;

/// ... but they are not left without news for longer (wall time).
const LONGEST_REST: Duration = Duration::from_secs(1);

/// Where a world is kept, and for whom it is opened.
#[derive(Debug, Clone)]
pub struct StateFile {
    /// The file.
    pub path: PathBuf,
    /// What this process is called as, such as `lab2048 apply`: others who wait for the world are told.
    pub caller: String,
    /// Where it shows that this process waits for others.
    pub waits: Waits,
}

impl StateFile {
    /// The file at `path`, opened by nobody yet.
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            caller: "lab2048".to_owned(),
            waits: Waits::default(),
        }
    }
}

/// A world that can be called.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    held: Mutex<Held>,
    /// None for a world that lives in memory only.
    gate: Option<Gate>,
    wall: Arc<dyn WallClock>,
    changed: watch::Sender<()>,
    /// Those who wait for changes of some objects.
    subscribers: Subscribers,
    /// Whether a task is under way that looks at the world for the watchers.
    pulsing: AtomicBool,
    /// Signs what servers of this world show.
    authority: OnceLock<Authority>,
}

impl Sandbox {
    /// A fresh world that lives in memory only.
    pub fn in_memory(seed: u64, speed: f64, wall: Arc<dyn WallClock>) -> Self {
        Self::begun(&Beginning::of(seed, speed), wall)
    }

    /// A fresh world that begins so and lives in memory only.
    pub fn begun(beginning: &Beginning, wall: Arc<dyn WallClock>) -> Self {
        let world = sim::genesis(beginning, wall.now());
        Self::holding(Held::in_memory(world), None, wall)
    }

    /// A world that lives in memory only and goes on from what `world` is.
    pub(crate) fn going_on_from(world: World, wall: Arc<dyn WallClock>) -> Self {
        Self::holding(Held::in_memory(world), None, wall)
    }

    /// The world kept in `file`; a fresh one from `seed`, with the chapter's one cluster, if there is no such file. The speed given here counts. Waits for
    /// others who use the file.
    pub async fn open(file: StateFile, seed: u64, speed: f64, wall: Arc<dyn WallClock>) -> Result<Self, StateError> {
        Self::filed(file, &Beginning::of(seed, speed), wall, false).await
    }

    /// Puts a fresh world that begins so into `file`, whatever is there. Waits for others who use it.
    pub async fn reset(file: StateFile, beginning: &Beginning, wall: Arc<dyn WallClock>) -> Result<Self, StateError> {
        Self::filed(file, beginning, wall, true).await
    }

    async fn filed(
        file: StateFile,
        beginning: &Beginning,
        wall: Arc<dyn WallClock>,
        replaces: bool,
    ) -> Result<Self, StateError> {
        let disk = Disk::open(&file.path)?;
        wall.share(&disk.desk());
        let gate = Gate::new(disk.lock().clone(), file.waits);
        let lock = gate.take(wall.now()).await;
        let lock: Taken = lock.map_err(|source| disk.io("lock", source))?;
        let genesis = || sim::genesis(beginning, wall.now());
        let held = Held::filed(disk, file.caller, &lock, replaces, genesis)?;
        drop(lock);
        let sandbox = Self::holding(held, Some(gate), wall);
        sandbox.turn().await.with(|world| world.set_speed(beginning.speed));
        Ok(sandbox)
    }

    fn holding(held: Held, gate: Option<Gate>, wall: Arc<dyn WallClock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                held: Mutex::new(held),
                gate,
                wall,
                changed: watch::Sender::new(()),
                subscribers: Subscribers::default(),
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
        self.shared.now()
    }

    /// Lets everything happen that is due, then runs `work` on the world, then lets the controllers react.
    ///
    /// `work` must not call the sandbox: the world is locked while it runs. If the state file cannot be read or written
    /// the world in memory is used and [`Sandbox::fault`] has the reason. Where other processes may use the world too, a
    /// turn is waited for first ([`Sandbox::turn`]): without one the thread waits.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// The same for a look at the world, as this process has last seen it if another one has it now.
    fn look<T>(&self, work: impl FnOnce(&World) -> T) -> T {
        self.shared.look(work)
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

    /// Notifies of changes of the objects of a topic.
    pub(crate) fn changes_of(&self, topic: Topic) -> Arc<Notify> {
        self.shared.subscribers.join(topic)
    }

    /// Sleeps until the virtual clock shows `target`.
    pub async fn sleep_until(&self, target: Timestamp) {
        loop {
            let left = self.shared.wall_until(target);
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

    /// Lets `duration` of virtual time pass at once, with everything that happens in it. Nothing happens, and there is no
    /// such time, if the world's clock does not go so far.
    pub fn advance(&self, duration: Duration) -> Option<Timestamp> {
        self.with(|world| {
            let target = world.now().checked_add(duration).ok();
            let target = target.filter(|target| VirtualClock::goes_to(*target))?;
            sim::advance(world, target);
            world.jump_to(target);
            Some(target)
        })
    }

    /// Breaks something on purpose.
    pub fn break_(&self, what: Breakage) -> Attempt {
        self.with(|world| sim::set_broken(world, what, true))
    }

    /// Mends what was broken on purpose.
    pub fn mend(&self, what: Breakage) -> Attempt {
        self.with(|world| sim::set_broken(world, what, false))
    }

    /// What has been broken on purpose and is so still.
    pub fn broken(&self) -> Vec<Breakage> {
        self.look(sim::broken)
    }

    /// Account, region and cluster.
    pub fn facts(&self) -> ClusterFacts {
        self.look(|world| world.facts.clone())
    }

    /// What there is in the world, in short.
    pub fn inventory(&self) -> Inventory {
        self.look(Inventory::of)
    }

    /// The addresses that a load balancer's name has in DNS; none before it is active, or for names that are nobody's.
    pub async fn resolve(&self, host: &str) -> Vec<IpAddr> {
        self.turn().await.with(|world| sim::resolve(world, host))
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        if let Some(gate) = self.gate.as_ref().filter(|_| !self.held().is_ours()) {
            gate.wait_here(&self.held, &*self.wall);
            let result = self.with_from(self.rested(), work);
            self.held().leave();
            return result;
        }
        self.with_from(self.rested(), work)
    }

    /// The wall time until which the world's clock goes now.
    fn rested(&self) -> Timestamp {
        let (now, busy) = (self.wall.now(), self.wall.busy());
        self.held().rested(now, busy)
    }

    /// Works on the world for somebody who has asked for it at wall time `asked`.
    fn with_from<T>(&self, asked: Timestamp, work: impl FnOnce(&mut World) -> T) -> T {
        let mut held = self.held();
        let (result, changed) = held.with(asked, || self.wall.now(), work);
        held.set_busy(self.wall.busy());
        let news = changed.then(|| held.world.news());
        drop(held);
        if let Some(news) = news {
            self.changed.send_replace(());
            self.subscribers.tell(&news);
        }
        result
    }

    fn look<T>(&self, work: impl FnOnce(&World) -> T) -> T {
        if let Some(gate) = self.gate.as_ref().filter(|_| !self.held().is_ours()) {
            if !gate.try_here(&self.held, &*self.wall) {
                return work(&self.held().world);
            }
            let result = self.with_from(self.rested(), |world| work(world));
            self.held().leave();
            return result;
        }
        self.with_from(self.rested(), |world| work(world))
    }

    fn now(&self) -> Timestamp {
        match &self.gate {
            None => self.with(|world| world.now()),
            Some(gate) => {
                let waiting = gate.waiting_since();
                let rested = self.rested();
                self.held().time(rested, waiting, || self.wall.others_work())
            }
        }
    }

    /// How long the wall takes until the virtual clock shows `target`, while somebody is in.
    fn wall_until(&self, target: Timestamp) -> Duration {
        let now = self.now();
        self.held().world.clock.wall_between(now, target)
    }

    /// How long the wall takes until the next thing happens by itself.
    fn due(&self) -> Option<Duration> {
        let due = sim::next_due(&self.held().world)?;
        Some(self.wall_until(due))
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
        let rest = beat(Sandbox { shared }).await;
        pause(rest).await;
    }
}

/// Lets happen what is due, and takes over what others have done. Returns how long to rest until the next look.
async fn beat(sandbox: Sandbox) -> Duration {
    let shared = &sandbox.shared;
    let begun = shared.wall.now();
    let is_quiet = || shared.gate.is_some() && !shared.held().is_foreign();
    let mut due = if is_quiet() { shared.due() } else { Some(Duration::ZERO) };
    if due.is_some_and(|due| due.is_zero()) {
        let next = |world: &mut World| Some((world.clock, world.now(), sim::next_due(world)?));
        let next = sandbox.turn().await.with(next);
        due = next.map(|(clock, now, due)| clock.wall_between(now, due));
    }
    let took = Duration::try_from(shared.wall.now().duration_since(begun)).unwrap_or_default();
    let rest = due.unwrap_or(PULSE).clamp(Duration::from_millis(1), PULSE);
    rest.max((took * SHARE).min(LONGEST_REST))
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
