//! Where a value was written.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// One layer: a file, a row of a table, a variable, a flag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An environment's file.
    File {
        /// As shown to users: a path, or `built-in NAME.yaml`.
        label: String,
        /// Its text, to quote from.
        text: String,
    },
    /// A table of labs, whose cells do not tell numbers from texts.
    Table {
        /// As shown to users: a path.
        label: String,
        /// Its text, to quote from.
        text: String,
    },
    /// A variable, by its name.
    Variable(String),
    /// A flag as it was written, such as `--set app.replicas=3`.
    Flag(String),
}

impl Source {
    /// The text whose lines its places are in.
    fn text(&self) -> Option<&str> {
        match self {
            Self::File { text, .. } | Self::Table { text, .. } => Some(text),
            Self::Variable(_) | Self::Flag(_) => None,
        }
    }

    /// The text of an environment's file.
    pub(super) fn file_text(&self) -> Option<&str> {
        self.text().filter(|_| self.is_file())
    }

    /// Whether it is YAML, which tells numbers and booleans from texts.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    fn label(&self) -> &str {
        match self {
            Self::File { label, .. } | Self::Table { label, .. } => label,
            Self::Variable(name) => name,
            Self::Flag(flag) => flag,
        }
    }
}

/// A location in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) source: Arc<Source>,
    /// From 1; 0 is the layer as a whole.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    /// How many characters of the line it covers.
    pub(super) width: usize,
}

impl Location {
    /// The layer as a whole.
    pub(super) fn whole(source: &Arc<Source>) -> Self {
        Self {
            source: Arc::clone(source),
            line: 0,
            column: 0,
            width: 0,
        }
    }

    /// Files before variables before flags; within a file from top to bottom.
    pub(super) fn cmp_position(&self, other: &Self) -> Ordering {
        let position = |place: &Self| match &*place.source {
            Source::File { label, .. } | Source::Table { label, .. } => (0, label.clone(), place.line, place.column),
            Source::Variable(name) => (1, name.clone(), 0, 0),
            // In the order in which they were written.
            Source::Flag(_) => (2, String::new(), 0, 0),
        };
        position(self).cmp(&position(other))
    }

    /// The line that it is on, if it is in a file.
    pub(super) fn excerpt(&self) -> Option<&str> {
        let line = self.line.checked_sub(1)?;
        self.source.text()?.lines().nth(line)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source.label())?;
        if self.source.text().is_some() && self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// Where a resolved value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of an environment's file; its label is a path or `built-in NAME.yaml`.
    File {
        /// The file.
        label: String,
        /// The line, from 1.
        line: usize,
    },
    /// A variable, by its name.
    Variable(String),
    /// A flag as it was written.
    Flag(String),
}

impl From<&Location> for Origin {
    fn from(place: &Location) -> Self {
        match &*place.source {
            Source::File { label, .. } | Source::Table { label, .. } => Self::File {
                label: label.clone(),
                line: place.line,
            },
            Source::Variable(name) => Self::Variable(name.clone()),
            Source::Flag(flag) => Self::Flag(flag.clone()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { label, line } => write!(f, "{label}:{line}"),
            Self::Variable(text) | Self::Flag(text) => f.write_str(text),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
