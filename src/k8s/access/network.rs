//! The network under a cluster's API: TCP, perhaps a proxy, TLS, and one HTTP/2 connection that all requests share, as
//! kubectl has it; HTTP/1.1 where something in between speaks nothing else.
//!
//! kube 5.0's own stack knows HTTP/1.1 alone, so that every request of a wave shakes hands anew, and leaves Nagle's
//! algorithm on, which may hold a small request back for 40 ms.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper_rustls::builderstates::WantsProtocols1;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::client::legacy::{Builder, Client, pool};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::{Body, ClientBuilder, ConfigExt, RustlsTlsError};
use rustls::pki_types::ServerName;
use tower::{BoxError, Service};

use crate::net::find;

/// A connection that is not there after so long will not come.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How often a connection that waits for the server is asked whether it still stands; both are client-go's.
const PING: Duration = Duration::from_secs(30);
/// How long the answer may take.
const PONG: Duration = Duration::from_secs(15);

/// A client of the cluster that `config` names; `proxy` leads there.
pub(in crate::k8s) fn client(config: &kube::Config, proxy: Option<&Intercept>) -> Result<kube::Client, kube::Error> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let Some(proxy) = proxy else {
        return over(config, tcp);
    };
    match proxy.uri().scheme_str() {
        Some("http") => over(config, tunnel(proxy, tcp)),
        Some("https") => {
            let tls = config.rustls_https_connector_with_connector(tcp)?;
            over(config, tunnel(proxy, tls))
        }
        _ => Err(kube::Error::ProxyProtocolUnsupported {
            proxy_url: Box::new(proxy.uri().clone()),
        }),
    }
}

fn tunnel<C>(proxy: &Intercept, below: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.uri().clone(), below);
    match proxy.basic_auth() {
        Some(password) => tunnel.with_auth(password.clone()),
        None => tunnel,
    }
}

/// What carries bytes to the cluster, below TLS.
trait Below: Service<Uri, Response: Stream, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static {}

impl<C> Below for C where
    C: Service<Uri, Response: Stream, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static
{
}

/// A connection as hyper wants it.
trait Stream: Read + Write + Connection + Unpin + Send + 'static {}

impl<S: Read + Write + Connection + Unpin + Send + 'static> Stream for S {}

fn over<C: Below>(config: &kube::Config, below: C) -> Result<kube::Client, kube::Error> {
    let wire = Arc::new(Wire::new(config, below)?);
    let service = tower::service_fn(move |request: Request<Body>| send(Arc::clone(&wire), request));
    let signed = ClientBuilder::new(service, config.default_namespace.clone())
        .with_layer(&config.extra_headers_layer()?)
        .with_layer(&tower::util::option_layer(config.auth_layer()?));
    Ok(signed.with_layer(&config.base_uri_layer()).build())
}

/// Both ways to speak to one server.
struct Wire<C> {
    http2: Client<Connect<C>, Full<Bytes>>,
    http1: Client<Connect<C>, Full<Bytes>>,
    /// Whether it was found not to speak HTTP/2.
    lacks_http2: Arc<AtomicBool>,
}

impl<C: Below> Wire<C> {
    fn new(config: &kube::Config, below: C) -> Result<Self, kube::Error> {
        // Without TLS nothing tells beforehand whether the server speaks HTTP/2.
        let lacks_http2 = Arc::new(AtomicBool::new(config.cluster_url.scheme_str() != Some("https")));
        let trust = config.rustls_client_config()?;
        let connect2 = Connect {
            tls: tls(config, trust.clone())?
                .enable_all_versions()
                .wrap_connector(below.clone()),
            lacks_http2: Some(Arc::clone(&lacks_http2)),
        };
        let connect1 = Connect {
            tls: tls(config, trust)?.enable_http1().wrap_connector(below),
            lacks_http2: None,
        };
        let http2 = Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .http2_only(true)
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PONG)
            .build(connect2);
        Ok(Self {
            http2,
            http1: Builder::new(TokioExecutor::new()).build(connect1),
            lacks_http2,
        })
    }
}

fn tls(
    config: &kube::Config,
    trust: rustls::ClientConfig,
) -> Result<HttpsConnectorBuilder<WantsProtocols1>, kube::Error> {
    let builder = HttpsConnectorBuilder::new().with_tls_config(trust).https_or_http();
    let Some(name) = &config.tls_server_name else {
        return Ok(builder);
    };
    let name = ServerName::try_from(name.clone())
        .map_err(|error| kube::Error::RustlsTls(RustlsTlsError::InvalidServerName(error)))?;
    Ok(builder.with_server_name_resolver(FixedServerNameResolver::new(name)))
}

/// Sends a request; once more over HTTP/1.1 if the server turns out to speak nothing else, before it was sent at all.
async fn send<C: Below>(wire: Arc<Wire<C>>, request: Request<Body>) -> Result<Response<Incoming>, BoxError> {
    let (parts, body) = request.into_parts();
    let body = Full::new(body.collect_bytes().await?);
    while !wire.lacks_http2.load(Ordering::Relaxed) {
        let request = Request::from_parts(parts.clone(), body.clone());
        match wire.http2.request(request).await {
            // The connection that this one waited for did not come about; it is the turn of the next to try.
            Err(error) if find::<pool::Error>(&error).is_some() => (),
            Err(error) if find::<LacksHttp2>(&error).is_some() => break,
            answered => return Ok(answered?),
        }
    }
    Ok(wire.http1.request(Request::from_parts(parts, body)).await?)
}

/// The server does not speak HTTP/2.
#[derive(Debug, thiserror::Error)]
#[error("the server does not speak HTTP/2")]
struct LacksHttp2;

/// Connects within the limit.
#[derive(Clone)]
struct Connect<C> {
    tls: HttpsConnector<C>,
    /// For HTTP/2 alone: any other connection is given up, and noted here.
    lacks_http2: Option<Arc<AtomicBool>>,
}

impl<C: Below> Service<Uri> for Connect<C> {
    type Response = MaybeHttpsStream<C::Response>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tls.poll_ready(context)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let lacks_http2 = self.lacks_http2.clone();
        if lacks_http2.as_ref().is_some_and(|lacks| lacks.load(Ordering::Relaxed)) {
            return Box::pin(async { Err(LacksHttp2.into()) });
        }
        let connecting = tokio::time::timeout(CONNECT_LIMIT, self.tls.call(server));
        Box::pin(async move {
            let stream = connecting
                .await
                .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            if let Some(lacks) = lacks_http2.filter(|_| !stream.connected().is_negotiated_h2()) {
                lacks.store(true, Ordering::Relaxed);
                return Err(LacksHttp2.into());
            }
            Ok(stream)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::AtomicUsize;

    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use hyper_util::server::conn::auto;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::k8s;
    use crate::k8s::fake::{namespace, sockets};
    use crate::ports::ErrorClass;

    const HTTP1: &[u8] = b"http/1.1";
    const HTTP2: &[u8] = b"h2";

    /// A server on this machine that knows one namespace.
    struct Server {
        url: String,
        authority: String,
        connections: Arc<AtomicUsize>,
    }

    impl Server {
        /// Speaks these protocols, and hangs up on its first `dropped` connections when something was asked.
        async fn start(protocols: &[&[u8]], dropped: usize) -> Self {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
            let key = own.signing_key.serialize_der().try_into().unwrap();
            let mut config = rustls::ServerConfig::builder()
                .with_no_client_auth()
                .with_single_cert(vec![own.cert.der().clone()], key)
                .unwrap();
            config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let server = Self {
                url: format!("https://{}", listener.local_addr().unwrap()),
                authority: own.cert.pem(),
                connections: Arc::default(),
            };
            let connections = Arc::clone(&server.connections);
            let acceptor = TlsAcceptor::from(Arc::new(config));
            tokio::spawn(async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    let acceptor = acceptor.clone();
                    let before = connections.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(async move {
                        // A client that does not trust it goes.
                        let Ok(mut tls) = acceptor.accept(tcp).await else {
                            return;
                        };
                        if before < dropped {
                            let asked = tls.read(&mut [0; 64]).await;
                            return assert!(asked.unwrap() > 0);
                        }
                        let serving = auto::Builder::new(TokioExecutor::new());
                        // A client that is done hangs up.
                        let _ = serving
                            .serve_connection(
                                TokioIo::new(tls),
                                service_fn(|_| std::future::ready(Ok::<_, Infallible>(answer()))),
                            )
                            .await;
                    });
                }
            });
            server
        }

        fn client(&self) -> k8s::Client {
            k8s::Client::for_endpoint(&self.url, &self.authority, sockets()).unwrap()
        }

        fn connections(&self) -> usize {
            self.connections.load(Ordering::SeqCst)
        }
    }

    fn answer() -> Response<Full<Bytes>> {
        let namespace = r#"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"ns"}}"#;
        Response::new(Full::new(namespace.into()))
    }

    async fn ask_eight_at_once(client: &k8s::Client) {
        let key = namespace();
        let found = futures::future::try_join_all((0..8).map(|_| client.get(&key))).await;
        assert!(found.unwrap().iter().all(Option::is_some));
    }

    #[tokio::test]
    async fn all_requests_share_one_connection() {
        let server = Server::start(&[HTTP2, HTTP1], 0).await;
        let client = server.client();
        ask_eight_at_once(&client).await;
        ask_eight_at_once(&client).await;
        assert_eq!(server.connections(), 1);
    }

    #[tokio::test]
    async fn what_speaks_http1_alone_is_asked_in_that() {
        let server = Server::start(&[HTTP1], 0).await;
        let client = server.client();
        ask_eight_at_once(&client).await;
        let after_one_wave = server.connections();
        assert!((2..=9).contains(&after_one_wave), "{after_one_wave}");
        client.get(&namespace()).await.unwrap().unwrap();
        assert_eq!(server.connections(), after_one_wave, "one of them is used again");
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_of_protocols_speaks_http1() {
        let server = Server::start(&[], 0).await;
        ask_eight_at_once(&server.client()).await;
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_had_is_told_to_all_that_wait_for_it() {
        let server = Server::start(&[HTTP2], 0).await;
        let stranger = Server::start(&[HTTP2], 0).await;
        let client = Server {
            authority: stranger.authority,
            ..server
        }
        .client();
        let key = namespace();
        for answer in futures::future::join_all((0..8).map(|_| client.get(&key))).await {
            let error = answer.unwrap_err();
            assert_eq!(error.class, ErrorClass::Untrusted, "{error}");
        }
    }

    #[tokio::test]
    async fn a_shared_connection_that_was_dropped_is_opened_once_more() {
        for (dropped, class) in [(1, None), (2, Some(ErrorClass::Unreachable))] {
            let server = Server::start(&[HTTP2], dropped).await;
            let answer = server.client().get(&namespace()).await;
            assert_eq!(answer.err().map(|error| error.class), class, "dropped {dropped} times");
        }
    }
}
