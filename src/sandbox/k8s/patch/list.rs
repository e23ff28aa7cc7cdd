//! Lists merged by a key of their elements, or by the elements themselves.

use serde_json::{Map, Value};

use super::PatchError;
use super::strategic::merge_map;
use crate::k8s::schema::Shape;

const DIRECTIVE: &str = "$patch";

/// How a list is merged.
pub(super) struct Merging<'a> {
    /// The field that identifies elements; empty for lists of scalars.
    pub(super) key: &'a str,
    /// Shape of the elements.
    pub(super) element: &'a Shape,
}

/// The directive of a list element.
fn directive(item: &Value) -> Option<&Value> {
    item.get(DIRECTIVE)
}

/// An unknown `$patch`.
pub(super) fn bad_directive(directive: &Value, map: &Map<String, Value>) -> PatchError {
    let directive = directive.as_str().map_or_else(|| go_text(directive), str::to_owned);
    let map = go_text(&Value::Object(map.clone()));
    PatchError::Internal(format!("unknown patch type: {directive} in map: {map}"))
}

/// A value as Go's `%v` shows it.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(name, value)| format!("{name}:{}", go_text(value)))
                .collect();
            format!("map[{}]", fields.join(" "))
        }
        other => other.to_string(),
    }
}

impl Merging<'_> {
    /// What identifies an element.
    fn key_of<'v>(&self, item: &'v Value) -> Option<&'v Value> {
        if self.key.is_empty() {
            Some(item)
        } else {
            item.get(self.key)
        }
    }

    fn required_key<'v>(&self, item: &'v Value) -> Result<&'v Value, PatchError> {
        self.key_of(item).ok_or_else(|| {
            let text = format!("{} does not contain declared merge key: {}", go_text(item), self.key);
            PatchError::Internal(format!("map: {text}"))
        })
    }

    fn position(&self, list: &[Value], item: &Value) -> Option<usize> {
        let key = self.key_of(item)?;
        list.iter().position(|other| self.key_of(other) == Some(key))
    }

    /// Merges a patch list into a live one.
    pub(super) fn merge(&self, live: &[Value], patch: Vec<Value>) -> Result<Vec<Value>, PatchError> {
        if self.key.is_empty() {
            return Ok(self.merge_scalars(live, &patch));
        }
        let mut kept = live.to_vec();
        let mut additions = Vec::new();
        let mut replace = false;
        for item in patch {
            match directive(&item).map(|d| d.as_str().unwrap_or_default()) {
                None => additions.push(item),
                Some("delete") => {
                    let gone = self.required_key(&item)?;
                    kept.retain(|other| self.key_of(other) != Some(gone));
                }
                Some("replace") => replace = true,
                Some("merge") => {
                    let why = "merging lists cannot yet be specified in the patch";
                    return Err(PatchError::Internal(why.to_owned()));
                }
                Some(_) => {
                    let map = item.as_object().cloned().unwrap_or_default();
                    return Err(bad_directive(&item[DIRECTIVE], &map));
                }
            }
        }
        if replace {
            return Ok(additions);
        }
        for item in &additions {
            self.required_key(item)?;
            match self.position(&kept, item).and_then(|at| kept.get_mut(at)) {
                Some(old) => *old = self.merge_element(old, item)?,
                None => kept.push(item.clone()),
            }
        }
        Ok(self.in_order(kept, &additions, live))
    }

    fn merge_element(&self, old: &Value, new: &Value) -> Result<Value, PatchError> {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                merge_map(old.clone(), new.clone(), self.element).map(Value::Object)
            }
            _ => Ok(new.clone()),
        }
    }

    fn merge_scalars(&self, live: &[Value], patch: &[Value]) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        for item in live.iter().chain(patch) {
            if !all.contains(item) {
                all.push(item.clone());
            }
        }
        self.in_order(all, patch, live)
    }

    /// Elements in the order the patch gives them; those it does not name stay before the ones they came before.
    pub(super) fn in_order(&self, all: Vec<Value>, order: &[Value], live: &[Value]) -> Vec<Value> {
        let (mut named, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|v| self.position(order, v).is_some());
        named.sort_by_key(|item| self.position(order, item));
        let mut named = named.into_iter().peekable();
        let mut others = others.into_iter().peekable();
        let mut sorted = Vec::new();
        loop {
            let other_first = match (others.peek(), named.peek()) {
                (None, None) => return sorted,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(other), Some(named)) => match (self.position(live, other), self.position(live, named)) {
                    (Some(other), Some(named)) => other < named,
                    _ => false,
                },
            };
            sorted.extend(if other_first { others.next() } else { named.next() });
        }
    }

    /// The patch's elements have to be in the order that `$setElementOrder` gives.
    pub(super) fn check_order(&self, patch: &[Value], order: &[Value]) -> Result<(), PatchError> {
        if patch.is_empty() || order.is_empty() {
            return Ok(());
        }
        let mut rest = order.iter();
        for item in patch.iter().filter(|item| directive(item).is_none()) {
            let key = self.required_key(item)?;
            if !rest.any(|other| self.key_of(other) == Some(key)) {
                let list = |items: &[Value]| go_text(&Value::Array(items.to_vec()));
                return Err(PatchError::Internal(format!(
                    "The order in patch list:\n{}\n doesn't match $setElementOrder list:\n{}\n",
                    list(patch),
                    list(order)
                )));
            }
        }
        Ok(())
    }
}
