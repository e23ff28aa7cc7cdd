//! The virtual clock: runs `speed` times as fast as the wall while somebody is in, at the wall's pace otherwise, and never back.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The wall clock, as far as the sandbox needs one; tests put a paused one in its place.
pub trait WallClock: Send + Sync {
    /// The time on the wall.
    fn now(&self) -> Timestamp;

    /// How long this process has been at work so far, as far as it tells. The world's time stands still meanwhile: who computes
    /// for many labs at once, or on a slow machine, is not late for what he waits for.
    fn busy(&self) -> Duration {
        Duration::ZERO
    }

    /// From now on other processes learn by the file at `path` when this one is at work, and this one learns it of them. A
    /// file that cannot be had tells nothing.
    fn share(&self, path: &Path) {
        let _ = path;
    }

    /// Whether another process that shares is at work now.
    fn others_work(&self) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWallClock;

impl WallClock for SystemWallClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The machine's clock, in a process that tells when it has nothing to do.
#[derive(Debug)]
pub struct ProcessClock {
    begun: Instant,
    rest: Mutex<Rest>,
    desk: OnceLock<Desk>,
}

/// A file that has a shared lock of each process that is at work; the system takes it from who has died.
#[derive(Debug)]
struct Desk(File);

impl Desk {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.custom_flags(regular_alone()).open(path)?;
        file.lock_shared()?;
        Ok(Self(file))
    }

    /// Whether anybody else is there. Asked by who is at work, and has a lock himself.
    fn has_others(&self) -> bool {
        let alone = self.0.try_lock().is_ok();
        // It is lost where it could not become the only one.
        drop(self.0.lock_shared());
        !alone
    }
}

/// A link would lead somewhere else; a pipe must not be waited for.
pub(crate) fn regular_alone() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC;
    i32::try_from(flags.bits()).unwrap_or_default()
}

/// What a process has rested.
#[derive(Debug, Default)]
struct Rest {
    total: Duration,
    /// Since when it rests now.
    since: Option<Instant>,
}

impl ProcessClock {
    /// Of a process that works from now on.
    #[expect(clippy::new_without_default, reason = "it begins to count")]
    pub fn new() -> Self {
        Self {
            begun: stopwatch(),
            rest: Mutex::default(),
            desk: OnceLock::new(),
        }
    }

    /// The process has nothing to do.
    pub fn rests(&self) {
        self.rest().since = Some(stopwatch());
        if let Some(Desk(file)) = self.desk.get() {
            // A lock that cannot be given back makes others wait a little longer.
            drop(file.unlock());
        }
    }

    /// The process works again.
    pub fn works(&self) {
        let mut rest = self.rest();
        let rested = rest.since.take().map(|since| since.elapsed());
        rest.total += rested.unwrap_or_default();
        drop(rest);
        if let Some(Desk(file)) = self.desk.get() {
            drop(file.lock_shared());
        }
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the sandbox's wall")]
fn stopwatch() -> Instant {
    Instant::now()
}

impl WallClock for ProcessClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn busy(&self) -> Duration {
        let rest = self.rest();
        let now = rest.since.map_or(Duration::ZERO, |since| since.elapsed());
        self.begun.elapsed().saturating_sub(rest.total + now)
    }

    fn share(&self, path: &Path) {
        if self.desk.get().is_none()
            && let Ok(desk) = Desk::open(path)
        {
            let _ = self.desk.set(desk);
        }
    }

    fn others_work(&self) -> bool {
        self.desk.get().is_some_and(Desk::has_others)
    }
}

/// A gap between two reads longer than this is a time in which nobody was in.
const IDLE: Duration = Duration::from_secs(2);

/// The first second of the year 3000: nobody's world gets so old.
const END: i64 = 32_503_680_000;

/// Nobody needs a world that goes faster.
const FASTEST: f64 = 1e6;

/// The virtual clock's time when it was last read. Pure: all it knows is in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct VirtualClock {
    /// Virtual time when it was last read.
    pub(crate) virtual_now: Timestamp,
    /// Wall time when it was last read.
    pub(crate) wall: Timestamp,
    /// Virtual seconds per wall second while somebody is in.
    pub(crate) speed: f64,
}

impl VirtualClock {
    /// A clock that starts at the wall's time.
    pub(crate) fn starting_at(wall: Timestamp, speed: f64) -> Self {
        Self {
            virtual_now: wall,
            wall,
            speed,
        }
    }

    /// The virtual time at wall time `wall`.
    pub(crate) fn at(&self, wall: Timestamp) -> Timestamp {
        let gap = Duration::try_from(wall.duration_since(self.wall)).unwrap_or_default();
        let fast = gap.min(IDLE).mul_f64(self.speed);
        let slow = gap.saturating_sub(IDLE);
        self.virtual_now.checked_add(fast + slow).unwrap_or(self.virtual_now)
    }

    /// Whether a world's clock may show `time`: what lives long after it has to have a time, too.
    pub(crate) fn goes_to(time: Timestamp) -> bool {
        (0..END).contains(&time.as_second())
    }

    /// What about the clock no world's can be, if anything.
    pub(crate) fn impossible(&self) -> Option<String> {
        let time = [self.virtual_now, self.wall]
            .into_iter()
            .find(|time| !Self::goes_to(*time));
        if let Some(time) = time {
            return Some(format!("its clock shows {time}"));
        }
        let is_possible = self.speed > 0.0 && self.speed <= FASTEST;
        (!is_possible).then(|| format!("its clock goes {} times as fast as the wall's", self.speed))
    }

    /// Sets the clock once everything until `now` has happened; it never goes back.
    pub(crate) fn set(&mut self, now: Timestamp, wall: Timestamp) {
        self.virtual_now = self.virtual_now.max(now);
        self.wall = self.wall.max(wall);
    }

    /// How long the wall takes until the virtual clock, which shows `now`, shows `target` while somebody is in. Never nothing
    /// before that time: who is told so looks again at once, and while somebody is at work, time stands still.
    pub(crate) fn wall_between(&self, now: Timestamp, target: Timestamp) -> Duration {
        let gap = Duration::try_from(target.duration_since(now)).unwrap_or_default();
        if gap.is_zero() {
            return gap;
        }
        let wall = Duration::try_from_secs_f64(gap.as_secs_f64() / self.speed).unwrap_or(Duration::MAX);
        wall.max(Duration::from_nanos(1))
    }
}

impl fmt::Display for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (x{})", self.virtual_now, self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_rests_it_is_not_at_work() {
        let pause = Duration::from_millis(30);
        let clock = ProcessClock::new();
        let begun = stopwatch();
        std::thread::sleep(pause);
        clock.rests();
        let worked = clock.busy();
        assert!(worked >= pause, "{worked:?}");
        std::thread::sleep(pause);
        let resting = clock.busy();
        assert!(resting <= begun.elapsed().saturating_sub(pause), "{resting:?}");
        clock.works();
        std::thread::sleep(pause);
        let (busy, all) = (clock.busy(), begun.elapsed());
        assert!(
            busy >= 2 * pause && busy + pause <= all + Duration::from_millis(5),
            "{busy:?} of {all:?}"
        );
    }

    #[test]
    fn who_is_at_work_is_seen_by_who_shares() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.busy");
        let (one, other) = (ProcessClock::new(), ProcessClock::new());
        one.share(&path);
        assert!(!one.others_work());
        other.share(&path);
        assert!(one.others_work() && other.others_work());
        other.rests();
        assert!(!one.others_work());
        other.works();
        assert!(one.others_work());
        drop(other);
        assert!(!one.others_work(), "who is no more is not at work");
        std::os::unix::fs::symlink(folder.path().join("else"), folder.path().join("link")).unwrap();
        let careful = ProcessClock::new();
        careful.share(&folder.path().join("link"));
        assert!(!folder.path().join("else").exists());
    }

    #[test]
    fn runs_fast_while_somebody_is_in_and_at_the_walls_pace_otherwise() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut clock = VirtualClock::starting_at(start, 60.0);
        let wall = start + Duration::from_secs(1);
        assert_eq!(clock.at(wall), start + Duration::from_mins(1));
        clock.set(clock.at(wall), wall);
        let later = wall + Duration::from_secs(2 + 100);
        assert_eq!(clock.at(later), clock.virtual_now + Duration::from_secs(120 + 100));
        clock.set(start, start);
        assert_eq!(
            (clock.virtual_now, clock.wall),
            (start + Duration::from_mins(1), wall),
            "never back"
        );
    }

    #[test]
    fn a_time_that_is_to_come_is_some_time_away() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let clock = VirtualClock::starting_at(start, 60.0);
        let next = start + Duration::from_nanos(1);
        assert!(clock.wall_between(start, next) > Duration::ZERO);
        assert_eq!(clock.wall_between(next, next), Duration::ZERO);
        assert_eq!(clock.wall_between(next, start), Duration::ZERO);
        let minute = start + Duration::from_mins(1);
        assert_eq!(clock.wall_between(start, minute), Duration::from_secs(1));
    }
}
