//! Lists of objects in a manifest, taken apart as kubectl does.

use serde_json::Value;

/// An object of a document.
pub(super) struct Item {
    /// The object.
    pub(super) value: Value,
    /// Where it is in its document, as a JSON pointer; empty for the document itself.
    pub(super) pointer: String,
}

/// The objects of a document: itself, or what its `items` hold if it is a `List`, a `ConfigMapList` and so on, lists in
/// lists too. Items of such a list need not say what they are. An error says what is wrong with a list.
pub(super) fn flattened(document: Value) -> Result<Vec<Item>, String> {
    let mut found = Vec::new();
    take(document, String::new(), &mut found)?;
    Ok(found)
}

fn take(mut value: Value, pointer: String, found: &mut Vec<Item>) -> Result<(), String> {
    let text = |field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
    let (kind, api_version) = (text("kind"), text("apiVersion"));
    let Some(of_items) = kind.as_deref().and_then(|kind| kind.strip_suffix("List")) else {
        found.push(Item { value, pointer });
        return Ok(());
    };
    let items = match value.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(format!("the `items` of a {of_items}List are not a list")),
        None => return Err(format!("a {of_items}List has no `items`")),
    };
    for (index, mut item) in items.into_iter().enumerate() {
        if let Some(map) = item.as_object_mut().filter(|_| !of_items.is_empty()) {
            map.entry("kind").or_insert_with(|| of_items.into());
            map.entry("apiVersion").or_insert_with(|| api_version.as_deref().into());
        }
        take(item, format!("{pointer}/items/{index}"), found)?;
    }
    Ok(())
}
