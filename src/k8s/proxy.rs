//! Whether the cluster's API is reached through a proxy, by the environment.
//!
//! kube 5.0 compares `NO_PROXY` with the proxy's own host instead of the cluster's, so that is decided here, as kubectl
//! decides it: `HTTPS_PROXY`, `NO_PROXY`, and never for this very machine.

use std::env;
use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

/// Mends the proxy of a configuration. One that the kubeconfig itself names is for this cluster, whatever the environment
/// says.
pub(super) fn settle(config: &mut kube::Config, of_kubeconfig: Option<Uri>) {
    let named = ["HTTPS_PROXY", "https_proxy"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| value.parse().ok());
    config.proxy_url = of_kubeconfig.or_else(|| proxy_for(&config.cluster_url, &Matcher::from_env(), named));
}

/// The proxy to `target`. `named` is the environment's own spelling, which alone has the user and password.
fn proxy_for(target: &Uri, matcher: &Matcher, named: Option<Uri>) -> Option<Uri> {
    if is_this_machine(target.host()?) {
        return None;
    }
    let intercept = matcher.intercept(target)?;
    let same = |uri: &Uri| uri.scheme().is_some() && uri.host() == intercept.uri().host();
    Some(named.filter(same).unwrap_or_else(|| intercept.uri().clone()))
}

fn is_this_machine(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_about_the_cluster_not_about_the_proxy() {
        let cases = [
            ("https://x.eks.amazonaws.com", "", true),
            ("https://x.eks.amazonaws.com", "localhost,127.0.0.1", true),
            ("https://x.eks.amazonaws.com", ".eks.amazonaws.com", false),
            ("https://127.0.0.1:6443", "", false),
            ("https://[::1]:6443", "", false),
            ("https://localhost:6443", "", false),
        ];
        for (target, no, proxied) in cases {
            let proxy = "http://user:pw@127.0.0.1:3128";
            let matcher = Matcher::builder().https(proxy).no(no).build();
            let found = proxy_for(&target.parse().unwrap(), &matcher, proxy.parse().ok());
            assert_eq!(
                found.map(|uri| uri.to_string()),
                proxied.then(|| format!("{proxy}/")),
                "{target} {no}"
            );
        }
    }

    #[test]
    fn a_proxy_without_a_scheme_is_taken_as_http() {
        let matcher = Matcher::builder().https("proxy:3128").build();
        let found = proxy_for(
            &"https://x.example".parse().unwrap(),
            &matcher,
            "proxy:3128".parse().ok(),
        );
        assert_eq!(found.unwrap().to_string(), "http://proxy:3128/");
    }
}
