//! The sandbox on a loopback socket, for the AWS CLI, kubectl and a browser.
//!
//! One port serves both: plain HTTP is AWS and the load balancers, TLS is the Kubernetes API (kubectl sends no
//! credentials over plain HTTP), or a load balancer if the client names one of its certificates. Which of them a connection
//! is shows in its first byte, and in the name that the client asks for.

mod access;
mod connection;
mod guard;
mod route;

pub use crate::authority::CertificateError;
pub use access::{exec_credential, token};

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::LazyConfigAcceptor;
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
use crate::authority::Wanted;
use crate::core::Sandbox;

/// How long answers under way may take once the server is to stop; watches would go on for ever.
const GRACE: Duration = Duration::from_secs(1);

/// Why the sandbox cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// No certificate could be made.
    #[error("cannot make a certificate for the Kubernetes endpoint")]
    Certificate(#[from] CertificateError),
}

impl ServeError {
    /// Whether somebody else has the port.
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }
}

/// Where the sandbox is served, and what a client needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// URL of AWS, for `AWS_ENDPOINT_URL`.
    pub aws_url: String,
    /// URL of the Kubernetes API.
    pub kubernetes_url: String,
    /// Certificate of the authority (PEM) that signed the Kubernetes endpoint's.
    pub ca_pem: String,
    /// Region.
    pub region: String,
    /// Name of the cluster.
    pub cluster: String,
    /// ARN of the cluster.
    pub cluster_arn: String,
}

impl Served {
    /// URL under which a browser reaches the listener on `port` of the load balancer called `name` without DNS; the load
    /// balancer is asked under the name `host`, if that is given.
    pub fn game_url(&self, name: &str, port: u16, host: Option<&str>) -> String {
        let host = host.map_or_else(String::new, |host| format!("{host}@"));
        let port = match port {
            80 => String::new(),
            port => format!(":{port}"),
        };
        format!("{}/elb/{host}{name}{port}/", self.aws_url)
    }
}

/// A sandbox that listens.
pub struct Server {
    listener: TcpListener,
    shared: Connection,
    tls: Arc<ServerConfig>,
}

impl Server {
    /// Listens on 127.0.0.1 at `port`, or at a free one for 0. Answers nothing before [`Server::run`].
    pub async fn start(sandbox: Sandbox, port: u16) -> Result<Self, ServeError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| ServeError::Listen { address, source })?;
        let address = listener
            .local_addr()
            .map_err(|source| ServeError::Listen { address, source })?;
        let facts = sandbox.turn().await.with(|world| world.facts.clone());
        let endpoint_host = facts.endpoint_host();
        let authority = sandbox.authority()?;
        let names = ["127.0.0.1", "localhost", &endpoint_host].map(str::to_owned);
        let tls = authority.server(&Wanted {
            names: names.into(),
            ..Wanted::default()
        })?;
        let served = Served {
            aws_url: format!("http://{address}"),
            kubernetes_url: format!("https://{address}"),
            ca_pem: authority.pem().to_owned(),
            region: facts.region.clone(),
            cluster_arn: facts.cluster_arn(),
            cluster: facts.cluster,
        };
        Ok(Self {
            listener,
            shared: Connection {
                sandbox,
                served: Arc::new(served),
                endpoint_host,
                also: Arc::default(),
            },
            tls: Arc::new(tls),
        })
    }

    /// Answers to this name, too: a proxy of a development environment leads here under it.
    #[must_use]
    pub fn answering_to(mut self, name: &str) -> Self {
        self.shared.also = Arc::new([name.to_lowercase()]);
        self
    }

    /// Where it is served.
    pub fn served(&self) -> &Served {
        &self.shared.served
    }

    /// Answers until `shutdown` completes, then gives answers under way a moment to end. The world goes on meanwhile,
    /// whether or not anybody asks.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let _somebody_is_in = self.shared.sandbox.changes();
        let stop = CancellationToken::new();
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                accepted = self.listener.accept() => {
                    // A refused connection (such as one too many open files) concerns that client only.
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(answer(stream, self.tls.clone(), self.shared.clone(), stop.clone()));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
        drop(self.listener);
        stop.cancel();
        let ended = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            connections.shutdown().await;
        }
    }
}

/// How long a client may take to say what it wants.
const HELLO: Duration = Duration::from_secs(30);

/// The first byte of a TLS connection: a handshake record.
const HANDSHAKE: u8 = 22;

async fn answer(stream: TcpStream, tls: Arc<ServerConfig>, shared: Connection, stop: CancellationToken) {
    let mut first = [0];
    let Ok(peeked) = tokio::time::timeout(HELLO, stream.peek(&mut first)).await else {
        return;
    };
    match peeked {
        Ok(1) if first[0] == HANDSHAKE => {
            // A client that does not trust the certificate, or goes away, has seen the reason itself.
            let hello = LazyConfigAcceptor::new(Acceptor::default(), stream);
            let Ok(Ok(handshake)) = tokio::time::timeout(HELLO, hello).await else {
                return;
            };
            let name = handshake.client_hello().server_name().map(str::to_owned);
            let balancer = match name {
                Some(name) => shared.sandbox.server_named(&name).await,
                None => None,
            };
            if let Some(balancer) = balancer {
                tokio::select! {
                    () = balancer.accept_tls(handshake) => {}
                    () = stop.cancelled() => {}
                }
            } else if let Ok(stream) = handshake.into_stream(tls).await {
                shared.answer_kubernetes(stream, stop).await;
            }
        }
        Ok(1) => shared.answer_plain(stream, stop).await,
        _ => {}
    }
}

#[cfg(test)]
mod tests;
