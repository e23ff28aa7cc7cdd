//! Lines of a run, event by event.

use super::*;
use crate::event::{Counts, Leaves, RetryReason};
use crate::model::Holder;
use crate::report::fixtures::{colored, node, plain, record, shown};

fn progress(id: &str, stage: &str, cause: Option<&str>) -> Event {
    Event::StepProgress {
        node: node(id),
        stage: stage.to_owned().into(),
        elapsed_ms: 0,
        cause: cause.map(|words| words.to_owned().into()),
    }
}

fn heartbeat(id: &str, stage: &str, seconds: u64, cause: Option<&str>) -> Event {
    Event::Heartbeat {
        node: node(id),
        stage: stage.to_owned().into(),
        elapsed_ms: seconds * 1000,
        remaining_ms: (900 - seconds) * 1000,
        cause: cause.map(|words| words.to_owned().into()),
    }
}

fn retried(id: &str, attempt: u32) -> Event {
    Event::StepRetried {
        node: node(id),
        attempt,
        delay_ms: u64::from(attempt) * 900,
        cause: "eks:CreateFargateProfile: InvalidParameterException: Misconfigured PodExecutionRole Trust Policy"
            .into(),
        reason: RetryReason::Propagating,
    }
}

fn done(id: &str, op: Op, seconds: u64) -> Event {
    Event::StepDone {
        node: node(id),
        op,
        elapsed_ms: seconds * 1000,
        outputs: Outputs {
            profile_arn: Some("arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/p/1".to_owned()),
            uids: [(id.to_owned(), "8a1d7f0e-0000-4000-8000-000000000001".to_owned())].into(),
            ..Outputs::default()
        },
    }
}

fn started(id: &str, op: Op) -> Event {
    Event::StepStarted { node: node(id), op }
}

fn planned(steps: &[(&str, Op, Wait)]) -> Event {
    let steps = steps.iter().map(|(id, op, wait)| PlannedStep {
        node: node(id),
        op: *op,
        wait: *wait,
        after: Vec::new(),
        behind: Vec::new(),
        usual: None,
    });
    Event::PlanReady {
        steps: steps.collect(),
        counts: Counts::default(),
        dollars_per_hour: None,
        balancer_dollars_per_hour: None,
        usual: None,
        subnets: Vec::new(),
    }
}

/// Every sort of event that a line is printed for.
fn story() -> Vec<(u64, Event)> {
    let failure = Failure {
        class: FailureClass::Timeout,
        causes: vec!["not ready within 10m".into(), "3 of 5 pods available".into()],
        leaves: Leaves::Something,
        hint: "run the same command again".into(),
        stage: None,
    };
    let profile = "profile/fargate-game-2048";
    let balancer = "balancer/k8s-fargateg-ingress2-b252ad69ce";
    vec![
        (0, planned(&[(balancer, Op::None, Wait::Ready)])),
        (2, started(profile, Op::Create)),
        (3, retried(profile, 2)),
        (5, started("service/service-2048", Op::Update)),
        (6, done("service/service-2048", Op::Update, 1)),
        (6, started("profile/old", Op::Replace)),
        (6, started("configmap/rules", Op::Delete)),
        (7, done("profile/old", Op::Replace, 1)),
        (7, done("configmap/rules", Op::Delete, 1)),
        (
            8,
            progress(
                profile,
                "CREATING",
                Some("EKS sets it up, which takes up to six minutes"),
            ),
        ),
        (9, started(balancer, Op::None)),
        (9, progress(balancer, "", None)),
        (48, heartbeat(balancer, "", 39, None)),
        (
            68,
            heartbeat(
                profile,
                "CREATING",
                66,
                Some("EKS sets it up, which takes up to six minutes"),
            ),
        ),
        (
            70,
            progress(
                "deployment/deployment-2048",
                "0/5 pods available",
                Some("0 of 5 pods available"),
            ),
        ),
        (130, done(profile, Op::Create, 128)),
        (131, done(balancer, Op::None, 122)),
        (132, started("proof/fargate-game-2048", Op::None)),
        (
            133,
            progress(
                "proof/fargate-game-2048",
                "asking",
                Some("HTTP 503 Service Temporarily Unavailable"),
            ),
        ),
        (134, done("proof/fargate-game-2048", Op::None, 2)),
        (
            700,
            Event::StepFailed {
                node: node("deployment/deployment-2048"),
                failure,
            },
        ),
        (
            700,
            Event::StepSkipped {
                node: node("proof/fargate-game-2048"),
                blocked_by: Some(node("deployment/deployment-2048")),
            },
        ),
        (
            701,
            Event::StepSkipped {
                node: node("service/service-2048"),
                blocked_by: None,
            },
        ),
        (702, Event::Interrupted { level: 1 }),
        (703, Event::Interrupted { level: 2 }),
        (704, Event::Interrupted { level: 3 }),
    ]
}

fn lines(view: &mut PlainView, story: Vec<(u64, Event)>, style: &Style) -> String {
    let lines = story
        .into_iter()
        .filter_map(|(seconds, event)| view.fold(&record(seconds, event), style));
    shown(&lines.collect::<String>())
}

#[test]
fn every_event_has_its_line() {
    insta::assert_snapshot!(lines(&mut PlainView::new(0), story(), &plain()), @r"
    [    2s] + create profile fargate-game-2048
    [    3s] profile fargate-game-2048: AWS does not know the new role everywhere
             yet (usual for some seconds), trying again in 1s
    [    5s] ~ change service service-2048
    [    6s] service service-2048 changed (1s)
    [    6s] -/+ replace profile old
    [    6s] - delete configmap rules
    [    7s] profile old replaced (1s)
    [    7s] configmap rules deleted (1s)
    [    8s] profile fargate-game-2048: CREATING: EKS sets it up, which takes up to
             six minutes
    [    9s] wait for balancer k8s-fargateg-ingress2-b252ad69ce
    [    9s] balancer k8s-fargateg-ingress2-b252ad69ce: waiting for the API's answer
    [   48s] balancer k8s-fargateg-ingress2-b252ad69ce: still waiting for the API's
             answer, 39s of at most 15m
    [ 1m08s] profile fargate-game-2048: still CREATING, 1m06s of at most 15m: EKS
             sets it up, which takes up to six minutes
    [ 1m10s] deployment deployment-2048: 0/5 pods available
    [ 2m10s] profile fargate-game-2048 created (2m08s)
    [ 2m11s] balancer k8s-fargateg-ingress2-b252ad69ce ready (2m02s)
    [ 2m12s] wait for the game's answer
    [ 2m13s] game: asking: HTTP 503 Service Temporarily Unavailable
    [ 2m14s] game answers (2s)
    [11m40s] deployment deployment-2048 failed: not ready within 10m
    [11m40s] game not started, as it needs deployment deployment-2048
    [11m41s] service service-2048 not started
    [11m42s] stopping: nothing new is started, what runs may end (Ctrl-C again: do
             not wait)
    [11m43s] stopping: not waiting any longer (Ctrl-C again: exit at once)
    [11m44s] stopping at once
    ");
}

#[test]
fn colours_say_what_happens() {
    insta::assert_snapshot!(lines(&mut PlainView::new(0), story(), &colored()), @r"
    <esc>[2m[    2s] <esc>[0m<esc>[32m+ create profile fargate-game-2048<esc>[0m
    <esc>[2m[    3s] <esc>[0mprofile fargate-game-2048: AWS does not know the new role everywhere
             yet (usual for some seconds), trying again in 1s
    <esc>[2m[    5s] <esc>[0m<esc>[33m~ change service service-2048<esc>[0m
    <esc>[2m[    6s] <esc>[0m<esc>[32mservice service-2048 changed (1s)<esc>[0m
    <esc>[2m[    6s] <esc>[0m<esc>[31m-/+ replace profile old<esc>[0m
    <esc>[2m[    6s] <esc>[0m<esc>[31m- delete configmap rules<esc>[0m
    <esc>[2m[    7s] <esc>[0m<esc>[32mprofile old replaced (1s)<esc>[0m
    <esc>[2m[    7s] <esc>[0m<esc>[32mconfigmap rules deleted (1s)<esc>[0m
    <esc>[2m[    8s] <esc>[0mprofile fargate-game-2048: CREATING: EKS sets it up, which takes up to
             six minutes
    <esc>[2m[    9s] <esc>[0mwait for balancer k8s-fargateg-ingress2-b252ad69ce
    <esc>[2m[    9s] <esc>[0mbalancer k8s-fargateg-ingress2-b252ad69ce: waiting for the API's answer
    <esc>[2m[   48s] <esc>[0mbalancer k8s-fargateg-ingress2-b252ad69ce: still waiting for the API's
             answer, 39s of at most 15m
    <esc>[2m[ 1m08s] <esc>[0mprofile fargate-game-2048: still CREATING, 1m06s of at most 15m: EKS
             sets it up, which takes up to six minutes
    <esc>[2m[ 1m10s] <esc>[0mdeployment deployment-2048: 0/5 pods available
    <esc>[2m[ 2m10s] <esc>[0m<esc>[32mprofile fargate-game-2048 created (2m08s)<esc>[0m
    <esc>[2m[ 2m11s] <esc>[0m<esc>[32mbalancer k8s-fargateg-ingress2-b252ad69ce ready (2m02s)<esc>[0m
    <esc>[2m[ 2m12s] <esc>[0mwait for the game's answer
    <esc>[2m[ 2m13s] <esc>[0mgame: asking: HTTP 503 Service Temporarily Unavailable
    <esc>[2m[ 2m14s] <esc>[0m<esc>[32mgame answers (2s)<esc>[0m
    <esc>[2m[11m40s] <esc>[0m<esc>[31mdeployment deployment-2048 failed: not ready within 10m<esc>[0m
    <esc>[2m[11m40s] <esc>[0m<esc>[33mgame not started, as it needs deployment deployment-2048<esc>[0m
    <esc>[2m[11m41s] <esc>[0m<esc>[33mservice service-2048 not started<esc>[0m
    <esc>[2m[11m42s] <esc>[0m<esc>[33mstopping: nothing new is started, what runs may end (Ctrl-C again: do<esc>[0m
             <esc>[33mnot wait)<esc>[0m
    <esc>[2m[11m43s] <esc>[0m<esc>[33mstopping: not waiting any longer (Ctrl-C again: exit at once)<esc>[0m
    <esc>[2m[11m44s] <esc>[0m<esc>[33mstopping at once<esc>[0m
    ");
}

#[test]
fn removals_are_printed_as_removals() {
    let balancer = "balancer/k8s-fargateg-ingress2-b252ad69ce";
    let story = vec![
        (0, planned(&[(balancer, Op::None, Wait::Gone)])),
        (1, started(balancer, Op::None)),
        (60, done(balancer, Op::None, 59)),
    ];
    insta::assert_snapshot!(lines(&mut PlainView::new(0), story, &plain()), @r"
    [    1s] wait until balancer k8s-fargateg-ingress2-b252ad69ce is gone
    [ 1m00s] balancer k8s-fargateg-ingress2-b252ad69ce gone (59s)
    ");
}

#[test]
fn with_more_detail_results_are_printed() {
    let story = vec![(4, done("profile/p", Op::Create, 4))];
    insta::assert_snapshot!(lines(&mut PlainView::new(2), story, &plain()), @r"
    [    0s] profile p created (4s)
               profile arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/p/1
               profile/p uid 8a1d7f0e-0000-4000-8000-000000000001
    ");
}

/// The times at which heartbeats are printed of a step that reports nothing else for ten minutes.
fn heartbeats(speed: f64, verbose: u8) -> Vec<u64> {
    let mut view = PlainView::new(verbose);
    view.set_speed(speed);
    view.fold(&record(0, started("profile/p", Op::Create)), &plain());
    let times = (1..60).map(|i| i * 10).filter(|seconds| {
        let event = heartbeat("profile/p", "CREATING", *seconds, None);
        view.fold(&record(*seconds, event), &plain()).is_some()
    });
    times.collect()
}

#[test]
fn heartbeats_come_at_the_readers_pace() {
    assert_eq!(
        heartbeats(1.0, 0),
        [
            10, 20, 30, 50, 80, 110, 140, 170, 200, 230, 260, 290, 320, 350, 380, 410, 440, 470, 500, 530, 560, 590
        ]
    );
    assert_eq!(heartbeats(60.0, 0), [120, 240, 360, 480]);
    assert_eq!(heartbeats(60.0, 1).len(), 59, "with -v nothing is held back");
}

#[test]
fn repeated_texts_are_printed_once() {
    let mut view = PlainView::new(0);
    let shown: Vec<bool> = (2..6)
        .map(|attempt| {
            let event = retried("profile/p", attempt);
            view.fold(&record(u64::from(attempt), event), &plain()).is_some()
        })
        .collect();
    assert_eq!(shown, [true, false, false, false]);
    let late = view.fold(&record(36, retried("profile/p", 9)), &plain());
    assert!(late.is_some(), "after half a minute it is news again");
    let other = view.fold(&record(37, retried("profile/q", 2)), &plain());
    assert!(other.is_some(), "of another step it is news");
}

#[test]
fn events_beside_steps_are_printed_with_the_time() {
    let mut view = PlainView::new(0);
    let phase = |phase| Event::Phase { phase };
    let story = vec![
        (0, phase(Phase::Reading)),
        (0, planned(&[])),
        (5, phase(Phase::Settling)),
        (9, phase(Phase::Leftovers)),
    ];
    insta::assert_snapshot!(lines(&mut view, story, &plain()), @r"
    [    5s] waiting until there is one node for each pod
    [    9s] looking for what is left over
    ");
}

#[test]
fn whoever_has_the_lock_is_named_until_it_is_taken() {
    let lock = "lock/lab2048";
    let queued = |elapsed_ms| Event::Queued {
        node: node(lock),
        holder: Holder {
            description: "kim@cloud9 apply (4711)".to_owned(),
            since: Some(crate::report::fixtures::at(0)),
            expires: None,
        },
        position: None,
        unordered: None,
        elapsed_ms,
    };
    let story = vec![
        (1, queued(0)),
        (4, queued(3000)),
        (11, queued(10_000)),
        (14, done(lock, Op::None, 13)),
    ];
    insta::assert_snapshot!(lines(&mut PlainView::new(0), story, &plain()), @r"
    [    0s] waiting for the lab's lock: kim@cloud9 apply (4711) has it since
             2026-11-24T03:00:00Z
    [   10s] waiting for the lab's lock: kim@cloud9 apply (4711) has it since
             2026-11-24T03:00:00Z
    [   13s] the lab's lock taken (13s)
    ");
}
