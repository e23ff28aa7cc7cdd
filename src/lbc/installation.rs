//! How an installed controller is found in the cluster, and how to see that it works.
//! (LBC `helm/aws-load-balancer-controller/templates`, `config/`)

use serde_json::Value;

use crate::model::Object;

/// Name of the controller: of its Deployment by default, of its container, of its field manager, and the value of
/// its label.
pub const NAME: &str = "aws-load-balancer-controller";
/// Label that Helm chart and kustomization both put on its Deployment.
const LABEL: &str = "app.kubernetes.io/name";
/// Service of its webhooks.
pub const WEBHOOK_SERVICE: &str = "aws-load-balancer-webhook-service";
/// Seconds after which the leader's lease is stale: it is renewed every two, and lost after fifteen.
/// (controller-runtime's defaults)
pub(super) const STALE_LEASE: u64 = 20;
/// The group that the names of its admission webhooks end in: `vingress.elbv2.k8s.aws`, `mservice.elbv2.k8s.aws`
/// (`webhooks/` of the controller; the configurations of its chart).
const WEBHOOK_GROUP: &str = ".elbv2.k8s.aws";

/// The selector of its Deployment and its pods, as `kubectl -l` takes it.
pub fn label_selector() -> String {
    format!("{LABEL}={NAME}")
}

/// Whether a Deployment is the controller's.
pub fn is_controller(deployment: &Object) -> bool {
    deployment.label(LABEL) == Some(NAME)
}

/// The controller's container in its Deployment: the one of its name, else the first.
pub(super) fn container(deployment: &Object) -> Option<&Value> {
    let all = || deployment.items("/spec/template/spec/containers");
    all()
        .find(|container| container["name"] == NAME)
        .or_else(|| all().next())
}

/// The installed version, such as `v3.5.0`: the image's tag, else the label of the version.
pub fn version(deployment: &Object) -> Option<&str> {
    let image = container(deployment).and_then(|container| container["image"].as_str());
    let tag = image.and_then(|image| {
        let untold = image.split('@').next().unwrap_or(image);
        // What follows the last colon is a registry's port where a slash follows that.
        let (_, tag) = untold.rsplit_once(':')?;
        (!tag.contains('/')).then_some(tag)
    });
    tag.or_else(|| deployment.label("app.kubernetes.io/version"))
}

/// Whether the admission webhook of this name is the controller's.
pub fn is_webhook(name: &str) -> bool {
    name.ends_with(WEBHOOK_GROUP)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(containers: &Value) -> Object {
        Object(json!({
            "metadata": {"labels": {"app.kubernetes.io/name": NAME, "app.kubernetes.io/version": "v2.4.1"}},
            "spec": {"template": {"spec": {"containers": containers}}},
        }))
    }

    #[test]
    fn the_version_is_the_images() {
        for (image, found) in [
            ("public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0", "v3.5.0"),
            ("registry:5000/lbc@sha256:00", "v2.4.1"),
            ("registry:5000/lbc:v3.1.0@sha256:00", "v3.1.0"),
            ("lbc", "v2.4.1"),
        ] {
            assert_eq!(
                version(&with(&json!([{"name": "x", "image": image}]))),
                Some(found),
                "{image}"
            );
        }
    }

    #[test]
    fn a_container_beside_it_is_passed_over() {
        let two = with(&json!([{"name": "proxy", "image": "envoy:v1"}, {"name": NAME, "image": "lbc:v3.5.0"}]));
        assert_eq!(version(&two), Some("v3.5.0"));
        assert!(is_controller(&two));
        assert!(!is_controller(&Object(json!({"metadata": {"labels": {}}}))));
    }
}
