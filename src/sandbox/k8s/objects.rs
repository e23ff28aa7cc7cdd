//! What the cluster's own controllers use to read and write objects.
//!
//! Every function writes as the HTTP API would: managed fields, generation, resource version, admission and finalizers
//! are the same. A write that changes nothing stores nothing.

use serde_json::{Value, json};

use super::conditions;
use super::deletion::{self, Options, Outcome};
use super::meta;
use super::registry;
use super::resources::{self, Kind};
use super::status::Status;
use super::write_context::WriteContext;
use crate::state::{Key, Shared};
use crate::world::World;

/// How long events are kept.
const EVENT_LIFE_SECONDS: i64 = 3_600;

/// The key of an object, by its `apiVersion`, `kind`, namespace and name; `None` for kinds the cluster does not know.
pub(crate) fn key_of(object: &Value) -> Option<Key> {
    Some(resources::of(object)?.key(meta::namespace(object), meta::name(object)))
}

/// The keys of the objects that have an owner reference to this UID.
pub(crate) fn dependents(world: &World, owner_uid: &str) -> Vec<Key> {
    deletion::dependents(world, owner_uid)
}

/// Creates an object (with `metadata.name` or `generateName`); a `status` in it is written too, as [`update_status`] does.
///
/// Returns it as stored. Refused like a user's: name taken, namespace missing or terminating, webhook.
pub(crate) fn create(world: &mut World, manager: &str, object: Value) -> Result<Value, Status> {
    let kind = kind_of(&object)?;
    let namespace = meta::namespace(&object).to_owned();
    let status = object.get("status").cloned();
    let made = registry::create(world, write_context(kind, &namespace, "", manager), object)?;
    match status {
        Some(status) if kind.status => {
            let key = kind.key(&namespace, meta::name(&made));
            update_status(world, manager, &key, |object| object["status"] = status)
        }
        _ => Ok(made),
    }
}

/// Changes an object except for its status: spec, labels, annotations, finalizers, a pod's node.
///
/// Removing the last finalizer of an object that is being deleted removes the object.
pub(crate) fn update(
    world: &mut World,
    manager: &str,
    key: &Key,
    change: impl FnOnce(&mut Value),
) -> Result<Value, Status> {
    write(world, manager, key, "", change)
}

/// Changes an object's status (and annotations), through the `status` subresource.
pub(crate) fn update_status(
    world: &mut World,
    manager: &str,
    key: &Key,
    change: impl FnOnce(&mut Value),
) -> Result<Value, Status> {
    write(world, manager, key, "status", change)
}

/// Gives a pod its node, as a binding does: nobody owns the fields that it writes.
pub(crate) fn bind(world: &mut World, key: &Key, node: &Value) -> Result<(), Status> {
    let kind = kind_of_key(key)?;
    let live = world.kube.get(key).cloned();
    let mut pod = live.ok_or_else(|| Status::not_found(kind, &key.name))?;
    pod["spec"]["nodeName"] = node.clone();
    put_condition(world, &mut pod, json!({"type": "PodScheduled", "status": "True"}));
    world.kube.put(key.clone(), pod);
    Ok(())
}

/// Says in a pod that it is about to be evicted; nobody owns that either.
pub(crate) fn announce_eviction(world: &mut World, key: &Key) {
    let Some(mut pod) = world.kube.get(key).cloned() else {
        return;
    };
    let condition = json!({
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    });
    put_condition(world, &mut pod, condition);
    world.kube.put(key.clone(), pod);
}

fn put_condition(world: &World, pod: &mut Value, mut condition: Value) {
    condition["lastProbeTime"] = Value::Null;
    condition["lastTransitionTime"] = meta::time(world.now()).into();
    conditions::put(pod, condition);
}

/// Deletes an object as `kubectl delete` does: with finalizers, or for a pod on a node, it is only marked.
///
/// `grace` is in seconds, `None` is the pod's own; 0 removes a pod at once. Dependents are left to the collector.
pub(crate) fn delete(world: &mut World, key: &Key, grace: Option<i64>) -> Result<(), Status> {
    let kind = kind_of_key(key)?;
    let options = Options {
        grace,
        ..Options::default()
    };
    deletion::delete(world, kind, key, &options).map(|_: Outcome| ())
}

/// Removes an object for good, finalizers or not: what a kubelet does with a stopped pod. Returns it.
pub(crate) fn remove(world: &mut World, key: &Key) -> Option<Value> {
    world.kube.remove(key).map(Shared::into_value)
}

/// The finalizer under which a deleted object waits for its dependents to lose their reference to it.
pub(crate) const ORPHAN: &str = deletion::ORPHAN;

/// Takes the reference to this owner out of an object.
pub(crate) fn disown(world: &mut World, manager: &str, key: &Key, owner_uid: &str) -> Result<Value, Status> {
    update(world, manager, key, |object| {
        if let Some(owners) = object["metadata"]["ownerReferences"].as_array_mut() {
            owners.retain(|reference| reference["uid"] != owner_uid);
            if owners.is_empty() {
                meta::remove(object, "ownerReferences");
            }
        }
    })
}

/// Removes one finalizer; the object goes if it was the last and the object is being deleted.
pub(crate) fn remove_finalizer(world: &mut World, manager: &str, key: &Key, finalizer: &str) -> Result<Value, Status> {
    update(world, manager, key, |object| {
        if let Some(list) = object["metadata"]["finalizers"].as_array_mut() {
            list.retain(|item| item != finalizer);
            if list.is_empty() {
                meta::remove(object, "finalizers");
            }
        }
    })
}

/// Writes a core/v1 Event about `involved` (an object as stored) as `component` does, counting repetitions.
///
/// `kind` is `Normal` or `Warning`. Events about cluster-scoped objects go to the namespace `default`.
pub(crate) fn emit_event(
    world: &mut World,
    component: &str,
    involved: &Value,
    kind: &str,
    reason: &str,
    message: &str,
) {
    forget_old_events(world);
    let now = meta::time(world.now());
    let text = EventText {
        component,
        kind,
        reason,
        message,
    };
    let event = text.about(world, involved);
    let known = world.kube.list("", "events", event["metadata"]["namespace"].as_str());
    let repeated = known
        .filter(|(_, known)| text.is_in(known) && known["involvedObject"]["uid"] == event["involvedObject"]["uid"])
        .map(|(key, _)| key.clone())
        .next();
    // An event that cannot be written (its namespace is being emptied) is lost, as in a real cluster.
    let _ = match repeated {
        Some(key) => update(world, component, &key, |event| {
            event["count"] = json!(event["count"].as_i64().unwrap_or(1) + 1);
            event["lastTimestamp"] = now.into();
        }),
        None => create(world, component, event),
    };
}

/// The content of an event.
struct EventText<'a> {
    component: &'a str,
    kind: &'a str,
    reason: &'a str,
    message: &'a str,
}

impl EventText<'_> {
    fn is_in(&self, event: &Value) -> bool {
        event["reason"] == self.reason
            && event["message"] == self.message
            && event["type"] == self.kind
            && event["source"]["component"] == self.component
    }

    fn about(&self, world: &mut World, involved: &Value) -> Value {
        let now = meta::time(world.now());
        let what = format!("{} {} {}", meta::text(involved, "uid"), self.reason, self.message);
        let stamp = world.now().as_nanosecond() ^ i128::from(world.chance(&what) % 1_000_000_000);
        let namespace = match meta::namespace(involved) {
            "" => "default",
            namespace => namespace,
        };
        let mut reference = json!({"apiVersion": involved["apiVersion"], "kind": involved["kind"]});
        for field in ["name", "namespace", "resourceVersion", "uid"] {
            if let Some(value) = involved["metadata"].get(field) {
                reference[field] = value.clone();
            }
        }
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": format!("{}.{stamp:x}", meta::name(involved)), "namespace": namespace},
            "involvedObject": reference,
            "reason": self.reason,
            "message": self.message,
            "source": {"component": self.component},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": self.kind,
            "eventTime": null,
            "reportingComponent": self.component,
            "reportingInstance": "",
        })
    }
}

fn forget_old_events(world: &mut World) {
    let Ok(limit) = world
        .now()
        .checked_sub(jiff::SignedDuration::from_secs(EVENT_LIFE_SECONDS))
    else {
        return;
    };
    let limit = meta::time(limit);
    let old: Vec<Key> = world
        .kube
        .briefs("", "events", None)
        .filter(|(_, event)| !event.last.is_empty() && *event.last < *limit)
        .map(|(key, _)| key.clone())
        .collect();
    for key in old {
        remove(world, &key);
    }
}

fn write(
    world: &mut World,
    manager: &str,
    key: &Key,
    subresource: &str,
    change: impl FnOnce(&mut Value),
) -> Result<Value, Status> {
    let kind = kind_of_key(key)?;
    let context = write_context(kind, &key.namespace, subresource, manager);
    registry::update(world, context, &key.name, |live| {
        let mut wanted = live.clone();
        change(&mut wanted);
        Ok(wanted)
    })
}

fn write_context<'a>(
    kind: &'static Kind,
    namespace: &'a str,
    subresource: &'a str,
    manager: &'a str,
) -> WriteContext<'a> {
    WriteContext {
        kind,
        namespace,
        subresource,
        manager,
        dry_run: false,
        trusted: true,
    }
}

fn kind_of(object: &Value) -> Result<&'static Kind, Status> {
    resources::of(object).ok_or_else(|| {
        Status::bad_request(format!(
            "no matches for kind {} in version {}",
            object["kind"], object["apiVersion"]
        ))
    })
}

fn kind_of_key(key: &Key) -> Result<&'static Kind, Status> {
    resources::by_key(key).ok_or_else(Status::no_such_path)
}
