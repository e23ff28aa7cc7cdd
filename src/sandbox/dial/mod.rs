//! Connections to load balancers as clients make them, but in memory: what TLS and HTTP do on a socket, they do here.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Collected};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

use crate::alb;
use crate::authority::{CertificateError, Wanted};
use crate::body::Body;
use crate::core::Sandbox;

/// How much may be under way in each direction.
const PIPE: usize = 64 << 10;

/// A listener that clients connect to.
#[derive(Clone)]
pub(crate) struct Server {
    sandbox: Sandbox,
    /// The load balancer's name in DNS.
    host: String,
    port: u16,
    /// One for each certificate that it has; none for one without TLS.
    certificates: Vec<Wanted>,
}

impl Sandbox {
    /// A connection to what the load balancer with the name `host` has on `port`. Needs a runtime.
    pub async fn dial(&self, host: &str, port: u16) -> io::Result<DuplexStream> {
        let server = self.server(host, port).await.ok_or(io::ErrorKind::ConnectionRefused)?;
        let (client, stream) = tokio::io::duplex(PIPE);
        tokio::spawn(server.accept(stream));
        Ok(client)
    }

    /// The listener on `port` of the load balancer with the name `host`.
    async fn server(&self, host: &str, port: u16) -> Option<Server> {
        let turn = self.turn().await;
        let certificates = turn.with(|world| alb::certificates(world, host, port))?;
        let wanted = certificates.into_iter().map(|certificate| Wanted {
            names: certificate.names,
            expired: certificate.expired,
            self_signed: certificate.self_signed,
        });
        Some(Server {
            sandbox: self.clone(),
            host: host.to_owned(),
            port,
            certificates: wanted.collect(),
        })
    }

    /// The listener with TLS that a client means who asks for a server of this name: a load balancer has it, or a certificate.
    pub(crate) async fn server_named(&self, name: &str) -> Option<Server> {
        let listeners = self.turn().await.with(|world| alb::listeners_with_tls(world));
        for (host, port) in listeners {
            let server = self.server(&host, port).await;
            let named = server
                .filter(|server| server.host.eq_ignore_ascii_case(name) || server.certificate_for(name).is_some());
            if named.is_some() {
                return named;
            }
        }
        None
    }

    /// The certificate (PEM) of the authority that signs what load balancers show.
    pub fn authority_pem(&self) -> Result<String, CertificateError> {
        Ok(self.authority()?.pem().to_owned())
    }
}

impl Server {
    /// Answers on a connection until the client goes, which is its own affair.
    async fn accept(self, stream: DuplexStream) {
        if self.certificates.is_empty() {
            return self.answer("http", stream).await;
        }
        if let Ok(handshake) = LazyConfigAcceptor::new(Acceptor::default(), stream).await {
            self.accept_tls(handshake).await;
        }
    }

    /// The same on one whose client has said hello.
    pub(crate) async fn accept_tls(self, handshake: StartHandshake<impl AsyncRead + AsyncWrite + Unpin>) {
        let Ok(config) = self.config(handshake.client_hello().server_name()) else {
            return;
        };
        if let Ok(stream) = handshake.into_stream(Arc::new(config)).await {
            self.answer("https", stream).await;
        }
    }

    /// TLS with the certificate for this name, else with the first.
    fn config(&self, name: Option<&str>) -> Result<ServerConfig, CertificateError> {
        let chosen = name.and_then(|name| self.certificate_for(name));
        let nothing = Wanted::default();
        let chosen = chosen.or(self.certificates.first()).unwrap_or(&nothing);
        self.sandbox.authority()?.server(chosen)
    }

    fn certificate_for(&self, name: &str) -> Option<&Wanted> {
        let mut certificates = self.certificates.iter();
        certificates.find(|wanted| wanted.names.iter().any(|of| covers(of, name)))
    }

    async fn answer(self, scheme: &'static str, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let service = service_fn(move |request| {
            let this = self.clone();
            async move { Ok::<_, Infallible>(this.respond(scheme, request).await) }
        });
        // How a connection ends concerns its client only.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn respond(&self, scheme: &str, request: Request<Incoming>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        // A client that breaks off is not there to get the answer.
        let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
        let mut uri = parts.uri.into_parts();
        uri.scheme = Scheme::try_from(scheme).ok();
        uri.authority = Authority::try_from(format!("{}:{}", self.host, self.port)).ok();
        uri.path_and_query = uri.path_and_query.or(Some(PathAndQuery::from_static("/")));
        parts.uri = Uri::from_parts(uri).unwrap_or_default();
        self.sandbox.call(Request::from_parts(parts, body)).await
    }
}

/// Whether a name of a certificate is for a host: `*.` stands for one label.
fn covers(of: &str, host: &str) -> bool {
    match of.strip_prefix("*.") {
        Some(rest) => host
            .split_once('.')
            .is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(rest)),
        None => of.eq_ignore_ascii_case(host),
    }
}
