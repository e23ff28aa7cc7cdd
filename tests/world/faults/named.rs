//! Single faults, and what they come to.

use std::time::Duration;

use lab2048_testing::Lab;
use lab2048_testing::faults::{Fault, Schedule};

/// One fault that befalls the first requests with that in their label.
fn first(fault: Fault, only: &str, most: usize) -> Vec<Schedule> {
    vec![Schedule {
        rate: 1.0,
        faults: vec![fault],
        only: only.to_owned(),
        most: Some(most),
        ..Schedule::default()
    }]
}

#[tokio::test(start_paused = true)]
async fn refused_reads_end_nothing() {
    let lab = Lab::new(5);
    lab.network.set(first(Fault::Throttled, "Kubernetes GET", 2));
    lab.call("apply").await.exits(0);
    for (fault, only, line) in [
        (Fault::Throttled, "Kubernetes", "plan"),
        (Fault::ThrottledFor(9), "Kubernetes GET", "status"),
        (Fault::Unwell(503), "Kubernetes DRYRUN", "plan"),
        (Fault::Truncated, "Kubernetes GET", "doctor"),
        (Fault::LostBefore, "Eks GET", "status"),
        (Fault::Throttled, "Eks GET", "doctor"),
        (Fault::Unwell(500), "Balancing", "status"),
    ] {
        lab.network.set(first(fault, only, 3));
        lab.call(line).await.exits(0);
        assert!(!lab.network.befell().is_empty(), "{fault:?} on {only}");
    }
    lab.network.set(first(Fault::Unwell(503), "GET /api/v1/nodes", 3));
    lab.call("scale --replicas 4").await.exits(0).prints("http://");
    assert_eq!(lab.network.befell().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_answer_is_told() {
    let lab = Lab::new(5);
    lab.network.set(vec![Schedule::outage(
        "Kubernetes",
        Fault::Unwell(503),
        Duration::ZERO,
        Duration::from_secs(12),
    )]);
    let run = lab.call("plan").await.exits(0);
    run.prints("no answer yet, trying again: GET");
}

/// Seeds 46 and 119: before there were words for a single answer that does not come, a run said nothing for a minute.
#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_told() {
    for (only, words) in [
        ("Kubernetes GET", "no answer yet, trying again: GET"),
        (
            "Balancing POST",
            "trying again: a request to elasticloadbalancing is not answered",
        ),
    ] {
        let lab = Lab::new(5);
        lab.network.set(first(Fault::Silent, only, 1));
        let run = lab.call("plan -v").await;
        run.prints(words).prints("is not answered");
        let silence = lab.silence();
        assert!(silence.lasted <= Duration::from_secs(30), "{silence:?}");
    }
}

/// Seed 36: pods that nobody may look at are waited for at the end, and that was told once.
#[tokio::test(start_paused = true)]
async fn a_wait_at_the_end_is_told_time_and_again() {
    let lab = Lab::new(5);
    lab.call("apply").await.exits(0);
    lab.network
        .set(first(Fault::Denied, "namespaces/fargate-game-2048/pods", 1000));
    let run = lab.call("scale --replicas 4 -v").await.exits(0);
    let told = run
        .stderr
        .matches("waiting until there is one node for each pod")
        .count();
    assert!(told >= 5, "told {told} times: {run}");
    let silence = lab.silence();
    assert!(silence.lasted <= Duration::from_secs(30), "{silence:?}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_for_fails_no_removal() {
    let (lab, twin) = (Lab::new(5), Lab::new(5));
    twin.call("apply").await.exits(0);
    let (run, took) = twin.timed("destroy").await;
    run.exits(0);
    lab.call("apply").await.exits(0);
    // What the same removal asks of Elastic Load Balancing in its last second is the search alone.
    let from = took.saturating_sub(Duration::from_secs(1));
    let outage = Schedule::outage("Balancing", Fault::Unwell(500), from, Duration::from_secs(3600));
    lab.network.set(vec![outage]);
    let run = lab.call("destroy").await.exits(0);
    run.prints("looked for load balancers: not known (elasticloadbalancing:");
}

#[tokio::test(start_paused = true)]
async fn routes_that_cannot_be_read_are_no_proof() {
    let lab = Lab::new(5);
    let denied = Schedule::outage(
        "DescribeRouteTables",
        Fault::Denied,
        Duration::ZERO,
        Duration::from_secs(9000),
    );
    lab.network.set(vec![denied]);
    let run = lab.call("plan").await.exits(0);
    run.prints("not checked: C8")
        .prints("ec2:DescribeRouteTables")
        .prints("chosen by EKS")
        .does_not_print("no private subnet");
    lab.call("doctor").await.exits(0).prints("ec2:DescribeRouteTables");
    lab.call("apply").await.exits(0);
}
