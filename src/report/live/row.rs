//! The row of something under way: its name and since when, and how far it is.

use std::time::Duration;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::painter::DrawnLine;
use crate::event::Usual;
use crate::lang::{Language, Text, text};
use crate::model::PodState;
use crate::report::style::{Tone, cut, pad, wrap};
use crate::report::times;

/// Columns of the elapsed time.
const TIME: usize = 7;
/// The sign that moves, and the space behind it.
const SPINNER: usize = 2;
/// The most lines of how far a step is.
const STATE: usize = 2;
/// Something under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) started: Timestamp,
    pub(super) name: Text,
    pub(super) state: Text,
    /// Its pods, where it is pods that are waited for.
    pub(super) pods: Vec<PodState>,
}

impl Row {
    pub(super) fn new(started: Timestamp, name: Text, state: Text) -> Self {
        Self {
            started,
            name,
            state,
            pods: Vec::new(),
        }
    }
}

impl Row {
    /// The name with the elapsed time at the right, and how long it usually takes where there is room for that; below how far it is.
    /// One column stays free at the right.
    pub(super) fn lines(
        &self,
        usual: Option<Usual>,
        now: Timestamp,
        sign: char,
        columns: usize,
        language: Language,
    ) -> Vec<DrawnLine> {
        let elapsed = Duration::try_from(now.duration_since(self.started)).unwrap_or_default();
        let own_name = self.name.said(language);
        let room = columns.saturating_sub(SPINNER + TIME + 2);
        let column = room.min(46).max(own_name.width().min(room));
        let name = pad(&cut(&own_name, column), column);
        let mut first = format!("{sign} {name} {:>TIME$}", times::elapsed(elapsed));
        if let Some(usual) = usual.and_then(|usual| said_usual(usual, elapsed)) {
            let usual = format!("  {}", usual.said(language));
            if first.width() + usual.width() < columns {
                first.push_str(&usual);
            }
        }
        let mut lines = vec![DrawnLine {
            text: cut(&first, columns.saturating_sub(1)),
            tone: None,
        }];
        if self.state.is_empty() {
            return lines;
        }
        let room = columns.saturating_sub(SPINNER + 3);
        let mut state = wrap(&self.state.said(language), room);
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

/// How long it usually takes, where that is long enough to wonder, or that it takes longer.
fn said_usual(usual: Usual, elapsed: Duration) -> Option<Text> {
    /// What takes less is over before it is read.
    const WORTH: u64 = 20_000;
    if usual.p50_ms < WORTH {
        return None;
    }
    Some(if elapsed > Duration::from_millis(usual.p90_ms) {
        text!("live-longer")
    } else {
        text!("live-usually", time = times::millis(usual.p50_ms))
    })
}
