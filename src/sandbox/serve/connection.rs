//! One connection: requests are read whole, answers (watches above all) are streamed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::route::Listening;
use super::{Served, access, guard, route};
use crate::aws::ServedCluster;
use crate::body::Body;
use crate::core::{Sandbox, Turn};

/// Longest body of a request; an API server takes no more than 3 MiB.
const MAX_BODY: usize = 3 << 20;

/// How long the body of a request may take.
const BODY: Duration = Duration::from_secs(30);

/// What all connections share.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) sandbox: Sandbox,
    pub(super) served: Arc<Served>,
    pub(super) endpoint_host: String,
    /// Names beside its own that it answers to.
    pub(super) also: Arc<[String]>,
}

/// What a connection is for.
#[derive(Clone, Copy)]
enum Side {
    Kubernetes,
    Plain,
}

impl Connection {
    /// Answers requests to the Kubernetes API until the client goes or `stop` is cancelled.
    pub(super) async fn answer_kubernetes(self, stream: impl Stream, stop: CancellationToken) {
        self.answer(stream, Side::Kubernetes, stop).await;
    }

    /// Answers requests to AWS and to load balancers likewise.
    pub(super) async fn answer_plain(self, stream: impl Stream, stop: CancellationToken) {
        self.answer(stream, Side::Plain, stop).await;
    }

    async fn answer(self, stream: impl Stream, side: Side, stop: CancellationToken) {
        let service = service_fn(move |request| {
            let this = self.clone();
            async move { Ok::<_, Infallible>(this.respond(side, request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        // How a connection ends concerns its client only.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }

    async fn respond(&self, side: Side, request: Request<Incoming>) -> Response<Body> {
        if let Some(refusal) = guard::refusal(&request, &self.also) {
            return refusal;
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = tokio::time::timeout(BODY, Limited::new(body, MAX_BODY).collect()).await else {
            return route::text(StatusCode::REQUEST_TIMEOUT, "the body of the request did not come\n");
        };
        let Ok(body) = body else {
            return route::text(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body of a request may have at most 3 MiB\n",
            );
        };
        let request = Request::from_parts(parts, body.to_bytes());
        match side {
            Side::Kubernetes => self.kubernetes(request).await,
            Side::Plain => self.plain(request).await,
        }
    }

    async fn kubernetes(&self, mut request: Request<Bytes>) -> Response<Body> {
        if let Some(refusal) = guard::api_refusal(&request) {
            return refusal;
        }
        let authorization = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let translated = authorization.and_then(|value| access::for_sts(value, &self.served));
        if let Some(value) = translated.and_then(|value| HeaderValue::try_from(value).ok()) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let (request, host) = match route::below_cluster(request) {
            (request, Some(cluster)) => (request, self.sandbox.facts().endpoint_host_of(&cluster)),
            (request, None) => (request, self.endpoint_host.clone()),
        };
        self.call(route::to_host(request, "https", &host)).await
    }

    async fn plain(&self, request: Request<Bytes>) -> Response<Body> {
        // Before it gets the name of AWS.
        let refusal = guard::api_refusal(&request);
        let turn = self.sandbox.turn().await;
        let listening = |name: &str, port| listening(&turn, name, port);
        let sorted = route::plain(request, listening, || self.balancers(&turn));
        drop(turn);
        match sorted {
            route::Plain::Answer(mut answer) => {
                guard::confine(answer.headers_mut());
                answer
            }
            route::Plain::Balancer(request, mount) => {
                let mut answer = self.call(request).await;
                let headers = answer.headers_mut();
                let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
                let back = mount.zip(location).and_then(|(mount, location)| mount.back(location));
                if let Some(back) = back.and_then(|back| HeaderValue::try_from(back).ok()) {
                    headers.insert(LOCATION, back);
                }
                guard::confine(headers);
                answer
            }
            route::Plain::Aws(mut request) => {
                if let Some(refusal) = refusal {
                    return refusal;
                }
                request.extensions_mut().insert(ServedCluster {
                    endpoint: self.served.kubernetes_url.clone(),
                    ca_pem: self.served.ca_pem.clone(),
                    cluster: self.served.cluster.clone(),
                });
                self.call(request).await
            }
        }
    }

    async fn call(&self, request: Request<Bytes>) -> Response<Body> {
        self.sandbox.call(request).await
    }

    /// Where each listener of each load balancer is found.
    fn balancers(&self, turn: &Turn) -> Vec<String> {
        let url = |name: &str, port: u16| self.served.game_url(name, port, None);
        turn.with(|world| {
            let balancers = world.aws.load_balancers.values();
            let listeners = balancers.flat_map(|found| found.listeners.iter().map(|each| (&found.name, each.port)));
            listeners.map(|(name, port)| url(name, port)).collect()
        })
    }
}

/// The listener on `port` of the load balancer of this name; one that does not listen there answers for itself.
fn listening(turn: &Turn, balancer: &str, port: u16) -> Option<Listening> {
    turn.with(|world| {
        let mut balancers = world.aws.load_balancers.values();
        let found = balancers.find(|candidate| candidate.name == balancer)?;
        let mut listeners = found.listeners.iter();
        Some(Listening {
            dns_name: found.dns_name.clone(),
            secure: listeners.any(|listener| listener.port == port && listener.protocol == "HTTPS"),
        })
    })
}

/// What bytes come and go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for T {}
