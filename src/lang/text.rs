//! A message with what is put into it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::language::Language;

/// A message: its id in the catalogues and what is put into it, or words of others that are shown as they are.
///
/// Machines read it in English: so it is serialised, and so `Display` has it.
#[derive(Clone)]
pub struct Text(pub(super) Arc<Kind>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Message {
        id: Cow<'static, str>,
        values: Vec<(&'static str, Value)>,
    },
    Verbatim(Cow<'static, str>),
    List {
        texts: Vec<Text>,
        between: &'static str,
    },
}

/// What is put into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number; a message may have other words for one than for many.
    Number(u64),
    /// A place in a row, from 1.
    Place(u32),
    /// A name, a command, words of others.
    Verbatim(String),
    /// Another message.
    Text(Text),
}

impl Text {
    /// The message `id`; `name.attribute` for an attribute of one.
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Kind::Message {
            id: id.into(),
            values: Vec::new(),
        }))
    }

    /// Words that are the same in every language.
    pub fn verbatim(words: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Kind::Verbatim(words.into())))
    }

    /// With `value` put in where the message names it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        if let Kind::Message { values, .. } = Arc::make_mut(&mut self.0) {
            values.push((name, value.into()));
        }
        self
    }

    /// Several, with the same between them in every language.
    pub fn list(texts: impl IntoIterator<Item = impl Into<Self>>, between: &'static str) -> Self {
        let texts = texts.into_iter().map(Into::into).collect();
        Self(Arc::new(Kind::List { texts, between }))
    }

    /// The same message with `change` made to everything in it that is not this program's own: names that are put in, and words
    /// of others.
    #[must_use]
    pub fn with_words_of_others(&self, change: &mut dyn FnMut(&str) -> String) -> Self {
        let kind = match &*self.0 {
            Kind::Message { id, values } => {
                let mut changed = |value: &Value| match value {
                    Value::Number(number) => Value::Number(*number),
                    Value::Place(place) => Value::Place(*place),
                    Value::Verbatim(words) => Value::Verbatim(change(words)),
                    Value::Text(text) => Value::Text(text.with_words_of_others(change)),
                };
                Kind::Message {
                    id: id.clone(),
                    values: values.iter().map(|(name, value)| (*name, changed(value))).collect(),
                }
            }
            Kind::Verbatim(Cow::Borrowed(ours)) => Kind::Verbatim(Cow::Borrowed(ours)),
            Kind::Verbatim(Cow::Owned(words)) => Kind::Verbatim(Cow::Owned(change(words))),
            Kind::List { texts, between } => Kind::List {
                texts: texts.iter().map(|text| text.with_words_of_others(change)).collect(),
                between,
            },
        };
        Self(Arc::new(kind))
    }

    /// Its words for machines, by which texts are compared.
    fn english(&self) -> String {
        self.said(Language::English)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        match &*self.0 {
            Kind::Message { .. } => false,
            Kind::Verbatim(words) => words.is_empty(),
            Kind::List { texts, .. } => texts.iter().all(Self::is_empty),
        }
    }
}

/// Nothing to say.
impl Default for Text {
    fn default() -> Self {
        Self::verbatim("")
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

/// By their words: what was written to a file and read again is the same.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.english() == other.english()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.english().cmp(&other.english())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, words: &str) -> bool {
        self.english() == words
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, words: &String) -> bool {
        self == words.as_str()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, words: &&str) -> bool {
        self == *words
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::verbatim)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::verbatim(words)
    }
}

impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Self::verbatim(words)
    }
}

impl From<&String> for Text {
    fn from(words: &String) -> Self {
        Self::verbatim(words.clone())
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Verbatim(words)
    }
}

impl From<&str> for Value {
    fn from(words: &str) -> Self {
        Self::Verbatim(words.to_owned())
    }
}

impl From<&String> for Value {
    fn from(words: &String) -> Self {
        Self::Verbatim(words.clone())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&Text> for Value {
    fn from(text: &Text) -> Self {
        Self::Text(text.clone())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

/// A [`Text`] by its id, with what is put into it: `text!("live-after", step = name)`.
macro_rules! text {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::lang::Text::new($id)$(.with(stringify!($name), $value))*
    };
}
pub(crate) use text;
