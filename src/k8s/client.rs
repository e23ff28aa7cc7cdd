//! The cluster's API as this program uses it: JSON objects, URLs from a table, one classifier of errors.
//!
//! Every request goes through [`Client::exchange`]: it is counted, carries a fresh token, is sent once more when the
//! token has expired meanwhile, and is given up after a minute by the run's clock (a watch never is).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use futures::future::{self, Either};
use futures::stream::BoxStream;
use futures::{StreamExt, future::BoxFuture};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::config::{Cluster, Context, KubeConfigOptions, Kubeconfig, NamedCluster, NamedContext};
use kube::core::{Status, WatchEvent};
use serde_json::{Value, json};

use super::errors;
use super::kinds::{Kind, kind_of, path_of};
use super::proxy;
use crate::model::{FieldConflict, MANAGER, Object, ObjectKey};
use crate::ports::{BearerTokens, CallError, Clock, ErrorClass, RequestMeter, Transport};

/// A connection that is not there after so long will not come.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The API server itself gives up after a minute.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);
/// How long the server is asked to keep a watch open. A load balancer in between closes idle connections after 350 s.
const WATCH_SECONDS: u32 = 290;

/// The cluster cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The kubeconfig cannot be used.
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[source] kube::config::KubeconfigError),
    /// Endpoint, certificates, proxy or credentials cannot be used.
    #[error("no client can be made for the cluster's API at {endpoint}")]
    Client {
        /// The API's URL.
        endpoint: String,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
    /// The endpoint is not a URL.
    #[error("the cluster's endpoint `{0}` is not a URL")]
    Endpoint(String, #[source] http::uri::InvalidUri),
}

/// What every way to connect needs.
#[derive(Clone)]
pub struct Connection {
    /// Limits of requests and pauses of watches go by it.
    pub clock: Arc<dyn Clock>,
    /// Counts requests, as `kubernetes`.
    pub meter: RequestMeter,
    /// Gives the token of each request; `None` where the kubeconfig has its own credentials.
    pub tokens: Option<Arc<dyn BearerTokens>>,
}

/// A client of one cluster's API. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: kube::Client,
    connection: Connection,
}

/// How an object is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apply {
    /// Only ask what would come of it.
    pub dry_run: bool,
    /// Take over fields that other managers own.
    pub force: bool,
}

/// What happens to the objects that a deleted one owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// The object stays until they are gone.
    Foreground,
    /// They go afterwards.
    Background,
}

/// Which objects of a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Select {
    /// Label selector; empty selects all.
    pub labels: String,
    /// Field selector; empty selects all.
    pub fields: String,
}

impl Select {
    /// Those with these labels, such as `a=b,c=d`.
    pub fn labels(selector: impl Into<String>) -> Self {
        Self {
            labels: selector.into(),
            ..Self::default()
        }
    }

    /// The one with this name.
    pub fn name(name: &str) -> Self {
        Self {
            fields: format!("metadata.name={name}"),
            ..Self::default()
        }
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let pairs = [("labelSelector", &self.labels), ("fieldSelector", &self.fields)];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (key, value.clone()))
            .collect()
    }
}

/// The objects of a collection at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The objects, with their kind filled in.
    pub items: Vec<Object>,
    /// The moment; a watch goes on from here.
    pub version: String,
}

/// A write that was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// What it means.
    pub error: CallError,
    /// The fields that other managers own, if that is why.
    pub conflicts: Vec<FieldConflict>,
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        Self {
            error,
            conflicts: Vec::new(),
        }
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

/// One request before it has a token.
#[derive(Debug, Clone)]
struct Call {
    /// What the error messages call it: `GET deployment/x`.
    operation: String,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(&'static str, Bytes)>,
}

impl Call {
    fn new(method: Method, path: String, subject: &dyn std::fmt::Display) -> Self {
        Self {
            operation: format!("{method} {subject}"),
            method,
            path,
            query: Vec::new(),
            body: None,
        }
    }

    fn json(mut self, content_type: &'static str, value: &Value) -> Self {
        self.body = Some((content_type, Bytes::from(value.to_string())));
        self
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
            .header(ACCEPT, "application/json");
        if let Some((content_type, _)) = &self.body {
            request = request.header(CONTENT_TYPE, *content_type);
        }
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        let body = self.body.as_ref().map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
        request
            .body(body)
            .map_err(|error| CallError::new(ErrorClass::Invalid, &self.operation, error.to_string()))
    }
}

impl Client {
    /// A client of the API at `endpoint`, whose certificate `authority` (PEM) has signed; `connection` has the tokens.
    /// `HTTPS_PROXY` and `NO_PROXY` are honoured.
    pub fn for_endpoint(endpoint: &str, authority: &str, connection: Connection) -> Result<Self, ConnectError> {
        let kubeconfig = Kubeconfig {
            clusters: vec![NamedCluster {
                name: "cluster".to_owned(),
                cluster: Some(Cluster {
                    server: Some(endpoint.to_owned()),
                    certificate_authority_data: Some(base64::engine::general_purpose::STANDARD.encode(authority)),
                    ..Cluster::default()
                }),
                ..NamedCluster::default()
            }],
            contexts: vec![NamedContext {
                name: "context".to_owned(),
                context: Some(Context {
                    cluster: "cluster".to_owned(),
                    ..Context::default()
                }),
                ..NamedContext::default()
            }],
            current_context: Some("context".to_owned()),
            ..Kubeconfig::default()
        };
        let config = kube::Config::try_from(kubeconfig).map_err(ConnectError::Kubeconfig)?;
        Self::of_config(config, connection)
    }

    /// A client as the kubeconfig says (`$KUBECONFIG` or `~/.kube/config`): certificates, tokens, exec plugins, proxy.
    /// `context` names another context than the current one.
    pub async fn from_kubeconfig(context: Option<&str>, connection: Connection) -> Result<Self, ConnectError> {
        let options = KubeConfigOptions {
            context: context.map(str::to_owned),
            ..KubeConfigOptions::default()
        };
        let config = kube::Config::from_kubeconfig(&options)
            .await
            .map_err(ConnectError::Kubeconfig)?;
        Self::of_config(config, connection)
    }

    /// A client whose requests `transport` carries instead of the network; they are addressed to `endpoint`.
    pub fn over(transport: Arc<dyn Transport>, endpoint: &str, connection: Connection) -> Result<Self, ConnectError> {
        let uri = endpoint
            .parse()
            .map_err(|error| ConnectError::Endpoint(endpoint.to_owned(), error))?;
        let service = tower::service_fn(move |request: Request<Body>| carry(Arc::clone(&transport), request));
        let http = ClientBuilder::new(service, "default")
            .with_layer(&kube::Config::new(uri).base_uri_layer())
            .build();
        Ok(Self { http, connection })
    }

    fn of_config(mut config: kube::Config, connection: Connection) -> Result<Self, ConnectError> {
        // Two crypto providers are linked in; ring is the one whose name everybody else here uses. An error means that
        // the choice was made before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        config.connect_timeout = Some(CONNECT_LIMIT);
        // Retries are the engine's business: it knows the step's limit and goes by the run's clock.
        config.default_retry = false;
        proxy::settle(&mut config);
        let endpoint = config.cluster_url.to_string();
        let http = kube::Client::try_from(config).map_err(|source| ConnectError::Client {
            endpoint,
            source: Box::new(source),
        })?;
        Ok(Self { http, connection })
    }

    /// The clock of the run.
    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.connection.clock
    }

    /// The object, if it exists.
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Object>, CallError> {
        match self.exchange(&Call::new(Method::GET, path_of(key)?, key)).await {
            Ok(value) => Ok(Some(Object(value))),
            Err(Refused { error, .. }) if error.class == ErrorClass::Missing => Ok(None),
            Err(refused) => Err(refused.error),
        }
    }

    /// The objects of a kind in one namespace, or in all.
    pub async fn list(&self, kind: &Kind, namespace: Option<&str>, select: &Select) -> Result<Listing, CallError> {
        let mut call = Call::new(Method::GET, kind.collection(namespace), &kind.plural);
        call.query = select.query();
        let mut value = self.exchange(&call).await?;
        let version = value.pointer("/metadata/resourceVersion").and_then(Value::as_str);
        let version = version.unwrap_or_default().to_owned();
        let items = match value.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items.into_iter().map(|item| named(item, kind)).collect(),
            _ => Vec::new(),
        };
        Ok(Listing { items, version })
    }

    /// Applies the object (server-side apply, field manager `lab2048`) and returns what came, or would come, of it.
    pub async fn apply(&self, object: &Object, how: Apply) -> Result<Object, Refused> {
        let key = object.key();
        let mut call = Call::new(Method::PATCH, path_of(&key)?, &key).json("application/apply-patch+yaml", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned()), ("force", how.force.to_string())];
        if how.dry_run {
            call.query.push(("dryRun", "All".to_owned()));
        }
        self.exchange(&call).await.map(Object)
    }

    /// Creates the object; one of that name that exists already is an error.
    pub async fn create(&self, object: &Object) -> Result<Object, CallError> {
        let key = object.key();
        let path = kind_of(&key.api_version, &key.kind)?.collection(key.namespace.as_deref());
        let mut call = Call::new(Method::POST, path, &key).json("application/json", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned())];
        Ok(Object(self.exchange(&call).await?))
    }

    /// Replaces the object, if its `metadata.resourceVersion` is still the one given.
    pub async fn replace(&self, object: &Object) -> Result<Object, CallError> {
        let key = object.key();
        let mut call = Call::new(Method::PUT, path_of(&key)?, &key).json("application/json", &object.0);
        call.query = vec![("fieldManager", MANAGER.to_owned())];
        Ok(Object(self.exchange(&call).await?))
    }

    /// Deletes the object, if it is still the one with this UID. One that is gone already is a success.
    pub async fn delete(&self, key: &ObjectKey, uid: &str, propagation: Propagation) -> Result<(), CallError> {
        let policy = match propagation {
            Propagation::Foreground => "Foreground",
            Propagation::Background => "Background",
        };
        let options = json!({
            "apiVersion": "v1", "kind": "DeleteOptions",
            "preconditions": {"uid": uid}, "propagationPolicy": policy,
        });
        let call = Call::new(Method::DELETE, path_of(key)?, key).json("application/json", &options);
        match self.exchange(&call).await {
            Ok(_) => Ok(()),
            Err(Refused { error, .. }) if error.class == ErrorClass::Missing => Ok(()),
            Err(refused) => Err(refused.error),
        }
    }

    /// What happens to the objects of a kind after `version`, until the server closes the watch.
    pub(super) async fn watch(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        select: &Select,
        version: &str,
    ) -> Result<BoxStream<'static, Result<WatchEvent<Value>, CallError>>, CallError> {
        let mut call = Call::new(Method::GET, kind.collection(namespace), &kind.plural);
        call.operation = format!("WATCH {}", kind.plural);
        call.query = select.query();
        call.query.extend([
            ("watch", "true".to_owned()),
            ("allowWatchBookmarks", "true".to_owned()),
            ("timeoutSeconds", WATCH_SECONDS.to_string()),
            ("resourceVersion", version.to_owned()),
        ]);
        let mut opened = self.open(&call).await;
        if matches!(&opened, Err(error) if error.class == ErrorClass::Unauthenticated) {
            opened = self.open(&call).await;
        }
        opened
    }

    async fn open(&self, call: &Call) -> Result<BoxStream<'static, Result<WatchEvent<Value>, CallError>>, CallError> {
        let request = call.request(self.bearer().await?.as_ref())?;
        self.connection.meter.count("kubernetes");
        let opening = self.within_limit(&call.operation, self.http.request_events::<Value>(request));
        let operation = call.operation.clone();
        let events = opening
            .await?
            .map_err(|error| errors::of_kube(&call.operation, &error))?;
        Ok(events
            .map(move |event| event.map_err(|error| errors::of_kube(&operation, &error)))
            .boxed())
    }

    /// Sends a request and reads the whole answer; once more with a new token if the first was not accepted.
    async fn exchange(&self, call: &Call) -> Result<Value, Refused> {
        let first = self.send(call).await;
        match &first {
            Err(refused) if refused.error.class == ErrorClass::Unauthenticated => self.send(call).await,
            _ => first,
        }
    }

    async fn send(&self, call: &Call) -> Result<Value, Refused> {
        let request = call.request(self.bearer().await?.as_ref())?;
        self.connection.meter.count("kubernetes");
        let answering = async {
            let response = self.http.send(request.map(Body::from)).await?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await?.to_bytes();
            Ok::<_, kube::Error>((parts, bytes))
        };
        let answer = self.within_limit(&call.operation, answering).await?;
        let (parts, bytes) = answer.map_err(|error| errors::of_kube(&call.operation, &error))?;
        if parts.status.is_success() {
            return serde_json::from_slice(&bytes)
                .map_err(|error| errors::of_kube(&call.operation, &kube::Error::SerdeError(error)).into());
        }
        let status = status_of(parts.status, &bytes);
        let wait = parts
            .headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        Err(Refused {
            error: errors::of_status(&call.operation, &status, wait.map(Duration::from_secs)),
            conflicts: errors::field_conflicts(&status),
        })
    }

    /// The value of the Authorization header, marked as not to be logged.
    async fn bearer(&self) -> Result<Option<HeaderValue>, CallError> {
        let Some(tokens) = &self.connection.tokens else {
            return Ok(None);
        };
        let token = tokens.bearer().await?;
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

    async fn within_limit<T>(&self, operation: &str, work: impl Future<Output = T>) -> Result<T, CallError> {
        let limit = self.connection.clock.sleep(REQUEST_LIMIT);
        match future::select(std::pin::pin!(work), limit).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => {
                let why = format!("nothing came within {} s", REQUEST_LIMIT.as_secs());
                Err(errors::no_answer(operation, &why))
            }
        }
    }
}

/// Hands a request to the transport.
fn carry(
    transport: Arc<dyn Transport>,
    request: Request<Body>,
) -> BoxFuture<'static, Result<Response<crate::ports::BoxBody>, tower::BoxError>> {
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await?;
        Ok(transport.call(Request::from_parts(parts, body)).await?)
    })
}

/// Items of a list do not say what they are.
fn named(mut item: Value, kind: &Kind) -> Object {
    if let Some(map) = item.as_object_mut() {
        map.insert("apiVersion".to_owned(), kind.api_version.into());
        map.insert("kind".to_owned(), kind.kind.into());
    }
    Object(item)
}

/// The Status in an answer; proxies and missing API groups answer with plain text instead.
fn status_of(code: StatusCode, body: &[u8]) -> Status {
    let mut status = serde_json::from_slice::<Status>(body)
        .unwrap_or_else(|_| Status::failure(String::from_utf8_lossy(body).trim(), ""));
    if status.code == 0 {
        status.code = code.as_u16();
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::SystemClock;

    fn connection() -> Connection {
        Connection {
            clock: Arc::new(SystemClock),
            meter: RequestMeter::default(),
            tokens: None,
        }
    }

    #[tokio::test]
    async fn an_endpoint_that_nobody_listens_on_is_unreachable() {
        let authority = rcgen::generate_simple_self_signed(vec!["cluster.test".to_owned()]).unwrap();
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let endpoint = format!("https://127.0.0.1:{port}");
        let client = Client::for_endpoint(&endpoint, &authority.cert.pem(), connection()).unwrap();
        let key = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: "ns".to_owned(),
        };
        let error = client.get(&key).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unreachable);
        assert!(error.message.contains("refused"), "{error}");
    }
}
