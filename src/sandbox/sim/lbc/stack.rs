//! Which Ingresses are the controller's, and which of them share a load balancer.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::state::Key;
use crate::world::World;

use super::super::api::{self, CLASS_PARAMS, INGRESS, INGRESS_CLASS, SERVICE, deleting, list, text};
use super::CLASS_CONTROLLER;
use super::settings::{self, class_of};

/// An Ingress, or a group of them, that gets one load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    /// `<namespace>/<ingress>`, or the name of the group: the value of the stack's tag.
    pub(super) id: String,
    /// Finalizer of its Ingresses.
    pub(super) finalizer: String,
    /// Its Ingresses.
    pub(super) active: Vec<Key>,
    /// Ingresses that are being deleted and still have the finalizer.
    pub(super) leaving: Vec<Key>,
}

/// All stacks, and the Ingresses with a class that does not exist: key, UID, class.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    pub(super) by_id: BTreeMap<String, Stack>,
    pub(super) complaints: Vec<(Key, String, String)>,
}

/// Whose an Ingress is.
enum Owner {
    Ours,
    Others,
    Missing(String),
}

/// Sorts all Ingresses of the cluster into stacks.
pub(super) fn all(world: &World) -> Stacks {
    let mut stacks = Stacks::default();
    for (key, ingress) in INGRESS.list(world, None) {
        let (id, finalizer) = identity(world, ingress);
        let held = list(ingress, "/metadata/finalizers")
            .iter()
            .any(|f| f == finalizer.as_str());
        match owner(world, ingress) {
            Owner::Ours => {}
            // What the controller once took it keeps, to the end.
            Owner::Missing(_) if held => {}
            Owner::Missing(class) if !deleting(ingress) => {
                stacks
                    .complaints
                    .push((key.clone(), api::uid(ingress).to_owned(), class));
                continue;
            }
            Owner::Missing(_) | Owner::Others => continue,
        }
        let stack = stacks.by_id.entry(id.clone()).or_insert_with(|| Stack {
            id,
            finalizer,
            active: Vec::new(),
            leaving: Vec::new(),
        });
        if !deleting(ingress) {
            stack.active.push(key.clone());
        } else if held {
            stack.leaving.push(key.clone());
        }
    }
    stacks
        .by_id
        .retain(|_, stack| !(stack.active.is_empty() && stack.leaving.is_empty()));
    stacks
}

fn owner(world: &World, ingress: &Value) -> Owner {
    let Some(name) = class_of(ingress) else {
        return Owner::Others;
    };
    match world.kube.get(&INGRESS_CLASS.key("", name)) {
        Some(class) if text(class, "/spec/controller") == CLASS_CONTROLLER => Owner::Ours,
        None if ingress["spec"]["ingressClassName"].is_string() => Owner::Missing(name.to_owned()),
        None if name == "alb" => Owner::Ours,
        Some(_) | None => Owner::Others,
    }
}

/// Id and finalizer of the stack an Ingress belongs to.
fn identity(world: &World, ingress: &Value) -> (String, String) {
    if let Some(group) = settings::group(world, ingress) {
        let finalizer = format!("group.ingress.k8s.aws/{group}");
        return (group, finalizer);
    }
    (
        format!("{}/{}", api::namespace(ingress), api::name(ingress)),
        "ingress.k8s.aws/resources".to_owned(),
    )
}

/// The Services an Ingress sends to.
fn services(ingress: &Value) -> impl Iterator<Item = &str> {
    list(ingress, "/spec/rules")
        .iter()
        .flat_map(|rule| list(rule, "/http/paths"))
        .map(|path| text(path, "/backend/service/name"))
        .chain([text(ingress, "/spec/defaultBackend/service/name")])
        .filter(|name| !name.is_empty())
}

impl Stack {
    /// A number that changes with everything the controller watches for this stack.
    pub(super) fn fingerprint(&self, world: &World) -> u64 {
        let mut print = Print::default();
        for key in self.active.iter().chain(&self.leaving) {
            let Some(ingress) = world.kube.get(key) else { continue };
            print.add(&ingress["metadata"]["uid"]);
            print.add(&ingress["metadata"]["annotations"]);
            print.add(&Value::from(deleting(ingress)));
            print.add(&ingress["spec"]);
            for name in services(ingress) {
                if let Some(service) = world.kube.get(&SERVICE.key(&key.namespace, name)) {
                    print.add(&service["metadata"]["uid"]);
                    print.add(&service["metadata"]["annotations"]);
                    print.add(&service["spec"]);
                }
            }
        }
        for (_, params) in CLASS_PARAMS.list(world, None) {
            print.add(&params["spec"]);
        }
        print.0
    }
}

/// FNV-1a over JSON texts.
struct Print(u64);

impl Default for Print {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Print {
    fn add(&mut self, value: &Value) {
        for byte in value.to_string().bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
