//! What a kind of object is: how it is addressed, and what the server does for it.

use serde_json::Value;

use crate::state::{Brief, Key};
use crate::world::World;

/// One kind of object.
#[derive(Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "the columns of discovery's table, under discovery's names"
)]
pub(crate) struct Kind {
    /// API group, empty for the core.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// Kind: `Deployment`.
    pub kind: &'static str,
    /// Plural: `deployments`.
    pub resource: &'static str,
    /// Singular: `deployment`.
    pub singular: &'static str,
    /// Short names of kubectl.
    pub short: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether it has a `status` subresource.
    pub status: bool,
    /// Whether it has a `scale` subresource.
    pub scale: bool,
    /// When its generation is raised.
    pub generation: Generation,
    /// Whether a deletion answers with the object instead of a `Status`.
    pub returns_deleted: bool,
    /// Whether `kubectl get all` shows it.
    pub in_all: bool,
}

/// When a kind's generation is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    /// It has none.
    None,
    /// When anything but metadata and status changes.
    Spec,
    /// When the spec or the annotations change.
    SpecAndAnnotations,
}

impl Kind {
    /// What kinds of objects in namespaces have in common.
    pub(super) const PLAIN: Self = Self {
        group: "",
        version: "v1",
        kind: "",
        resource: "",
        singular: "",
        short: &[],
        namespaced: true,
        status: false,
        scale: false,
        generation: Generation::None,
        returns_deleted: false,
        in_all: false,
    };

    /// What kinds of objects of the whole cluster have in common.
    pub(super) const CLUSTER: Self = Self {
        namespaced: false,
        ..Self::PLAIN
    };

    /// `apps/v1`, or `v1` for the core.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `deployments.apps`, or `pods` for the core.
    pub(crate) fn qualified_resource(&self) -> String {
        qualified(self.resource, self.group)
    }

    /// `Deployment.apps`, or `Pod` for the core.
    pub(crate) fn qualified_kind(&self) -> String {
        qualified(self.kind, self.group)
    }

    /// Whether it is defined by the load balancer controller instead of the server.
    pub(crate) fn is_custom(&self) -> bool {
        self.group == "elbv2.k8s.aws"
    }

    /// The server's Go package for it: `core`, `apps`, `networking`.
    pub(crate) fn package(&self) -> &'static str {
        match self.group.split('.').next() {
            None | Some("") => "core",
            Some(first) => first,
        }
    }

    /// The key of one of its objects.
    pub(crate) fn key(&self, namespace: &str, name: &str) -> Key {
        let namespace = if self.namespaced { namespace } else { "" };
        Key::new(self.group, self.resource, namespace, name)
    }

    /// All its objects, in one namespace or in all, ordered.
    pub(crate) fn list<'a>(
        &'a self,
        world: &'a World,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Value)> {
        world.kube.list(self.group, self.resource, namespace)
    }

    /// The keys of all its objects, in one namespace or in all, ordered.
    pub(crate) fn keys(&self, world: &World, namespace: Option<&str>) -> Vec<Key> {
        let keys = world.kube.keys(self.group, self.resource, namespace);
        keys.cloned().collect()
    }

    /// What is at hand of all its objects, ordered by key.
    pub(crate) fn briefs<'a>(&'a self, world: &'a World) -> impl Iterator<Item = (&'a Key, &'a Brief)> {
        world.kube.briefs(self.group, self.resource, None)
    }

    /// Whether this is the kind of that name in the core.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

fn qualified(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}
