//! Parameters of classes of the load balancer controller, by the schema that it installs.

use serde_json::{Value, json};

use super::errors::{Errors, items};

/// What is wrong with the parameters.
pub(super) fn check(spec: &Value, errors: &mut Errors) {
    for (field, words) in [
        ("scheme", &["internal", "internet-facing"][..]),
        (
            "ipAddressType",
            &["ipv4", "dualstack", "dualstack-without-public-ipv4"][..],
        ),
        ("targetType", &["instance", "ip"][..]),
    ] {
        if !spec[field].is_null() {
            errors.one_of(format!("spec.{field}"), &spec[field], words);
        }
    }
    let subnets = &spec["subnets"]["ids"];
    if subnets.as_array().is_some_and(Vec::is_empty) {
        let why = "spec.subnets.ids in body should have at least 1 items";
        errors.invalid("spec.subnets.ids", &json!(0), why);
    }
    for (at, id) in items(&spec["subnets"], "ids") {
        if !id.as_str().is_some_and(has_subnet_id) {
            let field = format!("spec.subnets.ids[{at}]");
            let why = format!("{field} in body should match 'subnet-[0-9a-f]+'");
            errors.invalid(field, id, why);
        }
    }
    if spec["group"].is_object() && spec["group"]["name"].is_null() {
        errors.required("spec.group.name", "");
    }
    for list in ["tags", "loadBalancerAttributes"] {
        for (at, pair) in items(spec, list) {
            for field in ["key", "value"] {
                if pair[field].is_null() {
                    errors.required(format!("spec.{list}[{at}].{field}"), "");
                }
            }
        }
    }
}

/// Whether a text has what the schema's pattern asks for; it is not anchored.
fn has_subnet_id(text: &str) -> bool {
    let mut rests = text.split("subnet-").skip(1);
    rests.any(|rest| rest.starts_with(|c: char| matches!(c, '0'..='9' | 'a'..='f')))
}
