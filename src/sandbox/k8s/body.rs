//! What requests bring along: objects, patches, options, the name of the writer.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::deletion::{Options, Propagation};
use super::duplicates;
use super::fields;
use super::meta;
use super::patch;
use super::resources::Kind;
use super::schema;
use super::serve::Call;
use super::status::{FieldError, Problem, Status};
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
    check_fields(call, &object)?;
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

/// Refuses values of the wrong type, and unknown fields if the request wants that.
pub(crate) fn check_fields(call: &Call<'_>, object: &Value) -> Result<(), Status> {
    let apply = content_type(call.headers) == "application/apply-patch+yaml";
    let undecodable = fields::mistyped(object).or_else(|| fields::unreadable(object));
    if let Some(why) = undecodable.filter(|_| !apply) {
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
    let odd = odd_fields(call, object);
    // Of an applied configuration, the merge itself tells in its own words.
    if odd.is_empty() || apply {
        return Ok(());
    }
    let listed = odd.join(", ");
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

/// A patch may not bring values of the wrong type.
pub(crate) fn check_patched_types(patch: &Value, patched: &Value, how: PatchKind) -> Result<(), Status> {
    let Some(why) = fields::mistyped(patched) else {
        return Ok(());
    };
    let error = if how == PatchKind::Strategic && why.contains("cannot unmarshal array") {
        FieldError::invalid(
            "patch",
            &wording::printed(patch).into(),
            "cannot restore map from slice",
        )
    } else if how == PatchKind::Strategic {
        FieldError::invalid("patch", &wording::printed(patch).into(), why)
    } else {
        FieldError::invalid("patch", &patched.to_string().into(), why)
    };
    Err(Status::invalid_patch(&error))
}

/// What is odd about the fields of a body: unknown ones, and those that are given twice.
fn odd_fields(call: &Call<'_>, object: &Value) -> Vec<String> {
    let unknown = fields::unknown(object).into_iter();
    // Directives of a strategic merge patch are no fields.
    let unknown = unknown.filter(|path| !path.contains('$'));
    let mut found: Vec<String> = unknown.map(|path| format!("unknown field \"{path}\"")).collect();
    if content_type(call.headers) == "application/json" {
        let twice = duplicates::of(call.body).into_iter();
        found.extend(twice.map(|path| format!("duplicate field \"{path}\"")));
    }
    found
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
    odd_fields(call, &object)
}

/// The named field manager must be short and printable.
pub(crate) fn check_manager(call: &Call<'_>) -> Result<(), Status> {
    const LONGEST: usize = 128;
    let manager = call.query.get("fieldManager");
    let problem = if manager.len() > LONGEST {
        Problem::TooLong(LONGEST)
    } else if let Some((at, letter)) = manager.char_indices().find(|(_, letter)| letter.is_control()) {
        Problem::Invalid {
            value: wording::quoted(manager),
            why: format!("invalid character U+{:04X} (at position {at})", u32::from(letter)),
        }
    } else {
        return Ok(());
    };
    let field = "fieldManager".to_owned();
    Err(Status::invalid_option(
        write_options(call.method),
        &FieldError { field, problem },
    ))
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

/// How to delete: the body's `DeleteOptions`, else the query's.
pub(crate) fn delete_options(call: &Call<'_>) -> Result<Options, Status> {
    let mut options = if call.body.is_empty() {
        json!({})
    } else {
        parse(call.body, content_type(call.headers))?
    };
    let (kind, version) = (&options["kind"], &options["apiVersion"]);
    if let Some(kind) = kind.as_str().filter(|kind| !matches!(*kind, "" | "DeleteOptions")) {
        let version = version.as_str().unwrap_or_default();
        return Err(Status::bad_request(Status::unregistered(kind, version)));
    }
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
    if options["orphanDependents"].is_boolean() && options["propagationPolicy"].is_string() {
        let why = "orphanDependents and deletionPropagation cannot be both set";
        let error = FieldError::invalid("propagationPolicy", &options["propagationPolicy"], why);
        return Err(Status::invalid_delete_options(&error));
    }
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
    let asked = match &options["dryRun"] {
        Value::Null => json!([]),
        Value::Array(list) => json!(list),
        value => json!([value]),
    };
    let dry_run = asked.as_array().is_some_and(|list| !list.is_empty());
    if dry_run && asked != json!(["All"]) {
        let error = FieldError::not_supported("dryRun", &asked, &["All"]);
        return Err(Status::invalid_delete_options(&error));
    }
    Ok(Options {
        grace: number(&options["gracePeriodSeconds"]),
        propagation,
        uid: text(&options["preconditions"]["uid"]),
        resource_version: text(&options["preconditions"]["resourceVersion"]),
        dry_run,
    })
}
