//! What is wrong with an environment, and the one way it is reported.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use unicode_width::UnicodeWidthStr;

use super::source::{Location, Source};
use crate::lang::{Language, Text, text};
use crate::model::beginning;
use crate::model::visible::visible;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: Location,
    key: Option<String>,
    message: Text,
    help: Option<Text>,
    is_missing_value: bool,
}

impl Problem {
    pub(super) fn new(place: &Location, message: impl Into<Text>) -> Self {
        Self {
            place: place.clone(),
            key: None,
            message: message.into(),
            help: None,
            is_missing_value: false,
        }
    }

    /// The same at another place.
    pub(super) fn moved(self, place: &Location) -> Self {
        let place = place.clone();
        Self { place, ..self }
    }

    /// The same at the place without which it would not be wrong; the help says where the value stands.
    pub(super) fn moved_with_origin(mut self, place: &Location) -> Self {
        let origin = self.place.text();
        let help = match self.help.take() {
            Some(help) => text!("config-help-and-value-of", help = help, place = origin),
            None => text!("config-value-of", place = origin),
        };
        self.help(help).moved(place)
    }

    /// Whether its place is in that layer.
    pub(super) fn is_of(&self, source: &Arc<Source>) -> bool {
        Arc::ptr_eq(&self.place.source, source)
    }

    /// Names the key that it is about, such as `app.replicas`.
    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(quoted(&key.into()));
        self
    }

    /// Says what to do about it.
    pub(super) fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Marks that nothing is wrong but that a key has no value.
    pub(super) fn missing_value(mut self) -> Self {
        self.is_missing_value = true;
        self
    }

    /// Whether nothing is wrong but that a key has no value.
    pub(super) fn is_missing_value(&self) -> bool {
        self.is_missing_value
    }

    /// Where: a file with line and column, a variable, or a flag.
    pub fn location(&self) -> Text {
        self.place.text()
    }

    /// What, without where.
    pub fn message(&self) -> &Text {
        &self.message
    }

    /// A block of lines as compilers write them: where, which key, what; the line itself; what to do.
    pub fn said(&self, language: Language) -> String {
        let place = self.place.text().said(language);
        let key = self.key.as_ref().map_or_else(String::new, |key| format!("{key}: "));
        let mut lines = vec![format!("{place}: {key}{}", limited(&self.message, language))];
        let number = self.place.line.to_string();
        let margin = " ".repeat(number.len());
        if let Some(line) = self.place.excerpt() {
            let (line, indent, marked) = window(line, self.place.column - 1, self.place.width);
            let (before, carets) = (" ".repeat(indent), "^".repeat(marked));
            lines.extend([
                format!("{margin} |"),
                format!("{number} | {line}"),
                format!("{margin} | {before}{carets}"),
            ]);
        }
        if let Some(help) = &self.help {
            let help = text!("config-help", help = limited(help, language)).said(language);
            lines.push(format!("{margin} = {help}"));
        }
        lines.join("\n")
    }
}

/// Characters that are shown of a key, a message or a help, and of what somebody wrote, which is quoted in each and may be of
/// any length.
const QUOTED: usize = 1000;

/// What somebody wrote, as much of it as is put into a message.
pub(super) fn quoted(written: &str) -> String {
    beginning(written, QUOTED).into_owned()
}

/// The same in quotes.
pub(super) fn in_quotes(written: &str) -> String {
    format!("{:?}", beginning(written, QUOTED))
}

/// A message or a help in a language, as much of it as is shown.
fn limited(text: &Text, language: Language) -> String {
    quoted(&text.said(language))
}

/// In English.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Language::English))
    }
}

/// Characters that are shown of a line on each side of where the mistake begins.
const AROUND: usize = 100;

/// What is shown of a line, and the columns before and under what is wrong: of a long line the part around it, and what no
/// terminal shows as it would be printed, so that the marks are in place.
fn window(line: &str, column: usize, width: usize) -> (String, usize, usize) {
    let from = column.saturating_sub(AROUND);
    let part = |skipped: usize, taken: usize| -> String {
        let part: String = line.chars().skip(skipped).take(taken).collect();
        visible(&part).into_owned()
    };
    let mut before = part(from, column - from);
    let marked = part(column, width.min(AROUND));
    let mut after = part(column + width.min(AROUND), AROUND.saturating_sub(width));
    if from > 0 {
        before.insert(0, '…');
    }
    if line.chars().nth(column + AROUND).is_some() {
        after.push('…');
    }
    // Korean letters are two columns wide.
    let (indent, under) = (before.width(), marked.width().max(1));
    (format!("{before}{marked}{after}"), indent, under)
}

/// For machines: where, key, what, what to do.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let english = |text: &Text| limited(text, Language::English);
        let mut fields = serializer.serialize_struct("Problem", 4)?;
        fields.serialize_field("location", &self.location())?;
        fields.serialize_field("key", &self.key)?;
        fields.serialize_field("message", &english(&self.message))?;
        fields.serialize_field("help", &self.help.as_ref().map(english))?;
        fields.end()
    }
}

/// What something is wrong with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Subject {
    /// The environment of that name.
    Environment(String),
    /// The roster in that file.
    Roster(String),
}

impl Subject {
    /// That so much is wrong with it.
    fn heading(&self, count: usize) -> Text {
        match self {
            Self::Environment(name) => text!("config-environment-problems", name = name, count = count),
            Self::Roster(label) => text!("config-roster-problems", name = label, count = count),
        }
    }
}

/// Problems that are shown: what is wrong with more lines than these is seldom wrong for as many reasons, and no error is shown
/// with more than 400 lines.
const SHOWN: usize = 60;

/// Everything that is wrong with an environment or a roster, found in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Problems {
    #[serde(flatten)]
    subject: Subject,
    problems: Vec<Problem>,
}

impl Problems {
    /// In the order of a reader: files from top to bottom, then variables, then flags.
    pub(super) fn new(subject: Subject, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| a.place.cmp_position(&b.place));
        Self { subject, problems }
    }

    /// The problems, in the order in which they should be read.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.problems.iter()
    }

    /// How many there are with what, then each as a block of lines.
    pub fn said(&self, language: Language) -> String {
        let count = self.problems.len();
        let mut blocks = vec![self.subject.heading(count).said(language)];
        blocks.extend(self.problems.iter().take(SHOWN).map(|problem| problem.said(language)));
        if count > SHOWN {
            blocks.push(text!("config-more-problems", count = count - SHOWN).said(language));
        }
        blocks.join("\n\n")
    }
}

/// In English.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_makes_no_problem_long_in_any_language() {
        let long = "x".repeat(100_000);
        let flag = Arc::new(Source::Flag("--set app.image".to_owned()));
        let message = text!("config-image", value = in_quotes(&long));
        let problem = Problem::new(&Location::whole(&flag), message)
            .key(long.as_str())
            .help(text!("config-such-as", example = quoted(&long)));
        for language in Language::ALL {
            let said = problem.said(language);
            assert!(said.chars().count() < 3100, "{said}");
            assert!(said.contains("--set app.image: xxx"), "{said}");
            assert_eq!(said.matches("xxx…").count(), 3, "{said}");
        }
    }

    #[test]
    fn of_a_long_line_the_part_around_the_mistake_is_shown() {
        assert_eq!(window("a: 한글 x", 3, 2), ("a: 한글 x".to_owned(), 3, 4));
        let long = format!("{}wrong{}", "x".repeat(100_000), "y".repeat(100_000));
        let (line, indent, under) = window(&long, 100_000, 5);
        assert!(line.starts_with("…xxx") && line.ends_with("yyy…"), "{line}");
        assert_eq!((line.chars().count(), indent, under), (202, 101, 5));
        let (line, indent, under) = window("\u{1b}[31mred: x", 5, 3);
        assert_eq!((line.as_str(), indent, under), (r"\u{1b}[31mred: x", 10, 3));
    }
}
