//! What the live view shows: a pure fold of events.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::painter::DrawnLine;
use super::screen::ScreenSize;
use super::whole::Whole;
use crate::event::{Event, Record};
use crate::model::NodeId;
use crate::report::plain::PlainView;
use crate::report::style::{Style, Tone, cut, pad, wrap};
use crate::report::{step_view, times, words};

/// Columns of the elapsed time.
const TIME: usize = 7;
/// The sign that moves, and the space behind it.
pub(super) const SPINNER: usize = 2;
/// The most lines of how far a step is.
const STATE: usize = 2;
/// The moving sign, picture by picture.
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// Something under way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    started: Timestamp,
    name: String,
    state: String,
}

/// What a row is of, in the order in which rows are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum RowId {
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
    whole: Whole,
    since: Timestamp,
    verbose: u8,
}

impl LiveState {
    /// Nothing under way.
    pub fn new(verbose: u8) -> Self {
        Self {
            lines: PlainView::new(verbose),
            rows: BTreeMap::new(),
            whole: Whole::default(),
            since: Timestamp::UNIX_EPOCH,
            verbose,
        }
    }

    /// Takes one event in. Returns the lines that pass above the view, if the event ends something.
    pub fn fold(&mut self, record: &Record, style: &Style) -> Option<String> {
        let line = self.lines.fold(record, style);
        match &record.event {
            Event::Phase { phase } => self.busy_with(step_view::phase(*phase), record.at),
            Event::PlanReady { steps, .. } => {
                self.rows.clear();
                self.whole.planned = u64::try_from(steps.len()).unwrap_or(u64::MAX);
            }
            Event::Summary(_) => {
                self.rows.clear();
                self.whole = Whole::default();
            }
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
                let usual = step_view::retry(node, *reason, *attempt).filter(|_| self.verbose == 0);
                let state = match usual {
                    Some(usual) => format!("{usual}, trying again"),
                    None => format!("a call failed, trying again: {cause}"),
                };
                self.set_state(node, state);
            }
            Event::Queued {
                node, holder, position, ..
            } => {
                let row = Row {
                    started: record.at,
                    name: words::node(node),
                    state: String::new(),
                };
                self.rows.entry(RowId::Step(node.clone())).or_insert(row);
                self.set_state(node, step_view::in_line(*position, holder));
            }
            Event::StepDone { node, .. } | Event::StepFailed { node, .. } => {
                self.whole.done += u64::from(matches!(record.event, Event::StepDone { .. }));
                self.rows.remove(&RowId::Step(node.clone()));
                return line;
            }
            Event::StepSkipped { .. } | Event::Interrupted { .. } => return line,
            Event::RunStarted { .. } => self.since = record.at,
            Event::Finding(_) | Event::Leftovers { .. } | Event::Output { .. } => {}
        }
        None
    }

    /// Shows that the run is busy with something that is no step, until the next summary or plan. To be told the same again is
    /// no news.
    fn busy_with(&mut self, what: &str, now: Timestamp) {
        let row = self.rows.get(&RowId::Run).filter(|row| row.name == what);
        let row = Row {
            started: row.map_or(now, |row| row.started),
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

    /// The line for the whole run, while steps of it are under way.
    fn whole_line(&self, now: Timestamp, columns: usize) -> Option<DrawnLine> {
        let is_under_way = self.rows.keys().any(|id| matches!(id, RowId::Step(_)));
        let elapsed = Duration::try_from(now.duration_since(self.since)).unwrap_or_default();
        let line = self.whole.line(elapsed, columns).filter(|_| is_under_way)?;
        Some(DrawnLine {
            text: line,
            tone: Some(Tone::Faint),
        })
    }

    /// The lines to draw at time `now` on a screen of this size, none of them wider than that; one line of the screen stays
    /// free for what passes above. `frame` counts how often the sign has moved.
    pub fn drawn(&self, now: Timestamp, frame: usize, size: ScreenSize) -> Vec<DrawnLine> {
        let room = size.lines.saturating_sub(1).max(1);
        let sign = FRAMES.get(frame % FRAMES.len()).copied().unwrap_or(' ');
        let rows = self.rows.values().map(|row| row.lines(now, sign, size.columns));
        let mut rows: Vec<_> = rows.collect();
        rows.extend(self.whole_line(now, size.columns).map(|line| vec![line]));
        let all: usize = rows.iter().map(Vec::len).sum();
        if all <= room {
            return rows.concat();
        }
        rows.truncate(self.rows.len());
        let mut lines = Vec::new();
        let mut left = rows.len();
        for row in rows {
            if lines.len() + row.len() >= room {
                break;
            }
            lines.extend(row);
            left -= 1;
        }
        lines.push(DrawnLine {
            text: cut(&format!("  … and {left} more"), size.columns.saturating_sub(1)),
            tone: Some(Tone::Faint),
        });
        lines
    }
}

impl Row {
    /// The name with the elapsed time at the right; below how far it is. One column stays free at the right.
    fn lines(&self, now: Timestamp, sign: char, columns: usize) -> Vec<DrawnLine> {
        let elapsed = Duration::try_from(now.duration_since(self.started)).unwrap_or_default();
        let room = columns.saturating_sub(SPINNER + TIME + 2);
        let column = room.min(46).max(self.name.width().min(room));
        let name = pad(&cut(&self.name, column), column);
        let first = format!("{sign} {name} {:>TIME$}", times::elapsed(elapsed));
        let mut lines = vec![DrawnLine {
            text: cut(&first, columns.saturating_sub(1)),
            tone: None,
        }];
        if self.state.is_empty() {
            return lines;
        }
        let room = columns.saturating_sub(SPINNER + 3);
        let mut state = wrap(&self.state, room);
        let rest = state.split_off(STATE.min(state.len())).join(" ");
        if let Some(last) = state.last_mut().filter(|_| !rest.is_empty()) {
            *last = format!("{last} {rest}");
        }
        lines.extend(state.iter().map(|line| DrawnLine {
            text: format!("    {}", cut(line, room)),
            tone: Some(Tone::Faint),
        }));
        lines
    }
}
