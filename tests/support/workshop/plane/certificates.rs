//! The certificate that the API server shows, and who signs it.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// What the API server is reached as.
const NAMES: [&str; 5] = [
    "127.0.0.1",
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
];

/// A certificate authority.
pub(super) struct Authority {
    pub(super) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Self {
            pem: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }
}

/// The files that the API server has its certificate from.
pub(super) struct Certificates {
    folder: PathBuf,
    key: KeyPair,
}

impl Certificates {
    /// Writes a key; there is no certificate yet.
    pub(super) fn new(folder: &Path) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificates = Self {
            folder: folder.to_owned(),
            key,
        };
        fs::write(certificates.key(), certificates.key.serialize_pem()).unwrap();
        certificates
    }

    /// The file of the key.
    pub(super) fn key(&self) -> PathBuf {
        self.folder.join("tls.key")
    }

    /// The file of the certificate.
    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.join("tls.crt")
    }

    /// Puts a new certificate in place of the old one, at once.
    pub(super) fn issue(&self, authority: &Authority) {
        let mut params = CertificateParams::new(NAMES.map(str::to_owned)).unwrap();
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        let issued = params.signed_by(&self.key, &authority.issuer).unwrap();
        let new = self.folder.join("tls.crt.new");
        fs::write(&new, issued.pem()).unwrap();
        fs::rename(&new, self.certificate()).unwrap();
    }
}
