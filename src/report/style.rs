//! Colours, symbols and columns: how text is dressed for one stream.

use anstyle::{AnsiColor, Color, Style as Ansi};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::Op;

/// How text is dressed for one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
    /// Columns to keep within.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
        }
    }
}

/// What a piece of text means; the style turns that into a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something is made, or well.
    Good,
    /// Something changes, or deserves a look.
    Care,
    /// Something goes away, or is wrong.
    Bad,
    /// Of little weight.
    Faint,
    /// A heading or the thing it is about.
    Strong,
}

impl Tone {
    fn ansi(self) -> Ansi {
        let colored = |color| Ansi::new().fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Good => colored(AnsiColor::Green),
            Self::Care => colored(AnsiColor::Yellow),
            Self::Bad => colored(AnsiColor::Red),
            Self::Faint => Ansi::new().dimmed(),
            Self::Strong => Ansi::new().bold(),
        }
    }
}

impl Style {
    /// `text` in the colour of `tone`.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let ansi = tone.ansi();
        format!("{}{text}{}", ansi.render(), ansi.render_reset())
    }
}

/// The sign of an operation, as plans show it.
pub fn sign(op: Op) -> (&'static str, Tone) {
    match op {
        Op::Create => ("+", Tone::Good),
        Op::Update => ("~", Tone::Care),
        Op::Replace => ("-/+", Tone::Bad),
        Op::Delete => ("-", Tone::Bad),
        Op::None => (" ", Tone::Faint),
    }
}

/// `text` filled up with spaces to `columns`; wide characters count two.
pub fn pad(text: &str, columns: usize) -> String {
    let fill = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}

/// `text` cut to `columns`, with `…` for what is missing.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        let wide = c.width().unwrap_or_default();
        if used + wide > columns {
            break;
        }
        used += wide;
        short.push(c);
    }
    short.push('…');
    short
}

/// `text` broken at spaces into lines of at most `columns`; a longer word (a URL, an ARN) gets a line of its own.
/// A no-break space holds what is around it together.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let spaces = |c: char| c.is_whitespace() && c != '\u{a0}';
    for word in text.split(spaces).filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_the_eye_sees() {
        assert_eq!(pad("한글", 6), "한글  ");
        assert_eq!(cut("한글이다", 5), "한글…");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("too long", 5), "too …");
    }

    #[test]
    fn wrapping_keeps_long_words_whole() {
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(
            wrap("see http://a.very.long.name now", 10),
            ["see", "http://a.very.long.name", "now"]
        );
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn colour_is_only_where_it_is_wanted() {
        let plain = Style::default();
        assert_eq!(plain.paint(Tone::Bad, "no"), "no");
        let colored = Style { color: true, ..plain };
        assert_eq!(colored.paint(Tone::Bad, "no"), "\u{1b}[31mno\u{1b}[0m");
        assert_eq!(colored.paint(Tone::Bad, ""), "");
    }
}
