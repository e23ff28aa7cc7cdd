//! How far a node is on its way to being ready or gone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pod_state::PodState;
use crate::lang::{Text, text};

/// A fact about the world outside, as far as it was read. In JSON: `{"known": …}`, `{"unknown": "why"}` or `"notAsked"`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Observed<T> {
    /// It was read.
    Known(T),
    /// It could not be read: why, in a few words.
    Unknown(Text),
    /// Not asked for: this call has no use for it.
    #[default]
    NotAsked,
}

impl<T> Observed<T> {
    /// The fact, if it was read.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(fact) => Some(fact),
            Self::Unknown(_) | Self::NotAsked => None,
        }
    }

    /// The same of something made from the fact.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Known(fact) => Observed::Known(f(fact)),
            Self::Unknown(why) => Observed::Unknown(why),
            Self::NotAsked => Observed::NotAsked,
        }
    }

    /// The same with a view of the fact.
    pub fn as_ref(&self) -> Observed<&T> {
        match self {
            Self::Known(fact) => Observed::Known(fact),
            Self::Unknown(why) => Observed::Unknown(why.clone()),
            Self::NotAsked => Observed::NotAsked,
        }
    }

    /// Whether it was looked for at all.
    pub fn is_asked(&self) -> bool {
        !matches!(self, Self::NotAsked)
    }

    /// Why the fact is not known, if it is not.
    pub fn why_not(&self) -> Option<Text> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(why) => Some(why.clone()),
            Self::NotAsked => Some(text!("is-not-asked")),
        }
    }
}

impl<T> Observed<Vec<T>> {
    /// What was read of a list; nothing where it was not read.
    pub fn items(&self) -> &[T] {
        self.known().map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a wait is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// Present and working.
    Ready,
    /// Absent, with everything that was made for it.
    Gone,
}

/// A judgement on one node, made by a pure function from what was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Readiness {
    /// Not yet; why, in a few words.
    Pending(Text),
    /// The goal is reached.
    Ready,
    /// The goal cannot be reached without somebody doing something; why.
    Failed(Text),
}

/// One report of a wait: its stage, and how close the goal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The stage, in a few words: "CREATING", "3/5 targets healthy". Stable while nothing moves.
    pub stage: Text,
    /// How close the goal is.
    pub readiness: Readiness,
    /// What to do about it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Text>,
    /// What has become known, such as the load balancer's host name.
    pub outputs: Outputs,
    /// The pods that are waited for, where it is pods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pods: Vec<PodState>,
}

impl Progress {
    /// A report that says no more than this.
    pub fn new(stage: impl Into<Text>, readiness: Readiness) -> Self {
        Self {
            stage: stage.into(),
            readiness,
            remedy: None,
            outputs: Outputs::default(),
            pods: Vec::new(),
        }
    }
}

/// What a finished step passes on to the steps that depend on it, and to the final report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Outputs {
    /// ARN of the pod execution role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// ARN of the Fargate profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_arn: Option<String>,
    /// ARN of the load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balancer_arn: Option<String>,
    /// DNS name of the load balancer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// The URL that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// UID of each Kubernetes object written, by node id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub uids: BTreeMap<String, String>,
}

impl Outputs {
    /// Takes over everything that `other` knows.
    pub fn merge(&mut self, other: Self) {
        let Self {
            role_arn,
            profile_arn,
            balancer_arn,
            hostname,
            url,
            uids,
        } = other;
        self.role_arn = role_arn.or(self.role_arn.take());
        self.profile_arn = profile_arn.or(self.profile_arn.take());
        self.balancer_arn = balancer_arn.or(self.balancer_arn.take());
        self.hostname = hostname.or(self.hostname.take());
        self.url = url.or(self.url.take());
        self.uids.extend(uids);
    }
}
