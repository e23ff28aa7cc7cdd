//! The file of `--events`: records are added at its end, and a file that holds something else is left alone.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::AppError;
use crate::event::Record;

/// A file that events go to; what goes wrong with it names it.
pub(super) struct EventFile {
    file: File,
    path: PathBuf,
}

impl EventFile {
    /// Opens `path` for records, and makes the file if there is none. Earlier runs' records stay; a file that begins with
    /// anything but a record is refused. What is no file at all (a pipe, `/dev/stdout`) is written to as it is.
    pub(super) fn open(path: PathBuf) -> Result<Self, AppError> {
        match may_be_added_to(&path) {
            Ok(true) => {}
            Ok(false) => return Err(AppError::ForeignFile(path)),
            Err(source) => return Err(failed(path, source)),
        }
        // Events name the account and what is in it.
        match OpenOptions::new().create(true).append(true).mode(0o600).open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(source) => Err(failed(path, source)),
        }
    }

    fn named<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let text = format!("cannot write the events to {}: {error}", self.path.display());
            io::Error::new(error.kind(), text)
        })
    }
}

fn failed(path: PathBuf, source: io::Error) -> AppError {
    let what = "write the events to";
    AppError::File { what, path, source }
}

/// Whether the file is missing, empty, no file at all, or begins with a record.
fn may_be_added_to(path: &Path) -> io::Result<bool> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() || metadata.len() == 0 => return Ok(true),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    }
    let mut first = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut first)?;
    Ok(serde_json::from_slice::<Record>(&first).is_ok())
}

impl Write for EventFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.named(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.named(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, VERSION};

    fn record() -> String {
        let record = Record {
            v: VERSION,
            at: jiff::Timestamp::UNIX_EPOCH,
            event: Event::Interrupted { level: 1 },
        };
        serde_json::to_string(&record).unwrap() + "\n"
    }

    /// What is in a file of this content after one more record, or that it was refused.
    fn added(before: Option<&str>) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.ndjson");
        if let Some(before) = before {
            std::fs::write(&path, before).unwrap();
        }
        let mut file = match EventFile::open(path.clone()) {
            Ok(file) => file,
            Err(AppError::ForeignFile(named)) => {
                assert_eq!(named, path);
                assert_eq!(std::fs::read_to_string(&path).unwrap(), before.unwrap());
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        file.write_all(record().as_bytes()).unwrap();
        Some(std::fs::read_to_string(&path).unwrap())
    }

    #[test]
    fn records_are_added_and_foreign_files_left_alone() {
        assert_eq!(added(None), Some(record()));
        assert_eq!(added(Some("")), Some(record()));
        assert_eq!(added(Some(&record())), Some(record() + &record()));
        for foreign in ["hello\n", "{}\n", "{\"v\": 1}\n", "\n"] {
            assert_eq!(added(Some(foreign)), None, "{foreign:?}");
        }
    }
}
