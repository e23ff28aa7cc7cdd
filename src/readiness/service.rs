//! Services: ready once they have an address inside the cluster.

use super::conditions::being_deleted;
use super::verdict::Verdict;
use std::collections::BTreeMap;

use crate::lang::text;
use crate::model::{KubeView, Object};

/// Whether the Service has its cluster address (or needs none).
pub fn service(object: &Object) -> Verdict {
    if object.is_deleting() {
        return being_deleted(object);
    }
    let external = object.text("/spec/type") == Some("ExternalName");
    match object.text("/spec/clusterIP") {
        Some(address) if !address.is_empty() => Verdict::ready(text!("is-present")),
        _ if external => Verdict::ready(text!("is-present")),
        _ => Verdict::pending(text!("is-no-address"), text!("is-no-cluster-address")),
    }
}

/// Whether the Service, which has its address, leads to pods: where the selector that is wanted is that of some, its own must be,
/// too.
pub(super) fn selection(object: &Object, wanted: &Object, kube: &KubeView) -> Verdict {
    let pods = kube.pods.items();
    let selector = object.text_map("/spec/selector");
    let selects = |selector: &BTreeMap<String, String>| {
        let mut labels = pods.iter().map(|pod| pod.text_map("/metadata/labels"));
        labels.any(|labels| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
    };
    if selector.is_empty() || selects(&selector) || !selects(&wanted.text_map("/spec/selector")) {
        return Verdict::ready(text!("is-present"));
    }
    let words: Vec<String> = selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let why = text!("is-no-pod-has-labels", count = pods.len(), labels = words.join(","));
    Verdict::blocked(text!("is-selects-no-pod"), why).remedied(text!("is-selector-put-back"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Observed;

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

    #[test]
    fn a_service_selects_some_of_the_pods_that_there_are() {
        let service = Object(json!({"spec": {"clusterIP": "10.1.1.1", "selector": {"app": "a"}}}));
        let pod = |app: &str| Object(json!({"metadata": {"labels": {"app": app}}}));
        let wanting = |app: &str| Object(json!({"spec": {"selector": {"app": app}}}));
        let verdict = |wanted: &str, pods: Vec<Object>| {
            let pods = Observed::Known(pods);
            let kube = KubeView {
                pods,
                ..KubeView::default()
            };
            selection(&service, &wanting(wanted), &kube)
        };
        assert!(verdict("b", Vec::new()).works(), "none is there yet");
        assert!(verdict("b", vec![pod("b"), pod("a")]).works());
        assert!(verdict("a", vec![pod("b")]).works(), "it is wanted like that");
        let wrong = verdict("b", vec![pod("b")]);
        assert!(
            !wrong.works() && wrong.why().unwrap().to_string().contains("app=a"),
            "{wrong:?}"
        );
    }
}
