//! Services: ready once they have an address inside the cluster.

use super::conditions::being_deleted;
use super::verdict::Verdict;
use crate::model::Object;

/// Whether the Service has its cluster address (or needs none).
pub fn service(object: &Object) -> Verdict {
    if object.is_deleting() {
        return being_deleted(object);
    }
    let external = object.text("/spec/type") == Some("ExternalName");
    match object.text("/spec/clusterIP") {
        Some(address) if !address.is_empty() => Verdict::ready("present"),
        _ if external => Verdict::ready("present"),
        _ => Verdict::pending("no address", "the Service has no cluster address yet"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_needs_an_address_unless_it_is_a_mere_name() {
        for (spec, ready) in [
            (json!({"clusterIP": "10.100.0.7"}), true),
            (json!({"clusterIP": "None"}), true),
            (json!({"type": "ExternalName"}), true),
            (json!({"clusterIP": ""}), false),
            (json!({}), false),
        ] {
            let verdict = service(&Object(json!({"spec": spec})));
            assert_eq!(verdict.works(), ready, "{spec}");
        }
    }
}
