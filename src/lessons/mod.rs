//! Lessons: a story in the sandbox, what was done to it beforehand, and what has to be so in the end.
//!
//! A lesson is a file here; its words are in the catalogues, as `lesson-silence`. Whether it is solved follows from what is there,
//! looked at anew, and from nothing else: by what way it came about is the learner's affair.

mod catalogue;
mod goal;
mod record;

use serde::Deserialize;

use crate::lang::Text;

pub use catalogue::{all, named, nearest};
pub use goal::{Facts, Goal, LabIs, Looked};
pub use record::{Record, Score};

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Lesson {
    /// What it is called by: the name of its file.
    #[serde(skip)]
    pub id: &'static str,
    /// The considerations of the workshop that it is about.
    pub about: Vec<String>,
    /// What is done to a new world beforehand.
    pub begin: Begin,
    /// Values of the environment that the lab of the lesson has: `lab.name=potato`.
    #[serde(default)]
    pub with: Vec<String>,
    /// What has to be so.
    pub goal: Vec<Goal>,
    /// Commands of this program, without its name, that bring it about.
    pub solution: Vec<String>,
}

impl Lesson {
    /// What it is about, in a few words.
    pub fn title(&self) -> Text {
        Text::new(format!("lesson-{}", self.id))
    }

    /// What has happened, and what is wanted.
    pub fn story(&self) -> Text {
        Text::new(format!("lesson-{}.story", self.id))
    }

    /// Each says more than the one before; the last is nearly the solution.
    pub fn hints(&self) -> [Text; 3] {
        [1, 2, 3].map(|number| Text::new(format!("lesson-{}.hint-{number}", self.id)))
    }

    /// What there is to be remembered.
    pub fn learned(&self) -> Text {
        Text::new(format!("lesson-{}.learned", self.id))
    }
}

/// What is done to a new world.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Whether a lab that works is put into it first.
    #[serde(default)]
    pub lab: bool,
    /// What is broken, by name.
    #[serde(default, rename = "break")]
    pub broken: Vec<String>,
    /// How long ago that was, such as `2m`.
    #[serde(default)]
    pub after: Option<String>,
}
