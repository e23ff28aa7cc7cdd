//! Progress as lines, for pipes and logs: one for each event that is worth a line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::page::{Page, Span};
use super::style::{Style, Tone, sign};
use super::{step_view, times, words};
use crate::event::{Event, Failure, FailureClass, Phase, PlannedStep, Record, RetryReason};
use crate::lang::{Text, text};
use crate::model::{NodeId, NodeKind, Op, Outputs, Wait};

/// How long a step may be silent on a real clock before a heartbeat is reported of it: more often at first, so that a reader
/// sees that something happens, and later at least every half minute: a wait that is not explained looks like a hang.
const PAUSES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(30));

/// The least time between two heartbeats of a step by the reader's own clock, where the run's is faster.
const READABLE: Duration = Duration::from_secs(2);

/// A heartbeat is due after ten seconds; it may come a little early by rounding.
const SLACK: Duration = Duration::from_millis(500);

/// How long it takes until a reader is told what goes on for longer than `long`: where the run's clock is faster than the
/// reader's, not more often than can be read, unless more detail is asked for.
pub fn word_after(long: Duration, speed: f64, verbose: u8) -> Duration {
    if verbose > 0 {
        return long;
    }
    long.max(READABLE.mul_f64(speed.max(1.0)))
}

/// What the lines must remember of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainView {
    started: Option<Timestamp>,
    /// Nodes that the plan takes away.
    going: BTreeSet<NodeId>,
    /// When and what was last reported of each step.
    reported: BTreeMap<NodeId, (Timestamp, String)>,
    /// What the run is busy with beside its steps, and when that was last reported.
    busy: Option<(Timestamp, Phase)>,
    /// Seconds of the run's clock in one of the reader's.
    speed: f64,
    verbose: u8,
}

impl PlainView {
    /// Nothing reported yet. With `verbose` no heartbeat is held back; with more, results of steps are reported too.
    pub fn new(verbose: u8) -> Self {
        Self {
            started: None,
            going: BTreeSet::new(),
            reported: BTreeMap::new(),
            busy: None,
            speed: 1.0,
            verbose,
        }
    }

    /// Tells how fast the run's clock is.
    pub fn set_speed(&mut self, speed: f64) {
        self.speed = speed.max(1.0);
    }

    /// Takes one event in. Returns the lines to print for it.
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

    /// Whether a reader would gain nothing from the line. If it is reported, that is remembered.
    fn is_old(&mut self, record: &Record, line: &Line) -> bool {
        if let Event::Phase { phase } = record.event {
            return self.is_old_phase(record.at, phase);
        }
        let Some(node) = subject(&record.event) else {
            return false;
        };
        if let (0, Some((at, last))) = (self.verbose, self.reported.get(node)) {
            let silence = Duration::try_from(record.at.duration_since(*at)).unwrap_or_default();
            let old = match &record.event {
                Event::Heartbeat { elapsed_ms, .. } => silence + SLACK < self.pause(*elapsed_ms),
                Event::Queued { elapsed_ms, .. } => line.content == *last && silence + SLACK < self.pause(*elapsed_ms),
                Event::StepRetried { .. } => line.content == *last && silence < self.pause(u64::MAX),
                _ => line.content == *last,
            };
            if old {
                return true;
            }
        }
        self.reported.insert(node.clone(), (record.at, line.content.clone()));
        false
    }

    /// Whether a reader has just been told that the run is busy with this.
    fn is_old_phase(&mut self, at: Timestamp, phase: Phase) -> bool {
        let pause = word_after(Duration::ZERO, self.speed, self.verbose);
        let told = self.busy.filter(|(_, told)| *told == phase);
        if told.is_some_and(|(told, _)| at.duration_since(told).unsigned_abs() < pause) {
            return true;
        }
        self.busy = Some((at, phase));
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
                let stage = step_view::stage(stage, cause.as_ref());
                of_step(node, stage)
            }
            Event::Heartbeat {
                node,
                stage,
                elapsed_ms,
                remaining_ms,
                cause,
            } => of_step(
                node,
                step_view::heartbeat(stage, cause.as_ref(), (*elapsed_ms, *remaining_ms)),
            ),
            Event::StepRetried {
                node,
                reason,
                attempt,
                delay_ms,
                cause,
            } => self.retried((node, *reason, *attempt), *delay_ms, cause),
            Event::StepDone {
                node,
                op,
                elapsed_ms,
                outputs,
            } => self.done(node, *op, *elapsed_ms, outputs),
            Event::StepFailed { node, failure } => failed(node, failure),
            Event::StepSkipped { node, blocked_by } => not_started(node, blocked_by.as_ref()),
            Event::Queued {
                node,
                holder,
                position,
                unordered,
                ..
            } => {
                let text = step_view::queued(node, *position, unordered.as_ref(), holder);
                Line::new(text).toned(Tone::Care)
            }
            Event::Phase {
                phase: phase @ (Phase::Settling | Phase::Leftovers),
            } => Line::new(step_view::phase(*phase)),
            Event::Interrupted { level } => Line::new(interrupted(*level)).toned(Tone::Care),
            Event::RunStarted { .. }
            | Event::Phase { phase: Phase::Reading }
            | Event::Finding(_)
            | Event::PlanReady { .. }
            | Event::Pods { .. }
            | Event::Leftovers { .. }
            | Event::Output { .. }
            | Event::Summary(_) => return None,
        })
    }

    fn started(&self, node: &NodeId, op: Op) -> Line {
        let name = words::name_of(node);
        let text = match op {
            Op::None if node.kind == NodeKind::Proof => text!("line-wait-game"),
            Op::None if self.going.contains(node) => text!("line-wait-gone", node = name),
            Op::None => text!("line-wait", node = name),
            Op::Create => text!("op-create", node = name),
            Op::Update => text!("op-update", node = name),
            Op::Replace => text!("op-replace", node = name),
            Op::Delete => text!("op-delete", node = name),
        };
        Line {
            sign: (op != Op::None).then(|| sign(op)),
            ..Line::new(text)
        }
    }

    /// What is usual is told without the raw text, unless more detail is asked for.
    fn retried(&self, (node, reason, attempt): (&NodeId, RetryReason, u32), delay_ms: u64, cause: &Text) -> Line {
        let usual = step_view::retry(node, reason, attempt);
        let raw = if usual.is_some() && self.verbose == 0 {
            String::new()
        } else {
            format!(": {cause}")
        };
        let why = usual.unwrap_or_else(|| text!("line-call-failed"));
        let again = text!(
            "line-again",
            node = words::name_of(node),
            why = why.clone(),
            time = times::millis(delay_ms.max(1000)),
            raw = &raw
        );
        Line {
            content: format!("{why}{raw}"),
            ..Line::new(again)
        }
    }

    fn done(&self, node: &NodeId, op: Op, elapsed_ms: u64, outputs: &Outputs) -> Line {
        let done = match op {
            Op::None if node.kind == NodeKind::Proof => text!("done-answers"),
            Op::None if self.going.contains(node) => text!("done-gone"),
            Op::None if node.kind == NodeKind::Lock => text!("done-taken"),
            Op::None => text!("done-none"),
            Op::Create => text!("done-create"),
            Op::Update => text!("done-update"),
            Op::Replace => text!("done-replace"),
            Op::Delete => text!("done-delete"),
        };
        let done = done
            .with("node", words::name_of(node))
            .with("time", times::millis(elapsed_ms));
        let below = if self.verbose > 1 { results(outputs) } else { Vec::new() };
        Line {
            below,
            ..Line::new(done).toned(Tone::Good)
        }
    }
}

fn of_step(node: &NodeId, stage: Text) -> Line {
    Line::new(text!("line-progress", node = words::name_of(node), stage = stage))
}

fn not_started(node: &NodeId, needed: Option<&NodeId>) -> Line {
    let node = words::name_of(node);
    let text = match needed {
        Some(needed) => text!("line-not-started-needs", node = node, needed = words::name_of(needed)),
        None => text!("line-not-started", node = node),
    };
    Line::new(text).toned(Tone::Care)
}

/// One line, not dressed yet.
struct Line {
    sign: Option<(&'static str, Tone)>,
    tone: Option<Tone>,
    text: Text,
    /// Lines of its own below it.
    below: Vec<String>,
    /// What makes it different from the last one.
    content: String,
}

impl Line {
    fn new(text: Text) -> Self {
        Self {
            sign: None,
            tone: None,
            content: text.to_string(),
            text,
            below: Vec::new(),
        }
    }

    fn toned(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// The line with the time since the run began; what does not fit hangs below.
    fn dressed(&self, elapsed: Duration, style: &Style) -> String {
        let mut page = Page::new(style);
        let stamp = format!("[{:>6}] ", times::elapsed(elapsed));
        let sign = self.sign.map_or_else(String::new, |(sign, _)| format!("{sign} "));
        let mut text = format!("{sign}{}", style.say(&self.text));
        for line in &self.below {
            text.push('\n');
            text.push_str(line);
        }
        let text = Span {
            text: &text,
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
        | Event::Pods { node, .. }
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

/// The causes are printed at the end of the run, in full.
fn failed(node: &NodeId, failure: &Failure) -> Line {
    if failure.class == FailureClass::Interrupted {
        return Line::new(step_view::not_waited_for(node, failure)).toned(Tone::Care);
    }
    let node = words::name_of(node);
    let text = match failure.causes.first() {
        Some(why) => text!("line-failed-why", node = node, why = why),
        None => text!("line-failed", node = node),
    };
    Line::new(text).toned(Tone::Bad)
}

fn interrupted(level: u8) -> Text {
    match level {
        1 => text!("line-stop-1"),
        2 => text!("line-stop-2"),
        _ => text!("line-stop-3"),
    }
}

/// What a step passed on, a line each.
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
mod tests;
