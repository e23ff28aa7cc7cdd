//! Judgements on recorded objects and events of a real controller, and on hand-made ones where nothing was recorded.

mod pulls;
mod states;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::lbc::{decode_event, decode_refusal};
use crate::model::{Object, PROFILE_LABEL};

#[derive(Deserialize)]
struct Scene {
    ingress: Object,
    events: Vec<Object>,
}

#[derive(Deserialize)]
struct Rollout {
    deployment: Object,
    pods: Vec<Object>,
}

fn scenes() -> BTreeMap<String, Scene> {
    serde_json::from_str(include_str!("../fixtures/ingresses.json")).unwrap()
}

fn rollout(name: &str) -> Rollout {
    let mut all: BTreeMap<String, Rollout> = serde_json::from_str(include_str!("../fixtures/rollouts.json")).unwrap();
    all.remove(name).unwrap()
}

fn show(verdict: &Verdict) -> String {
    let word = match &verdict.state {
        State::Ready => "ready",
        State::Pending(_) => "pending",
        State::Blocked(_) => "BLOCKED",
        State::Degraded(_) => "degraded",
        State::Failed(_) => "FAILED",
        State::Deleting(_) => "deleting",
        State::Absent => "absent",
    };
    let why = verdict.why().map_or_else(String::new, |why| format!(": {why}"));
    let remedy = verdict
        .remedy
        .as_ref()
        .map_or_else(String::new, |remedy| format!(" | {remedy}"));
    format!("[{}] {word}{why}{remedy}", verdict.stage)
}

#[test]
fn every_recorded_ingress_is_judged_with_its_cause() {
    let lines: Vec<String> = scenes()
        .iter()
        .filter(|(_, scene)| !scene.ingress.is_deleting())
        .map(|(name, scene)| {
            format!(
                "{name}: {}",
                show(&ingress(&scene.ingress, &scene.events, &Past::default()))
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
bad-scheme: [controller at work] FAILED: the annotation `scheme` is neither internet-facing nor internal | correct it
denied-create: [controller at work] FAILED: the controller's IAM role may not call elasticloadbalancing:CreateLoadBalancer | attach the IAM policy of the installed controller version to its role
denied-subnets: [controller at work] FAILED: the controller's IAM role may not call ec2:DescribeSubnets | attach the IAM policy of the installed controller version to its role
duplicate-name: [controller at work] FAILED: another load balancer has the name already | remove it, or set ingress.loadBalancerName
https-no-cert: [controller at work] FAILED: HTTPS is asked for and there is no issued certificate for the host | set ingress.certificateArn, or have ACM issue one in this region
instance-target: [host name k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com] ready
missing-service: [host name k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com] ready
no-subnets: [controller at work] FAILED: the controller finds no subnet for the load balancer | tag two public subnets with kubernetes.io/role/elb=1, and check the controller's --cluster-name
not-permitted: [controller at work] FAILED: AWS does not let this account create load balancers yet | open a case with AWS Support
one-zone: [controller at work] FAILED: the controller finds subnets in one zone only, and a load balancer needs two | tag a subnet in a second zone with kubernetes.io/role/elb=1
success: [host name k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com] ready
throttled: [controller at work] pending: AWS throttles the controller | it tries again by itself
too-many: [controller at work] FAILED: the account has no load balancer left | remove unused ones or raise the quota
unknown-class: [waiting for the controller] FAILED: the IngressClass does not exist or is not the controller's | install the class `alb` (controller ingress.k8s.aws/alb), or correct ingress.class
wrong-port: [controller at work] FAILED: the Ingress names a port that the Service does not have | make them the same
");
}

#[test]
fn an_ingress_being_deleted_says_what_it_waits_for() {
    let scene = &scenes()["lbc-dead"];
    let lines: Vec<String> = [None, Some(true), Some(false)]
        .iter()
        .map(|ready| show(&ingress_gone(&scene.ingress, *ready)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    [being deleted] deleting: the controller is removing the load balancer (it reports nothing while it does)
    [being deleted] deleting: the controller is removing the load balancer (it reports nothing while it does)
    [being deleted] deleting: the load balancer controller has no ready pod, and only it can remove the load balancer and its finalizer | restore it with the same --cluster-name, and the deletion goes on by itself; or do without it: `lab2048 destroy --without-controller`
    ");
}

#[test]
fn a_warning_from_before_our_last_change_does_not_count() {
    let mut scene = scenes().remove("bad-scheme").unwrap();
    for (time, failed) in [("2026-11-23T23:22:17Z", true), ("2026-11-23T23:30:00Z", false)] {
        scene.ingress.0["metadata"]["managedFields"] =
            json!([{"manager": "lab2048", "operation": "Apply", "time": time}]);
        let verdict = ingress(&scene.ingress, &scene.events, &Past::default());
        assert_eq!(matches!(verdict.state, State::Failed(_)), failed, "{}", show(&verdict));
    }
}

#[test]
fn a_warning_seen_once_is_waited_out() {
    let mut scene = scenes().remove("no-subnets").unwrap();
    scene.events[0].0["count"] = json!(1);
    assert!(matches!(
        ingress(&scene.ingress, &scene.events, &Past::default()).state,
        State::Blocked(_)
    ));
}

/// The controller may have been mended since, and comes back to the Ingress minutes later.
#[test]
fn a_warning_from_before_a_wait_does_not_fail_it_until_it_comes_again() {
    let mut scene = scenes().remove("denied-create").unwrap();
    let past = Past::of(&scene.ingress, &scene.events);
    let state = |scene: &Scene| ingress(&scene.ingress, &scene.events, &past).state;
    assert!(matches!(state(&scene), State::Blocked(_)));
    scene.events[0].0["lastTimestamp"] = json!("2027-01-01T00:00:00Z");
    assert!(matches!(state(&scene), State::Failed(_)));
}

/// An error of AWS names its request: no two are one event that is counted.
#[test]
fn a_cause_that_stays_is_given_up_though_each_time_is_an_event_of_its_own() {
    let mut scene = scenes().remove("too-many").unwrap();
    let mut event = scene.events.remove(0);
    event.0["count"] = json!(1);
    let times = |events: &[Object]| ingress(&scene.ingress, events, &Past::default()).state;
    let mut again = event.clone();
    again.0["message"] = json!(format!("{} (another request)", event.text("/message").unwrap()));
    assert!(matches!(times(&[event.clone()]), State::Blocked(_)));
    assert!(matches!(times(&[event.clone(), again.clone()]), State::Failed(_)));
    let mut success = event.clone();
    success.0["type"] = json!("Normal");
    assert!(
        matches!(times(&[event, success, again]), State::Blocked(_)),
        "it had passed"
    );
}

#[test]
fn a_namespace_names_what_holds_it() {
    let terminating: Object = serde_json::from_str(include_str!("../fixtures/terminating-namespace.json")).unwrap();
    insta::assert_snapshot!(show(&namespace_gone(&terminating, Some(false))), @"[Terminating] deleting: Some content in the namespace has finalizers remaining: elbv2.k8s.aws/resources in 1 resource instances, ingress.k8s.aws/resources in 1 resource instances | the load balancer controller, which removes these, has no ready pod: restore it");
    for controller_ready in [Some(true), None] {
        let why = namespace_gone(&terminating, controller_ready);
        assert!(
            why.why()
                .unwrap()
                .to_string()
                .ends_with("ingress.k8s.aws/resources in 1 resource instances")
        );
    }
    assert!(matches!(namespace(&terminating).state, State::Deleting(_)));
    let active = Object(json!({"status": {"phase": "Active"}}));
    assert_eq!(namespace(&active), Verdict::ready("Active"));
}

#[test]
fn recorded_rollouts_are_complete() {
    for (name, stage) in [("success", "5/5 pods available"), ("scaled", "3/3 pods available")] {
        let Rollout {
            deployment: object,
            pods,
        } = rollout(name);
        assert_eq!(deployment(&object, &pods, &[], &Past::default()), Verdict::ready(stage));
    }
}

/// A change to a complete rollout of five, and what is then said of it.
#[test]
fn a_rollout_is_not_done_before_it_is_done() {
    let changes: &[(&str, Value)] = &[
        ("/metadata/generation", json!(2)),
        ("/status/updatedReplicas", json!(3)),
        ("/status/availableReplicas", json!(2)),
        ("/status/replicas", json!(6)),
        ("/spec/replicas", json!(3)),
    ];
    let lines: Vec<String> = changes
        .iter()
        .map(|(pointer, value)| {
            let Rollout {
                deployment: mut object,
                pods,
            } = rollout("success");
            *object.0.pointer_mut(pointer).unwrap() = value.clone();
            format!(
                "{pointer} {value}: {}",
                show(&deployment(&object, &pods, &[], &Past::default()))
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
/metadata/generation 2: [0/5 pods available] pending: the deployment controller has not seen the change yet
/status/updatedReplicas 3: [3/5 pods available] pending: 3 of 5 pods made from the new template
/status/availableReplicas 2: [2/5 pods available] pending
/status/replicas 6: [5/5 pods available, 1 stopping] pending: old pods still stopping: 1
/spec/replicas 3: [5/3 pods available, 2 stopping] pending: old pods still stopping: 2
"#);
}

#[test]
fn stopping_pods_are_waited_for() {
    let Rollout {
        deployment: object,
        mut pods,
    } = rollout("scaled");
    let mut old = pods[0].clone();
    old.0["metadata"]["name"] = json!("old");
    old.0["metadata"]["deletionTimestamp"] = json!("2026-11-23T23:21:00Z");
    pods.push(old);
    insta::assert_snapshot!(show(&deployment(&object, &pods, &[], &Past::default())), @r#"[3/3 pods available, 1 stopping] pending: old pods still stopping: 1"#);
    insta::assert_snapshot!(show(&deployment_gone(&object, None, &pods)), @r#"[pods left: 4] deleting: its pods are still stopping: 4 left"#);
    assert_eq!(deployment_gone(&object, None, &[]), Verdict::absent("gone"));
}

#[test]
fn a_stalled_rollout_fails_with_its_cause() {
    let Rollout {
        deployment: mut object,
        mut pods,
    } = rollout("success");
    object.0["status"]["availableReplicas"] = json!(0);
    object.0["status"]["conditions"] = json!([{
        "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
        "message": "ReplicaSet \"deployment-2048-5567bdd6d5\" has timed out progressing.",
    }]);
    insta::assert_snapshot!(show(&deployment(&object, &pods, &[], &Past::default())), @r#"[0/5 pods available] FAILED: the rollout makes no progress: ReplicaSet "deployment-2048-5567bdd6d5" has timed out progressing. | `kubectl -n fargate-game-2048 describe deployment,replicaset`"#);
    for pod in &mut pods {
        waiting(
            pod,
            "ImagePullBackOff",
            "Back-off pulling image: dial tcp 1.2.3.4:443: i/o timeout",
        );
    }
    insta::assert_snapshot!(show(&deployment(&object, &pods, &[], &Past::default())), @"[0/5 pods available] FAILED: image `alexwhen/docker-2048` cannot be reached: the private subnets need a NAT gateway (or endpoints of the registry) | give the subnets of the pods a way to the registry: the check `egress` of lab2048 doctor names them");
}

/// A wait begins with a rollout whose deadline runs or ran out earlier; while it lasts, it runs out again.
#[test]
fn a_rollout_that_was_stalled_before_a_wait_does_not_fail_it() {
    let Rollout {
        deployment: mut object,
        mut pods,
    } = rollout("success");
    let stalled = |since: &str| {
        json!([{
            "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out",
            "lastUpdateTime": since,
        }])
    };
    object.0["status"]["availableReplicas"] = json!(0);
    object.0["status"]["conditions"] = stalled("2026-11-23T23:20:00Z");
    let mut running = object.clone();
    running.0["status"]["conditions"] =
        json!([{"type": "Progressing", "status": "True", "lastUpdateTime": "2026-11-23T23:09:59Z"}]);
    let running = Past::of(&running, &[]);
    assert!(matches!(
        deployment(&object, &pods, &[], &running).state,
        State::Pending(_)
    ));
    let past = Past::of(&object, &[]);
    let judged = |object: &Object, pods: &[Object]| deployment(object, pods, &[], &past).state;
    assert!(matches!(judged(&object, &pods), State::Pending(_)));
    for pod in &mut pods {
        waiting(pod, "ImagePullBackOff", "Back-off pulling image");
    }
    assert!(matches!(judged(&object, &pods), State::Blocked(_)));
    let mut again = object.clone();
    again.0["status"]["conditions"] = stalled("2026-11-23T23:40:00Z");
    assert!(matches!(judged(&again, &pods), State::Failed(_)));
    assert!(matches!(
        deployment(&again, &pods, &[], &running).state,
        State::Failed(_)
    ));
    for pod in &mut pods {
        waiting(pod, "ErrImagePull", "docker.io/x/y:z: not found");
    }
    assert!(
        matches!(judged(&object, &pods), State::Failed(_)),
        "what cannot heal fails it at once"
    );
}

#[test]
fn what_is_wrong_with_pods_of_an_earlier_template_does_not_fail_the_new_one() {
    let Rollout {
        deployment: mut object,
        mut pods,
    } = rollout("success");
    object.0["status"]["availableReplicas"] = json!(0);
    for pod in &mut pods {
        waiting(pod, "ErrImagePull", "docker.io/x/y:z: not found");
    }
    let mut corrected = pods[0].clone();
    corrected.0["metadata"]["name"] = json!("corrected");
    corrected.0["metadata"]["creationTimestamp"] = json!("2027-01-01T00:00:00Z");
    corrected.0["metadata"]["labels"]["pod-template-hash"] = json!("new");
    waiting(&mut corrected, "ContainerCreating", "");
    let state = |object: &Object, pods: &[Object]| deployment(object, pods, &[], &Past::default()).state;
    assert!(matches!(state(&object, &pods), State::Failed(_)));
    object.0["status"]["updatedReplicas"] = json!(0);
    assert!(
        matches!(state(&object, &pods), State::Pending(_)),
        "none of the new yet"
    );
    object.0["status"]["updatedReplicas"] = json!(1);
    pods.push(corrected);
    assert!(matches!(state(&object, &pods), State::Pending(_)));
}

#[test]
fn pods_that_could_not_pull_are_recreated() {
    let mut pods = rollout("success").pods;
    waiting(&mut pods[0], "ErrImagePull", "i/o timeout");
    waiting(&mut pods[1], "ImagePullBackOff", "Back-off pulling image");
    waiting(&mut pods[2], "ImagePullBackOff", "Back-off pulling image");
    pods[2].0["metadata"]["deletionTimestamp"] = json!("2026-11-23T23:21:00Z");
    waiting(&mut pods[3], "ContainerCreating", "");
    let names: Vec<String> = unpulled_pods(&pods).into_iter().map(|(key, _)| key.name).collect();
    assert_eq!(names, [pods[0].name(), pods[1].name()]);
}

fn waiting(pod: &mut Object, reason: &str, message: &str) {
    pod.0["status"]["phase"] = json!("Pending");
    pod.0["status"]["conditions"] = json!([{"type": "Ready", "status": "False"}]);
    pod.0["status"]["containerStatuses"][0]["state"] = json!({"waiting": {"reason": reason, "message": message}});
}

/// What is wrong with one pod.
fn problem(pod: &Object, events: &[Object]) -> Option<PodProblem> {
    shared_problem(&[pod], events, &Past::default())
}

fn told(problem: Option<PodProblem>) -> String {
    problem.map_or("nothing".to_owned(), |problem| {
        format!("{:?}: {} | {}", problem.outlook, problem.text, problem.remedy)
    })
}

#[test]
fn states_of_containers_are_told_in_plain_words() {
    let cases = [
        ("ContainerCreating", ""),
        ("CreateContainerConfigError", "configmap \"a\" not found"),
        (
            "RunContainerError",
            "failed to create containerd task: exec /game: exec format error",
        ),
        ("CrashLoopBackOff", "back-off 40s"),
    ];
    let mut pod = rollout("success").pods.remove(0);
    pod.0["metadata"]["name"] = json!("p");
    let mut lines = Vec::new();
    for (reason, message) in cases {
        waiting(&mut pod, reason, message);
        lines.push(format!("{reason}: {}", told(problem(&pod, &[]))));
    }
    for (restarts, reason) in [(1, "OOMKilled"), (4, "OOMKilled")] {
        pod.0["status"]["containerStatuses"][0]["lastState"] =
            json!({"terminated": {"reason": reason, "exitCode": 137}});
        pod.0["status"]["containerStatuses"][0]["restartCount"] = json!(restarts);
        lines.push(format!("{reason} {restarts}: {}", told(problem(&pod, &[]))));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    ContainerCreating: nothing
    CreateContainerConfigError: Mendable: CreateContainerConfigError: configmap "a" not found | `kubectl -n fargate-game-2048 describe pod p`
    RunContainerError: Hopeless: image `alexwhen/docker-2048` is not built for the processor of the nodes | use an image that is built for linux/amd64, which is what Fargate runs: app.image
    CrashLoopBackOff: Mendable: container app-2048 ends again and again (exit code 0) | `kubectl -n fargate-game-2048 logs p -c app-2048 --previous`
    OOMKilled 1: Mendable: container app-2048 is killed for want of memory | raise app.resources.memory
    OOMKilled 4: Hopeless: container app-2048 is killed for want of memory | raise app.resources.memory
    "#);
}

#[test]
fn a_remark_about_logging_is_no_cause() {
    let pod = unscheduled("fargate-scheduler", Some("fp"));
    let event = |reason: &str, message: &str, second: u8| {
        Object(json!({
            "metadata": {"uid": message}, "involvedObject": {"uid": "u"}, "type": "Warning", "reason": reason,
            "message": message, "lastTimestamp": format!("2026-11-23T10:00:{second:02}Z"),
        }))
    };
    let remark = event(
        "LoggingDisabled",
        "Disabled logging because aws-logging configmap was not found.",
        2,
    );
    let mut waiting = pod.clone();
    waiting.0["status"]["conditions"] = json!([]);
    assert_eq!(problem(&waiting, &[remark]), None);
}

/// A pod that no node has taken yet.
fn unscheduled(scheduler: &str, profile: Option<&str>) -> Object {
    let mut labels = json!({"app.kubernetes.io/name": "app-2048"});
    if let Some(profile) = profile {
        labels[PROFILE_LABEL] = json!(profile);
    }
    Object(json!({
        "metadata": {
            "name": "p", "namespace": "n", "uid": "u", "resourceVersion": "7", "labels": labels,
            "creationTimestamp": "2026-11-23T10:00:00Z",
        },
        "spec": {"schedulerName": scheduler},
        "status": {"phase": "Pending", "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/2 nodes are available",
        }]},
    }))
}

#[test]
fn pods_that_no_profile_takes_are_recreated() {
    let before = "2026-11-23T09:00:00Z".parse().unwrap();
    let after = "2026-11-23T11:00:00Z".parse().unwrap();
    let early = unscheduled("default-scheduler", None);
    let taken = unscheduled("fargate-scheduler", Some("fp"));
    let mut running = early.clone();
    running.0["spec"]["nodeName"] = json!("ip-10-0-0-1");
    for (pod, since, stuck) in [
        (&early, None, true),
        (&early, Some(before), true),
        (&taken, None, false),
        (&taken, Some(before), false),
        (&taken, Some(after), true),
        (&running, Some(after), false),
    ] {
        assert_eq!(is_stuck(pod, since), stuck, "{pod:?} {since:?}");
    }
    let found = stuck_pods(&[early.clone(), taken], None);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].0.to_string().as_str(), found[0].1.identity.as_str()),
        ("pod/p", "u")
    );
    assert_eq!(problem(&early, &[]).unwrap().outlook, Outlook::Hopeless);
}

#[test]
fn what_fargate_says_of_a_pod_is_decoded() {
    let pod = unscheduled("fargate-scheduler", Some("fp"));
    let lines: Vec<String> = [
        "Misconfigured Fargate Profile: fargate profile fp blocked for new launches due to: Pod execution role is not \
         found in auth config",
        "Your AWS account has reached the limit on the number of Fargate pods it can run concurrently",
        "Pod not supported on Fargate: fields not supported: hostNetwork",
    ]
    .iter()
    .map(|message| {
        let event = Object(json!({
            "involvedObject": {"uid": "u"}, "type": "Warning", "reason": "FailedScheduling", "message": message,
        }));
        told(problem(&pod, &[event]))
    })
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Hopeless: Fargate refuses to start it: Misconfigured Fargate Profile: fargate profile fp blocked for new launches due to: Pod execution role is not found in auth config | mend the profile, its role or the role's access entry as `lab2048 doctor` says
    Mendable: the account's Fargate quota is used up | raise it (Service Quotas, L-3032A538), or scale down
    Hopeless: Fargate has not started it: Pod not supported on Fargate: fields not supported: hostNetwork | take what Fargate does not have out of the template (lab2048 explain C4, C5, C7, C17)
    ");
}

#[test]
fn the_pods_of_a_deployment_are_those_its_selector_matches() {
    let Rollout {
        deployment: object,
        mut pods,
    } = rollout("success");
    pods[0].0["metadata"]["labels"]["app.kubernetes.io/name"] = json!("other");
    pods[1].0["status"]["phase"] = json!("Failed");
    assert_eq!(pods_of(&object, &pods).len(), 3);
    assert!(
        pods_of(&Object(json!({})), &pods).is_empty(),
        "no selector matches nothing, not everything"
    );
}

#[test]
fn refusals_of_webhooks_are_decoded() {
    let decoded = decode_refusal(
        "Internal error occurred: failed calling webhook \"vingress.elbv2.k8s.aws\": failed to call webhook: Post \
         \"https://x\": no endpoints available for service \"aws-load-balancer-webhook-service\"",
    )
    .unwrap();
    assert!(decoded.cause.to_string().contains("none of its pods serves"));
    assert_eq!(decode_refusal("some other error"), None);
    assert_eq!(decode_event("SuccessfullyReconciled", "AccessDenied"), None);
}
