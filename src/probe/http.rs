//! Plain GETs, over the network as a browser on this machine would make them, or over a transport that was handed in.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::http::header::{HOST, LOCATION, USER_AGENT};
use ::http::{Request, StatusCode, Uri};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::future::{Either, select};
use http_body_util::BodyExt;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::ports::{Clock, RequestMeter, Transport};

/// How long one answer may take, redirects included.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects followed.
const REDIRECTS: usize = 3;
/// How much of an answer's body is kept to quote from.
const EXCERPT: usize = 120;
/// The name of these requests in the meter.
const API: &str = "game";

/// Asks web servers.
#[derive(Clone)]
pub struct Web {
    way: Way,
    clock: Arc<dyn Clock>,
    meter: RequestMeter,
}

#[derive(Clone)]
enum Way {
    Network(Arc<Network>),
    Injected(Arc<dyn Transport>),
}

/// Sockets, and TLS with the machine's root certificates.
struct Network {
    proxy: ProxyConfig,
    /// Tells which requests `proxy` is for.
    matcher: Matcher,
    /// Built at the first request.
    connector: OnceLock<Connector>,
}

impl Network {
    fn connector(&self) -> &Connector {
        self.connector.get_or_init(|| {
            Connector::builder()
                .proxy_config(self.proxy.clone())
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                // An ALB's addresses change while it grows into service; no connection is kept for the next try.
                .pool_max_idle_per_host(0)
                .build()
        })
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The beginning of the body, one line.
    pub(super) excerpt: String,
    /// Where it came from, after redirects.
    pub(super) url: String,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("no answer within {} s", PATIENCE.as_secs())]
    TooSlow,
    #[error("{0}")]
    Unreachable(String),
    #[error("more than {REDIRECTS} redirects, the last to {0}")]
    Circling(String),
    #[error("redirected to `{0}`, which is no address")]
    Astray(String),
}

impl Web {
    /// Over the network; `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are honoured.
    pub fn network(clock: Arc<dyn Clock>, meter: RequestMeter) -> Self {
        Self::through(ProxyConfig::from_env(), Matcher::from_env(), clock, meter)
    }

    fn through(proxy: ProxyConfig, matcher: Matcher, clock: Arc<dyn Clock>, meter: RequestMeter) -> Self {
        let connector = OnceLock::new();
        Self {
            way: Way::Network(Arc::new(Network {
                proxy,
                matcher,
                connector,
            })),
            clock,
            meter,
        }
    }

    /// Over `transport`.
    pub fn over(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, meter: RequestMeter) -> Self {
        Self {
            way: Way::Injected(transport),
            clock,
            meter,
        }
    }

    /// Whether requests to `url` go through a proxy, which then looks the name up.
    pub(super) fn uses_proxy(&self, url: &Url) -> bool {
        let Ok(uri) = url.as_str().parse::<Uri>() else {
            return false;
        };
        match &self.way {
            Way::Network(network) => network.matcher.intercept(&uri).is_some(),
            Way::Injected(_) => false,
        }
    }

    /// Asks for `url`, following redirects.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, NoAnswer> {
        let asked = std::pin::pin!(self.follow(url.clone()));
        match select(asked, self.clock.sleep(PATIENCE)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(NoAnswer::TooSlow),
        }
    }

    async fn follow(&self, mut url: Url) -> Result<Answer, NoAnswer> {
        for _ in 0..=REDIRECTS {
            let (answer, location) = self.ask(&url).await?;
            let Some(location) = location.filter(|_| answer.status.is_redirection()) else {
                return Ok(answer);
            };
            url = url.join(&location).map_err(|_| NoAnswer::Astray(location))?;
        }
        Err(NoAnswer::Circling(url.into()))
    }

    async fn ask(&self, url: &Url) -> Result<(Answer, Option<String>), NoAnswer> {
        self.meter.count(API);
        let unreachable = |error: &dyn Error| NoAnswer::Unreachable(innermost(error));
        let request = Request::get(url.as_str())
            .header(HOST, authority(url))
            .header(USER_AGENT, concat!("lab2048/", env!("CARGO_PKG_VERSION")));
        let (parts, body) = match &self.way {
            Way::Injected(transport) => {
                let request = request.body(Bytes::new()).map_err(|error| unreachable(&error))?;
                let answer = transport.call(request).await.map_err(|error| unreachable(&error))?;
                let (parts, body) = answer.into_parts();
                let body = body.collect().await.map_err(|error| unreachable(&error))?;
                (parts, body.to_bytes())
            }
            Way::Network(network) => {
                let request = request.body(SdkBody::empty()).map_err(|error| unreachable(&error))?;
                let request = HttpRequest::try_from(request).map_err(|error| unreachable(&error))?;
                let answer = network.connector().call(request).await;
                let answer = answer.map_err(|error| unreachable(&error))?;
                let (parts, body) = answer
                    .try_into_http1x()
                    .map_err(|error| unreachable(&error))?
                    .into_parts();
                let body = body.collect().await.map_err(|error| unreachable(error.as_ref()))?;
                (parts, body.to_bytes())
            }
        };
        let location = parts.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        let answer = Answer {
            status: parts.status,
            excerpt: excerpt(&body),
            url: url.to_string(),
        };
        Ok((answer, location.map(str::to_owned)))
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            Way::Network(_) => "Web(network)",
            Way::Injected(_) => "Web(injected)",
        })
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The last text of an error's chain: `connection refused` rather than `client error (Connect)`.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::ports::SystemClock;

    /// Serves one connection on loopback; what it was asked.
    async fn serve(listener: TcpListener) -> String {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut buffer = [0; 512];
            let read = socket.read(&mut buffer).await.unwrap();
            asked.extend_from_slice(&buffer[..read]);
        }
        let answer = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9\r\nconnection: close\r\n\r\nnot\n yet.";
        socket.write_all(answer).await.unwrap();
        String::from_utf8(asked).unwrap()
    }

    fn web(proxy: Option<&str>) -> Web {
        let (config, matcher) = match proxy {
            None => (ProxyConfig::disabled(), Matcher::builder().build()),
            Some(url) => (
                ProxyConfig::http(url).unwrap(),
                Matcher::builder().http(url.to_owned()).build(),
            ),
        };
        Web::through(config, matcher, Arc::new(SystemClock), RequestMeter::default())
    }

    #[tokio::test]
    async fn asks_over_a_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let web = web(None);
        let url = Url::parse(&format!("http://127.0.0.1:{port}/path")).unwrap();
        assert!(!web.uses_proxy(&url));
        let (answer, asked) = futures::join!(web.get(&url), serve(listener));
        let answer = answer.unwrap();
        assert_eq!((answer.status.as_u16(), &*answer.excerpt), (503, "not yet."));
        assert!(asked.starts_with("GET /path HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains(&format!("host: 127.0.0.1:{port}\r\n")), "{asked}");
        assert_eq!(web.meter.snapshot()[API], 1);
    }

    #[tokio::test]
    async fn asks_through_a_proxy_without_knowing_the_name() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let web = web(Some(&format!("http://{}", listener.local_addr().unwrap())));
        let url = Url::parse("http://no-such-name.invalid/").unwrap();
        assert!(web.uses_proxy(&url));
        let (answer, asked) = futures::join!(web.get(&url), serve(listener));
        assert_eq!(answer.unwrap().status.as_u16(), 503);
        assert!(
            asked.starts_with("GET http://no-such-name.invalid/ HTTP/1.1\r\n"),
            "{asked}"
        );
    }

    #[tokio::test]
    async fn a_closed_port_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        drop(listener);
        let error = web(None).get(&url).await.unwrap_err().to_string();
        assert!(error.to_lowercase().contains("connection refused"), "{error}");
    }
}
