//! The live view: what is on the screen after which events.

use indicatif::InMemoryTerm;

use super::*;
use crate::event::{Counts, Failure, FailureClass, Leaves, Phase, Place, RunVerb};
use crate::model::{Op, Outputs};
use crate::report::fixtures::{at, colored, node, plain, record, shown};

fn run_started() -> Event {
    Event::RunStarted {
        verb: RunVerb::Apply,
        lab: "fargate-game-2048".to_owned(),
        version: "0.1.0".to_owned(),
        place: Place::default(),
    }
}

fn progress(id: &str, stage: &str, cause: &str) -> Event {
    Event::StepProgress {
        node: node(id),
        stage: stage.to_owned(),
        elapsed_ms: 0,
        cause: Some(cause.to_owned()).filter(|cause| !cause.is_empty()),
    }
}

fn started(id: &str, op: Op) -> Event {
    Event::StepStarted { node: node(id), op }
}

const PROFILE: &str = "profile/fargate-game-2048";
const BALANCER: &str = "balancer/k8s-fargateg-ingress2-b252ad69ce";

fn story() -> Vec<Record> {
    let ready = Event::PlanReady {
        steps: Vec::new(),
        counts: Counts::default(),
        dollars_per_hour: None,
    };
    let done = Event::StepDone {
        node: node("namespace/fargate-game-2048"),
        op: Op::Create,
        elapsed_ms: 1000,
        outputs: Outputs::default(),
    };
    let retried = Event::StepRetried {
        node: node("deployment/deployment-2048"),
        reason: crate::event::RetryReason::Other,
        attempt: 2,
        delay_ms: 2000,
        cause: "PATCH deployment: 503 Service Unavailable".to_owned(),
    };
    vec![
        record(0, run_started()),
        record(0, ready),
        record(0, started(PROFILE, Op::Create)),
        record(1, started("namespace/fargate-game-2048", Op::Create)),
        record(2, done),
        record(2, progress(PROFILE, "profile CREATING", "")),
        record(3, started(BALANCER, Op::None)),
        record(
            4,
            progress(
                BALANCER,
                "0/5 targets healthy",
                "4 initial (Elb.InitialHealthChecking: Initial health checks in progress), 1 not registered yet",
            ),
        ),
        record(5, started("deployment/deployment-2048", Op::Create)),
        record(6, retried),
        record(7, started("proof/fargate-game-2048", Op::None)),
    ]
}

/// What is on the screen, with the moving sign made still.
fn screen(term: &InMemoryTerm) -> String {
    term.contents()
        .lines()
        .map(|line| line.replace(|c| ('\u{2800}'..='\u{28ff}').contains(&c), "*") + "\n")
        .collect()
}

fn view(term: &InMemoryTerm) -> LiveView {
    LiveView::new(ProgressDrawTarget::term_like(Box::new(term.clone())), plain(), 0)
}

#[test]
fn steps_under_way_have_two_lines_and_finished_ones_pass_above() {
    let term = InMemoryTerm::new(20, 80);
    let mut view = view(&term);
    for record in story() {
        view.event(&record);
    }
    view.tick(at(65));
    insta::assert_snapshot!(shown(&screen(&term)), @r"
    [    2s] namespace fargate-game-2048 created (1s)
    * profile fargate-game-2048                        1m05s
        CREATING
    * balancer k8s-fargateg-ingress2-b252ad69ce        1m02s
        0/5 targets healthy: 4 initial (Elb.InitialHealthChecking: Initial health …
    * deployment deployment-2048                          1m
        a call failed, trying again: PATCH deployment: 503 Service Unavailable
    * game                                               58s
        waiting for the API's answer
    ");
}

#[test]
fn lines_that_pass_leave_nothing_of_the_view_behind() {
    let term = InMemoryTerm::new(30, 80);
    let mut view = view(&term);
    for record in story() {
        view.event(&record);
    }
    view.event(&record(20, Event::Interrupted { level: 1 }));
    view.tick(at(21));
    for (seconds, id) in [(22, PROFILE), (23, BALANCER)] {
        let skipped = Event::StepSkipped {
            node: node("access-entry/lab2048-eksworkshop-fargate-game-2048"),
            blocked_by: Some(node(id)),
        };
        view.event(&record(seconds, skipped));
    }
    insta::assert_snapshot!(shown(&screen(&term)), @r"
    [    2s] namespace fargate-game-2048 created (1s)
    [   20s] stopping: nothing new is started, what runs may end (Ctrl-C again: do
             not wait)
    [   22s] access-entry lab2048-eksworkshop-fargate-game-2048 not started, as it
             needs profile fargate-game-2048
    [   23s] access-entry lab2048-eksworkshop-fargate-game-2048 not started, as it
             needs balancer k8s-fargateg-ingress2-b252ad69ce
    * profile fargate-game-2048                          23s
        CREATING
    * balancer k8s-fargateg-ingress2-b252ad69ce          20s
        0/5 targets healthy: 4 initial (Elb.InitialHealthChecking: Initial health …
    * deployment deployment-2048                         18s
        a call failed, trying again: PATCH deployment: 503 Service Unavailable
    * game                                               16s
        waiting for the API's answer
    ");
}

#[test]
fn reading_and_settling_have_a_line_too() {
    let term = InMemoryTerm::new(20, 80);
    let mut view = view(&term);
    view.event(&record(0, run_started()));
    view.event(&record(0, Event::Phase { phase: Phase::Reading }));
    let reading = screen(&term);
    view.event(&record(3, Event::Phase { phase: Phase::Settling }));
    view.tick(at(9));
    insta::assert_snapshot!(shown(&(reading + &screen(&term))), @r"
    * looking at AWS and the cluster                      0s
    * waiting until there is one node for each pod        6s
    ");
    view.clear();
    assert_eq!(screen(&term).trim(), "");
}

#[test]
fn what_is_under_way_is_faint() {
    let mut state = LiveState::new(0);
    for record in story() {
        state.fold(&record, &colored());
    }
    let rows: Vec<String> = state
        .rows(at(65), &colored())
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    insta::assert_snapshot!(shown(&rows.join("\n")), @r"
    profile fargate-game-2048                        1m05s
        <esc>[2mCREATING<esc>[0m
    deployment deployment-2048                          1m
        <esc>[2ma call failed, trying again: PATCH deployment: 503 Service Unavailable<esc>[0m
    balancer k8s-fargateg-ingress2-b252ad69ce        1m02s
        <esc>[2m0/5 targets healthy: 4 initial (Elb.InitialHealthChecking: Initial health …<esc>[0m
    game                                               58s
        <esc>[2mwaiting for the API's answer<esc>[0m
    ");
}

#[test]
fn a_failed_step_leaves_the_view_with_its_reason() {
    let mut state = LiveState::new(0);
    for record in story() {
        state.fold(&record, &plain());
    }
    let before = state.rows(at(90), &plain()).len();
    let failure = Failure {
        class: FailureClass::Failed,
        causes: vec!["CREATE_FAILED".to_owned(), "role in use".to_owned()],
        leaves: Leaves::Something,
        hint: String::new(),
    };
    let failed = Event::StepFailed {
        node: node(PROFILE),
        failure,
    };
    let line = state.fold(&record(90, failed), &plain());
    assert_eq!(
        line.as_deref(),
        Some("[ 1m30s] profile fargate-game-2048 failed: CREATE_FAILED\n")
    );
    assert_eq!(state.rows(at(90), &plain()).len(), before - 1);
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    for width in [40, 60, 80, 120] {
        let style = Style { color: false, width };
        let mut state = LiveState::new(0);
        for record in story() {
            state.fold(&record, &style);
        }
        for (_, text) in state.rows(at(4000), &style) {
            for (i, line) in text.lines().enumerate() {
                let spinner = if i == 0 { SPINNER } else { 0 };
                assert!(line.width() + spinner < width, "{width}: {line}");
            }
        }
    }
}
