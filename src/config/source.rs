//! Where a value was written.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::lang::{Text, text};

/// One layer: a file, a row of a table, a variable, a flag; or what was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An environment's file.
    File {
        /// As shown to users: a path.
        label: String,
        /// Its text, to quote from.
        text: String,
    },
    /// A file that is built into the program.
    BuiltIn {
        /// Its name, such as `workshop.yaml`.
        file: String,
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
    /// What the call asks for, where that cannot be read: an environment, a roster.
    Asked(Text),
}

impl Source {
    /// The text whose lines its places are in.
    fn text(&self) -> Option<&str> {
        match self {
            Self::File { text, .. } | Self::BuiltIn { text, .. } | Self::Table { text, .. } => Some(text),
            Self::Variable(_) | Self::Flag(_) | Self::Asked(_) => None,
        }
    }

    /// The text of an environment's file.
    pub(super) fn file_text(&self) -> Option<&str> {
        self.text().filter(|_| self.is_file())
    }

    /// Whether it is YAML, which tells numbers and booleans from texts.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. } | Self::BuiltIn { .. })
    }

    /// What it is called.
    pub(super) fn label(&self) -> Text {
        match self {
            Self::File { label, .. } | Self::Table { label, .. } => label.into(),
            Self::BuiltIn { file, .. } => built_in(file),
            Self::Variable(name) => name.into(),
            Self::Flag(flag) => flag.into(),
            Self::Asked(asked) => asked.clone(),
        }
    }
}

/// What a file is called that is built into the program.
fn built_in(file: &str) -> Text {
    text!("config-built-in", file = file)
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
            Source::BuiltIn { file, .. } => (0, format!("built-in {file}"), place.line, place.column),
            Source::Variable(name) => (1, name.clone(), 0, 0),
            // In the order in which they were written.
            Source::Flag(_) | Source::Asked(_) => (2, String::new(), 0, 0),
        };
        position(self).cmp(&position(other))
    }

    /// The line that it is on, if it is in a file.
    pub(super) fn excerpt(&self) -> Option<&str> {
        let line = self.line.checked_sub(1)?;
        self.source.text()?.lines().nth(line)
    }

    /// The layer, with line and column if it is in a file.
    pub(super) fn text(&self) -> Text {
        let label = self.source.label();
        if self.source.text().is_none() || self.line == 0 {
            return label;
        }
        let at = format!(":{}:{}", self.line, self.column);
        Text::list([label, at.into()], "")
    }
}

/// Where a resolved value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of an environment's file.
    File {
        /// The file's path.
        label: String,
        /// The line, from 1.
        line: usize,
    },
    /// A line of a file that is built into the program.
    BuiltIn {
        /// Its name, such as `workshop.yaml`.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// A variable, by its name.
    Variable(String),
    /// A flag as it was written.
    Flag(String),
}

impl Origin {
    /// Where that is, for people.
    pub fn text(&self) -> Text {
        let (file, line) = match self {
            Self::File { label, line } => (label.into(), line),
            Self::BuiltIn { file, line } => (built_in(file), line),
            Self::Variable(text) | Self::Flag(text) => return text.into(),
        };
        Text::list([file, format!(":{line}").into()], "")
    }
}

impl From<&Location> for Origin {
    fn from(place: &Location) -> Self {
        match &*place.source {
            Source::File { label, .. } | Source::Table { label, .. } => Self::File {
                label: label.clone(),
                line: place.line,
            },
            Source::BuiltIn { file, .. } => Self::BuiltIn {
                file: file.clone(),
                line: place.line,
            },
            Source::Variable(name) => Self::Variable(name.clone()),
            Source::Flag(flag) => Self::Flag(flag.clone()),
            Source::Asked(asked) => Self::Flag(asked.to_string()),
        }
    }
}

/// In English.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text())
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
