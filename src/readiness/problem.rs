//! What is wrong with a pod.

use crate::lang::Text;

/// Whether a problem ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// It is a part of coming up.
    Passes,
    /// Somebody has to mend its cause, and the pod then comes up by itself.
    Mendable,
    /// The pod never comes up.
    Hopeless,
}

/// What is wrong with a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodProblem {
    /// Whether it ends by itself.
    pub outlook: Outlook,
    /// What it is, in plain words.
    pub text: Text,
    /// What to do about it; empty where nothing is to be done.
    pub remedy: Text,
}

impl PodProblem {
    /// Somebody has to mend it, and may do so while the pod is waited for.
    pub(super) fn mendable(text: impl Into<Text>, remedy: impl Into<Text>) -> Self {
        Self {
            outlook: Outlook::Mendable,
            text: text.into(),
            remedy: remedy.into(),
        }
    }

    /// It stays.
    pub(super) fn hopeless(text: impl Into<Text>, remedy: impl Into<Text>) -> Self {
        Self {
            outlook: Outlook::Hopeless,
            ..Self::mendable(text, remedy)
        }
    }
}
