//! How the SDK's requests travel: over one shared HTTPS client, or over a transport that was passed in.
//!
//! Both ways count every attempt in the run's meter, by service.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use tower::BoxError;

use super::server_clock::ServerClock;
use super::shared_reads::SharedReads;
use super::time::SdkClock;
use super::trust;
use crate::net::{TooLarge, whole};
use crate::ports::{Clock, RequestMeter, Transport};

/// Connect and read time-outs; a connector is built for each pair that is asked for.
type TimeOuts = (Option<Duration>, Option<Duration>);

/// The way to AWS.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    road: Road,
    /// What the answers that have come over it show of AWS's clock.
    pub(super) servers: ServerClock,
    /// The memory of what was asked, where several runs share the way.
    shared: Option<SharedReads>,
}

#[derive(Clone)]
enum Road {
    /// HTTPS, through the proxy of the environment if there is one.
    Network(Arc<Network>),
    /// No network at all.
    Injected(Arc<dyn Transport>),
}

/// Connectors are made at the first request, so that a run that needs no AWS loads no certificates.
struct Network {
    /// Whom servers are trusted by, if not by the machine's certificates.
    trust: Option<TlsContext>,
    connectors: Mutex<HashMap<TimeOuts, SharedHttpConnector>>,
}

impl Wire {
    /// The network, to servers that `trust` vouches for, or the machine's certificates.
    pub(super) fn network(trust: Option<TlsContext>) -> Self {
        let connectors = Mutex::default();
        Self::of(Road::Network(Arc::new(Network { trust, connectors })))
    }

    /// No network at all.
    pub(super) fn injected(transport: Arc<dyn Transport>) -> Self {
        Self::of(Road::Injected(transport))
    }

    fn of(road: Road) -> Self {
        let servers = ServerClock::default();
        let shared = None;
        Self { road, servers, shared }
    }

    /// The same way for several runs: what they ask alike travels once.
    pub(super) fn shared(self) -> Self {
        let shared = Some(SharedReads::default());
        Self { shared, ..self }
    }

    /// What several runs that share it have been answered.
    pub(super) fn reads(&self) -> Option<&SharedReads> {
        self.shared.as_ref()
    }

    /// Whether several runs share it.
    pub(super) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// The same way for who wants to know how things are from `now` on; nothing if it has no memory.
    pub(super) fn since(&self, now: Duration) -> Option<Self> {
        let shared = Some(self.shared.as_ref()?.since(now));
        Some(Self { shared, ..self.clone() })
    }

    /// The same way, counting what travels as requests to `service`.
    pub(super) fn metered(&self, service: &'static str, meter: &RequestMeter, clock: &Arc<dyn Clock>) -> MeteredClient {
        MeteredClient {
            wire: self.clone(),
            service,
            meter: meter.clone(),
            clock: SdkClock(clock.clone()),
        }
    }

    fn connector(&self, settings: &HttpConnectorSettings) -> SharedHttpConnector {
        match &self.road {
            Road::Injected(transport) => SharedHttpConnector::new(InjectedConnector(transport.clone())),
            Road::Network(network) => network
                .connectors
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry((settings.connect_timeout(), settings.read_timeout()))
                .or_insert_with(|| SharedHttpConnector::new(https(settings, network.trust.clone())))
                .clone(),
        }
    }
}

impl fmt::Debug for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network(_) => "Network",
            Self::Injected(_) => "Injected",
        })
    }
}

fn https(settings: &HttpConnectorSettings, trust: Option<TlsContext>) -> Connector {
    Connector::builder()
        .connector_settings(settings.clone())
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(trust.unwrap_or_else(trust::of_machine))
        .build()
}

/// A [`Wire`] that counts.
#[derive(Debug, Clone)]
pub(super) struct MeteredClient {
    wire: Wire,
    service: &'static str,
    meter: RequestMeter,
    clock: SdkClock,
}

impl HttpClient for MeteredClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let metered = SharedHttpConnector::new(MeteredConnector {
            inner: self.wire.connector(settings),
            servers: self.wire.servers.clone(),
            service: self.service,
            meter: self.meter.clone(),
            clock: self.clock.clone(),
        });
        match &self.wire.shared {
            Some(shared) => shared.before(self.service, metered, self.clock.clone()),
            None => metered,
        }
    }
}

#[derive(Debug)]
struct MeteredConnector {
    inner: SharedHttpConnector,
    servers: ServerClock,
    service: &'static str,
    meter: RequestMeter,
    clock: SdkClock,
}

impl HttpConnector for MeteredConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.meter.count(self.service);
        let (meter, SdkClock(clock)) = (self.meter.clone(), self.clock.clone());
        let what = format!("a request to {}", self.service);
        let (answering, servers) = (bounded(self.inner.call(request)), self.servers.clone());
        HttpConnectorFuture::new(async move {
            let answer = meter.attend(&*clock, &what, answering).await?;
            if let Some(date) = answer.headers().get("date") {
                servers.heard(date, clock.now());
            }
            Ok(answer)
        })
    }
}

/// The largest answer: a page of thousands of things has less.
const LARGEST: usize = 16 << 20;

/// The whole of an answer, of whichever wire, unless it is larger than any of AWS's.
async fn bounded(answering: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
    let mut answer = answering.await?;
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    *answer.body_mut() = whole(body, LARGEST).await.map_err(unread)?.into();
    Ok(answer)
}

fn unread(error: BoxError) -> ConnectorError {
    if error.is::<TooLarge>() {
        // Asked again, the same would come.
        return ConnectorError::other(error, None);
    }
    ConnectorError::io(error)
}

struct InjectedConnector(Arc<dyn Transport>);

impl fmt::Debug for InjectedConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InjectedConnector")
    }
}

impl HttpConnector for InjectedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(send_over(self.0.clone(), request))
    }
}

async fn send_over(transport: Arc<dyn Transport>, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    let response = transport
        .call(http::Request::from_parts(parts, body))
        .await
        .map_err(|error| ConnectorError::io(error.into()))?;
    let (parts, body) = response.into_parts();
    let body = whole(body, LARGEST).await.map_err(unread)?;
    HttpResponse::try_from(http::Response::from_parts(parts, SdkBody::from(body)))
        .map_err(|error| ConnectorError::other(error.into(), None))
}
