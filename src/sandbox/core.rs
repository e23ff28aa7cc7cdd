//! The handle on a world: serialises access, advances the simulation, routes requests, wakes watchers.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use tokio::sync::watch;

use super::clock::Wall;
use super::disk::{Disk, StateError};
use super::world::{Breakage, World};
use super::{aws, k8s, sim};

/// Body of an answer; a watch's goes on until the client drops it.
pub type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// While somebody watches or sleeps, the world is looked at at least this often (wall time).
const PULSE: Duration = Duration::from_millis(100);

/// Other processes learn at least this often that somebody is in (wall time).
const CLOCK_SAVE: Duration = Duration::from_millis(500);

/// A world that can be called.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    held: Mutex<Held>,
    wall: Arc<dyn Wall>,
    changed: watch::Sender<u64>,
    /// Whether a task is under way that looks at the world for the watchers.
    pulsing: AtomicBool,
}

/// The world in memory, and the file it belongs to.
struct Held {
    world: World,
    disk: Option<Disk>,
    /// Why the file could not be read or written when last tried.
    fault: Option<String>,
}

impl Sandbox {
    /// A fresh world that lives in memory only.
    pub fn in_memory(seed: u64, speed: f64, wall: Arc<dyn Wall>) -> Self {
        let world = sim::genesis(seed, speed, wall.now());
        Self::holding(world, None, wall)
    }

    /// The world kept in the file `path`; a fresh one from `seed` if there is no such file. The speed given here counts.
    pub fn open(path: &Path, seed: u64, speed: f64, wall: Arc<dyn Wall>) -> Result<Self, StateError> {
        let mut disk = Disk::open(path)?;
        disk.lock()?;
        let world = if let Some(world) = disk.load()? {
            world
        } else {
            let world = sim::genesis(seed, speed, wall.now());
            disk.save(&world)?;
            world
        };
        disk.unlock()?;
        let sandbox = Self::holding(world, Some(disk), wall);
        sandbox.set_speed(speed);
        Ok(sandbox)
    }

    /// Puts a fresh world from `seed` into the file `path`, whatever is there.
    pub fn reset(path: &Path, seed: u64, speed: f64, wall: Arc<dyn Wall>) -> Result<Self, StateError> {
        let mut disk = Disk::open(path)?;
        disk.lock()?;
        let mut world = sim::genesis(seed, speed, wall.now());
        if let Ok(Some(old)) = disk.load() {
            world.revision = old.revision + 1;
        }
        disk.save(&world)?;
        disk.unlock()?;
        Ok(Self::holding(world, Some(disk), wall))
    }

    fn holding(world: World, disk: Option<Disk>, wall: Arc<dyn Wall>) -> Self {
        let changed = watch::Sender::new(world.revision);
        Self {
            shared: Arc::new(Shared {
                held: Mutex::new(Held {
                    world,
                    disk,
                    fault: None,
                }),
                wall,
                changed,
                pulsing: AtomicBool::new(false),
            }),
        }
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.with(|world| world.now())
    }

    /// Lets everything happen that is due, then runs `work` on the world, then lets the controllers react.
    ///
    /// `work` must not call the sandbox: the world is locked while it runs. If the state file cannot be read or written
    /// the world in memory is used and [`Sandbox::fault`] tells why.
    pub fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Why the state file could not be read or written when last tried; `None` when all is well.
    pub fn fault(&self) -> Option<String> {
        self.shared.held().fault.clone()
    }

    /// Tells of changes of the world, so that a watch can look again. While anybody holds a receiver (inside a runtime),
    /// the world goes on by itself, and changes made by other processes are noticed.
    pub fn changes(&self) -> watch::Receiver<u64> {
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
        self.with(|world| {
            #[expect(clippy::float_cmp, reason = "a copy is compared with its original")]
            if world.clock.speed != speed {
                world.clock.speed = speed;
                world.touch();
            }
        });
    }

    /// Lets `duration` of virtual time pass at once, with everything that happens in it.
    pub fn advance(&self, duration: Duration) -> Timestamp {
        self.with(|world| {
            let target = world.now().checked_add(duration).unwrap_or(Timestamp::MAX);
            let wall = world.clock.wall;
            sim::advance(world, target);
            world.clock.set(target, wall);
            world.touch();
            target
        })
    }

    /// Breaks something on purpose; `false` if it already was broken.
    pub fn break_(&self, what: Breakage) -> bool {
        self.with(|world| {
            let new = world.broken.insert(what);
            if new {
                sim::breakage(world, what, true);
                world.touch();
            }
            new
        })
    }

    /// Mends what was broken on purpose; `false` if it was not broken.
    pub fn mend(&self, what: Breakage) -> bool {
        self.with(|world| {
            let was = world.broken.remove(&what);
            if was {
                sim::breakage(world, what, false);
                world.touch();
            }
            was
        })
    }

    /// Answers one request, told apart by host: the cluster's endpoint, a load balancer's name, or AWS.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Body> {
        let host = request
            .uri()
            .host()
            .map(str::to_owned)
            .or_else(|| Some(request.headers().get(http::header::HOST)?.to_str().ok()?.to_owned()))
            .unwrap_or_default();
        if host.contains(".eks.amazonaws.com") && !host.starts_with("eks.") {
            k8s::answer(self, request).await
        } else if host.contains(".elb.amazonaws.com") {
            sim::answer_as_balancer(self, &host, &request)
        } else {
            aws::answer(self, &request)
        }
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut held = self.held();
        let before = held.world.revision;
        let begun = held.begin();
        let loaded = held.world.revision;
        let result = held.work(self.wall.now(), work);
        let ended = held.end(loaded, begun.is_ok());
        held.fault = begun.and(ended).err().map(|error| full_text(&error));
        let after = held.world.revision;
        drop(held);
        if after != before {
            self.changed.send_replace(after);
        }
        result
    }

    /// Whether a task should look at the world for somebody.
    fn is_watched(&self) -> bool {
        self.changed.receiver_count() > 0
    }
}

impl Held {
    /// Keeps other processes out and takes over what they have done.
    fn begin(&mut self) -> Result<(), StateError> {
        let Some(disk) = &mut self.disk else { return Ok(()) };
        disk.lock()?;
        if disk.is_foreign()
            && let Some(world) = disk.load()?
        {
            self.world = world;
        }
        Ok(())
    }

    /// Lets due things happen until now, works, lets the controllers react.
    fn work<T>(&mut self, wall: Timestamp, work: impl FnOnce(&mut World) -> T) -> T {
        let world = &mut self.world;
        let objects = world.kube.version();
        let revision = world.revision;
        let now = world.clock.at(wall);
        sim::advance(world, now);
        world.clock.set(now, wall);
        let result = work(world);
        sim::settle(world);
        if world.revision == revision && world.kube.version() != objects {
            world.touch();
        }
        result
    }

    /// Keeps what has changed since revision `loaded`, and lets other processes in. A file that could not be read is
    /// left as it is.
    fn end(&mut self, loaded: u64, readable: bool) -> Result<(), StateError> {
        let Some(disk) = &mut self.disk else { return Ok(()) };
        let looked = Duration::try_from(self.world.clock.wall.duration_since(disk.look())).unwrap_or_default();
        let saved = if readable && (self.world.revision != loaded || looked >= CLOCK_SAVE) {
            disk.save(&self.world)
        } else {
            Ok(())
        };
        disk.unlock()?;
        saved
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

/// An error with all its causes, on one line.
fn full_text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::SystemWall;

    /// A wall that goes by tokio's time.
    struct TokioWall(Timestamp, tokio::time::Instant);

    impl Wall for TokioWall {
        fn now(&self) -> Timestamp {
            self.0 + self.1.elapsed()
        }
    }

    fn wall() -> Arc<dyn Wall> {
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        Arc::new(TokioWall(start, tokio::time::Instant::now()))
    }

    #[tokio::test(start_paused = true)]
    async fn sleeps_by_the_virtual_clock() {
        let sandbox = Sandbox::in_memory(1, 60.0, wall());
        let (start, begun) = (sandbox.now(), tokio::time::Instant::now());
        sandbox.sleep(Duration::from_mins(10)).await;
        assert_eq!(sandbox.now().duration_since(start).as_secs(), 600);
        assert_eq!(begun.elapsed().as_secs(), 10);
        sandbox.set_speed(1.0);
        sandbox.advance(Duration::from_hours(1));
        assert_eq!(sandbox.now().duration_since(start).as_secs(), 4200);
    }

    #[tokio::test(start_paused = true)]
    async fn one_process_sees_what_another_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/state.json");
        let mine = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
        let theirs = Sandbox::open(&path, 2, 60.0, wall()).unwrap();
        assert_eq!(theirs.with(|world| world.seed), 1, "the world there is counts");
        let mut changes = mine.changes();
        changes.mark_unchanged();
        assert!(theirs.break_(Breakage::NoNat));
        assert!(!theirs.break_(Breakage::NoNat));
        changes.changed().await.unwrap();
        assert!(mine.with(|world| world.broken.contains(&Breakage::NoNat)));
        assert!(mine.mend(Breakage::NoNat));
        assert!(theirs.with(|world| world.broken.is_empty()));
        assert_eq!(mine.fault(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_goes_on_for_all_while_one_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let mine = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
        let theirs = Sandbox::open(&path, 1, 60.0, wall()).unwrap();
        let start = theirs.now();
        mine.sleep(Duration::from_mins(10)).await;
        assert_eq!(theirs.now(), mine.now());
        assert_eq!(theirs.now().duration_since(start).as_secs(), 600);
    }

    #[test]
    fn a_file_that_is_not_ours_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let open = || Sandbox::open(&path, 1, 60.0, Arc::new(SystemWall));
        let text = |error: StateError| error.to_string().replace(folder.path().to_str().unwrap(), "DIR");
        fs::write(&path, "{\"format\":1,\"wor").unwrap();
        insta::assert_snapshot!(text(open().err().unwrap()), @"the sandbox's state file DIR/state.json is damaged; `lab2048 sandbox reset` puts a fresh world in its place");
        fs::write(&path, "{\"format\":7}").unwrap();
        insta::assert_snapshot!(text(open().err().unwrap()), @"the sandbox's state file DIR/state.json has format 7, this program knows format 1; `lab2048 sandbox reset` puts a fresh world in its place");
        Sandbox::reset(&path, 1, 60.0, Arc::new(SystemWall)).unwrap();
        open().unwrap();
    }

    #[test]
    fn a_file_damaged_meanwhile_is_told_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let sandbox = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWall)).unwrap();
        fs::write(&path, "{").unwrap();
        sandbox.break_(Breakage::NoNat);
        assert!(sandbox.fault().unwrap().contains("is damaged"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{");
    }

    #[test]
    fn a_kill_between_writing_and_renaming_leaves_the_old_world() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let sandbox = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWall)).unwrap();
        sandbox.break_(Breakage::DnsOff);
        fs::write(folder.path().join("state.json.new"), "half a wor").unwrap();
        let again = Sandbox::open(&path, 1, 60.0, Arc::new(SystemWall)).unwrap();
        assert!(again.with(|world| world.broken.contains(&Breakage::DnsOff)));
    }
}
