//! A class by an Indexed Job, on a real API server and the real Job controller. The instructor's node is written here
//! ([`lab2048_testing::workshop::kubelet`]): it runs the program itself, as the service account that the Job is rendered with, and
//! reports how each pod has ended. The four clusters of the roster are one here.

use std::collections::BTreeMap;
use std::time::Duration;

use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::kubelet::{Ended, Kubelet};
use lab2048_testing::workshop::moto::{CLUSTER, REGION};
use lab2048_testing::{Run, Workdir};
use serde_json::Value;

/// Where the Job is.
const NAMESPACE: &str = "teaching";
/// Whose namespace is somebody else's: no other attempt mends that.
const HOPELESS: &str = "lab2048-h";
/// Whose load balancer does not come about at first.
const LATE: &str = "lab2048-e";

/// Twelve labs on four clusters; the late one waits no longer than 30 s.
fn roster() -> String {
    let rows = ('a'..='l').enumerate().map(|(place, letter)| {
        let limit = if LATE.ends_with(letter) { "30s" } else { "" };
        format!("lab2048-{letter},participant {place},seoul-{},{limit}\n", place / 3 + 1)
    });
    format!("lab,who,cluster.name,timeouts.balancer\n{}", rows.collect::<String>())
}

/// The instructor's own machine: a kubeconfig, and nothing of AWS.
fn desk(workshop: &Workshop) -> Workdir {
    let mut desk = Workdir::bare();
    desk.set("KUBECONFIG", &workshop.plane.kubeconfig().display().to_string());
    desk.set("LAB2048_ENV", "shared-cluster");
    desk.set("LAB2048_NAMESPACE", NAMESPACE);
    desk.set("LAB2048_REGION", REGION);
    std::fs::write(desk.path("class.csv"), roster()).unwrap();
    desk
}

/// What pods have from the place where they run.
fn surroundings(workshop: &Workshop) -> BTreeMap<String, String> {
    let mut surroundings: BTreeMap<String, String> = workshop.workdir.variables().collect();
    for own in ["HOME", "LAB2048_ENV"] {
        surroundings.remove(own);
    }
    surroundings.insert("LAB2048_SET_CLUSTER_NAME".to_owned(), CLUSTER.to_owned());
    surroundings
}

/// The instructor has made the shared profile, with a lab to show around.
async fn prepared(workshop: &Workshop) {
    let own = "--set lab.name=lab2048-instructor --set fargate.own=true --set app.replicas=1";
    workshop
        .workdir
        .call(&format!("apply -e shared-cluster {own}"))
        .await
        .exits(0);
    for namespace in [NAMESPACE, HOPELESS] {
        workshop
            .plane
            .kubectl(&format!("create namespace {namespace}"))
            .await
            .exits(0);
    }
    // Its pods are the kubelet's.
    workshop.fargate.pause.begin(NAMESPACE);
    workshop.ingresses().begin(LATE);
}

/// Looks at the Job until it has ended; how often it was found under way.
async fn ended(desk: &Workdir) -> (Run, usize) {
    for under_way in 0..200 {
        let run = desk.call("fleet job status class.csv -o json").await;
        if run.code != 2 {
            return (run, under_way);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    panic!("{}", desk.call("fleet job status class.csv").await);
}

#[tokio::test]
async fn a_class_is_made_by_a_job() {
    let workshop = Workshop::open().await;
    prepared(&workshop).await;
    let kubelet = Kubelet::start(&workshop.plane, NAMESPACE, surroundings(&workshop)).await;
    let desk = desk(&workshop);
    let made = "--image registry/lab2048:1 --indexes 4 --max-failures 3 --set app.replicas=1 --yes";
    desk.call(&format!("fleet job apply class.csv {made}"))
        .await
        .exits(0)
        .prints("12 labs of class.csv by Job lab2048-class in 4 indexes, 4 at once");

    let of_late = |pods: &[Ended]| pods.iter().filter(|pod| pod.index == 1).count();
    let ending = ended(&desk);
    let letting = async {
        while of_late(&kubelet.ended()) == 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        workshop.ingresses().end(LATE);
    };
    // Nothing is left to be let where the Job has ended without that.
    let (status, under_way) = tokio::select! {
        ended = ending => ended,
        never = async { letting.await; std::future::pending().await } => never,
    };
    let pods = kubelet.ended();
    for pod in &pods {
        println!("{} {}", pod.pod, pod.exit_code);
    }
    let status = status.exits(7).json();
    assert!(under_way > 0, "it was seen under way");
    is_as_told(&status, &pods);
    had_no_more_rights(&workshop).await;
    removed_without_a_trace(&workshop, &desk).await;
}

/// The rows of `fleet job status` and what the pods have done.
fn is_as_told(status: &Value, pods: &[Ended]) {
    let indexes: Vec<(&str, u64, u64, u64)> = status["job"]["indexes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let number = |key: &str| row[key].as_u64().unwrap();
            (
                row["state"].as_str().unwrap(),
                number("attempts"),
                number("done"),
                number("exitCode"),
            )
        })
        .collect();
    assert_eq!(
        indexes,
        [
            ("done", 1, 3, 0),
            ("done", 2, 3, 0),
            ("failed", 1, 2, 3),
            ("done", 1, 3, 0)
        ],
        "{status:#}"
    );
    let rows = status["labs"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    for (place, (row, letter)) in rows.iter().zip('a'..='l').enumerate() {
        assert_eq!(row["lab"], format!("lab2048-{letter}"));
        assert_eq!(row["own"]["who"], format!("participant {place}"));
        assert_eq!(row["cluster"], format!("{REGION}/seoul-{}", place / 3 + 1));
        if row["lab"] == HOPELESS {
            assert_eq!(
                (&row["progress"], &row["exitCode"]),
                (&"failed".into(), &4.into()),
                "{row}"
            );
            assert!(row["cause"].as_str().unwrap().contains("--adopt"), "{row}");
        } else {
            assert_eq!(
                (&row["progress"], &row["exitCode"]),
                (&"done".into(), &0.into()),
                "{row}"
            );
            assert!(row["url"].as_str().unwrap().starts_with("http://k8s-lab2048"), "{row}");
        }
    }
    let attempts: Vec<(&Ended, i32)> = pods
        .iter()
        .filter(|pod| pod.index == 1)
        .map(|pod| (pod, pod.exit_code))
        .collect();
    let [(first, 7), (second, 0)] = attempts.as_slice() else {
        panic!("two attempts were expected: {attempts:#?}")
    };
    assert!(
        first.log.contains("lab2048-d ready") && first.log.contains("lab2048-e failed"),
        "{}",
        first.log
    );
    assert!(second.log.contains("lab2048-e ready"), "{}", second.log);
    assert!(
        !second.log.contains("lab2048-d ready"),
        "what is done is not done again: {}",
        second.log
    );
}

/// The pods were who the Job was rendered with, and were refused nothing.
async fn had_no_more_rights(workshop: &Workshop) {
    let account = format!("system:serviceaccount:{NAMESPACE}:lab2048-class");
    let events = workshop.plane.audit("lab2048");
    let theirs: Vec<&Value> = events
        .iter()
        .filter(|event| event["user"]["username"] == account.as_str())
        .collect();
    assert!(theirs.len() >= 8, "{theirs:#?}");
    for event in &theirs {
        assert_eq!(event["objectRef"]["resource"], "configmaps", "{event:#}");
        assert!(event["responseStatus"]["code"].as_u64().unwrap() != 403, "{event:#}");
    }
    let can = |what: &str| format!("auth can-i {what} -n {NAMESPACE} --as {account}");
    for (what, answer) in [
        ("patch configmaps/lab2048-class-3", "yes"),
        ("patch configmaps/lab2048-class", "no"),
        ("list configmaps", "no"),
        ("get secrets", "no"),
    ] {
        let told = workshop.plane.kubectl(&can(what)).await;
        assert_eq!(told.stdout.trim(), answer, "{told}");
    }
}

async fn removed_without_a_trace(workshop: &Workshop, desk: &Workdir) {
    let kinds = "get job,pod,configmap,role,rolebinding,serviceaccount";
    let ours = format!("-n {NAMESPACE} {kinds} -l lab2048.dev/job=lab2048-class -o name");
    let there = workshop.plane.kubectl(&ours).await.exits(0);
    // A Job with five pods, the class and four results, and who its pods are.
    assert_eq!(there.stdout.lines().count(), 1 + 5 + 5 + 3, "{there}");
    desk.call("fleet job delete class.csv --yes")
        .await
        .exits(0)
        .prints("are gone");
    let left = workshop.plane.kubectl(&ours).await.exits(0);
    assert_eq!(left.stdout, "");
    let labs = workshop
        .plane
        .kubectl("get namespace -l app.kubernetes.io/managed-by=lab2048 -o name")
        .await;
    assert_eq!(
        labs.stdout.lines().count(),
        12,
        "the labs and the instructor's stay: {labs}"
    );
    desk.call("fleet job status class.csv")
        .await
        .exits(1)
        .prints("there is no Job");
}
