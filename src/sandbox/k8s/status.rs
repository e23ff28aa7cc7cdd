//! Errors of the API: `Status` objects with the server's codes, reasons and wording.

use serde_json::{Value, json};

pub(crate) use super::field_error::{FieldError, Problem};
use super::resources::Kind;

/// A refused request.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Status {
    /// HTTP status code.
    pub code: u16,
    /// Machine-readable reason, such as `NotFound`.
    pub reason: &'static str,
    /// The server's message.
    pub message: String,
    /// Name, group, kind and causes, where the server gives them.
    pub details: Option<Value>,
}

impl Status {
    pub(super) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            details: None,
        }
    }

    fn about(mut self, kind: &Kind, name: &str) -> Self {
        self.details = Some(details(kind.group, kind.resource, name));
        self
    }

    /// 404: there is no such object.
    pub(crate) fn not_found(kind: &Kind, name: &str) -> Self {
        Self::new(
            404,
            "NotFound",
            format!("{} \"{name}\" not found", kind.qualified_resource()),
        )
        .about(kind, name)
    }

    /// 404: there is no such path below a known resource.
    pub(crate) fn no_such_path() -> Self {
        let mut status = Self::new(404, "NotFound", "the server could not find the requested resource");
        status.details = Some(json!({}));
        status
    }

    /// 501: the sandbox's pods have a state, but no process.
    pub(crate) fn nothing_runs(what: &str) -> Self {
        let text = format!(
            "this is the lab2048 sandbox: its pods are simulated and nothing runs in them, so it has no {what} of a pod"
        );
        Self::new(501, "NotImplemented", text)
    }

    /// 409: an object of this name is there.
    pub(crate) fn already_exists(kind: &Kind, name: &str) -> Self {
        Self::new(
            409,
            "AlreadyExists",
            format!("{} \"{name}\" already exists", kind.qualified_resource()),
        )
        .about(kind, name)
    }

    /// 409: an object of this name is there, waiting for its finalizers.
    pub(crate) fn still_there(kind: &Kind, name: &str) -> Self {
        let mut status = Self::already_exists(kind, name);
        status.message = format!("object is being deleted: {}", status.message);
        status
    }

    /// 409: the write was based on something that has changed.
    pub(crate) fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        Self::new(
            409,
            "Conflict",
            format!(
                "Operation cannot be fulfilled on {} \"{name}\": {why}",
                kind.qualified_resource()
            ),
        )
        .about(kind, name)
    }

    /// 409: a pod cannot be bound to a node.
    pub(crate) fn bound(name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on pods/binding \"{name}\": {why}");
        let mut status = Self::new(409, "Conflict", message);
        status.details = Some(details("", "pods/binding", name));
        status
    }

    /// 409: the object to delete is not the one that was meant. The server names the kind here, not the resource.
    pub(crate) fn precondition(kind: &Kind, name: &str, why: &str) -> Self {
        let subject = kind.qualified_kind();
        let mut status = Self::new(
            409,
            "Conflict",
            format!("Operation cannot be fulfilled on {subject} \"{name}\": {why}"),
        );
        status.details = Some(details(kind.group, kind.kind, name));
        status
    }

    /// 409: the resource version in the object is not the current one.
    pub(crate) fn modified(kind: &Kind, name: &str) -> Self {
        Self::conflict(
            kind,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    /// 403: refused by an admission rule.
    pub(crate) fn forbidden(kind: &Kind, name: &str, why: &str) -> Self {
        let message = if name.is_empty() {
            format!("{} is forbidden: {why}", kind.qualified_resource())
        } else {
            format!("{} \"{name}\" is forbidden: {why}", kind.qualified_resource())
        };
        Self::new(403, "Forbidden", message).about(kind, name)
    }

    /// 403: no role allows it.
    pub(crate) fn not_allowed(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let mut subject = match group {
            "" => resource.to_owned(),
            group => format!("{resource}.{group}"),
        };
        if !name.is_empty() {
            subject = format!("{subject} \"{name}\"");
        }
        let mut status = Self::new(403, "Forbidden", format!("{subject} is forbidden: {why}"));
        status.details = Some(details(group, resource, name));
        status
    }

    /// 403: refused by a webhook.
    pub(crate) fn denied_by_webhook(webhook: &str, why: &str) -> Self {
        Self::new(
            403,
            "Forbidden",
            format!("admission webhook \"{webhook}\" denied the request: {why}"),
        )
    }

    /// 400: the request itself makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 401: no valid token.
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// 405: the resource has no such verb.
    pub(crate) fn method_not_allowed() -> Self {
        let mut status = Self::new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        );
        status.details = Some(json!({}));
        status
    }

    /// 415: the body is in a format that the server does not read here.
    pub(crate) fn unsupported_media(accepted: &[&str]) -> Self {
        Self::new(
            415,
            "UnsupportedMediaType",
            format!(
                "the body of the request was in an unknown format - accepted media types include: {}",
                accepted.join(", ")
            ),
        )
    }

    /// 415: there is no such kind of patch.
    pub(crate) fn unsupported_patch() -> Self {
        let mut status = Self::new(415, "UnsupportedMediaType", "415: Unsupported Media Type");
        status.details = Some(json!({}));
        status
    }

    /// 406: the server cannot answer in the wanted form.
    pub(crate) fn not_acceptable(message: impl Into<String>) -> Self {
        Self::new(406, "NotAcceptable", message)
    }

    /// 410: the log no longer reaches back to resource version `wanted`.
    pub(crate) fn expired(wanted: u64, oldest: u64) -> Self {
        Self::new(410, "Expired", format!("too old resource version: {wanted} ({oldest})"))
    }

    /// 410: a page was asked for with a token of a list that is no longer known.
    pub(crate) fn continue_expired() -> Self {
        Self::new(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
        )
    }

    /// 429: an eviction would break a disruption budget.
    pub(crate) fn too_many_requests(message: &str, causes: &Value) -> Self {
        let mut status = Self::new(429, "TooManyRequests", message);
        status.details = Some(json!({ "causes": causes }));
        status
    }

    /// 500: something behind the server failed.
    pub(crate) fn internal(why: &str) -> Self {
        let mut status = Self::new(500, "InternalError", format!("Internal error occurred: {why}"));
        status.details = Some(json!({ "causes": [{ "message": why }] }));
        status
    }

    /// 422: fields of the object are wrong.
    pub(crate) fn invalid(kind: &Kind, name: &str, errors: &[FieldError]) -> Self {
        let mut texts: Vec<String> = Vec::new();
        for text in errors.iter().map(ToString::to_string) {
            // Causes may be listed twice, the message has each once.
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let joined = match texts.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let subject = kind.qualified_kind();
        let mut status = Self::new(422, "Invalid", format!("{subject} \"{name}\" is invalid: {joined}"));
        let mut about = details(kind.group, kind.kind, name);
        about["causes"] = causes(errors);
        status.details = Some(about);
        status
    }

    /// 422: an update of this kind must say which version it is based on.
    pub(crate) fn unconditional(kind: &Kind, name: &str, error: &FieldError) -> Self {
        let mut status = Self::invalid(kind, name, std::slice::from_ref(error));
        status.message = format!("{} \"{name}\" is invalid: {error}", kind.qualified_resource());
        if let Some(details) = &mut status.details {
            details["kind"] = kind.resource.into();
        }
        status
    }

    /// 400: the object in the body does not say what it is.
    pub(crate) fn type_not_set(object: &Value) -> Self {
        Self::bad_request(format!(
            "invalid object type: {}, Kind={}",
            object["apiVersion"].as_str().unwrap_or_default(),
            object["kind"].as_str().unwrap_or_default()
        ))
    }

    /// 400: no such kind is known.
    pub(crate) fn unregistered(name: &str, version: &str) -> String {
        format!("no kind \"{name}\" is registered for version \"{version}\" in scheme \"pkg/runtime/scheme.go:111\"")
    }

    /// 400: the object in the body is of another kind than the path.
    pub(crate) fn wrong_type(object: &Value, kind: &Kind) -> Self {
        let given = object["apiVersion"].as_str().unwrap_or_default();
        let name = object["kind"].as_str().unwrap_or_default();
        let known = super::resources::of(object).is_some();
        if !known && given == kind.api_version() {
            let version = given.rsplit('/').next().unwrap_or_default();
            let why = Self::unregistered(name, given);
            return Self::bad_request(format!(
                "{name} in version \"{version}\" cannot be handled as a {}: {why}",
                kind.kind
            ));
        }
        if given != kind.api_version() && (!known || kind.is_custom()) {
            return Self::bad_request(format!(
                "the API version in the data ({given}) does not match the expected API version ({})",
                kind.api_version()
            ));
        }
        let version = given.rsplit('/').next().unwrap_or_default();
        Self::bad_request(format!(
            "{name} in version \"{version}\" cannot be handled as a {}: {}",
            kind.kind,
            Self::no_conversion(object, kind)
        ))
    }

    /// Why an object of another kind is none of this one.
    pub(crate) fn no_conversion(object: &Value, kind: &Kind) -> String {
        let version = object["apiVersion"].as_str().unwrap_or_default();
        format!(
            "converting ({}.{}) to ({}.{}): unknown conversion",
            version.rsplit('/').next().unwrap_or_default(),
            object["kind"].as_str().unwrap_or_default(),
            kind.package(),
            kind.kind
        )
    }

    /// 500: a watch is to begin, or an object to be read, at something that is no version.
    pub(crate) fn bad_version(version: &str) -> Self {
        let why = format!("strconv.ParseUint: parsing {version:?}: invalid syntax");
        Self::new(500, "", format!("resourceVersion: Invalid value: {version:?}: {why}"))
    }

    /// 504: the client has seen a newer version than there is.
    pub(crate) fn too_large_version(wanted: u64, current: u64) -> Self {
        let message = format!("Timeout: Too large resource version: {wanted}, current: {current}");
        let mut status = Self::new(504, "Timeout", message);
        let cause = json!({"reason": "ResourceVersionTooLarge", "message": "Too large resource version"});
        status.details = Some(json!({"causes": [cause], "retryAfterSeconds": 1}));
        status
    }

    /// A refusal of an apply or a patch; `status` is the whole answer.
    pub(crate) fn from_value(status: &Value) -> Self {
        let reason = match status["reason"].as_str() {
            Some("Conflict") => "Conflict",
            Some("BadRequest") => "BadRequest",
            Some("Invalid") => "Invalid",
            _ => "",
        };
        Self {
            code: status["code"]
                .as_u64()
                .and_then(|code| u16::try_from(code).ok())
                .unwrap_or(500),
            reason,
            message: status["message"].as_str().unwrap_or_default().to_owned(),
            details: status.get("details").cloned(),
        }
    }

    /// Whether the object was not there.
    pub(crate) fn is_not_found(&self) -> bool {
        self.code == 404
    }

    /// The `Status` object on the wire.
    pub(crate) fn to_value(&self) -> Value {
        let mut value = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "code": self.code,
        });
        if !self.reason.is_empty() {
            value["reason"] = self.reason.into();
        }
        if let Some(details) = &self.details {
            value["details"] = details.clone();
        }
        value
    }
}

pub(super) fn causes(errors: &[FieldError]) -> Value {
    let cause = |error: &FieldError| json!({"reason": error.problem.reason(), "message": error.problem.to_string(), "field": error.field});
    errors.iter().map(cause).collect()
}

fn details(group: &str, kind: &str, name: &str) -> Value {
    let mut details = json!({});
    for (field, text) in [("name", name), ("group", group), ("kind", kind)] {
        if !text.is_empty() {
            details[field] = text.into();
        }
    }
    details
}
