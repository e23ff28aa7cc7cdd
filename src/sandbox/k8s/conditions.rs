//! Conditions in a status: one of each type, whose transition time moves with its status only.

use serde_json::{Value, json};

/// The condition of a type.
pub(crate) fn find<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = object["status"]["conditions"].as_array()?;
    conditions.iter().find(|condition| condition["type"] == kind)
}

/// Since when the condition of a type has this status: `now` if it has another one, or is not there.
pub(crate) fn since(object: &Value, kind: &str, status: &str, now: &str) -> String {
    let same = find(object, kind).filter(|old| old["status"] == status);
    let since = same.and_then(|old| old["lastTransitionTime"].as_str());
    since.unwrap_or(now).to_owned()
}

/// Puts a condition in place of the one of its type, as the last one.
pub(crate) fn put(object: &mut Value, condition: Value) {
    let conditions = &mut object["status"]["conditions"];
    match conditions.as_array_mut() {
        Some(list) => {
            list.retain(|old| old["type"] != condition["type"]);
            list.push(condition);
        }
        None => *conditions = json!([condition]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_takes_the_place_of_its_own_type_alone() {
        let ready = |status: &str, at: &str| json!({"type": "Ready", "status": status, "lastTransitionTime": at});
        let mut object = json!({});
        put(&mut object, ready("False", "t1"));
        put(&mut object, json!({"type": "Other", "status": "True"}));
        assert_eq!(since(&object, "Ready", "False", "t2"), "t1");
        assert_eq!(since(&object, "Ready", "True", "t2"), "t2");
        assert_eq!(since(&object, "None", "True", "t2"), "t2");
        put(&mut object, ready("True", "t2"));
        let kinds = [
            &object["status"]["conditions"][0]["type"],
            &object["status"]["conditions"][1]["type"],
        ];
        assert_eq!(kinds, ["Other", "Ready"]);
        assert_eq!(find(&object, "Ready").unwrap()["lastTransitionTime"], "t2");
    }
}
