//! The adapter against a fake API: what is asked, and what is made of the answers. Time is paused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};

use super::fake::{Answer, Asked, End, client, list, not_found, ok, status};
use super::kinds::kind_of;
use super::watch::{Target, follow};
use super::*;
use crate::model::{
    Desired, DryRun, Goal, LAB_LABEL, MANAGED_BY_LABEL, MANAGER, Node, NodeId, NodeKind, Object, ObjectKey, Observed,
    Op, Outputs, Pin, Readiness, Task, Wait,
};
use crate::ports::{Driver, ErrorClass};

fn object(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Object {
    let mut object = json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "labels": {MANAGED_BY_LABEL: "lab2048", LAB_LABEL: "lab"}},
    });
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = namespace.into();
    }
    Object(object)
}

/// The four objects of a lab.
fn lab() -> Vec<Object> {
    vec![
        object("v1", "Namespace", None, "ns"),
        object("v1", "Service", Some("ns"), "svc"),
        object("apps/v1", "Deployment", Some("ns"), "dep"),
        object("networking.k8s.io/v1", "Ingress", Some("ns"), "ing"),
    ]
}

fn task(op: Op, wanted: Object, pin: Option<&str>) -> Task {
    Task {
        node: Node {
            id: NodeId::new(NodeKind::of_object(wanted.kind()), wanted.name()),
            desired: Desired::Object(wanted),
        },
        op,
        wait: Wait::Ready,
        pin: pin.map(|uid| Pin {
            identity: uid.to_owned(),
            version: "1".to_owned(),
        }),
        force: false,
        recreate: Vec::new(),
        heals: false,
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_renewed_once() {
    let (api, log) = client(|asked| match asked.bearer.as_str() {
        "Bearer token-1" => status(401, "Unauthorized", "Unauthorized"),
        _ => ok(json!({"kind": "Namespace", "metadata": {"name": "ns"}})),
    });
    let key = lab()[0].key();
    assert_eq!(api.get(&key).await.unwrap().unwrap().name(), "ns");
    assert_eq!(log.lines().len(), 2);
    assert_eq!(log.meter.snapshot()["kubernetes"], 2);

    let (api, log) = client(|_| status(401, "Unauthorized", "Unauthorized"));
    assert_eq!(api.get(&key).await.unwrap_err().class, ErrorClass::Unauthenticated);
    assert_eq!(log.lines().len(), 2, "and not for ever");
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let (api, _) = client(|_| Answer::Never);
    let error = api.get(&lab()[0].key()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
    assert_eq!(
        error.to_string(),
        "GET namespace/ns: no answer from the Kubernetes API: nothing came within 60 s"
    );
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_no_status_are_errors_all_the_same() {
    let (api, _) = client(|_| Answer::Json(502, json!("bad gateway")));
    let error = api.get(&lab()[0].key()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
}

/// A cluster with the lab in it, or empty, and the load balancer controller.
fn cluster(present: bool) -> impl Fn(&Asked) -> Answer + Send + Sync {
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
        dry_run: true,
        amend: None,
        detail: Detail::Plan,
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
    assert_eq!(controller.version.as_deref(), Some("v3.5.0"));
    assert_eq!(
        (controller.ready, controller.args.as_slice()),
        (2, &["--cluster-name=c".to_owned()][..])
    );
    assert_eq!(controller.webhook_ready, Observed::Known(true));
    assert!(view.coredns.known().unwrap().is_some());
    assert!(view.class_params.known().unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_dry_run_may_follow_from_what_is_live() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let amend = |live: &[Object]| {
        assert_eq!(live.len(), 1, "the lab's own, not the controller's");
        let mut amended = lab();
        amended[2].0["spec"] = json!({"replicas": 3});
        Some(amended)
    };
    let request = ObserveRequest {
        amend: Some(&amend),
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
    let amend = |_: &[Object]| {
        let mut amended = lab();
        amended[1].0["metadata"]["annotations"] = json!({"replicas": "3"});
        Some(amended)
    };
    let request = ObserveRequest {
        amend: Some(&amend),
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
async fn objects_wanted_absent_are_not_dry_run() {
    let (api, log) = client(cluster(true));
    let wanted = lab();
    let request = ObserveRequest {
        dry_run: false,
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
    assert!(matches!(runs["ing"], DryRun::NotYet(why) if why.contains("none of its pods serves")));
    assert!(
        matches!(runs["dep"], DryRun::Conflict { conflicts, forced: Some(_) } if conflicts[0].manager == "kubectl")
    );
    assert_eq!(log.lines().iter().filter(|line| line.contains("force=true")).count(), 1);
    let controller = view.controller.known().unwrap().as_ref().unwrap();
    assert_eq!(controller.webhook_ready, Observed::Known(false));
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
        Observed::Unknown("forbidden: deployments is forbidden".to_owned())
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
    let view = status_view(&api, &plan_request(&wanted)).await.unwrap();
    assert!(view.nodes.known().is_some() && view.events.known().is_some() && view.budgets.known().is_some());
    assert!(view.daemon_sets.known().is_some());
    let lines = log.sorted().join("\n");
    assert!(lines.contains("endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Daws-load-balancer-webhook"));
    assert!(lines.contains("leases/aws-load-balancer-controller-leader"));
}

fn pod(name: &str, version: &str) -> Value {
    json!({"kind": "Pod", "metadata": {"name": name, "namespace": "ns", "resourceVersion": version}})
}

fn event(kind: &str, object: &Value) -> Value {
    json!({"type": kind, "object": object})
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_where_it_stood_and_starts_anew_after_410() {
    let (api, log) = client(|asked| match (asked.query.contains("watch=true"), asked.before) {
        (false, 0) => list("5", &[pod("a", "4")]),
        (true, 1) => Answer::Watch(vec![event("ADDED", &pod("b", "6"))], End::Close),
        (true, 2) => {
            let bookmark = json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "8"}});
            Answer::Watch(vec![event("BOOKMARK", &bookmark)], End::Break)
        }
        (true, 3) => {
            let expired = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"});
            Answer::Watch(
                vec![event("DELETED", &pod("a", "9")), event("ERROR", &expired)],
                End::Close,
            )
        }
        (false, 4) => list("20", &[pod("c", "19")]),
        (true, 5) => Answer::Watch(Vec::new(), End::Hang),
        (true, 6) => status(403, "Forbidden", "no more"),
        (_, n) => panic!("request {n} {}", asked.line()),
    });
    let target = Target {
        kind: kind_of("v1", "Pod").unwrap(),
        namespace: Some("ns".to_owned()),
        select: Select::labels("app=x"),
    };
    let seen: Vec<String> = follow(api, target)
        .map(|look| match look {
            Ok(pods) => pods.iter().map(Object::name).collect::<Vec<_>>().join(","),
            Err(error) => error.to_string(),
        })
        .collect()
        .await;
    assert_eq!(seen, ["a", "a,b", "b", "c", "WATCH pods: Forbidden: no more"]);
    let places: Vec<String> = log
        .lines()
        .iter()
        .map(|line| {
            line.rsplit_once("resourceVersion=")
                .map_or("list", |(_, place)| place)
                .to_owned()
        })
        .collect();
    assert_eq!(places, ["list", "5", "6", "8", "list", "20", "20"]);
    assert!(log.lines().iter().all(|line| line.contains("labelSelector=app%3Dx")));
}

#[tokio::test(start_paused = true)]
async fn only_what_is_ours_is_applied_over() {
    let (api, log) = client(|asked| match asked.method.as_str() {
        "GET" => ok(json!({"metadata": {"name": "svc", "uid": "u"}})),
        _ => ok(asked.body.clone()),
    });
    let driver = ObjectDriver::new(api);
    let wanted = lab().remove(1);
    let error = driver
        .apply(&task(Op::Create, wanted.clone(), None), &Outputs::default())
        .await
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict);
    assert_eq!(log.lines().len(), 1, "nothing was written");

    let update = task(Op::Update, wanted, Some("u"));
    let outputs = driver.apply(&update, &Outputs::default()).await.unwrap();
    assert_eq!(
        outputs.uids["service/svc"], "u",
        "the write names the object that the plan saw"
    );
    assert_eq!(
        log.lines()[1],
        "PATCH /api/v1/namespaces/ns/services/svc?fieldManager=lab2048&force=false"
    );
}

#[tokio::test(start_paused = true)]
async fn deletions_name_the_very_object() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&bodies);
    let (api, _) = client(move |asked| {
        kept.lock().unwrap().push(asked.body.clone());
        match asked.path.rsplit('/').next() {
            Some("svc") => not_found(),
            Some("ing") => status(
                409,
                "Conflict",
                "Precondition failed: UID in precondition: a, UID in object meta: b",
            ),
            _ => ok(json!({"kind": "Status", "status": "Success"})),
        }
    });
    let driver = ObjectDriver::new(api);
    let [_, service, deployment, ingress] = <[Object; 4]>::try_from(lab()).unwrap();
    driver.delete(&task(Op::Delete, service, Some("a"))).await.unwrap();
    driver.delete(&task(Op::Delete, deployment, Some("d"))).await.unwrap();
    let error = driver.delete(&task(Op::Delete, ingress, Some("a"))).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict);
    let bodies = bodies.lock().unwrap();
    assert_eq!(bodies[1]["preconditions"]["uid"], "d");
    assert_eq!(bodies[1]["propagationPolicy"], "Foreground", "its pods go first");
    assert_eq!(bodies[0]["propagationPolicy"], "Background");
}

#[tokio::test(start_paused = true)]
async fn pods_are_recreated_by_uid_and_a_successor_is_left_alone() {
    let (api, log) = client(|asked| match asked.path.rsplit('/').next() {
        Some("old") => ok(json!({"kind": "Pod"})),
        _ => status(409, "Conflict", "UID in precondition"),
    });
    let mut task = task(Op::None, lab().remove(2), Some("d"));
    for name in ["old", "new"] {
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            namespace: Some("ns".to_owned()),
            name: name.to_owned(),
        };
        let pin = Pin {
            identity: format!("uid-{name}"),
            version: String::new(),
        };
        task.recreate.push((key, pin));
    }
    ObjectDriver::new(api).apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(
        log.lines(),
        [
            "DELETE /api/v1/namespaces/ns/pods/old",
            "DELETE /api/v1/namespaces/ns/pods/new"
        ]
    );
}

async fn reports(driver: &ObjectDriver, task: &Task, goal: Goal) -> Vec<String> {
    let inputs = Outputs::default();
    driver
        .progress(task, goal, &inputs)
        .map(|report| match report {
            Ok(progress) => match progress.readiness {
                Readiness::Ready => format!("{} (ready)", progress.stage),
                Readiness::Pending(why) => format!("{}: {why}", progress.stage),
                Readiness::Failed(why) => format!("{} FAILED: {why}", progress.stage),
            },
            Err(error) => format!("error {error}"),
        })
        .collect()
        .await
}

#[tokio::test(start_paused = true)]
async fn successors_that_come_too_early_too_get_their_time() {
    // Admission learns of the profile half a minute after it is ACTIVE: until then, each successor is as stuck as the
    // pod before it, and comes at once.
    let begun = tokio::time::Instant::now();
    let deleted = Arc::new(Mutex::new(Vec::new()));
    let log = deleted.clone();
    // Everything is listed again and again.
    let lost = || status(410, "Expired", "too old");
    let (api, _) = client(move |asked| {
        let now = begun.elapsed().as_secs();
        let watch = asked.query.contains("watch=true");
        match asked.path.as_str() {
            path if asked.method == "DELETE" => {
                log.lock()
                    .unwrap()
                    .push((now, path.rsplit('/').next().unwrap().to_owned()));
                ok(json!({}))
            }
            "/api/v1/namespaces/ns/pods" => {
                let number = log.lock().unwrap().len();
                let pod = json!({
                    "metadata": {"name": format!("pod-{number}"), "namespace": "ns", "uid": format!("u{number}"),
                        "resourceVersion": (number + 2).to_string(), "creationTimestamp": "2026-11-24T00:00:00Z"},
                    "status": {"phase": if now < 30 { "Pending" } else { "Running" }},
                    "spec": {"schedulerName": if now < 30 { "default-scheduler" } else { "fargate-scheduler" }},
                });
                if watch { lost() } else { list("1", &[pod]) }
            }
            "/apis/apps/v1/namespaces/ns/deployments" => {
                let mut object = lab().remove(2).0;
                object["metadata"]["generation"] = 1.into();
                object["spec"] = json!({"replicas": 1, "selector": {"matchLabels": {"app": "x"}}});
                let available = i32::from(now >= 30);
                object["status"] = json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available});
                if watch { lost() } else { list("1", &[object]) }
            }
            _ if watch => Answer::Watch(Vec::new(), End::Hang),
            _ => list("1", &[]),
        }
    });
    let mut task = task(Op::None, lab().remove(2), Some("d"));
    task.node.desired = Desired::Object(Object(json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dep", "namespace": "ns"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "x"}}},
    })));
    task.heals = true;
    let driver = ObjectDriver::new(api);
    let said = tokio::time::timeout(Duration::from_secs(120), reports(&driver, &task, Goal::Ready))
        .await
        .unwrap();
    assert_eq!(
        said,
        [
            "recreating pods: they were made before the profile could take them",
            "1/1 pods available (ready)"
        ]
    );
    let rounds: Vec<u64> = deleted.lock().unwrap().iter().map(|(at, _)| *at).collect();
    assert_eq!(rounds, [1, 11, 21]);
}

#[tokio::test(start_paused = true)]
async fn a_rollout_is_followed_to_its_end() {
    let deployment = |available: u32, version: &str| {
        let mut object = lab().remove(2).0;
        object["metadata"]["resourceVersion"] = version.into();
        object["metadata"]["generation"] = 1.into();
        object["spec"] = json!({"replicas": 2, "selector": {"matchLabels": {"app": "x"}}});
        object["status"] =
            json!({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": available});
        object
    };
    let (first, second, third) = (deployment(0, "1"), deployment(0, "2"), deployment(2, "3"));
    let (api, log) = client(move |asked| {
        let watch = asked.query.contains("watch=true");
        match asked.path.rsplit('/').next() {
            Some("deployments") if watch => {
                Answer::Watch(vec![event("MODIFIED", &second), event("MODIFIED", &third)], End::Hang)
            }
            Some("deployments") => list("1", std::slice::from_ref(&first)),
            Some("events") => status(403, "Forbidden", "no events for you"),
            _ if watch => Answer::Watch(Vec::new(), End::Hang),
            _ => list("1", &[]),
        }
    });
    let mut wanted = lab().remove(2);
    wanted.0["spec"] = json!({"selector": {"matchLabels": {"app": "x"}}});
    let task = task(Op::None, wanted, Some("d"));
    let seen = reports(&ObjectDriver::new(api), &task, Goal::Ready).await;
    assert_eq!(
        seen,
        [
            "0/2 pods available: 0 of 2 pods available",
            "2/2 pods available (ready)"
        ],
        "an unchanged judgement is not repeated"
    );
    assert!(log.lines()[0].contains("fieldSelector=metadata.name%3Ddep"));
}

#[tokio::test(start_paused = true)]
async fn an_ingress_is_followed_until_it_is_gone() {
    let mut held = lab().remove(3).0;
    held["metadata"]["finalizers"] = json!(["ingress.k8s.aws/resources"]);
    held["metadata"]["deletionTimestamp"] = json!("2026-11-24T00:00:00Z");
    held["metadata"]["resourceVersion"] = "7".into();
    let (api, _) = client(move |asked| {
        let watch = asked.query.contains("watch=true");
        match asked.path.rsplit('/').next() {
            Some("ingresses") if watch => Answer::Watch(vec![event("DELETED", &held)], End::Hang),
            Some("ingresses") => list("7", std::slice::from_ref(&held)),
            _ if watch => Answer::Watch(Vec::new(), End::Hang),
            _ => list("7", &[]),
        }
    });
    let seen = reports(
        &ObjectDriver::new(api),
        &task(Op::Delete, lab().remove(3), Some("i")),
        Goal::Gone,
    )
    .await;
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].starts_with("being deleted: the load balancer controller has no ready pod"));
    assert_eq!(seen[1], "gone (ready)");
}

/// A namespace that holds at most one Lease.
fn leases(lease: &Arc<Mutex<Option<Value>>>) -> impl Fn(&Asked) -> Answer + Send + Sync + use<> {
    let lease = Arc::clone(lease);
    move |asked| {
        let mut lease = lease.lock().unwrap();
        match (asked.method.as_str(), lease.is_some()) {
            ("GET", true) => ok(lease.clone().unwrap()),
            ("POST", true) => status(409, "AlreadyExists", "exists"),
            ("PUT", true)
                if asked.body["metadata"]["resourceVersion"]
                    != lease.as_ref().unwrap()["metadata"]["resourceVersion"] =>
            {
                status(409, "Conflict", "the object has been modified")
            }
            ("POST", false) | ("PUT", true) => {
                let mut written = asked.body.clone();
                written["metadata"]["resourceVersion"] = asked.before.to_string().into();
                written["metadata"]["uid"] = "lease".into();
                *lease = Some(written.clone());
                ok(written)
            }
            ("DELETE", true) => {
                *lease = None;
                ok(json!({}))
            }
            _ => not_found(),
        }
    }
}

fn field(lease: &Arc<Mutex<Option<Value>>>, pointer: &str) -> Value {
    lease
        .lock()
        .unwrap()
        .as_ref()
        .unwrap()
        .pointer(pointer)
        .unwrap()
        .clone()
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_renewed_and_given_back() {
    let lease = Arc::new(Mutex::new(None));
    let (api, _) = client(leases(&lease));
    let guard = LabLock::new(api.clone(), "ns", "kim apply").acquire().await.unwrap();
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:00:00.000000Z");
    let error = LabLock::new(api, "ns", "lee destroy").acquire().await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "the lab is locked by kim apply since 2026-11-24T00:00:00.000000Z"
    );
    advance(45).await;
    assert_eq!(field(&lease, "/spec/renewTime"), "2026-11-24T00:00:40.000000Z");
    assert_eq!(field(&lease, "/spec/acquireTime"), "2026-11-24T00:00:00.000000Z");
    assert_eq!(*guard.lost().borrow(), None);
    guard.release().await.unwrap();
    assert!(lease.lock().unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_expired_lock_is_taken_over_and_its_holder_is_told() {
    let lease = Arc::new(Mutex::new(Some(json!({
        "metadata": {"name": "lab2048", "namespace": "ns", "resourceVersion": "1", "uid": "lease"},
        "spec": {"holderIdentity": "kim apply", "leaseDurationSeconds": 30, "leaseTransitions": 2,
            "acquireTime": "2026-11-23T23:00:00.000000Z", "renewTime": "2026-11-23T23:59:29.000000Z"},
    }))));
    let (api, _) = client(leases(&lease));
    let guard = LabLock::new(api, "ns", "lee apply").acquire().await.unwrap();
    assert_eq!(field(&lease, "/spec/holderIdentity"), "lee apply");
    assert_eq!(field(&lease, "/spec/leaseTransitions"), 3);
    lease.lock().unwrap().as_mut().unwrap()["spec"]["holderIdentity"] = "park apply".into();
    advance(11).await;
    assert_eq!(
        guard.lost().borrow().as_deref(),
        Some("the lab's lock was lost to park apply")
    );
    guard.release().await.unwrap();
    assert_eq!(
        field(&lease, "/spec/holderIdentity"),
        "park apply",
        "another's lease is left alone"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_goes_with_its_namespace_is_not_lost() {
    let lease = Arc::new(Mutex::new(None));
    let answer = leases(&lease);
    let (api, _) = client(move |asked| match (asked.method.as_str(), asked.before) {
        ("POST", before) if before > 1 => not_found(),
        _ => answer(asked),
    });
    let guard = LabLock::new(api, "ns", "kim destroy").acquire().await.unwrap();
    *lease.lock().unwrap() = None;
    advance(60).await;
    assert_eq!(*guard.lost().borrow(), None);
}

/// Lets so many seconds pass, with everything that happens in them.
async fn advance(seconds: u64) {
    for _ in 0..seconds {
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}
