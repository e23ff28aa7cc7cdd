//! What an observation asks of a fake API, and what it makes of the answers. Time is paused.

use std::collections::BTreeMap;

use futures::FutureExt;
use serde_json::{Value, json};

use super::*;
use crate::k8s::fake::{Answer, ReceivedRequest, client, lab, list, not_found, ok, status};
use crate::model::{DryRun, HANDED_OUT_LABEL, LAB_LABEL, MANAGED_BY_LABEL, MANAGER, Observed};
use crate::ports::ErrorClass;

/// A cluster with the lab in it, or empty, and the load balancer controller.
fn cluster(present: bool) -> impl Fn(&ReceivedRequest) -> Answer + Send + Sync {
    let live = |object: &Object| {
        let mut live = object.0.clone();
        live["metadata"]["uid"] = json!(format!("uid-{}", object.name()));
        let labels: serde_json::Map<String, Value> = [MANAGED_BY_LABEL, LAB_LABEL]
            .map(|label| (format!("f:{label}"), json!({})))
            .into_iter()
            .collect();
        live["metadata"]["managedFields"] = json!([{
            "manager": MANAGER, "operation": "Apply", "apiVersion": object.0["apiVersion"],
            "fieldsV1": {"f:metadata": {"f:labels": labels}},
        }]);
        live
    };
    let controller = json!({
        "metadata": {"name": "aws-load-balancer-controller", "namespace": "kube-system",
            "labels": {"app.kubernetes.io/name": "aws-load-balancer-controller"}},
        "spec": {"template": {"spec": {"containers": [{
            "image": "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0", "args": ["--cluster-name=c"]}]}}},
        "status": {"readyReplicas": 2},
    });
    let coredns = json!({"metadata": {"name": "coredns", "namespace": "kube-system"}});
    move |asked| {
        let wanted = lab();
        match (asked.method.as_str(), asked.path.as_str()) {
            ("PATCH", _) => {
                assert_eq!(asked.content_type, "application/apply-patch+yaml");
                ok(asked.body.clone())
            }
            ("GET", "/api/v1/namespaces/ns") if present => ok(live(&wanted[0])),
            ("GET", "/api/v1/namespaces/ns") => not_found(),
            ("GET", "/apis/apps/v1/deployments") if present => {
                list("9", &[live(&wanted[2]), controller.clone(), coredns.clone()])
            }
            ("GET", "/apis/apps/v1/namespaces/ns/deployments") if present => list("9", &[live(&wanted[2])]),
            ("GET", "/apis/apps/v1/namespaces/kube-system/deployments") => list("9", std::slice::from_ref(&controller)),
            ("GET", "/apis/apps/v1/deployments") => list("9", &[controller.clone(), coredns.clone()]),
            ("GET", "/api/v1/namespaces/ns/services") if present => list("9", &[live(&wanted[1])]),
            ("GET", "/apis/networking.k8s.io/v1/namespaces/ns/ingresses") if present => list("9", &[live(&wanted[3])]),
            ("GET", "/apis/networking.k8s.io/v1/ingressclasses/alb") => ok(json!({
                "metadata": {"name": "alb"},
                "spec": {"parameters": {"kind": "IngressClassParams", "name": "alb"}}})),
            ("GET", "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams/alb") => ok(json!({"metadata": {"name": "alb"}})),
            _ => list("9", &[]),
        }
    }
}

fn plan_request(wanted: &[Object]) -> ObserveRequest<'_> {
    ObserveRequest {
        lab: "lab",
        namespace: "ns",
        wanted,
        ingress_class: Some("alb"),
        bindings: false,
        others: true,
        amend: None,
        of_class: None,
        scope: Scope::Plan,
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_a_lab_that_is_there_reads_this_and_no_more() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    insta::assert_snapshot!(log.sorted().join("\n"), @r#"
GET /api/v1/namespaces/ns
GET /api/v1/namespaces/ns/pods
GET /api/v1/namespaces/ns/services
GET /apis/apps/v1/deployments
GET /apis/autoscaling/v2/namespaces/ns/horizontalpodautoscalers?resourceVersion=0
GET /apis/elbv2.k8s.aws/v1beta1/ingressclassparams/alb?resourceVersion=0
GET /apis/networking.k8s.io/v1/ingressclasses/alb?resourceVersion=0
GET /apis/networking.k8s.io/v1/namespaces/ns/ingresses
PATCH /api/v1/namespaces/ns/services/svc?fieldManager=lab2048&force=false&dryRun=All
PATCH /apis/apps/v1/namespaces/ns/deployments/dep?fieldManager=lab2048&force=false&dryRun=All
PATCH /apis/networking.k8s.io/v1/namespaces/ns/ingresses/ing?fieldManager=lab2048&force=false&dryRun=All
"#);
    assert_eq!(log.lines().len(), 11);
    for (state, wanted) in view.objects.iter().zip(&wanted) {
        assert_eq!(state.key, wanted.key());
        assert_eq!(state.live.known().unwrap().as_ref().unwrap().name(), wanted.name());
        assert!(matches!(&state.dry_run, DryRun::Validated(result) if result.name() == wanted.name()));
    }
    assert_eq!(view.labelled.known().unwrap().len(), 4);
    let controller = view.controller.known().unwrap().as_ref().unwrap();
    assert_eq!(controller.ready, 2);
    assert_eq!(crate::lbc::version(&controller.deployment), Some("v3.5.0"));
    assert_eq!(controller.webhook, Observed::Known(crate::model::Webhook::Answers));
    assert!(view.coredns.known().unwrap().is_some());
    assert!(view.class_params.known().unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_was_handed_out_is_used_as_it_is() {
    let others = cluster(true);
    let (api, log) = client(move |asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/api/v1/namespaces/ns") => {
            let mut live = lab()[0].0.clone();
            live["metadata"]["labels"][HANDED_OUT_LABEL] = json!("true");
            ok(live)
        }
        _ => others(asked),
    });
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    assert!(matches!(&view.objects[0].dry_run, DryRun::Validated(live) if live.is_handed_out()));
    assert!(
        !log.lines()
            .iter()
            .any(|line| line.starts_with("PATCH /api/v1/namespaces/ns?")),
        "{:?}",
        log.lines()
    );
}

/// What is wanted instead.
struct Amended(fn(&[Object]) -> Vec<Object>);

impl Amend for Amended {
    fn amend<'s>(&'s self, live: &'s [Object]) -> BoxFuture<'s, Option<Vec<Object>>> {
        future::ready(Some((self.0)(live))).boxed()
    }

    fn is_about(&self, _: &str) -> bool {
        false
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dry_run_may_follow_from_what_is_live() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let amend = Amended(|live| {
        let kinds: Vec<&str> = live.iter().map(Object::kind).collect();
        assert_eq!(
            kinds,
            ["Deployment", "Namespace"],
            "the lab's own, not the controller's"
        );
        let mut amended = lab();
        amended[2].0["spec"] = json!({"replicas": 3});
        amended
    });
    let request = ObserveRequest {
        amend: Some(&amend),
        of_class: None,
        ..plan_request(&wanted)
    };
    let view = observe(&api, &request).await.unwrap();
    let DryRun::Validated(deployment) = &view.objects[2].dry_run else {
        panic!("{:?}", view.objects[2].dry_run)
    };
    assert_eq!(deployment.number("/spec/replicas"), Some(3));
    assert_eq!(log.lines().len(), 11, "no request more");
}

/// A template of somebody's own may write the number of replicas anywhere.
#[tokio::test(start_paused = true)]
async fn what_was_dry_run_too_early_is_dry_run_again() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let amend = Amended(|_| {
        let mut amended = lab();
        amended[1].0["metadata"]["annotations"] = json!({"replicas": "3"});
        amended
    });
    let request = ObserveRequest {
        amend: Some(&amend),
        of_class: None,
        ..plan_request(&wanted)
    };
    let view = observe(&api, &request).await.unwrap();
    let DryRun::Validated(service) = &view.objects[1].dry_run else {
        panic!("{:?}", view.objects[1].dry_run)
    };
    assert_eq!(service.text("/metadata/annotations/replicas"), Some("3"));
    assert_eq!(log.lines().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_waits_for_nothing_that_it_does_not_follow_from() {
    let there = cluster(true);
    let (api, log) = client(move |asked| match asked.line().as_str() {
        "GET /apis/apps/v1/deployments" => Answer::Never,
        _ => there(asked),
    });
    let wanted = lab();
    let error = observe(&api, &plan_request(&wanted)).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
    let patched = |kind: &str| {
        log.lines()
            .iter()
            .any(|line| line.starts_with(&format!("PATCH {kind}")))
    };
    assert!(patched("/api/v1/namespaces/ns/services/svc?"));
    assert!(patched("/apis/networking.k8s.io/v1/namespaces/ns/ingresses/ing?"));
    assert!(!patched("/apis/apps/v1/"), "how many replicas are wanted is not known");
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_to_change_is_dry_run() {
    let (api, log) = client(cluster(true));
    let mut wanted = lab();
    wanted[0].0["metadata"]["labels"]["team"] = json!("blue");
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    assert!(matches!(&view.objects[0].dry_run, DryRun::Validated(result) if result.label("team") == Some("blue")));
    assert_eq!(log.lines().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn without_the_namespace_dry_runs_go_elsewhere() {
    let (api, log) = client(cluster(false));
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    assert_eq!(log.lines().len(), 8, "nothing is listed in a namespace that is missing");
    assert!(log.lines().iter().all(|line| !line.contains("/namespaces/ns/")));
    let patched: Vec<String> = log
        .sorted()
        .into_iter()
        .filter(|line| line.starts_with("PATCH"))
        .collect();
    insta::assert_snapshot!(patched.join("\n"), @r#"
PATCH /api/v1/namespaces/default/services/svc-lab2048-dry-run?fieldManager=lab2048&force=true&dryRun=All
PATCH /api/v1/namespaces/ns?fieldManager=lab2048&force=false&dryRun=All
PATCH /apis/apps/v1/namespaces/default/deployments/dep-lab2048-dry-run?fieldManager=lab2048&force=true&dryRun=All
PATCH /apis/networking.k8s.io/v1/namespaces/default/ingresses/ing-lab2048-dry-run?fieldManager=lab2048&force=true&dryRun=All
"#);
    assert!(matches!(view.objects[0].dry_run, DryRun::Validated(_)));
    assert!(
        view.objects[1..]
            .iter()
            .all(|state| matches!(state.dry_run, DryRun::Elsewhere(_)))
    );
    assert!(view.objects.iter().all(|state| state.live == Observed::Known(None)));
    assert_eq!(view.labelled, Observed::Known(Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_stand_in_is_told_of_the_object() {
    let there = cluster(false);
    let (api, _) = client(move |asked| match asked.line().as_str() {
        "PATCH /api/v1/namespaces/default/services/svc-lab2048-dry-run" => status(
            422,
            "Invalid",
            "Service \"svc-lab2048-dry-run\" is invalid: spec.ports[0].targetPort: Invalid value: \"80\"",
        ),
        "PATCH /apis/networking.k8s.io/v1/namespaces/default/ingresses/ing-lab2048-dry-run" => status(
            403,
            "Forbidden",
            "ingresses \"ing-lab2048-dry-run\" is forbidden: no rights in the namespace \"default\"",
        ),
        _ => there(asked),
    });
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    assert_eq!(
        view.objects[1].dry_run,
        DryRun::Refused("Service \"svc\" is invalid: spec.ports[0].targetPort: Invalid value: \"80\"".into())
    );
    let DryRun::Elsewhere(deployment) = &view.objects[2].dry_run else {
        panic!("{:?}", view.objects[2].dry_run)
    };
    assert_eq!((deployment.name(), deployment.namespace()), ("dep", Some("ns")));
    assert_eq!(
        view.objects[3].dry_run,
        DryRun::NotYet("its namespace does not exist yet, and you may not ask about it in another one".into())
    );
    assert!(!format!("{view:?}").contains("dry-run"));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_served_is_refused_before_anything_is_done() {
    let discovery = json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": "autoscaling"},
        "versions": [{"version": "v2", "resources": [{"responseKind": {"kind": "HorizontalPodAutoscaler"}}]}]}]});
    for present in [true, false] {
        let (there, discovery) = (cluster(present), discovery.clone());
        let (api, log) = client(move |asked| match asked.path.as_str() {
            path if asked.method == "PATCH" && path.starts_with("/apis/autoscaling/v1/") => {
                status(404, "NotFound", "the server could not find the requested resource")
            }
            "/apis" => ok(discovery.clone()),
            "/api" => ok(json!({"kind": "APIGroupDiscoveryList", "items": []})),
            _ => there(asked),
        });
        let mut wanted = lab();
        let own = |api_version: &str, kind: &str| {
            Object(json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "ns"}}))
        };
        wanted.extend([
            own("autoscaling/v1", "HorizontalPodAutoscaler"),
            own("example.com/v1", "Widget"),
        ]);
        let view = observe(&api, &plan_request(&wanted)).await.unwrap();
        let refused = |index: usize| match &view.objects[index].dry_run {
            DryRun::Refused(why) => why.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            refused(4),
            "the cluster serves no kind HorizontalPodAutoscaler (autoscaling/v1); it serves HorizontalPodAutoscaler as \
             autoscaling/v2"
        );
        assert!(
            refused(5)
                .to_string()
                .starts_with("the cluster serves no kind Widget (example.com/v1): such kinds come with")
        );
        assert_eq!(view.objects[5].live, Observed::Known(None));
        let asked = log.sorted();
        assert_eq!(asked.iter().filter(|line| *line == "GET /apis").count(), 1, "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn objects_wanted_absent_are_not_dry_run() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let request = ObserveRequest {
        scope: Scope::Removal,
        ..plan_request(&wanted)
    };
    let view = observe(&api, &request).await.unwrap();
    assert!(log.lines().iter().all(|line| !line.starts_with("PATCH")));
    assert_eq!(view.objects.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_server_may_refuse_in_several_ways() {
    let there = cluster(true);
    let conflict = json!({"kind": "Status", "code": 409, "reason": "Conflict", "message": "Apply failed with 1 conflict",
        "details": {"causes": [{"reason": "FieldManagerConflict", "field": ".spec.replicas",
            "message": "conflict with \"kubectl\" using apps/v1"}]}});
    let (api, log) = client(move |asked| match asked.line().as_str() {
        "PATCH /apis/apps/v1/namespaces/ns/deployments/dep" if asked.query.contains("force=false") => {
            Answer::Json(409, conflict.clone())
        }
        "PATCH /api/v1/namespaces/ns/services/svc" => status(422, "Invalid", "spec.ports: required"),
        "PATCH /apis/networking.k8s.io/v1/namespaces/ns/ingresses/ing" => status(
            500,
            "InternalError",
            "failed calling webhook \"vingress.elbv2.k8s.aws\": no endpoints available",
        ),
        _ => there(asked),
    });
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    let runs: BTreeMap<&str, &DryRun> = view.objects.iter().map(|s| (s.key.name.as_str(), &s.dry_run)).collect();
    assert!(matches!(runs["svc"], DryRun::Refused(why) if why == "spec.ports: required"));
    assert!(
        matches!(runs["ing"], DryRun::WebhookDown { webhook, why, .. } if webhook == "vingress.elbv2.k8s.aws" && why.to_string().contains("none of its pods serves"))
    );
    assert!(matches!(runs["dep"], DryRun::Conflict { conflicts, .. } if conflicts[0].manager == "kubectl"));
    assert_eq!(log.lines().iter().filter(|line| line.contains("force=true")).count(), 1);
    let controller = view.controller.known().unwrap().as_ref().unwrap();
    assert_eq!(controller.webhook, Observed::Known(crate::model::Webhook::NoEndpoint));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_read_is_unknown_and_silence_is_an_error() {
    let there = cluster(true);
    let (api, _) = client(move |asked| match asked.path.as_str() {
        "/apis/apps/v1/deployments" => status(403, "Forbidden", "deployments is forbidden"),
        "/apis/apps/v1/namespaces/ns/deployments" => list("9", &[lab()[2].0.clone()]),
        _ => there(asked),
    });
    let wanted = lab();
    let view = observe(&api, &plan_request(&wanted)).await.unwrap();
    assert_eq!(
        view.controller,
        Observed::Unknown("forbidden: deployments is forbidden".into())
    );
    assert!(
        view.objects[2].live.known().unwrap().is_some(),
        "the lab's own is read in its namespace"
    );
    assert_eq!(view.labelled.known().unwrap().len(), 4);

    let (api, _) = client(|_| status(503, "ServiceUnavailable", "down"));
    let error = observe(&api, &plan_request(&wanted)).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
}

#[tokio::test(start_paused = true)]
async fn a_doctor_reads_more() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let request = ObserveRequest {
        scope: Scope::Doctor,
        ..plan_request(&wanted)
    };
    let view = observe(&api, &request).await.unwrap();
    assert!(view.events.known().is_some() && view.budgets.known().is_some());
    assert!(view.daemon_sets.known().is_some());
    let lines = log.sorted().join("\n");
    assert!(lines.contains("endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Daws-load-balancer-webhook"));
    assert!(lines.contains("leases/aws-load-balancer-controller-leader"));
}

#[tokio::test(start_paused = true)]
async fn a_status_reads_the_lab_and_the_nodes_without_dry_runs() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let request = ObserveRequest {
        scope: Scope::Status,
        ..plan_request(&wanted)
    };
    let view = observe(&api, &request).await.unwrap();
    assert!(view.nodes.known().is_some() && view.events.known().is_some() && view.pods.known().is_some());
    assert!(view.objects.iter().all(|state| state.live.known().is_some()));
    let lines = log.sorted();
    assert!(lines.iter().all(|line| line.starts_with("GET ")), "{lines:?}");
    assert!(lines.len() <= 10, "{lines:?}");

    let (api, log) = client(cluster(true));
    let observed = settling(&api, "ns", "dep").await.unwrap();
    assert!(observed.nodes.known().is_some() && observed.events.known().is_some() && observed.pods.known().is_some());
    assert!(observed.deployment.known().is_some());
    assert_eq!(log.sorted().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn labs_of_a_class_ask_together_for_what_is_the_clusters() {
    let rest = cluster(true);
    let (api, log) = client(move |asked| match asked.path.as_str() {
        "/api/v1/namespaces/ns/pods" => list(
            "9",
            &[json!({"metadata": {"name": "p", "namespace": "ns"}, "spec": {"nodeName": "fargate-1"}})],
        ),
        "/api/v1/nodes" => {
            let names = ["fargate-1", "fargate-2"].into_iter();
            let names = names.filter(|name| !asked.query.contains("fieldSelector") || asked.query.contains(name));
            list(
                "9",
                &names
                    .map(|name| json!({"metadata": {"name": name}}))
                    .collect::<Vec<_>>(),
            )
        }
        _ => rest(asked),
    });
    let class = api.clone().for_class(None);
    let wanted = lab();
    for scope in [Scope::Plan, Scope::Removal, Scope::Status] {
        let request = ObserveRequest {
            others: false,
            scope,
            ..plan_request(&wanted)
        };
        let mut alone = observe(&api, &request).await.unwrap();
        if let Observed::Known(nodes) = &mut alone.nodes {
            // Another lab's.
            nodes.retain(|node| node.name() != "fargate-2");
        }
        assert_eq!(
            observe(&class, &request).await.unwrap(),
            alone,
            "it sees the same: {scope:?}"
        );
        let asked = log.lines().len();
        assert_eq!(observe(&class, &request).await.unwrap(), alone);
        let again = log.lines().split_off(asked);
        let of_cluster = again.iter().filter(|line| !line.contains("/namespaces/"));
        let of_cluster: Vec<_> = of_cluster.collect();
        match scope {
            Scope::Removal => assert_eq!(
                of_cluster.iter().filter(|line| line.contains("deployments")).count(),
                0,
                "{of_cluster:?}"
            ),
            Scope::Status => assert_eq!(
                of_cluster,
                ["GET /api/v1/nodes?fieldSelector=metadata.name%3Dfargate-1"],
                "not those of all labs"
            ),
            _ => assert!(of_cluster.is_empty(), "{of_cluster:?}"),
        }
    }
    let asked = log.lines().len();
    let request = plan_request(&wanted);
    for _ in 0..2 {
        observe(&class, &request).await.unwrap();
    }
    let lines = log.lines().split_off(asked);
    let all = lines.iter().filter(|line| *line == "GET /apis/apps/v1/deployments");
    assert_eq!(all.count(), 2, "who else is on a lab's profile is asked each time");
}

/// What is judged with the webhook and the leader, which are asked of now, is not what it was a moment ago.
#[tokio::test(start_paused = true)]
async fn a_removal_of_a_lab_of_a_class_knows_the_controller_of_now() {
    let rest = cluster(true);
    let named = "metadata.name%3Daws-load-balancer-controller";
    let (api, _) = client(move |asked| match asked.path.as_str() {
        "/apis/apps/v1/namespaces/kube-system/deployments" if asked.query.contains(named) => list(
            "10",
            &[json!({
                "metadata": {"name": "aws-load-balancer-controller", "namespace": "kube-system"},
                "status": {"readyReplicas": 0},
            })],
        ),
        _ => rest(asked),
    });
    let wanted = lab();
    let ready = async |scope| {
        let request = ObserveRequest {
            others: false,
            scope,
            ..plan_request(&wanted)
        };
        let view = observe(&api.clone().for_class(None), &request).await.unwrap();
        view.controller.known().unwrap().as_ref().unwrap().ready
    };
    assert_eq!((ready(Scope::Plan).await, ready(Scope::Removal).await), (2, 0));
}
