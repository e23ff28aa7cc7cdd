//! A way past the load balancer controller's webhooks for one namespace.
//!
//! They are registered to fail closed: with no pod behind them every change of an Ingress or TargetGroupBinding is refused,
//! that of a finalizer, too (kubernetes#95983); and without its IngressClass they refuse it themselves. For as long as it
//! takes, their `namespaceSelector` leaves the lab's namespace out; for all others they stay as they are.

use serde_json::{Value, json};

use super::at_version;
use crate::k8s::api::{Client, Obstacle, Select, WriteError, kind_of};
use crate::lbc;
use crate::model::{Object, ObjectKey};
use crate::ports::CallError;

const API: &str = "admissionregistration.k8s.io/v1";
const KINDS: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
/// The label that every namespace has its name in.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Whether a webhook of the controller is what was in the way.
pub(super) fn helps(refused: &WriteError) -> bool {
    match refused.obstacle.as_deref() {
        Some(Obstacle::Webhook(name) | Obstacle::Denial(name)) => lbc::is_webhook(name),
        _ => false,
    }
}

/// A namespace that the controller's webhooks leave out.
pub(super) struct Passage {
    namespace: String,
    /// The configurations that were changed for it.
    opened: Vec<ObjectKey>,
}

impl Passage {
    /// Lets `namespace` be left out wherever a webhook of the controller is registered; everywhere or nowhere.
    pub(super) async fn open(client: &Client, namespace: &str) -> Result<Self, CallError> {
        let mut passage = Self {
            namespace: namespace.to_owned(),
            opened: Vec::new(),
        };
        match passage.leave_out(client).await {
            Ok(()) => Ok(passage),
            Err(error) => {
                passage.close(client).await?;
                Err(error)
            }
        }
    }

    async fn leave_out(&mut self, client: &Client) -> Result<(), CallError> {
        for kind in KINDS {
            let all = client.list(kind_of(API, kind)?, None, &Select::default()).await?.items;
            for configuration in &all {
                if leaving_out(configuration, &self.namespace).is_empty() {
                    continue;
                }
                let key = configuration.key();
                let leave_out = |live: &Object| leaving_out(live, &self.namespace);
                if at_version::patch(client, &key, leave_out).await? {
                    self.opened.push(key);
                }
            }
        }
        Ok(())
    }

    /// Makes the configurations as they were. One that has gone meanwhile, or was made anew, needs nothing.
    pub(super) async fn close(self, client: &Client) -> Result<(), CallError> {
        for key in &self.opened {
            at_version::patch(client, key, |live| taking_in(live, &self.namespace)).await?;
        }
        Ok(())
    }
}

/// The requirement that leaves a namespace out.
fn requirement(namespace: &str) -> Value {
    json!({"key": NAME_LABEL, "operator": "NotIn", "values": [namespace]})
}

/// The requirements of each webhook of the controller, by the webhook's place in its configuration.
fn requirements(configuration: &Object) -> impl Iterator<Item = (usize, Vec<Value>)> {
    let webhooks = configuration.items("/webhooks").enumerate();
    let own = webhooks.filter(|(_, webhook)| webhook["name"].as_str().is_some_and(lbc::is_webhook));
    own.map(|(at, webhook)| {
        let listed = webhook["namespaceSelector"]["matchExpressions"].as_array();
        (at, listed.cloned().unwrap_or_default())
    })
}

/// The operations that leave a namespace out; none where the configuration has no webhook of the controller that takes it in.
fn leaving_out(configuration: &Object, namespace: &str) -> Vec<Value> {
    let added = requirement(namespace);
    changed(configuration, |requirements| {
        let is_new = !requirements.contains(&added);
        if is_new {
            requirements.push(added.clone());
        }
        is_new
    })
}

/// The operations that take it in again; none where nothing leaves it out.
fn taking_in(configuration: &Object, namespace: &str) -> Vec<Value> {
    let added = requirement(namespace);
    changed(configuration, |requirements| {
        let before = requirements.len();
        requirements.retain(|one| *one != added);
        requirements.len() < before
    })
}

/// The operations for the requirements that `change` has changed.
fn changed(configuration: &Object, mut change: impl FnMut(&mut Vec<Value>) -> bool) -> Vec<Value> {
    let selectors = requirements(configuration).filter_map(|(at, mut requirements)| {
        let selector = format!("/webhooks/{at}/namespaceSelector");
        change(&mut requirements).then(|| {
            let labels = configuration.0.pointer(&format!("{selector}/matchLabels")).cloned();
            let mut whole = json!({"matchExpressions": requirements});
            if let Some(labels) = labels {
                whole["matchLabels"] = labels;
            }
            json!({"op": "add", "path": selector, "value": whole})
        })
    });
    selectors.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::ErrorClass;

    fn configuration() -> Object {
        Object(json!({
            "metadata": {"name": "aws-load-balancer-webhook"},
            "webhooks": [
                {"name": "vingress.elbv2.k8s.aws", "namespaceSelector": {}},
                {"name": "other.example.com", "namespaceSelector": {}},
                {"name": "mpod.elbv2.k8s.aws", "namespaceSelector": {
                    "matchLabels": {"a": "b"},
                    "matchExpressions": [{"key": "x", "operator": "Exists"}],
                }},
            ],
        }))
    }

    fn patched(object: &Object, operations: Vec<Value>) -> Object {
        let mut object = object.clone();
        let patch: json_patch::Patch = serde_json::from_value(Value::Array(operations)).unwrap();
        json_patch::patch(&mut object.0, &patch).unwrap();
        object
    }

    #[test]
    fn only_the_controllers_webhooks_leave_the_namespace_out_and_take_it_in_again() {
        let before = configuration();
        let open = patched(&before, leaving_out(&before, "game"));
        let selectors: Vec<_> = open
            .items("/webhooks")
            .map(|one| one["namespaceSelector"].clone())
            .collect();
        let out = json!({"key": NAME_LABEL, "operator": "NotIn", "values": ["game"]});
        assert_eq!(selectors[0], json!({"matchExpressions": [out]}));
        assert_eq!(selectors[1], json!({}));
        assert_eq!(selectors[2]["matchLabels"], json!({"a": "b"}));
        assert_eq!(selectors[2]["matchExpressions"][1], out);
        assert!(leaving_out(&open, "game").is_empty(), "it is left out already");
        let closed = patched(&open, taking_in(&open, "game"));
        assert_eq!(closed.0["webhooks"][2], before.0["webhooks"][2]);
        assert!(taking_in(&closed, "game").is_empty());
    }

    #[test]
    fn what_was_in_the_way_is_told_by_the_webhooks_name() {
        let refused = |obstacle| WriteError {
            error: CallError::new(ErrorClass::Busy, "PATCH", "no"),
            obstacle: Some(Box::new(obstacle)),
        };
        assert!(helps(&refused(Obstacle::Webhook("vingress.elbv2.k8s.aws".into()))));
        assert!(helps(&refused(Obstacle::Denial("vingress.elbv2.k8s.aws".into()))));
        assert!(!helps(&refused(Obstacle::Denial("policy.example.com".into()))));
        assert!(!helps(&refused(Obstacle::Unserved)));
    }
}
