//! Which kinds the cluster serves: asked only when an object is of a kind that is not among them, or not known here.

use http::Method;
use serde_json::Value;

use super::client::Client;
use super::kinds::kind_of;
use super::transport::ApiCall;
use crate::lang::{Text, text};
use crate::model::ObjectKey;
use crate::ports::CallError;

/// Everything in one answer, which API servers give since 1.26. (Kubernetes documentation, "Aggregated discovery")
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// How alike two names must be for one to be offered in place of the other; 1 is the same.
const ALIKE: f64 = 0.75;

/// The kinds that a cluster serves; empty where it does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::k8s) struct ServedKinds(Vec<ServedKind>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct ServedKind {
    api_version: String,
    kind: String,
}

impl Client {
    /// The kinds that the cluster serves, in two requests.
    pub(in crate::k8s) async fn served_kinds(&self) -> Result<ServedKinds, CallError> {
        let discover = |path: &str| {
            let mut call = ApiCall::new(Method::GET, path.to_owned(), &path);
            call.accept = AGGREGATED;
            call
        };
        let (core, groups) = (discover("/api"), discover("/apis"));
        let (core, groups) = futures::try_join!(self.value(&core), self.value(&groups))?;
        let mut kinds = kinds_of(&core);
        kinds.extend(kinds_of(&groups));
        Ok(ServedKinds(kinds))
    }
}

/// The kinds in one answer. One that is not aggregated has none.
fn kinds_of(answer: &Value) -> Vec<ServedKind> {
    let list = |value: &Value, field: &str| value[field].as_array().cloned().unwrap_or_default();
    let mut kinds = Vec::new();
    for group in list(answer, "items") {
        let name = group["metadata"]["name"].as_str().unwrap_or_default();
        for version in list(&group, "versions") {
            let number = version["version"].as_str().unwrap_or_default();
            let api_version = match name {
                "" => number.to_owned(),
                name => format!("{name}/{number}"),
            };
            let resources = list(&version, "resources");
            kinds.extend(resources.iter().filter_map(|resource| {
                Some(ServedKind {
                    api_version: api_version.clone(),
                    kind: resource["responseKind"]["kind"].as_str()?.to_owned(),
                })
            }));
        }
    }
    kinds
}

impl ServedKinds {
    /// Why the object of this key cannot be: its kind is not served, or served but not known here.
    pub(in crate::k8s) fn obstacle_to(&self, key: &ObjectKey) -> Text {
        let ObjectKey { api_version, kind, .. } = key;
        let of_kind = |name: &str| {
            let same = self.0.iter().filter(|served| served.kind == name);
            same.map(|served| served.api_version.as_str()).collect::<Vec<_>>()
        };
        let versions = of_kind(kind);
        if versions.contains(&api_version.as_str()) {
            return text!("kind-not-held", kind = kind, version = api_version);
        }
        let unserved = text!("kind-unserved", kind = kind, version = api_version);
        if !versions.is_empty() {
            return text!(
                "kind-served-as",
                unserved = unserved,
                kind = kind,
                versions = versions.join(", ")
            );
        }
        if let Some(near) = self.nearest(kind) {
            return text!(
                "kind-near",
                unserved = unserved,
                near = near,
                versions = of_kind(near).join(", ")
            );
        }
        if kind_of(api_version, kind).is_ok() || !api_version.contains('/') {
            return unserved;
        }
        text!("kind-of-definition", unserved = unserved)
    }

    /// The kind with the most similar name.
    fn nearest(&self, kind: &str) -> Option<&str> {
        let lower = kind.to_lowercase();
        let likeness =
            |served: &ServedKind| strsim::normalized_damerau_levenshtein(&served.kind.to_lowercase(), &lower);
        let nearest = self.0.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        (likeness(nearest) >= ALIKE).then_some(nearest.kind.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(api_version: &str, kind: &str) -> ObjectKey {
        ObjectKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some("ns".to_owned()),
            name: "x".to_owned(),
        }
    }

    #[test]
    fn a_kind_that_is_not_served_is_told_with_what_is() {
        let resource = |kind: &str| json!({"responseKind": {"kind": kind}});
        let mut served = kinds_of(&json!({"items": [
            {"metadata": {}, "versions": [{"version": "v1", "resources": [resource("Service")]}]},
        ]}));
        served.extend(kinds_of(&json!({"items": [
            {"metadata": {"name": "autoscaling"}, "versions": [
                {"version": "v2", "resources": [resource("HorizontalPodAutoscaler")]},
                {"version": "v1", "resources": [resource("HorizontalPodAutoscaler")]},
            ]},
            {"metadata": {"name": "networking.k8s.io"}, "versions": [{"version": "v1", "resources": [resource("Ingress")]}]},
            {"metadata": {"name": "example.com"}, "versions": [{"version": "v1", "resources": [resource("Widget")]}]},
        ]})));
        let served = ServedKinds(served);
        let all: Vec<String> = [
            key("extensions/v1beta1", "Ingress"),
            key("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
            key("v1", "Serivce"),
            key("networking.k8s.io/v1", "ingress"),
            key("cert-manager.io/v1", "Certificate"),
            key("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"),
            key("example.com/v1", "Widget"),
        ]
        .iter()
        .map(|key| served.obstacle_to(key).to_string())
        .collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
the cluster serves no kind Ingress (extensions/v1beta1); it serves Ingress as networking.k8s.io/v1
the cluster serves no kind HorizontalPodAutoscaler (autoscaling/v2beta2); it serves HorizontalPodAutoscaler as autoscaling/v2, autoscaling/v1
the cluster serves no kind Serivce (v1); did you mean Service (v1)?
the cluster serves no kind ingress (networking.k8s.io/v1); did you mean Ingress (networking.k8s.io/v1)?
the cluster serves no kind Certificate (cert-manager.io/v1): such kinds come with a CustomResourceDefinition, which whoever runs the cluster installs with the controller that it belongs to
the cluster serves no kind TargetGroupBinding (elbv2.k8s.aws/v1beta1)
the cluster serves kind Widget (example.com/v1), but a lab cannot hold such objects: take it out of the templates and apply it with kubectl
"#);
        let silent = ServedKinds::default().obstacle_to(&key("v1", "Serivce"));
        assert_eq!(silent.to_string(), "the cluster serves no kind Serivce (v1)");
        assert_eq!(kinds_of(&json!({"kind": "APIGroupList", "groups": []})), []);
    }
}
