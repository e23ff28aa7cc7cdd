//! One path for all writes: defaults, admission, validation, field ownership, generation, resource version.
//!
//! The HTTP handlers and the simulation's controllers come through here alike, so that an object looks the same
//! whoever wrote it.

use serde_json::{Value, json};

use super::managed;
use super::meta;
use super::resources::{Generation, Kind};
use super::status::{FieldError, Status};
use super::write_context::WriteContext;
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
pub(crate) fn create(world: &mut World, write: WriteContext<'_>, mut object: Value) -> Result<Value, Status> {
    prepare_new(write, &mut object)?;
    meta::remove(&mut object, "managedFields");
    defaults::fill(write.kind, &mut object);
    let api_version = write.kind.api_version();
    let writer = write.writer(&api_version, world);
    managed::after_update(None, &mut object, writer);
    finish_create(world, write, object)
}

/// Server-side apply: creates the object, or brings the fields that `applied` names to the values it gives them.
pub(crate) fn apply(
    world: &mut World,
    write: WriteContext<'_>,
    name: &str,
    applied: &Value,
    force: bool,
) -> Result<(Value, bool), Status> {
    let api_version = write.kind.api_version();
    let live = world.kube.get(&write.key(name)).cloned();
    let mut base = live.clone();
    if let Some(base) = base.as_mut().filter(|_| write.subresource == "scale") {
        managed::forget_zero_replicas(base);
    }
    let merged = managed::apply(base.as_ref(), applied, write.writer(&api_version, world), force)
        .map_err(|error| Status::from_value(&error.status()))?;
    if let Some(live) = live {
        return finish_update(world, write, &live, merged, true).map(|object| (object, false));
    }
    if !write.subresource.is_empty() {
        return Err(Status::not_found(write.kind, name));
    }
    let mut merged = merged;
    if !meta::text(&merged, "uid").is_empty() {
        let why = "uid mismatch: the provided object specified uid ".to_owned()
            + meta::text(&merged, "uid")
            + ", and no existing object was found";
        return Err(Status::conflict(write.kind, name, &why));
    }
    prepare_new(write, &mut merged)?;
    defaults::fill(write.kind, &mut merged);
    finish_create(world, write, merged).map(|object| (object, true))
}

/// Changes an object: `change` makes the wanted one of the live one.
pub(crate) fn update(
    world: &mut World,
    write: WriteContext<'_>,
    name: &str,
    change: impl FnOnce(&Value) -> Result<Value, Status>,
) -> Result<Value, Status> {
    let live = world
        .kube
        .get(&write.key(name))
        .cloned()
        .ok_or_else(|| Status::not_found(write.kind, name))?;
    let wanted = change(&live)?;
    finish_update(world, write, &live, wanted, false)
}

/// Replaces an object; whether it is new. A Lease that is not there is made, unless a UID says that it was: whatever version is
/// named beside. (k8s.io/kubernetes, `AllowCreateOnUpdate`)
pub(crate) fn replace(
    world: &mut World,
    write: WriteContext<'_>,
    name: &str,
    mut object: Value,
) -> Result<(Value, bool), Status> {
    let is_there = world.kube.get(&write.key(name)).is_some();
    if is_there || !write.kind.is("Lease") {
        return update(world, write, name, |_| Ok(object)).map(|object| (object, false));
    }
    check_uid(write, name, "", &object)?;
    meta::remove(&mut object, "resourceVersion");
    create(world, write, object).map(|object| (object, true))
}

/// What every new object gets before anybody looks at it.
fn prepare_new(write: WriteContext<'_>, object: &mut Value) -> Result<(), Status> {
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
    object["apiVersion"] = write.kind.api_version().into();
    object["kind"] = write.kind.kind.into();
    for field in SYSTEM {
        meta::remove(object, field);
    }
    if write.kind.namespaced {
        object["metadata"]["namespace"] = write.namespace.into();
    } else {
        meta::remove(object, "namespace");
    }
    defaults::reset_status(write.kind, object);
    Ok(())
}

fn finish_create(world: &mut World, write: WriteContext<'_>, mut object: Value) -> Result<Value, Status> {
    name_it(world, write.kind, &mut object);
    admission::on_create(world, write, &mut object)?;
    object["metadata"]["creationTimestamp"] = meta::time(world.now()).into();
    if write.kind.generation != Generation::None {
        object["metadata"]["generation"] = json!(1);
    }
    if write.kind.is("Namespace") {
        object["spec"]["finalizers"] = json!(["kubernetes"]);
    }
    let name = meta::name(&object).to_owned();
    let mut errors = validate::create(write.kind, &object);
    if errors.is_empty() {
        errors = allocate::service(world, write.kind, None, &mut object);
    }
    if !errors.is_empty() {
        return Err(Status::invalid(write.kind, &name, &errors));
    }
    admission::validate_create(world, write, &object)?;
    let key = write.key(&name);
    match world.kube.get(&key) {
        Some(there) if meta::is_deleting(there) => return Err(Status::still_there(write.kind, &name)),
        Some(_) => return Err(Status::already_exists(write.kind, &name)),
        None => {}
    }
    let what = format!("uid {}/{}/{name}", key.resource, key.namespace);
    object["metadata"]["uid"] = world.draw_uuid(&what).into();
    Ok(commit(world, write, key, object))
}

fn name_it(world: &mut World, kind: &Kind, object: &mut Value) {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let prefix = meta::text(object, "generateName").to_owned();
    if !meta::name(object).is_empty() || prefix.is_empty() {
        return;
    }
    let what = format!("name {}/{}/{prefix}", kind.resource, meta::namespace(object));
    let mut chance = world.draw(&what);
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
    write: WriteContext<'_>,
    live: &Value,
    mut new: Value,
    owners_known: bool,
) -> Result<Value, Status> {
    let name = meta::name(live).to_owned();
    check_base(write, live, &new)?;
    new["apiVersion"] = write.kind.api_version().into();
    new["kind"] = write.kind.kind.into();
    for field in SYSTEM.iter().chain(&["name", "namespace"]) {
        meta::keep(&mut new, live, field);
    }
    defaults::fill(write.kind, &mut new);
    restrict_to_subresource(write, live, &mut new);
    if write.subresource != "status" {
        raise_generation(write.kind, live, &mut new);
    }
    if !owners_known {
        if !new["metadata"]["managedFields"].is_array() {
            meta::keep(&mut new, live, "managedFields");
        }
        let api_version = write.kind.api_version();
        let writer = write.writer(&api_version, world);
        managed::after_update(Some(live), &mut new, writer);
    }
    // What the server allocates is nobody's, so it comes after the owners.
    let mut errors = allocate::service(world, write.kind, Some(live), &mut new);
    admission::on_update(world, write, &new)?;
    if !write.trusted {
        errors.extend(validate::update(write.kind, write.subresource, live, &new));
    }
    if !errors.is_empty() {
        return Err(Status::invalid(write.kind, &name, &errors));
    }
    admission::validate_update(world, write, &new)?;
    if same(live, &new) {
        return Ok(live.clone());
    }
    let key = write.key(&name);
    let grace = new["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or(0);
    if meta::is_deleting(&new) && !meta::has_finalizers(&new) && grace == 0 {
        if !write.dry_run {
            world.kube.put(key.clone(), new.clone());
            world.kube.remove(&key);
        }
        return Ok(new);
    }
    Ok(commit(world, write, key, new))
}

/// Whether an object is of this UID, if it says of which.
fn check_uid(write: WriteContext<'_>, name: &str, live: &str, new: &Value) -> Result<(), Status> {
    let uid = meta::text(new, "uid");
    if uid.is_empty() || uid == live {
        return Ok(());
    }
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: /registry/{}/{}/{name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {live}",
        write.kind.resource, write.namespace
    );
    Err(Status::conflict(write.kind, name, &why))
}

/// The write must be based on the live object, if it names the version that it is based on.
fn check_base(write: WriteContext<'_>, live: &Value, new: &Value) -> Result<(), Status> {
    let name = meta::name(live);
    check_uid(write, name, meta::text(live, "uid"), new)?;
    let version = meta::text(new, "resourceVersion");
    if !version.is_empty() && version != meta::text(live, "resourceVersion") {
        return Err(Status::modified(write.kind, name));
    }
    let conditional = matches!(
        write.kind.kind,
        "Lease"
            | "TargetGroupBinding"
            | "IngressClassParams"
            | "PodDisruptionBudget"
            | "MutatingWebhookConfiguration"
            | "ValidatingWebhookConfiguration"
    );
    if version.is_empty() && conditional {
        let error = FieldError::invalid("metadata.resourceVersion", &json!(0), "must be specified for an update");
        return Err(Status::unconditional(write.kind, name, &error));
    }
    Ok(())
}

/// A write through `status` changes the status (and, of built-in kinds, most metadata); any other leaves it alone.
fn restrict_to_subresource(write: WriteContext<'_>, live: &Value, new: &mut Value) {
    if write.subresource == "status" {
        let status = new.get("status").cloned();
        let metadata = new["metadata"].take();
        *new = live.clone();
        if write.kind.group == "elbv2.k8s.aws" {
            new["metadata"]["managedFields"] = metadata["managedFields"].clone();
        } else {
            let labels = live["metadata"].get("labels").cloned();
            new["metadata"] = metadata;
            if write.kind.group == "apps" {
                match labels {
                    Some(labels) => new["metadata"]["labels"] = labels,
                    None => meta::remove(new, "labels"),
                }
            }
        }
        set(new, "status", status);
    } else if write.kind.status {
        set(new, "status", live.get("status").cloned());
        if write.kind.is("Namespace") && !write.trusted {
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
    let entries = |object: &Value| object["metadata"]["managedFields"].as_array().cloned();
    let timeless = |object: &Value| {
        let mut entries = entries(object);
        for entry in entries.iter_mut().flatten().filter_map(Value::as_object_mut) {
            entry.remove("time");
        }
        entries
    };
    same_but(live, new, &["metadata"])
        && same_but(
            &live["metadata"],
            &new["metadata"],
            &["managedFields", "resourceVersion"],
        )
        && timeless(live) == timeless(new)
}

/// Whether two objects have the same fields, apart from those that are named.
fn same_but(one: &Value, other: &Value, fields: &[&str]) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return one == other;
    };
    let counts = |field: &&String| !fields.contains(&field.as_str());
    one.keys().filter(counts).count() == other.keys().filter(counts).count()
        && one
            .keys()
            .filter(counts)
            .all(|field| one.get(field) == other.get(field))
}

fn commit(world: &mut World, write: WriteContext<'_>, key: Key, mut object: Value) -> Value {
    if write.dry_run {
        return object;
    }
    let version = world.kube.put(key, object.clone());
    object["metadata"]["resourceVersion"] = version.to_string().into();
    object
}
