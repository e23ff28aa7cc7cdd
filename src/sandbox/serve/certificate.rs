//! The certificate of the Kubernetes endpoint, made afresh at every start and given to clients through `DescribeCluster`
//! and the kubeconfig.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Making keys or signing failed.
    #[error("signing failed")]
    Sign(#[from] rcgen::Error),
    /// TLS does not take what was made.
    #[error("the certificate cannot be used")]
    Use(#[from] rustls::Error),
}

/// A server's certificate with the authority that signed it.
pub(super) struct Certificate {
    pub(super) ca_pem: String,
    pub(super) server: ServerConfig,
}

impl Certificate {
    /// A certificate for loopback and for `endpoint_host`.
    pub(super) fn make(endpoint_host: &str) -> Result<Self, CertificateError> {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        authority.distinguished_name.push(DnType::CommonName, "lab2048 sandbox");
        let authority_key = KeyPair::generate()?;
        let ca_pem = authority.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(authority, authority_key);

        let names = ["127.0.0.1", "localhost", endpoint_host].map(str::to_owned);
        let mut server = CertificateParams::new(names)?;
        server.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        let key = KeyPair::generate()?;
        let certificate = server.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Self { ca_pem, server })
    }
}
