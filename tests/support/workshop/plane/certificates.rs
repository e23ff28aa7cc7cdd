//! The certificate that the API server shows, and who signs it. Its key stays: one file is replaced at once, and the server
//! takes the new certificate up by itself, for connections that are opened from then on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

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
    pub(super) der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let own = params.self_signed(&key).unwrap();
        Self {
            pem: own.pem(),
            der: own.der().to_vec(),
            issuer: Issuer::new(params, key),
        }
    }
}

/// The files that the API server has its certificate from.
pub(super) struct Certificates {
    folder: PathBuf,
    key: KeyPair,
    issued: AtomicU32,
}

impl Certificates {
    /// Writes a key; there is no certificate yet.
    pub(super) fn new(folder: &Path) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificates = Self {
            folder: folder.to_owned(),
            key,
            issued: AtomicU32::new(0),
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

    /// Puts a new certificate in place of the old one. Beside the names that all of them have it is for one that no other
    /// has, which is returned: who asks under that name sees whether it is shown.
    pub(super) fn issue(&self, authority: &Authority) -> String {
        let name = format!("certificate-{}.test", self.issued.fetch_add(1, Ordering::Relaxed));
        let names = NAMES.iter().copied().chain([name.as_str()]).map(str::to_owned);
        let mut params = CertificateParams::new(names.collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        let issued = params.signed_by(&self.key, &authority.issuer).unwrap();
        let new = self.folder.join("tls.crt.new");
        fs::write(&new, issued.pem()).unwrap();
        fs::rename(&new, self.certificate()).unwrap();
        name
    }
}
