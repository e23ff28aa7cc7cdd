//! Where environments are looked up: by path, in `./environments`, among the built-in ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::embedded;
use super::source::Source;
use crate::files::text_of;
use crate::lang::{Text, text};

/// A file of an environment that has been found.
pub(super) struct FoundFile {
    pub(super) source: Arc<Source>,
    /// `None` for a built-in one.
    pub(super) path: Option<PathBuf>,
    pub(super) text: String,
}

/// All environments that there are for one working directory.
#[derive(Debug, Clone)]
pub(super) struct Library {
    base: PathBuf,
}

impl Library {
    /// Environments below `base`, the working directory.
    pub(super) fn new(base: PathBuf) -> Self {
        Self { base }
    }

    /// The working directory.
    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// The names that can be chosen, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let local = fs::read_dir(self.base.join("environments"))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|file| file.strip_suffix(".yaml").map(str::to_owned))
            .filter(|name| !name.is_empty() && name != "defaults");
        let names: BTreeSet<String> = embedded::names().map(str::to_owned).chain(local).collect();
        names.into_iter().collect()
    }

    /// A path as shown to users: from the base, without detours by `.`.
    fn label(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.base).unwrap_or(path);
        shown.components().collect::<PathBuf>().display().to_string()
    }

    /// The same of a path that is relative to the base.
    pub(super) fn label_of(&self, path: &str) -> String {
        self.label(&self.base.join(path))
    }

    /// Finds a file by name or path; paths are relative to `folder`. `last` is the file that names it.
    pub(super) fn find(&self, reference: &str, folder: &Path, last: Option<&Path>) -> Result<FoundFile, NoFile> {
        if is_path(reference) {
            let path = folder.join(reference);
            let label = self.label(&path);
            return read(&path, &label).map_err(|error| NoFile::because(&error, None, &label, LARGEST));
        }
        let label = format!("environments/{reference}.yaml");
        let local = self.base.join(&label);
        // A file may build on the built-in environment of its own name.
        let shadows_itself = last.is_some_and(|last| same_file(last, &local)) && embedded::text(reference).is_some();
        if !shadows_itself && !reference.is_empty() {
            match read(&local, &label) {
                Ok(found) => return Ok(found),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(NoFile::because(&error, Some(&label), &label, LARGEST)),
            }
        }
        match embedded::text(reference) {
            Some(text) => Ok(FoundFile {
                source: Arc::new(Source::BuiltIn {
                    file: embedded::file(reference),
                    text: text.to_owned(),
                }),
                path: None,
                text: text.to_owned(),
            }),
            None => Err(NoFile {
                message: text!("config-no-such-environment", file = label),
                remedy: None,
            }),
        }
    }
}

/// Whether an environment is asked for by the path of its file: what contains a `/` or ends in `.yaml` or `.yml`.
pub(super) fn is_path(reference: &str) -> bool {
    let extension = Path::new(reference).extension();
    reference.contains('/') || extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// How many bytes are a MiB.
pub(super) const MIB: u64 = 1024 * 1024;
/// An environment has some lines; what has more than that is something else, or has no end.
const LARGEST: u64 = MIB;

fn read(path: &Path, label: &str) -> io::Result<FoundFile> {
    let text = text_of(path, LARGEST)?;
    Ok(FoundFile {
        source: Arc::new(Source::File {
            label: label.to_owned(),
            text: text.clone(),
        }),
        path: Some(path.to_owned()),
        text,
    })
}

/// Why there is no file to read.
pub(super) struct NoFile {
    /// Why.
    pub(super) message: Text,
    /// What to do with a file that is there and cannot be read; nothing where there is none of that name.
    pub(super) remedy: Option<Text>,
}

impl NoFile {
    /// From an error; the message calls the file `subject`, or nothing where its place does; commands have its path. It may have
    /// `most` bytes.
    pub(super) fn because(error: &io::Error, subject: Option<&str>, path: &str, most: u64) -> Self {
        let file = subject.map_or_else(|| text!("config-this-file"), |label| label.to_owned().into());
        let (message, remedy) = match error.kind() {
            io::ErrorKind::NotFound => {
                return Self {
                    message: text!("config-no-such-file"),
                    remedy: None,
                };
            }
            io::ErrorKind::IsADirectory => (
                text!("config-file-is-folder", file = file),
                text!("config-file-is-folder.remedy"),
            ),
            io::ErrorKind::InvalidInput => (
                text!("config-file-is-device", file = file),
                text!("config-file-is-device.remedy"),
            ),
            io::ErrorKind::FileTooLarge => (
                text!("config-file-too-large", file = file, most = most / MIB),
                text!("config-file-too-large.remedy"),
            ),
            io::ErrorKind::InvalidData => (
                text!("config-file-not-utf8", file = file),
                text!("config-file-not-utf8.remedy", path = path),
            ),
            io::ErrorKind::PermissionDenied => (
                text!("config-file-denied", file = file),
                format!("chmod u+r {path}").into(),
            ),
            _ => (
                text!("config-file-unreadable", file = file, why = error.to_string()),
                text!("config-file-unreadable.remedy"),
            ),
        };
        Self {
            message,
            remedy: Some(remedy),
        }
    }
}

/// Whether two paths lead to one file.
pub(super) fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
