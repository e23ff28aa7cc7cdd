//! From the text of a manifest to JSON.

use std::collections::BTreeMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Value};

use super::scalar::Scalar;
use crate::render::inserted;

/// How many values aliases may stand for in all; go-yaml has such a limit, too, against texts that grow without end.
const ALIASED: usize = 100_000;

/// Lists and maps within each other, at most. No object of Kubernetes has a quarter of it; who reads them needs a piece of the
/// stack for each.
const DEEPEST: usize = 100;

/// One document of a manifest.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::render) struct Document {
    /// What it holds.
    pub(in crate::render) value: Value,
    /// How each number and boolean was written, by its JSON pointer: `1.10` is the number 1.1.
    pub(in crate::render) written: BTreeMap<String, String>,
}

/// Why a manifest cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Fault {
    /// Where in the text, as a line from 1.
    pub(in crate::render) line: usize,
    /// What is wrong.
    pub(in crate::render) kind: FaultKind,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) enum FaultKind {
    /// It is no YAML, or no JSON can be made of it; in words.
    Syntax(String),
    /// A value of the environment is only a part of a scalar. The byte at which its word begins.
    Part(usize),
}

/// All documents of a text that hold something.
pub(in crate::render) fn documents(text: &str) -> Result<Vec<Document>, Fault> {
    let options = granit_parser::options! { emit_comments: false, block_scalar_eof_without_line_feed: true };
    let mut reader = Reader {
        text,
        events: Parser::new_from_str_with_options(text, options),
        path: Vec::new(),
        written: BTreeMap::new(),
        anchors: BTreeMap::new(),
        aliased: 0,
        depth: 0,
    };
    let mut documents = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(documents),
            (Event::DocumentStart(..), _) => {
                let value = reader.document()?;
                let written = std::mem::take(&mut reader.written);
                if !value.is_null() {
                    documents.push(Document { value, written });
                }
            }
            _ => {}
        }
    }
}

/// A node that has been read. Only a scalar can be a key.
#[derive(Clone)]
enum Node {
    Scalar(Scalar),
    /// A list or a map.
    Other(Value),
}

struct Reader<'input> {
    text: &'input str,
    events: Parser<'input, StrInput<'input>>,
    /// The keys and positions that lead to the node being read.
    path: Vec<String>,
    written: BTreeMap<String, String>,
    /// What has an anchor in this document, by the parser's number for it.
    anchors: BTreeMap<usize, Node>,
    aliased: usize,
    /// Lists and maps that the node being read is in, keys included.
    depth: usize,
}

impl<'input> Reader<'input> {
    fn next(&mut self) -> Result<(Event<'input>, Span), Fault> {
        match self.events.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(syntax(error.marker(), error.info())),
            None => Ok((Event::StreamEnd, Span::empty(Marker::new(0, 0, 0)))),
        }
    }

    fn document(&mut self) -> Result<Value, Fault> {
        self.anchors.clear();
        let (event, span) = self.next()?;
        if event == Event::DocumentEnd {
            return Ok(Value::Null);
        }
        let node = self.node(event, &span)?;
        self.value(node, &span)
    }

    fn node(&mut self, event: Event<'input>, span: &Span) -> Result<Node, Fault> {
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => (self.scalar(&text, style, tag.as_deref(), span)?, anchor),
            Event::SequenceStart(_, anchor, _) => (Node::Other(self.within(span, Self::list)?), anchor),
            Event::MappingStart(_, anchor, _) => (Node::Other(self.within(span, Self::map)?), anchor),
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => return Err(syntax(&span.start, "a value is missing here")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Reads what is in a list or a map that begins at `span`.
    fn within(&mut self, span: &Span, read: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth == DEEPEST {
            let message = format!("lists and maps are within each other more than {DEEPEST} deep");
            return Err(syntax(&span.start, message));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// What the node stands for as JSON. How it was written is kept where JSON has another word for it.
    fn value(&mut self, node: Node, span: &Span) -> Result<Value, Fault> {
        match node {
            Node::Other(value) => Ok(value),
            Node::Scalar(scalar) => {
                let typed = !matches!(scalar, Scalar::Text(_) | Scalar::Null);
                let value = scalar.value();
                let value = value.ok_or_else(|| syntax(&span.start, "JSON, and so Kubernetes, has no such number"))?;
                let written = span.slice(self.text).filter(|text| typed && !text.starts_with('*'));
                if let Some(written) = written {
                    self.written.insert(self.path.concat(), written.trim().to_owned());
                }
                Ok(value)
            }
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Result<Node, Fault> {
        if inserted::is_in(text) {
            return self.inserted(text, style, tag, span);
        }
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        Ok(Node::Scalar(match tag {
            Some(tag) => tagged(&tag, text, span)?,
            None if style == ScalarStyle::Plain => Scalar::plain(text),
            None => Scalar::Text(text.to_owned()),
        }))
    }

    /// A scalar that is a value of the environment, or a block of text with such values in it.
    fn inserted(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Result<Node, Fault> {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if let Some(text) = inserted::put_back(text).filter(|_| block) {
            return Ok(Node::Scalar(Scalar::Text(text)));
        }
        let value = inserted::whole(text).filter(|_| style == ScalarStyle::DoubleQuoted);
        match (value, tag) {
            (Some(Value::String(text)), None) => Ok(Node::Scalar(Scalar::Text(text))),
            (Some(Value::String(text)), Some(tag)) => {
                tagged(&format!("{}{}", tag.handle(), tag.suffix()), &text, span).map(Node::Scalar)
            }
            (Some(value), None) => Ok(Node::Other(value)),
            _ => Err(self.part(span)),
        }
    }

    /// A value that is only a part of the scalar at `span`.
    fn part(&self, span: &Span) -> Fault {
        let range = span.byte_range().unwrap_or_default();
        let slice = self.text.get(range.clone()).unwrap_or_default();
        let at = range.start + inserted::first(slice).map_or(0, |(begin, _)| begin);
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Fault {
            line,
            kind: FaultKind::Part(at),
        }
    }

    fn alias(&mut self, anchor: usize, span: &Span) -> Result<Node, Fault> {
        let node = self.anchors.get(&anchor).cloned();
        let node = node.ok_or_else(|| syntax(&span.start, "this alias stands for something that contains it"))?;
        self.aliased += match &node {
            Node::Scalar(_) => 1,
            Node::Other(value) => size(value),
        };
        if self.aliased > ALIASED {
            return Err(syntax(&span.start, "aliases make more of this text than can be read"));
        }
        Ok(node)
    }

    fn list(&mut self) -> Result<Value, Fault> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::Array(list)),
                (event, span) => {
                    self.path.push(format!("/{}", list.len()));
                    let node = self.node(event, &span)?;
                    list.push(self.value(node, &span)?);
                    self.path.pop();
                }
            }
        }
    }

    fn map(&mut self) -> Result<Value, Fault> {
        let mut map = Map::new();
        let mut lines = BTreeMap::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Value::Object(map));
            }
            if is_merge(&event) {
                let (event, span) = self.next()?;
                let merged = self.node(event, &span)?;
                map.extend(merged_entries(merged, &span)?);
                continue;
            }
            let Node::Scalar(key) = self.node(event, &span)? else {
                return Err(syntax(&span.start, "a list or map cannot be a key"));
            };
            let key = key.key();
            let key = key.ok_or_else(|| syntax(&span.start, "this cannot be a key: Kubernetes' keys are texts"))?;
            if let Some(first) = lines.insert(key.clone(), span.start.line()) {
                let message = format!("duplicate key `{key}`, which is already on line {first}");
                return Err(syntax(&span.start, message));
            }
            let (event, span) = self.next()?;
            self.path
                .push(format!("/{}", key.replace('~', "~0").replace('/', "~1")));
            let node = self.node(event, &span)?;
            map.insert(key, self.value(node, &span)?);
            self.path.pop();
        }
    }
}

fn syntax(at: &Marker, message: impl Into<String>) -> Fault {
    Fault {
        line: at.line(),
        kind: FaultKind::Syntax(message.into()),
    }
}

fn tagged(tag: &str, text: &str, span: &Span) -> Result<Scalar, Fault> {
    Scalar::tagged(tag, text).ok_or_else(|| syntax(&span.start, format!("`{text}` is not what its tag says it is")))
}

/// Whether a key is YAML 1.1's merge key: `<<` without quotes.
fn is_merge(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(text, style, _, None) => text == "<<" && *style == ScalarStyle::Plain,
        Event::Scalar(text, _, _, Some(tag)) => text == "<<" && tag.suffix() == "merge" && tag.is_custom(),
        _ => false,
    }
}

/// What a merge key brings: a map, or several of which the first wins. As with go-yaml what comes later in the text wins
/// over what comes earlier, merged or not.
fn merged_entries(node: Node, span: &Span) -> Result<Map<String, Value>, Fault> {
    let wrong = || syntax(&span.start, "`<<` needs a map or a list of maps");
    match node {
        Node::Other(Value::Object(map)) => Ok(map),
        Node::Other(Value::Array(list)) => {
            let mut merged = Map::new();
            for map in list.into_iter().rev() {
                let Value::Object(map) = map else {
                    return Err(wrong());
                };
                merged.extend(map);
            }
            Ok(merged)
        }
        _ => Err(wrong()),
    }
}

/// How many values a tree has.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(size).sum(),
        Value::Object(map) => map.values().map(size).sum(),
        _ => 0usize,
    }
}
