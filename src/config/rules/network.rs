//! Address blocks and paths.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::problem::{in_quotes, quoted};
use super::Flaw;
use crate::lang::{Text, text};

/// An address block in CIDR notation, of IPv4 or IPv6, without bits beyond its length.
pub(in crate::config) fn cidr(text: &str) -> Result<String, Flaw> {
    let refused = || Flaw::new(text!("config-cidr", value = in_quotes(text))).help(text!("config-cidr.remedy"));
    let (address, length) = text.split_once('/').ok_or_else(refused)?;
    let address: IpAddr = address.parse().map_err(|_| refused())?;
    let digits_only = !length.is_empty() && length.chars().all(|c| c.is_ascii_digit());
    let length: u32 = length.parse().ok().filter(|_| digits_only).ok_or_else(refused)?;
    let network = network(address, length).ok_or_else(refused)?;
    if network == address {
        return Ok(text.to_owned());
    }
    let flaw = Flaw::new(text!("config-cidr-beyond", value = in_quotes(text), length = length));
    let near = format!("{network}/{length}");
    Err(flaw.help(text!("config-did-you-mean", near = near)))
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

/// A name that an Ingress serves under: of DNS, perhaps with `*` for its first label.
/// (Kubernetes: `IngressRule.host`; Elastic Load Balancing: at most 128 characters, a dot, letters alone after the last.)
pub(in crate::config) fn host(text: &str) -> Result<String, Flaw> {
    let refused = |why: Text| Flaw::new(why.with("value", in_quotes(text)));
    if text.contains("://") || text.contains('/') {
        return Err(refused(text!("config-host-url")).help(text!("config-host-url.remedy")));
    }
    if text.contains(':') {
        return Err(refused(text!("config-host-port")).help(text!("config-host-port.remedy")));
    }
    if text.ends_with(".elb.amazonaws.com") {
        return Err(refused(text!("config-host-of-balancer")).help(text!("config-host-of-balancer.remedy")));
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    if name.contains('*') {
        return Err(refused(text!("config-host-star")));
    }
    if name != name.to_ascii_lowercase() {
        let near = quoted(&text.to_ascii_lowercase());
        return Err(refused(text!("config-host-capitals")).help(text!("config-did-you-mean", near = near)));
    }
    let is_label = |label: &str| {
        let inner = label.trim_matches('-');
        inner.len() == label.len()
            && (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let top = name.rsplit_once('.').map(|(_, top)| top);
    match top {
        None => Err(refused(text!("config-host-no-dot"))),
        Some(top) if !top.chars().all(|c| c.is_ascii_alphabetic()) => Err(refused(text!("config-host-no-domain"))),
        Some(_) if text.len() > 128 => Err(refused(text!("config-host-too-long"))),
        Some(_) if !name.split('.').all(is_label) => Err(refused(text!("config-host-not-dns"))),
        Some(_) => Ok(text.to_owned()),
    }
}

/// A path of a URL, as an Ingress takes it with path type `Prefix`.
pub(in crate::config) fn path(text: &str) -> Result<String, Flaw> {
    if !text.starts_with('/') {
        return Err(Flaw::new(text!("config-path-begins", value = in_quotes(text))));
    }
    if text.contains('*') {
        return Err(Flaw::new(text!("config-path-star")).help(text!("config-path-star.remedy")));
    }
    let good = text.len() <= 128
        && !text.contains("//")
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && !"?#\"\\<>{}|^`".contains(c));
    if good {
        return Ok(text.to_owned());
    }
    Err(Flaw::new(text!("config-path", value = in_quotes(text))))
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_names_of_dns() {
        for (text, why) in [
            ("https://game.example.com", "is a URL or has a path"),
            ("game.example.com/2048", "is a URL or has a path"),
            ("game.example.com:8080", "has a port"),
            ("k8s-a-b.ap-northeast-2.elb.amazonaws.com", "is a load balancer's own"),
            ("game.*.com", "has a `*`"),
            ("*", "has a `*`"),
            ("Game.example.com", "has capital letters"),
            ("game", "has no dot"),
            ("192.0.2.7", "does not end in a domain"),
            ("-game.example.com", "is no name of DNS"),
            ("game..com", "is no name of DNS"),
            ("게임.example.com", "is no name of DNS"),
            ("", "has no dot"),
        ] {
            let flaw = host(text).unwrap_err();
            assert!(flaw.message.to_string().contains(why), "{text}: {}", flaw.message);
        }
        let long = format!("{}.example.com", "a.".repeat(60));
        assert!(host(&long).unwrap_err().message.to_string().contains("128"));
    }
}
