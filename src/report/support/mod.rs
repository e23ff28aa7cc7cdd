//! What helps others to help, in one file: versions, environment, plan, findings, the lab as it is, and the last run.
//!
//! The file is meant to be shown to strangers. So it is made of types that cannot hold a name, an address or the number of an
//! account: numbers, words of this program's own enums, and [`Redacted`] text, which only a [`Redactor`] makes. What is not
//! asked for here does not get in.

mod environment;
mod lab;
mod plan;
mod redactor;
mod run;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::config::ShownValue;
use crate::event::{Place, Record};
use crate::lang::Text;
use crate::model::{Caller, Finding, Severity, TargetKind};
use crate::plan::Plan;
use crate::report::status::StatusReport;

pub use environment::public_names;
pub use redactor::{Redacted, Redactor};

/// Version of the file; raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// How a file begins that may be written over.
pub const BEGIN: &str = "{\n  \"lab2048Report\": ";

/// The file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportReport {
    /// Version of this format.
    #[serde(rename = "lab2048Report")]
    version: u32,
    /// When it was made.
    made: Timestamp,
    /// What has made it.
    program: Program,
    /// Where the lab is, as far as that is known.
    place: Option<Placed>,
    /// The environment's values, with where they come from.
    environment: Vec<environment::Setting>,
    /// Why the lab could not be looked at, outermost first, if so.
    error: Vec<Redacted>,
    /// What `apply` would do.
    plan: Option<plan::Planned>,
    /// What the checks and the diagnosis have found.
    findings: Vec<Found>,
    /// The lab as it is.
    lab: Option<lab::Lab>,
    /// Requests that were made for this, by API.
    requests: BTreeMap<String, u64>,
    /// The run in question, event by event.
    run: Option<run::RunOnRecord>,
}

/// What has made the file, and on what.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// Version of lab2048.
    pub version: &'static str,
    /// Operating system.
    pub os: &'static str,
    /// Processor.
    pub architecture: &'static str,
    /// Language of what people read, as its tag.
    pub language: &'static str,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// Those variables that change what the program does and are set; their values are not told.
    pub variables: Vec<&'static str>,
}

/// Where the lab is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Placed {
    /// On AWS or on the sandbox.
    target: TargetKind,
    /// Region.
    region: Redacted,
    /// Alias of the cluster, or its name where that is the workshop's.
    cluster: Redacted,
    /// Alias of the account, if it is known.
    account: Option<Redacted>,
    /// Whether a context of the kubeconfig leads there.
    by_kubeconfig: bool,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Found {
    /// The check's id, such as `C12`.
    id: Redacted,
    /// How much it matters.
    severity: Severity,
    /// What was checked.
    title: Redacted,
    /// What was seen.
    evidence: Redacted,
    /// What to do about it.
    remedy: Option<Redacted>,
}

/// What the file is made of.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// The environment's values.
    pub settings: &'a [ShownValue<'a>],
    /// Why the lab could not be looked at, if so.
    pub error: &'a [Text],
    /// Where it is.
    pub place: Option<&'a Place>,
    /// Who looks.
    pub caller: Option<&'a Caller>,
    /// What `apply` would do.
    pub plan: Option<&'a Plan>,
    /// What was found.
    pub findings: &'a [Finding],
    /// The lab as it is.
    pub status: Option<&'a StatusReport>,
    /// Requests that were made, by API.
    pub requests: BTreeMap<String, u64>,
    /// The events of the run in question.
    pub events: &'a [Record],
}

impl SupportReport {
    /// All of it, as `redactor` lets it be said.
    pub fn new(made: Timestamp, program: Program, evidence: &Evidence<'_>, redactor: &mut Redactor) -> Self {
        learn(evidence, redactor);
        Self {
            version: VERSION,
            made,
            program,
            place: evidence.place.map(|place| placed(place, redactor)),
            environment: environment::settings(evidence.settings, redactor),
            error: evidence.error.iter().map(|text| redactor.said(text)).collect(),
            plan: evidence.plan.map(|plan| plan::planned(plan, redactor)),
            findings: evidence
                .findings
                .iter()
                .map(|finding| found(finding, redactor))
                .collect(),
            lab: evidence.status.map(|status| lab::lab(status, redactor)),
            requests: evidence.requests.clone(),
            run: run::on_record(evidence.events, redactor),
        }
    }
}

/// What is known to be a name gets its alias before anything is said, so that it is not said anywhere.
fn learn(evidence: &Evidence<'_>, redactor: &mut Redactor) {
    if let Some(caller) = evidence.caller {
        redactor.name("account", &caller.account);
        if let Some((_, name)) = caller.arn.split_once('/') {
            redactor.name("person", name);
        }
        redactor.name("arn", &caller.arn);
    }
    if let Some(place) = evidence.place {
        placed(place, redactor);
    }
    environment::settings(evidence.settings, redactor);
    if let Some(plan) = evidence.plan {
        plan::learn(plan, redactor);
    }
    if let Some(status) = evidence.status {
        redactor.name("lab", &status.lab);
        lab::learn(status, redactor);
    }
    run::learn(evidence.events, redactor);
}

fn placed(place: &Place, redactor: &mut Redactor) -> Placed {
    let Place {
        target,
        cluster,
        region,
        account,
        context,
        server,
    } = place;
    for name in [context, server].into_iter().flatten() {
        redactor.name("cluster", name);
    }
    Placed {
        target: *target,
        region: redactor.words(region),
        cluster: redactor.name("cluster", cluster),
        account: account.as_ref().map(|account| redactor.name("account", account)),
        by_kubeconfig: context.is_some(),
    }
}

fn found(finding: &Finding, redactor: &mut Redactor) -> Found {
    let Finding {
        id,
        severity,
        node: _,
        title,
        evidence,
        remedy,
    } = finding;
    Found {
        id: redactor.words(id),
        severity: *severity,
        title: redactor.said(title),
        evidence: redactor.said(evidence),
        remedy: remedy.as_ref().map(|remedy| redactor.said(remedy)),
    }
}
