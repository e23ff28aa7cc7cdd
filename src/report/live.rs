//! The live view on a terminal: two lines for each step under way, finished ones pass above them.
//!
//! What it shows is a pure fold of events; indicatif only draws it. Elapsed times are those of the run's clock, which on
//! the sandbox is faster than the wall's.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::plain::PlainView;
use super::style::{Style, Tone, cut, pad};
use super::{step_view, times, words};
use crate::event::{Event, Record};
use crate::model::NodeId;

/// Columns of the elapsed time.
const TIME: usize = 7;
/// Columns of the spinner and the space behind it.
const SPINNER: usize = 2;

/// Something under way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    started: Timestamp,
    name: String,
    standing: String,
}

/// What a row is of, in the order in which rows are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowId {
    /// The run itself, where no step is under way.
    Run,
    /// A step.
    Step(NodeId),
}

/// What the live view shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveState {
    lines: PlainView,
    rows: BTreeMap<RowId, Row>,
}

impl LiveState {
    /// Nothing under way.
    pub fn new(verbose: u8) -> Self {
        Self {
            lines: PlainView::new(verbose),
            rows: BTreeMap::new(),
        }
    }

    /// Takes one event in. Returns the lines that pass above the view, if the event ends something.
    pub fn fold(&mut self, record: &Record, style: &Style) -> Option<String> {
        let line = self.lines.fold(record, style);
        match &record.event {
            Event::Phase { phase } => self.busy_with(step_view::phase(*phase), record.at),
            Event::PlanReady { .. } | Event::Summary(_) => self.rows.clear(),
            Event::StepStarted { node, .. } => {
                let row = Row {
                    started: record.at,
                    name: words::node(node),
                    standing: step_view::stage(node, "", None),
                };
                self.rows.insert(RowId::Step(node.clone()), row);
            }
            Event::StepProgress { node, stage, cause, .. } | Event::Heartbeat { node, stage, cause, .. } => {
                self.stands(node, step_view::stage(node, stage, cause.as_deref()));
            }
            Event::StepRetried { node, cause, .. } => {
                self.stands(node, format!("a call failed, trying again: {cause}"));
            }
            Event::Queued { node, holder, .. } => {
                let row = Row {
                    started: record.at,
                    name: words::node(node),
                    standing: String::new(),
                };
                self.rows.entry(RowId::Step(node.clone())).or_insert(row);
                self.stands(node, step_view::holder(holder));
            }
            Event::StepDone { node, .. } | Event::StepFailed { node, .. } => {
                self.rows.remove(&RowId::Step(node.clone()));
                return line;
            }
            Event::StepSkipped { .. } | Event::Interrupted { .. } => return line,
            Event::RunStarted { .. } | Event::Finding(_) | Event::Leftovers { .. } | Event::Output { .. } => {}
        }
        None
    }

    /// Shows that the run is busy with something that is no step, until the next summary or plan.
    fn busy_with(&mut self, what: &str, now: Timestamp) {
        let row = Row {
            started: now,
            name: what.to_owned(),
            standing: String::new(),
        };
        self.rows.insert(RowId::Run, row);
    }

    fn stands(&mut self, node: &NodeId, standing: String) {
        if let Some(row) = self.rows.get_mut(&RowId::Step(node.clone())) {
            row.standing = standing;
        }
    }

    /// What to draw for each row, at time `now`.
    pub fn rows(&self, now: Timestamp, style: &Style) -> Vec<(RowId, String)> {
        self.rows
            .iter()
            .map(|(id, row)| (id.clone(), row.text(now, style)))
            .collect()
    }
}

impl Row {
    /// The name with the elapsed time at the right; below how it stands. One column stays free at the right, so that no
    /// terminal wraps.
    fn text(&self, now: Timestamp, style: &Style) -> String {
        let elapsed = Duration::try_from(now.duration_since(self.started)).unwrap_or_default();
        let room = style.width.saturating_sub(SPINNER + TIME + 2);
        let column = room.min(46).max(self.name.width().min(room));
        let name = pad(&cut(&self.name, column), column);
        let first = format!("{name} {:>TIME$}", times::duration(elapsed));
        if self.standing.is_empty() {
            return first;
        }
        let standing = cut(&self.standing, style.width.saturating_sub(SPINNER + 3));
        format!("{first}\n    {}", style.paint(Tone::Faint, &standing))
    }
}

/// Draws a [`LiveState`].
pub struct LiveView {
    state: LiveState,
    screen: MultiProgress,
    bars: BTreeMap<RowId, ProgressBar>,
    style: Style,
}

impl LiveView {
    /// A view on this target.
    pub fn new(target: ProgressDrawTarget, style: Style, verbose: u8) -> Self {
        Self {
            state: LiveState::new(verbose),
            screen: MultiProgress::with_draw_target(target),
            bars: BTreeMap::new(),
            style,
        }
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        let passed = self.state.fold(record, &self.style);
        if let Some(lines) = passed {
            // A terminal that is gone shows nothing; the run goes on.
            let _ = self.screen.println(lines.trim_end());
        }
        self.tick(record.at);
    }

    /// Draws the state as it is at time `now`.
    pub fn tick(&mut self, now: Timestamp) {
        let rows: BTreeMap<_, _> = self.state.rows(now, &self.style).into_iter().collect();
        self.bars.retain(|id, bar| {
            let stays = rows.contains_key(id);
            if !stays {
                bar.finish_and_clear();
                self.screen.remove(bar);
            }
            stays
        });
        for (id, text) in rows {
            let bar = self.bars.entry(id).or_insert_with(|| {
                let bar = self.screen.add(ProgressBar::new_spinner());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                    bar.set_style(style);
                }
                bar
            });
            bar.set_message(text);
            bar.tick();
        }
    }

    /// Lets `write` write to the terminal without disturbing the view.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.screen.suspend(write)
    }

    /// Takes everything from the screen that is still under way.
    pub fn clear(&mut self) {
        for bar in std::mem::take(&mut self.bars).into_values() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
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

    /// What stands on the screen, with the moving sign made still.
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
}
