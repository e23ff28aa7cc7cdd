//! Which Ingresses are the controller's, and which of them share a load balancer.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::state::Key;
use crate::world::World;

use super::super::api::{self, CLASS_PARAMS, INGRESS, INGRESS_CLASS, SERVICE, deleting, list, text};
use super::annotations::Annotations;
use super::settings::{self, class_of};
use super::{CLASS_CONTROLLER, flag};

/// Finalizer of an Ingress in no group.
const OWN_FINALIZER: &str = "ingress.k8s.aws/resources";
/// What the names of annotations with actions begin with.
const ACTIONS: &str = "alb.ingress.kubernetes.io/actions.";
/// What the finalizer of an Ingress in a group begins with.
const GROUP_FINALIZER: &str = "group.ingress.k8s.aws/";

/// An Ingress, or a group of them, that gets one load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    /// `<namespace>/<ingress>`, or the name of the group: the value of the stack's tag.
    pub(super) id: String,
    /// Finalizer of its Ingresses.
    pub(super) finalizer: String,
    /// Its Ingresses, in the order in which their rules are tried.
    pub(super) active: Vec<Key>,
    /// Ingresses that are being deleted or have gone over to another stack, and still have the finalizer.
    pub(super) leaving: Vec<Key>,
}

/// All stacks, and the Ingresses that belong to none though they should: key, UID, why.
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
    for (key, ingress) in INGRESS.list(world, flag(world, "--watch-namespace")) {
        let (id, finalizer) = identity(world, ingress);
        let held = list(ingress, "/metadata/finalizers")
            .iter()
            .any(|f| f == finalizer.as_str());
        let wrong = settings::group(world, ingress).and_then(wrong_group);
        match owner(world, ingress) {
            Owner::Ours if wrong.is_some() => {
                // It leaves what it was in, and belongs nowhere.
                stacks.leave(key, ingress, None);
                if !deleting(ingress) {
                    let complaint = (key.clone(), api::uid(ingress).to_owned(), wrong.unwrap_or_default());
                    stacks.complaints.push(complaint);
                }
                continue;
            }
            Owner::Ours => stacks.leave(key, ingress, Some(&id)),
            // What the controller once took it keeps, to the end.
            Owner::Missing(_) if held => {}
            Owner::Missing(class) if !deleting(ingress) => {
                stacks
                    .complaints
                    .push((key.clone(), api::uid(ingress).to_owned(), no_class(&class)));
                continue;
            }
            Owner::Others => {
                stacks.leave(key, ingress, None);
                continue;
            }
            Owner::Missing(_) => continue,
        }
        let stack = stacks.of(&id, &finalizer);
        if !deleting(ingress) {
            stack.active.push(key.clone());
        } else if held {
            stack.leaving.push(key.clone());
        }
    }
    for stack in stacks.by_id.values_mut() {
        stack.active.sort_by_key(|key| (order(world, key), key.clone()));
    }
    stacks
        .by_id
        .retain(|_, stack| !(stack.active.is_empty() && stack.leaving.is_empty()));
    stacks
}

fn no_class(class: &str) -> String {
    format!("invalid ingress class: IngressClass.networking.k8s.io \"{class}\" not found")
}

/// Why a group cannot have this name. (LBC `pkg/ingress/group_loader.go`, `validateGroupName`)
fn wrong_group(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let inside = name.chars().all(|c| is_plain(c) || matches!(c, '-' | '.'));
    let why = if !inside || !name.starts_with(is_plain) || !name.ends_with(is_plain) {
        "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
    } else if name.len() > 63 {
        "groupName must be no more than 63 characters"
    } else {
        return None;
    };
    Some(format!("invalid ingress group: {why}"))
}

impl Stacks {
    fn of(&mut self, id: &str, finalizer: &str) -> &mut Stack {
        self.by_id.entry(id.to_owned()).or_insert_with(|| Stack {
            id: id.to_owned(),
            finalizer: finalizer.to_owned(),
            active: Vec::new(),
            leaving: Vec::new(),
        })
    }

    /// An Ingress whose finalizers tell of other stacks than its own, if it has one, leaves these.
    /// (LBC `pkg/ingress/group_loader.go`, `LoadGroupIDsPendingFinalization`)
    fn leave(&mut self, key: &Key, ingress: &Value, own: Option<&str>) {
        for finalizer in list(ingress, "/metadata/finalizers").iter().filter_map(Value::as_str) {
            let id = match finalizer.strip_prefix(GROUP_FINALIZER) {
                Some(group) => group.to_owned(),
                None if finalizer == OWN_FINALIZER => alone(ingress),
                None => continue,
            };
            if Some(id.as_str()) != own {
                self.of(&id, finalizer).leaving.push(key.clone());
            }
        }
    }
}

/// Where an Ingress stands in its group: small numbers come first.
fn order(world: &World, key: &Key) -> i64 {
    let ingress = world.kube.get(key);
    let asked = ingress.and_then(|ingress| api::annotation(ingress, "alb.ingress.kubernetes.io/group.order"));
    asked.and_then(|order| order.parse().ok()).unwrap_or_default()
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
        let finalizer = format!("{GROUP_FINALIZER}{group}");
        return (group.to_owned(), finalizer);
    }
    (alone(ingress), OWN_FINALIZER.to_owned())
}

/// Id of the stack of an Ingress in no group.
fn alone(ingress: &Value) -> String {
    format!("{}/{}", api::namespace(ingress), api::name(ingress))
}

/// Whether a rule or an annotated action of an Ingress names a Service.
fn names_service(ingress: &Value, service: &str) -> bool {
    let rules = list(ingress, "/spec/rules").iter();
    let paths = rules.flat_map(|rule| list(rule, "/http/paths"));
    let backends = paths
        .map(|path| text(path, "/backend/service/name"))
        .chain([text(ingress, "/spec/defaultBackend/service/name")]);
    let annotations = ingress["metadata"]["annotations"].as_object().into_iter().flatten();
    let mut actions = annotations.filter(|(key, _)| key.starts_with(ACTIONS));
    let quoted = format!("\"{service}\"");
    backends.into_iter().any(|name| name == service)
        || actions.any(|(_, action)| action.as_str().is_some_and(|action| action.contains(&quoted)))
}

impl Stack {
    /// Its Ingresses, those that leave it included.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.active.iter().chain(&self.leaving)
    }

    /// Whether every Ingress has a place in the group: a number from -1000 to 1000. Where one has none the controller makes
    /// nothing of the whole group, and no event tells. (LBC `pkg/ingress/group_loader.go`, `sortGroupMembers`)
    pub(super) fn is_ordered(&self, world: &World) -> bool {
        let ingresses = self.active.iter().filter_map(|key| world.kube.get(key));
        let mut orders = ingresses.map(|ingress| Annotations::of(ingress).int64("group.order"));
        orders.all(|order| order.is_ok_and(|order| order.is_none_or(|order| (-1_000..=1_000).contains(&order))))
    }

    /// A number that changes with everything the controller watches for this stack.
    pub(super) fn fingerprint(&self, world: &World) -> u64 {
        let mut print = Print::default();
        for key in self.keys() {
            let Some(ingress) = world.kube.get(key) else { continue };
            print.add(&ingress["metadata"]["uid"]);
            print.add(&ingress["metadata"]["annotations"]);
            print.add(&Value::from(deleting(ingress)));
            print.add(&ingress["spec"]);
            let named = |service: &Key| names_service(ingress, &service.name);
            let services = SERVICE.list(world, Some(&key.namespace));
            for (_, service) in services.filter(|(key, _)| named(key)) {
                print.add(&service["metadata"]["uid"]);
                print.add(&service["metadata"]["annotations"]);
                print.add(&service["spec"]);
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
