//! Servers on this machine, for tests.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{CertifiedKey, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub(crate) const HTTP1: &[u8] = b"http/1.1";
pub(crate) const HTTP2: &[u8] = b"h2";

/// A server with TLS that answers with the first line and the host of what it was asked.
pub(crate) struct Server {
    pub(crate) url: String,
    own: CertifiedKey<KeyPair>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Speaks these protocols under this name, and hangs up on its first `dropped` connections when something was asked.
    pub(crate) async fn start(name: &str, protocols: &[&[u8]], dropped: usize) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let own = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let key = own.signing_key.serialize_der().try_into().unwrap();
        let mut config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("https://{}", listener.local_addr().unwrap()),
            own,
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
                    serve(tls).await;
                });
            }
        });
        server
    }

    /// Trust in this server alone.
    pub(crate) fn trust(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.own.cert.der().clone()).unwrap();
        ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    /// Its certificate (PEM), which is its own authority.
    pub(crate) fn authority(&self) -> String {
        self.own.cert.pem()
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Answers on a connection until the client hangs up.
pub(super) async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
    let answer = service_fn(|request: Request<Incoming>| std::future::ready(Ok::<_, Infallible>(echo(&request))));
    // A client that is done hangs up.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

fn echo(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let host = request.headers().get("host").map(|host| host.to_str().unwrap());
    let text = format!(
        "{} {} {:?} for {}",
        request.method(),
        request.uri(),
        request.version(),
        host.unwrap_or("nobody")
    );
    Response::new(Full::new(text.into()))
}
