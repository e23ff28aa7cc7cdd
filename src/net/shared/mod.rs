//! All requests to one server over one connection of HTTP/2, as kubectl has it; over several of HTTP/1.1 where something
//! in between supports nothing else.
//!
//! (kube 5.0's own stack knows HTTP/1.1 alone, so that every request of a wave would open a connection of its own.)

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
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::Connection;
use hyper_util::client::legacy::{Builder, Client, Error, pool};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::{BoxError, Service};

use super::failure::find;
use super::link::{self, Link, Route, RouteError, Socket};
use crate::ports::{BoxBody, Transport, TransportError};

/// A connection that is not there after so long will not come.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How often a connection that waits for the server is asked whether it is still alive; both are client-go's.
const PING: Duration = Duration::from_secs(30);
/// How long the answer may take.
const PONG: Duration = Duration::from_secs(15);

/// The way to one server. Cheap to clone.
#[derive(Clone)]
pub struct SharedConnection {
    http2: Client<Connect, Full<Bytes>>,
    http1: Client<Connect, Full<Bytes>>,
    /// Whether the server was found not to support HTTP/2.
    lacks_http2: Arc<AtomicBool>,
}

impl SharedConnection {
    /// The way to `server` by `route`; nothing is sent yet.
    pub fn new(server: &Uri, route: Route) -> Result<Self, RouteError> {
        let link = match &route.proxy {
            Some(proxy) => Link::through(proxy, &route.trust)?,
            None => Link::direct(),
        };
        let tls = |trust| link::tls(trust, route.server_name.as_deref());
        // Without TLS nothing shows beforehand whether the server supports HTTP/2.
        let lacks_http2 = Arc::new(AtomicBool::new(server.scheme_str() != Some("https")));
        let connect2 = Connect {
            tls: tls(route.trust.clone())?
                .enable_all_versions()
                .wrap_connector(link.clone()),
            lacks_http2: Some(Arc::clone(&lacks_http2)),
        };
        let connect1 = Connect {
            tls: tls(route.trust)?.enable_http1().wrap_connector(link),
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

    /// Sends a request; once more over HTTP/1.1 if the server turns out to support nothing else, before it was sent at all.
    async fn send(self, request: Request<Bytes>) -> Result<Response<Incoming>, Error> {
        let request = request.map(Full::new);
        while !self.lacks_http2.load(Ordering::Relaxed) {
            match self.http2.request(request.clone()).await {
                // The connection that this one waited for did not come about; it is the turn of the next to try.
                Err(error) if find::<pool::Error>(&error).is_some() => (),
                Err(error) if find::<LacksHttp2>(&error).is_some() => break,
                answered => return answered,
            }
        }
        self.http1.request(request).await
    }
}

impl Transport for SharedConnection {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        link::answered(self.clone().send(request))
    }
}

/// The server does not speak HTTP/2.
#[derive(Debug, thiserror::Error)]
#[error("the server does not speak HTTP/2")]
struct LacksHttp2;

/// Connects within the limit.
#[derive(Clone)]
struct Connect {
    tls: HttpsConnector<Link>,
    /// For HTTP/2 alone: any other connection is given up, and noted here.
    lacks_http2: Option<Arc<AtomicBool>>,
}

impl Service<Uri> for Connect {
    type Response = MaybeHttpsStream<Socket>;
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
mod tests;
