//! What follows from the network's tables: which subnets are private, how many addresses are free.

use super::aws::{AwsState, RouteTable, Subnet};

/// AWS keeps the first four addresses of a subnet and the last one.
const KEPT_BY_AWS: u32 = 5;

impl AwsState {
    /// The route table that governs a subnet: the one associated with it, else the VPC's main one.
    pub fn route_table_of(&self, subnet: &str) -> Option<&RouteTable> {
        let tables = || self.route_tables.values();
        tables()
            .find(|table| table.subnets.iter().any(|id| id == subnet))
            .or_else(|| tables().find(|table| table.main))
    }

    /// Whether a subnet has a route to an internet gateway.
    pub fn is_public(&self, subnet: &str) -> bool {
        self.route_table_of(subnet)
            .is_some_and(|table| table.routes.iter().any(|route| route.via.starts_with("igw-")))
    }

    /// The private subnets, by id.
    pub fn private_subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets.values().filter(|subnet| !self.is_public(&subnet.id))
    }

    /// Free addresses of a subnet: its range less what AWS keeps, what interfaces use (NAT gateways have one too), and what is reserved.
    pub fn free_addresses(&self, subnet: &Subnet) -> u32 {
        let prefix: u32 = subnet
            .cidr
            .rsplit_once('/')
            .and_then(|(_, prefix)| prefix.parse().ok())
            .unwrap_or(32);
        let size = 1_u32.checked_shl(32_u32.saturating_sub(prefix)).unwrap_or(u32::MAX);
        let interfaces = self
            .interfaces
            .values()
            .filter(|interface| interface.subnet == subnet.id);
        let used = interfaces.count();
        size.saturating_sub(KEPT_BY_AWS)
            .saturating_sub(subnet.reserved)
            .saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
    }
}
