//! The live view on a terminal: one line for each step under way, finished ones pass above it.
//!
//! What it shows is a pure fold of events; indicatif only draws it. Elapsed times are those of the run's clock, which on
//! the sandbox is faster than the wall's.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use super::style::{Style, Tone, cut, pad};
use super::{plain, words};
use crate::event::{Event, Record};
use crate::model::NodeId;

/// Columns of the node's name; short enough that stage and cause still fit into 80.
const NAME: usize = 30;

/// A step under way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    started: Timestamp,
    stage: String,
    cause: Option<String>,
}

/// What the live view shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveState {
    started: Option<Timestamp>,
    rows: BTreeMap<NodeId, Row>,
}

impl LiveState {
    /// Takes one event in. Returns the line that passes above the view, if the event ends something.
    pub fn fold(&mut self, record: &Record, style: &Style) -> Option<String> {
        let started = *self.started.get_or_insert(record.at);
        let elapsed = u64::try_from(record.at.duration_since(started).as_millis()).unwrap_or_default();
        match &record.event {
            Event::StepStarted { node, .. } => {
                let row = Row {
                    started: record.at,
                    stage: String::new(),
                    cause: None,
                };
                self.rows.insert(node.clone(), row);
                None
            }
            Event::StepProgress { node, stage, cause, .. } | Event::Heartbeat { node, stage, cause, .. } => {
                if let Some(row) = self.rows.get_mut(node) {
                    row.stage.clone_from(stage);
                    row.cause.clone_from(cause);
                }
                None
            }
            Event::StepRetried { node, cause, .. } => {
                if let Some(row) = self.rows.get_mut(node) {
                    row.cause = Some(format!("trying again: {cause}"));
                }
                None
            }
            event => {
                if let Event::StepDone { node, .. } | Event::StepFailed { node, .. } = event {
                    self.rows.remove(node);
                }
                plain::lines(event, elapsed, style)
            }
        }
    }

    /// One line for each step under way, at time `now`.
    pub fn lines(&self, now: Timestamp, style: &Style) -> Vec<(NodeId, String)> {
        self.rows
            .iter()
            .map(|(node, row)| (node.clone(), row_text(node, row, now, style)))
            .collect()
    }
}

fn row_text(node: &NodeId, row: &Row, now: Timestamp, style: &Style) -> String {
    let elapsed = Duration::try_from(now.duration_since(row.started)).unwrap_or_default();
    let name = pad(&cut(&words::node(node), NAME), NAME);
    let time = words::duration(elapsed);
    let why = match &row.cause {
        Some(cause) if *cause != row.stage && !row.stage.is_empty() => format!("{}: {cause}", row.stage),
        Some(cause) => cause.clone(),
        None => row.stage.clone(),
    };
    // Two columns are the spinner's, one is left free so that no terminal wraps the line.
    let rest = style.width.saturating_sub(NAME + 2 + 1 + 7 + 1);
    format!("{name} {time:>6} {}", style.paint(Tone::Faint, &cut(&why, rest)))
}

/// Draws a [`LiveState`].
pub struct LiveView {
    state: LiveState,
    screen: MultiProgress,
    bars: BTreeMap<NodeId, ProgressBar>,
    style: Style,
}

impl LiveView {
    /// A view on this target.
    pub fn new(target: ProgressDrawTarget, style: Style) -> Self {
        Self {
            state: LiveState::default(),
            screen: MultiProgress::with_draw_target(target),
            bars: BTreeMap::new(),
            style,
        }
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        let passed = self.state.fold(record, &self.style);
        self.tick(record.at);
        if let Some(line) = passed {
            // A terminal that is gone shows nothing; the run goes on.
            let _ = self.screen.println(line.trim_end());
        }
    }

    /// Draws the state as it is at time `now`.
    pub fn tick(&mut self, now: Timestamp) {
        let lines: BTreeMap<_, _> = self.state.lines(now, &self.style).into_iter().collect();
        self.bars.retain(|node, bar| {
            let stays = lines.contains_key(node);
            if !stays {
                bar.finish_and_clear();
            }
            stays
        });
        for (node, line) in lines {
            let bar = self.bars.entry(node).or_insert_with(|| {
                let bar = self.screen.add(ProgressBar::new_spinner());
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                    bar.set_style(style);
                }
                bar
            });
            bar.set_message(line);
            bar.tick();
        }
    }

    /// Lets `write` write to the terminal without disturbing the view.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.screen.suspend(write)
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;
    use crate::event::{Failure, FailureClass, Leaves, VERSION};
    use crate::model::{Op, Outputs};

    fn record(seconds: u64, event: Event) -> Record {
        Record {
            v: VERSION,
            at: Timestamp::UNIX_EPOCH + Duration::from_secs(seconds),
            event,
        }
    }

    fn node(text: &str) -> NodeId {
        text.parse().unwrap()
    }

    fn story() -> Vec<Record> {
        let progress = |text: &str, stage: &str, cause: Option<&str>| Event::StepProgress {
            node: node(text),
            stage: stage.to_owned(),
            elapsed_ms: 0,
            cause: cause.map(str::to_owned),
        };
        vec![
            record(
                0,
                Event::StepStarted {
                    node: node("profile/fargate-game-2048"),
                    op: Op::Create,
                },
            ),
            record(
                1,
                Event::StepStarted {
                    node: node("namespace/fargate-game-2048"),
                    op: Op::Create,
                },
            ),
            record(
                2,
                Event::StepDone {
                    node: node("namespace/fargate-game-2048"),
                    op: Op::Create,
                    elapsed_ms: 1000,
                    outputs: Outputs::default(),
                },
            ),
            record(2, progress("profile/fargate-game-2048", "profile CREATING", None)),
            record(
                3,
                Event::StepStarted {
                    node: node("balancer/k8s-fargateg-ingress2-b252ad69ce"),
                    op: Op::None,
                },
            ),
            record(
                4,
                progress(
                    "balancer/k8s-fargateg-ingress2-b252ad69ce",
                    "ALB provisioning",
                    Some("AWS is starting it; this takes two to three minutes, sometimes more"),
                ),
            ),
        ]
    }

    #[test]
    fn steps_under_way_have_a_line_and_finished_ones_pass_above() {
        let term = InMemoryTerm::new(12, 80);
        let mut view = LiveView::new(ProgressDrawTarget::term_like(Box::new(term.clone())), Style::default());
        for record in story() {
            view.event(&record);
        }
        view.tick(Timestamp::UNIX_EPOCH + Duration::from_secs(65));
        let shown: String = term
            .contents()
            .lines()
            .map(|line| line.replace(|c| ('\u{2800}'..='\u{28ff}').contains(&c), "*") + "\n")
            .collect();
        insta::assert_snapshot!(shown, @r"
        [    2s] namespace fargate-game-2048 created (1s)
        * profile fargate-game-2048       1m05s profile CREATING
        * balancer k8s-fargateg-ingress…  1m02s ALB provisioning: AWS is starting it; …
        ");
        assert!(shown.lines().all(|line| line.chars().count() <= 80));
    }

    #[test]
    fn a_failed_step_leaves_the_view_with_its_reason() {
        let mut state = LiveState::default();
        for record in story() {
            state.fold(&record, &Style::default());
        }
        let failure = Failure {
            class: FailureClass::Failed,
            causes: vec!["CREATE_FAILED".to_owned(), "role in use".to_owned()],
            leaves: Leaves::Something,
            hint: String::new(),
        };
        let line = state.fold(
            &record(
                90,
                Event::StepFailed {
                    node: node("profile/fargate-game-2048"),
                    failure,
                },
            ),
            &Style::default(),
        );
        assert_eq!(
            line.as_deref(),
            Some("[ 1m30s] profile fargate-game-2048 failed: CREATE_FAILED: role in use\n")
        );
        assert_eq!(state.lines(Timestamp::UNIX_EPOCH, &Style::default()).len(), 1);
    }
}
