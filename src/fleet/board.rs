//! How far each lab of a class is: a fold of the events of its run.

use jiff::Timestamp;
use serde::Serialize;

use super::journal::Entry;
use crate::event::{Event, Phase, Record, Summary};
use crate::lang::{Text, text};

/// How far a lab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It has not begun.
    Waiting,
    /// It is under way.
    Running,
    /// It has come about.
    Done,
    /// It has not.
    Failed,
    /// It was never begun.
    Held,
}

/// What a look at a lab has shown, as far as something is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Found {
    /// Nothing of what follows, or nobody has looked.
    #[default]
    Other,
    /// It is there and answers.
    Ready,
    /// There is nothing to be done for it.
    AsWanted,
    /// It could not be read.
    Unreadable,
}

/// One lab.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabRow {
    /// Its name.
    pub lab: String,
    /// Its cluster.
    pub cluster: String,
    /// How far it is.
    pub progress: Progress,
    /// What it is busy with, while it is under way; how it is, if it was only looked at.
    pub stage: Text,
    /// What a look has shown.
    #[serde(skip)]
    pub found: Found,
    /// Why it waits, has failed or was never begun.
    pub cause: Option<Text>,
    /// Where the game answers.
    pub url: Option<String>,
    /// Why the first of its steps has failed, whatever is told after that.
    #[serde(skip)]
    pub failure: Option<Text>,
    /// How its run has ended.
    pub exit_code: Option<u8>,
    /// When it began.
    pub begun: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What it costs, if that is known: US dollars an hour.
    pub dollars_per_hour: Option<f64>,
    /// How its learner's lesson goes, where the roster says where that is on record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesson: Option<LabLesson>,
    /// Labs on its ALB, itself among them.
    #[serde(skip)]
    pub sharers: u32,
}

/// The column of a roster that says where the record of a learner's lesson is.
pub const LESSON_COLUMN: &str = "lesson";

/// How a lesson goes, as its record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabLesson {
    /// Its name.
    pub lesson: String,
    /// Whether it is solved.
    pub is_solved: bool,
    /// Points of a hundred.
    pub points: u32,
    /// From its begin to its end, or until now, in seconds.
    pub seconds: u64,
    /// Hints that were looked at.
    pub hints: usize,
}

impl LabRow {
    /// One that has not begun.
    pub fn waiting(lab: impl Into<String>, cluster: impl Into<String>) -> Self {
        Self {
            lab: lab.into(),
            cluster: cluster.into(),
            progress: Progress::Waiting,
            stage: Text::default(),
            found: Found::Other,
            cause: None,
            failure: None,
            url: None,
            exit_code: None,
            begun: None,
            ended: None,
            dollars_per_hour: None,
            lesson: None,
            sharers: 1,
        }
    }

    /// Takes in an event of its run.
    pub fn take(&mut self, record: &Record) {
        match &record.event {
            Event::RunStarted { place, .. } => {
                self.progress = Progress::Running;
                self.begun.get_or_insert(record.at);
                if !place.cluster.is_empty() {
                    self.cluster.clone_from(&place.cluster);
                }
            }
            Event::Phase { phase } => self.is_at(phase_text(*phase), None),
            Event::PlanReady {
                dollars_per_hour,
                balancer_dollars_per_hour,
                ..
            } => self.costs(*dollars_per_hour, *balancer_dollars_per_hour),
            Event::StepStarted { node, .. } => self.is_at(node.to_string().into(), None),
            Event::StepProgress { stage, cause, .. } | Event::Heartbeat { stage, cause, .. } => {
                self.is_at(stage.clone(), cause.clone());
            }
            Event::Queued {
                node, holder, position, ..
            } => {
                let holder = &holder.description;
                let turn = match position {
                    Some(place) => text!("fleet-place-after", place = *place, holder = holder),
                    None => text!("fleet-after", holder = holder),
                };
                self.is_at(text!("fleet-waits-for", node = node.to_string()), Some(turn));
            }
            Event::StepRetried { cause, .. } => self.cause = Some(cause.clone()),
            Event::StepFailed { failure, .. } => {
                let cause = failure.causes.last().cloned();
                self.failure = self.failure.take().or(cause);
            }
            Event::Leftovers { items, .. } if !items.is_empty() => {
                let left = items
                    .iter()
                    .map(|item| text!("fleet-left-item", name = &item.name, reason = &item.reason));
                self.failure = Some(text!("fleet-left-over", items = Text::list(left, ", ")));
            }
            Event::Summary(summary) => self.take_end(summary, record.at),
            Event::Finding(_)
            | Event::Pods { .. }
            | Event::StepDone { .. }
            | Event::StepSkipped { .. }
            | Event::Leftovers { .. }
            | Event::Interrupted { .. }
            | Event::Output { .. } => {}
        }
    }

    /// What it costs, as far as that is known: of an ALB that it shares its part.
    pub fn costs(&mut self, hourly: Option<f64>, balancer: Option<f64>) {
        let others = balancer.map(|balancer| balancer - balancer / f64::from(self.sharers.max(1)));
        self.dollars_per_hour = hourly.map(|hourly| hourly - others.unwrap_or_default());
    }

    fn is_at(&mut self, stage: Text, cause: Option<Text>) {
        self.stage = stage;
        self.cause = cause;
    }

    fn take_end(&mut self, summary: &Summary, at: Timestamp) {
        self.url.clone_from(&summary.url);
        self.end(summary.exit_code, None, at);
    }

    /// It is never begun: why.
    pub fn hold(&mut self, why: impl Into<Text>) {
        self.progress = Progress::Held;
        self.cause = Some(why.into());
    }

    /// Its run is over, at that time and with that exit; `cause` is why it has not come about, where no event has said so.
    pub fn end(&mut self, exit_code: u8, cause: Option<Text>, at: Timestamp) {
        self.progress = if exit_code == 0 {
            Progress::Done
        } else {
            Progress::Failed
        };
        self.stage = Text::default();
        let told = self.failure.take().or(self.cause.take());
        self.cause = cause.or(told).filter(|_| exit_code != 0);
        self.exit_code = Some(exit_code);
        self.ended = Some(at);
    }

    /// It was done by an earlier call.
    pub fn was_done(&mut self, entry: &Entry) {
        self.progress = Progress::Done;
        self.exit_code = Some(entry.exit_code);
        self.url.clone_from(&entry.url);
    }
}

/// All labs of a class.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Board {
    /// The labs, in the order of the roster.
    pub rows: Vec<LabRow>,
}

impl Board {
    /// How many labs are so far.
    pub fn count(&self, progress: Progress) -> usize {
        self.rows.iter().filter(|row| row.progress == progress).count()
    }

    /// What all labs cost that are known to: US dollars an hour.
    pub fn dollars_per_hour(&self) -> Option<f64> {
        let mut known = self.rows.iter().filter_map(|row| row.dollars_per_hour).peekable();
        known.peek()?;
        Some(known.sum())
    }
}

fn phase_text(phase: Phase) -> Text {
    match phase {
        Phase::Reading => text!("fleet-phase-reading"),
        Phase::Settling => text!("fleet-phase-settling"),
        Phase::Leftovers => text!("fleet-phase-leftovers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Failure, FailureClass, Leaves, Leftover, LeftoverKind, Place, RunVerb, VERSION};
    use crate::model::Op;

    fn record(event: Event) -> Record {
        Record {
            v: VERSION,
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            event,
        }
    }

    fn row(events: impl IntoIterator<Item = Event>) -> LabRow {
        let mut row = LabRow::waiting("p-01", "auto");
        for event in events {
            row.take(&record(event));
        }
        row
    }

    fn begun() -> Event {
        Event::RunStarted {
            verb: RunVerb::Apply,
            lab: "p-01".to_owned(),
            version: String::new(),
            place: Place {
                cluster: "eks1".to_owned(),
                ..Place::default()
            },
        }
    }

    fn failed(cause: &str) -> Event {
        Event::StepFailed {
            node: "profile/p".parse().unwrap(),
            failure: Failure {
                class: FailureClass::Failed,
                causes: vec!["outer".into(), cause.to_owned().into()],
                leaves: Leaves::Nothing,
                hint: Text::default(),
                stage: None,
            },
        }
    }

    #[test]
    fn what_is_left_over_is_why_a_lab_is_not_gone() {
        let item = Leftover {
            kind: LeftoverKind::TargetGroup,
            name: "k8s-a".to_owned(),
            id: "arn".to_owned(),
            reason: "nobody knows".into(),
            dollars_per_day: None,
            command: String::new(),
        };
        let left = |items| Event::Leftovers {
            items,
            searched: Vec::new(),
        };
        let mut found = row([begun(), left(vec![item])]);
        found.end(1, None, record(begun()).at);
        assert_eq!(found.cause.unwrap(), "left over: k8s-a (nobody knows)");
        let mut gone = row([begun(), left(Vec::new())]);
        gone.end(0, None, record(begun()).at);
        assert_eq!((gone.progress, gone.cause), (Progress::Done, None));
    }

    #[test]
    fn a_lab_is_as_far_as_its_last_event() {
        assert_eq!(row([]).progress, Progress::Waiting);
        let running = row([
            begun(),
            Event::StepProgress {
                node: "profile/p".parse().unwrap(),
                stage: "CREATING".into(),
                elapsed_ms: 1,
                cause: Some("usual".into()),
            },
        ]);
        assert_eq!(
            (running.progress, running.cluster.as_str()),
            (Progress::Running, "eks1")
        );
        assert_eq!(
            (running.stage, running.cause),
            ("CREATING".into(), Some("usual".into()))
        );
        let mut summary = Summary::of_nothing(RunVerb::Apply, 1);
        let other = Event::StepStarted {
            node: "balancer/b".parse().unwrap(),
            op: Op::None,
        };
        let ended = row([
            begun(),
            failed("no address is left"),
            other,
            failed("interrupted"),
            Event::Summary(summary.clone()),
        ]);
        assert_eq!((ended.progress, ended.exit_code), (Progress::Failed, Some(1)));
        assert_eq!(ended.cause.unwrap(), "no address is left");
        (summary.ok, summary.exit_code) = (true, 0);
        summary.url = Some("http://x".to_owned());
        let done = row([begun(), failed("passed"), Event::Summary(summary)]);
        assert_eq!(
            (done.progress, done.cause, done.url.as_deref()),
            (Progress::Done, None, Some("http://x"))
        );
    }

    #[test]
    fn labs_on_one_load_balancer_pay_for_it_together() {
        let mut row = LabRow {
            sharers: 4,
            ..LabRow::waiting("a", "c")
        };
        row.costs(Some(0.5), Some(0.4));
        assert!((row.dollars_per_hour.unwrap() - 0.2).abs() < 1e-9);
        row.costs(None, None);
        assert_eq!(row.dollars_per_hour, None);
    }

    #[test]
    fn who_was_never_begun_or_was_done_before_is_told() {
        let mut board = Board {
            rows: vec![
                LabRow::waiting("a", "c"),
                LabRow::waiting("b", "c"),
                LabRow::waiting("c", "c"),
            ],
        };
        board.rows[0].hold("not begun: why");
        assert_eq!(board.rows[0].cause, Some("not begun: why".into()));
        board.rows[1].was_done(&Entry {
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            verb: RunVerb::Apply,
            lab: "b".to_owned(),
            cluster: "c".to_owned(),
            exit_code: 0,
            url: Some("http://b".to_owned()),
            cause: None,
        });
        board.rows[1].dollars_per_hour = Some(0.5);
        let counts = [Progress::Held, Progress::Done, Progress::Waiting].map(|progress| board.count(progress));
        assert_eq!(counts, [1, 1, 1]);
        assert_eq!(board.dollars_per_hour(), Some(0.5));
        assert_eq!(board.rows[1].url.as_deref(), Some("http://b"));
    }
}
