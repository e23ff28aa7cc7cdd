//! Address blocks and paths.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Flaw;

/// An address block in CIDR notation, of IPv4 or IPv6, without bits beyond its length.
pub(in crate::config) fn cidr(text: &str) -> Result<String, Flaw> {
    let refused = || {
        Flaw::new(format!("must be an address block, but is {text:?}"))
            .help("such as `203.0.113.0/24`; one address alone is `203.0.113.7/32`")
    };
    let (address, length) = text.split_once('/').ok_or_else(refused)?;
    let address: IpAddr = address.parse().map_err(|_| refused())?;
    let digits_only = !length.is_empty() && length.chars().all(|c| c.is_ascii_digit());
    let length: u32 = length.parse().ok().filter(|_| digits_only).ok_or_else(refused)?;
    let network = network(address, length).ok_or_else(refused)?;
    if network == address {
        return Ok(text.to_owned());
    }
    Err(Flaw::new(format!(
        "must be an address block, but {text:?} has bits beyond its /{length}"
    ))
    .help(format!("did you mean `{network}/{length}`?")))
}

/// The first address of a block; `None` for a length that the address does not have.
fn network(address: IpAddr, length: u32) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => {
            let host_bits = u32::BITS.checked_sub(length)?;
            let mask = u32::MAX.checked_shl(host_bits).unwrap_or(0);
            Some(Ipv4Addr::from(u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let host_bits = u128::BITS.checked_sub(length)?;
            let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
            Some(Ipv6Addr::from(u128::from(v6) & mask).into())
        }
    }
}

/// A path of a URL, as an Ingress takes it with path type `Prefix`.
pub(in crate::config) fn path(text: &str) -> Result<String, Flaw> {
    if !text.starts_with('/') {
        return Err(Flaw::new(format!("must begin with `/`, but is {text:?}")));
    }
    if text.contains('*') {
        return Err(Flaw::new("must not contain `*`").help("everything below the path belongs to it anyway"));
    }
    let good = text.len() <= 128
        && !text.contains("//")
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && !"?#\"\\<>{}|^`".contains(c));
    if good {
        return Ok(text.to_owned());
    }
    Err(Flaw::new(format!(
        "must be a path of at most 128 plain characters such as `/2048`, but is {text:?}"
    )))
}
