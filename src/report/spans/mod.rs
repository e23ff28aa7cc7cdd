//! A run as spans of a trace: a fold of its events, as OpenTelemetry's OTLP has them.
//!
//! The run is one span, below the caller's where there is one. Each step is a child of it, as is each time in which the run is busy
//! with something else; each stage that a step waits in is a child of the step. Times are those of the run's clock, which on the
//! sandbox is the world's.

mod context;
mod otlp;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::event::{Event, Failure, Phase, Place, Record, Summary};
use crate::model::{Finding, NodeId, Op, Severity};

pub use context::{SpanId, TraceContext, TraceId};
pub use otlp::{Resource, document};

/// One span.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its id.
    pub id: SpanId,
    /// The span that it is a part of.
    pub parent: Option<SpanId>,
    /// What was done.
    pub name: String,
    /// When it began.
    pub begun: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// What happened in it.
    pub events: Vec<SpanEvent>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// Words.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Switch(bool),
}

/// Something that happened in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanEvent {
    /// What.
    pub name: &'static str,
    /// When.
    pub at: Timestamp,
    /// What is known of it.
    pub attributes: Vec<(&'static str, Attribute)>,
}

/// Makes spans of the events of one run.
#[derive(Debug)]
pub struct Spans {
    context: TraceContext,
    run: Option<Span>,
    /// What the run is busy with beside its steps.
    phase: Option<Span>,
    steps: BTreeMap<NodeId, Step>,
    ended: Vec<Span>,
    latest: Option<Timestamp>,
}

/// A step under way, with the stage that it is in.
#[derive(Debug)]
struct Step {
    span: Span,
    stage: Option<Span>,
    cause: Option<String>,
}

impl Spans {
    /// None yet, in this trace.
    pub fn of(context: TraceContext) -> Self {
        Self {
            context,
            run: None,
            phase: None,
            steps: BTreeMap::new(),
            ended: Vec::new(),
            latest: None,
        }
    }

    /// Takes in one event.
    pub fn take(&mut self, record: &Record) {
        let at = record.at;
        self.latest = Some(self.latest.map_or(at, |latest| latest.max(at)));
        if !matches!(
            record.event,
            Event::Output { .. } | Event::Finding(_) | Event::Interrupted { .. }
        ) {
            self.end_phase(at);
        }
        match &record.event {
            Event::RunStarted {
                verb,
                lab,
                place,
                version,
            } => self.begin(verb.word(), lab, place, version, at),
            Event::Phase { phase } => self.phase = self.child_of_run(word(*phase).to_owned(), at),
            Event::Finding(finding) => self.found(finding, at),
            Event::StepStarted { node, op } => self.begin_step(node, *op, at),
            Event::StepProgress { node, stage, cause, .. } | Event::Heartbeat { node, stage, cause, .. } => {
                let cause = cause.as_ref().map(ToString::to_string);
                self.wait(node, &stage.to_string(), cause, at);
            }
            Event::Queued { node, holder, .. } => self.wait(node, "queued", Some(holder.to_string()), at),
            Event::StepRetried {
                node, attempt, cause, ..
            } => {
                let attempt = ("lab2048.attempt", Attribute::Number(i64::from(*attempt)));
                let cause = ("lab2048.cause", Attribute::Text(cause.to_string()));
                self.happened(node, "retry", vec![attempt, cause], at);
            }
            Event::StepDone { node, .. } => self.end_step(node, None, at),
            Event::StepFailed { node, failure } => self.end_step(node, Some(failure), at),
            Event::StepSkipped { node, .. } => {
                let told = ("lab2048.node", Attribute::Text(node.to_string()));
                self.happened_to_run("skipped", vec![told], at);
                // A wait that nothing needs any more has begun, and ends here.
                self.end_step(node, None, at);
            }
            // A plan is made while no step is under way: whoever has queued before it has their turn.
            Event::PlanReady { .. } => self.end_steps(at),
            Event::Interrupted { level } => {
                let level = ("lab2048.level", Attribute::Number(i64::from(*level)));
                self.happened_to_run("interrupted", vec![level], at);
            }
            Event::Summary(summary) => self.end(summary, at),
            Event::Pods { .. } | Event::Leftovers { .. } | Event::Output { .. } => {}
        }
    }

    /// The trace's id, and all spans; what has no end yet ends with the last event.
    pub fn finish(mut self) -> (TraceContext, Vec<Span>) {
        if let Some(at) = self.latest {
            self.end_phase(at);
            self.end_steps(at);
            if let Some(mut run) = self.run.take() {
                run.failure.get_or_insert_with(|| "ended without a summary".to_owned());
                self.close(run, at);
            }
        }
        (self.context, self.ended)
    }

    fn span(&mut self, name: String, parent: Option<SpanId>, at: Timestamp) -> Span {
        Span {
            id: self.context.next_id(),
            parent,
            name,
            begun: at,
            ended: at,
            attributes: Vec::new(),
            events: Vec::new(),
            failure: None,
        }
    }

    fn child_of_run(&mut self, name: String, at: Timestamp) -> Option<Span> {
        let parent = self.run.as_ref()?.id;
        Some(self.span(name, Some(parent), at))
    }

    fn close(&mut self, span: Span, at: Timestamp) {
        self.ended.push(Span {
            ended: at.max(span.begun),
            ..span
        });
    }

    fn begin(&mut self, verb: &str, lab: &str, place: &Place, version: &str, at: Timestamp) {
        let parent = self.context.parent;
        let mut run = self.span(format!("lab2048 {verb}"), parent, at);
        let account = place.account.clone().map(|account| ("cloud.account.id", account));
        let texts = [
            ("lab2048.lab", lab.to_owned()),
            ("lab2048.target", place.target.word().to_owned()),
            ("lab2048.version", version.to_owned()),
            ("aws.eks.cluster", place.cluster.clone()),
            ("cloud.region", place.region.clone()),
        ];
        let texts = texts.into_iter().chain(account);
        run.attributes
            .extend(texts.map(|(name, value)| (name, Attribute::Text(value))));
        self.run = Some(run);
    }

    fn found(&mut self, finding: &Finding, at: Timestamp) {
        if finding.severity < Severity::Warning {
            return;
        }
        let attributes = [
            ("lab2048.check", finding.id.clone()),
            ("lab2048.severity", finding.severity.word().to_owned()),
            ("lab2048.evidence", finding.evidence.to_string()),
        ];
        let attributes = attributes.map(|(name, value)| (name, Attribute::Text(value)));
        self.happened_to_run("finding", attributes.into(), at);
    }

    fn begin_step(&mut self, node: &NodeId, op: Op, at: Timestamp) {
        self.end_step(node, None, at);
        let name = match op {
            Op::None => format!("wait {}", node.kind.word()),
            op => format!("{} {}", op.word(), node.kind.word()),
        };
        let Some(mut span) = self.child_of_run(name, at) else {
            return;
        };
        span.attributes = vec![
            ("lab2048.node", Attribute::Text(node.to_string())),
            ("lab2048.op", Attribute::Text(op.word().to_owned())),
        ];
        let step = Step {
            span,
            stage: None,
            cause: None,
        };
        self.steps.insert(node.clone(), step);
    }

    /// A step is in this stage. One that waits in a queue has not begun: its wait is a part of the run.
    fn wait(&mut self, node: &NodeId, stage: &str, cause: Option<String>, at: Timestamp) {
        if !self.steps.contains_key(node) {
            self.begin_step(node, Op::None, at);
        }
        let Some(mut step) = self.steps.remove(node) else {
            return;
        };
        if step.stage.as_ref().is_none_or(|open| open.name != stage) {
            if let Some(open) = step.stage.take() {
                self.close(open, at);
            }
            step.stage = Some(self.span(stage.to_owned(), Some(step.span.id), at));
            step.cause = None;
        }
        if cause != step.cause
            && let (Some(open), Some(cause)) = (&mut step.stage, &cause)
        {
            open.events.push(SpanEvent {
                name: "cause",
                at,
                attributes: vec![("lab2048.cause", Attribute::Text(cause.clone()))],
            });
        }
        step.cause = cause;
        self.steps.insert(node.clone(), step);
    }

    fn happened(
        &mut self,
        node: &NodeId,
        name: &'static str,
        attributes: Vec<(&'static str, Attribute)>,
        at: Timestamp,
    ) {
        if let Some(step) = self.steps.get_mut(node) {
            step.span.events.push(SpanEvent { name, at, attributes });
        }
    }

    fn happened_to_run(&mut self, name: &'static str, attributes: Vec<(&'static str, Attribute)>, at: Timestamp) {
        if let Some(run) = &mut self.run {
            run.events.push(SpanEvent { name, at, attributes });
        }
    }

    fn end_step(&mut self, node: &NodeId, failure: Option<&Failure>, at: Timestamp) {
        let Some(Step { mut span, stage, .. }) = self.steps.remove(node) else {
            return;
        };
        if let Some(stage) = stage {
            self.close(stage, at);
        }
        span.failure = failure.map(|failure| {
            let causes: Vec<String> = failure.causes.iter().map(ToString::to_string).collect();
            causes.join(": ")
        });
        self.close(span, at);
    }

    fn end_steps(&mut self, at: Timestamp) {
        let open: Vec<NodeId> = self.steps.keys().cloned().collect();
        for node in open {
            self.end_step(&node, None, at);
        }
    }

    fn end_phase(&mut self, at: Timestamp) {
        if let Some(phase) = self.phase.take() {
            self.close(phase, at);
        }
    }

    fn end(&mut self, summary: &Summary, at: Timestamp) {
        self.end_steps(at);
        let Some(mut run) = self.run.take() else { return };
        let requests: u64 = summary.requests.values().sum();
        run.attributes.extend([
            ("lab2048.exit_code", Attribute::Number(i64::from(summary.exit_code))),
            ("lab2048.ok", Attribute::Switch(summary.ok)),
            (
                "lab2048.requests",
                Attribute::Number(i64::try_from(requests).unwrap_or(i64::MAX)),
            ),
        ]);
        if let Some(url) = &summary.url {
            run.attributes.push(("url.full", Attribute::Text(url.clone())));
        }
        if !summary.ok {
            run.failure = Some(format!("exit code {}", summary.exit_code));
        }
        self.close(run, at);
    }
}

/// The name of the span of a phase.
fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Reading => "read",
        Phase::Settling => "settle",
        Phase::Leftovers => "look for left-overs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Counts, RunVerb};
    use crate::model::{Holder, NodeKind, TargetKind};
    use crate::report::fixtures;

    /// The spans of a run of these events, one a second: name, parent's name, begin and end in seconds.
    fn told(events: impl IntoIterator<Item = Event>) -> Vec<(String, String, i64, i64)> {
        let mut spans = Spans::of(TraceContext::new(|| 7));
        let begun = Event::RunStarted {
            verb: RunVerb::Apply,
            lab: "lab".to_owned(),
            version: "1".to_owned(),
            place: fixtures::place(TargetKind::Sandbox),
        };
        for (second, event) in (0..).zip([begun].into_iter().chain(events)) {
            spans.take(&fixtures::record(second, event));
        }
        let (_, spans) = spans.finish();
        let start = fixtures::at(0);
        let name = |id: Option<SpanId>| {
            let parent = spans.iter().find(|span| Some(span.id) == id);
            parent.map_or_else(String::new, |span| span.name.clone())
        };
        let seconds = |at: Timestamp| at.as_second() - start.as_second();
        spans
            .iter()
            .map(|span| {
                (
                    span.name.clone(),
                    name(span.parent),
                    seconds(span.begun),
                    seconds(span.ended),
                )
            })
            .collect()
    }

    fn span(name: &str, parent: &str, begun: i64, ended: i64) -> (String, String, i64, i64) {
        (name.to_owned(), parent.to_owned(), begun, ended)
    }

    #[test]
    fn a_wait_for_another_run_ends_when_the_plan_is_made_anew() {
        let lock = NodeId::new(NodeKind::Lock, "lab2048");
        let queued = Event::Queued {
            node: lock,
            holder: Holder {
                description: "jun@laptop".to_owned(),
                since: None,
                expires: None,
            },
            position: None,
            unordered: None,
            elapsed_ms: 0,
        };
        let plan = Event::PlanReady {
            steps: Vec::new(),
            counts: Counts::default(),
            dollars_per_hour: None,
            balancer_dollars_per_hour: None,
            usual: None,
            subnets: Vec::new(),
        };
        let spans = told([queued, plan, Event::Interrupted { level: 1 }]);
        assert!(spans.contains(&span("wait lock", "lab2048 apply", 1, 2)), "{spans:?}");
        assert!(spans.contains(&span("queued", "wait lock", 1, 2)), "{spans:?}");
    }

    #[test]
    fn a_wait_that_is_dropped_ends_then() {
        let node = NodeId::new(NodeKind::Deployment, "game");
        let started = Event::StepStarted {
            node: node.clone(),
            op: Op::Create,
        };
        let skipped = Event::StepSkipped { node, blocked_by: None };
        let spans = told([started, skipped, Event::Interrupted { level: 1 }]);
        assert!(
            spans.contains(&span("create deployment", "lab2048 apply", 1, 2)),
            "{spans:?}"
        );
    }
}
