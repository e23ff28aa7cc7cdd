//! Where the time of a run went: a bar for each step that took some, below each other, so that it is seen what overlapped.

use std::time::Duration;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::page::Page;
use super::style::{Style, Tone, cut, pad};
use super::timeline::Timeline;
use super::{times, words};
use crate::lang::{Text, text};
use crate::model::short_node_name;
use crate::readiness;

/// What takes less is no bar.
const WORTH: Duration = Duration::from_secs(1);
/// Columns of the bars at most.
const BARS: usize = 36;
/// Columns of the time behind a bar.
const TIME: usize = 7;
/// The narrowest terminal that bars fit on.
const LEAST: usize = 50;

/// The bars and what they come to; `None` where there is nothing to compare, or no room for it.
pub fn bars(timeline: &Timeline, style: &Style) -> Option<String> {
    let begun = timeline.steps.iter().map(|step| step.began).min()?;
    let spans: Vec<Span> = timeline
        .steps
        .iter()
        .filter_map(|step| Span::of(step, begun, style))
        .collect();
    let end = spans.iter().map(|span| span.until).max()?;
    if spans.len() < 2 || style.width < LEAST {
        return None;
    }
    let names = spans.iter().map(|span| span.name.width()).max().unwrap_or_default();
    let columns = style.width.min(200).saturating_sub(3 + TIME + 1);
    let names = names.min(columns / 2);
    let room = columns.saturating_sub(names).min(BARS);
    let mut page = Page::new(style);
    for span in &spans {
        let name = pad(&cut(&span.name, names), names);
        page.line(&format!(
            "  {name} {} {:>TIME$}",
            span.drawn(end, room, style),
            times::duration(span.took())
        ));
    }
    let sum: Duration = spans.iter().map(Span::took).sum();
    let sum = text!(
        "end-one-by-one",
        sum = times::duration(sum),
        took = times::duration(end)
    );
    page.entry("  ", Tone::Faint.of(&style.say(&sum)));
    Some(page.into_text())
}

/// The pods that went, and their nodes; nothing where none did.
pub fn gone(timeline: &Timeline, style: &Style) -> String {
    /// More would hide what is there.
    const SHOWN: usize = 10;
    let all: Vec<_> = timeline.gone().collect();
    let lines = all.iter().take(SHOWN).map(|(pod, node)| {
        let node = node.map(short_node_name);
        match node {
            Some(node) if node.starts_with(readiness::FARGATE_NODE) => text!("gone-pod-node", pod = *pod, node = node),
            _ => Text::verbatim((*pod).to_owned()),
        }
    });
    let mut texts: Vec<Text> = lines.collect();
    if all.len() > SHOWN {
        texts.push(text!("live-more", count = all.len() - SHOWN));
    }
    let mut page = Page::new(style);
    for (i, text) in texts.iter().enumerate() {
        let label = if i == 0 {
            style.say(&text!("gone-label"))
        } else {
            String::new()
        };
        page.entry(Tone::Faint.of(&pad(&label, 10)), &style.say(text));
    }
    page.into_text()
}

/// A step, from and until when.
struct Span {
    name: String,
    from: Duration,
    until: Duration,
    tone: Tone,
}

impl Span {
    fn of(step: &super::timeline::Step, begun: Timestamp, style: &Style) -> Option<Self> {
        let since = |at: Timestamp| Duration::try_from(at.duration_since(begun)).unwrap_or_default();
        let span = Self {
            name: style.say(&words::kind_of(&step.node)),
            from: since(step.began),
            until: since(step.ended?.0),
            tone: if step.ended?.1 { Tone::Good } else { Tone::Bad },
        };
        Some(span).filter(|span| span.took() >= WORTH)
    }

    fn took(&self) -> Duration {
        self.until.saturating_sub(self.from)
    }

    /// Where the bar begins and ends, of so many columns for the time until `end`; it is never empty.
    fn place(&self, end: Duration, room: usize) -> (usize, usize) {
        let part = |at: Duration| {
            let thousandths = at.as_millis() * 1000 / end.as_millis().max(1);
            usize::try_from(thousandths).unwrap_or(usize::MAX).saturating_mul(room) / 1000
        };
        let from = part(self.from).min(room.saturating_sub(1));
        (from, part(self.until).clamp(from + 1, room))
    }

    fn drawn(&self, end: Duration, room: usize, style: &Style) -> String {
        let (from, until) = self.place(end, room);
        let bar = style.paint(self.tone, &"━".repeat(until - from));
        format!("{}{bar}{}", " ".repeat(from), " ".repeat(room - until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::lang::Language;
    use crate::model::{Op, Outputs};
    use crate::report::fixtures::{node, record};

    fn run() -> Timeline {
        let steps = [
            ("profile/p", 2, 134),
            ("ingress/i", 3, 9),
            ("balancer/b", 9, 123),
            ("service/s", 2, 2),
            ("deployment/d", 134, 183),
            ("targets/t", 183, 208),
        ];
        let mut timeline = Timeline::default();
        for (id, from, until) in steps {
            let (node, op) = (node(id), Op::Create);
            timeline.fold(&record(from, Event::StepStarted { node: node.clone(), op }));
            let done = Event::StepDone {
                node,
                op,
                elapsed_ms: 0,
                outputs: Outputs::default(),
            };
            timeline.fold(&record(until, done));
        }
        timeline
    }

    #[test]
    fn what_overlapped_is_seen_in_both_languages() {
        let shown = |width, language| {
            let style = Style {
                width,
                language,
                ..Style::default()
            };
            bars(&run(), &style).unwrap_or_default()
        };
        insta::assert_snapshot!(shown(80, Language::English), @r"
        profile    ━━━━━━━━━━━━━━━━━━━━━━━                2m12s
        ingress    ━                                         6s
        balancer    ━━━━━━━━━━━━━━━━━━━━                  1m54s
        deployment                        ━━━━━━━━          49s
        targets                                   ━━━━━     25s
        3m26s in all; one step after the other, as by hand: 5m26s
        ");
        let korean = shown(60, Language::Korean);
        let lines: Vec<&str> = korean.lines().collect();
        assert!(
            lines[0].starts_with("  프로파일") && lines[0].ends_with(" 2m12s"),
            "{korean}"
        );
        assert_eq!(lines[5], "  전체 3m26s, 손으로 한 단계씩 했다면 5m26s");
        assert_eq!(shown(40, Language::English), "", "too narrow");
        for line in shown(50, Language::Korean).lines() {
            assert!(line.width() <= 50, "{line}");
        }
    }

    #[test]
    fn of_one_step_there_is_nothing_to_compare() {
        let mut timeline = run();
        timeline.steps.truncate(1);
        assert_eq!(bars(&timeline, &Style::default()), None);
    }
}
