//! The world in memory, in step with its file.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::disk::{Disk, StateError};
use crate::sim;
use crate::world::{World, WorldVersion};

/// Other processes learn at least this often that somebody is in (wall time).
const CLOCK_SAVE: Duration = Duration::from_millis(500);

/// The world in memory, and the file it belongs to.
pub(super) struct Held {
    pub(super) world: World,
    disk: Option<Disk>,
    /// Why the file could not be read or written when last tried.
    fault: Option<Arc<StateError>>,
}

impl Held {
    /// A world that is in the file of `disk`, if there is one.
    pub(super) fn new(world: World, disk: Option<Disk>) -> Self {
        Self {
            world,
            disk,
            fault: None,
        }
    }

    /// Why the file could not be read or written when last tried.
    pub(super) fn fault(&self) -> Option<Arc<StateError>> {
        self.fault.clone()
    }

    /// Takes over what others have done, lets everything happen that is due at wall time `wall`, runs `work`, lets the
    /// controllers react, and keeps what has changed. Also returns whether anything has.
    pub(super) fn with<T>(&mut self, wall: Timestamp, work: impl FnOnce(&mut World) -> T) -> (T, bool) {
        let before = self.world.version();
        let begun = self.begin();
        let loaded = self.world.version();
        let now = self.world.clock.at(wall);
        sim::advance(&mut self.world, now);
        self.world.clock.set(now, wall);
        let result = work(&mut self.world);
        sim::settle(&mut self.world);
        let ended = self.end(loaded, begun.is_ok());
        self.fault = begun.and(ended).err().map(Arc::new);
        (result, self.world.version() != before)
    }

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

    /// Keeps what has changed since version `loaded`, and lets other processes in. A file that could not be read is
    /// left as it is.
    fn end(&mut self, loaded: WorldVersion, readable: bool) -> Result<(), StateError> {
        let Some(disk) = &mut self.disk else { return Ok(()) };
        let since_look = Duration::try_from(self.world.clock.wall.duration_since(disk.last_look())).unwrap_or_default();
        let saved = if readable && (self.world.version() != loaded || since_look >= CLOCK_SAVE) {
            disk.save(&mut self.world)
        } else {
            Ok(())
        };
        disk.unlock()?;
        saved
    }
}
