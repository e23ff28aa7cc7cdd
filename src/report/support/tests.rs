//! What strangers may see: nothing that was planted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::config::Origin;
use crate::event::{Event, RunVerb};
use crate::model::{Holder, NodeId, NodeKind};
use crate::report::fixtures;

/// What must not be in the file: each is planted wherever a text can be.
const SECRETS: &[&str] = &[
    "410691154611",
    "arn:aws:iam::410691154611:role/minji-admin",
    "minji",
    "10.11.82.31",
    "2001:db8::17",
    "vpc-0f3a9e8b7c6d5e4f3",
    "https://ABCDEF0123456789.gr7.ap-northeast-2.eks.amazonaws.com",
    "k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdz",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "minji.kim@example.com",
    "ip-10-11-82-31.ap-northeast-2.compute.internal",
    "/home/minji/.kube/config",
];

fn planted() -> String {
    format!("cannot do it for {}", SECRETS.join(" or for "))
}

fn found() -> Finding {
    Finding {
        id: "C12".to_owned(),
        severity: Severity::Error,
        node: Some(NodeId::new(NodeKind::Namespace, planted())),
        title: planted().into(),
        evidence: Text::list([planted().into(), crate::lang::text!("view-checks")], "; "),
        remedy: Some(planted().into()),
    }
}

fn place() -> Place {
    Place {
        cluster: "minji-cluster".to_owned(),
        context: Some(planted()),
        server: Some(planted()),
        ..fixtures::place(TargetKind::Aws)
    }
}

fn events() -> Vec<Record> {
    let node = || NodeId::new(NodeKind::Object(planted()), planted());
    let events = [
        Event::RunStarted {
            verb: RunVerb::Apply,
            lab: "minji-lab".to_owned(),
            version: planted(),
            place: place(),
        },
        Event::Finding(found()),
        Event::StepProgress {
            node: node(),
            stage: planted().into(),
            elapsed_ms: 1,
            cause: Some(planted().into()),
        },
        Event::Queued {
            node: node(),
            holder: Holder {
                description: "minji@laptop apply (4711)".to_owned(),
                since: None,
                expires: None,
            },
            position: None,
            unordered: Some(planted().into()),
            elapsed_ms: 1,
        },
        Event::Output {
            name: "url".to_owned(),
            value: planted(),
        },
    ];
    events.into_iter().map(|event| fixtures::record(1, event)).collect()
}

#[test]
fn no_secret_is_in_it_wherever_it_was_planted() {
    let origin = Origin::File {
        label: "/home/minji/environments/minji.yaml".to_owned(),
        line: 1,
    };
    let value = |key: &str, value: Value| ShownValue {
        key: key.to_owned(),
        value,
        origin: &origin,
    };
    let settings = [
        value("lab.name", planted().into()),
        value("app.image", planted().into()),
        value("lab.tags.minji", planted().into()),
        value(
            "fargate.selectors",
            serde_json::json!([{"namespace": planted(), "labels": {planted(): planted()}}]),
        ),
        value("app.replicas", 3.into()),
    ];
    let mut plan = fixtures::plan(fixtures::first_rows());
    plan.changes[0].task.node.id.name = planted();
    plan.changes[0].notes = vec![planted().into()];
    plan.changes[0].stage = Some(planted().into());
    let findings = [found()];
    let events = events();
    let error = [planted().into()];
    let place = place();
    let caller = Caller {
        account: "410691154611".to_owned(),
        arn: "arn:aws:sts::410691154611:assumed-role/admin/minji".to_owned(),
    };
    let evidence = Evidence {
        settings: &settings,
        error: &error,
        place: Some(&place),
        caller: Some(&caller),
        plan: Some(&plan),
        findings: &findings,
        status: None,
        requests: BTreeMap::from([("eks".to_owned(), 3)]),
        events: &events,
    };
    let program = Program {
        version: "0.1.0",
        os: "linux",
        architecture: "x86_64",
        language: "ko",
        terminal: false,
        variables: vec!["AWS_PROFILE"],
    };
    let mut redactor = Redactor::keeping(public_names());
    let report = SupportReport::new(fixtures::at(0), program, &evidence, &mut redactor);
    let text = serde_json::to_string_pretty(&report).unwrap();
    assert!(text.starts_with(BEGIN), "{text}");
    for secret in SECRETS {
        assert!(
            !text.to_lowercase().contains(&secret.to_lowercase()),
            "{secret} in\n{text}"
        );
    }
    // And what is none is still there.
    for kept in [
        "\"app.replicas\"",
        "ap-northeast-2",
        "C12",
        "run-started",
        "step-progress",
        "lab.tags.person-",
    ] {
        assert!(text.contains(kept), "no {kept} in\n{text}");
    }
}
