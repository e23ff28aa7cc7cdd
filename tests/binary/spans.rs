//! Spans of a run at a collector that speaks OTLP over HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use lab2048_testing::Workdir;
use serde_json::Value;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// What the collector was sent: head and body.
type Sent = (String, Value);

/// A collector that answers every request with this status.
fn collector(status: u16) -> (String, Receiver<Sent>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, sent) = channel();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut reader = BufReader::new(socket.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
            }
            let length = head
                .to_lowercase()
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap()];
            reader.read_exact(&mut body).unwrap();
            let answer =
                format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{{}}");
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            if sender.send((head, serde_json::from_slice(&body).unwrap())).is_err() {
                return;
            }
        }
    });
    (url, sent)
}

/// A span, as far as it matters here.
#[derive(Debug, Clone)]
struct Span {
    id: String,
    parent: String,
    name: String,
    begun: u128,
    ended: u128,
    attributes: BTreeMap<String, String>,
    failed: bool,
}

fn spans(body: &Value) -> Vec<Span> {
    let spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let time = |value: &Value| value.as_str().unwrap().parse().unwrap();
    let attribute = |attribute: &Value| (text(&attribute["key"]), text(&attribute["value"]["stringValue"]));
    let span = |span: &Value| {
        assert_eq!(span["traceId"], TRACE);
        Span {
            id: text(&span["spanId"]),
            parent: text(&span["parentSpanId"]),
            name: text(&span["name"]),
            begun: time(&span["startTimeUnixNano"]),
            ended: time(&span["endTimeUnixNano"]),
            attributes: span["attributes"].as_array().unwrap().iter().map(attribute).collect(),
            failed: span["status"]["code"] == 2,
        }
    };
    spans.iter().map(span).collect()
}

/// A folder whose calls tell this collector.
fn workdir(url: &str) -> Workdir {
    let mut workdir = Workdir::new();
    workdir.set("OTEL_EXPORTER_OTLP_ENDPOINT", url);
    workdir.set("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k%20ey");
    workdir.set("OTEL_RESOURCE_ATTRIBUTES", "service.name=class,team=seoul");
    workdir.set("TRACEPARENT", &format!("00-{TRACE}-{CALLER}-01"));
    workdir
}

/// When an event came, in nanoseconds.
fn at(event: &Value) -> u128 {
    let at: jiff::Timestamp = event["at"].as_str().unwrap().parse().unwrap();
    u128::try_from(at.as_nanosecond()).unwrap()
}

#[test]
fn a_run_is_a_span_with_its_steps_and_their_waits() {
    let (url, sent) = collector(200);
    let workdir = workdir(&url);
    workdir.done("apply --events run.ndjson");
    let (head, body) = sent.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
    assert!(head.to_lowercase().contains("api-key: k ey"), "{head}");
    let resource = &body["resourceSpans"][0]["resource"]["attributes"].to_string();
    for told in ["class", "seoul", env!("CARGO_PKG_VERSION")] {
        assert!(resource.contains(told), "{resource}");
    }
    let spans = spans(&body);
    let by_id: BTreeMap<&str, &Span> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    assert_eq!(by_id.len(), spans.len(), "an id twice");
    let roots: Vec<&Span> = spans.iter().filter(|span| span.parent == CALLER).collect();
    let [run] = roots[..] else { panic!("{roots:#?}") };
    assert_eq!(run.name, "lab2048 apply");
    assert!(!run.failed);
    for span in spans.iter().filter(|span| span.id != run.id) {
        let parent = by_id[span.parent.as_str()];
        assert!(
            parent.begun <= span.begun && span.ended <= parent.ended,
            "{span:#?} in {parent:#?}"
        );
    }
    let events = workdir.events("run.ndjson");
    let of_step = |kind: &str, node: &Value| {
        events
            .iter()
            .find(|event| event["type"] == kind && event["node"] == *node)
    };
    let begun: Vec<&Value> = events.iter().filter(|event| event["type"] == "step-started").collect();
    assert!(begun.len() > 8);
    for event in begun {
        let node = event["node"].as_str().unwrap();
        let step = spans
            .iter()
            .find(|span| span.attributes.get("lab2048.node").is_some_and(|of| of == node));
        let step = step.unwrap_or_else(|| panic!("no span of {node}"));
        assert_eq!((&step.parent, step.begun), (&run.id, at(event)), "{node}");
        assert_eq!(step.ended, at(of_step("step-done", &event["node"]).unwrap()), "{node}");
        // Each stage that was told is a child of the step.
        let waits = spans.iter().filter(|span| span.parent == step.id).count();
        let waited = of_step("step-progress", &event["node"]).is_some();
        assert_eq!(waits > 0, waited, "{node}");
    }
    for phase in ["read", "settle"] {
        assert!(
            spans.iter().any(|span| span.name == phase && span.parent == run.id),
            "no {phase}"
        );
    }
}

#[test]
fn a_run_that_fails_is_a_span_that_failed() {
    let (url, sent) = collector(202);
    let workdir = workdir(&url);
    workdir.done("sandbox break image-missing");
    assert_ne!(workdir.run("apply").code, 0);
    let spans = spans(&sent.recv_timeout(Duration::from_secs(10)).unwrap().1);
    let failed: Vec<&str> = spans
        .iter()
        .filter(|span| span.failed)
        .map(|span| span.name.as_str())
        .collect();
    assert!(
        failed.contains(&"lab2048 apply") && failed.contains(&"create deployment"),
        "{failed:?}"
    );
}

#[test]
fn a_collector_that_is_not_there_is_no_failure_and_none_is_asked_unless_named() {
    let (url, sent) = collector(503);
    let mut workdir = workdir(&url);
    let refused = workdir.done("plan");
    assert!(
        refused
            .stderr
            .contains("the spans of this run are lost: the collector answers HTTP 503"),
        "{}",
        refused.stderr
    );
    sent.recv_timeout(Duration::from_secs(10)).unwrap();
    for (name, value) in [
        ("OTEL_SDK_DISABLED", "true"),
        ("TRACEPARENT", &*format!("00-{TRACE}-{CALLER}-00")),
    ] {
        let before = workdir_variable(&mut workdir, name, value);
        assert_eq!(workdir.done("plan").stderr.matches("spans").count(), 0, "{name}");
        before(&mut workdir);
    }
    assert!(sent.try_recv().is_err(), "asked though switched off");
    workdir.set("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317");
    let wrong = workdir.done("plan");
    assert!(
        wrong
            .stderr
            .contains("no spans are sent: OTEL_EXPORTER_OTLP_ENDPOINT cannot be used"),
        "{}",
        wrong.stderr
    );
    workdir.unset("OTEL_EXPORTER_OTLP_ENDPOINT");
    assert_eq!(workdir.done("plan").stderr.matches("spans").count(), 0);
}

/// Sets a variable until the answer is called.
fn workdir_variable(workdir: &mut Workdir, name: &'static str, value: &str) -> impl FnOnce(&mut Workdir) + use<> {
    workdir.set(name, value);
    move |workdir| match name {
        "TRACEPARENT" => workdir.set(name, &format!("00-{TRACE}-{CALLER}-01")),
        _ => workdir.unset(name),
    }
}
