//! What was seen in AWS, reduced to what checks, plans and `status` need; one file a service.

mod ec2;
mod eks;
mod elb;
mod iam;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ec2::{Egress, NatFault, NatState, SecurityGroup, Subnet, SubnetState, Vpc, ZoneKind};
pub use eks::{
    AccessEntry, AccessEntryKind, AuthenticationMode, Cluster, ClusterStatus, HealthIssue, PROFILE_LABEL,
    PROFILES_OF_CLUSTER, Profile, ProfileStatus,
};
pub use elb::{
    AlbState, BalancingLimits, BalancingUse, ControllerResources, Listener, LoadBalancer, Protocol, Route, Target,
    TargetCounts, TargetGroup, TargetState, TargetType,
};
pub use iam::{Caller, Role, role_name_of};

use super::progress::Observed;

/// Everything one plan read from AWS.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsView {
    /// Who asks (STS `GetCallerIdentity`).
    pub caller: Observed<Caller>,
    /// The cluster (EKS `DescribeCluster`).
    pub cluster: Cluster,
    /// All Fargate profiles of the cluster.
    pub profiles: Observed<Vec<Profile>>,
    /// The pod execution role by its name, if there is one.
    pub role: Observed<Option<Role>>,
    /// The role of the profile that is there already, where that is another than the lab's own.
    #[serde(default)]
    pub profile_role: Observed<Option<Role>>,
    /// The access entry of the pod execution role, if there is one.
    pub access_entry: Observed<Option<AccessEntry>>,
    /// All subnets of the cluster's VPC.
    pub subnets: Observed<Vec<Subnet>>,
    /// The cluster's VPC.
    pub vpc: Observed<Vpc>,
    /// The ALB of the Ingress, found by predicted name or by tags, if there is one. That of a group is the lab's once it
    /// leads to the lab, or to nobody.
    pub balancer: Observed<Option<LoadBalancer>>,
    /// Where the ALB leads to other Ingresses of the group that shares it, by backend as the controller tags it:
    /// `<namespace>/<ingress>-<service>:<port>`.
    pub other_backends: BTreeMap<String, Vec<Route>>,
    /// Security groups that the controller made for the Ingress.
    pub security_groups: Observed<Vec<SecurityGroup>>,
    /// All that the controller made for the Ingress, by the controller's stack id; read only to remove it by hand.
    #[serde(default)]
    pub made: BTreeMap<String, Observed<ControllerResources>>,
    /// What Elastic Load Balancing lets the account have.
    pub balancing_limits: Observed<BalancingLimits>,
    /// How much of that it has; not asked where the lab has its ALB already.
    pub balancing_use: Observed<BalancingUse>,
}

impl AwsView {
    /// The cluster's profile of this name; `None` where there is none or profiles could not be read.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.known()?.iter().find(|profile| profile.name == name)
    }

    /// The VPC's subnet of this id; `None` where there is none or subnets could not be read.
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.known()?.iter().find(|subnet| subnet.id == id)
    }

    /// The lab's ALB; `None` where there is none or it could not be read.
    pub fn load_balancer(&self) -> Option<&LoadBalancer> {
        self.balancer.known()?.as_ref()
    }
}
