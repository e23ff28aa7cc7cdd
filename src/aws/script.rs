//! A transport for tests that answers by script: requests are recorded, and responses are given beforehand.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;

use super::clients::{Clients, StaticKeys, WorldWay};
use crate::ports::{BoxBody, Clock, RequestMeter, TestClock, Transport, TransportError};

/// The account of all tests.
pub(super) const REGION: &str = "ap-northeast-2";

/// One response.
#[derive(Debug, Clone)]
pub(super) enum ScriptedResponse {
    Http(u16, Vec<(&'static str, String)>, String),
    /// The connection breaks.
    Broken(&'static str),
}

/// JSON as EKS sends it.
pub(super) fn json(body: &serde_json::Value) -> ScriptedResponse {
    let kind = vec![("content-type", "application/json".to_owned())];
    ScriptedResponse::Http(200, kind, body.to_string())
}

/// An error as EKS sends it.
pub(super) fn eks_error(status: u16, code: &str, message: &str) -> ScriptedResponse {
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-amzn-errortype", code.to_owned()),
    ];
    ScriptedResponse::Http(status, headers, serde_json::json!({"message": message}).to_string())
}

/// XML as it is.
pub(super) fn xml(body: &str) -> ScriptedResponse {
    ScriptedResponse::Http(200, vec![("content-type", "text/xml".to_owned())], body.to_owned())
}

/// An error as IAM, STS and ELB send it.
pub(super) fn query_error(status: u16, code: &str, message: &str) -> ScriptedResponse {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>r-1</RequestId></ErrorResponse>"
    );
    ScriptedResponse::Http(status, vec![("content-type", "text/xml".to_owned())], body)
}

/// An error as EC2 sends it.
pub(super) fn ec2_error(status: u16, code: &str, message: &str) -> ScriptedResponse {
    let body = format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
         <RequestID>r-1</RequestID></Response>"
    );
    ScriptedResponse::Http(status, vec![("content-type", "text/xml".to_owned())], body)
}

/// The response of an IAM call that only confirms.
pub(super) fn done(action: &str) -> ScriptedResponse {
    xml(&format!(
        "<{action}Response><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{action}Response>"
    ))
}

struct ScriptedCall {
    call: String,
    holding: String,
    answers: VecDeque<ScriptedResponse>,
}

/// The script. Calls are named `iam:GetRole` or `eks:GET /clusters/x`.
#[derive(Default)]
pub(super) struct Script {
    rules: Mutex<Vec<ScriptedCall>>,
    calls: Mutex<Vec<(String, String)>>,
    /// Answers take this much of the clock's time.
    clock: Mutex<Option<TestClock>>,
}

impl Script {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Answers `call` with these, in order; the last one again and again.
    pub(super) fn on(self: &Arc<Self>, call: &str, answers: impl IntoIterator<Item = ScriptedResponse>) -> Arc<Self> {
        self.on_holding(call, "", answers)
    }

    /// The same for calls whose body or address holds `holding`.
    pub(super) fn on_holding(
        self: &Arc<Self>,
        call: &str,
        holding: &str,
        answers: impl IntoIterator<Item = ScriptedResponse>,
    ) -> Arc<Self> {
        self.rules.lock().unwrap().push(ScriptedCall {
            call: call.to_owned(),
            holding: holding.to_owned(),
            answers: answers.into_iter().collect(),
        });
        self.clone()
    }

    /// Forgets the answers given for `call` so far.
    pub(super) fn off(self: &Arc<Self>, call: &str) -> Arc<Self> {
        self.rules.lock().unwrap().retain(|rule| rule.call != call);
        self.clone()
    }

    /// What was called, in order.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls
            .lock()
            .unwrap()
            .iter()
            .map(|(call, _)| call.clone())
            .collect()
    }

    /// The bodies of all calls of that name.
    pub(super) fn bodies(&self, call: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|(name, _)| name == call)
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// Every call takes 100 ms of this clock from now on.
    pub(super) fn slow(&self, clock: TestClock) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    /// Clients that talk to this script.
    pub(super) fn clients(self: &Arc<Self>, clock: TestClock) -> Clients {
        self.metered(clock, RequestMeter::default())
    }

    pub(super) fn metered(self: &Arc<Self>, clock: TestClock, meter: RequestMeter) -> Clients {
        let keys = StaticKeys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: "secret".to_owned(),
        };
        let way = WorldWay {
            transport: self.clone(),
            limit: None,
        };
        Clients::over(way, keys, REGION, Arc::new(clock), meter)
    }

    fn answer(&self, call: &str, body: &str) -> ScriptedResponse {
        let mut rules = self.rules.lock().unwrap();
        let fits = |rule: &&mut ScriptedCall| rule.call == call && body.contains(&rule.holding);
        match rules.iter_mut().find(fits) {
            Some(rule) if rule.answers.len() > 1 => rule.answers.pop_front().unwrap(),
            Some(rule) => rule.answers[0].clone(),
            None => query_error(400, "Unscripted", call),
        }
    }
}

impl Transport for Script {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let body = format!("{} {}", request.uri(), String::from_utf8_lossy(request.body()));
        let call = name(&request, &body);
        self.calls.lock().unwrap().push((call.clone(), body.clone()));
        let answer = self.answer(&call, &body);
        let delay = self
            .clock
            .lock()
            .unwrap()
            .map(|clock| clock.sleep(std::time::Duration::from_millis(100)));
        async move {
            if let Some(delay) = delay {
                delay.await;
            }
            match answer {
                ScriptedResponse::Broken(text) => Err(TransportError::new(text)),
                ScriptedResponse::Http(status, headers, body) => {
                    let mut response = Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(name, value);
                    }
                    let body = Full::new(Bytes::from(body)).map_err(|never| match never {});
                    Ok(response.body(body.boxed_unsync()).unwrap())
                }
            }
        }
        .boxed()
    }
}

/// `service:Action`, or `service:METHOD path` where there are no actions. The service is the one that was signed for.
fn name(request: &Request<Bytes>, body: &str) -> String {
    let signed = request.headers()["authorization"].to_str().unwrap();
    let scope = signed.split("Credential=").nth(1).unwrap().split('/').nth(3).unwrap();
    let action = body
        .split_once("Action=")
        .map(|(_, rest)| rest.split('&').next().unwrap());
    match action {
        Some(action) => format!("{scope}:{action}"),
        None => format!("{scope}:{} {}", request.method(), request.uri().path()),
    }
}

/// All items of a wait with the second each came in.
pub(super) async fn timeline(
    mut reports: crate::ports::ProgressStream<'_>,
    clock: TestClock,
    start: Timestamp,
) -> String {
    use futures::StreamExt;
    let mut text = String::new();
    while let Some(item) = reports.next().await {
        let seconds = clock.elapsed(start).as_secs();
        match item {
            Ok(report) => writeln!(text, "{seconds:>4} {} | {:?}", report.stage, report.readiness).unwrap(),
            Err(error) => writeln!(text, "{seconds:>4} {:?}: {error}", error.class).unwrap(),
        }
        assert!(seconds < 3600, "it does not end:\n{text}");
    }
    text
}
