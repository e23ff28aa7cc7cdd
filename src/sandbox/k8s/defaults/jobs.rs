//! Defaults of jobs and of what makes them.

use serde_json::{Value, json};

use super::field::default;
use super::pods::pod_spec;

pub(super) fn job(object: &mut Value) {
    default(object, "spec", json!({}));
    let name = object["metadata"]["name"].clone();
    let spec = &mut object["spec"];
    fill(spec);
    if spec["completions"].is_null() && spec["parallelism"].is_null() {
        spec["completions"] = json!(1);
    }
    default(spec, "parallelism", json!(1));
    default(spec, "backoffLimit", json!(6));
    default(spec, "completionMode", "NonIndexed".into());
    default(spec, "manualSelector", json!(false));
    default(spec, "podReplacementPolicy", "TerminatingOrFailed".into());
    default(spec, "suspend", json!(false));
    if name.is_string() && spec["selector"].is_null() {
        let labels = &mut spec["template"]["metadata"]["labels"];
        for key in ["job-name", "batch.kubernetes.io/job-name"] {
            labels[key] = name.clone();
        }
        spec["selector"] = json!({"matchLabels": {"batch.kubernetes.io/job-name": name}});
    }
}

pub(super) fn cron_job(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "concurrencyPolicy", "Allow".into());
    default(spec, "failedJobsHistoryLimit", json!(1));
    default(spec, "successfulJobsHistoryLimit", json!(3));
    default(spec, "suspend", json!(false));
    default(spec, "jobTemplate", json!({}));
    default(&mut spec["jobTemplate"], "metadata", json!({}));
    default(&mut spec["jobTemplate"], "spec", json!({}));
    fill(&mut spec["jobTemplate"]["spec"]);
}

/// The template of the pods.
fn fill(spec: &mut Value) {
    default(spec, "template", json!({}));
    default(&mut spec["template"], "metadata", json!({}));
    default(&mut spec["template"], "spec", json!({}));
    pod_spec(&mut spec["template"]["spec"]);
}
