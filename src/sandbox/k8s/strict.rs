//! Fields that do not belong: of the wrong type, unknown, given twice; refused or warned of, as the request wants.

use serde_json::Value;

use super::call::Call;
use super::decode::{PatchKind, content_type, parse};
use super::options::write_options;
use super::status::{FieldError, Status};
use super::{duplicates, fields, wording};

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
    // The merge of an applied configuration has its own messages.
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
