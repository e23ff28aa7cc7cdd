//! Why a lesson cannot be begun or gone on with.

use std::error::Error;
use std::fmt;

use crate::app::exit::Exit;
use crate::lang::{Text, text};

/// A lesson that cannot be begun or gone on with.
#[derive(Debug)]
pub enum LessonError {
    /// There is none of that name.
    Unknown {
        /// What was typed.
        name: String,
        /// The one that is nearest.
        near: Option<&'static str>,
    },
    /// None was begun.
    NotBegun,
    /// The world has labs in it, which would be lost.
    WorldInUse {
        /// The lesson.
        name: &'static str,
    },
    /// The lab that the lesson begins with did not come up.
    NoLab(u8),
}

impl LessonError {
    /// The exit that it leads to.
    pub(in crate::app) fn exit(&self) -> Exit {
        match self {
            Self::Unknown { .. } | Self::NotBegun => Exit::Usage,
            Self::WorldInUse { .. } => Exit::Refused,
            Self::NoLab(_) => Exit::Failed,
        }
    }

    /// What is wrong.
    pub(in crate::app) fn text(&self) -> Text {
        match self {
            Self::Unknown { name, .. } => text!("lesson-unknown", name = name),
            Self::NotBegun => text!("lesson-none-begun"),
            Self::WorldInUse { .. } => text!("lesson-world-in-use"),
            Self::NoLab(code) => text!("lesson-no-lab", code = u32::from(*code)),
        }
    }

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> Option<Text> {
        Some(match self {
            Self::Unknown { near: Some(near), .. } => text!("lesson-unknown-near", near = *near),
            Self::Unknown { near: None, .. } => text!("lesson-unknown-list"),
            Self::NotBegun => text!("lesson-none-begun-start"),
            Self::WorldInUse { name } => text!("lesson-world-in-use-reset", name = *name),
            Self::NoLab(_) => return None,
        })
    }
}

impl fmt::Display for LessonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}

impl Error for LessonError {}
