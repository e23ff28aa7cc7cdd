//! The journal of a class: a line for each lab whose run has ended. It stands beside the roster, synced before anything else is done;
//! where there is no such place, in a pod, somebody else is told of every line.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tokio::sync::watch;

use crate::app::error::AppError;
use crate::files::text_of;
use crate::fleet::{Entry, Journal};

/// Behind the roster's name.
const SUFFIX: &str = ".run.ndjson";
/// More lines than any class has runs.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A journal that is being written.
pub(super) enum Log {
    /// A file.
    File(LogFile),
    /// Somebody who is told all that is on record.
    Told(watch::Sender<Vec<Entry>>),
}

/// A journal's file.
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
}

impl Log {
    /// Opens the journal of the roster at `roster`, and what is on record already. A last line that is half, because its writer
    /// was killed, is ended first.
    pub(super) fn open(roster: &Path) -> Result<(Self, Journal), AppError> {
        let mut name = roster.as_os_str().to_owned();
        name.push(SUFFIX);
        let path = PathBuf::from(name);
        let text = match text_of(&path, LARGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(failed("read", &path, source)),
        };
        if !Journal::is_one(&text) {
            return Err(AppError::ForeignJournal(path));
        }
        let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        let mut file = LogFile {
            file: opened.map_err(|source| failed("write", &path, source))?,
            path,
        };
        if !text.is_empty() && !text.ends_with('\n') {
            file.write("\n")?;
        }
        Ok((Self::File(file), Journal::read(&text)))
    }

    /// Adds a line.
    pub(super) fn add(&mut self, entry: &Entry) -> Result<(), AppError> {
        match self {
            Self::File(file) => file.add(entry),
            Self::Told(told) => {
                told.send_modify(|entries| entries.push(entry.clone()));
                Ok(())
            }
        }
    }
}

impl LogFile {
    fn add(&mut self, entry: &Entry) -> Result<(), AppError> {
        let line = entry
            .line()
            .map_err(|error| failed("write", &self.path, error.into()))?;
        self.write(&line)
    }

    fn write(&mut self, text: &str) -> Result<(), AppError> {
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data());
        written.map_err(|source| failed("write", &self.path, source))
    }
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> AppError {
    let path = path.to_owned();
    AppError::File { what, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunVerb;

    #[test]
    fn what_is_no_journal_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("class.csv.run.ndjson");
        for (text, is_ours) in [
            ("", true),
            ("{\"at", true),
            ("{\"at\":\"2026", true),
            ("notes\n", false),
            ("x", false),
        ] {
            std::fs::write(&path, text).unwrap();
            let opened = Log::open(&folder.path().join("class.csv"));
            assert_eq!(opened.is_ok(), is_ours, "{text}");
            if !is_ours {
                assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            }
        }
    }

    #[test]
    fn a_journal_goes_on_behind_half_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let roster = folder.path().join("class.csv");
        let entry = |lab: &str| Entry {
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            verb: RunVerb::Apply,
            lab: lab.to_owned(),
            cluster: "eks1".to_owned(),
            exit_code: 0,
            url: None,
            cause: None,
        };
        let (mut log, journal) = Log::open(&roster).unwrap();
        assert_eq!(journal, Journal::default());
        log.add(&entry("a")).unwrap();
        let path = folder.path().join("class.csv.run.ndjson");
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "{\"at\":\"20").unwrap();
        let (mut log, _) = Log::open(&roster).unwrap();
        log.add(&entry("b")).unwrap();
        let (_, journal) = Log::open(&roster).unwrap();
        assert!(
            ["a", "b"]
                .iter()
                .all(|lab| journal.done("eks1", lab, RunVerb::Apply).is_some())
        );
    }
}
