//! Whether a context of the kubeconfig leads to the cluster that EKS describes: two names for one thing, which nothing
//! but this comparison holds together.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use super::kubeconfig::Chosen;
use crate::model::{ApiMismatch, Cluster};

/// How the context differs from what EKS says of the cluster; nothing where it does not, or where EKS says nothing yet.
///
/// Each cluster of EKS has an authority of its own, so that a server with a certificate of that authority is the cluster,
/// whatever name it is reached by (a tunnel, a private name).
pub(super) fn mismatch(chosen: &Chosen, cluster: &Cluster) -> Option<ApiMismatch> {
    let endpoint = cluster.endpoint.as_deref()?;
    let of_eks = cluster
        .certificate_authority
        .as_deref()
        .map(certificates)
        .unwrap_or_default();
    let is_known = !of_eks.is_empty() && !chosen.authorities.is_empty() && !chosen.is_unverified();
    let is_shared = chosen.authorities.iter().any(|authority| of_eks.contains(authority));
    let same_server = Url::parse(endpoint).is_ok_and(|endpoint| is_same(&endpoint, &chosen.server));
    match (same_server, is_known) {
        (true, false) => None,
        (_, true) if is_shared => None,
        (true, true) => Some(ApiMismatch::Authority),
        (false, _) => Some(ApiMismatch::Server {
            of_eks: endpoint.to_owned(),
        }),
    }
}

/// Whether two URLs are one: case of the host, the usual port and a slash at the end make no difference.
fn is_same(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| {
        url.host_str()
            .map(|host| host.trim_end_matches('.').to_ascii_lowercase())
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    one.scheme() == other.scheme()
        && host(one) == host(other)
        && one.port_or_known_default() == other.port_or_known_default()
        && path(one) == path(other)
}

fn certificates(pem: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).flatten().collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    use super::*;
    use crate::k8s::access::files::Files;

    const ENDPOINT: &str = "https://ABC.gr7.ap-northeast-2.eks.amazonaws.com";

    /// The certificate of an authority.
    fn authority() -> String {
        rcgen::generate_simple_self_signed(vec!["authority".to_owned()])
            .unwrap()
            .cert
            .pem()
    }

    fn compare(server: &str, more: &str, of_eks: Option<&str>) -> Option<ApiMismatch> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        let text = format!(
            "{{current-context: x, contexts: [{{name: x, context: {{cluster: c}}}}], \
             clusters: [{{name: c, cluster: {{server: '{server}'{more}}}}}]}}"
        );
        std::fs::write(&path, text).unwrap();
        let chosen = Chosen::of(&Files::of(&[path]).unwrap(), None).unwrap();
        let cluster = Cluster {
            endpoint: Some(ENDPOINT.to_owned()),
            certificate_authority: of_eks.map(str::to_owned),
            ..Cluster::default()
        };
        mismatch(&chosen, &cluster)
    }

    #[test]
    fn a_context_is_held_against_what_eks_says() {
        let (own, other) = (authority(), authority());
        let data = |pem: &str| format!(", certificate-authority-data: {}", BASE64_STANDARD.encode(pem));
        let (both, with_own, with_other) = (data(&format!("{other}{own}")), data(&own), data(&other));
        let unverified = ", insecure-skip-tls-verify: true".to_owned();
        let elsewhere = Some(ApiMismatch::Server {
            of_eks: ENDPOINT.to_owned(),
        });
        let tunnel = "https://127.0.0.1:8443";
        for (server, more, of_eks, expected) in [
            (ENDPOINT, &with_own, Some(&own), None),
            (
                "https://abc.gr7.ap-northeast-2.eks.amazonaws.com:443/",
                &both,
                Some(&own),
                None,
            ),
            (
                "https://abc.gr7.ap-northeast-2.eks.amazonaws.com.",
                &unverified,
                Some(&own),
                None,
            ),
            (ENDPOINT, &String::new(), None, None),
            (ENDPOINT, &with_own, None, None),
            // The certificate shows that it is the cluster, whatever its name.
            (tunnel, &with_own, Some(&own), None),
            (tunnel, &with_other, Some(&own), elsewhere.clone()),
            (tunnel, &unverified, Some(&own), elsewhere.clone()),
            (tunnel, &String::new(), None, elsewhere.clone()),
            (
                "https://abc.gr7.ap-northeast-2.eks.amazonaws.com:6443",
                &String::new(),
                None,
                elsewhere.clone(),
            ),
            (
                "http://abc.gr7.ap-northeast-2.eks.amazonaws.com",
                &String::new(),
                None,
                elsewhere.clone(),
            ),
            (
                "https://ABD.gr7.ap-northeast-2.eks.amazonaws.com",
                &with_other,
                Some(&own),
                elsewhere,
            ),
            (ENDPOINT, &with_other, Some(&own), Some(ApiMismatch::Authority)),
        ] {
            let found = compare(server, more, of_eks.map(String::as_str));
            assert_eq!(found, expected, "{server}{more}");
        }
    }
}
