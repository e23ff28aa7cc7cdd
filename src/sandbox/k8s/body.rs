//! What requests bring along: objects, patches, options, the name of the writer.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::meta;
use super::patch;
use super::resources::Kind;
use super::schema;
use super::serve::Call;
use super::status::Status;
use super::strict;
use super::wording;

/// Media types of patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatchKind {
    /// RFC 7386.
    Merge,
    /// Kubernetes' own.
    Strategic,
    /// RFC 6902.
    Json,
    /// Server-side apply.
    Apply,
}

const PATCHES: [(&str, PatchKind); 4] = [
    ("application/json-patch+json", PatchKind::Json),
    ("application/merge-patch+json", PatchKind::Merge),
    ("application/strategic-merge-patch+json", PatchKind::Strategic),
    ("application/apply-patch+yaml", PatchKind::Apply),
];

/// The media type of the body, without parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .map_or("application/json", str::trim)
}

/// Which patch the body is.
pub(crate) fn patch_kind(call: &Call<'_>) -> Result<PatchKind, Status> {
    let media = content_type(call.headers);
    let custom = call.place.kind.is_custom();
    PATCHES
        .iter()
        .find(|(name, _)| *name == media)
        .map(|(_, kind)| *kind)
        .ok_or_else(Status::unsupported_patch)
        .and_then(|kind| match kind {
            PatchKind::Strategic if custom => Err(Status::unsupported_media(&[
                "application/json-patch+json",
                "application/merge-patch+json",
                "application/apply-patch+yaml",
            ])),
            kind => Ok(kind),
        })
}

/// Reads JSON, or YAML if the media type says so.
pub(crate) fn parse(bytes: &Bytes, media: &str) -> Result<Value, Status> {
    if media.ends_with("yaml") {
        let text =
            std::str::from_utf8(bytes).map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))?;
        return serde_saphyr::from_str(text)
            .map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")));
    }
    if !media.ends_with("json") {
        return Err(Status::unsupported_media(&["application/json", "application/yaml"]));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let why = wording::of_json(&error, bytes);
        Status::bad_request(format!("couldn't get version/kind; json parse error: {why}"))
    })
}

/// Reads a patch that is no applied configuration.
pub(crate) fn patch(bytes: &Bytes, kind: PatchKind) -> Result<Value, Status> {
    serde_json::from_slice(bytes).map_err(|error| {
        let before = if kind == PatchKind::Strategic {
            ""
        } else {
            "error decoding patch: "
        };
        Status::bad_request(format!("{before}{}", wording::of_json(&error, bytes)))
    })
}

/// The object in the body, checked against the address it was sent to and for unknown fields.
pub(crate) fn object(call: &Call<'_>) -> Result<Value, Status> {
    let kind = call.place.kind;
    if call.body.is_empty() {
        return Err(Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
            kind.kind
        )));
    }
    let apply = call.method == http::Method::PATCH;
    let unrecognised = |why: &str| {
        let shown = wording::summary(call.body);
        let wanted = kind.kind;
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {wanted}): {why} ({shown})"
        ))
    };
    let mut object = parse(call.body, content_type(call.headers)).map_err(|status| {
        if status.code == 400 && !apply {
            unrecognised(&status.message)
        } else {
            status
        }
    })?;
    if !object.is_object() {
        let why = wording::no_object(&object);
        return Err(unrecognised(&why));
    }
    if kind.is_custom() && !apply && object["kind"].as_str().is_none_or(str::is_empty) {
        let text = String::from_utf8_lossy(call.body);
        return Err(unrecognised(&format!("Object 'Kind' is missing in '{text}'")));
    }
    let api_version = kind.api_version();
    for (field, expected) in [("apiVersion", api_version.as_str()), ("kind", kind.kind)] {
        match object[field].as_str().unwrap_or_default() {
            given if given == expected => {}
            _ if apply => return Err(Status::type_not_set(&object)),
            "" => object[field] = expected.into(),
            _ => return Err(Status::wrong_type(&object, kind)),
        }
    }
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    check_namespace(call, &mut object)?;
    if let Some(name) = &call.place.name {
        match meta::name(&object) {
            "" if call.method == http::Method::PUT => {
                return Err(Status::bad_request(format!(
                    "the name of the object ({name} based on URL) was undeterminable: name must be provided"
                )));
            }
            "" => object["metadata"]["name"] = name.as_str().into(),
            given if given == name => {}
            given => {
                return Err(Status::bad_request(format!(
                    "the name of the object ({given}) does not match the name on the URL ({name})"
                )));
            }
        }
    }
    strict::check_fields(call, &object)?;
    Ok(object)
}

fn check_namespace(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let wanted = call.place.namespace();
    if !call.place.kind.namespaced {
        meta::remove(object, "namespace");
        return Ok(());
    }
    match meta::namespace(object) {
        // An applied configuration stays as it was sent: its errors name it so.
        "" if call.method == http::Method::PATCH => {}
        "" => object["metadata"]["namespace"] = wanted.into(),
        given if given != wanted => {
            return Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        _ => {}
    }
    Ok(())
}

/// The field manager: as named, else the first word of the user agent.
pub(crate) fn manager(call: &Call<'_>) -> String {
    manager_of(call.headers, call.query.get("fieldManager"))
}

/// The field manager of a request that names this one, or none.
pub(crate) fn manager_of(headers: &HeaderMap, named: &str) -> String {
    if !named.is_empty() {
        return named.to_owned();
    }
    let agent = headers
        .get(http::header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let word = agent.and_then(|agent| agent.split('/').next()).unwrap_or_default();
    if word.is_empty() {
        "unknown".to_owned()
    } else {
        word.to_owned()
    }
}

/// The object that a patch makes of the live one.
pub(crate) fn patched(kind: &Kind, live: &Value, patch: &Value, how: PatchKind) -> Result<Value, Status> {
    let mut object = live.clone();
    let refused = |error: patch::PatchError| Status::from_value(&error.status());
    match how {
        PatchKind::Merge => patch::merge(&mut object, patch).map_err(refused)?,
        PatchKind::Json => patch::json(&mut object, patch).map_err(refused)?,
        PatchKind::Strategic => {
            let schema = schema::of(&kind.api_version(), kind.kind);
            patch::strategic(&mut object, patch, schema).map_err(refused)?;
        }
        PatchKind::Apply => {}
    }
    Ok(object)
}
