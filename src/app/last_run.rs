//! The events of the last run, kept beside the sandbox's world for `report`. Losing them loses nothing but that: a run neither fails
//! nor says a word where they cannot be kept.

use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::event::Record;
use crate::report::Follower;

/// A run that says more than this has said enough, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

/// Who writes the events of a run to the file at `path`, in place of an earlier run's. A run beside this one goes on writing to its
/// own file, which has no name any more.
pub(super) fn keeper(path: &Path) -> Option<Follower> {
    let folder = path.parent()?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).ok()?;
    // Its user's alone, as that is how they are made.
    let mut file = NamedTempFile::new_in(folder).ok()?.persist(path).ok()?;
    let mut left = LARGEST;
    Some(Box::new(move |record: &Record| {
        let Ok(mut line) = serde_json::to_vec(record) else {
            return;
        };
        line.push(b'\n');
        left = match left.checked_sub(line.len()) {
            Some(rest) if file.write_all(&line).is_ok() => rest,
            _ => 0,
        };
    }))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::event::{Event, VERSION};

    fn record(level: u8) -> Record {
        Record {
            v: VERSION,
            at: jiff::Timestamp::UNIX_EPOCH,
            event: Event::Interrupted { level },
        }
    }

    #[test]
    fn the_last_run_that_began_is_the_one_on_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab2048/last-run.ndjson");
        let mut first = keeper(&path).unwrap();
        first(&record(1));
        let mut second = keeper(&path).unwrap();
        second(&record(2));
        first(&record(3));
        let kept = std::fs::read_to_string(&path).unwrap();
        assert_eq!(kept, serde_json::to_string(&record(2)).unwrap() + "\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn where_it_cannot_be_kept_nothing_is() {
        assert!(keeper(Path::new("/proc/nowhere/last-run.ndjson")).is_none());
        assert!(keeper(Path::new("/")).is_none());
    }
}
