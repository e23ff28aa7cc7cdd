//! An object's kind, name and namespace must be those of the path it was sent to.

use http::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::meta;
use super::status::{FieldError, Status};

/// Fills in what a body may leave out of its kind, name and namespace, and refuses what contradicts its address.
pub(crate) fn complete(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    complete_kind(call, object)?;
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    complete_namespace(call, object)?;
    complete_name(call, object)
}

/// Whether the body is an applied configuration, which has to be complete by itself.
fn is_applied(call: &Call<'_>) -> bool {
    call.method == Method::PATCH
}

fn complete_kind(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let kind = call.place.kind;
    let api_version = kind.api_version();
    for (field, expected) in [("apiVersion", api_version.as_str()), ("kind", kind.kind)] {
        match object[field].as_str().unwrap_or_default() {
            given if given == expected => {}
            _ if is_applied(call) => return Err(Status::type_not_set(object)),
            "" => object[field] = expected.into(),
            _ => return Err(Status::wrong_type(object, kind)),
        }
    }
    Ok(())
}

fn complete_name(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let Some(name) = &call.place.name else { return Ok(()) };
    match meta::name(object) {
        "" if call.method == Method::PUT => Err(Status::bad_request(format!(
            "the name of the object ({name} based on URL) was undeterminable: name must be provided"
        ))),
        "" => {
            object["metadata"]["name"] = name.as_str().into();
            Ok(())
        }
        given if given == name => Ok(()),
        given => Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        ))),
    }
}

fn complete_namespace(call: &Call<'_>, object: &mut Value) -> Result<(), Status> {
    let wanted = call.place.namespace();
    if !call.place.kind.namespaced {
        meta::remove(object, "namespace");
        return Ok(());
    }
    match meta::namespace(object) {
        // An applied configuration stays as it was sent: its errors name it so.
        "" if is_applied(call) => {}
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

/// A patch must leave an object what it is.
pub(crate) fn check_patched(call: &Call<'_>, live: &Value, patched: &Value) -> Result<(), Status> {
    let (kind, name) = (call.place.kind, meta::name(live));
    if [&patched["apiVersion"], &patched["kind"]] != [&live["apiVersion"], &live["kind"]] {
        let why = Status::no_conversion(patched, kind);
        let error = FieldError::invalid("patch", &patched.to_string().into(), why);
        return Err(Status::invalid_patch(&error));
    }
    let given = meta::name(patched);
    if given != name {
        return Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({name})"
        )));
    }
    if kind.namespaced && meta::namespace(patched) != meta::namespace(live) {
        return Err(Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    let uid = meta::text(patched, "uid");
    if uid != meta::text(live, "uid") {
        let error = FieldError::invalid("metadata.uid", &uid.into(), "field is immutable");
        return Err(Status::invalid(kind, name, &[error.clone(), error]));
    }
    Ok(())
}
