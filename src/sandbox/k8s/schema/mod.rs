//! Types of the cluster's objects: which fields there are, and how lists and maps are merged.
//!
//! The facts are those of the published schema of Kubernetes 1.36 (list types and keys, atomic structs, strategic
//! merge keys); they are in `types.txt`, one line a field.

mod normalise;
mod parse;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| parse::catalogue(include_str!("types.txt")));
static UNKNOWN_KIND: LazyLock<Shape> = LazyLock::new(|| Shape::Struct("Object".to_owned()));
static ANY: Shape = Shape::Any;
static NOTHING: Struct = Struct {
    atomic: false,
    fields: BTreeMap::new(),
    others: Some(Shape::Any),
};

/// All types there are.
#[derive(Debug, Default)]
struct Catalogue {
    /// By API version and kind.
    kinds: BTreeMap<(String, String), Shape>,
    structs: BTreeMap<String, Struct>,
}

/// The type of one kind of object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema {
    shape: &'static Shape,
    known: bool,
    builtin: bool,
}

/// What a value may look like, and how it is merged and owned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// One value.
    Scalar(Scalar),
    /// Anything: what it is shows from the value; lists are atomic, maps are not.
    Any,
    /// The struct of that name.
    Struct(String),
    /// A map with values of one shape.
    Map {
        /// Shape of the values.
        of: Box<Shape>,
        /// Owned as a whole.
        atomic: bool,
    },
    /// A list with elements of one shape.
    List {
        /// Shape of the elements.
        of: Box<Shape>,
        /// How elements are identified.
        elements: Elements,
    },
}

/// Kinds of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Any of them (quantities, int-or-string).
    Untyped,
}

/// How the elements of a list are identified.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Elements {
    /// Not at all: the list is owned and replaced as a whole.
    Atomic,
    /// By their value; there are no duplicates.
    Set,
    /// By the values of these fields.
    Keyed(Vec<KeyField>),
}

/// One of the fields that identify a list's elements.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyField {
    /// Its name.
    pub name: String,
    /// Its value where an element does not have it.
    pub default: Option<Value>,
}

/// Type with named fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Struct {
    /// Owned as a whole.
    pub atomic: bool,
    /// The named fields.
    pub fields: BTreeMap<String, Field>,
    /// Shape of all other fields; without it, other fields are errors.
    pub others: Option<Shape>,
}

/// A named field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// What it holds.
    pub shape: Shape,
    /// The server always has it, as an empty struct or list if need be.
    pub always: bool,
    /// What strategic merge patch does with it.
    pub patch: PatchStrategy,
}

/// What strategic merge patch does with a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PatchStrategy {
    /// Elements of the list are merged: by the value of this field, or by their own value if it is empty.
    pub merge: Option<String>,
    /// The patch names the fields to keep with `$retainKeys`.
    pub retain_keys: bool,
    /// The struct is replaced, not merged.
    pub replace: bool,
}

/// The schema of a kind, such as `apps/v1` `Deployment`; of an unknown kind nothing is known but its metadata.
pub(super) fn of(api_version: &str, kind: &str) -> Schema {
    let known = CATALOGUE.kinds.get(&(api_version.to_owned(), kind.to_owned()));
    Schema {
        shape: known.unwrap_or(&UNKNOWN_KIND),
        known: known.is_some(),
        builtin: known.is_some() && !api_version.starts_with("elbv2."),
    }
}

impl Schema {
    /// The shape of the whole object.
    pub(super) fn shape(self) -> &'static Shape {
        self.shape
    }

    /// Whether the kind is one of those the types of which are known.
    pub(super) fn is_known(self) -> bool {
        self.known
    }

    /// Whether the kind is one of Kubernetes' own, whose objects always have certain empty structs.
    pub(super) fn is_builtin(self) -> bool {
        self.builtin
    }
}

impl Shape {
    /// The struct this shape names.
    pub(crate) fn as_struct(&self) -> Option<&'static Struct> {
        match self {
            Self::Struct(name) => Some(CATALOGUE.structs.get(name).unwrap_or(&NOTHING)),
            _ => None,
        }
    }

    /// The shape of the member called `name`, if a value of this shape can have one.
    pub(crate) fn member(&self, name: &str) -> Option<&Shape> {
        match self {
            Self::Struct(_) => {
                let fields = self.as_struct()?;
                fields.fields.get(name).map(|f| &f.shape).or(fields.others.as_ref())
            }
            Self::Map { of, .. } => Some(of),
            Self::Any => Some(&ANY),
            Self::Scalar(_) | Self::List { .. } => None,
        }
    }

    /// Whether `name` is a field of the struct by name, rather than a key of a map.
    pub(crate) fn names_field(&self, name: &str) -> bool {
        self.as_struct().is_some_and(|s| s.fields.contains_key(name))
    }

    /// The shape of a list's elements.
    pub(crate) fn element(&self) -> Option<&Shape> {
        match self {
            Self::List { of, .. } => Some(of),
            Self::Any => Some(&ANY),
            _ => None,
        }
    }

    /// How a list's elements are identified; lists of unknown type are atomic.
    pub(crate) fn elements(&self) -> &Elements {
        match self {
            Self::List { elements, .. } => elements,
            _ => &Elements::Atomic,
        }
    }

    /// Whether a map or struct of this shape is owned as a whole.
    pub(crate) fn is_atomic_map(&self) -> bool {
        match self {
            Self::Map { atomic, .. } => *atomic,
            Self::Struct(_) => self.as_struct().is_some_and(|s| s.atomic),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
