//! Whether the cluster's API is reached through a proxy, as kubectl decides it: the kubeconfig's own, else by
//! `HTTPS_PROXY` and `NO_PROXY`, and never for this very machine.

use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The proxy to `target`. One that the kubeconfig itself names is for this cluster, whatever the environment says.
pub fn to(target: &Uri, of_kubeconfig: Option<&Uri>) -> Option<Intercept> {
    match of_kubeconfig {
        Some(named) => Matcher::builder().all(named.to_string()).build().intercept(target),
        None => of_environment(target, &Matcher::from_env()),
    }
}

fn of_environment(target: &Uri, matcher: &Matcher) -> Option<Intercept> {
    if is_this_machine(target.host()?) {
        return None;
    }
    matcher.intercept(target)
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
            let matcher = Matcher::builder()
                .https("http://user:p%40w@127.0.0.1:3128")
                .no(no)
                .build();
            let found = of_environment(&target.parse().unwrap(), &matcher);
            assert_eq!(found.is_some(), proxied, "{target} {no}");
            if let Some(found) = found {
                assert_eq!(found.uri(), "http://127.0.0.1:3128/");
                assert_eq!(found.basic_auth().unwrap(), "Basic dXNlcjpwQHc=");
            }
        }
    }

    #[test]
    fn a_proxy_of_the_kubeconfig_is_for_this_machine_too() {
        let named = "http://127.0.0.1:3128".parse().unwrap();
        let found = to(&"https://127.0.0.1:6443".parse().unwrap(), Some(&named)).unwrap();
        assert_eq!(found.uri(), "http://127.0.0.1:3128/");
    }

    #[test]
    fn a_proxy_without_a_scheme_is_taken_as_http() {
        let matcher = Matcher::builder().https("proxy:3128").build();
        let found = of_environment(&"https://x.example".parse().unwrap(), &matcher);
        assert_eq!(found.unwrap().uri(), "http://proxy:3128/");
    }
}
