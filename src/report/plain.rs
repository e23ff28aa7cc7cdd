//! Events as lines, for pipes and logs: one line for each that is worth telling.

use std::fmt::Write;

use super::style::{Style, Tone, sign};
use super::words;
use crate::event::{Event, Failure, Leaves, Summary};

/// The line or lines for one event, `elapsed` milliseconds into the run; nothing for what a reader can do without.
pub fn lines(event: &Event, elapsed: u64, style: &Style) -> Option<String> {
    let stamp = style.paint(Tone::Faint, &format!("[{:>6}]", words::millis(elapsed)));
    let body = match event {
        Event::StepStarted { node, op } => {
            let (sign, tone) = sign(*op);
            let verb = match words::op(*op) {
                "keep" => "wait for",
                verb => verb,
            };
            format!("{} {verb} {}", style.paint(tone, sign.trim()), words::node(node))
                .trim_start()
                .to_owned()
        }
        Event::StepProgress { node, stage, cause, .. } => match cause {
            Some(cause) if cause != stage => format!("{}: {stage}: {cause}", words::node(node)),
            _ => format!("{}: {stage}", words::node(node)),
        },
        Event::Heartbeat {
            node,
            stage,
            elapsed_ms,
            remaining_ms,
            cause,
        } => format!(
            "{}: still {} after {}, at most {} more",
            words::node(node),
            cause
                .as_deref()
                .filter(|cause| !cause.is_empty())
                .unwrap_or(if stage.is_empty() { "waiting" } else { stage }),
            words::millis(*elapsed_ms),
            words::millis(*remaining_ms)
        ),
        Event::StepRetried {
            node, delay_ms, cause, ..
        } => {
            format!(
                "{}: trying again in {}: {cause}",
                words::node(node),
                words::millis((*delay_ms).max(1000))
            )
        }
        Event::StepDone {
            node, op, elapsed_ms, ..
        } => {
            let done = format!("{} {}", words::node(node), words::op_done(*op));
            format!("{} ({})", style.paint(Tone::Good, &done), words::millis(*elapsed_ms))
        }
        Event::StepFailed { node, failure } => style.paint(
            Tone::Bad,
            &format!("{} failed: {}", words::node(node), failure.causes.join(": ")),
        ),
        Event::StepSkipped { node, blocked_by } => match blocked_by {
            Some(blocked_by) => format!(
                "{} not started, as it needs {}",
                words::node(node),
                words::node(blocked_by)
            ),
            None => format!("{} not started", words::node(node)),
        },
        Event::Interrupted { level: 1 } => {
            "stopping: nothing new is started, what runs may end (Ctrl-C again: do not wait)".to_owned()
        }
        Event::Interrupted { .. } => "stopping: not waiting any longer (Ctrl-C again: exit at once)".to_owned(),
        Event::RunStarted { .. }
        | Event::Finding(_)
        | Event::PlanReady { .. }
        | Event::Output { .. }
        | Event::Summary(_) => return None,
    };
    Some(format!("{stamp} {body}\n"))
}

/// A failed step at the end of a run: what, why, what it leaves, what to do.
pub fn failure(node: &crate::model::NodeId, failure: &Failure, style: &Style) -> String {
    let leaves = match failure.leaves {
        Leaves::Nothing => "It leaves nothing behind.",
        Leaves::Something => "What is there stays and keeps costing until it is removed.",
        Leaves::Unknown => "It is not known whether the call took effect.",
    };
    let mut causes = vec![format!("{} failed", words::node(node))];
    causes.extend(failure.causes.iter().cloned());
    super::error_view::lines(&causes, Some(&format!("{leaves} {}", capital(&failure.hint))), style)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The last lines of a run, URL excluded: counts, timings, requests.
pub fn summary(summary: &Summary, style: &Style) -> String {
    let counts = summary.counts;
    let mut text = String::new();
    let parts: Vec<_> = [
        (counts.create, "created"),
        (counts.update, "changed"),
        (counts.replace, "replaced"),
        (counts.delete, "deleted"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    let done = if parts.is_empty() {
        "nothing changed".to_owned()
    } else {
        parts.join(", ")
    };
    let (word, tone) = if summary.ok {
        ("Done", Tone::Good)
    } else {
        ("Not finished", Tone::Bad)
    };
    let head = format!("{word}: {done}, in {}.", words::millis(summary.elapsed_ms));
    text.push_str(&style.paint(tone, &head));
    text.push('\n');
    let list = |title: &str, parts: Vec<String>| {
        let mut lines = String::new();
        for (i, line) in super::style::wrap(&parts.join(", "), style.width.saturating_sub(10))
            .into_iter()
            .enumerate()
        {
            let _ = writeln!(lines, "{:<10}{line}", if i == 0 { title } else { "" });
        }
        lines
    };
    if !summary.phases.is_empty() {
        let phases = summary
            .phases
            .iter()
            .map(|(phase, ms)| format!("{phase} {}", words::millis(*ms)));
        text.push_str(&list("time", phases.collect()));
    }
    if !summary.requests.is_empty() {
        let requests = summary.requests.iter().map(|(api, n)| format!("{api} {n}"));
        text.push_str(&list("requests", requests.collect()));
    }
    text
}
