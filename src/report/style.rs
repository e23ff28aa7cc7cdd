//! Colours, symbols and columns: how text is dressed for one stream.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::door;
pub use super::tone::Tone;
use crate::lang::{Language, Text};
use crate::model::Op;
use crate::model::visible::{visible, visible_line};

/// How text is dressed for one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
    /// Columns to keep within.
    pub width: usize,
    /// What language it is in.
    pub language: Language,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            color: false,
            width: 80,
            language: Language::default(),
        }
    }
}

impl Style {
    /// The words of a text.
    pub fn say(&self, text: &Text) -> String {
        text.said(self.language)
    }

    /// `text` in the colour of `tone`; the door makes a colour of it.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        door::sealed(tone, text)
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
    let text = visible_line(text);
    let fill = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}

/// `text` cut to `columns`, with `…` for what is missing.
pub fn cut(text: &str, columns: usize) -> String {
    let text = visible_line(text);
    if text.width() <= columns {
        return text.into_owned();
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
/// A no-break space holds what is around it together, and so do backquotes: they are around commands, which can be copied
/// only in one piece. One that is too long for a line is put on lines of its own, as [`shell_lines`] breaks it.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let text = visible(text);
    for token in tokens(&text) {
        if !line.is_empty() && line.width() + 1 + token.width() > columns {
            lines.push(std::mem::take(&mut line));
        }
        if let Some(command) = command(token).filter(|_| token.width() > columns) {
            // What is left of the line, if anything, is not to be copied with it.
            lines.extend(Some(std::mem::take(&mut line)).filter(|line| !line.is_empty()));
            lines.extend(shell_lines(command, columns));
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(token);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Words, and commands in backquotes with what follows them up to the next space.
fn tokens(text: &str) -> Vec<&str> {
    let is_space = |c: char| c.is_whitespace() && c != '\u{a0}';
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let quoted = rest.find('`').filter(|open| !rest[..*open].contains(is_space));
        let closed = quoted.and_then(|open| Some(open + 1 + rest[open + 1..].find('`')? + 1));
        let from = closed.unwrap_or_default();
        let end = rest[from..].find(is_space).map_or(rest.len(), |end| from + end);
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    tokens
}

/// The command of a token that is one, without its backquotes and the punctuation behind them.
fn command(token: &str) -> Option<&str> {
    let (command, after) = token.strip_prefix('`')?.split_once('`')?;
    let is_command = command.contains(' ') && after.chars().all(|c| c.is_ascii_punctuation());
    is_command.then_some(command)
}

/// A command on lines of at most `columns` that can be copied together: broken before options, at words if need be, with the
/// sign by which a shell goes on.
pub fn shell_lines(command: &str, columns: usize) -> Vec<String> {
    /// Columns of ` \`.
    const SIGN: usize = 2;
    let room = columns.saturating_sub(SIGN);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for option in options(command) {
        let whole = option.join(" ");
        let parts = if whole.width() + SIGN > room {
            option
        } else {
            vec![whole.as_str()]
        };
        for part in parts {
            if !line.trim_start().is_empty() && line.width() + 1 + part.width() > room {
                lines.push(std::mem::replace(&mut line, "  ".to_owned()));
            }
            if !line.trim_start().is_empty() {
                line.push(' ');
            }
            line.push_str(part);
        }
    }
    lines.push(line);
    let last = lines.len() - 1;
    for line in lines.iter_mut().take(last) {
        line.push_str(" \\");
    }
    lines
}

/// The words of a command, each option together with its values. What is in quotes is one word.
fn options(command: &str) -> Vec<Vec<&str>> {
    let mut words = Vec::new();
    let mut quote = None;
    let mut start = 0;
    for (i, c) in command.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => {
                words.push(&command[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    words.push(&command[start..]);
    let mut options: Vec<Vec<&str>> = Vec::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        match options.last_mut() {
            Some(option) if !word.starts_with('-') => option.push(word),
            _ => options.push(vec![word]),
        }
    }
    options
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
        assert_eq!(cut("a\u{1b}[2J b", 8), "a\\u{1b}…");
        assert_eq!(pad("a\n", 4), "a\\n ");
        assert_eq!(wrap("a\u{202e} b", 9), ["a\\u{202e}", "b"]);
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
        assert_eq!(door::passed(&colored.paint(Tone::Bad, "no")), "\u{1b}[31mno\u{1b}[0m");
        assert_eq!(colored.paint(Tone::Bad, ""), "");
    }

    #[test]
    fn a_command_is_kept_in_one_piece_or_broken_as_a_shell_takes_it() {
        assert_eq!(
            wrap("either wait or run `lab2048 sandbox mend no-nat`; then again", 30),
            ["either wait or run", "`lab2048 sandbox mend no-nat`;", "then again"]
        );
        let long = "remove it: `aws eks delete-access-entry --cluster-name eksworkshop --principal-arn arn:aws:iam::1:role/lab \
                    --region ap-northeast-2`; then make the profile again";
        for columns in [20, 30, 40, 60, 80, 120] {
            let lines = wrap(long, columns);
            let text = lines.join("\n");
            let joined = text
                .replace(" \\\n", "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert!(
                joined.contains(
                    "aws eks delete-access-entry --cluster-name eksworkshop --principal-arn arn:aws:iam::1:role/lab \
                     --region ap-northeast-2"
                ),
                "{columns}:\n{text}"
            );
            let wide = lines
                .iter()
                .filter(|line| line.width() > columns && line.trim().contains(' '));
            assert_eq!(
                wide.filter(|line| !line.ends_with('\\')).count(),
                0,
                "{columns}:\n{text}"
            );
        }
        assert_eq!(
            wrap(long, 60),
            [
                "remove it:",
                "aws eks delete-access-entry --cluster-name eksworkshop \\",
                "  --principal-arn arn:aws:iam::1:role/lab \\",
                "  --region ap-northeast-2",
                "then make the profile again"
            ]
        );
    }

    #[test]
    fn what_is_in_quotes_is_one_word() {
        assert_eq!(
            options("a --query 'b c' -n 1"),
            [vec!["a"], vec!["--query", "'b c'"], vec!["-n", "1"]]
        );
        assert_eq!(wrap("a ` b", 2), ["a", "`", "b"]);
    }
}
