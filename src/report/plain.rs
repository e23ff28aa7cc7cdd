//! Progress as lines, for pipes and logs: one for each event that is worth telling.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::page::{Page, Span};
use super::style::{Style, Tone, sign};
use super::{step_view, times, words};
use crate::event::{Event, Failure, Phase, PlannedStep, Record};
use crate::model::{NodeId, NodeKind, Op, Outputs, Wait};

/// How long a step may be silent on a real clock before a heartbeat is told of it: more often at first, so that a reader
/// sees that something happens, and later at least once a minute, as some CI systems end jobs that say nothing.
const PAUSES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_mins(1));

/// The least time between two heartbeats of a step by the reader's own clock, where the run's is faster.
const READABLE: Duration = Duration::from_secs(2);

/// A heartbeat is due after ten seconds; it may come a little early by rounding.
const SLACK: Duration = Duration::from_millis(500);

/// What the lines must remember of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainView {
    started: Option<Timestamp>,
    /// Nodes that the plan takes away.
    going: BTreeSet<NodeId>,
    /// When and what was last told of each step.
    told: BTreeMap<NodeId, (Timestamp, String)>,
    /// Seconds of the run's clock in one of the reader's.
    speed: f64,
    verbose: u8,
}

impl PlainView {
    /// Nothing told yet. With `verbose` no heartbeat is held back; with more, results of steps are told too.
    pub fn new(verbose: u8) -> Self {
        Self {
            started: None,
            going: BTreeSet::new(),
            told: BTreeMap::new(),
            speed: 1.0,
            verbose,
        }
    }

    /// Tells how fast the run's clock is.
    pub fn set_speed(&mut self, speed: f64) {
        self.speed = speed.max(1.0);
    }

    /// Takes one event in. Returns the lines to tell of it.
    pub fn fold(&mut self, record: &Record, style: &Style) -> Option<String> {
        let started = *self.started.get_or_insert(record.at);
        if let Event::PlanReady { steps, .. } = &record.event {
            let goes = |step: &&PlannedStep| step.op == Op::Delete || step.wait == Wait::Gone;
            self.going = steps.iter().filter(goes).map(|step| step.node.clone()).collect();
        }
        let line = self.line(&record.event)?;
        if self.is_old(record, &line) {
            return None;
        }
        let elapsed = Duration::try_from(record.at.duration_since(started)).unwrap_or_default();
        Some(line.dressed(elapsed, style))
    }

    /// Whether a reader would gain nothing from the line. If it is told, that is remembered.
    fn is_old(&mut self, record: &Record, line: &Line) -> bool {
        let Some(node) = subject(&record.event) else {
            return false;
        };
        if let (0, Some((at, last))) = (self.verbose, self.told.get(node)) {
            let silence = Duration::try_from(record.at.duration_since(*at)).unwrap_or_default();
            let old = match &record.event {
                Event::Heartbeat { elapsed_ms, .. } => silence + SLACK < self.pause(*elapsed_ms),
                Event::StepRetried { .. } => line.content == *last && silence < self.pause(u64::MAX),
                _ => line.content == *last,
            };
            if old {
                return true;
            }
        }
        self.told.insert(node.clone(), (record.at, line.content.clone()));
        false
    }

    /// How long a step that has run for `elapsed_ms` is to be silent before a heartbeat.
    fn pause(&self, elapsed_ms: u64) -> Duration {
        let (shortest, longest) = PAUSES;
        let third = Duration::from_millis(elapsed_ms / 3);
        third.clamp(shortest, longest).max(READABLE.mul_f64(self.speed))
    }

    /// The words for one event; none for what the plan and the end of the report show.
    fn line(&self, event: &Event) -> Option<Line> {
        Some(match event {
            Event::StepStarted { node, op } => self.started(node, *op),
            Event::StepProgress { node, stage, cause, .. } => {
                let standing = step_view::stage(node, stage, cause.as_deref());
                Line::new(format!("{}: {standing}", words::node(node)))
            }
            Event::Heartbeat {
                node,
                stage,
                elapsed_ms,
                remaining_ms,
                cause,
            } => {
                let still = step_view::heartbeat(node, stage, cause.as_deref(), (*elapsed_ms, *remaining_ms));
                Line::new(format!("{}: {still}", words::node(node)))
            }
            Event::StepRetried {
                node, delay_ms, cause, ..
            } => {
                let delay = times::millis((*delay_ms).max(1000));
                let mut line = Line::new(format!(
                    "{}: a call failed, trying again in {delay}: {cause}",
                    words::node(node)
                ));
                line.content.clone_from(cause);
                line
            }
            Event::StepDone {
                node,
                op,
                elapsed_ms,
                outputs,
            } => self.done(node, *op, *elapsed_ms, outputs),
            Event::StepFailed { node, failure } => failed(node, failure),
            Event::StepSkipped { node, blocked_by } => {
                let why = blocked_by
                    .as_ref()
                    .map_or_else(String::new, |needed| format!(", as it needs {}", words::node(needed)));
                Line::new(format!("{} not started{why}", words::node(node))).toned(Tone::Care)
            }
            Event::Queued { node, holder, .. } => Line::new(step_view::queued(node, holder)).toned(Tone::Care),
            Event::Phase {
                phase: phase @ (Phase::Settling | Phase::Leftovers),
            } => Line::new(step_view::phase(*phase).to_owned()),
            Event::Interrupted { level } => Line::new(interrupted(*level).to_owned()).toned(Tone::Care),
            Event::RunStarted { .. }
            | Event::Phase { phase: Phase::Reading }
            | Event::Finding(_)
            | Event::PlanReady { .. }
            | Event::Leftovers { .. }
            | Event::Output { .. }
            | Event::Summary(_) => return None,
        })
    }

    fn started(&self, node: &NodeId, op: Op) -> Line {
        let name = words::node(node);
        match op {
            Op::None if node.kind == NodeKind::Proof => Line::new("wait for the game's answer".to_owned()),
            Op::None if self.going.contains(node) => Line::new(format!("wait until {name} is gone")),
            Op::None => Line::new(format!("wait for {name}")),
            _ => Line {
                sign: Some(sign(op)),
                ..Line::new(format!("{} {name}", words::op(op)))
            },
        }
    }

    fn done(&self, node: &NodeId, op: Op, elapsed_ms: u64, outputs: &Outputs) -> Line {
        let done = match op {
            Op::None if node.kind == NodeKind::Proof => "answers",
            Op::None if self.going.contains(node) => "gone",
            Op::None if node.kind == NodeKind::Lock => "taken",
            _ => words::op_done(op),
        };
        let mut text = format!("{} {done} ({})", words::node(node), times::millis(elapsed_ms));
        if self.verbose > 1 {
            for result in results(outputs) {
                text.push('\n');
                text.push_str(&result);
            }
        }
        Line::new(text).toned(Tone::Good)
    }
}

/// One line, not dressed yet.
struct Line {
    sign: Option<(&'static str, Tone)>,
    tone: Option<Tone>,
    text: String,
    /// What makes it different from the last one.
    content: String,
}

impl Line {
    fn new(text: String) -> Self {
        Self {
            sign: None,
            tone: None,
            content: text.clone(),
            text,
        }
    }

    fn toned(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// The line with the time since the run began; what does not fit hangs below.
    fn dressed(&self, elapsed: Duration, style: &Style) -> String {
        let mut page = Page::new(style);
        let stamp = format!("[{:>6}] ", times::duration(elapsed));
        let signed = self.sign.map(|(sign, _)| format!("{sign} {}", self.text));
        let text = Span {
            text: signed.as_deref().unwrap_or(&self.text),
            tone: self.tone.or(self.sign.map(|(_, tone)| tone)),
        };
        page.entry(Tone::Faint.of(&stamp), text);
        page.into_text()
    }
}

/// The step an event is about.
fn subject(event: &Event) -> Option<&NodeId> {
    match event {
        Event::StepStarted { node, .. }
        | Event::StepProgress { node, .. }
        | Event::Heartbeat { node, .. }
        | Event::Queued { node, .. }
        | Event::StepRetried { node, .. }
        | Event::StepDone { node, .. }
        | Event::StepFailed { node, .. }
        | Event::StepSkipped { node, .. } => Some(node),
        Event::RunStarted { .. }
        | Event::Phase { .. }
        | Event::Finding(_)
        | Event::PlanReady { .. }
        | Event::Leftovers { .. }
        | Event::Interrupted { .. }
        | Event::Output { .. }
        | Event::Summary(_) => None,
    }
}

/// The causes stand at the end of the run, in full.
fn failed(node: &NodeId, failure: &Failure) -> Line {
    let why = failure
        .causes
        .first()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    Line::new(format!("{} failed{why}", words::node(node))).toned(Tone::Bad)
}

fn interrupted(level: u8) -> &'static str {
    match level {
        1 => "stopping: nothing new is started, what runs may end (Ctrl-C again: do not wait)",
        2 => "stopping: not waiting any longer (Ctrl-C again: exit at once)",
        _ => "stopping at once",
    }
}

/// What a step handed on, a line each.
fn results(outputs: &Outputs) -> Vec<String> {
    let named = [
        ("role", &outputs.role_arn),
        ("profile", &outputs.profile_arn),
        ("balancer", &outputs.balancer_arn),
        ("host name", &outputs.hostname),
        ("url", &outputs.url),
    ];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("  {name} {}", value.as_deref()?)));
    let uids = outputs.uids.iter().map(|(node, uid)| format!("  {node} uid {uid}"));
    named.chain(uids).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Counts, FailureClass, Leaves};
    use crate::model::Holder;
    use crate::report::fixtures::{colored, node, plain, record, shown};

    fn progress(id: &str, stage: &str, cause: Option<&str>) -> Event {
        Event::StepProgress {
            node: node(id),
            stage: stage.to_owned(),
            elapsed_ms: 0,
            cause: cause.map(str::to_owned),
        }
    }

    fn heartbeat(id: &str, stage: &str, seconds: u64, cause: Option<&str>) -> Event {
        Event::Heartbeat {
            node: node(id),
            stage: stage.to_owned(),
            elapsed_ms: seconds * 1000,
            remaining_ms: (900 - seconds) * 1000,
            cause: cause.map(str::to_owned),
        }
    }

    fn retried(id: &str, attempt: u32) -> Event {
        Event::StepRetried {
            node: node(id),
            attempt,
            delay_ms: u64::from(attempt) * 900,
            cause: "eks:CreateFargateProfile: InvalidParameterException: Misconfigured PodExecutionRole Trust Policy"
                .to_owned(),
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
        });
        Event::PlanReady {
            steps: steps.collect(),
            counts: Counts::default(),
            dollars_per_hour: None,
        }
    }

    /// Every sort of event that a line is told of.
    fn story() -> Vec<(u64, Event)> {
        let failure = Failure {
            class: FailureClass::Timeout,
            causes: vec!["not ready within 10m".to_owned(), "3 of 5 pods available".to_owned()],
            leaves: Leaves::Something,
            hint: "run the same command again".to_owned(),
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
                    "profile CREATING",
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
                    "profile CREATING",
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

    fn told(view: &mut PlainView, story: Vec<(u64, Event)>, style: &Style) -> String {
        let lines = story
            .into_iter()
            .filter_map(|(seconds, event)| view.fold(&record(seconds, event), style));
        shown(&lines.collect::<String>())
    }

    #[test]
    fn every_event_has_its_line() {
        insta::assert_snapshot!(told(&mut PlainView::new(0), story(), &plain()), @r"
        [    2s] + create profile fargate-game-2048
        [    3s] profile fargate-game-2048: a call failed, trying again in 1s:
                 eks:CreateFargateProfile: InvalidParameterException: Misconfigured
                 PodExecutionRole Trust Policy
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
        insta::assert_snapshot!(told(&mut PlainView::new(0), story(), &colored()), @r"
        <esc>[2m[    2s] <esc>[0m<esc>[32m+ create profile fargate-game-2048<esc>[0m
        <esc>[2m[    3s] <esc>[0mprofile fargate-game-2048: a call failed, trying again in 1s:
                 eks:CreateFargateProfile: InvalidParameterException: Misconfigured
                 PodExecutionRole Trust Policy
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
    fn what_goes_is_said_to_go() {
        let balancer = "balancer/k8s-fargateg-ingress2-b252ad69ce";
        let story = vec![
            (0, planned(&[(balancer, Op::None, Wait::Gone)])),
            (1, started(balancer, Op::None)),
            (60, done(balancer, Op::None, 59)),
        ];
        insta::assert_snapshot!(told(&mut PlainView::new(0), story, &plain()), @r"
        [    1s] wait until balancer k8s-fargateg-ingress2-b252ad69ce is gone
        [    1m] balancer k8s-fargateg-ingress2-b252ad69ce gone (59s)
        ");
    }

    #[test]
    fn with_more_detail_results_are_told() {
        let story = vec![(4, done("profile/p", Op::Create, 4))];
        insta::assert_snapshot!(told(&mut PlainView::new(2), story, &plain()), @r"
        [    0s] profile p created (4s)
                   profile arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/p/1
                   profile/p uid 8a1d7f0e-0000-4000-8000-000000000001
        ");
    }

    /// The times at which heartbeats are told of a step that says nothing else for ten minutes.
    fn heartbeats(speed: f64, verbose: u8) -> Vec<u64> {
        let mut view = PlainView::new(verbose);
        view.set_speed(speed);
        view.fold(&record(0, started("profile/p", Op::Create)), &plain());
        let times = (1..60).map(|i| i * 10).filter(|seconds| {
            let event = heartbeat("profile/p", "profile CREATING", *seconds, None);
            view.fold(&record(*seconds, event), &plain()).is_some()
        });
        times.collect()
    }

    #[test]
    fn heartbeats_come_at_the_readers_pace() {
        assert_eq!(
            heartbeats(1.0, 0),
            [10, 20, 30, 50, 80, 120, 180, 240, 300, 360, 420, 480, 540]
        );
        assert_eq!(heartbeats(60.0, 0), [120, 240, 360, 480]);
        assert_eq!(heartbeats(60.0, 1).len(), 59, "with -v nothing is held back");
    }

    #[test]
    fn the_same_words_are_told_once() {
        let mut view = PlainView::new(0);
        let told: Vec<bool> = (2..6)
            .map(|attempt| {
                let event = retried("profile/p", attempt);
                view.fold(&record(u64::from(attempt), event), &plain()).is_some()
            })
            .collect();
        assert_eq!(told, [true, false, false, false]);
        let late = view.fold(&record(70, retried("profile/p", 9)), &plain());
        assert!(late.is_some(), "after a minute it is news again");
        let other = view.fold(&record(71, retried("profile/q", 2)), &plain());
        assert!(other.is_some(), "of another step it is news");
    }

    #[test]
    fn what_is_no_step_is_told_with_the_time() {
        let mut view = PlainView::new(0);
        let phase = |phase| Event::Phase { phase };
        let story = vec![
            (0, phase(Phase::Reading)),
            (0, planned(&[])),
            (5, phase(Phase::Settling)),
            (9, phase(Phase::Leftovers)),
        ];
        insta::assert_snapshot!(told(&mut view, story, &plain()), @r"
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
                name: "kim@cloud9 apply (4711)".to_owned(),
                since: Some(crate::report::fixtures::at(0)),
            },
            position: None,
            elapsed_ms,
        };
        let story = vec![(1, queued(0)), (4, queued(3000)), (11, done(lock, Op::None, 10))];
        insta::assert_snapshot!(told(&mut PlainView::new(0), story, &plain()), @r"
        [    0s] waiting for the lab's lock: kim@cloud9 apply (4711) has it since
                 2026-11-24T03:00:00Z
        [   10s] the lab's lock taken (10s)
        ");
    }
}
