//! What has changed of an account, for somebody who has it as it was.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::aws::{
    AwsState, Certificate, Interface, LoadBalancer, NatGateway, Role, RouteTable, SecurityGroup, Subnet, TargetGroup,
    Vpc,
};
use super::entries::Changed;

/// What of the account is otherwise than when it was last kept: everything but what belongs to one cluster.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountChanges {
    #[serde(skip_serializing_if = "Changed::is_none")]
    roles: Changed<Role>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    subnets: Changed<Subnet>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    route_tables: Changed<RouteTable>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    nat_gateways: Changed<NatGateway>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    security_groups: Changed<SecurityGroup>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    interfaces: Changed<Interface>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    load_balancers: Changed<LoadBalancer>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    target_groups: Changed<TargetGroup>,
    #[serde(skip_serializing_if = "Changed::is_none")]
    certificates: Changed<Certificate>,
    vpc: Vpc,
    has_fargate_role: bool,
    throttled: BTreeSet<u64>,
}

impl AwsState {
    /// What is otherwise than when it was last kept.
    pub(crate) fn unkept(&self) -> AccountChanges {
        AccountChanges {
            roles: self.roles.unkept(),
            subnets: self.subnets.unkept(),
            route_tables: self.route_tables.unkept(),
            nat_gateways: self.nat_gateways.unkept(),
            security_groups: self.security_groups.unkept(),
            interfaces: self.interfaces.unkept(),
            load_balancers: self.load_balancers.unkept(),
            target_groups: self.target_groups.unkept(),
            certificates: self.certificates.unkept(),
            vpc: self.vpc.clone(),
            has_fargate_role: self.has_fargate_role,
            throttled: self.throttled.clone(),
        }
    }

    /// Makes the same changes here.
    pub(crate) fn follow(&mut self, changes: AccountChanges) {
        self.roles.follow(changes.roles);
        self.subnets.follow(changes.subnets);
        self.route_tables.follow(changes.route_tables);
        self.nat_gateways.follow(changes.nat_gateways);
        self.security_groups.follow(changes.security_groups);
        self.interfaces.follow(changes.interfaces);
        self.load_balancers.follow(changes.load_balancers);
        self.target_groups.follow(changes.target_groups);
        self.certificates.follow(changes.certificates);
        self.vpc = changes.vpc;
        self.has_fargate_role = changes.has_fargate_role;
        self.throttled = changes.throttled;
    }

    /// All of it is kept.
    pub(crate) fn note_kept(&mut self) {
        self.roles.note_kept();
        self.subnets.note_kept();
        self.route_tables.note_kept();
        self.nat_gateways.note_kept();
        self.security_groups.note_kept();
        self.interfaces.note_kept();
        self.load_balancers.note_kept();
        self.target_groups.note_kept();
        self.certificates.note_kept();
    }
}
