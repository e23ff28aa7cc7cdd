//! The one document in which every `plan`, `apply`, `scale` and `destroy` ends, however it ends.

use serde::Serialize;

use super::status::StatusReport;
use crate::event::{Failure, Leftover, RunVerb, Summary};
use crate::model::NodeId;
use crate::plan::Plan;

/// A run from its plan to its end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport<'a> {
    /// The keys of `plan` once more: `plan -o json` has always had them at the top.
    #[serde(flatten)]
    plan_keys: Option<&'a Plan>,
    /// The keys of `summary` once more: `destroy -o json` has always had them at the top.
    #[serde(flatten)]
    summary_keys: Option<&'a Summary>,
    /// The plan; none if the run ended before there was one.
    plan: Option<&'a Plan>,
    /// How the run ended, with its numbers.
    summary: &'a Summary,
    /// The steps that failed.
    failures: Vec<FailedStep<'a>>,
    /// The steps that were never started.
    skipped: &'a [NodeId],
    /// What a removal has left over.
    leftovers: &'a [Leftover],
    /// The lab as the run left it, where it reached its goals.
    status: Option<&'a StatusReport>,
    /// Why the run ended before, beside or after its steps, if so.
    error: Option<ErrorReport>,
}

/// A step that failed.
#[derive(Debug, Serialize)]
struct FailedStep<'a> {
    node: &'a NodeId,
    #[serde(flatten)]
    failure: &'a Failure,
}

/// An error that is no step's.
#[derive(Debug, Serialize)]
pub struct ErrorReport {
    /// What went wrong, outermost first.
    causes: Vec<String>,
    /// What to do about it.
    help: Option<String>,
}

impl ErrorReport {
    /// An error and its causes, outermost first, with what to do about it.
    pub fn new(causes: Vec<String>, help: Option<String>) -> Self {
        Self { causes, help }
    }
}

/// The parts of a report.
#[derive(Debug)]
pub struct RunReportParts<'a> {
    /// The plan, if there was one.
    pub plan: Option<&'a Plan>,
    /// How the run ended.
    pub summary: &'a Summary,
    /// The steps that failed.
    pub failures: &'a [(NodeId, Failure)],
    /// The steps that were never started.
    pub skipped: &'a [NodeId],
    /// What is left over.
    pub leftovers: &'a [Leftover],
    /// The lab as it is.
    pub status: Option<&'a StatusReport>,
    /// What ended the run beside its steps.
    pub error: Option<ErrorReport>,
}

impl<'a> RunReport<'a> {
    /// The document of a run.
    pub fn new(parts: RunReportParts<'a>) -> Self {
        let RunReportParts {
            plan,
            summary,
            failures,
            skipped,
            leftovers,
            status,
            error,
        } = parts;
        let failures = failures.iter().map(|(node, failure)| FailedStep { node, failure });
        Self {
            plan_keys: plan.filter(|_| summary.verb == RunVerb::Plan),
            summary_keys: (summary.verb == RunVerb::Destroy).then_some(summary),
            plan,
            summary,
            failures: failures.collect(),
            skipped,
            leftovers,
            status,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::event::{Counts, FailureClass, Leaves, LeftoverKind};
    use crate::report::fixtures::{first_rows, node, plan};

    fn summary(verb: RunVerb) -> Summary {
        Summary {
            planned: Counts::default(),
            verb,
            ok: false,
            exit_code: 1,
            counts: Counts::default(),
            elapsed_ms: 1,
            phases: BTreeMap::new(),
            requests: BTreeMap::new(),
            url: None,
            dns: None,
        }
    }

    fn document(verb: RunVerb) -> Value {
        let failure = Failure {
            class: FailureClass::Failed,
            causes: vec!["no".to_owned()],
            leaves: Leaves::Nothing,
            hint: String::new(),
            stage: None,
        };
        let leftover = Leftover {
            kind: LeftoverKind::TargetGroup,
            name: "k8s-x".to_owned(),
            id: "arn".to_owned(),
        };
        let (plan, summary) = (plan(first_rows()), summary(verb));
        let (failures, skipped, leftovers) = ([(node("profile/p"), failure)], [node("proof/p")], [leftover]);
        let report = RunReport::new(RunReportParts {
            plan: Some(&plan),
            summary: &summary,
            failures: &failures,
            skipped: &skipped,
            leftovers: &leftovers,
            status: None,
            error: Some(ErrorReport::new(vec!["gone".to_owned()], None)),
        });
        let text = serde_json::to_string(&report).unwrap();
        assert!(serde_saphyr::to_string(&report).is_ok());
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_verb_ends_in_the_same_keys_and_keeps_those_it_had() {
        let common = ["error", "failures", "leftovers", "plan", "skipped", "status", "summary"];
        for (verb, more) in [
            (RunVerb::Plan, &["changes", "findings", "goal"][..]),
            (RunVerb::Apply, &[]),
            (RunVerb::Scale, &[]),
            (RunVerb::Destroy, &["exitCode", "ok", "requests"]),
        ] {
            let document = document(verb);
            for key in common.iter().chain(more) {
                assert!(document.get(key).is_some(), "{verb:?} {key}");
            }
            assert_eq!(document["failures"][0]["node"], "profile/p");
            assert_eq!(document["failures"][0]["class"], "failed");
            assert_eq!(
                document["leftovers"],
                json!([{"kind": "target-group", "name": "k8s-x", "id": "arn"}])
            );
            assert_eq!(document["error"]["causes"], json!(["gone"]));
        }
    }
}
