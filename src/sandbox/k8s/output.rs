//! How answers are written: plain, as a table for kubectl, or as metadata alone; JSON or YAML.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::resources::Kind;
use super::route::Query;
use super::status::Status;
use super::table::{self, RowObject, metadata_of};
use super::{versions, wording};
use crate::body::Body;

/// The form a client wants objects in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectForm {
    /// As they are.
    Plain,
    /// As rows of a table, each with its object as far as wanted.
    Table(RowObject),
    /// Their metadata alone.
    Metadata,
    /// Their metadata alone, in a list.
    MetadataList,
}

/// Form and notation of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutputFormat {
    /// Form of objects.
    pub form: ObjectForm,
    /// YAML instead of JSON.
    pub yaml: bool,
}

impl OutputFormat {
    /// JSON as it is.
    pub(crate) const PLAIN: Self = Self {
        form: ObjectForm::Plain,
        yaml: false,
    };

    /// The form, if its parameters make sense.
    fn checked(self, query: &Query) -> Result<Self, Status> {
        let policy = query.get("includeObject");
        if matches!(self.form, ObjectForm::Table(_)) && !matches!(policy, "" | "None" | "Metadata" | "Object") {
            return Err(Status::bad_request(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {}: must be 'Metadata', 'Object', 'None', or empty",
                wording::quoted(policy)
            )));
        }
        Ok(self)
    }

    /// The first of the accepted media types that can be served.
    pub(crate) fn negotiate(headers: &HeaderMap, query: &Query) -> Result<Self, Status> {
        let accepted = accepted(headers);
        if accepted.is_empty() {
            return Ok(Self::PLAIN);
        }
        accepted
            .iter()
            .find_map(|media| served(media, query))
            .ok_or_else(|| refusal(&accepted))?
            .checked(query)
    }
}

/// Why none of the accepted media types can be served.
fn refusal(accepted: &[String]) -> Status {
    const SERVED: &str = "application/json, application/yaml";
    if accepted.iter().any(|media| media.contains(";as=")) {
        return Status::not_acceptable(format!("only the following media types are accepted: {SERVED}"));
    }
    let text = format!("406: Not Acceptable\n\nAvailable representations: {SERVED}");
    let mut status = Status::not_acceptable(text);
    status.details = Some(json!({}));
    status
}

/// The accepted media types, in order.
fn accepted(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(http::header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|media| media.replace(' ', ""))
        .filter(|media| !media.is_empty())
        .collect()
}

/// Whether aggregated discovery is wanted.
pub(crate) fn wants_aggregated_discovery(headers: &HeaderMap) -> bool {
    accepted(headers)
        .first()
        .is_some_and(|media| media.contains("as=APIGroupDiscoveryList") && media.contains("v=v2"))
        || accepted(headers)
            .iter()
            .any(|media| media.contains("as=APIGroupDiscoveryList") && parameter(media, "v") == "v2")
}

fn parameter<'a>(media: &'a str, name: &str) -> &'a str {
    media
        .split(';')
        .skip(1)
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}

fn served(media: &str, query: &Query) -> Option<OutputFormat> {
    let kind = media.split(';').next().unwrap_or_default();
    let yaml = match kind {
        "application/json" | "*/*" | "application/*" => false,
        "application/yaml" => true,
        _ => return None,
    };
    let form = match (parameter(media, "as"), parameter(media, "v")) {
        ("", _) => ObjectForm::Plain,
        ("Table", "v1") => ObjectForm::Table(match query.get("includeObject") {
            "None" => RowObject::None,
            "Object" => RowObject::Object,
            _ => RowObject::Metadata,
        }),
        ("PartialObjectMetadata", "v1") => ObjectForm::Metadata,
        ("PartialObjectMetadataList", "v1") => ObjectForm::MetadataList,
        _ => return None,
    };
    Some(OutputFormat { form, yaml })
}

/// An answer that is the same in every form.
pub(crate) fn value(code: u16, value: &Value, yaml: bool) -> Response<Body> {
    let (text, media) = if yaml {
        let text = serde_saphyr::to_string(value).unwrap_or_default();
        (text, "application/yaml")
    } else {
        (value.to_string(), "application/json")
    };
    with_media(code, text, media)
}

/// An answer of some media type.
pub(crate) fn with_media(code: u16, text: impl Into<Bytes>, media: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::new(text.into()).boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(media));
    headers.insert(
        http::header::CACHE_CONTROL,
        http::HeaderValue::from_static("no-cache, private"),
    );
    response
}

/// A refusal, in the notation that the client wants.
pub(crate) fn status(status: &Status, headers: &HeaderMap) -> Response<Body> {
    let first = accepted(headers).into_iter().next().unwrap_or_default();
    value(status.code, &status.to_value(), first.starts_with("application/yaml"))
}

/// One object in the wanted form.
pub(crate) fn object(kind: &Kind, object: &Value, form: ObjectForm, now: Timestamp) -> Value {
    match form {
        ObjectForm::Plain => versions::served(kind, object).into_owned(),
        ObjectForm::Metadata | ObjectForm::MetadataList => metadata_of(object),
        ObjectForm::Table(rows) => {
            let mut table = table::of(kind, &[object], rows, now);
            table["metadata"]["resourceVersion"] = object["metadata"]["resourceVersion"].clone();
            table
        }
    }
}

/// A list in the wanted form; `metadata` is the list's.
pub(crate) fn list(kind: &Kind, objects: &[&Value], metadata: Value, form: ObjectForm, now: Timestamp) -> Value {
    match form {
        ObjectForm::Plain => {
            let items: Vec<Value> = objects.iter().map(|object| item(kind, object)).collect();
            json!({
                "kind": format!("{}List", kind.kind),
                "apiVersion": kind.api_version(),
                "metadata": metadata,
                "items": items,
            })
        }
        ObjectForm::Metadata | ObjectForm::MetadataList => {
            let items: Vec<Value> = objects.iter().map(|object| metadata_of(object)).collect();
            json!({
                "kind": "PartialObjectMetadataList",
                "apiVersion": "meta.k8s.io/v1",
                "metadata": metadata,
                "items": items,
            })
        }
        ObjectForm::Table(rows) => {
            let mut table = table::of(kind, objects, rows, now);
            table["metadata"] = metadata;
            table
        }
    }
}

/// Items in lists of built-in kinds do not say their kind; those of custom ones do.
fn item(kind: &Kind, object: &Value) -> Value {
    let mut object = versions::served(kind, object).into_owned();
    if let Some(map) = object.as_object_mut().filter(|_| kind.group != "elbv2.k8s.aws") {
        map.remove("kind");
        map.remove("apiVersion");
    }
    object
}
