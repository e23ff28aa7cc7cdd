//! The explanations: plain words for somebody in the first week of Kubernetes.

mod cluster;
mod workshop;

use serde::Serialize;

pub(super) use cluster::CLUSTER;
pub(super) use workshop::WORKSHOP;

/// One consideration in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The check's id, such as `C12`.
    pub id: &'static str,
    /// Its name in a few words.
    pub title: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Why it matters on Fargate.
    pub why: &'static str,
    /// What this program does about it.
    pub does: &'static str,
    /// How to look at it oneself: a command.
    pub look: &'static str,
    /// The page of the AWS documentation, by its title.
    pub docs: &'static str,
}
