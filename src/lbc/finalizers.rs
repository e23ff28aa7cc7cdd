//! The finalizers by which the controller holds an Ingress until its ALB is gone, and the `TargetGroupBindings` that it makes
//! of one until their targets are.
//! (LBC `pkg/shared_constants/finalizers.go`, `pkg/ingress/finalizer.go`, `pkg/deploy/tracking/provider.go`)

use serde_json::Value;

use crate::model::Object;

/// Of an Ingress that is in no IngressGroup.
const ALONE: &str = "ingress.k8s.aws/resources";
/// What those of an Ingress in a group begin with; the group's name follows.
const GROUP_PREFIX: &str = "group.ingress.k8s.aws/";

/// Of a TargetGroupBinding.
const BINDING: &str = "elbv2.k8s.aws/resources";
/// API version of `TargetGroupBindings`.
pub const BINDING_API: &str = "elbv2.k8s.aws/v1beta1";
/// Their kind.
pub const BINDING_KIND: &str = "TargetGroupBinding";

/// Whether this is a finalizer of the controller.
pub fn is_finalizer(name: &str) -> bool {
    name == ALONE || name == BINDING || name.starts_with(GROUP_PREFIX)
}

/// Whether the controller made the TargetGroupBinding for the Ingress, or the group, with this stack id.
pub fn is_binding_of(binding: &Object, stack: &str) -> bool {
    let label = |key: &str| binding.label(key).unwrap_or_default();
    let alone = format!(
        "{}/{}",
        label("ingress.k8s.aws/stack-namespace"),
        label("ingress.k8s.aws/stack-name")
    );
    stack == alone || stack == label("ingress.k8s.aws/stack")
}

/// Whether the controller has taken the Ingress up: its first act is to put a finalizer on it, its last to remove it.
pub fn has_finalizer(ingress: &Object) -> bool {
    ingress
        .items("/metadata/finalizers")
        .filter_map(Value::as_str)
        .any(|name| name == ALONE || name.starts_with(GROUP_PREFIX))
}

/// The controller's stack ids that an Ingress is held for: its own, as `<namespace>/<ingress>`, or groups. One that has gone
/// over from one to another is held for both until the controller has removed what it made for the first.
/// (LBC `pkg/ingress/group_loader.go`, `LoadGroupIDsPendingFinalization`)
pub(super) fn stacks(ingress: &Object) -> Vec<String> {
    let alone = format!("{}/{}", ingress.namespace().unwrap_or_default(), ingress.name());
    let names = ingress.items("/metadata/finalizers").filter_map(Value::as_str);
    let stacks = names.filter_map(|name| match name.strip_prefix(GROUP_PREFIX) {
        Some(group) => Some(group.to_owned()),
        None => (name == ALONE).then(|| alone.clone()),
    });
    stacks.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn its_own_finalizers_are_recognised() {
        for (finalizers, held) in [
            (json!(["ingress.k8s.aws/resources"]), true),
            (json!(["example.com/keep", "group.ingress.k8s.aws/class"]), true),
            (json!(["example.com/keep"]), false),
            (json!([]), false),
        ] {
            let ingress = Object(json!({"metadata": {"finalizers": finalizers}}));
            assert_eq!(has_finalizer(&ingress), held, "{finalizers}");
        }
    }

    #[test]
    fn bindings_are_told_apart_by_their_stack() {
        let alone = json!({"ingress.k8s.aws/stack-namespace": "n", "ingress.k8s.aws/stack-name": "i"});
        let grouped = json!({"ingress.k8s.aws/stack": "class"});
        for (labels, stack, is_its) in [
            (&alone, "n/i", true),
            (&alone, "n/other", false),
            (&alone, "class", false),
            (&grouped, "class", true),
            (&grouped, "n/i", false),
            (&json!({}), "n/i", false),
        ] {
            let binding = Object(json!({"metadata": {"labels": labels}}));
            assert_eq!(is_binding_of(&binding, stack), is_its, "{labels} {stack}");
        }
        assert!(is_finalizer("elbv2.k8s.aws/resources") && !is_finalizer("example.com/keep"));
    }

    #[test]
    fn an_ingress_may_be_held_for_more_than_one_alb() {
        let finalizers = [
            "ingress.k8s.aws/resources",
            "example.com/keep",
            "group.ingress.k8s.aws/class",
        ];
        let ingress = Object(json!({"metadata": {"namespace": "n", "name": "i", "finalizers": finalizers}}));
        assert_eq!(stacks(&ingress), ["n/i", "class"]);
    }
}
