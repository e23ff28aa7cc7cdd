//! Where a world may be kept: a file of ours, wherever links lead to it.

use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::super::error::StateError;

/// Links that are followed, one to the next.
const LINKS: usize = 40;

/// The rights of a file that is its user's alone.
pub(super) const OWN: u32 = 0o600;

/// Where a path leads: links are followed also to what is not there yet.
pub(super) fn followed(path: &Path) -> io::Result<PathBuf> {
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
pub(super) fn may_be_kept_in(path: &Path, there: &Metadata) -> Result<(), StateError> {
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
pub(super) fn is_plain(path: &Path, there: &Metadata) -> Result<(), StateError> {
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
pub(super) fn plain(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let words = text.split(" at path ").next().unwrap_or_default();
    io::Error::new(error.kind(), words.to_owned())
}

/// Gives a new file the rights of the one in whose place it is put, and its owner where that can be done.
pub(super) fn take_after(file: &File, there: &Metadata) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(there.mode() & 0o777))?;
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (there.uid(), there.gid()) {
        // Only root may give files away.
        drop(std::os::unix::fs::fchown(file, Some(there.uid()), Some(there.gid())));
    }
    Ok(())
}
