//! Why a lesson cannot be begun or gone on with.

use crate::app::exit::Exit;

/// A lesson that cannot be begun or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum LessonError {
    /// There is none of that name.
    #[error("there is no lesson `{name}`")]
    Unknown {
        /// What was typed.
        name: String,
        /// The one that is nearest.
        near: Option<&'static str>,
    },
    /// None was begun.
    #[error("no lesson has been begun")]
    NotBegun,
    /// The world has labs in it, which would be lost.
    #[error("a lesson begins in a new world, and in the present one there is something")]
    WorldInUse {
        /// The lesson.
        name: &'static str,
    },
    /// The lab that the lesson begins with did not come up.
    #[error("the lab that the lesson begins with has not come up (exit {0})")]
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

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::Unknown { near: None, .. } => "`lab2048 lesson list` has them all".to_owned(),
            Self::NotBegun => "`lab2048 lesson list`, then `lab2048 lesson start NAME`".to_owned(),
            Self::WorldInUse { name } => format!(
                "`lab2048 lesson start {name} --reset` gives it up; LAB2048_SANDBOX_STATE=/path/lesson.json keeps the lesson's \
                 world elsewhere"
            ),
            Self::NoLab(_) => return None,
        })
    }
}
