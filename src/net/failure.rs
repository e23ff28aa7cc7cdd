//! What it means when a request got no answer: by the kinds of the errors inside, not by their texts.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::bounded::TooLarge;
use crate::ports::ErrorClass;

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportFailure {
    /// Whether it may pass.
    pub class: ErrorClass,
    /// The message to report.
    pub text: String,
    /// The connection was open and was dropped: the same request may well be answered on another.
    pub dropped: bool,
}

impl TransportFailure {
    /// Reads the chain of `error`. Its outer links only say that there was no answer.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        if let Some(tls) = find::<rustls::Error>(error) {
            return of_tls(tls);
        }
        if let Some(large) = find::<TooLarge>(error) {
            // Asked again, the same would come.
            return Self {
                class: ErrorClass::Other,
                ..Self::passing(large.to_string())
            };
        }
        let text = links(error).last().unwrap_or(error).to_string();
        // The tunnel's errors are private to their crate, so that their text is all there is.
        if text.contains("proxy authorization required") {
            return Self {
                class: ErrorClass::Untrusted,
                text: "the proxy wants a user and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT".to_owned(),
                dropped: false,
            };
        }
        if text.contains("tunnel error: unsuccessful") {
            return Self::passing("the proxy cannot or will not reach it".to_owned());
        }
        Self {
            dropped: was_dropped(error),
            ..Self::passing(text)
        }
    }

    fn passing(text: String) -> Self {
        Self {
            class: ErrorClass::Unreachable,
            text,
            dropped: false,
        }
    }
}

/// Servers and balancers close idle connections, perhaps just when one is used again.
fn was_dropped(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind as Kind;
    if let Some(client) = find::<hyper_util::client::legacy::Error>(error)
        && client.is_connect()
    {
        return false;
    }
    // A server that ends a connection of HTTP/2 announces it, and which requests it has not begun.
    let is_told = |error: &h2::Error| error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM);
    find::<h2::Error>(error).is_some_and(is_told)
        || find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message)
        || find::<io::Error>(error).is_some_and(|error| {
            matches!(
                error.kind(),
                Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof
            )
        })
}

/// The first link of that type in the chain of `error`.
pub fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    links(error).find_map(<dyn Error>::downcast_ref)
}

/// An error and what is behind it.
fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&link| within(link))
}

/// The next link. An I/O error hides the error inside it: its source is that one's source. HTTP/2's errors have none.
fn within<'a>(link: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(io) = link.downcast_ref::<h2::Error>().and_then(h2::Error::get_io) {
        return Some(io);
    }
    let inner = link.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match inner {
        Some(inner) => Some(inner),
        None => link.source(),
    }
}

/// A handshake that failed. What is not trusted now will not be in a minute.
fn of_tls(error: &rustls::Error) -> TransportFailure {
    use AlertDescription as Alert;
    let text = match error {
        rustls::Error::InvalidCertificate(flaw) => of_certificate(flaw),
        rustls::Error::AlertReceived(Alert::InternalError | Alert::UserCanceled | Alert::CloseNotify) => {
            return TransportFailure::passing(format!("TLS: {error}"));
        }
        rustls::Error::AlertReceived(
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::CertificateRequired,
        ) => format!("the server does not accept the client certificate ({error})"),
        rustls::Error::InvalidMessage(_) => format!("what answers there does not speak TLS ({error})"),
        other => format!("TLS: {other}"),
    };
    TransportFailure {
        class: ErrorClass::Untrusted,
        text,
        dropped: false,
    }
}

fn of_certificate(flaw: &CertificateError) -> String {
    match flaw {
        CertificateError::UnknownIssuer => {
            "the server's certificate is signed by an authority that is not trusted here \
             (UnknownIssuer): a wrong certificate authority, or a proxy that reads along"
                .to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the server's certificate is for another name: {flaw}")
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            format!("the server's certificate is out of date, or the clock of this machine is wrong: {flaw}")
        }
        other => format!("the server's certificate cannot be accepted: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("client error (Connect)")]
    struct Outer(#[source] io::Error);

    fn wrapped(error: impl Error + Send + Sync + 'static) -> TransportFailure {
        TransportFailure::of(&Outer(io::Error::new(io::ErrorKind::InvalidData, error)))
    }

    #[test]
    fn certificates_are_no_passing_trouble() {
        for (flaw, words) in [
            (CertificateError::UnknownIssuer, "not trusted here"),
            (CertificateError::NotValidForName, "another name"),
            (CertificateError::Expired, "out of date"),
            (CertificateError::NotValidYet, "out of date"),
            (CertificateError::BadSignature, "cannot be accepted"),
        ] {
            let broken = wrapped(rustls::Error::InvalidCertificate(flaw));
            assert_eq!(broken.class, ErrorClass::Untrusted, "{broken:?}");
            assert!(broken.text.contains(words), "{broken:?}");
        }
    }

    #[test]
    fn alerts_are_distinguished() {
        for (alert, class) in [
            (AlertDescription::CertificateRequired, ErrorClass::Untrusted),
            (AlertDescription::UnknownCA, ErrorClass::Untrusted),
            (AlertDescription::HandshakeFailure, ErrorClass::Untrusted),
            (AlertDescription::InternalError, ErrorClass::Unreachable),
        ] {
            assert_eq!(wrapped(rustls::Error::AlertReceived(alert)).class, class, "{alert:?}");
        }
    }

    #[test]
    fn failures_of_the_system_may_pass() {
        for kind in [
            io::ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset,
            io::ErrorKind::UnexpectedEof,
            io::ErrorKind::TimedOut,
        ] {
            let broken = TransportFailure::of(&Outer(kind.into()));
            assert_eq!(broken.class, ErrorClass::Unreachable);
            assert_eq!(broken.text, io::Error::from(kind).to_string());
        }
        for (kind, dropped) in [
            (io::ErrorKind::ConnectionReset, true),
            (io::ErrorKind::UnexpectedEof, true),
            (io::ErrorKind::ConnectionRefused, false),
        ] {
            assert_eq!(TransportFailure::of(&Outer(kind.into())).dropped, dropped, "{kind}");
        }
        let named = wrapped(io::Error::other(
            "failed to lookup address information: Name or service not known",
        ));
        assert_eq!(named.class, ErrorClass::Unreachable);
        assert!(named.text.contains("lookup address"), "{named:?}");
        // A certificate in a text is not yet one that was refused.
        assert_eq!(wrapped(io::Error::other("certificate")).class, ErrorClass::Unreachable);
    }

    #[test]
    fn a_proxy_is_named() {
        let wants = wrapped(io::Error::other("tunnel error: proxy authorization required"));
        assert_eq!(wants.class, ErrorClass::Untrusted);
        assert!(wants.text.contains("HTTPS_PROXY"), "{wants:?}");
        let refuses = wrapped(io::Error::other("tunnel error: unsuccessful"));
        assert_eq!(
            (refuses.class, &*refuses.text),
            (ErrorClass::Unreachable, "the proxy cannot or will not reach it")
        );
    }
}
