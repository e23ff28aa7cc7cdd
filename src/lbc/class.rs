//! Classes of Ingresses: whose they are, and the parameters that come with them.

use crate::model::Object;

/// `spec.controller` of the classes that this controller serves. (LBC `pkg/ingress/class.go`)
pub const CLASS_CONTROLLER: &str = "ingress.k8s.aws/alb";
/// The same of EKS Auto Mode, whose controller is another one with a kind of parameters of its own.
const AUTO_MODE: &str = "eks.amazonaws.com/alb";
/// The annotation that names a class in the old way; it wins over `spec.ingressClassName`, and such an Ingress has no
/// parameters. (LBC `pkg/ingress/group_loader.go`, `classifyIngress`)
pub const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";
/// API of the parameters.
pub const PARAMS_API: &str = "elbv2.k8s.aws/v1beta1";
/// Kind of the parameters.
pub const PARAMS_KIND: &str = "IngressClassParams";

/// Who serves the Ingresses of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassOwner<'a> {
    /// The AWS Load Balancer Controller.
    Lbc,
    /// EKS Auto Mode.
    AutoMode,
    /// Another controller, by its name; empty where the class names none.
    Other(&'a str),
}

/// Who serves the Ingresses of `class`.
pub fn class_owner(class: &Object) -> ClassOwner<'_> {
    match class.text("/spec/controller").unwrap_or_default() {
        CLASS_CONTROLLER => ClassOwner::Lbc,
        AUTO_MODE => ClassOwner::AutoMode,
        other => ClassOwner::Other(other),
    }
}

/// The name of the IngressClassParams that `class` refers to, if it does. (LBC `pkg/ingress/class_loader.go`)
pub fn params_name(class: &Object) -> Option<&str> {
    let is_ours = class.text("/spec/parameters/kind") == Some(PARAMS_KIND);
    class.text("/spec/parameters/name").filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_class_names_its_owner_and_its_parameters() {
        let class = |spec| Object(json!({"kind": "IngressClass", "spec": spec}));
        let ours =
            class(json!({"controller": CLASS_CONTROLLER, "parameters": {"kind": PARAMS_KIND, "name": "class-params"}}));
        assert_eq!(
            (class_owner(&ours), params_name(&ours)),
            (ClassOwner::Lbc, Some("class-params"))
        );
        let auto = class(json!({"controller": AUTO_MODE, "parameters": {"kind": "Other", "name": "x"}}));
        assert_eq!((class_owner(&auto), params_name(&auto)), (ClassOwner::AutoMode, None));
        assert_eq!(
            class_owner(&class(json!({"controller": "k8s.io/ingress-nginx"}))),
            ClassOwner::Other("k8s.io/ingress-nginx")
        );
        assert_eq!(class_owner(&class(json!({}))), ClassOwner::Other(""));
    }
}
