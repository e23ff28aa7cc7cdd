//! The world in memory, in step with its file.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::disk::Disk;
use super::error::StateError;
use super::holder::Holder;
use super::lock::{Record, Taken};
use crate::clock::VirtualClock;
use crate::sim;
use crate::world::{World, WorldVersion};

/// Other processes learn at least this often that somebody is in (wall time).
const PRESENCE: Duration = Duration::from_millis(500);

/// A tenure is passed on within the process for so long at most (wall time); then other processes get theirs.
const TENURE: Duration = Duration::from_millis(50);

/// Who only wants to know the time is told it from memory for so long (wall time): hundreds sleep at once.
const FRESH: Duration = Duration::from_millis(2);

/// Others at work make the time stand still for no longer (wall time).
const LONGEST_STAND: Duration = Duration::from_secs(10);

/// The world in memory, and the file it belongs to.
pub(super) struct Held {
    pub(super) world: World,
    /// The version that whoever watches knows.
    told: WorldVersion,
    /// None for a world that lives in memory only.
    filed: Option<Filed>,
    /// How long this process had been at work when it last set the clock.
    busy: Duration,
    /// Why the file could not be read or written when last tried.
    fault: Option<Arc<StateError>>,
}

/// What belongs to a world in a file.
struct Filed {
    disk: Disk,
    tenure: Option<Tenure>,
    /// The version of the world in the file.
    saved: WorldVersion,
    /// Whether this process has saved anything.
    has_saved: bool,
    /// What the lock file says, as far as is known here.
    record: Record,
    /// The latest virtual time that anybody here has been told.
    latest: Timestamp,
    /// What this process is called as.
    caller: String,
    /// Since when others have been seen at work whenever this process looked (wall time).
    others_since: Option<Timestamp>,
    /// Whether they made the time stand still when it last looked.
    stands: bool,
    /// When the record was last read for the time that it is (wall time).
    looked: Option<Timestamp>,
}

/// The time in which this process has the world's lock.
struct Tenure {
    lock: Taken,
    /// Wall time.
    began: Timestamp,
    /// Whether the file could be read: one that could not is left as it is.
    readable: bool,
}

impl Held {
    /// A world that lives in memory only.
    pub(super) fn in_memory(world: World) -> Self {
        Self {
            told: world.version(),
            world,
            filed: None,
            busy: Duration::ZERO,
            fault: None,
        }
    }

    /// The world that is in the file of `disk`, or that `genesis` makes if there is none. `replaces` if the latter is to take
    /// the former's place.
    pub(super) fn filed(
        mut disk: Disk,
        caller: String,
        lock: &Taken,
        replaces: bool,
        genesis: impl FnOnce() -> World,
    ) -> Result<Self, StateError> {
        let mut record = lock.record().map_err(|source| disk.io("lock", source))?;
        disk.sweep();
        let loaded = disk.load(&record);
        let world = match loaded {
            Ok(Some(world)) if !replaces => world,
            Err(error) if !replaces => return Err(error),
            old => {
                let mut world = genesis();
                if let Ok(Some(old)) = old {
                    world.follow(&old);
                }
                record = Record {
                    worlds: record.worlds + 1,
                    clock: Some(world.clock),
                    holder: None,
                    ..record
                };
                disk.replace(&mut world, lock, &mut record)?;
                world
            }
        };
        Ok(Self {
            told: world.version(),
            filed: Some(Filed {
                disk,
                tenure: None,
                saved: world.version(),
                has_saved: false,
                record,
                latest: world.now(),
                caller,
                others_since: None,
                stands: false,
                looked: None,
            }),
            world,
            busy: Duration::ZERO,
            fault: None,
        })
    }

    /// Why the file could not be read or written when last tried.
    pub(super) fn fault(&self) -> Option<Arc<StateError>> {
        self.fault.clone()
    }

    /// Whether the file, if there is one, has been written by others since it was last read here.
    pub(super) fn is_foreign(&self) -> bool {
        self.filed.as_ref().is_some_and(|filed| filed.disk.is_foreign())
    }

    /// Whether nobody has to be kept out before something is done to the world.
    pub(super) fn is_ours(&self) -> bool {
        self.filed.as_ref().is_none_or(|filed| filed.tenure.is_some())
    }

    /// The lock could not be asked for.
    pub(super) fn failed(&mut self, source: io::Error) {
        self.fault = self.filed.as_ref().map(|filed| Arc::new(filed.disk.io("lock", source)));
    }

    /// Begins a tenure at wall time `wall`: takes over what others have done.
    pub(super) fn enter(&mut self, lock: Taken, wall: Timestamp) {
        let Some(filed) = &mut self.filed else { return };
        match filed.enter(lock, wall, &mut self.world) {
            Ok(()) => self.fault = None,
            Err(error) => self.fault = Some(Arc::new(error)),
        }
    }

    /// Whether the tenure may be passed on at wall time `wall` to somebody in this process who waits.
    pub(super) fn may_pass_on(&self, wall: Timestamp) -> bool {
        let tenure = self.filed.as_ref().and_then(|filed| filed.tenure.as_ref());
        tenure.is_some_and(|tenure| wall.duration_since(tenure.began).unsigned_abs() < TENURE)
    }

    /// Ends the tenure: keeps what has changed and lets other processes in.
    pub(super) fn leave(&mut self) {
        let Some(filed) = &mut self.filed else { return };
        if let Err(error) = filed.leave(&mut self.world) {
            self.fault = Some(Arc::new(error));
        }
    }

    /// Lets everything happen that was due when `work` was asked for at wall time `asked`, runs it, and lets the controllers
    /// react. Time stands still from then until now, at wall time `now()`: however long it took, and however long was
    /// waited for others before, nobody is late for it. Also returns whether anything has changed, others' changes included.
    pub(super) fn with<T>(
        &mut self,
        asked: Timestamp,
        now: impl FnOnce() -> Timestamp,
        work: impl FnOnce(&mut World) -> T,
    ) -> (T, bool) {
        let time = self.time_at(asked);
        sim::advance(&mut self.world, time);
        self.world.clock.set(time, asked);
        let result = work(&mut self.world);
        sim::settle(&mut self.world);
        self.world.rest();
        let time = self.world.now();
        self.world.clock.set(time, now());
        if let Some(filed) = &mut self.filed {
            filed.record.clock = Some(self.world.clock);
            filed.latest = time;
        }
        let changed = self.world.version() != self.told;
        self.told = self.world.version();
        (result, changed)
    }

    /// The wall time until which the world's clock goes, at wall time `wall`, if this process has been at work for `busy` in
    /// all: it stands still while the process works.
    pub(super) fn rested(&self, wall: Timestamp, busy: Duration) -> Timestamp {
        let worked = busy.saturating_sub(self.busy);
        wall.checked_sub(worked).unwrap_or(wall)
    }

    /// The clock was set when this process had been at work for `busy` in all.
    pub(super) fn set_busy(&mut self, busy: Duration) {
        self.busy = busy;
    }

    fn time_at(&self, wall: Timestamp) -> Timestamp {
        let Some(filed) = &self.filed else {
            return self.world.clock.at(wall);
        };
        filed.clock(&self.world).at(wall).max(filed.latest)
    }

    /// The virtual time at wall time `wall`, without a tenure: it stands still while any process has one, while this one has
    /// been waiting for it (since wall time `waiting`), or while others are at work.
    pub(super) fn time(
        &mut self,
        wall: Timestamp,
        waiting: Option<Timestamp>,
        others_work: impl FnOnce() -> bool,
    ) -> Timestamp {
        let stands = !self.is_ours() && waiting.is_none();
        let time = self.time_at(waiting.unwrap_or(wall));
        let Some(filed) = &mut self.filed else { return time };
        filed.latest = if stands {
            filed.look(&self.world, wall, others_work).unwrap_or(filed.latest)
        } else {
            time
        };
        filed.latest
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(filed) = &mut self.filed {
            // Whatever is wrong with the file, all that was promised is in it.
            drop(filed.close(&mut self.world));
        }
    }
}

impl Filed {
    fn clock(&self, world: &World) -> VirtualClock {
        self.record.clock.unwrap_or(world.clock)
    }

    fn enter(&mut self, lock: Taken, wall: Timestamp, world: &mut World) -> Result<(), StateError> {
        let failed = |disk: &Disk, source| Err(disk.io("lock", source));
        let mut record = match lock.record() {
            Ok(record) => record,
            Err(source) => return failed(&self.disk, source),
        };
        if record.worlds != self.record.worlds {
            self.latest = Timestamp::MIN;
        }
        record.holder = Some(Holder {
            process: rustix::process::getpid().as_raw_nonzero().get(),
            command: self.caller.clone(),
        });
        let told = lock.write(&record);
        self.record = record;
        let read = self.disk.catch_up(&self.record, world);
        self.tenure = Some(Tenure {
            lock,
            began: wall,
            readable: read.is_ok(),
        });
        if read? {
            self.saved = world.version();
        }
        told.or_else(|source| failed(&self.disk, source))
    }

    fn leave(&mut self, world: &mut World) -> Result<(), StateError> {
        let Some(tenure) = self.tenure.take() else {
            return Ok(());
        };
        self.record.holder = None;
        let saved = if tenure.readable && world.version() != self.saved {
            let saved = self.disk.save(world, &tenure.lock, &mut self.record);
            if saved.is_ok() {
                self.saved = world.version();
                self.has_saved = true;
            }
            saved
        } else {
            Ok(())
        };
        let told = tenure.lock.write(&self.record);
        saved.and(told.map_err(|source| self.disk.io("lock", source)))
    }

    /// Nobody here needs the world any more: the file begins with it as it is now.
    fn close(&mut self, world: &mut World) -> Result<(), StateError> {
        self.leave(world)?;
        // Who has only looked leaves it to those whose steps they are.
        if !self.has_saved || !self.disk.has_steps() {
            return Ok(());
        }
        // If others have it, they are the ones who do so in the end.
        let Ok(Some(lock)) = self.disk.lock().try_take() else {
            return Ok(());
        };
        let record = lock.record().map_err(|source| self.disk.io("lock", source))?;
        self.record = record;
        self.disk.catch_up(&self.record, world)?;
        if self.disk.has_steps() {
            self.disk.replace(world, &lock, &mut self.record)?;
        }
        Ok(())
    }

    /// Whether others at work may make the time stand still at wall time `wall`: somebody who was stopped at work does not do so
    /// for ever.
    fn may_stand(&mut self, wall: Timestamp) -> bool {
        let since = *self.others_since.get_or_insert(wall);
        wall.duration_since(since).unsigned_abs() < LONGEST_STAND
    }

    /// The time at wall time `wall`, if no other process makes it stand still; also lets others know that somebody is in.
    fn look(&mut self, world: &World, wall: Timestamp, others_work: impl FnOnce() -> bool) -> Option<Timestamp> {
        let is_fresh = |looked: Timestamp| wall.duration_since(looked).unsigned_abs() < FRESH;
        if self.looked.is_some_and(is_fresh) {
            let clock = self.clock(world);
            let until = if self.stands { clock.wall } else { wall };
            return Some(clock.at(until).max(self.latest));
        }
        self.looked = Some(wall);
        self.stands = if others_work() {
            self.may_stand(wall)
        } else {
            self.others_since = None;
            false
        };
        let lock = self.disk.lock().try_take().ok().flatten()?;
        let mut record = lock.record().ok()?;
        if record.worlds != self.record.worlds {
            self.latest = Timestamp::MIN;
        }
        let clock = record.clock.get_or_insert(world.clock);
        let until = if self.stands { clock.wall } else { wall };
        let time = clock.at(until).max(self.latest);
        if self.stands || wall.duration_since(clock.wall).unsigned_abs() >= PRESENCE {
            clock.set(time, wall);
            lock.write(&record).ok()?;
        }
        self.record = record;
        Some(time)
    }
}
