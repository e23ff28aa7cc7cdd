//! What has to be so for a lesson to be solved.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lang::{Text, text};
use crate::model::Object;

/// How a lab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabIs {
    /// All of it is there and works.
    Ready,
    /// Nothing of it is there.
    Absent,
    /// Anything else.
    #[serde(skip)]
    Between,
}

/// One thing that has to be so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Goal {
    /// The lab is like that.
    Lab(LabIs),
    /// So many pods run, each on a Fargate node of its own.
    Pods(usize),
    /// What was broken is so no more, by its name.
    Mended(String),
    /// A field of an object of the lab has this value.
    Object {
        /// Kind of the object.
        kind: String,
        /// JSON pointer.
        at: String,
        /// The value.
        is: Value,
    },
    /// Nothing that the lab had in AWS is there any more, and nothing costs.
    Gone(bool),
}

/// What was seen.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// How the lab is.
    pub lab: LabIs,
    /// Pods of the lab that run.
    pub pods: usize,
    /// The Fargate nodes that they are on.
    pub nodes: usize,
    /// What is broken on purpose.
    pub broken: &'a [&'static str],
    /// The objects of the lab that are there.
    pub objects: &'a [Object],
    /// Profiles and load balancers in the account.
    pub in_aws: usize,
}

/// Whether a thing is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// What has to be so, in words that do not say how.
    pub goal: Text,
    /// Whether it is.
    pub is_so: bool,
    /// What was seen instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Text>,
}

impl Goal {
    /// Looks whether it is so.
    pub fn look(&self, facts: &Facts<'_>) -> Looked {
        let (goal, is_so, seen) = match self {
            Self::Lab(LabIs::Absent) => (
                text!("lesson-goal-absent"),
                facts.lab == LabIs::Absent,
                text!("lesson-seen-remains"),
            ),
            Self::Lab(wanted) => (
                text!("lesson-goal-ready"),
                facts.lab == *wanted,
                match facts.lab {
                    LabIs::Absent => text!("lesson-seen-absent"),
                    _ => text!("lesson-seen-unready"),
                },
            ),
            Self::Pods(wanted) => (
                text!("lesson-goal-pods", count = *wanted),
                facts.pods == *wanted && facts.nodes == *wanted,
                text!("lesson-seen-pods", pods = facts.pods, nodes = facts.nodes),
            ),
            // What it is, is what there is to be found out.
            Self::Mended(what) => (
                text!("lesson-goal-mended"),
                !facts.broken.contains(&what.as_str()),
                text!("lesson-seen-unmended"),
            ),
            Self::Object { kind, at, is } => {
                let mut objects = facts.objects.iter().filter(|object| object.kind() == kind);
                let found = objects.find_map(|object| object.at(at));
                (
                    text!("lesson-goal-value", kind = kind, field = field(at), value = shown(is)),
                    found == Some(is),
                    found.map_or_else(
                        || text!("lesson-seen-no-value"),
                        |found| text!("lesson-seen-value", value = shown(found)),
                    ),
                )
            }
            Self::Gone(_) => (
                text!("lesson-goal-gone"),
                facts.in_aws == 0,
                text!("lesson-seen-left", count = facts.in_aws),
            ),
        };
        Looked {
            goal,
            is_so,
            seen: (!is_so).then_some(seen),
        }
    }
}

/// A JSON pointer as people write it.
fn field(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/"));
    parts.collect::<Vec<_>>().join(".")
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOTHING: Facts<'_> = Facts {
        lab: LabIs::Absent,
        pods: 0,
        nodes: 0,
        broken: &[],
        objects: &[],
        in_aws: 0,
    };

    #[test]
    fn each_goal_is_met_by_its_own_facts_alone() {
        let deployment = Object(json!({"kind": "Deployment", "spec": {"replicas": 3}}));
        let object = Goal::Object {
            kind: "Deployment".to_owned(),
            at: "/spec/replicas".to_owned(),
            is: json!(3),
        };
        let goals = [
            (
                Goal::Lab(LabIs::Ready),
                Facts {
                    lab: LabIs::Ready,
                    ..NOTHING
                },
                Facts {
                    lab: LabIs::Between,
                    ..NOTHING
                },
            ),
            (
                Goal::Lab(LabIs::Absent),
                NOTHING,
                Facts {
                    lab: LabIs::Between,
                    ..NOTHING
                },
            ),
            (
                Goal::Pods(3),
                Facts {
                    pods: 3,
                    nodes: 3,
                    ..NOTHING
                },
                Facts {
                    pods: 3,
                    nodes: 2,
                    ..NOTHING
                },
            ),
            (
                Goal::Mended("no-nat".to_owned()),
                NOTHING,
                Facts {
                    broken: &["no-nat"],
                    ..NOTHING
                },
            ),
            (
                object,
                Facts {
                    objects: std::slice::from_ref(&deployment),
                    ..NOTHING
                },
                NOTHING,
            ),
            (Goal::Gone(true), NOTHING, Facts { in_aws: 1, ..NOTHING }),
        ];
        for (goal, so, not_so) in goals {
            assert!(goal.look(&so).is_so, "{goal:?}");
            let looked = goal.look(&not_so);
            assert!(!looked.is_so && looked.seen.is_some(), "{looked:?}");
        }
    }
}
