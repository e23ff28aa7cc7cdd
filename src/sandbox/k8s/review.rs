//! What the caller may do: everything, as the cluster's creator, unless somebody else calls.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::authorization;
use super::call;
use super::managed::{self, Writer};
use super::output;
use super::status::{FieldError, Status};
use crate::body::Body;
use crate::world::World;

const VERSION: &str = "authorization.k8s.io/v1";

/// Answers a `SelfSubjectAccessReview`. kubectl asks in protobuf, which is not read: the answer to that is
/// always yes.
pub(crate) fn answer(world: &World, request: &Request<Bytes>) -> Result<Response<Body>, Status> {
    let asked: Option<Value> = serde_json::from_slice(request.body()).ok().filter(Value::is_object);
    let mut review = asked.clone().unwrap_or_else(|| json!({"metadata": {}, "spec": {}}));
    review["apiVersion"] = VERSION.into();
    review["kind"] = "SelfSubjectAccessReview".into();
    if asked.is_some() {
        check(&review["spec"])?;
        let manager = call::manager_of(request.headers(), "");
        let writer = Writer {
            manager: &manager,
            subresource: "",
            api_version: VERSION,
            now: world.now(),
        };
        managed::after_update(None, &mut review, writer);
        // The kind is in no schema here; with one, its spec would not be there by itself.
        let owned = review.pointer_mut("/metadata/managedFields/0/fieldsV1/f:spec");
        if let Some(spec) = owned.and_then(Value::as_object_mut) {
            spec.remove(".");
        }
    }
    let allowed = match (world.caller(), authorization::asked(&review["spec"])) {
        (Some(caller), Some(attributes)) => authorization::allows(world, caller, attributes),
        _ => true,
    };
    review["status"] = json!({"allowed": allowed});
    Ok(output::value(201, &review, false))
}

/// A review is either about a resource or about a path.
fn check(spec: &Value) -> Result<(), Status> {
    if spec["resourceAttributes"].is_object() != spec["nonResourceAttributes"].is_object() {
        return Ok(());
    }
    let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    let error = FieldError::invalid("spec.resourceAttributes", &spec["resourceAttributes"], why);
    Err(Status::invalid_review(&error))
}
