//! Requests to any server, each over a connection of its own: an answer is a fact about the server that the name
//! leads to now, not of one that it led to a moment ago.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::uri::{PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tower::{BoxError, Service, ServiceExt};

use super::link::{self, Link, RouteError, Socket};
use super::proxy::Proxies;
use super::trust;
use crate::ports::{BoxBody, TlsName, Transport, TransportError};

/// The network as a browser on this machine has it: its proxies, its certificate authorities. Cheap to clone.
#[derive(Clone)]
pub struct FreshConnections(Arc<Inner>);

struct Inner {
    proxies: Proxies,
    /// Read at the first request that needs it.
    trust: OnceLock<ClientConfig>,
}

impl FreshConnections {
    /// Through these proxies.
    pub fn new(proxies: Proxies) -> Self {
        Self(Arc::new(Inner {
            proxies,
            trust: OnceLock::new(),
        }))
    }

    /// Whether requests to `server` go through a proxy, which then looks the name up.
    pub fn uses_proxy(&self, server: &Uri) -> bool {
        self.0.proxies.to(server).is_some()
    }

    async fn send(self, mut request: Request<Bytes>) -> Result<Response<Incoming>, BoxError> {
        let name = request.extensions_mut().remove::<TlsName>();
        let server = request.uri().clone();
        let proxy = self.0.proxies.to(&server);
        let is_plain = server.scheme() == Some(&Scheme::HTTP);
        let socket = match &proxy {
            Some(proxy) if is_plain => self.connect(Link::direct(), proxy.uri(), None).await?,
            Some(proxy) => {
                let link = Link::through(proxy, self.trust()?)?;
                self.connect(link, &server, name).await?
            }
            None => self.connect(Link::direct(), &server, name).await?,
        };
        let (mut sender, connection) = http1::handshake(socket).await?;
        // Ends with the answer's body; an error of the connection is an error of the body, too.
        tokio::spawn(connection);
        address(&mut request, proxy.as_ref().filter(|_| is_plain))?;
        Ok(sender.send_request(request.map(Full::new)).await?)
    }

    /// A stream to `server`, with TLS if its URL is `https`.
    async fn connect(
        &self,
        mut link: Link,
        server: &Uri,
        name: Option<TlsName>,
    ) -> Result<MaybeHttpsStream<Socket>, BoxError> {
        if server.scheme() == Some(&Scheme::HTTP) {
            return Ok(MaybeHttpsStream::Http(link.ready().await?.call(server.clone()).await?));
        }
        let trust = self.trust()?.clone();
        let name = name.as_ref().map(|TlsName(name)| name.as_str());
        let mut connector = link::tls(trust, name)?.enable_http1().wrap_connector(link);
        connector.ready().await?.call(server.clone()).await
    }

    fn trust(&self) -> Result<&ClientConfig, RouteError> {
        if let Some(trust) = self.0.trust.get() {
            return Ok(trust);
        }
        let trust = trust::of_machine()?;
        Ok(self.0.trust.get_or_init(|| trust))
    }
}

/// Addresses a request as HTTP/1.1 wants it: a plain one that a proxy passes on has the whole URL.
fn address(request: &mut Request<Bytes>, passed_on_by: Option<&Intercept>) -> Result<(), BoxError> {
    if !request.headers().contains_key(HOST)
        && let Some(authority) = request.uri().authority()
    {
        let host = HeaderValue::from_str(authority.as_str())?;
        request.headers_mut().insert(HOST, host);
    }
    if let Some(proxy) = passed_on_by {
        if let Some(password) = proxy.basic_auth() {
            request.headers_mut().insert(PROXY_AUTHORIZATION, password.clone());
        }
    } else {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.unwrap_or_else(|| PathAndQuery::from_static("/")).into();
    }
    Ok(())
}

impl Transport for FreshConnections {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        link::answered(self.clone().send(request))
    }
}

#[cfg(test)]
mod tests;
