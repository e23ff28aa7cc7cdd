//! Label selectors in objects.

use serde_json::Value;

/// Whether labels satisfy a selector as objects hold it (`matchLabels`, `matchExpressions`); an empty one takes all.
pub(crate) fn matches_object(selector: &Value, labels: &Value) -> bool {
    let pairs = selector["matchLabels"].as_object().into_iter().flatten();
    let mut expressions = selector["matchExpressions"].as_array().into_iter().flatten();
    pairs.into_iter().all(|(key, value)| labels.get(key) == Some(value))
        && expressions.all(|expression| {
            let label = expression["key"].as_str().and_then(|key| labels.get(key));
            let listed = |label: &Value| {
                expression["values"]
                    .as_array()
                    .is_some_and(|values| values.contains(label))
            };
            match expression["operator"].as_str() {
                Some("In") => label.is_some_and(listed),
                Some("NotIn") => !label.is_some_and(listed),
                Some("Exists") => label.is_some(),
                Some("DoesNotExist") => label.is_none(),
                _ => false,
            }
        })
}
