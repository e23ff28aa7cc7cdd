//! The state file: one JSON document, replaced as a whole, guarded between processes by a lock file.
//!
//! Every save writes a new file beside it and puts it in the old one's place, so that a process killed at any moment leaves
//! a whole file. The lock file has a count of saves: by it a process notices what another one has done.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::error::{FORMAT, StateError};
use super::lock::{LockFile, Record, Taken, with_end};
use crate::world::World;

/// Most bytes that are read: a world with a hundred labs has a tenth of it.
const MOST: u64 = 256 << 20;

/// The end of the names of files that are to become the state file.
const UNFINISHED: &str = ".new";

/// Links that are followed, one to the next.
const LINKS: usize = 40;

/// What distinguishes one save from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    saves: u64,
    file: u64,
    modified: Option<SystemTime>,
    length: u64,
}

/// The state file.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    lock: LockFile,
    /// The save that the world in memory corresponds to.
    seen: Option<Stamp>,
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
    /// The file at `path`, or where links from there lead, in a folder that is made if need be; the state file itself need
    /// not be there.
    pub(super) fn open(path: &Path) -> Result<Self, StateError> {
        let failed = |action| {
            move |source| StateError::Io {
                action,
                path: path.to_owned(),
                source,
            }
        };
        let path = followed(path).map_err(failed("find"))?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed("make the folder of"))?;
        }
        let mode = match fs::metadata(&path) {
            Ok(there) => {
                may_be_kept_in(&path, &there)?;
                there.mode() & 0o777
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => OWN,
            Err(error) => return Err(failed("read")(error)),
        };
        Ok(Self {
            lock: LockFile::beside(&path, mode),
            path,
            seen: None,
        })
    }

    /// The file by which processes that use the world show that they are at work.
    pub(super) fn desk(&self) -> PathBuf {
        with_end(&self.path, ".busy")
    }

    /// The lock of the file.
    pub(super) fn lock(&self) -> &LockFile {
        &self.lock
    }

    /// Whether the file has been written since this process last read or wrote it. Needs no lock.
    pub(super) fn is_foreign(&self) -> bool {
        let stamp = || self.stamp(self.lock.glance()?.saves);
        self.seen.is_none_or(|seen| stamp().is_ok_and(|stamp| stamp != seen))
    }

    /// The world in the file, if there is a file that this process does not know already.
    pub(super) fn load(&mut self, record: &Record) -> Result<Option<World>, StateError> {
        let seen = match self.stamp(record.saves) {
            Ok(stamp) if self.seen == Some(stamp) => return Ok(None),
            Ok(stamp) => stamp,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io("read", source)),
        };
        let text = self.read()?;
        let stored = match serde_json::from_slice::<Stored>(&text) {
            Ok(stored) if stored.format == FORMAT => stored,
            Ok(stored) => return Err(self.foreign_format(stored.format)),
            Err(source) => return Err(self.damaged(&text, source)),
        };
        if let Some(what) = stored.world.impossible() {
            let path = self.path.clone();
            return Err(StateError::Impossible { path, what });
        }
        self.seen = Some(seen);
        Ok(Some(stored.world))
    }

    /// Puts `world` in place of what is in the file, and counts that in `record`: a process killed in between makes others
    /// reload once too often, never too rarely.
    pub(super) fn save(&mut self, world: &mut World, lock: &Taken, record: &mut Record) -> Result<(), StateError> {
        world.settle_version();
        self.write(world, lock, record)
            .map_err(|source| self.io("write", source))
    }

    fn write(&mut self, world: &World, lock: &Taken, record: &mut Record) -> io::Result<()> {
        let text = serde_json::to_vec(&Written { format: FORMAT, world })?;
        let mut file = self.unfinished()?;
        file.as_file_mut().write_all(&text)?;
        file.as_file().sync_all()?;
        if let Ok(there) = fs::metadata(&self.path) {
            take_after(file.as_file(), &there)?;
        }
        record.saves += 1;
        lock.write(record)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        self.seen = Some(self.stamp(record.saves)?);
        Ok(())
    }

    /// A new file of this user's alone, under a name that nobody knows beforehand.
    fn unfinished(&self) -> io::Result<tempfile::NamedTempFile> {
        let (folder, name) = self.place();
        let prefix = format!("{name}.");
        tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(|error| plain(&error))
    }

    /// Takes away what killed processes have left unfinished. Needs the lock: nobody is writing then.
    pub(super) fn sweep(&self) {
        let (folder, name) = self.place();
        let prefix = format!("{name}.");
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let left = entries.filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name.starts_with(&prefix) && name.ends_with(UNFINISHED);
            is_ours && entry.file_type().is_ok_and(|kind| kind.is_file())
        });
        for entry in left {
            // One that cannot be taken away is in nobody's way.
            drop(fs::remove_file(entry.path()));
        }
    }

    /// Folder and name of the file.
    fn place(&self) -> (&Path, String) {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = self.path.file_name().unwrap_or_default();
        (folder.unwrap_or(Path::new(".")), name.to_string_lossy().into_owned())
    }

    fn read(&self) -> Result<Vec<u8>, StateError> {
        let failed = |source| self.io("read", source);
        let there = fs::metadata(&self.path).map_err(failed)?;
        is_plain(&self.path, &there)?;
        let mut text = Vec::new();
        let file = File::open(&self.path).map_err(failed)?;
        file.take(MOST + 1).read_to_end(&mut text).map_err(failed)?;
        if u64::try_from(text.len()).is_ok_and(|length| length <= MOST) {
            Ok(text)
        } else {
            let path = self.path.clone();
            Err(StateError::TooLarge { path, most: MOST })
        }
    }

    fn stamp(&self, saves: u64) -> io::Result<Stamp> {
        let metadata = fs::metadata(&self.path)?;
        Ok(Stamp {
            saves,
            file: metadata.ino(),
            modified: metadata.modified().ok(),
            length: metadata.len(),
        })
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

    /// The system did not let the file be found, read or written.
    pub(super) fn io(&self, action: &'static str, source: io::Error) -> StateError {
        StateError::Io {
            action,
            path: self.path.clone(),
            source,
        }
    }
}

/// The rights of a file that is its user's alone.
const OWN: u32 = 0o600;

/// Where a path leads: links are followed also to what is not there yet.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // No link, or nothing at all.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::NotFound) => {
                return Ok(path);
            }
            Err(error) => return Err(error),
        }
    }
    Err(rustix::io::Errno::LOOP.into())
}

/// Whether a world may be kept in what is there already.
fn may_be_kept_in(path: &Path, there: &Metadata) -> Result<(), StateError> {
    is_plain(path, there)?;
    match fs::OpenOptions::new().write(true).open(path) {
        Ok(_) => Ok(()),
        Err(error)
            if error.kind() == io::ErrorKind::PermissionDenied
                && there.uid() != rustix::process::geteuid().as_raw() =>
        {
            Err(StateError::Another { path: path.to_owned() })
        }
        Err(source) => Err(StateError::Io {
            action: "write",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Nothing but a file is opened: a pipe has no end, and a device may have none.
fn is_plain(path: &Path, there: &Metadata) -> Result<(), StateError> {
    let kind = there.file_type();
    let kind = match () {
        () if kind.is_file() => return Ok(()),
        () if kind.is_dir() => "a folder",
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    };
    let path = path.to_owned();
    Err(StateError::NoFile { path, kind })
}

/// The system's own words, without the name of a file that nobody has asked for.
fn plain(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let words = text.split(" at path ").next().unwrap_or_default();
    io::Error::new(error.kind(), words.to_owned())
}

/// Gives a new file the rights of the one in whose place it is put, and its owner where that can be done.
fn take_after(file: &File, there: &Metadata) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(there.mode() & 0o777))?;
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (there.uid(), there.gid()) {
        // Only root may give files away.
        drop(std::os::unix::fs::fchown(file, Some(there.uid()), Some(there.gid())));
    }
    Ok(())
}
