//! The steps of a run over its time, as bars.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::rounded;
use crate::lang::{Language, Text, text};
use crate::model::Op;
use crate::report::timeline::{Step, Timeline};
use crate::report::{times, words};

/// What is shown of it.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    ticks: Vec<Tick>,
    bars: Vec<Bar>,
    sum: String,
    skipped: Option<String>,
}

#[derive(Debug, Serialize)]
struct Tick {
    /// In hundredths of the width, like all lengths here.
    at: f64,
    text: String,
}

#[derive(Debug, Serialize)]
struct Bar {
    step: String,
    did: String,
    tone: &'static str,
    sign: &'static str,
    began: String,
    took: String,
    from: f64,
    width: f64,
}

/// Ticks on the axis, at most.
const TICKS: f64 = 4.0;
/// Steps that an axis of time has, in seconds.
const STEPS: [u32; 9] = [10, 30, 60, 120, 300, 600, 1800, 3600, 14400];

/// The chart of a run that has begun.
pub(super) fn chart(timeline: &Timeline, language: Language) -> Option<Chart> {
    let begun = timeline.began.filter(|_| timeline.has_begun())?;
    let last = timeline.last.unwrap_or(begun);
    let elapsed = match &timeline.summary {
        Some(summary) => Duration::from_millis(summary.elapsed_ms),
        None => between(begun, last),
    };
    let whole = elapsed.max(between(begun, last)).as_secs_f64().max(1.0);
    let part = |time: Duration| rounded(time.as_secs_f64() / whole * 100.0);
    let mut sum = Duration::ZERO;
    let bar = |step: &Step| {
        let (ended, well) = step.ended.map_or((last, None), |(at, well)| (at, Some(well)));
        let took = between(step.began, ended);
        sum += took;
        let (did, tone, sign) = match well {
            Some(true) => (done(step.op), "good", "✓"),
            Some(false) => (text!("page-failed"), "bad", "✗"),
            None => (text!("page-under-way"), "care", "…"),
        };
        Bar {
            step: words::name_of(&step.node).said(language),
            did: did.said(language),
            tone,
            sign,
            began: times::elapsed(between(begun, step.began)),
            took: times::elapsed(took),
            // What takes no time at the very end is to be seen, too.
            from: part(between(begun, step.began)).min(99.6),
            width: part(took),
        }
    };
    let bars = timeline.steps.iter().map(bar).collect();
    let skipped = (!timeline.skipped.is_empty()).then(|| {
        let steps = Text::list(timeline.skipped.iter().map(words::name_of), ", ");
        text!("page-not-begun", steps = steps)
    });
    let sum = text!("page-sum", took = times::duration(elapsed), sum = times::duration(sum));
    Some(Chart {
        ticks: ticks(whole),
        bars,
        sum: sum.said(language),
        skipped: skipped.map(|skipped| skipped.said(language)),
    })
}

/// What has happened to a step's node.
fn done(op: Op) -> Text {
    match op {
        Op::Create => text!("page-created"),
        Op::Update => text!("page-changed"),
        Op::Replace => text!("page-replaced"),
        Op::Delete => text!("page-deleted"),
        Op::None => text!("page-ready"),
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn ticks(whole: f64) -> Vec<Tick> {
    let step = STEPS.into_iter().find(|step| whole / f64::from(*step) <= TICKS);
    let step = step.unwrap_or(86_400);
    (0..=4)
        .map(|n| n * step)
        .take_while(|second| f64::from(*second) <= whole)
        .map(|second| Tick {
            at: rounded(f64::from(second) / whole * 100.0),
            text: times::elapsed(Duration::from_secs(u64::from(second))),
        })
        .collect()
}
