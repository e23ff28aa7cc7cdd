//! Where a pod or a node is, as its address and its name tell.

use std::net::Ipv4Addr;

/// Whether an address is in a block such as `10.11.64.0/20`; what is neither is in none.
pub fn is_within(cidr: &str, address: Ipv4Addr) -> bool {
    let Some((base, bits)) = cidr.split_once('/') else {
        return false;
    };
    let (Ok(base), Ok(bits)) = (base.parse::<Ipv4Addr>(), bits.parse::<u32>()) else {
        return false;
    };
    let Some(rest) = 32_u32.checked_sub(bits) else {
        return false;
    };
    // All of them are in a network of no bits.
    let network = |address: Ipv4Addr| u32::from(address).checked_shr(rest).unwrap_or_default();
    network(base) == network(address)
}

/// A node's name without its domain: `fargate-ip-10-11-64-72` of `fargate-ip-10-11-64-72.ap-northeast-2.compute.internal`.
pub fn short_node_name(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_its_block_alone() {
        let within = |cidr| is_within(cidr, "10.11.80.1".parse().unwrap());
        let blocks = [
            "10.11.80.0/20",
            "10.11.64.0/20",
            "10.11.80.1/32",
            "0.0.0.0/0",
            "10.11.80.0/33",
            "10.11.80.0",
            "",
        ];
        assert_eq!(blocks.map(within), [true, false, true, true, false, false, false]);
    }
}
