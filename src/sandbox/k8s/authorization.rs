//! What the caller may do, where that is not everything: what the roles of the cluster allow that are bound to it.
//!
//! The cluster's own objects are gone by, as they are at the time. Roles that are aggregated from others have only the rules
//! written in them.

use http::Method;
use serde_json::Value;

use super::call::Call;
use super::kept::{CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING};
use super::resources;
use super::status::Status;
use crate::state::Caller;
use crate::world::World;

/// The group of everybody who has shown who they are.
const AUTHENTICATED: &str = "system:authenticated";

/// What is to be done, in the words of RBAC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attributes<'a> {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub(super) verb: &'a str,
    /// API group.
    pub(super) group: &'a str,
    /// Plural of the kind.
    pub(super) resource: &'a str,
    /// Subresource, or empty.
    pub(super) subresource: &'a str,
    /// Namespace, or empty for what is of the whole cluster.
    pub(super) namespace: &'a str,
    /// Name of the object, or empty.
    pub(super) name: &'a str,
}

/// Refuses a request that no role allows.
pub(super) fn check(world: &World, call: &Call<'_>) -> Result<(), Status> {
    let Some(caller) = world.caller() else {
        return Ok(());
    };
    let place = call.place;
    let watches = call.query.is_set("watch") && !call.query.get("watch").is_empty();
    let named = named_by_fields(call);
    // A namespace is in itself.
    let namespace = match (place.kind.is("Namespace"), &place.name) {
        (true, Some(name)) => name,
        _ => place.namespace(),
    };
    let attributes = Attributes {
        verb: verb(call.method, place.name.is_some(), watches),
        group: place.kind.group,
        resource: place.kind.resource,
        subresource: &place.subresource,
        namespace,
        name: place.name.as_deref().or(named.as_deref()).unwrap_or_default(),
    };
    require(world, caller, attributes)?;
    let makes = is_apply(call) && call.live(world).is_err();
    if makes {
        let create = Attributes {
            verb: "create",
            ..attributes
        };
        return require(world, caller, create);
    }
    Ok(())
}

/// Whether the caller may do this.
pub(super) fn allows(world: &World, caller: &Caller, wanted: Attributes<'_>) -> bool {
    let everywhere = CLUSTER_ROLE_BINDING.list(world, None);
    let here = (!wanted.namespace.is_empty()).then(|| ROLE_BINDING.list(world, Some(wanted.namespace)));
    let bindings = everywhere.chain(here.into_iter().flatten());
    bindings
        .filter(|(_, binding)| is_bound(world, caller, binding))
        .filter_map(|(_, binding)| role_of(world, binding, wanted.namespace))
        .flat_map(|role| role["rules"].as_array().into_iter().flatten())
        .any(|rule| covers(rule, wanted))
}

/// The same for objects of a kind that the cluster does not have: the server looks at rights before it looks for the kind.
pub(super) fn check_unserved(world: &World, path: &str, method: &Method) -> Result<(), Status> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return Ok(()),
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        _ => ("", rest),
    };
    let (Some(caller), Some(resource)) = (world.caller(), rest.first()) else {
        return Ok(());
    };
    let name = rest.get(1).copied();
    let attributes = Attributes {
        verb: verb(method, name.is_some(), false),
        group,
        resource,
        subresource: rest.get(2).copied().unwrap_or_default(),
        namespace,
        name: name.unwrap_or_default(),
    };
    require(world, caller, attributes)
}

fn require(world: &World, caller: &Caller, wanted: Attributes<'_>) -> Result<(), Status> {
    if allows(world, caller, wanted) {
        return Ok(());
    }
    let resource = match wanted.subresource {
        "" => wanted.resource.to_owned(),
        subresource => format!("{}/{subresource}", wanted.resource),
    };
    let place = match wanted.namespace {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace \"{namespace}\""),
    };
    let why = format!(
        "User \"{}\" cannot {} resource \"{resource}\" in API group \"{}\" {place}",
        world.facts.caller_arn(),
        wanted.verb,
        wanted.group
    );
    Err(Status::not_allowed(wanted.group, wanted.resource, wanted.name, &why))
}

fn verb(method: &Method, one: bool, watches: bool) -> &'static str {
    match *method {
        Method::GET if one => "get",
        Method::GET if watches => "watch",
        Method::GET => "list",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if one => "delete",
        Method::DELETE => "deletecollection",
        _ => "",
    }
}

/// The one name that a list or watch is narrowed to, for which rights to that name are enough.
fn named_by_fields(call: &Call<'_>) -> Option<String> {
    let fields = call.query.get("fieldSelector");
    let mut terms = fields.split(',');
    terms
        .find_map(|term| term.strip_prefix("metadata.name="))
        .map(|name| name.trim_start_matches('=').to_owned())
}

fn is_apply(call: &Call<'_>) -> bool {
    let media = call
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    *call.method == Method::PATCH && media.is_some_and(|media| media.starts_with("application/apply-patch"))
}

fn is_bound(world: &World, caller: &Caller, binding: &Value) -> bool {
    let subjects = binding["subjects"].as_array().into_iter().flatten();
    let mut subjects = subjects.map(|subject| (subject["kind"].as_str(), subject["name"].as_str().unwrap_or_default()));
    subjects.any(|(kind, name)| match kind {
        Some("Group") => name == AUTHENTICATED || caller.groups.iter().any(|group| group == name),
        Some("User") => name == world.facts.caller_arn(),
        _ => false,
    })
}

fn role_of<'w>(world: &'w World, binding: &Value, namespace: &str) -> Option<&'w Value> {
    let role = &binding["roleRef"];
    let name = role["name"].as_str()?;
    let key = match role["kind"].as_str()? {
        "ClusterRole" => CLUSTER_ROLE.key("", name),
        "Role" => ROLE.key(namespace, name),
        _ => return None,
    };
    world.kube.get(&key)
}

fn covers(rule: &Value, wanted: Attributes<'_>) -> bool {
    let has = |field: &str, is_it: &dyn Fn(&str) -> bool| {
        let words = rule[field].as_array().into_iter().flatten();
        words.filter_map(Value::as_str).any(is_it)
    };
    let names = rule["resourceNames"].as_array().is_some_and(|names| !names.is_empty());
    has("verbs", &|verb| verb == "*" || verb == wanted.verb)
        && has("apiGroups", &|group| group == "*" || group == wanted.group)
        && has("resources", &|resource| is_resource(resource, wanted))
        && (!names || has("resourceNames", &|name| name == wanted.name))
}

fn is_resource(pattern: &str, wanted: Attributes<'_>) -> bool {
    match pattern.split_once('/') {
        _ if pattern == "*" => true,
        None => wanted.subresource.is_empty() && pattern == wanted.resource,
        Some((resource, subresource)) => {
            subresource == wanted.subresource && (resource == "*" || resource == wanted.resource)
        }
    }
}

/// The attributes that a review asks about; `None` if it is about a path, which everybody may read as far as it is served.
pub(super) fn asked(spec: &Value) -> Option<Attributes<'_>> {
    let attributes = spec["resourceAttributes"].as_object()?;
    let text = |field: &str| attributes.get(field).and_then(Value::as_str).unwrap_or_default();
    let known = resources::KINDS
        .iter()
        .find(|kind| kind.resource == text("resource") && kind.group == text("group"));
    let clusterwide = known.is_some_and(|kind| !kind.namespaced && !kind.is("Namespace"));
    Some(Attributes {
        verb: text("verb"),
        group: text("group"),
        resource: text("resource"),
        subresource: text("subresource"),
        namespace: if clusterwide { "" } else { text("namespace") },
        name: text("name"),
    })
}
