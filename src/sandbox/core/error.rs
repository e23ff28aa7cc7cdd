//! What can be wrong with the file that a world is kept in.

use std::io;
use std::path::PathBuf;

/// Version of the file's format; another one is refused.
pub(super) const FORMAT: u32 = 3;

/// What can be wrong with the state file.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The operating system refused.
    #[error("cannot {action} the sandbox's state file {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file belongs to somebody else, who does not let it be written.
    #[error("the sandbox's state file {} is another user's", path.display())]
    Another {
        /// The file.
        path: PathBuf,
    },
    /// What is there is no file to keep anything in.
    #[error("the sandbox's state file {} is {kind}", path.display())]
    NoFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// The file is larger than any world.
    #[error("the sandbox's state file {} is too large: no world has more than {} MiB", path.display(), most >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Most bytes that are read.
        most: u64,
    },
    /// The file is not what this program wrote.
    #[error("the sandbox's state file {} is damaged; `lab2048 sandbox reset` puts a fresh world in its place", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The file has values that no world has.
    #[error(
        "the sandbox's state file {} has been edited: {what}; `lab2048 sandbox reset` puts a fresh world in its place",
        path.display()
    )]
    Impossible {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: String,
    },
    /// The file was written by another version of this program.
    #[error(
        "the sandbox's state file {} has format {found}, this program knows format {FORMAT}; `lab2048 sandbox reset` puts a fresh world in its place",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
}

impl StateError {
    /// What went wrong with all its causes, on one line.
    pub fn full_text(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        let texts = std::iter::once(self.to_string()).chain(causes.map(ToString::to_string));
        texts.collect::<Vec<_>>().join(": ")
    }
}
