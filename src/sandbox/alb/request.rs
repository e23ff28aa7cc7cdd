//! A request as a load balancer sees it, and whether a condition takes it.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, Request};

use crate::state::{Rule, RuleCondition};
use crate::wildcard;

/// Where all requests come from: an address of the documentation's, as whoever uses the sandbox has none in its region.
const CLIENT: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);

/// What a request goes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct AlbRequest<'a> {
    /// The load balancer's own name.
    pub(super) balancer: &'a str,
    pub(super) port: u16,
    pub(super) secure: bool,
    /// The name that it is asked by.
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) method: &'a str,
    pub(super) headers: &'a HeaderMap,
}

impl<'a> AlbRequest<'a> {
    /// A request to the load balancer of this name, which may have a port.
    pub(super) fn new(balancer: &'a str, request: &'a Request<Bytes>) -> Self {
        let uri = request.uri();
        let secure = uri.scheme_str() == Some("https");
        let port = uri
            .port_u16()
            .or_else(|| balancer.rsplit_once(':')?.1.parse().ok())
            .unwrap_or(if secure { 443 } else { 80 });
        let named = request.headers().get(HOST).and_then(|name| name.to_str().ok());
        Self {
            balancer,
            port,
            secure,
            host: named.unwrap_or(balancer).split(':').next().unwrap_or_default(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            method: request.method().as_str(),
            headers: request.headers(),
        }
    }

    /// Whether a rule takes it.
    pub(super) fn fits(self, rule: &Rule) -> bool {
        rule.conditions.iter().all(|condition| self.has(condition))
    }

    fn has(self, condition: &RuleCondition) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| small(pattern, text));
        match condition {
            RuleCondition::Host(patterns) => any(patterns, self.host),
            RuleCondition::Path(patterns) => patterns.iter().any(|pattern| wildcard::matches(pattern, self.path)),
            RuleCondition::Header(name, patterns) => {
                let mut values = self.headers.get_all(name.as_str()).iter();
                values.any(|value| value.to_str().is_ok_and(|value| any(patterns, value)))
            }
            RuleCondition::Method(methods) => methods.iter().any(|method| method == self.method),
            RuleCondition::Query(pairs) => pairs.iter().any(|(key, value)| {
                let mut asked = self
                    .query
                    .split('&')
                    .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                asked.any(|(of, is)| key.as_ref().is_none_or(|key| small(key, of)) && small(value, is))
            }),
            RuleCondition::Source(blocks) => blocks.iter().any(|block| contains(block, CLIENT)),
        }
    }
}

/// Whether a text fits a pattern, in whatever case.
fn small(pattern: &str, text: &str) -> bool {
    wildcard::matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Whether an address is in a block such as `10.0.0.0/8`.
fn contains(block: &str, address: Ipv4Addr) -> bool {
    let (base, length) = block.split_once('/').unwrap_or((block, "32"));
    let (Ok(base), Ok(length)) = (base.parse::<Ipv4Addr>(), length.parse::<u32>()) else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32_u32.saturating_sub(length)).unwrap_or(0);
    base.to_bits() & mask == address.to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_condition() {
        let request = Request::post("http://alb:8080/game/x?v=2&Lang=ko")
            .header("host", "Game.Test:8080")
            .header("x-lab", "Eight")
            .body(Bytes::new())
            .unwrap();
        let asked = AlbRequest::new("alb:8080", &request);
        let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let pair =
            |key: Option<&str>, value: &str| RuleCondition::Query(vec![(key.map(str::to_owned), value.to_owned())]);
        for (condition, fits) in [
            (RuleCondition::Host(of(&["other.test", "*.test"])), true),
            (RuleCondition::Host(of(&["alb"])), false),
            (RuleCondition::Path(of(&["/game/*"])), true),
            (RuleCondition::Path(of(&["/Game/*"])), false),
            (RuleCondition::Header("X-Lab".to_owned(), of(&["ei?ht"])), true),
            (RuleCondition::Header("X-Other".to_owned(), of(&["*"])), false),
            (RuleCondition::Method(of(&["GET"])), false),
            (RuleCondition::Method(of(&["GET", "POST"])), true),
            (pair(Some("V"), "2"), true),
            (pair(Some("v"), "3"), false),
            (pair(None, "k*"), true),
            (RuleCondition::Source(of(&["10.0.0.0/8", "203.0.113.0/24"])), true),
            (RuleCondition::Source(of(&["0.0.0.0/0"])), true),
            (RuleCondition::Source(of(&["10.0.0.0/8", "::/0"])), false),
        ] {
            assert_eq!(asked.has(&condition), fits, "{condition:?}");
        }
    }
}
