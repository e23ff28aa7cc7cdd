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
    state: String,
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
                    state: step_view::stage(node, "", None),
                };
                self.rows.insert(RowId::Step(node.clone()), row);
            }
            Event::StepProgress { node, stage, cause, .. } | Event::Heartbeat { node, stage, cause, .. } => {
                self.set_state(node, step_view::stage(node, stage, cause.as_deref()));
            }
            Event::StepRetried {
                node,
                reason,
                attempt,
                cause,
                ..
            } => {
                let state = match step_view::retry(node, *reason, *attempt) {
                    Some(usual) => format!("{usual}, trying again"),
                    None => format!("a call failed, trying again: {cause}"),
                };
                self.set_state(node, state);
            }
            Event::Queued { node, holder, .. } => {
                let row = Row {
                    started: record.at,
                    name: words::node(node),
                    state: String::new(),
                };
                self.rows.entry(RowId::Step(node.clone())).or_insert(row);
                self.set_state(node, step_view::holder(holder));
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
            state: String::new(),
        };
        self.rows.insert(RowId::Run, row);
    }

    fn set_state(&mut self, node: &NodeId, state: String) {
        if let Some(row) = self.rows.get_mut(&RowId::Step(node.clone())) {
            row.state = state;
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
    /// The name with the elapsed time at the right; below how far it is. One column stays free at the right, so that no
    /// terminal wraps.
    fn text(&self, now: Timestamp, style: &Style) -> String {
        let elapsed = Duration::try_from(now.duration_since(self.started)).unwrap_or_default();
        let room = style.width.saturating_sub(SPINNER + TIME + 2);
        let column = room.min(46).max(self.name.width().min(room));
        let name = pad(&cut(&self.name, column), column);
        let first = format!("{name} {:>TIME$}", times::duration(elapsed));
        if self.state.is_empty() {
            return first;
        }
        let state = cut(&self.state, style.width.saturating_sub(SPINNER + 3));
        format!("{first}\n    {}", style.paint(Tone::Faint, &state))
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
mod tests;
