//! Whom servers are trusted by: the machine's certificate authorities, or those of a file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

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

/// Trust in what the machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name other authorities). Reading them takes some
/// milliseconds.
pub(super) fn of_machine() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    // Of hundreds of authorities a few may be of a kind that is not known here; a server that needs one is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
