//! How much of the world a verb reads.

/// What a snapshot reads. A narrower scope leaves facts unread, which is cheaper; such facts are `NotAsked`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// What the game's address follows from: the load balancer with its listeners. For `open`.
    Url,
    /// The lab as it is: its objects, pods, nodes and events, its profile and its load balancer. No dry runs. For `status`.
    Status,
    /// What a plan follows from: everything that it compares, dry runs included. For `plan`, `apply`, `scale`.
    Plan,
    /// What a removal follows from: everything that is there and what depends on it, not how well it works. For `destroy`.
    Removal,
    /// The same, and what explains a lab that does not work: events, budgets, DaemonSets, nodes, the controller's health.
    Doctor,
}

impl Scope {
    /// Whether the server is asked what it would make of the wanted objects.
    pub fn has_dry_runs(self) -> bool {
        matches!(self, Self::Plan | Self::Doctor)
    }

    /// Whether everything is read that the lab's names lead to.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Plan | Self::Removal | Self::Doctor)
    }
}
