//! What the load balancer controller remembers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the controller remembers while it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LbcMemory {
    /// Whether it ran when last looked at.
    pub(crate) awake: bool,
    /// Stacks it has taken up.
    pub(crate) stacks: BTreeMap<String, KnownStack>,
    /// Ingresses (UIDs) of whose class it has complained, with the class.
    pub(crate) complaints: BTreeMap<String, String>,
    /// The security group that all stacks share, if it has taken one up since it began: it removes no other.
    /// (LBC `pkg/networking/backend_sg_provider.go`, `releaseSG`)
    #[serde(default)]
    pub(crate) backend: Option<String>,
    /// When the leader's heartbeat was written last.
    #[serde(skip)]
    pub(crate) beat: Option<Timestamp>,
}

/// What it remembers of one stack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownStack {
    /// Fingerprint of what it last took up.
    pub(crate) fingerprint: u64,
    /// Failures since.
    pub(crate) failures: u32,
}
