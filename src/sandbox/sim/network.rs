//! Subnets and the addresses in them.

use std::net::Ipv4Addr;

use crate::state::{AwsState, Interface};
use crate::world::World;

/// First address and number of addresses of a CIDR block.
fn block(cidr: &str) -> Option<(u32, u32)> {
    let (base, bits) = cidr.split_once('/')?;
    let base: Ipv4Addr = base.parse().ok()?;
    let bits: u32 = bits.parse().ok()?;
    Some((base.to_bits(), 1_u32.checked_shl(32_u32.checked_sub(bits)?)?))
}

/// Whether packets from a private address of the subnet reach the internet: through a NAT gateway that works.
pub(super) fn has_egress(aws: &AwsState, subnet: &str) -> bool {
    aws.route_table_of(subnet).is_some_and(|table| {
        table.routes.iter().any(|route| {
            route.destination == "0.0.0.0/0"
                && route.state == "active"
                && aws
                    .nat_gateways
                    .get(&route.via)
                    .is_some_and(|gateway| gateway.state == "available")
        })
    })
}

/// Makes a network interface in a subnet, with an address drawn from the free ones.
pub(super) fn take_address(world: &mut World, subnet: &str, description: &str, groups: &[String]) -> Option<String> {
    let place = world.aws.subnets.get(subnet)?;
    if world.aws.free_addresses(place) == 0 {
        return None;
    }
    let (base, size) = block(&place.cidr)?;
    // The first four and the last address of a subnet are AWS's.
    let usable = size.checked_sub(5)?;
    let start = u32::try_from(world.draw(&format!("address {subnet} {description}")) % u64::from(usable)).ok()?;
    let address = (0..usable)
        .map(|step| Ipv4Addr::from_bits(base + 4 + (start + step) % usable).to_string())
        .find(|address| !world.aws.interfaces.contains_key(address))?;
    let interface = Interface {
        id: format!("eni-{}", world.draw_hex(&format!("interface {description}"), 17)),
        address: address.clone(),
        subnet: subnet.to_owned(),
        description: description.to_owned(),
        groups: groups.to_vec(),
    };
    world.aws.interfaces.insert(address.clone(), interface);
    Some(address)
}

/// Removes the interface with an address.
pub(super) fn release(world: &mut World, address: &str) {
    if world.aws.interfaces.contains_key(address) {
        world.aws.interfaces.remove(address);
    }
}

/// Removes all interfaces with a description.
pub(super) fn release_described(world: &mut World, description: &str) {
    let those = world.aws.interfaces.values();
    let those = those.filter(|interface| interface.description == description);
    let addresses: Vec<String> = those.map(|interface| interface.address.clone()).collect();
    for address in addresses {
        world.aws.interfaces.remove(&address);
    }
}

/// The name a machine with this address has.
pub(super) fn host_name(world: &World, address: &str) -> String {
    format!(
        "ip-{}.{}.compute.internal",
        address.replace('.', "-"),
        world.facts.region
    )
}
