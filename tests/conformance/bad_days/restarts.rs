//! The API server dies while runs write and while they wait, and comes back; with an empty watch cache before a history that
//! nobody knows any more, too.

use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, WatchEvent, WatchParams};
use lab2048_testing::Run;
use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::participant::{Participant, REPLICAS};

use super::{Running, is_gone, is_up};

/// Participants whose runs wait for pods, for an ALB, for pods that stop, and for an ALB to be gone.
struct Waiting {
    rollout: Participant,
    balancer: Participant,
    scaled: Participant,
    removed: Participant,
}

impl Waiting {
    async fn join(workshop: &Workshop) -> Self {
        Self {
            rollout: workshop.participant("rollout").await,
            balancer: workshop.participant("balancer").await,
            scaled: workshop.participant("scaled").await,
            removed: workshop.participant("removed").await,
        }
    }

    /// Brings runs into their waits, has `day` happen, and lets them go on: all of them end well.
    async fn survive(&self, workshop: &Workshop, day: impl AsyncFnOnce()) {
        let Self {
            rollout,
            balancer,
            scaled,
            removed,
        } = self;
        let held = [
            (&workshop.fargate.pause, rollout),
            (&workshop.fargate.nodes, scaled),
            (workshop.ingresses(), balancer),
            (workshop.ingresses(), removed),
        ];
        for (pause, participant) in &held {
            pause.begin(&participant.lab);
        }
        let mut applied = [Running::start(rollout, "apply"), Running::start(balancer, "apply")];
        let mut changed = [
            Running::start(scaled, "scale --replicas 1"),
            Running::start(removed, "destroy"),
        ];
        applied[0].waits_for("deployment").await;
        applied[1].waits_for("ingress").await;
        let settles = |event: &serde_json::Value| event["phase"] == "settling";
        changed[0].reports("settling", settles).await;
        changed[1].waits_for("ingress").await;
        day().await;
        for (pause, participant) in &held {
            pause.end(&participant.lab);
        }
        for running in applied {
            let (participant, run) = (running.participant, running.end_after_restart().await.exits(0));
            is_up(participant, REPLICAS, &run).await;
        }
        let [scaling, removal] = changed;
        is_up(scaled, 1, &scaling.end_after_restart().await.exits(0)).await;
        is_gone(removed, &removal.end_after_restart().await.exits(0)).await;
    }
}

/// Applies the labs of these at once.
async fn applied(participants: &[&Participant]) -> Vec<Run> {
    let calls = participants.iter().map(|participant| participant.workdir.call("apply"));
    futures::future::join_all(calls).await
}

#[tokio::test]
async fn an_api_server_that_dies_under_way_and_comes_back_does_no_harm() {
    let workshop = Workshop::open().await;
    let waiting = Waiting::join(&workshop).await;
    let writer = workshop.participant("writer").await;

    // One run is at its first write then, the others are wherever they are.
    let beside = [&waiting.scaled, &waiting.removed];
    let mut writing = Running::start(&writer, "apply");
    let dies = async {
        writing.begins("namespace").await;
        workshop.plane.kill_apiserver();
        workshop.plane.revive_apiserver().await;
    };
    let (others, ()) = tokio::join!(applied(&beside), dies);
    is_up(&writer, REPLICAS, &writing.end_after_restart().await.exits(0)).await;
    for (participant, run) in beside.into_iter().zip(others) {
        is_up(participant, REPLICAS, &run.exits(0)).await;
    }

    waiting
        .survive(&workshop, async || {
            workshop.plane.kill_apiserver();
            tokio::time::sleep(Duration::from_secs(2)).await;
            workshop.plane.revive_apiserver().await;
        })
        .await;
}

#[tokio::test]
async fn a_watch_cache_that_is_emptied_under_way_does_no_harm() {
    let workshop = Workshop::open().await;
    let waiting = Waiting::join(&workshop).await;
    for run in applied(&[&waiting.scaled, &waiting.removed]).await {
        run.exits(0);
    }
    let pods = Api::<Pod>::namespaced(workshop.plane.client().await, &waiting.rollout.lab);
    waiting
        .survive(&workshop, async || {
            let listed = pods.list(&ListParams::default()).await.unwrap();
            let place = listed.metadata.resource_version.unwrap();
            let before = lists_of_pods(&workshop, &waiting.rollout.lab);
            workshop.plane.kill_apiserver();
            workshop.plane.forget_history().await;
            workshop.plane.revive_apiserver().await;
            assert!(is_forgotten(&pods, &place).await, "the server still knows {place}");
            lab2048_testing::workshop::system::until("the run has listed its pods anew", async || {
                lists_of_pods(&workshop, &waiting.rollout.lab) > before
            })
            .await;
        })
        .await;
}

/// Whether the server answers who watches from there that this is gone.
async fn is_forgotten(pods: &Api<Pod>, place: &str) -> bool {
    let watched = pods.watch(&WatchParams::default().timeout(5), place).await;
    let mut events = match watched {
        Ok(events) => events.boxed(),
        Err(kube::Error::Api(status)) => return status.code == 410,
        Err(error) => panic!("{error}"),
    };
    matches!(events.next().await, Some(Ok(WatchEvent::Error(status))) if status.code == 410)
}

/// How often the program has listed the pods of a namespace.
fn lists_of_pods(workshop: &Workshop, namespace: &str) -> usize {
    let asked = workshop.plane.audit("lab2048").into_iter();
    let lists = asked.filter(|event| {
        event["verb"] == "list"
            && event["objectRef"]["resource"] == "pods"
            && event["objectRef"]["namespace"] == namespace
    });
    lists.count()
}
