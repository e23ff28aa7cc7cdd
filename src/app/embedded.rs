//! Wires the embedded world in: as a transport, a resolver and a clock. Only this module knows that it lives here.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt;
use jiff::Timestamp;

use crate::ports::{BoxBody, Clock, Resolve, Transport, TransportError};
use lab2048_sandbox::Sandbox;

/// The world seen as a network.
#[derive(Clone)]
pub(super) struct Embedded(pub Sandbox);

impl Transport for Embedded {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let sandbox = self.0.clone();
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

impl Resolve for Embedded {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let found = self.0.resolve(host);
        async move { Ok(found) }.boxed()
    }
}

impl Clock for Embedded {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sandbox = self.0.clone();
        async move { sandbox.sleep(duration).await }.boxed()
    }
}
