//! What can be wrong with templates.

use std::path::{Path, PathBuf};

/// A template that cannot be used. Every message begins with the file.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A file of the templates' folder could not be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file that does not belong where it is, or is not what it should be.
    #[error("{}: {message}", path.display())]
    Misplaced {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        message: String,
    },
    /// The template itself is wrong, or uses something that does not exist.
    #[error("{origin}:{line}:{column}: {message}")]
    Template {
        /// The file, or `built-in …`.
        origin: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// It takes more than there is for it.
    #[error("{origin}: rendering it takes more than {limit}")]
    Unbounded {
        /// The file, or `built-in …`.
        origin: String,
        /// How much there is, and what to do.
        limit: String,
    },
    /// What came out is no YAML or JSON.
    #[error("{origin}: what it renders to is not valid: {message}")]
    Syntax {
        /// The file, or `built-in …`.
        origin: String,
        /// The parser's words, with the line of the rendered text.
        message: String,
    },
    /// What must be text in objects is not: a line an object, each with its file.
    #[error("{}", .0.join("\n"))]
    Texts(Vec<String>),
    /// What came out is not an object that the lab can have.
    #[error("{origin}: {message}")]
    Object {
        /// The file, or `built-in …`.
        origin: String,
        /// What is wrong and what to do.
        message: String,
    },
}

impl RenderError {
    /// The same error with a path below `base` shown from there.
    pub(super) fn seen_from(self, base: &Path) -> Self {
        let shown = |path: PathBuf| path.strip_prefix(base).map_or_else(|_| path.clone(), Path::to_owned);
        match self {
            Self::Read { path, source } => Self::Read {
                path: shown(path),
                source,
            },
            Self::Misplaced { path, message } => Self::Misplaced {
                path: shown(path),
                message,
            },
            other => other,
        }
    }
}
