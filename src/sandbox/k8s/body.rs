//! What requests bring along: objects, patches, options, the name of the writer.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::deletion::{Options, Propagation};
use super::fields;
use super::meta;
use super::patch;
use super::resources::Kind;
use super::schema;
use super::serve::Call;
use super::status::{FieldError, Status};

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
    let custom = call.place.kind.group == "elbv2.k8s.aws";
    PATCHES
        .iter()
        .find(|(name, kind)| *name == media && !(custom && *kind == PatchKind::Strategic))
        .map(|(_, kind)| *kind)
        .ok_or_else(Status::unsupported_patch)
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
    serde_json::from_slice(bytes)
        .map_err(|error| Status::bad_request(format!("couldn't get version/kind; json parse error: {error}")))
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
    let mut object = parse(call.body, content_type(call.headers))?;
    if !object.is_object() {
        return Err(Status::bad_request(
            "couldn't get version/kind; json parse error: the body is not an object",
        ));
    }
    let api_version = kind.api_version();
    for (field, expected) in [("apiVersion", api_version.as_str()), ("kind", kind.kind)] {
        match object[field].as_str().unwrap_or_default() {
            "" if call.method == http::Method::PATCH => return Err(Status::type_not_set(&object)),
            "" => object[field] = expected.into(),
            given if given == expected => {}
            _ => return Err(Status::wrong_type(&object, kind)),
        }
    }
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    check_namespace(call, &mut object)?;
    if let Some(name) = &call.place.name {
        match meta::name(&object) {
            "" => object["metadata"]["name"] = name.as_str().into(),
            given if given == name => {}
            given => {
                return Err(Status::bad_request(format!(
                    "the name of the object ({given}) does not match the name on the URL ({name})"
                )));
            }
        }
    }
    check_fields(call, &object)?;
    Ok(object)
}

fn check_namespace(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let wanted = call.place.namespace();
    match meta::namespace(object) {
        // An applied configuration stays as it was sent: its errors name it so.
        "" if call.method == http::Method::PATCH => {}
        "" if call.place.kind.namespaced => object["metadata"]["namespace"] = wanted.into(),
        given if given != wanted => {
            return Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
        _ => {}
    }
    Ok(())
}

/// Refuses values of the wrong type, and unknown fields if the request wants that.
pub(crate) fn check_fields(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let apply = content_type(call.headers) == "application/apply-patch+yaml";
    if let Some(why) = fields::mistyped(object).filter(|_| !apply) {
        let kind = call.place.kind;
        return Err(Status::bad_request(format!(
            "{} in version \"{}\" cannot be handled as a {}: {why}",
            kind.kind, kind.version, kind.kind
        )));
    }
    match call.query.get("fieldValidation") {
        "" | "Warn" | "Ignore" => return Ok(()),
        "Strict" => {}
        other => {
            let error = FieldError::not_supported("fieldValidation", &other.into(), &["", "Ignore", "Strict", "Warn"]);
            return Err(Status::invalid_option(write_options(call.method), &error));
        }
    }
    let unknown = fields::unknown(object);
    // Of an applied configuration, the merge itself tells in its own words.
    if unknown.is_empty() || apply {
        return Ok(());
    }
    let listed: Vec<String> = unknown.iter().map(|path| format!("unknown field \"{path}\"")).collect();
    let listed = listed.join(", ");
    let kind = call.place.kind;
    if call.method == http::Method::PATCH {
        let shown = object.to_string().into();
        let error = FieldError::invalid("patch", &shown, format!("strict decoding error: {listed}"));
        return Err(Status::invalid_patch(&error));
    }
    Err(Status::bad_request(format!(
        "{} in version \"{}\" cannot be handled as a {}: strict decoding error: {listed}",
        kind.kind, kind.version, kind.kind
    )))
}

/// The kind of a write's options.
pub(crate) fn write_options(method: &http::Method) -> &'static str {
    match method.as_str() {
        "POST" => "CreateOptions",
        "PUT" => "UpdateOptions",
        "PATCH" => "PatchOptions",
        _ => "DeleteOptions",
    }
}

/// What the client is warned of: unknown fields, unless it does not care or was refused for them.
pub(crate) fn warnings(call: &Call<'_>) -> Vec<String> {
    let warns = matches!(call.query.get("fieldValidation"), "" | "Warn");
    if !warns || !matches!(call.method.as_str(), "POST" | "PUT" | "PATCH") || !call.place.subresource.is_empty() {
        return Vec::new();
    }
    let media = content_type(call.headers);
    if call.method == http::Method::PATCH && media == "application/json-patch+json" {
        return Vec::new();
    }
    let Ok(mut object) = parse(call.body, media) else {
        return Vec::new();
    };
    object["apiVersion"] = call.place.kind.api_version().into();
    object["kind"] = call.place.kind.kind.into();
    let unknown = fields::unknown(&object).into_iter();
    // Directives of a strategic merge patch are no fields.
    unknown
        .filter(|path| !path.contains('$'))
        .map(|path| format!("unknown field \"{path}\""))
        .collect()
}

/// The field manager: as named, else the first word of the user agent.
pub(crate) fn manager(call: &Call<'_>) -> String {
    let named = call.query.get("fieldManager");
    if !named.is_empty() {
        return named.to_owned();
    }
    let agent = call
        .headers
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

/// How to delete: the body's `DeleteOptions`, else the query's.
pub(crate) fn delete_options(call: &Call<'_>) -> Result<Options, Status> {
    let mut options = if call.body.is_empty() {
        json!({})
    } else {
        parse(call.body, content_type(call.headers))?
    };
    for field in ["propagationPolicy", "gracePeriodSeconds", "dryRun"] {
        let given = call.query.get(field);
        if !given.is_empty() && options[field].is_null() {
            options[field] = given.into();
        }
    }
    read_options(&options)
}

/// `DeleteOptions` as an object.
pub(crate) fn read_options(options: &Value) -> Result<Options, Status> {
    let propagation = match options["propagationPolicy"].as_str() {
        Some("Foreground") => Propagation::Foreground,
        Some("Orphan") => Propagation::Orphan,
        None | Some("Background") => match options["orphanDependents"].as_bool() {
            Some(true) => Propagation::Orphan,
            _ => Propagation::Background,
        },
        Some(other) => {
            let allowed = ["Foreground", "Background", "Orphan", "nil"];
            let error = FieldError::not_supported("propagationPolicy", &other.into(), &allowed);
            return Err(Status::invalid_delete_options(&error));
        }
    };
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let dry_run = match &options["dryRun"] {
        Value::Array(list) => list.iter().any(|item| item == "All"),
        value => value == "All",
    };
    Ok(Options {
        grace: number(&options["gracePeriodSeconds"]),
        propagation,
        uid: text(&options["preconditions"]["uid"]),
        resource_version: text(&options["preconditions"]["resourceVersion"]),
        dry_run,
    })
}
