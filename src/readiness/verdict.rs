//! What a judgement says.

use std::fmt;

use crate::lang::Text;
use crate::model::{Goal, Outputs, Progress, Readiness};

/// A judgement on one node: where it stands, and in which stage it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far it is, in a few words: "3/5 pods available". The same while nothing moves.
    pub stage: Text,
    /// Where it stands.
    pub state: State,
    /// What to do about it, where that is known; a command where there is one.
    pub remedy: Option<Text>,
}

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is there and does its work.
    Ready,
    /// It is on its way, or waits for something; why, where the stage does not say it.
    Pending(Text),
    /// Something keeps it from working that somebody has to mend, and may mend while it is waited for; what.
    Blocked(Text),
    /// It does its work, but not as it should; why.
    Degraded(Text),
    /// It does not work and will not without somebody doing something; why.
    Failed(Text),
    /// It is being deleted; what that waits for.
    Deleting(Text),
    /// It is not there.
    Absent,
}

impl Verdict {
    fn new(stage: impl Into<Text>, state: State) -> Self {
        Self {
            stage: stage.into(),
            state,
            remedy: None,
        }
    }

    /// With what to do about it.
    #[must_use]
    pub fn remedied(mut self, remedy: impl Into<Text>) -> Self {
        self.remedy = Some(remedy.into()).filter(|remedy: &Text| !remedy.is_empty());
        self
    }

    /// There and at work.
    pub fn ready(stage: impl Into<Text>) -> Self {
        Self::new(stage, State::Ready)
    }

    /// Not yet.
    pub fn pending(stage: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::new(stage, State::Pending(why.into()))
    }

    /// Not before somebody has mended something, which may come while it is waited for.
    pub fn blocked(stage: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::new(stage, State::Blocked(why.into()))
    }

    /// At work, but not as it should.
    pub fn degraded(stage: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::new(stage, State::Degraded(why.into()))
    }

    /// Not without somebody doing something.
    pub fn failed(stage: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::new(stage, State::Failed(why.into()))
    }

    /// On its way out.
    pub fn deleting(stage: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::new(stage, State::Deleting(why.into()))
    }

    /// Not there.
    pub fn absent(stage: impl Into<Text>) -> Self {
        Self::new(stage, State::Absent)
    }

    /// Whether it does its work, be it as it should or not.
    pub fn works(&self) -> bool {
        matches!(self.state, State::Ready | State::Degraded(_))
    }

    /// Why it does not stand better, where the stage does not say it already.
    pub fn why(&self) -> Option<&Text> {
        match &self.state {
            State::Ready | State::Absent => None,
            State::Pending(why)
            | State::Blocked(why)
            | State::Degraded(why)
            | State::Failed(why)
            | State::Deleting(why) => Some(why).filter(|why| !why.is_empty()),
        }
    }

    /// The stage, and the cause if there is one.
    pub fn text(&self) -> Text {
        match self.why() {
            Some(why) => Text::list([&self.stage, why], ": "),
            None => self.stage.clone(),
        }
    }

    /// What it means for somebody who waits for `goal`.
    pub fn towards(&self, goal: Goal) -> Readiness {
        let why = self.why().cloned().unwrap_or_default();
        match (goal, &self.state) {
            (Goal::Ready, State::Ready | State::Degraded(_)) | (Goal::Gone, State::Absent) => Readiness::Ready,
            (_, State::Failed(_)) => Readiness::Failed(why),
            _ => Readiness::Pending(why),
        }
    }

    /// The report of a wait for `goal` that found it so, with what has become known.
    pub fn progress(self, goal: Goal, outputs: Outputs) -> Progress {
        let readiness = self.towards(goal);
        Progress {
            remedy: self.remedy,
            outputs,
            ..Progress::new(self.stage, readiness)
        }
    }
}

/// [`Verdict::text`], in English.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}
