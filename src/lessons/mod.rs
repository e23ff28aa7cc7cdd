//! Lessons: a story in the sandbox, what was done to it beforehand, and what has to be so in the end.
//!
//! A lesson is a file here. Whether it is solved follows from what is there, looked at anew, and from nothing else: by what way it
//! came about is the learner's affair.

mod catalogue;
mod goal;
mod record;

use serde::Deserialize;

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
    /// One line.
    pub title: String,
    /// The considerations of the workshop that it is about.
    pub about: Vec<String>,
    /// What has happened, and what is wanted.
    pub story: String,
    /// What is done to a new world beforehand.
    pub begin: Begin,
    /// Values of the environment that the lab of the lesson has: `lab.name=potato`.
    #[serde(default)]
    pub with: Vec<String>,
    /// What has to be so.
    pub goal: Vec<Goal>,
    /// Each says more than the one before; the last is nearly the solution.
    pub hints: [String; 3],
    /// Commands of this program, without its name, that bring it about.
    pub solution: Vec<String>,
    /// What there is to be remembered.
    pub learned: String,
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
