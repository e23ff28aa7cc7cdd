//! JSON patch (RFC 6902), with the leniency of the library behind the real server.

use serde_json::Value;

use super::PatchError;

/// Bytes of JSON that all copies of a patch may have together, as on a real server: copies of copies double what is there.
const MOST_COPIED: usize = 3 << 20;

/// JSON patch (RFC 6902): all operations or none.
///
/// As on a real server, `replace` of an object's field that is not there adds it, and `copy` of one copies null.
pub(crate) fn json(target: &mut Value, patch: &Value) -> Result<(), PatchError> {
    let Some(operations) = patch.as_array() else {
        let wanted = "[]handlers.jsonPatchOp";
        return Err(PatchError::undecodable("error decoding patch: ", patch, wanted));
    };
    let mut result = target.clone();
    let mut copied = 0;
    for operation in operations {
        apply(&mut result, operation, &mut copied).map_err(PatchError::Unprocessable)?;
    }
    *target = result;
    Ok(())
}

/// Applies one operation; `copied` is how much has been copied so far.
fn apply(target: &mut Value, operation: &Value, copied: &mut usize) -> Result<(), String> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str);
    let name = text("op").ok_or("operation without op")?;
    let path = text("path").ok_or_else(|| format!("{name} operation without path"))?;
    let value = || operation.get("value").cloned().unwrap_or_default();
    let from = || text("from").ok_or_else(|| format!("{name} operation without from"));
    match name {
        "add" => add(target, path, value()),
        "remove" => remove(target, path).map(drop),
        "replace" => replace(target, path, value()),
        "test" => test(target, path, &value()),
        "move" => {
            let moved = remove(target, from()?)?;
            add(target, path, moved)
        }
        "copy" => {
            let value = get(target, from()?)?.cloned().unwrap_or_default();
            *copied += value.to_string().len();
            if *copied > MOST_COPIED {
                return Err(format!(
                    "unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {MOST_COPIED}"
                ));
            }
            add(target, path, value)
        }
        _ => Err(format!("unexpected kind of operation: {name}")),
    }
}

/// The container that a path's last step is taken in, and that step.
fn container<'a>(target: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), String> {
    let missing = || format!("the path {path:?} does not exist");
    let (parent, last) = path.rsplit_once('/').ok_or_else(missing)?;
    let container = target.pointer_mut(parent).ok_or_else(missing)?;
    Ok((container, unescaped(last)))
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The index a step means in a list of `length`; negative ones count from the end.
fn index(step: &str, length: usize) -> Result<usize, String> {
    let wrong = || format!("no element {step:?} in a list of {length}");
    let given: i64 = step.parse().map_err(|_| wrong())?;
    let end = i64::try_from(length).map_err(|_| wrong())?;
    let index = if given < 0 { given + end } else { given };
    usize::try_from(index)
        .ok()
        .filter(|index| *index < length)
        .ok_or_else(wrong)
}

fn add(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let (container, step) = container(target, path)?;
    match container {
        Value::Object(map) => {
            map.insert(step, value);
        }
        Value::Array(items) if step == "-" => items.push(value),
        Value::Array(items) => {
            let index = index(&step, items.len() + 1)?;
            items.insert(index, value);
        }
        _ => return Err(format!("the path {path:?} leads into a scalar")),
    }
    Ok(())
}

fn remove(target: &mut Value, path: &str) -> Result<Value, String> {
    let (container, step) = container(target, path)?;
    match container {
        Value::Object(map) => map
            .remove(&step)
            .ok_or_else(|| format!("nothing to remove at {path:?}")),
        Value::Array(items) => {
            let index = index(&step, items.len())?;
            Ok(items.remove(index))
        }
        _ => Err(format!("the path {path:?} leads into a scalar")),
    }
}

fn replace(target: &mut Value, path: &str, value: Value) -> Result<(), String> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let (container, step) = container(target, path)?;
    match container {
        Value::Object(map) => {
            map.insert(step, value);
        }
        Value::Array(items) => {
            let index = index(&step, items.len())?;
            if let Some(item) = items.get_mut(index) {
                *item = value;
            }
        }
        _ => return Err(format!("the path {path:?} leads into a scalar")),
    }
    Ok(())
}

/// What a path leads to; nothing where the last step is a field that is not there.
fn get<'a>(target: &'a mut Value, path: &str) -> Result<Option<&'a Value>, String> {
    if path.is_empty() {
        return Ok(Some(target));
    }
    let (container, step) = container(target, path)?;
    match container {
        Value::Object(map) => Ok(map.get(&step)),
        Value::Array(items) => {
            let index = index(&step, items.len())?;
            Ok(items.get(index))
        }
        _ => Err(format!("the path {path:?} leads into a scalar")),
    }
}

fn test(target: &mut Value, path: &str, wanted: &Value) -> Result<(), String> {
    let found = get(target, path)?.cloned().unwrap_or_default();
    if found == *wanted {
        Ok(())
    } else {
        Err(format!("test of {path:?} failed: {found} is not {wanted}"))
    }
}
