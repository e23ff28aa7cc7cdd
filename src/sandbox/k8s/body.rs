//! What requests bring along: whole objects, and patches of live ones.

use serde_json::Value;

use super::call::Call;
use super::decode::{PatchKind, content_type, parse};
use super::resources::Kind;
use super::status::Status;
use super::{identity, patch, schema, strict, wording};

/// The object in the body, checked against the address it was sent to and for unknown fields.
pub(crate) fn object(call: &Call<'_>) -> Result<Value, Status> {
    let mut object = decoded(call)?;
    identity::complete(call, &mut object)?;
    strict::check_fields(call, &object)?;
    Ok(object)
}

/// The body as a map that may be an object of the kind asked for.
fn decoded(call: &Call<'_>) -> Result<Value, Status> {
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
    let object = parse(call.body, content_type(call.headers)).map_err(|status| {
        if status.code == 400 && !apply {
            unrecognised(&status.message)
        } else {
            status
        }
    })?;
    if !object.is_object() {
        return Err(unrecognised(&wording::no_object(&object)));
    }
    if kind.is_custom() && !apply && object["kind"].as_str().is_none_or(str::is_empty) {
        let text = String::from_utf8_lossy(call.body);
        return Err(unrecognised(&format!("Object 'Kind' is missing in '{text}'")));
    }
    Ok(object)
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
