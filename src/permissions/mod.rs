//! What the program must be allowed to do, in AWS and in the cluster: one table for each, and the documents made of them.
//!
//! Every grant is one that a verb needs. The sandbox holds a caller to exactly the documents, and `tests/world/permissions.rs`
//! takes each grant away once and sees what misses it.

mod actions;
mod iam;
mod job;
mod labs;
mod rbac;
mod verbs;

pub use iam::{PolicyDocument, policy};
pub use job::rules_of_job;
pub use rbac::{PARTICIPANTS, group, groups, roles};

/// What is to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Extent {
    /// What the verbs need that change nothing. In the cluster `plan` needs more: its dry runs are writes, of which the server
    /// keeps nothing.
    ReadOnly,
    /// Every verb.
    #[default]
    Full,
    /// What a removal needs besides where the load balancer controller does not do its part.
    WithoutController,
    /// What `fleet sweep` needs besides, to look over the whole account and region.
    Sweep,
    /// Every verb on a lab whose namespace was handed out. Nothing of other labs is read for it: what can only be seen there is
    /// not readable then.
    Participant,
}

impl Extent {
    /// Whether a grant that belongs to `part` is in it.
    fn has(self, part: Self) -> bool {
        match self {
            Self::ReadOnly | Self::WithoutController | Self::Sweep => part == self,
            Self::Full | Self::Participant => !matches!(part, Self::WithoutController | Self::Sweep),
        }
    }
}

/// Where the lab goes, as far as that narrows what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the cluster; `None` is any.
    pub cluster: Option<String>,
    /// Region; `None` is any.
    pub region: Option<String>,
    /// The lab's namespace.
    pub namespace: String,
    /// What becomes of profile and role.
    pub profile: ProfileUse,
    /// Whether pods of other namespaces may be on a profile of the lab's own.
    pub shares_profile: bool,
    /// The kinds of the lab's objects beside its Namespace.
    pub kinds: Vec<OwnKind>,
    /// The names of the lab's own profile and role, where nobody may change those of other labs.
    pub only: Option<OwnNames>,
}

/// What a lab's own resources of AWS are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNames {
    /// The Fargate profile.
    pub profile: String,
    /// The pod execution role that is made for it.
    pub role: String,
}

/// What becomes of Fargate profile and pod execution role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileUse {
    /// Another's profile is used as it is.
    OfOthers,
    /// The lab has a profile of its own with a role that is given (ARN).
    WithRole(String),
    /// The lab has a profile and a role of its own, with this permissions boundary (ARN) if one is named.
    Own {
        /// The boundary.
        boundary: Option<String>,
    },
}

/// A kind of objects that a lab has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnKind {
    /// API group, empty for the core.
    pub group: String,
    /// Plural, such as `services`.
    pub plural: String,
    /// Whether its objects live in the lab's namespace.
    pub namespaced: bool,
}
