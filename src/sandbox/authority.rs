//! The authority that signs the sandbox's certificates, made afresh with each handle on a world.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
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

/// What a server's certificate is to be like.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The names that it is for.
    pub(crate) names: Vec<String>,
    /// Whether its time is over.
    pub(crate) expired: bool,
    /// Whether it signs itself.
    pub(crate) self_signed: bool,
}

/// A certificate authority.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    pub(crate) fn make() -> Result<Self, CertificateError> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, "lab2048 sandbox");
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);
        Ok(Self { pem, issuer })
    }

    /// Its own certificate (PEM).
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS for a server with such a certificate.
    pub(crate) fn server(&self, wanted: &Wanted) -> Result<ServerConfig, CertificateError> {
        let mut params = CertificateParams::new(wanted.names.clone())?;
        let name = wanted.names.first().map_or("nobody", String::as_str);
        params.distinguished_name.push(DnType::CommonName, name);
        if wanted.expired {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = if wanted.self_signed {
            params.self_signed(&key)?
        } else {
            params.signed_by(&key, &self.issuer)?
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?)
    }
}
