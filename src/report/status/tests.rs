//! The status made of observed objects.

use serde_json::json;

use super::*;
use crate::model::{
    AlbState, Egress, Endpoint, HealthIssue, LoadBalancerSpec, NodeId, Object, ObjectKey, ObjectState, Profile,
    ProfileSpec, Scheme, Subnet, TargetKind,
};
use crate::report::fixtures::{at, balancer, cost, place};
use crate::stack::fixtures::known;

fn object(value: serde_json::Value) -> Object {
    Object(value)
}

fn deployment(counts: [i64; 4], generations: [i64; 2]) -> Object {
    let [wanted, total, updated, available] = counts;
    let [generation, observed] = generations;
    object(json!({
        "kind": "Deployment",
        "metadata": {"name": "deployment-2048", "generation": generation},
        "spec": {"replicas": wanted, "template": {"spec": {"containers": [{"image": "alexwhen/docker-2048"}]}}},
        "status": {
            "observedGeneration": observed,
            "replicas": total,
            "updatedReplicas": updated,
            "availableReplicas": available,
        },
    }))
}

fn seen(object: Object) -> ObjectState {
    ObjectState {
        key: ObjectKey { ..object.key() },
        live: Observed::Known(Some(object)),
        dry_run: crate::model::DryRun::NotYet("not asked".into()),
        alone: None,
    }
}

fn kube(deployment: Object) -> KubeView {
    let pod = object(json!({
        "metadata": {"name": "pod-a", "creationTimestamp": "2026-11-24T03:00:00Z"},
        "spec": {"nodeName": "fargate-ip-10-11-64-70", "containers": [{}]},
        "status": {
            "phase": "Pending",
            "podIP": "10.11.64.70",
            "containerStatuses": [{"ready": false, "restartCount": 3, "state": {"waiting": {"reason": "ErrImagePull"}}}],
        },
    }));
    let node = object(json!({
        "metadata": {"name": "fargate-ip-10-11-64-70", "labels": {"eks.amazonaws.com/compute-type": "fargate"}},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "addresses": [{"type": "InternalIP", "address": "10.11.64.70"}],
            "nodeInfo": {"kubeletVersion": "v1.33.4", "osImage": "Amazon Linux 2023", "containerRuntimeVersion": "containerd://1.7"},
        },
    }));
    let event = |kind: &str, seconds: u64, reason: &str| {
        object(json!({
            "type": kind, "reason": reason, "message": "m", "count": 2,
            "lastTimestamp": at(seconds).to_string(),
            "involvedObject": {"kind": "Pod", "name": "pod-a"},
        }))
    };
    KubeView {
        objects: vec![
            seen(deployment),
            seen(object(
                json!({"kind": "Service", "metadata": {"name": "service-2048"}, "spec": {"type": "NodePort", "clusterIP": "172.20.0.9"}}),
            )),
            seen(object(
                json!({"kind": "Ingress", "metadata": {"name": "ingress-2048"}, "spec": {"ingressClassName": "alb"},
                    "status": {"loadBalancer": {"ingress": [{"hostname": "alb.example"}]}}}),
            )),
        ],
        pods: Observed::Known(vec![pod]),
        nodes: Observed::Known(vec![node]),
        events: Observed::Known(vec![
            event("Warning", 10, "Old"),
            event("Normal", 30, "Fine"),
            event("Warning", 20, "New"),
        ]),
        ..KubeView::default()
    }
}

fn aws(status: &str, targets: usize) -> AwsView {
    let profile = Profile {
        name: "p".to_owned(),
        arn: "arn:p".to_owned(),
        status: status.into(),
        role_arn: "arn:r".to_owned(),
        subnets: vec!["subnet-a".to_owned(), "subnet-b".to_owned()],
        selectors: Vec::new(),
        tags: std::collections::BTreeMap::new(),
        created_at: None,
        health: vec![HealthIssue {
            code: "AccessDenied".to_owned(),
            message: "no".to_owned(),
            resources: Vec::new(),
        }],
    };
    let subnet = Subnet {
        id: "subnet-a".to_owned(),
        cidr: "10.0.0.0/24".to_owned(),
        zone: "ap-northeast-2a".to_owned(),
        zone_id: "apne2-az1".to_owned(),
        zone_kind: Observed::NotAsked,
        on_outpost: false,
        free_addresses: 9,
        egress: Observed::Known(Egress::Nat("nat-1".to_owned())),
        state: "available".into(),
        tags: std::collections::BTreeMap::new(),
    };
    AwsView {
        profiles: Observed::Known(vec![profile]),
        subnets: Observed::Known(vec![subnet]),
        balancer: Observed::Known(Some(balancer("active", &vec![("healthy", None); targets]))),
        ..AwsView::default()
    }
}

/// What the lab wants.
fn nodes() -> Vec<Node> {
    let object = |kind: NodeKind, object: &str, name: &str| Node {
        id: NodeId::new(kind, name),
        desired: Desired::Object(Object(json!({"kind": object, "metadata": {"name": name}}))),
    };
    let alb = |kind: NodeKind, targets: u32| Node {
        id: NodeId::new(kind, "k8s-x"),
        desired: Desired::LoadBalancer(LoadBalancerSpec {
            name: "k8s-x".to_owned(),
            cluster: "c".to_owned(),
            stack: "n/ingress-2048".to_owned(),
            ingress: "n/ingress-2048".to_owned(),
            scheme: Scheme::InternetFacing,
            port: 80,
            targets,
        }),
    };
    let profile = ProfileSpec {
        cluster: "c".to_owned(),
        name: "p".to_owned(),
        role_arn: "arn:r".to_owned(),
        subnets: Vec::new(),
        selectors: Vec::new(),
        tags: std::collections::BTreeMap::new(),
    };
    vec![
        Node {
            id: NodeId::new(NodeKind::Profile, "p"),
            desired: Desired::Profile(profile),
        },
        object(NodeKind::Deployment, "Deployment", "deployment-2048"),
        object(NodeKind::Service, "Service", "service-2048"),
        object(NodeKind::Ingress, "Ingress", "ingress-2048"),
        alb(NodeKind::LoadBalancer, 0),
        alb(NodeKind::Targets, 2),
    ]
}

fn status(aws: &AwsView, kube: &KubeView) -> StatusReport {
    report(&StatusInput {
        lab: "lab",
        place: &place(TargetKind::Aws),
        profile: "p",
        nodes: &nodes(),
        endpoint: Some(&Endpoint::plain(80)),
        obstacle: None,
        aws,
        kube,
        cost: &cost(),
        now: at(65),
    })
}

#[test]
fn a_lab_is_ready_only_if_nothing_is_missing_old_or_too_much() {
    let cases = [
        ("ACTIVE", 2, [2, 2, 2, 2], [1, 1], None),
        (
            "CREATING",
            2,
            [2, 2, 2, 2],
            [1, 1],
            Some("profile CREATING: AccessDenied: no"),
        ),
        (
            "ACTIVE",
            2,
            [2, 2, 2, 1],
            [1, 1],
            Some("deployment/deployment-2048: 1/2 pods available"),
        ),
        (
            "ACTIVE",
            2,
            [2, 3, 1, 2],
            [1, 1],
            Some("deployment/deployment-2048: 1/2 pods available, 1 stopping: 1 of 2 pods made from the new template"),
        ),
        (
            "ACTIVE",
            2,
            [2, 3, 2, 2],
            [1, 1],
            Some("deployment/deployment-2048: 2/2 pods available, 1 stopping: old pods still stopping: 1"),
        ),
        (
            "ACTIVE",
            2,
            [2, 2, 2, 2],
            [2, 1],
            Some(
                "deployment/deployment-2048: 0/2 pods available: the deployment controller has not seen the change yet",
            ),
        ),
        (
            "ACTIVE",
            1,
            [2, 2, 2, 2],
            [1, 1],
            Some("1/2 targets healthy: 1 not registered yet"),
        ),
    ];
    for (profile, targets, counts, generations, reason) in cases {
        let report = status(&aws(profile, targets), &kube(deployment(counts, generations)));
        assert_eq!(
            report.reason.map(|reason| reason.to_string()).as_deref(),
            reason,
            "{counts:?}"
        );
        assert_eq!(report.state == LabState::Ready, reason.is_none());
    }
}

#[test]
fn pods_and_nodes_are_what_kubectl_shows() {
    let report = status(&aws("ACTIVE", 2), &kube(deployment([2; 4], [1, 1])));
    let pod = &report.pods[0];
    assert_eq!(
        (pod.ready.as_str(), pod.status.as_str(), pod.restarts, pod.age.as_str()),
        ("0/1", "ErrImagePull", 3, "65s")
    );
    assert_eq!(pod.created_at, Some(at(0)));
    let node = &report.nodes[0];
    assert!(node.fargate && node.status == "Ready");
    assert_eq!(
        (node.internal_ip.as_deref(), node.age.as_str()),
        (Some("10.11.64.70"), "<unknown>")
    );
}

#[test]
fn warnings_are_listed_newest_first_and_other_events_not_at_all() {
    let report = status(&aws("ACTIVE", 2), &kube(deployment([2; 4], [1, 1])));
    let lines: Vec<_> = report
        .warnings
        .iter()
        .map(|event| (event.reason.as_str(), event.age.as_str(), event.count))
        .collect();
    assert_eq!(lines, [("New", "45s", 2), ("Old", "55s", 2)]);
    assert_eq!(report.warnings[0].object, "pod/pod-a");
}

#[test]
fn a_subnet_that_was_not_read_is_named_all_the_same() {
    let report = status(&aws("ACTIVE", 2), &kube(deployment([2; 4], [1, 1])));
    let profile = report.profile.unwrap();
    assert_eq!(
        profile.subnets.iter().map(|subnet| subnet.private).collect::<Vec<_>>(),
        [Some(true), None]
    );
    assert_eq!(profile.health, ["AccessDenied: no"]);
}

#[test]
fn what_was_not_read_is_listed_and_nothing_is_made_up() {
    let mut unread = kube(deployment([2; 4], [1, 1]));
    unread.objects.truncate(1);
    unread.objects[0].live = Observed::Unknown("403 Forbidden".into());
    let report = status(
        &AwsView {
            profiles: Observed::Unknown("AccessDenied".into()),
            ..AwsView::default()
        },
        &unread,
    );
    assert_eq!(report.reason, Some("nothing of it could be seen".into()));
    assert_eq!(
        report.unknown,
        ["profiles: AccessDenied", "deployment/deployment-2048: 403 Forbidden"]
    );
    let nothing = AwsView {
        profiles: Observed::Known(Vec::new()),
        balancer: Observed::Known(None),
        ..AwsView::default()
    };
    unread.objects.clear();
    let report = status(&nothing, &unread);
    assert_eq!((report.state, report.cost), (LabState::Absent, None));
}

#[test]
fn a_load_balancer_that_is_impaired_makes_a_lab_that_is_degraded() {
    let mut aws = aws("ACTIVE", 2);
    known(&mut aws.profiles)[0].health.clear();
    let kube = kube(deployment([2; 4], [1, 1]));
    let ready = status(&aws, &kube);
    assert_eq!((ready.state, ready.degraded.len()), (LabState::Ready, 0));
    if let Some(balancer) = known(&mut aws.balancer) {
        balancer.state = AlbState::Impaired;
    }
    let impaired = status(&aws, &kube);
    assert_eq!(impaired.state, LabState::Ready);
    assert_eq!(impaired.degraded, ["the ALB is impaired: AWS gives no reason"]);
    assert_eq!(impaired.url, ready.url);
    if let Some(balancer) = known(&mut aws.balancer) {
        balancer.listeners.clear();
    }
    let closed = status(&aws, &kube);
    assert_eq!((closed.state, closed.url), (LabState::Progressing, None));
}

#[test]
fn an_event_of_the_new_sort_has_an_age_and_a_count() {
    let mut kube = kube(deployment([2; 4], [1, 1]));
    kube.events = Observed::Known(vec![object(json!({
        "type": "Warning", "reason": "BackOff", "message": "(combined from similar events): back-off",
        "eventTime": at(1).to_string(), "series": {"count": 7, "lastObservedTime": at(60).to_string()},
        "involvedObject": {"kind": "Pod", "name": "pod-a"},
    }))]);
    let report = status(&aws("ACTIVE", 2), &kube);
    let EventRow {
        age, count, message, ..
    } = &report.warnings[0];
    assert_eq!(
        (age.as_str(), *count, message.to_string().as_str()),
        ("5s", 7, "back-off")
    );
}
