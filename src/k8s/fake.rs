//! A cluster's API for tests: a closure answers, a log keeps what was asked.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{self, BoxFuture};
use futures::stream::{self, StreamExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use serde_json::{Value, json};

use super::api::{Client, Connection};
use crate::lang::Text;
use crate::model::{LAB_LABEL, MANAGED_BY_LABEL, Object, ObjectKey};
use crate::ports::{BearerTokens, BoxBody, CallError, RequestMeter, SystemClock, TestClock, Transport, TransportError};

/// One request as the fake sees it.
pub(super) struct ReceivedRequest {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) bearer: String,
    pub(super) content_type: String,
    pub(super) body: Value,
    /// How many requests came before it.
    pub(super) before: usize,
}

impl ReceivedRequest {
    /// `GET /api/v1/nodes`, without the query.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// How a watch ends after its events.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// The server closes it.
    Close,
    /// The connection breaks.
    Break,
    /// It stays open and silent.
    Hang,
}

pub(super) enum Answer {
    Json(u16, Value),
    Watch(Vec<Value>, End),
    Never,
}

pub(super) fn ok(value: Value) -> Answer {
    Answer::Json(200, value)
}

pub(super) fn status(code: u16, reason: &str, message: &str) -> Answer {
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "metadata": {},
        "code": code, "reason": reason, "message": message});
    Answer::Json(code, body)
}

pub(super) fn not_found() -> Answer {
    status(404, "NotFound", "not found")
}

pub(super) fn list(version: &str, items: &[Value]) -> Answer {
    ok(json!({"kind": "List", "metadata": {"resourceVersion": version}, "items": items}))
}

type Handler = Box<dyn Fn(&ReceivedRequest) -> Answer + Send + Sync>;

pub(super) struct Fake {
    handler: Handler,
    log: Arc<Mutex<Vec<String>>>,
}

/// What was asked, and how often, of a client over a fake.
pub(super) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    pub(super) meter: RequestMeter,
}

impl Log {
    /// `GET /api/v1/nodes?x=y`, in the order asked.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn sorted(&self) -> Vec<String> {
        let mut lines = self.lines();
        lines.sort();
        lines
    }
}

/// Gives `token-1`, and the next number once that is refused.
#[derive(Default)]
struct Tokens(Mutex<u32>);

impl BearerTokens for Tokens {
    fn bearer(&self) -> BoxFuture<'_, Result<String, CallError>> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        future::ready(Ok(format!("token-{}", *refused + 1))).boxed()
    }

    fn refused<'a>(&'a self, token: &'a str) -> BoxFuture<'a, ()> {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if token == format!("token-{}", *refused + 1) {
            *refused += 1;
        }
        future::ready(()).boxed()
    }

    fn remedy(&self) -> Text {
        "the cluster does not know you".into()
    }
}

/// What a client of real sockets needs, without tokens.
pub(super) fn sockets() -> Connection {
    Connection {
        clock: Arc::new(SystemClock::default()),
        meter: RequestMeter::default(),
        tokens: None,
    }
}

/// The key of the namespace `ns`.
pub(super) fn namespace() -> ObjectKey {
    ObjectKey {
        api_version: "v1".to_owned(),
        kind: "Namespace".to_owned(),
        namespace: None,
        name: "ns".to_owned(),
    }
}

/// A client whose requests `handler` answers. Needs a runtime with paused time.
pub(super) fn client(handler: impl Fn(&ReceivedRequest) -> Answer + Send + Sync + 'static) -> (Client, Log) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let fake = Fake {
        handler: Box::new(handler),
        log: Arc::clone(&lines),
    };
    let meter = RequestMeter::default();
    let connection = Connection {
        clock: Arc::new(TestClock::start()),
        meter: meter.clone(),
        tokens: Some(Arc::new(Tokens::default())),
    };
    let client = Client::over(Arc::new(fake), "https://cluster.test", connection).unwrap();
    (client, Log { lines, meter })
}

impl Transport for Fake {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let header = |name: &str| {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = ReceivedRequest {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            bearer: header("authorization"),
            content_type: header("content-type"),
            body: serde_json::from_slice(request.body()).unwrap_or_default(),
            before: log.len(),
        };
        assert_eq!(request.uri().host(), Some("cluster.test"));
        let question = if asked.query.is_empty() {
            String::new()
        } else {
            format!("?{}", asked.query)
        };
        log.push(format!("{}{question}", asked.line()));
        match (self.handler)(&asked) {
            Answer::Never => future::pending().boxed(),
            Answer::Json(code, value) => {
                let body = Full::new(Bytes::from(value.to_string()));
                respond(code, body.map_err(|never| match never {}).boxed_unsync())
            }
            Answer::Watch(events, end) => {
                let lines = stream::iter(events).map(|event| Ok(Frame::data(Bytes::from(format!("{event}\n")))));
                let tail = match end {
                    End::Close => stream::empty().boxed(),
                    End::Break => stream::once(async { Err(TransportError::new("reset by peer")) }).boxed(),
                    End::Hang => stream::pending().boxed(),
                };
                respond(200, StreamBody::new(lines.chain(tail)).boxed_unsync())
            }
        }
    }
}

fn respond(code: u16, body: BoxBody) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
    let mut response = Response::new(body);
    *response.status_mut() = code.try_into().unwrap();
    future::ready(Ok(response)).boxed()
}

/// An object with the labels of the lab `lab`.
pub(super) fn object(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Object {
    let mut object = json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "labels": {MANAGED_BY_LABEL: "lab2048", LAB_LABEL: "lab"}},
    });
    if let Some(namespace) = namespace {
        object["metadata"]["namespace"] = namespace.into();
    }
    Object(object)
}

/// The four objects of a lab.
pub(super) fn lab() -> Vec<Object> {
    vec![
        object("v1", "Namespace", None, "ns"),
        object("v1", "Service", Some("ns"), "svc"),
        object("apps/v1", "Deployment", Some("ns"), "dep"),
        object("networking.k8s.io/v1", "Ingress", Some("ns"), "ing"),
    ]
}

/// An event of a watch.
pub(super) fn event(kind: &str, object: &Value) -> Value {
    json!({"type": kind, "object": object})
}
