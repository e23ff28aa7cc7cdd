//! Spans as OTLP has them in JSON: what a collector takes at `/v1/traces`.
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Attribute, Span, SpanEvent, TraceContext};
use crate::model::visible::visible_line;

/// "Internal": `SPAN_KIND_INTERNAL`.
const INTERNAL: u8 = 1;
/// `STATUS_CODE_ERROR`. What has not failed is left unset: "ok" is for whoever looks into it and decides so.
const ERROR: u8 = 2;

/// Who the spans are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// `service.name`.
    pub service: String,
    /// Further attributes, by name.
    pub attributes: Vec<(String, String)>,
}

/// The request's body.
pub fn document(context: &TraceContext, resource: &Resource, spans: &[Span]) -> Value {
    let own = [
        ("service.name", resource.service.as_str()),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.name", "lab2048"),
    ];
    // A name may be there only once; what has been said of the run's surroundings does not change whose spans these are.
    let is_own = |name: &str| own.iter().any(|(known, _)| *known == name);
    let further: BTreeMap<&str, &str> = resource
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !is_own(name))
        .collect();
    let attributes: Vec<Value> = own
        .into_iter()
        .chain(further)
        .map(|(name, value)| attribute(name, &Attribute::Text(value.to_owned())))
        .collect();
    let spans: Vec<Value> = spans.iter().map(|one| span(context, one)).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes},
        "scopeSpans": [{
            "scope": {"name": "lab2048", "version": env!("CARGO_PKG_VERSION")},
            "spans": spans,
        }],
    }]})
}

fn span(context: &TraceContext, span: &Span) -> Value {
    let status = match &span.failure {
        Some(why) => json!({"code": ERROR, "message": visible_line(why)}),
        None => json!({}),
    };
    let mut value = json!({
        "traceId": context.trace.to_string(),
        "spanId": span.id.to_string(),
        "flags": u8::from(context.sampled),
        "name": visible_line(&span.name),
        "kind": INTERNAL,
        "startTimeUnixNano": nanoseconds(span.begun),
        "endTimeUnixNano": nanoseconds(span.ended),
        "attributes": attributes(&span.attributes),
        "events": span.events.iter().map(event).collect::<Vec<_>>(),
        "status": status,
    });
    if let Some(parent) = span.parent {
        value["parentSpanId"] = parent.to_string().into();
    }
    if let Some(state) = &context.state {
        value["traceState"] = state.as_str().into();
    }
    value
}

fn event(event: &SpanEvent) -> Value {
    json!({
        "timeUnixNano": nanoseconds(event.at),
        "name": event.name,
        "attributes": attributes(&event.attributes),
    })
}

fn attributes(attributes: &[(&'static str, Attribute)]) -> Vec<Value> {
    attributes.iter().map(|(name, value)| attribute(name, value)).collect()
}

/// Numbers of 64 bits are text in this encoding, as a reader of JSON may not have so many.
fn attribute(name: &str, value: &Attribute) -> Value {
    let value = match value {
        Attribute::Text(text) => json!({"stringValue": visible_line(text)}),
        Attribute::Number(number) => json!({"intValue": number.to_string()}),
        Attribute::Switch(switch) => json!({"boolValue": switch}),
    };
    json!({"key": name, "value": value})
}

fn nanoseconds(at: Timestamp) -> String {
    at.as_nanosecond().max(0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_once() {
        let further = [("service.version", "9"), ("team", "one"), ("team", "two")];
        let resource = Resource {
            service: "class".to_owned(),
            attributes: further.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        };
        let document = document(&TraceContext::new(|| 7), &resource, &[]);
        let attributes = document["resourceSpans"][0]["resource"]["attributes"]
            .as_array()
            .unwrap();
        let of = |name: &str| -> Vec<&Value> {
            let named = attributes.iter().filter(|attribute| attribute["key"] == name);
            named.map(|attribute| &attribute["value"]["stringValue"]).collect()
        };
        assert_eq!(of("service.version"), [&json!(env!("CARGO_PKG_VERSION"))]);
        assert_eq!(of("team"), [&json!("two")]);
    }
}
