//! EC2: the VPC, its subnets and how they are routed, security groups.

use aws_sdk_ec2::types::{
    AvailabilityZone, Filter, IpPermission, NatGateway, RouteTable, SecurityGroup as Ec2SecurityGroup, Subnet,
    VpcAttributeName,
};

use super::super::clients::Clients;
use super::super::convert;
use super::super::errors::classify;
use super::{incomplete, optional};
use crate::lbc;
use crate::model::SecurityGroup;
use crate::ports::CallError;

/// A yes-or-no attribute of a VPC; EC2 gives one a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum VpcAttribute {
    DnsSupport,
    DnsHostnames,
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

impl Clients {
    /// All subnets of a VPC.
    pub(in crate::aws) async fn subnets(&self, vpc: &str) -> Result<Vec<Subnet>, CallError> {
        self.ec2()
            .describe_subnets()
            .filters(filter("vpc-id", vpc))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeSubnets", &error))
    }

    /// The VPC that a subnet is in.
    pub(in crate::aws) async fn vpc_of(&self, subnet: &str) -> Result<String, CallError> {
        const OPERATION: &str = "ec2:DescribeSubnets";
        let answer = self
            .ec2()
            .describe_subnets()
            .subnet_ids(subnet)
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error))?;
        answer
            .subnets()
            .iter()
            .find_map(Subnet::vpc_id)
            .map(str::to_owned)
            .ok_or_else(|| incomplete(OPERATION, "VPC"))
    }

    /// All route tables of a VPC.
    pub(in crate::aws) async fn route_tables(&self, vpc: &str) -> Result<Vec<RouteTable>, CallError> {
        self.ec2()
            .describe_route_tables()
            .filters(filter("vpc-id", vpc))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeRouteTables", &error))
    }

    /// All NAT gateways of a VPC, also those deleted a short while ago.
    pub(in crate::aws) async fn nat_gateways(&self, vpc: &str) -> Result<Vec<NatGateway>, CallError> {
        self.ec2()
            .describe_nat_gateways()
            .filter(filter("vpc-id", vpc))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeNatGateways", &error))
    }

    /// The region's zones, local and Wavelength ones included.
    pub(in crate::aws) async fn zones(&self) -> Result<Vec<AvailabilityZone>, CallError> {
        let answer = self
            .ec2()
            .describe_availability_zones()
            .all_availability_zones(true)
            .send()
            .await
            .map_err(|error| classify("ec2:DescribeAvailabilityZones", &error))?;
        Ok(answer.availability_zones().to_vec())
    }

    /// One attribute of a VPC.
    pub(in crate::aws) async fn vpc_attribute(&self, vpc: &str, attribute: VpcAttribute) -> Result<bool, CallError> {
        const OPERATION: &str = "ec2:DescribeVpcAttribute";
        let name = match attribute {
            VpcAttribute::DnsSupport => VpcAttributeName::EnableDnsSupport,
            VpcAttribute::DnsHostnames => VpcAttributeName::EnableDnsHostnames,
        };
        let answer = self
            .ec2()
            .describe_vpc_attribute()
            .vpc_id(vpc)
            .attribute(name)
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error))?;
        let value = match attribute {
            VpcAttribute::DnsSupport => answer.enable_dns_support(),
            VpcAttribute::DnsHostnames => answer.enable_dns_hostnames(),
        };
        value
            .and_then(aws_sdk_ec2::types::AttributeBooleanValue::value)
            .ok_or_else(|| incomplete(OPERATION, "value"))
    }

    /// All security groups that have tag `key` with `value`.
    pub(in crate::aws) async fn security_groups_by_tag(
        &self,
        key: &str,
        value: &str,
    ) -> Result<Vec<SecurityGroup>, CallError> {
        let groups: Vec<Ec2SecurityGroup> = self
            .ec2()
            .describe_security_groups()
            .filters(filter(&format!("tag:{key}"), value))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeSecurityGroups", &error))?;
        Ok(groups.iter().map(security_group).collect())
    }

    /// Security groups with an inbound rule that names this one as its source.
    pub(in crate::aws) async fn groups_referring_to(&self, id: &str) -> Result<Vec<Ec2SecurityGroup>, CallError> {
        self.ec2()
            .describe_security_groups()
            .filters(filter("ip-permission.group-id", id))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeSecurityGroups", &error))
    }

    /// Takes these inbound rules out of a security group.
    pub(in crate::aws) async fn revoke_inbound(&self, group: &str, rules: Vec<IpPermission>) -> Result<(), CallError> {
        let call = self.ec2().revoke_security_group_ingress().group_id(group);
        let answer = call.set_ip_permissions(Some(rules)).send().await;
        answer.map_err(|error| classify("ec2:RevokeSecurityGroupIngress", &error))?;
        Ok(())
    }

    /// Deletes a security group that nothing uses any more. One that is gone already is a success.
    pub(in crate::aws) async fn delete_security_group(&self, id: &str) -> Result<(), CallError> {
        let answer = self.ec2().delete_security_group().group_id(id).send().await;
        optional(answer.map_err(|error| classify("ec2:DeleteSecurityGroup", &error))).map(drop)
    }

    /// How many network interfaces use a security group.
    pub(in crate::aws) async fn interfaces_of(&self, security_group: &str) -> Result<usize, CallError> {
        let interfaces: Vec<_> = self
            .ec2()
            .describe_network_interfaces()
            .filters(filter("group-id", security_group))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("ec2:DescribeNetworkInterfaces", &error))?;
        Ok(interfaces.len())
    }
}

fn security_group(from: &Ec2SecurityGroup) -> SecurityGroup {
    let tags = convert::ec2_tags(from.tags());
    SecurityGroup {
        id: from.group_id().unwrap_or_default().to_owned(),
        name: from.group_name().unwrap_or_default().to_owned(),
        shared: lbc::is_backend_group(&tags),
        tags,
    }
}
