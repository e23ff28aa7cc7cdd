//! The `scale` subresource of deployments and replica sets.

use serde_json::{Value, json};

use super::call::{Call, CodeAndObject};
use super::decode::PatchKind;
use super::resources::Kind;
use super::status::{FieldError, Status};
use super::{body, decode, meta, options, registry, selector};
use crate::world::World;

/// Answers a request about an object's scale.
pub(crate) fn answer(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    match call.method.as_str() {
        "GET" => {
            let scale = call.live(world).map(of)?;
            Ok((200, scale))
        }
        "PUT" => {
            let scale = read(call)?;
            write(world, call, |_| Ok(scale))
        }
        "PATCH" => {
            let kind = decode::patch_kind(call)?;
            if kind == PatchKind::Apply {
                return apply(world, call);
            }
            let patch = decode::patch(call.body, kind)?;
            write(world, call, |live| match kind {
                PatchKind::Strategic => body::patched(call.place.kind, live, &patch, PatchKind::Merge),
                kind => body::patched(call.place.kind, live, &patch, kind),
            })
        }
        _ => Err(Status::method_not_allowed()),
    }
}

/// The scale of an object.
fn of(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let labels = selector::format_object(&object["spec"]["selector"]);
    // The server leaves out what is zero.
    let spec = match object["spec"]["replicas"].as_i64().unwrap_or_default() {
        0 => json!({}),
        replicas => json!({ "replicas": replicas }),
    };
    json!({
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"],
            "creationTimestamp": metadata["creationTimestamp"],
        },
        "spec": spec,
        "status": {
            "replicas": object["status"]["replicas"].as_i64().unwrap_or_default(),
            "selector": labels,
        },
    })
}

/// The scale in the body of an update: of this name, and no other kind.
fn read(call: &Call<'_>) -> Result<Value, Status> {
    let scale = decode::parse(call.body, decode::content_type(call.headers))?;
    let given = scale["kind"].as_str().unwrap_or_default();
    if !matches!(given, "" | "Scale") {
        let version = scale["apiVersion"].as_str().unwrap_or_default();
        let version = version.rsplit('/').next().unwrap_or_default();
        return Err(Status::bad_request(format!(
            "{given} in version \"{version}\" cannot be handled as a Scale: converting ({version}.{given}) to (autoscaling.Scale): unknown conversion"
        )));
    }
    let (given, wanted) = (meta::name(&scale), call.name());
    if given != wanted {
        return Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({wanted})"
        )));
    }
    Ok(scale)
}

/// Server-side apply of a scale: of the object's one field, through the subresource.
fn apply(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    if call.query.get("fieldManager").is_empty() {
        return Err(Status::apply_without_manager());
    }
    let scale = decode::parse(call.body, decode::content_type(call.headers))?;
    if scale["kind"] != "Scale" {
        return Err(Status::type_not_set(&scale));
    }
    let kind = call.place.kind;
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let name = call.name();
    let mut applied = json!({
        "apiVersion": kind.api_version(),
        "kind": kind.kind,
        "metadata": {"name": name, "namespace": call.place.namespace()},
    });
    if let Some(replicas) = scale["spec"].get("replicas") {
        applied["spec"] = json!({ "replicas": replicas });
    }
    let force = call.query.get("force") == "true";
    check(kind, call.live(world)?, &scale)?;
    let updated = registry::apply(world, context, name, &applied, force)?;
    Ok((200, of(&updated.0)))
}

fn write(
    world: &mut World,
    call: &Call<'_>,
    change: impl FnOnce(&Value) -> Result<Value, Status>,
) -> Result<CodeAndObject, Status> {
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let name = call.name();
    let updated = registry::update(world, context, name, |live| {
        let scale = change(&of(live))?;
        check(call.place.kind, live, &scale)?;
        let mut wanted = live.clone();
        wanted["spec"]["replicas"] = json!(scale["spec"]["replicas"].as_i64().unwrap_or_default());
        Ok(wanted)
    })?;
    Ok((200, of(&updated)))
}

/// The scale must be of this object as it is, and not negative.
fn check(kind: &Kind, live: &Value, scale: &Value) -> Result<(), Status> {
    let name = meta::name(live);
    let version = meta::text(scale, "resourceVersion");
    if !version.is_empty() && version != meta::text(live, "resourceVersion") {
        return Err(Status::modified(kind, name));
    }
    let replicas = scale["spec"]["replicas"].as_i64().unwrap_or_default();
    if replicas < 0 {
        let error = FieldError::invalid("spec.replicas", &json!(replicas), "must be greater than or equal to 0");
        return Err(Status::invalid_scale(name, &error));
    }
    Ok(())
}
