//! Small inputs for the snapshots of everything that is printed.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::door;
use super::style::Style;
use crate::event::{Event, Place, Record, VERSION};
use crate::model::{
    Desired, Finding, Goal, Listener, LoadBalancer, Node, NodeId, NodeKind, Object, Op, Pin, Scheme, Severity, Target,
    TargetGroup, TargetKind, Wait,
};
use crate::plan::{Change, Cost, Drift, FieldDiff, Plan, Validation};

/// 80 columns, no colour.
pub(super) fn plain() -> Style {
    Style::default()
}

/// 80 columns, with colour.
pub(super) fn colored() -> Style {
    Style {
        color: true,
        ..Style::default()
    }
}

/// Makes colours visible, and holds every line against the width: only a word that cannot be broken may be longer.
pub(super) fn shown(text: &str) -> String {
    let text = door::passed(text);
    let bare = strip(&text);
    for line in bare.lines() {
        let longest = line.split(' ').map(UnicodeWidthStr::width).max().unwrap_or_default();
        assert!(line.width() <= 80 || longest > 55, "{} columns: {line}", line.width());
        assert_eq!(line, line.trim_end(), "spaces at the end");
    }
    text.replace('\u{1b}', "<esc>")
}

/// The text without its colours.
fn strip(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    bare + rest
}

/// 2026-11-24 03:00:00 and so many seconds.
pub(super) fn at(seconds: u64) -> Timestamp {
    "2026-11-24T03:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(seconds)
}

/// An event so many seconds into the run.
pub(super) fn record(seconds: u64, event: Event) -> Record {
    Record {
        v: VERSION,
        at: at(seconds),
        event,
    }
}

/// A node by its id.
pub(super) fn node(text: &str) -> NodeId {
    text.parse().unwrap()
}

/// Where the workshop's lab goes.
pub(super) fn place(target: TargetKind) -> Place {
    Place {
        target,
        cluster: "eksworkshop".to_owned(),
        region: "ap-northeast-2".to_owned(),
        account: Some("410691154611".to_owned()),
        ..Place::default()
    }
}

/// What the workshop's lab costs.
pub(super) fn cost() -> Cost {
    Cost::Known {
        fargate_hourly: 0.070_975,
        balancer_hourly: 0.0225,
        addresses_hourly: 0.015,
        addresses: 3,
        prices_of: "2025-01-01".to_owned(),
        outdated: false,
        region: "ap-northeast-2".to_owned(),
        pod_size: "0.25 vCPU, 0.5 GB".to_owned(),
        pods: 5,
    }
}

/// A row of a plan.
pub(super) fn change(id: &str, op: Op) -> Change {
    let id = node(id);
    let desired = Desired::Object(Object(json!({"kind": "ConfigMap", "metadata": {"name": id.name}})));
    let validation = match (id.kind.is_object(), op) {
        (true, Op::Create | Op::Update | Op::None) => Validation::Server,
        _ => Validation::NotApplicable,
    };
    Change {
        validation,
        ..Change::of(Node { id, desired }, op)
    }
}

/// The rows of a lab that is not there yet.
pub(super) fn first_rows() -> Vec<Change> {
    let not_yet = |mut change: Change| {
        change.validation = Validation::NotYet("the namespace is not there yet".into());
        change
    };
    vec![
        change("role/lab2048-eksworkshop-fargate-game-2048", Op::Create),
        change("profile/fargate-game-2048", Op::Create).waiting(Wait::Ready, "wait ACTIVE"),
        change("namespace/fargate-game-2048", Op::Create),
        not_yet(change("service/service-2048", Op::Create)),
        not_yet(change("ingress/ingress-2048", Op::Create).waiting(Wait::Ready, "wait for the ALB")),
        change("deployment/deployment-2048", Op::Create).waiting(Wait::Ready, "wait 5/5"),
        change("balancer/k8s-fargateg-ingress2-b252ad69ce", Op::None).waiting(Wait::Ready, "wait 5 healthy targets"),
        change("proof/fargate-game-2048", Op::None).waiting(Wait::Ready, "wait HTTP 200"),
    ]
}

/// A plan of these rows on AWS.
pub(super) fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        lab: "fargate-game-2048".to_owned(),
        place: place(TargetKind::Aws),
        goal: Goal::Ready,
        changes,
        edges: Vec::new(),
        findings: Vec::new(),
        cost: cost(),
    }
}

/// A result of a check.
pub(super) fn finding(id: &str, severity: Severity, title: &str, evidence: &str, remedy: Option<&str>) -> Finding {
    Finding {
        id: id.to_owned(),
        severity,
        node: None,
        title: title.to_owned().into(),
        evidence: evidence.to_owned().into(),
        remedy: remedy.map(|words| words.to_owned().into()),
    }
}

/// One of each severity, and two of what was not checked.
pub(super) fn findings() -> Vec<Finding> {
    vec![
        finding("C4", Severity::Ok, "no container is privileged", "", None),
        finding(
            "C8",
            Severity::Ok,
            "3 private subnets for the pods",
            "subnet-044fd202626076e79, subnet-046e417018b50d939, subnet-0d3c2d117533c431d",
            None,
        ),
        finding(
            "C3",
            Severity::Unknown,
            "DaemonSets could not be looked at",
            "not asked for a plan",
            None,
        ),
        finding(
            "C12",
            Severity::Warning,
            "6 free addresses for 5 pods",
            "subnet-0d3c2d117533c431d: 6 free; a rollout of 5 pods can need 7",
            Some("add a subnet of a secondary address range to fargate.subnets"),
        ),
        finding(
            "lbc-lease",
            Severity::Unknown,
            "the controller's leader lease could not be looked at",
            "not asked for a plan",
            None,
        ),
        finding(
            "quota",
            Severity::Unknown,
            "quotas could not be looked at",
            "AccessDenied: servicequotas:GetServiceQuota",
            None,
        ),
        finding(
            "lbc-installed",
            Severity::Error,
            "the AWS Load Balancer Controller is not installed: the Ingress would never get an ALB",
            "",
            Some("helm install aws-load-balancer-controller eks/aws-load-balancer-controller -n kube-system"),
        ),
    ]
}

/// A field to change.
pub(super) fn diff(path: &str, before: Option<Value>, after: Option<Value>) -> FieldDiff {
    FieldDiff {
        path: path.to_owned(),
        before,
        after,
    }
}

/// A field that `kubectl` has changed two minutes before 03:10.
pub(super) fn drift(path: &str, wanted: Option<Value>, found: Option<Value>) -> Drift {
    Drift {
        path: path.to_owned(),
        wanted,
        found,
        manager: Some("kubectl".to_owned()),
        at: Some(at(480)),
        kept: false,
    }
}

/// A pod to recreate.
pub(super) fn stuck(name: &str) -> (crate::model::ObjectKey, Pin) {
    let pod = Object(
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "fargate-game-2048"}}),
    );
    let pin = Pin {
        identity: "uid".to_owned(),
        version: "1".to_owned(),
    };
    (pod.key(), pin)
}

/// The ALB in this state with targets in these.
pub(super) fn balancer(state: &str, targets: &[(&str, Option<&str>)]) -> LoadBalancer {
    let targets = targets.iter().enumerate().map(|(i, (state, description))| Target {
        id: format!("10.11.64.{}", 70 + i),
        port: 80,
        state: (*state).into(),
        reason: None,
        description: description.map(str::to_owned),
    });
    LoadBalancer {
        arn: "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-fargateg-ingress2-b252ad69ce/2c3bb2deb8e08363".to_owned(),
        name: "k8s-fargateg-ingress2-b252ad69ce".to_owned(),
        dns_name: "k8s-fargateg-ingress2-b252ad69ce-1188023391.ap-northeast-2.elb.amazonaws.com".to_owned(),
        scheme: Scheme::InternetFacing,
        state: state.into(),
        reason: None,
        created_at: None,
        subnets: Vec::new(),
        security_groups: vec!["sg-a00fef409939d8a81".to_owned()],
        tags: BTreeMap::new(),
        listeners: vec![Listener {
            port: 80,
            protocol: "HTTP".into(),
            forwarding_rules: 1,
        }],
        target_groups: vec![TargetGroup {
            arn: "arn".to_owned(),
            name: "k8s-fargateg-service2-2e6c26b1f5".to_owned(),
            target_type: "ip".into(),
            targets: targets.collect(),
        }],
    }
}

/// The kind of an object that is no node kind of its own.
pub(super) fn pruned() -> Change {
    let mut change = change("configmap/rules-2048", Op::Delete);
    change.task.node.id.kind = NodeKind::Object("configmap".to_owned());
    change.noted("no longer wanted")
}
