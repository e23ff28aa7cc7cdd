//! What has to be read of others before a plan is made, as the plan may take something from them.

use super::input::{Approvals, PlanInput, PlanScope};
use super::make::plan;
use super::shared::may_have_others;
use crate::model::{NodeKind, Op, Profile, Task};

/// Whether a profile may be taken away, whatever the user agrees to, that pods of other namespaces may be on.
pub fn may_take_from_others(input: PlanInput<'_>) -> bool {
    let reaches = |profile: &&Profile| may_have_others(&input, profile);
    let shared: Vec<&Profile> = input.aws.profiles.items().iter().filter(reaches).collect();
    if shared.is_empty() || input.scope == PlanScope::Replicas {
        return false;
    }
    let approvals = Approvals {
        adopt: true,
        replace: true,
        ..input.approvals
    };
    let plan = plan(PlanInput { approvals, ..input });
    let is_taken = |task: &Task| {
        let id = &task.node.id;
        let goes = matches!(task.op, Op::Delete | Op::Replace) && id.kind == NodeKind::Profile;
        goes && shared.iter().any(|profile| profile.name == id.name)
    };
    plan.changes.iter().any(|change| is_taken(&change.task))
}
