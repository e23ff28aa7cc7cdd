//! The vocabulary of a lab: ids, what is wanted, what is there, how far it is.
//!
//! Plain data without behaviour that reaches outside; every other module uses these types.
//! Timestamps are UTC ([`jiff::Timestamp`]), durations are [`std::time::Duration`].

mod aws;
mod desired;
mod duration;
mod expiry;
mod finding;
mod id;
mod image;
mod kube;
mod nearest;
mod object;
mod ownership;
mod place;
mod pod_size;
mod pod_state;
mod progress;
mod quantity;
mod quote;
mod request;
mod scope;
mod target;
mod task;
pub mod visible;
mod wildcard;
mod word;

pub use aws::{
    AccessEntry, AccessEntryKind, AlbState, AuthenticationMode, AwsView, BalancingLimits, BalancingUse, Caller,
    Cluster, ClusterStatus, ControllerResources, Egress, HealthIssue, Listener, LoadBalancer, NatFault, NatState,
    PROFILE_LABEL, PROFILES_OF_CLUSTER, Profile, ProfileStatus, Protocol, Role, Route, SecurityGroup, Subnet,
    SubnetState, Target, TargetCounts, TargetGroup, TargetState, TargetType, Vpc, ZoneKind, role_name_of,
};
pub use desired::{
    AccessEntrySpec, Desired, DnsRecord, Endpoint, LoadBalancerSpec, LockSpec, MAX_REPLICAS, Node, ProfileSpec,
    ProofSpec, RoleSpec, Scheme, Selector,
};
pub use duration::{DurationError, LONGEST_WAIT, format_duration, parse_duration};
pub use expiry::{
    CLOUD_NUKE_TAG, EXPIRES_ANNOTATION, EXPIRES_TAG, Expires, Expiry, ExpiryError, LASTS_ANNOTATION, NEVER, expires_of,
};
pub use finding::{Finding, Severity};
pub use id::{NodeId, NodeKind, ParseNodeIdError, short_hash};
pub use image::{CHAPTER_IMAGE, DOCKER_HUB, GAME_IMAGE, registry, repository};
pub use kube::{
    ApiMismatch, ApiServer, ConditionStatus, Controller, DryRun, Elsewhere, FieldConflict, KubeView, NamespacePhase,
    ObjectState, PodPhase, WaitingReason, Webhook, is_client_side_apply,
};
pub use nearest::nearest;
pub use object::{
    HANDED_OUT_LABEL, LAB_LABEL, LOOK_AGAIN_ANNOTATION, MANAGED_BY_LABEL, MANAGER, Object, ObjectKey,
    QUEUES_ANNOTATION, REPLICAS_ANNOTATION,
};
pub use ownership::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG, PROFILE_TAG, Tags, lacking, same_lab};
pub use place::{is_within, short_node_name};
pub use pod_size::{PodRequest, PodSize, pod_size};
pub use pod_state::{PodStage, PodState};
pub use progress::{Goal, Observed, Outputs, Progress, Readiness};
pub use quantity::Quantity;
pub use quote::{beginning, excerpt};
pub use request::{RequestDone, RequestWatcher, WaitWatcher};
pub use scope::Scope;
pub use target::TargetKind;
pub use task::{ByHand, Holder, Op, Pin, Reminder, Task, Wait};
pub use wildcard::matches_wildcard;
