//! What the live view shows: a pure fold of events.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::painter::DrawnLine;
use super::pods;
use super::row::Row;
use super::screen::ScreenSize;
use super::teach::{self, Awaited, Scene};
use super::whole::{Passed, Whole};
use crate::event::{Event, Place, PlannedStep, PodSubnet, Record, RetryReason, Usual};
use crate::lang::{Language, Text, text};
use crate::model::{NodeId, NodeKind, Op, Wait};
use crate::plan::Course;
use crate::report::plain::PlainView;
use crate::report::style::{Style, Tone, cut};
use crate::report::{step_view, words};

/// The moving sign, picture by picture.
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

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
    course: Course,
    planned: Vec<PlannedStep>,
    subnets: Vec<PodSubnet>,
    place: Place,
    since: Timestamp,
    /// When the first step began.
    begun: Option<Timestamp>,
    verbose: u8,
}

impl LiveState {
    /// Nothing under way.
    pub fn new(verbose: u8) -> Self {
        Self {
            lines: PlainView::new(verbose),
            rows: BTreeMap::new(),
            whole: Whole::default(),
            course: Course::default(),
            planned: Vec::new(),
            subnets: Vec::new(),
            place: Place::default(),
            since: Timestamp::UNIX_EPOCH,
            begun: None,
            verbose,
        }
    }

    /// Takes one event in. Returns the lines that pass above the view, if the event ends something.
    pub fn fold(&mut self, record: &Record, style: &Style) -> Option<String> {
        let line = self.lines.fold(record, style);
        match &record.event {
            Event::Phase { phase } => self.busy_with(step_view::phase(*phase), record.at),
            Event::PlanReady { steps, subnets, .. } => self.take_plan(steps, subnets),
            Event::Summary(_) => {
                self.rows.clear();
                self.whole = Whole::default();
                self.course = Course::default();
                self.begun = None;
            }
            Event::StepStarted { node, .. } => self.begin(node, record.at),
            Event::StepProgress { node, stage, cause, .. } | Event::Heartbeat { node, stage, cause, .. } => {
                self.has_its_turn(node, record.at);
                self.set_state(node, step_view::stage(stage, cause.as_ref()));
            }
            Event::Pods { node, pods } => {
                if let Some(row) = self.rows.get_mut(&RowId::Step(node.clone())) {
                    row.pods.clone_from(pods);
                }
            }
            Event::StepRetried {
                node,
                reason,
                attempt,
                cause,
                ..
            } => self.retried(node, (*reason, *attempt), cause),
            Event::Queued {
                node, holder, position, ..
            } => {
                let row = Row::new(record.at, words::name_of(node), Text::verbatim(""));
                self.rows.entry(RowId::Step(node.clone())).or_insert(row);
                self.course.wait(node);
                self.set_state(node, step_view::in_line(*position, holder));
            }
            Event::StepDone { node, .. } | Event::StepFailed { node, .. } => {
                let counts = self.course.is_empty() || self.course.usual(node).is_some();
                self.whole.done += u64::from(counts && matches!(record.event, Event::StepDone { .. }));
                self.rows.remove(&RowId::Step(node.clone()));
                self.course.end(node, self.elapsed(record.at));
                return line;
            }
            Event::StepSkipped { node, .. } => {
                self.rows.remove(&RowId::Step(node.clone()));
                self.course.skip(node);
                return line;
            }
            Event::Interrupted { .. } => {
                self.course.stop();
                return line;
            }
            Event::RunStarted { place, .. } => {
                self.since = record.at;
                self.place = place.clone();
            }
            Event::Finding(_) | Event::Leftovers { .. } | Event::Output { .. } => {}
        }
        None
    }

    fn take_plan(&mut self, steps: &[PlannedStep], subnets: &[PodSubnet]) {
        self.rows.clear();
        self.whole.done = 0;
        self.begun = None;
        self.course = Course::new(steps);
        // A plan of an older version says of no step how long it takes.
        let planned = if self.course.is_empty() {
            steps.len()
        } else {
            self.course.len()
        };
        self.whole.planned = u64::try_from(planned).unwrap_or(u64::MAX);
        self.planned = steps.to_vec();
        self.subnets = subnets.to_vec();
    }

    fn retried(&mut self, node: &NodeId, (reason, attempt): (RetryReason, u32), cause: &Text) {
        let usual = step_view::retry(node, reason, attempt).filter(|_| self.verbose == 0);
        let state = match usual {
            Some(usual) => text!("live-retry", why = usual),
            None => text!("live-call-failed", cause = cause),
        };
        self.set_state(node, state);
    }

    /// A step that stood in line has begun: its own time counts from here.
    fn has_its_turn(&mut self, node: &NodeId, now: Timestamp) {
        let row = self.rows.get_mut(&RowId::Step(node.clone()));
        if let Some(row) = row.filter(|_| self.course.usual(node).is_some() && !self.course.is_under_way(node)) {
            row.started = now;
            self.course.begin(node, self.elapsed(now));
        }
    }

    fn begin(&mut self, node: &NodeId, now: Timestamp) {
        self.begun.get_or_insert(now);
        self.course.begin(node, self.elapsed(now));
        let row = Row::new(now, words::name_of(node), step_view::stage(&Text::default(), None));
        self.rows.insert(RowId::Step(node.clone()), row);
    }

    /// Time since the first step began.
    fn elapsed(&self, now: Timestamp) -> Duration {
        let begun = self.begun.unwrap_or(now);
        Duration::try_from(now.duration_since(begun)).unwrap_or_default()
    }

    /// Shows that the run is busy with something that is no step, until the next summary or plan. To be told the same again is
    /// no news.
    fn busy_with(&mut self, what: Text, now: Timestamp) {
        let row = self.rows.get(&RowId::Run).filter(|row| row.name == what);
        let started = row.map_or(now, |row| row.started);
        self.rows
            .insert(RowId::Run, Row::new(started, what, Text::verbatim("")));
    }

    fn set_state(&mut self, node: &NodeId, state: Text) {
        if let Some(row) = self.rows.get_mut(&RowId::Step(node.clone())) {
            row.state = state;
        }
    }

    /// The line for the whole run, while steps of it are under way.
    fn whole_line(&self, now: Timestamp, columns: usize, language: Language) -> Option<DrawnLine> {
        if !self.has_steps() {
            return None;
        }
        let elapsed = self.elapsed(now);
        let ahead = Duration::try_from(now.duration_since(self.since)).unwrap_or_default();
        let expected = (!self.course.is_empty()).then(|| self.course.whole(elapsed));
        let passed = Passed {
            // The reader counts from when the run began.
            run: ahead,
            steps: elapsed,
        };
        let line = self.whole.line(passed, expected, columns, language)?;
        Some(DrawnLine {
            text: line,
            tone: Some(Tone::Faint),
        })
    }

    fn has_steps(&self) -> bool {
        self.rows.keys().any(|id| matches!(id, RowId::Step(_)))
    }

    /// The steps that have not begun, a line each.
    fn to_come(&self, columns: usize, language: Language) -> Vec<DrawnLine> {
        if !self.has_steps() {
            return Vec::new();
        }
        let waiting = self.course.to_come();
        let waiting = waiting
            .iter()
            .filter(|(node, _)| !self.rows.contains_key(&RowId::Step((*node).clone())));
        let line = |(node, needs): &(&NodeId, Vec<&NodeId>)| {
            let name = words::name_of(node).said(language);
            let needs: Vec<String> = needs
                .iter()
                .map(|needed| words::name_of(needed).said(language))
                .collect();
            let text = if needs.is_empty() {
                format!("· {name}")
            } else {
                format!(
                    "· {name}  {}",
                    text!("live-after", nodes = needs.join(", ")).said(language)
                )
            };
            DrawnLine {
                text: cut(&text, columns.saturating_sub(1)),
                tone: Some(Tone::Faint),
            }
        };
        waiting.map(line).collect()
    }

    /// What can be learned while the step that will take longest is awaited.
    fn teaching(&self, now: Timestamp, frame: usize, columns: usize, language: Language) -> Vec<DrawnLine> {
        let steps = self.rows.iter().filter_map(|(id, row)| match id {
            RowId::Step(node) => Some((node, row)),
            RowId::Run => None,
        });
        let left = |(node, row): &(&NodeId, &Row)| {
            let usual = self.course.usual(node).map_or(0, |usual| usual.p50_ms);
            let passed = Duration::try_from(now.duration_since(row.started)).unwrap_or_default();
            Duration::from_millis(usual).saturating_sub(passed)
        };
        let Some((node, _)) = steps.max_by_key(left) else {
            return Vec::new();
        };
        let planned = self.planned.iter().find(|step| step.node == *node);
        let awaited = Awaited {
            node,
            goes: planned.is_some_and(|step| step.op == Op::Delete || step.wait == Wait::Gone),
            shrinks: planned.is_some_and(|step| step.op == Op::Update && self.course.is_quick(node)),
        };
        let namespace = self.planned.iter().find(|step| step.node.kind == NodeKind::Namespace);
        let scene = Scene {
            place: &self.place,
            namespace: namespace.map(|step| step.node.name.as_str()),
        };
        teach::lines(&awaited, &scene, frame, columns, language)
    }

    /// The lines to draw at time `now` on a screen of this size, none of them wider than that; one line of the screen stays
    /// free for what passes above. `frame` counts how often the sign has moved. Where there is not room for all, what teaches gives way
    /// first, then pods, then the steps to come.
    pub fn drawn(&self, now: Timestamp, frame: usize, size: ScreenSize, language: Language) -> Vec<DrawnLine> {
        let room = size.lines.saturating_sub(1).max(1);
        let sign = FRAMES.get(frame % FRAMES.len()).copied().unwrap_or(' ');
        let whole: Vec<DrawnLine> = self.whole_line(now, size.columns, language).into_iter().collect();
        let head = |(id, row): (&RowId, &Row)| row.lines(self.usual_of(id), now, sign, size.columns, language);
        let rows: Vec<Vec<DrawnLine>> = self.rows.iter().map(head).collect();
        let needed = rows.iter().map(Vec::len).sum::<usize>() + whole.len();
        if needed > room {
            return fitted(rows, room, size.columns, language);
        }
        let mut left = room - needed;
        let mut take = |lines: Vec<DrawnLine>| {
            let fits = lines.len() <= left;
            left -= if fits { lines.len() } else { 0 };
            if fits { lines } else { Vec::new() }
        };
        let to_come = take(self.to_come(size.columns, language));
        let pods: Vec<Vec<DrawnLine>> = self
            .rows
            .values()
            .map(|row| take(pods::lines(&row.pods, &self.subnets, size.columns, language)))
            .collect();
        let teaching = take(self.teaching(now, frame, size.columns, language));
        let rows = rows
            .into_iter()
            .zip(pods)
            .flat_map(|(row, pods)| row.into_iter().chain(pods));
        rows.chain(to_come).chain(teaching).chain(whole).collect()
    }

    fn usual_of(&self, id: &RowId) -> Option<Usual> {
        match id {
            RowId::Step(node) => self.course.usual(node),
            RowId::Run => None,
        }
    }
}

/// As many rows as fit, and how many more there are.
fn fitted(rows: Vec<Vec<DrawnLine>>, room: usize, columns: usize, language: Language) -> Vec<DrawnLine> {
    let all: usize = rows.iter().map(Vec::len).sum();
    if all <= room {
        return rows.into_iter().flatten().collect();
    }
    let mut lines = Vec::new();
    let mut left = rows.len();
    for row in rows {
        if lines.len() + row.len() >= room {
            break;
        }
        lines.extend(row);
        left -= 1;
    }
    let more = text!("live-more", count = left).said(language);
    lines.push(DrawnLine {
        text: cut(&format!("  {more}"), columns.saturating_sub(1)),
        tone: Some(Tone::Faint),
    });
    lines
}
