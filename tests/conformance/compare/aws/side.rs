//! One of the two that are asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use lab2048_sandbox::{Sandbox, WallClock};
use serde_json::{Value, json};

use super::normalise;
use super::script::{Step, filled};
use lab2048_testing::workshop::moto::REGION;

/// Version of the API in calls of the query protocols.
const VERSIONS: [(&str, &str); 4] = [
    ("ec2", "2016-11-15"),
    ("elasticloadbalancing", "2015-12-01"),
    ("iam", "2010-05-08"),
    ("sts", "2011-06-15"),
];

/// A clock that is stopped: time passes in the sandbox only on request.
struct Still(Timestamp);

impl WallClock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A sandbox for this test.
pub(super) fn sandbox() -> Sandbox {
    Sandbox::in_memory(2048, 1.0, Arc::new(Still(Timestamp::now())))
}

enum Server {
    Sandbox(Sandbox),
    Moto(String),
}

/// A server, and what it calls the things that both have.
pub(super) struct Side {
    server: Server,
    /// Stable name -> what this side calls it.
    pub(super) names: BTreeMap<String, String>,
}

impl Side {
    pub(super) fn of_sandbox(sandbox: &Sandbox) -> Self {
        let account = sandbox.facts().account;
        Self::new(Server::Sandbox(sandbox.clone()), &account)
    }

    pub(super) fn of_moto(url: String) -> Self {
        Self::new(Server::Moto(url), "123456789012")
    }

    fn new(server: Server, account: &str) -> Self {
        Self {
            server,
            names: BTreeMap::from([("account".to_owned(), account.to_owned())]),
        }
    }

    /// Asks, keeps what later requests need, and gives the answer stable names.
    pub(super) async fn answer(&mut self, step: &Step) -> Value {
        let request = self.request(step);
        let (head, body) = self.send(request).await;
        let mut answer = normalise::read(&head, &body);
        for (name, at) in &step.keep {
            let value = answer["body"].pointer(at).and_then(Value::as_str);
            let value = value.unwrap_or_else(|| panic!("{}: no {at} in {answer}", step.ask));
            self.names.insert(name.clone(), value.to_owned());
        }
        if let Some(at) = &step.count {
            let list = answer["body"].pointer_mut(at);
            let list = list.unwrap_or_else(|| panic!("{}: no {at}", step.ask));
            *list = json!(list.as_array().map_or(0, Vec::len));
        }
        normalise::normalise(&mut answer, &self.names);
        answer
    }

    fn request(&self, step: &Step) -> Request<Bytes> {
        let words: Vec<&str> = step.to.split(' ').collect();
        let (service, method, path, body) = match *words.as_slice() {
            [service, operation] => (service, "POST", "/".to_owned(), self.form(service, operation, step)),
            [service, method, path] => (service, method, filled(path, &self.names), self.text(step)),
            _ => panic!("{}: `to` is an operation, or a method and a path", step.ask),
        };
        let (region, host) = if service == "iam" {
            ("us-east-1", "iam.amazonaws.com".to_owned())
        } else {
            (REGION, format!("{service}.{REGION}.amazonaws.com"))
        };
        let now = Timestamp::now();
        let scope = format!("AKIATESTER/{}/{region}/{service}/aws4_request", now.strftime("%Y%m%d"));
        let media = if words.len() == 2 {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        Request::builder()
            .method(method)
            .uri(format!("http://{host}{path}"))
            .header("host", host)
            .header("content-type", media)
            .header("x-amz-date", now.strftime("%Y%m%dT%H%M%SZ").to_string())
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={:064}",
                    0
                ),
            )
            .body(body.into())
            .unwrap()
    }

    fn form(&self, service: &str, operation: &str, step: &Step) -> String {
        let version = VERSIONS.iter().find(|(name, _)| *name == service).unwrap().1;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation).append_pair("Version", version);
        for (name, value) in &step.with {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            form.append_pair(name, &filled(&value, &self.names));
        }
        form.finish()
    }

    fn text(&self, step: &Step) -> String {
        match &step.body {
            None => String::new(),
            Some(Value::String(text)) => filled(text, &self.names),
            Some(object) => filled(&object.to_string(), &self.names),
        }
    }

    async fn send(&self, mut request: Request<Bytes>) -> (http::response::Parts, Bytes) {
        match &self.server {
            Server::Sandbox(sandbox) => collected(sandbox.call(request).await).await,
            Server::Moto(url) => {
                let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
                *request.uri_mut() = format!("{url}{path}").parse().unwrap();
                let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
                collected(client.request(request.map(Full::new)).await.unwrap()).await
            }
        }
    }
}

async fn collected<B>(response: Response<B>) -> (http::response::Parts, Bytes)
where
    B: http_body::Body,
    B::Error: std::fmt::Debug,
{
    let (head, body) = response.into_parts();
    (head, body.collect().await.unwrap().to_bytes())
}
