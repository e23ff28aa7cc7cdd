//! Bindings: how a scheduler gives a pod its node.

use serde_json::json;

use super::call::{Call, CodeAndObject};
use super::status::Status;
use super::{decode, meta, objects, options};
use crate::world::World;

/// Answers a binding of a pod to a node.
pub(crate) fn answer(world: &mut World, call: &Call<'_>) -> Result<CodeAndObject, Status> {
    let binding = decode::parse(call.body, decode::content_type(call.headers))?;
    let manager = call.manager();
    let context = options::write_context(call, &manager)?;
    let pod = call.live(world)?.clone();
    let name = meta::name(&pod);
    if meta::name(&binding) != name {
        return Err(Status::bad_request("name in URL does not match name in Binding object"));
    }
    if let Some(node) = pod["spec"]["nodeName"].as_str() {
        return Err(Status::bound(
            name,
            &format!("pod {name} is already assigned to node {node:?}"),
        ));
    }
    if meta::is_deleting(&pod) {
        let why = format!("pod {name} is being deleted, cannot be assigned to a host");
        return Err(Status::bound(name, &why));
    }
    if !context.dry_run {
        let key = call.place.kind.key(call.place.namespace(), name);
        objects::bind(world, &key, &binding["target"]["name"])?;
    }
    Ok((
        201,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}),
    ))
}
