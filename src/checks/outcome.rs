//! The outcome of one check.

use crate::lang::{Text, text};
use crate::model::{Finding, NodeId, Observed, Severity};

/// What one check comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    severity: Severity,
    title: Text,
    evidence: Text,
    remedy: Option<Text>,
    node: Option<NodeId>,
}

/// What a check needs and does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It could not be read.
    Unreadable {
        /// What.
        what: Text,
        /// Why.
        why: Text,
    },
    /// Not asked for: the check does not belong to this call.
    NotAsked,
    /// Another check has found what makes it impossible: one cause is told once.
    ToldBy(&'static str),
}

impl Unseen {
    /// Something that could not be looked at, with the reason.
    pub(super) fn because(what: impl Into<Text>, why: impl Into<Text>) -> Self {
        Self::Unreadable {
            what: what.into(),
            why: why.into(),
        }
    }
}

/// An outcome, or what kept the check from coming to one.
pub(super) type Verdict = Result<Outcome, Unseen>;

/// The fact, or that it was not seen.
pub(super) fn seen<T>(what: impl Into<Text>, fact: &Observed<T>) -> Result<&T, Unseen> {
    match fact {
        Observed::Known(fact) => Ok(fact),
        Observed::Unknown(why) => Err(Unseen::because(what, why)),
        Observed::NotAsked => Err(Unseen::NotAsked),
    }
}

impl Outcome {
    fn new(severity: Severity, title: impl Into<Text>) -> Self {
        Self {
            severity,
            title: title.into(),
            evidence: Text::default(),
            remedy: None,
            node: None,
        }
    }

    /// Fine.
    pub(super) fn ok(title: impl Into<Text>) -> Self {
        Self::new(Severity::Ok, title)
    }

    /// Worth knowing.
    pub(super) fn warning(title: impl Into<Text>) -> Self {
        Self::new(Severity::Warning, title)
    }

    /// The lab cannot work.
    pub(super) fn error(title: impl Into<Text>) -> Self {
        Self::new(Severity::Error, title)
    }

    /// With what was seen.
    pub(super) fn seeing(mut self, evidence: impl Into<Text>) -> Self {
        self.evidence = evidence.into();
        self
    }

    /// With what to do.
    pub(super) fn remedy(mut self, remedy: impl Into<Text>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// With the node it is about.
    pub(super) fn about(mut self, node: NodeId) -> Self {
        self.node = Some(node);
        self
    }
}

/// The finding of the check `id`; none where what it looks at was not asked for, or another check tells the cause.
pub(super) fn finding(id: &str, verdict: Verdict) -> Option<Finding> {
    let outcome = match verdict {
        Ok(outcome) => outcome,
        Err(Unseen::Unreadable { what, why }) => {
            Outcome::new(Severity::Unknown, text!("check-unseen", what = what)).seeing(why)
        }
        Err(Unseen::NotAsked | Unseen::ToldBy(_)) => return None,
    };
    Some(Finding {
        id: id.to_owned(),
        severity: outcome.severity,
        node: outcome.node,
        title: outcome.title,
        evidence: outcome.evidence,
        remedy: outcome.remedy,
    })
}
