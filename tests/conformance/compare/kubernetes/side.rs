//! One of the two that are asked.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderMap;
use http_body_util::BodyExt;
use kube::client::Body;
use serde_json::{Value, json};

use super::normalise::Names;
use super::script::Step;

/// How long controllers, and a watch's next event, may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the controllers have after a change before the next request, so that both sides are asked about the same state:
/// the sandbox's react before they answer, the real ones some moments later.
const BREATH: Duration = Duration::from_millis(150);

/// A server, its answers so far, and the stable names of its random values.
pub(super) struct Side {
    client: kube::Client,
    kept: BTreeMap<String, String>,
    names: Names,
}

impl Side {
    /// The server that `config` leads to. Every answer counts, so none is a reason to ask again.
    pub(super) fn new(mut config: kube::Config) -> Self {
        config.default_retry = false;
        Self {
            client: kube::Client::try_from(config).unwrap(),
            kept: BTreeMap::new(),
            names: Names::default(),
        }
    }

    /// Asks, keeps what later requests need, and gives the answer stable names.
    pub(super) async fn answer(&mut self, step: &Step) -> Value {
        let mut answer = self.settled(step).await;
        if step.changes() {
            tokio::time::sleep(BREATH).await;
        }
        for (name, at) in &step.keep {
            let value = answer["body"].pointer(at).cloned().unwrap_or_default();
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.kept.insert(name.clone(), text);
        }
        for (at, names) in &step.only {
            let list = answer["body"].pointer_mut(at).and_then(Value::as_array_mut);
            let wanted = |item: &Value| {
                names
                    .iter()
                    .any(|name| item["name"] == **name || item["metadata"]["name"] == **name)
            };
            if let Some(list) = list {
                list.retain(wanted);
            }
        }
        self.names.normalise(&mut answer);
        answer
    }

    /// The answer as soon as it has what the request waits for, or the last one.
    async fn settled(&self, step: &Step) -> Value {
        let begun = std::time::Instant::now();
        loop {
            let asked = tokio::time::timeout(PATIENCE, self.ask(step)).await;
            let answer = asked.unwrap_or_else(|_| "no answer".into());
            let is = |(at, value): (&String, &Value)| answer["body"].pointer(at).unwrap_or(&Value::Null) == value;
            if step.until.iter().all(is) || begun.elapsed() > PATIENCE {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn ask(&self, step: &Step) -> Value {
        let response = self.client.send(step.request(&self.kept)).await;
        let (head, body) = response
            .unwrap_or_else(|error| panic!("{}: {error}", step.name))
            .into_parts();
        let body = match step.events {
            Some(wanted) if head.status.is_success() => events(body, wanted).await,
            _ => document(&body.collect().await.unwrap().to_bytes()),
        };
        json!({
            "code": head.status.as_u16(),
            "type": texts(&head.headers, &http::header::CONTENT_TYPE),
            "warnings": texts(&head.headers, &http::header::WARNING),
            "body": body,
        })
    }
}

fn texts(headers: &HeaderMap, name: &http::HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

/// JSON as data, anything else as text.
fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

/// Events of a watch; 0 are all.
async fn events(mut body: Body, wanted: usize) -> Value {
    let mut text = Vec::new();
    let lines = |text: &[u8]| text.split(|byte| *byte == b'\n').count() - 1;
    while wanted == 0 || lines(&text) < wanted {
        match tokio::time::timeout(PATIENCE / 2, body.frame()).await {
            Ok(Some(frame)) => text.extend(frame.unwrap().into_data().unwrap_or_default()),
            Ok(None) => break,
            Err(_) => {
                text.extend(b"\"nothing more came\"\n");
                break;
            }
        }
    }
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let wanted = if wanted == 0 { usize::MAX } else { wanted };
    lines.take(wanted).map(document).collect()
}
