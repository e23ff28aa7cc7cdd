//! Whom servers are trusted by: the machine's certificate authorities, or those of a file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

/// A file of certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It has PEM in it that is no certificate.
    #[error("a certificate in it is broken")]
    Broken,
    /// It has no PEM in it.
    #[error("it has no certificate (PEM)")]
    Empty,
}

/// The certificates (PEM) of a file, each of which can be used.
pub fn read_bundle(path: &Path) -> Result<Vec<u8>, BundleError> {
    let pem = std::fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let added = certificate.map(|certificate| roots.add(certificate));
        if !matches!(added, Ok(Ok(()))) {
            return Err(BundleError::Broken);
        }
    }
    if roots.is_empty() {
        return Err(BundleError::Empty);
    }
    Ok(pem)
}

/// The machine's authorities (PEM) where one file has them all, as on Linux: the folder beside it has each of them once
/// more, and reading both is a sixth of what a plan computes. None where variables name others, or the system keeps them
/// elsewhere.
pub fn machine_bundle() -> Option<Vec<u8>> {
    if cfg!(not(target_os = "linux")) || openssl_probe::has_ssl_cert_env_vars() {
        return None;
    }
    let file = openssl_probe::probe().cert_file?;
    read_bundle(&file).ok()
}

/// What the machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name other authorities). Reading it takes some milliseconds.
pub(super) fn of_machine() -> RootCertStore {
    if let Some(pem) = machine_bundle() {
        return of_pem(&pem);
    }
    let mut roots = RootCertStore::empty();
    // Of hundreds of authorities a few may be of a kind that is not known here; a server that needs one is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// The authorities of a text in PEM.
pub(super) fn of_pem(pem: &[u8]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).flatten());
    roots
}

/// Whom servers are trusted by.
pub(super) struct Trust {
    /// For the name that they are asked by.
    pub(super) by_name: ClientConfig,
    /// Whatever names their certificate is for.
    pub(super) by_authority: ClientConfig,
}

impl Trust {
    /// Trust in these authorities.
    pub(super) fn of(roots: RootCertStore) -> Result<Self, rustls::Error> {
        Ok(Self {
            by_name: by_name(roots.clone())?,
            by_authority: by_authority(roots)?,
        })
    }
}

fn by_name(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn by_authority(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let verifier = verifier.map_err(|error| rustls::Error::General(error.to_string()))?;
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let config = config
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyName(verifier)));
    Ok(config.with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Names that a certificate (DER) is for; none if it cannot be read.
pub(super) fn names_of(certificate: &CertificateDer<'_>) -> Vec<String> {
    let parsed = webpki::EndEntityCert::try_from(certificate);
    parsed.map_or_else(
        |_| Vec::new(),
        |parsed| parsed.valid_dns_names().map(str::to_owned).collect(),
    )
}

/// Everything that is asked of a certificate but its name: an ALB serves the certificates of others' domains, under a name of
/// its own that no certificate is for.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self
            .0
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // The name is looked at last, when all else is known to be well.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
