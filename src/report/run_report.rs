//! The one document in which every `plan`, `apply`, `scale` and `destroy` ends, however it ends.

use serde::{Serialize, Serializer};

use super::status::StatusReport;
use crate::event::{Counts, Failure, Leftover, RunVerb, Searched, Summary};
use crate::model::NodeId;
use crate::plan::Plan;

/// A run from its plan to its end.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunReport<'a> {
    /// The keys of `plan` once more: `plan -o json` has always had them at the top.
    #[serde(flatten)]
    plan_keys: Option<PlanDocument<'a>>,
    /// The keys of `summary` once more: `destroy -o json` has always had them at the top.
    #[serde(flatten)]
    summary_keys: Option<&'a Summary>,
    /// The plan; none if the run ended before there was one.
    plan: Option<PlanDocument<'a>>,
    /// How the run ended, with its numbers.
    summary: &'a Summary,
    /// The steps that failed.
    failures: Vec<FailedStep<'a>>,
    /// The steps that were never started.
    skipped: &'a [NodeId],
    /// What a removal has left over.
    leftovers: &'a [Leftover],
    /// What was looked for after a removal, kind by kind.
    searched: &'a [Searched],
    /// The lab as the run left it, where it reached its goals.
    status: Option<&'a StatusReport>,
    /// Why the run ended before, beside or after its steps, or without any, if so.
    error: Option<ErrorReport>,
}

/// The document of a run that could not begin: the same keys, and the error.
pub fn unbegun(verb: RunVerb, error: ErrorReport) -> impl Serialize {
    let summary = Summary::of_nothing(verb, error.exit_code);
    Unbegun { summary, error }
}

/// What [`unbegun`] is made of.
struct Unbegun {
    summary: Summary,
    error: ErrorReport,
}

impl Serialize for Unbegun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = RunReport::new(RunReportParts {
            plan: None,
            summary: &self.summary,
            failures: &[],
            skipped: &[],
            leftovers: &[],
            searched: &[],
            status: None,
            error: Some(self.error.clone()),
        });
        report.serialize(serializer)
    }
}

/// A step that failed.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct FailedStep<'a> {
    node: &'a NodeId,
    #[serde(flatten)]
    failure: &'a Failure,
}

/// A plan with the numbers of its changes.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
pub struct PlanDocument<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    /// How many changes of each kind it has.
    counts: Counts,
}

impl<'a> From<&'a Plan> for PlanDocument<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            plan,
            counts: plan.counts(),
        }
    }
}

/// An error that is no step's, or what kept a plan from being carried out.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorReport {
    /// What sort of error it is: what a program decides by.
    class: &'static str,
    /// What went wrong, outermost first.
    causes: Vec<String>,
    /// What to do about it.
    help: Option<String>,
    /// The process's exit code.
    exit_code: u8,
}

impl ErrorReport {
    /// The causes, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// An error and its causes, outermost first, with what to do about it.
    pub fn new(class: &'static str, causes: Vec<String>, help: Option<String>, exit_code: u8) -> Self {
        Self {
            class,
            causes,
            help,
            exit_code,
        }
    }
}

/// What a verb other than these four prints in place of its document where it fails.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ErrorDocument {
    /// What went wrong.
    pub error: ErrorReport,
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
    /// What was looked for.
    pub searched: &'a [Searched],
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
            searched,
            status,
            error,
        } = parts;
        let plan = plan.map(PlanDocument::from);
        let failures = failures.iter().map(|(node, failure)| FailedStep { node, failure });
        Self {
            plan_keys: plan.filter(|_| summary.verb == RunVerb::Plan),
            summary_keys: (summary.verb == RunVerb::Destroy).then_some(summary),
            plan,
            summary,
            failures: failures.collect(),
            skipped,
            leftovers,
            searched,
            status,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::event::{FailureClass, Leaves, LeftoverKind};
    use crate::report::fixtures::{first_rows, node, plan};

    fn summary(verb: RunVerb) -> Summary {
        Summary {
            elapsed_ms: 1,
            ..Summary::of_nothing(verb, 1)
        }
    }

    fn document(verb: RunVerb) -> Value {
        let failure = Failure {
            class: FailureClass::Failed,
            causes: vec!["no".into()],
            leaves: Leaves::Nothing,
            hint: "".into(),
            stage: None,
        };
        let leftover = Leftover {
            kind: LeftoverKind::TargetGroup,
            name: "k8s-x".to_owned(),
            id: "arn".to_owned(),
            reason: "forgotten".into(),
            dollars_per_day: None,
            command: "aws".to_owned(),
        };
        let (plan, summary) = (plan(first_rows()), summary(verb));
        let (failures, skipped, leftovers) = ([(node("profile/p"), failure)], [node("proof/p")], [leftover]);
        let report = RunReport::new(RunReportParts {
            plan: Some(&plan),
            summary: &summary,
            failures: &failures,
            skipped: &skipped,
            leftovers: &leftovers,
            searched: &[],
            status: None,
            error: Some(ErrorReport::new("missing", vec!["gone".to_owned()], None, 1)),
        });
        let text = serde_json::to_string(&report).unwrap();
        assert!(serde_saphyr::to_string(&report).is_ok());
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_verb_ends_in_the_same_keys_and_keeps_those_it_had() {
        let common = [
            "error",
            "failures",
            "leftovers",
            "plan",
            "searched",
            "skipped",
            "status",
            "summary",
        ];
        for (verb, more) in [
            (RunVerb::Plan, &["changes", "counts", "findings", "goal"][..]),
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
                json!([{"kind": "target-group", "name": "k8s-x", "id": "arn", "reason": "forgotten", "command": "aws"}])
            );
            assert_eq!(
                document["error"],
                json!({"class": "missing", "causes": ["gone"], "help": null, "exitCode": 1})
            );
            assert_eq!(document["plan"]["counts"]["create"], 6);
        }
    }
}
