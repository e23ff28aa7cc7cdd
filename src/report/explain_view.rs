//! An explanation of a check as people read it.

use std::fmt::Write;

use super::style::{Style, Tone, wrap};
use crate::checks::Explanation;

/// The whole explanation.
pub fn text(explanation: &Explanation, style: &Style) -> String {
    let mut text = format!(
        "{} {}\n",
        style.paint(Tone::Strong, explanation.id),
        style.paint(Tone::Strong, explanation.title)
    );
    let parts = [
        ("", explanation.what),
        ("Why it matters", explanation.why),
        ("What lab2048 does", explanation.does),
    ];
    for (heading, body) in parts {
        text.push('\n');
        if !heading.is_empty() {
            let _ = writeln!(text, "{}", style.paint(Tone::Faint, heading));
        }
        for line in wrap(body, style.width) {
            let _ = writeln!(text, "{line}");
        }
    }
    let _ = writeln!(
        text,
        "\n{}\n  {}",
        style.paint(Tone::Faint, "Look yourself"),
        explanation.look
    );
    let _ = writeln!(
        text,
        "\n{}\n  {}",
        style.paint(Tone::Faint, "Read on"),
        explanation.docs
    );
    text
}
