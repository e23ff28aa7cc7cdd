//! The lock file beside the state file: who works on the world, how often it was saved, and what its clock shows.
//!
//! It holds one short record, so that whoever only wants to know the time need not read the world.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::holder::Holder;
use crate::clock::{VirtualClock, regular_alone};

/// A record is padded to this size: what follows a shorter one would be left of a longer one.
const SIZE: usize = 512;

/// What the lock file says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    /// Number of times that the world has been saved.
    #[serde(default)]
    pub(super) saves: u64,
    /// The number of the save that the state file begins with.
    #[serde(default)]
    pub(super) base: u64,
    /// Number of worlds that there have been.
    #[serde(default)]
    pub(super) worlds: u64,
    /// The clock when somebody last looked.
    #[serde(default)]
    pub(super) clock: Option<VirtualClock>,
    /// Who has the lock.
    #[serde(default)]
    pub(super) holder: Option<Holder>,
}

/// A path whose name ends in `end`, too.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(end);
    PathBuf::from(path)
}

/// The path of a lock.
#[derive(Debug, Clone)]
pub(super) struct LockFile {
    path: PathBuf,
    /// Who may use the file, when it is made.
    mode: u32,
}

impl LockFile {
    /// The lock for the state file `state`; made, if need be, with the rights `mode`.
    pub(super) fn beside(state: &Path, mode: u32) -> Self {
        let path = with_end(state, ".lock");
        Self { path, mode }
    }

    /// The lock, unless another process has it.
    pub(super) fn try_take(&self) -> io::Result<Option<Taken>> {
        loop {
            let file = self.open()?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(TryLockError::Error(error)) => return Err(error),
            }
            if self.is_there(&file)? {
                return Ok(Some(Taken { file }));
            }
        }
    }

    /// The lock, once no other process has it; the thread waits.
    pub(super) fn take(&self) -> io::Result<Taken> {
        loop {
            let file = self.open()?;
            match file.lock() {
                Ok(()) if self.is_there(&file)? => return Ok(Taken { file }),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
    }

    /// Who has the lock, as far as it says.
    pub(super) fn holder(&self) -> Option<Holder> {
        read(&self.open().ok()?).ok()?.holder
    }

    /// What the record said when it was last written; needs no lock, and may be a moment old.
    pub(super) fn glance(&self) -> io::Result<Record> {
        read(&self.open()?)
    }

    /// Every taking has a file of its own: locks belong to open files, and one that nobody waits for any more is given back
    /// with its file.
    fn open(&self) -> io::Result<File> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(self.mode)
            .custom_flags(regular_alone())
            .open(&self.path)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{} is no file", self.path.display()),
            ))
        }
    }

    /// Whether `file` is still the one at the path: a lock on one that was taken away keeps nobody out.
    fn is_there(&self, file: &File) -> io::Result<bool> {
        let (here, there) = (file.metadata()?, std::fs::metadata(&self.path));
        Ok(there.is_ok_and(|there| (there.ino(), there.dev()) == (here.ino(), here.dev())))
    }
}

/// The lock, for as long as this lives.
#[derive(Debug)]
pub(super) struct Taken {
    file: File,
}

impl Taken {
    /// What the record says; nothing in a new file, or in one that is not ours.
    pub(super) fn record(&self) -> io::Result<Record> {
        read(&self.file)
    }

    /// Writes the record.
    pub(super) fn write(&self, record: &Record) -> io::Result<()> {
        let mut text = serde_json::to_vec(record)?;
        text.resize(text.len().max(SIZE - 1), b' ');
        text.push(b'\n');
        self.file.write_all_at(&text, 0)?;
        self.file.set_len(u64::try_from(text.len()).unwrap_or_default())
    }
}

fn read(file: &File) -> io::Result<Record> {
    let mut text = Vec::new();
    // Nobody's record is longer than a few lines.
    file.take(1 << 16).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).unwrap_or_default())
}
