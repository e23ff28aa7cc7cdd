//! Files written as a whole: whoever reads one, or is killed while writing it, has the old one or the new one.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Puts `text` into the file at `path`, or where links from there lead. A new file is its user's alone, an old one keeps its
/// rights; what is no file (a pipe, a device) is written to as it is.
///
/// # Errors
/// Those of the system; the old file is as it was then.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let (path, there) = match fs::canonicalize(path) {
        Ok(path) => {
            let there = fs::metadata(&path)?;
            (path, Some(there))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (target(path), None),
        Err(error) => return Err(error),
    };
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return fs::write(path, text);
    }
    if there.is_some() {
        // A file that may not be written to is not replaced either.
        fs::OpenOptions::new().write(true).open(&path)?;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(|error| plain(&error))?;
    let open = file.as_file_mut();
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    if let Some(there) = there {
        open.set_permissions(Permissions::from_mode(there.permissions().mode() & 0o777))?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Where a link leads that leads to nothing yet.
fn target(path: &Path) -> PathBuf {
    match fs::read_link(path) {
        Ok(target) => path.parent().unwrap_or(Path::new("")).join(target),
        Err(_) => path.to_owned(),
    }
}

/// The system's own words, without the name of a file that nobody has asked for.
fn plain(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let words = text.split(" at path ").next().unwrap_or_default();
    io::Error::new(error.kind(), words.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_its_users_alone_and_an_old_one_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan");
        replace(&path, "one").unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        replace(&path, "two").unwrap();
        assert_eq!(
            (fs::read_to_string(&path).unwrap().as_str(), mode(&path)),
            ("two", 0o644)
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_are_followed_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (link, path) = (folder.path().join("link"), folder.path().join("plan"));
        symlink("plan", &link).unwrap();
        for text in ["one", "two"] {
            replace(&link, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
    }

    #[test]
    fn what_cannot_be_written_is_told_in_the_systems_words() {
        let folder = tempfile::tempdir().unwrap();
        let error = replace(&folder.path().join("no/such/plan"), "text").unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
        assert_eq!(
            replace(Path::new("/dev/full"), "text").unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
    }
}
