//! One path for all writes: defaults, admission, validation, field ownership, generation, resource version.
//!
//! The HTTP handlers and the simulation's controllers come through here alike, so that an object looks the same
//! whoever wrote it.

use serde_json::{Value, json};

use super::ask::Ask;
use super::managed;
use super::meta;
use super::resources::{Generation, Kind};
use super::status::{FieldError, Status};
use super::{admission, allocate, defaults, validate};
use crate::state::Key;
use crate::world::World;

/// Metadata that only the server sets.
const SYSTEM: [&str; 7] = [
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "selfLink",
];

/// Creates an object.
pub(crate) fn create(world: &mut World, ask: Ask<'_>, mut object: Value) -> Result<Value, Status> {
    prepare_new(ask, &mut object)?;
    meta::remove(&mut object, "managedFields");
    defaults::fill(ask.kind, &mut object);
    let api_version = ask.kind.api_version();
    let writer = ask.writer(&api_version, world);
    managed::after_update(None, &mut object, writer);
    finish_create(world, ask, object)
}

/// Server-side apply: creates the object, or brings the fields that `applied` names to the values it gives them.
pub(crate) fn apply(
    world: &mut World,
    ask: Ask<'_>,
    name: &str,
    applied: &Value,
    force: bool,
) -> Result<(Value, bool), Status> {
    let api_version = ask.kind.api_version();
    let live = world.kube.get(&ask.key(name)).cloned();
    let mut base = live.clone();
    if let Some(base) = base.as_mut().filter(|_| ask.subresource == "scale") {
        managed::forget_zero_replicas(base);
    }
    let merged = managed::apply(base.as_ref(), applied, ask.writer(&api_version, world), force)
        .map_err(|error| Status::from_value(&error.status()))?;
    if let Some(live) = live {
        return finish_update(world, ask, &live, merged, true).map(|object| (object, false));
    }
    if !ask.subresource.is_empty() {
        return Err(Status::not_found(ask.kind, name));
    }
    let mut merged = merged;
    if !meta::text(&merged, "uid").is_empty() {
        let why = "uid mismatch: the provided object specified uid ".to_owned()
            + meta::text(&merged, "uid")
            + ", and no existing object was found";
        return Err(Status::conflict(ask.kind, name, &why));
    }
    prepare_new(ask, &mut merged)?;
    defaults::fill(ask.kind, &mut merged);
    finish_create(world, ask, merged).map(|object| (object, true))
}

/// Changes an object: `change` makes the wanted one of the live one.
pub(crate) fn update(
    world: &mut World,
    ask: Ask<'_>,
    name: &str,
    change: impl FnOnce(&Value) -> Result<Value, Status>,
) -> Result<Value, Status> {
    let live = world
        .kube
        .get(&ask.key(name))
        .cloned()
        .ok_or_else(|| Status::not_found(ask.kind, name))?;
    let wanted = change(&live)?;
    finish_update(world, ask, &live, wanted, false)
}

/// What every new object gets before anybody looks at it.
fn prepare_new(ask: Ask<'_>, object: &mut Value) -> Result<(), Status> {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    if !meta::text(object, "resourceVersion").is_empty() {
        return Err(Status {
            code: 500,
            reason: "",
            message: "resourceVersion should not be set on objects to be created".to_owned(),
            details: None,
        });
    }
    object["apiVersion"] = ask.kind.api_version().into();
    object["kind"] = ask.kind.kind.into();
    for field in SYSTEM {
        meta::remove(object, field);
    }
    if ask.kind.namespaced {
        object["metadata"]["namespace"] = ask.namespace.into();
    } else {
        meta::remove(object, "namespace");
    }
    defaults::reset_status(ask.kind, object);
    Ok(())
}

fn finish_create(world: &mut World, ask: Ask<'_>, mut object: Value) -> Result<Value, Status> {
    name_it(world, &mut object);
    admission::on_create(world, ask, &mut object)?;
    object["metadata"]["uid"] = world.draw_uuid().into();
    object["metadata"]["creationTimestamp"] = meta::time(world.now()).into();
    if ask.kind.generation != Generation::None {
        object["metadata"]["generation"] = json!(1);
    }
    if ask.kind.is("Namespace") {
        object["spec"]["finalizers"] = json!(["kubernetes"]);
    }
    let name = meta::name(&object).to_owned();
    let mut errors = validate::create(ask.kind, &object);
    if errors.is_empty() {
        errors = allocate::service(world, ask.kind, None, &mut object);
    }
    if !errors.is_empty() {
        return Err(Status::invalid(ask.kind, &name, &errors));
    }
    admission::validate_create(world, ask, &object)?;
    let key = ask.key(&name);
    match world.kube.get(&key) {
        Some(there) if meta::is_deleting(there) => return Err(Status::still_there(ask.kind, &name)),
        Some(_) => return Err(Status::already_exists(ask.kind, &name)),
        None => {}
    }
    Ok(commit(world, ask, key, object))
}

fn name_it(world: &mut World, object: &mut Value) {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let prefix = meta::text(object, "generateName").to_owned();
    if !meta::name(object).is_empty() || prefix.is_empty() {
        return;
    }
    let mut chance = world.draw();
    let mut name: String = prefix.chars().take(58).collect();
    for _ in 0..5 {
        let size = ALPHABET.len() as u64;
        let letter = usize::try_from(chance % size).ok().and_then(|at| ALPHABET.get(at));
        name.extend(letter.map(|&letter| char::from(letter)));
        chance /= size;
    }
    object["metadata"]["name"] = name.into();
}

fn finish_update(
    world: &mut World,
    ask: Ask<'_>,
    live: &Value,
    mut new: Value,
    owners_known: bool,
) -> Result<Value, Status> {
    let name = meta::name(live).to_owned();
    check_base(ask, live, &new)?;
    new["apiVersion"] = ask.kind.api_version().into();
    new["kind"] = ask.kind.kind.into();
    for field in SYSTEM.iter().chain(&["name", "namespace"]) {
        meta::keep(&mut new, live, field);
    }
    defaults::fill(ask.kind, &mut new);
    restrict_to_subresource(ask, live, &mut new);
    if ask.subresource != "status" {
        raise_generation(ask.kind, live, &mut new);
    }
    if !owners_known {
        if !new["metadata"]["managedFields"].is_array() {
            meta::keep(&mut new, live, "managedFields");
        }
        let api_version = ask.kind.api_version();
        let writer = ask.writer(&api_version, world);
        managed::after_update(Some(live), &mut new, writer);
    }
    // What the server allocates is nobody's, so it comes after the owners.
    let mut errors = allocate::service(world, ask.kind, Some(live), &mut new);
    admission::on_update(world, ask, &new)?;
    if !ask.trusted {
        errors.extend(validate::update(ask.kind, ask.subresource, live, &new));
    }
    if !errors.is_empty() {
        return Err(Status::invalid(ask.kind, &name, &errors));
    }
    admission::validate_update(world, ask, &new)?;
    if same(live, &new) {
        return Ok(live.clone());
    }
    let key = ask.key(&name);
    let grace = new["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or(0);
    if meta::is_deleting(&new) && !meta::has_finalizers(&new) && grace == 0 {
        if !ask.dry_run {
            world.kube.put(key.clone(), new.clone());
            world.kube.remove(&key);
        }
        return Ok(new);
    }
    Ok(commit(world, ask, key, new))
}

/// The write must be based on the live object, as far as it says what it is based on.
fn check_base(ask: Ask<'_>, live: &Value, new: &Value) -> Result<(), Status> {
    let name = meta::name(live);
    let uid = meta::text(new, "uid");
    if !uid.is_empty() && uid != meta::text(live, "uid") {
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{}/{}/{name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
            ask.kind.resource,
            ask.namespace,
            meta::text(live, "uid")
        );
        return Err(Status::conflict(ask.kind, name, &why));
    }
    let version = meta::text(new, "resourceVersion");
    if !version.is_empty() && version != meta::text(live, "resourceVersion") {
        return Err(Status::modified(ask.kind, name));
    }
    let conditional = matches!(
        ask.kind.kind,
        "Lease"
            | "TargetGroupBinding"
            | "IngressClassParams"
            | "PodDisruptionBudget"
            | "MutatingWebhookConfiguration"
            | "ValidatingWebhookConfiguration"
    );
    if version.is_empty() && conditional {
        let error = FieldError::invalid("metadata.resourceVersion", &json!(0), "must be specified for an update");
        return Err(Status::unconditional(ask.kind, name, &error));
    }
    Ok(())
}

/// A write through `status` changes the status (and, of built-in kinds, most metadata); any other leaves it alone.
fn restrict_to_subresource(ask: Ask<'_>, live: &Value, new: &mut Value) {
    if ask.subresource == "status" {
        let status = new.get("status").cloned();
        let metadata = new["metadata"].take();
        *new = live.clone();
        if ask.kind.group == "elbv2.k8s.aws" {
            new["metadata"]["managedFields"] = metadata["managedFields"].clone();
        } else {
            let labels = live["metadata"].get("labels").cloned();
            new["metadata"] = metadata;
            if ask.kind.group == "apps" {
                match labels {
                    Some(labels) => new["metadata"]["labels"] = labels,
                    None => meta::remove(new, "labels"),
                }
            }
        }
        set(new, "status", status);
    } else if ask.kind.status {
        set(new, "status", live.get("status").cloned());
        if ask.kind.is("Namespace") && !ask.trusted {
            set(new, "spec", live.get("spec").cloned());
        }
    }
}

fn set(object: &mut Value, field: &str, value: Option<Value>) {
    match value {
        Some(value) if !value.is_null() => object[field] = value,
        _ => {
            if let Some(map) = object.as_object_mut() {
                map.remove(field);
            }
        }
    }
}

fn raise_generation(kind: &Kind, live: &Value, new: &mut Value) {
    // A pod that is given its node does not become another one.
    let bound = kind.is("Pod") && live["spec"]["nodeName"].is_null() && !new["spec"]["nodeName"].is_null();
    if kind.generation == Generation::None || bound {
        return;
    }
    let annotated = kind.generation == Generation::SpecAndAnnotations
        && live["metadata"]["annotations"] != new["metadata"]["annotations"];
    if annotated || desired(live) != desired(new) {
        new["metadata"]["generation"] = json!(meta::generation(live) + 1);
    }
}

/// Everything of an object that is neither metadata nor status.
fn desired(object: &Value) -> Vec<(&String, &Value)> {
    let fields = object.as_object().into_iter().flatten();
    let mut fields: Vec<_> = fields
        .filter(|(name, _)| !matches!(name.as_str(), "metadata" | "status"))
        .collect();
    fields.sort_by_key(|(name, _)| *name);
    fields
}

/// Whether a write changes nothing but the times in the managed fields; the server then stores nothing.
fn same(live: &Value, new: &Value) -> bool {
    let timeless = |object: &Value| {
        let mut object = object.clone();
        for entry in object["metadata"]["managedFields"].as_array_mut().into_iter().flatten() {
            if let Some(entry) = entry.as_object_mut() {
                entry.remove("time");
            }
        }
        meta::remove(&mut object, "resourceVersion");
        object
    };
    timeless(live) == timeless(new)
}

fn commit(world: &mut World, ask: Ask<'_>, key: Key, mut object: Value) -> Value {
    if ask.dry_run {
        return object;
    }
    let version = world.kube.put(key, object.clone());
    object["metadata"]["resourceVersion"] = version.to_string().into();
    object
}
