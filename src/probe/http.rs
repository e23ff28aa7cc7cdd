//! Plain GETs, over the network as a browser on this machine would make them, or over a transport that was handed in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::{Either, select};
use http::header::{HOST, HeaderName, LOCATION, SERVER, USER_AGENT};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use url::Url;

use crate::model::{Endpoint, RequestDone};
use crate::net::{FreshConnections, Proxies, TransportFailure};
use crate::ports::{
    AnyTlsName, BoxBody, CertificateNames, Clock, ErrorClass, RequestMeter, TlsName, Transport, TransportError,
};
use crate::readiness::{NoAnswer, name_of_certificate};

/// How long one answer may take, redirects included.
const PATIENCE: Duration = Duration::from_secs(10);
/// Redirects followed.
const REDIRECTS: usize = 3;
/// How much of an answer's body is read.
const BEGINNING: usize = 256 * 1024;
/// How ALBs name themselves (header `Server`) where they answer by themselves.
const BALANCER: &str = "awselb/";
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

/// What is asked of an ALB.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The URL.
    pub(super) url: Url,
    /// The ALB's own name. What the URL's host has is asked for there: under the URL's name, as once that leads there.
    pub(super) balancer: String,
    /// Headers beside those that every client sends.
    pub(super) headers: Vec<(String, String)>,
}

impl Question {
    /// The server that a URL is asked at, if it is another than the URL's.
    fn server_of(&self, url: &Url) -> Option<&str> {
        let is_asked = url.host_str() == self.url.host_str();
        (is_asked && !self.is_balancer(url)).then_some(self.balancer.as_str())
    }

    /// Whether a redirect to `url` stays with the game: a server may name any other, also one that only this machine reaches.
    fn is_of_game(&self, url: &Url) -> bool {
        let is_asked = url.host_str().is_some() && url.host_str() == self.url.host_str();
        matches!(url.scheme(), "http" | "https") && (is_asked || self.is_balancer(url))
    }

    /// Whether a URL has the ALB's own name, which no certificate is for.
    fn is_balancer(&self, url: &Url) -> bool {
        url.host_str()
            .is_some_and(|host| host.eq_ignore_ascii_case(&self.balancer))
    }

    /// The request for a URL.
    fn request(&self, url: &Url) -> Result<Request<Bytes>, NoAnswer> {
        let unreachable = |error: &dyn fmt::Display| NoAnswer::Unreachable(error.to_string());
        let server = self.server_of(url);
        let mut to = url.clone();
        if let Some(server) = server {
            to.set_host(Some(server)).map_err(|error| unreachable(&error))?;
        }
        let mut request = Request::get(to.as_str())
            .header(HOST, authority(url))
            .header(USER_AGENT, concat!("lab2048/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Bytes::new()).map_err(|error| unreachable(&error))?;
        if let Some(name) = server.and(url.host_str()) {
            request.extensions_mut().insert(TlsName(name.to_owned()));
        }
        if url.scheme() == "https" && self.is_balancer(url) {
            request.extensions_mut().insert(AnyTlsName);
        }
        Ok(request)
    }
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The beginning of the body.
    pub(super) page: String,
    /// Where it came from, after redirects.
    pub(super) url: Url,
    /// Whether it is an ALB's own, and not that of a server behind it.
    pub(super) by_balancer: bool,
    /// Where the certificate could be for any names: which these are.
    pub(super) certificate: Option<Vec<String>>,
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

    /// The name under which the ALB with this DNS name serves the game with its certificate, asked for at `endpoint`; none
    /// if it does not say.
    pub async fn name_of_certificate(&self, endpoint: &Endpoint, dns_name: &str) -> Option<String> {
        let question = Question {
            url: Url::parse(&endpoint.url(dns_name)).ok()?,
            balancer: dns_name.to_owned(),
            headers: endpoint.headers.clone(),
        };
        let answer = self.get(&question).await.ok()?;
        name_of_certificate(&answer.certificate?)
    }

    /// Asks, following redirects.
    pub(super) async fn get(&self, question: &Question) -> Result<Answer, NoAnswer> {
        let asked = std::pin::pin!(self.follow(question));
        match select(asked, self.clock.sleep(PATIENCE)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(NoAnswer::TimedOut(PATIENCE)),
        }
    }

    async fn follow(&self, question: &Question) -> Result<Answer, NoAnswer> {
        let mut url = question.url.clone();
        for _ in 0..=REDIRECTS {
            let (answer, location) = self.ask(question, &url).await?;
            let Some(location) = location.filter(|_| answer.status.is_redirection()) else {
                return Ok(answer);
            };
            let next = url.join(&location).map_err(|_| NoAnswer::BadRedirect(location))?;
            if !question.is_of_game(&next) {
                return Err(NoAnswer::Elsewhere(next.into()));
            }
            url = next;
        }
        Err(NoAnswer::TooManyRedirects {
            limit: REDIRECTS,
            last: url.into(),
        })
    }

    async fn ask(&self, question: &Question, url: &Url) -> Result<(Answer, Option<String>), NoAnswer> {
        self.meter.count(API);
        let request = question.request(url)?;
        let begun = self.clock.now();
        let answer = match &self.way {
            Way::Injected(transport) => transport.call(request).await,
            Way::Network(network) => network.call(request).await,
        };
        if self.meter.is_watched() {
            self.meter.done(&RequestDone {
                api: API,
                operation: format!("GET {url}"),
                status: answer.as_ref().ok().map(|answer| answer.status().as_u16()),
                took: self.clock.elapsed(begun),
                attempt: 1,
            });
        }
        let answer = answer.map_err(|error| broken(&error))?;
        let location = header(&answer, LOCATION).map(str::to_owned);
        let by_balancer = header(&answer, SERVER).is_some_and(|server| server.starts_with(BALANCER));
        let certificate = answer.extensions().get::<CertificateNames>();
        let certificate = certificate.map(|CertificateNames(names)| names.clone());
        let status = answer.status();
        let page = beginning(answer).await.map_err(|error| broken(&error))?;
        let answer = Answer {
            status,
            page: String::from_utf8_lossy(&page).into_owned(),
            url: url.clone(),
            by_balancer,
            certificate,
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
    let failure = TransportFailure::of(error);
    match failure.class {
        ErrorClass::Untrusted => NoAnswer::Untrusted(failure.text),
        _ => NoAnswer::Unreachable(failure.text),
    }
}

fn header(answer: &Response<BoxBody>, name: HeaderName) -> Option<&str> {
    answer.headers().get(name)?.to_str().ok()
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
            bytes.extend(data.iter().take(BEGINNING - bytes.len()));
        }
    }
    Ok(bytes)
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

    fn question(url: &str, balancer: &str) -> Question {
        Question {
            url: Url::parse(url).unwrap(),
            balancer: balancer.to_owned(),
            headers: vec![("x-lab".to_owned(), "1".to_owned())],
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
        let question = question("http://game.test:8080/", "alb.elb.amazonaws.com");
        let answer = web.get(&question).await.unwrap();
        assert_eq!(
            (answer.status, answer.url.as_str()),
            (StatusCode::OK, "https://game.test/x")
        );
        assert!(answer.page.starts_with("not\n yet. not\n yet."), "{}", answer.page);
        assert_eq!(answer.page.len(), BEGINNING);
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
        let question = question(&format!("http://{}/", listener.local_addr().unwrap()), "127.0.0.1");
        drop(listener);
        let web = Web::network(Arc::new(SystemClock::default()), RequestMeter::default());
        let error = web.get(&question).await.unwrap_err().to_string();
        assert!(error.to_lowercase().contains("connection refused"), "{error}");
    }
}
