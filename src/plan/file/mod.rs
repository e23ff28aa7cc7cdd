//! A plan kept in a file: what was seen and decided, so that a later `apply FILE` or `destroy FILE` does that and nothing
//! else, and `show FILE` shows it again.

pub mod class;
mod divergence;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::change::Plan;
use super::input::Approvals;
use crate::lang::{Text, text};
use crate::model::{Goal, NodeId, Object, Pin, Wait};
use crate::stack::{Stack, object_id};

pub use self::class::CLASS_FORMAT;
pub use self::divergence::{Divergence, verify};

/// Version of the file's format; raised when a field changes its meaning or goes away.
pub const FORMAT: u32 = 2;

/// A plan with all that must still be true when it is executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    /// [`FORMAT`] of the writer.
    pub format: u32,
    /// Hash of the file's text without this value (hexadecimal SHA-256): whether it is as it was written.
    digest: String,
    /// When the plan was made, by the clock of its run.
    pub made: Timestamp,
    /// Whose lab on which cluster.
    pub identity: Identity,
    /// What was asked for.
    pub request: PlanRequest,
    /// Hash of everything that was wanted and allowed (hexadecimal SHA-256).
    pub inputs: String,
    /// Hashes of the rendered objects (hexadecimal SHA-256).
    pub objects: BTreeMap<NodeId, String>,
    /// What was there of each node; none for what was missing.
    pub pins: BTreeMap<NodeId, Option<Pin>>,
    /// The plan.
    pub plan: Plan,
    /// What other labs of the same class make, too: that it is there meanwhile is no news.
    #[serde(skip)]
    pub others: BTreeSet<NodeId>,
}

/// Whose lab on which cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// ARN of the cluster.
    pub cluster_arn: String,
}

/// What a plan was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRequest {
    /// The flags that chose the environment and changed it, as they would be typed: `-e`, `workshop`, ….
    pub flags: Vec<String>,
    /// The environment's values, as a tree.
    pub environment: Value,
    /// What was allowed.
    pub approvals: Approvals,
}

/// Why a text is no plan that can be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum ReadError {
    /// It is something else.
    Other(#[source] Option<serde_json::Error>),
    /// It is what `plan -o json` prints.
    Document,
    /// It was written by a version with another format.
    Format(u64),
    /// It is not as it was written.
    Edited,
    /// It is one of a class, where one of a lab is asked for.
    OfClass,
    /// It is one of a lab, where one of a class is asked for.
    OfLab,
    /// It is one of a class, and was written by a version with another format.
    ClassFormat(u64),
    /// A line of a class's plan is no plan.
    Line {
        /// Which, from 1.
        number: usize,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// A class's plan has more lines than labs, or fewer.
    Lines,
    /// A line of a class's plan is another lab's, or for a removal.
    OtherLab {
        /// Which line, from 1.
        number: usize,
        /// The lab whose plan it is to be.
        lab: String,
    },
}

impl ReadError {
    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Other(_) => text!("error-plan-none"),
            Self::Document => text!("error-plan-document"),
            Self::Format(found) => text!("error-plan-format", found = found.to_string(), known = FORMAT),
            Self::Edited => text!("error-plan-edited"),
            Self::OfClass => text!("error-plan-of-class"),
            Self::OfLab => text!("error-plan-of-lab"),
            Self::ClassFormat(found) => {
                text!(
                    "error-plan-class-format",
                    found = found.to_string(),
                    known = CLASS_FORMAT
                )
            }
            Self::Line { number, .. } => text!("error-plan-line", number = *number),
            Self::Lines => text!("error-plan-lines"),
            Self::OtherLab { number, lab } => text!("error-plan-other-lab", number = *number, lab = lab),
        }
    }
}

/// A hash of what is wanted and allowed: the goal, the nodes and edges, the approvals.
pub fn fingerprint(goal: Goal, lab: &str, stack: &Stack, approvals: Approvals) -> String {
    hash(&serde_json::json!([goal, lab, stack, approvals]).to_string())
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// What is kept of a plan.
#[derive(Debug)]
pub struct SavedPlanParts<'a> {
    /// When it was made.
    pub made: Timestamp,
    /// Whose lab on which cluster.
    pub identity: Identity,
    /// What was asked for.
    pub request: PlanRequest,
    /// The nodes and edges it was made of.
    pub stack: &'a Stack,
    /// The rendered objects.
    pub objects: &'a [Object],
    /// The plan.
    pub plan: Plan,
}

impl SavedPlan {
    /// What is to be kept of a plan.
    pub fn new(parts: SavedPlanParts<'_>) -> Self {
        let SavedPlanParts {
            made,
            identity,
            request,
            stack,
            objects,
            plan,
        } = parts;
        let pins = plan
            .changes
            .iter()
            .filter(|change| change.task.wait != Wait::Held)
            .map(|change| (change.task.node.id.clone(), change.task.pin.clone()))
            .collect();
        let rendered = objects
            .iter()
            .map(|object| (object_id(object), hash(&object.0.to_string())));
        Self {
            format: FORMAT,
            digest: String::new(),
            made,
            identity,
            inputs: fingerprint(plan.goal, &plan.lab, stack, request.approvals),
            request,
            objects: rendered.collect(),
            pins,
            plan,
            others: BTreeSet::new(),
        }
    }

    /// The file's text.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let unsigned = Self {
            digest: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_string_pretty(&unsigned)? + "\n";
        let digest = hash(&text);
        Ok(text.replacen(&digest_line(""), &digest_line(&digest), 1))
    }

    /// The plan of a file's text.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let text = text.replace("\r\n", "\n");
        if class::is_class(&text) {
            return Err(ReadError::OfClass);
        }
        let value: Value = serde_json::from_str(&text).map_err(|error| ReadError::Other(Some(error)))?;
        let format = value.get("format").and_then(Value::as_u64);
        match format {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) if value.get("pins").is_some() => return Err(ReadError::Format(format)),
            _ if value.get("summary").is_some() && value.get("plan").is_some() => return Err(ReadError::Document),
            _ => return Err(ReadError::Other(None)),
        }
        let digest = value.get("digest").and_then(Value::as_str).unwrap_or_default();
        if hash(&text.replacen(&digest_line(digest), &digest_line(""), 1)) != digest {
            return Err(ReadError::Edited);
        }
        serde_json::from_str(&text).map_err(|error| ReadError::Other(Some(error)))
    }
}

/// The member of the file that has the digest.
fn digest_line(digest: &str) -> String {
    format!("\"digest\": \"{digest}\"")
}

#[cfg(test)]
mod tests;
