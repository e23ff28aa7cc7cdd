//! The tags by which the controller marks what it made, and for which Ingress.

use crate::model::{LoadBalancerSpec, Scheme, Tags};

/// The controller's tag for the cluster. (LBC `pkg/deploy/tracking/provider.go`)
pub const CONTROLLER_CLUSTER: &str = "elbv2.k8s.aws/cluster";
/// The controller's tag for the Ingress or its group.
pub const CONTROLLER_STACK: &str = "ingress.k8s.aws/stack";
/// The controller's tag for the part of a stack.
const CONTROLLER_RESOURCE: &str = "ingress.k8s.aws/resource";

/// The controller's tag for what belongs to the cluster and not to a stack.
const CLUSTER_RESOURCE: &str = "elbv2.k8s.aws/resource";
/// What the tag of a subnet begins with that belongs to a cluster; the cluster's name follows.
pub const CLUSTER_PREFIX: &str = "kubernetes.io/cluster/";

/// Whether a security group with these tags is the cluster's shared backend group, which the targets of all ALBs let in.
/// (LBC `pkg/networking/backend_sg_provider.go`)
pub fn is_backend_group(tags: &Tags) -> bool {
    tags.get(CLUSTER_RESOURCE).is_some_and(|kind| kind == "backend-sg")
}

/// Whether a rule of a security group with this description is one by which the controller lets ALBs reach their targets.
/// (LBC `pkg/targetgroupbinding/networking_manager.go`)
pub fn is_rule_of_controller(description: &str) -> bool {
    description == "elbv2.k8s.aws/targetGroupBinding=shared"
}

/// The tag by which the controller takes a subnet for ALBs of a scheme.
/// (LBC `pkg/networking/subnet_resolver.go`)
pub const fn subnet_role(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::InternetFacing => "kubernetes.io/role/elb",
        Scheme::Internal => "kubernetes.io/role/internal-elb",
    }
}

/// Whether a subnet with these tags is for ALBs of a scheme: no other values of the tag count.
pub fn has_subnet_role(tags: &Tags, scheme: Scheme) -> bool {
    matches!(tags.get(subnet_role(scheme)).map(String::as_str), Some("" | "1"))
}

/// The clusters that a subnet with these tags is reserved for; none means all.
pub fn subnet_clusters(tags: &Tags) -> impl Iterator<Item = &str> {
    tags.keys().filter_map(|key| key.strip_prefix(CLUSTER_PREFIX))
}

/// Which Ingress, or group of them, the controller made something for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IngressOwner<'a> {
    /// Cluster name.
    pub cluster: &'a str,
    /// `<namespace>/<ingress>` or the group's name.
    pub stack: &'a str,
    /// `<namespace>/<ingress>` of the lab.
    pub ingress: &'a str,
}

/// What a target group serves, as the controller tags it: `<namespace>/<ingress>-<service>:<port>`.
/// (LBC `pkg/ingress/model_build_target_group.go`, `buildTargetGroupResourceID`)
pub fn backend(tags: &Tags) -> &str {
    tags.get(CONTROLLER_RESOURCE).map_or("", String::as_str)
}

impl<'a> IngressOwner<'a> {
    /// The one for whom a load balancer is wanted.
    pub fn of(spec: &'a LoadBalancerSpec) -> Self {
        Self {
            cluster: &spec.cluster,
            stack: &spec.stack,
            ingress: &spec.ingress,
        }
    }

    /// Whether other Ingresses may share what was made for this one.
    pub fn is_group(self) -> bool {
        self.stack != self.ingress
    }

    /// Whether a target group with these tags serves the lab's own Ingress.
    pub fn serves(self, tags: &Tags) -> bool {
        let part = backend(tags).strip_prefix(self.ingress);
        self.marked(tags) && (!self.is_group() || part.is_some_and(|part| part.starts_with('-')))
    }

    /// Whether the controller marked it as made for this.
    pub fn marked(self, tags: &Tags) -> bool {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        is(CONTROLLER_CLUSTER, self.cluster) && is(CONTROLLER_STACK, self.stack)
    }
}
