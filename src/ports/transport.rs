//! How requests travel when they do not go over sockets, and how names are looked up.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};

/// A response body that may go on for as long as a watch does.
pub type BoxBody = http_body_util::combinators::UnsyncBoxBody<Bytes, TransportError>;

/// A request did not get through, or its answer broke off. What is behind it is its source, of whatever type.
#[derive(Debug, Clone)]
pub struct TransportError(Arc<dyn Error + Send + Sync>);

impl TransportError {
    /// The error that a text or another error makes.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// By hand: `thiserror` would give the `Arc` for the source, which is not of the cause's type.
impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// Extension of a request: the name that the server's certificate must have, where it is not that of the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsName(pub String);

/// Extension of a request: the server's certificate has to be good, but may be for any names, which then come with the
/// answer as [`CertificateNames`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnyTlsName;

/// Extension of the answer to a request with [`AnyTlsName`]: the names that the server's certificate is for, wildcards among
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateNames(pub Vec<String>);

/// Carries HTTP requests to AWS, to the cluster or to the game without sockets. An adapter that is given one uses it in
/// place of the network, and knows nothing else of it.
pub trait Transport: Send + Sync {
    /// Sends one request with its whole body.
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>>;
}

/// Looks names up.
pub trait Resolve: Send + Sync {
    /// The addresses of `host`; empty when the name does not exist (yet).
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        (**self).call(request)
    }
}
