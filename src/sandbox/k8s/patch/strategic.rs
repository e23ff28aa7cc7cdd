//! Kubernetes' strategic merge patch.

use serde_json::{Map, Value};

use super::PatchError;
use super::list::{self, Merging};
use crate::k8s::schema::{Field, PatchStrategy, Schema, Shape};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
const ELEMENT_ORDER: &str = "$setElementOrder/";

type Fields = Map<String, Value>;

/// Kubernetes' strategic merge patch, with its directives and its lists merged by key.
///
/// The server offers it for Kubernetes' own kinds only (415 for others); here an unknown field is replaced as a whole.
pub(crate) fn strategic(target: &mut Value, patch: &Value, schema: Schema) -> Result<(), PatchError> {
    let Value::Object(patch) = patch else {
        return Err(PatchError::undecodable("", patch, "map[string]interface {}"));
    };
    let live = target.as_object().cloned().unwrap_or_default();
    *target = Value::Object(merge_map(live, patch.clone(), schema.shape())?);
    Ok(())
}

/// The strategy for a field of a struct; fields of other shapes have the default one.
fn strategy_of(shape: &Shape, name: &str) -> PatchStrategy {
    let field: Option<&Field> = shape.as_struct().and_then(|s| s.fields.get(name));
    field.map(|field| field.patch.clone()).unwrap_or_default()
}

/// The shape of a member; anything where it is not known.
fn member<'a>(shape: &'a Shape, name: &str) -> &'a Shape {
    shape.member(name).unwrap_or(&Shape::Any)
}

/// Merges a patch into a struct or map.
pub(super) fn merge_map(mut live: Fields, mut patch: Fields, shape: &Shape) -> Result<Fields, PatchError> {
    if let Some(directive) = patch.get(DIRECTIVE).cloned() {
        return match directive.as_str() {
            Some("replace") => {
                patch.remove(DIRECTIVE);
                Ok(patch)
            }
            Some("delete") => Ok(Fields::new()),
            _ => Err(list::bad_directive(&directive, &patch)),
        };
    }
    retain_keys(&mut live, &mut patch)?;
    merge_ordered_lists(&mut live, &mut patch, shape)?;
    let (deletions, fields): (Vec<_>, Vec<_>) = patch.into_iter().partition(|(name, _)| name.starts_with(DELETE_FROM));
    for (name, value) in fields {
        merge_field(&mut live, &name, value, shape)?;
    }
    for (name, gone) in deletions {
        let name = name.strip_prefix(DELETE_FROM).unwrap_or_default();
        if let (Some(Value::Array(items)), Value::Array(gone)) = (live.get_mut(name), gone) {
            items.retain(|item| !gone.contains(item));
        }
    }
    Ok(live)
}

fn merge_field(live: &mut Fields, name: &str, value: Value, shape: &Shape) -> Result<(), PatchError> {
    let strategy = strategy_of(shape, name);
    let merged = match (live.remove(name), value) {
        (_, Value::Null) => return Ok(()),
        (Some(Value::Object(old)), Value::Object(new)) if !strategy.replace => {
            Some(Value::Object(merge_map(old, new, member(shape, name))?))
        }
        (Some(Value::Object(_)), Value::Object(new)) => Some(Value::Object(new)),
        (Some(Value::Array(old)), Value::Array(new)) => Some(Value::Array(match &strategy.merge {
            Some(key) => merging(shape, name, key).merge(&old, new)?,
            None => new,
        })),
        (_, new) => without_directives(without_nulls(new)),
    };
    if let Some(merged) = merged {
        live.insert(name.to_owned(), merged);
    }
    Ok(())
}

fn merging<'a>(shape: &'a Shape, name: &str, key: &'a str) -> Merging<'a> {
    Merging {
        key,
        element: member(shape, name).element().unwrap_or(&Shape::Any),
    }
}

/// `$retainKeys`: of the live struct only these fields are kept.
fn retain_keys(live: &mut Fields, patch: &mut Fields) -> Result<(), PatchError> {
    let Some(keep) = patch.remove(RETAIN_KEYS) else {
        return Ok(());
    };
    let bad = || PatchError::BadRequest("invalid patch format of retainKeys".to_owned());
    let keep: Vec<&str> = keep
        .as_array()
        .ok_or_else(bad)?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let listed = |(name, value): (&String, &Value)| {
        value.is_null()
            || name.starts_with(DELETE_FROM)
            || name.starts_with(ELEMENT_ORDER)
            || keep.contains(&name.as_str())
    };
    if !patch.iter().all(listed) {
        return Err(bad());
    }
    live.retain(|name, _| keep.contains(&name.as_str()));
    Ok(())
}

/// Lists with `$setElementOrder`: merged, then put in that order.
fn merge_ordered_lists(live: &mut Fields, patch: &mut Fields, shape: &Shape) -> Result<(), PatchError> {
    let directives: Vec<String> = patch
        .keys()
        .filter(|name| name.starts_with(ELEMENT_ORDER))
        .cloned()
        .collect();
    for directive in directives {
        let bad = || PatchError::BadRequest("invalid patch format of setElementOrder list".to_owned());
        let Some(Value::Array(order)) = patch.remove(&directive) else {
            return Err(bad());
        };
        let name = directive.strip_prefix(ELEMENT_ORDER).unwrap_or_default();
        let strategy = strategy_of(shape, name);
        let key = strategy.merge.clone().unwrap_or_default();
        let merging = merging(shape, name, &key);
        let as_list = |value: Option<Value>| match value {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(bad()),
        };
        let old = as_list(live.get(name).cloned())?;
        let new = as_list(patch.remove(name))?;
        merging.check_order(new.as_deref().unwrap_or_default(), &order)?;
        let merged = match (old.clone(), new) {
            (None, None) => continue,
            (Some(old), None) => old,
            (None, Some(new)) => new.into_iter().filter_map(without_directives).collect(),
            (Some(old), Some(new)) if strategy.merge.is_some() => merging.merge(&old, new)?,
            (Some(_), Some(new)) => new,
        };
        let ordered = merging.in_order(merged, &order, &old.unwrap_or_default());
        live.insert(name.to_owned(), Value::Array(ordered));
    }
    Ok(())
}

/// A new value without the parts that are directives; nothing if it is one itself.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(DIRECTIVE) => None,
        Value::Object(map) => Some(Value::Object(
            map.into_iter()
                .filter_map(|(name, inner)| Some((name, without_directives(inner)?)))
                .collect(),
        )),
        Value::Array(items) => Some(Value::Array(items.into_iter().filter_map(without_directives).collect())),
        other => Some(other),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, inner)| !inner.is_null())
                .map(|(name, inner)| (name, without_nulls(inner)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
