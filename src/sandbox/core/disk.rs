//! The state file: one JSON document, replaced as a whole, guarded between processes by a lock file.
//!
//! Every save writes a temporary file and renames it over the old one, so that a process killed at any moment leaves a
//! whole file. The lock file beside it has a count of saves: by it a process notices what another one has done.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::World;

/// Version of the file's format; another one is refused.
const FORMAT: u32 = 2;

/// What can be wrong with the state file.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The operating system refused.
    #[error("cannot {action} the sandbox's state file {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not what this program wrote.
    #[error("the sandbox's state file {} is damaged; `lab2048 sandbox reset` puts a fresh world in its place", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The file was written by another version of this program.
    #[error(
        "the sandbox's state file {} has format {found}, this program knows format {FORMAT}; `lab2048 sandbox reset` puts a fresh world in its place",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
}

impl StateError {
    /// What went wrong with all its causes, on one line.
    pub fn full_text(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        let texts = std::iter::once(self.to_string()).chain(causes.map(ToString::to_string));
        texts.collect::<Vec<_>>().join(": ")
    }
}

/// What distinguishes one save from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    saves: u64,
    modified: Option<SystemTime>,
    length: u64,
}

/// The state file and its lock.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    lock: File,
    /// The save that the world in memory corresponds to.
    seen: Option<Stamp>,
    /// Wall time of the clock in the file.
    last_look: Timestamp,
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    world: &'a World,
}

#[derive(Deserialize)]
struct Stored {
    format: u32,
    world: World,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

impl Disk {
    /// Opens the lock beside `path`, making its folder if need be; the state file itself need not be there.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        let failed = |action| {
            move |source| StateError::Io {
                action,
                path: path.to_owned(),
                source,
            }
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed("make the folder of"))?;
        }
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(beside(path, "lock"))
            .map_err(failed("lock"))?;
        Ok(Self {
            path: path.to_owned(),
            lock,
            seen: None,
            last_look: Timestamp::UNIX_EPOCH,
        })
    }

    /// Waits until no other process works on the file, and keeps others out until [`Disk::unlock`].
    pub(super) fn lock(&self) -> Result<(), StateError> {
        self.lock.lock().map_err(|source| self.io("lock", source))
    }

    /// Lets others in.
    pub(super) fn unlock(&self) -> Result<(), StateError> {
        self.lock.unlock().map_err(|source| self.io("unlock", source))
    }

    /// Whether the file has been written since this process last read or wrote it. Needs no lock.
    pub(super) fn is_foreign(&self) -> bool {
        self.seen
            .is_none_or(|seen| self.stamp().is_ok_and(|stamp| stamp != seen))
    }

    /// The world in the file, if there is a file. Needs the lock.
    pub(super) fn load(&mut self) -> Result<Option<World>, StateError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io("read", source)),
        };
        let stored = match serde_json::from_slice::<Stored>(&text) {
            Ok(stored) if stored.format == FORMAT => stored,
            Ok(stored) => return Err(self.foreign_format(stored.format)),
            Err(source) => return Err(self.damaged(&text, source)),
        };
        self.last_look = stored.world.clock.wall;
        self.seen = Some(self.stamp().map_err(|source| self.io("read", source))?);
        Ok(Some(stored.world))
    }

    /// Puts `world` in place of what is in the file. Needs the lock.
    pub(super) fn save(&mut self, world: &mut World) -> Result<(), StateError> {
        world.settle_version();
        self.write(world).map_err(|source| self.io("write", source))?;
        self.last_look = world.clock.wall;
        Ok(())
    }

    /// Wall time of the clock that other processes know of.
    pub(super) fn last_look(&self) -> Timestamp {
        self.last_look
    }

    /// Counts first, then replaces: a process killed in between makes others reload once too often, never too rarely.
    fn write(&mut self, world: &World) -> io::Result<()> {
        let text = serde_json::to_vec(&Written { format: FORMAT, world })?;
        let temporary = beside(&self.path, "new");
        fs::write(&temporary, text)?;
        let saves = self.saves()? + 1;
        self.lock.seek(SeekFrom::Start(0))?;
        self.lock.write_all(format!("{saves:020}\n").as_bytes())?;
        fs::rename(&temporary, &self.path)?;
        self.seen = Some(self.stamp()?);
        Ok(())
    }

    fn stamp(&self) -> io::Result<Stamp> {
        let metadata = fs::metadata(&self.path)?;
        Ok(Stamp {
            saves: self.saves()?,
            modified: metadata.modified().ok(),
            length: metadata.len(),
        })
    }

    fn saves(&self) -> io::Result<u64> {
        let mut text = String::new();
        let mut lock = &self.lock;
        lock.seek(SeekFrom::Start(0))?;
        lock.read_to_string(&mut text)?;
        Ok(text.trim().parse().unwrap_or_default())
    }

    /// A file that cannot be read may be of another format.
    fn damaged(&self, text: &[u8], source: serde_json::Error) -> StateError {
        match serde_json::from_slice::<Header>(text) {
            Ok(header) if header.format != FORMAT => self.foreign_format(header.format),
            _ => StateError::Damaged {
                path: self.path.clone(),
                source,
            },
        }
    }

    fn foreign_format(&self, found: u32) -> StateError {
        StateError::Format {
            path: self.path.clone(),
            found,
        }
    }

    fn io(&self, action: &'static str, source: io::Error) -> StateError {
        StateError::Io {
            action,
            path: self.path.clone(),
            source,
        }
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
