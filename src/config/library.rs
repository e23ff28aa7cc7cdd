//! Where environments are looked up: by path, in `./environments`, among the built-in ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::embedded;
use super::source::Source;
use crate::files::text_of;

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
            return read(&path, &label).map_err(|error| NoFile::because(&error, "it", &label));
        }
        let label = format!("environments/{reference}.yaml");
        let local = self.base.join(&label);
        // A file may build on the built-in environment of its own name.
        let shadows_itself = last.is_some_and(|last| same_file(last, &local)) && embedded::text(reference).is_some();
        if !shadows_itself && !reference.is_empty() {
            match read(&local, &label) {
                Ok(found) => return Ok(found),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(NoFile::because(&error, &label, &label)),
            }
        }
        match embedded::text(reference) {
            Some(text) => Ok(FoundFile {
                source: Arc::new(Source::File {
                    label: embedded::label(reference),
                    text: text.to_owned(),
                }),
                path: None,
                text: text.to_owned(),
            }),
            None => Err(NoFile {
                message: format!("there is no such environment: neither {label} nor a built-in one"),
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

/// An environment has some lines; what has more than that is something else, or has no end.
const LARGEST: u64 = 1024 * 1024;

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
    pub(super) message: String,
    /// What to do with a file that is there and cannot be read; nothing where there is none of that name.
    pub(super) remedy: Option<String>,
}

impl NoFile {
    /// From an error; the message calls the file `subject`, commands have its path.
    pub(super) fn because(error: &io::Error, subject: &str, path: &str) -> Self {
        let (message, remedy) = match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file".to_owned(), None),
            io::ErrorKind::IsADirectory => (
                format!("{subject} is a folder, not a file"),
                Some("name a file; if this should be one, move the folder away".to_owned()),
            ),
            io::ErrorKind::InvalidInput => (
                format!("{subject} is a pipe or a device, not a file"),
                Some("write its contents to a file, and name that".to_owned()),
            ),
            io::ErrorKind::FileTooLarge => (
                // How much it may have is in the error.
                error.to_string().replacen("it", subject, 1),
                Some("nobody writes as much; see whether this is the right file".to_owned()),
            ),
            io::ErrorKind::InvalidData => (
                format!("{subject} is not text in UTF-8"),
                Some(format!(
                    "save it as UTF-8; one in EUC-KR becomes it with: iconv -f EUC-KR -t UTF-8 {path} > utf8.yaml"
                )),
            ),
            io::ErrorKind::PermissionDenied => (
                format!("{subject} may not be read by you"),
                Some(format!("chmod u+r {path}")),
            ),
            _ => (
                format!("{subject} cannot be read: {error}"),
                Some("see whether the disk and the path are well".to_owned()),
            ),
        };
        Self { message, remedy }
    }
}

/// Whether two paths lead to one file.
pub(super) fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
