//! The state file, guarded between processes by a lock file: a world, and the steps that it has gone since.
//!
//! Most saves add a step, so that they cost what has changed and not what there is, and so that another process reads no more
//! than that either. Now and then, and when a process ends, a new file with the world as it is now is put in the old one's
//! place. A process killed at any moment leaves a whole world: of a step that was not written to its end nothing counts. The
//! lock file has a count of saves: by it a process notices what another one has done.

mod document;
mod place;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use self::document::Unreadable;
use self::place::{OWN, followed, is_plain, may_be_kept_in, plain, take_after};
use super::error::StateError;
use super::lock::{LockFile, Record, Taken, with_end};
use crate::clock::regular_alone;
use crate::world::World;

/// Most bytes that are read: a world with a hundred labs has a tenth of it.
const MOST: u64 = 256 << 20;

/// The end of the names of files that are to become the state file.
const UNFINISHED: &str = ".new";

/// Steps are added until they are as long as the world that they begin with, or so long.
const STEPS: u64 = 1 << 20;

/// What distinguishes one save from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    saves: u64,
    file: u64,
    modified: Option<SystemTime>,
    length: u64,
}

/// How far the file has been read or written here.
#[derive(Debug, Clone, Copy)]
struct Known {
    stamp: Stamp,
    /// The number of the save that it begins with.
    base: u64,
    /// The number of the last save in it.
    save: u64,
    /// Where the world ends that it begins with.
    begin: u64,
    /// Where the last whole step ends.
    end: u64,
}

/// The state file.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    lock: LockFile,
    /// What of it the world in memory corresponds to.
    known: Option<Known>,
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
            known: None,
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
        self.known
            .is_none_or(|known| stamp().is_ok_and(|stamp| stamp != known.stamp))
    }

    /// Whether there are steps in the file, as far as is known here.
    pub(super) fn has_steps(&self) -> bool {
        self.known.is_some_and(|known| known.end > known.begin)
    }

    /// The world in the file, if there is a file.
    pub(super) fn load(&mut self, record: &Record) -> Result<Option<World>, StateError> {
        let stamp = match self.stamp(record.saves) {
            Ok(stamp) => stamp,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io("read", source)),
        };
        let text = self.read_from(0)?;
        let document = document::read(&text).map_err(|why| self.unreadable(why))?;
        if let Some(what) = document.world.impossible() {
            let path = self.path.clone();
            return Err(StateError::Impossible { path, what });
        }
        self.known = Some(Known {
            stamp,
            base: document.base,
            save: document.save,
            begin: document.begin,
            end: document.end,
        });
        let mut world = document.world;
        world.note_kept();
        Ok(Some(world))
    }

    /// Takes into `world`, which is what was in the file when it was last read or written here, what has come to it since.
    /// Returns whether there was anything.
    pub(super) fn catch_up(&mut self, record: &Record, world: &mut World) -> Result<bool, StateError> {
        match self.stamp(record.saves) {
            Ok(stamp) if self.known.is_some_and(|known| known.stamp == stamp) => return Ok(false),
            Ok(stamp) if self.follow(stamp, record, world)? => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            _ => {}
        }
        let loaded = self.load(record)?;
        let is_there = loaded.is_some();
        if let Some(loaded) = loaded {
            *world = loaded;
        }
        Ok(is_there)
    }

    /// Takes the steps into `world` that were added to the file; `false` if the file is another one. The world may be anything
    /// then.
    fn follow(&mut self, stamp: Stamp, record: &Record, world: &mut World) -> Result<bool, StateError> {
        let is_longer = |known: &Known| known.stamp.file == stamp.file && stamp.length > known.end;
        let Some(known) = self.known.filter(|known| is_longer(known) && known.base == record.base) else {
            return Ok(false);
        };
        let text = self.read_from(known.end)?;
        let Ok(steps) = document::follow(world, known.save, &text) else {
            return Ok(false);
        };
        self.known = Some(Known {
            stamp,
            save: steps.save,
            end: known.end + steps.length,
            ..known
        });
        Ok(world.impossible().is_none())
    }

    /// Keeps `world` in the file, and counts that in `record`: a process killed in between makes others read once too often,
    /// never too rarely.
    pub(super) fn save(&mut self, world: &mut World, lock: &Taken, record: &mut Record) -> Result<(), StateError> {
        let saved = match self
            .appendable()
            .and_then(|(file, known)| Some((file, known, world.unkept()?)))
        {
            Some((file, known, step)) => self.append(&file, known, &step, lock, record),
            None => self.write(world, lock, record),
        };
        saved.map_err(|source| self.io("write", source))?;
        world.note_kept();
        Ok(())
    }

    /// Puts `world` in place of what is in the file.
    pub(super) fn replace(&mut self, world: &mut World, lock: &Taken, record: &mut Record) -> Result<(), StateError> {
        self.write(world, lock, record)
            .map_err(|source| self.io("write", source))?;
        world.note_kept();
        Ok(())
    }

    /// The file, if it is still the one that is known, and may become longer.
    fn appendable(&self) -> Option<(File, Known)> {
        let known = self.known?;
        if known.end - known.begin > known.begin.max(STEPS) {
            return None;
        }
        let mut opening = fs::OpenOptions::new();
        let file = opening
            .write(true)
            .custom_flags(regular_alone())
            .open(&self.path)
            .ok()?;
        let there = file.metadata().ok()?;
        (there.ino() == known.stamp.file && there.len() >= known.end).then_some((file, known))
    }

    fn append(
        &mut self,
        file: &File,
        known: Known,
        step: &crate::world::Step,
        lock: &Taken,
        record: &mut Record,
    ) -> io::Result<()> {
        let save = known.save + 1;
        let line = document::line(save, step)?;
        // Somebody may have been killed while adding a step.
        file.set_len(known.end)?;
        file.write_all_at(&line, known.end)?;
        record.saves = save;
        lock.write(record)?;
        self.known = Some(Known {
            stamp: self.stamp(save)?,
            save,
            end: known.end + line.len() as u64,
            ..known
        });
        Ok(())
    }

    fn write(&mut self, world: &mut World, lock: &Taken, record: &mut Record) -> io::Result<()> {
        world.settle_version();
        let save = self.known.map_or(0, |known| known.save).max(record.saves) + 1;
        let file = self.unfinished()?;
        let end = document::write_whole(file.as_file(), save, world)?;
        file.as_file().sync_all()?;
        if let Ok(there) = fs::metadata(&self.path) {
            take_after(file.as_file(), &there)?;
        }
        (record.saves, record.base) = (save, save);
        lock.write(record)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        self.known = Some(Known {
            stamp: self.stamp(save)?,
            base: save,
            save,
            begin: end,
            end,
        });
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

    /// What is in the file from there on.
    fn read_from(&self, begin: u64) -> Result<Vec<u8>, StateError> {
        let failed = |source| self.io("read", source);
        let there = fs::metadata(&self.path).map_err(failed)?;
        is_plain(&self.path, &there)?;
        let length = there.len().saturating_sub(begin).min(MOST);
        let mut text = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(begin)).map_err(failed)?;
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

    fn unreadable(&self, why: Unreadable) -> StateError {
        let path = self.path.clone();
        match why {
            Unreadable::Format(found) => StateError::Format { path, found },
            Unreadable::Damaged(source) => StateError::Damaged { path, source },
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
