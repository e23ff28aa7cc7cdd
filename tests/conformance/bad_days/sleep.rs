//! A laptop that sleeps: the process is stopped for a while in each phase, the lab goes on or is taken over by somebody else,
//! and on waking the run ends in the truth. `LAB2048_CONFORMANCE_SLEEP` has another number of seconds.

use std::time::Duration;

use futures::future::join_all;
use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::participant::{Participant, REPLICAS};
use lab2048_testing::workshop::pause::Pause;
use lab2048_testing::workshop::relay::Side;
use lab2048_testing::workshop::system;
use lab2048_testing::{Call, Run};
use tokio::time::Instant;

use super::{Running, SOON, is_gone, is_up, variable};

/// How many seconds the laptop sleeps: longer than the lab's lock is good for without being renewed, which is 30.
const SLEEP: u64 = 35;
/// Of how many pods somebody else makes it.
const OTHERS: usize = 1;

fn sleep() -> Duration {
    Duration::from_secs(variable("LAB2048_CONFORMANCE_SLEEP").unwrap_or(SLEEP))
}

/// Stops the run, has `meanwhile` happen, and wakes it once it has slept for long enough.
async fn slept(running: Running<'_>, meanwhile: impl AsyncFnOnce()) -> Run {
    let asleep = Instant::now();
    running.call.signal("STOP");
    meanwhile().await;
    tokio::time::sleep_until(asleep + sleep()).await;
    assert!(running.call.is_stopped(), "somebody else has woken it");
    running.call.signal("CONT");
    let (lab, woken) = (running.participant.lab.clone(), Instant::now());
    let run = running.end().await;
    println!(
        "{lab}: asleep for {:?}, {} {:?} after waking",
        woken - asleep,
        run.code,
        woken.elapsed()
    );
    run
}

/// In the first look, while somebody else makes the lab.
async fn in_the_first_look(workshop: &Workshop) {
    let [sleeper, other] = two_on(workshop, "looking").await;
    let halted = sleeper.traffic.halt_at(12, Side::After);
    let running = Running::start(&sleeper, "apply");
    halted.await.unwrap();
    let run = slept(running, async || {
        sleeper.traffic.go_on();
        other.workdir.call("apply").await.exits(0);
    });
    is_up(&sleeper, REPLICAS, &run.await.exits(0)).await;
}

/// Between the look and the first change, while somebody else removes the lab.
async fn before_the_first_change(workshop: &Workshop) {
    let [sleeper, other] = two_on(workshop, "planned").await;
    sleeper.workdir.call("apply").await.exits(0);
    let halted = sleeper.traffic.halt_at(36, Side::Before);
    let running = Running::start(&sleeper, "scale --replicas 3");
    halted.await.unwrap();
    let run = slept(running, async || {
        sleeper.traffic.go_on();
        other.workdir.call("destroy").await.exits(0);
    })
    .await;
    // Asleep before it has the lock, it looks again, and there is nothing to scale; with the lock on its way, the Deployment is not
    // the one that it saw.
    assert!(matches!(run.code, 1 | 6), "{run}");
    is_gone(&other, &run).await;
}

/// While what `line` waits for is paused, which goes on during sleep.
async fn in_a_wait(participant: &Participant, pause: &Pause, line: &str, kind: &str) -> Run {
    pause.begin(&participant.lab);
    let mut running = Running::start(participant, line);
    match kind {
        "settling" => running.reports(kind, |event| event["phase"] == kind).await,
        kind => running.waits_for(kind).await,
    }
    slept(running, async || pause.end(&participant.lab)).await.exits(0)
}

async fn in_the_rollout(workshop: &Workshop) {
    let participant = workshop.participant("rolling").await;
    let run = in_a_wait(&participant, &workshop.fargate.pause, "apply", "deployment").await;
    is_up(&participant, REPLICAS, &run).await;
}

async fn in_the_wait_for_the_balancer(workshop: &Workshop) {
    let participant = workshop.participant("balancing").await;
    let run = in_a_wait(&participant, workshop.ingresses(), "apply", "ingress").await;
    is_up(&participant, REPLICAS, &run).await;
}

async fn in_the_settling(workshop: &Workshop) {
    let participant = workshop.participant("settling").await;
    participant.workdir.call("apply").await.exits(0);
    let scale = "scale --replicas 1";
    let run = in_a_wait(&participant, &workshop.fargate.nodes, scale, "settling").await;
    is_up(&participant, 1, &run).await;
}

async fn in_the_removal(workshop: &Workshop) {
    let participant = workshop.participant("removing").await;
    participant.workdir.call("apply").await.exits(0);
    let run = in_a_wait(&participant, workshop.ingresses(), "destroy", "ingress").await;
    is_gone(&participant, &run).await;
}

/// In the rollout, while somebody else takes the lab over and is still at work when the sleeper wakes.
async fn taken_over(workshop: &Workshop) {
    let [sleeper, other] = two_on(workshop, "taken").await;
    workshop.fargate.pause.begin(&sleeper.lab);
    let mut running = Running::start(&sleeper, "apply");
    running.waits_for("deployment").await;
    let line = format!("apply --wait-lock 2m --set app.replicas={OTHERS}");
    let mut others = Running::start(&other, &line);
    let run = slept(running, async || others.waits_for("deployment").await).await;
    run.exits(6).prints("the lab's lock was lost to");
    workshop.fargate.pause.end(&sleeper.lab);
    is_up(&sleeper, OTHERS, &others.end().await.exits(0)).await;
}

/// In a removal, which somebody else makes up for while it sleeps: the lab is theirs then.
async fn made_up_for(workshop: &Workshop) {
    let [sleeper, other] = two_on(workshop, "revived").await;
    sleeper.workdir.call("apply").await.exits(0);
    workshop.ingresses().begin(&sleeper.lab);
    let mut running = Running::start(&sleeper, "destroy");
    running.waits_for("ingress").await;
    let run = slept(running, async || {
        workshop.ingresses().end(&sleeper.lab);
        let ingresses = format!("-n {} get ingress -o name", sleeper.lab);
        system::until("the Ingress is gone", async || {
            workshop.plane.kubectl(&ingresses).await.stdout.is_empty()
        })
        .await;
        let others = Call::start(&other.workdir, "apply --wait-lock 2m");
        others.end(SOON).await.exits(0);
    });
    is_up(&other, REPLICAS, &run.await.exits(6)).await;
}

/// Two people on one lab.
async fn two_on(workshop: &Workshop, lab: &str) -> [Participant; 2] {
    [workshop.participant(lab).await, workshop.participant(lab).await]
}

#[tokio::test]
async fn a_laptop_that_sleeps_in_any_phase_wakes_to_the_truth() {
    let workshop = Workshop::open().await;
    let phases: Vec<futures::future::LocalBoxFuture<'_, ()>> = vec![
        Box::pin(in_the_first_look(&workshop)),
        Box::pin(before_the_first_change(&workshop)),
        Box::pin(in_the_rollout(&workshop)),
        Box::pin(in_the_wait_for_the_balancer(&workshop)),
        Box::pin(in_the_settling(&workshop)),
        Box::pin(in_the_removal(&workshop)),
        Box::pin(taken_over(&workshop)),
        Box::pin(made_up_for(&workshop)),
    ];
    join_all(phases).await;
}
