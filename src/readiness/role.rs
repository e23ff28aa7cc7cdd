//! Pod execution roles: ready once the policy that Fargate needs is attached.

use super::verdict::Verdict;
use crate::model::{Role, RoleSpec};

/// Whether the role can start pods.
pub fn role(found: Option<&Role>, wanted: &RoleSpec) -> Verdict {
    match found {
        None => Verdict::absent("no role"),
        Some(role) if role.attached.contains(&wanted.policy_arn) => Verdict::ready("role ready"),
        Some(_) => Verdict::pending(
            "waiting for the role's policy",
            format!("{} is not attached yet", wanted.policy_arn),
        ),
    }
}

/// Whether the role is gone.
pub fn role_gone(found: Option<&Role>) -> Verdict {
    match found {
        None => Verdict::absent("role gone"),
        Some(_) => Verdict::deleting("role still there", "IAM has not removed it everywhere yet"),
    }
}
