//! Which proxy leads where, as kubectl and browsers decide it: one that is named for a server, else by `HTTP_PROXY`,
//! `HTTPS_PROXY` and `NO_PROXY`, and then never for this very machine.

use std::net::IpAddr;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The proxies that requests may have to go through.
pub struct Proxies {
    matcher: Matcher,
    /// Whether servers on this machine are reached through them too.
    also_here: bool,
}

impl Proxies {
    /// Those of the environment.
    pub fn of_environment() -> Self {
        Self::of(Matcher::from_env())
    }

    /// No proxy at all.
    pub(super) fn none() -> Self {
        Self::of(Matcher::builder().build())
    }

    /// This one for every server, whatever the variables are.
    pub fn only(proxy: &Uri) -> Self {
        Self {
            matcher: Matcher::builder().all(proxy.to_string()).build(),
            also_here: true,
        }
    }

    pub(super) fn of(matcher: Matcher) -> Self {
        Self {
            matcher,
            also_here: false,
        }
    }

    /// The proxy to `server`, if there is one.
    pub fn to(&self, server: &Uri) -> Option<Intercept> {
        if !self.also_here && is_this_machine(server.host()?) {
            return None;
        }
        self.matcher.intercept(server)
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_about_the_server_not_about_the_proxy() {
        let cases = [
            ("https://x.eks.amazonaws.com", "", true),
            ("https://x.eks.amazonaws.com", "localhost,127.0.0.1", true),
            ("https://x.eks.amazonaws.com", ".eks.amazonaws.com", false),
            ("https://127.0.0.1:6443", "", false),
            ("https://[::1]:6443", "", false),
            ("https://localhost:6443", "", false),
        ];
        for (server, no, proxied) in cases {
            let matcher = Matcher::builder()
                .https("http://user:p%40w@127.0.0.1:3128")
                .no(no)
                .build();
            let found = Proxies::of(matcher).to(&server.parse().unwrap());
            assert_eq!(found.is_some(), proxied, "{server} {no}");
            if let Some(found) = found {
                assert_eq!(found.uri(), "http://127.0.0.1:3128/");
                assert_eq!(found.basic_auth().unwrap(), "Basic dXNlcjpwQHc=");
            }
        }
    }

    #[test]
    fn a_proxy_that_is_named_is_for_this_machine_too() {
        let named = Proxies::only(&"http://127.0.0.1:3128".parse().unwrap());
        let found = named.to(&"https://127.0.0.1:6443".parse().unwrap()).unwrap();
        assert_eq!(found.uri(), "http://127.0.0.1:3128/");
    }

    #[test]
    fn a_proxy_without_a_scheme_is_taken_as_http() {
        let matcher = Matcher::builder().https("proxy:3128").build();
        let found = Proxies::of(matcher).to(&"https://x.example".parse().unwrap());
        assert_eq!(found.unwrap().uri(), "http://proxy:3128/");
    }
}
