//! Whom AWS's endpoints are trusted by: the machine's certificate authorities, or, as with the AWS CLI, those of the file
//! that `AWS_CA_BUNDLE` or the profile's `ca_bundle` names alone.

use std::path::Path;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};

use super::login::SessionError;
use crate::net::{machine_bundle, read_bundle};

/// The variable that the AWS CLI and the other SDKs have for it.
const VARIABLE: &str = "AWS_CA_BUNDLE";

/// The certificates that the variable names, else those of the profile; none where neither does.
pub(super) fn chosen(of_profile: Option<&str>) -> Result<Option<TlsContext>, SessionError> {
    let variable = std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    match (variable, of_profile) {
        (Some(name), _) => of_bundle(VARIABLE, Path::new(&name)).map(Some),
        (None, Some(name)) => of_bundle("ca_bundle of the AWS profile", Path::new(name)).map(Some),
        (None, None) => Ok(None),
    }
}

/// The machine's certificates. Reading them takes a while.
pub(super) fn of_machine() -> TlsContext {
    let authorities = machine_bundle().map(|pem| TrustStore::empty().with_pem_certificate(pem));
    let context = authorities.map(|authorities| TlsContext::builder().with_trust_store(authorities).build());
    context.and_then(Result::ok).unwrap_or_default()
}

fn of_bundle(named_by: &str, path: &Path) -> Result<TlsContext, SessionError> {
    let unusable = |source: BoxError| SessionError::AuthorityBundle {
        named_by: named_by.to_owned(),
        path: path.to_owned(),
        source,
    };
    // The SDK would look at them only in the middle of the first request, and panic.
    let pem = read_bundle(path).map_err(|error| unusable(error.into()))?;
    let authorities = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(authorities).build();
    context.map_err(|error| unusable(error.into()))
}

/// Why a file is no bundle.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::error_chain;

    fn describe(content: Option<&str>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authorities.pem");
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        match of_bundle(VARIABLE, &path) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error_chain(&error)
                .join(": ")
                .replace(&folder.path().display().to_string(), "DIR"),
        }
    }

    #[test]
    fn a_bundle_is_looked_at_before_it_is_used() {
        let own = rcgen::generate_simple_self_signed(vec!["proxy.test".to_owned()]).unwrap();
        let pem = own.cert.pem();
        let cut = pem.replace("-----END", "----END");
        let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let contents = [None, Some(""), Some("no PEM"), Some(&cut), Some(garbled), Some(&pem)];
        insta::assert_snapshot!(contents.map(describe).join("\n"), @r"
        AWS_CA_BUNDLE names DIR/authorities.pem, which cannot be used: unset it, or name a file of certificates (PEM): No such file or directory (os error 2)
        AWS_CA_BUNDLE names DIR/authorities.pem, which cannot be used: unset it, or name a file of certificates (PEM): it has no certificate (PEM)
        AWS_CA_BUNDLE names DIR/authorities.pem, which cannot be used: unset it, or name a file of certificates (PEM): it has no certificate (PEM)
        AWS_CA_BUNDLE names DIR/authorities.pem, which cannot be used: unset it, or name a file of certificates (PEM): a certificate in it is broken
        AWS_CA_BUNDLE names DIR/authorities.pem, which cannot be used: unset it, or name a file of certificates (PEM): a certificate in it is broken
        fine
        ");
    }
}
