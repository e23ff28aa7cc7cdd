//! An explanation of a check as people read it.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::style::{Style, Tone, wrap};
use crate::checks::Explanation;

/// The whole explanation.
pub fn text(explanation: &Explanation, style: &Style) -> String {
    let mut text = format!("{} {}\n", style.paint(Tone::Strong, explanation.id), style.paint(Tone::Strong, explanation.title));
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
    let _ = writeln!(text, "\n{}\n{}", style.paint(Tone::Faint, "Look yourself"), command(explanation.look, style));
    let _ = writeln!(text, "\n{}", style.paint(Tone::Faint, "Read on"));
    for line in wrap(explanation.docs, style.width.saturating_sub(2)) {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// A command to copy; where it is too long it goes on in another line, in a way the shell takes.
fn command(command: &str, style: &Style) -> String {
    let mut lines = vec![String::from(" ")];
    for (i, word) in command.split(" --").enumerate() {
        let option = if i == 0 { format!(" {word}") } else { format!(" --{word}") };
        let long = lines.last().is_some_and(|line| line.width() + option.width() + 2 > style.width);
        if long {
            lines.push("     ".to_owned());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&option);
        }
    }
    lines.join(" \\\n")
}
