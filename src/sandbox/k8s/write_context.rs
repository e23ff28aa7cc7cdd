//! What the registry has to know of a write.

use super::managed::Writer;
use super::resources::Kind;
use crate::state::Key;
use crate::world::World;

/// Who writes what, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriteContext<'a> {
    /// Kind written to.
    pub kind: &'static Kind,
    /// Namespace, empty for cluster-scoped kinds.
    pub namespace: &'a str,
    /// Subresource written through, empty for the object itself.
    pub subresource: &'a str,
    /// Field manager.
    pub manager: &'a str,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// Whether the writer is a controller of the cluster: it may write what users may not (a pod's node, its phase).
    pub trusted: bool,
}

impl WriteContext<'_> {
    /// The writer, as managed fields name it.
    pub(crate) fn writer<'b>(&'b self, api_version: &'b str, world: &World) -> Writer<'b> {
        Writer {
            manager: self.manager,
            subresource: self.subresource,
            api_version,
            now: world.now(),
        }
    }

    /// Where the object of this name is kept.
    pub(crate) fn key(&self, name: &str) -> Key {
        self.kind.key(self.namespace, name)
    }
}
