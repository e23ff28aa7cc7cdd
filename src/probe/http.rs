//! Plain GETs, over the network as a browser on this machine would make them, or over a transport that was handed in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{Either, select};
use http::header::{HOST, LOCATION, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use url::Url;

use crate::net::{FreshConnections, Proxies, TransportFailure};
use crate::ports::{BoxBody, Clock, RequestMeter, TlsName, Transport, TransportError};
use crate::readiness::NoAnswer;

/// How long one answer may take, redirects included.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects followed.
const REDIRECTS: usize = 3;
/// How much of an answer's body is read.
const BEGINNING: usize = 16 * 1024;
/// How much of it is kept to quote from.
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
    Network(FreshConnections),
    Injected(Arc<dyn Transport>),
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

impl Web {
    /// Over the network; `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are honoured.
    pub fn network(clock: Arc<dyn Clock>, meter: RequestMeter) -> Self {
        let network = FreshConnections::new(Proxies::of_environment());
        Self {
            way: Way::Network(network),
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
        match (&self.way, url.as_str().parse::<Uri>()) {
            (Way::Network(network), Ok(uri)) => network.uses_proxy(&uri),
            _ => false,
        }
    }

    /// Asks for `url`, following redirects. What its host has is asked for at `server` instead, if that is given: under
    /// the URL's own name, as once the name leads there.
    pub(super) async fn get(&self, url: &Url, server: Option<&str>) -> Result<Answer, NoAnswer> {
        let instead = url.host_str().zip(server);
        let asked = std::pin::pin!(self.follow(url.clone(), instead));
        match select(asked, self.clock.sleep(PATIENCE)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(NoAnswer::TimedOut(PATIENCE)),
        }
    }

    async fn follow(&self, mut url: Url, instead: Option<(&str, &str)>) -> Result<Answer, NoAnswer> {
        for _ in 0..=REDIRECTS {
            let server = instead.filter(|(host, _)| url.host_str() == Some(host));
            let (answer, location) = self.ask(&url, server.map(|(_, server)| server)).await?;
            let Some(location) = location.filter(|_| answer.status.is_redirection()) else {
                return Ok(answer);
            };
            url = url.join(&location).map_err(|_| NoAnswer::BadRedirect(location))?;
        }
        Err(NoAnswer::TooManyRedirects {
            limit: REDIRECTS,
            last: url.into(),
        })
    }

    async fn ask(&self, url: &Url, server: Option<&str>) -> Result<(Answer, Option<String>), NoAnswer> {
        self.meter.count(API);
        let request = request(url, server)?;
        let answer = match &self.way {
            Way::Injected(transport) => transport.call(request).await,
            Way::Network(network) => network.call(request).await,
        };
        let answer = answer.map_err(|error| broken(&error))?;
        let location = answer
            .headers()
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        let location = location.map(str::to_owned);
        let answer = Answer {
            status: answer.status(),
            excerpt: excerpt(&beginning(answer).await.map_err(|error| broken(&error))?),
            url: url.to_string(),
        };
        Ok((answer, location))
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

/// There is no connection, or none any more.
fn broken(error: &TransportError) -> NoAnswer {
    NoAnswer::Unreachable(TransportFailure::of(error).text)
}

/// The request for `url`, to go to another `server` under the URL's name if that is given.
fn request(url: &Url, server: Option<&str>) -> Result<Request<Bytes>, NoAnswer> {
    let mut to = url.clone();
    if let Some(server) = server {
        to.set_host(Some(server))
            .map_err(|error| NoAnswer::Unreachable(error.to_string()))?;
    }
    let mut request = Request::get(to.as_str())
        .header(HOST, authority(url))
        .header(USER_AGENT, concat!("lab2048/", env!("CARGO_PKG_VERSION")))
        .body(Bytes::new())
        .map_err(|error| NoAnswer::Unreachable(error.to_string()))?;
    if let Some(name) = server.and(url.host_str()) {
        request.extensions_mut().insert(TlsName(name.to_owned()));
    }
    Ok(request)
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The beginning of an answer's body: whatever answers there may have no end to tell.
async fn beginning(answer: Response<BoxBody>) -> Result<Vec<u8>, TransportError> {
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    while bytes.len() < BEGINNING
        && let Some(frame) = body.frame().await
    {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::FutureExt;
    use futures::future::{self, BoxFuture};
    use futures::stream::{self, StreamExt};
    use http::HeaderMap;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;
    use crate::ports::{SystemClock, TestClock};

    type Asked = (Uri, HeaderMap, Option<TlsName>);

    /// Sends everybody from http to https, and keeps what it was asked.
    #[derive(Default)]
    struct Redirecting(Mutex<Vec<Asked>>);

    impl Transport for Redirecting {
        fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
            let name = request.extensions().get::<TlsName>().cloned();
            let asked = (request.uri().clone(), request.headers().clone(), name);
            self.0.lock().unwrap().push(asked);
            let mut answer = Response::new(endless());
            if request.uri().scheme_str() == Some("http") {
                *answer.status_mut() = StatusCode::MOVED_PERMANENTLY;
                let to = "https://game.test:443/x".parse().unwrap();
                answer.headers_mut().insert(LOCATION, to);
            }
            future::ready(Ok(answer)).boxed()
        }
    }

    /// A body that never ends.
    fn endless() -> BoxBody {
        let frames = stream::repeat_with(|| Ok(Frame::data(Bytes::from("not\n yet. "))));
        StreamBody::new(frames.boxed()).boxed_unsync()
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_is_asked_under_a_name_that_does_not_lead_there_yet() {
        let server = Arc::new(Redirecting::default());
        let clock = Arc::new(TestClock::start());
        let web = Web::over(server.clone(), clock, RequestMeter::default());
        let url = Url::parse("http://game.test:8080/").unwrap();
        let answer = web.get(&url, Some("alb.elb.amazonaws.com")).await.unwrap();
        assert_eq!((answer.status, &*answer.url), (StatusCode::OK, "https://game.test/x"));
        assert!(answer.excerpt.starts_with("not yet. not yet."), "{}", answer.excerpt);
        let asked = server.0.lock().unwrap();
        let asked: Vec<_> = asked
            .iter()
            .map(|(uri, headers, name)| (uri.to_string(), headers[HOST].clone(), name.clone()))
            .collect();
        let name = Some(TlsName("game.test".to_owned()));
        assert_eq!(
            asked,
            [
                (
                    "http://alb.elb.amazonaws.com:8080/".to_owned(),
                    "game.test:8080".parse().unwrap(),
                    name.clone()
                ),
                (
                    "https://alb.elb.amazonaws.com/x".to_owned(),
                    "game.test".parse().unwrap(),
                    name
                ),
            ]
        );
        assert_eq!(web.meter.snapshot()[API], 2);
    }

    #[tokio::test]
    async fn a_closed_port_is_named() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        drop(listener);
        let web = Web::network(Arc::new(SystemClock), RequestMeter::default());
        let error = web.get(&url, None).await.unwrap_err().to_string();
        assert!(error.to_lowercase().contains("connection refused"), "{error}");
    }
}
