//! Spans of a run for whoever collects them: OTLP over HTTP, where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. Without one
//! nothing is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::uri::Authority;
use http::{Method, Request, Uri};
use percent_encoding::percent_decode_str;

use crate::event::Record;
use crate::lang::{Text, text};
use crate::net::{FreshConnections, Proxies};
use crate::ports::Transport;
use crate::report::Follower;
use crate::report::spans::{Resource, Spans, TraceContext, document};

/// How long a collector may take, unless `OTEL_EXPORTER_OTLP_TIMEOUT` says otherwise; the specification's own default.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where spans go.
pub(super) struct Telemetry {
    collector: Collector,
    resource: Resource,
    spans: Arc<Mutex<Spans>>,
}

/// Who takes spans.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Collector {
    endpoint: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
}

/// Why spans do not arrive.
#[derive(Debug, thiserror::Error)]
pub(super) enum TelemetryError {
    /// A variable has something that cannot be used.
    #[error("{variable} cannot be used: {value}")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// The collector cannot be reached.
    #[error("the collector cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The collector has not answered in time.
    #[error("the collector has not answered")]
    TimedOut,
    /// The collector does not take them.
    #[error("the collector answers HTTP {0}")]
    Refused(u16),
}

impl TelemetryError {
    /// As people read it.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Variable { variable, value } => text!("telemetry-variable", variable = *variable, value = value),
            Self::Unreachable(error) => text!("telemetry-unreachable", cause = error.to_string()),
            Self::TimedOut => text!("telemetry-timed-out"),
            Self::Refused(status) => text!("telemetry-refused", status = u32::from(*status)),
        }
    }
}

impl Telemetry {
    /// As the variables of OpenTelemetry have it; none where they name no collector, or switch it off.
    /// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>
    pub(super) fn of(
        variables: &BTreeMap<String, String>,
        random: impl FnMut() -> u64,
    ) -> Result<Option<Self>, TelemetryError> {
        let variable = |name: &str| {
            variables
                .get(name)
                .map(|value| value.trim())
                .filter(|value| !value.is_empty())
        };
        let goes_elsewhere = |exporters: &str| !exporters.split(',').any(|exporter| exporter.trim() == "otlp");
        let is_off = variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || variable("OTEL_TRACES_EXPORTER").is_some_and(goes_elsewhere);
        let Some(collector) = (!is_off).then(|| Collector::of(variable)).transpose()?.flatten() else {
            return Ok(None);
        };
        let context = TraceContext::new(random);
        let context = match variable("TRACEPARENT") {
            Some(parent) => context.below(parent, variable("TRACESTATE")),
            None => context,
        };
        // A caller that keeps no spans has no use for ours.
        if !context.sampled {
            return Ok(None);
        }
        let attributes = pairs(variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default());
        let mut named = attributes.iter().filter(|(name, _)| name == "service.name");
        let service = variable("OTEL_SERVICE_NAME").map(str::to_owned);
        let service = service.or_else(|| named.next().map(|(_, value)| value.clone()));
        let is_further = |(name, _): &(String, String)| name != "service.name";
        Ok(Some(Self {
            collector,
            resource: Resource {
                service: service.unwrap_or_else(|| "lab2048".to_owned()),
                attributes: attributes.into_iter().filter(is_further).collect(),
            },
            spans: Arc::new(Mutex::new(Spans::of(context))),
        }))
    }

    /// Who makes spans of a run's events.
    pub(super) fn follower(&self) -> Follower {
        let spans = Arc::clone(&self.spans);
        Box::new(move |record: &Record| spans.lock().unwrap_or_else(PoisonError::into_inner).take(record))
    }

    /// Sends the spans, if there are any, and waits for the collector's answer no longer than it may take.
    pub(super) async fn send(self) -> Result<(), TelemetryError> {
        let fresh = Spans::of(TraceContext::new(|| 0));
        let spans = std::mem::replace(&mut *self.spans.lock().unwrap_or_else(PoisonError::into_inner), fresh);
        let (context, spans) = spans.finish();
        if spans.is_empty() {
            return Ok(());
        }
        let body = document(&context, &self.resource, &spans).to_string();
        let request = self.collector.request(body);
        let network = FreshConnections::new(Proxies::of_environment());
        // By the reader's clock: the sandbox's may stand still.
        let answer = tokio::time::timeout(self.collector.timeout, network.call(request)).await;
        let answer = answer.map_err(|_| TelemetryError::TimedOut)?;
        let status = answer
            .map_err(|error| TelemetryError::Unreachable(error.into()))?
            .status();
        if status.is_success() {
            Ok(())
        } else {
            Err(TelemetryError::Refused(status.as_u16()))
        }
    }
}

impl Collector {
    fn of<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, TelemetryError> {
        /// The variable of traces, which goes before that of all signals.
        const PROTOCOL: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
        const TIME: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
        let Some(endpoint) = endpoint(&variable)? else {
            return Ok(None);
        };
        // A collector for gRPC does not understand what is sent here; one for HTTP takes JSON as it takes binary.
        if let Some((name, protocol)) = of_traces_or_all(&variable, PROTOCOL)
            && protocol.starts_with("grpc")
        {
            return Err(unusable(name, protocol));
        }
        let timeout = match of_traces_or_all(&variable, TIME) {
            Some((name, text)) => Duration::from_millis(text.parse().map_err(|_| unusable(name, text))?),
            None => TIMEOUT,
        };
        let of_all = pairs(variable("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default());
        let of_traces = pairs(variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS").unwrap_or_default());
        let headers = of_all.into_iter().chain(of_traces).filter_map(|(name, value)| {
            let mut value = HeaderValue::from_str(&value).ok()?;
            // Most often it is a key.
            value.set_sensitive(true);
            Some((HeaderName::try_from(name).ok()?, value))
        });
        Ok(Some(Self {
            endpoint,
            headers: headers.collect(),
            timeout,
        }))
    }

    fn request(&self, body: String) -> Request<Bytes> {
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("lab2048/", env!("CARGO_PKG_VERSION"))),
        );
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        request
    }
}

/// The first of these variables that is set, with what it holds.
fn of_traces_or_all<'a>(
    variable: impl Fn(&str) -> Option<&'a str>,
    names: [&'static str; 2],
) -> Option<(&'static str, &'a str)> {
    names.into_iter().find_map(|name| Some((name, variable(name)?)))
}

fn unusable(variable: &'static str, value: &str) -> TelemetryError {
    // What stands before an `@` may be a password.
    let (begin, rest) = value
        .split_once("://")
        .map_or(("", value), |(scheme, _)| value.split_at(scheme.len() + 3));
    let value = match rest.rsplit_once('@') {
        Some((_, host)) => format!("{begin}…@{host}"),
        None => value.to_owned(),
    };
    TelemetryError::Variable { variable, value }
}

/// Where spans go: the variable of traces is used as it is; the common one is where all signals have their own path.
fn endpoint<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Uri>, TelemetryError> {
    const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const OF_TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let (name, url) = match (variable(OF_TRACES), variable(ENDPOINT)) {
        (Some(url), _) => (OF_TRACES, url.to_owned()),
        (None, Some(url)) => (ENDPOINT, format!("{}/v1/traces", url.trim_end_matches('/'))),
        (None, None) => return Ok(None),
    };
    let endpoint: Uri = url.parse().map_err(|_| unusable(name, &url))?;
    // A name and a password in a URL are no part of a host; collectors are told keys in headers.
    let is_host = |authority: &Authority| !authority.host().is_empty() && !authority.as_str().contains('@');
    if !matches!(endpoint.scheme_str(), Some("http" | "https")) || !endpoint.authority().is_some_and(is_host) {
        return Err(unusable(name, &url));
    }
    Ok(Some(endpoint))
}

/// Names and values as W3C Baggage has them: `name=value,name=value`, with percent signs in both.
fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| Some(percent_decode_str(text.trim()).decode_utf8().ok()?.into_owned());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((decoded(name)?, decoded(value)?)).filter(|(name, _)| !name.is_empty())
    };
    text.split(',').filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collector(variables: &[(&str, &str)]) -> Result<Option<Collector>, String> {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        Collector::of(|name| variables.get(name).copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_collector_is_the_one_that_the_variables_name() {
        assert_eq!(collector(&[]), Ok(None));
        let endpoint = |variables: &[(&str, &str)]| collector(variables).unwrap().unwrap().endpoint.to_string();
        let common = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318/");
        assert_eq!(endpoint(&[common]), "http://localhost:4318/v1/traces");
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example/put");
        assert_eq!(endpoint(&[common, own]), "https://traces.example/put");
        for wrong in ["localhost:4318", "grpc://localhost:4317", "/v1", "http://"] {
            let told = collector(&[("OTEL_EXPORTER_OTLP_ENDPOINT", wrong)]).unwrap_err();
            assert!(
                told.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT cannot be used: "),
                "{told}"
            );
        }
        assert!(collector(&[common, ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]).is_err());
        let told = collector(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:s3cret@collector:4318")]).unwrap_err();
        assert!(told.contains("collector:4318") && !told.contains("s3cret"), "{told}");
    }

    #[test]
    fn what_is_said_of_traces_goes_before_what_is_said_of_all() {
        let common = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
        let timeouts = [
            common,
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "250"),
        ];
        assert_eq!(
            collector(&timeouts).unwrap().unwrap().timeout,
            Duration::from_millis(250)
        );
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        let told = collector(&[common, grpc]).unwrap_err();
        assert_eq!(told, "OTEL_EXPORTER_OTLP_PROTOCOL cannot be used: grpc");
        let of_traces = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf");
        assert!(collector(&[common, grpc, of_traces]).unwrap().is_some());
    }

    #[test]
    fn spans_for_somebody_else_are_not_sent() {
        for (exporters, sent) in [
            ("otlp", true),
            ("console, otlp", true),
            ("none", false),
            ("console", false),
        ] {
            let variables = [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
                ("OTEL_TRACES_EXPORTER", exporters),
            ];
            let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let telemetry = Telemetry::of(&variables.into(), || 7).unwrap();
            assert_eq!(telemetry.is_some(), sent, "{exporters}");
        }
    }

    #[test]
    fn headers_are_decoded_and_kept_out_of_sight() {
        let variables = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "api-key=a%20secret, x=1,,nonsense,bad name=2",
            ),
        ];
        let collector = collector(&variables).unwrap().unwrap();
        let headers: Vec<_> = collector
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(headers, [("api-key", "a secret"), ("x", "1")]);
        assert!(!format!("{collector:?}").contains("secret"));
        assert_eq!(collector.request("{}".to_owned()).uri().path(), "/v1/traces");
    }
}
