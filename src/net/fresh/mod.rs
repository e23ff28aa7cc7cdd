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
use tower::{BoxError, ServiceExt};

use super::link::{self, Dial, Link, RouteError, Socket};
use super::proxy::Proxies;
use super::trust::{self, Trust};
use crate::ports::{AnyTlsName, BoxBody, CertificateNames, TlsName, Transport, TransportError};

/// The network as a browser on this machine has it: its proxies, its certificate authorities. Cheap to clone.
#[derive(Clone)]
pub struct FreshConnections(Arc<Inner>);

struct Inner {
    proxies: Proxies,
    /// Where servers are on no network.
    dial: Option<Arc<dyn Dial>>,
    /// Read at the first request that needs it.
    trust: OnceLock<Trust>,
}

impl FreshConnections {
    /// Through these proxies.
    pub fn new(proxies: Proxies) -> Self {
        Self(Arc::new(Inner {
            proxies,
            dial: None,
            trust: OnceLock::new(),
        }))
    }

    /// To servers that are on no network, which are trusted by the authorities of `pem`.
    pub fn dialling(dial: Arc<dyn Dial>, pem: &str) -> Result<Self, RouteError> {
        Ok(Self(Arc::new(Inner {
            proxies: Proxies::none(),
            dial: Some(dial),
            trust: OnceLock::from(Trust::of(trust::of_pem(pem.as_bytes()))?),
        })))
    }

    /// Whether requests to `server` go through a proxy, which then looks the name up.
    pub fn uses_proxy(&self, server: &Uri) -> bool {
        self.0.proxies.to(server).is_some()
    }

    async fn send(self, mut request: Request<Bytes>) -> Result<Response<Incoming>, BoxError> {
        let name = request.extensions_mut().remove::<TlsName>();
        let any_name = request.extensions_mut().remove::<AnyTlsName>().is_some();
        let server = request.uri().clone();
        let proxy = self.0.proxies.to(&server);
        let is_plain = server.scheme() == Some(&Scheme::HTTP);
        let socket = match &proxy {
            Some(proxy) if is_plain => {
                let socket = self.direct().oneshot(proxy.uri().clone()).await?;
                MaybeHttpsStream::Http(socket)
            }
            _ if is_plain => MaybeHttpsStream::Http(self.direct().oneshot(server).await?),
            Some(proxy) => {
                let link = Link::through(proxy, &self.trust()?.by_name)?;
                self.tls(link, &server, name, any_name).await?
            }
            None => self.tls(self.direct(), &server, name, any_name).await?,
        };
        let names = any_name.then(|| names_of(&socket));
        let (mut sender, connection) = http1::handshake(socket).await?;
        // Ends with the answer's body; an error of the connection is an error of the body, too.
        tokio::spawn(connection);
        address(&mut request, proxy.as_ref().filter(|_| is_plain))?;
        let mut answer = sender.send_request(request.map(Full::new)).await?;
        if let Some(names) = names {
            answer.extensions_mut().insert(CertificateNames(names));
        }
        Ok(answer)
    }

    fn direct(&self) -> Link {
        self.0.dial.clone().map_or_else(Link::direct, Link::Dialled)
    }

    /// A stream to `server` with TLS, under another name than the URL's if that is given.
    async fn tls(
        &self,
        link: Link,
        server: &Uri,
        name: Option<TlsName>,
        any_name: bool,
    ) -> Result<MaybeHttpsStream<Socket>, BoxError> {
        let Trust { by_name, by_authority } = self.trust()?;
        let trust = if any_name { by_authority } else { by_name };
        let name = name.as_ref().map(|TlsName(name)| name.as_str());
        let connector = link::tls(trust.clone(), name)?.enable_http1().wrap_connector(link);
        connector.oneshot(server.clone()).await
    }

    fn trust(&self) -> Result<&Trust, RouteError> {
        if let Some(trust) = self.0.trust.get() {
            return Ok(trust);
        }
        let trust = Trust::of(trust::of_machine())?;
        Ok(self.0.trust.get_or_init(|| trust))
    }
}

/// The names that a server's certificate is for.
fn names_of(socket: &MaybeHttpsStream<Socket>) -> Vec<String> {
    let MaybeHttpsStream::Https(tls) = socket else {
        return Vec::new();
    };
    let (_, session) = tls.inner().get_ref();
    let certificate = session.peer_certificates().and_then(<[_]>::first);
    certificate.map(trust::names_of).unwrap_or_default()
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
