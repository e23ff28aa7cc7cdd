//! The driver of objects against a fake API: what it writes, and how it follows an object to its goal. Time is paused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::k8s::fake::{Answer, End, client, event, lab, list, not_found, ok, status};
use crate::model::{Node, NodeId, NodeKind, Readiness, Wait};

fn task(op: Op, wanted: Object, pin: Option<&str>) -> Task {
    let node = Node {
        id: NodeId::new(NodeKind::of_object(wanted.kind()), wanted.name()),
        desired: Desired::Object(wanted),
    };
    Task {
        wait: Wait::Ready,
        pin: pin.map(|uid| Pin {
            identity: uid.to_owned(),
            version: "1".to_owned(),
        }),
        ..Task::of(node, op)
    }
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
            "0/2 pods available: more is not known: GET events: Forbidden: no events for you",
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

#[tokio::test(start_paused = true)]
async fn what_somebody_has_made_again_is_not_waited_for_to_go() {
    let mut going = lab().remove(3).0;
    going["metadata"]["uid"] = "i".into();
    going["metadata"]["deletionTimestamp"] = json!("2026-11-24T00:00:00Z");
    let mut again = lab().remove(3).0;
    again["metadata"]["uid"] = "j".into();
    for (pin, first) in [(Some("i"), None), (None, Some(going))] {
        let again = again.clone();
        let (api, _) = client(move |asked| {
            let watch = asked.query.contains("watch=true");
            match asked.path.rsplit('/').next() {
                Some("ingresses") if watch => Answer::Watch(vec![event("MODIFIED", &again)], End::Hang),
                Some("ingresses") => list("7", std::slice::from_ref(first.as_ref().unwrap_or(&again))),
                _ if watch => Answer::Watch(Vec::new(), End::Hang),
                _ => list("7", &[]),
            }
        });
        let seen = reports(
            &ObjectDriver::new(api),
            &task(Op::Delete, lab().remove(3), pin),
            Goal::Gone,
        )
        .await;
        let last = seen.last().unwrap();
        assert!(last.contains("somebody has made another of its name"), "{seen:?}");
    }
}
