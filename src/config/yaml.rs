//! YAML to a tree in which every node knows its place.
//!
//! Scalars stay texts: what they mean is up to their key, not to YAML's guesses.

use std::sync::Arc;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::problem::{Problem, in_quotes, quoted};
use super::source::{Location, Source};
use crate::lang::{Text, text};

/// A node with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) place: Location,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, and whether it was written without quotes.
    Scalar { text: String, plain: bool },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order in which it was written; every key once.
    Map(Vec<Entry>),
}

/// One key of a map with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Location,
    pub(super) node: Node,
}

impl Entry {
    fn moved(self, place: &Location) -> Self {
        Self {
            key: self.key,
            place: place.clone(),
            node: self.node.moved(place),
        }
    }
}

impl Node {
    /// Whether it is `null`, `~` or nothing at all.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if is_null(text))
    }

    /// The same at another place, with all that is in it.
    pub(super) fn moved(self, place: &Location) -> Self {
        let value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(|item| item.moved(place)).collect()),
            Value::Map(entries) => Value::Map(entries.into_iter().map(|entry| entry.moved(place)).collect()),
            scalar @ Value::Scalar { .. } => scalar,
        };
        let place = place.clone();
        Self { place, value }
    }

    /// What it is, for messages: "the number 5", "a list".
    pub(super) fn describe(&self) -> Text {
        match &self.value {
            Value::List(_) => text!("config-is-list"),
            Value::Map(_) => text!("config-is-map"),
            Value::Scalar { text, plain: true } if is_null(text) => text!("config-is-nothing"),
            Value::Scalar { text, plain: true } if looks_like_number(text) => {
                text!("config-is-number", number = quoted(text))
            }
            Value::Scalar { text, plain: true } if is_no_text(text) => text!("config-is-boolean", word = quoted(text)),
            Value::Scalar { text, .. } => text!("config-is-text", text = in_quotes(text)),
        }
    }
}

/// Whether a plain scalar is YAML's null.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether a plain scalar is a number or a boolean to any common YAML reader, and so no text.
pub(super) fn is_no_text(text: &str) -> bool {
    const BOOLEANS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "y", "n"];
    looks_like_number(text) || BOOLEANS.contains(&text.to_ascii_lowercase().as_str())
}

fn looks_like_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        && (text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o"))
}

/// The tree of a text, `None` for one without content, and everything that is wrong with the writing.
pub(super) fn parse(source: &Arc<Source>, text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut builder = Builder {
        source,
        events: Parser::new_from_str_with_options(text, granit_parser::options! { emit_comments: false }),
        problems: Vec::new(),
        depth: 0,
    };
    // What comes after a mistake in the writing cannot be trusted, but what is wrong so far is worth telling.
    let node = builder.document().unwrap_or_default();
    (node, builder.problems)
}

/// Lists and maps within each other, at most. No environment has a tenth of it; who reads them needs a piece of the stack for
/// each.
const DEEPEST: usize = 64;

/// The writing is so wrong that nothing after it can be read; the problem has been noted.
struct Stopped;

struct Builder<'a, 'input> {
    source: &'a Arc<Source>,
    events: Parser<'input, granit_parser::StrInput<'input>>,
    problems: Vec<Problem>,
    /// Lists and maps that the node being read is in, keys included.
    depth: usize,
}

impl<'input> Builder<'_, 'input> {
    fn document(&mut self) -> Result<Option<Node>, Stopped> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {}
                Event::DocumentStart(..) => {
                    let place = self.place(&span);
                    let problem = Problem::new(&place, text!("config-second-document"));
                    self.problems.push(problem.help(text!("config-second-document.remedy")));
                    return Err(Stopped);
                }
                first => root = Some(self.node(first, &span)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'input>, Span), Stopped> {
        match self.events.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => {
                let place = self.at(error.marker(), 1);
                let problem = Problem::new(&place, text!("config-not-yaml", why = quoted(&error.info())));
                self.problems
                    .push(match hint(place.excerpt().unwrap_or_default(), &error.info()) {
                        Some(help) => problem.help(help),
                        None => problem,
                    });
                Err(Stopped)
            }
            None => Err(Stopped),
        }
    }

    fn node(&mut self, event: Event<'input>, span: &Span) -> Result<Node, Stopped> {
        let place = self.place(span);
        let value = match event {
            Event::Scalar(text, style, _, tag) => {
                if tag.is_some() {
                    let problem = Problem::new(&place, text!("config-yaml-tag"));
                    self.problems.push(problem.help(text!("config-yaml-tag.remedy")));
                }
                Value::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                }
            }
            Event::SequenceStart(..) => Value::List(self.within(&place, Self::list)?),
            Event::MappingStart(..) => Value::Map(self.within(&place, Self::map)?),
            _ => {
                let problem = Problem::new(&place, text!("config-yaml-alias"));
                self.problems.push(problem.help(text!("config-yaml-alias.remedy")));
                Value::Scalar {
                    text: String::new(),
                    plain: true,
                }
            }
        };
        Ok(Node { place, value })
    }

    /// Reads what is in a list or a map that begins at `place`.
    fn within<T>(&mut self, place: &Location, read: fn(&mut Self) -> Result<T, Stopped>) -> Result<T, Stopped> {
        if self.depth == DEEPEST {
            self.problems
                .push(Problem::new(place, text!("config-too-deep", most = DEEPEST)));
            return Err(Stopped);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn list(&mut self) -> Result<Vec<Node>, Stopped> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(list),
                (event, span) => list.push(self.node(event, &span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Vec<Entry>, Stopped> {
        let mut map: Vec<Entry> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(map);
            }
            let key = self.node(event, &span)?;
            let (event, span) = self.next()?;
            let node = self.node(event, &span)?;
            let Value::Scalar { text, .. } = key.value else {
                let problem = Problem::new(&key.place, text!("config-list-as-key"));
                self.problems.push(problem.help(text!("config-list-as-key.remedy")));
                continue;
            };
            if let Some(first) = map.iter().find(|entry| entry.key == text) {
                let problem = Problem::new(&key.place, text!("config-key-twice", key = quoted(&text)));
                let remedy = text!("config-key-twice.remedy", line = first.place.line);
                self.problems.push(problem.help(remedy));
            } else {
                map.push(Entry {
                    key: text,
                    place: key.place,
                    node,
                });
            }
        }
    }

    fn place(&self, span: &Span) -> Location {
        let width = if span.end.line() == span.start.line() {
            span.end.col().saturating_sub(span.start.col())
        } else {
            1
        };
        self.at(&span.start, width)
    }

    fn at(&self, marker: &Marker, width: usize) -> Location {
        Location {
            source: Arc::clone(self.source),
            line: marker.line(),
            // The parser counts columns from 0.
            column: marker.col() + 1,
            width,
        }
    }
}

/// What people usually got wrong on such a line.
fn hint(line: &str, error: &str) -> Option<Text> {
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    if indent.contains('\t') {
        return Some(text!("config-yaml-tabs"));
    }
    if line.matches(": ").count() > 1 {
        return Some(text!("config-yaml-colon"));
    }
    if line.contains(": *") || line.contains(": @") || line.contains(": %") || line.contains(": `") {
        return Some(text!("config-yaml-special"));
    }
    if error.contains("mapping values are not allowed") {
        return Some(text!("config-yaml-indentation"));
    }
    let flow = ["flow mapping", "flow sequence", "unclosed bracket"];
    let is_unclosed = flow.iter().any(|what| error.contains(what));
    is_unclosed.then(|| text!("config-yaml-unclosed", map = MAP_BEGINS))
}

/// What a map in one line begins with.
const MAP_BEGINS: &str = "{";
