//! A connection to a server below HTTP: TCP, perhaps through a proxy's tunnel, and TLS.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use http::{Response, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper_rustls::builderstates::WantsProtocols1;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tower::{BoxError, Service};

use crate::ports::{BoxBody, TransportError};

/// How a server is reached.
pub struct Route {
    /// Whom the server is trusted by, and what the client shows of itself.
    pub trust: ClientConfig,
    /// The name that the server's certificate must have, where it is not the URL's.
    pub server_name: Option<String>,
    /// The proxy that leads there.
    pub proxy: Option<Intercept>,
}

/// A server cannot be reached in the way that is asked for.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// The proxy is of an unsupported kind.
    #[error("the proxy {proxy} is neither http:// nor https://")]
    Proxy {
        /// The proxy's URL.
        proxy: Uri,
    },
    /// No certificate can have this name.
    #[error("`{0}` is no server's name")]
    ServerName(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// Bytes to and from a server or proxy.
pub(super) trait Stream: Read + Write + Connection + Unpin + Send {}

impl<S: Read + Write + Connection + Unpin + Send> Stream for S {}

/// Such a stream, whatever it goes through.
pub(super) type Socket = Box<dyn Stream>;

impl Connection for Socket {
    fn connected(&self) -> Connected {
        (**self).connected()
    }
}

/// Connects to servers that are on no network.
pub trait Dial: Send + Sync {
    /// A connection to what this host has on this port.
    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<DuplexStream>>;
}

/// A connection to such a server.
struct Piped(DuplexStream);

impl AsyncRead for Piped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Piped {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut task::Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl Connection for Piped {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// Connects below TLS.
#[derive(Clone)]
pub(super) enum Link {
    Dialled(Arc<dyn Dial>),
    Direct(HttpConnector),
    Tunnel(Tunnel<HttpConnector>),
    TlsTunnel(Tunnel<HttpsConnector<HttpConnector>>),
}

impl Link {
    /// Without a proxy.
    pub(super) fn direct() -> Self {
        Self::Direct(tcp())
    }

    /// Through `proxy`, which is trusted as the server is.
    pub(super) fn through(proxy: &Intercept, trust: &ClientConfig) -> Result<Self, RouteError> {
        match proxy.uri().scheme_str() {
            Some("http") => Ok(Self::Tunnel(tunnel(proxy, tcp()))),
            Some("https") => {
                let tls = tls(trust.clone(), None)?.enable_http1().wrap_connector(tcp());
                Ok(Self::TlsTunnel(tunnel(proxy, tls)))
            }
            _ => Err(RouteError::Proxy {
                proxy: proxy.uri().clone(),
            }),
        }
    }
}

impl Service<Uri> for Link {
    type Response = Socket;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Socket, BoxError>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Dialled(_) => Poll::Ready(Ok(())),
            Self::Direct(tcp) => tcp.poll_ready(context).map_err(Into::into),
            Self::Tunnel(tunnel) => tunnel.poll_ready(context).map_err(Into::into),
            Self::TlsTunnel(tunnel) => tunnel.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        match self {
            Self::Dialled(dial) => {
                let standard = if server.scheme_str() == Some("https") { 443 } else { 80 };
                let port = server.port_u16().unwrap_or(standard);
                let dialling = dial.dial(server.host().unwrap_or_default(), port);
                socket(dialling.map_ok(|stream| TokioIo::new(Piped(stream))))
            }
            Self::Direct(tcp) => socket(tcp.call(server)),
            Self::Tunnel(tunnel) => socket(tunnel.call(server)),
            Self::TlsTunnel(tunnel) => socket(tunnel.call(server)),
        }
    }
}

fn socket<S: Stream + 'static, E: Into<BoxError>>(
    connecting: impl Future<Output = Result<S, E>> + Send + 'static,
) -> BoxFuture<'static, Result<Socket, BoxError>> {
    async move {
        let stream: Socket = Box::new(connecting.await.map_err(Into::into)?);
        Ok(stream)
    }
    .boxed()
}

/// Small requests are sent at once: Nagle's algorithm may hold one back for 40 ms.
fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

fn tunnel<C>(proxy: &Intercept, below: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.uri().clone(), below);
    match proxy.basic_auth() {
        Some(password) => tunnel.with_auth(password.clone()),
        None => tunnel,
    }
}

/// TLS to servers that `trust` vouches for, under the name of the URL or another; plain where the URL is `http`.
pub(super) fn tls(
    trust: ClientConfig,
    server_name: Option<&str>,
) -> Result<HttpsConnectorBuilder<WantsProtocols1>, RouteError> {
    let builder = HttpsConnectorBuilder::new().with_tls_config(trust).https_or_http();
    let Some(name) = server_name else {
        return Ok(builder);
    };
    let name = ServerName::try_from(name.to_owned()).map_err(|_| RouteError::ServerName(name.to_owned()))?;
    Ok(builder.with_server_name_resolver(FixedServerNameResolver::new(name)))
}

/// What a server sends, as every transport gives it.
pub(super) fn answered<E: Into<BoxError>>(
    answering: impl Future<Output = Result<Response<Incoming>, E>> + Send + 'static,
) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
    async {
        let answer = answering.await.map_err(TransportError::new)?;
        Ok(answer.map(|body| body.map_err(TransportError::new).boxed_unsync()))
    }
    .boxed()
}
