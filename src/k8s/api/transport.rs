//! One request to the cluster's API and its answer: it is counted, gets a fresh token, is sent once more when the
//! token has expired meanwhile, and is given up after a minute by the run's clock (a watch never is).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{self, Either};
use futures::stream::BoxStream;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::response::Parts;
use http::{Method, Request};
use http_body_util::BodyExt;
use jiff::Timestamp;
use kube::client::Body;
use kube::core::WatchEvent;
use serde_json::Value;

use super::connection::Connection;
use super::errors;
use super::form;
use super::write_error::WriteError;
use crate::lang::Text;
use crate::model::RequestDone;
use crate::net::{AnswerLimit, TransportFailure};
use crate::ports::{CallError, Clock, ErrorClass, HasAnswered, Patience};

/// The API server itself gives up after a minute.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// The largest answer about one object, as etcd keeps none of more than some MiB.
pub(in crate::k8s) const OBJECT: AnswerLimit = AnswerLimit::Whole(8 << 20);
/// The largest list of a namespace: a thousand pods, or some thousand events. Several are read at once.
pub(super) const NAMESPACE: AnswerLimit = AnswerLimit::Whole(16 << 20);
/// The largest list of a cluster: thousands of nodes or pods.
pub(super) const LIST: AnswerLimit = AnswerLimit::Whole(32 << 20);
/// The largest event of a watch, which has one object.
pub(super) const EVENT: AnswerLimit = AnswerLimit::Line(8 << 20);

/// The events of a watch.
pub(super) type Events = BoxStream<'static, Result<WatchEvent<Value>, CallError>>;

/// One request before it has a token.
#[derive(Debug, Clone)]
pub(super) struct ApiCall {
    /// What the error messages call it: `GET deployment/x`.
    pub(super) operation: String,
    method: Method,
    path: String,
    pub(super) query: Vec<(&'static str, String)>,
    /// The forms of an answer that are understood.
    pub(super) accept: &'static str,
    /// How large the answer may be.
    pub(super) limit: AnswerLimit,
    body: Option<(&'static str, Bytes)>,
}

impl ApiCall {
    /// A request without query and body; `subject` is what it is about.
    pub(super) fn new(method: Method, path: String, subject: &dyn std::fmt::Display) -> Self {
        Self {
            operation: format!("{method} {subject}"),
            method,
            path,
            query: Vec::new(),
            accept: "application/json",
            limit: OBJECT,
            body: None,
        }
    }

    /// The same with this body.
    pub(super) fn json(mut self, content_type: &'static str, value: &Value) -> Self {
        self.body = Some((content_type, Bytes::from(value.to_string())));
        self
    }

    /// Whether it changes nothing: a read, or a dry run.
    fn only_asks(&self) -> bool {
        self.method == Method::GET || self.query.iter().any(|(key, _)| *key == "dryRun")
    }

    fn uri(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.query)
            .finish();
        format!("{}?{query}", self.path)
    }

    fn request(&self, bearer: Option<&HeaderValue>) -> Result<Request<Vec<u8>>, CallError> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.uri())
            .header(ACCEPT, self.accept)
            .header(USER_AGENT, concat!("lab2048/", env!("CARGO_PKG_VERSION")));
        if let Some((content_type, _)) = &self.body {
            request = request.header(CONTENT_TYPE, *content_type);
        }
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        let body = self.body.as_ref().map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
        request
            .extension(self.limit)
            .body(body)
            .map_err(|error| CallError::new(ErrorClass::Invalid, self.operation.as_str(), error.to_string()))
    }
}

/// The name of these requests in the meter.
const API: &str = "kubernetes";

/// The way of requests to one cluster's API. Cheap to clone.
#[derive(Clone)]
pub(super) struct ApiTransport {
    http: kube::Client,
    connection: Connection,
    /// What to do when the server does not know the caller, where no tokens of ours are shown.
    remedy: Option<Text>,
    /// For how long a question is asked again; without it the caller judges every error.
    patience: Option<Patience>,
    has_answered: HasAnswered,
}

impl ApiTransport {
    pub(super) fn new(http: kube::Client, connection: Connection, remedy: Option<Text>) -> Self {
        Self {
            http,
            connection,
            remedy,
            patience: None,
            has_answered: HasAnswered::default(),
        }
    }

    /// The same way, on which questions are asked again for a while.
    pub(super) fn patient(&self) -> Self {
        let Connection { clock, meter, .. } = &self.connection;
        Self {
            patience: Some(Patience::new(clock.clone(), meter.clone(), self.has_answered.clone())),
            ..self.clone()
        }
    }

    /// The clock of the run.
    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.connection.clock
    }

    /// Sends a request and reads the answer as it comes, until the server ends it.
    pub(super) async fn stream(&self, call: &ApiCall) -> Result<Events, CallError> {
        let opened = self.signed(|bearer| async move { Ok(self.open(call, bearer.as_deref()).await?) });
        Ok(opened.await?)
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn value(&self, call: &ApiCall) -> Result<Value, WriteError> {
        let sent = || self.signed(|bearer| async move { self.send(call, bearer.as_deref()).await });
        match &self.patience {
            Some(patience) if call.only_asks() => patience.with(sent).await,
            _ => sent().await,
        }
    }

    /// Sends with a token; once more with a new one if the first was not accepted.
    async fn signed<T, F>(&self, send: impl Fn(Option<String>) -> F) -> Result<T, WriteError>
    where
        F: Future<Output = Result<T, WriteError>>,
    {
        let bearer = self.bearer().await?;
        match send(bearer.clone()).await {
            Err(refused) if refused.error.class == ErrorClass::Unauthenticated => {
                let fresh = self.instead_of(bearer.as_deref()).await?;
                send(fresh).await.map_err(|refused| WriteError {
                    error: self.explained(refused.error),
                    ..refused
                })
            }
            answered => answered,
        }
    }

    async fn open(&self, call: &ApiCall, bearer: Option<&str>) -> Result<Events, CallError> {
        let request = call.request(authorization(bearer)?.as_ref())?;
        let begun = self.begin();
        let opening = self.within_limit(&call.operation, self.http.request_events::<Value>(request));
        let opened = opening.await;
        let status = match &opened {
            Ok(Ok(_)) => Some(200),
            Ok(Err(kube::Error::Api(status))) => Some(status.code),
            _ => None,
        };
        self.end(call, begun, status, 1);
        let operation = call.operation.clone();
        let events = opened?.map_err(|error| errors::of_kube(&call.operation, &error))?;
        Ok(events
            .map(move |event| event.map_err(|error| errors::of_kube(&operation, &error)))
            .boxed())
    }

    /// Sends a request; once more on another connection if the first was dropped and nothing can have come of it.
    async fn send(&self, call: &ApiCall, bearer: Option<&str>) -> Result<Value, WriteError> {
        let mut answer = self.answer(call, bearer, 1).await?;
        if matches!(&answer, Err(error) if call.only_asks() && TransportFailure::of(error).dropped) {
            answer = self.answer(call, bearer, 2).await?;
        }
        let (parts, bytes) = answer.map_err(|error| errors::of_kube(&call.operation, &error))?;
        if !parts.status.is_success() || errors::is_foreign(&bytes) {
            return Err(errors::of_answer(&call.operation, parts.status, &parts.headers, &bytes));
        }
        let value: Value =
            serde_json::from_slice(&bytes).map_err(|error| errors::malformed(&call.operation, &error))?;
        if let Some(flaw) = form::flaw(&value) {
            return Err(errors::malformed(&call.operation, &flaw).into());
        }
        self.has_answered.note();
        Ok(value)
    }

    async fn answer(
        &self,
        call: &ApiCall,
        bearer: Option<&str>,
        attempt: u32,
    ) -> Result<Result<(Parts, Bytes), kube::Error>, CallError> {
        let request = call.request(authorization(bearer)?.as_ref())?;
        let begun = self.begin();
        let answering = async {
            let response = self.http.send(request.map(Body::from)).await?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await?.to_bytes();
            Ok::<_, kube::Error>((parts, bytes))
        };
        let answered = self.within_limit(&call.operation, answering).await;
        let status = match &answered {
            Ok(Ok((parts, _))) => Some(parts.status.as_u16()),
            _ => None,
        };
        self.end(call, begun, status, attempt);
        answered
    }

    /// Counts a request that begins now.
    fn begin(&self) -> Timestamp {
        self.connection.meter.count(API);
        self.connection.clock.now()
    }

    /// Tells the meter of a request that is over.
    fn end(&self, call: &ApiCall, begun: Timestamp, status: Option<u16>, attempt: u32) {
        if self.connection.meter.is_watched() {
            self.connection.meter.done(&RequestDone {
                api: API,
                operation: call.operation.clone(),
                status,
                took: self.connection.clock.elapsed(begun),
                attempt,
            });
        }
    }

    /// The token to show, if tokens are what this client goes by. Never to be logged.
    async fn bearer(&self) -> Result<Option<String>, CallError> {
        match &self.connection.tokens {
            Some(tokens) => tokens.bearer().await.map(Some),
            None => Ok(None),
        }
    }

    /// The token to show after `refused` was not accepted.
    async fn instead_of(&self, refused: Option<&str>) -> Result<Option<String>, CallError> {
        if let (Some(tokens), Some(refused)) = (&self.connection.tokens, refused) {
            tokens.refused(refused).await;
        }
        self.bearer().await
    }

    /// What to do when the API server does not know who asks; itself it only reports that.
    fn explained(&self, mut error: CallError) -> CallError {
        if error.class != ErrorClass::Unauthenticated {
            return error;
        }
        let remedy = self.connection.tokens.as_ref().map(|tokens| tokens.remedy());
        error.remedy = remedy.or_else(|| self.remedy.clone()).map(Box::new);
        error
    }

    async fn within_limit<T>(&self, operation: &str, work: impl Future<Output = T>) -> Result<T, CallError> {
        let Connection { clock, meter, .. } = &self.connection;
        let limit = clock.sleep(REQUEST_LIMIT);
        let work = meter.attend(&**clock, operation, work);
        match future::select(std::pin::pin!(work), limit).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(errors::silence(operation, REQUEST_LIMIT)),
        }
    }
}

/// The value of the Authorization header, marked as not to be logged.
fn authorization(bearer: Option<&str>) -> Result<Option<HeaderValue>, CallError> {
    let Some(token) = bearer else { return Ok(None) };
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        CallError::new(
            ErrorClass::Unauthenticated,
            "sign in to the cluster",
            "the token is not fit for a header",
        )
    })?;
    value.set_sensitive(true);
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use kube::client::ConfigExt;
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::k8s::fake::{namespace, sockets};
    use crate::k8s::{Apply, Client};
    use crate::model::Object;
    use crate::net::{Route, SharedConnection};

    /// A client over sockets without TLS.
    fn plain(endpoint: &str) -> Client {
        let server: http::Uri = endpoint.parse().unwrap();
        let route = Route {
            trust: kube::Config::new(server.clone()).rustls_client_config().unwrap(),
            server_name: None,
            proxy: None,
        };
        let shared = SharedConnection::new(&server, route).unwrap();
        Client::over(Arc::new(shared), endpoint, sockets()).unwrap()
    }

    /// A server that drops its first connections after the request, and answers on the next.
    async fn dropping(times: usize) -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let answer = r#"{"kind":"Namespace","metadata":{"name":"ns"}}"#;
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                answer.len()
            );
            for count in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                assert!(read > 0);
                if count >= times {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        plain(&endpoint)
    }

    #[tokio::test]
    async fn a_question_whose_connection_was_dropped_is_asked_once_more() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let found = dropping(1).await.get(&namespace()).await.unwrap();
        assert_eq!(found.unwrap().name(), "ns");
        let error = dropping(2).await.get(&namespace()).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unreachable, "{error}");
        let object = Object(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}}));
        let refused = dropping(1).await.apply(&object, Apply::default()).await.unwrap_err();
        assert_eq!(
            refused.error.class,
            ErrorClass::Unreachable,
            "a write is not sent twice"
        );
    }

    /// A server whose answers never end.
    async fn endless() -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
                    let _ = stream.write_all(head.as_bytes()).await;
                    while stream.write_all(&[b' '; 8192]).await.is_ok() {}
                });
            }
        });
        plain(&endpoint)
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = endless().await;
        let error = client.get(&namespace()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "GET namespace/ns: what answers is not the Kubernetes API: the answer is larger than 8 MiB"
        );
        let pods = crate::k8s::kind_of("v1", "Pod").unwrap();
        let listed = client.list(pods, None, &crate::k8s::Select::default()).await;
        let error = listed.unwrap_err();
        assert!(error.message.ends_with("larger than 32 MiB"), "{error}");
        let mut events = client
            .watch(pods, None, &crate::k8s::Select::default(), "1")
            .await
            .unwrap();
        let error = events.next().await.unwrap().unwrap_err();
        assert!(
            error.message.ends_with("one line of the answer is larger than 8 MiB"),
            "{error}"
        );
        assert_eq!((error.class, error.class.is_transient()), (ErrorClass::Other, false));
    }

    #[tokio::test]
    async fn an_endpoint_that_nobody_listens_on_is_unreachable() {
        let authority = rcgen::generate_simple_self_signed(vec!["cluster.test".to_owned()]).unwrap();
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let endpoint = format!("https://127.0.0.1:{port}");
        let client = Client::for_endpoint(&endpoint, &authority.cert.pem(), sockets()).unwrap();
        let error = client.get(&namespace()).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unreachable);
        assert!(error.message.contains("refused"), "{error}");
    }
}
