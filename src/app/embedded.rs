//! Wires the embedded world in: as a transport, a resolver and a clock. Only this module knows that it lives here.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tokio::io::DuplexStream;

use crate::net::{Dial, FreshConnections};
use crate::ports::{BoxBody, Clock, Resolve, Transport, TransportError};
use lab2048_sandbox::Sandbox;

/// The world seen as a network.
#[derive(Clone)]
pub(super) struct Embedded(pub Sandbox);

impl Transport for Embedded {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let sandbox = self.0.clone();
        if is_for_balancer_with_tls(&request) {
            return Self::over_tls(sandbox, request);
        }
        async move {
            let answer = sandbox.call(request).await;
            if let Some(fault) = sandbox.fault() {
                return Err(TransportError::new(fault.full_text()));
            }
            Ok(answer.map(|body| body.map_err(|never| match never {}).boxed_unsync()))
        }
        .boxed()
    }
}

impl Embedded {
    /// A load balancer is spoken to as on a network, so that what its certificates do is what they do there.
    fn over_tls(
        sandbox: Sandbox,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let pem = sandbox.authority_pem().map_err(TransportError::new);
        let network =
            pem.and_then(|pem| FreshConnections::dialling(Arc::new(Self(sandbox)), &pem).map_err(TransportError::new));
        match network {
            Ok(network) => network.call(request),
            Err(error) => async { Err(error) }.boxed(),
        }
    }
}

fn is_for_balancer_with_tls(request: &Request<Bytes>) -> bool {
    let uri = request.uri();
    uri.scheme_str() == Some("https") && uri.host().is_some_and(|host| host.contains(".elb.amazonaws.com"))
}

impl Dial for Embedded {
    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<DuplexStream>> {
        let (sandbox, host) = (self.0.clone(), host.to_owned());
        async move { sandbox.dial(&host, port).await }.boxed()
    }
}

impl Resolve for Embedded {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        async move { Ok(self.0.resolve(host).await) }.boxed()
    }
}

impl Clock for Embedded {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// The world's time stands still while nobody is served, and nobody sets its date.
    fn awake(&self) -> Duration {
        Duration::try_from(self.0.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sandbox = self.0.clone();
        async move { sandbox.sleep(duration).await }.boxed()
    }
}
